//! Verifying a receipt offline.

use super::pre_receipt::contradiction;
use super::text::FORMAT;
use super::{Ending, Outcome, PreReceipt, RECEIPT_LIMIT, Receipt, ReceiptFault, Status};
use crate::identity::{Card, PartyName, PublicKey};
use crate::session::{Terms, check_text, session_id};

/// A receipt whose every signature was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// What it says.
    pub receipt: Receipt,
    /// What it amounts to.
    pub status: Status,
    /// Parties of whom no card was given to compare with: the receipt shows that *these keys* signed, and not whose
    /// they are.
    pub unknown: Vec<PartyName>,
}

/// Verifies a receipt's file content: every signature that it has, the session id, the parties' transcripts against
/// each other, and the names and keys against the cards in `known`.
///
/// # Errors
/// The first thing that is wrong, with its field.
pub fn verify(content: &[u8], known: &[Card]) -> Result<Verified, ReceiptFault> {
    if content.len() > RECEIPT_LIMIT {
        return Err(ReceiptFault::new("file", format!("longer than {RECEIPT_LIMIT} bytes: not a receipt")));
    }
    let receipt: Receipt = serde_json::from_slice(content)
        .map_err(|error| ReceiptFault::new("file", format!("not a receipt: {error}")))?;
    if receipt.format != FORMAT {
        let why = format!("{} was found; this version reads format {FORMAT}", receipt.format);
        return Err(ReceiptFault::new("format", why));
    }
    let terms = receipt.terms();
    check_texts(&receipt, &terms)?;
    let unknown = check_parties(&receipt, known)?;
    if session_id(&receipt.agreed_parties(), &terms, &receipt.sizes) != receipt.session {
        return Err(ReceiptFault::new("session", "not the digest of the terms, sizes, parties and nonces"));
    }
    check_pre_receipts(&receipt, &terms)?;
    check_outcomes(&receipt, &terms)?;
    let status = status(&receipt);
    if status.to_string() != receipt.status {
        return Err(ReceiptFault::new("status", format!("the signatures say: {status}")));
    }
    Ok(Verified { receipt, status, unknown })
}

fn status(receipt: &Receipt) -> Status {
    let names = receipt.parties.iter().map(|party| &party.name);
    Status::of(names, &receipt.claim, &receipt.pre_receipts, &receipt.outcomes)
}

fn check_texts(receipt: &Receipt, terms: &Terms) -> Result<(), ReceiptFault> {
    let in_terms = terms.check_texts();
    let printable = receipt.sizes.iter().try_for_each(|(name, _)| check_text("name of a size", name));
    let inputs = receipt.pre_receipts.iter().flat_map(|signed| signed.commitments.iter());
    let inputs = inputs.into_iter().try_for_each(|(name, _)| check_text("name of an input", name));
    in_terms.and(printable).and(inputs).map_err(|error| ReceiptFault::new("file", error.to_string()))
}

/// Names and keys are distinct, roles are held by parties, and whoever is known has the known key. Answers with those
/// who are not known.
fn check_parties(receipt: &Receipt, known: &[Card]) -> Result<Vec<PartyName>, ReceiptFault> {
    let parties = &receipt.parties;
    if parties.len() < 2 {
        return Err(ReceiptFault::new("parties", "a session has at least two"));
    }
    let mut unknown = Vec::new();
    for (i, party) in parties.iter().enumerate() {
        let field = format!("parties[{i}]");
        if parties[..i].iter().any(|p| p.name == party.name || p.public_key == party.public_key) {
            return Err(ReceiptFault::new(field, "its name or key stands there twice"));
        }
        match known.iter().find(|card| *card.name() == party.name || card.public_key() == party.public_key) {
            Some(card) if *card.name() == party.name && card.public_key() == party.public_key => {}
            Some(card) => {
                let why = format!(
                    "{} with key {} is not the pinned {} with key {}",
                    party.name,
                    party.public_key,
                    card.name(),
                    card.public_key()
                );
                return Err(ReceiptFault::new(field, why));
            }
            None => unknown.push(party.name.clone()),
        }
    }
    for (role, holder) in receipt.roles.iter() {
        key_of(receipt, holder).ok_or_else(|| ReceiptFault::new(format!("roles.{role}"), "its holder is no party"))?;
    }
    Ok(unknown)
}

fn check_pre_receipts(receipt: &Receipt, terms: &Terms) -> Result<(), ReceiptFault> {
    let signed = &receipt.pre_receipts;
    for (i, pre_receipt) in signed.iter().enumerate() {
        let field = |name: &str| format!("pre_receipts[{i}].{name}");
        let PreReceipt { party, transcripts, .. } = pre_receipt;
        let key = signer(receipt, signed[..i].iter().map(|s| &s.party), party, &field("party"))?;
        let peers = receipt.parties.iter().map(|p| &p.name).filter(|name| *name != party);
        if !transcripts.iter().map(|transcript| &transcript.peer).eq(peers) {
            return Err(ReceiptFault::new(field("transcripts"), "not one for each other party, in order"));
        }
        if !pre_receipt.is_signed_by(key, receipt.session, terms) {
            return Err(ReceiptFault::new(field("signature"), format!("not {party}'s over this pre-receipt")));
        }
    }
    // Where a run was finished although somebody deviated, what that party states is nobody's measure.
    let outvoted = &status(receipt).deviated;
    let credible: Vec<&PreReceipt> = signed.iter().filter(|signed| !outvoted.contains(&signed.party)).collect();
    match contradiction(&credible) {
        Some((sender, receiver)) => {
            let why = format!(
                "what {sender} states to have sent to {receiver} is not what {receiver} states to have received"
            );
            Err(ReceiptFault::new("pre_receipts", why))
        }
        None => Ok(()),
    }
}

fn check_outcomes(receipt: &Receipt, terms: &Terms) -> Result<(), ReceiptFault> {
    for (i, outcome) in receipt.outcomes.iter().enumerate() {
        let field = |name: &str| format!("outcomes[{i}].{name}");
        let before = receipt.outcomes[..i].iter().map(|outcome| &outcome.party);
        let key = signer(receipt, before, &outcome.party, &field("party"))?;
        if !outcome.is_signed_by(key, receipt.session, terms) {
            return Err(ReceiptFault::new(field("signature"), format!("not {}'s over this outcome", outcome.party)));
        }
        check_outcome(outcome).map_err(|why| ReceiptFault::new(field("figures"), why))?;
    }
    Ok(())
}

/// Outputs are named once, and nothing in an outcome steers a terminal.
pub(super) fn check_outcome(outcome: &Outcome) -> Result<(), String> {
    let learned = &outcome.figures.learned;
    if let Some((_, name)) = learned.iter().enumerate().find(|(i, name)| learned[..*i].contains(name)) {
        return Err(format!("the output {name:?} is named twice"));
    }
    let words = match &outcome.ending {
        Ending::Done => Vec::new(),
        Ending::Aborted { step, reason } => vec![step, reason],
    };
    let accused = outcome.figures.accused.iter().map(|found| &found.step);
    let mut texts = learned.iter().chain(words).chain(accused);
    texts.try_for_each(|text| check_text("text of an outcome", text)).map_err(|error| error.to_string())
}

/// The key of a signer that is a party and has not signed before.
fn signer<'a>(
    receipt: &Receipt,
    mut before: impl Iterator<Item = &'a PartyName>,
    party: &PartyName,
    field: &str,
) -> Result<PublicKey, ReceiptFault> {
    if before.any(|earlier| earlier == party) {
        return Err(ReceiptFault::new(field, format!("{party} has signed twice")));
    }
    key_of(receipt, party).ok_or_else(|| ReceiptFault::new(field, format!("{party} is no party of the session")))
}

fn key_of(receipt: &Receipt, name: &PartyName) -> Option<PublicKey> {
    receipt.parties.iter().find(|party| party.name == *name).map(|party| party.public_key)
}
