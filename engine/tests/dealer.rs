//! Correlations from a dealer: equal to the clear evaluation at the cost that the plan says, only for who has asked, and
//! no party waits for ever when somebody stops.

use futures_executor::block_on;
use futures_util::future::{LocalBoxFuture, join_all};
use quorate_engine::correlation::dealer::{DEALER_CORRECTIONS, DEALER_SEEDS};
use quorate_engine::crypto::{Random, SessionId};
use quorate_engine::net::{ChannelError, ChannelFault, LinkError, Network, PartyIndex, Phase, Step, memory_links};
use quorate_engine::ot::BaseOt;
use quorate_engine::plan::{Asked, Cost, Plan, choose, cost};
use quorate_engine::protocol::{Adversary, ProtocolName, Session};
use quorate_engine::run::{Hooks, RunError, run_party};
use quorate_testkit::clock::VirtualClock;
use quorate_testkit::conformance::{Seated, agrees, library, operations};
use quorate_testkit::tamper::{Cheat, cheat};
use quorate_testkit::{Case, Cluster};

/// Comparisons, products, tables of held and shared numbers, and bits that become numbers.
const MIXED: &str = "program mixed
role a
role b
ROLES
size rows in 1..=100000
input a.x[rows]: i32 in -1000..=1000
input b.y[rows]: i32 in -1000..=1000
let x = share(a.x)
let y = share(b.y)
let larger = x > y
reveal product = sum(x * y) to all
reveal dot = dot(x - y, x) to a
reveal above = sum(select(larger, x * x, y)) to b
reveal count = sum(larger) to all
assert sum(x) <= 10^9, \"sums are small\"
";

/// The program with so many parties and rows, and a dealer behind them.
fn mixed(parties: usize, rows: usize) -> Cluster {
    let more: String = (2..parties).map(|party| format!("role p{party}\n")).collect();
    let source = MIXED.replace("ROLES\n", &more);
    Cluster::new(Case::filled(&source, &format!("rows={rows}"), parties as u64)).dealt()
}

fn sent(cost: &Cost, party: usize, phase: Phase) -> u64 {
    cost.parties[party].phases[phase as usize].bytes_sent
}

#[test]
fn two_to_five_parties_learn_what_the_clear_evaluation_says() {
    for parties in [2, 3, 4, 5] {
        for rows in [1, 3, 64, 65] {
            agrees(&mixed(parties, rows));
        }
    }
}

#[test]
fn the_library_and_all_operations_agree() {
    let under = |seated: &Seated| seated.under(ProtocolName::Additive);
    let clusters = [library(), operations()].concat();
    let clusters: Vec<Cluster> = clusters.iter().filter_map(under).filter(|cluster| cluster.size() <= 5).collect();
    assert!(clusters.len() > 40, "the suite has cases");
    clusters.into_iter().for_each(|cluster| agrees(&cluster.dealt()));
}

/// More than one chunk of everything, and tiles of which the last one is shorter.
#[test]
fn long_vectors_agree() {
    agrees(&mixed(3, 40_000));
}

#[test]
fn only_the_dealer_deals_and_only_to_the_last() {
    let cluster = mixed(4, 1000);
    let (dealt, transferred) = (cost(&cluster.plan()), cost(&Plan { is_dealt: false, ..cluster.plan() }));
    assert_eq!(sent(&dealt, 4, Phase::SetUp), 4 * 16);
    assert_eq!(sent(&dealt, 4, Phase::Online), 0);
    let received: Vec<u64> =
        dealt.parties.iter().map(|party| party.phases[Phase::Preprocessing as usize].bytes_received).collect();
    // The products of the two owners' own numbers concern these alone.
    assert_eq!((received[0], received[2], received[4]), (0, 0, 0));
    assert_eq!(received[1] + received[3], sent(&dealt, 4, Phase::Preprocessing));
    assert!((0..4).all(|party| sent(&dealt, party, Phase::Preprocessing) == 0));
    assert_eq!(dealt.phases[Phase::Preprocessing as usize].rounds, 0, "nobody answers the dealer");
    let online = |cost: &Cost| (0..4).map(|party| sent(cost, party, Phase::Online)).collect::<Vec<_>>();
    assert_eq!(online(&dealt), online(&transferred), "what follows is the same");
    assert!(10 * dealt.bytes() < transferred.bytes(), "{} of {}", dealt.bytes(), transferred.bytes());
}

/// 1 bit for an AND gate, an element for a product, and for a row of a table: what the module's table says.
#[test]
fn corrections_follow_the_table() {
    let rows = 640;
    let columns = |reveal: &str| {
        let source = format!(
            "program p\nrole a\nrole b\nsize rows in 1..=1000\ninput a.x[rows]: i16\ninput b.y[rows]: i16\n\
             let x = share(a.x) + share(b.y)\nlet y = share(a.x) - share(b.y)\n{reveal}\n"
        );
        cost(&Cluster::new(Case::filled(&source, &format!("rows={rows}"), 1)).dealt().plan())
    };
    let products = columns("reveal total = sum(x * y) to all");
    assert_eq!(sent(&products, 2, Phase::Preprocessing), 8 * products.multiplications);
    assert_eq!(products.multiplications, rows);
    let dot = columns("reveal total = dot(x, y) to all");
    assert_eq!(sent(&dot, 2, Phase::Preprocessing), 8 * rows.div_ceil(64), "one for each portion of the row");
    let compared = columns("reveal more = x > y to all");
    assert_eq!(sent(&compared, 2, Phase::Preprocessing), compared.and_gates / 8);
    let counted = columns("reveal more = sum(x > y) to all");
    assert!(sent(&counted, 2, Phase::Preprocessing) >= counted.and_gates / 8);
    // A sum consumes nothing: not even seeds are dealt.
    assert_eq!(columns("reveal total = sum(x) to all").parties[2], Default::default());
}

#[test]
fn nobody_gets_a_dealer_without_asking() {
    let cluster = mixed(3, 4);
    let chosen = |asked: Asked| choose(&cluster.case().program, cluster.size(), cluster.party_of(), &asked);
    let silent = chosen(Asked::default()).expect("a protocol for three");
    assert!(!silent.plan.is_dealt && !silent.claim.trusts_dealer);
    assert!(silent.candidates.iter().filter_map(|one| one.verdict.as_ref().ok()).all(|(plan, _)| !plan.is_dealt));

    let dealt = chosen(Asked { dealer: true, ..Asked::default() }).expect("additive");
    assert!(dealt.plan.is_dealt && dealt.claim.trusts_dealer);
    assert_eq!((dealt.claim.corrupt, dealt.claim.adversary), (2, Adversary::SemiHonest));
    assert_eq!(dealt.plan.technique(), "additive with a dealer");
    assert!(dealt.claim.to_string().contains("trusting a dealer"), "{}", dealt.claim);
    assert_eq!((dealt.plan.seats(), dealt.plan.dealer()), (4, Some(PartyIndex(3))));
    assert_eq!(dealt.cost.priced_as.as_deref(), Some("additive with a dealer, 64 bits"), "no prices of another way");

    for (asked, why) in [
        (Asked { adversary: Some(Adversary::Malicious), ..Asked::default() }, "semi-honest parties only"),
        (Asked { protocol: Some(ProtocolName::Replicated), ..Asked::default() }, "it takes nothing from a dealer"),
        (Asked { base_ot: Some(BaseOt::MlKem), ..Asked::default() }, "no oblivious transfers"),
    ] {
        let refusal = chosen(Asked { dealer: true, ..asked }).expect_err(why);
        assert!(refusal.to_string().contains(why) && refusal.asked.ends_with("and a dealer"), "{refusal}");
    }
}

/// What the parties make of what the dealer does to its frame number `target`.
fn cheated(cluster: &Cluster, target: usize, what: Cheat) -> Vec<Result<(), RunError>> {
    let mut links = memory_links(cluster.all());
    cheat(&mut links, PartyIndex(cluster.size()), what.at(target, cluster.all()));
    let ended = cluster.run_over(links, &VirtualClock::new()).expect("nobody waits for ever");
    ended.into_iter().map(|party| party.result.map(drop)).collect()
}

/// The first frames are the seeds, the next one a correction to the last party.
#[test]
fn a_dealer_that_stops_or_sends_less_is_named() {
    let cluster = mixed(3, 5);
    let dealer = PartyIndex(3);
    let named = |step: Step, fault: ChannelFault| Err(RunError::Channel(ChannelError { peer: dealer, step, fault }));
    let closed = || ChannelFault::Link(LinkError::Closed);
    let results = cheated(&cluster, 2, Cheat::DropAndClose);
    assert_eq!(results[2], named(DEALER_SEEDS, closed()));
    let results = cheated(&cluster, 3, Cheat::DropAndClose);
    assert!(results.contains(&named(DEALER_CORRECTIONS, closed())), "{results:?}");
    let results = cheated(&cluster, 2, Cheat::Truncate);
    assert_eq!(results[2], named(DEALER_SEEDS, ChannelFault::WrongLength { expected: 16, found: 15 }));
    let results = cheated(&cluster, 3, Cheat::Extend);
    let is_length = |result: &Result<(), RunError>| {
        let Err(RunError::Channel(error)) = result else { return false };
        error.peer == dealer
            && error.step == DEALER_CORRECTIONS
            && matches!(error.fault, ChannelFault::WrongLength { expected, found } if found == expected + 1)
    };
    assert!(results.iter().any(is_length), "{results:?}");
    // Wrong corrections are outside of the claim: results may be wrong, and everybody ends.
    cheated(&cluster, 3, Cheat::RandomBytes);
}

/// A party that leaves stops the dealer too.
#[test]
fn a_dealer_does_not_wait_for_who_has_left() {
    let cluster = mixed(2, 20_000);
    let mut links = memory_links(cluster.all());
    cheat(&mut links, PartyIndex(1), Cheat::DropAndClose.at(0, cluster.all()));
    let ended = cluster.run_over(links, &VirtualClock::new()).expect("nobody waits for ever");
    let error = ended[2].result.as_ref().expect_err("the last party is gone");
    assert!(matches!(error, RunError::Channel(error) if error.peer == PartyIndex(1)), "{error}");
}

/// Says something to everybody in the session before anything opens.
struct Greeting(Option<Vec<Vec<u8>>>);

const GREETING: Step = Step::new("test/greeting");

impl Hooks for Greeting {
    fn before_opening<'a>(&'a mut self, session: &'a mut Session) -> LocalBoxFuture<'a, Result<(), RunError>> {
        Box::pin(async move {
            let net = &mut session.network;
            let me = [net.me().0 as u8];
            self.0 = Some(net.exchange_all(GREETING, &me, 1).await?);
            Ok(())
        })
    }

    fn progress(&mut self, done: u64, total: u64) {
        assert!(done <= total);
    }
}

/// The dealer is there when pre-receipts are exchanged, and they are exchanged with it.
#[test]
fn everybody_meets_before_anything_opens() {
    let cluster = mixed(3, 7);
    let plan = cluster.plan();
    let parties = memory_links(cluster.all()).into_iter().enumerate().map(|(me, links)| {
        let session = Session {
            id: SessionId([7; 32]),
            network: Network::new(PartyIndex(me), links),
            random: Random::dangerous_from_seed([me as u8; 32]),
        };
        let plan = &plan;
        let inputs = &cluster.case().inputs;
        async move {
            let mut greeting = Greeting(None);
            let (session, result) = run_party(plan, session, inputs, &mut greeting).await;
            assert_eq!(session.network.parties(), 4, "all count again");
            result.expect("an honest run");
            greeting.0.expect("something opens")
        }
    });
    for (me, heard) in block_on(join_all(parties)).into_iter().enumerate() {
        let due: Vec<Vec<u8>> =
            (0..4_u8).map(|peer| if usize::from(peer) == me { vec![] } else { vec![peer] }).collect();
        assert_eq!(heard, due, "party {me}");
    }
}
