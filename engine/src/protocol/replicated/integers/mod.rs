//! Proofs that numbers sent for products modulo 2^64 were right: distributed zero knowledge, as the module `proof` does it
//! for bits, over a prime field.
//!
//! What is to be proven are equations of which the party before the prover (left) knows the `u` and `L`, the party after it
//! (right) the `v` and `R`, and the prover all but has to be believed nothing:
//!
//! ```text
//! u_1 v_1 + ... + u_T v_T = L + R    modulo 2^64
//! ```
//!
//! Party `i` sent `z_i = x_i (y_i + y_{i+1}) + x_{i+1} y_i + F_i - F_{i+1}` for a product, so that `x_i y_{i+1} + y_i x_{i+1}
//! = (z_i - x_i y_i - F_i) + F_{i+1}`: two terms, and of a dot product two for each of its own. Conversions of bits are
//! such equations, too (the module `convert`).
//!
//! A ring modulo 2^64 has too few units for polynomials, and in an extension that has enough of them for challenges by hashing
//! (Abspoel et al. 2019) an element takes a kilobyte. As integers the two sides differ by a multiple of 2^64, so the equations are proven as equations of
//! integers instead, modulo a prime that is too large for them to wrap, `p = 2^255 - 19`:
//!
//! 1. *A coin* that nobody knew when the messages were sent chooses [`layout::SUMS`] subsets of equations (of every row of
//!    them, below). If one equation is wrong, all sums over these subsets hold modulo 2^64 with a chance of `2^-80`: the
//!    differences have a common power of two that leaves an odd one, whose parity each subset takes in or not.
//! 2. *Quotients*: the prover shares among the verifiers how often `2^64` goes into the difference of the sides of each sum.
//! 3. *Their size*: wrong equations could hold modulo `p` with quotients that are as large as `p`. So
//!    [`layout::PROJECTIONS`] sums of random subsets of the quotients are opened to the right, each under a mask of 186 bits
//!    that the left knows; all have to be below `2^188`. If a quotient is beyond `2^188` either way, of two subsets that
//!    differ in it alone one has a sum that is not, so that each finds it with a chance of one half (approximate proofs of
//!    smallness by random projections: Lyubashevsky, Nguyen, Seiler, "Shorter Lattice-Based Zero-Knowledge Proofs via
//!    One-Time Commitments", PKC 2021, section 1.2; Gentry, Halevi, Lyubashevsky, EUROCRYPT 2022, section 3). And with
//!    smaller ones the difference of the sides, less the multiple of `2^64`, is below `2^253`: modulo `p` it is zero if it is.
//! 4. *The sums*, weighted by random numbers of 120 bits, are one inner product over the field, which is proven as for bits (Boneh et al.
//!    2019; Boyle et al. 2019): rows, then halvings of one folded row ([`folded`]), then a mask. The rows are the values at
//!    `0, ..., R - 1` of polynomials in one variable, not in `log2(R)` as those of bits are ([`grid`]): of their products
//!    `2 R - 1` points say everything, of which `R` are the rows, instead of `R^1.58`. There still are integers, a few bits
//!    longer than the rows. Points and claims are elements of the field, where a wrong claim about a product of degree `2 R - 2`
//!    holds at no more than as many points.
//!
//! Equations are arranged by their number of terms. Short ones are dealt to up to eight rows; of long ones each row has a
//! part, and then there is one row of sums.
//!
//! | bytes to the party after | of what |
//! |---|---|
//! | 2,560 for each row of equations | quotients |
//! | `32 (2 R - 1)`, `R` up to 8 | mask and points |
//! | `64 (log2(columns) + 1)` | halvings and the last step |
//!
//! The party before is sent 16 for each challenge, and tells the other verifier 4,160. A hundred thousand products are one
//! proof of some 26 kB, a single one of 3 kB. Until then a product takes 88 bytes, and what is due is proven after 2^17 of them.
//!
//! *Soundness.* `2^-80`, whatever is computed, because of the coin. A challenge by hashing lets a wrong claim pass with
//! probability at most `2^-120`: weights have 120 bits, points of polynomials of degree 14 at most 127, and there are 128
//! projections. So after `2^q` hashes the chance is below `2^(q - 119)`. *Zero knowledge.* As for bits; beyond that the right sees sums of quotients, of fewer than 106 bits, under
//! masks of 186: they differ from any others with a chance below `2^-73`.

mod claims;
mod field;
mod folded;
mod grid;
mod layout;
mod prove;
mod subsets;

pub(super) use self::claims::Claims;
use self::field::Field;
pub(super) use self::layout::{FULL, Layout, Shapes};
pub(super) use self::prove::Right;
use self::prove::{Left, Statement, prove};
use self::subsets::Subsets;
use super::keys::Keys;
use crate::crypto::{Block, Prg, SessionId, Transcript};
use crate::net::PartyIndex;

/// What all proofs of one verification have in common.
#[derive(Clone, Copy)]
pub(super) struct Common<'a> {
    pub(super) session: &'a SessionId,
    pub(super) coin: &'a [u8; 32],
}

impl Common<'_> {
    fn transcript(&self, domain: &'static str, prover: PartyIndex, terms: usize) -> Transcript {
        let mut transcript = Transcript::new(domain, self.session);
        transcript.append("coin", self.coin).append_party("prover", prover).append_u64("terms", terms as u64);
        transcript
    }

    fn statement(&self, prover: PartyIndex, terms: usize, equations: usize) -> Statement {
        let layout = Layout::of(equations, terms);
        let seed = self.transcript("quorate 2026 replicated subsets of equations", prover, terms).block();
        Statement { layout, subsets: Subsets::draw(&mut Prg::new(seed), layout::SUMS, layout.groups) }
    }

    fn challenger(&self, prover: PartyIndex, terms: usize) -> Transcript {
        self.transcript("quorate 2026 replicated proof of numbers", prover, terms)
    }

    /// What I send after and before me as the prover.
    pub(super) fn prove(&self, me: PartyIndex, claims: &Claims, keys: &mut Keys) -> [Vec<u8>; 2] {
        let [mut after, mut before] = [Vec::new(), Vec::new()];
        for (terms, claim) in claims.iter() {
            let statement = self.statement(me, terms, claim.known.len());
            let proof = prove(&statement, terms, claim, keys, self.challenger(me, terms));
            after.extend_from_slice(bytemuck::cast_slice(&proof.elements));
            before.extend_from_slice(Block::as_bytes(&proof.challenges));
        }
        [after, before]
    }

    /// What I tell the party before me as the left verifier, of what the next party named as challenges.
    pub(super) fn answer(&self, prover: PartyIndex, claims: &Claims, keys: &mut Keys, mut told: &[u8]) -> Vec<u8> {
        let mut answer = Vec::new();
        for (terms, claim) in claims.iter() {
            let statement = self.statement(prover, terms, claim.known.len());
            let (challenges, rest) = told.split_at(statement.layout.challenge_bytes());
            told = rest;
            let left = Left::of(&statement, claim, keys, &Block::collect(challenges));
            answer.extend_from_slice(bytemuck::cast_slice(&left.answer()));
        }
        answer
    }

    /// What I know as the right verifier, of what the previous party proved; `derived` are the challenges that follow.
    pub(super) fn verify(
        &self,
        prover: PartyIndex,
        claims: &Claims,
        keys: &mut Keys,
        mut proven: &[u8],
        derived: &mut Vec<Block>,
    ) -> Vec<Right> {
        let verified = claims.iter().map(|(terms, claim)| {
            let statement = self.statement(prover, terms, claim.known.len());
            let (elements, rest) = proven.split_at(statement.layout.proof_bytes());
            proven = rest;
            let transcript = self.challenger(prover, terms);
            Right::of(&statement, claim, keys, &elements_of(elements), transcript, derived)
        });
        verified.collect()
    }
}

/// Whether all answers of the left verifier fit.
pub(super) fn accept(rights: &[Right], answers: &[u8]) -> bool {
    let bytes = Layout::answer_bytes();
    answers.len() == bytes * rights.len()
        && rights.iter().zip(answers.chunks_exact(bytes)).all(|(right, answer)| right.accepts(&elements_of(answer)))
}

fn elements_of(bytes: &[u8]) -> Vec<Field> {
    crate::correlation::elements_of(bytes)
}
