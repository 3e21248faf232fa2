//! Base OTs by ML-KEM under every protocol that has transfers: equal to the clear evaluation, at the cost that the plan
//! says; agreed on by name.

use std::sync::Arc;

use quorate_engine::net::Phase;
use quorate_engine::ot::{BaseOt, set_up_bytes};
use quorate_engine::plan::{Asked, choose, cost, technique};
use quorate_engine::protocol::yao::Garbling;
use quorate_engine::protocol::{OFFERS, OFFERS_ON_NUMBERS, Offer, ProtocolName};
use quorate_testkit::Cluster;
use quorate_testkit::conformance::{agrees, library};

/// Comparisons, products and sums of three owners' numbers.
const SOURCE: &str = "program mixed
role a
role b
role c
input a.x: u16 in 0..=1000
input b.y: u16 in 0..=1000
input c.z: u16 in 0..=1000
let x = share(a.x)
let y = share(b.y)
let z = share(c.z)
reveal product = x * y to all
reveal larger = x > z to all
";

fn cluster(protocol: ProtocolName) -> Cluster {
    let offer = protocol.offer();
    let cluster = Cluster::of(SOURCE, "", &[("a.x", "7"), ("b.y", "9"), ("c.z", "5")]).protocol(protocol);
    if offer.most_parties == 2 { cluster.seats(&[0, 1, 0]) } else { cluster }
}

#[test]
fn every_protocol_agrees_and_costs_what_its_plan_says() {
    // Those for more than three parties have no transfers.
    let (of_three, of_more): (Vec<&Offer>, Vec<&Offer>) =
        OFFERS_ON_NUMBERS.iter().partition(|offer| offer.least_parties <= 3);
    assert!(of_more.iter().all(|offer| !offer.name.has_transfers()));
    for offer in of_three {
        let classic = cluster(offer.name);
        let lattice = cluster(offer.name).base_ot(BaseOt::MlKem);
        agrees(&lattice);
        let (before, after) = (cost(&classic.plan()), cost(&lattice.plan()));
        let set_up = |cost: &quorate_engine::plan::Cost| cost.phases[Phase::SetUp as usize];
        let pairs = (set_up(&after).bytes - set_up(&before).bytes)
            / (set_up_bytes(BaseOt::MlKem) - set_up_bytes(BaseOt::Ristretto));
        assert_eq!(pairs > 0, offer.name.has_transfers(), "{}", offer.name.name());
        assert_eq!(before.rounds(), after.rounds(), "answers go with the trees");
    }
}

/// Streams decide by bytes whether they pay; they do so with the bytes of the set-up that there is.
#[test]
fn programs_of_the_library_agree() {
    for seated in library().iter().take(6) {
        for protocol in [ProtocolName::Yao, ProtocolName::Additive] {
            if let Some(cluster) = seated.under(protocol) {
                agrees(&cluster.base_ot(BaseOt::MlKem));
            }
        }
    }
}

#[test]
fn the_name_is_agreed_on() {
    use ProtocolName::{Additive, Replicated, Yao};
    assert_eq!(technique(Additive, Garbling::HalfGates, BaseOt::MlKem), "additive with ml-kem-768");
    assert_eq!(technique(Yao, Garbling::ThreeHalves, BaseOt::MlKem), "yao with three-halves and ml-kem-768");
    assert_eq!(technique(Yao, Garbling::ThreeHalves, BaseOt::Ristretto), "yao with three-halves");
    assert_eq!(technique(Replicated, Garbling::HalfGates, BaseOt::MlKem), "replicated", "it has no transfers");
    assert!(
        OFFERS.iter().all(|offer| technique(offer.name, Garbling::HalfGates, BaseOt::Ristretto) == offer.name.name())
    );
    for base in BaseOt::ALL {
        assert_eq!(base.name().parse(), Ok(base));
    }
    assert!("kyber".parse::<BaseOt>().is_err());
}

#[test]
fn what_is_asked_for_is_planned() {
    let cluster = cluster(ProtocolName::Additive);
    let choice = |base_ot: Option<BaseOt>| {
        let asked = Asked { base_ot, ..Asked::default() };
        let program = Arc::clone(&cluster.case().program);
        choose(&program, cluster.size(), cluster.party_of(), &asked).expect("a protocol for three")
    };
    let (silent, lattice) = (choice(None), choice(Some(BaseOt::MlKem)));
    assert_eq!((silent.plan.base_ot, lattice.plan.base_ot), (BaseOt::Ristretto, BaseOt::MlKem));
    assert!(lattice.plan.technique().ends_with("with ml-kem-768"));
    assert!(lattice.cost.bytes() > silent.cost.bytes());
    assert_ne!(lattice.cost.priced_as, silent.cost.priced_as, "a calibration prices other set-ups");
}
