//! Vectors of shares of any secret sharing: what is public of one, and boolean ones in bit slices.

mod bit_string;
mod planes;
mod shape;

pub(crate) use bit_string::{BitString, read};
pub(crate) use planes::Planes;
pub use shape::{Holder, Shape};
