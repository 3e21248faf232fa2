//! Pseudo-random secret sharing: sharings of random values without a message (Cramer, Damgård and Ishai, "Share Conversion,
//! Pseudorandom Secret-Sharing and Applications to Secure Computation", TCC 2005).
//!
//! For every set of all parties but `t` its members have a key. The stream of the set `A` is shared by the polynomial of
//! degree `t` that is one at zero and zero at the points of those outside `A`, who need not know it; the sum over all sets
//! is a random sharing. Whoever `t` parties are, one set has none of them.
//!
//! There is a key of every set for values that nobody knows, and one for those of each owner, who knows them all: what an
//! owner shares is its difference from such a value, told to everybody. So *every* sharing has the right degree.
//!
//! The member of a set that comes first, or the owner, deals the key. Dealers who are honest keep it from others; whether one
//! told all the same, every two who know a key compare once.
//!
//! *Why this and not dealt sharings*: it needs no check of degrees, nothing to be sent but the keys, and no corrupted party
//! can choose a share. The number of sets, C(n, t), is what keeps the number of parties small.

use std::num::Wrapping;

use zeroize::Zeroizing;

use super::{SHAMIR_KEYS, SHAMIR_KEYS_ECHO, SHAMIR_PAIRS};
use crate::correlation::SecretVec;
use crate::crypto::{Block, Prg, SessionId, Transcript, pair_seeds, pair_seeds_cost};
use crate::galois::{Code, Coefficient, Elements, GaloisRing, Scalar, subsets};
use crate::net::{ChannelError, ChannelFault, Ledger, PartyIndex};
use crate::protocol::Session;
use subtle::ConstantTimeEq;

/// Bytes of a digest.
const DIGEST: usize = 32;
/// Elements that are made at once: they stay in the nearest cache.
const PIECE: usize = 1024;

/// For whose values a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// This party knows them.
    Party(usize),
    /// Nobody does.
    Nobody,
}

/// A key: for whose values, and which set has it.
#[derive(Clone, Copy, Debug)]
struct Place {
    owner: Owner,
    /// Bit `p` is whether party `p` is a member.
    set: u32,
}

impl Place {
    /// All keys there are, in their order.
    fn all(parties: usize, threshold: usize) -> impl Iterator<Item = Self> {
        let owners = (0..parties).map(Owner::Party).chain([Owner::Nobody]);
        owners.flat_map(move |owner| subsets(parties, parties - threshold).map(move |set| Self { owner, set }))
    }

    fn has_member(self, party: usize) -> bool {
        self.set >> party & 1 == 1
    }

    fn dealer(self) -> usize {
        match self.owner {
            Owner::Party(party) => party,
            Owner::Nobody => self.set.trailing_zeros() as usize,
        }
    }

    fn is_known_to(self, party: usize) -> bool {
        self.has_member(party) || self.owner == Owner::Party(party)
    }

    /// What the set's stream counts in the share at a point.
    fn coefficient(self, code: &Code, point: Scalar) -> Scalar {
        let ring = code.ring();
        let outside = code.points().iter().enumerate().filter(|(party, _)| !self.has_member(*party));
        outside.fold(Scalar::integer(1), |product, (_, root)| {
            let below = ring.inverse(Scalar::ZERO.minus(*root)).expect("a point that is not zero is a unit");
            ring.product(product, ring.product(point.minus(*root), below))
        })
    }
}

/// How many keys one party deals another.
fn dealt(parties: usize, threshold: usize, from: usize, to: usize) -> usize {
    let dealt = |place: &Place| from != to && place.dealer() == from && place.has_member(to);
    Place::all(parties, threshold).filter(dealt).count()
}

/// The messages of [`Keys::agree`].
pub(super) fn keys_cost(ledger: &mut Ledger, threshold: usize) {
    let parties = ledger.parties();
    pair_seeds_cost(ledger);
    let pairs = (0..parties).flat_map(|from| (0..parties).map(move |to| (from, to)));
    let messages = pairs.map(|(from, to)| {
        (PartyIndex(from), PartyIndex(to), (dealt(parties, threshold, from, to) * Block::BYTES) as u64)
    });
    ledger.simultaneous(&messages.filter(|(.., bytes)| *bytes > 0).collect::<Vec<_>>());
    ledger.exchange_all(DIGEST as u64);
}

/// A stream that this party knows.
struct Stream {
    owner: Owner,
    random: Prg,
    /// What it counts in my share.
    coefficient: Scalar,
}

/// What a party has of all keys.
pub(super) struct Keys {
    ring: GaloisRing,
    streams: Vec<Stream>,
    /// In common with each peer; none at my own place.
    pairs: Vec<Option<Prg>>,
    me: usize,
}

impl Keys {
    /// Agrees on the keys.
    ///
    /// # Errors
    /// The channels'; keys that differ.
    pub(super) async fn agree(session: &mut Session, code: &Code) -> Result<Self, ChannelError> {
        let Session { id, network, random, .. } = session;
        let (me, parties, threshold) = (network.me().0, network.parties(), code.degree());
        let pairs = pair_seeds(network, random, id, SHAMIR_PAIRS, "quorate 2026 shamir pair seed").await?;
        let places: Vec<Place> = Place::all(parties, threshold).filter(|place| place.is_known_to(me)).collect();
        let mut keys = Zeroizing::new(vec![[0_u8; Block::BYTES]; places.len()]);
        let mut outgoing: Vec<Zeroizing<Vec<u8>>> = (0..parties).map(|_| Zeroizing::default()).collect();
        for (place, key) in places.iter().zip(keys.iter_mut()).filter(|(place, _)| place.dealer() == me) {
            *key = random.bytes();
            let members = (0..parties).filter(|party| *party != me && place.has_member(*party));
            members.for_each(|party| outgoing[party].extend_from_slice(&*key));
        }
        let messages: Vec<Option<&[u8]>> =
            outgoing.iter().map(|message| Some(message.as_slice()).filter(|message| !message.is_empty())).collect();
        let due = |from: usize| Some(dealt(parties, threshold, from, me) * Block::BYTES).filter(|bytes| *bytes > 0);
        let lengths: Vec<Option<usize>> = (0..parties).map(due).collect();
        let incoming = Zeroizing::new(network.scatter(SHAMIR_KEYS, &messages, &lengths).await?);
        let mut rests: Vec<&[u8]> = incoming.iter().map(Vec::as_slice).collect();
        for (place, key) in places.iter().zip(keys.iter_mut()).filter(|(place, _)| place.dealer() != me) {
            let (mine, rest) = rests[place.dealer()].split_at(Block::BYTES);
            key.copy_from_slice(mine);
            rests[place.dealer()] = rest;
        }
        let digest = |peer: usize| {
            let mut transcript = Transcript::new("quorate 2026 shamir keys in common", id);
            transcript.append_party("lower", PartyIndex(me.min(peer))).append_party("upper", PartyIndex(me.max(peer)));
            let common = places.iter().zip(keys.iter()).filter(|(place, _)| place.is_known_to(peer));
            common.for_each(|(_, key)| {
                transcript.append("key", key);
            });
            transcript.digest()
        };
        let digests: Vec<[u8; DIGEST]> = (0..parties).map(digest).collect();
        let messages: Vec<Option<&[u8]>> = digests.iter().map(|digest| Some(digest.as_slice())).collect();
        let theirs = network.scatter(SHAMIR_KEYS_ECHO, &messages, &vec![Some(DIGEST); parties]).await?;
        for peer in network.peers() {
            if !bool::from(theirs[peer.0].ct_eq(&digests[peer.0])) {
                let fault = ChannelFault::Disagreement("a key of several parties");
                return Err(ChannelError { peer, step: SHAMIR_KEYS_ECHO, fault });
            }
        }
        let streams = places.iter().zip(keys.iter()).map(|(place, key)| Stream {
            owner: place.owner,
            random: stream(id, *place, key),
            coefficient: place.coefficient(code, code.points()[me]),
        });
        let pairs = pairs.into_iter().map(|seed| seed.map(|seed| seed.stream("zero"))).collect();
        Ok(Self { ring: code.ring(), streams: streams.collect(), pairs, me })
    }

    /// My share of the next values of an owner; at the owner, the values too.
    pub(super) fn draw<C: Coefficient>(&mut self, owner: Owner, length: usize) -> (Elements<C>, SecretVec<C>) {
        let knows = owner == Owner::Party(self.me);
        let mut share = Elements::zeros(self.ring, length);
        let mut values = SecretVec::zeros(if knows { length } else { 0 });
        let mut piece = SecretVec::<C>::zeros(PIECE.min(length));
        for stream in self.streams.iter_mut().filter(|stream| stream.owner == owner) {
            let factors = stream.coefficient.0.map(|constant| C::of_constant(constant.0));
            for from in (0..length).step_by(PIECE) {
                let drawn = &mut piece[..PIECE.min(length - from)];
                stream.random.fill_bytes(bytemuck::cast_slice_mut(drawn));
                for (power, factor) in factors.iter().enumerate().take(self.ring.degree()) {
                    if *factor != C::ZERO {
                        let to = &mut share.plane_mut(power)[from..][..drawn.len()];
                        to.iter_mut().zip(&*drawn).for_each(|(to, value)| *to += *factor * *value);
                    }
                }
                if knows {
                    values[from..].iter_mut().zip(&*drawn).for_each(|(to, value)| *to += *value);
                }
            }
        }
        (share, values)
    }

    /// My share of the next values that nobody knows.
    pub(super) fn random<C: Coefficient>(&mut self, length: usize) -> Elements<C> {
        self.draw(Owner::Nobody, length).0
    }

    /// Adds my addends of nothing: what all parties add, added up, is zero.
    pub(super) fn add_zero<C: Coefficient>(&mut self, values: &mut [C]) {
        let mut piece = SecretVec::<C>::zeros(PIECE.min(values.len()));
        for (peer, stream) in self.pairs.iter_mut().enumerate() {
            let Some(stream) = stream else { continue };
            for values in values.chunks_mut(PIECE) {
                let drawn = &mut piece[..values.len()];
                stream.fill_bytes(bytemuck::cast_slice_mut(drawn));
                if self.me < peer {
                    values.iter_mut().zip(&*drawn).for_each(|(value, term)| *value += *term);
                } else {
                    values.iter_mut().zip(&*drawn).for_each(|(value, term)| *value -= *term);
                }
            }
        }
    }
}

fn stream(session: &SessionId, place: Place, key: &[u8]) -> Prg {
    let mut transcript = Transcript::new("quorate 2026 shamir key", session);
    match place.owner {
        Owner::Party(party) => transcript.append_party("owner", PartyIndex(party)),
        Owner::Nobody => transcript.append("nobody", &[]),
    };
    Prg::new(transcript.append_u64("set", place.set.into()).append("key", key).block())
}

/// What a party's shares of polynomials of degree `2 t` count in the integer that is shared: coefficient 0 of the sum over
/// all parties of Lagrange's coefficient times share. Entry `[a][b]` is for a product of coefficients of `X^a` and `X^b`.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    degree: usize,
    factors: [[Wrapping<u128>; crate::galois::MAX_DEGREE]; crate::galois::MAX_DEGREE],
}

impl Reading {
    pub(super) fn new(code: &Code, me: usize) -> Self {
        let (ring, all) = (code.ring(), (0..code.points().len()).collect::<Vec<_>>());
        let mut row = code.lagrange(&all, Scalar::ZERO)[me];
        let mut reading = Self { degree: ring.degree(), factors: Default::default() };
        for a in 0..ring.degree() {
            let mut entry = row;
            for b in 0..ring.degree() {
                reading.factors[a][b] = entry.0[0];
                entry = ring.times_x(entry);
            }
            row = ring.times_x(row);
        }
        reading
    }

    /// The right factors, ready to be multiplied plane by plane.
    pub(super) fn prepared<C: Coefficient>(&self, right: &Elements<C>, ring: GaloisRing) -> Elements<C> {
        let mut prepared = Elements::zeros(ring, right.len());
        for a in 0..self.degree {
            for b in 0..self.degree {
                let factor = C::of_constant(self.factors[a][b].0);
                if factor != C::ZERO {
                    let terms = right.plane(b).iter();
                    prepared.plane_mut(a).iter_mut().zip(terms).for_each(|(sum, term)| *sum += factor * *term);
                }
            }
        }
        prepared
    }

    /// Takes what a sharing counts away from addends.
    pub(super) fn subtract<C: Coefficient>(&self, addends: &mut [C], share: &Elements<C>) {
        for a in 0..self.degree {
            let factor = C::of_constant(self.factors[0][a].0);
            addends.iter_mut().zip(share.plane(a)).for_each(|(addend, term)| *addend -= factor * *term);
        }
    }
}
