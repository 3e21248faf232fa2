//! What verified parties keep of products and conversions, to prove it: equations modulo 2^64 (the module `integers`).
//!
//! *Products*: `x_i y_{i+1} + y_i x_{i+1} = (z_i - x_i y_i - F_i) + F_{i+1}`, of every party's message.
//!
//! *Conversions*, with `w` for a bit's weight and the messages' names of the module `convert`:
//!
//! | prover | terms | the party before knows | the party after knows |
//! |---|---|---|---|
//! | party 0, of each bit | `(2 w b0) b1` | `w (b0 - u0)` | `w (b1 - u1)` |
//! | party 1, of each element | the sum of `(2 w u1) b2` | minus its mask | minus its message |
//! | party 2, of each element | the sum of `(2 w b2) u0` | the sum of `w b2`, less its message | minus its mask |
//!
//! Equations are recorded piece by piece, with proofs between them, so that a long vector is never kept as a whole.

use std::ops::Range;

use super::convert::{Injection, P0, P1, convertible_width};
use super::integers::{Claims, FULL};
use super::multiply::{Plan, Way, factors};
use super::proof::{Equations, Record};
use super::share::{Pair, Share};
use super::{PARTIES, Replicated};
use crate::correlation::{RingElement, SecretVec};
use crate::net::{ChannelError, PartyIndex};
use crate::protocol::ProductRequest;
use crate::protocol::vector::{Planes, read};

/// Pieces of so many equations of so many terms of each prover.
pub(super) fn pieces(equations: usize, terms: usize) -> impl Iterator<Item = Range<usize>> {
    let piece = (FULL / PARTIES / terms).max(1);
    (0..equations).step_by(piece).map(move |from| from..equations.min(from + piece))
}

/// Elements as words: those of verified parties are.
///
/// # Panics
/// If they have other sizes.
pub(super) fn words<R: RingElement>(elements: &[R]) -> &[u64] {
    assert_eq!(R::BITS, 64, "verified parties compute modulo 2^64");
    bytemuck::cast_slice(elements)
}

fn both<R: RingElement>(pair: &Pair<SecretVec<R>>) -> Pair<&[u64]> {
    Pair::new(words(&pair.first), words(&pair.second))
}

/// Both components of a product's factors and of itself.
struct Product<'a> {
    x: Pair<&'a [u64]>,
    y: Pair<&'a [u64]>,
    result: &'a [u64],
    masks: Pair<&'a [u64]>,
    /// Terms of the product, and whether all results have the second factor in common.
    columns: usize,
    is_table: bool,
}

impl Product<'_> {
    /// For some results, first factors and second ones, in turn.
    fn fill(&self, a: &[u64], a_is_table: bool, b: &[u64], results: &Range<usize>, terms: &mut [u64]) {
        let width = self.columns;
        if width == 1 && !self.is_table {
            let factors = a[results.clone()].iter().zip(&b[results.clone()]);
            return terms.as_chunks_mut().0.iter_mut().zip(factors).for_each(|(to, (a, b))| *to = [*a, *b]);
        }
        let row = |vector: &[u64], is_table: bool, result: usize| {
            if is_table || !self.is_table { result * width..(result + 1) * width } else { 0..vector.len() }
        };
        for (result, to) in results.clone().zip(terms.chunks_exact_mut((2 * width).max(1))) {
            let (first, second) = to.split_at_mut(width);
            first.copy_from_slice(&a[row(a, a_is_table, result)]);
            second[..width].copy_from_slice(&b[row(b, !a_is_table, result)]);
        }
    }

    /// Records some results.
    fn record(&self, record: &mut Record, results: Range<usize>) {
        let (terms, count) = ((2 * self.columns).max(1), results.len());
        let (x, y) = (&self.x, &self.y);
        let masks = self.masks.map(|masks| &masks[results.clone()]);
        let equations = &mut record.equations;
        let [left, right, known] = equations.mine.extend(terms, count, [true, true]);
        self.fill(x.first, true, y.first, &results, left);
        self.fill(y.second, false, x.second, &results, right);
        known.copy_from_slice(masks.second);
        let [left, _, known] = equations.of_next.extend(terms, count, [true, false]);
        self.fill(x.second, true, y.second, &results, left);
        let products = left.chunks_exact(terms).map(|terms| {
            let (x, y) = terms.split_at(self.columns);
            x.iter().zip(y).fold(0, |sum: u64, (x, y)| sum.wrapping_add(x.wrapping_mul(*y)))
        });
        let sent = self.result[results.clone()].iter().zip(masks.second);
        for ((known, (sent, mask)), product) in known.iter_mut().zip(sent).zip(products) {
            *known = sent.wrapping_sub(*mask).wrapping_sub(product);
        }
        let [_, right, known] = equations.of_previous.extend(terms, count, [false, true]);
        self.fill(y.first, false, x.first, &results, right);
        known.copy_from_slice(masks.first);
    }
}

impl<R: RingElement> Replicated<R> {
    /// Records what was sent for products, with the masks of all of them, one after the other.
    pub(super) async fn record_products(
        &mut self,
        requests: &[ProductRequest<'_, Share<R>>],
        plans: &[Plan],
        masks: &Pair<SecretVec<R>>,
        results: &[Share<R>],
    ) -> Result<(), ChannelError> {
        let mut masks = both(masks);
        let all = requests.iter().zip(plans).zip(results);
        for ((request, plan), result) in all.filter(|((_, plan), _)| plan.way == Way::Shared) {
            let (x, y) = factors(request);
            let (mine, rest) = (masks.map(|m| &m[..result.shape.length]), masks.map(|m| &m[result.shape.length..]));
            masks = rest;
            let product = Product {
                x: both(x.elements()),
                y: both(y.elements()),
                result: words(&result.elements().second),
                masks: mine,
                columns: plan.dimensions.columns,
                is_table: matches!(request, ProductRequest::TableColumn { .. }),
            };
            for piece in pieces(result.shape.length, plan.terms()) {
                if let Some(record) = &mut self.record {
                    product.record(record, piece);
                }
                self.verify_if_due().await?;
            }
        }
        Ok(())
    }

    /// Proves what was recorded, if it is much.
    pub(super) async fn verify_if_due(&mut self) -> Result<(), ChannelError> {
        if self.record.as_ref().is_some_and(Record::is_full) { self.verify().await } else { Ok(()) }
    }
}

impl<R: RingElement> Injection<'_, R> {
    /// Records my part in the proofs of what all three sent for some elements (the table above).
    pub(super) fn record(&self, me: PartyIndex, equations: &mut Equations, elements: Range<usize>) {
        let Some(kept) = &self.kept else { return };
        let width = convertible_width(self.share.shape, R::BITS);
        let length = self.share.shape.length;
        let Pair { first, second } = self.share.planes();
        let bit_of = |planes: &Planes, bit: usize, i: usize| R::from_word(read(planes.plane(bit), i, 1).into());
        let doubled = |bit: usize| self.weight(bit) + self.weight(bit);
        let bits = |planes: &Planes, i: usize| {
            (0..width).fold(R::ZERO, |sum, bit| sum + self.weight(bit) * bit_of(planes, bit, i))
        };
        let by_bit = |value: &dyn Fn(usize, usize) -> R| -> SecretVec<R> {
            (0..width).flat_map(|bit| elements.clone().map(move |i| value(bit, i))).collect::<Vec<_>>().into()
        };
        let by_element = |value: &dyn Fn(usize, usize) -> R| -> SecretVec<R> {
            elements.clone().flat_map(|i| (0..width).map(move |bit| value(bit, i))).collect::<Vec<_>>().into()
        };
        let each =
            |value: &dyn Fn(usize) -> R| -> SecretVec<R> { elements.clone().map(value).collect::<Vec<_>>().into() };
        let none = SecretVec::default;
        let Equations { mine, of_next, of_previous } = equations;
        let u = |u: &SecretVec<R>, bit: usize, i: usize| u[bit * length + i];
        let minus = |vector: &SecretVec<R>, i: usize| R::ZERO - vector[i];
        match me {
            P0 => {
                let known = by_bit(&|bit, i| self.weight(bit) * (bit_of(second, bit, i) - u(&kept.u1, bit, i)));
                let left = by_bit(&|bit, i| doubled(bit) * bit_of(first, bit, i));
                record(mine, 1, left, by_bit(&|bit, i| bit_of(second, bit, i)), known);
                let left = by_element(&|bit, i| doubled(bit) * u(&kept.u1, bit, i));
                record(of_next, width, left, none(), each(&|i| minus(&kept.masks[0], i)));
                let right = by_element(&|bit, i| u(&kept.u0, bit, i));
                record(of_previous, width, none(), right, each(&|i| minus(&kept.masks[1], i)));
            }
            P1 => {
                let left = by_element(&|bit, i| doubled(bit) * u(&kept.u1, bit, i));
                let right = by_element(&|bit, i| bit_of(second, bit, i));
                record(mine, width, left, right, each(&|i| minus(&kept.sent[0], i)));
                let left = by_element(&|bit, i| doubled(bit) * bit_of(second, bit, i));
                record(of_next, width, left, none(), each(&|i| bits(second, i) - kept.sent[1][i]));
                let known = by_bit(&|bit, i| self.weight(bit) * (bit_of(first, bit, i) - u(&kept.u1, bit, i)));
                record(of_previous, 1, none(), by_bit(&|bit, i| bit_of(first, bit, i)), known);
            }
            _ => {
                let left = by_element(&|bit, i| doubled(bit) * bit_of(first, bit, i));
                let right = by_element(&|bit, i| u(&kept.u0, bit, i));
                record(mine, width, left, right, each(&|i| minus(&kept.masks[1], i)));
                let known = by_bit(&|bit, i| self.weight(bit) * (bit_of(second, bit, i) - u(&kept.u0, bit, i)));
                let left = by_bit(&|bit, i| doubled(bit) * bit_of(second, bit, i));
                record(of_next, 1, left, none(), known);
                let right = by_element(&|bit, i| bit_of(first, bit, i));
                record(of_previous, width, none(), right, each(&|i| minus(&kept.sent[0], i)));
            }
        }
    }
}

fn record<R: RingElement>(
    claims: &mut Claims,
    terms: usize,
    left: SecretVec<R>,
    right: SecretVec<R>,
    known: SecretVec<R>,
) {
    claims.add(terms, words(&left), words(&right), words(&known));
}
