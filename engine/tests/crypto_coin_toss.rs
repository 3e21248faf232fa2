//! The coin toss: equal coins, fresh each time, and cheats caught.

mod ot_parties;

use ot_parties::{A, B, SESSION, random_of, run, run_over, tampered_pair};
use quorate_engine::crypto::{COIN_TOSS_COMMIT, COIN_TOSS_OPEN, Random, Transcript, coin_toss, commit};
use quorate_engine::net::{ChannelFault, Network, PartyIndex, Step};

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

/// Party 2 commits to one contribution towards party 0 and to another towards party 1, and opens each
/// consistently, with the echo that its victim expects. Only the echoes of the honest two differ.
#[test]
fn commitments_that_differ_between_parties_are_noticed() {
    let outcomes = run(3, |mut net| async move {
        let mut random = random_of(net.me());
        if net.me() == TWO_FACED {
            two_faced(&mut net, &mut random).await;
            return None;
        }
        coin_toss(&mut net, &mut random, &SESSION, "test").await.err()
    });
    for (honest, other) in [(A, B), (B, A)] {
        let error = outcomes[honest.0].as_ref().expect("both honest parties notice");
        assert!(matches!(error.fault, ChannelFault::Disagreement(_)) && !error.is_misbehaviour());
        assert_eq!(error.peer, other, "the one whose view differs, who is not the culprit");
    }
}

const TWO_FACED: PartyIndex = PartyIndex(2);

async fn two_faced(net: &mut Network, random: &mut Random) {
    let faces = [[1_u8; 32], [2; 32]].map(|mine| (mine, commit(&SESSION, TWO_FACED, "test", &mine, random)));
    let commitments = faces.each_ref().map(|(_, (commitment, _))| commitment.0);
    let honest = scatter(net, COIN_TOSS_COMMIT, commitments.each_ref().map(|c| c.as_slice()), 32).await;
    let openings = faces.each_ref().map(|(mine, (commitment, opening))| {
        let mut echo = Transcript::new("quorate 2026 coin commitments", &SESSION);
        echo.append("label", b"test").append("commitment", &honest[0]).append("commitment", &honest[1]);
        echo.append("commitment", &commitment.0);
        [mine.as_slice(), opening.expose_bytes(), &echo.digest()].concat()
    });
    scatter(net, COIN_TOSS_OPEN, openings.each_ref().map(|o| o.as_slice()), 96).await;
}

/// Sends one message to each honest party.
async fn scatter(net: &mut Network, step: Step, messages: [&[u8]; 2], length: usize) -> Vec<Vec<u8>> {
    let outgoing = [Some(messages[0]), Some(messages[1]), None];
    net.scatter(step, &outgoing, &[Some(length), Some(length), None]).await.unwrap()
}
