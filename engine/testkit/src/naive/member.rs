//! Values of which each member of a family has its own.

use super::Array;

/// One value, or one for each member.
#[derive(Clone, Debug)]
pub(super) enum Held {
    One(Array),
    Each(Vec<Array>),
}

impl Held {
    pub(super) fn of(&self, member: usize) -> &Array {
        match self {
            Self::One(array) => array,
            Self::Each(arrays) => &arrays[member],
        }
    }

    /// How many members have their own, if they have.
    pub(super) fn members(&self) -> Option<usize> {
        match self {
            Self::One(_) => None,
            Self::Each(arrays) => Some(arrays.len()),
        }
    }

    pub(super) fn each(&self, change: impl Fn(&Array) -> Array) -> Self {
        match self {
            Self::One(array) => Self::One(change(array)),
            Self::Each(arrays) => Self::Each(arrays.iter().map(change).collect()),
        }
    }

    /// An operation for each member of its operands.
    pub(super) fn combined(operands: &[&Self], operation: impl Fn(&[&Array]) -> Array) -> Self {
        let of = |member: usize| operation(&operands.iter().map(|o| o.of(member)).collect::<Vec<_>>());
        match operands.iter().find_map(|o| o.members()) {
            None => Self::One(of(0)),
            Some(members) => Self::Each((0..members).map(of).collect()),
        }
    }
}
