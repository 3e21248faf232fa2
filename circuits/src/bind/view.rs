//! Elements of a vector in another order: the one operation that moves data.

/// A regular choice of elements: element `(i_1, …, i_k)` of the result, row by row, is element
/// `offset + i_1 s_1 + … + i_k s_k` of the operand. A stride of 0 repeats; slices, rows, columns, every second
/// element and transposition are all of this kind, and none needs a list of positions.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct View {
    /// The position of the first element.
    pub offset: usize,
    /// Length and stride of each axis, outermost first.
    pub axes: Vec<(usize, usize)>,
}

impl View {
    /// Elements `from..to`.
    pub fn slice(from: usize, to: usize) -> Self {
        Self { offset: from, axes: vec![(to.saturating_sub(from), 1)] }
    }

    /// Of the result: number of elements.
    pub fn length(&self) -> usize {
        self.axes.iter().map(|(length, _)| length).product()
    }

    /// One beyond the greatest position read; 0 if none is.
    pub fn end(&self) -> usize {
        if self.length() == 0 {
            return 0;
        }
        self.offset + self.axes.iter().map(|(length, stride)| (length - 1) * stride).sum::<usize>() + 1
    }

    /// The positions as a range, if they are one.
    pub fn as_range(&self) -> Option<std::ops::Range<usize>> {
        let mut run = 1;
        for (length, stride) in self.axes.iter().rev().filter(|(length, _)| *length != 1) {
            if *stride != run {
                return None;
            }
            run *= length;
        }
        Some(self.offset..self.offset + run)
    }

    /// The positions, in the order of the result.
    pub fn positions(&self) -> impl Iterator<Item = usize> + '_ {
        let length = self.length();
        let mut at = vec![0; self.axes.len()];
        let mut position = self.offset;
        (0..length).map(move |_| {
            let now = position;
            for (index, (length, stride)) in at.iter_mut().zip(&self.axes).rev() {
                *index += 1;
                position += stride;
                if *index < *length {
                    break;
                }
                position -= *index * stride;
                *index = 0;
            }
            now
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::View;

    proptest! {
        #[test]
        fn positions_are_those_of_the_formula(offset in 0..9usize, axes in vec((0..5usize, 0..7usize), 0..4)) {
            let view = View { offset, axes: axes.clone() };
            let mut expected = vec![offset];
            for (length, stride) in axes {
                expected = expected.iter().flat_map(|from| (0..length).map(move |i| from + i * stride)).collect();
            }
            prop_assert_eq!(view.length(), expected.len());
            prop_assert_eq!(view.end(), expected.iter().max().map_or(0, |most| most + 1));
            if let Some(range) = view.as_range() {
                prop_assert_eq!(range.collect::<Vec<_>>(), expected.clone());
            }
            prop_assert_eq!(view.positions().collect::<Vec<_>>(), expected);
        }
    }
}
