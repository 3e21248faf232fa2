//! From correlated OTs to what protocols use: chosen choices, and pads.
//!
//! The pads of OT `j` are `H(q_j, j)` and `H(q_j xor Delta, j)`, of which the receiver has `H(t_j, j)`. The hash
//! has to be tweakable and correlation robust, with the OT's number as the tweak: without a tweak a
//! receiver who chose equal rows would get equal pads (Guo, Katz, Wang and Yu, "Efficient and Secure Multiparty
//! Computation from Fixed-Key Block Ciphers", ePrint 2019/074, section 7). Ours is the garbling hash under a
//! start point that belongs to one execution of the base OTs.

use std::ops::Range;

use quorate_kernels::Block;
use zeroize::Zeroizing;

use super::{ReceiverCots, SenderCots};
use crate::crypto::{GarblingHash, SecretBlocks, SessionId, Transcript};

/// The sender's half of a batch of random OTs: two pads each.
#[derive(Debug)]
pub struct SenderPads {
    /// The pads for choice 0.
    pub zero: SecretBlocks,
    /// The pads for choice 1.
    pub one: SecretBlocks,
}

/// The receiver's half of a batch of random OTs.
#[derive(Debug)]
pub struct ReceiverPads {
    /// The choices: bit `j % 64` of word `j / 64`.
    pub choices: Zeroizing<Vec<u64>>,
    /// The pads chosen.
    pub chosen: SecretBlocks,
}

impl SenderCots {
    /// How many they are.
    pub fn len(&self) -> usize {
        self.q.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.q.is_empty()
    }

    /// Delta: the difference of every OT's two messages. Secret.
    pub fn delta(&self) -> Block {
        *self.delta
    }

    /// Adapts to the receiver's chosen choices, from the differences it sent ([`ReceiverCots::choose`]).
    ///
    /// # Panics
    /// If there are fewer than `ceil(len / 64)` words.
    pub fn adapt(&mut self, differences: &[u64]) {
        assert!(differences.len() >= self.q.len().div_ceil(64), "a difference for every transfer");
        for (j, q) in self.q.iter_mut().enumerate() {
            *q ^= Block::mask(differences[j / 64] >> (j % 64) & 1 == 1) & *self.delta;
        }
    }

    /// Moves some of them out, as pads: for choice 0, and for choice 1.
    pub fn take_pads(&mut self, places: Range<usize>) -> [SecretBlocks; 2] {
        let rows = self.q[places.clone()].iter_mut().map(std::mem::take);
        let mut zero = SecretBlocks::from(rows.collect::<Vec<_>>());
        let mut one = SecretBlocks::from(zero.iter().map(|q| *q ^ *self.delta).collect::<Vec<_>>());
        self.hash.hash(self.first_index + places.start as u64, [&mut zero, &mut one]);
        [zero, one]
    }

    /// Breaks the correlation: two pads for every OT, which look random and independent to the receiver but
    /// for the chosen one.
    pub fn into_pads(self) -> SenderPads {
        let mut zero = self.q;
        let mut one = SecretBlocks::from(zero.iter().map(|q| *q ^ *self.delta).collect::<Vec<_>>());
        self.hash.hash(self.first_index, [&mut zero, &mut one]);
        SenderPads { zero, one }
    }
}

impl ReceiverCots {
    /// How many they are.
    pub fn len(&self) -> usize {
        self.t.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.t.is_empty()
    }

    /// Replaces the random choices by `wanted` and returns the differences that the sender needs
    /// ([`SenderCots::adapt`]): they hide the choices.
    ///
    /// # Panics
    /// If there are fewer than `ceil(len / 64)` words.
    pub fn choose(&mut self, wanted: &[u64]) -> Vec<u64> {
        assert!(wanted.len() >= self.choices.len(), "a choice for every transfer");
        let bits = self.t.len();
        let whole = |word: usize| if 64 * (word + 1) <= bits { u64::MAX } else { (1 << (bits % 64)) - 1 };
        let choices = self.choices.iter_mut().zip(wanted).enumerate();
        choices.map(|(word, (choice, wanted))| std::mem::replace(choice, wanted & whole(word)) ^ *choice).collect()
    }

    /// Moves some of them out, as the chosen pads; the choices stay.
    pub fn take_pads(&mut self, places: Range<usize>) -> SecretBlocks {
        let rows = self.t[places.clone()].iter_mut().map(std::mem::take);
        let mut chosen = SecretBlocks::from(rows.collect::<Vec<_>>());
        self.hash.hash(self.first_index + places.start as u64, [&mut chosen]);
        chosen
    }

    /// Breaks the correlation: the chosen pad of every OT.
    pub fn into_pads(self) -> ReceiverPads {
        let mut chosen = self.t;
        self.hash.hash(self.first_index, [&mut chosen]);
        ReceiverPads { choices: self.choices, chosen }
    }
}

/// The hash of one execution of the base OTs.
pub(super) fn instance_hash(session: &SessionId, instance: &[u8; 32]) -> GarblingHash {
    GarblingHash::new(Transcript::new("quorate 2026 OT pads", session).append("instance", instance).block())
}
