//! Resident signers that are killed at any moment of many sessions at once, over and over: the key is never lost,
//! nothing that was prepared is used twice, whoever is not killed signs on, and whoever was killed signs again as soon as it
//! runs.
//!
//! `QUORATE_SESSIONS` says how many signatures are asked for; sixty if it is not set. Ten thousand:
//!
//! ```text
//! QUORATE_SESSIONS=10000 cargo test --release -p quorate --test serve_kills -- --nocapture
//! ```

mod command;
mod fixture;
mod holders;

use std::collections::HashSet;
use std::time::{Duration, Instant};

use command::{Running, quorate, start};
use holders::chance::{Chance, given};
use holders::counter::{Answer, HandedOver, hand_over, presign, sign, sign_digest};
use holders::ledger::Ledger;
use holders::{HOLDERS, Holders, PAIRS, text};
use quorate::keys::{PublicPart, Scheme, verify};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// For how long a partner of a killed one is waited for, and one that must come.
const SHORT: u32 = 2;
const LONG: u32 = 60;

/// So many signatures are asked for at once, at most.
const AT_ONCE: usize = 8;

#[test]
fn signers_with_presignatures() {
    Scene::new(Scheme::EcdsaSecp256k1).play(given("QUORATE_SESSIONS", 60) / 2);
}

#[test]
fn signers_with_nonces() {
    Scene::new(Scheme::Ed25519).play(given("QUORATE_SESSIONS", 60).div_ceil(2));
}

/// What has happened.
#[derive(Debug, Default)]
struct Tally {
    sessions: u32,
    signed: u32,
    prepared: u32,
    /// Sessions with a killed signer, by what became of them: signed at both, at the other one, or at none.
    struck: [u32; 3],
    kills: u32,
    /// Of these, batches of one-time material that were being prepared.
    preparing: u32,
    batches: u32,
}

struct Scene {
    holders: Holders,
    residents: Vec<Option<Running>>,
    chance: Chance,
    ledger: Ledger,
    public: PublicPart,
    /// First halves of all signatures: the nonces' points.
    nonces: HashSet<String>,
    tally: Tally,
    typical: Duration,
}

/// A session that goes on.
struct Session {
    pair: [&'static str; 2],
    signed: Vec<u8>,
    handed: [HandedOver; 2],
}

impl Scene {
    fn new(scheme: Scheme) -> Self {
        let holders = Holders::new();
        holders.generate("treasury", scheme.name());
        holders.seal_cheaply("treasury", &HOLDERS);
        let folder = quorate::keys::Keys::of(&quorate::identity::Home::at(holders.company.home("ann")));
        let public = folder.key(&"treasury".parse().expect("a name")).public().expect("a public part");
        let mut scene = Self {
            holders,
            residents: vec![None, None, None],
            chance: Chance::new(),
            ledger: Ledger::default(),
            public,
            nonces: HashSet::new(),
            tally: Tally::default(),
            typical: Duration::from_millis(100),
        };
        (0..3).for_each(|place| scene.resume(place));
        scene
    }

    /// Starts a party's resident process.
    fn resume(&mut self, place: usize) {
        let name = HOLDERS[place];
        let (home, passphrase) = (self.holders.company.home(name), self.holders.passphrase(name));
        let running = start(&["serve", "--home", &home, "--passphrase-file", &passphrase]);
        running.until("serving");
        self.residents[place] = Some(running);
    }

    fn play(mut self, sessions: u32) {
        let known = self.described();
        let mut round = 0;
        while self.tally.sessions < sessions {
            // What was prepared is burned with every kill, so that there has to be more all the time.
            let stocked = PAIRS[self.chance.below(3)];
            self.prepare(&stocked);
            match self.chance.below(4) {
                0 => self.sign_at_once(),
                _ => self.kill_in_the_middle(&stocked),
            }
            if round % 20 == 0 {
                self.ledger.read(&self.holders, "treasury");
                // A full run is long: what it has come to is seen meanwhile.
                eprintln!("{}: {:?}", self.public.scheme, self.tally);
            }
            round += 1;
        }
        // Whoever was killed last has started anew; what a receipt names is used up for good.
        for pair in PAIRS {
            self.must_sign(pair);
        }
        for running in self.residents.drain(..).flatten() {
            running.signal("TERM");
            let ended = self.holders.end(running);
            assert_eq!(ended.code, Some(0), "{}", ended.err);
        }
        for pair in &PAIRS {
            self.holders.sign("treasury", pair, &["--message", "at last", "--fresh"]);
        }
        self.ledger.read(&self.holders, "treasury");
        let checked = self.ledger.all_are_used_up();
        for name in HOLDERS {
            quorate(&["audit", "verify", "--home", &self.holders.company.home(name)]).result();
        }
        assert_eq!(self.described(), known);
        let (tally, scheme, items) = (&self.tally, self.public.scheme, self.ledger.count());
        eprintln!("{scheme}: {tally:?}, {items} items used once each, {checked} uses checked");
        assert!(tally.kills >= sessions / 20 && tally.prepared >= sessions / 20, "{tally:?}");
    }

    /// What everybody may know of the key, at every holder.
    fn described(&self) -> Vec<Value> {
        let shown = HOLDERS.map(|name| self.holders.look(name, &["show", "treasury", "--json"]).json());
        let only = |mut value: Value| {
            let fields = value.as_object_mut().expect("an object");
            fields.retain(|field, _| ["key_id", "public_key", "epoch", "holders"].contains(&field.as_str()));
            value
        };
        shown.into_iter().map(only).collect()
    }

    fn home(&self, name: &str) -> String {
        self.holders.company.home(name)
    }

    fn prepare(&mut self, pair: &[&'static str; 2]) {
        let answer = hand_over(&self.home(pair[0]), &presign("treasury", pair, 3), LONG).end();
        assert!(matches!(answer, Answer::Done(_)), "{answer:?}\n{}", self.said());
        self.tally.batches += 1;
        self.ledger.read_journals(&self.holders, "treasury");
    }

    /// Asks for a signature at both signers.
    fn ask(&mut self, pair: [&'static str; 2], wait: u32) -> Session {
        self.tally.sessions += 1;
        let message = format!("payment {}", self.tally.sessions);
        let digest: [u8; 32] = Sha256::digest(&message).into();
        let ecdsa = self.public.scheme.is_ecdsa();
        let order =
            if ecdsa { sign_digest("treasury", &pair, &digest) } else { sign("treasury", &pair, message.as_bytes()) };
        let signed = if ecdsa { digest.to_vec() } else { message.into_bytes() };
        let handed = pair.map(|name| hand_over(&self.home(name), &order, wait));
        Session { pair, signed, handed }
    }

    /// Demands what must hold of a result, and says whether something prepared was used.
    #[track_caller]
    fn check(&mut self, signed: &[u8], results: &[&Value]) {
        let Some(first) = results.first() else { return };
        let signature = text(first, "signature");
        assert!(results.iter().all(|one| text(one, "signature") == signature), "{results:?}");
        let bytes = hex::decode(signature).expect("digits");
        let key = self.public.public_point().expect("a key");
        verify::verify(self.public.scheme, &key, signed, &bytes).expect("it verifies");
        assert!(self.nonces.insert(signature[..64].to_owned()), "a nonce was used twice");
        self.tally.signed += 1;
        self.tally.prepared += u32::from(first["prepared"] == true);
    }

    /// Of a session with nobody killed there is a signature at both.
    #[track_caller]
    fn must_be_signed(&mut self, Session { pair, signed, handed }: Session) {
        let answers = handed.map(HandedOver::end);
        let [Answer::Done(one), Answer::Done(other)] = &answers else {
            panic!("{pair:?}: {answers:?}\n{}", self.said());
        };
        self.check(&signed, &[one, other]);
    }

    #[track_caller]
    fn must_sign(&mut self, pair: [&'static str; 2]) {
        let session = self.ask(pair, LONG);
        self.must_be_signed(session);
    }

    /// Several sessions, and nobody is killed.
    fn sign_at_once(&mut self) {
        let start = Instant::now();
        let pairs: Vec<_> = (0..=self.chance.below(AT_ONCE)).map(|_| PAIRS[self.chance.below(3)]).collect();
        let sessions: Vec<Session> = pairs.into_iter().map(|pair| self.ask(pair, LONG)).collect();
        sessions.into_iter().for_each(|session| self.must_be_signed(session));
        self.typical = (self.typical + start.elapsed()) / 2;
    }

    /// Several sessions, and one party is killed: sometimes while it prepares, sometimes after it only fell silent.
    fn kill_in_the_middle(&mut self, stocked: &[&'static str; 2]) {
        let place = self.chance.below(3);
        let victim = HOLDERS[place];
        let mut pairs = vec![if stocked.contains(&victim) { *stocked } else { PAIRS[self.chance.below(3)] }];
        pairs.extend((0..self.chance.below(AT_ONCE)).map(|_| PAIRS[self.chance.below(3)]));
        let wait = |pair: &[&str; 2]| if pair.contains(&victim) { SHORT } else { LONG };
        let preparing = (self.chance.below(4) == 0 && stocked.contains(&victim))
            .then(|| hand_over(&self.home(stocked[0]), &presign("treasury", stocked, 3), SHORT));
        let sessions: Vec<Session> = pairs.into_iter().map(|pair| self.ask(pair, wait(&pair))).collect();
        self.wait_for_the_moment(victim, &sessions);
        self.kill(place, &sessions);
        for Session { pair, signed, handed } in sessions {
            if !pair.contains(&victim) {
                self.must_be_signed(Session { pair, signed, handed });
                continue;
            }
            let answers = handed.map(HandedOver::end);
            let mut results = Vec::new();
            for (name, answer) in pair.iter().zip(&answers) {
                match answer {
                    Answer::Done(result) => results.push(result),
                    // In order: who is left is told that the other one is gone.
                    Answer::Failed(3, _) => {}
                    Answer::Lost if *name == victim => {}
                    other => panic!("{name}, with {victim} killed: {other:?}\n{}", self.said()),
                }
            }
            self.tally.struck[2 - results.len()] += 1;
            self.check(&signed, &results);
        }
        if let Some(preparing) = preparing {
            self.tally.preparing += 1;
            let answer = preparing.end();
            let gone = stocked[0] == victim;
            assert!(gone || matches!(answer, Answer::Done(_) | Answer::Failed(3, _)), "{answer:?}\n{}", self.said());
        }
        self.ledger.read_journals(&self.holders, "treasury");
        self.resume(place);
        // Nothing that was in the middle is in the way of the next ones.
        PAIRS.into_iter().filter(|pair| pair.contains(&victim)).for_each(|pair| self.must_sign(pair));
    }

    /// Half of them somewhere, half of them where it is tight: while the protocol runs and right after it.
    fn wait_for_the_moment(&mut self, victim: &str, sessions: &[Session]) {
        let struck: Vec<&Session> = sessions.iter().filter(|session| session.pair.contains(&victim)).collect();
        if struck.is_empty() || self.chance.below(2) == 0 {
            std::thread::sleep(self.chance.moment(self.typical));
            return;
        }
        let session = struck[self.chance.below(struck.len())];
        let side = usize::from(session.pair[1] == victim);
        session.handed[side].until("all parties agree", Duration::from_secs(LONG.into()));
        std::thread::sleep(self.chance.moment(Duration::from_millis(40)));
    }

    fn kill(&mut self, place: usize, sessions: &[Session]) {
        let running = self.residents[place].take().expect("it runs");
        let victim = HOLDERS[place];
        if self.chance.below(8) == 0 {
            // It only falls silent, and is killed when the others have given up.
            running.signal("STOP");
            for session in sessions.iter().filter(|session| session.pair.contains(&victim)) {
                session.handed[usize::from(session.pair[0] == victim)].until_over();
            }
        }
        running.kill();
        let ended = self.holders.end(running);
        assert!(ended.code.is_none() && !ended.err.contains("panicked"), "{victim}: {}", ended.err);
        self.tally.kills += 1;
    }

    /// What the resident processes have said, the last of it.
    fn said(&self) -> String {
        let said = self.residents.iter().flatten().map(|running| {
            let said = running.said();
            said.lines().rev().take(20).collect::<Vec<_>>().join("\n")
        });
        said.collect::<Vec<_>>().join("\n--\n")
    }
}
