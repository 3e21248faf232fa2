//! Sharing what one party knows: its owner tells everybody by how much it differs from values that the owner knows and
//! everybody has shares of ([`super::keys`]). What everybody is told is compared later, so all shares are of one
//! polynomial of the right degree, whatever the owner does.

use std::num::Wrapping;

use quorate_circuits::number::Word;

use super::keys::Owner;
use super::share::{Number, Share, planes_of};
use super::{SHAMIR_INPUTS, Shamir};
use crate::correlation::{SecretVec, elements_of};
use crate::galois::{Elements, Lanes};
use crate::net::{ChannelError, Ledger, PartyIndex};
use crate::protocol::vector::{BitString, Planes};
use crate::protocol::{Domain, ShareRequest};

/// Bytes of a vector on its way.
pub(super) fn input_bytes(domain: Domain, length: usize) -> usize {
    match domain {
        Domain::Arithmetic => length * size_of::<Number>(),
        Domain::Boolean { width } => (width as usize * length).div_ceil(8),
    }
}

/// What each party tells in these requests.
pub(super) fn told_bytes(parties: usize, requests: &[ShareRequest<'_>]) -> Vec<usize> {
    let mut bytes = vec![0; parties];
    requests.iter().for_each(|request| bytes[request.owner.0] += input_bytes(request.domain, request.length));
    bytes
}

/// The messages of one call.
pub(super) fn inputs_cost(ledger: &mut Ledger, requests: &[ShareRequest<'_>]) {
    let parties = ledger.parties();
    let bytes = told_bytes(parties, requests);
    let pairs = (0..parties).flat_map(|from| (0..parties).map(move |to| (PartyIndex(from), PartyIndex(to))));
    let told = pairs.filter(|(from, to)| from != to && bytes[from.0] > 0);
    ledger.simultaneous(&told.map(|(from, to)| (from, to, bytes[from.0] as u64)).collect::<Vec<_>>());
}

/// A share without the difference, which is still to be told.
enum Masked {
    Numbers(Elements<Number>),
    Bits(Elements<Lanes>),
}

impl Shamir {
    pub(super) async fn shared(&mut self, requests: &[ShareRequest<'_>]) -> Result<Vec<Share>, ChannelError> {
        let (me, parties, ring) = (self.session.network.me(), self.session.network.parties(), self.code.ring());
        let (mut masked, mut told) = (Vec::with_capacity(requests.len()), Vec::new());
        for request in requests {
            let words = request.words.unwrap_or(&[]);
            let due = if request.owner == me { request.length } else { 0 };
            assert_eq!(words.len(), due, "the owner's words, and nobody else's");
            masked.push(self.masked(request, words, &mut told));
        }
        let bytes = told_bytes(parties, requests);
        let is_there = |party: usize| bytes[party] > 0;
        let outgoing = vec![is_there(me.0).then_some(told.as_slice()); parties];
        let lengths: Vec<Option<usize>> = (0..parties).map(|party| is_there(party).then_some(bytes[party])).collect();
        let mut all = self.session.network.scatter(SHAMIR_INPUTS, &outgoing, &lengths).await?;
        all[me.0] = told;
        for message in all.iter().filter(|message| !message.is_empty()) {
            self.heard.append("inputs", message);
            self.has_heard = true;
        }
        let mut rests: Vec<&[u8]> = all.iter().map(Vec::as_slice).collect();
        let shares = requests.iter().zip(masked).map(|(request, masked)| {
            let (message, rest) = rests[request.owner.0].split_at(input_bytes(request.domain, request.length));
            rests[request.owner.0] = rest;
            match masked {
                Masked::Numbers(mut share) => {
                    let differences = elements_of::<Number>(message);
                    share.plane_mut(0).iter_mut().zip(differences).for_each(|(share, told)| *share += told);
                    Share::arithmetic(share)
                }
                Masked::Bits(mut share) => {
                    let (width, length) = (width_of(request.domain), request.length);
                    let bits = BitString::of_message(message, width * length);
                    let differences = Planes::unpack(width, length, &bits);
                    let told = differences.words().iter();
                    share.plane_mut(0).iter_mut().zip(told).for_each(|(share, told)| share.0 ^= told);
                    Share::boolean(width, length, planes_of(width, length, &share, ring))
                }
            }
        });
        Ok(shares.collect())
    }

    /// My share of the owner's random values; at the owner, what it tells.
    fn masked(&mut self, request: &ShareRequest<'_>, words: &[Word], told: &mut Vec<u8>) -> Masked {
        let (owner, is_mine) = (Owner::Party(request.owner.0), request.owner == self.session.network.me());
        match request.domain {
            Domain::Arithmetic => {
                let (share, mask) = self.keys().draw::<Number>(owner, request.length);
                let differences = words.iter().zip(mask.iter()).map(|(word, mask)| Wrapping(*word as u64) - *mask);
                differences.for_each(|difference| told.extend_from_slice(&difference.0.to_le_bytes()));
                Masked::Numbers(share)
            }
            Domain::Boolean { .. } => {
                let (width, length) = (width_of(request.domain), request.length);
                let (share, mask) = self.keys().draw::<Lanes>(owner, width * length.div_ceil(64));
                if is_mine {
                    let values = Planes::of_elements(width, words);
                    let differences: Vec<u64> =
                        values.words().iter().zip(mask.iter()).map(|(value, mask)| value ^ mask.0).collect();
                    let differences = Planes::from_words(width, length, SecretVec::from(differences));
                    told.extend_from_slice(differences.pack(width).as_bytes());
                }
                Masked::Bits(share)
            }
        }
    }
}

fn width_of(domain: Domain) -> usize {
    match domain {
        Domain::Boolean { width } => width as usize,
        Domain::Arithmetic => 0,
    }
}
