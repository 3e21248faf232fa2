//! Random programs: well typed, free of overflow, with inputs and a randomness tape that fit.
//!
//! [`programs`] is what the language's own tests and every protocol's tests draw from. A program is written from a
//! list of random words, each of which decides one choice; where the list ends, the plainest choice is taken. So a
//! failing program shrinks by leaving out words.

mod bits;
mod choices;
mod declarations;
mod expression;
mod function;
mod number;
mod order;
mod structure;
mod value;
mod writer;

use proptest::prelude::*;
use quorate_circuits::bind::Arguments;
use quorate_circuits::clear::Inputs;
use quorate_circuits::number::Word;

use choices::Choices;
use writer::Writer;

/// A program's text with everything that a run needs.
#[derive(Clone)]
pub struct Generated {
    /// The text form.
    pub source: String,
    /// Parameters and public sizes.
    pub arguments: Arguments,
    /// All inputs, each value in its declared range.
    pub inputs: Inputs,
    /// An entry for each number that is drawn.
    pub tape: Vec<Word>,
    /// Values of the program that are entries of the tape as they are.
    pub entries: Vec<String>,
}

impl std::fmt::Debug for Generated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}\n{:?}\n{:?}\ntape {:?}", self.source, self.arguments, self.inputs, self.tape)
    }
}

/// How large generated programs become.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The most random words that decide a program; a statement takes about six.
    pub choices: usize,
    /// The most bits that a value's range needs.
    pub bits: u32,
    /// Whether random numbers may be drawn inside of functions, where nothing shows them.
    pub hidden_random: bool,
    /// Whether there may be `min_by` and `max_by`, whose blanks the naive evaluator does not know.
    pub extremes_by_group: bool,
}

/// Programs of up to some sixty statements with values of up to 120 bits.
pub fn programs() -> impl Strategy<Value = Generated> {
    programs_within(Limits { choices: 400, bits: 120, hidden_random: true, extremes_by_group: true })
}

/// Programs within limits, for protocols whose tests are slow.
pub fn programs_within(limits: Limits) -> impl Strategy<Value = Generated> {
    (prop::collection::vec(any::<u32>(), 8..limits.choices.max(9)), any::<u64>())
        .prop_map(move |(words, seed)| Writer::new(Choices::new(words, seed), limits).write())
}
