//! Peers that send something else: a wrong result or an error, never a panic or a hang.

mod yao_parties;

use quorate_circuits::boolean::{Builder, Circuit, Shape, integer};
use quorate_engine::net::{
    ChannelFault, FrameSender, Link, LinkError, LinkFuture, PartyIndex, Step, memory_links,
};
use quorate_engine::protocol::yao::{EVALUATOR, GARBLER, YAO_INPUTS, YAO_OUTPUTS, YAO_START, YAO_TABLES};
use yao_parties::{Calling, Opened, play_over};

/// Bytes of a frame before its payload.
const HEADER: usize = 12;

/// Passes the payloads of one step through `tamper`.
struct Tampering {
    inner: Box<dyn FrameSender>,
    step: Step,
    tamper: fn(&mut Vec<u8>),
}

impl FrameSender for Tampering {
    fn send(&mut self, mut frame: Vec<u8>) -> LinkFuture<'_, ()> {
        if frame[8..HEADER] == self.step.tag().to_le_bytes() {
            let mut payload = frame.split_off(HEADER);
            (self.tamper)(&mut payload);
            frame.extend(payload);
        }
        self.inner.send(frame)
    }
}

/// A circuit with three messages of tables, over 20 instances.
fn calling() -> Calling {
    let (mut builder, inputs) = Builder::new(&[32, 32]);
    let mut product = inputs[0].clone();
    for _ in 0..3 {
        product = integer::multiply(&mut builder, &product, &inputs[1], Shape::FewAnds);
    }
    let circuit: Circuit = builder.finish(vec![product]);
    Calling::new(circuit, 20, 6)
}

/// What garbler and evaluator end with if `cheat` tampers with its messages of `step`.
fn tampered(cheat: PartyIndex, step: Step, tamper: fn(&mut Vec<u8>)) -> [Result<Opened, ChannelFault>; 2] {
    let mut links = memory_links(2);
    let place = &mut links[cheat.0][1 - cheat.0];
    let link = place.take().expect("the link to the other party");
    let sender = Tampering { inner: link.sender, step, tamper };
    *place = Some(Link { sender: Box::new(sender), receiver: link.receiver });
    play_over(links, [1, 1], &calling()).map(|(opened, ..)| opened.map_err(|error| error.fault))
}

/// Every message of every step, and who sends it.
const MESSAGES: [(PartyIndex, Step); 5] = [
    (GARBLER, YAO_START),
    (EVALUATOR, YAO_INPUTS),
    (GARBLER, YAO_TABLES),
    (GARBLER, YAO_OUTPUTS),
    (EVALUATOR, YAO_OUTPUTS),
];

#[test]
fn changed_messages_change_results_only() {
    let right: Opened = calling().expected().into_iter().map(Some).collect();
    for (cheat, step) in MESSAGES {
        let flip = |payload: &mut Vec<u8>| payload.iter_mut().for_each(|byte| *byte ^= 0xff);
        let results = tampered(cheat, step, flip);
        assert!(results.iter().any(|opened| *opened != Ok(right.clone())), "{step} of {cheat} matters");
        assert!(results.iter().all(Result::is_ok), "{step}: a changed message has the right length");
    }
}

#[test]
fn short_and_long_messages_are_errors() {
    let cuts: [fn(&mut Vec<u8>); 3] = [|p| p.truncate(p.len() - 1), |p| p.clear(), |p| p.push(0)];
    for (cheat, step) in MESSAGES {
        for cut in cuts {
            let results = tampered(cheat, step, cut);
            let victim = &results[1 - cheat.0];
            assert!(matches!(victim, Err(ChannelFault::WrongLength { .. })), "{step} of {cheat}: {victim:?}");
        }
    }
}

#[test]
fn a_peer_that_leaves_ends_the_session() {
    for (cheat, step) in MESSAGES {
        // A frame shorter than its header cannot be sent by a party; the link closes when the victim gives up.
        let results = tampered(cheat, step, |payload| payload.clear());
        for (party, result) in results.iter().enumerate() {
            let left = matches!(result, Err(ChannelFault::Link(LinkError::Closed)));
            assert!(left || party != cheat.0 || result.is_ok(), "{step} of {cheat}: {result:?}");
        }
    }
}
