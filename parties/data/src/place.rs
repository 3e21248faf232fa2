//! Where something was found, in the words of the person who opens the file.

use std::fmt;

/// A position in a source of data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file as it was named on the command line, or a description of what it is instead.
    pub source: String,
    /// Where in it.
    pub spot: Spot,
    /// The column, if one is meant.
    pub column: Option<String>,
}

/// A position within a source. Rows, lines and values count from one; a header is line 1 and no row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// No particular place.
    Whole,
    /// A value of a list on the command line.
    Value(usize),
    /// A line of a text that has no table in it, or whose table could not be made out.
    Line(usize),
    /// A row of a table that has no lines.
    Row(usize),
    /// A row of a table and the line on which a text editor shows it.
    RowAtLine {
        /// The row.
        row: usize,
        /// The line on which it starts.
        line: usize,
    },
}

impl Place {
    pub(crate) fn whole(source: &str) -> Self {
        Self { source: source.to_owned(), spot: Spot::Whole, column: None }
    }

    pub(crate) fn line(source: &str, line: usize) -> Self {
        Self { spot: Spot::Line(line), ..Self::whole(source) }
    }

    pub(crate) fn row(source: &str, row: usize, line: usize) -> Self {
        Self { spot: Spot::RowAtLine { row, line }, ..Self::whole(source) }
    }

    pub(crate) fn in_column(mut self, column: &str) -> Self {
        self.column = Some(column.to_owned());
        self
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.source)?;
        match self.spot {
            Spot::Whole => {}
            Spot::Value(value) => write!(out, ", value {value}")?,
            Spot::Line(line) => write!(out, ", line {line}")?,
            Spot::Row(row) => write!(out, ", row {row}")?,
            Spot::RowAtLine { row, line } => write!(out, ", row {row} (line {line})")?,
        }
        match &self.column {
            Some(column) => write!(out, ", column {column}"),
            None => Ok(()),
        }
    }
}

/// How the rows of a column are found again in what the user gave us.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(crate) source: String,
    pub(crate) rows: RowNames,
}

/// What a row is called.
#[derive(Clone, Debug)]
pub(crate) enum RowNames {
    /// The values of a list.
    Values,
    /// The lines of a text, the first of which is this one.
    Lines,
    /// The rows of a table without lines.
    Rows,
    /// The rows of a CSV file.
    RowsAtLines(LineMap),
}

impl Origin {
    /// The place of a row, counted from zero.
    pub(crate) fn place(&self, row: usize, column: &str) -> Place {
        let number = row + 1;
        let spot = match &self.rows {
            RowNames::Values => Spot::Value(number),
            RowNames::Lines => Spot::Line(number),
            RowNames::Rows => Spot::Row(number),
            RowNames::RowsAtLines(lines) => Spot::RowAtLine { row: number, line: lines.line(row) },
        };
        let place = Place { source: self.source.clone(), spot, column: None };
        match self.rows {
            // A list and a plain text are one column that nobody gave a name.
            RowNames::Values | RowNames::Lines => place,
            RowNames::Rows | RowNames::RowsAtLines(_) => place.in_column(column),
        }
    }
}

/// The line on which each row of a CSV file starts.
///
/// A row is one line later than the row before it, except where a quoted cell goes over several lines. Only those
/// jumps are kept, so the map of an ordinary file has one entry.
#[derive(Clone, Debug, Default)]
pub(crate) struct LineMap {
    /// From this row on, a row is on line `row + shift`.
    jumps: Vec<(usize, usize)>,
}

impl LineMap {
    /// Notes that a row, counted from zero, starts on a line, counted from one. Rows come in order.
    pub(crate) fn note(&mut self, row: usize, line: usize) {
        let shift = line - row;
        if self.jumps.last().is_none_or(|(_, last)| *last != shift) {
            self.jumps.push((row, shift));
        }
    }

    pub(crate) fn line(&self, row: usize) -> usize {
        let after = self.jumps.partition_point(|(start, _)| *start <= row);
        // A file whose rows were never noted has its header on the first line.
        let shift = after.checked_sub(1).map_or(2, |at| self.jumps[at].1);
        row + shift
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_map_keeps_only_the_jumps() {
        let mut lines = LineMap::default();
        for (row, line) in [(0, 2), (1, 3), (2, 6), (3, 7)] {
            lines.note(row, line);
        }
        assert_eq!(lines.jumps.len(), 2);
        assert_eq!([0, 1, 2, 3].map(|row| lines.line(row)), [2, 3, 6, 7]);
    }
}
