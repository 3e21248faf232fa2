//! Numbers that a party shares: it tells everybody by how much they differ from random ones that it knows.

use std::num::Wrapping;

use super::elements::{Element, Elements};
use super::share::Share;
use super::{ELEMENT_BYTES, SPDZ_INPUTS, Spdz};
use crate::correlation::elements_of;
use crate::net::{ChannelError, Ledger, PartyIndex};
use crate::protocol::vector::Planes;
use crate::protocol::{Domain, Holder, Protocol, ShareRequest};

/// Numbers that each party shares in these requests.
pub(super) fn shared_numbers(parties: usize, requests: &[ShareRequest<'_>]) -> Vec<usize> {
    let mut counts = vec![0; parties];
    let numbers = requests.iter().filter(|request| request.domain == Domain::Arithmetic);
    numbers.for_each(|request| counts[request.owner.0] += request.length);
    counts
}

/// The same requests but for numbers.
pub(super) fn shared_bits<'a>(requests: &[ShareRequest<'a>]) -> Vec<ShareRequest<'a>> {
    let bits = requests.iter().filter(|request| request.domain != Domain::Arithmetic);
    bits.map(|r| ShareRequest { owner: r.owner, domain: r.domain, length: r.length, words: r.words }).collect()
}

impl Spdz {
    /// All requests: first the numbers, then the bits.
    pub(super) async fn share_all(&mut self, requests: &[ShareRequest<'_>]) -> Result<Vec<Share>, ChannelError> {
        let counts = shared_numbers(self.parties(), requests);
        let mut numbers = self.share_numbers(requests, &counts).await?.into_iter();
        let bits = shared_bits(requests);
        let mut wires = if bits.is_empty() { Vec::new() } else { self.garbling.share(&bits).await? }.into_iter();
        let mut shares = Vec::with_capacity(requests.len());
        for request in requests {
            match request.domain {
                Domain::Arithmetic => shares.extend(numbers.next()),
                Domain::Boolean { width } => {
                    let bits = match request.words {
                        Some(words) => Planes::of_elements(width as usize, words),
                        None => Planes::zeros(width as usize, request.length),
                    };
                    let holder = Holder::Party(request.owner);
                    shares.extend(wires.next().map(|wires| Share::boolean(wires, holder, bits)));
                }
            }
        }
        Ok(shares)
    }

    async fn share_numbers(
        &mut self,
        requests: &[ShareRequest<'_>],
        counts: &[usize],
    ) -> Result<Vec<Share>, ChannelError> {
        let (me, parties, key) = (self.me(), self.parties(), self.key());
        let known = self.take_known(counts);
        let is_number = |request: &&ShareRequest<'_>| request.domain == Domain::Arithmetic;
        let mine = requests.iter().filter(is_number).filter(|request| request.owner == me);
        let words = mine.flat_map(|request| request.words.unwrap_or(&[]).iter().copied());
        let differences: Vec<Element> = words
            .zip(known.values.iter())
            .map(|(word, mask)| Wrapping(word) - Wrapping(super::wide::low(*mask)))
            .collect();
        assert_eq!(differences.len(), counts[me.0], "the owner has the words");
        let told: &[u8] = bytemuck::cast_slice(&differences);
        let outgoing = vec![(counts[me.0] > 0).then_some(told); parties];
        let lengths: Vec<Option<usize>> =
            counts.iter().map(|count| (*count > 0).then_some(count * ELEMENT_BYTES)).collect();
        let mut all = self.network().scatter(SPDZ_INPUTS, &outgoing, &lengths).await?;
        all[me.0] = told.to_vec();
        self.opened.hear(&all);
        let told: Vec<Vec<Element>> = all.iter().map(|message| elements_of(message)).collect();
        let mut next = vec![0; parties];
        let shares = requests.iter().filter(is_number).map(|request| {
            let (owner, first) = (request.owner, next[request.owner.0]);
            next[owner.0] += request.length;
            let mut number = Elements::zeros(request.length);
            let who = (me, key);
            (0..request.length).for_each(|place| number.put(place, known.share_of(who, owner, first + place)));
            let differences = told[owner.0][first..first + request.length].iter().copied();
            number.add(&Elements::public(differences, me.0 == 0, key));
            Share::arithmetic(number)
        });
        Ok(shares.collect())
    }
}

/// The messages of sharing so many numbers of each party.
pub(super) fn inputs_cost(ledger: &mut Ledger, counts: &[usize]) {
    let parties = counts.len();
    let pairs = (0..parties).flat_map(|from| (0..parties).map(move |to| (PartyIndex(from), PartyIndex(to))));
    let told = pairs.filter(|(from, to)| from != to && counts[from.0] > 0);
    let messages = told.map(|(from, to)| (from, to, (counts[from.0] * ELEMENT_BYTES) as u64));
    ledger.simultaneous(&messages.collect::<Vec<_>>());
}
