//! Guardians, clocks and papers, without processes.

use std::path::PathBuf;
use std::sync::LazyLock;

use proptest::prelude::*;
use quorate_circuits::curve::{Curve, Secp256k1};
use quorate_engine::crypto::Random;
use quorate_engine::key::{AccessStructure, Commitments, Polynomials};

use super::restore::record;
use super::*;
use crate::identity::{Card, Hex, Identity};
use crate::keys::{Files, Holder, NewKey, PublicPart, Scheme};

/// A holder of a key, its guardians, and a backup of its share.
struct World {
    ann: Identity,
    guardians: Vec<Identity>,
    key: PublicPart,
    share: zeroize::Zeroizing<Vec<u8>>,
    folder: tempfile::TempDir,
}

fn identity(name: &str) -> Identity {
    let address = "127.0.0.1:7100".parse().expect("an address");
    Identity::generate(name.parse().expect("a name"), address).expect("there is randomness")
}

impl World {
    fn new() -> Self {
        let mut random = Random::from_operating_system().expect("there is randomness");
        let access = AccessStructure::new(2, 3).expect("2 of 3");
        let polynomials = Polynomials::<Secp256k1>::random(&access, &mut random);
        let points: Vec<_> =
            Commitments::of(&polynomials).points().iter().map(|point| Secp256k1::point(*point)).collect();
        let holders = ["ann", "ben", "cas"].map(identity);
        let listed = (1..).zip(&holders).map(|(index, holder)| Holder {
            name: holder.name().clone(),
            identity: holder.public_key(),
            index,
        });
        let key = PublicPart::new(NewKey {
            name: "treasury".parse().expect("a name"),
            scheme: Scheme::EcdsaSecp256k1,
            key_id: Hex([5; 32]),
            created: 1_795_000_000,
            threshold: 2,
            structure: None,
            index: 1,
            public_key: points[0],
            chain_code: None,
            commitments: points,
            holders: listed.collect(),
        });
        let key = key.expect("its fields agree");
        let share = share_of(key.scheme.curve(), &record::<Secp256k1>(&key, polynomials.share(1)).expect("it fits"));
        let [ann, _, _] = holders;
        Self {
            ann,
            guardians: ["gil", "hanna", "ines"].map(identity).into(),
            share: share.expect("a record"),
            key,
            folder: tempfile::tempdir().expect("a temporary directory"),
        }
    }

    fn backup(&self, delay: u64) -> Backup {
        self.backup_of(&self.key, delay)
    }

    fn backup_of(&self, key: &PublicPart, delay: u64) -> Backup {
        let guardians = Guardians {
            guardians: self.guardians.iter().map(Person::own).collect(),
            needed: 2,
            delay: delay.try_into().expect("not too long"),
            vetoers: Vec::new(),
        };
        Backup::new(&self.ann, key, &self.share, guardians, 1000).expect("it fits")
    }

    fn path(&self, guardian: usize) -> PathBuf {
        self.folder.path().join(guardian.to_string())
    }

    fn guarded(&self, guardian: usize, backup: &Backup) -> Guarded {
        let guarded = Guarded::on(self.path(guardian), Files);
        guarded.accept(&self.guardians[guardian], backup).expect("its part is right");
        guarded
    }

    fn request(&self, backup: &Backup) -> Request {
        Request::new(&self.ann, backup, Purpose::Restore, 1000).expect("there is randomness")
    }
}

#[test]
fn a_delay_is_not_shortened_by_a_clock_that_is_set_back() {
    let world = World::new();
    let backup = world.backup(1000);
    let guarded = world.guarded(0, &backup);
    let ask = |request: &Request, now: u64, latest: u64| {
        let known = Known { latest, ..Known::default() };
        match guarded.release(&world.guardians[0], request, now, &known) {
            Ok(_) => Ok(()),
            Err(BackupError::TooEarly { waited, left, .. }) => Err((waited, left)),
            Err(other) => panic!("{other}"),
        }
    };
    let first = world.request(&backup);
    assert_eq!(ask(&first, 50_000, 0), Err((0, 1000)));
    assert_eq!(ask(&first, 50_999, 0), Err((999, 1)));
    // Set back later: nothing of the delay has passed.
    assert_eq!(ask(&first, 10, 0), Err((0, 1000)));
    assert_eq!(ask(&first, 51_000, 0), Ok(()));
    // Set back before the first sight: the latest time that was seen counts, here and in the log.
    let second = world.request(&backup);
    assert_eq!(ask(&second, 10, 0), Err((0, 1000)));
    assert_eq!(ask(&second, 51_500, 0), Err((500, 500)));
    assert_eq!(ask(&second, 52_000, 0), Ok(()));
    let third = world.request(&backup);
    assert_eq!(ask(&third, 52_000, 60_000), Err((0, 1000)));
    assert_eq!(ask(&third, 60_999, 60_000), Err((999, 1)));
    assert_eq!(ask(&third, 61_000, 60_000), Ok(()));
    assert_eq!(guarded.list().expect("readable")[0].requests.len(), 3);
}

#[test]
fn an_old_epoch_is_neither_released_nor_hidden() {
    let world = World::new();
    let old = world.backup(0);
    let guarded = world.guarded(0, &old);
    let request = world.request(&old);
    let known = Known { epoch: Some(3), ..Known::default() };
    let refused = guarded.release(&world.guardians[0], &request, 2000, &known).err();
    assert_eq!(refused, Some(BackupError::OldEpoch { key: "treasury".to_owned(), found: 0, current: 3 }));
    assert!(guarded.release(&world.guardians[0], &request, 2000, &Known::default()).is_ok());
    // Of two backups of one share, the later epoch is the share.
    let mut key = world.key.clone();
    key.epoch = 2;
    guarded.accept(&world.guardians[0], &world.backup_of(&key, 0)).expect("its part is right");
    let refused = guarded.release(&world.guardians[0], &request, 2000, &Known::default()).err();
    assert_eq!(refused, Some(BackupError::OldEpoch { key: "treasury".to_owned(), found: 0, current: 2 }));
}

#[test]
fn a_guardian_that_releases_another_scalar_is_named() {
    let world = World::new();
    let (backup, other) = (world.backup(0), world.backup(0));
    let request = world.request(&backup);
    let release = |guardian: usize, backup: &Backup, request: &Request| {
        Part::release(&world.guardians[guardian], backup, request, 2000).expect("its part opens")
    };
    let honest = [release(0, &backup, &request), release(2, &backup, &request)];
    // Sealed for this request and signed, but of another dealing.
    let liar = Part::lie(&world.guardians[1], &backup, &request, &other);
    let combine = |parts: &[Part]| combine(&world.ann, &backup, &request, Purpose::Restore, parts);
    let restored = combine(&[honest[0].clone(), liar.clone(), honest[1].clone()]).expect("two are right");
    assert_eq!(restored.liars.iter().map(ToString::to_string).collect::<Vec<_>>(), ["hanna"]);
    assert_eq!(share_of(world.key.scheme.curve(), &restored.record).expect("a record"), world.share);
    match combine(&[honest[0].clone(), liar]).err() {
        Some(BackupError::TooFew { needed: 2, found: 1, because }) => assert!(because.contains("hanna released")),
        other => panic!("{other:?}"),
    }
    let stranger = Part::parse(honest[0].to_text().replace("gil", "joe").as_bytes());
    assert_eq!(stranger, Err(PaperFault::Signature { signer: "joe".to_owned() }));
}

#[test]
fn who_asks_instead_of_the_holder_needs_a_word_of_the_guardian() {
    let world = World::new();
    let backup = world.backup(0);
    let guarded = world.guarded(0, &backup);
    let new = identity("ann");
    let request = Request::new(&new, &backup, Purpose::Restore, 1000).expect("there is randomness");
    let release = |card: Option<&Card>| {
        let known = Known { instead: card, ..Known::default() };
        guarded.release(&world.guardians[0], &request, 2000, &known).map(|_| ())
    };
    assert!(matches!(release(None), Err(BackupError::OtherRequester { .. })));
    assert!(matches!(release(Some(world.ann.card())), Err(BackupError::OtherRequesterIdentity { .. })));
    assert!(matches!(release(Some(identity("joe").card())), Err(BackupError::OtherRequester { .. })));
    assert_eq!(release(Some(new.card())), Ok(()));
}

#[test]
fn a_damaged_veto_is_no_permission() {
    let world = World::new();
    let backup = world.backup(0);
    let guarded = world.guarded(0, &backup);
    let request = world.request(&backup);
    let veto = Veto::new(&world.ann, &request, "not me", 1500).expect("a short reason");
    assert_eq!(guarded.hear(&veto), Ok(false), "before the request was seen");
    let release = || guarded.release(&world.guardians[0], &request, 2000, &Known::default()).map(|_| ());
    assert!(matches!(release(), Err(BackupError::Vetoed { .. })));
    let path = world.path(0).join(backup.id().to_string()).join(format!("{}.veto", request.id()));
    std::fs::write(&path, "nothing").expect("writable");
    assert!(matches!(release(), Err(BackupError::Paper { .. })));
    assert!(Veto::new(&world.ann, &request, "two\nlines", 1500).is_err());
}

#[test]
fn papers_survive_their_text() {
    let world = World::new();
    let backup = world.backup(5400);
    let request = world.request(&backup);
    let veto = Veto::new(&world.ann, &request, "not \"me\" \\ é", 1500).expect("a short reason");
    let part = Part::release(&world.guardians[0], &backup, &request, 2000).expect("its part opens");
    assert_eq!(Backup::parse(backup.to_text().as_bytes()), Ok(backup.clone()));
    assert_eq!(Request::parse(request.to_text().as_bytes()), Ok(request.clone()));
    assert_eq!(Veto::parse(veto.to_text().as_bytes()), Ok(veto.clone()));
    assert_eq!(Part::parse(part.to_text().as_bytes()), Ok(part.clone()));
    assert!(matches!(Part::parse(veto.to_text().as_bytes()), Err(PaperFault::OtherKind { .. })));
    assert_eq!(Part::parse(&vec![b'#'; PAPER_LIMIT + 1]), Err(PaperFault::TooLong));
    assert_eq!(Part::parse(&[0xff]), Err(PaperFault::NotText));
    assert_eq!(Part::parse(b""), Err(PaperFault::Foreign));
    let longer = format!("{}\nsurprise = 1\n", request.to_text());
    assert!(matches!(Request::parse(longer.as_bytes()), Err(PaperFault::Malformed { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// A small paper with any byte altered is refused, or says the same.
    #[test]
    fn an_altered_paper_is_refused_or_the_same(at in any::<prop::sample::Index>(), byte: u8) {
        static REQUEST: LazyLock<Request> = LazyLock::new(|| {
            let world = World::new();
            world.request(&world.backup(0))
        });
        let mut text = REQUEST.to_text().into_bytes();
        let at = at.index(text.len());
        text[at] = byte;
        if let Ok(read) = Request::parse(&text) {
            prop_assert_eq!(&read, &*REQUEST);
        }
    }

    #[test]
    fn any_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(Backup::parse(&bytes).is_err() && Request::parse(&bytes).is_err());
        prop_assert!(Veto::parse(&bytes).is_err() && Part::parse(&bytes).is_err());
    }

    #[test]
    fn any_text_with_a_papers_head_is_refused(kind in 0_usize..4, text in "[a-z0-9_\\[\\]=\" \n]{0,200}") {
        let kind = ["backup", "restore-request", "veto", "guardian-part"][kind];
        let text = format!("kind = \"{kind}\"\nformat = 1\n{text}");
        prop_assert!(Backup::parse(text.as_bytes()).is_err() && Request::parse(text.as_bytes()).is_err());
        prop_assert!(Veto::parse(text.as_bytes()).is_err() && Part::parse(text.as_bytes()).is_err());
    }
}
