//! One party's share of a vector.

use super::elements::Elements;
use crate::protocol::authenticated::Wires;
use crate::protocol::vector::Planes;
use crate::protocol::{Holder, Pick};

/// What one party has of a vector. Wiped when dropped.
pub struct Share(Part);

enum Part {
    Arithmetic(Elements),
    Boolean {
        wires: Wires,
        /// Who knows the bits.
        holder: Holder,
        /// The bits at those who know them, zeros elsewhere.
        bits: Planes,
    },
}

impl Share {
    pub(super) fn arithmetic(elements: Elements) -> Self {
        Self(Part::Arithmetic(elements))
    }

    pub(super) fn boolean(wires: Wires, holder: Holder, bits: Planes) -> Self {
        Self(Part::Boolean { wires, holder, bits })
    }

    /// Bits that nobody knows.
    pub(super) fn computed(wires: Wires) -> Self {
        let bits = Planes::zeros(wires.width() as usize, wires.length());
        Self::boolean(wires, Holder::Shared, bits)
    }

    pub(super) fn is_arithmetic(&self) -> bool {
        matches!(self.0, Part::Arithmetic(_))
    }

    /// # Panics
    /// If the vector is boolean: the planner converts before.
    pub(super) fn elements(&self) -> &Elements {
        match &self.0 {
            Part::Arithmetic(elements) => elements,
            Part::Boolean { .. } => panic!("an arithmetic vector is needed here"),
        }
    }

    /// # Panics
    /// If the vector is arithmetic: the planner converts before.
    pub(super) fn wires(&self) -> &Wires {
        self.known_wires().0
    }

    /// The wires, who knows the bits, and the bits there.
    ///
    /// # Panics
    /// If the vector is arithmetic: the planner converts before.
    pub(super) fn known_wires(&self) -> (&Wires, Holder, &Planes) {
        match &self.0 {
            Part::Boolean { wires, holder, bits } => (wires, *holder, bits),
            Part::Arithmetic(_) => panic!("a boolean vector is needed here"),
        }
    }

    /// Number of elements.
    pub fn length(&self) -> usize {
        match &self.0 {
            Part::Arithmetic(elements) => elements.len(),
            Part::Boolean { wires, .. } => wires.length(),
        }
    }

    pub(super) fn duplicate(&self) -> Self {
        match &self.0 {
            Part::Arithmetic(elements) => Self::arithmetic(elements.duplicate()),
            Part::Boolean { wires, holder, bits } => Self::boolean(wires.duplicate(), *holder, bits.duplicate()),
        }
    }

    pub(super) fn pick(&self, pick: &Pick) -> Self {
        match &self.0 {
            Part::Arithmetic(elements) => Self::arithmetic(elements.pick(pick)),
            Part::Boolean { wires, holder, bits } => Self::boolean(wires.pick(pick), *holder, bits.pick(pick)),
        }
    }

    pub(super) fn regroup(&self, width: u32) -> Self {
        let (wires, holder, bits) = self.known_wires();
        Self::boolean(wires.regroup(width), holder, bits.regroup(width as usize))
    }

    pub(super) fn concatenate(shares: &[&Self]) -> Self {
        if shares.iter().all(|share| share.is_arithmetic()) {
            let mut all = Elements::default();
            shares.iter().for_each(|share| all.append(share.elements()));
            return Self::arithmetic(all);
        }
        let parts: Vec<_> = shares.iter().map(|share| share.known_wires()).collect();
        let wires = Wires::concatenate(&parts.iter().map(|(wires, ..)| *wires).collect::<Vec<_>>());
        let holder = parts.iter().fold(Holder::Everybody, |all, (_, holder, _)| all.join(*holder));
        let bits = Planes::concatenate(&parts.iter().map(|(.., bits)| *bits).collect::<Vec<_>>());
        Self::boolean(wires, holder, bits)
    }
}

impl std::fmt::Debug for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Share({} of them)", self.length())
    }
}
