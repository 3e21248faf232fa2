//! What one run of a plan consumes of correlated randomness, so that it can be made before the run.

use super::cost::{demands_on_paper, garbled_demands, run_on_paper};
use super::digest::plan_digest;
use super::{Plan, Stage};
use crate::correlation::{CorrelationsOnPaper, Demand, Holders, ProductKind};
use crate::net::{Counters, Ledger, PartyIndex, Phase};
use crate::ot::BaseOt;
use crate::protocol::{Protocol, ProtocolName, Ring, additive, authenticated, spdz, yao};

/// What one run consumes. Two plans that consume the same can use the same material, whatever their programs.
#[derive(Clone, Debug)]
pub struct Consumption {
    parties: usize,
    ring: Ring,
    base_ot: BaseOt,
    material: Material,
}

/// What is consumed, stretch after stretch, in the order of the run: a straight stage of its plan, or a tile. There is none
/// that consumes nothing.
#[derive(Clone, Debug)]
pub(crate) enum Material {
    /// Random products and bits in additive shares.
    Sums(Vec<Demand>),
    /// Triples and bits of authenticated garbling.
    Garbling(Vec<authenticated::Demand>),
    /// Those of SPDZ.
    Spdz(Vec<spdz::Demand>),
    /// Garbled circuits, which are those of one plan.
    Garbled(Box<Garbled>),
}

/// Circuits that are garbled ahead.
#[derive(Clone, Debug)]
pub(crate) struct Garbled {
    /// The plan whose they are.
    pub(crate) plan: Plan,
    /// AND gates of all instances.
    and_gates: u64,
    /// Bytes of the material, by party.
    bytes: [u64; 2],
}

impl Consumption {
    /// That of a plan; `None` if its protocol takes nothing that was prepared.
    pub fn of(plan: &Plan) -> Option<Self> {
        let material = match plan.protocol {
            ProtocolName::Additive => Material::Sums(stretches(plan, additive::Paper::new(plan.parties, plan.ring))),
            ProtocolName::AuthenticatedGarbling => {
                Material::Garbling(stretches(plan, authenticated::Paper::new(plan.parties)))
            }
            ProtocolName::Spdz => Material::Spdz(stretches(plan, spdz::Paper::new(plan.parties))),
            ProtocolName::Yao => Material::Garbled(Box::new(Garbled::of(plan))),
            _ => return None,
        };
        Some(Self { parties: plan.parties, ring: plan.ring, base_ot: plan.base_ot, material })
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

    pub(crate) const fn material(&self) -> &Material {
        &self.material
    }

    /// How many stretches consume something; how many waves of gates a plan has whose circuits are garbled.
    pub fn stretches(&self) -> usize {
        match &self.material {
            Material::Garbled(garbled) => garbled.plan.waves() as usize,
            Material::Sums(demands) => demands.len(),
            Material::Garbling(demands) => demands.len(),
            Material::Spdz(demands) => demands.len(),
        }
    }

    /// Whether there is nothing to prepare.
    pub fn is_empty(&self) -> bool {
        match &self.material {
            Material::Garbled(garbled) => garbled.and_gates == 0,
            _ => self.stretches() == 0,
        }
    }

    /// Bytes of one run's material at a party.
    pub fn bytes(&self, party: PartyIndex) -> u64 {
        match &self.material {
            Material::Sums(demands) => {
                demands.iter().map(|demand| demand.bytes(party, self.ring.bits() as usize) as u64).sum()
            }
            Material::Garbling(demands) => authenticated::material_bytes(self.parties, demands),
            Material::Spdz(demands) => spdz::material_bytes(self.parties, demands, party),
            Material::Garbled(garbled) => garbled.bytes[party.0],
        }
    }

    /// What tells it from every other consumption of its protocol: the number of parties, the ring and all stretches.
    pub fn digest(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key("quorate consumption 1");
        let mut number = |number: usize| {
            hasher.update(&(number as u64).to_le_bytes());
        };
        [self.parties, self.ring.bits() as usize, self.stretches()].into_iter().for_each(&mut number);
        let garbling = |demand: &authenticated::Demand| [demand.and_gates, demand.bits];
        match &self.material {
            Material::Sums(demands) => demands.iter().for_each(|demand| sums_digest(demand, &mut number)),
            Material::Garbling(demands) => demands.iter().flat_map(garbling).for_each(number),
            Material::Spdz(demands) => {
                for demand in demands {
                    garbling(&demand.garbling).into_iter().for_each(&mut number);
                    [demand.triples, demand.known.len()].iter().chain(&demand.known).copied().for_each(&mut number);
                }
            }
            Material::Garbled(garbled) => {
                hasher.update(&plan_digest(&garbled.plan));
            }
        }
        *hasher.finalize().as_bytes()
    }

    /// What [`crate::run::preprocess`] sends for so many runs, by party: exact.
    pub fn preprocessing(&self, runs: u32) -> Vec<Counters> {
        match &self.material {
            Material::Sums(demands) => self.sums_preprocessing(demands, runs),
            Material::Garbling(demands) => {
                let mut paper = authenticated::Paper::new(self.parties).based_on(self.base_ot);
                (0..runs).for_each(|_| paper.make_ahead(demands));
                paper.ledger().counters().to_vec()
            }
            Material::Spdz(demands) => {
                let mut paper = spdz::Paper::new(self.parties).based_on(self.base_ot);
                (0..runs).for_each(|_| paper.make_ahead(demands));
                paper.ledger().counters().to_vec()
            }
            Material::Garbled(garbled) => garbled.preprocessing(runs),
        }
    }

    fn sums_preprocessing(&self, demands: &[Demand], runs: u32) -> Vec<Counters> {
        let mut ledger = Ledger::new(self.parties);
        let mut paper = CorrelationsOnPaper::new(self.ring.bits() as usize).based_on(self.base_ot);
        for demand in (0..runs).flat_map(|_| demands) {
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

impl Garbled {
    fn of(plan: &Plan) -> Self {
        let mut paper = yao::Paper::ahead(plan.garbling);
        run_on_paper(plan, &mut paper, &garbled_demands(plan));
        Self { plan: plan.clone(), and_gates: paper.ledger().and_gates(), bytes: paper.material() }
    }

    fn preprocessing(&self, runs: u32) -> Vec<Counters> {
        let mut paper = yao::Paper::ahead(self.plan.garbling).based_on(self.plan.base_ot);
        let demands = garbled_demands(&self.plan);
        for _ in 0..runs {
            paper.begin_anew();
            run_on_paper(&self.plan, &mut paper, &demands);
        }
        paper.ledger().counters().to_vec()
    }
}

/// What the stretches of a plan consume that consume something.
fn stretches<P: Protocol>(plan: &Plan, mut paper: P) -> Vec<P::Demand>
where
    P::Demand: Clone + Default + PartialEq,
{
    let mut stretches = Vec::new();
    for (stage, demand) in plan.stages.iter().zip(demands_on_paper(plan, &mut paper)) {
        let whole = match stage {
            Stage::Straight(_) => 1,
            Stage::Tiled { length, tile, .. } => length / tile,
        };
        stretches.extend(demand.whole.into_iter().cycle().take(whole));
        stretches.extend(demand.last);
    }
    stretches.retain(|demand| *demand != P::Demand::default());
    stretches
}

fn sums_digest(demand: &Demand, number: &mut impl FnMut(usize)) {
    let Demand { bit_triple_words, products, dabit_words } = demand;
    [*bit_triple_words, *dabit_words, products.len()].into_iter().for_each(&mut *number);
    for (ProductKind { table, column, rows, columns }, instances) in products {
        [holder(*table), holder(*column), *rows, *columns, *instances].into_iter().for_each(&mut *number);
    }
}

/// Everybody, or the place of one party.
fn holder(holders: Holders) -> usize {
    match holders {
        Holders::All => 0,
        Holders::One(party) => 1 + party.0,
    }
}
