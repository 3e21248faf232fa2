//! Parties that send something else under authenticated garbling: honest ones end with the right result or with an
//! error, never with a wrong result. The loop over all cheats at all steps is in `tamper.rs`; here one byte anywhere in a
//! message is changed, so that wrong rows, terms, MACs and shares are hit which matter for some masked values only.

mod authenticated_parties;

use authenticated_parties::{Calling, End, play_over};
use quorate_circuits::boolean::{Builder, Circuit, Shape, integer};
use quorate_engine::net::{PartyIndex, Step, memory_links};
use quorate_engine::protocol::authenticated::{
    AUTHENTICATED_CHOICES, AUTHENTICATED_CONFIRMATION, AUTHENTICATED_CORRECTIONS, AUTHENTICATED_INPUT_ECHO,
    AUTHENTICATED_INPUTS, AUTHENTICATED_MACS, AUTHENTICATED_MASKS, AUTHENTICATED_OPENINGS, AUTHENTICATED_OPERANDS,
    AUTHENTICATED_OUTPUTS, AUTHENTICATED_PRODUCTS, AUTHENTICATED_TABLES, AUTHENTICATED_TERMS, AUTHENTICATED_ZERO_TEST,
    EVALUATOR,
};
use quorate_testkit::clock::VirtualClock;
use quorate_testkit::tamper::{Deed, cheat};

/// A product of small numbers and whether it is large.
fn circuit() -> Circuit {
    let (mut builder, inputs) = Builder::new(&[6, 6]);
    let product = integer::multiply(&mut builder, &inputs[0], &inputs[1], Shape::FewAnds);
    builder.finish(vec![product])
}

/// What all end with if `cheater` changes a byte of its first message of `step` to `victim`; `place` says which.
fn cheated(calling: &Calling, cheater: PartyIndex, victim: PartyIndex, step: Step, place: usize) -> Vec<End> {
    let mut links = memory_links(calling.parties);
    let mut done = false;
    cheat(&mut links, cheater, move |mut frame| {
        if frame.is_of(step) && frame.to == victim && !done {
            done = true;
            let length = frame.payload().len();
            // Any bit but the spare ones of a last byte.
            frame.payload_mut()[place.wrapping_mul(0x9e37_79b9_7f4a_7c15) % length.saturating_sub(1).max(1)] ^=
                1 << (place % 8);
        }
        Deed::send([frame])
    });
    play_over(links, &VirtualClock::new(), calling)
}

/// How many of `times` such cheats an honest party noticed.
fn noticed(parties: usize, cheater: PartyIndex, step: Step, times: usize) -> usize {
    let mut noticed = 0;
    for place in 0..times {
        let calling = Calling::new(parties, circuit(), 3, place as u64);
        // Of three parties the second and the third have inputs, and the third's choices are those of its pair with the first.
        let second = parties == 3 && [AUTHENTICATED_MASKS, AUTHENTICATED_CHOICES].contains(&step);
        let other = if second { 1 } else { usize::from(cheater.0 == 0) };
        let victim = if step == AUTHENTICATED_TABLES { EVALUATOR } else { PartyIndex(other) };
        let ends = cheated(&calling, cheater, victim, step, place + 1);
        let honest = ends.into_iter().enumerate().filter(|(party, _)| *party != cheater.0);
        let mut stopped = false;
        for (party, (opened, ..)) in honest {
            match opened {
                Ok(opened) => assert_eq!(opened, calling.expected(), "{step}, byte {place}: party {party}"),
                Err(_) => stopped = true,
            }
        }
        noticed += usize::from(stopped);
    }
    noticed
}

/// Steps in which every byte matters whatever the secrets are.
const ALWAYS: [Step; 8] = [
    AUTHENTICATED_CORRECTIONS,
    AUTHENTICATED_OPENINGS,
    AUTHENTICATED_CONFIRMATION,
    AUTHENTICATED_ZERO_TEST,
    AUTHENTICATED_MASKS,
    AUTHENTICATED_OPERANDS,
    AUTHENTICATED_MACS,
    AUTHENTICATED_OUTPUTS,
];

#[test]
fn of_two_parties_none_gets_a_wrong_result() {
    for cheater in [PartyIndex(0), PartyIndex(1)] {
        for step in ALWAYS {
            assert_eq!(noticed(2, cheater, step, 6), 6, "{step} of {cheater}");
        }
        // A garbler's own masked input is its own affair until a gate reads it.
        assert!(noticed(2, cheater, AUTHENTICATED_INPUTS, 6) > 0, "{cheater}");
    }
}

/// A wrong term of a product or of the zero test or a wrong row is noticed for one of two values of a random bit: some
/// are, some are not.
#[test]
fn guesses_are_noticed_half_of_the_time() {
    for (cheater, step) in [
        (PartyIndex(0), AUTHENTICATED_PRODUCTS),
        (PartyIndex(1), AUTHENTICATED_PRODUCTS),
        (PartyIndex(0), AUTHENTICATED_TERMS),
        (PartyIndex(1), AUTHENTICATED_TABLES),
    ] {
        let noticed = noticed(2, cheater, step, 24);
        assert!((3..24).contains(&noticed), "{step} of {cheater}: {noticed} of 24");
    }
}

#[test]
fn of_three_parties_none_gets_a_wrong_result() {
    for cheater in [PartyIndex(0), PartyIndex(2)] {
        for step in [AUTHENTICATED_INPUT_ECHO].into_iter().chain(ALWAYS) {
            assert_eq!(noticed(3, cheater, step, 2), 2, "{step} of {cheater}");
        }
    }
    for step in [AUTHENTICATED_CHOICES, AUTHENTICATED_INPUTS] {
        assert_eq!(noticed(3, PartyIndex(2), step, 3), 3, "{step}");
    }
    for (cheater, step) in [(PartyIndex(1), AUTHENTICATED_TABLES), (PartyIndex(2), AUTHENTICATED_PRODUCTS)] {
        assert!(noticed(3, cheater, step, 12) > 0, "{step} of {cheater}");
    }
}
