//! What everybody is told: sums of addends, openings, coins; and that all were told the same.
//!
//! *Sums.* Each party has an addend, which its fellows' addends of nothing mask. Few words go from everybody to everybody;
//! of many each party adds up its portion and tells the others the sums: a round more, and a fraction of the bytes
//! (Damgård and Nielsen, "Scalable and Unconditionally Secure Multiparty Computation", CRYPTO 2007, section 4). A corrupted
//! party can change a sum by what it likes, which the check of products finds, or tell parties different sums, which their
//! digests show.
//!
//! *Openings.* Everybody sends its shares, and every receiver sees whether all are on one polynomial of degree `t`: the
//! honest parties' shares alone determine it, so nobody can change what is opened.
//!
//! *Coins* are random values that nobody knew, opened. Whoever is told one early has told its sums before: what another
//! party was told to differ shows in the digests.

use super::{SHAMIR_ADDENDS, SHAMIR_COINS, SHAMIR_ECHO, SHAMIR_SUMS, Shamir};
use crate::correlation::{SecretVec, elements_of};
use crate::crypto::{Block, Prg, Transcript};
use crate::galois::{Code, Coefficient, Elements, Lanes};
use crate::net::{ChannelError, ChannelFault, Ledger, PartyIndex, Step};

/// Bytes of addends that everybody sends everybody at most.
const FEW: usize = 1 << 13;
/// Bytes of a digest.
const DIGEST: usize = 32;
/// Words of a coin.
const COIN_WORDS: usize = 2;

/// The words that each party adds up, of many.
fn portions(parties: usize, words: usize) -> Vec<std::ops::Range<usize>> {
    (0..parties).map(|party| party * words / parties..(party + 1) * words / parties).collect()
}

/// The messages of [`Shamir::sum`] of so many words.
pub(super) fn sum_cost(ledger: &mut Ledger, words: usize, word_bytes: usize) {
    let parties = ledger.parties();
    if words * word_bytes <= FEW {
        return if words > 0 {
            ledger.exchange_all((words * word_bytes) as u64)
        };
    }
    let portions = portions(parties, words);
    let pairs = || {
        let pairs = (0..parties).flat_map(|from| (0..parties).map(move |to| (from, to)));
        pairs.filter(|(from, to)| from != to)
    };
    let bytes = |party: usize| (portions[party].len() * word_bytes) as u64;
    let message = |from: usize, to: usize, bytes: u64| (PartyIndex(from), PartyIndex(to), bytes);
    ledger.simultaneous(&pairs().map(|(from, to)| message(from, to, bytes(to))).collect::<Vec<_>>());
    ledger.simultaneous(&pairs().map(|(from, to)| message(from, to, bytes(from))).collect::<Vec<_>>());
}

/// The messages of [`Shamir::open_to_all`] of so many words.
pub(super) fn open_cost(ledger: &mut Ledger, degree: usize, words: usize, word_bytes: usize) {
    if words > 0 {
        ledger.exchange_all((degree * words * word_bytes) as u64);
    }
}

/// The messages of a coin.
pub(super) fn coin_cost(ledger: &mut Ledger, degree: usize) {
    open_cost(ledger, degree, COIN_WORDS, size_of::<Lanes>());
}

/// The messages of [`Shamir::compare`].
pub(super) fn echo_cost(ledger: &mut Ledger) {
    ledger.exchange_all(DIGEST as u64);
}

/// The error where something is wrong that nobody in particular did.
pub(super) fn disagreement(me: PartyIndex, step: Step, what: &'static str) -> ChannelError {
    ChannelError { peer: PartyIndex(usize::from(me.0 == 0)), step, fault: ChannelFault::Disagreement(what) }
}

impl Shamir {
    /// The sums of everybody's addends.
    pub(super) async fn sum<C: Coefficient>(&mut self, mut addends: SecretVec<C>) -> Result<Vec<C>, ChannelError> {
        if addends.is_empty() {
            return Ok(Vec::new());
        }
        self.keys().add_zero(&mut addends);
        let bytes: &[u8] = bytemuck::cast_slice(&addends);
        let network = &mut self.session.network;
        let me = network.me().0;
        let sums = if bytes.len() <= FEW {
            let incoming = network.exchange_all(SHAMIR_ADDENDS, bytes, bytes.len()).await?;
            added::<C>(&addends, &incoming)
        } else {
            let portions = portions(network.parties(), addends.len());
            let outgoing: Vec<Option<&[u8]>> =
                portions.iter().map(|portion| Some(bytemuck::cast_slice(&addends[portion.clone()]))).collect();
            let mine = portions[me].len() * size_of::<C>();
            let incoming = network.scatter(SHAMIR_ADDENDS, &outgoing, &vec![Some(mine); portions.len()]).await?;
            let added = added::<C>(&addends[portions[me].clone()], &incoming);
            let told: Vec<Option<&[u8]>> = vec![Some(bytemuck::cast_slice(&added)); portions.len()];
            let lengths: Vec<Option<usize>> =
                portions.iter().map(|portion| Some(portion.len() * size_of::<C>())).collect();
            let mut incoming = network.scatter(SHAMIR_SUMS, &told, &lengths).await?;
            incoming[me] = bytemuck::cast_slice(&added).to_vec();
            incoming.iter().flat_map(|message| elements_of::<C>(message)).collect()
        };
        self.heard.append("sums", bytemuck::cast_slice(&sums));
        self.has_heard = true;
        Ok(sums)
    }

    /// Opens sharings of integers, or of bits, to everybody.
    pub(super) async fn open_to_all<C: Coefficient>(
        &mut self,
        step: Step,
        share: &Elements<C>,
    ) -> Result<Vec<C>, ChannelError> {
        if share.is_empty() {
            return Ok(Vec::new());
        }
        let message: &[u8] = bytemuck::cast_slice(share.words());
        let network = &mut self.session.network;
        let mut all = network.exchange_all(step, message, message.len()).await?;
        let me = network.me();
        all[me.0] = message.to_vec();
        opened(&self.code, share.len(), &all).ok_or_else(|| disagreement(me, step, NOT_ON_A_POLYNOMIAL))
    }

    /// Random bits that nobody knew before.
    pub(super) async fn coin(&mut self) -> Result<Prg, ChannelError> {
        let share = self.keys().random::<Lanes>(COIN_WORDS);
        let coin = self.open_to_all(SHAMIR_COINS, &share).await?;
        let mut transcript = Transcript::new("quorate 2026 shamir coin", &self.session.id);
        let seed: Block = transcript.append("coin", bytemuck::cast_slice(&coin)).block();
        Ok(Prg::new(seed))
    }

    /// Everybody was told the same so far.
    ///
    /// # Errors
    /// If not.
    pub(super) async fn compare(&mut self) -> Result<(), ChannelError> {
        if !std::mem::take(&mut self.has_heard) {
            return Ok(());
        }
        let digest = self.heard.digest();
        let network = &mut self.session.network;
        let all = network.exchange_all(SHAMIR_ECHO, &digest, DIGEST).await?;
        match network.peers().find(|peer| all[peer.0] != digest) {
            None => Ok(()),
            Some(peer) => {
                let fault = ChannelFault::Disagreement("what everybody was told");
                Err(ChannelError { peer, step: SHAMIR_ECHO, fault })
            }
        }
    }
}

/// Said of shares that do not fit.
pub(super) const NOT_ON_A_POLYNOMIAL: &str = "the shares of an opened value are on no polynomial";

/// My addends and all others'.
fn added<C: Coefficient>(mine: &[C], incoming: &[Vec<u8>]) -> Vec<C> {
    let mut sums = mine.to_vec();
    for message in incoming {
        sums.iter_mut().zip(elements_of::<C>(message)).for_each(|(sum, addend)| *sum += addend);
    }
    sums
}

/// The integers, or bits, that everybody's shares say; nothing if they do not fit.
pub(super) fn opened<C: Coefficient>(code: &Code, length: usize, messages: &[Vec<u8>]) -> Option<Vec<C>> {
    let share = |message: &Vec<u8>| Elements::from_words(code.ring(), length, elements_of::<C>(message).into());
    let shares: Vec<Elements<C>> = messages.iter().map(share).collect();
    let shares: Vec<(usize, &Elements<C>)> = shares.iter().enumerate().collect();
    if code.first_inconsistency(&shares).is_some() {
        return None;
    }
    let values = code.reconstruct(&shares);
    let is_constant = (1..code.ring().degree()).all(|power| values.plane(power).iter().all(|c| *c == C::ZERO));
    is_constant.then(|| values.plane(0).to_vec())
}
