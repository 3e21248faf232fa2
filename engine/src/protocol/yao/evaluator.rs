//! The party that evaluates.

use std::ops::Range;

use quorate_circuits::number::Word;
use zeroize::Zeroizing;

use super::ahead::When;
use super::batch::Batch;
use super::garbling::Garbling;
use super::gates::EvaluatorGates;
use super::labels::Labels;
use super::recent::RecentSchedules;
use super::stock::Stock;
use super::tiling::pieces;
use super::{
    Demand, EVALUATOR, GARBLER, START_BYTES, YAO_INPUTS, YAO_START, bits, boolean_values_only, colours, evaluator_bits,
    width_of,
};
use crate::correlation::MaterialFault;
use crate::crypto::{Block, Prg, SecretBlocks};
use crate::net::{ChannelError, Frame, Phase};
use crate::ot::{BaseOt, CotReceiver, ReceiverCots};
use crate::protocol::{
    CallRequest, Domain, Linear, OpenRequest, Pick, ProductRequest, Protocol, Session, ShareRequest,
};

/// Party 2 of a session. Its shares are active labels.
pub struct Evaluator<'s> {
    pub(super) session: Session,
    pub(super) garbling: Garbling,
    base: BaseOt,
    /// What the garbler's first message says, when it is there.
    pub(super) start: Option<Start>,
    cots: Option<CotReceiver>,
    pub(super) stock: Stock<ReceiverCots>,
    pub(super) consumed: Demand,
    /// When the circuits are garbled, and what went wrong where nothing could tell.
    pub(super) when: When<'s>,
    pub(super) fault: Option<MaterialFault>,
    schedules: RecentSchedules,
    /// The number of the next AND gate.
    next_and: u64,
}

/// What comes from [`YAO_START`].
pub(super) struct Start {
    gates: EvaluatorGates,
    /// The active labels of the garbler's inputs.
    active: Prg,
}

impl Start {
    pub(super) fn new(garbling: Garbling, start: Block, seed: Block) -> Self {
        Self { gates: EvaluatorGates::new(garbling, start), active: Prg::new(seed) }
    }
}

impl Evaluator<'_> {
    /// The evaluator of a session of two.
    ///
    /// # Panics
    /// If this is not the second of two parties.
    pub fn new(session: Session, garbling: Garbling) -> Self {
        let network = &session.network;
        assert!(network.parties() == 2 && network.me() == EVALUATOR, "the second of two parties evaluates");
        Self {
            session,
            garbling,
            base: BaseOt::default(),
            start: None,
            cots: None,
            stock: Stock::new(),
            consumed: Demand::default(),
            when: When::AtOnce,
            fault: None,
            schedules: RecentSchedules::default(),
            next_and: 0,
        }
    }

    /// The same with this kind of base OT.
    #[must_use]
    pub fn based_on(mut self, base: BaseOt) -> Self {
        self.base = base;
        self
    }

    /// The session, when the protocol is over.
    pub fn into_session(self) -> Session {
        self.session
    }

    /// Sets up what is missing.
    async fn set_up(&mut self, with_ots: bool) -> Result<(), ChannelError> {
        if let (When::Before(_), None) = (&self.when, &self.start) {
            self.read_start().map_err(|fault| fault.of(EVALUATOR))?;
        }
        if matches!(self.when, When::Before(_)) {
            return Ok(());
        }
        if self.start.is_none() {
            let network = &mut self.session.network;
            network.enter(Phase::SetUp);
            let message = Zeroizing::new(network.receive(GARBLER, YAO_START, START_BYTES).await?);
            let blocks = SecretBlocks::from(Block::collect(&message));
            self.keep_start(&blocks).map_err(|fault| fault.of(EVALUATOR))?;
            self.start = Some(Start::new(self.garbling, blocks[0], blocks[1]));
        }
        let Session { id, network, random, .. } = &mut self.session;
        if with_ots && self.cots.is_none() {
            network.enter(Phase::SetUp);
            self.cots = Some(CotReceiver::set_up(network, GARBLER, random, id, self.base).await?);
        }
        Ok(())
    }

    /// The next correlated OTs' rows as active labels; `choice` is told the choice of each.
    fn spend_ots(&mut self, width: u32, length: usize, mut choice: impl FnMut(bool)) -> Labels {
        let count = width as usize * length;
        self.consumed.correlated_ots += count;
        let mut tell = |cots: &ReceiverCots, places: Range<usize>| {
            places.for_each(|place| choice(cots.choices[place / 64] >> (place % 64) & 1 == 1));
        };
        if let Some(cots) = self.stock.spend_batch(count) {
            tell(&cots, 0..count);
            return Labels::new(width, length, cots.t);
        }
        let mut labels = SecretBlocks::zeros(count);
        let mut rest = &mut labels[..];
        self.stock.spend(count, |cots, places| {
            tell(cots, places.clone());
            let (part, after) = std::mem::take(&mut rest).split_at_mut(places.len());
            rest = after;
            part.iter_mut().zip(&mut cots.t[places]).for_each(|(label, row)| *label = std::mem::take(row));
        });
        Labels::new(width, length, labels)
    }

    /// My vector: appends what has to be told to the garbler.
    fn own_input(&mut self, request: &ShareRequest<'_>, differences: &mut Vec<bool>) -> Labels {
        let words = request.words.expect("the owner has the words");
        assert_eq!(words.len(), request.length, "as many words as elements");
        let width = width_of(request.domain);
        assert!(width <= Word::BITS, "words have {} bits", Word::BITS);
        let begun = differences.len();
        let labels = self.spend_ots(width, request.length, |choice| differences.push(choice));
        for (bit, plane) in differences[begun..].chunks_exact_mut(request.length.max(1)).enumerate() {
            plane.iter_mut().zip(words).for_each(|(difference, word)| *difference ^= word >> bit & 1 == 1);
        }
        labels
    }

    async fn share_at_once(&mut self, requests: &[ShareRequest<'_>]) -> Result<Vec<Labels>, ChannelError> {
        let mut differences = Vec::with_capacity(evaluator_bits(requests));
        let mut shares = Vec::with_capacity(requests.len());
        for request in requests {
            shares.push(match request.owner {
                EVALUATOR => self.own_input(request, &mut differences),
                _ => {
                    let width = width_of(request.domain);
                    let mut labels = SecretBlocks::zeros(width as usize * request.length);
                    let start = self.start.as_mut().expect("prepare comes before the first share");
                    start.active.fill_blocks(&mut labels);
                    Labels::new(width, request.length, labels)
                }
            });
        }
        if !differences.is_empty() {
            let message = bits::pack(&differences);
            self.session.network.send(GARBLER, YAO_INPUTS, &message).await?;
        }
        Ok(shares)
    }
}

impl Protocol for Evaluator<'_> {
    type Share = Labels;
    type Demand = Demand;

    fn session(&mut self) -> Option<&mut Session> {
        Some(&mut self.session)
    }

    fn take_consumed(&mut self) -> Demand {
        std::mem::take(&mut self.consumed)
    }

    async fn prepare(&mut self, demand: &Demand) -> Result<(), ChannelError> {
        self.set_up(demand.correlated_ots > 0).await?;
        let Session { network, random, .. } = &mut self.session;
        if let (Some(cots), 1..) = (&mut self.cots, demand.correlated_ots) {
            network.enter(Phase::Preprocessing);
            let batch = cots.extend(network, random, demand.correlated_ots).await?;
            self.stock.add(batch, demand.correlated_ots);
        }
        network.enter(Phase::Online);
        Ok(())
    }

    fn length(&self, share: &Labels) -> usize {
        share.length()
    }

    fn duplicate(&self, share: &Labels) -> Labels {
        share.duplicate()
    }

    /// The active labels of what everybody knows are zero.
    fn public(&mut self, domain: Domain, words: &[Word]) -> Labels {
        Labels::zeros(width_of(domain), words.len())
    }

    async fn share(&mut self, requests: &[ShareRequest<'_>]) -> Result<Vec<Labels>, ChannelError> {
        self.told()?;
        match self.when {
            When::AtOnce => self.share_at_once(requests).await,
            When::Ahead(_) => self.share_ahead(requests).map_err(|fault| fault.of(EVALUATOR)),
            When::Before(_) => self.share_before(requests).await,
        }
    }

    /// My choices in OTs, which the garbler does not know, xor bits of the garbler's, which I do not know.
    fn random_bits(&mut self, width: u32, length: usize) -> Labels {
        if matches!(self.when, When::Before(_)) {
            return self.next_labels(width, length);
        }
        let labels = self.spend_ots(width, length, |_| ());
        if matches!(self.when, When::Ahead(_)) {
            self.keep_labels(&labels);
        }
        labels
    }

    fn linear(&mut self, _: Linear<'_, Labels>) -> Labels {
        boolean_values_only()
    }

    fn pick(&mut self, share: &Labels, pick: &Pick) -> Labels {
        share.pick(pick)
    }

    fn regroup(&mut self, share: &Labels, width: u32) -> Labels {
        share.regroup(width)
    }

    fn concatenate(&mut self, shares: &[&Labels]) -> Labels {
        Labels::concatenate(shares)
    }

    async fn multiply(&mut self, _: &[ProductRequest<'_, Labels>]) -> Result<Vec<Labels>, ChannelError> {
        boolean_values_only()
    }

    async fn call(&mut self, requests: &[CallRequest<'_, Labels>]) -> Result<Vec<Vec<Labels>>, ChannelError> {
        self.told()?;
        let Self { start, when, session: Session { network, .. }, schedules, next_and, garbling, .. } = self;
        let start = start.as_ref().expect("prepare comes before the first call");
        let mut results = Vec::with_capacity(requests.len());
        for request in requests {
            let schedule = schedules.of(request.circuit);
            let mut batch = Batch::new(&schedule, request);
            for piece in pieces(&schedule, batch.length(), *garbling) {
                let mut tables = match piece.table_bytes() {
                    0 => Frame::new(0),
                    bytes => when.tables(network, bytes).await?,
                };
                if !matches!(when, When::Ahead(_)) {
                    batch.run(&piece, &start.gates, *next_and, tables.payload_mut());
                }
                *next_and += piece.ands() as u64;
            }
            results.push(batch.finish());
        }
        Ok(results)
    }

    async fn addends(&mut self, _: &[(&Labels, u32)]) -> Result<Vec<Vec<Labels>>, ChannelError> {
        boolean_values_only()
    }

    async fn to_arithmetic(&mut self, _: &[(&Labels, bool)]) -> Result<Vec<Labels>, ChannelError> {
        boolean_values_only()
    }

    async fn open(&mut self, requests: &[OpenRequest<'_, Labels>]) -> Result<Vec<Option<Vec<Word>>>, ChannelError> {
        self.told()?;
        match self.when {
            When::Ahead(_) => Ok(self.open_ahead(requests)),
            When::AtOnce | When::Before(_) => colours::open(&mut self.session.network, GARBLER, requests).await,
        }
    }
}
