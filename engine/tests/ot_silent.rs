//! Silent OT: the relation, what it costs, and peers that deviate.

mod ot_parties;

use ot_parties::{A, B, DELTA, SESSION, left_alone, random_of, run, run_over, tampered_pair};
use quorate_engine::crypto::{Block, SessionId};
use quorate_engine::net::{ChannelError, ChannelFault, Ledger, Link, PartyIndex, Phase, Step, memory_links};
use quorate_engine::ot::silent::{
    SILENT_ANSWER, SILENT_CHALLENGE, SILENT_TREES, SilentReceiver, SilentSender, Slice, Standing, extension_bytes,
    silent_bytes, silent_cost, stream_both, take_all,
};
use quorate_engine::ot::{BaseOt, CotReceiver, CotSender, ReceiverCots, SenderCots, set_up_all, set_up_cost};

/// The first iteration's, and some of the next one's.
const COUNTS: [usize; 3] = [11_000, 0, 3_333];

enum Half {
    Sender(Vec<SenderCots>),
    Receiver(Vec<ReceiverCots>),
}

/// One stock under [`DELTA`] from A to B, from which is taken time after time.
fn outcomes(
    links: Vec<Vec<Option<Link>>>,
    session: SessionId,
    counts: &'static [usize],
) -> Vec<Result<Half, ChannelError>> {
    run_over(links, |mut net| async move {
        let mut random = random_of(net.me());
        if net.me() == A {
            let mut cot = CotSender::set_up(&mut net, B, &mut random, &session, BaseOt::Ristretto, DELTA).await?;
            let (mut silent, mut taken) = (SilentSender::new(&cot, 0).unwrap(), Vec::new());
            for count in counts {
                let outcome = take_all(&mut net, &mut random, &mut [(&mut cot, &mut silent, *count)], &mut []).await;
                taken.extend(outcome?.0);
            }
            Ok(Half::Sender(taken))
        } else {
            let mut cot = CotReceiver::set_up(&mut net, A, &mut random, &session, BaseOt::Ristretto).await?;
            let (mut silent, mut taken) = (SilentReceiver::new(&cot, 0).unwrap(), Vec::new());
            for count in counts {
                let outcome = take_all(&mut net, &mut random, &mut [], &mut [(&mut cot, &mut silent, *count)]).await;
                if let Err(ChannelError { fault: ChannelFault::CheckFailed(_), .. }) = outcome {
                    assert!(cot.keep().is_err(), "a cheated pair is not kept");
                    let again = take_all(&mut net, &mut random, &mut [], &mut [(&mut cot, &mut silent, 1)]).await;
                    assert!(again.is_err(), "a failed iteration leaves nothing");
                }
                taken.extend(outcome?.1);
            }
            Ok(Half::Receiver(taken))
        }
    })
}

fn halves(counts: &'static [usize], session: SessionId) -> (Vec<SenderCots>, Vec<ReceiverCots>) {
    let mut outcomes = outcomes(memory_links(2), session, counts).into_iter().map(Result::unwrap);
    match (outcomes.next(), outcomes.next()) {
        (Some(Half::Sender(sent)), Some(Half::Receiver(received))) => (sent, received),
        _ => unreachable!("A sends and B receives"),
    }
}

fn assert_correlated(sent: &SenderCots, received: &ReceiverCots) {
    assert_eq!((sent.len(), sent.first_index), (received.len(), received.first_index));
    for (j, (q, t)) in sent.q.iter().zip(received.t.iter()).enumerate() {
        let choice = received.choices[j / 64] >> (j % 64) & 1 == 1;
        assert_eq!(*t, *q ^ (Block::mask(choice) & DELTA), "OT {j}");
    }
}

#[test]
fn rows_are_correlated_whatever_the_portions() {
    let (sent, received) = halves(&COUNTS, SESSION);
    for (sent, received) in sent.iter().zip(&received) {
        assert_correlated(sent, received);
    }
    let indices: Vec<u64> = sent.iter().map(|sent| sent.first_index).collect();
    assert_eq!(indices, [0, 11_000, 11_000]);
    // Half of the choices are ones: six standard deviations about 5,500.
    let ones: u32 = received[0].choices.iter().map(|word| word.count_ones()).sum();
    assert!((5_185..5_815).contains(&ones), "{ones}");
}

/// No row is handed out twice, and sessions have nothing in common: a restart begins anew.
#[test]
fn rows_come_once() {
    let (first, _) = halves(&COUNTS, SESSION);
    let (second, _) = halves(&[100], SessionId([0x52; 32]));
    let rows = first.iter().chain(&second).flat_map(|cots| cots.q.iter().map(|q| q.to_u128()));
    let mut rows: Vec<u128> = rows.collect();
    let all = rows.len();
    rows.sort_unstable();
    rows.dedup();
    assert_eq!((rows.len(), all), (all, 14_433));
}

#[test]
fn pads_agree_and_chosen_choices_are_met() {
    let (mut sent, mut received) = halves(&[1_000], SESSION);
    let (mut sent, mut received) = (sent.remove(0), received.remove(0));
    let wanted: Vec<u64> = (0..16_u64).map(|i| i.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
    let differences = received.choose(&wanted);
    sent.adapt(&differences);
    let (sent, received) = (sent.into_pads(), received.into_pads());
    for (j, pad) in received.chosen.iter().enumerate() {
        let choice = wanted[j / 64] >> (j % 64) & 1 == 1;
        assert_eq!(*pad, Block::select(choice, sent.zero[j], sent.one[j]));
        assert_ne!(*pad, Block::select(choice, sent.one[j], sent.zero[j]));
    }
}

/// The error of the honest party against a cheat in `step`.
fn caught(cheat: PartyIndex, step: Step, tamper: impl FnMut(&mut Vec<u8>) + Send + 'static) -> ChannelError {
    let mut outcomes = outcomes(tampered_pair(cheat, step, tamper), SESSION, &[100]);
    let cheated = outcomes.remove(cheat.0);
    let error = outcomes.remove(0).err().expect("the honest party notices");
    assert_eq!((error.peer, error.is_misbehaviour()), (cheat, true), "{error}");
    assert!(cheated.err().is_none_or(|error| left_alone(&error)));
    error
}

/// Any bit of any level of any tree.
#[test]
fn wrong_trees_are_caught() {
    for at in [0, 8 * 16, 100 * 144 + 3 * 16 + 5, 288 * 144 - 1] {
        let error = caught(A, SILENT_TREES, move |payload| payload[at] ^= 0x10);
        assert_eq!(error.step, SILENT_ANSWER);
        assert!(matches!(error.fault, ChannelFault::CheckFailed(_)), "{error}");
    }
}

#[test]
fn a_wrong_answer_is_caught() {
    let error = caught(A, SILENT_ANSWER, |payload| payload[31] ^= 1);
    assert!(matches!(error.fault, ChannelFault::CheckFailed(_)), "{error}");
}

/// A receiver that asks for another check than its own fails by itself: the sender's answer does not suit it, and is
/// all that it gets.
#[test]
fn a_wrong_challenge_fails_its_own_sender() {
    for at in [0, 15, 16, 31] {
        let mut outcomes =
            outcomes(tampered_pair(B, SILENT_CHALLENGE, move |payload| payload[at] ^= 1), SESSION, &[100]);
        let receiver = outcomes.remove(1).err().expect("it notices what it did");
        assert_eq!(receiver.step, SILENT_ANSWER);
        assert!(matches!(outcomes.remove(0), Ok(Half::Sender(_))), "the sender learns nothing of it");
    }
}

/// The lengths of every message, and not only their contents, are checked.
#[test]
fn wrong_lengths_are_refused() {
    for (cheat, step) in [(A, SILENT_TREES), (B, SILENT_CHALLENGE), (A, SILENT_ANSWER)] {
        let longer = caught(cheat, step, |payload| payload.push(0));
        assert!(matches!(longer.fault, ChannelFault::WrongLength { .. }), "{longer}");
    }
}

/// What is taken in turn from A's rows as the sender and from B's: together, apart, and together again.
const OF_BOTH: [[usize; 2]; 8] =
    [[1_000, 1_000], [501, 501], [0, 700], [12_000, 12_000], [5, 5], [781_000, 100], [0, 780_895], [800_000, 800_000]];

#[test]
fn both_directions_are_correlated_however_they_are_taken() {
    let taken = run(2, |mut net| async move {
        let (me, mut random) = (net.me(), random_of(net.me()));
        let peer = PartyIndex(1 - me.0);
        let (deltas, peers) = ([(peer, DELTA)], [peer]);
        let set_up = set_up_all(&mut net, &mut random, &SESSION, BaseOt::Ristretto, &deltas, &peers);
        let (mut senders, mut receivers) = set_up.await.unwrap();
        let (sender, receiver) = (&mut senders[0], &mut receivers[0]);
        let (mut from, mut to) = (SilentSender::new(sender, 0).unwrap(), SilentReceiver::new(receiver, 0).unwrap());
        let mut taken = Vec::new();
        for counts in OF_BOTH {
            let (sent, chosen) = (counts[me.0], counts[peer.0]);
            let (mut q, mut t) = ([(&mut *sender, &mut from, sent)], [(&mut *receiver, &mut to, chosen)]);
            let (mut sent, mut received) = take_all(&mut net, &mut random, &mut q, &mut t).await.unwrap();
            taken.push((sent.remove(0), received.remove(0)));
        }
        taken
    });
    for ((sent, chosen), (answer, choice)) in taken[0].iter().zip(&taken[1]) {
        assert_correlated(sent, choice);
        assert_correlated(answer, chosen);
    }
}

/// Slices of both directions come as one stream, of which both sides have the same hash.
#[test]
fn both_directions_are_streamed_while_they_stand_together() {
    const UNIT: usize = 128;
    let streamed = run(2, |mut net| async move {
        let (me, mut random) = (net.me(), random_of(net.me()));
        let peer = PartyIndex(1 - me.0);
        let (deltas, peers) = ([(peer, DELTA)], [peer]);
        let set_up = set_up_all(&mut net, &mut random, &SESSION, BaseOt::Ristretto, &deltas, &peers);
        let (mut senders, mut receivers) = set_up.await.unwrap();
        let (sender, receiver) = (&mut senders[0], &mut receivers[0]);
        let (mut from, mut to) = (SilentSender::new(sender, 0).unwrap(), SilentReceiver::new(receiver, 0).unwrap());
        let (mut rows, mut numbers) = ((Vec::new(), Vec::new()), Vec::new());
        for count in [UNIT, 100 * UNIT, 0] {
            let of_both = ((&mut *sender, &mut from), (&mut *receiver, &mut to));
            let each = |slice: &Slice<'_>| {
                assert!(slice.q.len().is_multiple_of(UNIT) && slice.delta == DELTA);
                let mut pad = [Block::ONES];
                slice.hash.hash(slice.first, [&mut pad]);
                numbers.push((slice.first, slice.q.len(), pad[0]));
                rows.0.extend_from_slice(slice.q);
                rows.1.extend_from_slice(slice.t);
            };
            let both = stream_both((&mut net, &mut random), of_both.0, of_both.1, (count, UNIT), each);
            assert!(both.await.unwrap());
        }
        let counts = if me == A { [1, 0] } else { [0, 1] };
        let (mut q, mut t) = ([(&mut *sender, &mut from, counts[0])], [(&mut *receiver, &mut to, counts[1])]);
        take_all(&mut net, &mut random, &mut q, &mut t).await.unwrap();
        let apart =
            stream_both((&mut net, &mut random), (sender, &mut from), (receiver, &mut to), (UNIT, UNIT), |_| ());
        assert!(!apart.await.unwrap(), "one of them is a row ahead");
        (rows, numbers)
    });
    let [(a, slices), (b, others)] = &streamed[..] else { unreachable!("two parties") };
    for (sent, chosen) in [(&a.0, &b.1), (&b.0, &a.1)] {
        assert_eq!((sent.len(), chosen.len()), (101 * UNIT, 101 * UNIT));
        for (q, t) in sent.iter().zip(chosen) {
            assert_eq!(*t, *q ^ (Block::mask(t.lsb()) & DELTA));
        }
    }
    assert_eq!(slices, others);
    let mut next = 0;
    for (first, length, _) in slices {
        assert_eq!(*first, next);
        next += *length as u64;
    }
}

/// Three parties, both directions between two of them.
#[test]
fn what_the_cost_function_says_is_what_the_counters_show() {
    let pairs = [(0, 1, 12_000), (1, 0, 100), (2, 0, 0), (1, 2, 11_328)];
    let counters = run(3, |mut net| async move {
        let (me, mut random) = (net.me(), random_of(net.me()));
        let (sending, receiving): (Vec<_>, Vec<_>) =
            (pairs.iter().filter(|p| p.0 == me.0).collect(), pairs.iter().filter(|p| p.1 == me.0).collect());
        let deltas: Vec<_> = sending.iter().map(|pair| (PartyIndex(pair.1), DELTA)).collect();
        let peers: Vec<_> = receiving.iter().map(|pair| PartyIndex(pair.0)).collect();
        let set_up = set_up_all(&mut net, &mut random, &SESSION, BaseOt::Ristretto, &deltas, &peers);
        let (mut senders, mut receivers) = set_up.await.unwrap();
        let mut silent_senders: Vec<_> = senders.iter().map(|cot| SilentSender::new(cot, 0).unwrap()).collect();
        let mut silent_receivers: Vec<_> = receivers.iter().map(|cot| SilentReceiver::new(cot, 0).unwrap()).collect();
        net.enter(Phase::Preprocessing);
        let from = senders.iter_mut().zip(&mut silent_senders).zip(&sending);
        let mut from: Vec<_> = from.map(|((cot, silent), pair)| (cot, silent, pair.2)).collect();
        let to = receivers.iter_mut().zip(&mut silent_receivers).zip(&receiving);
        let mut to: Vec<_> = to.map(|((cot, silent), pair)| (cot, silent, pair.2)).collect();
        take_all(&mut net, &mut random, &mut from, &mut to).await.unwrap();
        net.counters()
    });
    let mut ledger = Ledger::new(3);
    set_up_cost(&mut ledger, BaseOt::Ristretto, &pairs.map(|pair| (PartyIndex(pair.0), PartyIndex(pair.1))));
    ledger.enter(Phase::Preprocessing);
    let mut standings = [Standing::default(); 4];
    let mut taken: Vec<_> =
        pairs.iter().zip(&mut standings).map(|(p, s)| (PartyIndex(p.0), PartyIndex(p.1), s, p.2)).collect();
    silent_cost(&mut ledger, &mut taken);
    assert_eq!(counters, ledger.counters());
}

/// The figures of the module's documentation.
#[test]
fn documented_bytes() {
    let first = extension_bytes(35_488);
    assert_eq!(first, 138_432 + 16);
    assert_eq!(silent_bytes(Standing::default(), 11_328), first + 41_472 + 32 + 32);
    let main = silent_bytes(Standing::default(), 11_328 + 781_376) - silent_bytes(Standing::default(), 11_328);
    assert_eq!(main, 78_848 + 32 + 32);
    assert!(8 * main < 781_376, "less than a bit each");
    // Ten million, the set-up's share included.
    assert!(8 * silent_bytes(Standing::default(), 10_000_000) < 10_000_000);
    assert_eq!(silent_bytes(Standing::default(), 0), 0);
}
