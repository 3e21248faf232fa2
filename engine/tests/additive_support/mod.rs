//! Runs a scenario at all parties in one thread and on paper, and compares their figures.
#![allow(dead_code, reason = "every test file uses a part of it")]

use futures_executor::block_on;
use futures_util::future::join_all;
use quorate_circuits::number::Word;
use quorate_engine::correlation::{Demand, RingElement};
use quorate_engine::crypto::{Random, SessionId};
use quorate_engine::net::{ChannelError, Link, Network, PartyIndex, memory_links};
use quorate_engine::protocol::additive::{Additive, Paper};
use quorate_engine::protocol::{Domain, OpenRequest, Protocol, Ring, Session, ShareRequest};

/// What a party or the paper twin does, once what it consumes was prepared.
pub(crate) trait Scenario {
    async fn run<P: Protocol>(&self, player: &mut Player<'_, P>) -> Result<Opened, ChannelError>;
}

/// What was opened, in order.
pub(crate) type Opened = Vec<Option<Vec<Word>>>;

/// A party of the protocol, or its twin.
pub(crate) struct Player<'a, P> {
    pub(crate) protocol: &'a mut P,
    /// `None` on paper.
    pub(crate) me: Option<PartyIndex>,
    pub(crate) parties: usize,
}

impl<P: Protocol> Player<'_, P> {
    pub(crate) async fn share(
        &mut self,
        owner: usize,
        domain: Domain,
        words: &[Word],
    ) -> Result<P::Share, ChannelError> {
        let owner = PartyIndex(owner);
        let mine = (self.me == Some(owner)).then_some(words);
        let request = ShareRequest { owner, domain, length: words.len(), words: mine };
        Ok(self.protocol.share(&[request]).await?.remove(0))
    }

    /// Opens to everybody.
    pub(crate) async fn open_all(&mut self, shares: &[&P::Share]) -> Result<Opened, ChannelError> {
        let receivers: Vec<PartyIndex> = (0..self.parties).map(PartyIndex).collect();
        let requests: Vec<_> = shares.iter().map(|&share| OpenRequest { share, receivers: &receivers }).collect();
        self.protocol.open(&requests).await
    }
}

pub(crate) fn ring<R: RingElement>() -> Ring {
    if R::BITS == 64 { Ring::Z64 } else { Ring::Z128 }
}

/// Residues of a ring.
pub(crate) fn reduce<R: RingElement>(word: Word) -> Word {
    R::from_word(word).to_word()
}

pub(crate) fn sessions(links: Vec<Vec<Option<Link>>>) -> impl Iterator<Item = Session> {
    links.into_iter().enumerate().map(|(p, links)| Session {
        id: SessionId([5; 32]),
        network: Network::new(PartyIndex(p), links),
        random: Random::dangerous_from_seed([p as u8; 32]),
    })
}

/// Runs the scenarios one after the other, each with a preparation of its own. Answers by party what was opened.
///
/// # Panics
/// If figures or consumption differ from the paper twin's.
pub(crate) fn execute<R: RingElement, S: Scenario>(parties: usize, scenarios: &[S]) -> Vec<Opened> {
    let demands = demands::<R, S>(parties, scenarios);
    let mut paper = Paper::new(parties, ring::<R>());
    for (scenario, demand) in scenarios.iter().zip(&demands) {
        block_on(paper.prepare(demand)).expect("paper cannot fail");
        let mut player = Player { protocol: &mut paper, me: None, parties };
        block_on(scenario.run(&mut player)).expect("paper cannot fail");
    }
    let runs = sessions(memory_links(parties)).map(|session| {
        let (demands, paper) = (&demands, &paper);
        async move {
            let me = session.network.me();
            let mut party = Additive::<R>::new(session);
            let mut opened = Vec::new();
            for (scenario, demand) in scenarios.iter().zip(demands) {
                party.prepare(demand).await.expect("preparation");
                let mut player = Player { protocol: &mut party, me: Some(me), parties };
                opened.extend(scenario.run(&mut player).await.expect("an honest run"));
                assert_eq!(&party.take_consumed(), demand, "consumption");
            }
            let counters = party.session().expect("a real party").network.counters();
            assert_eq!(counters, paper.ledger().counters()[me.0], "figures of {me}");
            opened
        }
    });
    block_on(join_all(runs))
}

/// What each scenario consumes.
pub(crate) fn demands<R: RingElement, S: Scenario>(parties: usize, scenarios: &[S]) -> Vec<Demand> {
    let mut paper = Paper::new(parties, ring::<R>());
    let demands = scenarios.iter().map(|scenario| {
        let mut player = Player { protocol: &mut paper, me: None, parties };
        block_on(scenario.run(&mut player)).expect("paper cannot fail");
        paper.take_consumed()
    });
    demands.collect()
}
