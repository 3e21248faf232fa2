//! What needs no message: linear operations, picking, concatenation, each component by component.

use quorate_circuits::number::Word;

use super::Replicated;
use super::share::{Pair, Part, Share};
use crate::correlation::{RingElement, SecretVec};
use crate::protocol::vector::Planes;
use crate::protocol::{Holder, Linear, Pick, Shape, runs};

impl<R: RingElement> Replicated<R> {
    pub(super) fn linear_of(&self, operation: &Linear<'_, Share<R>>) -> Share<R> {
        let shape = Shape::of_linear(operation, |share| share.shape);
        let pair = match operation {
            Linear::Add(a, b) => self.combine(a, b, shape.holder, |a, b| a + b),
            Linear::Sub(a, b) => self.combine(a, b, shape.holder, |a, b| a - b),
            Linear::Scale(a, words) => a.elements().map(|elements| scale(elements, words)),
            Linear::SumRuns(a, width) => a.elements().map(|elements| sum_runs(elements, *width)),
        };
        Share { shape, part: Part::Arithmetic(pair) }
    }

    pub(super) fn picked(&self, share: &Share<R>, pick: &Pick) -> Share<R> {
        let part = match &share.part {
            Part::Arithmetic(pair) => Part::Arithmetic(pair.map(|elements| pick_elements(elements, pick))),
            Part::Boolean(pair) => Part::Boolean(pair.map(|planes| planes.pick(pick))),
        };
        Share { shape: share.shape.of_pick(pick), part }
    }

    /// # Panics
    /// If the vector is arithmetic: the planner converts before.
    pub(super) fn regrouped(&self, share: &Share<R>, width: u32) -> Share<R> {
        let shape = share.shape.of_regrouping(width);
        Share { shape, part: Part::Boolean(share.planes().map(|planes| planes.regroup(width as usize))) }
    }

    pub(super) fn joined(&self, shares: &[&Share<R>]) -> Share<R> {
        let shape = Shape::of_concatenation(&shares.iter().map(|share| share.shape).collect::<Vec<_>>());
        let boolean = shares.iter().all(|share| matches!(share.part, Part::Boolean(_)));
        let part = if boolean {
            let of = |component: fn(&Pair<Planes>) -> &Planes| {
                Planes::concatenate(&shares.iter().map(|share| component(share.planes())).collect::<Vec<_>>())
            };
            Part::Boolean(Pair::new(of(|pair| &pair.first), of(|pair| &pair.second)))
        } else {
            let room = || SecretVec::with_capacity(shape.length);
            let mut all = Pair::new(room(), room());
            for share in shares {
                let pair = self.elements_under(share, shape.holder);
                all.first.append(&pair.first);
                all.second.append(&pair.second);
            }
            Part::Arithmetic(all)
        };
        Share { shape, part }
    }

    /// My components when the vector is held by `holder`, who is its own holder or a later stage of it: what one party
    /// knows is shared already.
    pub(super) fn elements_under(&self, share: &Share<R>, holder: Holder) -> Pair<SecretVec<R>> {
        let pair = share.elements();
        match (share.shape.holder, holder) {
            (Holder::Everybody, Holder::Party(_) | Holder::Shared) => Pair::of_public(&pair.first, self.me(), holder),
            _ => pair.duplicate(),
        }
    }

    fn combine(&self, a: &Share<R>, b: &Share<R>, holder: Holder, apply: impl Fn(R, R) -> R) -> Pair<SecretVec<R>> {
        let public = |share: &Share<R>| {
            let is_moved = share.shape.holder == Holder::Everybody && holder != Holder::Everybody;
            is_moved.then(|| Pair::of_public(&share.elements().first, self.me(), holder))
        };
        let (public_a, public_b) = (public(a), public(b));
        let (a, b) = (public_a.as_ref().unwrap_or(a.elements()), public_b.as_ref().unwrap_or(b.elements()));
        let each = |a: &SecretVec<R>, b: &SecretVec<R>| {
            SecretVec::from(a.iter().zip(b.iter()).map(|(a, b)| apply(*a, *b)).collect::<Vec<_>>())
        };
        Pair::new(each(&a.first, &b.first), each(&a.second, &b.second))
    }
}

fn scale<R: RingElement>(elements: &SecretVec<R>, words: &[Word]) -> SecretVec<R> {
    let mut scaled = elements.duplicate();
    if let [word] = words {
        let factor = R::from_word(*word);
        scaled.iter_mut().for_each(|element| *element = *element * factor);
    } else {
        scaled.iter_mut().zip(words).for_each(|(element, word)| *element = *element * R::from_word(*word));
    }
    scaled
}

fn sum_runs<R: RingElement>(elements: &[R], width: usize) -> SecretVec<R> {
    let sums = elements.chunks(width).map(|run| run.iter().fold(R::ZERO, |sum, element| sum + *element));
    sums.collect::<Vec<_>>().into()
}

/// Of a public vector the second component has nothing to pick.
fn pick_elements<R: RingElement>(elements: &[R], pick: &Pick) -> SecretVec<R> {
    if elements.is_empty() {
        return SecretVec::default();
    }
    let picked: Vec<R> = match pick {
        Pick::Repeat(times) => vec![elements[0]; *times],
        Pick::View(view) => {
            let (starts, run) = runs(view);
            let mut picked = Vec::with_capacity(view.length());
            starts.positions().for_each(|start| picked.extend_from_slice(&elements[start..start + run]));
            picked
        }
    };
    picked.into()
}
