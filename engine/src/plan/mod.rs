//! From a bound program to what an executor does.
//!
//! `assign` chooses the domain of every secret value (arithmetic where adding and multiplying is cheap,
//! boolean where bits are compared), `rounding` finds what can be rounded and bounded from shares at once, `emit` writes
//! instructions with the conversions between them,
//! `schedule` puts those that do not wait for each other into common rounds and long element-wise vectors
//! into tiles, [`cost`] runs the plan on paper, and [`choose`] finds the cheapest protocol that promises what
//! was asked for.

mod assign;
mod choose;
mod circuits;
pub(crate) use circuits::{Circuits, Recipe};
mod consumption;
mod cost;
mod curve;
mod digest;
mod emit;
mod forms;
mod instruction;
mod line;
mod opened;
mod rounding;
mod schedule;
mod sorting;

use std::sync::Arc;

use quorate_circuits::bind::{BoundProgram, ValueId};
use quorate_circuits::boolean::Shape;

use crate::net::PartyIndex;
use crate::ot::BaseOt;
use crate::protocol::replicated::BYTES_OF_A_ROUND;
use crate::protocol::yao::Garbling;
use crate::protocol::{Domain, ProtocolName, Ring};

pub use choose::{Asked, Candidate, Choice, Refusal, choose};
pub use consumption::Consumption;
pub(crate) use consumption::Material;
pub use cost::{ByLine, Cost, LineCost, PhaseCost, SharedRounds, cost};
pub(crate) use cost::{demands_on_paper, garbled_demands};
pub use curve::{
    CurvePlan, CurveStep, Delivered, General, HeldNonce, Mask, NewKey, Nonce, Product, Resharing, Stored, fits_dkls,
    fits_frost, fits_shamir_signing,
};
pub use instruction::{Instruction, Plan, PublicWords, Register, RegisterShape, Stage, dealt_technique, technique};
pub use line::Line;

/// How a protocol likes its plans.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// Whether it has arithmetic shares.
    pub(crate) arithmetic: bool,
    /// Which variant of a circuit it likes.
    pub(crate) shape: Shape,
    /// Elements of a tile.
    pub(crate) tile: usize,
    /// Elements of a tile at most, where circuits leave room for as many.
    longest_tile: usize,
    /// What numbers become on their way to bits.
    addends: Addends,
    /// The widest ring that it has numbers of.
    widest: Ring,
    /// Whether it can sort by permutations that nobody knows.
    sorts: bool,
}

/// The addends that numbers become on their way to bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Addends {
    /// Every party's share is one.
    Shares,
    /// A number is opened, masked: one that everybody knows, and a mask of every party.
    OfParties,
    /// A number is opened, masked: one that everybody knows, and a mask that nobody does.
    OfNobody,
}

impl Addends {
    /// Whether there are messages.
    fn are_opened(self) -> bool {
        self != Self::Shares
    }

    /// How many there are.
    fn count(self, parties: usize) -> usize {
        match self {
            Self::Shares => parties,
            Self::OfParties => parties + 1,
            Self::OfNobody => 2,
        }
    }
}

/// Bits of the wires of a tile's circuits for which a tile grows: 256 MiB in two shares.
const WIRE_BITS: usize = 1 << 30;

impl Style {
    pub(crate) fn of(protocol: ProtocolName) -> Self {
        match protocol {
            // The labels of a tile of 64-bit comparisons are some 8 MiB.
            ProtocolName::Yao => Self::new(false, Shape::FewAnds, 4096),
            // The gates of a tile of 64-bit comparisons and choices are about a batch of triples.
            ProtocolName::AuthenticatedGarbling => Self::new(false, Shape::FewAnds, 2048),
            // Every tile costs its rounds, so tiles are as long as memory allows.
            ProtocolName::Additive => Self::new(true, Shape::FewRounds, 1 << 17),
            // What is consumed for an element is little, so that a tile may be a million of them.
            ProtocolName::Replicated => {
                Self { longest_tile: 1 << 20, sorts: true, ..Self::new(true, Shape::FewRounds, 1 << 17) }
            }
            // What it proves of a product of numbers are equations modulo 2^64.
            ProtocolName::ReplicatedMalicious => {
                Self { widest: Ring::Z64, ..Self::new(true, Shape::FewRounds, 1 << 17) }
            }
            // A triple or a twin of a bit takes as much room as a label of every party.
            ProtocolName::Spdz => {
                Self { addends: Addends::OfParties, widest: Ring::Z64, ..Self::new(true, Shape::FewAnds, 2048) }
            }
            // A comparison of numbers takes as many random bits as these have.
            ProtocolName::Shamir => {
                Self { addends: Addends::OfNobody, widest: Ring::Z64, ..Self::new(true, Shape::FewRounds, 1 << 14) }
            }
            // A triple and what it was dealt from take a kilobyte or two.
            ProtocolName::ShamirRobust => {
                Self { addends: Addends::OfNobody, ..Self::new(true, Shape::FewRounds, 1 << 12) }
            }
            // Programs over curves have no gates and no tiles.
            ProtocolName::Dkls | ProtocolName::Frost | ProtocolName::ShamirSigning | ProtocolName::SpdzSigning => {
                Self::new(true, Shape::FewRounds, 1)
            }
        }
    }

    fn new(arithmetic: bool, shape: Shape, tile: usize) -> Self {
        Self { arithmetic, shape, tile, longest_tile: tile, addends: Addends::Shares, widest: Ring::Z128, sorts: false }
    }

    /// The same with tiles as long as circuits of so many wires allow.
    fn with_wires(self, wires: usize) -> Self {
        let room = 1 << (WIRE_BITS / wires.max(1)).max(1).ilog2();
        Self { tile: self.longest_tile.min(self.tile.max(room)), ..self }
    }
}

/// Plans a program for a protocol. `party_of[r]` is the party that plays role `r`. `yao` garbles half gates unless the plan is
/// told otherwise.
///
/// # Panics
/// If a party plays no role: it would not learn what is revealed to all, and could not go on computing with it. If the
/// protocol does not run the program: [`choose`] asks first.
pub fn plan(program: &Arc<BoundProgram>, protocol: ProtocolName, parties: usize, party_of: &[PartyIndex]) -> Plan {
    assert!((0..parties).all(|p| party_of.contains(&PartyIndex(p))), "every party plays a role");
    if protocol.is_on_curves() {
        let curve = curve::fitting(program, protocol, parties).expect("a program that the protocol runs");
        return curve_plan(program, protocol, parties, party_of, curve);
    }
    let style = Style::of(protocol);
    let planned = |style| planned(program, protocol, style, parties, party_of);
    let plan = planned(style);
    let has_numbers = || plan.registers.iter().any(|register| register.domain == Domain::Arithmetic);
    if protocol == ProtocolName::ReplicatedMalicious && has_numbers() {
        // Its inputs are bits, whose conversions may cost more than products are worth.
        return lighter(plan, planned(Style { arithmetic: false, ..style }));
    }
    plan
}

/// Of two plans the one of fewer rounds and bytes, as [`BYTES_OF_A_ROUND`] weighs them; if it makes no difference, the first.
fn lighter(first: Plan, second: Plan) -> Plan {
    let weight = |plan: &Plan| {
        let cost = cost(plan);
        let bytes: u64 = cost.phases.iter().map(|phase| phase.bytes_most).sum();
        u64::from(cost.rounds()) * BYTES_OF_A_ROUND + bytes
    };
    if weight(&second) < weight(&first) { second } else { first }
}

fn planned(
    program: &Arc<BoundProgram>,
    protocol: ProtocolName,
    style: Style,
    parties: usize,
    party_of: &[PartyIndex],
) -> Plan {
    let (style, assignment) = assigned(program, style);
    let emitted = emit::emit(program, style, &assignment, parties, party_of);
    let stages = schedule::schedule(program, style.with_wires(emitted.wires()), &emitted);
    Plan {
        program: program.clone(),
        protocol,
        garbling: Garbling::default(),
        base_ot: BaseOt::default(),
        prepared: false,
        is_dealt: false,
        parties,
        party_of: party_of.to_vec(),
        ring: assignment.ring,
        makers: makers(&emitted),
        registers: emitted.registers,
        stages,
        curve: None,
    }
}

/// Domains for a program's values. Where a protocol's numbers have too few bits for it, all are computed on bits.
fn assigned(program: &BoundProgram, style: Style) -> (Style, assign::Assignment) {
    let assignment = assign::assign(program, style);
    if assignment.ring > style.widest {
        let on_bits = Style { arithmetic: false, ..style };
        return (on_bits, assign::assign(program, on_bits));
    }
    (style, assignment)
}

fn curve_plan(
    program: &Arc<BoundProgram>,
    protocol: ProtocolName,
    parties: usize,
    party_of: &[PartyIndex],
    curve: CurvePlan,
) -> Plan {
    Plan {
        program: program.clone(),
        protocol,
        garbling: Garbling::default(),
        base_ot: BaseOt::default(),
        prepared: false,
        is_dealt: false,
        parties,
        party_of: party_of.to_vec(),
        ring: Ring::Z64,
        makers: Vec::new(),
        registers: Vec::new(),
        stages: Vec::new(),
        curve: Some(Arc::new(curve)),
    }
}

/// By register, the value for which it is written.
fn makers(emitted: &emit::Emitted) -> Vec<ValueId> {
    let mut makers = vec![ValueId(0); emitted.registers.len()];
    for (instruction, value) in emitted.instructions.iter().zip(&emitted.values) {
        instruction.results().into_iter().for_each(|register| makers[register.0] = *value);
    }
    makers
}

/// The variant of circuits that a protocol likes.
pub(crate) fn style_shape(protocol: ProtocolName) -> Shape {
    Style::of(protocol).shape
}
