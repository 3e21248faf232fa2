//! Authenticated numbers: addends of a vector modulo 2^128, and of its MACs.

use std::num::Wrapping;

use quorate_circuits::number::Word;

use super::wide::{self, Wide};
use crate::correlation::SecretVec;
use crate::protocol::{Pick, runs};

/// A number modulo 2^128, of which the low 64 bits mean something.
pub(super) type Element = Wrapping<u128>;

/// One party's addends. Wiped when dropped.
#[derive(Default)]
pub(super) struct Elements {
    values: SecretVec<Element>,
    macs: SecretVec<Element>,
}

impl Elements {
    pub(super) fn zeros(length: usize) -> Self {
        Self { values: SecretVec::zeros(length), macs: SecretVec::zeros(length) }
    }

    /// Addends of values and of as many MACs.
    pub(super) fn of(values: SecretVec<Element>, macs: SecretVec<Element>) -> Self {
        Self { values, macs }
    }

    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    pub(super) fn values(&self) -> &[Element] {
        &self.values
    }

    pub(super) fn macs(&self) -> &[Element] {
        &self.macs
    }

    /// Puts addends of a larger ring to a place.
    pub(super) fn put(&mut self, place: usize, (value, mac): (Wide, Wide)) {
        self.values[place] = Wrapping(wide::low(value));
        self.macs[place] = Wrapping(wide::low(mac));
    }

    /// What everybody knows, as a sharing: an addend of the first party, and MACs of all.
    pub(super) fn public(values: impl Iterator<Item = Element>, is_first: bool, key: u64) -> Self {
        let values = SecretVec::from(values.collect::<Vec<_>>());
        let macs = values.iter().map(|value| *value * Wrapping(u128::from(key))).collect::<Vec<_>>().into();
        let values = if is_first { values } else { SecretVec::zeros(values.len()) };
        Self { values, macs }
    }

    fn each(&self, mut made: impl FnMut(&[Element]) -> Vec<Element>) -> Self {
        Self { values: made(&self.values).into(), macs: made(&self.macs).into() }
    }

    pub(super) fn duplicate(&self) -> Self {
        self.each(<[Element]>::to_vec)
    }

    pub(super) fn append(&mut self, other: &Self) {
        self.values.append(&other.values);
        self.macs.append(&other.macs);
    }

    /// The last `count`, moved out.
    pub(super) fn take_last(&mut self, count: usize) -> Self {
        Self { values: self.values.take_last(count), macs: self.macs.take_last(count) }
    }

    /// Adds a single number to one of these.
    pub(super) fn add_at(&mut self, place: usize, (value, mac): (Wide, Wide)) {
        self.values[place] += Wrapping(wide::low(value));
        self.macs[place] += Wrapping(wide::low(mac));
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.values.iter_mut().zip(other.values.iter()).for_each(|(a, b)| *a += *b);
        self.macs.iter_mut().zip(other.macs.iter()).for_each(|(a, b)| *a += *b);
    }

    pub(super) fn sub(&mut self, other: &Self) {
        self.values.iter_mut().zip(other.values.iter()).for_each(|(a, b)| *a -= *b);
        self.macs.iter_mut().zip(other.macs.iter()).for_each(|(a, b)| *a -= *b);
    }

    /// Products with public numbers: one for all, or one for each.
    pub(super) fn scaled(&self, factors: &[Element]) -> Self {
        match factors {
            [factor] => self.each(|elements| elements.iter().map(|element| *element * *factor).collect()),
            _ => self.each(|elements| elements.iter().zip(factors).map(|(element, f)| *element * *f).collect()),
        }
    }

    /// Products with 2^bits.
    pub(super) fn shifted(&self, bits: usize) -> Self {
        self.each(|elements| elements.iter().map(|element| *element << bits).collect())
    }

    /// Sums of runs of `width`.
    pub(super) fn sum_runs(&self, width: usize) -> Self {
        self.each(|elements| elements.chunks(width).map(|run| run.iter().sum()).collect())
    }

    pub(super) fn pick(&self, pick: &Pick) -> Self {
        self.each(|elements| match pick {
            Pick::Repeat(times) => vec![elements[0]; *times],
            Pick::View(view) => {
                let (starts, run) = runs(view);
                starts.positions().flat_map(|start| &elements[start..start + run]).copied().collect()
            }
        })
    }

    /// The elements from `first` on, `length` of them.
    pub(super) fn part(&self, first: usize, length: usize) -> Self {
        self.each(|elements| elements[first..first + length].to_vec())
    }

    /// Each element for each of `times` rows: a column beside a table.
    pub(super) fn repeated(&self, times: usize) -> Self {
        self.each(|elements| elements.repeat(times))
    }
}

/// Words as numbers.
pub(super) fn elements_of(words: &[Word]) -> Vec<Element> {
    words.iter().map(|word| Wrapping(*word)).collect()
}
