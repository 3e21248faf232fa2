//! Bits that one party knows, as wires, become numbers as well: their *twins*.
//!
//! The owner makes authenticated values of its bits ([`super::known`]) and proves two things to each peer, whose keys the
//! values are authenticated under.
//!
//! *They are bits.* For `w = alpha x + v` a peer can compute `w^2 - alpha w`, which is
//! `alpha^2 (x^2 - x) + alpha v (2 x - 1) + v^2`. Of a random combination the owner sends the two lower coefficients,
//! masked by a value that is used towards this peer alone: a multiple of `alpha^2` is left if a value is no bit (Yang, Sarkar,
//! Weng and Wang, "QuickSilver", CCS 2021, ePrint 2021/076, over integers). If `x^2 - x` is not zero modulo 2^64,
//! a key of 48 bits meets a quadratic equation modulo 2^160 with a chance below 2^-42.
//!
//! *They are the same.* For [`SUMS`] random sets the parties open the parity of the wires in it, masked by one more bit,
//! and the owner opens the sum of the values in it, that bit's twin and an even random number, with its mask's digest.
//! A bit that is not its twin changes each parity or none with a chance of one half: all agree with a chance of 2^-48.
//!
//! *Cost*: 210 B for each bit and peer, and for each owner some 22 kB for each vector of vectors that are twinned at once.

use quorate_circuits::number::Word;

use super::elements::Elements;
use super::known::{Coefficients, Known};
use super::wide::{self, WIDE_BYTES, Wide};
use super::{SPDZ_TWIN_PROOFS, SPDZ_TWINS, Spdz};
use crate::correlation::SecretVec;
use crate::crypto::{Transcript, coin_toss, coin_toss_cost};
use crate::net::{ChannelError, ChannelFault, Ledger, PartyIndex};
use crate::protocol::authenticated::Wires;
use crate::protocol::vector::Planes;
use crate::protocol::{Domain, OpenRequest, Protocol, Session, ShareRequest};
use subtle::ConstantTimeEq;

/// Sets whose parities are compared.
pub(super) const SUMS: usize = 48;
/// Bytes of a digest.
const DIGEST: usize = 32;
/// Bytes of a proof to a peer: two coefficients, the sums, and a digest of their masks.
const PROOF_BYTES: usize = (2 + SUMS) * WIDE_BYTES + DIGEST;

/// Wires whose bits a party knows.
pub(super) struct Wired<'a> {
    pub(super) owner: PartyIndex,
    pub(super) wires: &'a Wires,
    /// The bits, at the owner.
    pub(super) bits: &'a Planes,
}

/// What twinning so many bits of each party takes of known values.
pub(super) fn twin_values(bits: &[usize]) -> Vec<usize> {
    let peers = bits.len() - 1;
    bits.iter().map(|bits| if *bits > 0 { bits + 2 * SUMS + peers } else { 0 }).collect()
}

/// Twins being made.
struct Making {
    /// Bits of each party.
    counts: Vec<usize>,
    known: Known,
    /// Of the sets, one word for each bit of an owner: in which sums it is.
    sets: Vec<Vec<u64>>,
    /// Coefficients for an owner's values, the masks of parities included.
    coefficients: Vec<Vec<u64>>,
}

impl Spdz {
    /// The twins of vectors, bit by bit, element by element.
    pub(super) async fn twins(&mut self, vectors: &[Wired<'_>]) -> Result<Vec<Elements>, ChannelError> {
        let (me, parties, key) = (self.me(), self.parties(), self.key());
        let mut counts = vec![0; parties];
        vectors.iter().for_each(|vector| counts[vector.owner.0] += bits_of(vector.wires));
        if counts.iter().all(|count| *count == 0) {
            return Ok(vectors.iter().map(|_| Elements::default()).collect());
        }
        let (masks, mask_bits) = self.parity_masks(&counts).await?;
        let known = self.take_known(&twin_values(&counts));
        let mut making = Making { counts, known, sets: Vec::new(), coefficients: Vec::new() };
        self.tell_differences(&mut making, vectors, &mask_bits).await?;
        let Session { id, network, random, .. } = self.own_session();
        let coin = coin_toss(network, random, id, "spdz twins").await?;
        let mut seeds = Transcript::new("quorate 2026 spdz twins", id);
        seeds.append("coin", &coin);
        making.draw(&seeds);
        let proofs = self.exchange_proofs(&making).await?;
        let parities = self.parities(&making, vectors, &masks).await?;
        for owner in (0..parties).filter(|owner| *owner != me.0 && making.counts[*owner] > 0) {
            if !making.holds(owner, (me.0, key), &proofs[owner], &parities[owner]) {
                let fault = ChannelFault::CheckFailed("its bits are not what their twins are");
                return Err(ChannelError { peer: PartyIndex(owner), step: SPDZ_TWIN_PROOFS, fault });
            }
        }
        let mut next = vec![0; parties];
        let twins = vectors.iter().map(|Wired { owner, wires, .. }| {
            let (first, length) = (next[owner.0], bits_of(wires));
            next[owner.0] += length;
            let mut twins = Elements::zeros(length);
            (0..length).for_each(|bit| twins.put(bit, making.known.share_of((me, key), *owner, first + bit)));
            twins
        });
        Ok(twins.collect())
    }

    /// Random bits that mask parities, of every owner: wires, and mine in the clear.
    async fn parity_masks(&mut self, counts: &[usize]) -> Result<(Vec<Option<Wires>>, SecretVec<Word>), ChannelError> {
        let me = self.me();
        let mut bits = SecretVec::<Word>::random(SUMS, &mut self.own_session().random);
        bits.iter_mut().for_each(|bit| *bit &= 1);
        let owners: Vec<usize> = (0..counts.len()).filter(|owner| counts[*owner] > 0).collect();
        let requests: Vec<ShareRequest<'_>> = owners.iter().map(|owner| mask_request(*owner, me, &bits)).collect();
        let shared = self.garbling.share(&requests).await?;
        drop(requests);
        let mut wires: Vec<Option<Wires>> = counts.iter().map(|_| None).collect();
        owners.into_iter().zip(shared).for_each(|(owner, shared)| wires[owner] = Some(shared));
        Ok((wires, bits))
    }

    /// Makes values of my bits, and follows the others'.
    async fn tell_differences(
        &mut self,
        making: &mut Making,
        vectors: &[Wired<'_>],
        masks: &[Word],
    ) -> Result<(), ChannelError> {
        let (me, key) = (self.me(), self.key());
        let lengths = difference_bytes(&making.counts);
        let mine = vectors.iter().filter(|vector| vector.owner == me);
        let bits = mine.flat_map(|vector| plane_bits(vector.bits)).chain(masks.iter().map(|mask| *mask as u64));
        let count = if making.counts[me.0] > 0 { usize::MAX } else { 0 };
        let message = making.known.choose(0, bits.take(count).map(|bit| [bit, 0, 0]), WIDE_BYTES);
        let outgoing: Vec<Option<&[u8]>> = vec![lengths[me.0].map(|_| message.as_slice()); lengths.len()];
        let mut all = self.network().scatter(SPDZ_TWINS, &outgoing, &lengths).await?;
        for peer in self.network().peers() {
            making.known.follow(peer, 0, &all[peer.0], WIDE_BYTES, key);
        }
        all[me.0] = message;
        self.opened.hear(&all);
        Ok(())
    }

    async fn exchange_proofs(&mut self, making: &Making) -> Result<Vec<Vec<u8>>, ChannelError> {
        let (me, parties) = (self.me(), self.parties());
        let outgoing: Vec<Option<Vec<u8>>> = (0..parties)
            .map(|peer| (peer != me.0 && making.counts[me.0] > 0).then(|| making.proof(me.0, peer)))
            .collect();
        let slices: Vec<Option<&[u8]>> = outgoing.iter().map(Option::as_deref).collect();
        let lengths: Vec<Option<usize>> =
            making.counts.iter().map(|count| (*count > 0).then_some(PROOF_BYTES)).collect();
        self.network().scatter(SPDZ_TWIN_PROOFS, &slices, &lengths).await
    }

    /// Opens the masked parities of all sets, by owner.
    async fn parities(
        &mut self,
        making: &Making,
        vectors: &[Wired<'_>],
        masks: &[Option<Wires>],
    ) -> Result<Vec<Vec<Word>>, ChannelError> {
        let parties = self.parties();
        let mut sums: Vec<Option<Wires>> = masks.iter().map(|mask| mask.as_ref().map(Wires::duplicate)).collect();
        let mut next = vec![0; parties];
        for Wired { owner, wires, .. } in vectors {
            let first = next[owner.0];
            next[owner.0] += bits_of(wires);
            let sets = &making.sets[owner.0][first..];
            let more = wires.sums(SUMS, |sum, place| sets[place] >> sum & 1 == 1);
            sums[owner.0] = sums[owner.0].take().map(|sums| sums.plus(&more));
        }
        let all: Vec<PartyIndex> = (0..parties).map(PartyIndex).collect();
        let requests: Vec<_> = sums.iter().flatten().map(|share| OpenRequest { share, receivers: &all }).collect();
        let mut opened = self.garbling.open(&requests).await?.into_iter().flatten();
        Ok(sums.iter().map(|sums| sums.as_ref().and_then(|_| opened.next()).unwrap_or_default()).collect())
    }
}

impl Making {
    /// Draws sets and coefficients for all owners.
    fn draw(&mut self, seeds: &Transcript) {
        for (owner, count) in self.counts.iter().enumerate() {
            let seed = |purpose: &[u8]| {
                seeds.clone().append_party("owner", PartyIndex(owner)).append("purpose", purpose).block()
            };
            let (mut sets, mut coefficients) = (Coefficients::new(seed(b"sets")), Coefficients::new(seed(b"bits")));
            self.sets.push((0..*count).map(|_| sets.next()).collect());
            let values = if *count > 0 { count + SUMS } else { 0 };
            self.coefficients.push((0..values).map(|_| coefficients.next()).collect());
        }
    }

    /// The sums over the sets of an owner's values, of its masks or of what a peer has.
    fn sums(&self, owner: usize, values: &[Wide]) -> Vec<Wide> {
        let (count, sets) = (self.counts[owner], &self.sets[owner]);
        let mut sums: Vec<Wide> =
            (0..SUMS).map(|sum| wide::add(values[count + sum], wide::shifted(values[count + SUMS + sum], 1))).collect();
        for (value, set) in values.iter().zip(sets) {
            for (number, sum) in sums.iter_mut().enumerate() {
                let included = (set >> number & 1).wrapping_neg();
                *sum = wide::add(*sum, value.map(|limb| limb & included));
            }
        }
        sums
    }

    /// Where an owner's mask towards a peer stands.
    fn mask_towards(&self, owner: usize, peer: usize) -> usize {
        self.counts[owner] + 2 * SUMS + if peer > owner { peer - 1 } else { peer }
    }

    /// My proof to a peer.
    fn proof(&self, me: usize, peer: usize) -> Vec<u8> {
        let (values, v) = (&self.known.values, &self.known.v[peer]);
        let mask = self.mask_towards(me, peer);
        let (mut constant, mut linear) = (v[mask], values[mask]);
        for (place, coefficient) in self.coefficients[me].iter().enumerate() {
            let (x, v) = (values[place], v[place]);
            constant = wide::add(constant, wide::times(wide::mul(v, v), *coefficient));
            let slope = wide::sub(wide::shifted(x, 1), [1, 0, 0]);
            linear = wide::add(linear, wide::times(wide::mul(v, slope), *coefficient));
        }
        let sums = self.sums(me, values);
        let all = [constant, linear].into_iter().chain(sums);
        let mut message: Vec<u8> = all.flat_map(|value| wide::bytes_of(value).into_iter().take(WIDE_BYTES)).collect();
        message.extend(digest(&self.sums(me, v)));
        message
    }

    /// Whether an owner's proof convinces me, whose key it is for.
    fn holds(&self, owner: usize, (me, key): (usize, u64), proof: &[u8], parities: &[Word]) -> bool {
        let w = &self.known.w[owner];
        let number = |place: usize| wide::from_bytes(&proof[place * WIDE_BYTES..][..WIDE_BYTES]);
        let (constant, linear) = (number(0), number(1));
        let mut left = w[self.mask_towards(owner, me)];
        for (place, coefficient) in self.coefficients[owner].iter().enumerate() {
            let term = wide::mul(w[place], wide::sub(w[place], [key, 0, 0]));
            left = wide::add(left, wide::times(term, *coefficient));
        }
        let right = wide::add(constant, wide::times(linear, key));
        let mut holds = wide::is_zero(wide::sub(left, right));
        let sums: Vec<Wide> = (0..SUMS).map(|sum| number(2 + sum)).collect();
        let masks = self.sums(owner, w).into_iter().zip(&sums).map(|(w, sum)| wide::sub(w, wide::times(*sum, key)));
        holds &= bool::from(digest(&masks.collect::<Vec<_>>()).ct_eq(&proof[(2 + SUMS) * WIDE_BYTES..]));
        holds & sums.iter().zip(parities).all(|(sum, parity)| Word::from(sum[0] & 1) == *parity)
    }
}

/// Digest of what counts of numbers.
fn digest(values: &[Wide]) -> [u8; DIGEST] {
    let mut hasher = blake3::Hasher::new_derive_key("quorate 2026 spdz twins' masks");
    values.iter().for_each(|value| {
        hasher.update(&wide::bytes_of(*value)[..WIDE_BYTES]);
    });
    *hasher.finalize().as_bytes()
}

fn mask_request(owner: usize, me: PartyIndex, bits: &[Word]) -> ShareRequest<'_> {
    let words = (me.0 == owner).then_some(bits);
    ShareRequest { owner: PartyIndex(owner), domain: Domain::Boolean { width: 1 }, length: SUMS, words }
}

/// Bits of a vector.
fn bits_of(wires: &Wires) -> usize {
    wires.width() as usize * wires.length()
}

/// The bits of a vector, bit by bit, element by element.
pub(super) fn plane_bits(planes: &Planes) -> impl Iterator<Item = u64> {
    let length = planes.length();
    (0..planes.width()).flat_map(move |bit| {
        let plane = planes.plane(bit);
        (0..length).map(move |element| plane[element / 64] >> (element % 64) & 1)
    })
}

/// Bytes of each owner's differences.
fn difference_bytes(counts: &[usize]) -> Vec<Option<usize>> {
    counts.iter().map(|count| (*count > 0).then_some((count + SUMS) * WIDE_BYTES)).collect()
}

/// The messages between the sharing of the masks and the opening of the parities.
pub(super) fn twins_cost(ledger: &mut Ledger, counts: &[usize]) {
    let parties = counts.len();
    let told = |ledger: &mut Ledger, bytes: &dyn Fn(usize) -> usize| {
        let pairs = (0..parties).flat_map(|from| (0..parties).map(move |to| (PartyIndex(from), PartyIndex(to))));
        let pairs = pairs.filter(|(from, to)| from != to && counts[from.0] > 0);
        ledger.simultaneous(&pairs.map(|(from, to)| (from, to, bytes(from.0) as u64)).collect::<Vec<_>>());
    };
    told(ledger, &|owner| (counts[owner] + SUMS) * WIDE_BYTES);
    coin_toss_cost(ledger);
    told(ledger, &|_| PROOF_BYTES);
}
