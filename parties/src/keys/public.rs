//! The public part of a key: who holds it and how many must sign. It is read without a passphrase.

use quorate_circuits::curve::Point;
use quorate_engine::key::AccessStructure;
use serde::{Deserialize, Serialize};

use super::{KeyName, NamedStructure, Scheme};
use crate::identity::{Canonical, Hex, PartyName, PublicKey};

/// The longest text of a public part, in bytes.
pub const PUBLIC_PART_LIMIT: usize = 1 << 16;

/// The most holders of a key.
pub const HOLDERS_LIMIT: usize = 64;

const FORMAT: u32 = 1;

/// One of those who hold a share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holder {
    /// The party.
    pub name: PartyName,
    /// Its identity key.
    pub identity: PublicKey,
    /// Where its share is evaluated: 1 or more, different for each.
    pub index: u16,
}

/// What everybody may know of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicPart {
    format: u32,
    /// Its name in this home.
    pub name: KeyName,
    /// What it signs.
    pub scheme: Scheme,
    /// What it is called between parties.
    pub key_id: Hex<32>,
    /// How often the shares have been made anew; 0 at first.
    pub epoch: u64,
    /// How often this party has written its share; [`super::KeyFolder::stage`] counts.
    pub generation: u64,
    /// When it was made, in seconds since 1970.
    pub created: u64,
    /// How many holders sign together; where there is a `structure`, how many at least.
    pub signers_needed: u16,
    /// How many holders together learn nothing of the key, whoever they are: one fewer.
    pub privacy_threshold: u16,
    /// Where this party's share is evaluated.
    pub index: u16,
    /// The public key, as its curve encodes points: 33 bytes compressed, or 32 for Ed25519; hexadecimal.
    pub public_key: String,
    /// The chain code of BIP32, if children can be derived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chain_code: Option<Hex<32>>,
    /// Feldman's commitments to the polynomials whose values the shares are, the public key first; hexadecimal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commitments: Vec<String>,
    /// Who can use the key, if it is not any `signers_needed` of the holders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub structure: Option<NamedStructure>,
    /// Everybody who holds a share.
    pub holders: Vec<Holder>,
}

/// What is the same of a sharing at all its holders: the public part without what is this party's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedPart {
    /// What the key signs.
    pub scheme: Scheme,
    /// What it is called between parties.
    pub key_id: Hex<32>,
    /// How often the shares have been made anew.
    pub epoch: u64,
    /// How many holders sign together; where there is a structure, how many at least.
    pub signers_needed: u16,
    /// Who can use the key, if it is not any `signers_needed` of the holders.
    pub structure: Option<NamedStructure>,
    /// The public key.
    pub public_key: String,
    /// The chain code, if children can be derived.
    pub chain_code: Option<Hex<32>>,
    /// Feldman's commitments.
    pub commitments: Vec<String>,
    /// Everybody who holds a share, by index.
    pub holders: Vec<Holder>,
}

impl SharedPart {
    /// The public part of one of the holders.
    ///
    /// # Errors
    /// The field that contradicts the others.
    pub fn into_public(self, name: KeyName, index: u16, created: u64) -> Result<PublicPart, PublicPartFault> {
        let Self { scheme, key_id, epoch, signers_needed, structure, public_key, chain_code, commitments, holders } =
            self;
        let part = PublicPart {
            format: FORMAT,
            name,
            scheme,
            key_id,
            epoch,
            generation: 0,
            created,
            signers_needed,
            privacy_threshold: signers_needed.saturating_sub(1),
            index,
            public_key,
            chain_code,
            commitments,
            structure,
            holders,
        };
        part.check()?;
        Ok(part)
    }

    /// Adds it to what is hashed or signed.
    pub(crate) fn write(&self, canonical: Canonical) -> Canonical {
        let written = canonical
            .text(self.scheme.name())
            .bytes(&self.key_id.0)
            .number(self.epoch)
            .number(u64::from(self.signers_needed))
            .text(&self.public_key)
            .list(self.chain_code.iter(), |statement, code| statement.bytes(&code.0))
            .list(self.commitments.iter(), |statement, commitment| statement.text(commitment))
            .list(self.holders.iter(), |statement, holder| {
                let Holder { name, identity, index } = holder;
                statement.text(name.as_str()).bytes(identity.as_bytes()).number(u64::from(*index))
            });
        // What was written of plain thresholds before there were structures stays as it was.
        match &self.structure {
            Some(structure) => structure.write(written),
            None => written,
        }
    }
}

/// What is wrong with a public part.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublicPartFault {
    /// The text is longer than any public part.
    #[error("the file is longer than {PUBLIC_PART_LIMIT} bytes: it is not the public part of a key")]
    TooLong,
    /// The text is not UTF-8.
    #[error("the file is not text: it is not the public part of a key")]
    NotText,
    /// The text is not TOML with the fields of a public part.
    #[error("the text is not the public part of a key: {0}")]
    Malformed(String),
    /// It is of another version of this software.
    #[error("field `format` is {found}; this version reads format {FORMAT}")]
    Format {
        /// The format found.
        found: u32,
    },
    /// A field that contradicts the others.
    #[error("field `{field}` {why}")]
    Field {
        /// Which.
        field: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
}

/// What a new key is, before this party has stored it.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// Its name in this home.
    pub name: KeyName,
    /// What it signs.
    pub scheme: Scheme,
    /// What it is called between parties.
    pub key_id: Hex<32>,
    /// When it was made, in seconds since 1970.
    pub created: u64,
    /// How many holders sign together; where there is a structure, how many at least.
    pub threshold: u16,
    /// Who can use it, if it is not any `threshold` of the holders.
    pub structure: Option<NamedStructure>,
    /// Where this party's share is evaluated.
    pub index: u16,
    /// The public key.
    pub public_key: Point,
    /// The chain code, if children can be derived.
    pub chain_code: Option<[u8; 32]>,
    /// Feldman's commitments, the public key first; none if the sharing is not verifiable.
    pub commitments: Vec<Point>,
    /// Everybody who holds a share.
    pub holders: Vec<Holder>,
}

impl PublicPart {
    /// The public part of a new key, in epoch 0.
    ///
    /// # Errors
    /// The field that contradicts the others.
    pub fn new(key: NewKey) -> Result<Self, PublicPartFault> {
        let text = |point: &Point| hex::encode(point.encode());
        // Encodings do not say of which curve they are.
        let points = std::iter::once(&key.public_key).chain(&key.commitments);
        if points.into_iter().any(|point| point.curve() != key.scheme.curve()) {
            return Err(PublicPartFault::Field { field: "public_key", why: "is not a point of the scheme's curve" });
        }
        let part = Self {
            format: FORMAT,
            name: key.name,
            scheme: key.scheme,
            key_id: key.key_id,
            epoch: 0,
            generation: 0,
            created: key.created,
            signers_needed: key.threshold,
            privacy_threshold: key.threshold.saturating_sub(1),
            index: key.index,
            public_key: text(&key.public_key),
            chain_code: key.chain_code.map(Hex),
            commitments: key.commitments.iter().map(text).collect(),
            structure: key.structure,
            holders: key.holders,
        };
        part.check()?;
        Ok(part)
    }

    /// Reads a public part.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(bytes: &[u8]) -> Result<Self, PublicPartFault> {
        if bytes.len() > PUBLIC_PART_LIMIT {
            return Err(PublicPartFault::TooLong);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| PublicPartFault::NotText)?;
        let malformed = |error: toml::de::Error| PublicPartFault::Malformed(error.message().replace('\n', " "));
        let part: Self = toml::from_str(text).map_err(malformed)?;
        part.check()?;
        Ok(part)
    }

    /// The text that [`Self::parse`] reads.
    ///
    /// # Errors
    /// If the numbers are too large for TOML, whose integers have 64 bits with a sign.
    pub fn to_text(&self) -> Result<String, PublicPartFault> {
        let text = toml::to_string(self).map_err(|error| PublicPartFault::Malformed(error.to_string()))?;
        Ok(format!(
            "# A key of several holders. Nothing here is secret; the share beside it is bound to every word.\n{text}"
        ))
    }

    /// Whether the fields agree with each other.
    ///
    /// # Errors
    /// The first that does not.
    pub fn check(&self) -> Result<(), PublicPartFault> {
        let wrong = |field: &'static str, why: &'static str| Err(PublicPartFault::Field { field, why });
        if self.format != FORMAT {
            return Err(PublicPartFault::Format { found: self.format });
        }
        let count = self.holders.len();
        if !(2..=HOLDERS_LIMIT).contains(&count) {
            return wrong("holders", "has fewer than two or more than 64 entries");
        }
        for (position, holder) in self.holders.iter().enumerate() {
            let before = &self.holders[..position];
            if holder.index == 0 || before.iter().any(|other| other.index == holder.index) {
                return wrong("holders", "has an index that is zero or given twice");
            }
            if before.iter().any(|other| other.name == holder.name || other.identity == holder.identity) {
                return wrong("holders", "names a party twice");
            }
        }
        if !self.holders.iter().any(|holder| holder.index == self.index) {
            return wrong("index", "is that of no holder");
        }
        if self.signers_needed == 0 || usize::from(self.signers_needed) > count {
            return wrong("signers_needed", "is zero or more than there are holders");
        }
        if self.privacy_threshold != self.signers_needed - 1 {
            return wrong("privacy_threshold", "is not one fewer than `signers_needed`");
        }
        if self.point(&self.public_key).is_none() {
            return wrong("public_key", "is not a point of the scheme's curve");
        }
        if self.chain_code.is_some() && !self.scheme.derives_children() {
            return wrong("chain_code", "is of a scheme that derives no children");
        }
        if self.structure.is_some() && self.access()?.signers_needed() != usize::from(self.signers_needed) {
            return wrong("signers_needed", "is not the size of the smallest set of holders that `structure` allows");
        }
        if !self.commitments.is_empty() {
            let columns = match &self.structure {
                Some(_) => AccessStructure::of(self.access()?).columns(),
                None => self.signers_needed.into(),
            };
            let verifiable = self.commitments.len() == columns
                && self.commitments.first() == Some(&self.public_key)
                && self.commitments.iter().all(|commitment| self.point(commitment).is_some());
            if !verifiable {
                return wrong(
                    "commitments",
                    "is not a list of as many points as sharing the key needs, of which the first is the public key",
                );
            }
        }
        Ok(())
    }

    /// What is the same at all holders.
    pub fn shared(&self) -> SharedPart {
        let mut holders = self.holders.clone();
        holders.sort_by_key(|holder| holder.index);
        SharedPart {
            scheme: self.scheme,
            key_id: self.key_id,
            epoch: self.epoch,
            signers_needed: self.signers_needed,
            structure: self.structure.clone(),
            public_key: self.public_key.clone(),
            chain_code: self.chain_code,
            commitments: self.commitments.clone(),
            holders,
        }
    }

    /// The public key.
    pub fn public_point(&self) -> Option<Point> {
        self.point(&self.public_key)
    }

    /// Feldman's commitments, the public key first.
    pub fn commitment_points(&self) -> Vec<Point> {
        self.commitments.iter().filter_map(|commitment| self.point(commitment)).collect()
    }

    /// This party.
    pub fn own(&self) -> Option<&Holder> {
        self.holders.iter().find(|holder| holder.index == self.index)
    }

    /// The digest to which a share is bound.
    pub fn digest(&self) -> Hex<32> {
        let head = Canonical::new("quorate key public part 1")
            .text(self.name.as_str())
            .text(self.scheme.name())
            .bytes(&self.key_id.0)
            .number(self.epoch)
            .number(self.generation)
            .number(self.created)
            .number(u64::from(self.signers_needed))
            .number(u64::from(self.index))
            .text(&self.public_key)
            .list(self.chain_code.iter(), |statement, code| statement.bytes(&code.0))
            .list(self.commitments.iter(), |statement, commitment| statement.text(commitment))
            .list(self.holders.iter(), |statement, holder| {
                let Holder { name, identity, index } = holder;
                statement.text(name.as_str()).bytes(identity.as_bytes()).number(u64::from(*index))
            });
        // A key of a plain threshold has the digest that it had before there were structures.
        Hex(match &self.structure {
            Some(structure) => structure.write(head).digest(),
            None => head.digest(),
        })
    }

    fn point(&self, text: &str) -> Option<Point> {
        let curve = self.scheme.curve();
        let mut bytes = [0; 33];
        let bytes = &mut bytes[..curve.point_bytes()];
        let lower = text.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
        (lower && hex::decode_to_slice(text, bytes).is_ok()).then(|| Point::decode(curve, bytes)).flatten()
    }
}
