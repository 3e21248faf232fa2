//! The plain side of a run: what this party knows and computes by itself.

use std::ops::Range as Span;

use quorate_circuits::bind::{BoundOperation, BoundProgram, Knowledge, ValueId};
use quorate_circuits::clear::{self, ClearError, Column, Inputs};
use quorate_circuits::number::{Range, Word};

use crate::net::PartyIndex;
use crate::plan::PublicWords;
use crate::protocol::Domain;

/// Whose plain side a paper twin has.
const NOBODY: PartyIndex = PartyIndex(usize::MAX);

/// A party's plain values.
pub struct Plain<'a> {
    program: &'a BoundProgram,
    me: PartyIndex,
    /// Whether nobody's plain side has the values that follow from the program alone.
    knows_constants: bool,
    party_of: &'a [PartyIndex],
    inputs: &'a Inputs,
    columns: Vec<Option<Column>>,
    /// Words that openings delivered, by the value they belong to.
    opened: Vec<Option<Vec<Word>>>,
    /// Whose values were out of range, and replaced.
    replaced: Vec<PartyIndex>,
}

impl<'a> Plain<'a> {
    /// Party `me`, which plays the roles that `party_of` gives it and brings `inputs` for them.
    pub fn new(program: &'a BoundProgram, me: PartyIndex, party_of: &'a [PartyIndex], inputs: &'a Inputs) -> Self {
        let count = program.values.len();
        Self {
            program,
            me,
            knows_constants: false,
            party_of,
            inputs,
            columns: vec![None; count],
            opened: vec![None; count],
            replaced: Vec::new(),
        }
    }

    /// The plain side of a paper twin: nobody's, without any input.
    pub(crate) fn on_paper(program: &'a BoundProgram, party_of: &'a [PartyIndex], inputs: &'a Inputs) -> Self {
        Self::new(program, NOBODY, party_of, inputs)
    }

    /// The plain side of a session that garbles for a later one: nobody's, without any input, but with all values that
    /// follow from the program alone.
    pub(crate) fn ahead(program: &'a BoundProgram, party_of: &'a [PartyIndex], inputs: &'a Inputs) -> Self {
        Self { knows_constants: true, ..Self::on_paper(program, party_of, inputs) }
    }

    /// A value, if this party knows it.
    pub fn column(&self, id: ValueId) -> Option<&Column> {
        self.columns[id.0].as_ref()
    }

    /// The outputs this party learned, in order of declaration.
    pub fn outputs(&self) -> impl Iterator<Item = (&str, ValueId, &Column)> {
        self.program.outputs().filter_map(|(name, id)| self.column(id).map(|column| (name, id, column)))
    }

    /// Whose values were out of range, and replaced.
    pub(super) fn replaced(&self) -> &[PartyIndex] {
        &self.replaced
    }

    /// Checks this party's inputs without computing anything.
    ///
    /// # Errors
    /// A missing input, a wrong length, a value outside its range.
    pub fn check_inputs(&self) -> Result<(), ClearError> {
        for (position, input) in self.program.inputs.iter().enumerate() {
            if self.party_of[input.role.0] == self.me {
                clear::check_input(self.program, position, self.inputs)?;
            }
        }
        Ok(())
    }

    /// Computes a value, if this party knows its operands.
    pub(super) fn compute(&mut self, id: ValueId) -> Result<(), ClearError> {
        // On paper everything that is opened is zero: an assert would fail, and lengths are known without.
        if self.me == NOBODY {
            return if self.knows_constants { self.compute_constant(id) } else { Ok(()) };
        }
        let value = self.program.value(id);
        if let Knowledge::Private(role) = value.knowledge
            && self.party_of[role.0] != self.me
        {
            return Ok(());
        }
        if let BoundOperation::Input(position) = value.operation {
            self.columns[id.0] = Some(Column::Words(clear::input(self.program, position, self.inputs)?));
            return Ok(());
        }
        // The first operand of a reveal or of a secret assert is what was opened.
        let opened = self.opened[id.0].take().map(Column::Words);
        let from_secret = value.operands.first().is_some_and(|o| self.program.value(*o).knowledge == Knowledge::Secret);
        if from_secret && opened.is_none() {
            return Ok(());
        }
        let operands: Option<Vec<&Column>> = value
            .operands
            .iter()
            .enumerate()
            .map(|(i, operand)| match &opened {
                Some(column) if i == 0 => Some(column),
                _ => self.columns[operand.0].as_ref(),
            })
            .collect();
        if let Some(operands) = operands {
            let column = clear::apply(self.program, value, &operands)?;
            if let BoundOperation::Assert { accused: Some(role), .. } = &value.operation
                && column.words().is_some_and(|words| words.contains(&0))
            {
                self.replaced.push(self.party_of[role.0]);
            }
            self.columns[id.0] = Some(column);
        }
        Ok(())
    }

    /// Computes a public value that needs no input and nothing that is opened.
    fn compute_constant(&mut self, id: ValueId) -> Result<(), ClearError> {
        let value = self.program.value(id);
        let operands: Option<Vec<&Column>> = value.operands.iter().map(|operand| self.column(*operand)).collect();
        if let (Knowledge::Public, Some(operands)) = (&value.knowledge, operands) {
            self.columns[id.0] = Some(clear::apply(self.program, value, &operands)?);
        }
        Ok(())
    }

    /// The words of a private value at its owner; `None` elsewhere.
    pub(super) fn private(&self, id: ValueId, part: &Span<usize>) -> Option<&[Word]> {
        self.column(id).and_then(Column::words).and_then(|words| words.get(part.clone()))
    }

    /// Public words for elements `part` of a vector of `whole` elements.
    pub(super) fn public(&self, words: &PublicWords, part: &Span<usize>, whole: usize) -> Vec<Word> {
        match words {
            PublicWords::Constant(word) => vec![*word; part.len()],
            PublicWords::Value { value, .. } => {
                // A paper twin knows no opened value, and needs only the length.
                let known = self.column(*value).and_then(Column::words).unwrap_or_default();
                match known.len() {
                    0 => vec![0; part.len()],
                    length if length == whole => known[part.clone()].to_vec(),
                    length => part.clone().map(|i| known[i % length]).collect(),
                }
            }
        }
    }

    /// Takes in words that an opening delivered: `part` of the value's vector.
    pub(super) fn opened(&mut self, id: ValueId, words: &[Word], domain: Domain) {
        let range = self.program.value(self.program.value(id).operands[0]).range;
        let bits = match domain {
            Domain::Boolean { width } => width,
            Domain::Arithmetic => range.bits(),
        };
        let meant = words.iter().map(|word| extend(*word, bits, &range));
        self.opened[id.0].get_or_insert_default().extend(meant);
    }
}

/// The word whose `bits` low bits are given, read in `range`.
fn extend(word: Word, bits: u32, range: &Range) -> Word {
    if bits >= 128 {
        return word;
    }
    let unused = 128 - bits;
    if range.is_signed() { ((word << unused) as i128 >> unused) as Word } else { word << unused >> unused }
}
