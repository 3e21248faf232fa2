//! A request for people and for programs.

use serde_json::{Value, json};

use crate::approval::{Attestation, Standing, Statement};
use crate::policy::{Adopted, Decision, Policy};
use crate::request::Bundle;

/// A request by itself, as JSON.
pub(super) fn request_json(bundle: &Bundle) -> Value {
    let request = bundle.request();
    json!({
        "id": bundle.id().to_string(),
        "kind": request.action.kind().name(),
        "key": request.key.as_str(),
        "key_id": request.key_id.to_string(),
        "asks": request.action.summary(),
        "asset": request.action.asset(),
        "amount": request.action.amount().map(|amount| amount.to_string()),
        "destination": request.action.destination(),
        "initiator": request.initiator.as_str(),
        "created": request.created.to_string(),
        "expires": request.expires.to_string(),
        "text": request.to_text(),
    })
}

/// What a policy says to it.
pub(super) struct Judged {
    pub(super) policy: Policy,
    /// Where it was adopted; nothing if it is a file that was named.
    pub(super) adopted: Option<Adopted>,
    pub(super) standing: Standing,
    pub(super) decision: Decision,
}

/// Everything of a request, as JSON.
pub(super) fn whole_json(bundle: &Bundle, judged: Option<&Judged>) -> Value {
    let mut value = request_json(bundle);
    let counts = |statement: &Statement| judged.map(|judged| why(judged, statement).is_none());
    let statement = |statement: &Statement| {
        json!({"by": statement.by.as_str(), "verdict": statement.verdict.name(), "given": statement.given.to_string(),
            "expires": statement.expires.to_string(), "policy": statement.policy.to_string(),
            "counts": counts(statement), "why": judged.and_then(|judged| why(judged, statement))})
    };
    let attestation = |attestation: &Attestation| {
        json!({"claim": attestation.claim.as_str(), "subject": attestation.subject.as_str(),
            "issuer": attestation.issuer.as_str(), "expires": attestation.expires.to_string()})
    };
    value["statements"] = bundle.statements().iter().map(statement).collect::<Vec<_>>().into();
    value["attestations"] = bundle.attestations().iter().map(attestation).collect::<Vec<_>>().into();
    value["policy"] = judged.map_or(Value::Null, |judged| {
        json!({"version": judged.policy.version, "digest": judged.policy.digest().to_string(),
            "adopted": judged.adopted.is_some()})
    });
    value["decision"] = judged.map_or(Value::Null, |judged| judged.decision.json());
    value
}

/// Why a statement does not count; nothing if it does.
fn why(judged: &Judged, statement: &Statement) -> Option<String> {
    let found = judged.standing.discounted.iter().find(|discounted| discounted.signature == statement.signature);
    found.map(|discounted| discounted.why.clone())
}

/// Everything of a request, for people: first the text, exactly as it is signed.
pub(super) fn page(bundle: &Bundle, judged: Option<&Judged>) -> String {
    let mut text = format!("request    {}\n\n{}\n", bundle.id(), bundle.request().to_text());
    for statement in bundle.statements() {
        let until = format!("at {}, until {}", statement.given, statement.expires);
        let why = judged.and_then(|judged| why(judged, statement));
        let why = why.map(|why| format!(" (does not count: {why})")).unwrap_or_default();
        text += &format!("{:10} {} {until}{why}\n", statement.verdict.done(), statement.by);
    }
    for attestation in bundle.attestations() {
        let Attestation { claim, subject, issuer, expires, .. } = attestation;
        text += &format!("certified  {claim} of {subject} by {issuer}, until {expires}\n");
    }
    match judged {
        Some(judged) => {
            let Policy { version, .. } = judged.policy;
            text += &format!("policy     version {version}, digest {}\n", judged.policy.digest());
            text += &judged.decision.text();
        }
        None => text += &format!("policy     the key {} has none in this home\n", bundle.request().key),
    }
    text
}
