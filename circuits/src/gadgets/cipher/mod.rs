//! Block and stream ciphers.

use super::Gadget;

/// The rows of the catalogue.
pub(super) const GADGETS: &[Gadget] = &[];
