//! The strict pass: that every record has as many cells as the header, and on which line it starts.

use std::io::{BufRead, Read};

use super::record::{Record, split};
use crate::error::{DataError, Problem};
use crate::place::{LineMap, Place};

/// Longer lines are refused, so that a file of another kind does not end up in memory as one line.
const LINE_LIMIT: usize = 4 << 20;

/// UTF-8 files from spreadsheets often begin with this.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// What the pass found in a well-formed file.
#[derive(Debug)]
pub(super) struct Shape {
    /// The names of the columns.
    pub(super) header: Vec<String>,
    /// The number of rows, the header not counted.
    pub(super) rows: usize,
    /// The number of blank lines after the last row.
    pub(super) trailing: usize,
    /// Where the rows are.
    pub(super) lines: LineMap,
}

/// Reads the header alone.
pub(crate) fn header(source: &str, file: impl BufRead) -> Result<Vec<String>, DataError> {
    Pass::new(source, file).header()
}

/// Goes through the whole file.
pub(super) fn shape(source: &str, file: impl BufRead) -> Result<Shape, DataError> {
    let mut pass = Pass::new(source, file);
    let header = pass.header()?;
    let shape = pass.rows(header)?;
    if shape.rows == 0 {
        return Err(DataError::new(Place::whole(source), Problem::NoRows));
    }
    Ok(shape)
}

/// A position in the file.
struct Pass<'a, F> {
    source: &'a str,
    file: F,
    /// The line that was read last, without its end.
    line: Vec<u8>,
    /// Its number, counted from one.
    number: usize,
}

/// A record that was read.
struct Found {
    /// The line on which it starts.
    line: usize,
    cells: usize,
    /// Whether it is a blank line.
    blank: bool,
}

impl<'a, F: BufRead> Pass<'a, F> {
    fn new(source: &'a str, file: F) -> Self {
        Self { source, file, line: Vec::new(), number: 0 }
    }

    /// The names in the first line that is not blank.
    fn header(&mut self) -> Result<Vec<String>, DataError> {
        let mut text = String::new();
        while let Some(found) = self.record(&mut |line| text.push_str(line))? {
            if found.blank {
                continue;
            }
            let names = split(&text).map_err(|_| self.error(found.line, Problem::StrayQuote))?;
            return Ok(names.iter().map(|name| name.trim().to_owned()).collect());
        }
        Err(DataError::new(Place::whole(self.source), Problem::Empty))
    }

    /// Follows the rows to the end of the file.
    ///
    /// Blank lines at the end are no rows. In front of a row they are blank cells of a table that has one column, and an
    /// error in a wider one.
    fn rows(&mut self, header: Vec<String>) -> Result<Shape, DataError> {
        let width = header.len();
        let mut shape = Shape { header, rows: 0, trailing: 0, lines: LineMap::default() };
        let mut blanks = Vec::new();
        while let Some(found) = self.record(&mut |_| {})? {
            if found.blank {
                blanks.push(found.line);
                continue;
            }
            if let (Some(line), 2..) = (blanks.first(), width) {
                return Err(self.error(*line, Problem::BlankLine));
            }
            for line in blanks.drain(..).chain([found.line]) {
                shape.lines.note(shape.rows, line);
                shape.rows += 1;
            }
            if found.cells != width {
                let place = Place::row(self.source, shape.rows, found.line);
                return Err(DataError::new(place, Problem::Ragged { found: found.cells, expected: width }));
            }
        }
        shape.trailing = blanks.len();
        Ok(shape)
    }

    /// The next record, or `None` at the end; its text is handed on line by line.
    fn record(&mut self, text: &mut impl FnMut(&str)) -> Result<Option<Found>, DataError> {
        if !self.next_line()? {
            return Ok(None);
        }
        let start = self.number;
        let blank = self.line.is_empty();
        let mut record = Record::new();
        loop {
            let line = std::str::from_utf8(&self.line)
                .map_err(|error| self.error(self.number, Problem::NotUtf8 { byte: error.valid_up_to() + 1 }))?;
            record.line(&self.line).map_err(|_| self.error(self.number, Problem::StrayQuote))?;
            text(line);
            if !record.is_open() {
                return Ok(Some(Found { line: start, cells: record.cells(), blank }));
            }
            text("\n");
            if !self.next_line()? {
                return Err(self.error(start, Problem::OpenQuote));
            }
        }
    }

    /// Reads a line; false at the end of the file.
    fn next_line(&mut self) -> Result<bool, DataError> {
        self.line.clear();
        self.number += 1;
        // One byte more than allowed tells a line that is too long from one that just fits.
        let read = Read::by_ref(&mut self.file)
            .take(LINE_LIMIT as u64 + 1)
            .read_until(b'\n', &mut self.line)
            .map_err(|error| DataError::new(Place::whole(self.source), Problem::Unreadable(error)))?;
        if read > LINE_LIMIT {
            return Err(self.error(self.number, Problem::LongLine { limit: LINE_LIMIT }));
        }
        if self.line.last() == Some(&b'\n') {
            self.line.pop();
            if self.line.last() == Some(&b'\r') {
                self.line.pop();
            }
        }
        if self.number == 1 && self.line.starts_with(BYTE_ORDER_MARK) {
            self.line.drain(..BYTE_ORDER_MARK.len());
        }
        Ok(read > 0)
    }

    fn error(&self, line: usize, problem: Problem) -> DataError {
        DataError::new(Place::line(self.source, line), problem)
    }
}
