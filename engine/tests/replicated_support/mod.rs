//! Scenarios that run at all three parties of replicated sharing and on paper.
#![allow(dead_code, reason = "each test uses some of it")]

use std::num::Wrapping;

use futures_executor::block_on;
use futures_util::future::join_all;
use quorate_circuits::number::Word;
use quorate_engine::correlation::RingElement;
use quorate_engine::crypto::{Random, SessionId};
use quorate_engine::net::{ChannelError, Network, PartyIndex, memory_links};
use quorate_engine::protocol::replicated::{Paper, Replicated};
use quorate_engine::protocol::{Domain, Linear, OpenRequest, Protocol, Ring, Session, ShareRequest};

pub(crate) const PARTIES: usize = 3;

/// What a party or the paper twin does; what was opened, in order.
pub(crate) trait Scenario {
    async fn run<P: Protocol>(&self, player: &mut Player<'_, P>) -> Result<Vec<Vec<Word>>, ChannelError>;
}

pub(crate) struct Player<'a, P> {
    pub(crate) protocol: &'a mut P,
    pub(crate) me: Option<PartyIndex>,
}

/// Who holds a vector.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Held {
    Publicly,
    By(usize),
    Shared,
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

    pub(crate) async fn held(&mut self, held: Held, words: &[Word]) -> Result<P::Share, ChannelError> {
        Ok(match held {
            Held::Publicly => self.protocol.public(Domain::Arithmetic, words),
            Held::By(owner) => self.share(owner, Domain::Arithmetic, words).await?,
            Held::Shared => {
                let ones = vec![1; words.len()];
                let less: Vec<Word> = words.iter().map(|word| word.wrapping_sub(1)).collect();
                let a = self.protocol.public(Domain::Arithmetic, &ones);
                let b = self.share(1, Domain::Arithmetic, &less).await?;
                let zeros = self.share(2, Domain::Arithmetic, &vec![0; words.len()]).await?;
                let sum = self.protocol.linear(Linear::Add(&a, &b));
                self.protocol.linear(Linear::Sub(&sum, &zeros))
            }
        })
    }

    pub(crate) async fn open(&mut self, shares: &[&P::Share]) -> Result<Vec<Vec<Word>>, ChannelError> {
        let receivers = [0, 1, 2].map(PartyIndex);
        let requests: Vec<_> = shares.iter().map(|&share| OpenRequest { share, receivers: &receivers }).collect();
        let opened = self.protocol.open(&requests).await?;
        Ok(opened.into_iter().map(|words| words.expect("everybody receives")).collect())
    }
}

pub(crate) fn sessions() -> impl Iterator<Item = Session> {
    memory_links(PARTIES).into_iter().enumerate().map(|(p, links)| Session {
        id: SessionId([5; 32]),
        network: Network::new(PartyIndex(p), links),
        random: Random::dangerous_from_seed([p as u8; 32]),
    })
}

/// Runs at all parties and on paper: the figures are equal, and everybody opens the same.
pub(crate) fn opened<R: RingElement, S: Scenario>(scenario: &S) -> Vec<Vec<Word>> {
    opened_by::<R, S>(scenario, false)
}

/// The same with parties whose messages are proven.
pub(crate) fn opened_verified<S: Scenario>(scenario: &S) -> Vec<Vec<Word>> {
    opened_by::<Wrapping<u64>, S>(scenario, true)
}

fn opened_by<R: RingElement, S: Scenario>(scenario: &S, verified: bool) -> Vec<Vec<Word>> {
    let ring = if R::BITS == 64 { Ring::Z64 } else { Ring::Z128 };
    let mut paper = if verified { Paper::verified(ring) } else { Paper::new(ring) };
    block_on(paper.prepare(&())).expect("paper cannot fail");
    block_on(scenario.run(&mut Player { protocol: &mut paper, me: None })).expect("paper cannot fail");
    let runs = sessions().map(|session| async {
        let me = session.network.me();
        let mut party = if verified { Replicated::<R>::verified(session) } else { Replicated::new(session) };
        party.prepare(&()).await.expect("set-up");
        let opened = scenario.run(&mut Player { protocol: &mut party, me: Some(me) }).await.expect("an honest run");
        (opened, party.into_session().network.counters())
    });
    let mut ended = block_on(join_all(runs));
    for (party, (opened, counters)) in ended.iter().enumerate() {
        assert_eq!(*counters, paper.ledger().counters()[party], "figures of party {party}");
        assert_eq!(*opened, ended[0].0);
    }
    ended.remove(0).0
}

pub(crate) fn reduced<R: RingElement>(words: impl IntoIterator<Item = Word>) -> Vec<Word> {
    words.into_iter().map(|word| R::from_word(word).to_word()).collect()
}
