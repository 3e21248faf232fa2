//! Garbler, evaluator and their paper twin in one process, for the tests of `yao`.

#![allow(dead_code, reason = "each test binary uses its own part")]

use std::sync::Arc;

use futures_executor::block_on;
use futures_util::future::join;
use quorate_circuits::boolean::Circuit;
use quorate_circuits::number::Word;
use quorate_engine::crypto::{Random, SessionId};
use quorate_engine::net::{
    ChannelError, Counters, FrameSender, Link, LinkError, LinkFuture, Network, PartyIndex, Step, memory_links,
};
use quorate_engine::protocol::yao::{Demand, EVALUATOR, Evaluator, GARBLER, Garbler, Garbling, Paper};
use quorate_engine::protocol::{CallRequest, Domain, OpenRequest, Protocol, Session, ShareRequest};

/// What the tests open to.
pub(crate) const BOTH: &[PartyIndex] = &[GARBLER, EVALUATOR];

/// Opened vectors, `None` where this party does not receive them.
pub(crate) type Opened = Vec<Option<Vec<Word>>>;

/// The same calls at both parties and on paper.
pub(crate) trait Scenario {
    /// Plays `me`; on paper `me` is nobody.
    async fn play<P: Protocol<Demand = Demand>>(
        &self,
        party: &mut P,
        me: Option<PartyIndex>,
    ) -> Result<Opened, ChannelError>;
}

/// What is done with a payload before it is sent: change it, look at it, or close the link.
type OnSend = Box<dyn FnMut(&mut Vec<u8>) -> Result<(), LinkError> + Send>;

/// A link's sending half that passes the payloads of one step through a function.
struct Intercepting {
    inner: Box<dyn FrameSender>,
    step: Step,
    on_send: OnSend,
}

impl FrameSender for Intercepting {
    fn send(&mut self, mut frame: Vec<u8>) -> LinkFuture<'_, ()> {
        // Depth and sequence number come before the tag, the payload after it.
        if frame[8..12] == self.step.tag().to_le_bytes() {
            let mut payload = frame.split_off(12);
            if let Err(error) = (self.on_send)(&mut payload) {
                return Box::pin(async move { Err(error) });
            }
            frame.extend(payload);
        }
        self.inner.send(frame)
    }
}

/// Links between two parties, of whom `sender` has its messages of `step` intercepted.
pub(crate) fn links_with(
    sender: PartyIndex,
    step: Step,
    on_send: impl FnMut(&mut Vec<u8>) -> Result<(), LinkError> + Send + 'static,
) -> Vec<Vec<Option<Link>>> {
    let mut links = memory_links(2);
    let place = &mut links[sender.0][1 - sender.0];
    *place = place.take().map(|link| {
        let sender = Intercepting { inner: link.sender, step, on_send: Box::new(on_send) };
        Link { sender: Box::new(sender), receiver: link.receiver }
    });
    links
}

/// A party's part in a session.
pub(crate) fn session(me: PartyIndex, links: Vec<Option<Link>>) -> Session {
    Session {
        id: SessionId([0x59; 32]),
        network: Network::new(me, links),
        random: Random::dangerous_from_seed([0x60 + me.0 as u8; 32]),
    }
}

/// Plays a scenario over given links: what garbler and evaluator end with.
pub(crate) fn play_over(
    garbling: Garbling,
    mut links: Vec<Vec<Option<Link>>>,
    scenario: &impl Scenario,
) -> [(Result<Opened, ChannelError>, Counters, Demand); 2] {
    let (theirs, mine) = (links.remove(1), links.remove(0));
    let garbler = async {
        let mut party = Garbler::new(session(GARBLER, mine), garbling);
        let opened = scenario.play(&mut party, Some(GARBLER)).await;
        ended(&mut party, opened)
    };
    let evaluator = async {
        let mut party = Evaluator::new(session(EVALUATOR, theirs), garbling);
        let opened = scenario.play(&mut party, Some(EVALUATOR)).await;
        ended(&mut party, opened)
    };
    let (garbler, evaluator) = block_on(join(garbler, evaluator));
    [garbler, evaluator]
}

/// A real party's figures beside what it opened.
fn ended<P: Protocol<Demand = Demand>>(
    party: &mut P,
    opened: Result<Opened, ChannelError>,
) -> (Result<Opened, ChannelError>, Counters, Demand) {
    let counters = party.session().expect("a real party has a session").network.counters();
    (opened, counters, party.take_consumed())
}

/// Plays a scenario in either garbling, compares all figures with those of the paper twin, and returns what garbler and
/// evaluator opened, which is the same.
pub(crate) fn play(scenario: &impl Scenario) -> [Opened; 2] {
    let [half_gates, three_halves] = Garbling::ALL.map(|garbling| play_as(garbling, scenario));
    assert_eq!(half_gates, three_halves);
    half_gates
}

fn play_as(garbling: Garbling, scenario: &impl Scenario) -> [Opened; 2] {
    let mut paper = Paper::new(garbling);
    let on_paper = block_on(scenario.play(&mut paper, None));
    assert!(on_paper.is_ok(), "paper does not fail");
    let planned = paper.take_consumed();
    let parties = play_over(garbling, memory_links(2), scenario);
    let mut party = 0;
    parties.map(|(opened, counters, consumed)| {
        assert_eq!(counters, paper.ledger().counters()[party], "party {party} against paper, {garbling}");
        assert_eq!(consumed, planned);
        party += 1;
        opened.expect("honest parties finish")
    })
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

/// One circuit over a batch: inputs alternate between evaluator and garbler, outputs open to both.
pub(crate) struct Calling {
    pub(crate) circuit: Arc<Circuit>,
    /// By input value, by instance.
    pub(crate) inputs: Vec<Vec<Word>>,
}

impl Calling {
    /// Inputs made up from a seed.
    pub(crate) fn new(circuit: Circuit, instances: usize, seed: u64) -> Self {
        let mut random = Random::dangerous_from_seed([seed as u8; 32]);
        let inputs = circuit.input_widths().iter().map(|&width| {
            let mut words = vec![0; instances];
            random.fill_u128(&mut words);
            words.iter().map(|word| if width < 128 { word & ((1 << width) - 1) } else { *word }).collect()
        });
        let inputs = inputs.collect();
        Self { circuit: Arc::new(circuit), inputs }
    }

    /// What the outputs have to be, by the circuit's evaluation in the clear.
    pub(crate) fn expected(&self) -> Vec<Vec<Word>> {
        let instances = self.inputs.first().map_or(0, Vec::len);
        let mut outputs: Vec<Vec<Word>> = vec![Vec::with_capacity(instances); self.circuit.output_widths().len()];
        for first in (0..instances).step_by(64) {
            let count = 64.min(instances - first);
            let mut bits = Vec::new();
            for (words, &width) in self.inputs.iter().zip(self.circuit.input_widths()) {
                let words = &words[first..first + count];
                bits.extend((0..width).map(|bit| {
                    words.iter().enumerate().fold(0_u64, |all, (k, word)| all | ((word >> bit & 1) as u64) << k)
                }));
            }
            let mut evaluated = self.circuit.evaluate(&bits).into_iter();
            for (output, &width) in outputs.iter_mut().zip(self.circuit.output_widths()) {
                let planes: Vec<u64> = evaluated.by_ref().take(width).collect();
                let word = |k: usize| planes.iter().enumerate().map(|(b, p)| Word::from(p >> k & 1) << b).sum();
                output.extend((0..count).map(|k| -> Word { word(k) }));
            }
        }
        outputs
    }

    /// Plays it and compares what both learn with the clear evaluation.
    pub(crate) fn check(&self) {
        let expected: Opened = self.expected().into_iter().map(Some).collect();
        for opened in play(self) {
            assert_eq!(opened, expected);
        }
    }
}

impl Scenario for Calling {
    async fn play<P: Protocol<Demand = Demand>>(
        &self,
        party: &mut P,
        me: Option<PartyIndex>,
    ) -> Result<Opened, ChannelError> {
        let values = self.inputs.iter().zip(self.circuit.input_widths()).enumerate();
        let requests: Vec<ShareRequest<'_>> = values
            .map(|(v, (words, &width))| share_request(if v % 2 == 0 { EVALUATOR } else { GARBLER }, width, words, me))
            .collect();
        let widths = self.inputs.iter().zip(self.circuit.input_widths());
        let correlated_ots = widths.step_by(2).map(|(words, width)| words.len() * width).sum();
        party.prepare(&Demand { correlated_ots }).await?;
        let shares = party.share(&requests).await?;
        let request = CallRequest { circuit: &self.circuit, operands: shares.iter().collect() };
        let outputs = party.call(&[request]).await?.remove(0);
        let requests: Vec<_> = outputs.iter().map(|share| OpenRequest { share, receivers: BOTH }).collect();
        party.open(&requests).await
    }
}
