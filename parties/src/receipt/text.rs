//! The receipt as a file.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Outcome, PreReceipt, Status};
use crate::identity::{Hex, Home, IdentityError, PartyName, PublicKey};
use crate::session::{Agreement, Claim, Ordered, Party, SessionId, Terms};

/// The longest receipt that is read: 64 parties with generous inputs.
pub const RECEIPT_LIMIT: usize = 16 << 20;

/// The version of the file's layout.
pub(super) const FORMAT: u32 = 2;

/// A session's receipt. As JSON it is meant to be read: field names are words and their order is fixed. Signatures
/// do not cover the JSON text but the [`crate::identity::Canonical`] bytes of what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The version of the layout.
    pub format: u32,
    /// The session: a digest of the terms, sizes, parties and nonces below.
    pub session: SessionId,
    /// The status in words, computed from the signatures below.
    pub status: String,
    /// The program's name.
    pub program: String,
    /// The program's digest.
    pub digest: Hex<32>,
    /// The protocol.
    pub protocol: String,
    /// The claim.
    pub claim: Claim,
    /// The parameters.
    pub parameters: Ordered<String>,
    /// The measured sizes.
    pub sizes: Ordered<u64>,
    /// Who held which role.
    pub roles: Ordered<PartyName>,
    /// What was held from earlier sessions.
    pub records: Ordered<String>,
    /// The parties, in the session's order.
    pub parties: Vec<ReceiptParty>,
    /// What was signed before any output opened.
    pub pre_receipts: Vec<PreReceipt>,
    /// What was signed afterwards.
    pub outcomes: Vec<Outcome>,
}

/// A party in a receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptParty {
    /// Its name.
    pub name: PartyName,
    /// Its key.
    pub public_key: PublicKey,
    /// Its share of the session id.
    pub nonce: Hex<32>,
}

impl Receipt {
    /// The receipt of a session, with as many signatures as there are.
    pub fn new(agreement: &Agreement, pre_receipts: Vec<PreReceipt>, outcomes: Vec<Outcome>) -> Self {
        let Agreement { session, me: _, parties, terms, sizes } = agreement.clone();
        let Terms { program, digest, parameters, roles, records, claim, protocol } = terms;
        let status = Status::of(parties.iter().map(|party| &party.name), &claim, &pre_receipts, &outcomes).to_string();
        let party = |Party { name, public_key, nonce }| ReceiptParty { name, public_key, nonce };
        let parties = parties.into_iter().map(party).collect();
        let format = FORMAT;
        Self {
            format,
            session,
            status,
            program,
            digest,
            protocol,
            claim,
            parameters,
            sizes,
            roles,
            records,
            parties,
            pre_receipts,
            outcomes,
        }
    }

    /// The file's content.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a receipt has text keys only");
        text.push('\n');
        text
    }

    /// Writes the receipt into the home and says where it is.
    ///
    /// # Errors
    /// The file system's.
    pub fn write(&self, home: &Home) -> Result<PathBuf, IdentityError> {
        home.write_receipt(&format!("{}.json", self.session), self.to_json().as_bytes())
    }

    pub(super) fn terms(&self) -> Terms {
        Terms {
            program: self.program.clone(),
            digest: self.digest,
            parameters: self.parameters.clone(),
            roles: self.roles.clone(),
            records: self.records.clone(),
            claim: self.claim.clone(),
            protocol: self.protocol.clone(),
        }
    }

    pub(super) fn agreed_parties(&self) -> Vec<Party> {
        let party = |ReceiptParty { name, public_key, nonce }| Party { name, public_key, nonce };
        self.parties.iter().cloned().map(party).collect()
    }
}
