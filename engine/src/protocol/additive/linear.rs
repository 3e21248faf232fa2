//! What needs no message: linear operations, picking, concatenation.

use quorate_circuits::number::Word;

use super::Additive;
use super::share::{Part, Share};
use crate::correlation::{RingElement, SecretVec};
use crate::protocol::vector::{Holder, Planes, Shape};
use crate::protocol::{Linear, Pick, runs};

impl<R: RingElement> Additive<R> {
    pub(super) fn linear_of(&mut self, operation: &Linear<'_, Share<R>>) -> Share<R> {
        let shape = Shape::of_linear(operation, |share| share.shape);
        let elements = match operation {
            Linear::Add(a, b) => self.combine(a, b, shape.holder, |a, b| *a += b),
            Linear::Sub(a, b) => self.combine(a, b, shape.holder, |a, b| *a -= b),
            Linear::Scale(a, words) => scale(a.elements(), words),
            Linear::SumRuns(a, width) => a
                .elements()
                .chunks(*width)
                .map(|run| run.iter().fold(R::ZERO, |s, e| s + *e))
                .collect::<Vec<_>>()
                .into(),
        };
        Share { shape, part: Part::Arithmetic(elements) }
    }

    pub(super) fn picked(&self, share: &Share<R>, pick: &Pick) -> Share<R> {
        let part = match &share.part {
            Part::Arithmetic(elements) if elements.is_empty() => Part::Arithmetic(SecretVec::default()),
            Part::Arithmetic(elements) => Part::Arithmetic(pick_elements(elements, pick).into()),
            Part::Boolean(planes) => Part::Boolean(planes.pick(pick)),
        };
        Share { shape: share.shape.of_pick(pick), part }
    }

    /// # Panics
    /// If the vector is arithmetic: the planner converts before.
    pub(super) fn regrouped(&self, share: &Share<R>, width: u32) -> Share<R> {
        let shape = share.shape.of_regrouping(width);
        Share { shape, part: Part::Boolean(share.planes().regroup(width as usize)) }
    }

    pub(super) fn joined(&mut self, shares: &[&Share<R>]) -> Share<R> {
        let shape = Shape::of_concatenation(&shares.iter().map(|share| share.shape).collect::<Vec<_>>());
        let boolean = shares.iter().all(|share| matches!(share.part, Part::Boolean(_)));
        let part = if boolean {
            Part::Boolean(Planes::concatenate(&shares.iter().map(|share| share.planes()).collect::<Vec<_>>()))
        } else {
            let mut all = SecretVec::with_capacity(shape.length);
            shares.iter().for_each(|share| all.append(&self.elements_under(share, shape.holder)));
            Part::Arithmetic(all)
        };
        Share { shape, part }
    }

    /// My part of an arithmetic vector when it is held by `holder`, who is its own holder or a later stage of it:
    /// public values become anybody's or shared by a constant, one party's become shared by the seeds.
    pub(super) fn elements_under(&mut self, share: &Share<R>, holder: Holder) -> SecretVec<R> {
        let (me, shape) = (self.me(), share.shape);
        match (shape.holder, holder) {
            (Holder::Everybody, Holder::Party(party)) if party != me => SecretVec::default(),
            (Holder::Everybody, Holder::Shared) if me.0 != 0 => SecretVec::zeros(shape.length),
            (Holder::Party(owner), Holder::Shared) => {
                let elements = share.elements();
                self.seeds().share(owner, shape.length, elements)
            }
            _ => share.elements().duplicate(),
        }
    }

    fn combine(&mut self, a: &Share<R>, b: &Share<R>, holder: Holder, apply: impl Fn(&mut R, R)) -> SecretVec<R> {
        let mut result = self.elements_under(a, holder);
        let other = self.elements_under(b, holder);
        result.iter_mut().zip(other.iter()).for_each(|(a, b)| apply(a, *b));
        result
    }
}

fn scale<R: RingElement>(elements: &[R], words: &[Word]) -> SecretVec<R> {
    let mut scaled = SecretVec::from(elements.to_vec());
    if let [word] = words {
        let factor = R::from_word(*word);
        scaled.iter_mut().for_each(|element| *element = *element * factor);
    } else {
        scaled.iter_mut().zip(words).for_each(|(element, word)| *element = *element * R::from_word(*word));
    }
    scaled
}

fn pick_elements<R: RingElement>(elements: &[R], pick: &Pick) -> Vec<R> {
    match pick {
        Pick::Repeat(times) => vec![elements[0]; *times],
        Pick::View(view) => {
            let (starts, run) = runs(view);
            starts.positions().flat_map(|start| &elements[start..start + run]).copied().collect()
        }
    }
}
