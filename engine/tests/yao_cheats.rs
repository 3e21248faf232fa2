//! Peers that send something else: a wrong result or an error, never a panic or a hang.

mod yao_parties;

use quorate_circuits::boolean::{Builder, Circuit, Shape, integer};
use quorate_engine::net::{ChannelFault, LinkError, PartyIndex, Step};
use quorate_engine::protocol::yao::{EVALUATOR, GARBLER, Garbling, YAO_INPUTS, YAO_OUTPUTS, YAO_START, YAO_TABLES};
use yao_parties::{Calling, Opened, links_with, play_over};

/// A circuit with several messages of tables, over 20 instances.
fn calling() -> Calling {
    let (mut builder, inputs) = Builder::new(&[32, 32]);
    let mut product = inputs[0].clone();
    for _ in 0..3 {
        product = integer::multiply(&mut builder, &product, &inputs[1], Shape::FewAnds);
    }
    let circuit: Circuit = builder.finish(vec![product]);
    Calling::new(circuit, 20, 6)
}

/// What a cheat does with a message.
type Cheat = fn(&mut Vec<u8>) -> Result<(), LinkError>;

/// What garbler and evaluator end with if `cheater` does this with its messages of `step`.
fn cheated(garbling: Garbling, cheater: PartyIndex, step: Step, cheat: Cheat) -> [Result<Opened, ChannelFault>; 2] {
    let links = links_with(cheater, step, cheat);
    play_over(garbling, links, &calling()).map(|(opened, ..)| opened.map_err(|error| error.fault))
}

/// Every message of every step, and who sends it.
const MESSAGES: [(PartyIndex, Step); 5] = [
    (GARBLER, YAO_START),
    (EVALUATOR, YAO_INPUTS),
    (GARBLER, YAO_TABLES),
    (GARBLER, YAO_OUTPUTS),
    (EVALUATOR, YAO_OUTPUTS),
];

/// The same, in either garbling.
fn messages() -> impl Iterator<Item = (Garbling, PartyIndex, Step)> {
    let all = |garbling| MESSAGES.map(|(cheater, step)| (garbling, cheater, step));
    Garbling::ALL.into_iter().flat_map(all)
}

#[test]
fn changed_messages_change_results_only() {
    let right: Opened = calling().expected().into_iter().map(Some).collect();
    for (garbling, cheater, step) in messages() {
        let results = cheated(garbling, cheater, step, |payload| {
            payload.iter_mut().for_each(|byte| *byte ^= 0xff);
            Ok(())
        });
        assert!(results.iter().all(Result::is_ok), "{step}: a changed message has the right length");
        assert!(results.iter().any(|opened| *opened != Ok(right.clone())), "{step} of {cheater} matters");
    }
}

#[test]
fn short_and_long_messages_are_errors() {
    let cuts: [Cheat; 3] = [
        |payload| {
            payload.pop();
            Ok(())
        },
        |payload| {
            payload.clear();
            Ok(())
        },
        |payload| {
            payload.push(0);
            Ok(())
        },
    ];
    for (garbling, cheater, step) in messages() {
        for cut in cuts {
            let victim = &cheated(garbling, cheater, step, cut)[1 - cheater.0];
            // A full frame that grows is refused for that.
            let refused =
                matches!(victim, Err(ChannelFault::WrongLength { .. } | ChannelFault::Link(LinkError::TooLong { .. })));
            assert!(refused, "{step} of {cheater}: {victim:?}");
        }
    }
}

#[test]
fn a_peer_that_leaves_ends_the_session() {
    for (garbling, cheater, step) in messages() {
        let victim = &cheated(garbling, cheater, step, |_| Err(LinkError::Closed))[1 - cheater.0];
        assert_eq!(*victim, Err(ChannelFault::Link(LinkError::Closed)), "{step} of {cheater}");
    }
}
