//! The lines of a file, with their numbers, however long the file pretends to be.

use std::io::{BufRead, Read};

use super::BristolError;

/// Bytes of the longest line that is read. A gate has a few dozen; this is room for a `MAND` of 40,000 conjunctions.
pub const LONGEST_LINE: usize = 1 << 20;

/// What some editors of Windows put before the first line.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The lines that are not blank.
pub(super) struct Lines<R> {
    source: R,
    line: Vec<u8>,
    number: u64,
    /// Whether the line is to be read once more.
    kept: bool,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(source: R) -> Self {
        Self { source, line: Vec::new(), number: 0, kept: false }
    }

    /// Goes to the next line that is not blank; false at the end of the file.
    ///
    /// # Errors
    /// If the source cannot be read, or a line is too long.
    pub(super) fn advance(&mut self) -> Result<bool, BristolError> {
        if std::mem::take(&mut self.kept) {
            return Ok(true);
        }
        loop {
            self.line.clear();
            let mut limited = (&mut self.source).take(LONGEST_LINE as u64 + 1);
            let line = self.number + 1;
            let length = limited
                .read_until(b'\n', &mut self.line)
                .map_err(|error| BristolError::Unreadable { line, reason: error.to_string() })?;
            if length == 0 {
                return Ok(false);
            }
            self.number = line;
            if length > LONGEST_LINE {
                return Err(BristolError::LineTooLong { line });
            }
            if line == 1 && self.line.starts_with(BYTE_ORDER_MARK) {
                self.line.drain(..BYTE_ORDER_MARK.len());
            }
            if !self.line.trim_ascii().is_empty() {
                return Ok(true);
            }
        }
    }

    /// Lets the next [`Self::advance`] stay on this line.
    pub(super) fn keep(&mut self) {
        self.kept = true;
    }

    /// The number of the line, from 1; at the end of the file, that of the last line. An empty file has one empty line.
    pub(super) fn number(&self) -> u64 {
        self.number.max(1)
    }

    /// The line without blanks around it.
    pub(super) fn text(&self) -> &[u8] {
        self.line.trim_ascii()
    }

    /// The words of the line.
    pub(super) fn words(&self) -> impl Iterator<Item = &[u8]> {
        self.line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty())
    }

    /// Whether the line has nothing but numbers.
    pub(super) fn is_numbers(&self) -> bool {
        self.words().flatten().all(u8::is_ascii_digit)
    }
}

/// A natural number.
///
/// # Errors
/// If `word` is none, or is beyond 64 bits.
pub(super) fn number(word: &[u8], line: u64) -> Result<u64, BristolError> {
    if !word.iter().all(u8::is_ascii_digit) {
        return Err(BristolError::NotANumber { line, found: shown(word) });
    }
    word.iter()
        .try_fold(0u64, |number, digit| number.checked_mul(10)?.checked_add(u64::from(digit - b'0')))
        .ok_or_else(|| BristolError::TooLarge { line, found: shown(word) })
}

/// A word as a message shows it: printable, and not longer than a message should be.
pub(super) fn shown(word: &[u8]) -> String {
    const LONGEST: usize = 24;
    let text = String::from_utf8_lossy(&word[..word.len().min(4 * LONGEST)]);
    let mut shown: String = text.chars().take(LONGEST).flat_map(char::escape_debug).collect();
    if text.chars().count() > LONGEST {
        shown.push('…');
    }
    shown
}
