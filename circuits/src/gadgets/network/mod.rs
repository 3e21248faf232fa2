//! Sorting and permuting networks.

use super::Gadget;

/// The rows of the catalogue.
pub(super) const GADGETS: &[Gadget] = &[];
