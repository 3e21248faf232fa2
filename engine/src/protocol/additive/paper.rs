//! All parties on paper: shares are shapes, messages are lengths in a ledger.

use quorate_circuits::boolean::Circuit;
use quorate_circuits::number::Word;

use super::convertible_bits;
use super::gmw::evaluate_cost;
use super::open::{open_cost, opened_bytes};
use super::product::{opened_elements, products_cost};
use super::seeds::seeds_cost;
use super::shape::Shape;
use super::tiling::Plan;
use crate::correlation::{CorrelationsOnPaper, Demand};
use crate::net::{Cause, ChannelError, Ledger, PartyIndex, Phase, Work};
use crate::protocol::{CallRequest, Domain, Linear, OpenRequest, Pick, ProductRequest, Protocol, Ring, ShareRequest};

/// The paper twin of all [`super::Additive`] parties together.
pub struct Paper {
    ring: Ring,
    ledger: Ledger,
    seeded: bool,
    correlations: CorrelationsOnPaper,
    consumed: Demand,
}

impl Paper {
    /// A session of `parties` parties before its first message.
    pub fn new(parties: usize, ring: Ring) -> Self {
        Self {
            ring,
            ledger: Ledger::new(parties),
            seeded: false,
            correlations: CorrelationsOnPaper::new(ring.bits() as usize),
            consumed: Demand::default(),
        }
    }

    /// The messages so far.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }
}

impl Paper {
    fn gates_busy(&mut self, calls: &[(&Circuit, usize)]) {
        for (circuit, instances) in calls {
            let (ands, all, words) = (circuit.and_gates(), circuit.gates().len(), instances.div_ceil(64));
            for party in (0..self.ledger.parties()).map(PartyIndex) {
                self.ledger.busy(party, Work::ShareAnd, ands as u64);
                self.ledger.busy(party, Work::ShareAndWord, (ands * words) as u64);
                self.ledger.busy(party, Work::ShareLocalWord, ((all - ands) * words) as u64);
            }
        }
    }
}

impl Protocol for Paper {
    type Share = Shape;
    type Demand = Demand;

    fn requested_by(&mut self, causes: impl Iterator<Item = Cause>) {
        self.ledger.requested_by(causes);
    }

    fn take_consumed(&mut self) -> Demand {
        std::mem::take(&mut self.consumed)
    }

    async fn prepare(&mut self, demand: &Demand) -> Result<(), ChannelError> {
        if !self.seeded {
            self.ledger.enter(Phase::SetUp);
            seeds_cost(&mut self.ledger);
            self.seeded = true;
        }
        if self.correlations.needs_set_up(demand, self.ledger.parties()) {
            self.ledger.enter(Phase::SetUp);
            self.correlations.set_up(&mut self.ledger, demand);
        }
        if !demand.is_empty() {
            self.ledger.enter(Phase::Preprocessing);
            self.correlations.make(&mut self.ledger, demand);
        }
        self.ledger.enter(Phase::Online);
        Ok(())
    }

    fn length(&self, share: &Shape) -> usize {
        share.length
    }

    fn duplicate(&self, share: &Shape) -> Shape {
        *share
    }

    fn public(&mut self, domain: Domain, words: &[Word]) -> Shape {
        Shape::public(domain, words.len())
    }

    async fn share(&mut self, requests: &[ShareRequest<'_>]) -> Result<Vec<Shape>, ChannelError> {
        Ok(requests.iter().map(|r| Shape::shared_by(r.owner, r.domain, r.length)).collect())
    }

    fn random_bits(&mut self, width: u32, length: usize) -> Shape {
        Shape::boolean(width as usize, length)
    }

    fn linear(&mut self, operation: Linear<'_, Shape>) -> Shape {
        Shape::of_linear(&operation, |shape| *shape)
    }

    fn pick(&mut self, share: &Shape, pick: &Pick) -> Shape {
        share.of_pick(pick)
    }

    fn regroup(&mut self, share: &Shape, width: u32) -> Shape {
        share.of_regrouping(width)
    }

    fn concatenate(&mut self, shares: &[&Shape]) -> Shape {
        Shape::of_concatenation(&shares.iter().map(|shape| **shape).collect::<Vec<_>>())
    }

    async fn multiply(&mut self, requests: &[ProductRequest<'_, Shape>]) -> Result<Vec<Shape>, ChannelError> {
        let plans: Vec<Plan> = requests.iter().map(|request| Plan::of(request, |shape| *shape)).collect();
        let parties = self.ledger.parties();
        self.ledger.split(plans.iter().map(|plan| opened_elements(plan, parties)));
        products_cost(&mut self.ledger, &plans, self.ring.bytes());
        for (request, plan) in plans.iter().enumerate() {
            self.ledger.add_multiplications(request, plan.multiplications());
            for tile in &plan.tiles {
                self.consumed.add_products(tile.kind, tile.instances);
                self.ledger.consume(request, self.correlations.product_bits(tile.kind, tile.instances, parties));
            }
        }
        Ok(plans.iter().map(|plan| Shape::arithmetic(plan.dimensions.results(), plan.holder)).collect())
    }

    async fn call(&mut self, requests: &[CallRequest<'_, Shape>]) -> Result<Vec<Vec<Shape>>, ChannelError> {
        let instances = |r: &CallRequest<'_, Shape>| r.operands.first().map_or(0, |operand| operand.length);
        let calls: Vec<(&Circuit, usize)> = requests.iter().map(|r| (r.circuit.as_ref(), instances(r))).collect();
        self.consumed.bit_triple_words += evaluate_cost(&mut self.ledger, &calls);
        self.gates_busy(&calls);
        let triple_bits = self.correlations.bit_triple_bits(self.ledger.parties());
        for (request, (circuit, n)) in calls.iter().enumerate() {
            let ands = (circuit.and_gates() * n) as u64;
            self.ledger.add_and_gates(request, ands);
            self.ledger.consume(request, ands * triple_bits);
        }
        let outputs = |(circuit, n): &(&Circuit, usize)| -> Vec<Shape> {
            circuit.output_widths().iter().map(|&width| Shape::boolean(width, *n)).collect()
        };
        Ok(calls.iter().map(outputs).collect())
    }

    fn addends(&mut self, share: &Shape, width: u32) -> Vec<Shape> {
        vec![Shape::boolean(width as usize, share.length); self.ledger.parties()]
    }

    async fn to_arithmetic(&mut self, requests: &[(&Shape, bool)]) -> Result<Vec<Shape>, ChannelError> {
        let ring_bits = self.ring.bits() as usize;
        let by_request = requests.iter().map(|(shape, _)| convertible_bits(**shape, ring_bits) as u64);
        let bits = by_request.clone().sum::<u64>() as usize;
        let dabit_bits = self.correlations.dabit_bits(self.ledger.parties());
        by_request.clone().enumerate().for_each(|(request, n)| self.ledger.consume(request, n * dabit_bits));
        self.ledger.split(by_request);
        if bits > 0 {
            self.ledger.exchange_all(bits.div_ceil(8) as u64);
        }
        self.consumed.dabit_words += bits.div_ceil(64);
        Ok(requests.iter().map(|(shape, _)| Shape::arithmetic(shape.length, super::Holder::Shared)).collect())
    }

    async fn open(&mut self, requests: &[OpenRequest<'_, Shape>]) -> Result<Vec<Option<Vec<Word>>>, ChannelError> {
        let bytes = self.ring.bytes();
        self.ledger.split(requests.iter().map(|r| (opened_bytes(*r.share, bytes) * r.receivers.len()) as u64));
        open_cost(&mut self.ledger, requests, bytes, |shape| *shape);
        Ok(requests.iter().map(|request| Some(vec![0; request.share.length])).collect())
    }
}
