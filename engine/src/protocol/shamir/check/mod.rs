//! Every product is checked before anything is opened (Goyal and Song, "Malicious Security Comes Free in Honest-Majority
//! MPC", ePrint 2020/134, after Boneh, Boyle, Corrigan-Gibbs, Gilboa and Ishai, CRYPTO 2019, and Genkin, Ishai, Prabhakaran,
//! Sahai and Tromer, STOC 2014: what a corrupted party can do to a product is to add something to it).
//!
//! Over an extension of the integers (of bits, GF(2^128)), whose elements are vectors of integers and so shared as these
//! are ([`extension`]):
//!
//! 1. *A coin* that nobody knew when products were made gives weights. Products are arranged in 2^v rows (`layout`); of each
//!    row the weighted sum of the claimed products, which everybody has a share of, is to be an inner product.
//! 2. *Rows*: rows are the values at `{0, 1}^v` of polynomials of degree 1 in each of `v` variables. The inner products at
//!    the rest of the grid `{0, 1, infinity}^v` are computed by one product each. At a random point the rows become one (`grid`).
//! 3. *Halving*: of two halves of a vector the same, until one element is left of each.
//! 4. *Mask*: the same once more with a random product. What is left, which says nothing, is opened; everybody sees
//!    whether it is a product.
//!
//! Whatever was added to a product, also to those of the check, makes a claim false, and a step of degree `d` leaves a false
//! claim false but for a chance of `d / 2^48` (of bits, `d / 2^128`): below 2^-42 in all, `v` and the halvings being few.
//!
//! | step of a check | bytes, everybody to everybody | depth |
//! |---|---|---|
//! | digests of what was told | 32, twice | 2 |
//! | coins | 16 d each | 1 for each of v + 2 + halvings |
//! | products | 384 for each of 3^v - 2^v, two for each halving and two at the end (of bits 16) | 1 or 2 each |
//! | [`super::SHAMIR_CHECK`] | three times the same, d times | 1 |
//!
//! *Memory* is bounded: a check is due whenever so many terms were recorded ([`Checked::CHUNK`]).

mod extension;
mod grid;
mod layout;

pub(super) use self::extension::Checked;
use self::grid::{point_weights, row_weights};
use self::layout::{Kind, Layout};
pub(super) use self::layout::{verify_cost, working_bytes};
use super::told::disagreement;
use super::{SHAMIR_CHECK, Shamir};
use crate::correlation::SecretVec;
use crate::crypto::Prg;
use crate::galois::{Elements, GaloisRing};
use crate::net::ChannelError;
use crate::protocol::grid::row_points;

/// Products that were claimed: each of so many terms.
pub(super) struct Statement<C: Checked> {
    /// How many: words of products, where these are bits.
    pub(super) gates: usize,
    pub(super) terms: usize,
    /// The terms' left factors, product by product.
    pub(super) x: Elements<C>,
    /// Their right factors; only once, if those of all products are the same.
    pub(super) y: Elements<C>,
    /// The products.
    pub(super) z: Elements<C>,
}

/// What waits for a check.
pub(super) struct Record<C: Checked> {
    statements: Vec<Statement<C>>,
    words: usize,
}

impl<C: Checked> Default for Record<C> {
    fn default() -> Self {
        Self { statements: Vec::new(), words: 0 }
    }
}

impl<C: Checked> Record<C> {
    pub(super) fn add(&mut self, statement: Statement<C>) {
        if statement.gates > 0 {
            self.words += statement.gates * statement.terms;
            self.statements.push(statement);
        }
    }

    /// Whether it is time for a check.
    pub(super) fn is_full(&self) -> bool {
        self.words >= C::CHUNK
    }

    /// The last one, to be changed.
    #[cfg(test)]
    pub(super) fn statement_for_test(&mut self) -> &mut Statement<C> {
        self.statements.last_mut().expect("a product")
    }

    fn layout(&self) -> Layout {
        let shapes: Vec<(usize, usize)> = self.statements.iter().map(|s| (s.gates, s.terms)).collect();
        Layout::of::<C>(&shapes)
    }
}

/// Elements of the extension, shared: each as many integers as it has coefficients.
type Wide<C> = Elements<C>;

/// The coefficients of a power of `X`.
fn larges<C: Checked>(wide: &Wide<C>, power: usize) -> &[C::Large] {
    bytemuck::cast_slice(wide.plane(power))
}

/// Products with a public element.
fn scaled<C: Checked>(wide: &Wide<C>, factor: &C::Large) -> Wide<C> {
    wide.map_planes(wide.len(), |plane, to| {
        for element in bytemuck::cast_slice::<C, C::Large>(plane) {
            to.extend_from_slice(C::product(factor, element).as_ref());
        }
    })
}

/// Halves of a vector.
fn halves<C: Checked>(wide: &Wide<C>) -> (Wide<C>, Wide<C>) {
    let half = wide.len() / 2;
    (wide.part(0..half), wide.part(half..2 * half))
}

/// `low + at (high - low)`.
fn between<C: Checked>(mut low: Wide<C>, mut high: Wide<C>, at: &C::Large) -> Wide<C> {
    high.subtract(&low);
    low.add(&scaled(&high, at));
    low
}

/// The value at `at` of what is `zero` and `one` there and has this highest coefficient.
fn quadratic<C: Checked>(zero: &Wide<C>, one: &Wide<C>, infinity: &Wide<C>, at: &C::Large) -> Wide<C> {
    let mut value = between(zero.duplicate(), one.duplicate(), at);
    value.add(&scaled(infinity, &grid::times_one_less::<C>(at)));
    value
}

impl Shamir {
    /// Checks all products that were recorded.
    ///
    /// # Errors
    /// The channels'; a product that is none; parties who were told different things.
    pub(super) async fn verify<C: Checked>(&mut self) -> Result<(), ChannelError> {
        let record = std::mem::take(C::record(self));
        if record.statements.is_empty() {
            return Ok(());
        }
        self.compare().await?;
        let layout = record.layout();
        let mut coin = self.coin().await?;
        let weights = layout.weights::<C>(&mut coin);
        let claims = self.grid_claims(&record, &layout, &weights).await?;
        let at = challenges::<C>(&mut self.coin().await?, layout.variables);
        let ring = self.code.ring();
        let mut claim = Wide::<C>::zeros(ring, C::SIZE);
        for (weight, value) in point_weights::<C>(&at).iter().zip(&claims) {
            claim.add(&scaled(value, weight));
        }
        let (mut u, mut v) = grid::folded(&record.statements, &layout, ring, &weights, &row_weights::<C>(&at));
        drop(record);
        while u.len() > C::SIZE {
            let ((u_low, u_high), (v_low, v_high)) = (halves(&u), halves(&v));
            let zero = self.inner_product(&u_low, &v_low);
            let (mut u_slope, mut v_slope) = (u_high.duplicate(), v_high.duplicate());
            u_slope.subtract(&u_low);
            v_slope.subtract(&v_low);
            let infinity = self.inner_product(&u_slope, &v_slope);
            drop((u_slope, v_slope));
            let values = self.reduce_large(&[zero, infinity]).await?;
            let at = challenges::<C>(&mut self.coin().await?, 1)[0];
            let (zero, infinity) = (values.part(0..C::SIZE), values.part(C::SIZE..2 * C::SIZE));
            claim.subtract(&zero);
            claim = quadratic(&zero, &claim, &infinity, &at);
            (u, v) = (between(u_low, u_high, &at), between(v_low, v_high, &at));
        }
        self.last_product(u, v, claim).await
    }

    /// Masks a product with a random one, and opens it.
    async fn last_product<C: Checked>(&mut self, u: Wide<C>, v: Wide<C>, claim: Wide<C>) -> Result<(), ChannelError> {
        let (u_mask, v_mask) = (self.keys().random::<C>(C::SIZE), self.keys().random::<C>(C::SIZE));
        let one = self.inner_product(&u_mask, &v_mask);
        let (mut u_slope, mut v_slope) = (u_mask.duplicate(), v_mask.duplicate());
        u_slope.subtract(&u);
        v_slope.subtract(&v);
        let infinity = self.inner_product(&u_slope, &v_slope);
        let values = self.reduce_large(&[one, infinity]).await?;
        let at = challenges::<C>(&mut self.coin().await?, 1)[0];
        let (one, infinity) = (values.part(0..C::SIZE), values.part(C::SIZE..2 * C::SIZE));
        let claim = quadratic(&claim, &one, &infinity, &at);
        let (u, v) = (between(u, u_mask, &at), between(v, v_mask, &at));
        self.compare().await?;
        let all = Elements::concatenate(self.code.ring(), &[&u, &v, &claim]);
        let opened = self.open_to_all(SHAMIR_CHECK, &all).await?;
        let [u, v, claim] = *bytemuck::cast_slice::<C, C::Large>(&opened) else { return Ok(()) };
        if C::product(&u, &v).as_ref() == claim.as_ref() {
            return Ok(());
        }
        let me = self.session.network.me();
        Err(disagreement(me, SHAMIR_CHECK, "a product is not that of its factors"))
    }

    /// By point of the grid, shares of the inner products: where rows are, the claims.
    async fn grid_claims<C: Checked>(
        &mut self,
        record: &Record<C>,
        layout: &Layout,
        weights: &[Vec<C::Large>],
    ) -> Result<Vec<Wide<C>>, ChannelError> {
        let ring = self.code.ring();
        let rows = row_points(layout.variables);
        let computed = grid::inner_products(&record.statements, layout, &self.reading, ring, weights);
        let is_row = |point: &usize| rows.contains(point);
        let others: Vec<usize> = (0..layout.points()).filter(|point| !is_row(point)).collect();
        let mut addends: SecretVec<C::Large> =
            others.iter().map(|point| computed.all[*point]).collect::<Vec<_>>().into();
        if layout.has_sums() {
            rows.iter().skip(1).for_each(|point| addends.append_words(&[computed.sums[*point]]));
        }
        let reduced = self.reduce_large::<C>(&addends).await?;
        let mut reduced = (0..addends.len()).map(|at| reduced.part(at * C::SIZE..(at + 1) * C::SIZE));
        let mut claims: Vec<Wide<C>> = (0..layout.points()).map(|_| Wide::<C>::zeros(ring, C::SIZE)).collect();
        for (point, value) in others.iter().zip(reduced.by_ref()) {
            claims[*point] = value;
        }
        let (by_row, of_sums) = claimed(record, layout, ring, weights);
        for (point, claim) in rows.iter().zip(by_row) {
            claims[*point] = claim;
        }
        if layout.has_sums() {
            // Of products whose terms are in many rows only the sum over the rows is claimed.
            claims[rows[0]].add(&of_sums);
            for (point, value) in rows.iter().skip(1).zip(reduced) {
                claims[*point].add(&value);
                claims[rows[0]].subtract(&value);
            }
        }
        Ok(claims)
    }

    /// My addend of an inner product.
    fn inner_product<C: Checked>(&self, u: &Wide<C>, v: &Wide<C>) -> C::Large {
        let prepared = self.reading.prepared(v, self.code.ring());
        let mut sum = <C::Large as bytemuck::Zeroable>::zeroed();
        for power in 0..self.code.ring().degree() {
            let product = C::inner_product(larges(u, power), larges(&prepared, power));
            sum.as_mut().iter_mut().zip(product.as_ref()).for_each(|(sum, c)| *sum += *c);
        }
        sum
    }

    /// Shares of what all parties' addends say.
    async fn reduce_large<C: Checked>(&mut self, addends: &[C::Large]) -> Result<Wide<C>, ChannelError> {
        let words: &[C] = bytemuck::cast_slice(addends);
        self.reduce(SecretVec::from(words.to_vec())).await
    }
}

/// By row, the claimed products of products that are in one row each, weighted; and of those in all rows.
fn claimed<C: Checked>(
    record: &Record<C>,
    layout: &Layout,
    ring: GaloisRing,
    weights: &[Vec<C::Large>],
) -> (Vec<Wide<C>>, Wide<C>) {
    let mut by_row: Vec<Wide<C>> = (0..layout.rows()).map(|_| Wide::<C>::zeros(ring, C::SIZE)).collect();
    let mut of_sums = Wide::<C>::zeros(ring, C::SIZE);
    for ((statement, arrangement), weights) in record.statements.iter().zip(&layout.arrangements).zip(weights) {
        for power in 0..ring.degree() {
            for (number, unit) in statement.z.plane(power).chunks(C::UNIT).enumerate() {
                let (sum, weight) = match arrangement.kind {
                    Kind::Each => {
                        let (row, block) = (number / arrangement.groups, number % arrangement.groups);
                        (&mut by_row[row], &weights[block])
                    }
                    Kind::Sums => (&mut of_sums, &weights[number]),
                };
                let sum = &mut bytemuck::cast_slice_mut::<C, C::Large>(sum.plane_mut(power))[0];
                C::add_unit(sum, weight, unit);
            }
        }
    }
    (by_row, of_sums)
}

fn challenges<C: Checked>(stream: &mut Prg, count: usize) -> Vec<C::Large> {
    (0..count).map(|_| C::challenge(stream)).collect()
}
