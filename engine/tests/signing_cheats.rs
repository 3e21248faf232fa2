//! The cheat loop of keys, from their making through their later life, and of signing: one party deviates, in every message and every field of it.
//!
//! Whatever it does, nobody hangs or panics, and every honest party either has a signature that verifies (a key that
//! agrees with the others') or stops with nothing. Whoever is blamed is the cheat, and where the protocols promise a name
//! it is given. A wrong share of what `dkls` opens is promised to be *noticed*, and by nobody's name.
//!
//! The messages are those of an honest run; that these are all messages of the signing protocols, and that the fields
//! are all bytes of them, is counted.

#[path = "signing_parties/fields.rs"]
mod fields;
mod signing_parties;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use fields::{Field, Made, fields};
use quorate_circuits::clear::ClearError;
use quorate_circuits::curve::{Curve, CurveName, Ed25519, Secp256k1};
use quorate_engine::key::generate::KEY_DEAL;
use quorate_engine::key::reshare::RESHARE_DEAL;
use quorate_engine::net::{ChannelError, ChannelFault, Link, PartyIndex, Step, memory_links};
use quorate_engine::record::KeyRecord;
use quorate_engine::run::{CurveOutcome, RunError};
use quorate_testkit::clock::{VirtualClock, impatient};
use quorate_testkit::tamper::{Cheat, Deed, Frame, cheat, record};
use quorate_testkit::{LIFE_STEPS, SIGNING_STEPS, Signed, Signers, tidy};
use signing_parties::{Records, Scheme, holdings, kept};

/// How long a link waits.
const PATIENCE: Duration = Duration::from_secs(60);

/// Steps that programs on numbers take as well.
const OF_BOTH: [&str; 4] = ["ot/base", "ot/trees", "coin-toss/commit", "coin-toss/open"];

/// What a session is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Goal {
    /// A key.
    Key,
    /// A key, about which the next party complains because the cheat sends it a wrong share.
    DisputedKey,
    /// New shares of a key, dealt by two of its holders.
    NewShares,
    /// Likewise, where the next party complains as above.
    DisputedShares,
    /// A lost share, from two who have theirs.
    LostShare,
    /// Something for one later signature.
    Presignature,
    /// A signature.
    Signature,
}

/// A session in which somebody will cheat.
struct Scene {
    scheme: Scheme,
    goal: Goal,
    signers: Signers,
    seats: Vec<u16>,
    records: Vec<Records>,
}

impl Scene {
    fn key(scheme: Scheme, goal: Goal) -> Self {
        let signers = scheme.program("-key", "holders=3 threshold=2");
        Self { scheme, goal, signers, seats: Vec::new(), records: vec![Records::new(); 3] }
    }

    /// Holders 1 and 2 deal to themselves and to a party that has no share yet.
    fn reshare(scheme: Scheme, goal: Goal) -> Self {
        let name = format!("{}-reshare", scheme.name());
        let roles = [0, 1, 0, 1, 2];
        let signers = Signers::seated(&name, "dealers=2 holders=3 threshold=2", scheme.protocol(), &roles).seed(6);
        Self { scheme, goal, signers, seats: vec![1, 2, 0], records: scheme.with_a_stranger(&[1, 2]) }
    }

    /// Holders 1 and 2 help holder 3.
    fn recover(scheme: Scheme) -> Self {
        let name = format!("{}-recover", scheme.name());
        let signers = Signers::seated(&name, "helpers=2 index=3", scheme.protocol(), &[0, 1, 2]).seed(7);
        let records = scheme.with_a_stranger(&[1, 2]);
        Self { scheme, goal: Goal::LostShare, signers, seats: vec![1, 2, 0], records }
    }

    fn presigning(scheme: Scheme, seats: &[u16]) -> Self {
        let signers = scheme.program("-presign", &format!("signers={} count=1", seats.len())).seed(3);
        let records = scheme.records(seats);
        Self { scheme, goal: Goal::Presignature, signers, seats: seats.to_vec(), records }
    }

    fn signing(scheme: Scheme, seats: &[u16]) -> Self {
        let signers = scheme.program("", &scheme.to_sign(seats.len())).seed(4);
        Self { scheme, goal: Goal::Signature, signers, seats: seats.to_vec(), records: scheme.records(seats) }
    }

    fn online(scheme: Scheme, seats: &[u16], prepared: &[Vec<u8>]) -> Self {
        let signers = scheme.program("-sign", &scheme.to_sign(seats.len())).seed(5);
        let records = scheme.with(seats, prepared);
        Self { scheme, goal: Goal::Signature, signers, seats: seats.to_vec(), records }
    }

    fn size(&self) -> usize {
        self.signers.plan().parties
    }

    fn parties(&self) -> impl Iterator<Item = PartyIndex> + use<> {
        (0..self.size()).map(PartyIndex)
    }

    fn next(&self, party: PartyIndex) -> PartyIndex {
        PartyIndex((party.0 + 1) % self.size())
    }

    fn step_of(&self, frame: &Frame) -> Step {
        let steps = SIGNING_STEPS.iter().chain(&LIFE_STEPS).chain(&OF_BOTH).map(|name| Step::new(name));
        steps.into_iter().find(|step| frame.is_of(*step)).expect("a step of signing")
    }

    /// What the cheat does in any case.
    fn prelude(&self, cheat: PartyIndex) -> impl Fn(&mut Frame) + Send + 'static {
        let (victim, disputed) = (self.next(cheat), self.is_disputed());
        move |frame| {
            if let (true, Some(last)) = (
                disputed && frame.to == victim && (frame.is_of(KEY_DEAL) || frame.is_of(RESHARE_DEAL)),
                frame.payload_mut().last_mut(),
            ) {
                *last ^= 1;
            }
        }
    }

    /// The steps that this scene is about: a dispute differs from other generations in two, and what sets up OTs and tosses
    /// coins for MACs does so elsewhere as well. Of three with MACs it is about the steps that are others than of two.
    fn is_about(&self, step: Step) -> bool {
        if self.scheme == Scheme::WithMacs {
            let differs =
                ["spdz-signing/answer", "spdz-signing/check", "spdz-signing/sacrifice"].contains(&step.name());
            return step.name().starts_with("spdz-signing/") && (self.size() == 2 || differs);
        }
        let disputed = matches!(step.name(), "key/answer" | "key/settle" | "reshare/answer" | "reshare/settle");
        disputed == self.is_disputed()
    }

    fn is_disputed(&self) -> bool {
        matches!(self.goal, Goal::DisputedKey | Goal::DisputedShares)
    }

    fn run(&self, seed: Option<u64>, spoil: impl FnOnce(&mut Vec<Vec<Option<Link>>>), context: &str) -> Vec<Signed> {
        let clock = VirtualClock::new();
        let patient = memory_links(self.size()).into_iter();
        let mut links: Vec<Vec<Option<Link>>> = patient
            .map(|row| row.into_iter().map(|link| link.map(|link| impatient(link, &clock, PATIENCE))).collect())
            .collect();
        spoil(&mut links);
        let signers = seed.map_or(self.signers.clone(), |seed| self.signers.clone().seed(seed));
        let run = AssertUnwindSafe(|| signers.run_over(holdings(&self.seats, &self.records), links, &clock));
        let ended = catch_unwind(run).unwrap_or_else(|_| panic!("{context}: a panic"));
        ended.unwrap_or_else(|stalled| panic!("{context}: {stalled:?}"))
    }

    /// What `party` sends when everybody is honest but for the prelude.
    fn recording(&self, party: PartyIndex, seed: Option<u64>) -> Vec<Frame> {
        let mut frames = None;
        let spoil = |links: &mut Vec<Vec<Option<Link>>>| {
            frames = Some(record(links, party));
            let prelude = self.prelude(party);
            cheat(links, party, move |mut frame| {
                prelude(&mut frame);
                Deed::send([frame])
            });
        };
        let ended = self.run(seed, spoil, "nobody cheats");
        assert!(ended.iter().all(|party| party.result.is_ok()), "{:?}", self.signers.plan().program.program.name());
        let frames = frames.expect("it was spoilt");
        let frames = frames.lock().expect("the recorder does not panic");
        frames.clone()
    }

    fn describe(&self) -> String {
        format!("{} of {}", self.signers.plan().program.program.name(), self.size())
    }
}

/// How it ended for an honest party.
#[derive(Debug)]
enum Ending {
    Finished,
    /// It names the cheat.
    Named(ChannelError),
    /// It stops and names nobody.
    #[expect(dead_code, reason = "it is shown when a test fails")]
    Stopped(RunError),
}

/// What must hold after every cheat; by honest party how it ended.
fn judge(scene: &Scene, ended: &[Signed], cheat: PartyIndex, context: &str) -> BTreeMap<PartyIndex, Ending> {
    let mut endings = BTreeMap::new();
    for (party, signed) in ended.iter().enumerate().filter(|(party, _)| *party != cheat.0) {
        let ending = match &signed.result {
            Ok(_) => Ending::Finished,
            Err(RunError::Channel(error)) if error.is_misbehaviour() => {
                // Of an equivocation two are named, of whom one deviated.
                let witness = matches!(error.fault, ChannelFault::Equivocation { witness } if witness == cheat);
                assert!(error.peer == cheat || witness, "{context}: party {party} blames {error}");
                Ending::Named(error.clone())
            }
            Err(error @ (RunError::Channel(_) | RunError::Program(ClearError::AssertFailed { .. }))) => {
                Ending::Stopped(error.clone())
            }
            Err(other) => panic!("{context}: party {party}: {other}"),
        };
        assert!(signed.result.is_ok() || signed.session.is_none(), "{context}: nothing is left after an abort");
        endings.insert(PartyIndex(party), ending);
    }
    let finished: Vec<&CurveOutcome> = endings.keys().filter_map(|party| ended[party.0].result.as_ref().ok()).collect();
    match scene.goal {
        Goal::Signature => finished.iter().for_each(|outcome| scene.scheme.verify(outcome)),
        Goal::LostShare => match scene.scheme {
            Scheme::Ed25519 => is_the_lost_one::<Ed25519>(scene, ended, context),
            Scheme::Ecdsa | Scheme::Bip340 | Scheme::Majority | Scheme::WithMacs => {
                is_the_lost_one::<Secp256k1>(scene, ended, context)
            }
        },
        Goal::Key | Goal::DisputedKey | Goal::NewShares | Goal::DisputedShares => match scene.scheme {
            Scheme::Ed25519 => are_one_key::<Ed25519>(&finished, context),
            Scheme::Ecdsa | Scheme::Bip340 | Scheme::Majority | Scheme::WithMacs => {
                are_one_key::<Secp256k1>(&finished, context)
            }
        },
        Goal::Presignature => {}
    }
    endings
}

/// Keys of those who finished are shares of one key.
fn are_one_key<C: Curve>(finished: &[&CurveOutcome], context: &str) {
    let read = |outcome: &&CurveOutcome| KeyRecord::<C>::from_bytes(&kept(outcome, "key")[0]).expect("a record");
    let records: Vec<_> = finished.iter().map(read).collect();
    for pair in records.windows(2) {
        let [one, two] = [&pair[0], &pair[1]].map(|record| &record.share);
        assert_eq!(one.holding().key, two.holding().key, "{context}");
        assert_eq!(one.commitments(), two.commitments(), "{context}");
        assert_ne!(one.holding().index, two.holding().index, "{context}");
    }
}

/// What holder 3 got back is what it had, or nothing.
fn is_the_lost_one<C: Curve>(scene: &Scene, ended: &[Signed], context: &str) {
    if let Ok(outcome) = &ended[2].result {
        let read = |bytes: &[u8]| KeyRecord::<C>::from_bytes(bytes).expect("a record").share;
        let (found, lost) = (read(&kept(outcome, "key")[0]), read(&scene.scheme.key().records[2]));
        assert_eq!(*found.to_bytes(), *lost.to_bytes(), "{context}");
    }
}

/// What was prepared under a cheat is used: it makes a signature that verifies, or nothing. Says whether it made one for
/// somebody whom the cheat had told something wrong.
fn used(scene: &Scene, ended: &[Signed], cheat: PartyIndex, told: &[PartyIndex], context: &str) -> Option<bool> {
    let record = scene.scheme.one_time();
    let prepared: Option<Vec<Vec<u8>>> = ended
        .iter()
        .map(|signed| signed.result.as_ref().ok().map(|outcome| kept(outcome, record)[0].clone()))
        .collect();
    let online = Scene::online(scene.scheme, &scene.seats, &prepared?);
    let ended = online.run(None, |_| (), context);
    let endings = judge(&online, &ended, cheat, context);
    Some(told.iter().any(|party| matches!(endings.get(party), Some(Ending::Finished))))
}

/// What is done to a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    LowBit,
    HighBit,
    Zeros,
    /// Not below any group's order, and no point.
    Ones,
    Noise,
    /// Another value that is well formed: what a party that equivocates tells one of the others.
    Valid,
}

impl Change {
    const ALL: [Self; 6] = [Self::LowBit, Self::HighBit, Self::Zeros, Self::Ones, Self::Noise, Self::Valid];

    fn apply(self, field: &mut [u8], made: Made, curve: CurveName) {
        match (self, made) {
            (Self::LowBit, _) => field.last_mut().into_iter().for_each(|byte| *byte ^= 1),
            (Self::HighBit, _) => field.first_mut().into_iter().for_each(|byte| *byte ^= 0x80),
            (Self::Zeros, _) => field.fill(0),
            (Self::Ones, _) => field.fill(0xff),
            (Self::Valid, Made::Scalars) => {
                let mut one = [0; 32];
                one[if curve == CurveName::Ed25519 { 0 } else { 31 }] = 1;
                field[..32].copy_from_slice(&one);
            }
            (Self::Valid, Made::Points) => {
                let generator = quorate_circuits::curve::Point::generator(curve).encode();
                field[..generator.len()].copy_from_slice(&generator);
            }
            (Self::Noise | Self::Valid, _) => {
                field.iter_mut().enumerate().for_each(|(i, byte)| *byte ^= (i as u8).wrapping_mul(0x9d) | 1);
            }
        }
    }
}

/// What the protocols promise about a change of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Promise {
    /// An honest party names the cheat.
    Named,
    /// Whoever gets it stops, and nobody is named.
    Noticed,
    /// It is put right: all honest parties finish.
    PutRight,
    /// Whoever gets it stops, and names the cheat if it is not even well formed.
    Stopping,
    /// It may do no harm.
    Harmless,
}

fn promise(scene: &Scene, step: Step, field: &Field, change: Change) -> Promise {
    let presigning_by_two = scene.goal == Goal::Presignature && scene.size() == 2;
    let bit = matches!(change, Change::LowBit | Change::HighBit | Change::Valid);
    match (step.name(), field.name) {
        ("key/deal" | "reshare/deal", "share") => Promise::PutRight,
        // A complaint that is false and well formed.
        ("key/complain", "complaints") if change == Change::LowBit => Promise::Harmless,
        // A choice of the receiver's that the sender's Delta happens to hide.
        ("dkls/draw", "corrections") | ("ot/base" | "ot/trees", _) if bit => Promise::Harmless,
        ("dkls/answer", "heard") => Promise::Noticed,
        ("dkls/answer", "psi") | ("dkls/open", _) if change != Change::Ones => Promise::Noticed,
        // Other seeds, points and shares are as good as the right ones for all that one signer can tell.
        ("shamir-signing/seeds", _) => Promise::Noticed,
        ("shamir-signing/points", _) if !matches!(change, Change::Ones | Change::Zeros) => Promise::Stopping,
        ("shamir-signing/open", _) if change != Change::Ones => Promise::Noticed,
        // A digit of Delta that is nothing hides what is wrong in its tree.
        ("spdz-signing/begin", "corrections") if bit => Promise::Harmless,
        ("spdz-signing/values", _) if matches!(change, Change::LowBit | Change::HighBit) => Promise::Harmless,
        ("spdz-signing/answer", "psi") if scene.size() > 2 => Promise::Stopping,
        // Two signers need no echo, and what they prepare is not checked before it is used.
        ("frost/commit", _) if presigning_by_two => Promise::Harmless,
        _ => Promise::Named,
    }
}

/// The endings are what was promised.
fn keeps(promise: Promise, scene: &Scene, ended: &[Signed], cheat: PartyIndex, told: &[PartyIndex], context: &str) {
    let endings = judge(scene, ended, cheat, context);
    let named = endings.values().any(|ending| matches!(ending, Ending::Named(_)));
    match promise {
        Promise::Named => assert!(named, "{context}: nobody names the cheat: {endings:?}"),
        Promise::PutRight => {
            assert!(endings.values().all(|e| matches!(e, Ending::Finished)), "{context}: {endings:?}");
        }
        Promise::Harmless | Promise::Stopping => {}
        Promise::Noticed => assert!(!named, "{context}: {endings:?}"),
    }
    let finished = told.iter().any(|party| matches!(endings.get(party), Some(Ending::Finished)));
    match (scene.goal, promise) {
        // The wrong presignature is noticed when it is used: no signature is shown.
        (Goal::Presignature, Promise::Noticed) => {
            assert!(used(scene, ended, cheat, told, context) != Some(true), "{context}: a wrong presignature signs");
        }
        (Goal::Presignature, Promise::Harmless) => {
            used(scene, ended, cheat, told, context);
        }
        (_, Promise::Noticed | Promise::Stopping) => assert!(!finished, "{context}: it did not notice: {endings:?}"),
        _ => {}
    }
}

/// Changes one field of one message, to the next party or to all.
fn change_field(scene: &Scene, party: PartyIndex, step: Step, at: usize, change: Change, to_all: bool) -> usize {
    let layout = fields(scene.signers.plan(), step);
    let field = layout[at];
    let start: usize = layout[..at].iter().map(|field| field.bytes).sum();
    let told = if to_all { scene.parties().filter(|p| *p != party).collect() } else { vec![scene.next(party)] };
    let context = format!(
        "{}: {party}, {step}, {}, {change:?} to {}",
        scene.describe(),
        field.name,
        if to_all { "all" } else { "one" }
    );
    let curve = scene.signers.plan().curve.as_ref().expect("a plan over a curve").curve;
    let changed = Arc::new(std::sync::Mutex::new(0));
    let (counter, prelude, victims) = (changed.clone(), scene.prelude(party), told.clone());
    let spoil = |links: &mut Vec<Vec<Option<Link>>>| {
        cheat(links, party, move |mut frame| {
            prelude(&mut frame);
            if frame.is_of(step) && victims.contains(&frame.to) {
                let before = frame.payload().to_vec();
                change.apply(&mut frame.payload_mut()[start..start + field.bytes], field.made, curve);
                *counter.lock().expect("no panic") += usize::from(before != frame.payload());
            }
            Deed::send([frame])
        });
    };
    let ended = scene.run(None, spoil, &context);
    // What was zero already is no cheat.
    let changed = *changed.lock().expect("no panic");
    if changed == told.len() {
        keeps(promise(scene, step, &field, change), scene, &ended, party, &told, &context);
    }
    changed
}

/// One cheat at one whole message.
fn cheat_at(scene: &Scene, party: PartyIndex, frames: &[Frame], target: usize, what: Cheat) {
    let (frame, step) = (&frames[target], scene.step_of(&frames[target]));
    let context = format!("{}: {party}, {step}, {what:?}", scene.describe());
    let (prelude, mut deed) = (scene.prelude(party), what.at(target, scene.size()));
    let spoil = |links: &mut Vec<Vec<Option<Link>>>| {
        cheat(links, party, move |mut frame| {
            prelude(&mut frame);
            deed(frame)
        });
    };
    let ended = scene.run(None, spoil, &context);
    let endings = judge(scene, &ended, party, &context);
    let receiver = &endings[&frame.to];
    if what.breaks_framing() {
        let named = matches!(receiver, Ending::Named(error) if error.step == step && error.peer == party);
        assert!(named, "{context}: {receiver:?}");
    }
    if matches!(what, Cheat::DropAndClose | Cheat::FallSilent) {
        assert!(matches!(receiver, Ending::Stopped(_)), "{context}: {receiver:?}");
    }
    if what == Cheat::Redirect {
        assert!(!matches!(receiver, Ending::Finished), "{context}");
    }
}

/// A message of the same step from another session, under its own number.
fn replay(scene: &Scene, party: PartyIndex, target: usize, frames: &[Frame], other: &[Frame]) {
    let step = scene.step_of(&frames[target]);
    let context = format!("{}: {party}, {step}, a message of another session", scene.describe());
    let payload = other[target].payload().to_vec();
    let (prelude, to) = (scene.prelude(party), frames[target].to);
    let spoil = |links: &mut Vec<Vec<Option<Link>>>| {
        cheat(links, party, move |mut frame| {
            prelude(&mut frame);
            if frame.is_of(step) && frame.to == to {
                frame.payload_mut().copy_from_slice(&payload);
            }
            Deed::send([frame])
        });
    };
    let ended = scene.run(None, spoil, &context);
    let endings = judge(scene, &ended, party, &context);
    // A nonce that was prepared before gives one answer for one message, whatever the session.
    if other[target].payload() == frames[target].payload() {
        assert!(endings.values().all(|ending| matches!(ending, Ending::Finished)), "{context}: {endings:?}");
        return;
    }
    let unnoticed = match scene.goal {
        // It is what it says: points and scalars of nobody else's.
        Goal::Presignature => used(scene, &ended, party, &[to], &context) == Some(true),
        // Helpers cannot tell; who gets the share does.
        Goal::LostShare => matches!(endings.get(&PartyIndex(2)), Some(Ending::Finished)),
        _ => matches!(endings[&to], Ending::Finished),
    };
    let names = !matches!(step.name(), "dkls/open" | "frost/commit") && !step.name().starts_with("shamir-signing")
        || scene.goal == Goal::Key;
    assert!(!unnoticed, "{context}: {endings:?}");
    assert!(!names || endings.values().any(|e| matches!(e, Ending::Named(_))), "{context}: {endings:?}");
}

/// The first frame of each step to the next party.
fn targets(scene: &Scene, party: PartyIndex, frames: &[Frame]) -> Vec<usize> {
    let mut met = BTreeSet::new();
    let is_target = |i: &usize| {
        let frame = &frames[*i];
        frame.to == scene.next(party) && scene.is_about(scene.step_of(frame)) && met.insert(frame.tag())
    };
    (0..frames.len()).filter(is_target).collect()
}

/// Everything by everybody in `parties`. Says how many runs it was.
fn the_loop(scene: &Scene, parties: &[usize]) -> usize {
    let mut runs = 0;
    for party in parties.iter().map(|party| PartyIndex(*party)) {
        let (frames, other) = (scene.recording(party, None), scene.recording(party, Some(77)));
        for target in targets(scene, party, &frames) {
            let step = scene.step_of(&frames[target]);
            let layout = fields(scene.signers.plan(), step);
            let bytes: usize = layout.iter().map(|field| field.bytes).sum();
            assert_eq!(bytes, frames[target].payload().len(), "{step}: every byte belongs to a field");
            for at in (0..layout.len()).filter(|at| layout[*at].bytes > 0) {
                for change in Change::ALL {
                    runs += change_field(scene, party, step, at, change, false).min(1);
                    if scene.size() > 2 && matches!(change, Change::LowBit | Change::Valid) {
                        runs += change_field(scene, party, step, at, change, true).min(1);
                    }
                }
            }
            Cheat::ALL.into_iter().for_each(|what| cheat_at(scene, party, &frames, target, what));
            replay(scene, party, target, &frames, &other);
            runs += Cheat::ALL.len() + 1;
        }
    }
    eprintln!("{}: {runs} cheats", scene.describe());
    runs
}

/// All sessions of an honest majority, likewise.
fn scenes_of_majorities() -> Vec<(Scene, Vec<usize>)> {
    let scheme = Scheme::Majority;
    vec![
        (Scene::signing(scheme, &[2, 1, 3]), vec![0, 1, 2]),
        (Scene::presigning(scheme, &[1, 2, 3]), vec![0, 1, 2]),
        (Scene::online(scheme, &[3, 2, 1], &scheme.prepare(&[3, 2, 1], 9)), vec![0, 2]),
        (Scene::key(scheme, Goal::Key), vec![0]),
        (Scene::reshare(scheme, Goal::NewShares), vec![1]),
        (Scene::recover(scheme), vec![1]),
    ]
}

/// All sessions, with those who cheat in them.
fn scenes(scheme: Scheme) -> Vec<(Scene, Vec<usize>)> {
    match scheme {
        Scheme::Majority => return scenes_of_majorities(),
        Scheme::WithMacs => {
            return vec![(Scene::signing(scheme, &[3, 1]), vec![0]), (Scene::signing(scheme, &[2, 1, 3]), vec![1])];
        }
        _ => {}
    }
    let mut scenes = vec![
        (Scene::key(scheme, Goal::Key), vec![1]),
        (Scene::key(scheme, Goal::DisputedKey), vec![2]),
        (Scene::presigning(scheme, &[3, 1]), vec![0, 1]),
        (Scene::signing(scheme, &[1, 3]), vec![0, 1]),
        (Scene::online(scheme, &[2, 3], &scheme.prepare(&[2, 3], 8)), vec![0, 1]),
        (Scene::signing(scheme, &[1, 2, 3]), vec![0]),
        (Scene::presigning(scheme, &[2, 1, 3]), vec![2]),
        (Scene::online(scheme, &[3, 2, 1], &scheme.prepare(&[3, 2, 1], 9)), vec![1]),
    ];
    if scheme == Scheme::Bip340 {
        // Its keys are made and kept as those of Ed25519, on the curve of those for ECDSA.
        scenes.drain(..2);
    } else {
        scenes.push((Scene::reshare(scheme, Goal::NewShares), vec![0, 1, 2]));
        scenes.push((Scene::reshare(scheme, Goal::DisputedShares), vec![1]));
        scenes.push((Scene::recover(scheme), vec![0, 1]));
    }
    scenes
}

#[test]
fn ecdsa_ends_well_whatever_a_cheat_does() {
    let runs: usize = scenes(Scheme::Ecdsa).iter().map(|(scene, parties)| the_loop(scene, parties)).sum();
    assert!(runs > 900, "{runs} cheats");
}

#[test]
fn ed25519_ends_well_whatever_a_cheat_does() {
    let runs: usize = scenes(Scheme::Ed25519).iter().map(|(scene, parties)| the_loop(scene, parties)).sum();
    assert!(runs > 500, "{runs} cheats");
}

#[test]
fn bip340_ends_well_whatever_a_cheat_does() {
    let runs: usize = scenes(Scheme::Bip340).iter().map(|(scene, parties)| the_loop(scene, parties)).sum();
    assert!(runs > 300, "{runs} cheats");
}

#[test]
fn ecdsa_among_an_honest_majority_ends_well_whatever_a_cheat_does() {
    let runs: usize = scenes(Scheme::Majority).iter().map(|(scene, parties)| the_loop(scene, parties)).sum();
    assert!(runs > 300, "{runs} cheats");
}

#[test]
fn ecdsa_with_macs_ends_well_whatever_a_cheat_does() {
    let runs: usize = scenes(Scheme::WithMacs).iter().map(|(scene, parties)| the_loop(scene, parties)).sum();
    assert!(runs > 330, "{runs} cheats");
}

/// The sessions above have every step that is a program's over a curve: with those of `tamper.rs`, all of the engine's.
#[test]
fn every_step_of_signing_is_tampered_with() {
    let mut met = BTreeSet::new();
    for scheme in Scheme::ALL.into_iter().chain([Scheme::Majority, Scheme::WithMacs]) {
        for (scene, parties) in scenes(scheme) {
            for party in parties.into_iter().map(PartyIndex) {
                let frames = scene.recording(party, None);
                met.extend(
                    targets(&scene, party, &frames).into_iter().map(|target| scene.step_of(&frames[target]).name()),
                );
            }
        }
    }
    let (of_keys, _) = OF_BOTH.split_at(2);
    assert_eq!(met, SIGNING_STEPS.into_iter().chain(LIFE_STEPS).chain(of_keys.iter().copied()).collect());
    let of_the_engine: BTreeSet<&str> = tidy::steps(&tidy::sources()).iter().map(|step| step.name()).collect();
    assert!(met.is_subset(&of_the_engine));
}

/// A share that is opened is no statement that can be checked alone: it is noticed by all, and held against nobody.
#[test]
fn a_wrong_opened_share_is_detected_and_not_attributed() {
    let scene = Scene::signing(Scheme::Ecdsa, &[1, 2, 3]);
    let context = "a wrong opened share";
    let spoil = |links: &mut Vec<Vec<Option<Link>>>| {
        cheat(links, PartyIndex(0), |mut frame| {
            if frame.is_of(quorate_engine::protocol::dkls::OPEN) {
                frame.payload_mut()[31] ^= 1;
            }
            Deed::send([frame])
        });
    };
    for (party, ended) in scene.run(None, spoil, context).iter().enumerate().skip(1) {
        let failed = matches!(&ended.result, Err(RunError::Program(ClearError::AssertFailed { message, .. })) if message.contains("does not verify"));
        assert!(failed, "party {party}: {:?}", ended.result.as_ref().err());
    }
}
