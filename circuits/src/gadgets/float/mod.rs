//! IEEE 754 arithmetic, bit-exact.

use super::Gadget;

/// The rows of the catalogue.
pub(super) const GADGETS: &[Gadget] = &[];
