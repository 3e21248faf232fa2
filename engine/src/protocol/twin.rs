//! Paper twins.

use super::Protocol;
use crate::net::Ledger;

/// A paper twin: it is all parties together, and enters in a ledger what they do.
pub(crate) trait Twin: Protocol {
    /// The ledger.
    fn ledger_mut(&mut self) -> &mut Ledger;
}
