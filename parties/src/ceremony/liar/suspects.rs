//! A holder that fails a check while something is prepared: the policy of all says that the key is then refreshed, and
//! the resident processes do it by themselves.

use super::scene::{OLD, Process, Scene};
use super::{Lie, What};
use crate::audit::{Event, KeyAction, RotationStep};

/// Whoever is caught cheating makes all shares new: nobody loses any by it.
const RULE: &str = r#"
[rotation]
at_most = 1
within = "24h"

[[rotation.rule]]
name = "new shares after a cheat"
when = "suspicious"
then = "refresh"
"#;

fn adopt(scene: &Scene) {
    let person = |name: &str| {
        let key = scene.home(name).identity().expect("an identity").public_key();
        format!("[people.{name}]\nidentity = \"{key}\"\nroles = [\"treasury\"]\n\n")
    };
    let people: String = OLD.map(person).concat();
    let text =
        format!("format = 1\nkey = \"vault\"\nversion = 1\n\n{people}[change]\nquorum = \"2 of treasury\"\n{RULE}");
    let file = scene.path("policy.toml");
    std::fs::write(&file, text).expect("a file");
    for name in OLD {
        scene.done(name, &["policy", "adopt", "vault", &file]);
    }
}

fn serve(scene: &Scene, name: &str) -> Process {
    let (home, passphrase) = (scene.path(name), scene.passphrase(name));
    let place = ["serve", "--home", &home, "--passphrase-file", &passphrase, "--wait", "30"];
    let running = Process::start(&place, None);
    running.until("serving");
    running
}

#[test]
fn a_cheat_is_found_and_the_key_is_refreshed_by_the_rule() {
    // A key of departments is refreshed by itself as any other.
    let access = ["--structure", "board:3of4", "--members", "board=ann*2,ben,cas"];
    let scene = Scene::new("ecdsa-secp256k1", &access, 31_900);
    adopt(&scene);
    let [ann, ben] = ["ann", "ben"].map(|name| serve(&scene, name));
    // Cas sends ann something else than the transfers that it has checked for her. Her own user asked for them.
    let lie = Lie { step: "dkls/draw".to_owned(), to: "ann".parse().expect("a name"), what: What::Bit(200) };
    let prepare = ["key", "presign", "vault", "--count", "1", "--signers", "ann,cas", "--json", "--home"];
    let (home, of_cas, passphrase) = (scene.path("ann"), scene.path("cas"), scene.passphrase("cas"));
    let cheat = Process::start(&[&prepare[..], &[&of_cas, "--passphrase-file", &passphrase]].concat(), Some(&lie));
    let failed = Process::start(&[&prepare[..], &[&home]].concat(), None).wait();
    assert_eq!(failed.code, Some(3), "{}", failed.err);
    assert!(failed.err.contains("cas"), "{}", failed.err);
    assert_ne!(cheat.wait().code, Some(0));
    // Now cas is honest. Nobody types a command.
    let cas = serve(&scene, "cas");
    for running in [&ann, &ben, &cas] {
        running.until("rotating with vault done: ann, ben, cas");
    }
    let again = Process::start(&[&prepare[..], &[&home]].concat(), None).wait();
    assert_eq!(again.json()["stock"], 1, "the two have set up everything anew");
    for running in [ann, ben, cas] {
        running.end();
    }
    let rule = "new shares after a cheat";
    for name in OLD {
        assert_eq!(scene.epoch(name), 1);
        let events = scene.events(name);
        let of_rule: Vec<RotationStep> = events
            .iter()
            .filter_map(|event| match event {
                Event::Rotation { rule: Some(spoken), holder, step, .. }
                    if spoken == rule && holder.as_str() == "cas" =>
                {
                    Some(step.clone())
                }
                _ => None,
            })
            .collect();
        assert_eq!(of_rule.last(), Some(&RotationStep::Done), "{name}: {of_rule:?}");
        assert_eq!(of_rule.contains(&RotationStep::Proposed), name == "ann", "{name}: only ann has seen it");
        let made = |event: &&Event| matches!(event, Event::Key { action: KeyAction::Refreshed, epoch: 1, .. });
        assert_eq!(events.iter().filter(made).count(), 1, "{name}");
    }
    let found = scene.events("ann").into_iter().find_map(|event| match event {
        Event::Alarm { what, partner: Some(partner) } if partner.as_str() == "cas" => Some(what),
        _ => None,
    });
    assert!(found.is_some_and(|what| what.contains("rotating vault is proposed")), "an alarm about cas");
}
