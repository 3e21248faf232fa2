//! Reading and writing at secret positions: one-hot codes, lookup, write.

use super::Gadget;

/// The rows of the catalogue.
pub(super) const GADGETS: &[Gadget] = &[];
