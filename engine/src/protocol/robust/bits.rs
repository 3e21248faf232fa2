//! Bits that nobody knows, as integers: XORs of bits that `t + 1` members dealt, of which everybody is convinced that they
//! are bits.
//!
//! `x x - x` is computed of all of them with triples, and random sums of these are opened: they are zero of bits, and of
//! anything else with probability 2^-64. All openings are corrected, so that whoever dealt something else is known to all.

use super::dealing::{BeginAgain, Dealt, Part};
use super::lane::{Lane, SUMS};
use super::online::{open_to_all, product};
use super::table::Table;
use super::triples::Triples;
use super::{ROBUST_DEALING, ROBUST_OPENING};
use crate::crypto::Prg;
use crate::galois::Elements;
use crate::protocol::Session;

/// Triples that so many bits take.
pub(super) const fn triples_of_bits(bits: usize, faults: usize) -> usize {
    bits * (2 * faults + 1)
}

/// The bits of a dealing. `triples` are as many as [`triples_of_bits`] says.
pub(super) async fn combine<C: Lane>(
    session: &mut Session,
    table: &mut Table,
    dealt: &Dealt<C>,
    triples: Triples<C>,
) -> Result<Elements<C>, BeginAgain> {
    let layers: Vec<Elements<C>> =
        (0..dealt.division.dealers()).map(|layer| dealt.layer(table, Part::Bits, layer)).collect();
    let all = Elements::concatenate(table.ring(), &layers.iter().collect::<Vec<_>>());
    let (of_squares, mut of_sums) = triples.split(all.len());
    let mut excess = product(session, table, of_squares, &all, &all).await.map_err(|_| BeginAgain)?;
    excess.subtract(&all);
    convict(session, table, dealt, &excess).await?;
    let mut layers = layers.into_iter();
    let mut bits = layers.next().unwrap_or_else(|| Elements::zeros(table.ring(), 0));
    for layer in layers {
        let (these, rest) = of_sums.split(layer.len());
        of_sums = rest;
        let both = product(session, table, these, &bits, &layer).await.map_err(|_| BeginAgain)?;
        bits.add(&layer);
        bits.subtract(&both.times(&[C::of_constant(2)]));
    }
    Ok(bits)
}

/// Leaves out the first dealer whose `excess` is not zero.
async fn convict<C: Lane>(
    session: &mut Session,
    table: &mut Table,
    dealt: &Dealt<C>,
    excess: &Elements<C>,
) -> Result<(), BeginAgain> {
    let members = table.council().members().len();
    let of_group = excess.len() / dealt.division.dealers() / members;
    // Whoever deals has to have dealt before this is drawn.
    let mut coin = dealt.coin.clone();
    let mut random = Prg::new(coin.append("of", b"bits").block());
    let mut sums = Vec::new();
    for first in (0..excess.len()).step_by(of_group.max(1)) {
        let padding = Elements::zeros(table.ring(), SUMS);
        let of_dealer = Elements::concatenate(table.ring(), &[&excess.part(first..first + of_group), &padding]);
        sums.extend(super::lane::sums(table.ring(), &[&of_dealer], &mut random));
    }
    let all = Elements::concatenate(table.ring(), &sums.iter().collect::<Vec<_>>());
    let opened = open_to_all(session, table, ROBUST_OPENING, &all).await.map_err(|_| BeginAgain)?;
    match opened.first_nonzero() {
        None => Ok(()),
        Some(place) => {
            let (layer, group) = (place / SUMS / members, place / SUMS % members);
            let dealer = table.council().members()[dealt.division.dealer(group, layer)];
            table.eliminate(ROBUST_DEALING, dealer, None);
            Err(BeginAgain)
        }
    }
}
