//! Authenticated arithmetic among 2 to 16 parties, of whom all but one may do anything: SPDZ over integers modulo 2^64.
//!
//! Cramer, Damgård, Escudero, Scholl and Xing, "SPDZ2k: Efficient MPC mod 2^k for Dishonest Majority", CRYPTO 2018, ePrint
//! 2018/482. A number is the sum of all parties' addends modulo 2^128, of which the low 64 bits count, and so is its
//! MAC, its product with the sum of the parties' keys of 48 bits (`elements`). Bits are wires of
//! [`crate::protocol::authenticated`], which runs within this protocol: comparisons are garbled circuits. Bits and numbers
//! become each other by bits that one party knows in both forms, as in Aly, Orsini, Rotaru, Smart and Wood, "Zaphod:
//! Efficiently Combining LSSS and Garbled Circuits in SCALE", WAHC 2019, ePrint 2019/974 (`twins`, `convert`).
//!
//! *Claim.* Malicious, n - 1 of n corrupted, security with (selective) abort: 128 bits computational; statistically
//! 2^-40 for each portion of triples (`triples`) and each vector of twins, less than 2^-42 for each check of MACs, and what
//! authenticated garbling claims.
//!
//! | step | who | bytes | depth |
//! |---|---|---|---|
//! | set-ups of [`crate::ot`] with everybody, two, once | everybody | | 4 |
//! | known values, triples | everybody to all | see `known`, `triples` | 6 and 25 |
//! | `share` of numbers: `SPDZ_INPUTS` | the owner to all | 16 for each number | 1 |
//! | `multiply`: `SPDZ_FACTORS_OPENED` | everybody to all | 32 for each product of numbers | 1 |
//! | `to_arithmetic`, `addends`: see `twins`, `convert` | | | |
//! | `open`: a check of all MACs, `SPDZ_OUTPUTS`, another check | everybody to all | 16 for each number, twice for some receivers | 9 |
//! | `share`, `call`, `open` of bits: as authenticated garbling | | | |
//!
//! *Before anything leaves.* An opening waits until all MACs of everything opened before have been checked, the
//! numbers that circuits read among them; whoever receives numbers has checked theirs before it uses them.
//!
//! *What nothing reveals.* An opened number is masked by a random one of 128 bits: by a triple's factor, by numbers of all
//! parties, or, in an output, above its low 64 bits. A check that fails tells of keys and masks of this session alone;
//! the keys of MACs and of the garbling come from two set-ups, so that one tells nothing of the other.
//!
//! *The caller guarantees*: all parties make the same calls; every `prepare` comes before what it is for; boolean vectors
//! have at most 128 bits where they enter or leave. Numbers of more than 64 bits are the planner's to compute on bits.

mod ahead;
mod check;
mod convert;
mod elements;
mod holdings;
mod inputs;
mod known;
mod openings;
mod paper;
mod products;
mod share;
mod triples;
mod twins;
mod vole;
mod wide;

pub use ahead::material_bytes;
pub use paper::Paper;
pub use share::Share;

use quorate_circuits::number::Word;

use self::elements::{Element, Elements, elements_of};
use self::known::{Keys, Known};
use self::openings::Opened;
use self::triples::Triples;
use super::authenticated::{self, Authenticated};
use super::vector::Planes;
use super::{CallRequest, Domain, Holder, Linear, OpenRequest, Pick, ProductRequest, Protocol, Session, ShareRequest};
use crate::net::{ChannelError, ChannelFault, Network, PartyIndex, Phase, Step};
use crate::ot::BaseOt;

/// Differences that make an owner's values the same towards all, digit by digit.
pub const SPDZ_CORRECTIONS: Step = Step::new("spdz/corrections");
/// Combinations of an owner's values, and their masks.
pub const SPDZ_VALUES: Step = Step::new("spdz/values");
/// Digests of the combinations that were heard.
pub const SPDZ_VALUES_ECHO: Step = Step::new("spdz/values-echo");
/// Differences that make a party's factors the same towards all.
pub const SPDZ_FACTORS: Step = Step::new("spdz/factors");
/// Rows of products, masked.
pub const SPDZ_PRODUCTS: Step = Step::new("spdz/products");
/// Differences between random values and factors or products.
pub const SPDZ_DIFFERENCES: Step = Step::new("spdz/differences");
/// The openings of the sacrifice.
pub const SPDZ_MASKED: Step = Step::new("spdz/masked");
/// The combination of all triples, which is nothing.
pub const SPDZ_COMBINATION: Step = Step::new("spdz/combination");
/// Commitments to MACs.
pub const SPDZ_COMMITMENTS: Step = Step::new("spdz/commitments");
/// MACs, which add up to nothing.
pub const SPDZ_PROOFS: Step = Step::new("spdz/proofs");
/// Numbers that an owner shares, masked.
pub const SPDZ_INPUTS: Step = Step::new("spdz/inputs");
/// Masked factors.
pub const SPDZ_FACTORS_OPENED: Step = Step::new("spdz/factors-opened");
/// Numbers that become bits, masked.
pub const SPDZ_ADDENDS: Step = Step::new("spdz/addends");
/// Bits as numbers: differences from random values.
pub const SPDZ_TWINS: Step = Step::new("spdz/twins");
/// That they are bits, and the same ones.
pub const SPDZ_TWIN_PROOFS: Step = Step::new("spdz/twin-proofs");
/// Outputs, masked above their low bits or by a receiver's number.
pub const SPDZ_OUTPUTS: Step = Step::new("spdz/outputs");

/// Bytes of a number on the wire.
const ELEMENT_BYTES: usize = size_of::<Element>();
/// Bits of a number that count.
const NUMBER_BITS: usize = 64;

/// What a stretch of a plan consumes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    /// Of the garbling within.
    pub garbling: authenticated::Demand,
    /// Triples.
    pub triples: usize,
    /// Random values that one party knows, by party; none where the list ends.
    pub known: Vec<usize>,
}

impl Demand {
    fn add_known(&mut self, counts: &[usize]) {
        if counts.iter().all(|count| *count == 0) {
            return;
        }
        self.known.resize(self.known.len().max(counts.len()), 0);
        self.known.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
    }

    fn counts(&self, parties: usize) -> Vec<usize> {
        (0..parties).map(|party| self.known.get(party).copied().unwrap_or(0)).collect()
    }
}

/// A party.
pub struct Spdz {
    garbling: Authenticated,
    /// When it is set up.
    keys: Option<Keys>,
    known: Known,
    triples: Triples,
    /// The next tweak of products' pads.
    tweak: u64,
    /// What was opened and is still to be checked.
    opened: Opened,
    consumed: Demand,
}

/// What a failed check of a sum is: with two parties it is the other one's fault, with more nobody's in particular.
fn deviation(network: &Network, step: Step, what: &'static str) -> ChannelError {
    let fault = if network.parties() == 2 { ChannelFault::CheckFailed(what) } else { ChannelFault::Disagreement(what) };
    let peer = PartyIndex(usize::from(network.me().0 == 0));
    ChannelError { peer, step, fault }
}

impl Spdz {
    /// A party before its first message.
    pub fn new(session: Session) -> Self {
        let parties = session.network.parties();
        Self {
            opened: Opened::new(&session.id),
            garbling: Authenticated::new(session),
            keys: None,
            known: Known::empty(parties),
            triples: Triples::default(),
            tweak: 0,
            consumed: Demand::default(),
        }
    }

    /// The same with this kind of base OT.
    #[must_use]
    pub fn based_on(mut self, base: BaseOt) -> Self {
        self.garbling = self.garbling.based_on(base);
        self
    }

    /// The session, when the protocol is over.
    pub fn into_session(self) -> Session {
        self.garbling.into_session()
    }

    fn own_session(&mut self) -> &mut Session {
        self.garbling.own_session()
    }

    fn network(&mut self) -> &mut Network {
        &mut self.garbling.own_session().network
    }

    fn me(&mut self) -> PartyIndex {
        self.network().me()
    }

    fn parties(&self) -> usize {
        self.garbling.parties()
    }

    /// My share of the key of all MACs. Secret.
    fn key(&self) -> u64 {
        self.keys.as_ref().expect("the first prepare comes before anything else").key()
    }

    /// Sets up what is missing, or reads it.
    async fn set_up(&mut self) -> Result<(), ChannelError> {
        if self.keys.is_some() {
            return Ok(());
        }
        self.garbling.set_up().await?;
        let me = self.me();
        self.keys = self.read_key().map_err(|fault| fault.of(me))?;
        if self.keys.is_none() {
            self.network().enter(Phase::SetUp);
            let base = self.garbling.base();
            self.keys = Some(Keys::set_up(base, self.garbling.own_session()).await?);
        }
        Ok(())
    }

    /// Makes known values and triples, or reads them.
    async fn restock(&mut self, demand: &Demand) -> Result<(), ChannelError> {
        let (me, counts) = (self.me(), demand.counts(self.parties()));
        let nothing = demand.triples == 0 && counts.iter().all(|count| *count == 0);
        if nothing || self.read_stock(&counts, demand.triples).map_err(|fault| fault.of(me))? {
            return Ok(());
        }
        let Self { garbling, keys: Some(keys), .. } = self else { panic!("a set-up comes before what is made") };
        garbling.own_session().network.enter(Phase::Preprocessing);
        self.known.append(&keys.make(garbling.own_session(), &counts).await?);
        for first in (0..demand.triples).step_by(triples::PORTION) {
            let count = triples::PORTION.min(demand.triples - first);
            self.triples.append(&triples::make(garbling, keys, &mut self.tweak, count).await?);
        }
        Ok(())
    }

    fn take_known(&mut self, counts: &[usize]) -> Known {
        self.consumed.add_known(counts);
        let me = self.me();
        self.known.take(me, counts)
    }

    /// So many random numbers that nobody knows: sums of everybody's.
    fn random_elements(&mut self, count: usize) -> Elements {
        let known = self.take_known(&vec![count; self.parties()]);
        let who = (self.me(), self.key());
        let mut elements = Elements::zeros(count);
        (0..count).for_each(|place| elements.put(place, known.share_of_sum(who, place)));
        elements
    }

    /// All products of one call: `x y = c + (x - a) b + (y - b) a + (x - a) (y - b)`.
    async fn products(&mut self, requests: &[ProductRequest<'_, Share>]) -> Result<Vec<Share>, ChannelError> {
        let (mut masked, mut results, mut factors) = (Elements::default(), Vec::new(), Vec::new());
        for request in requests {
            let (left, right) = match request {
                ProductRequest::Elementwise(left, right) => (left.elements().duplicate(), right.elements().duplicate()),
                ProductRequest::TableColumn { table, column, rows } => {
                    (table.elements().duplicate(), column.elements().repeated(*rows))
                }
            };
            factors.push((left, right));
        }
        let count: usize = factors.iter().map(|(left, _)| left.len()).sum();
        self.consumed.triples += count;
        let triples = self.triples.take(count);
        let (mut lefts, mut rights) = (Elements::default(), Elements::default());
        for (left, right) in &factors {
            lefts.append(left);
            rights.append(right);
        }
        lefts.sub(&triples.a);
        rights.sub(&triples.b);
        masked.append(&lefts);
        masked.append(&rights);
        let opened = self.open_masked(SPDZ_FACTORS_OPENED, masked).await?;
        let (d, e) = opened.split_at(count);
        let mut products = triples.c;
        products.add(&triples.b.scaled(d));
        products.add(&triples.a.scaled(e));
        let is_first = self.me().0 == 0;
        products.add(&Elements::public(d.iter().zip(e).map(|(d, e)| *d * *e), is_first, self.key()));
        let mut first = 0;
        for (request, (left, _)) in requests.iter().zip(&factors) {
            let part = products.part(first, left.len());
            first += left.len();
            results.push(Share::arithmetic(match request {
                ProductRequest::Elementwise(..) => part,
                ProductRequest::TableColumn { column, .. } => part.sum_runs(column.elements().len().max(1)),
            }));
        }
        Ok(results)
    }
}

impl Protocol for Spdz {
    type Share = Share;
    type Demand = Demand;

    fn session(&mut self) -> Option<&mut Session> {
        Some(self.own_session())
    }

    fn take_consumed(&mut self) -> Demand {
        Demand { garbling: self.garbling.take_consumed(), ..std::mem::take(&mut self.consumed) }
    }

    async fn prepare(&mut self, demand: &Demand) -> Result<(), ChannelError> {
        self.set_up().await?;
        self.garbling.prepare(&demand.garbling).await?;
        self.restock(demand).await?;
        self.network().enter(Phase::Online);
        Ok(())
    }

    fn length(&self, share: &Share) -> usize {
        share.length()
    }

    fn duplicate(&self, share: &Share) -> Share {
        share.duplicate()
    }

    fn public(&mut self, domain: Domain, words: &[Word]) -> Share {
        match domain {
            Domain::Arithmetic => {
                let is_first = self.me().0 == 0;
                Share::arithmetic(Elements::public(elements_of(words).into_iter(), is_first, self.key()))
            }
            Domain::Boolean { width } => {
                let bits = Planes::of_elements(width as usize, words);
                Share::boolean(self.garbling.public(domain, words), Holder::Everybody, bits)
            }
        }
    }

    async fn share(&mut self, requests: &[ShareRequest<'_>]) -> Result<Vec<Share>, ChannelError> {
        self.share_all(requests).await
    }

    fn random_bits(&mut self, width: u32, length: usize) -> Share {
        let none = Planes::zeros(width as usize, length);
        Share::boolean(self.garbling.random_bits(width, length), Holder::Shared, none)
    }

    fn linear(&mut self, operation: Linear<'_, Share>) -> Share {
        Share::arithmetic(match operation {
            Linear::Add(a, b) => {
                let mut sum = a.elements().duplicate();
                sum.add(b.elements());
                sum
            }
            Linear::Sub(a, b) => {
                let mut difference = a.elements().duplicate();
                difference.sub(b.elements());
                difference
            }
            Linear::Scale(a, words) => a.elements().scaled(&elements_of(words)),
            Linear::SumRuns(a, width) => a.elements().sum_runs(width),
        })
    }

    fn pick(&mut self, share: &Share, pick: &Pick) -> Share {
        share.pick(pick)
    }

    fn regroup(&mut self, share: &Share, width: u32) -> Share {
        share.regroup(width)
    }

    fn concatenate(&mut self, shares: &[&Share]) -> Share {
        Share::concatenate(shares)
    }

    async fn multiply(&mut self, requests: &[ProductRequest<'_, Share>]) -> Result<Vec<Share>, ChannelError> {
        self.products(requests).await
    }

    async fn call(&mut self, requests: &[CallRequest<'_, Share>]) -> Result<Vec<Vec<Share>>, ChannelError> {
        let within: Vec<CallRequest<'_, authenticated::Wires>> = requests
            .iter()
            .map(|request| CallRequest {
                circuit: request.circuit,
                operands: request.operands.iter().map(|operand| operand.wires()).collect(),
            })
            .collect();
        let outputs = self.garbling.call(&within).await?;
        Ok(outputs.into_iter().map(|outputs| outputs.into_iter().map(Share::computed).collect()).collect())
    }

    async fn addends(&mut self, requests: &[(&Share, u32)]) -> Result<Vec<Vec<Share>>, ChannelError> {
        self.addends_of(requests).await
    }

    async fn to_arithmetic(&mut self, requests: &[(&Share, bool)]) -> Result<Vec<Share>, ChannelError> {
        self.arithmetic_of(requests).await
    }

    async fn open(&mut self, requests: &[OpenRequest<'_, Share>]) -> Result<Vec<Option<Vec<Word>>>, ChannelError> {
        self.open_all(requests).await
    }
}
