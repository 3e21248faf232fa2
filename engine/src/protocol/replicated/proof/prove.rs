//! The three parts in a proof: the prover's, and those of the verifiers to its left and right.

use quorate_kernels::gf128::{inner_product, multiply};

use super::folded::{Folded, quadratic};
use super::grid::{block, inner_products, point_weights, row_weights};
use super::layout::Layout;
use super::record::Chunk;
use super::weights::Weights;
use crate::crypto::{Block, Prg, Transcript};
use crate::protocol::grid::row_points;
use crate::protocol::replicated::keys::Keys;

/// What a prover sends.
pub(super) struct Proof {
    /// To the right: its share of every element.
    pub(super) elements: Vec<Block>,
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
    fn challenge(&mut self, elements: &[Block]) -> Block {
        self.transcript.append("elements", Block::as_bytes(elements)).block()
    }
}

/// The elements that a challenge stands for.
fn points<const N: usize>(challenge: Block) -> [Block; N] {
    points_of(challenge, N).try_into().unwrap_or([Block::ZERO; N])
}

fn points_of(challenge: Block, count: usize) -> Vec<Block> {
    let mut points = vec![Block::ZERO; count];
    Prg::new(challenge).fill_blocks(&mut points);
    points
}

impl Prover<'_> {
    /// Shares elements among the verifiers.
    fn send(&mut self, values: &[Block]) {
        for value in values {
            self.proof.elements.push(*value ^ self.stream.block());
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

/// Proves a chunk to the parties before (left) and after (right).
pub(super) fn prove(weights: &Weights, chunk: Chunk<'_>, keys: &mut Keys, transcript: Transcript) -> Proof {
    let layout = Layout::of(chunk.of_next.len());
    let (left, right) = ([chunk.x[0], chunk.y[0]], [chunk.y[1], chunk.x[1]]);
    let (left_mask, right_mask) = (keys.first.proof.block(), keys.second.blind.block());
    let proof = Proof { elements: Vec::new(), challenges: Vec::new() };
    let mut prover = Prover { stream: &mut keys.first.proof, proof, challenger: Challenger { transcript } };
    prover.send(&[multiply(left_mask, right_mask)]);
    prover.send(&inner_products(layout, &weights.columns, left, right)[1..]);
    let at = points_of(prover.challenge(layout.points()), layout.variables);

    let rows = row_weights(&at);
    let (mut u, mut v) = (Folded::of(layout, &rows, left), Folded::of(layout, &rows, right));
    u.weigh(layout, &weights.columns);
    let mut scale = Block::ZERO;
    for _ in 0..layout.halvings() {
        u.difference();
        v.difference();
        prover.send(&Folded::round(&mut u, &mut v));
        let [at, next_scale] = points(prover.challenge(2));
        u.fold(at);
        v.fold(at);
        scale = next_scale;
    }
    let (u, v, left_mask) = (u.last(), v.last(), multiply(scale, left_mask));
    prover.send(&[multiply(u, v), multiply(u ^ left_mask, v ^ right_mask)]);
    prover.challenge(2);
    prover.proof
}

/// The verifier before the prover, when it has its share of all claims and its last element.
pub(super) struct Left {
    pub(super) element: Block,
    pub(super) claim: Block,
}

impl Left {
    /// Of the next party's proof, with the challenges that it names.
    pub(super) fn of(weights: &Weights, chunk: Chunk<'_>, keys: &mut Keys, challenges: &[Block]) -> Self {
        let layout = Layout::of(chunk.of_next.len());
        let stream = &mut keys.second.proof;
        let mut challenges = challenges.iter().copied();
        let mut challenge = || challenges.next().unwrap_or(Block::ZERO);
        let (mask, mask_product) = (stream.block(), stream.block());
        let mut grid = vec![Block::ZERO; layout.points()];
        stream.fill_blocks(&mut grid[1..]);
        let at = points_of(challenge(), layout.variables);
        let mut claim = grid_claim(layout, weights, chunk.of_next, grid, &at);
        let mut u = Folded::of(layout, &row_weights(&at), [chunk.x[1], chunk.y[1]]);
        u.weigh(layout, &weights.columns);
        let mut scale = Block::ZERO;
        for _ in 0..layout.halvings() {
            let values = [stream.block(), stream.block()];
            let [at, next_scale] = points(challenge());
            claim = quadratic(claim, values, at);
            u.difference();
            u.fold(at);
            scale = next_scale;
        }
        claim ^= multiply(scale, mask_product);
        let values = [stream.block(), stream.block()];
        let [at] = points(challenge());
        let (u, mask) = (u.last(), multiply(scale, mask));
        Self { element: u ^ multiply(at, u ^ mask), claim: quadratic(claim, values, at) }
    }
}

/// The verifier after the prover, likewise.
pub(super) struct Right {
    element: Block,
    claim: Block,
}

impl Right {
    /// Of the previous party's proof; the challenges that follow from it are appended to `challenges`.
    pub(super) fn of(
        weights: &Weights,
        chunk: Chunk<'_>,
        keys: &mut Keys,
        elements: &[Block],
        transcript: Transcript,
        challenges: &mut Vec<Block>,
    ) -> Self {
        let layout = Layout::of(chunk.of_next.len());
        let mut challenger = Challenger { transcript };
        let mut challenge = |elements: &[Block]| {
            challenges.push(challenger.challenge(elements));
            challenges[challenges.len() - 1]
        };
        let mask = keys.first.blind.block();
        let (first, rest) = elements.split_at(layout.points());
        let at = points_of(challenge(first), layout.variables);
        let mut grid = first.to_vec();
        grid[0] = Block::ZERO;
        let mut claim = grid_claim(layout, weights, chunk.of_previous, grid, &at);
        let mut v = Folded::of(layout, &row_weights(&at), [chunk.y[0], chunk.x[0]]);
        let (halvings, last) = rest.split_at(2 * layout.halvings());
        let mut scale = Block::ZERO;
        for values in halvings.chunks_exact(2) {
            let [at, next_scale] = points(challenge(values));
            claim = quadratic(claim, [values[0], values[1]], at);
            v.difference();
            v.fold(at);
            scale = next_scale;
        }
        claim ^= multiply(scale, first[0]);
        let [at] = points(challenge(last));
        let v = v.last();
        Self { element: v ^ multiply(at, v ^ mask), claim: quadratic(claim, [last[0], last[1]], at) }
    }

    /// Whether the other verifier's element and share of the claim fit.
    pub(super) fn accepts(&self, [element, claim]: [Block; 2]) -> bool {
        multiply(element, self.element) == claim ^ self.claim
    }
}

/// A verifier's share of the claim about the folded rows: what it knows of the equations, less the rows after the first,
/// is its share of the first row's inner product; the grid's polynomial is taken at the point.
fn grid_claim(layout: Layout, weights: &Weights, known: &[u64], mut grid: Vec<Block>, at: &[Block]) -> Block {
    let rows = weights.rows.iter().zip(row_points(layout.variables)).enumerate();
    let first = rows.fold(Block::ZERO, |sum, (row, (weight, point))| {
        let blocks: Vec<Block> =
            (0..layout.columns).map(|column| block(known, row * layout.columns + column)).collect();
        sum ^ multiply(*weight, inner_product(&blocks, &weights.columns[..layout.columns]) ^ grid[point])
    });
    grid[0] = first;
    inner_product(&grid, &point_weights(at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{Random, SessionId};

    const SESSION: SessionId = SessionId([1; 32]);

    /// What the prover (party 1), the party before and the party after have recorded of so many words of gates, and the
    /// keys of each.
    struct Stage {
        operands: [Vec<u64>; 4],
        known: [Vec<u64>; 2],
    }

    impl Stage {
        fn new(words: usize) -> Self {
            let mut random = Random::dangerous_from_seed([words as u8; 32]);
            let mut draw = || {
                let mut drawn = vec![0; words];
                random.fill_u64(&mut drawn);
                drawn
            };
            let operands = [draw(), draw(), draw(), draw()];
            let right = draw();
            let [x, y, z, w] = &operands;
            let left = (0..words).map(|i| (x[i] & z[i]) ^ (y[i] & w[i]) ^ right[i]).collect();
            Self { operands, known: [left, right] }
        }

        /// The chunk of the party before the prover (0), the prover (1), or the party after it (2).
        fn chunk<'a>(&'a self, party: usize, none: &'a [u64]) -> Chunk<'a> {
            let [x, y, z, w] = self.operands.each_ref().map(Vec::as_slice);
            let [left, right] = self.known.each_ref().map(Vec::as_slice);
            match party {
                0 => Chunk { x: [none, x], y: [none, y], of_next: left, of_previous: none },
                1 => Chunk { x: [x, w], y: [y, z], of_next: none, of_previous: none },
                _ => Chunk { x: [w, none], y: [z, none], of_next: none, of_previous: right },
            }
        }

        /// Whether a proof that `change` changes is accepted.
        fn accepts(&self, change: impl FnOnce(&mut Proof)) -> bool {
            let none = vec![0; self.known[0].len()];
            let weights = Weights::new(&[7; 32], &SESSION, none.len());
            let transcript = || Transcript::new("quorate test", &SESSION);
            let [mut before, mut prover, mut after] = Keys::dangerous_for_test();
            let mut proof = prove(&weights, self.chunk(1, &none), &mut prover, transcript());
            let layout = Layout::of(none.len());
            assert_eq!((proof.elements.len(), proof.challenges.len()), (layout.elements(), layout.challenges()));
            change(&mut proof);
            let left = Left::of(&weights, self.chunk(0, &none), &mut before, &proof.challenges);
            let mut derived = Vec::new();
            let after_chunk = self.chunk(2, &none);
            let right = Right::of(&weights, after_chunk, &mut after, &proof.elements, transcript(), &mut derived);
            derived == proof.challenges && right.accepts([left.element, left.claim])
        }
    }

    const SIZES: [usize; 8] = [1, 2, 3, 7, 8, 33, 300, 2050];

    #[test]
    fn a_true_statement_is_accepted() {
        for words in SIZES {
            assert!(Stage::new(words).accepts(|_| {}), "{words} words");
        }
    }

    #[test]
    fn one_wrong_bit_is_not() {
        for words in SIZES {
            for (word, bit) in [(0, 0), (words - 1, 63), (words / 2, 17)] {
                for side in 0..2 {
                    let mut stage = Stage::new(words);
                    stage.known[side][word] ^= 1 << bit;
                    assert!(!stage.accepts(|_| {}), "{words} words, bit {bit} of word {word}");
                }
            }
        }
    }

    #[test]
    fn no_element_and_no_challenge_can_be_changed() {
        let stage = Stage::new(33);
        let layout = Layout::of(33);
        for element in 0..layout.elements() {
            assert!(!stage.accepts(|proof| proof.elements[element] ^= Block::new(1 << 77)), "element {element}");
        }
        for challenge in 0..layout.challenges() {
            assert!(!stage.accepts(|proof| proof.challenges[challenge] ^= Block::new(2)), "challenge {challenge}");
        }
    }
}
