//! Membership in a Bloom filter.

use super::super::array::lookup;
use crate::boolean::integer::{is_zero, not};
use crate::boolean::{Bits, Builder, Shape, Wire};

/// Whether a Bloom filter (Bloom 1970) has a 1 at all positions of an item.
///
/// The positions are the values of public hash functions at the item, as natural numbers. Whoever has the item
/// computes them in the clear and brings them as secret inputs, so that no hash function is in the circuit; a filter
/// that someone else has is a secret input too, and a public one is constants. A true result is as uncertain as the
/// filter makes it. A position beyond the filter is no position of a member. Nothing makes the positions belong to an
/// item: a party who brings others learns about those bits of the filter instead.
///
/// For k positions in m = 2^a secret bits and `FewAnds`, k (m - 1) + k - 1 AND gates; for `FewRounds`,
/// k (m - a - 1) more and AND depth lg a + lg k + 1. A public filter costs some sqrt m for each position: see
/// [`lookup`].
///
/// # Panics
/// If the filter has no bits.
pub fn bloom_contains(builder: &mut Builder, filter: &Bits, positions: &[Bits], shape: Shape) -> Wire {
    let table: Vec<Bits> = filter.iter().map(Bits::from).collect();
    let found: Bits = positions.iter().flat_map(|at| lookup(builder, &table, at, shape).wires().to_vec()).collect();
    let missing = not(builder, &found);
    is_zero(builder, &missing)
}
