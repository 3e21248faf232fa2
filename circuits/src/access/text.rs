//! The canonical text of a structure.

use std::fmt::{Display, Formatter, Result as Written};
use std::str::FromStr;

use super::{Gate, Input, MOST_DEPTH, MOST_ROWS, NoStructure, Structure};

/// The longest text that is read, in bytes: that of the largest structure is shorter.
const LONGEST: usize = 1 << 14;

impl Display for Structure {
    fn fmt(&self, f: &mut Formatter<'_>) -> Written {
        self.root().fmt(f)
    }
}

impl Display for Gate {
    fn fmt(&self, f: &mut Formatter<'_>) -> Written {
        write!(f, "{} of (", self.threshold)?;
        for (position, input) in self.inputs.iter().enumerate() {
            f.write_str(if position == 0 { "" } else { ", " })?;
            match input {
                Input::Holder { index, weight: 1 } => write!(f, "{index}")?,
                Input::Holder { index, weight } => write!(f, "{index}*{weight}")?,
                Input::Gate(gate) => gate.fmt(f)?,
            }
        }
        f.write_str(")")
    }
}

impl FromStr for Structure {
    type Err = NoStructure;

    /// Reads a text; spaces do not matter.
    ///
    /// # Errors
    /// If it is none of a structure: with the place.
    fn from_str(text: &str) -> Result<Self, NoStructure> {
        let mut reader = Reader { text: text.as_bytes(), at: 0, inputs: 0 };
        if text.len() > LONGEST {
            return Err(NoStructure::Rows);
        }
        let threshold = reader.number("the threshold of a gate, as in 2 of (1, 2, 3)")?;
        let root = reader.gate(threshold, 1)?;
        reader.spaces();
        if reader.at < text.len() { Err(reader.expected("the end")) } else { Self::new(root) }
    }
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    /// How many inputs were read.
    inputs: usize,
}

impl Reader<'_> {
    fn expected(&self, expected: &'static str) -> NoStructure {
        NoStructure::Text { at: self.at, expected }
    }

    fn spaces(&mut self) {
        while self.text.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
    }

    fn accept(&mut self, word: &str) -> bool {
        self.spaces();
        let found = self.text[self.at..].starts_with(word.as_bytes());
        self.at += if found { word.len() } else { 0 };
        found
    }

    fn number(&mut self, expected: &'static str) -> Result<u16, NoStructure> {
        self.spaces();
        let begin = self.at;
        while self.text.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        let digits = std::str::from_utf8(&self.text[begin..self.at]).ok().and_then(|digits| digits.parse().ok());
        digits.ok_or(NoStructure::Text { at: begin, expected })
    }

    /// What follows a gate's threshold.
    fn gate(&mut self, threshold: u16, depth: usize) -> Result<Gate, NoStructure> {
        if depth > MOST_DEPTH {
            return Err(NoStructure::Depth);
        }
        if !(self.accept("of") && self.accept("(")) {
            return Err(self.expected("of ("));
        }
        let mut inputs = Vec::new();
        loop {
            self.inputs += 1;
            // A gate has a holder somewhere below it, so that this bounds gates as well.
            if self.inputs > MOST_ROWS * MOST_DEPTH {
                return Err(NoStructure::Rows);
            }
            inputs.push(self.input(depth)?);
            if self.accept(")") {
                return Ok(Gate { threshold, inputs });
            }
            if !self.accept(",") {
                return Err(self.expected(", or )"));
            }
        }
    }

    fn input(&mut self, depth: usize) -> Result<Input, NoStructure> {
        let number = self.number("a holder's number or a gate")?;
        self.spaces();
        if self.text.get(self.at) == Some(&b'o') {
            return Ok(Input::Gate(self.gate(number, depth + 1)?));
        }
        let weight = if self.accept("*") { self.number("a weight")? } else { 1 };
        Ok(Input::Holder { index: number, weight })
    }
}
