//! Which elements of a vector make another one.

use quorate_circuits::bind::View;

/// Elements picked from a vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pick {
    /// The only element, so many times: a tile repeats it as often as it is long.
    Repeat(usize),
    /// The elements that a view shows.
    View(View),
}

impl Pick {
    /// Elements `from..to`.
    pub fn slice(from: usize, to: usize) -> Self {
        Self::View(View::slice(from, to))
    }

    /// How many elements this leaves of a vector of `length`.
    ///
    /// # Panics
    /// If elements are picked that are not there, or more than one is repeated.
    pub fn length_of(&self, length: usize) -> usize {
        match self {
            Self::Repeat(times) => {
                assert_eq!(length, 1, "only a vector of one element is repeated");
                *times
            }
            Self::View(view) => {
                assert!(view.end() <= length, "a view of {length} elements");
                view.length()
            }
        }
    }
}

impl Pick {
    /// Appends what this leaves of some elements.
    pub(crate) fn append<T: Copy>(&self, elements: &[T], to: &mut Vec<T>) {
        match self {
            Self::Repeat(times) => to.extend(std::iter::repeat_n(elements[0], *times)),
            Self::View(view) => {
                let (starts, run) = runs(view);
                starts.positions().for_each(|start| to.extend_from_slice(&elements[start..start + run]));
            }
        }
    }
}

/// A view as runs of consecutive elements: where they start, and how long each is.
pub(crate) fn runs(view: &View) -> (View, usize) {
    let (mut starts, mut run) = (view.clone(), 1);
    if view.length() == 0 {
        return (starts, run);
    }
    while let Some((length, stride)) = starts.axes.last().copied()
        && (stride == run || length == 1)
    {
        run *= length;
        starts.axes.pop();
    }
    (starts, run)
}

/// Elements that a boolean vector of `length` elements of `before` bits has when they are of `width` bits.
///
/// # Panics
/// If its bits are not those of whole elements.
pub(crate) fn regrouped_length(before: usize, length: usize, width: usize) -> usize {
    let bits = before * length;
    assert!(width > 0 && bits.is_multiple_of(width), "{bits} bits in elements of {width}");
    bits / width
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn runs_are_the_positions(offset in 0..9_usize, axes in vec((0..5_usize, 0..7_usize), 0..4)) {
            let view = View { offset, axes };
            let (starts, run) = runs(&view);
            let positions: Vec<usize> = starts.positions().flat_map(|start| start..start + run).collect();
            prop_assert_eq!(positions, view.positions().collect::<Vec<_>>());
        }
    }
}
