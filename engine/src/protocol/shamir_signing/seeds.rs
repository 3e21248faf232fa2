//! Seeds that sets and pairs of signers have in common, and what follows from them without a message.
//!
//! Every set of `t + 1` signers has a seed that its first member chose. With the polynomial `f_A` of degree `t` that is
//! one at zero and zero at the points of all who are not in `A`, a signer's share of a random number is the sum, over
//! the sets `A` that it is in, of `f_A(its point)` times the next number of the seed's stream. Every pair has a seed as
//! well; a term that one of the two adds and the other subtracts is a part of a sharing of zero.
//!
//! A first member who deals different seeds changes what its own signers' shares should be, and nothing else: see
//! [`super`].

use ff::{Field, FromUniformBytes};
use quorate_circuits::curve::Curve;
use zeroize::{Zeroize, Zeroizing};

use super::polynomial::{inverse_products, one_at_zero};
use super::{Points, SEEDS};
use crate::crypto::{Prg, Random, SessionId, Transcript};
use crate::net::{ChannelError, Ledger, Network, PartyIndex};

/// Bytes of a seed.
const SEED: usize = 16;

/// What two or more signers have in common.
type Seed = [u8; SEED];

/// Streams of the sets that this signer is in.
pub(super) struct Sets<C: Curve> {
    /// Each with what its numbers are multiplied with to be parts of this signer's share.
    streams: Vec<(C::Scalar, Prg)>,
}

/// Sharings of zero among all signers: as many as are asked for, at everybody in the same order.
pub struct Zeros {
    /// Each with whether this signer is the first of the two.
    pairs: Vec<(bool, Prg)>,
}

impl<C: Curve> Sets<C> {
    /// This signer's shares of so many random numbers.
    pub(super) fn shares(&mut self, length: usize) -> Zeroizing<Vec<C::Scalar>> {
        let mut shares = Zeroizing::new(vec![C::Scalar::ZERO; length]);
        for (coefficient, stream) in &mut self.streams {
            shares.iter_mut().for_each(|share| *share += *coefficient * next::<C>(stream));
        }
        shares
    }
}

impl Zeros {
    /// Adds this signer's part of a sharing of zero to each.
    pub fn add<C: Curve>(&mut self, to: &mut [C::Scalar]) {
        for (first, stream) in &mut self.pairs {
            for share in to.iter_mut() {
                let term = next::<C>(stream);
                *share += if *first { term } else { -term };
            }
        }
    }
}

/// The next number of a stream.
fn next<C: Curve>(stream: &mut Prg) -> C::Scalar {
    let mut bytes = stream.bytes::<64>();
    let scalar = C::Scalar::from_uniform_bytes(&bytes);
    bytes.zeroize();
    scalar
}

/// Sets of `t + 1` of so many signers, as bits of their positions.
fn sets(parties: usize) -> impl Iterator<Item = u16> {
    (0..1_u16 << parties).filter(move |set| set.count_ones() as usize == parties / 2 + 1)
}

fn has(set: u16, party: usize) -> bool {
    set >> party & 1 == 1
}

/// Who chooses a set's seed.
fn first(set: u16) -> usize {
    set.trailing_zeros() as usize
}

/// Bytes from one signer to another.
fn bytes(parties: usize, from: usize, to: usize) -> usize {
    match from < to {
        true => (sets(parties).filter(|set| first(*set) == from && has(*set, to)).count() + 1) * SEED,
        false => 0,
    }
}

/// Agrees on all seeds.
///
/// # Errors
/// The channels'.
pub(super) async fn agree<C: Curve>(
    net: &mut Network,
    random: &mut Random,
    session: &SessionId,
    points: &Points,
) -> Result<(Sets<C>, Zeros), ChannelError> {
    let (me, parties) = (net.me().0, net.parties());
    let mine: Vec<u16> = sets(parties).filter(|set| has(*set, me)).collect();
    // By set that I am in, and by party: those of others are filled in when they arrive.
    let mut of_sets = Zeroizing::new(mine.iter().map(|_| random.bytes::<SEED>()).collect::<Vec<Seed>>());
    let mut of_pairs = Zeroizing::new((0..parties).map(|_| random.bytes::<SEED>()).collect::<Vec<Seed>>());
    let mut messages = Zeroizing::new(vec![Vec::new(); parties]);
    for to in me + 1..parties {
        messages[to].reserve_exact(bytes(parties, me, to));
        let dealt = mine.iter().zip(of_sets.iter()).filter(|(set, _)| first(**set) == me && has(**set, to));
        dealt.for_each(|(_, seed)| messages[to].extend_from_slice(seed));
        messages[to].extend_from_slice(&of_pairs[to]);
    }
    let outgoing: Vec<Option<&[u8]>> = (0..parties).map(|to| (to > me).then_some(messages[to].as_slice())).collect();
    let lengths: Vec<Option<usize>> = (0..parties).map(|from| (from < me).then(|| bytes(parties, from, me))).collect();
    let incoming = Zeroizing::new(net.scatter(SEEDS, &outgoing, &lengths).await?);
    for from in 0..me {
        // The channel has checked the length.
        let mut seeds = incoming[from].as_chunks::<SEED>().0.iter();
        let dealt = mine.iter().zip(of_sets.iter_mut()).filter(|(set, _)| first(**set) == from);
        for ((_, seed), dealt) in dealt.zip(&mut seeds) {
            *seed = *dealt;
        }
        seeds.for_each(|seed| of_pairs[from] = *seed);
    }
    Ok((of_the_sets(session, points, me, &mine, &of_sets), of_the_pairs(session, me, &of_pairs)))
}

fn of_the_sets<C: Curve>(session: &SessionId, points: &Points, me: usize, sets: &[u16], seeds: &[Seed]) -> Sets<C> {
    let all = &points.0;
    let outside = |set: &u16| (0..all.len()).filter(|party| !has(*set, *party)).map(|party| all[party]).collect();
    let roots: Vec<Vec<u16>> = sets.iter().map(outside).collect();
    let coefficients = roots
        .iter()
        .zip(inverse_products::<C::Scalar>(&roots))
        .map(|(roots, inverse)| one_at_zero(roots, all[me], inverse));
    let stream = |(set, seed): (&u16, &Seed)| {
        let mut transcript = Transcript::new("quorate 2026 shamir-signing seed of a set", session);
        Prg::new(transcript.append_u64("set", u64::from(*set)).append("seed", seed).block())
    };
    Sets { streams: coefficients.zip(sets.iter().zip(seeds).map(stream)).collect() }
}

fn of_the_pairs(session: &SessionId, me: usize, seeds: &[Seed]) -> Zeros {
    let stream = |other: usize| {
        let mut transcript = Transcript::new("quorate 2026 shamir-signing seed of a pair", session);
        transcript.append_party("first", PartyIndex(me.min(other))).append_party("second", PartyIndex(me.max(other)));
        (me < other, Prg::new(transcript.append("seed", &seeds[other]).block()))
    };
    Zeros { pairs: (0..seeds.len()).filter(|other| *other != me).map(stream).collect() }
}

/// The messages of [`agree`].
pub(super) fn agree_cost(ledger: &mut Ledger) {
    let parties = ledger.parties();
    let to_others = |from| (from + 1..parties).map(move |to| (from, to));
    let messages: Vec<_> = (0..parties)
        .flat_map(to_others)
        .map(|(from, to)| (PartyIndex(from), PartyIndex(to), bytes(parties, from, to) as u64))
        .collect();
    ledger.simultaneous(&messages);
}

#[cfg(test)]
impl<C: Curve> Sets<C> {
    /// All signers' streams, from fixed seeds.
    pub(super) fn dangerous_for_test(points: &Points) -> Vec<Self> {
        let parties = points.0.len();
        let session = SessionId([7; 32]);
        (0..parties)
            .map(|me| {
                let mine: Vec<u16> = sets(parties).filter(|set| has(*set, me)).collect();
                let seeds: Vec<Seed> = mine.iter().map(|set| u128::from(*set).to_le_bytes()).collect();
                of_the_sets(&session, points, me, &mine, &seeds)
            })
            .collect()
    }
}

#[cfg(test)]
impl Zeros {
    /// All signers' streams, from fixed seeds.
    pub(super) fn dangerous_for_test(parties: usize) -> Vec<Self> {
        let seed = |me: usize, other: usize| ((me.min(other) * 64 + me.max(other)) as u128).to_le_bytes();
        let seeds = |me| (0..parties).map(|other| seed(me, other)).collect::<Vec<Seed>>();
        (0..parties).map(|me| of_the_pairs(&SessionId([7; 32]), me, &seeds(me))).collect()
    }
}
