//! What a plan costs: the executor run with a paper twin, message by message.

mod counted;
mod curve;
mod lines;

use std::num::Wrapping;

use futures_util::FutureExt;

use quorate_circuits::bind::BoundProgram;
use quorate_circuits::clear::Inputs;

pub use lines::{ByLine, LineCost, SharedRounds};

use super::Plan;
use crate::net::{Counters, Ledger, Memory, PartyIndex, PartyMemory, PartyWork, Phase, Work};
use crate::protocol::{
    Protocol, ProtocolName, Ring, Twin, additive, authenticated, replicated, robust, shamir, spdz, yao,
};
use crate::run::{NoHooks, Plain, RunError, StageDemand, execute, tally};
use counted::Counted;

/// The cost of a plan: exact in bytes and rounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// By phase, in the order of [`Phase::ALL`].
    pub phases: [PhaseCost; 3],
    /// By party, a dealer behind all others: payload bytes and rounds.
    pub parties: Vec<Counters>,
    /// AND gates evaluated under the protocol.
    pub and_gates: u64,
    /// Multiplications of arithmetic shares.
    pub multiplications: u64,
    /// By source line; it adds up to the above.
    pub by_line: ByLine,
    /// Under which name a calibration prices the work; none for protocols over curves, whose computing is not counted.
    pub priced_as: Option<String>,
    /// Whether memory is accounted for. It is not under protocols over curves, where it is small.
    pub is_memory_known: bool,
    /// What each party computes, in units that a calibration of the machine prices.
    pub work: Vec<PartyWork>,
    /// What each party holds at its fullest moment; its process and the reading of files come on top.
    pub memory: Vec<PartyMemory>,
}

/// The cost of a phase.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PhaseCost {
    /// Payload bytes sent by all parties together.
    pub bytes: u64,
    /// Payload bytes sent by the party that sends most.
    pub bytes_most: u64,
    /// Rounds: how much longer the longest chain of messages gets in it.
    pub rounds: u32,
}

impl Cost {
    /// Rounds in all.
    pub fn rounds(&self) -> u32 {
        self.parties.iter().map(Counters::rounds).max().unwrap_or(0)
    }

    /// Payload bytes sent by all parties together.
    pub fn bytes(&self) -> u64 {
        self.phases.iter().map(|p| p.bytes).sum()
    }

    fn of(ledger: &Ledger, program: &BoundProgram) -> Self {
        let parties = ledger.counters().to_vec();
        let longest = parties.iter().max_by_key(|c| c.rounds()).copied().unwrap_or_default();
        let phases = Phase::ALL.map(|phase| {
            let sent = |c: &Counters| c.phases[phase as usize].bytes_sent;
            PhaseCost {
                bytes: parties.iter().map(sent).sum(),
                bytes_most: parties.iter().map(sent).max().unwrap_or(0),
                rounds: longest.rounds_of[phase as usize],
            }
        });
        let by_line = ByLine::of(&ledger.charges(), program);
        Self {
            phases,
            parties,
            and_gates: ledger.and_gates(),
            multiplications: ledger.multiplications(),
            by_line,
            priced_as: None,
            is_memory_known: true,
            work: ledger.work().to_vec(),
            memory: ledger.memory(),
        }
    }
}

/// Runs a plan on paper.
pub fn cost(plan: &Plan) -> Cost {
    if let Some(curve) = &plan.curve {
        let cost = Cost::of(&curve::curve_ledger(plan, curve), &plan.program);
        return Cost { is_memory_known: false, ..cost };
    }
    let base = plan.base_ot;
    let cost = match plan.protocol {
        ProtocolName::Dkls | ProtocolName::Frost | ProtocolName::ShamirSigning | ProtocolName::SpdzSigning => {
            unreachable!("a plan of these is one over a curve")
        }
        ProtocolName::Yao => on_paper(plan, || yao::Paper::new(plan.garbling).based_on(base).prepared(plan.prepared)),
        ProtocolName::AuthenticatedGarbling => {
            on_paper(plan, || authenticated::Paper::new(plan.parties).based_on(base).prepared(plan.prepared))
        }
        ProtocolName::ShamirRobust => match plan.ring {
            Ring::Z64 => on_paper(plan, || robust::Paper::<Wrapping<u64>>::new(plan.parties)),
            Ring::Z128 => on_paper(plan, || robust::Paper::<Wrapping<u128>>::new(plan.parties)),
        },
        ProtocolName::Shamir => on_paper(plan, || shamir::Paper::new(plan.parties)),
        ProtocolName::Spdz => on_paper(plan, || spdz::Paper::new(plan.parties).based_on(base).prepared(plan.prepared)),
        ProtocolName::Additive => on_paper(plan, || {
            let paper = additive::Paper::new(plan.parties, plan.ring).based_on(base);
            paper.prepared(plan.prepared).dealt(plan.is_dealt)
        }),
        ProtocolName::Replicated => on_paper(plan, || replicated::Paper::new(plan.ring)),
        ProtocolName::ReplicatedMalicious => on_paper(plan, || replicated::Paper::verified(plan.ring)),
    };
    Cost { priced_as: Some(priced_as(plan)), ..cost }
}

/// What has one price for each unit of work, but for the number of parties: protocols of both rings have two.
fn priced_as(plan: &Plan) -> String {
    let technique = plan.technique();
    match plan.protocol {
        ProtocolName::Additive
        | ProtocolName::Replicated
        | ProtocolName::ReplicatedMalicious
        | ProtocolName::ShamirRobust => format!("{technique}, {} bits", plan.ring.bits()),
        _ => technique,
    }
}

fn on_paper<P: Twin>(plan: &Plan, twin: impl Fn() -> P) -> Cost {
    let demands = demands_on_paper(plan, &mut twin());
    let mut paper = Counted::new(twin());
    run_on_paper(plan, &mut paper, &demands);
    let mut twin = paper.into_twin();
    let ledger = twin.ledger_mut();
    for (party, memory) in ledger.memory().iter().enumerate() {
        ledger.busy(PartyIndex(party), Work::Held, memory.total() - memory.of(Memory::Columns));
    }
    Cost::of(ledger, &plan.program)
}

/// Takes a paper twin through a plan whose stages consume these.
pub(super) fn run_on_paper<P: Protocol>(plan: &Plan, paper: &mut P, demands: &[StageDemand<P::Demand>]) {
    let inputs = Inputs::new();
    let mut plain = Plain::on_paper(&plan.program, &plan.party_of, &inputs);
    at_once(execute(plan, paper, &mut plain, demands, &mut NoHooks));
}

/// What each stage of a plan consumes.
pub(crate) fn demands_on_paper<P: Protocol>(plan: &Plan, paper: &mut P) -> Vec<StageDemand<P::Demand>> {
    let inputs = Inputs::new();
    let mut plain = Plain::on_paper(&plan.program, &plan.party_of, &inputs);
    at_once(tally(plan, paper, &mut plain))
}

/// What each stage of a plan consumes whose circuits are garbled.
pub(crate) fn garbled_demands(plan: &Plan) -> Vec<StageDemand<yao::Demand>> {
    demands_on_paper(plan, &mut yao::Paper::new(plan.garbling))
}

/// A paper twin waits for nobody, so one poll finishes it; and it cannot fail, since it receives nothing.
fn at_once<T>(run: impl Future<Output = Result<T, RunError>>) -> T {
    run.now_or_never()
        .expect("a paper twin waits for nobody")
        .expect("a paper twin receives nothing that could be wrong")
}
