//! What a party is asked to sign, as people read it.
//!
//! A [`Request`] is a transfer, an instruction to a bank, a login or a digest. Its **canonical text**, one field a line,
//! is what is shown, what is approved and what is signed, byte for byte: there is no other form of it. Its
//! [`RequestId`] is a hash of that text. A [`Bundle`] is a file that carries a request with the signature of the person
//! who made it and with what others have said to it ([`crate::approval`]); bundles of one request are merged.

/// Text in files, both ways.
macro_rules! as_text {
    ($($name:ident),*) => {$(
        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.to_string()
            }
        }
    )*};
}

/// A checked text is shown as it is.
macro_rules! shows_itself {
    ($($name:ident),*) => {$(
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

mod action;
mod amount;
mod bank;
mod bundle;
mod error;
mod moment;
mod store;
mod text;
mod words;

pub use action::{Action, Kind, Login, RawDigest, Transfer, WireTransfer};
pub use amount::Amount;
pub use bank::{Bic, Currency, Iban};
pub(crate) use bundle::one_line;
pub use bundle::{BUNDLE_LIMIT, Bundle};
pub use error::{BundleFault, RequestError, TextFault};
pub use moment::{Day, Moment, Span};
pub use store::Requests;
pub use text::{Request, TEXT_LIMIT};
pub use words::{Word, Words};

/// A request's id: a hash of its canonical text.
pub type RequestId = crate::identity::Hex<32>;
