//! What a command of this home hands to its resident process.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::ceremony::{self, ApprovedRequest, SignRequest, Signatories};
use crate::exit::{Exit, Failure};
use crate::keys::{KeyName, Scheme};
use crate::request::Bundle;

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "order", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Order {
    /// A signature.
    Sign {
        /// The key.
        key: String,
        /// What of.
        what: What,
        /// Who signs.
        signers: Signatories,
        /// A child of the key.
        path: Option<String>,
        /// Whether for the Taproot output of the key.
        taproot: bool,
        /// Whether nothing prepared is used.
        fresh: bool,
    },
    /// The signature of a request.
    Request {
        /// The request, with what is known of what was said to it.
        bundle: String,
        /// Who signs.
        signers: Signatories,
        /// A risk, from 0 to 100.
        risk: Option<u8>,
        /// Whether no person attends this signer.
        automatic: bool,
        /// Whether nothing prepared is used.
        fresh: bool,
    },
    /// A holder was shut out of a key: what was prepared with it is burned.
    Isolated {
        /// The key.
        key: String,
        /// The holder.
        holder: String,
    },
    /// One-time material.
    Presign {
        /// The key.
        key: String,
        /// For how many signatures.
        count: u32,
        /// Who will sign.
        signers: Signatories,
    },
}

/// A message or a digest, in hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum What {
    /// A message.
    Message(String),
    /// The digest of one.
    Digest(String),
}

impl Order {
    /// The order for a signature. Of what ECDSA signs, the digest is enough.
    pub(crate) fn sign(request: &SignRequest, path: Option<&str>, scheme: Scheme) -> Self {
        let what = match &request.what {
            ceremony::What::Message(message) if scheme.is_ecdsa() => What::Digest(hex::encode(Sha256::digest(message))),
            ceremony::What::Message(message) => What::Message(hex::encode(message)),
            ceremony::What::Digest(digest) => What::Digest(hex::encode(digest)),
        };
        Self::Sign {
            key: request.name.as_str().to_owned(),
            what,
            signers: request.signers.clone(),
            path: path.map(str::to_owned),
            taproot: request.taproot,
            fresh: request.fresh,
        }
    }

    /// The order for one-time material.
    pub(crate) fn presign(key: &KeyName, count: u32, signers: &Signatories) -> Self {
        Self::Presign { key: key.as_str().to_owned(), count, signers: signers.clone() }
    }

    /// The order for the signature of a request.
    pub(crate) fn request_of(request: &ApprovedRequest) -> Self {
        let ApprovedRequest { bundle, signers, risk, automatic, fresh } = request;
        let (bundle, signers) = (bundle.to_text(), signers.clone());
        Self::Request { bundle, signers, risk: *risk, automatic: *automatic, fresh: *fresh }
    }

    /// The key; of a request, the request says it.
    ///
    /// # Errors
    /// If it is no key's name.
    pub(super) fn key(&self) -> Result<KeyName, Failure> {
        match self {
            Self::Sign { key, .. } | Self::Presign { key, .. } | Self::Isolated { key, .. } => Ok(key.parse()?),
            Self::Request { .. } => Err(bad("its key stands in the request")),
        }
    }

    /// The request that is to be signed, if the order is of that kind.
    ///
    /// # Errors
    /// Fields that no command writes.
    pub(super) fn approved(&self) -> Result<Option<ApprovedRequest>, Failure> {
        let Self::Request { bundle, signers, risk, automatic, fresh } = self else { return Ok(None) };
        let bundle = Bundle::parse(bundle.as_bytes()).map_err(|fault| bad(&fault.to_string()))?;
        let (signers, risk, automatic, fresh) = (signers.clone(), *risk, *automatic, *fresh);
        Ok(Some(ApprovedRequest { bundle, signers, risk, automatic, fresh }))
    }

    /// The request for a signature that the order is, if it is one.
    ///
    /// # Errors
    /// Fields that no command writes.
    pub(super) fn request(&self) -> Result<Option<SignRequest>, Failure> {
        let Self::Sign { key, what, signers, path, taproot, fresh } = self else { return Ok(None) };
        let what = match what {
            What::Message(digits) => {
                ceremony::What::Message(hex::decode(digits).map_err(|_| bad("its message is not hexadecimal"))?)
            }
            What::Digest(digits) => {
                let bytes = hex::decode(digits).ok().and_then(|bytes| bytes.try_into().ok());
                ceremony::What::Digest(bytes.ok_or_else(|| bad("its digest is not 32 bytes in hexadecimal"))?)
            }
        };
        let path = path.as_deref().map(str::parse).transpose();
        Ok(Some(SignRequest {
            name: key.parse()?,
            what,
            signers: signers.clone(),
            path: path.map_err(|_| bad("its path is none"))?,
            taproot: *taproot,
            fresh: *fresh,
        }))
    }
}

fn bad(why: &str) -> Failure {
    Failure::new(Exit::BadInput, format!("the order handed over is none: {why}"))
}
