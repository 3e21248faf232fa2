//! Vectors of secret words.

use std::ops::{Deref, DerefMut};

use bytemuck::Pod;

use crate::crypto::{Prg, Random};

/// Secret numbers: wiped when dropped or taken, never printed, not `Clone`.
#[derive(Default)]
pub struct SecretVec<T: Pod>(Vec<T>);

impl<T: Pod> SecretVec<T> {
    /// `length` zeros.
    pub fn zeros(length: usize) -> Self {
        Self(vec![T::zeroed(); length])
    }

    /// None, with room for `capacity`.
    pub fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    /// `length` uniform elements.
    pub fn random(length: usize, random: &mut Random) -> Self {
        let mut secret = Self::zeros(length);
        random.fill_bytes(bytemuck::cast_slice_mut(&mut secret));
        secret
    }

    /// The next `length` elements of a stream.
    pub fn streamed(length: usize, stream: &mut Prg) -> Self {
        let mut secret = Self::zeros(length);
        stream.fill_bytes(bytemuck::cast_slice_mut(&mut secret));
        secret
    }

    /// A second vector of the same elements, for a value that is used twice. Correlated randomness never is.
    pub fn duplicate(&self) -> Self {
        Self(self.0.clone())
    }

    /// Moves `other` to the end.
    pub fn append(&mut self, other: &Self) {
        self.append_words(&other.0);
    }

    /// Copies `other` to the end.
    pub fn append_words(&mut self, other: &[T]) {
        self.reserve(other.len());
        self.0.extend_from_slice(other);
    }

    /// `count` more zeros at the end, to be written.
    pub fn append_zeros(&mut self, count: usize) -> &mut [T] {
        self.reserve(count);
        let from = self.0.len();
        self.0.resize(from + count, T::zeroed());
        &mut self.0[from..]
    }

    /// Room for so many more.
    fn reserve(&mut self, more: usize) {
        let total = self.0.len() + more;
        if total > self.0.capacity() {
            // Growth in place could leave the old elements behind in freed memory.
            let mut grown = Vec::with_capacity(total.next_power_of_two());
            grown.extend_from_slice(&self.0);
            wipe(&mut self.0);
            self.0 = grown;
        }
    }

    /// Leaves the first `length`; the place of the others is wiped, and kept for what comes.
    pub fn truncate(&mut self, length: usize) {
        if length < self.0.len() {
            wipe(&mut self.0[length..]);
            self.0.truncate(length);
        }
    }

    /// Moves the last `count` elements out; their old place is wiped.
    ///
    /// # Panics
    /// If there are fewer.
    pub fn take_last(&mut self, count: usize) -> Self {
        let rest =
            self.0.len().checked_sub(count).expect("correlated randomness was prepared for all that is consumed");
        let taken = Self(self.0[rest..].to_vec());
        self.truncate(rest);
        taken
    }
}

/// Overwrites with zeros; the barrier keeps the compiler from leaving the writes out.
fn wipe<T: Pod>(elements: &mut [T]) {
    elements.fill(T::zeroed());
    zeroize::optimization_barrier(elements);
}

impl<T: Pod> From<Vec<T>> for SecretVec<T> {
    fn from(elements: Vec<T>) -> Self {
        Self(elements)
    }
}

impl<T: Pod> Deref for SecretVec<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Pod> DerefMut for SecretVec<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.0
    }
}

impl<T: Pod> Drop for SecretVec<T> {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

impl<T: Pod> std::fmt::Debug for SecretVec<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SecretVec({} of them)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_is_gone() {
        let mut store = SecretVec::from(vec![1_u64, 2, 3]);
        store.append(&vec![4, 5].into());
        assert_eq!(store.take_last(3)[..], [3, 4, 5]);
        assert_eq!(store[..], [1, 2]);
        store.append_zeros(2).copy_from_slice(&[6, 7]);
        store.truncate(3);
        store.truncate(4);
        assert_eq!(store[..], [1, 2, 6]);
        store.truncate(2);
        assert_eq!(format!("{store:?}"), "SecretVec(2 of them)");
    }
}
