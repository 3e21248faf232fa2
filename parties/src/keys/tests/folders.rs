//! Folders of keys: generations, what is left after a failure, and what is read without a passphrase.

use std::fs;
use std::path::Path;

use proptest::prelude::*;

use super::*;

struct Fixture {
    home: tempfile::TempDir,
    keys: Keys,
    lock: KeysLock,
    sealing: SealingKey,
}

impl Fixture {
    fn new() -> Self {
        let home = tempfile::tempdir().expect("a temporary directory");
        let keys = Keys::of(&crate::identity::Home::at(home.path()));
        let lock = keys.lock().expect("nobody else uses it");
        let sealing = SealingKey::create(&passphrase("right"), cheap()).expect("there is randomness");
        Self { home, keys, lock, sealing }
    }

    fn folder(&self) -> KeyFolder {
        self.keys.key(&"treasury".parse().expect("a name"))
    }

    fn create(&self) -> KeyFolder {
        let folder = self.folder();
        folder.create(&self.lock, &public_part(), &owner("alice", 1), &self.sealing, b"share 1").expect("a new key");
        folder
    }

    fn path(&self, rest: &str) -> std::path::PathBuf {
        self.home.path().join("keys/treasury").join(rest)
    }
}

fn names(path: &Path) -> Vec<String> {
    Files.names(path).expect("readable")
}

#[test]
fn a_key_is_stored_listed_and_unlocked() {
    let fixture = Fixture::new();
    assert_eq!(fixture.keys.list(), Ok(Vec::new()));
    assert!(matches!(fixture.folder().public(), Err(KeyError::NoKey { .. })));
    let folder = fixture.create();
    let listed = fixture.keys.list().expect("readable");
    let Listed { name, public } = &listed[0];
    let public = public.as_ref().expect("not damaged");
    assert_eq!((name.as_str(), public.signers_needed, public.privacy_threshold), ("treasury", 2, 1));
    assert_eq!(public.own().map(|own| own.name.as_str()), Some("alice"));
    assert_eq!(public.public_point(), Some(Point::generator(CurveName::Secp256k1)));
    let unlocked = folder.unlock(&passphrase("right"), &owner("alice", 1)).expect("the right passphrase");
    assert_eq!(unlocked.share.as_slice(), b"share 1");
    let refused = |passphrase: &Passphrase, owner: &Owner| match folder.unlock(passphrase, owner) {
        Err(KeyError::Seal { fault, .. }) => fault,
        _ => panic!("it was not refused"),
    };
    assert_eq!(refused(&passphrase("wrong"), &owner("alice", 1)), SealFault::Refused);
    assert!(matches!(refused(&passphrase("right"), &owner("bob", 2)), SealFault::OtherParty { .. }));
    let again = folder.create(&fixture.lock, &public_part(), &owner("alice", 1), &fixture.sealing, b"share 2");
    assert!(matches!(again, Err(KeyError::Exists { .. })));
}

#[test]
fn a_generation_takes_effect_at_once_and_the_one_before_stays() {
    let fixture = Fixture::new();
    let (folder, alice) = (fixture.create(), owner("alice", 1));
    let mut refreshed = public_part();
    for epoch in 1..=2 {
        refreshed.epoch = epoch;
        let share = format!("share {}", epoch + 1);
        let generation = folder.stage(&fixture.lock, &refreshed, &alice, &fixture.sealing, share.as_bytes());
        let generation = generation.expect("it is staged");
        assert_eq!(folder.staged(), Ok(Some(generation)));
        let unlocked = folder.unlock(&passphrase("right"), &alice).expect("the one before is in use");
        assert_eq!(unlocked.public.epoch, epoch - 1);
        assert_eq!(*folder.share_of(generation, &unlocked, &alice).expect("staged"), share.as_bytes());
        folder.commit(&fixture.lock, generation).expect("it is staged whole");
        assert_eq!(folder.staged(), Ok(None));
        let unlocked = folder.unlock(&passphrase("right"), &alice).expect("the new one is in use");
        assert_eq!((unlocked.public.epoch, unlocked.share.as_slice()), (epoch, share.as_bytes()));
    }
    assert_eq!(names(&fixture.path("")), ["2", "3", "current"], "the one before, and no older one");
    folder.forget_previous(&fixture.lock).expect("erased");
    assert_eq!(names(&fixture.path("")), ["3", "current"]);
    let staged = folder.stage(&fixture.lock, &refreshed, &alice, &fixture.sealing, b"unfinished").expect("staged");
    folder.discard_staged(&fixture.lock).expect("erased");
    assert_eq!((staged, names(&fixture.path(""))), (4, vec!["3".to_owned(), "current".to_owned()]));
    assert!(folder.commit(&fixture.lock, staged).is_err(), "it was taken back");
}

#[test]
fn what_was_staged_and_never_committed_is_no_key() {
    let fixture = Fixture::new();
    let folder = fixture.folder();
    folder.stage(&fixture.lock, &public_part(), &owner("alice", 1), &fixture.sealing, b"share").expect("staged");
    assert_eq!(fixture.keys.list(), Ok(Vec::new()));
    assert!(matches!(folder.unlock(&passphrase("right"), &owner("alice", 1)), Err(KeyError::NoKey { .. })));
}

#[test]
fn pairs_are_kept_beside_the_share() {
    let fixture = Fixture::new();
    let (folder, alice) = (fixture.create(), owner("alice", 1));
    let unlocked = folder.unlock(&passphrase("right"), &alice).expect("the right passphrase");
    assert_eq!(folder.pairs(&unlocked, &alice), Ok(None));
    for content in [b"first", b"later"] {
        folder.keep_pairs(&fixture.lock, &unlocked, &alice, content).expect("written");
        let kept = folder.pairs(&unlocked, &alice).expect("readable").expect("there");
        assert_eq!(kept.as_slice(), content);
    }
}

#[test]
fn the_share_is_bound_to_every_word_of_the_public_part() {
    let fixture = Fixture::new();
    let folder = fixture.create();
    let path = fixture.path("1/public.toml");
    let text = fs::read_to_string(&path).expect("readable");
    for (from, to) in [("carol", "carla"), ("created = 1795000000", "created = 1795000001"), ("epoch = 0", "epoch = 1")]
    {
        assert!(text.contains(from));
        fs::write(&path, text.replace(from, to)).expect("writable");
        let error = folder.unlock(&passphrase("right"), &owner("alice", 1)).err();
        assert!(matches!(error, Some(KeyError::Seal { fault: SealFault::OtherKey { .. }, .. })), "{from}");
    }
    fs::write(&path, &text[..text.len() / 2]).expect("writable");
    let Listed { public, .. } = fixture.keys.list().expect("readable").remove(0);
    assert!(matches!(public, Err(KeyError::PublicPart { .. })), "a damaged key is listed as such");
    for content in ["", "01\n", "1", "0\n", "-1\n", "one\n", "1\n\n"] {
        fs::write(fixture.path("current"), content).expect("writable");
        assert!(matches!(folder.current(), Err(KeyError::Damaged { .. })), "{content:?}");
    }
}

#[cfg(unix)]
#[test]
fn files_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let fixture = Fixture::new();
    let (folder, alice) = (fixture.create(), owner("alice", 1));
    let unlocked = folder.unlock(&passphrase("right"), &alice).expect("the right passphrase");
    let stock = folder.open_stock(&fixture.lock, &unlocked, &alice).expect("an empty stock");
    let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    for file in ["current", "1/public.toml", "1/share.sealed", "stock/journal", "../.lock"] {
        assert_eq!(mode(&fixture.path(file)), 0o600, "{file}");
    }
    for folder in ["", "1", "stock", ".."] {
        assert_eq!(mode(&fixture.path(folder)), 0o700, "{folder}");
    }
    drop(stock);
}

#[test]
fn the_stock_says_that_it_is_not_to_be_copied() {
    let fixture = Fixture::new();
    let (folder, alice) = (fixture.create(), owner("alice", 1));
    let unlocked = folder.unlock(&passphrase("right"), &alice).expect("the right passphrase");
    let mut stock = folder.open_stock(&fixture.lock, &unlocked, &alice).expect("an empty stock");
    let signers = Signers::new([identity_key(1), identity_key(2)]).expect("two parties");
    let items = (0..3).map(|number| zeroize::Zeroizing::new(vec![number; 5])).collect();
    stock.add(Hex([1; 32]), 0, &signers, items).expect("a batch");
    assert_eq!(stock.take(&signers).expect("an item").into_secret().as_slice(), [0; 5]);
    stock.close().expect("in order");
    let tag = fs::read_to_string(fixture.path("stock/CACHEDIR.TAG")).expect("readable");
    assert!(tag.starts_with("Signature: 8a477f597d28d172789f06886806bc55"));
    assert_eq!(stock::counts(&folder.stock_path()), Ok(vec![(signers.clone(), 2)]));
    // A share that was written anew has another generation: what was made before is burned.
    let staged = folder.stage(&fixture.lock, &unlocked.public, &alice, &unlocked.sealing, &unlocked.share);
    folder.commit(&fixture.lock, staged.expect("staged")).expect("committed");
    let unlocked = folder.unlock(&passphrase("right"), &alice).expect("the right passphrase");
    let stock = folder.open_stock(&fixture.lock, &unlocked, &alice).expect("it opens");
    assert_eq!(stock.burned(), Some((stock::Reason::Generation, 2)));
    assert_eq!(stock.left(&signers), 0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_called_so() {
    let error = std::fs::write("/dev/full", b"x").expect_err("it is always full");
    let error = KeyError::io("write", Path::new("share.sealed"), &error);
    assert!(matches!(error, KeyError::Full { .. }));
    let failure = crate::exit::Failure::from(error);
    assert_eq!(failure.message, "cannot write share.sealed: the disk is full");
    let error = KeyError::io("write", Path::new("share.sealed"), &std::io::ErrorKind::ReadOnlyFilesystem.into());
    assert!(matches!(error, KeyError::ReadOnly { .. }));
}

#[test]
fn public_parts_that_contradict_themselves_are_refused() {
    let refused = |change: &dyn Fn(&mut NewKey)| {
        let mut key = new_key(Scheme::EcdsaSecp256k1);
        change(&mut key);
        match PublicPart::new(key) {
            Err(PublicPartFault::Field { field, .. }) => field,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(refused(&|key| key.threshold = 0), "signers_needed");
    assert_eq!(refused(&|key| key.threshold = 4), "signers_needed");
    assert_eq!(refused(&|key| key.index = 4), "index");
    assert_eq!(refused(&|key| key.holders.truncate(1)), "holders");
    assert_eq!(refused(&|key| key.holders[1].index = 1), "holders");
    assert_eq!(refused(&|key| key.holders[1].index = 0), "holders");
    assert_eq!(refused(&|key| key.holders[1].name = party("alice")), "holders");
    assert_eq!(refused(&|key| key.holders[1].identity = identity_key(1)), "holders");
    assert_eq!(refused(&|key| key.public_key = Point::generator(CurveName::P256)), "public_key");
    assert_eq!(refused(&|key| key.commitments.truncate(1)), "commitments");
    assert_eq!(refused(&|key| key.commitments[0] = key.public_key.neg()), "commitments");
    let mut key = new_key(Scheme::Ed25519);
    key.chain_code = Some([0; 32]);
    assert!(matches!(PublicPart::new(key), Err(PublicPartFault::Field { field: "chain_code", .. })));
}

#[test]
fn public_parts_survive_their_text() {
    for scheme in Scheme::ALL {
        let part = PublicPart::new(new_key(scheme)).expect("its fields agree");
        let text = part.to_text().expect("small numbers");
        assert_eq!(PublicPart::parse(text.as_bytes()), Ok(part));
        let newer = text.replace("format = 1", "format = 2");
        assert_eq!(PublicPart::parse(newer.as_bytes()), Err(PublicPartFault::Format { found: 2 }));
        let more = format!("{text}\nsurprise = 1\n");
        assert!(matches!(PublicPart::parse(more.as_bytes()), Err(PublicPartFault::Malformed(_))));
    }
    assert_eq!(PublicPart::parse(&vec![b' '; PUBLIC_PART_LIMIT + 1]), Err(PublicPartFault::TooLong));
    assert_eq!(PublicPart::parse(&[0xff]), Err(PublicPartFault::NotText));
}

proptest! {
    #[test]
    fn any_altered_public_part_is_refused_or_another(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let part = public_part();
        let mut text = part.to_text().expect("small numbers").into_bytes();
        let at = at.index(text.len());
        text[at] = byte;
        if let Ok(altered) = PublicPart::parse(&text) {
            prop_assert_eq!(altered == part, altered.digest() == part.digest());
        }
    }
}
