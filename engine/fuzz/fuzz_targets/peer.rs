//! A peer that sends any frames at all: the honest party ends with a result or an error, without a panic.
#![no_main]

use std::sync::{Arc, LazyLock};

use futures_executor::block_on;
use libfuzzer_sys::fuzz_target;
use quorate_circuits::bind::{Arguments, BoundProgram};
use quorate_circuits::clear::Inputs;
use quorate_engine::crypto::{Random, SessionId};
use quorate_engine::net::{FrameReceiver, FrameSender, Link, LinkError, LinkFuture, Network, PartyIndex};
use quorate_engine::plan::{Plan, plan};
use quorate_engine::protocol::{ProtocolName, Session};
use quorate_engine::run::{NoHooks, run_party};

/// Takes everything.
struct Sink;

impl FrameSender for Sink {
    fn send(&mut self, _: Vec<u8>) -> LinkFuture<'_, ()> {
        Box::pin(async { Ok(()) })
    }
}

/// Plays back the fuzzer's frames with the header fields that let them through, so that the payload is reached.
struct Script {
    frames: std::vec::IntoIter<(u32, Vec<u8>)>,
    sequence: u32,
}

impl FrameReceiver for Script {
    fn receive(&mut self) -> LinkFuture<'_, Vec<u8>> {
        let next = self.frames.next().map(|(tag, payload)| {
            let mut frame = Vec::with_capacity(12 + payload.len());
            frame.extend_from_slice(&1u32.to_le_bytes());
            frame.extend_from_slice(&self.sequence.to_le_bytes());
            frame.extend_from_slice(&tag.to_le_bytes());
            frame.extend_from_slice(&payload);
            self.sequence += 1;
            frame
        });
        Box::pin(async move { next.ok_or(LinkError::Closed) })
    }
}

static PLANS: LazyLock<Vec<Arc<Plan>>> = LazyLock::new(|| {
    let entry = quorate_circuits::library::find("millionaires").expect("in the library");
    let program = Arc::new(entry.program().expect("it parses"));
    let bound = Arc::new(BoundProgram::new(&program, &Arguments::default()).expect("it binds"));
    let party_of = [PartyIndex(0), PartyIndex(1)];
    [ProtocolName::Yao, ProtocolName::Additive, ProtocolName::AuthenticatedGarbling].map(|name| Arc::new(plan(&bound, name, 2, &party_of))).to_vec()
});

fuzz_target!(|input: (u8, bool, Vec<(u32, Vec<u8>)>)| {
    let (protocol, second_party, frames) = input;
    let plan = &PLANS[usize::from(protocol) % PLANS.len()];
    let me = usize::from(second_party);
    let mut links = vec![None, None];
    links[1 - me] = Some(Link {
        sender: Box::new(Sink),
        receiver: Box::new(Script { frames: frames.into_iter(), sequence: 0 }),
    });
    let session = Session {
        id: SessionId([1; 32]),
        network: Network::new(PartyIndex(me), links),
        random: Random::dangerous_from_seed([2; 32]),
    };
    let inputs = Inputs::from([("alice.wealth".to_owned(), vec![5]), ("bob.wealth".to_owned(), vec![7])]);
    let _ = block_on(run_party(plan, session, &inputs, &mut NoHooks));
});
