//! One record: cells separated by commas, some of them in quotes.

/// Where in a record a byte stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before the first byte of a cell.
    Start,
    /// In a cell without quotes.
    Bare,
    /// Between the quotes of a cell.
    Quoted,
    /// After a quote between quotes: the end of the cell, or the first half of a doubled quote.
    Quote,
}

/// A quote at a place where RFC 4180 has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StrayQuote;

/// Follows one record, line by line, and counts its cells.
#[derive(Debug)]
pub(super) struct Record {
    state: State,
    cells: usize,
}

impl Record {
    pub(super) fn new() -> Self {
        Self { state: State::Start, cells: 1 }
    }

    /// The cells so far.
    pub(super) fn cells(&self) -> usize {
        self.cells
    }

    /// Whether the record goes on after the end of this line.
    pub(super) fn is_open(&self) -> bool {
        self.state == State::Quoted
    }

    /// Takes in a line without its end.
    pub(super) fn line(&mut self, line: &[u8]) -> Result<(), StrayQuote> {
        // Nearly all lines of numbers have no quote, and counting commas is many times faster than the automaton.
        if self.state == State::Start && !line.contains(&b'"') {
            self.cells += line.iter().filter(|byte| **byte == b',').count();
            return Ok(());
        }
        for byte in line {
            self.state = match (self.state, byte) {
                (State::Start, b'"') | (State::Quote, b'"') => State::Quoted,
                (State::Quoted, b'"') => State::Quote,
                (State::Quoted, _) => State::Quoted,
                (_, b',') => {
                    self.cells += 1;
                    State::Start
                }
                (State::Bare, b'"') | (State::Quote, _) => return Err(StrayQuote),
                (State::Start | State::Bare, _) => State::Bare,
            };
        }
        Ok(())
    }
}

/// The cells of a complete record, without their quotes. `None` if the quotes do not match.
pub(crate) fn split(record: &str) -> Option<Vec<String>> {
    let mut check = Record::new();
    check.line(record.as_bytes()).ok()?;
    if check.is_open() {
        return None;
    }
    let mut cells = vec![String::new()];
    let mut state = State::Start;
    for letter in record.chars() {
        state = match (state, letter) {
            (State::Start, '"') | (State::Quote, '"') => {
                if state == State::Quote {
                    push(&mut cells, '"');
                }
                State::Quoted
            }
            (State::Quoted, '"') => State::Quote,
            (State::Start | State::Bare | State::Quote, ',') => {
                cells.push(String::new());
                State::Start
            }
            (state, letter) => {
                push(&mut cells, letter);
                if state == State::Quoted { State::Quoted } else { State::Bare }
            }
        };
    }
    Some(cells)
}

fn push(cells: &mut [String], letter: char) {
    if let Some(cell) = cells.last_mut() {
        cell.push(letter);
    }
}
