//! Complaints about shares, and their answers, as pure functions.
//!
//! A share travels on a private line, so that nobody else sees whether it fits the dealer's commitments. A holder whose
//! share does not fit says so to everybody, and the dealer answers by showing that share to everybody: either the answer
//! does not fit and the dealer is convicted before all, or it does and is the share. Showing it tells an adversary
//! nothing, because the dealer or the holder is the adversary's (Gennaro, Jarecki, Krawczyk and Rabin, "Secure
//! Distributed Key Generation for Discrete-Log Based Cryptosystems", Journal of Cryptology 2007).

use quorate_circuits::curve::Curve;
use zeroize::Zeroizing;

use super::dealing::{decode_share, share_bytes};
use super::{AccessStructure, Commitments};
use crate::net::{ChannelFault, PartyIndex};

/// A complaint that its dealer answered: either the dealer had sent something else before, or the complaint was false.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// Who complained.
    pub accuser: PartyIndex,
    /// About whose share.
    pub dealer: PartyIndex,
}

/// Everybody's complaints about everybody.
#[derive(Debug)]
pub(super) struct Complaints(Vec<Complaint>);

impl Complaints {
    /// Reads everybody's statements, by party: a byte for each dealer, 1 for a complaint and 0 for none.
    ///
    /// # Errors
    /// The party whose statement is none.
    pub(super) fn read(statements: &[&[u8]]) -> Result<Self, (PartyIndex, ChannelFault)> {
        let mut complaints = Vec::new();
        for (accuser, statement) in statements.iter().enumerate() {
            for (dealer, byte) in statement.iter().enumerate() {
                match byte {
                    0 => {}
                    1 if dealer != accuser => {
                        complaints.push(Complaint { accuser: PartyIndex(accuser), dealer: PartyIndex(dealer) });
                    }
                    _ => {
                        return Err((
                            PartyIndex(accuser),
                            ChannelFault::Malformed("a complaint is neither yes nor no"),
                        ));
                    }
                }
            }
        }
        Ok(Self(complaints))
    }

    /// All of them.
    pub(super) fn all(&self) -> &[Complaint] {
        &self.0
    }

    /// Who complained about a dealer, in order.
    pub(super) fn about(&self, dealer: PartyIndex) -> impl Iterator<Item = PartyIndex> {
        self.0.iter().filter(move |complaint| complaint.dealer == dealer).map(|complaint| complaint.accuser)
    }

    /// Bytes of a dealer's answer: a share for each accuser.
    pub(super) fn answer_bytes(&self, access: &AccessStructure, dealer: PartyIndex) -> usize {
        self.answer_bytes_at(access, dealer, index_of)
    }

    /// Likewise, where `index` says what share an accuser gets.
    pub(super) fn answer_bytes_at(
        &self,
        access: &AccessStructure,
        dealer: PartyIndex,
        index: impl Fn(PartyIndex) -> u16,
    ) -> usize {
        self.about(dealer).map(|accuser| share_bytes(access, index(accuser))).sum()
    }

    /// The shares of a dealer's answer, by accuser.
    ///
    /// # Errors
    /// If one does not fit the dealer's commitments: the dealer is convicted.
    pub(super) fn judge<C: Curve>(
        &self,
        dealer: PartyIndex,
        commitments: &Commitments<C>,
        answer: &[u8],
    ) -> Result<Vec<(PartyIndex, Shown<C>)>, ChannelFault> {
        self.judge_at(dealer, commitments, answer, index_of)
    }

    /// The shares of a dealer's answer, by accuser, where `index` says what share an accuser gets.
    ///
    /// # Errors
    /// As of [`Self::judge`].
    pub(super) fn judge_at<C: Curve>(
        &self,
        dealer: PartyIndex,
        commitments: &Commitments<C>,
        answer: &[u8],
        index: impl Fn(PartyIndex) -> u16,
    ) -> Result<Vec<(PartyIndex, Shown<C>)>, ChannelFault> {
        let mut rest = answer;
        let judged = self.about(dealer).map(|accuser| {
            let index = index(accuser);
            let (bytes, after) = rest.split_at_checked(share_bytes(commitments.access(), index))?;
            rest = after;
            let share = decode_share::<C>(bytes).filter(|share| commitments.fits(index, share));
            share.map(|share| (accuser, share))
        });
        let convicted = "the share that answers a complaint does not fit the dealer's commitments";
        judged.collect::<Option<_>>().ok_or(ChannelFault::CheckFailed(convicted))
    }
}

/// A share that was shown, row by row.
type Shown<C> = Zeroizing<Vec<<C as Curve>::Scalar>>;

/// The index of a party of the generation as a holder.
pub(super) fn index_of(party: PartyIndex) -> u16 {
    party.0 as u16 + 1
}
