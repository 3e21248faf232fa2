//! Stretches of the protocols of a known size, for a party that is watched by its thread's clock.

use std::sync::Arc;

use quorate_circuits::boolean::{Bits, Builder, Circuit, Shape, integer};
use quorate_circuits::number::Word;
use quorate_engine::correlation::{Correlations, Demand, RingElement};
use quorate_engine::crypto::{Block, Random, SessionId};
use quorate_engine::net::{ChannelError, Network, PartyIndex, Step};
use quorate_engine::ot::{BaseOt, CotReceiver, CotSender};
use quorate_engine::protocol::{CallRequest, Domain, Protocol, Session, ShareRequest};

use crate::usage::thread_cpu_seconds;

/// A message that says nothing.
const CALIBRATION: Step = Step::new("calibration/message");
/// Nobody else is in this session.
const SESSION: SessionId = SessionId([0xca; 32]);
/// The party that garbles, sends in OTs and owns what is shared.
const FIRST: PartyIndex = PartyIndex(0);

/// A party of a measurement.
pub(super) struct Party {
    pub(super) me: PartyIndex,
    pub(super) network: Network,
    pub(super) random: Random,
}

/// Processor time between two moments.
struct Stopwatch(f64);

impl Stopwatch {
    fn start() -> Self {
        Self(now())
    }

    fn seconds(&self) -> f64 {
        now() - self.0
    }
}

/// The thread's processor time. The system brings it up to date when a thread gives way.
fn now() -> f64 {
    std::thread::yield_now();
    thread_cpu_seconds().unwrap_or(f64::NAN)
}

impl Party {
    fn peer(&self) -> PartyIndex {
        PartyIndex(1 - self.me.0)
    }

    fn session(self) -> Session {
        Session { id: SESSION, network: self.network, random: self.random }
    }

    /// So many messages there and back.
    pub(super) async fn messages(mut self, count: usize) -> Result<f64, ChannelError> {
        let (peer, watch) = (self.peer(), Stopwatch::start());
        for _ in 0..count {
            if self.me == FIRST {
                self.network.send(peer, CALIBRATION, &[0; 8]).await?;
            }
            self.network.receive(peer, CALIBRATION, 8).await?;
            if self.me != FIRST {
                self.network.send(peer, CALIBRATION, &[0; 8]).await?;
            }
        }
        Ok(watch.seconds())
    }

    /// So many set-ups, and then so many correlated OTs.
    pub(super) async fn transfers(mut self, set_ups: usize, ots: usize) -> Result<[f64; 2], ChannelError> {
        let (peer, watch) = (self.peer(), Stopwatch::start());
        let Self { me, network, random } = &mut self;
        if *me == FIRST {
            let delta = Block::new(random.block().to_u128() | 1);
            let mut sender = CotSender::set_up(network, peer, random, &SESSION, BaseOt::Ristretto, delta).await?;
            for _ in 1..set_ups {
                sender = CotSender::set_up(network, peer, random, &SESSION, BaseOt::Ristretto, delta).await?;
            }
            let (set_up, watch) = (watch.seconds(), Stopwatch::start());
            sender.extend(network, random, ots).await?;
            return Ok([set_up, watch.seconds()]);
        }
        let mut receiver = CotReceiver::set_up(network, peer, random, &SESSION, BaseOt::Ristretto).await?;
        for _ in 1..set_ups {
            receiver = CotReceiver::set_up(network, peer, random, &SESSION, BaseOt::Ristretto).await?;
        }
        let (set_up, watch) = (watch.seconds(), Stopwatch::start());
        receiver.extend(network, random, ots).await?;
        Ok([set_up, watch.seconds()])
    }

    /// The making of correlated randomness, its set-up excluded.
    pub(super) async fn correlations<R: RingElement>(mut self, demand: &Demand) -> Result<f64, ChannelError> {
        let mut correlations = Correlations::<R>::new(self.me);
        correlations.set_up(&mut self.network, &mut self.random, &SESSION, demand).await?;
        let watch = Stopwatch::start();
        correlations.make(&mut self.network, &mut self.random, demand).await?;
        Ok(watch.seconds())
    }

    /// A circuit under a protocol, `times` times over `instances` elements that the first party shares: seconds of the
    /// sharing and of the calls.
    pub(super) async fn calls<P: Protocol>(
        self,
        start: impl FnOnce(Session) -> P,
        demand: &P::Demand,
        work: &Calls,
    ) -> Result<[f64; 2], ChannelError> {
        let mine = self.me == FIRST;
        let mut protocol = start(self.session());
        protocol.prepare(demand).await?;
        let words = vec![0x0123_4567_89ab_cdef as Word; work.instances];
        let widths = work.circuit.input_widths();
        let requests: Vec<ShareRequest<'_>> = widths
            .iter()
            .map(|width| ShareRequest {
                owner: FIRST,
                domain: Domain::Boolean { width: *width as u32 },
                length: work.instances,
                words: mine.then_some(words.as_slice()),
            })
            .collect();
        let watch = Stopwatch::start();
        let shares = protocol.share(&requests).await?;
        let (sharing, watch) = (watch.seconds(), Stopwatch::start());
        for _ in 0..work.times {
            protocol.call(&[CallRequest { circuit: &work.circuit, operands: shares.iter().collect() }]).await?;
        }
        Ok([sharing, watch.seconds()])
    }
}

/// Calls of one circuit.
pub(super) struct Calls {
    pub(super) circuit: Arc<Circuit>,
    pub(super) instances: usize,
    pub(super) times: usize,
}

impl Calls {
    pub(super) fn ands(&self) -> f64 {
        (self.circuit.and_gates() * self.instances * self.times) as f64
    }

    pub(super) fn locals(&self) -> f64 {
        ((self.circuit.gates().len() - self.circuit.and_gates()) * self.instances * self.times) as f64
    }
}

/// 64-bit products.
pub(super) fn product(shape: Shape) -> Arc<Circuit> {
    let (mut builder, inputs) = Builder::new(&[64, 64]);
    let product = integer::multiply(&mut builder, &inputs[0], &inputs[1], shape);
    Arc::new(builder.finish(vec![product]))
}

/// XOR gates only, none of which another one makes needless.
pub(super) fn locals() -> Arc<Circuit> {
    const LAYERS: usize = 64;
    let (mut builder, inputs) = Builder::new(&[64, 64]);
    let (mut mixed, other) = (inputs[0].clone(), inputs[1].clone());
    for layer in 1..=LAYERS {
        let wires = (0..64).map(|i| {
            let (x, y) = (mixed[i], if layer % 2 == 1 { other[(i + layer) % 64] } else { mixed[(i + 1) % 64] });
            builder.xor(x, y)
        });
        mixed = wires.collect::<Bits>();
    }
    Arc::new(builder.finish(vec![mixed]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_circuits_are_of_the_gates_that_they_measure() {
        let locals = locals();
        assert_eq!(locals.and_gates(), 0);
        assert!(locals.gates().len() > 3000, "{}", locals.gates().len());
        assert!(product(Shape::FewAnds).and_gates() > 3000);
    }
}
