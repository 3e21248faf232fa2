//! Broadcast with fewer than a third of cheats: all who follow the protocol hear the same, and what honest speakers said.

use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use quorate_engine::crypto::{Council, SessionId, Speaker, agreement_cost};
use quorate_engine::net::{Counters, Ledger, Link, Network, PartyIndex, Patience, SimulatedLine};
use quorate_testkit::clock::{Part, VirtualClock, drive, impatient};
use quorate_testkit::simulated_links;
use quorate_testkit::tamper::{Deed, Frame, Then, cheat};

const SESSION: SessionId = SessionId([5; 32]);
const LINE: SimulatedLine = SimulatedLine { latency: Duration::from_millis(5), bits_per_second: 1e9 };
const LENGTH: usize = 40;

type Heard = Vec<Option<Vec<u8>>>;

/// A broadcast by everybody, twice; the last `faults` parties send what `deed` makes of their messages.
fn broadcasts(
    parties: usize,
    faults: usize,
    deed: impl Fn(usize, Frame) -> Deed + Send + Sync + 'static,
) -> Vec<(Vec<Heard>, Counters)> {
    let clock = VirtualClock::new();
    // The cheats' own code waits for answers that nobody gives any more.
    let patient = |link: Option<Link>| link.map(|link| impatient(link, &clock, Duration::from_secs(100_000)));
    let links = simulated_links(parties, LINE, &clock).into_iter();
    let mut links: Vec<Vec<Option<Link>>> = links.map(|row| row.into_iter().map(patient).collect()).collect();
    let deed = Arc::new(deed);
    for cheating in parties - faults..parties {
        let (deed, mut number) = (deed.clone(), 0);
        cheat(&mut links, PartyIndex(cheating), move |frame| {
            number += 1;
            deed(number, frame)
        });
    }
    let parts = links.into_iter().enumerate().map(|(me, links)| -> Part<'_, _> {
        let clock = clock.clone();
        Box::pin(async move {
            let mut net = Network::new(PartyIndex(me), links);
            net.be_patient(Patience { clock, first: Duration::from_secs(1), growth: Duration::from_millis(20) });
            let council = Council::of_all(parties);
            let speakers = speakers(parties);
            let mut heard = Vec::new();
            for turn in 0..2 {
                heard.push(council.broadcast(&mut net, &SESSION, &speakers, Some(&said(me, turn))).await);
            }
            (heard, net.counters())
        })
    });
    drive(&clock, parts.collect()).expect("nobody waits for ever")
}

fn speakers(parties: usize) -> Vec<Speaker> {
    (0..parties).map(|p| Speaker { party: PartyIndex(p), length: LENGTH }).collect()
}

fn said(party: usize, turn: usize) -> Vec<u8> {
    vec![(16 * party + turn) as u8; LENGTH]
}

/// The honest agree in all, and heard each other.
fn assert_agreed(ended: &[(Vec<Heard>, Counters)], faults: usize) {
    let honest = ended.len() - faults;
    for (heard, _) in &ended[..honest] {
        assert_eq!(heard, &ended[0].0);
        for (turn, heard) in heard.iter().enumerate() {
            for (party, content) in heard.iter().enumerate().take(honest) {
                assert_eq!(content.as_deref(), Some(&said(party, turn)[..]), "what party {party} said");
            }
        }
    }
}

#[test]
fn all_hear_what_all_said_at_the_predicted_cost() {
    for parties in [4, 5, 7] {
        let ended = broadcasts(parties, 0, |_, frame| Deed::send([frame]));
        assert_agreed(&ended, 0);
        let mut ledger = Ledger::new(parties);
        for _ in 0..2 {
            agreement_cost(&mut ledger, &Council::of_all(parties), &speakers(parties));
        }
        let counted: Vec<Counters> = ended.iter().map(|(_, counters)| *counters).collect();
        assert_eq!(ledger.counters(), counted);
    }
}

#[test]
fn whoever_is_silent_from_some_message_on_holds_nobody_up() {
    for parties in [4, 7] {
        for from in [1, 3, 9, 20, 33, 60] {
            let deed = move |number, frame| match number {
                n if n < from => Deed::send([frame]),
                _ => Deed { frames: Vec::new(), then: Then::FallSilent },
            };
            assert_agreed(&broadcasts(parties, (parties - 1) / 3, deed), (parties - 1) / 3);
        }
    }
}

#[test]
fn a_speaker_who_says_something_else_to_each_is_heard_alike_or_not_at_all() {
    for parties in [4, 7] {
        let faults = (parties - 1) / 3;
        let ended = broadcasts(parties, faults, |_, mut frame| {
            let to = frame.to.0 as u8;
            frame.payload_mut().fill(to / 2);
            Deed::send([frame])
        });
        assert_agreed(&ended, faults);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Cheats change, drop or truncate any of their messages, each for each receiver.
    #[test]
    fn cheats_change_nothing_of_what_the_honest_hear(seven: bool, seed: u64, rate in 1_u64..12) {
        let parties = if seven { 7 } else { 4 };
        let faults = (parties - 1) / 3;
        let ended = broadcasts(parties, faults, move |number, mut frame| {
            let noise = (seed ^ (number as u64) << 32 ^ frame.to.0 as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
            if noise.is_multiple_of(rate) {
                match (noise / rate) % 5 {
                    0 => frame.payload_mut().fill(0),
                    1 => frame.payload_mut().fill(1),
                    2 => frame.payload_mut().iter_mut().for_each(|byte| *byte ^= (noise >> 8) as u8 & 3),
                    3 if noise & 0x700 == 0 => { frame.bytes.pop(); }
                    _ if noise & 0xf00 == 0 => return Deed::withhold(),
                    _ => frame.payload_mut().reverse(),
                }
            }
            Deed::send([frame])
        });
        assert_agreed(&ended, faults);
    }
}
