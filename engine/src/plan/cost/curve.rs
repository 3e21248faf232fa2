//! The messages of a program over a curve, as lengths.

use quorate_circuits::bind::{Members, Purpose, ValueId};
use quorate_circuits::curve::{Curve, CurveName, Ed25519, P256, SCALAR_BYTES, Secp256k1};

use crate::frost::exchange_commitments_cost;
use crate::key::{AccessStructure, generate_cost, hand_over_cost, reshare_cost};
use crate::net::{Cause, Ledger, PartyIndex, Phase};
use crate::ot::set_up_cost;
use crate::plan::{CurvePlan, General, Plan};
use crate::protocol::dkls::draw_cost;
use crate::protocol::spdz_signing::{self, Wanted};
use crate::protocol::{ProtocolName, shamir_signing};

/// Everything that is sent when a plan over a curve runs.
pub(super) fn curve_ledger(plan: &Plan, curve: &CurvePlan) -> Ledger {
    match curve.curve {
        CurveName::Secp256k1 => ledger::<Secp256k1>(plan, curve),
        CurveName::P256 => ledger::<P256>(plan, curve),
        CurveName::Ed25519 => ledger::<Ed25519>(plan, curve),
    }
}

fn ledger<C: Curve>(plan: &Plan, curve: &CurvePlan) -> Ledger {
    let mut ledger = Ledger::new(plan.parties);
    later_life::<C>(&mut ledger, plan, curve);
    for key in &curve.keys {
        // Too few parties for the key stop the run before its first message.
        let Ok(access) = key.access(plan.parties) else { continue };
        ledger.enter(Phase::Online);
        requests(&mut ledger, [(key.point, 1)]);
        generate_cost::<C>(&mut ledger, &access);
        if key.sharing.purpose == Purpose::Products && plan.protocol.multiplies_in_pairs() {
            ledger.enter(Phase::SetUp);
            set_up_cost(&mut ledger, plan.base_ot, &ordered_pairs(plan.parties));
        }
    }
    if let Some(general) = &curve.general {
        computed::<C>(&mut ledger, plan, general);
        return ledger;
    }
    ledger.enter(Phase::Preprocessing);
    match plan.protocol {
        ProtocolName::Frost => draw_nonces::<C>(&mut ledger, curve),
        protocol => draw_products::<C>(&mut ledger, curve, protocol),
    }
    ledger.enter(Phase::Online);
    for openings in &curve.openings {
        let lengths = openings.iter().map(|id| (*id, plan.program.value(*id).shape.length().unwrap_or(1)));
        let scalars: usize = lengths.clone().map(|(_, length)| length).sum();
        requests(&mut ledger, lengths);
        ledger.exchange_all((scalars * SCALAR_BYTES) as u64);
    }
    ledger
}

/// What is drawn, multiplied and opened with MACs.
fn computed<C: Curve>(ledger: &mut Ledger, plan: &Plan, general: &General) {
    let length = |id: &ValueId| plan.program.value(*id).shape.length().unwrap_or(1);
    let products: Vec<_> = general.steps.iter().flat_map(|step| &step.products).map(|id| (*id, length(id))).collect();
    // A triple is 40 KB, and a value 1 KB.
    let randoms = general.randoms.iter().map(|random| (random.value, random.length));
    let values = randoms.chain(general.keys.iter().map(|key| (*key, 1)));
    let drawn: Vec<_> = values.chain(products.iter().map(|(id, length)| (*id, length * 46))).collect();
    ledger.enter(Phase::Preprocessing);
    if !drawn.is_empty() {
        consumed(ledger, &drawn);
    }
    let first = drawn.len() - products.len();
    for (request, (_, length)) in products.iter().enumerate() {
        ledger.add_multiplications(first + request, *length as u64);
    }
    let triples = products.iter().map(|(_, length)| length).sum();
    let wanted = Wanted { randoms: general.random_scalars(), keys: general.keys.len(), triples, base: plan.base_ot };
    spdz_signing::draw_cost::<C>(ledger, wanted);
    ledger.enter(Phase::Online);
    for step in &general.steps {
        let weighted =
            |ids: &[ValueId], bytes: usize| ids.iter().map(|id| (*id, bytes * length(id))).collect::<Vec<_>>();
        let of_products = weighted(&step.products, 2 * SCALAR_BYTES);
        let of_openings = weighted(&step.openings, SCALAR_BYTES);
        let of_points = weighted(&step.points, 2 * C::POINT_BYTES);
        requests(ledger, [of_products, of_openings, of_points].concat());
        let count = |ids: &[ValueId]| ids.iter().map(length).sum::<usize>();
        let [products, openings, points] = [&step.products, &step.openings, &step.points].map(|ids| count(ids));
        spdz_signing::step_cost::<C>(ledger, products, openings, points);
    }
}

/// What is shared anew or handed over.
fn later_life<C: Curve>(ledger: &mut Ledger, plan: &Plan, curve: &CurvePlan) {
    let seated = |members: Members| members.roles().map(|role| plan.party_of[role.0]).collect::<Vec<_>>();
    for resharing in &curve.resharings {
        let receivers = seated(resharing.sharing.among);
        let Ok(access) = resharing.access(receivers.len()) else { continue };
        ledger.enter(Phase::Online);
        requests(ledger, [(resharing.keep, 1)]);
        reshare_cost::<C>(ledger, &access, &seated(resharing.dealers), &receivers);
        if resharing.sharing.purpose == Purpose::Products && plan.protocol.multiplies_in_pairs() {
            ledger.enter(Phase::SetUp);
            let pairs = receivers.iter().flat_map(|a| receivers.iter().filter(move |b| *b != a).map(move |b| (*a, *b)));
            set_up_cost(ledger, plan.base_ot, &pairs.collect::<Vec<_>>());
        }
    }
    for delivered in &curve.deliveries {
        let helpers = seated(delivered.helpers);
        let receiver = plan.party_of[delivered.delivery.to.0];
        // A program knows how many help; that they are as many as the threshold is checked when the key is there.
        let Ok(access) = AccessStructure::new(helpers.len(), helpers.len()) else { continue };
        ledger.enter(Phase::Online);
        requests(ledger, [(delivered.keep, 1)]);
        hand_over_cost::<C>(ledger, &access, &helpers, receiver);
        if matches!(delivered.delivery.share, Some((_, Purpose::Products))) && plan.protocol.multiplies_in_pairs() {
            ledger.enter(Phase::SetUp);
            let pairs = helpers.iter().flat_map(|helper| [(*helper, receiver), (receiver, *helper)]);
            set_up_cost(ledger, plan.base_ot, &pairs.collect::<Vec<_>>());
        }
    }
}

/// Says what the next online messages are for, in proportion.
fn requests(ledger: &mut Ledger, requests: impl IntoIterator<Item = (ValueId, usize)>) {
    let requests: Vec<_> = requests.into_iter().collect();
    ledger.requested_by(requests.iter().map(|(id, _)| Cause(id.0)));
    ledger.split(requests.iter().map(|(_, weight)| *weight as u64));
}

fn ordered_pairs(parties: usize) -> Vec<(PartyIndex, PartyIndex)> {
    let all = || (0..parties).map(PartyIndex);
    all().flat_map(|a| all().filter(move |b| a != *b).map(move |b| (a, b))).collect()
}

fn draw_nonces<C: Curve>(ledger: &mut Ledger, curve: &CurvePlan) {
    let nonces = curve.nonces.iter().map(|nonce| (nonce.point, nonce.length));
    let drawn: Vec<_> = nonces.chain(curve.stored.iter().map(|stored| (stored.value, stored.length))).collect();
    let count: usize = drawn.iter().map(|(_, length)| length).sum();
    if count > 0 {
        consumed(ledger, &drawn);
        exchange_commitments_cost::<C>(ledger, count);
    }
}

fn draw_products<C: Curve>(ledger: &mut Ledger, curve: &CurvePlan, protocol: ProtocolName) {
    let (draws, _) = curve.draws();
    if draws.nonces.is_empty() && draws.masks.is_empty() {
        return;
    }
    // A nonce is a point or two; a product is 416 transfers of a scalar, or nothing where shares are multiplied as they are.
    let nonces = curve.nonces.iter().map(|nonce| (nonce.point, nonce.length));
    let products =
        curve.masks.iter().flat_map(|mask| mask.products.iter().map(|product| (product.value, mask.length * 416)));
    let drawn: Vec<_> = nonces.chain(products).collect();
    consumed(ledger, &drawn);
    for (request, (_, weight)) in drawn.iter().enumerate().skip(curve.nonces.len()) {
        ledger.add_multiplications(request, (*weight / 416) as u64);
    }
    match protocol {
        ProtocolName::ShamirSigning => shamir_signing::draw_cost::<C>(ledger, &draws),
        _ => draw_cost::<C>(ledger, &draws),
    }
}

/// Says what preprocessing is for, in proportion.
fn consumed(ledger: &mut Ledger, drawn: &[(ValueId, usize)]) {
    ledger.requested_by(drawn.iter().map(|(id, _)| Cause(id.0)));
    for (request, (_, weight)) in drawn.iter().enumerate() {
        ledger.consume(request, *weight as u64);
    }
}
