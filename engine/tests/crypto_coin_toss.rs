//! The coin toss: equal coins, fresh each time, and cheats caught.

mod ot_parties;

use ot_parties::{B, SESSION, random_of, run, run_over, tampered_pair};
use quorate_engine::crypto::{COIN_TOSS_COMMIT, COIN_TOSS_OPEN, coin_toss};
use quorate_engine::net::{ChannelFault, Step};

#[test]
fn everybody_gets_the_same_coin_and_every_toss_another() {
    let coins = run(5, |mut net| async move {
        let mut random = random_of(net.me());
        let first = coin_toss(&mut net, &mut random, &SESSION, "test").await.unwrap();
        let second = coin_toss(&mut net, &mut random, &SESSION, "test").await.unwrap();
        (first, second)
    });
    assert!(coins.iter().all(|coin| *coin == coins[0]));
    assert_ne!(coins[0].0, coins[0].1);
}

#[test]
fn one_honest_contribution_changes_the_coin() {
    let coin = |seed: u8| {
        run(3, |mut net| async move {
            let mut random = random_of(net.me()).fork(if net.me() == B && seed == 1 { "other" } else { "same" });
            coin_toss(&mut net, &mut random, &SESSION, "test").await.unwrap()
        })
    };
    assert_ne!(coin(0), coin(1));
}

#[test]
fn a_changed_commitment_or_opening_is_caught() {
    let fault = |step: Step, at: usize| {
        let links = tampered_pair(B, step, move |payload| payload[at] ^= 1);
        let mut outcomes = run_over(links, |mut net| async move {
            let mut random = random_of(net.me());
            coin_toss(&mut net, &mut random, &SESSION, "test").await
        });
        let error = outcomes.remove(0).expect_err("the honest party notices");
        assert_eq!(error.peer, B);
        error.fault
    };
    assert!(matches!(fault(COIN_TOSS_COMMIT, 0), ChannelFault::CheckFailed(_)));
    for at in [0, 31, 32, 63, 64, 95] {
        assert!(matches!(fault(COIN_TOSS_OPEN, at), ChannelFault::CheckFailed(_)));
    }
}

#[test]
fn commitments_that_differ_between_parties_are_noticed() {
    // Party 2 tells party 0 one thing and party 1 another; both its links carry consistent openings, so only
    // the echo can tell. Its two faces are two parties that share one seed but for the contribution.
    let coins = run(3, |mut net| async move {
        let (me, mut random) = (net.me(), random_of(net.me()));
        if me.0 < 2 {
            return coin_toss(&mut net, &mut random, &SESSION, "test").await.err();
        }
        two_faced(&mut net, &mut random).await;
        None
    });
    for error in &coins[..2] {
        let error = error.as_ref().expect("both honest parties notice");
        assert!(matches!(error.fault, ChannelFault::CheckFailed(_)));
    }
}

/// Commits to one contribution towards party 0 and to another towards party 1.
async fn two_faced(net: &mut quorate_engine::net::Network, random: &mut quorate_engine::crypto::Random) {
    use quorate_engine::crypto::commit;
    let faces: Vec<_> = [[1_u8; 32], [2; 32]]
        .into_iter()
        .map(|contribution| (contribution, commit(&SESSION, net.me(), "test", &contribution, random)))
        .collect();
    let commitments: Vec<Option<&[u8]>> =
        vec![Some(&faces[0].1.0.0), Some(&faces[1].1.0.0), None];
    net.scatter(COIN_TOSS_COMMIT, &commitments, &[Some(32), Some(32), None]).await.unwrap();
    // It does not know the echo that would satisfy both; any will do for what it sends.
    let openings: Vec<Vec<u8>> =
        faces.iter().map(|(mine, (_, opening))| [mine.as_slice(), opening.expose_bytes(), &[0; 32]].concat()).collect();
    let openings: Vec<Option<&[u8]>> = vec![Some(&openings[0]), Some(&openings[1]), None];
    net.scatter(COIN_TOSS_OPEN, &openings, &[Some(96), Some(96), None]).await.unwrap();
}
