//! Protocols of which a run's correlated randomness can be made in an earlier session.

use super::Protocol;
use crate::correlation::MaterialSink;
use crate::net::ChannelError;

/// A protocol that sets up anew for each run that is made ahead, so that runs have no keys in common. (Additive sharing
/// has none: [`crate::correlation::Correlations`] makes all its runs from one set-up.)
pub(crate) trait Ahead: Protocol {
    /// Makes what a stretch of a run consumes, and moves it out into `sink`. The first call sets up, and writes the keys.
    /// All parties call it with the same demands in the same order.
    ///
    /// # Errors
    /// As [`Protocol::prepare`]; the sink's.
    async fn make_ahead(&mut self, demand: &Self::Demand, sink: &mut dyn MaterialSink) -> Result<(), ChannelError>;
}
