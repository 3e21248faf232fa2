//! Where the least or the greatest number stands.

use ethnum::I256;

use super::site::Site;
use super::{BindError, Elaboration};
use crate::bind::{ValueId, View};
use crate::number::Range;
use crate::program::{Diagnostic, Function, Kind};

/// The best of each run of positions so far: rows side by side, runs one after the other.
#[derive(Clone, Copy)]
struct Best {
    /// The numbers; not needed of the last run.
    numbers: ValueId,
    /// Where in its run each stands; all at its beginning, if there is none.
    places: Option<ValueId>,
}

impl Elaboration<'_> {
    /// A tournament: in each round neighbours are compared, for all rows at once. A run of 2^k positions gives its best
    /// number and k bits of where that stands; the bit that says which half it is from is the comparison's. So n
    /// positions cost n - 1 comparisons, as many selections of numbers, and fewer than n of a bit.
    pub(super) fn position_of_extreme(
        &mut self,
        site: &Site<'_>,
        function: Function,
        operand: (ValueId, usize),
    ) -> Result<ValueId, BindError> {
        let operand = self.lifted(site, operand)?;
        let lengths = self.lengths(operand, site.span)?;
        let (length, rows) = (lengths[lengths.len() - 1], lengths[..lengths.len() - 1].iter().product());
        if length == 0 {
            let message = format!("{} needs at least one number; here there is none", function.row().name);
            return Err(Diagnostic::new(site.span, message).into());
        }
        // Turned so that positions come first, every round works on all rows at once.
        let numbers = self.flat_view(operand, View { offset: 0, axes: vec![(length, 1), (rows, length)] })?;
        let mut best = Best { numbers, places: None };
        let (mut runs, mut run) = (length, 1);
        while runs > 1 {
            best = self.next_round(function, best, (runs, rows), run)?;
            runs = runs.div_ceil(2);
            run *= 2;
        }
        let places = match best.places {
            Some(places) => places,
            // Of a single number there is nothing to compare: the position is what it has less than itself.
            None => {
                self.flat_call(numbers, Function::Sub, vec![numbers, numbers], (Kind::Number, Range::exactly(0)))?
            }
        };
        self.values[places.0].decimals = 0;
        let shape = self.site_shape(site)?;
        let positions = self.view(places, View::slice(0, rows), shape, site.span)?;
        self.values[positions.0].range = Range::new(0, length as i64 - 1);
        Ok(positions)
    }

    /// Of `runs` runs of `run` positions each, neighbours are compared; the last one has none if they are odd.
    fn next_round(
        &mut self,
        function: Function,
        Best { numbers, places }: Best,
        (runs, rows): (usize, usize),
        run: usize,
    ) -> Result<Best, BindError> {
        let pairs = runs / 2;
        let every_other = |from: usize| View { offset: from * rows, axes: vec![(pairs, 2 * rows), (rows, 1)] };
        let (first, second) = (self.flat_view(numbers, every_other(0))?, self.flat_view(numbers, every_other(1))?);
        // Of equal ones the first stays.
        let better = if function == Function::ArgMin { Function::Lt } else { Function::Gt };
        let moved = self.flat_call(numbers, better, vec![second, first], (Kind::Bit, Range::BIT))?;
        self.values[moved.0].decimals = 0;

        let places_of = (Kind::Number, Range::new(0, 2 * run as i64 - 1));
        let behind = self.number_for_all(moved, I256::from(run as u64))?;
        self.values[behind.0].kind = Kind::Number;
        let (before, after) = match places {
            Some(places) => {
                let first = self.flat_view(places, every_other(0))?;
                let second = self.flat_view(places, every_other(1))?;
                (first, self.flat_call(moved, Function::Add, vec![second, behind], places_of)?)
            }
            None => {
                let before = self.number_for_all(moved, I256::ZERO)?;
                self.values[before.0].kind = Kind::Number;
                (before, behind)
            }
        };
        let mut places_then = self.flat_call(moved, Function::Select, vec![moved, after, before], places_of)?;
        let of = (self.value(numbers).kind, self.value(numbers).range);
        let mut numbers_then = self.flat_call(numbers, Function::Select, vec![moved, second, first], of)?;
        if runs % 2 == 1 {
            let rest = View::slice((runs - 1) * rows, runs * rows);
            let rest_places = match places {
                Some(places) => self.flat_view(places, rest.clone())?,
                None => self.first_places(moved, rows)?,
            };
            places_then = self.flat_join(places_then, vec![places_then, rest_places])?;
            let rest = self.flat_view(numbers, rest)?;
            numbers_then = self.flat_join(numbers, vec![numbers_then, rest])?;
        }
        Ok(Best { numbers: numbers_then, places: Some(places_then) })
    }

    /// Zeros, as many as there are rows.
    fn first_places(&mut self, like: ValueId, rows: usize) -> Result<ValueId, BindError> {
        let zero = self.number_for_all(like, I256::ZERO)?;
        self.values[zero.0].kind = Kind::Number;
        self.values[zero.0].decimals = 0;
        self.repeated(zero, rows)
    }
}
