//! Integer gadgets of 64 bits as rows of the catalogue; their parts are in [`crate::boolean::integer`].

use super::Gadget;

/// The rows of the catalogue.
pub(super) const GADGETS: &[Gadget] = &[];
