//! Correlated OTs of honest parties are correlated, whatever their number, direction and pairs.

mod ot_parties;

use ot_parties::{A, B, SESSION, random_of, run};
use quorate_engine::crypto::Block;
use quorate_engine::net::PartyIndex;
use quorate_engine::ot::{BaseOt, CotReceiver, CotSender, ReceiverCots, SenderCots, extend_all, set_up_all};

const DELTA: Block = Block::new(0xfeed_f00d_0123_4567_89ab_cdef_0246_8acf);

enum Half {
    Sender(Vec<SenderCots>),
    Receiver(Vec<ReceiverCots>),
}

/// Extensions by each of `counts`, one after the other, from party A to party B.
fn extensions(counts: &[usize]) -> (Vec<SenderCots>, Vec<ReceiverCots>) {
    let mut halves = run(2, |mut net| async move {
        let mut random = random_of(net.me());
        if net.me() == A {
            let mut cot =
                CotSender::set_up(&mut net, B, &mut random, &SESSION, BaseOt::Ristretto, DELTA).await.unwrap();
            let mut cots = Vec::new();
            for count in counts {
                cots.push(cot.extend(&mut net, &mut random, *count).await.unwrap());
            }
            Half::Sender(cots)
        } else {
            let mut cot = CotReceiver::set_up(&mut net, A, &mut random, &SESSION, BaseOt::Ristretto).await.unwrap();
            let mut cots = Vec::new();
            for count in counts {
                cots.push(cot.extend(&mut net, &mut random, *count).await.unwrap());
            }
            Half::Receiver(cots)
        }
    });
    match (halves.remove(0), halves.remove(0)) {
        (Half::Sender(sent), Half::Receiver(received)) => (sent, received),
        _ => unreachable!("A sends and B receives"),
    }
}

fn choice(cots: &ReceiverCots, j: usize) -> bool {
    cots.choices[j / 64] >> (j % 64) & 1 == 1
}

fn assert_correlated(delta: Block, sent: &SenderCots, received: &ReceiverCots) {
    assert_eq!(sent.first_index, received.first_index);
    assert_eq!(sent.len(), received.len());
    assert_eq!(received.choices.len(), sent.len().div_ceil(64));
    for j in 0..sent.len() {
        assert_eq!(sent.q[j], received.t[j] ^ (Block::mask(choice(received, j)) & delta), "transfer {j}");
    }
}

#[test]
fn rows_are_correlated_for_every_count() {
    let counts = [1, 127, 128, 1000, 0, 300_000];
    let (sent, received) = extensions(&counts);
    let mut index = 0;
    for ((sent, received), count) in sent.iter().zip(&received).zip(counts) {
        assert_eq!(sent.len(), count);
        assert_eq!(sent.first_index, index);
        assert_correlated(DELTA, sent, received);
        index += count as u64;
    }
}

#[test]
fn choices_and_rows_look_random() {
    let (sent, received) = extensions(&[20_000]);
    let ones = |bits: &mut dyn Iterator<Item = bool>| bits.filter(|bit| *bit).count();
    // 20,000 fair coins are within 10,000 +- 700 but for a chance below 2^-70.
    let fair = 9_300..10_700;
    assert!(fair.contains(&ones(&mut (0..20_000).map(|j| choice(&received[0], j)))));
    for bit in 0..128 {
        assert!(fair.contains(&ones(&mut sent[0].q.iter().map(|q| q.bit(bit)))), "column {bit}");
    }
}

#[test]
fn bits_after_the_last_are_zero() {
    let (_, received) = extensions(&[70]);
    assert_eq!(received[0].choices.len(), 2);
    assert_eq!(received[0].choices[1] >> 6, 0);
}

#[test]
fn pads_agree_on_the_chosen_side_only() {
    let (mut sent, mut received) = extensions(&[5, 333]);
    let (sent, received) = (sent.remove(1), received.remove(1));
    let (pads, chosen) = (sent.into_pads(), received.into_pads());
    for j in 0..333 {
        let (mine, other) = if chosen.choices[j / 64] >> (j % 64) & 1 == 1 {
            (pads.one[j], pads.zero[j])
        } else {
            (pads.zero[j], pads.one[j])
        };
        assert_eq!(chosen.chosen[j], mine);
        assert_ne!(chosen.chosen[j], other);
    }
}

#[test]
fn choices_can_be_chosen() {
    let (mut sent, mut received) = extensions(&[200]);
    let (mut sent, mut received) = (sent.remove(0), received.remove(0));
    let wanted = [0x0123_4567_89ab_cdef, u64::MAX, 0, 0xf0f0];
    let differences = received.choose(&wanted);
    sent.adapt(&differences);
    assert_correlated(DELTA, &sent, &received);
    assert_eq!(received.choices[..3], wanted[..3]);
    assert_eq!(received.choices[3], 0xf0, "bits after the last stay zero");
}

/// Every ordered pair of four parties at once, each with its own Delta and count.
#[test]
fn all_pairs_run_at_once_in_both_directions() {
    let parties = 4;
    let count = |sender: PartyIndex, receiver: PartyIndex| 100 * (1 + sender.0) + receiver.0;
    let delta = |sender: PartyIndex, receiver: PartyIndex| Block::new((7 + sender.0 * 10 + receiver.0) as u128 * 2 + 1);
    let mut answers = run(parties, |mut net| async move {
        let (me, mut random) = (net.me(), random_of(net.me()));
        let peers: Vec<PartyIndex> = net.peers().collect();
        let deltas: Vec<_> = peers.iter().map(|&peer| (peer, delta(me, peer))).collect();
        let set_up = set_up_all(&mut net, &mut random, &SESSION, BaseOt::Ristretto, &deltas, &peers);
        let (mut senders, mut receivers) = set_up.await.unwrap();
        let mut sending: Vec<_> = senders.iter_mut().zip(&peers).map(|(cot, &peer)| (cot, count(me, peer))).collect();
        let mut receiving: Vec<_> =
            receivers.iter_mut().zip(&peers).map(|(cot, &peer)| (cot, count(peer, me))).collect();
        extend_all(&mut net, &mut random, &mut sending, &mut receiving).await.unwrap()
    });
    for sender in 0..parties {
        for receiver in (0..parties).filter(|r| *r != sender) {
            let place = |me: usize, peer: usize| if peer < me { peer } else { peer - 1 };
            let sent = std::mem::take(&mut answers[sender].0[place(sender, receiver)].q);
            let (first_index, received) =
                (answers[sender].0[place(sender, receiver)].first_index, &answers[receiver].1[place(receiver, sender)]);
            assert_eq!(first_index, 0);
            assert_eq!(sent.len(), count(PartyIndex(sender), PartyIndex(receiver)));
            let delta = delta(PartyIndex(sender), PartyIndex(receiver));
            for (j, q) in sent.iter().enumerate() {
                assert_eq!(*q, received.t[j] ^ (Block::mask(choice(received, j)) & delta));
            }
        }
    }
}
