//! The messages, as lengths.

use quorate_circuits::curve::Curve;

use super::Wanted;
use super::check::{check_bytes, sacrifice_bytes};
use super::products::answered_bytes;
use super::step::step_bytes;
use super::vole::correction_bytes;
use crate::crypto::coin_toss_cost;
use crate::net::{Ledger, PartyIndex, Phase};
use crate::ot::set_up_cost;
use crate::vole::begin_bytes;

/// Writes the messages of one [`super::draw`] of all parties.
pub fn draw_cost<C: Curve>(ledger: &mut Ledger, wanted: Wanted) {
    let parties = ledger.parties();
    let all = || (0..parties).map(PartyIndex);
    let pairs: Vec<_> = all().flat_map(|a| all().filter(move |b| *b != a).map(move |b| (a, b))).collect();
    ledger.enter(Phase::SetUp);
    set_up_cost(ledger, wanted.base, &pairs);
    ledger.enter(Phase::Preprocessing);
    if wanted.triples > 0 {
        ledger.exchange_all(begin_bytes(wanted.triples) as u64);
        ledger.exchange_all(answered_bytes(wanted.triples) as u64);
    }
    ledger.exchange_all(correction_bytes(wanted.values()) as u64);
    coin_toss_cost(ledger);
    ledger.exchange_all(check_bytes::<C>(wanted.keys, wanted.triples) as u64);
    let sacrifice = sacrifice_bytes(parties, wanted.triples);
    if sacrifice > 0 {
        ledger.exchange_all(sacrifice as u64);
    }
}

/// Writes one message of everybody to everybody, with so many products, scalars and points.
pub fn step_cost<C: Curve>(ledger: &mut Ledger, products: usize, scalars: usize, points: usize) {
    ledger.exchange_all(step_bytes::<C>(products, scalars, points) as u64);
}
