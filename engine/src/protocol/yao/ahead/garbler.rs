//! The garbler, ahead of a run and in one that was garbled before.

use quorate_circuits::number::Word;
use zeroize::Zeroizing;

use super::super::labels::{Labels, bits_of};
use super::super::{EVALUATOR, GARBLER, Garbler, Garbling, YAO_INPUTS, bits, colours, evaluator_bits, width_of};
use super::{When, YAO_LABELS, next_bits, nothing_opened, put_bits};
use crate::correlation::{MaterialFault, MaterialSink, MaterialSource, next, put};
use crate::crypto::{Block, SecretBlocks};
use crate::net::ChannelError;
use crate::protocol::{OpenRequest, Session, ShareRequest};

impl<'s> Garbler<'s> {
    /// The garbler of a session that garbles for a later one.
    ///
    /// # Panics
    /// As [`Garbler::new`].
    pub fn ahead(session: Session, garbling: Garbling, sink: &'s mut dyn MaterialSink) -> Self {
        let mut garbler = Self::new(session, garbling);
        garbler.when = When::Ahead(sink);
        garbler
    }

    /// The same with what an earlier session garbled.
    #[must_use]
    pub fn prepared_by(mut self, source: Box<dyn MaterialSource>) -> Self {
        self.start = None;
        self.when = When::Before(source);
        self
    }

    /// Begins the material, or reads how it begins.
    pub(in super::super) fn begin_material(&mut self) -> Result<(), MaterialFault> {
        match &mut self.when {
            When::Ahead(sink) => put(&mut **sink, &*Zeroizing::new([self.gates.delta()])),
            When::Before(source) => {
                let delta = next::<Block>(&mut **source, 1)?[0];
                // The colours of a wire's two labels differ.
                if !delta.lsb() {
                    return Err(MaterialFault::Altered);
                }
                self.gates.replace_delta(delta);
                Ok(())
            }
            When::AtOnce => Ok(()),
        }
    }

    /// Labels for 0 that nobody else knows, for vectors whose values come later.
    pub(in super::super) fn share_ahead(
        &mut self,
        requests: &[ShareRequest<'_>],
    ) -> Result<Vec<Labels>, MaterialFault> {
        requests.iter().map(|request| self.input_ahead(request)).collect()
    }

    fn input_ahead(&mut self, request: &ShareRequest<'_>) -> Result<Labels, MaterialFault> {
        let width = width_of(request.domain);
        let count = width as usize * request.length;
        let mut labels = SecretBlocks::zeros(count);
        self.session.random.fill_blocks(&mut labels);
        if request.owner == GARBLER {
            put(self.when.sink(), &labels)?;
            return Ok(Labels::new(width, request.length, labels));
        }
        self.consumed.correlated_ots += count;
        let mut pairs = SecretBlocks::zeros(2 * count);
        let mut rest = &mut pairs[..];
        self.stock.spend(count, |cots, places| {
            let (part, after) = std::mem::take(&mut rest).split_at_mut(2 * places.len());
            rest = after;
            let [zero, one] = cots.take_pads(places);
            let pads = zero.iter().zip(one.iter()).flat_map(|(zero, one)| [*zero, *one]);
            part.iter_mut().zip(pads).for_each(|(to, pad)| *to = pad);
        });
        for (pair, label) in pairs.chunks_exact_mut(2).zip(labels.iter()) {
            pair[0] ^= *label;
            pair[1] ^= *label ^ self.gates.delta();
        }
        put(self.when.sink(), &pairs)?;
        Ok(Labels::new(width, request.length, labels))
    }

    /// Sends the active labels of my inputs, and the evaluator's as it corrects its choices. What was garbled before
    /// needs no labels here.
    pub(in super::super) async fn share_before(
        &mut self,
        requests: &[ShareRequest<'_>],
    ) -> Result<Vec<Labels>, ChannelError> {
        let message = match evaluator_bits(requests) {
            0 => Vec::new(),
            bits => self.session.network.receive(EVALUATOR, YAO_INPUTS, bits.div_ceil(8)).await?,
        };
        let mut differences = bits::unpack(&message);
        let mut message = Vec::new();
        for request in requests {
            let labels = self.labels_of(request, &mut differences).map_err(|fault| fault.of(GARBLER))?;
            message.extend_from_slice(Block::as_bytes(&labels));
        }
        if !message.is_empty() {
            self.session.network.send(EVALUATOR, YAO_LABELS, &message).await?;
        }
        Ok(requests.iter().map(|request| Labels::zeros(width_of(request.domain), request.length)).collect())
    }

    fn labels_of(
        &mut self,
        request: &ShareRequest<'_>,
        differences: &mut impl Iterator<Item = bool>,
    ) -> Result<SecretBlocks, MaterialFault> {
        let width = width_of(request.domain);
        let count = width as usize * request.length;
        let mut read =
            |count| next::<Block>(self.when.source(), count).map(|blocks| SecretBlocks::from(blocks.to_vec()));
        if request.owner == GARBLER {
            let words = request.words.expect("the owner has the words");
            assert_eq!(words.len(), request.length, "as many words as elements");
            let mut labels = read(count)?;
            for (label, bit) in labels.iter_mut().zip(bits_of(words, width)) {
                *label ^= self.gates.delta_if(bit);
            }
            return Ok(labels);
        }
        let mut pairs = read(2 * count)?;
        for (pair, difference) in pairs.chunks_exact_mut(2).zip(differences) {
            pair.iter_mut().for_each(|label| *label ^= self.gates.delta_if(difference));
        }
        Ok(pairs)
    }

    /// Keeps the colours of what a run opens.
    pub(in super::super) fn open_ahead(
        &mut self,
        requests: &[OpenRequest<'_, Labels>],
    ) -> Result<Vec<Option<Vec<Word>>>, MaterialFault> {
        for request in requests {
            let colours: Vec<bool> = colours::colours(request.share).collect();
            put_bits(self.when.sink(), &colours)?;
        }
        Ok(nothing_opened(requests, GARBLER, Labels::length))
    }

    /// Opens by the colours that were kept.
    pub(in super::super) async fn open_before(
        &mut self,
        requests: &[OpenRequest<'_, Labels>],
    ) -> Result<Vec<Option<Vec<Word>>>, ChannelError> {
        let mut kept = Vec::with_capacity(requests.len());
        for request in requests {
            let bits = request.share.blocks().len();
            let colours = next_bits(self.when.source(), bits).map_err(|fault| fault.of(GARBLER))?;
            let labels: Vec<Block> = colours.iter().map(|colour| Block::new((*colour).into())).collect();
            kept.push(Labels::new(request.share.width(), request.share.length(), labels.into()));
        }
        let requests: Vec<OpenRequest<'_, Labels>> = requests
            .iter()
            .zip(&kept)
            .map(|(request, share)| OpenRequest { share, receivers: request.receivers })
            .collect();
        colours::open(&mut self.session.network, EVALUATOR, &requests).await
    }
}
