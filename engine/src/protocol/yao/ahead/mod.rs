//! Circuits that are garbled in one session and evaluated in a later one.
//!
//! Ahead of a run the parties go through its plan without inputs: tables and the correlated OTs' pads are made, and each
//! party keeps its material. The run then sends labels and colours alone. Only what depends on nobody's values can be
//! garbled ahead, so a plan that computes on what it opened before is not one for this.
//!
//! *Material*, in the order in which a run takes it. Of the garbler: Delta; for each of its own bits the label for 0; for each
//! bit of the evaluator the two labels, each under a pad of an OT; for each bit that is opened the colour of its label for
//! 0. Of the evaluator: the start point of the hash; for each of its own bits a choice and the pad chosen; for each random bit
//! its active label; the tables. Bits of one vector are packed into bytes. Nothing has a length of its own: it follows
//! from the plan.
//!
//! | step of the run | from | bytes | depth |
//! |---|---|---|---|
//! | [`super::YAO_INPUTS`], each `share` in which the evaluator owns a vector: differences from the choices | evaluator | 1 bit each | 1 |
//! | [`YAO_LABELS`], each `share` | garbler | 16 for each bit of its own, 32 for each of the evaluator's | 1 |
//! | [`super::YAO_OUTPUTS`], each `open` | as ever | 1 bit each | 1 |
//!
//! *Labels.* Here the garbler's labels for 0 are its own, and not the stream of a shared seed: which of a wire's labels is
//! active has to stay open. The evaluator's come by an OT whose choice is corrected afterwards (Beaver, "Precomputing
//! Oblivious Transfer", CRYPTO 1995); its pads are hashes under a start point of their own of blocks that differ by Delta,
//! and hide labels that do: what is asked of the gates' hash too.
//!
//! *The evaluator has the tables before inputs are chosen.* That is more than the usual definition of a garbling's privacy
//! grants it (Bellare, Hoang and Rogaway, "Adaptively Secure Garbling", ASIACRYPT 2012, ePrint 2012/564). What lets a table
//! be anything until its labels are known is the model of the hash, an ideal cipher: its values at labels that the
//! evaluator does not have yet are still open. And what an output means, its colour, is not among the tables: it comes when
//! the output is opened. The claim of [`super`] holds in that model only, where it would otherwise need the hash's
//! correlation robustness alone.
//!
//! *A Delta for each run*, and a start point: tweaks begin anew.

mod evaluator;
mod garbler;

use super::{EVALUATOR, GARBLER, YAO_TABLES, evaluator_bits, width_of};
use crate::correlation::{MaterialFault, MaterialSink, MaterialSource, next, put};
use crate::net::{ChannelError, Frame, Network, PartyIndex, Step};
use crate::protocol::{OpenRequest, ShareRequest};

/// The active labels of the garbler's inputs, and both labels of the evaluator's under pads.
pub const YAO_LABELS: Step = Step::new("yao/labels");

/// In which session the circuits of a run are garbled.
pub(super) enum When<'s> {
    /// In the one in which they are evaluated.
    AtOnce,
    /// In this one, for a later one: what it needs goes into the sink.
    Ahead(&'s mut dyn MaterialSink),
    /// In an earlier one.
    Before(Box<dyn MaterialSource>),
}

impl When<'_> {
    /// The sink of what is made for a later session.
    ///
    /// # Panics
    /// In another session.
    fn sink(&mut self) -> &mut dyn MaterialSink {
        match self {
            Self::Ahead(sink) => &mut **sink,
            _ => panic!("a session that garbles ahead"),
        }
    }

    /// The tables of a piece: those that come in a message, which are kept if they are for a later session, or those of
    /// an earlier one.
    pub(super) async fn tables(&mut self, network: &mut Network, bytes: usize) -> Result<Frame, ChannelError> {
        if let Self::Before(source) = self {
            let mut tables = Frame::new(bytes);
            source.read(tables.payload_mut()).map_err(|fault| fault.of(EVALUATOR))?;
            return Ok(tables);
        }
        let tables = network.receive_frame(GARBLER, YAO_TABLES, bytes).await?;
        if let Self::Ahead(sink) = self {
            sink.write(tables.payload()).map_err(|fault| fault.of(EVALUATOR))?;
        }
        Ok(tables)
    }

    /// What an earlier session made.
    ///
    /// # Panics
    /// In another session.
    fn source(&mut self) -> &mut dyn MaterialSource {
        match self {
            Self::Before(source) => &mut **source,
            _ => panic!("a session that evaluates what was garbled before"),
        }
    }
}

/// Blocks of [`YAO_LABELS`].
pub(super) fn label_blocks(requests: &[ShareRequest<'_>]) -> usize {
    let bits = |request: &ShareRequest<'_>| width_of(request.domain) as usize * request.length;
    let own: usize = requests.iter().filter(|request| request.owner == GARBLER).map(bits).sum();
    own + 2 * evaluator_bits(requests)
}

/// What an opening gives in a session without values.
fn nothing_opened<S>(
    requests: &[OpenRequest<'_, S>],
    me: PartyIndex,
    length: impl Fn(&S) -> usize,
) -> Vec<Option<Vec<quorate_circuits::number::Word>>> {
    let opened = |request: &OpenRequest<'_, S>| request.receivers.contains(&me).then(|| vec![0; length(request.share)]);
    requests.iter().map(opened).collect()
}

/// Writes bits, eight to a byte.
fn put_bits(sink: &mut dyn MaterialSink, bits: &[bool]) -> Result<(), MaterialFault> {
    put(sink, &zeroize::Zeroizing::new(super::bits::pack(bits)))
}

/// Reads so many bits.
fn next_bits(source: &mut dyn MaterialSource, count: usize) -> Result<Vec<bool>, MaterialFault> {
    let bytes = next::<u8>(source, count.div_ceil(8))?;
    Ok(super::bits::unpack(&bytes).take(count).collect())
}
