//! Published vectors, random inputs against independent implementations, and the counts of the documentation.

pub(in crate::gadgets) mod byte_strings;
mod hmac;
mod keccak;
pub(in crate::gadgets) mod reference;
pub(in crate::gadgets) mod response_file;
mod sha2;

use crate::boolean::Shape;

/// Both shapes.
pub(in crate::gadgets) const SHAPES: [Shape; 2] = [Shape::FewAnds, Shape::FewRounds];
