//! One party's share of a vector.

use std::num::Wrapping;

use quorate_circuits::number::Word;

use crate::correlation::SecretVec;
use crate::galois::{Elements, GaloisRing, Lanes};
use crate::protocol::vector::Planes;
use crate::protocol::{Domain, Holder, Pick, Shape, runs};

/// What numbers are made of.
pub(super) type Number = Wrapping<u64>;

/// What one party has of a vector. Wiped when dropped.
pub struct Share {
    pub(super) shape: Shape,
    pub(super) part: Part,
}

/// The secret half of a share.
pub(super) enum Part {
    /// Values of polynomials.
    Numbers(Elements<Number>),
    /// The same over GF(2^d): bit planes for each power of `X`.
    Bits(Vec<Planes>),
}

/// The shape of a vector: all are shared, public ones by constant polynomials.
pub(super) fn shape_of(domain: Domain, length: usize) -> Shape {
    Shape { domain, length, holder: Holder::Shared }
}

impl Share {
    pub(super) fn numbers(numbers: Elements<Number>) -> Self {
        Self { shape: shape_of(Domain::Arithmetic, numbers.len()), part: Part::Numbers(numbers) }
    }

    pub(super) fn bits(width: usize, length: usize, planes: Vec<Planes>) -> Self {
        Self { shape: Shape::boolean(width, length), part: Part::Bits(planes) }
    }

    /// A vector that everybody knows.
    pub(super) fn public(ring: GaloisRing, domain: Domain, words: &[Word]) -> Self {
        match domain {
            Domain::Arithmetic => {
                let constants: Vec<Number> = words.iter().map(|word| Wrapping(*word as u64)).collect();
                Self::numbers(Elements::constants(ring, &constants))
            }
            Domain::Boolean { width } => {
                let width = width as usize;
                let mut planes = vec![Planes::of_elements(width, words)];
                planes.extend((1..ring.degree()).map(|_| Planes::zeros(width, words.len())));
                Self::bits(width, words.len(), planes)
            }
        }
    }

    /// The public side.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// # Panics
    /// If the vector is boolean: the planner converts before.
    pub(super) fn elements(&self) -> &Elements<Number> {
        match &self.part {
            Part::Numbers(elements) => elements,
            Part::Bits(_) => panic!("an arithmetic vector is needed here"),
        }
    }

    /// # Panics
    /// If the vector is arithmetic: the planner converts before.
    pub(super) fn planes(&self) -> &[Planes] {
        match &self.part {
            Part::Bits(planes) => planes,
            Part::Numbers(_) => panic!("a boolean vector is needed here"),
        }
    }

    pub(super) fn duplicate(&self) -> Self {
        let part = match &self.part {
            Part::Numbers(elements) => Part::Numbers(elements.duplicate()),
            Part::Bits(planes) => Part::Bits(planes.iter().map(Planes::duplicate).collect()),
        };
        Self { shape: self.shape, part }
    }

    pub(super) fn picked(&self, pick: &Pick) -> Self {
        let shape = self.shape.of_pick(pick);
        let part = match &self.part {
            Part::Numbers(elements) => Part::Numbers(elements.map_planes(shape.length, |plane, to| match pick {
                Pick::Repeat(times) => to.extend(std::iter::repeat_n(plane[0], *times)),
                Pick::View(view) => {
                    let (starts, run) = runs(view);
                    starts.positions().for_each(|start| to.extend_from_slice(&plane[start..start + run]));
                }
            })),
            Part::Bits(planes) => Part::Bits(planes.iter().map(|planes| planes.pick(pick)).collect()),
        };
        Self { shape, part }
    }

    /// # Panics
    /// If the vector is arithmetic.
    pub(super) fn regrouped(&self, width: u32) -> Self {
        let planes = self.planes().iter().map(|planes| planes.regroup(width as usize)).collect();
        Self { shape: self.shape.of_regrouping(width), part: Part::Bits(planes) }
    }

    pub(super) fn joined(ring: GaloisRing, shares: &[&Self]) -> Self {
        let shape = Shape::of_concatenation(&shares.iter().map(|share| share.shape).collect::<Vec<_>>());
        let part = match shape.domain {
            Domain::Arithmetic => {
                let parts: Vec<_> = shares.iter().map(|share| share.elements()).collect();
                Part::Numbers(Elements::concatenate(ring, &parts))
            }
            Domain::Boolean { .. } => {
                let of = |power: usize| {
                    Planes::concatenate(&shares.iter().map(|share| &share.planes()[power]).collect::<Vec<_>>())
                };
                Part::Bits((0..ring.degree()).map(of).collect())
            }
        };
        Self { shape, part }
    }
}

/// The words of bit planes as elements, 64 bits to a lane word; bits beyond a plane's last element come along.
pub(super) fn lanes_of(ring: GaloisRing, planes: &[Planes]) -> Elements<Lanes> {
    let length = planes.first().map_or(0, |planes| planes.words().len());
    let mut words = SecretVec::with_capacity(ring.degree() * length);
    planes.iter().for_each(|planes| words.append_words(bytemuck::cast_slice(planes.words())));
    Elements::from_words(ring, length, words)
}

/// The inverse.
pub(super) fn planes_of(width: usize, length: usize, lanes: &Elements<Lanes>, ring: GaloisRing) -> Vec<Planes> {
    let planes = |power: usize| {
        let words: &[u64] = bytemuck::cast_slice(lanes.plane(power));
        Planes::from_words(width, length, words.to_vec().into())
    };
    (0..ring.degree()).map(planes).collect()
}

impl std::fmt::Debug for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Share({:?})", self.shape)
    }
}
