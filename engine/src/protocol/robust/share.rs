//! One party's share of a vector, and what needs no message.

use quorate_circuits::number::Word;

use super::Number;
use super::table::Table;
use crate::galois::{Elements, GaloisRing};
use crate::protocol::vector::Planes;
use crate::protocol::{Domain, Holder, Linear, Pick, Shape};

/// What one party has of a vector. Wiped when dropped.
pub struct Share<R: Number> {
    pub(super) shape: Shape,
    pub(super) part: Part<R>,
}

/// The secret half of a share: values of polynomials over a Galois ring.
pub(super) enum Part<R: Number> {
    /// Numbers.
    Arithmetic(Elements<R>),
    /// Bits: the coefficients of each power of `X`.
    Boolean(Vec<Planes>),
}

impl<R: Number> Share<R> {
    pub(super) fn arithmetic(elements: Elements<R>) -> Self {
        Self { shape: Shape::arithmetic(elements.len(), Holder::Shared), part: Part::Arithmetic(elements) }
    }

    pub(super) fn boolean(width: usize, length: usize, planes: Vec<Planes>) -> Self {
        Self { shape: Shape::boolean(width, length), part: Part::Boolean(planes) }
    }

    /// Zeros in a place where nothing is known: of a party that no longer computes.
    pub(super) fn nothing(ring: GaloisRing, shape: Shape) -> Self {
        match shape.domain {
            Domain::Arithmetic => Self::arithmetic(Elements::zeros(ring, shape.length)),
            Domain::Boolean { width } => {
                let planes = (0..ring.degree()).map(|_| Planes::zeros(width as usize, shape.length)).collect();
                Self::boolean(width as usize, shape.length, planes)
            }
        }
    }

    /// A public vector: the constant polynomial.
    pub(super) fn public(table: &Table, domain: Domain, words: &[Word]) -> Self {
        match domain {
            Domain::Arithmetic => {
                let words: Vec<R> = words.iter().map(|word| R::from_word(*word)).collect();
                Self::arithmetic(Elements::constants(table.ring(), &words))
            }
            Domain::Boolean { width } => {
                let mut share = Self::nothing(table.ring(), Shape::boolean(width as usize, words.len()));
                if let Part::Boolean(planes) = &mut share.part {
                    planes[0] = Planes::of_elements(width as usize, words);
                }
                share
            }
        }
    }

    /// The public side.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// # Panics
    /// If the vector is boolean: the planner converts before.
    pub(super) fn elements(&self) -> &Elements<R> {
        match &self.part {
            Part::Arithmetic(elements) => elements,
            Part::Boolean(_) => panic!("an arithmetic vector is needed here"),
        }
    }

    /// # Panics
    /// If the vector is arithmetic: the planner converts before.
    pub(super) fn planes(&self) -> &[Planes] {
        match &self.part {
            Part::Boolean(planes) => planes,
            Part::Arithmetic(_) => panic!("a boolean vector is needed here"),
        }
    }

    pub(super) fn duplicate(&self) -> Self {
        let part = match &self.part {
            Part::Arithmetic(elements) => Part::Arithmetic(elements.duplicate()),
            Part::Boolean(planes) => Part::Boolean(planes.iter().map(Planes::duplicate).collect()),
        };
        Self { shape: self.shape, part }
    }

    pub(super) fn linear(operation: &Linear<'_, Self>) -> Self {
        Self::arithmetic(match operation {
            Linear::Add(a, b) => {
                let mut sum = a.elements().duplicate();
                sum.add(b.elements());
                sum
            }
            Linear::Sub(a, b) => {
                let mut difference = a.elements().duplicate();
                difference.subtract(b.elements());
                difference
            }
            Linear::Scale(a, words) => {
                a.elements().times(&words.iter().map(|word| R::from_word(*word)).collect::<Vec<_>>())
            }
            Linear::SumRuns(a, width) => a.elements().map_planes(a.shape.length / width, |plane, to| {
                to.extend(plane.chunks(*width).map(|run| run.iter().fold(R::default(), |sum, term| sum + *term)));
            }),
        })
    }

    pub(super) fn picked(&self, pick: &Pick) -> Self {
        let shape = self.shape.of_pick(pick);
        let part = match &self.part {
            Part::Arithmetic(elements) => {
                Part::Arithmetic(elements.map_planes(shape.length, |plane, to| pick.append(plane, to)))
            }
            Part::Boolean(planes) => Part::Boolean(planes.iter().map(|planes| planes.pick(pick)).collect()),
        };
        Self { shape, part }
    }

    pub(super) fn regrouped(&self, width: u32) -> Self {
        let planes = self.planes().iter().map(|planes| planes.regroup(width as usize)).collect();
        Self { shape: self.shape.of_regrouping(width), part: Part::Boolean(planes) }
    }

    pub(super) fn joined(ring: GaloisRing, shares: &[&Self]) -> Self {
        let shape = Shape::of_concatenation(&shares.iter().map(|share| share.shape).collect::<Vec<_>>());
        if shape.domain == Domain::Arithmetic {
            let parts: Vec<&Elements<R>> = shares.iter().map(|share| share.elements()).collect();
            return Self::arithmetic(Elements::concatenate(ring, &parts));
        }
        let power =
            |power: usize| Planes::concatenate(&shares.iter().map(|share| &share.planes()[power]).collect::<Vec<_>>());
        Self { shape, part: Part::Boolean((0..ring.degree()).map(power).collect()) }
    }
}

impl<R: Number> std::fmt::Debug for Share<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Share({:?})", self.shape)
    }
}
