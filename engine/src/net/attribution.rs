//! What the messages of a ledger are for.
//!
//! An executor says what the coming requests are for, a protocol step says how its messages are shared out among the
//! requests, and every byte, gate and round then belongs to somebody; the sums are the ledger's own, without any
//! tolerance. What a set-up sends is nobody's: it is paid once per pair.
//!
//! *Bytes.* A step's bytes are shared out in proportion to its requests' weights ([`apportion`]). Correlated randomness
//! is made in batches before it is known who consumes it: a batch's bytes are shared out in proportion to what was
//! consumed until the next batch.
//!
//! *Rounds* cannot be added up by sender: there are as many as one longest chain of messages has links. They are those
//! of the chain itself: a message that makes its receiver's chain longer is the last link of a chain that goes back
//! through the sender's. When all is over, the links of one longest chain are counted by what their messages were for;
//! a link that carried several purposes is shared by these.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Phase;
use super::apportion::apportion;

/// What a message is sent for: a value of the program to the executor, a number here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cause(pub usize);

/// What one cause is charged with, by all parties together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Charge {
    /// AND gates evaluated under the protocol.
    pub and_gates: u64,
    /// Multiplications of arithmetic shares.
    pub multiplications: u64,
    /// Payload bytes sent, by phase.
    pub bytes: [u64; 3],
}

/// A ledger's figures by cause. They add up to the ledger's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Charges {
    /// What was sent for nobody in particular: the set-up.
    pub apart: Charge,
    /// By cause.
    pub causes: BTreeMap<Cause, Charge>,
    /// Links of one longest chain, by what their messages were for; nothing for the set-up's.
    pub rounds: BTreeMap<BTreeSet<Cause>, u32>,
}

/// The end of a chain: how many links the last wave added to it, and the chain before that wave. Chains share what they
/// have in common, and what no longest chain goes through is dropped.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    before: Option<Arc<Chain>>,
    wave: usize,
    links: u32,
}

impl Chain {
    /// The chain with one link more.
    fn lengthened(end: Option<Arc<Self>>, wave: usize) -> Arc<Self> {
        match end {
            Some(end) if end.wave == wave => Arc::new(Self { before: end.before.clone(), wave, links: end.links + 1 }),
            before => Arc::new(Self { before, wave, links: 1 }),
        }
    }
}

impl Drop for Chain {
    fn drop(&mut self) {
        // One after the other: a chain is longer than the stack is deep.
        let mut next = self.before.take();
        while let Some(mut chain) = next.and_then(Arc::into_inner) {
            next = chain.before.take();
        }
    }
}

/// The books.
#[derive(Clone, Debug)]
pub(super) struct Attribution {
    /// What the coming requests are for.
    causes: Vec<Cause>,
    /// How what is sent now is shared out.
    split: BTreeMap<Cause, u64>,
    /// Bytes sent under this split.
    online: u64,
    /// Bytes of the batch of correlated randomness, and what was consumed since it was made.
    batch: u64,
    consumed: BTreeMap<Cause, u64>,
    charges: Charges,
    /// What each wave of messages was for. The first one is the set-up.
    waves: Vec<BTreeSet<Cause>>,
    /// The waves outside of preprocessing: a tile's are those of the tile before.
    known_waves: BTreeMap<BTreeSet<Cause>, usize>,
    batch_wave: usize,
    /// The wave of the current split, once it has made a chain longer.
    online_wave: Option<usize>,
    /// By party, the longest chain that ends there.
    ends: Vec<Option<Arc<Chain>>>,
}

impl Attribution {
    pub(super) fn new(parties: usize) -> Self {
        Self {
            causes: Vec::new(),
            split: BTreeMap::new(),
            online: 0,
            batch: 0,
            consumed: BTreeMap::new(),
            charges: Charges::default(),
            waves: vec![BTreeSet::new()],
            known_waves: BTreeMap::new(),
            batch_wave: 0,
            online_wave: None,
            ends: vec![None; parties],
        }
    }

    pub(super) fn requested_by(&mut self, causes: impl Iterator<Item = Cause>) {
        self.causes.clear();
        self.causes.extend(causes);
    }

    pub(super) fn split(&mut self, weights: impl Iterator<Item = u64>) {
        self.share_out_online();
        let mut split = BTreeMap::new();
        for (request, weight) in weights.enumerate().filter(|(_, weight)| *weight > 0) {
            if let Some(cause) = self.cause(request) {
                *split.entry(cause).or_insert(0) += weight;
            }
        }
        self.split = split;
    }

    pub(super) fn consume(&mut self, request: usize, weight: u64) {
        if let Some(cause) = self.cause(request).filter(|_| weight > 0) {
            *self.consumed.entry(cause).or_insert(0) += weight;
        }
    }

    pub(super) fn charge(&mut self, request: usize) -> &mut Charge {
        match self.cause(request) {
            Some(cause) => self.charges.causes.entry(cause).or_default(),
            None => &mut self.charges.apart,
        }
    }

    /// The next batch begins: what the one before cost is known to be for what was consumed since. Batches of which
    /// nothing was consumed in between are one.
    pub(super) fn begin_batch(&mut self) {
        if self.batch > 0 && self.consumed.is_empty() {
            return;
        }
        self.share_out_batch();
        self.waves.push(BTreeSet::new());
        self.batch_wave = self.waves.len() - 1;
    }

    pub(super) fn sent(&mut self, phase: Phase, bytes: u64) {
        match phase {
            Phase::Preprocessing => self.batch += bytes,
            Phase::Online => self.online += bytes,
            Phase::SetUp => self.charges.apart.bytes[Phase::SetUp as usize] += bytes,
            Phase::Session => {}
        }
    }

    /// The ends of all chains, before messages arrive that are sent at the same time.
    pub(super) fn ends(&self) -> Vec<Option<Arc<Chain>>> {
        self.ends.clone()
    }

    /// A message of `phase` has made the longest chain at `to` longer: it is the one that ended in `before`, and this link.
    pub(super) fn lengthened(&mut self, phase: Phase, before: Option<Arc<Chain>>, to: usize) {
        let wave = match phase {
            Phase::Preprocessing => self.batch_wave,
            Phase::Online => self.current_wave(),
            Phase::SetUp | Phase::Session => 0,
        };
        self.ends[to] = Some(Chain::lengthened(before, wave));
    }

    /// The charges, when all is over; `deepest` is a party at which a longest chain ends.
    pub(super) fn charges(mut self, deepest: usize) -> Charges {
        self.share_out_online();
        self.share_out_batch();
        let mut at = self.ends.get(deepest).and_then(Option::as_deref);
        while let Some(chain) = at {
            *self.charges.rounds.entry(self.waves[chain.wave].clone()).or_insert(0) += chain.links;
            at = chain.before.as_deref();
        }
        self.charges
    }

    /// One cause stands for all requests; with several, each request has its own.
    fn cause(&self, request: usize) -> Option<Cause> {
        match self.causes.as_slice() {
            [only] => Some(*only),
            causes => causes.get(request).copied(),
        }
    }

    fn current_wave(&mut self) -> usize {
        *self.online_wave.get_or_insert_with(|| {
            let causes: BTreeSet<Cause> = self.split.keys().copied().collect();
            *self.known_waves.entry(causes).or_insert_with_key(|causes| {
                self.waves.push(causes.clone());
                self.waves.len() - 1
            })
        })
    }

    fn share_out_online(&mut self) {
        self.online_wave = None;
        let bytes = std::mem::take(&mut self.online);
        share_out(&mut self.charges, Phase::Online, bytes, &self.split);
    }

    fn share_out_batch(&mut self) {
        let bytes = std::mem::take(&mut self.batch);
        let consumed = std::mem::take(&mut self.consumed);
        share_out(&mut self.charges, Phase::Preprocessing, bytes, &consumed);
        if self.batch_wave > 0 {
            self.waves[self.batch_wave].extend(consumed.keys());
        }
    }
}

fn share_out(charges: &mut Charges, phase: Phase, bytes: u64, weights: &BTreeMap<Cause, u64>) {
    if bytes == 0 {
        return;
    }
    if weights.is_empty() {
        charges.apart.bytes[phase as usize] += bytes;
        return;
    }
    let parts = apportion(bytes, &weights.values().copied().collect::<Vec<_>>());
    for (cause, part) in weights.keys().zip(parts) {
        charges.causes.entry(*cause).or_default().bytes[phase as usize] += part;
    }
}
