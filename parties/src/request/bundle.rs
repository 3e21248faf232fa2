//! A request as a file, with what people have said to it.

use serde::{Deserialize, Serialize};

use super::{BundleFault, Request, RequestId};
use crate::approval::{Attestation, Statement};
use crate::identity::{Canonical, Identity, Signature};

/// The longest bundle, in bytes.
pub const BUNDLE_LIMIT: usize = 256 * 1024;
/// The most statements that are kept.
const MOST_STATEMENTS: usize = 256;
/// The most attestations that are kept.
const MOST_ATTESTATIONS: usize = 64;

const FORMAT: u32 = 1;

/// A request with its initiator's signature, approvals, refusals, revocations and attestations. That it could be read
/// says nothing of these signatures: [`crate::approval::standing`] does. The order of statements means nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    request: Request,
    id: RequestId,
    initiated: Signature,
    statements: Vec<Statement>,
    attestations: Vec<Attestation>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    format: u32,
    request: String,
    initiated: Signature,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    statement: Vec<Statement>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    attestation: Vec<Attestation>,
}

impl Bundle {
    /// The bundle of a request that this identity makes.
    pub fn new(request: Request, initiator: &Identity) -> Self {
        let id = request.id();
        let initiated = initiator.sign(&initiation(id));
        Self { request, id, initiated, statements: Vec::new(), attestations: Vec::new() }
    }

    /// Reads a bundle's file.
    ///
    /// # Errors
    /// What is wrong with it, with the place.
    pub fn parse(bytes: &[u8]) -> Result<Self, BundleFault> {
        if bytes.len() > BUNDLE_LIMIT {
            return Err(BundleFault::TooLong);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| BundleFault::Malformed("it is not UTF-8".to_owned()))?;
        let read: Text = toml::from_str(text).map_err(|error| BundleFault::Malformed(one_line(&error, text)))?;
        if read.format != FORMAT {
            return Err(BundleFault::Format { found: read.format });
        }
        let request = Request::parse(read.request.as_bytes()).map_err(BundleFault::Request)?;
        let id = request.id();
        let mut bundle =
            Self { request, id, initiated: read.initiated, statements: Vec::new(), attestations: Vec::new() };
        bundle.add(read.statement, read.attestation)?;
        Ok(bundle)
    }

    /// The text that [`Self::parse`] reads.
    pub fn to_text(&self) -> String {
        let text = Text {
            format: FORMAT,
            request: self.request.to_text(),
            initiated: self.initiated,
            statement: self.statements.clone(),
            attestation: self.attestations.clone(),
        };
        let text = toml::to_string_pretty(&text).expect("texts and lists of texts are always TOML");
        format!("# A request. `quorate request show FILE` says what it asks for and what is missing.\n{text}")
    }

    /// The request.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// Its id.
    pub fn id(&self) -> RequestId {
        self.id
    }

    /// What people have said, whether or not it counts.
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// What others have certified, whether or not it counts.
    pub fn attestations(&self) -> &[Attestation] {
        &self.attestations
    }

    /// Whether the identity that stands in the request has signed it.
    #[must_use]
    pub fn is_signed_by_its_initiator(&self) -> bool {
        self.request.initiator_identity.verifies(&initiation(self.id), &self.initiated)
    }

    /// The request with its initiator's signature alone.
    #[must_use]
    pub fn bare(&self) -> Self {
        Self { statements: Vec::new(), attestations: Vec::new(), ..self.clone() }
    }

    /// Adds statements and attestations that are not there yet.
    ///
    /// # Errors
    /// If there would be more than are kept.
    pub fn add(
        &mut self,
        statements: impl IntoIterator<Item = Statement>,
        attestations: impl IntoIterator<Item = Attestation>,
    ) -> Result<(), BundleFault> {
        let mut joined = self.clone();
        union(&mut joined.statements, statements, MOST_STATEMENTS, "statement")?;
        union(&mut joined.attestations, attestations, MOST_ATTESTATIONS, "attestation")?;
        *self = joined;
        Ok(())
    }

    /// Takes over what another bundle of the same request has more. Nothing is ever taken away: whoever hides a
    /// revocation hides it only until somebody shows it. Of two signatures of the initiator the one that is right stays.
    ///
    /// # Errors
    /// If the other is of another request; if there would be more than is kept.
    pub fn merge(&mut self, other: &Self) -> Result<(), BundleFault> {
        if other.id != self.id {
            return Err(BundleFault::OtherRequest { found: other.id, expected: self.id });
        }
        self.add(other.statements.iter().cloned(), other.attestations.iter().cloned())?;
        if !self.is_signed_by_its_initiator() {
            self.initiated = other.initiated;
        }
        Ok(())
    }
}

/// What an initiator signs.
fn initiation(id: RequestId) -> Canonical {
    Canonical::new("quorate request initiated 1").bytes(&id.0)
}

/// Adds what is new; the order is that of the values, so that two homes that know the same write the same file.
fn union<T: Ord>(
    known: &mut Vec<T>,
    more: impl IntoIterator<Item = T>,
    limit: usize,
    field: &'static str,
) -> Result<(), BundleFault> {
    for item in more {
        if let Err(place) = known.binary_search(&item) {
            if known.len() == limit {
                return Err(BundleFault::TooMany { field, limit });
            }
            known.insert(place, item);
        }
    }
    Ok(())
}

/// The parser's message with the line, without its picture of the source.
pub(crate) fn one_line(error: &toml::de::Error, text: &str) -> String {
    let message = error.message().replace('\n', " ");
    let Some(span) = error.span() else { return message };
    let before = &text.as_bytes()[..span.start.min(text.len())];
    let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
    format!("line {line}: {message}")
}

#[cfg(test)]
mod tests;
