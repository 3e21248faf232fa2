//! Shares given to guardians and back: real processes, and guardians, holders and strangers who cheat.

mod command;
mod fixture;
mod holders;

use std::fs;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use command::{Ended, quorate};
use holders::secrets::Needles;
use holders::{HOLDERS, Holders, copy, text};
use quorate::backup::{Backup, PaperFault};
use quorate::identity::{Canonical, Hex, Home};
use serde_json::Value;

const GUARDIANS: [&str; 3] = ["gil", "hanna", "ines"];

/// Keys of ann, ben and cas, and three guardians whom ann trusts: made once. Parties have one address each, so tests
/// take turns.
fn people() -> MutexGuard<'static, Holders> {
    static SHARED: OnceLock<Mutex<Holders>> = OnceLock::new();
    let shared = SHARED.get_or_init(|| {
        let people = Holders::new();
        for guardian in GUARDIANS {
            people.company.add(guardian);
            people.company.trust(guardian, "ann");
            people.company.trust("ann", guardian);
        }
        people.generate("vault", "bip340");
        people.generate("treasury", "ecdsa-secp256k1");
        Mutex::new(people)
    });
    // A test that has failed has spoiled copies and files of its own.
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A backup of ann's share of a key, and a home of ann's that a test may spoil.
struct Scene<'a> {
    people: &'a Holders,
    key: &'static str,
    name: &'static str,
    home: String,
    file: String,
}

impl<'a> Scene<'a> {
    /// Ann gives her share to the guardians, of whom two are needed.
    #[track_caller]
    fn new(people: &'a Holders, key: &'static str, name: &'static str, delay: &str) -> Self {
        let home = people.copy("ann", &format!("ann-{name}"));
        let file = people.company.path(&format!("{name}.backup"));
        let scene = Self { people, key, name, home, file };
        let order = ["backup", key, "--guardians", "gil,hanna,ines", "--needed", "2", "--veto", "ben"];
        let made = scene.ann(&[&order[..], &["--delay", delay, "--out", &scene.file, "--json"]].concat()).json();
        assert_eq!((text(&made, "key"), text(&made, "holder")), (key, "ann"));
        scene
    }

    /// The same, and the guardians accept.
    #[track_caller]
    fn guarded(people: &'a Holders, key: &'static str, name: &'static str, delay: &str) -> Self {
        let scene = Self::new(people, key, name, delay);
        for guardian in GUARDIANS {
            let accepted = scene.at(guardian, &["guard", &scene.file, "--json"]).json();
            assert_eq!((&accepted["guarded"], &accepted["checked"]), (&true.into(), &true.into()), "{guardian}");
        }
        scene
    }

    fn path(&self, name: &str) -> String {
        self.people.company.path(&format!("{}-{name}", self.name))
    }

    /// A command of ann's in the home of this scene.
    fn ann(&self, arguments: &[&str]) -> Ended {
        self.people.end(self.people.start_at("ann", &self.home, arguments))
    }

    /// A command without a passphrase at somebody.
    fn at(&self, name: &str, arguments: &[&str]) -> Ended {
        self.people.look(name, arguments)
    }

    /// Ann loses what her share is in.
    #[track_caller]
    fn lose(&self) {
        let folder = Path::new(&self.home).join("keys").join(self.key).join("1");
        for file in ["share.sealed", "pairs.sealed"] {
            fs::remove_file(folder.join(file)).expect("it was there");
        }
    }

    /// A request, where it is.
    #[track_caller]
    fn request(&self, more: &[&str]) -> String {
        let out = self.path("request");
        self.ann(&[&["restore", self.key, "--request", "--out", &out, "--json"], more].concat()).json();
        out
    }

    /// What a guardian answers, and where its part is.
    fn release(&self, guardian: &str, request: &str) -> (Ended, String) {
        let out = self.path(&format!("{guardian}.part"));
        (self.at(guardian, &["release", request, "--out", &out, "--json"]), out)
    }

    /// The parts of guardians who release them.
    #[track_caller]
    fn parts(&self, guardians: &[&str], request: &str) -> Vec<String> {
        let release = |guardian: &&str| {
            let (ended, part) = self.release(guardian, request);
            ended.json();
            part
        };
        guardians.iter().map(release).collect()
    }

    fn restore(&self, parts: &[String], more: &[&str]) -> Ended {
        let given = parts.iter().flat_map(|part| ["--part", part]);
        self.ann(&["restore", self.key].into_iter().chain(given).chain(more.iter().copied()).collect::<Vec<_>>())
    }

    fn stock(&self) -> String {
        format!("{}/keys/{}/stock", self.home, self.key)
    }
}

/// Ben and cas believe the log of whatever copy of ann's home comes next: copies have logs of their own.
fn believe(people: &Holders) {
    for partner in ["ben", "cas"] {
        // Of whom nothing is remembered, everything is believed: that is an error here, and no matter.
        quorate(&["audit", "accept", "ann", "--home", &people.company.home(partner)]);
    }
}

/// Ann, in some home, signs with ben.
fn sign(people: &Holders, home: &str, key: &str) -> [Ended; 2] {
    let order = ["sign", key, "--message", "open the vault", "--signers", "ann,ben", "--json", "--wait", "20"];
    believe(people);
    let running = [people.start_at("ann", home, &order), people.start("ben", &order)];
    running.map(|running| people.end(running))
}

#[test]
fn a_lost_share_comes_back_from_enough_guardians_and_signs() {
    let people = people();
    believe(&people);
    people.presign("vault", &["ann", "ben"], 2);
    let scene = Scene::guarded(&people, "vault", "lost", "0s");
    let stock = people.company.path("lost-stock");
    copy(&scene.stock(), &stock);
    let checked = scene.at("ben", &["guard", &scene.file, "--check", "--json"]).json();
    assert_eq!((text(&checked, "held_here"), &checked["guarded"]), ("vault", &false.into()));
    scene.at("ben", &["guard", &scene.file]).fails(2, &["ben is no guardian", "gil, hanna, ines"]);
    scene.lose();
    let request = scene.request(&[]);
    let parts = scene.parts(&["ines", "gil"], &request);
    scene.restore(&parts[..1], &[]).fails(2, &["2 guardians are needed; 1 parts are right", "hint:"]);
    scene.restore(&[&parts[..1], &parts[..1]].concat(), &[]).fails(2, &["two parts of ines"]);
    let drill = scene.restore(&parts, &["--drill"]);
    drill.fails(4, &["the request was for a restore, not for a drill"]);
    let restored = scene.restore(&parts, &["--json"]).json();
    assert_eq!((&restored["generation"], &restored["pairs_lost"]), (&2.into(), &false.into()));
    assert_eq!(restored["guardians"], serde_json::json!(["ines", "gil"]));
    scene.restore(&parts, &[]).fails(2, &["the share of vault is here", "--drill"]);
    // What was prepared before is not used, even if somebody puts it back.
    copy(&stock, &scene.stock());
    for signed in sign(&people, &scene.home, "vault").map(Ended::json) {
        assert_eq!(signed["prepared"], Value::from(false));
    }
    let list = scene.at("gil", &["guard", "--list", "--json"]).json();
    let of_scene = list["guarded"].as_array().expect("a list").iter().find(|one| one["backup"] == restored["backup"]);
    assert_eq!(of_scene.expect("it is guarded")["requests"][0]["purpose"], "restore");
}

#[test]
fn what_was_set_up_for_products_is_gone_after_a_restoration_until_a_refresh() {
    let people = people();
    believe(&people);
    people.generate("ledger", "ecdsa-secp256k1");
    let scene = Scene::guarded(&people, "ledger", "products", "0s");
    scene.lose();
    let parts = scene.parts(&["gil", "hanna"], &scene.request(&[]));
    let restored = scene.restore(&parts, &[]);
    assert!(restored.err.contains("quorate key refresh ledger"), "{}", restored.err);
    assert_eq!(restored.code, Some(0));
    let [ann, _] = sign(&people, &scene.home, "ledger");
    ann.fails(3, &["nothing that ben and this party set up for ledger may be used", "restored"]);
    believe(&people);
    let order = ["refresh", "ledger", "--json"];
    let start = |name: &str| match name {
        "ann" => people.start_at("ann", &scene.home, &order),
        other => people.start(other, &order),
    };
    for ended in HOLDERS.map(start).map(|running| people.end(running)) {
        ended.json();
    }
    for signed in sign(&people, &scene.home, "ledger") {
        signed.json();
    }
    // The backup is of an old epoch now: at the holder, and at a guardian who is told of it.
    let out = scene.path("late");
    let late = scene.ann(&["restore", "ledger", "--request", "--out", &out]);
    assert_eq!(late.code, Some(0), "{}", late.err);
    scene
        .restore(&scene.parts(&["gil", "hanna"], &out), &[])
        .fails(4, &["the backup is of epoch 0; the key ledger is in epoch 1 since"]);
}

#[test]
fn a_drill_does_everything_but_writing() {
    let people = people();
    let scene = Scene::guarded(&people, "vault", "drill", "0s");
    let before = fs::read(format!("{}/keys/vault/1/share.sealed", scene.home)).expect("the share");
    let request = scene.request(&["--drill"]);
    let parts = scene.parts(&["hanna", "ines"], &request);
    scene.restore(&parts, &[]).fails(4, &["the request was for a drill, not for a restore", "hint:"]);
    let drilled = scene.restore(&parts, &["--drill", "--json"]).json();
    assert_eq!((&drilled["drill"], &drilled["generation"]), (&true.into(), &Value::Null));
    assert_eq!(fs::read(format!("{}/keys/vault/1/share.sealed", scene.home)).expect("the share"), before);
    assert!(!Path::new(&scene.home).join("keys/vault/2").exists());
}

#[test]
fn nobody_releases_before_the_delay_is_over_or_after_a_veto() {
    let people = people();
    let scene = Scene::guarded(&people, "vault", "delay", "1h");
    let request = scene.request(&[]);
    let (early, part) = scene.release("gil", &request);
    early.fails(4, &["the delay of 1h is not over", "are left"]);
    assert!(!Path::new(&part).exists());
    let scene = Scene::guarded(&people, "vault", "veto", "0s");
    let request = scene.request(&[]);
    let veto = scene.path("veto");
    let reason = ["--reason", "nobody here has lost anything"];
    let forbid = |name: &str| {
        let order = [&["veto", &request, "--out", &veto][..], &reason[..]].concat();
        let home = if name == "ann" { scene.home.clone() } else { people.company.home(name) };
        quorate(&[&["key"], &order[..], &["--home", &home]].concat())
    };
    // A guardian that knows the backup can say so at once; whoever takes it anyway is refused by the guardians.
    forbid("hanna").fails(4, &["hanna can not veto", "ann, ben"]);
    assert_eq!(forbid("cas").code, Some(0));
    scene.at("gil", &["guard", &veto]).fails(4, &["cas can not veto", "ann, ben"]);
    let forged = fs::read_to_string(&veto).expect("a veto").replace("nobody here", "somebody here");
    let forged = people.company.write("forged-veto", &forged);
    scene.at("gil", &["guard", &forged]).fails(5, &["not that of cas"]);
    for (name, guardian) in [("ben", "gil"), ("ann", "hanna")] {
        assert_eq!(forbid(name).code, Some(0));
        scene.at(guardian, &["guard", &veto, "--json"]).json();
        let (refused, _) = scene.release(guardian, &request);
        refused.fails(4, &[&format!("{name} has vetoed the request"), "nobody here has lost anything", "hint:"]);
    }
    // One guardian who has not heard is too few.
    let parts = scene.parts(&["ines"], &request);
    scene.restore(&parts, &[]).fails(2, &["2 guardians are needed; 1 parts are right"]);
}

#[test]
fn a_lying_guardian_is_named() {
    let people = people();
    let scene = Scene::guarded(&people, "vault", "lie", "0s");
    scene.lose();
    let parts = scene.parts(&GUARDIANS, &scene.request(&[]));
    // Hanna encrypts what she likes and signs it.
    let mut lie: toml::Table = toml::from_str(&fs::read_to_string(&parts[1]).expect("a part")).expect("a text");
    let hanna = Home::at(people.company.home("hanna")).identity().expect("an identity");
    let bytes = |table: &toml::Table, field: &str| hex::decode(table[field].as_str().expect("text")).expect("digits");
    let mut sealed = hex::decode(lie["sealed"][0].as_str().expect("text")).expect("digits");
    sealed[40] ^= 1;
    let statement = Canonical::new("quorate guardian part 1")
        .bytes(&bytes(&lie, "backup"))
        .bytes(&bytes(&lie, "request"))
        .number(lie["created"].as_integer().expect("a number") as u64)
        .list([&sealed].into_iter(), |statement, sealed| statement.bytes(sealed))
        .text("hanna")
        .bytes(hanna.public_key().as_bytes());
    lie["sealed"] = vec![hex::encode(&sealed)].into();
    lie["signature"] = hanna.sign(&statement).to_string().into();
    fs::write(&parts[1], toml::to_string(&lie).expect("a text")).expect("a file");
    scene.restore(&parts[..2], &[]).fails(3, &["1 parts are right; hanna released something else", "hint:"]);
    let restored = scene.restore(&parts, &["--json"]);
    assert!(restored.err.contains("warning: hanna released something else"), "{}", restored.err);
    assert_eq!(restored.json()["liars"], serde_json::json!(["hanna"]));
    for signed in sign(&people, &scene.home, "vault") {
        signed.json();
    }
}

#[test]
fn an_altered_backup_is_refused_wherever_it_is_altered() {
    let people = people();
    let scene = Scene::new(&people, "vault", "altered", "0s");
    let whole = fs::read(&scene.file).expect("a backup");
    let backup = Backup::parse(&whole).expect("it is one");
    backup.verify().expect("it verifies");
    let start = whole.iter().position(|byte| *byte == b'\n').expect("a comment of one line");
    let heads = (start..start + 2500).step_by(5);
    for at in heads.chain((0..whole.len()).step_by(1997)) {
        let mut altered = whole.clone();
        altered[at] = if altered[at] == b'1' { b'2' } else { b'1' };
        match Backup::parse(&altered) {
            Err(_) => {}
            Ok(read) => assert_eq!(read, backup, "byte {at} is one that says nothing"),
        }
    }
    for at in (0..whole.len()).step_by(2999) {
        assert!(Backup::parse(&whole[..at]).is_err(), "cut after {at} bytes");
    }
    let words: [(&str, &str, &[&str], i32); 4] = [
        ("guardians_needed = 2", "guardians_needed = 3", &["dealings", "commitment"], 2),
        ("delay = 0", "delay = 9", &["signature", "not that of ann"], 5),
        ("kind = \"backup\"", "kind = \"veto\"", &["a veto"], 2),
        ("format = 1", "format = 2", &["`format` is 2", "reads format 1"], 2),
    ];
    let text = String::from_utf8(whole).expect("a text");
    for (from, to, said, code) in words {
        assert!(text.contains(from), "{from}");
        let file = people.company.write("altered-word.backup", &text.replace(from, to));
        scene.at("gil", &["guard", &file]).fails(code, said);
        scene.at("ben", &["guard", &file, "--check"]).fails(code, said);
    }
}

/// Ann signs a backup of which a guardian's ciphertext is none: the signature is right, and nobody accepts it.
#[test]
fn a_holder_that_encrypts_nothing_is_found_by_everybody() {
    let people = people();
    let scene = Scene::new(&people, "vault", "nothing", "0s");
    let mut forged: toml::Table = toml::from_str(&fs::read_to_string(&scene.file).expect("a backup")).expect("a text");
    let label = label(&forged, &scene);
    let dealing = &mut forged["dealings"][0];
    let of_ines = dealing["encrypted"][2].as_str().expect("digits").to_owned();
    // The last half that stays hidden.
    let altered =
        format!("{}{}", &of_ines[..of_ines.len() - 4], if of_ines.ends_with("0000") { "ffff" } else { "0000" });
    dealing["encrypted"][2] = altered.into();
    let list = |name: &str| -> Vec<String> {
        let entries = dealing[name].as_array().expect("a list");
        entries.iter().map(|entry| entry.as_str().expect("text").to_owned()).collect()
    };
    let (commitments, encrypted) = (list("commitments"), list("encrypted"));
    let statement = Canonical::new("quorate backup 1").bytes(&label).list([()].into_iter(), |statement, ()| {
        statement
            .list(commitments.iter(), |statement, text| statement.text(text))
            .list(encrypted.iter(), |statement, text| statement.text(text))
    });
    let ann = Home::at(&scene.home).identity().expect("an identity");
    forged["signature"] = ann.sign(&statement).to_string().into();
    let file = people.company.write("nothing-forged.backup", &toml::to_string(&forged).expect("a text"));
    assert_eq!(Backup::parse(&fs::read(&file).expect("a file")).map(|_| ()), Ok::<(), PaperFault>(()), "signed by ann");
    for (who, more) in [("gil", None), ("ben", Some("--check"))] {
        let order: Vec<&str> = ["guard", &file].into_iter().chain(more).collect();
        scene.at(who, &order).fails(5, &["what is encrypted for ines is not its part", "hint:"]);
    }
}

/// What everything in a backup is bound to, computed once more.
fn label(backup: &toml::Table, scene: &Scene<'_>) -> [u8; 32] {
    let bytes = |value: &toml::Value| hex::decode(value.as_str().expect("text")).expect("digits");
    let number = |field: &str| backup[field].as_integer().expect("a number") as u64;
    let person = |statement: Canonical, person: &toml::Value| {
        statement.text(person["name"].as_str().expect("text")).bytes(&bytes(&person["identity"]))
    };
    let people = |field: &str| backup[field].as_array().expect("a list").clone();
    let key = Backup::parse(&fs::read(&scene.file).expect("a file")).expect("a backup").key().digest();
    Canonical::new("quorate backup label 1")
        .bytes(&bytes(&backup["backup"]))
        .number(number("created"))
        .number(number("delay"))
        .number(number("guardians_needed"))
        .bytes(&key.0)
        .list(people("guardians").iter(), person)
        .list(people("vetoers").iter(), person)
        .digest()
}

#[test]
fn backups_of_other_keys_and_parts_of_other_requests() {
    let people = people();
    let vault = Scene::guarded(&people, "vault", "one", "0s");
    let treasury = Scene::guarded(&people, "treasury", "other", "0s");
    let parts = vault.parts(&["gil", "hanna"], &vault.request(&[]));
    let with = |arguments: &[&str]| vault.ann(&[&["restore", "treasury"], arguments].concat());
    let given = ["--part", &parts[0], "--part", &parts[1]];
    with(&given).fails(2, &["hint:"]);
    with(&[&given[..], &["--backup", &vault.file]].concat()).fails(2, &["treasury is another key here"]);
    treasury.restore(&parts, &["--backup", &treasury.file]).fails(2, &["answers the request", "has not made"]);
    // Of two requests for one backup.
    let first = vault.parts(&["ines"], &vault.request(&[]));
    vault.restore(&[&first[..], &parts[..1]].concat(), &[]).fails(2, &["gil answers the request"]);
    let nowhere = vault.path("nowhere");
    vault.restore(&[nowhere], &[]).fails(2, &["cannot be read"]);
    vault
        .restore(std::slice::from_ref(&vault.file), &[])
        .fails(2, &["is a backup of a share; expected a guardian's part"]);
    // A part for ann is nobody else's.
    let stolen = people.start_at("ben", &people.company.home("ben"), &["restore", "vault", "--part", &parts[0]]);
    people.end(stolen).fails(2, &["no copy of a backup of vault"]);
}

#[test]
fn a_holder_whose_identity_is_lost_is_vouched_for_by_each_guardian() {
    let people = people();
    let scene = Scene::guarded(&people, "vault", "identity", "0s");
    // A new home with the old name.
    let home = people.company.path("ann-anew");
    quorate(&["init", "ann", "--listen", "127.0.0.1:9", "--home", &home]).result();
    let card = people.company.write("ann-anew.card", &quorate(&["card", "--home", &home]).result());
    let new = Scene { people: &people, key: "vault", name: "identity", home, file: scene.file.clone() };
    new.ann(&["restore", "vault", "--request", "--out", &new.path("request")])
        .fails(2, &["no copy of a backup", "--backup"]);
    let request = new.request(&["--backup", &new.file]);
    let mut parts = Vec::new();
    for guardian in ["gil", "hanna"] {
        let (refused, _) = new.release(guardian, &request);
        refused.fails(4, &["which is not the one whose share it is", "--for ann"]);
        let home = people.copy(guardian, &format!("{guardian}-anew"));
        let out = new.path(&format!("{guardian}.part"));
        let order = ["key", "release", &request, "--out", &out, "--for", "ann", "--home", &home];
        quorate(&order).fails(5, &["this home knows ann as", "another channel"]);
        fs::remove_file(format!("{home}/peers/ann.card")).expect("it was pinned");
        quorate(&["trust", &card, "--home", &home]).result();
        quorate(&order).result();
        parts.push(out);
    }
    let restored = new.restore(&parts, &["--backup", &new.file]);
    assert_eq!(restored.code, Some(0), "{}", restored.err);
    assert!(
        restored.err.contains("by an identity that is lost")
            && restored.err.contains("key refresh vault --new-identity ann")
    );
    let shown = quorate(&["key", "show", "vault", "--json", "--home", &new.home]).json();
    assert_eq!(text(&shown, "name"), "vault");
}

#[test]
fn what_is_backed_up_and_by_whom() {
    let people = people();
    let scene = Scene::new(&people, "vault", "refused", "0s");
    let refused = |arguments: &[&str], code: i32, words: &[&str]| {
        let out = scene.path("never");
        scene.ann(&[&["backup", "vault", "--out", &out], arguments].concat()).fails(code, words);
        assert!(!Path::new(&out).exists());
    };
    refused(&["--guardians", "gil,hanna", "--needed", "3"], 2, &["guardians_needed", "more than there are guardians"]);
    refused(&["--guardians", "gil,hanna", "--needed", "1"], 2, &["guardians_needed", "fewer than two"]);
    refused(&["--guardians", "gil", "--needed", "2"], 2, &["guardians", "fewer than two"]);
    refused(&["--guardians", "gil,gil", "--needed", "2"], 2, &["names a party twice"]);
    refused(&["--guardians", "ann,gil", "--needed", "2"], 2, &["--guardians names ann, whose share it is"]);
    refused(&["--guardians", "gil,zoe", "--needed", "2"], 2, &["nobody is pinned as zoe", "hint:"]);
    refused(&["--guardians", "gil,hanna", "--needed", "2", "--delay", "100d"], 2, &["100d", "at most 90d"]);
    scene
        .ann(&["backup", "nothing", "--guardians", "gil,hanna", "--needed", "2", "--out", &scene.path("never")])
        .fails(2, &["there is no key nothing"]);
    let wrong = people.secret_file("wrong.pass", "the passphrase of ben\n");
    let order = ["key", "backup", "vault", "--guardians", "gil,hanna", "--needed", "2", "--out", &scene.path("never")];
    let place = ["--home", &scene.home, "--passphrase-file", &wrong];
    quorate(&[&order[..], &place].concat()).fails(2, &["the passphrase is wrong, or the file was altered"]);
    // Who holds a share already is a guardian to think about.
    let both = scene.ann(&["backup", "vault", "--guardians", "ben,gil", "--needed", "2", "--out", &scene.path("both")]);
    assert!(both.err.contains("note: guardians who hold shares of the key themselves: ben"), "{}", both.err);
    // Nothing but a file is replaced.
    let out = people.company.home("gil");
    let order = ["backup", "vault", "--guardians", "gil,hanna", "--needed", "2", "--out", &out];
    scene.ann(&order).fails(2, &[&format!("--out {out}: this is not a file")]);
}

#[test]
fn papers_tell_nothing_of_the_share() {
    let people = people();
    for key in ["vault", "treasury"] {
        let name = if key == "vault" { "silent" } else { "silent-too" };
        let scene = Scene::guarded(&people, key, name, "0s");
        let request = scene.request(&["--drill"]);
        let parts = scene.parts(&GUARDIANS, &request);
        let needles = Needles::of(&people, key);
        assert!(needles.count() > HOLDERS.len());
        for file in parts.iter().chain([&scene.file, &request]) {
            assert!(!needles.are_in(&fs::read(file).expect("a paper")), "{file}");
        }
        for guardian in GUARDIANS {
            needles.are_not_below(&Path::new(&people.company.home(guardian)).join("guarded"));
        }
        needles.are_not_below(&Path::new(&scene.home).join("backups"));
        assert!(!needles.are_in(people.said().as_bytes()));
    }
}

#[test]
fn nothing_is_guarded_of_a_holder_whom_nobody_knows() {
    let people = people();
    let scene = Scene::new(&people, "vault", "unknown", "0s");
    // Gil has pinned another ann.
    let home = people.copy("gil", "gil-misled");
    let other = people.company.path("other-ann");
    quorate(&["init", "ann", "--listen", "127.0.0.1:9", "--home", &other]).result();
    let card = people.company.write("other-ann.card", &quorate(&["card", "--home", &other]).result());
    fs::remove_file(format!("{home}/peers/ann.card")).expect("it was pinned");
    let guard = ["key", "guard", &scene.file, "--home", &home];
    quorate(&guard).fails(2, &["nobody is pinned as ann", "hint:"]);
    quorate(&["trust", &card, "--home", &home]).result();
    quorate(&guard).fails(5, &["this home knows ann as", "another channel"]);
    let request = people.company.write("no.request", "kind = \"restore-request\"\nformat = 1\n");
    quorate(&["key", "guard", &request, "--home", &home]).fails(2, &["a request to restore a share", "missing"]);
    let id = Hex([7; 32]).to_string();
    assert!(!Path::new(&home).join("guarded").join(id).exists());
}
