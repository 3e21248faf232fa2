//! What one run of a plan consumes of correlated randomness, so that it can be made before the run.

use super::cost::demands_on_paper;
use super::{Plan, Stage};
use crate::correlation::{CorrelationsOnPaper, Demand, Holders, ProductKind};
use crate::net::{Counters, Ledger, PartyIndex, Phase};
use crate::ot::BaseOt;
use crate::protocol::{Ring, additive};

/// What one run consumes, stretch after stretch: a straight stage of its plan, or a tile. Two plans that consume the same
/// can use the same material, whatever their programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consumption {
    parties: usize,
    ring: Ring,
    base_ot: BaseOt,
    stretches: Vec<Demand>,
}

impl Consumption {
    /// That of a plan; `None` if its protocol takes nothing that was prepared.
    pub fn of(plan: &Plan) -> Option<Self> {
        if !plan.protocol.takes_prepared() {
            return None;
        }
        let demands = demands_on_paper(plan, &mut additive::Paper::new(plan.parties, plan.ring));
        let mut stretches = Vec::new();
        for (stage, demand) in plan.stages.iter().zip(demands) {
            let whole = match stage {
                Stage::Straight(_) => 1,
                Stage::Tiled { length, tile, .. } => length / tile,
            };
            stretches.extend(demand.whole.into_iter().cycle().take(whole));
            stretches.extend(demand.last);
        }
        stretches.retain(|demand| !demand.is_empty());
        Some(Self { parties: plan.parties, ring: plan.ring, base_ot: plan.base_ot, stretches })
    }

    /// How many parties consume it.
    pub const fn parties(&self) -> usize {
        self.parties
    }

    /// The ring of its products.
    pub const fn ring(&self) -> Ring {
        self.ring
    }

    /// With which base OTs it is made.
    pub const fn base_ot(&self) -> BaseOt {
        self.base_ot
    }

    /// By stretch, in the order of the run; none that consumes nothing.
    pub fn stretches(&self) -> &[Demand] {
        &self.stretches
    }

    /// Bytes of one run's material at a party.
    pub fn bytes(&self, party: PartyIndex) -> u64 {
        self.stretches.iter().map(|demand| demand.bytes(party, self.ring.bits() as usize) as u64).sum()
    }

    /// What tells it from every other consumption: the number of parties, the ring and all stretches.
    pub fn digest(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key("quorate consumption 1");
        let mut number = |number: usize| {
            hasher.update(&(number as u64).to_le_bytes());
        };
        [self.parties, self.ring.bits() as usize, self.stretches.len()].into_iter().for_each(&mut number);
        for Demand { bit_triple_words, products, dabit_words } in &self.stretches {
            [*bit_triple_words, *dabit_words, products.len()].into_iter().for_each(&mut number);
            for (ProductKind { table, column, rows, columns }, instances) in products {
                [holder(*table), holder(*column), *rows, *columns, *instances].into_iter().for_each(&mut number);
            }
        }
        *hasher.finalize().as_bytes()
    }

    /// What [`crate::run::preprocess`] sends for so many runs, by party: exact.
    pub fn preprocessing(&self, runs: u32) -> Vec<Counters> {
        let mut ledger = Ledger::new(self.parties);
        let mut paper = CorrelationsOnPaper::new(self.ring.bits() as usize).based_on(self.base_ot);
        for demand in (0..runs).flat_map(|_| &self.stretches) {
            if paper.needs_set_up(demand, self.parties) {
                ledger.enter(Phase::SetUp);
                paper.set_up(&mut ledger, demand);
            }
            ledger.enter(Phase::Preprocessing);
            paper.make(&mut ledger, demand, demand);
        }
        ledger.counters().to_vec()
    }
}

/// Everybody, or the place of one party.
fn holder(holders: Holders) -> usize {
    match holders {
        Holders::All => 0,
        Holders::One(party) => 1 + party.0,
    }
}
