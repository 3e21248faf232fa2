//! Vectors of shares of any secret sharing: what is public of one, and boolean ones in bit slices.

mod bit_string;
mod evaluation;
mod galois_share;
mod planes;
mod shape;

pub(crate) use bit_string::{BitString, read};
pub(crate) use evaluation::{Evaluation, and_bits_by_layer, sum_bits_by_layer};
pub use galois_share::GaloisShare;
pub(crate) use galois_share::Part;
pub(crate) use planes::Planes;
pub use shape::{Holder, Shape};
