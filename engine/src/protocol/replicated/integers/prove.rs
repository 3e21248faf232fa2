//! The three parts in a proof: the prover's, and those of the verifiers to its left and right.

use quorate_kernels::subset_sums::{BLOCK, Item, Table, add_subsets};

use super::claims::Claim;
use super::field::{Field, Weight};
use super::folded::{Folded, quadratic};
use super::grid::{inner_products, point_weights, row_weights};
use super::layout::{Layout, MASK_BITS, MOST_ROWS, OPENED_BITS, PROJECTIONS, SUMS};
use super::subsets::Subsets;
use crate::correlation::SecretVec;
use crate::crypto::{Block, Prg, Transcript};
use crate::protocol::replicated::keys::Keys;

/// What is proven: equations as they are arranged, and the sums of them that a coin chose, the same in every row.
pub(super) struct Statement {
    pub(super) layout: Layout,
    pub(super) subsets: Subsets,
}

/// What a prover sends.
pub(super) struct Proof {
    /// To the right: its share of every element.
    pub(super) elements: Vec<Field>,
    /// To the left, who makes its share itself: the challenges.
    pub(super) challenges: Vec<Block>,
}

/// A prover's messages under way.
struct Prover<'a> {
    /// The left verifier's shares.
    stream: &'a mut Prg,
    proof: Proof,
    challenger: Challenger,
}

/// Challenges from all elements so far.
struct Challenger {
    transcript: Transcript,
}

impl Challenger {
    fn challenge(&mut self, elements: &[Field]) -> Block {
        self.transcript.append("elements", bytemuck::cast_slice(elements)).block()
    }
}

/// The points that a challenge stands for.
fn points(challenge: Block, count: usize) -> Vec<Weight> {
    Weight::draw(&mut Prg::new(challenge), Weight::POINT_BITS, count)
}

/// Where the rows are folded, and what the mask counts if nothing is halved.
fn row_point(challenge: Block) -> (Field, Weight) {
    let at = points(challenge, 2);
    (at[1].element(), at[0])
}

impl Prover<'_> {
    /// Shares elements among the verifiers.
    fn send(&mut self, values: &[Field]) {
        for value in values {
            self.proof.elements.push((*value - Field::drawn(self.stream)).canonical());
        }
    }

    /// What follows from the last so many elements, and all before.
    fn challenge(&mut self, elements: usize) -> Block {
        let from = self.proof.elements.len() - elements;
        let challenge = self.challenger.challenge(&self.proof.elements[from..]);
        self.proof.challenges.push(challenge);
        challenge
    }
}

/// What follows from the quotients: which sums of them are opened, and what everything counts.
struct Weights {
    opened: Subsets,
    /// Of rows of equations; the first is one: an equation between the first and the others can be solved for it.
    rows: Vec<Field>,
    /// Of the sums of each row.
    sums: Vec<Weight>,
    /// Of groups: what the sums they are in count.
    groups: Vec<Weight>,
}

impl Weights {
    fn new(statement: &Statement, challenge: Block) -> Self {
        let (layout, mut stream) = (statement.layout, Prg::new(challenge));
        let mut rows = Field::draw(&mut stream, layout.equation_rows());
        rows[0] = Field::ONE;
        let sums = Weight::draw(&mut stream, Weight::SUMMAND_BITS, SUMS);
        let opened = Subsets::draw(&mut stream, PROJECTIONS, layout.quotients());
        let groups = statement.subsets.weights(&sums);
        Self { opened, rows, sums, groups }
    }

    /// What somebody's part of all equations counts: what it adds to each, and its shares of the quotients.
    fn part(&self, layout: Layout, known: &[u64], quotients: &[Field]) -> Field {
        let mut all = Field::ZERO;
        for (row, (weight, quotients)) in self.rows.iter().zip(quotients.chunks_exact(SUMS)).enumerate() {
            let sum = Field::weighted_sum(layout.equations_of(row, known), &self.groups);
            let times_2_to_64 = |quotient: &Field| *quotient * Field::power_of_two(64);
            let quotients = quotients.iter().map(times_2_to_64).zip(&self.sums);
            all += *weight * quotients.fold(sum, |sum, (quotient, weight)| sum + quotient * *weight);
        }
        all
    }

    /// Somebody's part of the claim about the folded rows: what it has of the equations, less the rows after the first, is
    /// its part of the first row's inner product; the grid's polynomial is taken at the point.
    fn grid_claim(&self, layout: Layout, part: Field, mut grid: Vec<Field>, at: Field) -> Field {
        let others = (1..layout.rows()).fold(Field::ZERO, |sum, row| {
            let weight = if layout.is_spread { Field::ONE } else { self.rows[row] };
            sum + weight * grid[row]
        });
        grid[0] = part - others;
        Field::inner_product(&grid, &point_weights(layout.rows(), at))
    }
}

/// Bits of the first half of an integer.
const LOW: u32 = 40;

/// Puts an integer in its row's place among those of all rows, as `2^40` times a second half and a first one below that:
/// sums of them carry nothing.
fn put(item: &mut Item, row: usize, integer: i128) {
    item[row] = integer as u64 & ((1 << LOW) - 1);
    item[MOST_ROWS + row] = (integer >> LOW) as u64;
}

/// The sum of a row's integers.
fn taken(item: &Item, row: usize) -> i128 {
    (i128::from(item[MOST_ROWS + row] as i64) << LOW) + i128::from(item[row])
}

/// How often `2^64` goes into the difference of the two sides of an equation.
fn quotient(left: &[u64], right: &[u64], known: u64) -> i128 {
    let (mut low, mut high) = (0_u64, 0_i128);
    for (left, right) in left.iter().zip(right) {
        let product = u128::from(*left) * u128::from(*right);
        let (sum, carry) = low.overflowing_add(product as u64);
        low = sum;
        high += (product >> 64) as i128 + i128::from(carry);
    }
    high - i128::from(low < known)
}

/// By row of equations and sum, how often `2^64` goes into the difference of the two sides.
fn quotients(statement: &Statement, terms: usize, claim: &Claim) -> SecretVec<i128> {
    let layout = statement.layout;
    let mut sums = SecretVec::<Item>::zeros(SUMS);
    let mut block = SecretVec::<[Item; BLOCK]>::zeros(1);
    let mut table = SecretVec::<Table>::zeros(1);
    for (at, subsets) in statement.subsets.blocks().enumerate() {
        for row in 0..layout.equation_rows() {
            let first = row * layout.groups + at * BLOCK;
            let count = BLOCK.min(layout.groups - at * BLOCK).min(claim.known.len().saturating_sub(first));
            let first = first.min(claim.known.len());
            let factors =
                claim.left[first * terms..].chunks_exact(terms).zip(claim.right[first * terms..].chunks_exact(terms));
            let each = factors.zip(&claim.known[first..]).take(count);
            let each = each.map(|((left, right), known)| quotient(left, right, *known));
            block[0].iter_mut().zip(each.chain(std::iter::repeat(0))).for_each(|(item, each)| put(item, row, each));
        }
        add_subsets(&block[0], subsets, &mut table[0], &mut sums);
    }
    let mut by_row = SecretVec::with_capacity(layout.quotients());
    for row in 0..layout.equation_rows() {
        by_row.append(&sums.iter().map(|sum| taken(sum, row)).collect::<Vec<_>>().into());
    }
    by_row
}

/// Masks of the sums of quotients that are opened.
fn masks(stream: &mut Prg) -> SecretVec<Field> {
    (0..PROJECTIONS).map(|_| Field::drawn_of_bits(stream, MASK_BITS)).collect::<Vec<_>>().into()
}

/// Proves equations to the parties before (left) and after (right).
pub(super) fn prove(
    statement: &Statement,
    terms: usize,
    claim: &Claim,
    keys: &mut Keys,
    transcript: Transcript,
) -> Proof {
    let quotients = quotients(statement, terms, claim);
    let quotients: Vec<Field> = quotients.iter().map(|quotient| Field::of_integer(*quotient)).collect();
    prove_with(statement, &quotients.into(), claim, keys, transcript)
}

/// The same with quotients that are given.
fn prove_with(
    statement: &Statement,
    quotients: &SecretVec<Field>,
    claim: &Claim,
    keys: &mut Keys,
    transcript: Transcript,
) -> Proof {
    let layout = statement.layout;
    // The left verifier opens with these masks; the prover has no use for them.
    drop(masks(&mut keys.first.proof));
    let (left_mask, right_mask) = (Field::drawn(&mut keys.first.proof), Field::drawn(&mut keys.second.blind));
    let proof = Proof { elements: Vec::with_capacity(layout.elements()), challenges: Vec::new() };
    let mut prover = Prover { stream: &mut keys.first.proof, proof, challenger: Challenger { transcript } };
    prover.send(quotients);
    let weights = Weights::new(statement, prover.challenge(layout.quotients()));
    prover.send(&[left_mask * right_mask]);
    prover.send(&inner_products(layout, &weights.groups, [&claim.left, &claim.right]));
    let (at, mut scale) = row_point(prover.challenge(layout.grid_elements()));

    let rows = row_weights(layout.rows(), at);
    let mut u = Folded::of(layout, &rows, &claim.left, Some(&weights.groups));
    let mut v = Folded::of(layout, &rows, &claim.right, None);
    for _ in 0..layout.halvings() {
        u.difference();
        v.difference();
        prover.send(&Folded::round(&mut u, &mut v));
        let at = points(prover.challenge(2), 2);
        u.fold(at[0]);
        v.fold(at[0]);
        scale = at[1];
    }
    let (u, v, left_mask) = (u.last(), v.last(), left_mask * scale);
    prover.send(&[u * v, (left_mask - u) * (right_mask - v)]);
    prover.challenge(2);
    prover.proof
}

/// The verifier before the prover, when it has its share of all claims and its last element.
pub(super) struct Left {
    element: Field,
    claim: Field,
    opened: SecretVec<Field>,
}

impl Left {
    /// Of the next party's proof, with the challenges that it names.
    pub(super) fn of(statement: &Statement, claim: &Claim, keys: &mut Keys, challenges: &[Block]) -> Self {
        let layout = statement.layout;
        let stream = &mut keys.second.proof;
        let mut challenges = challenges.iter().copied();
        let mut challenge = || challenges.next().unwrap_or(Block::ZERO);
        let (masks, mask) = (masks(stream), Field::drawn(stream));
        let quotients = Field::draw(stream, layout.quotients());
        let weights = Weights::new(statement, challenge());
        let mut opened = weights.opened.sums(&quotients);
        opened.iter_mut().zip(masks.iter()).for_each(|(opened, mask)| *opened += *mask);
        let grid = Field::draw(stream, layout.grid_elements());
        let mask_product = grid[0];
        let (at, mut scale) = row_point(challenge());
        let part = weights.part(layout, &claim.known, &quotients);
        let mut share = weights.grid_claim(layout, part, grid, at);
        let mut u = Folded::of(layout, &row_weights(layout.rows(), at), &claim.left, Some(&weights.groups));
        for _ in 0..layout.halvings() {
            let values = [Field::drawn(stream), Field::drawn(stream)];
            let at = points(challenge(), 2);
            share = quadratic(share, values, at[0]);
            u.difference();
            u.fold(at[0]);
            scale = at[1];
        }
        share += mask_product * scale;
        let values = [Field::drawn(stream), Field::drawn(stream)];
        let at = points(challenge(), 1)[0];
        let (u, mask) = (u.last(), mask * scale);
        Self { element: u + (mask - u) * at, claim: quadratic(share, values, at), opened }
    }

    /// What it tells the other verifier.
    pub(super) fn answer(&self) -> Vec<Field> {
        let all = [self.element, self.claim].into_iter().chain(self.opened.iter().copied());
        all.map(Field::canonical).collect()
    }
}

/// The verifier after the prover, likewise.
pub(in crate::protocol::replicated) struct Right {
    element: Field,
    claim: Field,
    opened: SecretVec<Field>,
}

impl Right {
    /// Of the previous party's proof; the challenges that follow from it are appended to `challenges`.
    pub(super) fn of(
        statement: &Statement,
        claim: &Claim,
        keys: &mut Keys,
        elements: &[Field],
        transcript: Transcript,
        challenges: &mut Vec<Block>,
    ) -> Self {
        let layout = statement.layout;
        let mut challenger = Challenger { transcript };
        let mut challenge = |elements: &[Field]| {
            challenges.push(challenger.challenge(elements));
            challenges[challenges.len() - 1]
        };
        let mask = Field::drawn(&mut keys.first.blind);
        let (quotients, rest) = elements.split_at(layout.quotients());
        let weights = Weights::new(statement, challenge(quotients));
        let opened = weights.opened.sums(quotients);
        let (grid, rest) = rest.split_at(layout.grid_elements());
        let (at, mut scale) = row_point(challenge(grid));
        let part = weights.part(layout, &claim.known, quotients);
        let mut share = weights.grid_claim(layout, part, grid.to_vec(), at);
        let mut v = Folded::of(layout, &row_weights(layout.rows(), at), &claim.right, None);
        let (halvings, last) = rest.split_at(2 * layout.halvings());
        for values in halvings.chunks_exact(2) {
            let at = points(challenge(values), 2);
            share = quadratic(share, [values[0], values[1]], at[0]);
            v.difference();
            v.fold(at[0]);
            scale = at[1];
        }
        share += grid[0] * scale;
        let at = points(challenge(last), 1)[0];
        let v = v.last();
        Self { element: v + (mask - v) * at, claim: quadratic(share, [last[0], last[1]], at), opened }
    }

    /// Whether the other verifier's element, share of the claim and shares of sums of quotients fit.
    pub(super) fn accepts(&self, answer: &[Field]) -> bool {
        let [element, claim, opened @ ..] = answer else { return false };
        let is_small = |(theirs, mine): (&Field, &Field)| (*theirs + *mine).is_below(OPENED_BITS);
        (*element * self.element).equals(*claim + self.claim)
            && opened.len() == self.opened.len()
            && opened.iter().zip(self.opened.iter()).all(is_small)
    }
}

#[cfg(test)]
mod tests;
