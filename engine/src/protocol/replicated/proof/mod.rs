//! Proofs that the bits sent for AND gates were right: distributed zero knowledge (Boneh, Boyle, Corrigan-Gibbs, Gilboa,
//! Ishai, "Zero-Knowledge Proofs on Secret-Shared Data via Fully Linear PCPs", CRYPTO 2019; Boyle, Gilboa, Ishai, Nof,
//! "Practical Fully Secure Three-Party Computation via Sublinear Distributed Zero-Knowledge Proofs", CCS 2019).
//!
//! Party `i` sent `z_i = x_i (y_i + y_{i+1}) + x_{i+1} y_i + F_i + F_{i+1}` for every gate. Of that equation the party
//! before it knows `x_i`, `y_i`, `z_i` and `F_i`, the party after it `x_{i+1}`, `y_{i+1}` and `F_{i+1}`, and it knows all
//! but has to be believed nothing:
//!
//! ```text
//! x_i y_{i+1} + y_i x_{i+1} = (z_i + F_i + x_i y_i) + F_{i+1}
//! ```
//!
//! an inner product of a vector that one verifier has with one that the other has, and a sum of what each of them has.
//! The prover proves it for all gates of a chunk at once.
//!
//! 1. *A coin* that nobody knew when the bits were sent gives each gate a weight in GF(2^128): `x^l` for its place in a
//!    block of 128, times a random element for its column, times one for its row. The equations, added up with these
//!    weights, hold if one is wrong with probability at most `2 / 2^128`.
//! 2. *Rows*: the weighted sum of rows' inner products is proven by those of polynomials through the rows
//!    ([`grid`]). Its values are shared among the verifiers; one share is a stream that the prover has in common with
//!    the party before it. At a random point the rows become one, over the field ([`folded`]).
//! 3. *Halving*: of two halves of a vector the same, until one element is left of each.
//! 4. *Mask*: a random element is added to either vector before the last step, so that the party after the prover may
//!    learn the last element of the other's vector: it checks the product.
//!
//! Challenges after the coin are hashes of all that the prover sent to the party after it (Fiat and Shamir); the prover
//! tells the party before it which they were, and the two verifiers compare.
//!
//! | step | who | bytes | depth |
//! |---|---|---|---|
//! | coin toss | everybody to everybody | 32 + 96 | 2 |
//! | [`REPLICATED_PROOF`] | to the party after | 16 for each element: some `3^k + 2 log2(n)` | 1 |
//! | | to the party before | 16 for each challenge: `log2(n) + 2` | |
//! | [`REPLICATED_CHECK`] | to the party before | 32 for each chunk, and 32 | 1 |
//! | [`REPLICATED_VERDICT`] | everybody to everybody | 1 | 1 |
//!
//! *Soundness.* A step of degree `d` lets a wrong claim pass with probability at most `d / 2^128`, and the prover may try
//! as many messages as it can hash: after `2^q` hashes the chance is below `2^(q - 121)`. *Zero knowledge.* A verifier
//! sees uniform shares, and the last element of a vector under a mask that it does not know.
//!
//! *Nobody is named*: if a check fails, the prover or the other verifier lied.

mod folded;
mod grid;
mod layout;
mod prove;
mod record;
mod weights;

pub(super) use self::layout::{CHUNK_WORDS, Layout, chunks};
use self::prove::{Left, Right, prove};
pub(super) use self::record::{Equations, Record, is_due};
use self::weights::Weights;
use super::integers::{self, Shapes};
use super::keys::Keys;
use super::messages::Messages;
use super::{PARTIES, REPLICATED_CHECK, REPLICATED_PROOF, REPLICATED_VERDICT, Replicated, next, previous};
use crate::correlation::RingElement;
use crate::crypto::{Block, Transcript, coin_toss, coin_toss_cost};
use crate::net::{ChannelError, ChannelFault, Ledger, PartyIndex, Step};

/// Bytes of a digest.
const DIGEST: usize = 32;
/// What everybody says when its check held.
const HOLDS: u8 = 1;

/// The messages of proofs of so many words of gates, and of each party's equations: the proofs, and the checks.
fn proof_messages(words: usize, equations: &[Shapes; PARTIES]) -> [Messages; 2] {
    let [mut proofs, mut checks] = [Messages::default(); 2];
    for party in (0..PARTIES).map(PartyIndex) {
        checks.add(party, previous(party), DIGEST);
        for chunk in chunks(words) {
            let layout = Layout::of(chunk.len());
            proofs.add(party, next(party), layout.proof_bytes());
            proofs.add(party, previous(party), layout.challenge_bytes());
            checks.add(party, previous(party), 2 * Block::BYTES);
        }
        for (terms, equations) in &equations[party.0] {
            let layout = integers::Layout::of(*equations, *terms);
            proofs.add(party, next(party), layout.proof_bytes());
            proofs.add(party, previous(party), layout.challenge_bytes());
            // Of what this party proves, the one before it tells the one after it.
            checks.add(previous(party), next(party), integers::Layout::answer_bytes());
        }
    }
    [proofs, checks]
}

/// The messages of one verification on paper.
pub(super) fn verify_cost(ledger: &mut Ledger, words: usize, equations: &[Shapes; PARTIES]) {
    coin_toss_cost(ledger);
    proof_messages(words, equations).iter().for_each(|messages| messages.charge(ledger));
    ledger.exchange_all(1);
}

/// What somebody told, cut into its parts.
struct Cut<'a>(&'a [u8]);

impl<'a> Cut<'a> {
    fn take(&mut self, bytes: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(bytes);
        self.0 = rest;
        taken
    }
}

impl<R: RingElement> Replicated<R> {
    /// Proves what I sent since the last time, and verifies what the others sent. Nothing may be opened before.
    pub(super) async fn verify(&mut self) -> Result<(), ChannelError> {
        let Some(record) = self.record.as_mut().filter(|record| !record.is_empty()) else { return Ok(()) };
        let record = std::mem::take(record);
        let me = self.me();
        let session = &mut self.session;
        let coin = coin_toss(&mut session.network, &mut session.random, &session.id, "replicated proof").await?;
        let id = session.id;
        let verification = Verification {
            record: &record,
            weights: Weights::new(&coin, &id, record.words()),
            common: integers::Common { session: &id, coin: &coin },
        };
        let keys = self.keys.as_mut().expect("there is nothing to prove without keys");
        let outgoing = verification.prove(me, keys);
        let [proofs, checks] = proof_messages(record.words(), &record.equations.shapes(me));
        let incoming = proofs.pass(&mut self.session.network, REPLICATED_PROOF, &outgoing).await?;

        let answers = verification.answer(me, keys, &incoming[next(me).0]);
        let (rights, numbers, expected) = verification.judge(me, keys, &incoming[previous(me).0]);
        let mut outgoing: [Vec<u8>; PARTIES] = Default::default();
        outgoing[previous(me).0] = answers;
        let incoming = checks.pass(&mut self.session.network, REPLICATED_CHECK, &outgoing).await?;
        let mut told = Cut(&incoming[next(me).0]);
        let theirs = told.take(DIGEST);
        let answers = Block::collect(told.take(2 * Block::BYTES * rights.len()));
        let holds = rights.iter().zip(answers.chunks_exact(2)).all(|(right, left)| right.accepts([left[0], left[1]]));
        if expected != theirs || !holds || !integers::accept(&numbers, told.0) {
            let fault =
                ChannelFault::Disagreement("a proof of products does not hold, or a verifier says something else");
            return Err(ChannelError { peer: previous(me), step: REPLICATED_CHECK, fault });
        }
        self.record = Some(record.emptied());
        self.verdicts(REPLICATED_VERDICT).await
    }

    /// Everybody says that all it checked held; who found otherwise has gone.
    async fn verdicts(&mut self, step: Step) -> Result<(), ChannelError> {
        let verdicts = self.session.network.exchange_all(step, &[HOLDS], 1).await?;
        for peer in self.session.network.peers() {
            if verdicts[peer.0] != [HOLDS] {
                let fault = ChannelFault::Malformed("a verdict is none");
                return Err(ChannelError { peer, step, fault });
            }
        }
        Ok(())
    }
}

/// What is verified together.
struct Verification<'a> {
    record: &'a Record,
    weights: Weights,
    common: integers::Common<'a>,
}

impl Verification<'_> {
    fn challenger(&self, prover: PartyIndex, chunk: usize) -> Transcript {
        let mut transcript = Transcript::new("quorate 2026 replicated proof", self.common.session);
        transcript.append("coin", self.common.coin).append_party("prover", prover).append_u64("chunk", chunk as u64);
        transcript
    }

    /// My proofs, to each party.
    fn prove(&self, me: PartyIndex, keys: &mut Keys) -> [Vec<u8>; PARTIES] {
        let mut outgoing: [Vec<u8>; PARTIES] = Default::default();
        for (number, chunk) in self.record.chunks().enumerate() {
            let proof = prove(&self.weights, chunk, keys, self.challenger(me, number));
            outgoing[next(me).0].extend_from_slice(Block::as_bytes(&proof.elements));
            outgoing[previous(me).0].extend_from_slice(Block::as_bytes(&proof.challenges));
        }
        let [after, before] = self.common.prove(me, &self.record.equations.mine, keys);
        outgoing[next(me).0].extend_from_slice(&after);
        outgoing[previous(me).0].extend_from_slice(&before);
        outgoing
    }

    /// Of the next party's proofs, what I tell the other verifier: which challenges I was told, and my parts.
    fn answer(&self, me: PartyIndex, keys: &mut Keys, told: &[u8]) -> Vec<u8> {
        let mut heard = digest(self.common.session, next(me));
        heard.append("challenges", told);
        let (mut answers, mut told) = (heard.digest().to_vec(), Cut(told));
        for chunk in self.record.chunks() {
            let challenges = Block::collect(told.take(Layout::of(chunk.of_next.len()).challenge_bytes()));
            let left = Left::of(&self.weights, chunk, keys, &challenges);
            answers.extend_from_slice(Block::as_bytes(&[left.element, left.claim]));
        }
        answers.extend(self.common.answer(next(me), &self.record.equations.of_next, keys, told.0));
        answers
    }

    /// Of the previous party's proofs, what I compare with the other verifier's parts, and the digest of the challenges.
    fn judge(
        &self,
        me: PartyIndex,
        keys: &mut Keys,
        proven: &[u8],
    ) -> (Vec<Right>, Vec<integers::Right>, [u8; DIGEST]) {
        let (mut proven, mut derived) = (Cut(proven), Vec::new());
        let mut rights = Vec::new();
        for (number, chunk) in self.record.chunks().enumerate() {
            let elements = Block::collect(proven.take(Layout::of(chunk.of_next.len()).proof_bytes()));
            let transcript = self.challenger(previous(me), number);
            rights.push(Right::of(&self.weights, chunk, keys, &elements, transcript, &mut derived));
        }
        let claims = &self.record.equations.of_previous;
        let numbers = self.common.verify(previous(me), claims, keys, proven.0, &mut derived);
        let mut expected = digest(self.common.session, previous(me));
        expected.append("challenges", Block::as_bytes(&derived));
        (rights, numbers, expected.digest())
    }
}

fn digest(session: &crate::crypto::SessionId, prover: PartyIndex) -> Transcript {
    let mut transcript = Transcript::new("quorate 2026 replicated proof challenges", session);
    transcript.append_party("prover", prover);
    transcript
}
