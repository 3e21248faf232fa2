//! Inputs: the owner learns the mask and says the masked value.
//!
//! The mask of a bit is a random authenticated bit. Everybody sends the owner its part for it, cut to [`MAC_BYTES`]: they
//! add up to nothing or to the owner's Delta, or somebody cheated. The owner then tells all the masked bits. With more
//! than two parties these are echoed before anybody garbles anything with them: an evaluator who could have one garbler's
//! label for a 0 and another's for a 1 would learn more than one result.
//!
//! *Labels cost nothing*: the active label of a masked bit that everybody knows may be zero, for the hash
//! tolerates labels that an adversary chooses; the garbler's label for 0 is then the bit times Delta.

use quorate_circuits::number::Word;

use super::bits::{Bits, bytes_of};
use super::shares::Shares;
use super::wires::Wires;
use super::{
    AUTHENTICATED_INPUT_ECHO, AUTHENTICATED_INPUTS, AUTHENTICATED_MASKS, Authenticated, EVALUATOR, MAC_BYTES,
    deviation, width_of,
};
use crate::crypto::{Block, Heard, SecretBlocks, echo_bytes};
use crate::net::{ChannelError, Ledger, PartyIndex, Step};
use crate::protocol::ShareRequest;
use crate::protocol::yao::labels::bits_of;

/// Bits that a party owns in these requests.
pub(super) fn owned_bits(requests: &[ShareRequest<'_>], owner: PartyIndex) -> usize {
    let theirs = requests.iter().filter(|request| request.owner == owner);
    theirs.map(|request| width_of(request.domain) as usize * request.length).sum()
}

/// The low words of parts: a MAC that is cut.
pub(super) fn macs<'a>(parts: impl Iterator<Item = &'a Block>) -> impl Iterator<Item = u64> {
    parts.map(|part| part.to_u128() as u64)
}

/// Adds others' cut parts to mine. The sums are nothing or my Delta, cut: the bits, and whether all are that.
pub(super) fn add_up(mut sums: Vec<u64>, delta: Block, others: &[&[u8]]) -> (Vec<bool>, bool) {
    for message in others {
        let (words, _) = message.as_chunks();
        sums.iter_mut().zip(words).for_each(|(sum, word)| *sum ^= u64::from_le_bytes(*word));
    }
    let delta = delta.to_u128() as u64;
    let wrong = sums.iter().fold(0, |wrong, sum| wrong | (sum ^ ((sum & 1).wrapping_neg() & delta)));
    (sums.iter().map(|sum| sum & 1 == 1).collect(), wrong == 0)
}

impl Authenticated {
    /// All requests side by side.
    pub(super) async fn share_all(&mut self, requests: &[ShareRequest<'_>]) -> Result<Vec<Wires>, ChannelError> {
        let (me, parties) = (self.me(), self.parties());
        let masks: Vec<Shares> =
            requests.iter().map(|r| self.take_bits(width_of(r.domain) as usize * r.length)).collect();
        let of = |owner: usize| {
            let theirs = requests.iter().zip(&masks).filter(move |(request, _)| request.owner.0 == owner);
            theirs.map(|(_, masks)| masks)
        };
        let bits: Vec<usize> = (0..parties).map(|p| owned_bits(requests, PartyIndex(p))).collect();
        // Everybody's parts for the owner.
        let to: Vec<Option<Vec<u8>>> = (0..parties)
            .map(|owner| {
                let words: Vec<u64> = macs(of(owner).flat_map(|masks| masks.part(owner))).collect();
                (bits[owner] > 0).then(|| bytemuck::cast_slice(&words).to_vec())
            })
            .collect();
        let incoming = self.scatter(AUTHENTICATED_MASKS, &to, &vec![length(bits[me.0] * MAC_BYTES); parties]).await?;
        let others: Vec<&[u8]> = (0..parties).filter(|p| *p != me.0).map(|p| incoming[p].as_slice()).collect();
        let own: Vec<u64> = macs(of(me.0).flat_map(|masks| masks.part(me.0))).collect();
        let (mut masked, authentic) = add_up(own, self.delta(), &others);
        if !authentic {
            return Err(deviation(&self.session.network, AUTHENTICATED_MASKS, "a mask of an input is not authentic"));
        }
        let mine = requests.iter().filter(|request| request.owner == me);
        let values = mine.flat_map(|request| bits_of(words_of(request), width_of(request.domain)));
        masked.iter_mut().zip(values).for_each(|(masked, value)| *masked ^= value);
        let masked = self.tell(&bits, &masked).await?;
        // In the order of requests, an owner's bits follow each other.
        let mut next = vec![0; parties];
        let wires = requests.iter().zip(masks).map(|(request, masks)| {
            let (owner, first) = (request.owner.0, next[request.owner.0]);
            next[owner] += masks.len();
            let labels = self.known_labels(masks.len(), |place| masked[owner].get(first + place));
            Wires::new(width_of(request.domain), request.length, masks, labels)
        });
        Ok(wires.collect())
    }

    /// Tells all my masked bits and hears theirs, by owner.
    async fn tell(&mut self, bits: &[usize], masked: &[bool]) -> Result<Vec<Bits>, ChannelError> {
        let (me, parties) = (self.me(), self.parties());
        let mine = Bits::collect(masked.len(), |place| masked[place]);
        let to: Vec<Option<Vec<u8>>> = vec![(bits[me.0] > 0).then(|| mine.as_bytes().to_vec()); parties];
        let lengths: Vec<Option<usize>> = bits.iter().map(|bits| length(bytes_of(*bits))).collect();
        let mut incoming = self.scatter(AUTHENTICATED_INPUTS, &to, &lengths).await?;
        incoming[me.0] = mine.as_bytes().to_vec();
        if parties > 2 && bits.iter().any(|bits| *bits > 0) {
            let messages: Vec<&[u8]> = incoming.iter().map(Vec::as_slice).collect();
            let network = &mut self.session.network;
            let heard = Heard::new(&self.session.id, me, AUTHENTICATED_INPUTS, &messages);
            let echoes = network.exchange_all(AUTHENTICATED_INPUT_ECHO, &heard.echo(), echo_bytes(parties)).await?;
            heard.compare(&echoes.iter().map(Vec::as_slice).collect::<Vec<_>>())?;
        }
        Ok(incoming.iter().map(|message| Bits::from(message.as_slice())).collect())
    }

    /// Labels of bits whose masked values everybody knows.
    pub(super) fn known_labels(&self, count: usize, masked: impl Fn(usize) -> bool) -> Vec<SecretBlocks> {
        let one = if self.me() == EVALUATOR { Block::ONES } else { self.delta() };
        let mut labels: Vec<SecretBlocks> = (0..self.label_kinds()).map(|_| SecretBlocks::zeros(count)).collect();
        labels[0].iter_mut().enumerate().for_each(|(place, label)| *label = Block::mask(masked(place)) & one);
        labels
    }

    /// Sends to each party what there is for it, and receives from each as many bytes as are due.
    pub(super) async fn scatter(
        &mut self,
        step: Step,
        to: &[Option<Vec<u8>>],
        lengths: &[Option<usize>],
    ) -> Result<Vec<Vec<u8>>, ChannelError> {
        let outgoing: Vec<Option<&[u8]>> = to.iter().map(Option::as_deref).collect();
        self.session.network.scatter(step, &outgoing, lengths).await
    }
}

fn words_of<'a>(request: &ShareRequest<'a>) -> &'a [Word] {
    let words = request.words.expect("the owner has the words");
    assert_eq!(words.len(), request.length, "as many words as elements");
    words
}

/// A message of so many bytes, unless there are none.
pub(super) fn length(bytes: usize) -> Option<usize> {
    (bytes > 0).then_some(bytes)
}

/// The messages of one sharing, of which each party owns so many bits.
pub(super) fn inputs_cost(ledger: &mut Ledger, bits: &[usize]) {
    let parties = bits.len();
    let pairs = |bytes: &dyn Fn(usize) -> usize, to_owner: bool| -> Vec<(PartyIndex, PartyIndex, u64)> {
        let owners = (0..parties).filter(|owner| bits[*owner] > 0);
        let all = owners.flat_map(|owner| (0..parties).filter(move |p| *p != owner).map(move |p| (owner, p)));
        all.map(|(owner, other)| {
            let (from, to) = if to_owner { (other, owner) } else { (owner, other) };
            (PartyIndex(from), PartyIndex(to), bytes(bits[owner]) as u64)
        })
        .collect()
    };
    ledger.simultaneous(&pairs(&|bits| bits * MAC_BYTES, true));
    ledger.simultaneous(&pairs(&bytes_of, false));
    if parties > 2 && bits.iter().any(|bits| *bits > 0) {
        ledger.exchange_all(echo_bytes(parties) as u64);
    }
}
