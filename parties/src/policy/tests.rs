//! Decisions, against what a reader of the policy expects.

mod adopting;
mod deciding;
mod files;
mod judging;
mod risks;
mod rotating;
mod words;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::*;
use crate::approval::Standing;
use crate::identity::{Hex, Identity, PartyName, PublicKey};
use crate::request::{Action, Moment, Request, Span, Transfer};

/// Everybody of the tests, each with one identity for all tests.
static PEOPLE: LazyLock<BTreeMap<&'static str, Identity>> = LazyLock::new(|| {
    let make = |name: &'static str| {
        let address = "127.0.0.1:7000".parse().expect("an address");
        (name, Identity::generate(name.parse().expect("a name"), address).expect("there is randomness"))
    };
    ["ann", "ben", "cas", "dan", "eva", "office"].into_iter().map(make).collect()
});

fn identity(name: &str) -> &'static Identity {
    &PEOPLE[name]
}

fn key(name: &str) -> PublicKey {
    identity(name).public_key()
}

fn names(list: &[&str]) -> Vec<PartyName> {
    list.iter().map(|name| name.parse().expect("a name")).collect()
}

/// A policy: ann asks; ann, ben and cas are the treasury, dan and eva are compliance; then the given rules.
fn policy_text(rules: &str) -> String {
    let person = |name: &str, roles: &str, more: &str| {
        format!("[people.{name}]\nidentity = \"{}\"\nroles = [{roles}]\n{more}\n", key(name))
    };
    format!(
        "format = 1\nkey = \"treasury\"\nversion = 1\n\n[change]\nquorum = \"2 of treasury\"\n\n\
         [lists]\nsuppliers = [\"0xGood\", \"0xFine\"]\n\n\
         [issuers.office]\nidentity = \"{}\"\nclaims = [\"screened\"]\n\n{}{}{}{}{}{rules}",
        key("office"),
        person("ann", "\"treasury\"", "location = \"zurich\""),
        person("ben", "\"treasury\"", "location = \"zurich\""),
        person("cas", "\"treasury\"", "location = \"oslo\"\nweight = 2"),
        person("dan", "\"compliance\"", "jurisdiction = \"CH\""),
        person("eva", "\"compliance\"", "jurisdiction = \"NO\""),
    )
}

fn policy(rules: &str) -> Policy {
    Policy::parse(policy_text(rules).as_bytes()).unwrap_or_else(|fault| panic!("{fault}"))
}

/// A Friday, a quarter to two in the afternoon.
fn friday() -> Moment {
    "2026-11-27T13:45:00Z".parse().expect("a time")
}

fn pay(destination: &str, asset: &str, amount: &str) -> Request {
    let word = |text: &str| text.parse().expect("a word");
    Request {
        key: "treasury".parse().expect("a name"),
        key_id: Hex([7; 32]),
        path: None,
        nonce: Hex([9; 16]),
        initiator: "ann".parse().expect("a name"),
        initiator_identity: key("ann"),
        created: friday(),
        expires: friday().after(Span::of_seconds(3_600)),
        action: Action::Transfer(Transfer {
            source: word("0xTreasury"),
            destination: word(destination),
            asset: word(asset),
            amount: amount.parse().expect("an amount"),
            memo: None,
        }),
    }
}

fn approved_by(list: &[&str]) -> Circumstances {
    Circumstances {
        now: friday().after(Span::of_seconds(60)),
        last: Some(friday()),
        standing: Standing { approvals: names(list), ..Standing::default() },
        history: Vec::new(),
        signed: false,
        signers: Some(names(&["ann", "ben"])),
        drilled: true,
        risk: Some(0),
        automatic: false,
    }
}

const BANDS: &str = r#"
[[rule]]
name = "small payments"
then = "allow"
tier = "hot"
[rule.when]
kinds = ["transfer"]
assets = ["EUR"]
up_to = "1000"
[[rule.limit]]
window = "24h"
count = 3
sum = "2500"

[[rule]]
name = "large payments"
then = "allow"
quorum = "2 of treasury and 1 of compliance"
signers = "person ben"
[rule.when]
kinds = ["transfer"]
assets = ["EUR"]
above = "1000"
up_to = "50000"

[[rule]]
name = "nobody pays mallory"
then = "refuse"
[rule.when]
destinations = ["0xMallory"]
"#;
