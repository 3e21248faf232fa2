//! What is public of a vector of shares, and what operations make of it. The real party and the paper twin both
//! follow these functions, so that they agree on who holds what.

use crate::net::PartyIndex;
use crate::protocol::{Domain, Linear, Pick, regrouped_length};

/// Who holds a vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// Everybody knows it.
    Everybody,
    /// One party knows it, and the others hold nothing.
    Party(PartyIndex),
    /// Everybody holds a share.
    Shared,
}

/// The public side of a vector. Boolean vectors count as shared, but for those that a protocol itself keeps apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Where it lives.
    pub domain: Domain,
    /// Number of elements.
    pub length: usize,
    /// Who holds it.
    pub holder: Holder,
}

impl Holder {
    /// Who holds a linear combination: public values change nothing, two parties' own vectors become shared.
    pub fn join(self, other: Self) -> Self {
        match (self, other) {
            (Self::Everybody, holder) | (holder, Self::Everybody) => holder,
            (Self::Party(p), Self::Party(q)) if p == q => self,
            _ => Self::Shared,
        }
    }
}

impl Shape {
    /// A boolean vector.
    pub fn boolean(width: usize, length: usize) -> Self {
        Self { domain: Domain::Boolean { width: width as u32 }, length, holder: Holder::Shared }
    }

    /// An arithmetic vector.
    pub fn arithmetic(length: usize, holder: Holder) -> Self {
        Self { domain: Domain::Arithmetic, length, holder }
    }

    /// Bits of a boolean element.
    ///
    /// # Panics
    /// If the vector is arithmetic: the planner converts before.
    pub fn width(&self) -> usize {
        match self.domain {
            Domain::Boolean { width } => width as usize,
            Domain::Arithmetic => panic!("a boolean vector is needed here"),
        }
    }

    /// A vector that somebody shares: held by its owner until it meets others', if arithmetic.
    pub(crate) fn shared_by(owner: PartyIndex, domain: Domain, length: usize) -> Self {
        let holder = match domain {
            Domain::Arithmetic => Holder::Party(owner),
            Domain::Boolean { .. } => Holder::Shared,
        };
        Self { domain, length, holder }
    }

    /// A public vector.
    pub(crate) fn public(domain: Domain, length: usize) -> Self {
        let holder = match domain {
            Domain::Arithmetic => Holder::Everybody,
            Domain::Boolean { .. } => Holder::Shared,
        };
        Self { domain, length, holder }
    }

    /// The result of a linear operation.
    ///
    /// # Panics
    /// If lengths do not fit, or an operand is boolean.
    pub(crate) fn of_linear<S>(operation: &Linear<'_, S>, shape: impl Fn(&S) -> Self) -> Self {
        let (length, holder) = match operation {
            Linear::Add(a, b) | Linear::Sub(a, b) => {
                let (a, b) = (shape(a), shape(b));
                assert_eq!(a.length, b.length, "operands of one length");
                assert_eq!((a.domain, b.domain), (Domain::Arithmetic, Domain::Arithmetic), "arithmetic operands");
                (a.length, a.holder.join(b.holder))
            }
            Linear::Scale(a, words) => {
                let a = shape(a);
                assert!(words.len() == 1 || words.len() == a.length, "one word for all elements or one for each");
                (a.length, a.holder)
            }
            Linear::SumRuns(a, width) => {
                let a = shape(a);
                assert!(*width > 0 && a.length.is_multiple_of(*width), "whole runs");
                (a.length / width, a.holder)
            }
        };
        Self::arithmetic(length, holder)
    }

    /// The same bits in elements of `width` bits.
    ///
    /// # Panics
    /// If they are not those of whole elements, or the vector is arithmetic.
    pub(crate) fn of_regrouping(self, width: u32) -> Self {
        Self::boolean(width as usize, regrouped_length(self.width(), self.length, width as usize))
    }

    /// The elements picked.
    ///
    /// # Panics
    /// If they are not there.
    pub(crate) fn of_pick(self, pick: &Pick) -> Self {
        Self { length: pick.length_of(self.length), ..self }
    }

    /// Vectors end to end.
    ///
    /// # Panics
    /// If there is none, or their domains differ.
    pub(crate) fn of_concatenation(parts: &[Self]) -> Self {
        let all = parts.iter().copied().reduce(|all, part| {
            assert_eq!(all.domain, part.domain, "vectors of one domain");
            Self { length: all.length + part.length, holder: all.holder.join(part.holder), ..all }
        });
        all.expect("at least one vector")
    }
}
