//! Outputs: a receiver gets everybody's parts of the masks for it, and the masked values.
//!
//! The parts, cut to [`MAC_BYTES`], add up to nothing or to the receiver's Delta. The masked values are the evaluator's,
//! which proves them to a garbler by a digest of its active labels: to lie about one it would need the garbler's
//! other label, and with it Delta. What a receiver sees besides its output it could have made itself.

use quorate_circuits::number::Word;

use super::bits::{Bits, bytes_of};
use super::inputs::{add_up, length, macs};
use super::wires::Wires;
use super::{AUTHENTICATED_OUTPUTS, Authenticated, EVALUATOR, MAC_BYTES, deviation};
use crate::crypto::{Block, SecretBlocks, Transcript};
use crate::net::{ChannelError, Ledger, PartyIndex};
use crate::protocol::OpenRequest;
use subtle::ConstantTimeEq;

/// Bytes of the digest of all labels.
const DIGEST: usize = 32;

/// Bits that these requests open to `receiver`; `bits` are those of a share.
pub(super) fn opened_bits<S>(
    requests: &[OpenRequest<'_, S>],
    receiver: PartyIndex,
    bits: impl Fn(&S) -> usize,
) -> usize {
    let opened = requests.iter().filter(|request| request.receivers.contains(&receiver));
    opened.map(|request| bits(request.share)).sum()
}

/// Bytes of a message to a receiver of so many bits.
fn output_bytes(from: PartyIndex, bits: usize) -> usize {
    let of_evaluator = if from == EVALUATOR { bytes_of(bits) + DIGEST } else { 0 };
    if bits == 0 { 0 } else { bits * MAC_BYTES + of_evaluator }
}

impl Authenticated {
    /// All requests in one round.
    pub(super) async fn open_all(
        &mut self,
        requests: &[OpenRequest<'_, Wires>],
    ) -> Result<Vec<Option<Vec<Word>>>, ChannelError> {
        let (me, parties) = (self.me(), self.parties());
        let opening = self.openings;
        self.openings += 1;
        let to = |receiver: usize| -> Vec<&Wires> {
            let theirs = requests.iter().filter(|request| request.receivers.contains(&PartyIndex(receiver)));
            theirs.map(|request| request.share).collect()
        };
        let bits = opened_bits(requests, me, Wires::bits);
        let messages: Vec<Option<Vec<u8>>> =
            (0..parties).map(|receiver| self.output_message(opening, receiver, &to(receiver))).collect();
        let lengths: Vec<Option<usize>> =
            (0..parties).map(|from| length(output_bytes(PartyIndex(from), bits))).collect();
        let incoming = self.scatter(AUTHENTICATED_OUTPUTS, &messages, &lengths).await?;
        let shares = to(me.0);
        let others: Vec<&[u8]> = (0..parties).filter(|p| *p != me.0).map(|p| incoming[p].as_slice()).collect();
        let own: Vec<u64> = macs(shares.iter().flat_map(|share| share.mask(me.0))).collect();
        // Behind the words, the evaluator's message has more.
        let parts: Vec<&[u8]> = others.iter().map(|message| &message[..own.len() * MAC_BYTES]).collect();
        let (masks, authentic) = add_up(own, self.delta(), &parts);
        if !authentic {
            return Err(deviation(&self.session.network, AUTHENTICATED_OUTPUTS, "an output's mask is not authentic"));
        }
        let masked = self.masked_values(opening, &shares, &incoming[EVALUATOR.0])?;
        let mut values = masks.iter().zip(masked).map(|(mask, masked)| mask ^ masked);
        let words = |request: &OpenRequest<'_, Wires>| {
            request.receivers.contains(&me).then(|| words_of(request.share, &mut values))
        };
        Ok(requests.iter().map(words).collect())
    }

    /// What I send to a receiver of these vectors, if there is anything.
    fn output_message(&self, opening: u64, receiver: usize, shares: &[&Wires]) -> Option<Vec<u8>> {
        let bits: usize = shares.iter().map(|share| share.bits()).sum();
        if bits == 0 || receiver == self.me().0 {
            return None;
        }
        let words: Vec<u64> = macs(shares.iter().flat_map(|share| share.mask(receiver))).collect();
        let mut message = bytemuck::cast_slice(&words).to_vec();
        if self.me() == EVALUATOR {
            let masked: Vec<bool> = shares.iter().flat_map(|share| share.label(0)).map(|value| value.lsb()).collect();
            message.extend_from_slice(Bits::collect(bits, |place| masked[place]).as_bytes());
            // The labels of garbler `p` are the kind `p`.
            let active: Vec<Block> = shares.iter().flat_map(|share| share.label(receiver)).copied().collect();
            message.extend(self.digest(opening, receiver, &active.into()));
        }
        Some(message)
    }

    /// The masked values of vectors that are opened to me.
    fn masked_values(&self, opening: u64, shares: &[&Wires], message: &[u8]) -> Result<Vec<bool>, ChannelError> {
        let labels = || shares.iter().flat_map(|share| share.label(0));
        if self.me() == EVALUATOR || message.is_empty() {
            return Ok(labels().map(|value| value.lsb()).collect());
        }
        let count = labels().count();
        let (masked, digest) = message[count * MAC_BYTES..].split_at(bytes_of(count));
        let masked = Bits::from(masked);
        let active = labels().enumerate().map(|(place, zero)| *zero ^ (Block::mask(masked.get(place)) & self.delta()));
        let active: Vec<Block> = active.collect();
        if !bool::from(self.digest(opening, self.me().0, &active.into()).ct_eq(digest)) {
            return Err(deviation(
                &self.session.network,
                AUTHENTICATED_OUTPUTS,
                "an output's label is not the garbler's",
            ));
        }
        Ok((0..count).map(|place| masked.get(place)).collect())
    }

    fn digest(&self, opening: u64, garbler: usize, labels: &SecretBlocks) -> [u8; DIGEST] {
        Transcript::new("quorate 2026 authenticated labels", &self.session.id)
            .append_u64("opening", opening)
            .append_party("garbler", PartyIndex(garbler))
            .append("labels", Block::as_bytes(labels))
            .digest()
    }
}

/// The words of a vector whose bits come next.
///
/// # Panics
/// If an element has more bits than a word.
fn words_of(share: &Wires, values: &mut impl Iterator<Item = bool>) -> Vec<Word> {
    assert!(share.width() <= Word::BITS, "words have {} bits", Word::BITS);
    let mut words = vec![0; share.length()];
    for bit in 0..share.width() {
        for (word, value) in words.iter_mut().zip(values.by_ref()) {
            *word |= Word::from(value) << bit;
        }
    }
    words
}

/// The messages of one opening.
pub(super) fn outputs_cost<S>(ledger: &mut Ledger, requests: &[OpenRequest<'_, S>], bits: impl Fn(&S) -> usize + Copy) {
    let parties = || (0..ledger.parties()).map(PartyIndex);
    let messages: Vec<_> = parties()
        .flat_map(|to| parties().map(move |from| (from, to)))
        .filter(|(from, to)| from != to)
        .map(|(from, to)| (from, to, output_bytes(from, opened_bits(requests, to, bits)) as u64))
        .filter(|(.., bytes)| *bytes > 0)
        .collect();
    ledger.simultaneous(&messages);
}
