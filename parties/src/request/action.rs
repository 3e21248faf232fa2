//! What is to be done: the four kinds of requests.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Amount, Bic, Currency, Day, Iban, Word, Words};
use crate::identity::Hex;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Something moves from one address to another.
    Transfer(Transfer),
    /// A bank is to pay.
    Wire(WireTransfer),
    /// Somebody proves who it is.
    Login(Login),
    /// 32 bytes of which nobody here sees what they mean.
    Digest(RawDigest),
}

/// The kinds of requests, as files and commands write them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Kind {
    /// `transfer`
    Transfer,
    /// `wire-transfer`
    Wire,
    /// `login`
    Login,
    /// `digest`
    Digest,
}

/// A transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// The account that pays.
    pub source: Word,
    /// The account that is paid.
    pub destination: Word,
    /// What is paid.
    pub asset: Word,
    /// How much of it.
    pub amount: Amount,
    /// What for.
    pub memo: Option<Words>,
}

/// An instruction to a bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireTransfer {
    /// Who pays.
    pub debtor: Words,
    /// Who is paid.
    pub creditor: Words,
    /// The account of the creditor.
    pub iban: Iban,
    /// Its bank.
    pub bic: Option<Bic>,
    /// How much.
    pub amount: Amount,
    /// Of which currency.
    pub currency: Currency,
    /// When.
    pub value_date: Day,
    /// What for.
    pub memo: Option<Words>,
}

/// An answer to a challenge. It may be given until the request expires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// To whom: a host, or a DID.
    pub audience: Word,
    /// What it has asked to be signed.
    pub challenge: Word,
}

/// A digest that somebody else made. It is signed itself, and not the text of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawDigest {
    /// The 32 bytes.
    pub digest: Hex<32>,
    /// What the person who asks says that it is.
    pub memo: Option<Words>,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Transfer, Self::Wire, Self::Login, Self::Digest];

    /// The name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Transfer => "transfer",
            Self::Wire => "wire-transfer",
            Self::Login => "login",
            Self::Digest => "digest",
        }
    }

    /// Whether requests of this kind move an amount.
    pub const fn pays(self) -> bool {
        matches!(self, Self::Transfer | Self::Wire)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| {
            let found: String = text.chars().take(32).collect();
            format!("{found:?} is no kind of request: expected transfer, wire-transfer, login or digest")
        })
    }
}

as_text!(Kind);

impl Action {
    /// Of which kind it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Transfer(_) => Kind::Transfer,
            Self::Wire(_) => Kind::Wire,
            Self::Login(_) => Kind::Login,
            Self::Digest(_) => Kind::Digest,
        }
    }

    /// What is paid, if anything is: the asset of a transfer or the currency of a payment.
    pub fn asset(&self) -> Option<&str> {
        match self {
            Self::Transfer(transfer) => Some(transfer.asset.as_str()),
            Self::Wire(wire) => Some(wire.currency.as_str()),
            Self::Login(_) | Self::Digest(_) => None,
        }
    }

    /// How much is paid, if anything is.
    pub fn amount(&self) -> Option<Amount> {
        match self {
            Self::Transfer(transfer) => Some(transfer.amount),
            Self::Wire(wire) => Some(wire.amount),
            Self::Login(_) | Self::Digest(_) => None,
        }
    }

    /// Whom it reaches: an address, an account number, an audience, or the digest.
    pub fn destination(&self) -> String {
        match self {
            Self::Transfer(transfer) => transfer.destination.as_str().to_owned(),
            Self::Wire(wire) => wire.iban.as_str().to_owned(),
            Self::Login(login) => login.audience.as_str().to_owned(),
            Self::Digest(raw) => raw.digest.to_string(),
        }
    }

    /// In a few words, for lists.
    pub fn summary(&self) -> String {
        match self {
            Self::Transfer(t) => format!("{} {} to {}", t.amount, t.asset, t.destination),
            Self::Wire(w) => format!("{} {} to {}, {}", w.amount, w.currency, w.creditor, w.iban),
            Self::Login(l) => format!("login at {}", l.audience),
            Self::Digest(d) => format!("digest {}", d.digest),
        }
    }
}
