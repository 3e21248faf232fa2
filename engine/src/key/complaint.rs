//! Complaints about shares, and their answers, as pure functions.
//!
//! A share travels on a private line, so that nobody else sees whether it fits the dealer's commitments. A holder whose
//! share does not fit says so to everybody, and the dealer answers by showing that share to everybody: either the answer
//! does not fit and the dealer is convicted before all, or it does and is the share. Showing it tells an adversary
//! nothing, because the dealer or the holder is the adversary's (Gennaro, Jarecki, Krawczyk and Rabin, "Secure
//! Distributed Key Generation for Discrete-Log Based Cryptosystems", Journal of Cryptology 2007).

use quorate_circuits::curve::{Curve, SCALAR_BYTES};

use super::Commitments;
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
    pub(super) fn answer_bytes(&self, dealer: PartyIndex) -> usize {
        SCALAR_BYTES * self.about(dealer).count()
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
    ) -> Result<Vec<(PartyIndex, C::Scalar)>, ChannelFault> {
        self.judge_at(dealer, commitments, answer, |accuser| accuser.0 as u16 + 1)
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
    ) -> Result<Vec<(PartyIndex, C::Scalar)>, ChannelFault> {
        let shares = answer.as_chunks::<SCALAR_BYTES>().0.iter().zip(self.about(dealer));
        let judged = shares.map(|(bytes, accuser)| {
            let share = C::decode_scalar(bytes).filter(|share| commitments.fits(index(accuser), share));
            share.map(|share| (accuser, share))
        });
        let convicted = "the share that answers a complaint does not fit the dealer's commitments";
        judged.collect::<Option<_>>().ok_or(ChannelFault::CheckFailed(convicted))
    }
}
