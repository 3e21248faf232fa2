//! Who is said to have deviated from a protocol that finishes all the same.

use crate::net::{PartyIndex, Step};

/// Why a party is said to have deviated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ground {
    /// All who follow the protocol saw it, and can tell that it was this party.
    Proven,
    /// All saw that this party or another one deviated; both were left out.
    Disputed {
        /// The other one.
        with: PartyIndex,
    },
    /// What it sent here, or did not send, was wrong. Others may have seen nothing.
    Noticed,
}

/// A party that deviated, or may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Accusation {
    /// Who.
    pub party: PartyIndex,
    /// In which step.
    pub step: Step,
    /// What is known.
    pub ground: Ground,
}
