//! One party's share of a vector under Shamir's sharing over a Galois ring, and what needs no message.

use quorate_circuits::number::Word;

use super::{Holder, Planes, Shape};
use crate::correlation::RingElement;
use crate::galois::{Coefficient, Elements, GaloisRing};
use crate::protocol::{Domain, Linear, Pick};

/// What one party has of a vector. Wiped when dropped.
pub struct GaloisShare<R: Coefficient> {
    pub(crate) shape: Shape,
    pub(crate) part: Part<R>,
}

/// The secret half of a share: values of polynomials over a Galois ring.
pub(crate) enum Part<R: Coefficient> {
    /// Numbers.
    Arithmetic(Elements<R>),
    /// Bits: the coefficients of each power of `X`.
    Boolean(Vec<Planes>),
}

impl<R: RingElement + Coefficient> GaloisShare<R> {
    pub(crate) fn arithmetic(elements: Elements<R>) -> Self {
        Self { shape: Shape::arithmetic(elements.len(), Holder::Shared), part: Part::Arithmetic(elements) }
    }

    pub(crate) fn boolean(width: usize, length: usize, planes: Vec<Planes>) -> Self {
        Self { shape: Shape::boolean(width, length), part: Part::Boolean(planes) }
    }

    /// Zeros in a place where nothing is known: of a party that no longer computes.
    pub(crate) fn nothing(ring: GaloisRing, shape: Shape) -> Self {
        match shape.domain {
            Domain::Arithmetic => Self::arithmetic(Elements::zeros(ring, shape.length)),
            Domain::Boolean { width } => {
                let planes = (0..ring.degree()).map(|_| Planes::zeros(width as usize, shape.length)).collect();
                Self::boolean(width as usize, shape.length, planes)
            }
        }
    }

    /// A public vector: the constant polynomial.
    pub(crate) fn public(ring: GaloisRing, domain: Domain, words: &[Word]) -> Self {
        match domain {
            Domain::Arithmetic => {
                let words: Vec<R> = words.iter().map(|word| R::from_word(*word)).collect();
                Self::arithmetic(Elements::constants(ring, &words))
            }
            Domain::Boolean { width } => {
                let mut share = Self::nothing(ring, Shape::boolean(width as usize, words.len()));
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
    pub(crate) fn elements(&self) -> &Elements<R> {
        match &self.part {
            Part::Arithmetic(elements) => elements,
            Part::Boolean(_) => panic!("an arithmetic vector is needed here"),
        }
    }

    /// # Panics
    /// If the vector is arithmetic: the planner converts before.
    pub(crate) fn planes(&self) -> &[Planes] {
        match &self.part {
            Part::Boolean(planes) => planes,
            Part::Arithmetic(_) => panic!("a boolean vector is needed here"),
        }
    }

    pub(crate) fn duplicate(&self) -> Self {
        let part = match &self.part {
            Part::Arithmetic(elements) => Part::Arithmetic(elements.duplicate()),
            Part::Boolean(planes) => Part::Boolean(planes.iter().map(Planes::duplicate).collect()),
        };
        Self { shape: self.shape, part }
    }

    pub(crate) fn linear(operation: &Linear<'_, Self>) -> Self {
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

    pub(crate) fn picked(&self, pick: &Pick) -> Self {
        let shape = self.shape.of_pick(pick);
        let part = match &self.part {
            Part::Arithmetic(elements) => {
                Part::Arithmetic(elements.map_planes(shape.length, |plane, to| pick.append(plane, to)))
            }
            Part::Boolean(planes) => Part::Boolean(planes.iter().map(|planes| planes.pick(pick)).collect()),
        };
        Self { shape, part }
    }

    pub(crate) fn regrouped(&self, width: u32) -> Self {
        let planes = self.planes().iter().map(|planes| planes.regroup(width as usize)).collect();
        Self { shape: self.shape.of_regrouping(width), part: Part::Boolean(planes) }
    }

    pub(crate) fn joined(ring: GaloisRing, shares: &[&Self]) -> Self {
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

impl<R: Coefficient> std::fmt::Debug for GaloisShare<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Share({:?})", self.shape)
    }
}
