//! Garbled circuits for two parties who follow the protocol: half gates or three halves, streamed.
//!
//! Zahur, Rosulek and Evans, "Two Halves Make a Whole", EUROCRYPT 2015, ePrint 2014/756, figure 2, or Rosulek and Roy,
//! "Three Halves Make a Whole?", CRYPTO 2021, ePrint 2021/749 ([`Garbling`]), with free XOR
//! (Kolesnikov and Schneider, ICALP 2008), point-and-permute (Beaver, Micali and Rogaway, STOC 1990) and the
//! re-keyed hash of Guo, Katz, Wang, Weng and Yu, CRYPTO 2020, ePrint 2019/1168. Party 1 garbles and party 2
//! evaluates, circuit by circuit as the plan calls them; wires last from one call to the next.
//!
//! *A share.* A wire has the labels `W` for 0 and `W xor Delta` for 1. The garbler holds `W`, the evaluator the
//! *active* label `W xor v Delta` of the value `v`. Delta's lowest bit is 1, so the lowest bit of a label, its
//! *colour*, tells the two labels of a wire apart, and the two parties' colours are an XOR sharing of `v`.
//!
//! *Claim.* Semi-honest, one of two corrupted, 128 bits. A garbler who deviates can have another circuit
//! evaluated; an evaluator who lies about a colour changes what the garbler learns, because outputs come back
//! as bits and not as labels. Neither is noticed.
//!
//! | step | from | bytes | depth |
//! |---|---|---|---|
//! | [`YAO_START`] once, then set-up and extensions of [`crate::ot`] where OTs are asked for | garbler | 32 | 1 |
//! | [`YAO_INPUTS`], each `share` in which the evaluator owns a vector | evaluator | 1 bit each | 1 |
//! | [`YAO_TABLES`], each `call` | garbler | 32 for each AND gate and instance, or 24 and 5 bits | 1 |
//! | [`YAO_OUTPUTS`], each `open` | the receiver's peer; for two receivers the messages cross | 1 bit each | 1 |
//!
//! The garbler's inputs, public values and random bits cost no bytes, though the last need an OT each. The bits of all
//! requests of a call share one message, whose last byte is padded. [`Paper`] writes the same messages as lengths.
//!
//! *Why nothing else is learned.* The evaluator sees one label of each wire; under the hash's assumption
//! (circular correlation robust in a tweakable, multi-instance form) the other one stays unknown. That rests on three
//! rules, each kept in one place: the start point of the hash is random and independent of all
//! inputs; Delta and start point are drawn in [`Garbler::new`] and live as long as the session; AND gates are
//! numbered through the whole session, so that no tweak is used twice.
//!
//! *Deviations.* Input labels are not hashed: the evaluator's are correlated OTs whose Delta is the garbler's,
//! and the garbler's active ones are the stream of a seed that both know. Constants have the labels 0 and
//! Delta: the hash tolerates labels that an adversary chooses.
//!
//! *Ahead.* Tables may be made in an earlier session: see `ahead`.
//!
//! *Memory.* A call works through its batch tile by tile: tables of at most
//! [a frame](crate::net::MAX_PAYLOAD), written and read where they travel, of which the garbler has two, and the labels of
//! one tile, in which a
//! wire's slot is used again when its last reader has run. A circuit's schedule has 12 bytes for each gate.
//!
//! *The caller guarantees*: both parties make the same calls; every `prepare` comes before what it is for
//! (it adds to what is left of earlier ones); values are boolean, and have at most 128 bits where they enter or leave.

mod ahead;
mod batch;
mod bits;
mod colours;
mod evaluator;
mod garbler;
mod garbling;
mod gates;
mod holdings;
pub(in crate::protocol) mod labels;
mod paper;
pub(in crate::protocol) mod recent;
pub(in crate::protocol) mod schedule;
mod stock;
mod tiling;

pub use ahead::YAO_LABELS;
pub use evaluator::Evaluator;
pub use garbler::Garbler;
pub use garbling::Garbling;
pub use labels::Labels;
pub use paper::{Paper, Shape};

use super::{Domain, OpenRequest, ShareRequest};
use crate::net::{PartyIndex, Step};

/// The party that garbles.
pub const GARBLER: PartyIndex = PartyIndex(0);
/// The party that evaluates.
pub const EVALUATOR: PartyIndex = PartyIndex(1);

/// The start point of the hash and the seed of the garbler's active labels.
pub const YAO_START: Step = Step::new("yao/start");
/// The differences between the evaluator's inputs and its random choices.
pub const YAO_INPUTS: Step = Step::new("yao/inputs");
/// Garbled tables.
pub const YAO_TABLES: Step = Step::new("yao/tables");
/// The colours of opened labels.
pub const YAO_OUTPUTS: Step = Step::new("yao/outputs");

/// Bytes of [`YAO_START`].
const START_BYTES: usize = 32;

/// What a stretch of a plan consumes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    /// Correlated OTs: one for each bit that the evaluator shares and for each random bit.
    pub correlated_ots: usize,
}

/// The answer to a call that arithmetic sharings have and garbling does not.
fn boolean_values_only() -> ! {
    panic!("the planner gives yao boolean values only")
}

/// Bits of an element.
fn width_of(domain: Domain) -> u32 {
    match domain {
        Domain::Boolean { width } => width,
        Domain::Arithmetic => boolean_values_only(),
    }
}

/// Bits that the evaluator shares in these requests.
fn evaluator_bits(requests: &[ShareRequest<'_>]) -> usize {
    let theirs = requests.iter().filter(|request| request.owner == EVALUATOR);
    theirs.map(|request| width_of(request.domain) as usize * request.length).sum()
}

/// Bits that these requests open to `receiver`; `bits` are those of a share.
fn opened_bits<S>(requests: &[OpenRequest<'_, S>], receiver: PartyIndex, bits: impl Fn(&S) -> usize) -> usize {
    let opened = requests.iter().filter(|request| request.receivers.contains(&receiver));
    opened.map(|request| bits(request.share)).sum()
}
