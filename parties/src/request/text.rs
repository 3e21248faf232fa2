//! The canonical text of a request: what is read, approved and signed.

use super::{Action, Amount, Kind, Login, Moment, RawDigest, RequestId, Span, TextFault, Transfer, WireTransfer};
use crate::identity::{Canonical, Hex, PartyName, PublicKey};
use crate::keys::KeyName;
use crate::keys::derive::Path;

/// The longest canonical text, in bytes.
pub const TEXT_LIMIT: usize = 4096;

/// The first line. The number is the version of the layout.
const HEAD: &str = "quorate request 1";

/// No request is open for longer.
const LONGEST_LIFE: Span = Span::of_seconds(90 * 86_400);

/// What a key is to sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The key's name, the same in all homes.
    pub key: KeyName,
    /// The key.
    pub key_id: Hex<32>,
    /// The child of the key that signs (BIP32), if not the key itself.
    pub path: Option<String>,
    /// Random, so that the same payment can be asked for twice, and each time is approved by itself.
    pub nonce: Hex<16>,
    /// Who asks. This person never approves it.
    pub initiator: PartyName,
    /// The identity of that person.
    pub initiator_identity: PublicKey,
    /// Since when.
    pub created: Moment,
    /// Until when it may be signed.
    pub expires: Moment,
    /// What is asked for.
    pub action: Action,
}

impl Request {
    /// The id.
    pub fn id(&self) -> RequestId {
        Hex(Canonical::new("quorate request 1").text(&self.to_text()).digest())
    }

    /// The canonical text, which [`Self::parse`] reads: `field: value` in each line, in a fixed order.
    pub fn to_text(&self) -> String {
        let Self { key, key_id, path, nonce, initiator, initiator_identity, created, expires, action } = self;
        let mut text = format!("{HEAD}\nkind: {}\nkey: {key}\nkey id: {key_id}\n", action.kind());
        if let Some(path) = path {
            text += &format!("path: {path}\n");
        }
        text += &format!(
            "nonce: {nonce}\ninitiator: {initiator}\ninitiator identity: {initiator_identity}\n\
             created: {created}\nexpires: {expires}\n"
        );
        let memo = match action {
            Action::Transfer(Transfer { source, destination, asset, amount, memo }) => {
                text += &format!("source: {source}\ndestination: {destination}\nasset: {asset}\namount: {amount}\n");
                memo
            }
            Action::Wire(wire) => {
                text += &format!("debtor: {}\ncreditor: {}\niban: {}\n", wire.debtor, wire.creditor, wire.iban);
                if let Some(bic) = &wire.bic {
                    text += &format!("bic: {bic}\n");
                }
                let WireTransfer { amount, currency, value_date, .. } = wire;
                text += &format!("amount: {amount}\ncurrency: {currency}\nvalue date: {value_date}\n");
                &wire.memo
            }
            Action::Login(Login { audience, challenge }) => {
                text += &format!("audience: {audience}\nchallenge: {challenge}\n");
                &None
            }
            Action::Digest(RawDigest { digest, memo }) => {
                text += &format!("digest: {digest}\n");
                memo
            }
        };
        if let Some(memo) = memo {
            text += &format!("memo: {memo}\n");
        }
        text
    }

    /// Reads a canonical text. What it accepts, [`Self::to_text`] writes again, byte for byte.
    ///
    /// # Errors
    /// The line and field in which it is another text.
    pub fn parse(bytes: &[u8]) -> Result<Self, TextFault> {
        if bytes.len() > TEXT_LIMIT {
            return Err(TextFault::TooLong);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| TextFault::NotText)?;
        let mut lines = Lines::new(text)?;
        let kind: Kind = lines.field("kind")?;
        let request = Self {
            key: lines.field("key")?,
            key_id: lines.field("key id")?,
            path: lines.optional::<Path>("path")?.map(|path| path.to_string()),
            nonce: lines.field("nonce")?,
            initiator: lines.field("initiator")?,
            initiator_identity: lines.field("initiator identity")?,
            created: lines.field("created")?,
            expires: lines.field("expires")?,
            action: lines.action(kind)?,
        };
        lines.end()?;
        request.check().map_err(TextFault::Contradiction)?;
        // One request has one text: other spellings of a number or a path are refused.
        let again = request.to_text();
        match again.lines().zip(text.lines()).position(|(canonical, found)| canonical != found) {
            Some(place) => {
                let expected = again.lines().nth(place).unwrap_or_default().to_owned();
                Err(TextFault::Spelling { line: place + 1, expected })
            }
            None => Ok(request),
        }
    }

    /// Whether the fields agree with each other.
    ///
    /// # Errors
    /// What does not.
    pub fn check(&self) -> Result<(), &'static str> {
        if self.expires <= self.created {
            return Err("it expires before it was created");
        }
        if self.expires > self.created.after(LONGEST_LIFE) {
            return Err("it is open for longer than 90 days");
        }
        if self.action.amount() == Some(Amount::ZERO) {
            return Err("the amount is nothing");
        }
        // In the log these stand for requests that pay nothing.
        if self.action.asset().is_some_and(|asset| Kind::ALL.iter().any(|kind| kind.name() == asset)) {
            return Err("the asset has the name of a kind of request");
        }
        Ok(())
    }
}

/// The lines of a text that have not been read.
struct Lines<'a> {
    rest: std::iter::Peekable<std::iter::Enumerate<std::str::Split<'a, char>>>,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Result<Self, TextFault> {
        let body = text.strip_suffix('\n').ok_or(TextFault::Cut)?;
        let mut rest = body.split('\n').enumerate().peekable();
        match rest.next() {
            Some((_, HEAD)) => Ok(Self { rest }),
            _ => Err(TextFault::Head { expected: HEAD }),
        }
    }

    /// The value of the next line, which is of this field.
    fn field<T: std::str::FromStr<Err: ToString>>(&mut self, name: &'static str) -> Result<T, TextFault> {
        let found = self.rest.peek().map(|(place, _)| place + 1);
        match self.optional(name)? {
            Some(value) => Ok(value),
            None => Err(TextFault::Missing { field: name, line: found }),
        }
    }

    /// The value of the next line, if it is of this field.
    fn optional<T: std::str::FromStr<Err: ToString>>(&mut self, name: &'static str) -> Result<Option<T>, TextFault> {
        let value = |line: &'a str| line.strip_prefix(name).and_then(|rest| rest.strip_prefix(": "));
        let Some((place, text)) = self.rest.next_if(|(_, line)| value(line).is_some()) else { return Ok(None) };
        let parsed = value(text).unwrap_or_default().parse::<T>();
        parsed.map(Some).map_err(|why| TextFault::Field { field: name, line: place + 1, why: why.to_string() })
    }

    fn action(&mut self, kind: Kind) -> Result<Action, TextFault> {
        Ok(match kind {
            Kind::Transfer => Action::Transfer(Transfer {
                source: self.field("source")?,
                destination: self.field("destination")?,
                asset: self.field("asset")?,
                amount: self.field("amount")?,
                memo: self.optional("memo")?,
            }),
            Kind::Wire => Action::Wire(WireTransfer {
                debtor: self.field("debtor")?,
                creditor: self.field("creditor")?,
                iban: self.field("iban")?,
                bic: self.optional("bic")?,
                amount: self.field("amount")?,
                currency: self.field("currency")?,
                value_date: self.field("value date")?,
                memo: self.optional("memo")?,
            }),
            Kind::Login => {
                Action::Login(Login { audience: self.field("audience")?, challenge: self.field("challenge")? })
            }
            Kind::Digest => Action::Digest(RawDigest { digest: self.field("digest")?, memo: self.optional("memo")? }),
        })
    }

    fn end(&mut self) -> Result<(), TextFault> {
        match self.rest.next() {
            None => Ok(()),
            Some((place, _)) => Err(TextFault::Surplus { line: place + 1 }),
        }
    }
}

#[cfg(test)]
mod tests;
