//! The evaluator, ahead of a run and in one that was garbled before.

use quorate_circuits::number::Word;
use zeroize::Zeroizing;

use super::super::evaluator::Start;
use super::super::labels::{Labels, bits_of};
use super::super::{EVALUATOR, Evaluator, GARBLER, Garbling, YAO_INPUTS, bits, evaluator_bits, width_of};
use super::{When, YAO_LABELS, label_blocks, next_bits, nothing_opened, put_bits};
use crate::correlation::{MaterialFault, MaterialSink, MaterialSource, SecretVec, next, put};
use crate::crypto::{Block, SecretBlocks};
use crate::net::ChannelError;
use crate::protocol::{OpenRequest, Session, ShareRequest};

impl<'s> Evaluator<'s> {
    /// The evaluator of a session that garbles for a later one.
    ///
    /// # Panics
    /// As [`Evaluator::new`].
    pub fn ahead(session: Session, garbling: Garbling, sink: &'s mut dyn MaterialSink) -> Self {
        let mut evaluator = Self::new(session, garbling);
        evaluator.when = When::Ahead(sink);
        evaluator
    }

    /// The same with what an earlier session garbled.
    #[must_use]
    pub fn prepared_by(mut self, source: Box<dyn MaterialSource>) -> Self {
        self.when = When::Before(source);
        self
    }

    /// Keeps the start point and the seed, of which a later session needs the first.
    pub(in super::super) fn keep_start(&mut self, blocks: &[Block]) -> Result<(), MaterialFault> {
        match &mut self.when {
            When::Ahead(sink) => put(&mut **sink, &blocks[..1]),
            When::AtOnce | When::Before(_) => Ok(()),
        }
    }

    /// Reads the start point.
    pub(in super::super) fn read_start(&mut self) -> Result<(), MaterialFault> {
        let start = next::<Block>(self.when.source(), 1)?[0];
        // The garbler's labels come in messages, not from a seed.
        self.start = Some(Start::new(self.garbling, start, Block::ZERO));
        Ok(())
    }

    /// Keeps what my vectors will be corrected by, and the pads of their labels.
    pub(in super::super) fn share_ahead(
        &mut self,
        requests: &[ShareRequest<'_>],
    ) -> Result<Vec<Labels>, MaterialFault> {
        for request in requests.iter().filter(|request| request.owner == EVALUATOR) {
            let count = width_of(request.domain) as usize * request.length;
            self.consumed.correlated_ots += count;
            let (mut choices, mut pads) = (Zeroizing::new(Vec::with_capacity(count)), Vec::with_capacity(count));
            self.stock.spend(count, |cots, places| {
                choices.extend(places.clone().map(|place| cots.choices[place / 64] >> (place % 64) & 1 == 1));
                pads.extend_from_slice(&cots.take_pads(places));
            });
            let pads = SecretBlocks::from(pads);
            put_bits(self.when.sink(), &choices)?;
            put(self.when.sink(), &pads)?;
        }
        Ok(requests.iter().map(|request| Labels::zeros(width_of(request.domain), request.length)).collect())
    }

    /// Corrects my choices, and takes in the active labels.
    pub(in super::super) async fn share_before(
        &mut self,
        requests: &[ShareRequest<'_>],
    ) -> Result<Vec<Labels>, ChannelError> {
        let mut inputs = Vec::new();
        let mut differences = Vec::with_capacity(evaluator_bits(requests));
        for request in requests.iter().filter(|request| request.owner == EVALUATOR) {
            inputs.push(self.next_input(request, &mut differences).map_err(|fault| fault.of(EVALUATOR))?);
        }
        let network = &mut self.session.network;
        if !differences.is_empty() {
            network.send(GARBLER, YAO_INPUTS, &bits::pack(&differences)).await?;
        }
        let message = match label_blocks(requests) {
            0 => Vec::new(),
            blocks => network.receive(GARBLER, YAO_LABELS, blocks * Block::BYTES).await?,
        };
        let blocks = SecretBlocks::from(Block::collect(&message));
        let (mut rest, mut inputs) = (&blocks[..], inputs.into_iter());
        let mut labels_of = |request: &ShareRequest<'_>| {
            let width = width_of(request.domain);
            let count = width as usize * request.length;
            let labels = match request.owner {
                EVALUATOR => {
                    let (pairs, after) = rest.split_at(2 * count);
                    rest = after;
                    let Input { choices, mut pads } = inputs.next().expect("one for each vector of mine");
                    for ((label, choice), pair) in pads.iter_mut().zip(&*choices).zip(pairs.chunks_exact(2)) {
                        // Which of the two it is depends on my choice, so both are read.
                        *label ^= pair[0] ^ Block::mask(*choice) & (pair[0] ^ pair[1]);
                    }
                    pads
                }
                _ => {
                    let (active, after) = rest.split_at(count);
                    rest = after;
                    active.to_vec().into()
                }
            };
            Labels::new(width, request.length, labels)
        };
        Ok(requests.iter().map(&mut labels_of).collect())
    }

    /// What was kept for a vector of mine; appends by how much my bits differ from the choices.
    fn next_input(&mut self, request: &ShareRequest<'_>, differences: &mut Vec<bool>) -> Result<Input, MaterialFault> {
        let words = request.words.expect("the owner has the words");
        assert_eq!(words.len(), request.length, "as many words as elements");
        let width = width_of(request.domain);
        let count = width as usize * request.length;
        let source = self.when.source();
        let choices = Zeroizing::new(next_bits(source, count)?);
        let pads: SecretVec<Block> = next(source, count)?;
        differences.extend(bits_of(words, width).zip(&*choices).map(|(bit, choice)| bit ^ choice));
        Ok(Input { choices, pads: pads.to_vec().into() })
    }

    /// Random bits are the choices of OTs: keeps their active labels. A fault is told by the next step that can tell one.
    pub(in super::super) fn keep_labels(&mut self, labels: &Labels) {
        let kept = put(self.when.sink(), labels.blocks());
        self.fault = std::mem::take(&mut self.fault).or(kept.err());
    }

    /// Reads the active labels of random bits. A fault is told by the next step that can tell one.
    pub(in super::super) fn next_labels(&mut self, width: u32, length: usize) -> Labels {
        match next::<Block>(self.when.source(), width as usize * length) {
            Ok(labels) => Labels::new(width, length, labels.to_vec().into()),
            Err(fault) => {
                self.fault.get_or_insert(fault);
                Labels::zeros(width, length)
            }
        }
    }

    /// A fault that random bits met.
    pub(in super::super) fn told(&mut self) -> Result<(), ChannelError> {
        self.fault.take().map_or(Ok(()), |fault| Err(fault.of(EVALUATOR)))
    }

    /// Nothing is opened ahead.
    pub(in super::super) fn open_ahead(&self, requests: &[OpenRequest<'_, Labels>]) -> Vec<Option<Vec<Word>>> {
        nothing_opened(requests, EVALUATOR, Labels::length)
    }
}

/// What was kept for a vector of the evaluator.
struct Input {
    choices: Zeroizing<Vec<bool>>,
    pads: SecretBlocks,
}
