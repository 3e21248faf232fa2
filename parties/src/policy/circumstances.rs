//! Everything besides the request that a decision depends on.

use crate::approval::Standing;
use crate::identity::PartyName;
use crate::request::{Amount, Kind, Moment, Request, RequestId};

/// An earlier signature, as the audit log remembers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spend {
    /// When it was decided.
    pub at: Moment,
    /// Which request.
    pub request: RequestId,
    /// The asset; the kind of a request that pays nothing.
    pub asset: String,
    /// How much; nothing, where nothing is paid.
    pub amount: Amount,
    /// To whom.
    pub destination: String,
}

impl Spend {
    /// What a request will have spent.
    pub fn of(request: &Request, at: Moment) -> Self {
        let action = &request.action;
        let asset = action.asset().map_or_else(|| action.kind().to_string(), str::to_owned);
        let amount = action.amount().unwrap_or(Amount::ZERO);
        Self { at, request: request.id(), asset, amount, destination: action.destination() }
    }

    /// Of which kinds it may have been.
    pub(super) fn kinds(&self) -> &'static [Kind] {
        match self.asset.as_str() {
            "login" => &[Kind::Login],
            "digest" => &[Kind::Digest],
            _ => &[Kind::Transfer, Kind::Wire],
        }
    }
}

/// What a signer knows when it decides.
#[derive(Clone, Debug)]
pub struct Circumstances {
    /// What its clock says.
    pub now: Moment,
    /// When it last wrote to its log. A clock that stands before that was set back.
    pub last: Option<Moment>,
    /// What people have said, as far as it counts.
    pub standing: Standing,
    /// What was signed before with the key, or begun to be.
    pub history: Vec<Spend>,
    /// Whether this very request was signed before.
    pub signed: bool,
    /// Who signs in this session; nothing if that is not known yet.
    pub signers: Option<Vec<PartyName>>,
    /// Whether a recovery of the key was rehearsed.
    pub drilled: bool,
    /// A risk from 0 to 100. What is not known counts as 100.
    pub risk: Option<u8>,
    /// Whether this signer is one that no person attends.
    pub automatic: bool,
}
