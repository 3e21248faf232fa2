//! Parts of matrices, read and written where they stand.

use std::ops::Range;

/// Vectors of one length: rows of a table, or columns.
pub(super) struct Vectors<'a, T> {
    place: Place<'a, T>,
    /// The first vector, and how many.
    vectors: (usize, usize),
    /// The first element of each, and how many.
    elements: (usize, usize),
}

enum Place<'a, T> {
    /// Every vector by itself.
    Apart(&'a [&'a [T]]),
    /// One behind the other, each of so many elements.
    Together(&'a [T], usize),
}

// Derived, these would ask the same of `T`.
impl<T> Clone for Vectors<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Vectors<'_, T> {}
impl<T> Clone for Place<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Place<'_, T> {}

impl<'a, T> Vectors<'a, T> {
    /// Vectors of `length` elements.
    pub(super) fn apart(vectors: &'a [&'a [T]], length: usize) -> Self {
        Self { place: Place::Apart(vectors), vectors: (0, vectors.len()), elements: (0, length) }
    }

    /// `count` vectors of `length` elements.
    pub(super) fn together(all: &'a [T], count: usize, length: usize) -> Self {
        Self { place: Place::Together(all, length), vectors: (0, count), elements: (0, length) }
    }

    pub(super) fn count(&self) -> usize {
        self.vectors.1
    }

    pub(super) fn length(&self) -> usize {
        self.elements.1
    }

    #[inline(always)]
    pub(super) fn vector(&self, index: usize) -> &'a [T] {
        let (index, (from, length)) = (self.vectors.0 + index, self.elements);
        match self.place {
            Place::Apart(vectors) => &vectors[index][from..][..length],
            Place::Together(all, stride) => &all[index * stride + from..][..length],
        }
    }

    /// Some elements of some vectors.
    pub(super) fn part(&self, vectors: Range<usize>, elements: Range<usize>) -> Self {
        Self {
            place: self.place,
            vectors: (self.vectors.0 + vectors.start, vectors.len()),
            elements: (self.elements.0 + elements.start, elements.len()),
        }
    }

    /// Of the first and of the second half of the vectors, the first and the second half of their elements.
    pub(super) fn quarters(&self) -> [[Self; 2]; 2] {
        let (count, length) = (self.count(), self.length());
        [0..count / 2, count / 2..count]
            .map(|vectors| [0..length / 2, length / 2..length].map(|elements| self.part(vectors.clone(), elements)))
    }
}

/// Columns of results, one behind the other.
pub(super) struct Results<'a, T> {
    all: &'a mut [T],
    stride: usize,
    rows: usize,
}

impl<'a, T> Results<'a, T> {
    /// Columns of so many rows.
    pub(super) fn new(all: &'a mut [T], rows: usize) -> Self {
        Self { all, stride: rows, rows }
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    #[inline(always)]
    pub(super) fn column(&mut self, index: usize) -> &mut [T] {
        &mut self.all[index * self.stride..][..self.rows]
    }

    /// Some rows of the columns from `first`.
    pub(super) fn part(&mut self, first: usize, rows: Range<usize>) -> Results<'_, T> {
        // Behind the last column there is nothing, not even a first row.
        let from = self.all.len().min(first * self.stride + rows.start);
        Results { all: &mut self.all[from..], stride: self.stride, rows: rows.len() }
    }
}
