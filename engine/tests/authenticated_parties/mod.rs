//! All parties and their paper twin in one process, for the tests of `authenticated-garbling`.

#![allow(dead_code, reason = "each test binary uses its own part")]

use std::sync::Arc;

use futures_executor::block_on;
use quorate_circuits::boolean::Circuit;
use quorate_circuits::number::Word;
use quorate_engine::crypto::{Random, SessionId};
use quorate_engine::net::{ChannelError, Counters, Link, Network, PartyIndex, memory_links};
use quorate_engine::protocol::authenticated::{Authenticated, Demand, Paper};
use quorate_engine::protocol::{CallRequest, Domain, OpenRequest, Protocol, Session, ShareRequest};
use quorate_testkit::clock::{Part, VirtualClock, drive};

/// Opened vectors, `None` where this party does not receive them.
pub(crate) type Opened = Vec<Option<Vec<Word>>>;

/// What a party ends with.
pub(crate) type End = (Result<Opened, ChannelError>, Counters, Demand);

/// The same calls at all parties and on paper.
pub(crate) trait Scenario {
    /// How many parties there are.
    fn parties(&self) -> usize;

    /// Plays `me`; on paper `me` is nobody.
    async fn play<P: Protocol<Demand = Demand>>(
        &self,
        party: &mut P,
        me: Option<PartyIndex>,
    ) -> Result<Opened, ChannelError>;
}

/// All of so many parties.
pub(crate) fn everybody(parties: usize) -> Vec<PartyIndex> {
    (0..parties).map(PartyIndex).collect()
}

fn session(me: usize, links: Vec<Option<Link>>) -> Session {
    Session {
        id: SessionId([0x71; 32]),
        network: Network::new(PartyIndex(me), links),
        random: Random::dangerous_from_seed([0x80 + me as u8; 32]),
    }
}

/// Plays a scenario over given links.
pub(crate) fn play_over(links: Vec<Vec<Option<Link>>>, clock: &VirtualClock, scenario: &impl Scenario) -> Vec<End> {
    let parts = links.into_iter().enumerate().map(|(me, links)| -> Part<'_, End> {
        Box::pin(async move {
            let mut party = Authenticated::new(session(me, links));
            let opened = scenario.play(&mut party, Some(PartyIndex(me))).await;
            let consumed = party.take_consumed();
            // The links of a party that stopped are closed.
            let counters = party.into_session().network.counters();
            (opened, counters, consumed)
        })
    });
    drive(clock, parts.collect()).expect("nobody waits for ever")
}

/// Plays a scenario, compares all figures with those of the paper twin, and returns what each party opened.
pub(crate) fn play(scenario: &impl Scenario) -> Vec<Opened> {
    let mut paper = Paper::new(scenario.parties());
    block_on(scenario.play(&mut paper, None)).expect("paper does not fail");
    let planned = paper.take_consumed();
    let ends = play_over(memory_links(scenario.parties()), &VirtualClock::new(), scenario);
    let opened = ends.into_iter().enumerate().map(|(party, (opened, counters, consumed))| {
        let opened = opened.unwrap_or_else(|error| panic!("party {party}: {error}"));
        assert_eq!(counters, paper.ledger().counters()[party], "party {party} against paper");
        assert_eq!(consumed, planned);
        opened
    });
    opened.collect()
}

/// A request to share `words`, as `me` makes it.
pub(crate) fn share_request<'a>(
    owner: PartyIndex,
    width: usize,
    words: &'a [Word],
    me: Option<PartyIndex>,
) -> ShareRequest<'a> {
    let domain = Domain::Boolean { width: width as u32 };
    ShareRequest { owner, domain, length: words.len(), words: (me == Some(owner)).then_some(words) }
}

/// One circuit over a batch: the parties own the inputs in turn, all learn all outputs.
pub(crate) struct Calling {
    pub(crate) parties: usize,
    pub(crate) circuit: Arc<Circuit>,
    /// By input value, by instance.
    pub(crate) inputs: Vec<Vec<Word>>,
}

impl Calling {
    /// Inputs made up from a seed.
    pub(crate) fn new(parties: usize, circuit: Circuit, instances: usize, seed: u64) -> Self {
        let mut random = Random::dangerous_from_seed([seed as u8; 32]);
        let inputs = circuit.input_widths().iter().map(|&width| {
            let mut words = vec![0; instances];
            random.fill_u128(&mut words);
            words.iter().map(|word| if width < 128 { word & ((1 << width) - 1) } else { *word }).collect()
        });
        let inputs = inputs.collect();
        Self { parties, circuit: Arc::new(circuit), inputs }
    }

    /// What the outputs have to be, by the circuit's evaluation in the clear.
    pub(crate) fn expected(&self) -> Opened {
        let instances = self.inputs.first().map_or(0, Vec::len);
        let mut outputs: Vec<Vec<Word>> = vec![Vec::new(); self.circuit.output_widths().len()];
        for instance in 0..instances {
            let values = self.inputs.iter().zip(self.circuit.input_widths());
            let bits =
                values.flat_map(|(words, &width)| (0..width).map(move |bit| (words[instance] >> bit & 1) as u64));
            let mut evaluated = self.circuit.evaluate(&bits.collect::<Vec<u64>>()).into_iter();
            for (output, &width) in outputs.iter_mut().zip(self.circuit.output_widths()) {
                let word = (0..width).map(|bit| Word::from(evaluated.next().expect("a bit") & 1) << bit).sum();
                output.push(word);
            }
        }
        outputs.into_iter().map(Some).collect()
    }

    /// Plays it and compares what all learn with the clear evaluation.
    pub(crate) fn check(&self) {
        for opened in play(self) {
            assert_eq!(opened, self.expected());
        }
    }
}

impl Scenario for Calling {
    fn parties(&self) -> usize {
        self.parties
    }

    async fn play<P: Protocol<Demand = Demand>>(
        &self,
        party: &mut P,
        me: Option<PartyIndex>,
    ) -> Result<Opened, ChannelError> {
        let values = self.inputs.iter().zip(self.circuit.input_widths()).enumerate();
        let requests: Vec<ShareRequest<'_>> = values
            .map(|(v, (words, &width))| share_request(PartyIndex((v + 1) % self.parties), width, words, me))
            .collect();
        let instances = self.inputs.first().map_or(0, Vec::len);
        let bits = instances * self.circuit.input_widths().iter().sum::<usize>();
        party.prepare(&Demand { and_gates: instances * self.circuit.and_gates(), bits }).await?;
        let shares = party.share(&requests).await?;
        let request = CallRequest { circuit: &self.circuit, operands: shares.iter().collect() };
        let outputs = party.call(&[request]).await?.remove(0);
        let all = everybody(self.parties);
        let requests: Vec<_> = outputs.iter().map(|share| OpenRequest { share, receivers: &all }).collect();
        party.open(&requests).await
    }
}
