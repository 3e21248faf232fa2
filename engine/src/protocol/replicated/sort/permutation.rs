//! Permutations of the elements of each row.
//!
//! Two parties draw the same ones from their common key. Whoever applies a permutation reads and writes memory in its
//! order: what the third party is not to learn is no secret of the one who permutes, but whoever watches the caches of
//! that party's machine could learn it.

use bytemuck::Pod;

use crate::correlation::SecretVec;
use crate::crypto::Prg;

/// By position: whose place it is, in the whole vector.
pub(super) struct Permutation(SecretVec<u32>);

/// Numbers that are drawn from a stream at once.
const DRAWN: usize = 1024;

impl Permutation {
    /// A uniform one for each row (Fisher and Yates; Durstenfeld, "Algorithm 235: Random permutation", CACM 1964).
    pub(super) fn draw(stream: &mut Prg, rows: usize, row: usize) -> Self {
        let mut places: SecretVec<u32> = (0..(rows * row) as u32).collect::<Vec<_>>().into();
        let mut numbers = Numbers { stream, drawn: SecretVec::zeros(DRAWN), used: DRAWN };
        for places in places.chunks_exact_mut(row.max(1)) {
            for last in (1..places.len()).rev() {
                places.swap(last, numbers.up_to(last as u32) as usize);
            }
        }
        Self(places)
    }

    /// From where each place says.
    pub(super) fn apply<T: Pod>(&self, elements: &[T]) -> SecretVec<T> {
        gather(&self.0, elements)
    }

    /// To where each place says.
    pub(super) fn undo<T: Pod>(&self, elements: &[T]) -> SecretVec<T> {
        scatter(&self.0, elements)
    }
}

/// `elements[places[0]], elements[places[1]], …`.
pub(super) fn gather<T: Pod>(places: &[u32], elements: &[T]) -> SecretVec<T> {
    places.iter().map(|place| elements[*place as usize]).collect::<Vec<T>>().into()
}

/// The inverse.
pub(super) fn scatter<T: Pod>(places: &[u32], elements: &[T]) -> SecretVec<T> {
    let mut scattered = SecretVec::zeros(elements.len());
    places.iter().zip(elements).for_each(|(place, element)| scattered[*place as usize] = *element);
    scattered
}

/// Uniform numbers below bounds, exactly (Lemire, "Fast Random Integer Generation in an Interval", TOMACS 2019).
struct Numbers<'a> {
    stream: &'a mut Prg,
    drawn: SecretVec<u32>,
    used: usize,
}

impl Numbers<'_> {
    fn next(&mut self) -> u32 {
        if self.used == self.drawn.len() {
            self.stream.fill_bytes(bytemuck::cast_slice_mut(&mut self.drawn));
            self.used = 0;
        }
        self.used += 1;
        self.drawn[self.used - 1]
    }

    /// A number from 0 to `greatest`, which is less than 2^32 - 1.
    fn up_to(&mut self, greatest: u32) -> u32 {
        let bound = greatest + 1;
        loop {
            let product = u64::from(self.next()) * u64::from(bound);
            // Of the products with one upper half, as many are rejected as there are too many of.
            let low = product as u32;
            if low >= bound || low >= bound.wrapping_neg() % bound {
                return (product >> 32) as u32;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::crypto::Block;

    #[test]
    fn rows_stay_rows_and_undoing_undoes() {
        let mut stream = Prg::new(Block::new(1));
        for (rows, row) in [(1, 1), (1, 2), (7, 3), (2, 1000), (0, 5), (5, 0)] {
            let permutation = Permutation::draw(&mut stream, rows, row);
            let elements: Vec<u32> = (0..(rows * row) as u32).collect();
            let applied = permutation.apply(&elements);
            for (r, applied) in applied.chunks_exact(row.max(1)).enumerate() {
                let mut sorted = applied.to_vec();
                sorted.sort_unstable();
                assert_eq!(sorted, elements[r * row..][..row]);
            }
            assert_eq!(permutation.undo(&applied)[..], elements[..]);
        }
    }

    /// Chi-squared with 23 degrees of freedom exceeds 60 with probability 4e-5.
    #[test]
    fn all_orders_of_four_are_equally_likely() {
        let drawn = Permutation::draw(&mut Prg::new(Block::new(2)), 24_000, 4);
        let mut counts: BTreeMap<Vec<u32>, f64> = BTreeMap::new();
        for row in drawn.0.chunks_exact(4) {
            *counts.entry(row.iter().map(|place| place % 4).collect()).or_default() += 1.0;
        }
        assert_eq!(counts.len(), 24);
        let squared: f64 = counts.values().map(|count| (count - 1000.0).powi(2) / 1000.0).sum();
        assert!(squared < 60.0, "{squared}");
    }
}
