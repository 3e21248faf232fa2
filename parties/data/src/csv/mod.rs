//! CSV files: RFC 4180 with a header, UTF-8, commas.
//!
//! polars reads the cells, but only after a pass of our own over the file. polars is made for exploration and forgives
//! what must not be forgiven here: it fills short rows with nulls and cuts long ones, so that a decimal comma would
//! silently become a different number. The pass also yields what an error needs to name a line.

mod read;
mod record;
mod shape;

pub(crate) use read::read;
pub(crate) use record::split as split_record;
pub(crate) use shape::header;
