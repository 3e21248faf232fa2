//! Opening numbers, and the check of what was opened.
//!
//! Everybody tells everybody its addends. What came out is believed, and checked later: before anything leaves, before
//! circuits read it, and whenever [`MOST_UNCHECKED`] numbers wait.
//!
//! *Outputs.* To all: the number plus a random multiple of 2^64. To some: for each receiver the number minus one that only
//! the receiver knows. Both are opened to everybody, so that everybody checks them.

use std::num::Wrapping;

use quorate_circuits::number::Word;

use super::check::{commit_and_open, commit_and_open_cost};
use super::elements::{Element, Elements};
use super::known::Coefficients;
use super::share::Share;
use super::{ELEMENT_BYTES, NUMBER_BITS, SPDZ_OUTPUTS, SPDZ_PROOFS, Spdz, deviation};
use crate::correlation::{SecretVec, elements_of};
use crate::crypto::{SessionId, Transcript, coin_toss, coin_toss_cost};
use crate::net::{ChannelError, Ledger, PartyIndex, Step};
use crate::protocol::authenticated::Wires;
use crate::protocol::{OpenRequest, Protocol, Session};

/// Numbers that wait for a check at most: 8 MiB.
pub(super) const MOST_UNCHECKED: usize = 1 << 18;

/// What was opened, or told to everybody, since the last check.
pub(super) struct Opened {
    values: Vec<Element>,
    macs: SecretVec<Element>,
    /// All messages that concern everybody, since the beginning.
    views: Transcript,
}

impl Opened {
    pub(super) fn new(session: &SessionId) -> Self {
        let views = Transcript::new("quorate 2026 spdz openings", session);
        Self { values: Vec::new(), macs: SecretVec::default(), views }
    }

    /// Everybody is to have heard the same.
    pub(super) fn hear(&mut self, messages: &[Vec<u8>]) {
        messages.iter().for_each(|message| {
            self.views.append("heard", message);
        });
    }
}

/// Which numbers are known to whom besides, for outputs to some: the counts by party.
pub(super) fn output_masks<'a>(
    parties: usize,
    outputs: impl Iterator<Item = (usize, &'a [PartyIndex])>,
) -> (Vec<usize>, usize) {
    let (mut counts, mut opened) = (vec![0; parties], 0);
    for (length, receivers) in outputs {
        if receivers.len() == parties {
            counts.iter_mut().for_each(|count| *count += length);
            opened += length;
        } else {
            receivers.iter().for_each(|receiver| counts[receiver.0] += length);
            opened += length * receivers.len();
        }
    }
    (counts, opened)
}

impl Spdz {
    /// Opens numbers that are masked already.
    pub(super) async fn open_masked(&mut self, step: Step, elements: Elements) -> Result<Vec<Element>, ChannelError> {
        if elements.len() == 0 {
            return Ok(Vec::new());
        }
        let me = self.me();
        let message: &[u8] = bytemuck::cast_slice(elements.values());
        let mut all = self.network().exchange_all(step, message, message.len()).await?;
        all[me.0] = message.to_vec();
        self.opened.hear(&all);
        let mut opened = vec![Wrapping(0); elements.len()];
        for message in &all {
            opened.iter_mut().zip(elements_of::<Element>(message)).for_each(|(sum, addend)| *sum += addend);
        }
        self.opened.values.extend_from_slice(&opened);
        self.opened.macs.append_words(elements.macs());
        if self.opened.values.len() > MOST_UNCHECKED {
            self.check_opened().await?;
        }
        Ok(opened)
    }

    /// Checks all that was opened since the last check.
    ///
    /// # Errors
    /// The channels'; a wrong MAC; parties who heard different things.
    pub(super) async fn check_opened(&mut self) -> Result<(), ChannelError> {
        let (values, macs) = (std::mem::take(&mut self.opened.values), std::mem::take(&mut self.opened.macs));
        if values.is_empty() {
            return Ok(());
        }
        let (key, views) = (Wrapping(u128::from(self.key())), self.opened.views.digest());
        let session = self.own_session();
        let Session { id, network, random, .. } = &mut *session;
        let coin = coin_toss(network, random, id, "spdz openings").await?;
        let seed = Transcript::new("quorate 2026 spdz coins", id).append("coin", &coin).block();
        let mut coefficients = Coefficients::new(seed);
        let sigma = values.iter().zip(macs.iter()).fold(Wrapping(0), |sigma, (value, mac)| {
            sigma + (*mac - key * *value) * Wrapping(u128::from(coefficients.next()))
        });
        let all = commit_and_open(session, "spdz openings", bytemuck::bytes_of(&sigma), views).await?;
        let sum: Element = all.iter().flat_map(|message| elements_of::<Element>(message)).sum();
        if sum == Wrapping(0) {
            return Ok(());
        }
        Err(deviation(&session.network, SPDZ_PROOFS, "an opened number has a wrong MAC"))
    }

    /// All requests: first the numbers, then the bits.
    pub(super) async fn open_all(
        &mut self,
        requests: &[OpenRequest<'_, Share>],
    ) -> Result<Vec<Option<Vec<Word>>>, ChannelError> {
        self.check_opened().await?;
        let numbers: Vec<_> = requests.iter().filter(|request| request.share.is_arithmetic()).collect();
        let bits: Vec<OpenRequest<'_, Wires>> = requests
            .iter()
            .filter(|request| !request.share.is_arithmetic())
            .map(|request| OpenRequest { share: request.share.wires(), receivers: request.receivers })
            .collect();
        let mut numbers = self.open_numbers(&numbers).await?.into_iter();
        let mut bits = if bits.is_empty() { Vec::new() } else { self.garbling.open(&bits).await? }.into_iter();
        let next = |request: &OpenRequest<'_, Share>| {
            if request.share.is_arithmetic() { numbers.next().flatten() } else { bits.next().flatten() }
        };
        Ok(requests.iter().map(next).collect())
    }

    async fn open_numbers(
        &mut self,
        requests: &[&OpenRequest<'_, Share>],
    ) -> Result<Vec<Option<Vec<Word>>>, ChannelError> {
        let (me, parties, key) = (self.me(), self.parties(), self.key());
        let outputs = requests.iter().map(|request| (request.share.length(), request.receivers));
        let (counts, _) = output_masks(parties, outputs);
        let known = self.take_known(&counts);
        let (mut next, mut masked, mut mine) = (vec![0; parties], Elements::default(), Vec::new());
        for request in requests {
            let length = request.share.length();
            let mut masks = Elements::zeros(length);
            if request.receivers.len() == parties {
                for place in 0..length {
                    for owner in (0..parties).map(PartyIndex) {
                        masks.add_at(place, known.share_of((me, key), owner, next[owner.0] + place));
                    }
                }
                next.iter_mut().for_each(|next| *next += length);
                let mut number = masks.shifted(NUMBER_BITS);
                number.add(request.share.elements());
                masked.append(&number);
                continue;
            }
            for receiver in request.receivers {
                let first = next[receiver.0];
                next[receiver.0] += length;
                let who = (me, key);
                (0..length).for_each(|place| masks.put(place, known.share_of(who, *receiver, first + place)));
                let mut number = request.share.elements().duplicate();
                number.sub(&masks);
                masked.append(&number);
                if *receiver == me {
                    mine.push(SecretVec::from(masks.values().to_vec()));
                }
            }
        }
        let opened = self.open_masked(SPDZ_OUTPUTS, masked).await?;
        self.check_opened().await?;
        Ok(unmasked(requests, &opened, mine, (me, parties)))
    }
}

/// The words of what was opened, where this party receives them. `mine` are the masks that it knows.
fn unmasked(
    requests: &[&OpenRequest<'_, Share>],
    opened: &[Element],
    mine: Vec<SecretVec<Element>>,
    (me, parties): (PartyIndex, usize),
) -> Vec<Option<Vec<Word>>> {
    let (mut opened, mut mine) = (opened.iter(), mine.into_iter());
    let word = |element: Element| element.0 & ((1 << NUMBER_BITS) - 1);
    let answer = |request: &&OpenRequest<'_, Share>| {
        let length = request.share.length();
        if request.receivers.len() == parties {
            return Some(opened.by_ref().take(length).map(|element| word(*element)).collect());
        }
        let mut words = None;
        for receiver in request.receivers {
            let numbers: Vec<Element> = opened.by_ref().take(length).copied().collect();
            if *receiver == me {
                let masks = mine.next().unwrap_or_default();
                words = Some(numbers.iter().zip(masks.iter()).map(|(number, mask)| word(*number + *mask)).collect());
            }
        }
        words
    };
    requests.iter().map(answer).collect()
}

/// What of a session's openings waits for a check, on paper.
#[derive(Default)]
pub(super) struct OpenedOnPaper(usize);

impl OpenedOnPaper {
    /// The messages of [`Spdz::open_masked`].
    pub(super) fn open(&mut self, ledger: &mut Ledger, count: usize) {
        if count == 0 {
            return;
        }
        ledger.exchange_all((count * ELEMENT_BYTES) as u64);
        self.0 += count;
        if self.0 > MOST_UNCHECKED {
            self.check(ledger);
        }
    }

    /// The messages of [`Spdz::check_opened`].
    pub(super) fn check(&mut self, ledger: &mut Ledger) {
        if std::mem::take(&mut self.0) > 0 {
            coin_toss_cost(ledger);
            commit_and_open_cost(ledger, ELEMENT_BYTES);
        }
    }
}
