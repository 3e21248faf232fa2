//! Shamir's sharing among parties of whom fewer than a third may do anything, and all others finish with the right result:
//! guaranteed output delivery.
//!
//! Beerliová-Trubíniová and Hirt, "Perfectly-Secure MPC with Linear Communication Complexity" (TCC 2008), from which are the
//! elimination of players while correlated randomness is made, inputs by public differences from masks, and corrected openings
//! of degree `t`. Numbers are integers modulo 2^64 or 2^128 and bits, over Galois rings ([`crate::galois`]).
//!
//! *Claim.* Of `n >= 3 t + 1` parties any `t` may do anything, stop included. All others finish, with the same results, which
//! are right for the inputs of those who follow the protocol and for one value of everybody else's, chosen without knowing
//! others'; of an owner who says nothing it is zero. Statistical error 2^-60 for each cheat. Links are synchronous:
//! whoever keeps others waiting for longer than they are told to wait ([`crate::net::Patience`]) counts as one of the `t`.
//!
//! | step | who | what |
//! |---|---|---|
//! | [`ROBUST_DEALING`] | members to each other | shares of random values; broadcasts of their sums |
//! | [`ROBUST_PRODUCTS`] | members to each other | shares of masked products; a broadcast of complaints |
//! | [`ROBUST_MASKS`], `share` | members to owners, who broadcast | shares of masks; differences |
//! | [`ROBUST_OPENING`], `multiply`, `call`, conversions | members to each other | shares of masked values, corrected |
//! | [`ROBUST_OUTPUTS`], `open` | members to receivers | shares of values, corrected |
//!
//! *Who is named* ([`Protocol::accusations`]). What goes wrong while random values are made is settled in public: a party is
//! proven to have deviated, or one of two; they are left out of everything that follows but their inputs and outputs. A wrong
//! share of an opening names its sender to those who got it.
//!
//! *Cost* without faults, exact in the paper twin; each elimination costs the batch again that it was found in, and there are
//! at most `t`.
//!
//! *Deviations from the paper.* Random values are sums of what `t + 1` dealt, not outputs of hyper-invertible matrices
//! (`robust/dealing.rs`); broadcast is agreed on in a bounded number of rounds ([`crate::crypto::Council`]); disputes are settled by
//! broadcasts of all, not by a referee.

mod bits;
mod circuit;
mod convert;
mod dealing;
mod input;
mod lane;
mod online;
mod open;
mod packed;
mod paper;
mod stock;
mod table;
mod telling;
mod triples;

use std::num::Wrapping;

use quorate_circuits::number::Word;

pub use dealing::ROBUST_DEALING;
pub use paper::Paper;
pub use stock::Need;
pub use triples::ROBUST_PRODUCTS;

use self::lane::Lane;
use self::online::product;
use self::packed::lanes;
use self::stock::Stock;
use self::table::Table;
pub use super::vector::GaloisShare as Share;
use super::vector::Planes;
use super::{
    Accusation, CallRequest, Domain, Linear, OpenRequest, Pick, ProductRequest, Protocol, Session, Shape, ShareRequest,
};
use crate::correlation::{RingElement, SecretVec};
use crate::galois::{Elements, Lanes};
use crate::net::{ChannelError, PartyIndex, Phase, Step};

/// Shares of masks, to the owners of inputs.
pub const ROBUST_MASKS: Step = Step::new("robust/masks");
/// Shares of masked values, to everybody.
pub const ROBUST_OPENING: Step = Step::new("robust/opening");
/// Shares of outputs, to their receivers.
pub const ROBUST_OUTPUTS: Step = Step::new("robust/outputs");

/// A ring's elements.
pub trait Number: RingElement + LowestBit {}

/// What is an integer modulo a power of two.
#[expect(private_bounds, reason = "which sums are looked at is nobody else's business")]
pub trait LowestBit: Lane {
    /// Modulo 2.
    fn lowest_bit(self) -> u64;
}

impl LowestBit for Wrapping<u64> {
    fn lowest_bit(self) -> u64 {
        self.0 & 1
    }
}

impl LowestBit for Wrapping<u128> {
    fn lowest_bit(self) -> u64 {
        self.0 as u64 & 1
    }
}

impl Number for Wrapping<u64> {}
impl Number for Wrapping<u128> {}

/// Correlated randomness that a stretch of a plan consumes: of numbers, and of words of 64 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    /// In numbers.
    pub numbers: Need,
    /// In words.
    pub bits: Need,
}

/// A party, with `Wrapping<u64>` or `Wrapping<u128>` as its ring's elements.
pub struct Robust<R: Number> {
    session: Session,
    table: Table,
    numbers: Stock<R>,
    bits: Stock<Lanes>,
}

impl<R: Number> Robust<R> {
    /// A party before its first message.
    ///
    /// # Panics
    /// If there are fewer than four parties or more than sixteen.
    pub fn new(session: Session) -> Self {
        let table = Table::new(session.network.parties());
        Self { session, table, numbers: Stock::default(), bits: Stock::default() }
    }

    /// The session, when the protocol is over.
    pub fn into_session(self) -> Session {
        self.session
    }

    fn me(&self) -> PartyIndex {
        self.session.network.me()
    }

    /// Whether this party still computes: it may have been left out together with one that deviated.
    fn computes(&self) -> bool {
        self.table.council().has(self.me())
    }

    async fn products(&mut self, requests: &[ProductRequest<'_, Share<R>>]) -> Result<Vec<Share<R>>, ChannelError> {
        let ring = self.table.ring();
        let repeated = |column: &Elements<R>, rows: usize| {
            column.map_planes(column.len() * rows, |plane, to| (0..rows).for_each(|_| to.extend_from_slice(plane)))
        };
        let factors: Vec<(Elements<R>, Elements<R>)> = requests
            .iter()
            .map(|request| match request {
                ProductRequest::Elementwise(a, b) => (a.elements().duplicate(), b.elements().duplicate()),
                ProductRequest::TableColumn { table, column, rows } => {
                    (table.elements().duplicate(), repeated(column.elements(), *rows))
                }
            })
            .collect();
        let [x, y] =
            [factors.iter().map(|(x, _)| x).collect::<Vec<_>>(), factors.iter().map(|(_, y)| y).collect::<Vec<_>>()]
                .map(|parts| Elements::concatenate(ring, &parts));
        let products = if self.computes() {
            let triples = self.numbers.triples(&self.table, x.len());
            product(&mut self.session, &mut self.table, triples, &x, &y).await?
        } else {
            x.duplicate()
        };
        let mut at = 0;
        let parted = requests.iter().zip(&factors).map(|(request, (x, _))| {
            let part = products.part(at..at + x.len());
            at += x.len();
            match request {
                ProductRequest::Elementwise(..) => Share::arithmetic(part),
                ProductRequest::TableColumn { rows, .. } if part.is_empty() => {
                    Share::arithmetic(Elements::zeros(ring, *rows))
                }
                ProductRequest::TableColumn { column, .. } => {
                    Share::linear(&Linear::SumRuns(&Share::arithmetic(part), column.shape().length))
                }
            }
        });
        Ok(parted.collect())
    }
}

impl<R: Number> Protocol for Robust<R> {
    type Share = Share<R>;
    type Demand = Demand;

    fn session(&mut self) -> Option<&mut Session> {
        Some(&mut self.session)
    }

    fn accusations(&self) -> Vec<Accusation> {
        self.table.accusations().to_vec()
    }

    fn take_consumed(&mut self) -> Demand {
        Demand { numbers: self.numbers.take_consumed(), bits: self.bits.take_consumed() }
    }

    async fn prepare(&mut self, demand: &Demand) -> Result<(), ChannelError> {
        self.session.network.enter(Phase::Preprocessing);
        self.numbers.make(&mut self.session, &mut self.table, &demand.numbers).await?;
        self.bits.make(&mut self.session, &mut self.table, &demand.bits).await?;
        self.table.note_given_up(&self.session.network);
        self.session.network.enter(Phase::Online);
        Ok(())
    }

    fn length(&self, share: &Share<R>) -> usize {
        share.shape.length
    }

    fn duplicate(&self, share: &Share<R>) -> Share<R> {
        share.duplicate()
    }

    fn public(&mut self, domain: Domain, words: &[Word]) -> Share<R> {
        Share::public(self.table.ring(), domain, words)
    }

    async fn share(&mut self, requests: &[ShareRequest<'_>]) -> Result<Vec<Share<R>>, ChannelError> {
        self.shared(requests).await
    }

    fn random_bits(&mut self, width: u32, length: usize) -> Share<R> {
        let (ring, width) = (self.table.ring(), width as usize);
        if !self.computes() {
            return Share::nothing(ring, Shape::boolean(width, length));
        }
        let masks = self.bits.masks(&self.table, width * lanes(length));
        let planes = (0..ring.degree()).map(|power| {
            let words: &[u64] = bytemuck::cast_slice(masks.plane(power));
            Planes::from_words(width, length, SecretVec::from(words.to_vec()))
        });
        Share::boolean(width, length, planes.collect())
    }

    fn linear(&mut self, operation: Linear<'_, Share<R>>) -> Share<R> {
        Share::linear(&operation)
    }

    fn pick(&mut self, share: &Share<R>, pick: &Pick) -> Share<R> {
        share.picked(pick)
    }

    fn regroup(&mut self, share: &Share<R>, width: u32) -> Share<R> {
        share.regrouped(width)
    }

    fn concatenate(&mut self, shares: &[&Share<R>]) -> Share<R> {
        Share::joined(self.table.ring(), shares)
    }

    async fn multiply(&mut self, requests: &[ProductRequest<'_, Share<R>>]) -> Result<Vec<Share<R>>, ChannelError> {
        self.products(requests).await
    }

    async fn call(&mut self, requests: &[CallRequest<'_, Share<R>>]) -> Result<Vec<Vec<Share<R>>>, ChannelError> {
        self.evaluate(requests).await
    }

    async fn addends(&mut self, requests: &[(&Share<R>, u32)]) -> Result<Vec<Vec<Share<R>>>, ChannelError> {
        self.addends_of(requests).await
    }

    async fn to_arithmetic(&mut self, requests: &[(&Share<R>, bool)]) -> Result<Vec<Share<R>>, ChannelError> {
        self.numbers_of(requests).await
    }

    async fn open(&mut self, requests: &[OpenRequest<'_, Share<R>>]) -> Result<Vec<Option<Vec<Word>>>, ChannelError> {
        let opened = self.opened(requests).await;
        self.table.note_given_up(&self.session.network);
        opened
    }
}
