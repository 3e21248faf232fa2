//! Versions: adopted by their holder, changed by their quorum, never edited and never set back.

use tempfile::TempDir;

use super::*;
use crate::audit::{AuditLog, Event};
use crate::identity::Home;
use crate::keys::KeyName;

struct Holder {
    folder: TempDir,
    home: Home,
}

impl Holder {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let home = Home::at(folder.path().join("home"));
        home.store(identity("ann")).expect("an empty home");
        Self { folder, home }
    }

    fn file(&self, text: &str) -> std::path::PathBuf {
        let path = self.folder.path().join("policy.toml");
        std::fs::write(&path, text).expect("a file");
        path
    }

    fn policies(&self) -> Policies {
        Policies::of(&self.home, key("ann"))
    }

    fn adopt(&self, text: &str, approvals: &[ChangeApproval]) -> Result<Adopted, PolicyError> {
        let history = self.history();
        let (path, now) = (self.file(text), friday());
        let adopted = self.policies().adopt(identity("ann"), &treasury(), &path, approvals, (&history, now))?;
        let (version, digest) = (adopted.policy.version, adopted.digest);
        let event = Event::Policy { key: treasury(), version, digest, approvals: Vec::new() };
        AuditLog::open(&self.home).and_then(|log| log.append(event)).expect("it is logged");
        Ok(adopted)
    }

    fn history(&self) -> History {
        History::read(&AuditLog::open(&self.home).expect("a log")).expect("it is whole")
    }

    fn in_force(&self, now: Moment) -> Result<Option<u64>, PolicyError> {
        let adopted = self.policies().in_force(&treasury(), &self.history(), now)?;
        Ok(adopted.map(|adopted| adopted.policy.version))
    }
}

fn treasury() -> KeyName {
    "treasury".parse().expect("a name")
}

#[test]
fn versions_follow_each_other_by_their_quorum() {
    let holder = Holder::new();
    assert_eq!(holder.in_force(friday()), Ok(None));
    let (one, two) = (policy_text(BANDS), policy_text(BANDS).replace("version = 1", "version = 2"));
    let two = two.replace("version = 2", "version = 2\neffective = \"2026-12-01T00:00:00Z\"");
    assert!(matches!(holder.adopt(&two, &[]), Err(PolicyError::Version { found: 2, expected: 1, .. })));
    holder.adopt(&one, &[]).expect("the first needs nobody");
    holder.adopt(&one, &[]).expect("once more is nothing");
    assert_eq!(holder.in_force(friday()), Ok(Some(1)));
    let parse = |text: &str| Policy::parse(text.as_bytes()).expect("a policy");
    let (old, new) = (parse(&one), parse(&two));
    let expires = friday().after(Span::of_seconds(60));
    let sign = |who: &str| ChangeApproval::sign(identity(who), &old, &new, expires);
    let error = holder.adopt(&two, &[sign("ben"), sign("dan")]).expect_err("dan is not of the treasury");
    assert!(error.to_string().contains("1 more of treasury (ann, cas)"), "{error}");
    assert!(holder.adopt(&two, &[sign("ben"), sign("ben")]).is_err(), "ben is one person");
    let other = parse(&two.replace("count = 3", "count = 9"));
    let elsewhere = ChangeApproval::sign(identity("cas"), &old, &other, expires);
    let error = holder.adopt(&two, &[sign("ben"), elsewhere]).expect_err("cas approved another text");
    assert!(error.to_string().contains("cas approved another text"), "{error}");
    let late = ChangeApproval::sign(identity("cas"), &old, &new, friday());
    assert!(holder.adopt(&two, &[sign("ben"), late]).expect_err("it is late").to_string().contains("has expired"));
    let forged = ChangeApproval { by: "cas".parse().expect("a name"), identity: key("cas"), ..sign("ben") };
    assert!(
        holder.adopt(&two, &[sign("ben"), forged]).expect_err("a forgery").to_string().contains("the signature of cas")
    );
    let read = ChangeApproval::parse(sign("cas").to_text().as_bytes()).expect("what was written");
    assert_eq!(holder.adopt(&two, &[sign("ben"), read]).expect("approved").approvals, names(&["ben", "cas"]));
    assert_eq!(holder.in_force(friday()), Ok(Some(1)), "the second begins in December");
    assert_eq!(holder.in_force("2026-12-01T00:00:00Z".parse().expect("a time")), Ok(Some(2)));
}

#[test]
fn edited_and_set_back() {
    let holder = Holder::new();
    holder.adopt(&policy_text(BANDS), &[]).expect("the first");
    let folder = holder.home.path().join("policies/treasury");
    let (text, record) = (folder.join("1.toml"), folder.join("adopted.toml"));
    let (was, recorded) =
        (std::fs::read_to_string(&text).expect("a file"), std::fs::read_to_string(&record).expect("a file"));
    std::fs::write(&text, was.replace("up_to = \"1000\"", "up_to = \"9000\"")).expect("a file");
    assert!(matches!(holder.in_force(friday()), Err(PolicyError::Edited { .. })));
    // With the digest in the record edited too: the record is signed.
    let digest = Policy::read(&text).expect("a policy").digest();
    let adopted = Policy::parse(was.as_bytes()).expect("a policy").digest();
    std::fs::write(&record, recorded.replace(&adopted.to_string(), &digest.to_string())).expect("a file");
    assert!(matches!(holder.in_force(friday()), Err(PolicyError::Malformed { .. })));
    std::fs::write(&record, &recorded).expect("a file");
    std::fs::write(&text, was.clone() + "# a comment changes nothing\n").expect("a file");
    assert_eq!(holder.in_force(friday()), Ok(Some(1)));
    // Without any policy the key would sign anything: the log knows better.
    std::fs::remove_dir_all(&folder).expect("it is there");
    assert!(matches!(holder.in_force(friday()), Err(PolicyError::SetBack { adopted: 1, found: 0, .. })));
}
