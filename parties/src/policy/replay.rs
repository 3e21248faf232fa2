//! What a policy would have decided: requests from a file, one after the other, with the counters moving.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Circumstances, Decision, Policy, Spend, decide};
use crate::approval::Standing;
use crate::exit::{Exit, Failure};
use crate::identity::{Hex, PartyName, PublicKey};
use crate::request::{
    Action, Amount, Bic, Currency, Day, Iban, Kind, Login, Moment, RawDigest, Request, Span, Transfer, WireTransfer,
    Word, Words,
};

/// One request that was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replayed {
    /// Its line, from 1.
    pub line: usize,
    /// When.
    pub at: Moment,
    /// What was asked for.
    pub action: Action,
    /// What the policy says.
    pub decision: Decision,
}

/// A line of the file. Signatures are not part of it: whoever is named as approving counts as having approved.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    at: Moment,
    kind: Kind,
    initiator: PartyName,
    #[serde(default)]
    approvals: Vec<PartyName>,
    #[serde(default)]
    refusals: Vec<PartyName>,
    #[serde(default)]
    attested: Vec<Word>,
    #[serde(default)]
    signers: Option<Vec<PartyName>>,
    #[serde(default)]
    risk: Option<u8>,
    #[serde(default = "yes")]
    drilled: bool,
    #[serde(default)]
    automatic: bool,
    source: Option<Word>,
    destination: Option<Word>,
    asset: Option<Word>,
    amount: Option<Amount>,
    memo: Option<Words>,
    debtor: Option<Words>,
    creditor: Option<Words>,
    iban: Option<Iban>,
    bic: Option<Bic>,
    currency: Option<Currency>,
    value_date: Option<Day>,
    audience: Option<Word>,
    challenge: Option<Word>,
    digest: Option<Hex<32>>,
}

fn yes() -> bool {
    true
}

/// Tries all requests of a file of JSON lines in their order. What is allowed counts as spent for those after it.
///
/// # Errors
/// A line that is no request, or goes back in time.
pub fn replay(policy: &Policy, lines: &str) -> Result<Vec<Replayed>, Failure> {
    let (mut history, mut replayed): (Vec<Spend>, Vec<Replayed>) = (Vec::new(), Vec::new());
    for (text, line) in lines.lines().zip(1..).filter(|(text, _)| !text.trim().is_empty()) {
        let bad = |why: String| Failure::new(Exit::BadInput, format!("line {line}: {why}"));
        let read: Line = serde_json::from_str(text).map_err(|error| bad(error.to_string()))?;
        if let Some(before) = replayed.last().map(|before: &Replayed| before.at).filter(|before| *before > read.at) {
            return Err(bad(format!("{} is before {before}, the time of the line before", read.at)));
        }
        let request = read.request(policy, line as u64).map_err(bad)?;
        let circumstances = read.circumstances(policy, &request, history.clone());
        let decision = decide(policy, &request, &circumstances);
        if decision.is_allowed() {
            history.push(Spend::of(&request, read.at));
        }
        replayed.push(Replayed { line, at: read.at, action: request.action, decision });
    }
    Ok(replayed)
}

impl Line {
    fn request(&self, policy: &Policy, number: u64) -> Result<Request, String> {
        let known = policy.identity_of(&self.initiator);
        // Somebody whom the policy does not know has no identity here, and is refused whichever stands in its place.
        let anybody = || policy.people.values().next().map(|person| person.identity);
        let initiator_identity: PublicKey =
            known.or_else(anybody).ok_or_else(|| "the policy has no people".to_owned())?;
        let mut nonce = [0; 16];
        nonce[..8].copy_from_slice(&number.to_le_bytes());
        Ok(Request {
            key: policy.key.clone(),
            key_id: Hex([0; 32]),
            path: None,
            nonce: Hex(nonce),
            initiator: self.initiator.clone(),
            initiator_identity,
            created: self.at,
            expires: self.at.after(Span::of_seconds(3_600)),
            action: self.action()?,
        })
    }

    fn action(&self) -> Result<Action, String> {
        let kind = self.kind;
        fn given<T: Clone>(kind: Kind, field: &str, value: &Option<T>) -> Result<T, String> {
            value.clone().ok_or_else(|| format!("a {kind} needs the field `{field}`"))
        }
        let unnamed = || "unnamed".parse::<Words>();
        Ok(match kind {
            Kind::Transfer => Action::Transfer(Transfer {
                source: self.source.clone().map_or_else(|| "account".parse(), Ok)?,
                destination: given(kind, "destination", &self.destination)?,
                asset: given(kind, "asset", &self.asset)?,
                amount: given(kind, "amount", &self.amount)?,
                memo: self.memo.clone(),
            }),
            Kind::Wire => Action::Wire(WireTransfer {
                debtor: self.debtor.clone().map_or_else(unnamed, Ok)?,
                creditor: self.creditor.clone().map_or_else(unnamed, Ok)?,
                iban: given(kind, "iban", &self.iban)?,
                bic: self.bic.clone(),
                amount: given(kind, "amount", &self.amount)?,
                currency: given(kind, "currency", &self.currency)?,
                value_date: self.value_date.unwrap_or(Day::of(self.at)),
                memo: self.memo.clone(),
            }),
            Kind::Login => Action::Login(Login {
                audience: given(kind, "audience", &self.audience)?,
                challenge: self.challenge.clone().map_or_else(|| "challenge".parse(), Ok)?,
            }),
            Kind::Digest => {
                Action::Digest(RawDigest { digest: given(kind, "digest", &self.digest)?, memo: self.memo.clone() })
            }
        })
    }

    fn circumstances(&self, policy: &Policy, request: &Request, history: Vec<Spend>) -> Circumstances {
        let stranger = !policy.people.contains_key(&self.initiator);
        let standing = Standing {
            approvals: self.approvals.clone(),
            refusals: self.refusals.clone(),
            attested: self
                .attested
                .iter()
                .map(|claim| (claim.to_string(), self.subject(policy, claim, request)))
                .collect(),
            discounted: Vec::new(),
            initiator: stranger.then(|| format!("{} is not among the people of the policy", self.initiator)),
        };
        Circumstances {
            now: self.at,
            last: history.last().map(|spend| spend.at),
            standing,
            history,
            signed: false,
            signers: self.signers.clone(),
            drilled: self.drilled,
            risk: self.risk,
            automatic: self.automatic,
        }
    }

    /// A claim counts as certified of whatever the policy asks it for.
    fn subject(&self, policy: &Policy, claim: &Word, request: &Request) -> String {
        let needed = policy.rules.iter().flat_map(|rule| &rule.attestations).find(|needed| needed.claim == *claim);
        needed.map_or_else(String::new, |needed| needed.of.of(request))
    }
}

impl Replayed {
    /// The JSON object.
    pub fn json(&self) -> Value {
        let mut value = json!({"line": self.line, "at": self.at.to_string(), "asks": self.action.summary()});
        value["decision"] = self.decision.json();
        value
    }
}
