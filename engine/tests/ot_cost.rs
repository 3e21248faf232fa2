//! What the cost functions say is what the counters show, to the byte and to the round.

mod ot_parties;

use ot_parties::{SESSION, random_of, run};
use quorate_engine::crypto::{Block, coin_toss, coin_toss_cost};
use quorate_engine::net::{Ledger, PartyIndex, Phase};
use quorate_engine::ot::{BaseOt, extend_all, extend_cost, set_up_all, set_up_bytes, set_up_cost};

/// Set-up and two extensions between the pairs (sender, receiver, first count, second count).
fn assert_predicted(parties: usize, pairs: &[(usize, usize, usize, usize)]) {
    BaseOt::ALL.into_iter().for_each(|base| assert_predicted_with(base, parties, pairs));
}

fn assert_predicted_with(base: BaseOt, parties: usize, pairs: &[(usize, usize, usize, usize)]) {
    let counters = run(parties, |mut net| async move {
        let (me, mut random) = (net.me(), random_of(net.me()));
        let sending: Vec<_> = pairs.iter().filter(|pair| pair.0 == me.0).collect();
        let receiving: Vec<_> = pairs.iter().filter(|pair| pair.1 == me.0).collect();
        let deltas: Vec<_> = sending.iter().map(|pair| (PartyIndex(pair.1), Block::ONES)).collect();
        let peers: Vec<_> = receiving.iter().map(|pair| PartyIndex(pair.0)).collect();
        let set_up = set_up_all(&mut net, &mut random, &SESSION, base, &deltas, &peers);
        let (mut senders, mut receivers) = set_up.await.unwrap();
        net.enter(Phase::Preprocessing);
        for second in [false, true] {
            let count = |pair: &(usize, usize, usize, usize)| if second { pair.3 } else { pair.2 };
            let mut sends: Vec<_> = senders.iter_mut().zip(&sending).map(|(cot, pair)| (cot, count(pair))).collect();
            let mut receives: Vec<_> =
                receivers.iter_mut().zip(&receiving).map(|(cot, pair)| (cot, count(pair))).collect();
            extend_all(&mut net, &mut random, &mut sends, &mut receives).await.unwrap();
        }
        net.enter(Phase::Online);
        coin_toss(&mut net, &mut random, &SESSION, "cost").await.unwrap();
        net.counters()
    });
    let mut ledger = Ledger::new(parties);
    let party = |pair: &(usize, usize, usize, usize)| (PartyIndex(pair.0), PartyIndex(pair.1));
    set_up_cost(&mut ledger, base, &pairs.iter().map(party).collect::<Vec<_>>());
    ledger.enter(Phase::Preprocessing);
    for second in [false, true] {
        let extension = |pair: &(usize, usize, usize, usize)| {
            (PartyIndex(pair.0), PartyIndex(pair.1), if second { pair.3 } else { pair.2 })
        };
        extend_cost(&mut ledger, &pairs.iter().map(extension).collect::<Vec<_>>());
    }
    ledger.enter(Phase::Online);
    coin_toss_cost(&mut ledger);
    assert_eq!(counters, ledger.counters());
}

#[test]
fn one_pair() {
    assert_predicted(2, &[(0, 1, 1, 1000)]);
}

#[test]
fn both_directions_with_several_messages() {
    assert_predicted(2, &[(0, 1, 300_000, 0), (1, 0, 10, 262_017)]);
}

#[test]
fn some_pairs_of_four_parties() {
    assert_predicted(4, &[(0, 1, 5, 128), (1, 0, 129, 3), (2, 0, 1, 300_000), (1, 3, 77, 0), (3, 2, 0, 64)]);
}

/// The figures of the module's documentation.
#[test]
fn documented_bytes_and_rounds() {
    let mut ledger = Ledger::new(2);
    set_up_cost(&mut ledger, BaseOt::Ristretto, &[(PartyIndex(0), PartyIndex(1))]);
    assert_eq!(ledger.counters()[0].bytes_sent(), 8192);
    assert_eq!(ledger.counters()[1].bytes_sent(), 4096 + 6144);
    assert_eq!(ledger.counters()[0].rounds(), 2);
    let mut ledger = Ledger::new(2);
    set_up_cost(&mut ledger, BaseOt::MlKem, &[(PartyIndex(0), PartyIndex(1))]);
    assert_eq!(ledger.counters()[0].bytes_sent(), 299_008);
    assert_eq!(ledger.counters()[1].bytes_sent(), 278_528 + 6144);
    assert_eq!(ledger.counters()[0].rounds(), 2);
    for base in BaseOt::ALL {
        let mut ledger = Ledger::new(2);
        set_up_cost(&mut ledger, base, &[(PartyIndex(0), PartyIndex(1))]);
        let sent: u64 = ledger.counters().iter().map(|counters| counters.bytes_sent()).sum();
        assert_eq!(sent, set_up_bytes(base));
    }
    let mut ledger = Ledger::new(2);
    extend_cost(&mut ledger, &[(PartyIndex(0), PartyIndex(1), 1 << 20)]);
    assert_eq!(ledger.counters()[0].bytes_sent(), 16);
    assert_eq!(ledger.counters()[1].bytes_sent(), ((1 << 20) + 128) * 31 / 8 + 48);
    assert_eq!(ledger.counters()[0].rounds(), 3);
}
