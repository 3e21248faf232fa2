//! A peer whose messages are cut, lengthened or replaced by garbage: a channel error or a wrong result, never a panic
//! and never a hang.

mod additive_support;

use std::num::Wrapping;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use additive_support::{Opened, Player, Scenario, demands, sessions};
use futures_executor::block_on;
use futures_util::future::join_all;
use quorate_circuits::boolean::{Builder, Shape, integer};
use quorate_engine::net::{ChannelError, ChannelFault, FrameSender, LinkFuture, PartyIndex, memory_links};
use quorate_engine::protocol::additive::Additive;
use quorate_engine::protocol::{CallRequest, Domain, Linear, ProductRequest, Protocol};

/// Every kind of message once.
struct Sample;

impl Scenario for Sample {
    async fn run<P: Protocol>(&self, player: &mut Player<'_, P>) -> Result<Opened, ChannelError> {
        let x = player.share(0, Domain::Arithmetic, &[3, 5]).await?;
        let y = player.share(1, Domain::Arithmetic, &[2, 4]).await?;
        let sum = player.protocol.linear(Linear::Add(&x, &y));
        let requests = [ProductRequest::TableColumn { table: &x, column: &sum, rows: 1 }];
        let product = player.protocol.multiply(&requests).await?.remove(0);
        let addends = player.protocol.addends(&[(&product, 9)]).await?.remove(0);
        let (mut builder, inputs) = Builder::new(&vec![9; addends.len()]);
        let total = integer::sum(&mut builder, &inputs, 9, Shape::FewRounds);
        let circuit = Arc::new(builder.finish(vec![total]));
        let request = CallRequest { circuit: &circuit, operands: addends.iter().collect() };
        let bits = player.protocol.call(&[request]).await?.remove(0).remove(0);
        let back = player.protocol.to_arithmetic(&[(&bits, false)]).await?;
        player.open_all(&[&back[0], &bits]).await
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    Shorten,
    Lengthen,
    Garble,
}

/// Tampers with the payload of one frame.
struct Tamperer {
    inner: Box<dyn FrameSender>,
    sent: Arc<AtomicUsize>,
    target: usize,
    fault: Fault,
}

/// Bytes of a frame's header, which is left alone.
const HEADER: usize = 12;

impl FrameSender for Tamperer {
    fn send(&mut self, mut frame: Vec<u8>) -> LinkFuture<'_, ()> {
        if self.sent.fetch_add(1, Ordering::Relaxed) == self.target {
            match self.fault {
                Fault::Shorten => frame.truncate((frame.len() - 1).max(HEADER)),
                Fault::Lengthen => frame.push(0xa5),
                Fault::Garble => frame[HEADER..].iter_mut().enumerate().for_each(|(i, b)| *b ^= (i * 29 + 0x5b) as u8),
            }
        }
        self.inner.send(frame)
    }
}

/// Runs two or three parties, the second of which tampers with what it sends to the first. Answers the parties' results
/// and the number of frames on that link.
fn run(parties: usize, target: usize, fault: Fault) -> (Vec<Result<Opened, ChannelError>>, usize) {
    let demand = demands::<Wrapping<u64>, _>(parties, &[Sample]).remove(0);
    let mut links = memory_links(parties);
    let sent = Arc::new(AtomicUsize::new(0));
    if let Some(link) = &mut links[1][0] {
        let inner = std::mem::replace(&mut link.sender, Box::new(Closed));
        link.sender = Box::new(Tamperer { inner, sent: sent.clone(), target, fault });
    }
    let runs = sessions(links).map(|session| {
        let demand = &demand;
        async move {
            let me = session.network.me();
            let mut party = Additive::<Wrapping<u64>>::new(session);
            party.prepare(demand).await?;
            Sample.run(&mut Player { protocol: &mut party, me: Some(me), parties }).await
        }
    });
    (block_on(join_all(runs)), sent.load(Ordering::Relaxed))
}

/// Holds the place of a sender that was taken out.
struct Closed;

impl FrameSender for Closed {
    fn send(&mut self, _: Vec<u8>) -> LinkFuture<'_, ()> {
        Box::pin(async { Ok(()) })
    }
}

#[test]
fn no_message_panics() {
    for parties in [2, 3] {
        let (honest, frames) = run(parties, usize::MAX, Fault::Garble);
        assert!(honest.iter().all(|result| result.as_ref() == Ok(&vec![Some(vec![60]), Some(vec![60])])), "{honest:?}");
        for target in 0..frames {
            for fault in [Fault::Shorten, Fault::Lengthen, Fault::Garble] {
                let (results, _) = run(parties, target, fault);
                let wrong_length =
                    |e: &ChannelError| e.peer == PartyIndex(1) && matches!(e.fault, ChannelFault::WrongLength { .. });
                // Garbled masks are masks too: the claim is semi-honest, and a wrong result is all there is to see.
                if fault != Fault::Garble {
                    assert!(results[0].as_ref().is_err_and(wrong_length), "frame {target}, {fault:?}: {results:?}");
                }
            }
        }
    }
}
