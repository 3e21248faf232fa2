//! daBits: random bits shared in both domains (Rotaru and Wood, "MArBled Circuits", INDOCRYPT 2019; here without
//! MACs, from OT).
//!
//! Party `j` draws a private bit `b_j`, which is its boolean share. Arithmetically the parties fold
//! `s_j = s_(j-1) + b_j (1 - 2 s_(j-1))`, the XOR of the first `j + 1` bits, from `s_0 = b_0`, which party 0 holds. The
//! product of step `j` is linear in the shares of the parties before, so each of them needs one OT with party `j`
//! and sends one element: its shares are of the product of `b_j` with `1 - 2 s_(j-1)`.
//!
//! *Cost*: for each pair and bit one OT and k bits; n - 1 rounds, because the shares before a step enter it. A tree
//! would have fewer, but would multiply ring elements at its inner nodes: k OTs in place of one.

use quorate_kernels::Block;

use super::RingElement;
use super::ring::elements_of;
use super::secret::SecretVec;
use crate::net::PartyIndex;

/// Shares of random bits, in both domains.
#[derive(Debug, Default)]
pub struct DaBits<R: RingElement> {
    /// The boolean shares: bit `i % 64` of word `i / 64`.
    pub boolean: SecretVec<u64>,
    /// The arithmetic shares.
    pub arithmetic: SecretVec<R>,
}

impl<R: RingElement> DaBits<R> {
    /// Before the first step: the arithmetic sharing is of party 0's bit alone.
    pub(super) fn begin(me: PartyIndex, boolean: SecretVec<u64>) -> Self {
        let mut arithmetic = SecretVec::zeros(64 * boolean.len());
        if me.0 == 0 {
            for (i, share) in arithmetic.iter_mut().enumerate() {
                *share = R::from_word((boolean[i / 64] >> (i % 64) & 1).into());
            }
        }
        Self { boolean, arithmetic }
    }

    /// A step of a later party: the message to it. Only party 0 has a share of the constant 1.
    pub(super) fn send(&mut self, me: PartyIndex, (zero, one): (&[Block], &[Block])) -> Vec<u8> {
        let constant = if me.0 == 0 { R::ONE } else { R::ZERO };
        let mut message = Vec::with_capacity(self.arithmetic.len() * R::BYTES);
        for (share, (zero, one)) in self.arithmetic.iter_mut().zip(zero.iter().zip(one)) {
            let (z, o) = (R::from_word(zero.to_u128()), R::from_word(one.to_u128()));
            message.extend_from_slice(bytemuck::bytes_of(&(z - o + constant - *share - *share)));
            *share -= z;
        }
        message
    }

    /// This party's own step: the message of one of the parties before.
    pub(super) fn receive(&mut self, chosen: &[Block], message: &[u8]) {
        let corrections = elements_of::<R>(message);
        for (i, ((share, pad), correction)) in self.arithmetic.iter_mut().zip(chosen).zip(corrections).enumerate() {
            let bit = R::from_word(self.boolean[i / 64].into()).spread(i % 64);
            *share += R::from_word(pad.to_u128()) + (bit & correction);
        }
    }
}
