//! A garbler that garbles into the void, and an evaluator that reads what was garbled before.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use futures_executor::block_on;
use quorate_circuits::boolean::{Builder, Circuit, Shape, integer};
use quorate_circuits::number::Word;
use quorate_engine::crypto::SessionId;
use quorate_engine::net::{ChannelError, FrameReceiver, FrameSender, Link, LinkError, LinkFuture, Network, PartyIndex};
use quorate_engine::protocol::yao::{EVALUATOR, Evaluator, GARBLER, Garbler, Garbling};
use quorate_engine::protocol::{CallRequest, Domain, Protocol, Session, ShareRequest};

use crate::random_of;

/// Frames in the order of sending.
pub type Tape = Vec<Vec<u8>>;

/// A batch of 64-bit products, all factors the garbler's.
pub struct Multiplying {
    circuit: Arc<Circuit>,
    factors: Vec<Word>,
    garbling: Garbling,
}

impl Multiplying {
    /// So many products.
    pub fn new(instances: usize, garbling: Garbling) -> Self {
        let (mut builder, inputs) = Builder::new(&[64, 64]);
        let product = integer::multiply(&mut builder, &inputs[0], &inputs[1], Shape::FewAnds);
        let circuit = Arc::new(builder.finish(vec![product]));
        Self { circuit, factors: (0..instances as Word).map(|i| (i * 0x9e37_79b9_7f4a_7c15) >> 3).collect(), garbling }
    }

    /// AND gates of the batch.
    pub fn and_gates(&self) -> u64 {
        (self.circuit.and_gates() * self.factors.len()) as u64
    }

    /// Garbles, and throws the tables away.
    pub fn garble(&self) {
        self.as_garbler(Link { sender: Box::new(Void), receiver: Box::new(Reading(VecDeque::new())) });
    }

    /// Garbles, and keeps what the evaluator would have received.
    pub fn record(&self) -> Tape {
        let tape = Arc::new(Mutex::new(Tape::new()));
        let sender = Box::new(Writing(tape.clone()));
        self.as_garbler(Link { sender, receiver: Box::new(Reading(VecDeque::new())) });
        std::mem::take(&mut *tape.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Evaluates what was recorded.
    ///
    /// # Panics
    /// If the tape is of another batch.
    pub fn evaluate(&self, tape: Tape) {
        let link = Link { sender: Box::new(Void), receiver: Box::new(Reading(tape.into())) };
        let mut evaluator = Evaluator::new(session(EVALUATOR, vec![Some(link), None]), self.garbling);
        block_on(self.run(&mut evaluator, EVALUATOR)).expect("the tape is of this batch");
    }

    fn as_garbler(&self, link: Link) {
        let mut garbler = Garbler::new(session(GARBLER, vec![None, Some(link)]), self.garbling);
        block_on(self.run(&mut garbler, GARBLER)).expect("a garbler of its own inputs waits for nobody");
    }

    async fn run<P: Protocol>(&self, party: &mut P, me: PartyIndex) -> Result<(), ChannelError> {
        let request = || ShareRequest {
            owner: GARBLER,
            domain: Domain::Boolean { width: 64 },
            length: self.factors.len(),
            words: (me == GARBLER).then_some(&self.factors[..]),
        };
        party.prepare(&P::Demand::default()).await?;
        let shares = party.share(&[request(), request()]).await?;
        let call = CallRequest { circuit: &self.circuit, operands: shares.iter().collect() };
        party.call(&[call]).await.map(drop)
    }
}

fn session(me: PartyIndex, links: Vec<Option<Link>>) -> Session {
    Session { id: SessionId([0xbe; 32]), network: Network::new(me, links), random: random_of(me) }
}

struct Void;
struct Writing(Arc<Mutex<Tape>>);
struct Reading(VecDeque<Vec<u8>>);

impl FrameSender for Void {
    fn send(&mut self, frame: Vec<u8>) -> LinkFuture<'_, ()> {
        drop(frame);
        Box::pin(std::future::ready(Ok(())))
    }
}

impl FrameSender for Writing {
    fn send(&mut self, frame: Vec<u8>) -> LinkFuture<'_, ()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(frame);
        Box::pin(std::future::ready(Ok(())))
    }
}

impl FrameReceiver for Reading {
    fn receive(&mut self) -> LinkFuture<'_, Vec<u8>> {
        let frame = self.0.pop_front().ok_or(LinkError::Closed);
        Box::pin(std::future::ready(frame))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_recorded_can_be_evaluated() {
        for (way, least) in [(Garbling::HalfGates, 32), (Garbling::ThreeHalves, 24)] {
            let batch = Multiplying::new(20, way);
            let tape = batch.record();
            assert!(tape.iter().map(Vec::len).sum::<usize>() as u64 > least * batch.and_gates());
            batch.garble();
            batch.evaluate(tape);
        }
    }
}
