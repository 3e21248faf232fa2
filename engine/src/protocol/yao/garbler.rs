//! The party that garbles.

use futures_util::future::join;
use quorate_circuits::number::Word;
use zeroize::Zeroizing;

use super::ahead::When;
use super::batch::Batch;
use super::garbling::Garbling;
use super::gates::{GarblerGates, Gates};
use super::labels::{Labels, bits_of};
use super::recent::RecentSchedules;
use super::stock::Stock;
use super::tiling::pieces;
use super::{
    Demand, EVALUATOR, GARBLER, START_BYTES, YAO_INPUTS, YAO_START, YAO_TABLES, bits, boolean_values_only, colours,
    evaluator_bits, width_of,
};
use crate::crypto::{Block, Prg, SecretBlocks};
use crate::net::{ChannelError, Frame, Network, Phase};
use crate::ot::{BaseOt, CotSender, SenderCots};
use crate::protocol::{
    CallRequest, Domain, Linear, OpenRequest, Pick, ProductRequest, Protocol, Session, ShareRequest,
};

/// Party 1 of a session. Its shares are labels for 0.
pub struct Garbler<'s> {
    pub(super) session: Session,
    base: BaseOt,
    pub(super) gates: GarblerGates,
    /// The active labels of this party's inputs, as the evaluator draws them too.
    active: Prg,
    /// The message of [`YAO_START`] until it is sent.
    pub(super) start: Option<Zeroizing<[u8; START_BYTES]>>,
    cots: Option<CotSender>,
    pub(super) stock: Stock<SenderCots>,
    pub(super) consumed: Demand,
    /// When the circuits are garbled, and whether what belongs to that has begun.
    pub(super) when: When<'s>,
    begun: bool,
    schedules: RecentSchedules,
    /// The number of the next AND gate.
    next_and: u64,
}

impl Garbler<'_> {
    /// The garbler of a session of two: draws Delta, the start point and the seeds. Nothing is sent yet.
    ///
    /// # Panics
    /// If this is not the first of two parties.
    pub fn new(mut session: Session, garbling: Garbling) -> Self {
        assert!(session.network.parties() == 2 && session.network.me() == GARBLER, "the first of two parties garbles");
        let delta = Block::new(session.random.block().to_u128() | 1);
        let (start, seed) = (session.random.block(), session.random.block());
        let dice = session.random.block();
        let mut message = Zeroizing::new([0; START_BYTES]);
        message.copy_from_slice(Block::as_bytes(&[start, seed]));
        Self {
            session,
            base: BaseOt::default(),
            gates: GarblerGates::new(garbling, start, delta, dice),
            active: Prg::new(seed),
            start: Some(message),
            cots: None,
            stock: Stock::new(),
            consumed: Demand::default(),
            when: When::AtOnce,
            begun: false,
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
        if !self.begun {
            self.begun = true;
            self.begin_material().map_err(|fault| fault.of(GARBLER))?;
        }
        if matches!(self.when, When::Before(_)) {
            return Ok(());
        }
        let Session { id, network, random, .. } = &mut self.session;
        if let Some(start) = self.start.take() {
            network.enter(Phase::SetUp);
            network.send(EVALUATOR, YAO_START, &*start).await?;
        }
        if with_ots && self.cots.is_none() {
            network.enter(Phase::SetUp);
            self.cots = Some(CotSender::set_up(network, EVALUATOR, random, id, self.base, self.gates.delta()).await?);
        }
        Ok(())
    }

    /// My vector: the active labels are known, so the value goes into the labels for 0.
    fn own_input(&mut self, request: &ShareRequest<'_>) -> Labels {
        let words = request.words.expect("the owner has the words");
        assert_eq!(words.len(), request.length, "as many words as elements");
        let width = width_of(request.domain);
        assert!(width <= Word::BITS, "words have {} bits", Word::BITS);
        let mut labels = SecretBlocks::zeros(width as usize * request.length);
        self.active.fill_blocks(&mut labels);
        let mut labels = Labels::new(width, request.length, labels);
        for (bit, plane) in labels.planes_mut().enumerate() {
            for (label, word) in plane.iter_mut().zip(words) {
                *label ^= self.gates.delta_if(word >> bit & 1 == 1);
            }
        }
        labels
    }

    /// The next correlated OTs' rows, as labels for 0 of values that differ from the receiver's choices by
    /// `differences`.
    fn spend_ots(&mut self, width: u32, length: usize, differences: &mut impl Iterator<Item = bool>) -> Labels {
        let count = width as usize * length;
        self.consumed.correlated_ots += count;
        if let Some(cots) = self.stock.spend_batch(count) {
            let mut labels = cots.q;
            for (label, difference) in labels.iter_mut().zip(differences) {
                *label ^= self.gates.delta_if(difference);
            }
            return Labels::new(width, length, labels);
        }
        let mut labels = SecretBlocks::zeros(count);
        let mut rest = &mut labels[..];
        self.stock.spend(count, |cots, places| {
            let (part, after) = std::mem::take(&mut rest).split_at_mut(places.len());
            rest = after;
            for ((label, row), difference) in part.iter_mut().zip(&mut cots.q[places]).zip(&mut *differences) {
                *label = std::mem::take(row) ^ self.gates.delta_if(difference);
            }
        });
        Labels::new(width, length, labels)
    }

    async fn share_at_once(&mut self, requests: &[ShareRequest<'_>]) -> Result<Vec<Labels>, ChannelError> {
        let theirs = evaluator_bits(requests);
        let message = match theirs {
            0 => Vec::new(),
            bits => self.session.network.receive(EVALUATOR, YAO_INPUTS, bits.div_ceil(8)).await?,
        };
        let mut differences = bits::unpack(&message);
        let shares = requests.iter().map(|request| match request.owner {
            GARBLER => self.own_input(request),
            _ => self.spend_ots(width_of(request.domain), request.length, &mut differences),
        });
        Ok(shares.collect())
    }

    /// Sends tables, if there are any.
    async fn send_tables(network: &mut Network, tables: Option<Frame>) -> Result<(), ChannelError> {
        match tables {
            None => Ok(()),
            Some(tables) => network.send_frame(EVALUATOR, YAO_TABLES, tables).await,
        }
    }
}

impl Protocol for Garbler<'_> {
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

    /// The active labels are zero, so the labels for 0 are `bit * Delta`.
    fn public(&mut self, domain: Domain, words: &[Word]) -> Labels {
        let width = width_of(domain);
        let labels: Vec<Block> = bits_of(words, width).map(|bit| self.gates.delta_if(bit)).collect();
        Labels::new(width, words.len(), labels.into())
    }

    async fn share(&mut self, requests: &[ShareRequest<'_>]) -> Result<Vec<Labels>, ChannelError> {
        match self.when {
            When::AtOnce => self.share_at_once(requests).await,
            When::Ahead(_) => self.share_ahead(requests).map_err(|fault| fault.of(GARBLER)),
            When::Before(_) => self.share_before(requests).await,
        }
    }

    /// The receiver's choice in an OT, which I do not know, xor a bit of mine, which it does not know.
    fn random_bits(&mut self, width: u32, length: usize) -> Labels {
        if matches!(self.when, When::Before(_)) {
            return Labels::zeros(width, length);
        }
        let mut mine = Zeroizing::new(vec![0; (width as usize * length).div_ceil(8)]);
        self.session.random.fill_bytes(&mut mine);
        self.spend_ots(width, length, &mut bits::unpack(&mine))
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

    /// A piece is garbled while the tables of the one before are under way.
    async fn call(&mut self, requests: &[CallRequest<'_, Labels>]) -> Result<Vec<Vec<Labels>>, ChannelError> {
        assert!(self.start.is_none(), "prepare comes before the first call");
        if matches!(self.when, When::Before(_)) {
            return Ok(requests.iter().map(Labels::of_results).collect());
        }
        let gates = &self.gates;
        let network = &mut self.session.network;
        let mut sending = None;
        let mut results = Vec::with_capacity(requests.len());
        for request in requests {
            let schedule = self.schedules.of(request.circuit);
            let mut batch = Batch::new(&schedule, request);
            for piece in pieces(&schedule, batch.length(), self.gates.garbling()) {
                let mut garbled = Frame::new(piece.table_bytes());
                let first_and = self.next_and;
                self.next_and += piece.ands() as u64;
                let garble = async { batch.run(&piece, gates, first_and, garbled.payload_mut()) };
                join(Self::send_tables(network, sending), garble).await.0?;
                sending = (piece.table_bytes() > 0).then_some(garbled);
            }
            results.push(batch.finish());
        }
        Self::send_tables(network, sending).await?;
        Ok(results)
    }

    async fn addends(&mut self, _: &[(&Labels, u32)]) -> Result<Vec<Vec<Labels>>, ChannelError> {
        boolean_values_only()
    }

    async fn to_arithmetic(&mut self, _: &[(&Labels, bool)]) -> Result<Vec<Labels>, ChannelError> {
        boolean_values_only()
    }

    async fn open(&mut self, requests: &[OpenRequest<'_, Labels>]) -> Result<Vec<Option<Vec<Word>>>, ChannelError> {
        match self.when {
            When::AtOnce => colours::open(&mut self.session.network, EVALUATOR, requests).await,
            When::Ahead(_) => self.open_ahead(requests).map_err(|fault| fault.of(GARBLER)),
            When::Before(_) => self.open_before(requests).await,
        }
    }
}
