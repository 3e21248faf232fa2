//! Cards: what partners exchange and pin.

use ed25519_dalek::{Signer, SigningKey};
use serde::{Deserialize, Serialize};

use super::{Address, Canonical, Hex, PartyName, PublicKey, Signature};

/// The longest card file that is read.
pub const CARD_LIMIT: usize = 4096;

/// The version of the card's text and of what its signature covers.
const FORMAT: u32 = 1;

/// A party's public half: name, key, address, and the key's own signature over the three. Holding one means that the
/// signature was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    name: PartyName,
    public_key: PublicKey,
    address: Address,
    signature: Signature,
}

/// What is wrong with a card's text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CardFault {
    /// The text is longer than any card.
    #[error("the file is longer than {CARD_LIMIT} bytes: it is not a card")]
    TooLong,
    /// The text is not UTF-8.
    #[error("the file is not text: it is not a card")]
    NotText,
    /// The text is not TOML with a card's fields. The parser's message names the field and the place.
    #[error("the text is not a card: {0}")]
    Malformed(String),
    /// The card is of another version of this software.
    #[error("field `format` is {found}; this version reads format {FORMAT}")]
    Format {
        /// The format found.
        found: u32,
    },
    /// The card was changed after its owner had written it.
    #[error("field `signature` does not belong to the name, key and address: the card was changed or cut")]
    Signature,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    format: u32,
    name: PartyName,
    public_key: PublicKey,
    address: Address,
    signature: Signature,
}

impl Card {
    pub(super) fn sign(name: PartyName, address: Address, secret: &SigningKey) -> Self {
        let public_key = PublicKey::from_bytes(secret.verifying_key().to_bytes())
            .expect("a key made from a clamped secret is never of small order");
        let signature = Hex(secret.sign(statement(&name, &public_key, &address).as_bytes()).to_bytes());
        Self { name, public_key, address, signature }
    }

    /// Reads a card and checks its signature.
    ///
    /// # Errors
    /// What is wrong with the text, by field.
    pub fn parse(bytes: &[u8]) -> Result<Self, CardFault> {
        if bytes.len() > CARD_LIMIT {
            return Err(CardFault::TooLong);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| CardFault::NotText)?;
        let Text { format, name, public_key, address, signature } =
            toml::from_str(text).map_err(|error| CardFault::Malformed(one_line(&error, text)))?;
        if format != FORMAT {
            return Err(CardFault::Format { found: format });
        }
        if !public_key.verifies(&statement(&name, &public_key, &address), &signature) {
            return Err(CardFault::Signature);
        }
        Ok(Self { name, public_key, address, signature })
    }

    /// The party's name.
    pub fn name(&self) -> &PartyName {
        &self.name
    }

    /// The party's key.
    pub fn public_key(&self) -> PublicKey {
        self.public_key
    }

    /// Where the party listens.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The card's text, which [`Self::parse`] reads.
    pub fn to_text(&self) -> String {
        let Self { name, public_key, address, signature } = self;
        format!(
            "# Card of {name}. Public: give it to partners, who pin it with `quorate trust FILE`.\n\
             format = {FORMAT}\n\
             name = \"{name}\"\n\
             public_key = \"{public_key}\"\n\
             address = \"{address}\"\n\
             signature = \"{signature}\"\n"
        )
    }
}

fn statement(name: &PartyName, public_key: &PublicKey, address: &Address) -> Canonical {
    Canonical::new("quorate card 1").text(name.as_str()).bytes(public_key.as_bytes()).text(&address.to_string())
}

/// The parser's message with the line, without its picture of the source, which is several lines long.
fn one_line(error: &toml::de::Error, text: &str) -> String {
    let message = error.message().replace('\n', " ");
    let Some(span) = error.span() else { return message };
    let before = &text.as_bytes()[..span.start.min(text.len())];
    let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
    format!("line {line}: {message}")
}
