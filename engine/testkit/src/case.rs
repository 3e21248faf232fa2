//! A program with everything that a run of it needs from outside, written the way people write it.

use std::collections::BTreeMap;
use std::sync::Arc;

use quorate_circuits::bind::{Arguments, BoundInput, BoundProgram, Extent};
use quorate_circuits::clear::Inputs;
use quorate_circuits::library;
use quorate_circuits::number::{Range, Word, parse_decimal, pow10, word_of};
use quorate_circuits::program::Program;
use quorate_circuits::text::parse;
use quorate_engine::crypto::Random;

use crate::generate::Generated;

/// A bound program and the inputs of all its roles.
#[derive(Clone, Debug)]
pub struct Case {
    /// What a failing test calls it.
    pub name: String,
    /// The program.
    pub program: Arc<BoundProgram>,
    /// Mantissas, by input.
    pub inputs: Inputs,
}

impl Case {
    /// `source` is the name of a library program or a program's text; `arguments` gives parameters and sizes, as in
    /// `banks=2 rows=3 columns[bank_1]=2 receivers=bank_1`; each input is a list such as `1.50, -3`.
    ///
    /// # Panics
    /// If anything of it is not as the program says: a test's own mistake.
    pub fn new(source: &str, arguments: &str, inputs: &[(&str, &str)]) -> Self {
        inputs.iter().fold(Self::bound(source, arguments), |case, (name, list)| case.with(name, list))
    }

    /// As [`Self::new`], every input filled with numbers of its range: its ends, and others drawn from `seed`.
    ///
    /// # Panics
    /// As [`Self::new`].
    pub fn filled(source: &str, arguments: &str, seed: u64) -> Self {
        let mut case = Self::bound(source, arguments);
        case.name = format!("{} seed {seed}", case.name);
        case.inputs = fill(&case.program, seed);
        case
    }

    /// With this input in the place of what was there.
    ///
    /// # Panics
    /// If the program has no such input, or the list is none of decimal numbers.
    #[must_use]
    pub fn with(mut self, name: &str, list: &str) -> Self {
        let input = self.program.inputs.iter().find(|input| input.name == name);
        let input = input.unwrap_or_else(|| panic!("{} has no input {name}", self.name));
        self.inputs.insert(name.to_owned(), mantissas(input, list));
        self
    }

    /// A generated program, which reveals the entries of its randomness tape beside whatever else it reveals: so
    /// a run shows the tape with which the clear evaluation has to give the same.
    ///
    /// # Panics
    /// If the generator wrote a program that is none.
    pub fn generated(generated: &Generated) -> Self {
        let reveals: Vec<String> =
            (1..).zip(&generated.entries).map(|(i, name)| format!("reveal tape{i} = {name} to all")).collect();
        let source = format!("{}{}\n", generated.source, reveals.join("\n"));
        let program = bind(&read(&source), &generated.arguments, &source);
        Self { name: source, program, inputs: generated.inputs.clone() }
    }

    fn bound(source: &str, arguments: &str) -> Self {
        let source = library::find(source).map_or(source, |entry| entry.source);
        let program = read(source);
        let name = format!("{} {arguments}", program.name()).trim_end().to_owned();
        let program = bind(&program, &read_arguments(&program, arguments), &name);
        Self { name, program, inputs: Inputs::new() }
    }
}

fn read(source: &str) -> Arc<Program> {
    Arc::new(parse(source).unwrap_or_else(|e| panic!("{}", e.render("the program of a test", source))))
}

fn bind(program: &Arc<Program>, arguments: &Arguments, name: &str) -> Arc<BoundProgram> {
    Arc::new(BoundProgram::new(program, arguments).unwrap_or_else(|e| panic!("{name}: {e}")))
}

/// Parameters and sizes as in [`Case::new`].
///
/// # Panics
/// If an item is no `name=value`, or the value of a size no number.
pub fn read_arguments(program: &Program, text: &str) -> Arguments {
    let mut arguments = Arguments::default();
    for item in text.split_whitespace() {
        let (name, value) = item.split_once('=').unwrap_or_else(|| panic!("{item} is no name=value"));
        let base = name.split('[').next().unwrap_or(name);
        if program.sizes().iter().any(|size| size.name == base) {
            let size = value.parse().unwrap_or_else(|_| panic!("{value} is no size"));
            arguments.sizes.insert(name.to_owned(), size);
        } else {
            arguments.parameters.insert(name.to_owned(), value.to_owned());
        }
    }
    arguments
}

/// A list such as `1.50, -3` as mantissas with the input's decimals.
///
/// # Panics
/// If an item is no decimal number, or has more decimals than the input.
pub fn mantissas(input: &BoundInput, list: &str) -> Vec<Word> {
    let items = list.split(|c: char| c == ',' || c.is_whitespace()).filter(|item| !item.is_empty());
    let mantissa = |item: &str| {
        let read = parse_decimal(item).filter(|(_, decimals)| *decimals <= input.decimals);
        let (mantissa, decimals) = read.unwrap_or_else(|| panic!("{item} is no number for {}", input.name));
        word_of(mantissa * pow10(input.decimals - decimals))
    };
    items.map(mantissa).collect()
}

/// Numbers for all inputs. Columns whose length only their owner knows get a few rows.
fn fill(program: &BoundProgram, seed: u64) -> Inputs {
    let mut random = Random::dangerous_from_seed(seed_bytes(seed, u64::MAX));
    // Columns of one owner with one private size are of one length.
    let mut lengths = BTreeMap::new();
    let mut inputs = Inputs::new();
    for input in program.inputs.iter().filter(|input| input.asked) {
        let dimensions = &program.program.inputs()[input.declaration.0].dimensions;
        let length = input.shape.length().unwrap_or_else(|| {
            let key = (input.role, format!("{dimensions:?}"));
            *lengths.entry(key).or_insert_with(|| few(input, &mut random))
        });
        inputs.insert(input.name.clone(), (0..length).map(|_| number(&input.range, &mut random)).collect());
    }
    inputs
}

fn few(input: &BoundInput, random: &mut Random) -> usize {
    let [Extent::Private { least, greatest }] = input.shape.0.as_slice() else {
        panic!("{}: only columns have a private length", input.name)
    };
    let [more] = random.bytes();
    (least + u64::from(more % 6)).min(*greatest) as usize
}

/// One of four times an end of the range or zero, otherwise any number in it.
fn number(range: &Range, random: &mut Random) -> Word {
    let ends = [word_of(range.low), word_of(range.high), if range.is_signed() { 0 } else { word_of(range.high) }];
    let [choice, end] = random.bytes();
    if choice % 4 == 0 {
        return ends[usize::from(end) % ends.len()];
    }
    let mut word = [0];
    random.fill_u128(&mut word);
    let span = ends[1].wrapping_sub(ends[0]).wrapping_add(1);
    ends[0].wrapping_add(if span == 0 { word[0] } else { word[0] % span })
}

/// A seed for one purpose of a test.
pub(crate) fn seed_bytes(seed: u64, purpose: u64) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8..16].copy_from_slice(&purpose.to_le_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use quorate_circuits::clear::evaluate;

    use super::*;

    #[test]
    fn lists_are_read_with_the_decimals_of_their_input() {
        let case =
            Case::new("budget-total", "parties=2", &[("party_1.budget", "1.50, -3\n0.01"), ("party_2.budget", "2")]);
        assert_eq!(case.inputs["party_1.budget"], [150, (-300_i128) as Word, 1]);
        assert_eq!(case.inputs["party_2.budget"], [200]);
    }

    #[test]
    fn filled_inputs_are_accepted() {
        for seed in 0..20 {
            let case = Case::filled("hospital-stats", "parties=3 groups=2 decimals=1", seed);
            assert_eq!(case.inputs["party_1.value"].len(), case.inputs["party_1.group"].len());
            assert!(evaluate(&case.program, &case.inputs, &[]).is_ok(), "{}", case.name);
        }
    }
}
