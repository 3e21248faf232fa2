//! Products (Damgård and Nielsen, CRYPTO 2007, section 4). The products of shares are values of polynomials of degree `2 t`; what
//! a party's counts in the product that is shared is its addend of it, an integer. Less the same of a random sharing, all
//! addends are told: their sum, which everybody learns and which says nothing, plus the random sharing is the product's.
//!
//! A dot product adds up before it is told: one number for each result. What is multiplied is recorded, and checked
//! before anything is opened ([`super::check`]).

use super::Shamir;
use super::check::Statement;
use super::share::{Number, Share};
use crate::correlation::{RingElement, SecretVec};
use crate::galois::{Coefficient, Elements};
use crate::net::ChannelError;
use crate::protocol::ProductRequest;

/// Sizes of a request: results, and terms of each.
pub(super) fn sizes<S>(request: &ProductRequest<'_, S>, length: impl Fn(&S) -> usize) -> (usize, usize) {
    match request {
        ProductRequest::Elementwise(left, right) => {
            assert_eq!(length(left), length(right), "factors of one length");
            (length(left), 1)
        }
        ProductRequest::TableColumn { table, column, rows } => {
            assert_eq!(length(table), rows * length(column), "a table of {rows} rows for this column");
            (*rows, length(column))
        }
    }
}

impl Shamir {
    /// Sharings of degree `t` of what all parties' addends say.
    pub(super) async fn reduce<C: Coefficient>(
        &mut self,
        mut addends: SecretVec<C>,
    ) -> Result<Elements<C>, ChannelError> {
        let mut share = self.keys().random::<C>(addends.len());
        self.reading.subtract(&mut addends, &share);
        let sums = self.sum(addends).await?;
        share.plane_mut(0).iter_mut().zip(&sums).for_each(|(share, sum)| *share += *sum);
        Ok(share)
    }

    /// All requests side by side.
    pub(super) async fn products(
        &mut self,
        requests: &[ProductRequest<'_, Share>],
    ) -> Result<Vec<Share>, ChannelError> {
        let ring = self.code.ring();
        let factors: Vec<(Elements<Number>, Elements<Number>)> = requests
            .iter()
            .filter_map(|request| match request {
                ProductRequest::Elementwise(left, right) => Some((left.elements(), right.elements())),
                ProductRequest::TableColumn { .. } => None,
            })
            .map(|(left, right)| (left.duplicate(), right.duplicate()))
            .collect();
        let left = Elements::concatenate(ring, &factors.iter().map(|(left, _)| left).collect::<Vec<_>>());
        let right = Elements::concatenate(ring, &factors.iter().map(|(_, right)| right).collect::<Vec<_>>());
        drop(factors);
        let mut addends = self.addends_of(&left, &right);
        let all: Vec<(usize, usize)> =
            requests.iter().map(|request| sizes(request, |share| share.shape.length)).collect();
        for (request, (results, terms)) in requests.iter().zip(&all).filter(|(_, (_, terms))| *terms > 0) {
            if let ProductRequest::TableColumn { table, column, .. } = request {
                let prepared = self.reading.prepared(column.elements(), ring);
                let mut sums = SecretVec::<Number>::zeros(*results);
                for power in 0..ring.degree() {
                    Number::add_products(&mut sums, table.elements().plane(power), &[prepared.plane(power)]);
                }
                addends.append(&sums);
            }
            debug_assert!(*terms > 0, "sums of no terms are zero");
        }
        let products = self.reduce(addends).await?;
        let mut next = left.len();
        let mut columns = Vec::new();
        for (request, (results, terms)) in requests.iter().zip(&all).filter(|(_, (_, terms))| *terms > 0) {
            if let ProductRequest::TableColumn { table, column, .. } = request {
                let product = products.part(next..next + results);
                next += results;
                self.numbers.add(Statement {
                    gates: *results,
                    terms: *terms,
                    x: table.elements().duplicate(),
                    y: column.elements().duplicate(),
                    z: product.duplicate(),
                });
                columns.push(product);
            }
        }
        let elementwise = products.part(0..left.len());
        self.numbers.add(Statement { gates: left.len(), terms: 1, x: left, y: right, z: elementwise });
        let (mut columns, mut next) = (columns.into_iter(), 0);
        let shares = requests.iter().zip(&all).map(|(request, (results, terms))| match request {
            ProductRequest::Elementwise(..) => {
                next += results;
                Share::arithmetic(products.part(next - results..next))
            }
            ProductRequest::TableColumn { .. } if *terms == 0 => Share::arithmetic(Elements::zeros(ring, *results)),
            ProductRequest::TableColumn { .. } => {
                Share::arithmetic(columns.next().unwrap_or_else(|| Elements::zeros(ring, *results)))
            }
        });
        let shares = shares.collect();
        if self.numbers.is_full() {
            self.verify::<Number>().await?;
        }
        Ok(shares)
    }

    /// My addends of products, element by element.
    pub(super) fn addends_of<C: Coefficient>(&self, left: &Elements<C>, right: &Elements<C>) -> SecretVec<C> {
        let ring = self.code.ring();
        let prepared = self.reading.prepared(right, ring);
        let mut addends = SecretVec::zeros(left.len());
        for power in 0..ring.degree() {
            let factors = left.plane(power).iter().zip(prepared.plane(power));
            addends.iter_mut().zip(factors).for_each(|(sum, (a, b))| *sum += *a * *b);
        }
        addends
    }
}
