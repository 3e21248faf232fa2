//! `map`, `fold` and `repeat` as loops.

use quorate_circuits::program::{Bound, DefinitionId, Order};

use super::machine::{Machine, Place};
use super::member::Held;
use super::{Array, declared};

impl Machine<'_> {
    pub(super) fn map(&mut self, definition: DefinitionId, each: &[bool], operands: &[Held], place: &Place) -> Held {
        let run = |(operand, each): (&Held, &bool)| each.then(|| operand.clone());
        let runs: Vec<Held> = operands.iter().zip(each).filter_map(run).collect();
        let Some(members) = runs.iter().find_map(Held::members) else {
            let elements = self.elements(definition, each, operands, place, None);
            return elements.unwrap_or_else(|| panic!("a map of one length"));
        };
        // All members together, so that the body can combine them; where they have different numbers of rows, it
        // does not, and each is done alone.
        if let Some(all) = self.elements(definition, each, operands, place, Some(members)) {
            return if all.members().is_some() { all } else { Held::Each(vec![all.of(0).clone(); members]) };
        }
        let alone = |member: usize| {
            let own: Vec<Held> = operands.iter().map(|o| Held::One(o.of(member).clone())).collect();
            let place = Place { member: Some(member), ..place.clone() };
            let held = self.elements(definition, each, &own, &place, None);
            held.expect("one member's columns are of one length").of(0).clone()
        };
        Held::Each((0..members).map(alone).collect())
    }

    /// The results for all elements; `None` if the columns have different lengths.
    fn elements(
        &mut self,
        definition: DefinitionId,
        each: &[bool],
        operands: &[Held],
        place: &Place,
        members: Option<usize>,
    ) -> Option<Held> {
        let run = operands.iter().zip(each).filter(|(_, each)| **each).map(|(o, _)| o);
        let lengths: Vec<usize> = run.flat_map(|o| (0..o.members().unwrap_or(1)).map(|m| o.of(m).lengths[0])).collect();
        if lengths.iter().any(|length| *length != lengths[0]) {
            return None;
        }
        let place = Place { members: members.or(place.members), ..place.clone() };
        let at = |machine: &mut Self, position: usize| {
            let mut inner = place.clone();
            inner.elements.push(position);
            machine.definition(definition, &taken(each, operands, position), &inner)
        };
        let rows: Vec<Held> = (0..lengths[0]).map(|position| at(self, position)).collect();
        let like = rows.first().cloned().unwrap_or_else(|| {
            let outer = std::mem::replace(&mut self.imagined, true);
            let like = at(self, 0);
            self.imagined = outer;
            like
        });
        let of = |member: usize| {
            let rows: Vec<Array> = rows.iter().map(|row| row.of(member).clone()).collect();
            Array::stacked(&rows, like.of(member))
        };
        Some(match like.members() {
            None => Held::One(of(0)),
            Some(members) => Held::Each((0..members).map(of).collect()),
        })
    }

    pub(super) fn fold(
        &mut self,
        definition: DefinitionId,
        order: Order,
        each: &[bool],
        operands: &[Held],
        place: &Place,
    ) -> Held {
        let (start, first, operands) = match order {
            Order::Sequential => (operands[0].clone(), 0, &operands[1..]),
            Order::Associative => (operands[0].each(|array| array.row(0)), 1, operands),
        };
        let run = operands.iter().zip(each).find(|(_, each)| **each).expect("something is run through").0;
        (first..run.of(0).lengths[0]).fold(start, |state, position| {
            let mut arguments = vec![state];
            arguments.extend(taken(each, operands, position));
            self.definition(definition, &arguments, &place.at(position))
        })
    }

    pub(super) fn repeat(&mut self, definition: DefinitionId, times: Bound, operands: &[Held], place: &Place) -> Held {
        let times = match times {
            Bound::Literal(l) => l.mantissa.as_usize(),
            Bound::Parameter(id) => declared::number(self, id) as usize,
        };
        (0..times).fold(operands[0].clone(), |state, step| {
            let mut arguments = vec![state];
            arguments.extend_from_slice(&operands[1..]);
            self.definition(definition, &arguments, &place.at(step))
        })
    }
}

/// The operands for one element; made up where there is none.
fn taken(each: &[bool], operands: &[Held], position: usize) -> Vec<Held> {
    let one = |(operand, each): (&Held, &bool)| match each {
        true => operand.each(|a| if position < a.lengths[0] { a.row(position) } else { a.row_of_zeros() }),
        false => operand.clone(),
    };
    operands.iter().zip(each).map(one).collect()
}
