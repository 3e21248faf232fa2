//! Triples: authenticated random `a`, `b` and `c = a b` modulo 2^64, of which nobody knows anything.
//!
//! After Cramer, Damgård, Escudero, Scholl and Xing, ePrint 2018/482, section 5, with another sacrifice. Every party has
//! two random `a` and `a'` and, from its choices in OTs, two factors `b` and `b'` ([`super::products`]); all four products
//! are shared modulo 2^112 and everything is authenticated modulo 2^160. For random public `s` and `t` of 64 bits the
//! parties open `A = s a - a'` and `B = t b - b'`, and check that
//! `A B = s t (a b) - s (a b') - t (a' b) + a' b'` modulo 2^112, for a random combination of all triples of a portion.
//!
//! | message | to everybody, for each triple | |
//! |---|---|---|
//! | eight random values, checked | 1,520 B and more to all peers but one | [`super::known`] |
//! | correlated OTs | 38 B each for eight, at the chooser | 304 |
//! | products | 5,600 B | |
//! | a coin toss for the weights, differences | 84 B | |
//! | a coin toss for `s` and `t`, openings | 40 B | |
//! | a coin toss for the combination, its opening, and the MACs | | |
//!
//! *Why two of each.* With one `a` alone a chooser that uses another factor in its OTs than the one it authenticates makes
//! the check fail by a multiple of the sender's `a`. A multiple of 2^111 would tell whether `a` is even. Here it is a
//! multiple of the sender's part of `A`, which everybody knows; so is a sender's other row a multiple of the chooser's
//! part of `B`. Whether a check passes depends on what nobody knows only if a sender uses different rows for different
//! choices.
//!
//! *What that gives.* Let it pass with a chance of `2^-m` over the choices. Of those the verdict depends on what weighs in
//! `B` alone: for fixed `t` the weights of the random choices in `B` and in `b` are independent. Two different lists of choices have
//! the same `b` and the same `B` with a chance of at most 2^-224; there are 2^304. By the left-over hash lemma `b` is
//! uniform given `B` and the verdict, but for `2^-41`.
//!
//! *Why a triple is one.* A product that is wrong modulo 2^64 makes the check fail unless `s`, `t` and the
//! coefficient, each uniform modulo 2^64, together take 49 powers of two or more: with a chance of at most 2^-40.6. Opened
//! numbers that are wrong modulo 2^112 have wrong MACs but for 2^-42.

use super::check::{commit_and_open, commit_and_open_cost};
use super::elements::Elements;
use super::known::{Coefficients, Keys, Known, known_cost};
use super::products::{CHOICES, FACTOR_BITS, FACTOR_BYTES, Halves, PRODUCT_BYTES, ROWS, Weights, receive, send};
use super::wide::{self, WIDE_BYTES, Wide};
use super::{SPDZ_COMBINATION, SPDZ_DIFFERENCES, SPDZ_FACTORS, SPDZ_MASKED, SPDZ_PRODUCTS, deviation};
use crate::correlation::SecretVec;
use crate::crypto::{Block, GarblingHash, Transcript, coin_toss, coin_toss_cost};
use crate::net::{ChannelError, Ledger, PartyIndex, Step};
use crate::protocol::Session;
use crate::protocol::authenticated::{Authenticated, agreed_cost};

/// Triples that are made together: their OTs are what is extended at once.
pub(super) const PORTION: usize = (1 << 18) / CHOICES;

/// Values of each party for a triple: `a`, `a'`, `b`, `b'`, and the four products.
pub(super) const VALUES: usize = 8;
/// Those of them that differences make of random ones.
const CHOSEN: usize = VALUES - ROWS;

/// What is made: three vectors of equal length.
#[derive(Default)]
pub(super) struct Triples {
    pub(super) a: Elements,
    pub(super) b: Elements,
    pub(super) c: Elements,
}

impl Triples {
    pub(super) fn append(&mut self, other: &Self) {
        self.a.append(&other.a);
        self.b.append(&other.b);
        self.c.append(&other.c);
    }

    /// The last `count`, moved out.
    pub(super) fn take(&mut self, count: usize) -> Self {
        let [a, b, c] = [&mut self.a, &mut self.b, &mut self.c].map(|vector| vector.take_last(count));
        Self { a, b, c }
    }
}

/// A portion that is being made.
struct Portion<'a> {
    count: usize,
    session: &'a mut Session,
    key: u64,
    known: Known,
    /// What is told to everybody.
    views: Transcript,
}

/// Addends of numbers and of their MACs.
struct Shares {
    values: SecretVec<Wide>,
    macs: SecretVec<Wide>,
}

/// Makes so many triples, at most [`PORTION`].
///
/// # Errors
/// The channels'; those of the OTs; a check that fails.
pub(super) async fn make(
    garbling: &mut Authenticated,
    keys: &mut Keys,
    tweak: &mut u64,
    count: usize,
) -> Result<Triples, ChannelError> {
    let parties = garbling.parties();
    // One more to mask the combination.
    let known = keys.make(garbling.own_session(), &vec![VALUES * count + 1; parties]).await?;
    let (sent, received) = garbling.correlated(SPDZ_FACTORS, CHOICES * count).await?;
    let session = garbling.own_session();
    let views = Transcript::new("quorate 2026 spdz triples", &session.id);
    let portion = Portion { count, session, key: keys.key(), known, views };
    let me = portion.session.network.me();
    let choices = received.first().map(|cots| cots.choices.clone()).unwrap_or_default();
    let peers: Vec<PartyIndex> = portion.session.network.peers().collect();
    let mut outgoing = vec![None; parties];
    let mut halves: Vec<Halves> = Vec::new();
    let rows = portion.rows();
    for (peer, cots) in peers.iter().zip(sent) {
        let hash = portion.hash(me, *peer);
        let (message, kept) = send(&hash, *tweak, cots.into_pads(), &rows);
        outgoing[peer.0] = Some(message);
        halves.push(kept);
    }
    let slices: Vec<Option<&[u8]>> = outgoing.iter().map(Option::as_deref).collect();
    let lengths = vec![Some(PRODUCT_BYTES * count); parties];
    let incoming = portion.session.network.scatter(SPDZ_PRODUCTS, &slices, &lengths).await?;
    drop(outgoing);
    for (peer, cots) in peers.iter().zip(received) {
        let hash = portion.hash(*peer, me);
        halves.push(receive(&hash, *tweak, cots.into_pads(), &incoming[peer.0]));
    }
    drop(incoming);
    *tweak += (2 * CHOICES * count) as u64;
    portion.finish(&rows, &choices, &halves).await
}

impl Portion<'_> {
    fn me(&self) -> PartyIndex {
        self.session.network.me()
    }

    fn hash(&self, sender: PartyIndex, chooser: PartyIndex) -> GarblingHash {
        let mut name = Transcript::new("quorate 2026 spdz pads", &self.session.id);
        GarblingHash::new(name.append_party("sender", sender).append_party("chooser", chooser).block())
    }

    /// My `a` and `a'`.
    fn rows(&self) -> SecretVec<[u128; ROWS]> {
        let rows = (0..self.count).map(|l| [0, self.count].map(|first| wide::low(self.known.values[first + l])));
        rows.collect::<Vec<_>>().into()
    }

    async fn coin(&mut self, label: &'static str) -> Result<Transcript, ChannelError> {
        let Session { id, network, random, .. } = &mut *self.session;
        let coin = coin_toss(network, random, id, label).await?;
        let mut seeds = Transcript::new("quorate 2026 spdz coins", id);
        seeds.append("label", label.as_bytes()).append("coin", &coin);
        Ok(seeds)
    }

    /// Tells everybody something of a length that all know, and hears theirs; mine is at my place.
    async fn tell(&mut self, step: Step, mine: Vec<u8>) -> Result<Vec<Vec<u8>>, ChannelError> {
        let me = self.me();
        let mut all = self.session.network.exchange_all(step, &mine, mine.len()).await?;
        all[me.0] = mine;
        all.iter().for_each(|message| {
            self.views.append("told", message);
        });
        Ok(all)
    }

    async fn finish(
        mut self,
        rows: &[[u128; ROWS]],
        choices: &[u64],
        halves: &[Halves],
    ) -> Result<Triples, ChannelError> {
        let weights = Weights::new(self.coin("spdz weights").await?.block());
        self.authenticate(&weights, rows, choices, halves).await?;
        let challenge = self.coin("spdz challenge").await?;
        let mut challenges = Coefficients::new(challenge.block());
        let (s, t) = (challenges.next(), challenges.next());
        let masked = self.masked(s, t);
        let opened = self.open(SPDZ_MASKED, &masked).await?;
        let seeds = self.coin("spdz combination").await?;
        let seed = |purpose: &[u8]| seeds.clone().append("purpose", purpose).block();
        let combined = self.combined(&opened, (s, t), seed(b"products"));
        let total = self.open(SPDZ_COMBINATION, &combined).await?;
        let mut coefficients = Coefficients::new(seed(b"openings"));
        let sigmas = [self.sigma(&masked, &opened, || coefficients.next()), self.sigma(&combined, &total, || 1)];
        self.prove(sigmas).await?;
        let below = wide::low(total[0]) & ((1 << FACTOR_BITS) - 1);
        if below != 0 {
            return Err(deviation(&self.session.network, SPDZ_COMBINATION, "a triple is not one"));
        }
        Ok(self.triples())
    }

    /// Authenticates the factors and the products.
    async fn authenticate(
        &mut self,
        weights: &Weights,
        rows: &[[u128; ROWS]],
        choices: &[u64],
        halves: &[Halves],
    ) -> Result<(), ChannelError> {
        let count = self.count;
        let mut chosen = SecretVec::<u128>::zeros(CHOSEN * count);
        for (l, rows) in rows.iter().enumerate() {
            let choice = |place: usize| choices[(l * CHOICES + place) / 64] >> ((l * CHOICES + place) % 64) & 1;
            let factors = weights.factors(choice);
            let own = std::array::from_fn(|product| rows[product / 2].wrapping_mul(factors[product % 2]));
            let products = halves.iter().fold(own, |sums: [u128; 4], halves| {
                let more = halves.weighted(l, weights);
                std::array::from_fn(|product| sums[product].wrapping_add(more[product]))
            });
            for (place, value) in factors.into_iter().chain(products).enumerate() {
                chosen[place * count + l] = value;
            }
        }
        let chosen = chosen.iter().map(|value| wide::from_u128(*value));
        let message = self.known.choose(ROWS * count, chosen, FACTOR_BYTES);
        let all = self.tell(SPDZ_DIFFERENCES, message).await?;
        for peer in self.session.network.peers() {
            self.known.follow(peer, ROWS * count, &all[peer.0], FACTOR_BYTES, self.key);
        }
        Ok(())
    }

    /// My addends of a value of the portion.
    fn share(&self, kind: usize, l: usize) -> (Wide, Wide) {
        self.known.share_of_sum((self.me(), self.key), kind * self.count + l)
    }

    /// All `A`, then all `B`.
    fn masked(&self, s: u64, t: u64) -> Shares {
        let mut shares = Shares::zeros(2 * self.count);
        for (factor, challenge) in [s, t].into_iter().enumerate() {
            for l in 0..self.count {
                let (first, other) = (self.share(2 * factor, l), self.share(2 * factor + 1, l));
                let masked = |first, other| wide::sub(wide::times(first, challenge), other);
                shares.values[factor * self.count + l] = masked(first.0, other.0);
                shares.macs[factor * self.count + l] = masked(first.1, other.1);
            }
        }
        shares
    }

    /// What has to be zero modulo 2^112: the combination of all triples, masked above that.
    fn combined(&self, opened: &[Wide], (s, t): (u64, u64), seed: Block) -> Shares {
        let mut coefficients = Coefficients::new(seed);
        let (value, mac) = self.share(VALUES, 0);
        let above = |mask: Wide| wide::shifted(wide::shifted(mask, 64), (FACTOR_BITS - 64) as u32);
        let (mut value, mut mac) = (above(value), above(mac));
        let (first, second) = opened.split_at(self.count);
        for (l, (a, b)) in first.iter().zip(second).enumerate() {
            let coefficient = coefficients.next();
            let public = wide::mul(*a, *b);
            let [ab, ab_other, a_other_b, both_other] = [4, 5, 6, 7].map(|kind| self.share(kind, l));
            let sum = |ab, ab_other, a_other_b, both_other| {
                let first = wide::sub(wide::times(wide::times(ab, s), t), wide::times(ab_other, s));
                wide::add(wide::sub(first, wide::times(a_other_b, t)), both_other)
            };
            let shared = sum(ab.0, ab_other.0, a_other_b.0, both_other.0);
            let of_macs = sum(ab.1, ab_other.1, a_other_b.1, both_other.1);
            let here = if self.me().0 == 0 { public } else { [0; 3] };
            value = wide::add(value, wide::times(wide::sub(here, shared), coefficient));
            mac = wide::add(mac, wide::times(wide::sub(wide::times(public, self.key), of_macs), coefficient));
        }
        Shares { values: vec![value].into(), macs: vec![mac].into() }
    }

    /// Opens numbers to everybody; whether they are right is still to be proven.
    async fn open(&mut self, step: Step, shares: &Shares) -> Result<Vec<Wide>, ChannelError> {
        let message: Vec<u8> =
            shares.values.iter().flat_map(|value| wide::bytes_of(*value).into_iter().take(WIDE_BYTES)).collect();
        let all = self.tell(step, message).await?;
        let sum = |place: usize| {
            let addends = all.iter().map(|message| wide::from_bytes(&message[place * WIDE_BYTES..][..WIDE_BYTES]));
            addends.fold([0; 3], wide::add)
        };
        Ok((0..shares.values.len()).map(sum).collect())
    }

    /// My part of the MAC of a combination of opened numbers.
    fn sigma(&self, shares: &Shares, opened: &[Wide], mut coefficient: impl FnMut() -> u64) -> Wide {
        shares.macs.iter().zip(opened).fold([0; 3], |sigma, (mac, opened)| {
            let difference = wide::sub(*mac, wide::times(*opened, self.key));
            wide::add(sigma, wide::times(difference, coefficient()))
        })
    }

    /// The MACs of both combinations add up to nothing, and everybody heard the same.
    async fn prove(&mut self, sigmas: [Wide; 2]) -> Result<(), ChannelError> {
        let mine: Vec<u8> =
            sigmas.iter().flat_map(|sigma| wide::bytes_of(*sigma).into_iter().take(WIDE_BYTES)).collect();
        let views = self.views.digest();
        let all = commit_and_open(self.session, "spdz triples", &mine, views).await?;
        let holds = (0..sigmas.len()).all(|which| {
            let addends = all.iter().map(|message| wide::from_bytes(&message[which * WIDE_BYTES..][..WIDE_BYTES]));
            wide::is_zero(addends.fold([0; 3], wide::add))
        });
        if holds { Ok(()) } else { Err(deviation(&self.session.network, super::SPDZ_PROOFS, "a wrong MAC")) }
    }

    /// What is left when everything was checked, modulo 2^128.
    fn triples(&self) -> Triples {
        let [a, b, c] = [0, 2, 4].map(|kind| {
            let mut elements = Elements::zeros(self.count);
            for l in 0..self.count {
                elements.put(l, self.share(kind, l));
            }
            elements
        });
        Triples { a, b, c }
    }
}

impl Shares {
    fn zeros(count: usize) -> Self {
        Self { values: SecretVec::zeros(count), macs: SecretVec::zeros(count) }
    }
}

/// The messages of [`make`].
pub(super) fn triples_cost(ledger: &mut Ledger, count: usize) {
    known_cost(ledger, &vec![VALUES * count + 1; ledger.parties()]);
    agreed_cost(ledger, CHOICES * count);
    ledger.exchange_all((PRODUCT_BYTES * count) as u64);
    coin_toss_cost(ledger);
    ledger.exchange_all((CHOSEN * count * FACTOR_BYTES) as u64);
    coin_toss_cost(ledger);
    ledger.exchange_all((2 * count * WIDE_BYTES) as u64);
    coin_toss_cost(ledger);
    ledger.exchange_all(WIDE_BYTES as u64);
    commit_and_open_cost(ledger, 2 * WIDE_BYTES);
}
