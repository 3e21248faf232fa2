//! One record: cells separated by commas, some of them in quotes.

/// Where in a record a letter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before the first letter of a cell.
    Start,
    /// In a cell without quotes.
    Bare,
    /// Between the quotes of a cell.
    Quoted,
    /// After a quote between quotes: the end of the cell, or the first half of a doubled quote.
    Quote,
}

/// What a letter is for.
enum Role {
    Content,
    Quote,
    Comma,
}

/// A quote at a place where RFC 4180 has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StrayQuote;

impl State {
    fn step(self, letter: char) -> Result<(Self, Role), StrayQuote> {
        match (self, letter) {
            (Self::Start, '"') => Ok((Self::Quoted, Role::Quote)),
            (Self::Quoted, '"') => Ok((Self::Quote, Role::Quote)),
            (Self::Quote, '"') => Ok((Self::Quoted, Role::Content)),
            (Self::Quoted, _) => Ok((Self::Quoted, Role::Content)),
            (_, ',') => Ok((Self::Start, Role::Comma)),
            (Self::Bare, '"') | (Self::Quote, _) => Err(StrayQuote),
            (Self::Start | Self::Bare, _) => Ok((Self::Bare, Role::Content)),
        }
    }
}

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

    /// Takes in a line without its end.
    pub(super) fn line(&mut self, line: &[u8]) -> Result<(), StrayQuote> {
        // Nearly all lines of numbers have no quote, and counting commas is many times faster than the automaton.
        if self.state == State::Start && !line.contains(&b'"') {
            self.cells += line.iter().filter(|byte| **byte == b',').count();
            return Ok(());
        }
        for byte in line {
            let (next, role) = self.state.step(char::from(*byte))?;
            self.state = next;
            self.cells += usize::from(matches!(role, Role::Comma));
        }
        Ok(())
    }

    /// The cells so far.
    pub(super) fn cells(&self) -> usize {
        self.cells
    }

    /// Whether the record goes on after the end of this line.
    pub(super) fn is_open(&self) -> bool {
        self.state == State::Quoted
    }
}

/// The cells of a complete record, without their quotes.
pub(crate) fn split(record: &str) -> Result<Vec<String>, StrayQuote> {
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut state = State::Start;
    for letter in record.chars() {
        let (next, role) = state.step(letter)?;
        state = next;
        match role {
            Role::Content => cell.push(letter),
            Role::Quote => {}
            Role::Comma => cells.push(std::mem::take(&mut cell)),
        }
    }
    cells.push(cell);
    if state == State::Quoted { Err(StrayQuote) } else { Ok(cells) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_with_and_without_quotes() {
        assert_eq!(split("a,b").unwrap(), ["a", "b"]);
        assert_eq!(split("").unwrap(), [""]);
        assert_eq!(split("a,\"b,c\",").unwrap(), ["a", "b,c", ""]);
        assert_eq!(split("\"say \"\"ä\"\"\",\"\"").unwrap(), ["say \"ä\"", ""]);
    }

    #[test]
    fn quotes_out_of_place() {
        for record in ["5\" pipe", "\"a\"b", "\"open", " \"a\""] {
            assert_eq!(split(record), Err(StrayQuote), "{record}");
        }
    }

    #[test]
    fn a_record_goes_on_until_its_quote_closes() {
        let mut record = Record::new();
        record.line(b"1,\"two").unwrap();
        assert!(record.is_open());
        record.line(b"lines, still\",3").unwrap();
        assert!(!record.is_open());
        assert_eq!(record.cells(), 3);
    }
}
