//! Binary fixed-point functions with error bounds.

use super::Gadget;

/// The rows of the catalogue.
pub(super) const GADGETS: &[Gadget] = &[];
