use std::collections::BTreeSet;

use super::*;
use crate::crypto::{Random, SessionId};

const SESSION: SessionId = SessionId([1; 32]);

/// What the party before the prover, the prover (party 1) and the party after it have of true equations.
struct Stage {
    terms: usize,
    claims: [Claim; 3],
}

/// A party before its part, of equations that it has all of.
fn claim(left: &[u64], right: &[u64], known: &[u64]) -> Claim {
    let copied = |words: &[u64]| SecretVec::from(words.to_vec());
    Claim { left: copied(left), right: copied(right), known: copied(known) }
}

impl Stage {
    fn new(equations: usize, terms: usize) -> Self {
        let mut random = Random::dangerous_from_seed([equations as u8; 32]);
        let mut draw = |length: usize| {
            let mut drawn = vec![0; length];
            random.fill_u64(&mut drawn);
            drawn
        };
        let (mut u, mut v) = (draw(equations * terms), draw(equations * terms));
        // The greatest and the smallest there are.
        u[..terms].fill(u64::MAX);
        v[..terms].fill(u64::MAX);
        u[(equations - 1) * terms..].fill(0);
        let mut right = draw(equations);
        right[equations / 2] = u64::MAX;
        let inner = |at: usize| {
            let (u, v) = (&u[at * terms..][..terms], &v[at * terms..][..terms]);
            u.iter().zip(v).fold(0, |sum: u64, (u, v)| sum.wrapping_add(u.wrapping_mul(*v)))
        };
        let left: Vec<u64> = (0..equations).map(|at| inner(at).wrapping_sub(right[at])).collect();
        Self { terms, claims: [claim(&u, &[], &left), claim(&u, &v, &right), claim(&[], &v, &right)] }
    }

    fn statement(&self) -> Statement {
        let layout = Layout::of(self.claims[1].known.len(), self.terms);
        let subsets = Subsets::draw(&mut Prg::new(Block::new(77)), SUMS, layout.groups);
        Statement { layout, subsets }
    }

    /// Whether a proof that `change` changes is accepted, with an answer that `answered` changes.
    fn accepts(&self, change: impl FnOnce(&mut Proof), answered: impl FnOnce(&mut [Field])) -> bool {
        let (statement, [before, prover, after]) = (self.statement(), &self.claims);
        let transcript = || Transcript::new("quorate test", &SESSION);
        let mut keys = Keys::dangerous_for_test();
        let mut proof = prove(&statement, self.terms, prover, &mut keys[1], transcript());
        let layout = statement.layout;
        assert_eq!((proof.elements.len(), proof.challenges.len()), (layout.elements(), layout.challenges()));
        change(&mut proof);
        let mut answer = Left::of(&statement, before, &mut keys[0], &proof.challenges).answer();
        assert_eq!(answer.len() * Field::BYTES, Layout::answer_bytes());
        answered(&mut answer);
        let mut derived = Vec::new();
        let right = Right::of(&statement, after, &mut keys[2], &proof.elements, transcript(), &mut derived);
        derived == proof.challenges && right.accepts(&answer)
    }

    fn holds(&self) -> bool {
        self.accepts(|_| {}, |_| {})
    }
}

/// Equations and terms: of one row, of several, spread over the rows, with ends that fill no row.
const SIZES: [(usize, usize); 13] = [
    (1, 1),
    (1, 2),
    (2, 2),
    (3, 1),
    (100, 2),
    (1030, 2),
    (4099, 1),
    (5, 63),
    (300, 9),
    (1, 64),
    (1, 1000),
    (7, 129),
    (33, 200),
];

#[test]
fn true_equations_are_accepted() {
    for (equations, terms) in SIZES {
        assert!(Stage::new(equations, terms).holds(), "{equations} equations of {terms} terms");
    }
    let rows: BTreeSet<usize> = SIZES.map(|(equations, terms)| Layout::of(equations, terms).rows()).into();
    assert_eq!(rows, [1, 2, 4, 8].into());
}

#[test]
fn one_wrong_bit_is_not() {
    for (equations, terms) in SIZES {
        for (equation, bit) in [(0, 0), (equations - 1, 63), (equations / 2, 17)] {
            for party in [0, 2] {
                let mut stage = Stage::new(equations, terms);
                stage.claims[party].known[equation] ^= 1 << bit;
                assert!(!stage.holds(), "{equations} of {terms}: bit {bit} of {equation}");
                // The prover may know what is wrong.
                if party == 2 {
                    stage.claims[1].known[equation] ^= 1 << bit;
                    assert!(!stage.holds(), "{equations} of {terms}: bit {bit} of {equation}, by the prover");
                }
            }
        }
    }
}

#[test]
fn no_factor_is_another() {
    for (equations, terms) in SIZES {
        for term in [0, equations * terms / 2] {
            let mut stage = Stage::new(equations, terms);
            stage.claims[1].left[term] ^= 1 << 40;
            assert!(!stage.holds(), "{equations} of {terms}: term {term}");
        }
    }
}

#[test]
fn no_element_challenge_or_answer_can_be_changed() {
    let stage = Stage::new(300, 9);
    let layout = stage.statement().layout;
    let some = |count: usize| (0..count).filter(move |at| at % 13 == 0 || at + 40 > count);
    for element in some(layout.elements()) {
        let change = |proof: &mut Proof| proof.elements[element] += Field::power_of_two(77);
        assert!(!stage.accepts(change, |_| {}), "element {element}");
    }
    for challenge in 0..layout.challenges() {
        let change = |proof: &mut Proof| proof.challenges[challenge] ^= Block::new(2);
        assert!(!stage.accepts(change, |_| {}), "challenge {challenge}");
    }
    for answer in some(Layout::answer_bytes() / Field::BYTES) {
        assert!(!stage.accepts(|_| {}, |answers| answers[answer] += Field::power_of_two(200)), "answer {answer}");
    }
}

/// A quotient that makes a wrong equation right modulo the prime is large, and is found to be.
#[test]
fn a_large_quotient_is_found() {
    let mut stage = Stage::new(1, 1);
    stage.claims[0].known[0] ^= 1;
    let (statement, [before, prover, after]) = (stage.statement(), &stage.claims);
    let inverse = Field::power_of_two(64).inverse();
    assert!((inverse * Field::power_of_two(64)).equals(Field::ONE));
    let mut keys = Keys::dangerous_for_test();
    let shift = if stage.claims[0].known[0] & 1 == 1 { Field::ZERO - inverse } else { inverse };
    let transcript = Transcript::new("quorate test", &SESSION);
    let selected = statement.subsets.sums(&[1_i128]);
    let due = quotients(&statement, 1, prover);
    let shifted = due.iter().zip(selected.iter());
    let shifted = shifted.map(|(due, selected)| Field::of_integer(*due) + shift * Field::of_integer(*selected));
    let shifted = SecretVec::from(shifted.collect::<Vec<_>>());
    let proof = prove_with(&statement, &shifted, prover, &mut keys[1], transcript.clone());
    let answer = Left::of(&statement, before, &mut keys[0], &proof.challenges).answer();
    let mut derived = Vec::new();
    let right = Right::of(&statement, after, &mut keys[2], &proof.elements, transcript, &mut derived);
    assert!(derived == proof.challenges);
    // Everything holds modulo the prime.
    assert!((answer[0] * right.element).equals(answer[1] + right.claim));
    assert!(!right.accepts(&answer));
}
