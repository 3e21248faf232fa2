//! A member of the old committee that tells the new members different things, up to the last message of a reshare.
//!
//! Cas holds the key, deals, and stays among its holders, or leaves; its process does what the real one does but for one
//! message to one partner. Whoever is told something else refuses with the reason, all end with exit code 3 and say in
//! their logs why, and nobody is without a key: either the old shares sign, or the new ones once `key resume` was run
//! without cas.

use super::scene::{ALL, Scene};
use super::{Lie, What};
use crate::exit::Exit;

const ANY_TWO: [&str; 4] = ["--threshold", "2", "--holders", "ann,ben,cas"];

/// What the honest parties of a reshare have come to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Left {
    /// The old shares are the only ones.
    Old,
    /// Some have stored new ones, and nobody uses them: `key resume` takes them back.
    TakenBack,
    /// Somebody may use the new ones; after `key resume` of all honest ones, they all do.
    Resumed,
}

/// One message to one partner is another, in a reshare to ann, ben, dan and, if it stays, cas.
#[track_caller]
fn lies(scene: &Scene, (step, to, what): (&str, &str, What), stays: bool, words: &[&str], left: Left) {
    scene.put_back();
    let lie = Lie { step: step.to_owned(), to: to.parse().expect("a name"), what };
    let committee = if stays { "ann,ben,cas,dan" } else { "ann,ben,dan" };
    let order = ["reshare", "vault", "--threshold", "2", "--holders", committee, "--dealers", "ann,cas"];
    let ended = scene.together(&ALL, &order, Some(&lie));
    let honest = ["ann", "ben", "dan"];
    for (name, ended) in ALL.iter().zip(&ended).filter(|(name, _)| honest.contains(name)) {
        let failed = ended.code == Some(Exit::Session.code().into());
        if *name != to && step == "key/committed" {
            // Whoever has heard of everybody that the new shares are in use is done.
            assert!(failed || ended.code == Some(0), "{lie:?} at {name}: {}", ended.err);
            continue;
        }
        assert!(failed, "{lie:?} at {name}: {:?} {}\n{}", ended.code, ended.out, ended.err);
        if *name == to {
            let reason = scene.reason(name);
            for word in words {
                assert!(ended.err.contains(word), "{lie:?} at {name}: {word:?} is missing in:\n{}", ended.err);
                assert!(reason.contains(word), "{lie:?} at {name}: {word:?} is missing in the log: {reason}");
            }
        } else if step != "key/introduce" {
            // Before that step's end the session has no name, and whom a partner leaves then has nothing to write down.
            scene.reason(name);
        }
    }
    match left {
        Left::Old | Left::TakenBack => {
            assert_eq!([scene.epoch("ann"), scene.epoch("ben")], [0, 0], "{lie:?}");
            scene.signs(["ann", "ben"]);
            if left == Left::TakenBack {
                for ended in scene.together(&ALL, &["resume", "vault", "--with", "ann,ben,cas,dan"], None) {
                    assert_eq!(ended.code, Some(0), "{lie:?}: {}", ended.err);
                }
            }
            // And the same again goes through, once nobody lies: nothing stands in its way.
            let again = scene.together(&ALL, &order, None);
            assert!(again.iter().all(|ended| ended.code == Some(0)), "{lie:?}: {again:?}");
            scene.signs(["ben", "dan"]);
        }
        Left::Resumed => {
            for ended in scene.together(&honest, &["resume", "vault", "--with", "ann,ben,dan"], None) {
                assert_eq!(ended.code, Some(0), "{lie:?}: {}", ended.err);
            }
            assert_eq!(honest.map(|name| scene.epoch(name)), [1, 1, 1], "{lie:?}");
            scene.signs(["ann", "ben"]);
            scene.signs(["ben", "dan"]);
        }
    }
}

#[test]
fn what_the_old_shares_are_and_what_is_dealt() {
    let scene = Scene::new("ed25519", &ANY_TWO, 31_600);
    let lies = |lie, words: &[&str], left| lies(&scene, lie, false, words, left);
    // The newcomer is told of another key than the others are; they know it.
    lies(("key/introduce", "dan", What::Bit(8)), &["cas"], Left::Old);
    // Another commitment, which what is dealt does not open; another dealing than was committed to.
    lies(("reshare/commit", "ben", What::Bit(3)), &["cas", "does not open"], Left::Old);
    lies(("reshare/deal", "ben", What::Bit(40)), &["cas"], Left::Old);
    // What it has heard of the dealings, and what it takes the new shares for.
    lies(
        ("reshare/complain", "dan", What::Bit(0)),
        &["it told party 2 something else than me, unless party 2 says so falsely"],
        Left::Old,
    );
    lies(("reshare/confirm", "ann", What::Bit(-1)), &["cas"], Left::TakenBack);
}

#[test]
fn what_it_signs_at_the_end() {
    let scene = Scene::new("ed25519", &ANY_TWO, 31_700);
    let lies = |lie, words: &[&str]| lies(&scene, lie, true, words, Left::Resumed);
    lies(
        ("key/certify", "ben", What::Bit(-1)),
        &["cas", "the signature that certifies its new share does not verify", "not yet in use"],
    );
    lies(
        ("key/certify", "dan", What::Another),
        &["cas", "it certifies another sharing of the key than this party has stored", "not yet in use"],
    );
}

#[test]
fn whom_it_leaves_without_an_answer() {
    let scene = Scene::new("ed25519", &ANY_TWO, 31_800);
    // Told the others, and gone before ben is: of its signature, and of its confirmation.
    lies(&scene, ("key/certify", "dan", What::Gone), true, &["cas", "not yet in use"], Left::Resumed);
    lies(&scene, ("key/committed", "dan", What::Gone), true, &["are in use here", "cas"], Left::Resumed);
    // Neither does one that leaves the key keep anybody from it.
    lies(&scene, ("key/certify", "dan", What::Gone), false, &["cas", "not yet in use"], Left::Resumed);
}
