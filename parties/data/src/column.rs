//! A column of exact numbers, and the way from there to integers.

use std::sync::Arc;

use crate::cell::Cell;
use crate::decimal::{Decimal, Misfit, Rounding};
use crate::error::{DataError, Problem};
use crate::place::Origin;

/// Stands for a blank cell among the scales: no number has so many decimals.
const BLANK: u16 = u16::MAX;

/// A named column of exact numbers, some of which may be missing.
///
/// Cells keep the decimals with which they were written. They take 18 bytes each, so that a column of a million rows
/// takes 18 MB.
#[derive(Clone, Debug)]
pub struct Column {
    name: String,
    mantissas: Vec<i128>,
    scales: Vec<u16>,
    blanks: usize,
    origin: Arc<Origin>,
}

/// What rounding did to a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoundingReport {
    /// How many cells were changed.
    pub rounded: usize,
    /// The largest change among them, as an absolute value.
    pub largest_change: Option<Decimal>,
}

impl Column {
    pub(crate) fn new(name: &str, rows: usize, origin: Arc<Origin>) -> Self {
        let (mantissas, scales) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
        Self { name: name.to_owned(), mantissas, scales, blanks: 0, origin }
    }

    pub(crate) fn push(&mut self, number: Decimal) {
        self.mantissas.push(number.mantissa());
        self.scales.push(number.scale());
    }

    pub(crate) fn push_blank(&mut self) {
        self.mantissas.push(0);
        self.scales.push(BLANK);
        self.blanks += 1;
    }

    /// Reads a cell that was written as text.
    pub(crate) fn push_text(&mut self, text: &str) -> Result<(), DataError> {
        match Cell::read(text) {
            Ok(Cell::Number(number)) => self.push(number),
            Ok(Cell::Blank) => self.push_blank(),
            Err(problem) => return Err(self.error(self.len(), problem)),
        }
        Ok(())
    }

    /// The name: that of the file's header, or `value` where there is none.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many cells there are, blank ones included.
    pub fn len(&self) -> usize {
        self.scales.len()
    }

    /// Whether there are no cells. A column that came from a [`Source`](crate::Source) has at least one.
    pub fn is_empty(&self) -> bool {
        self.scales.is_empty()
    }

    /// How many cells are blank.
    pub fn blanks(&self) -> usize {
        self.blanks
    }

    /// The cells from the first row to the last; `None` is a blank one.
    pub fn cells(&self) -> impl ExactSizeIterator<Item = Option<Decimal>> + '_ {
        self.mantissas
            .iter()
            .zip(&self.scales)
            .map(|(mantissa, scale)| (*scale != BLANK).then(|| Decimal::new(*mantissa, *scale)))
    }

    /// The integers `value * 10^decimals`, blank cells staying blank, and what was rounded on the way.
    ///
    /// With [`Rounding::Exact`] a value that has more decimals is an error; it names the row and how many decimals
    /// would be needed, and the caller adds the flag that keeps them (see [`DataError::with_hint`]).
    pub fn to_scaled(
        &self,
        decimals: u32,
        rounding: Rounding,
    ) -> Result<(Vec<Option<i128>>, RoundingReport), DataError> {
        let mut report = RoundingReport::default();
        let mut integers = Vec::with_capacity(self.len());
        for (row, cell) in self.cells().enumerate() {
            let Some(value) = cell else {
                integers.push(None);
                continue;
            };
            let (integer, change) =
                value.scaled(decimals, rounding).map_err(|misfit| self.misfit(row, value, decimals, misfit))?;
            report.count(change);
            integers.push(Some(integer));
        }
        Ok((integers, report))
    }

    /// Refuses the first value outside of a range. Blank cells are in every range.
    pub fn check_range(&self, min: Decimal, max: Decimal) -> Result<(), DataError> {
        let outside = |cell: Option<Decimal>| cell.filter(|value| *value < min || *value > max);
        let found = self.cells().enumerate().find_map(|(row, cell)| outside(cell).map(|value| (row, value)));
        match found {
            Some((row, value)) => Err(self.error(row, Problem::OutOfRange { value, min, max })),
            None => Ok(()),
        }
    }

    /// Refuses the first blank cell: for inputs that cannot leave a row out.
    pub fn check_complete(&self) -> Result<(), DataError> {
        match self.scales.iter().position(|scale| *scale == BLANK) {
            Some(row) => Err(self.error(row, Problem::Blank)),
            None => Ok(()),
        }
    }

    pub(crate) fn error(&self, row: usize, problem: Problem) -> DataError {
        DataError::new(self.origin.place(row, &self.name), problem)
    }

    fn misfit(&self, row: usize, value: Decimal, decimals: u32, misfit: Misfit) -> DataError {
        let problem = match misfit {
            Misfit::TooManyDecimals => Problem::TooManyDecimals { value, decimals, needed: value.decimals_needed() },
            Misfit::TooLarge => Problem::TooLarge { value, decimals },
        };
        self.error(row, problem)
    }
}

impl RoundingReport {
    fn count(&mut self, change: Option<Decimal>) {
        if change.is_some() {
            self.rounded += 1;
            self.largest_change = self.largest_change.max(change);
        }
    }
}
