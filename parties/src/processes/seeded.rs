//! Random inputs: uniform in their declared ranges, and the same for whoever knows the seed.
//!
//! They stand in for data when a protocol is measured. No secret of a protocol is ever drawn here: that randomness is
//! every party's own, from the operating system.

use std::collections::BTreeMap;

use quorate_circuits::bind::{BoundInput, BoundProgram, Extent};
use quorate_circuits::clear::Inputs;
use quorate_circuits::number::{Range, Word, word_of};
use quorate_circuits::program::Dimension;

use crate::exit::{Exit, Failure};
use crate::identity::Hex;

/// What random inputs follow from.
pub type Seed = Hex<16>;

/// A seed that nobody knows yet.
///
/// # Errors
/// If the operating system gives no randomness.
pub fn fresh_seed() -> Result<Seed, Failure> {
    let mut seed = [0; 16];
    getrandom::fill(&mut seed)
        .map_err(|_| Failure::new(Exit::BadInput, "the operating system's source of randomness is unavailable"))?;
    Ok(Hex(seed))
}

/// The inputs of those roles that `plays` accepts. A size that only the owner knows is the one given, else the least
/// allowed.
pub(crate) fn inputs(
    bound: &BoundProgram,
    seed: Seed,
    private_sizes: &BTreeMap<String, u64>,
    plays: impl Fn(&BoundInput) -> bool,
) -> Inputs {
    let asked = bound.inputs.iter().filter(|input| input.asked && plays(input));
    asked.map(|input| (input.name.clone(), column(seed, input, length(bound, input, private_sizes)))).collect()
}

fn length(bound: &BoundProgram, input: &BoundInput, private_sizes: &BTreeMap<String, u64>) -> usize {
    let dimensions = &bound.program.inputs()[input.declaration.0].dimensions;
    let extent = |(extent, dimension): (&Extent, &Dimension)| match (extent, dimension) {
        (Extent::Known { length, .. }, _) => *length,
        (Extent::Private { least, .. }, Dimension::Size(id)) => {
            let size = private_sizes.get(&bound.program.sizes()[id.0].name).unwrap_or(least);
            usize::try_from(*size).unwrap_or(usize::MAX)
        }
        (Extent::Private { least, .. }, _) => usize::try_from(*least).unwrap_or(usize::MAX),
    };
    input.shape.0.iter().zip(dimensions).map(extent).product()
}

/// `length` numbers of an input.
fn column(seed: Seed, input: &BoundInput, length: usize) -> Vec<Word> {
    let mut stream = Stream::new(seed, &input.name);
    let Range { low, high } = input.range;
    // Ranges fit 128 bits, so that their width does.
    let (least, width) = (word_of(low), (high - low).as_u128());
    let bits = width.checked_ilog2().map_or(0, |log| log + 1);
    let mask = if bits == 0 { 0 } else { Word::MAX >> (Word::BITS - bits) };
    let draw = |stream: &mut Stream| if bits <= u64::BITS { stream.short().into() } else { stream.long() } & mask;
    (0..length)
        .map(|_| {
            // Every second number at worst is beyond the range.
            let mut offset = draw(&mut stream);
            while offset > width {
                offset = draw(&mut stream);
            }
            least.wrapping_add(offset)
        })
        .collect()
}

/// Bytes that follow from a seed and a name.
struct Stream {
    reader: blake3::OutputReader,
    buffer: Box<[u8; 4096]>,
    next: usize,
}

impl Stream {
    fn new(seed: Seed, name: &str) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("quorate 2026-11-27 random inputs of a measurement");
        hasher.update(&seed.0).update(name.as_bytes());
        Self { reader: hasher.finalize_xof(), buffer: Box::new([0; 4096]), next: 4096 }
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        if self.next + N > self.buffer.len() {
            self.reader.fill(&mut *self.buffer);
            self.next = 0;
        }
        let bytes = std::array::from_fn(|i| self.buffer[self.next + i]);
        self.next += N;
        bytes
    }

    fn short(&mut self) -> u64 {
        u64::from_le_bytes(self.bytes())
    }

    fn long(&mut self) -> u128 {
        u128::from_le_bytes(self.bytes())
    }
}

#[cfg(test)]
mod tests {
    use quorate_circuits::bind::Arguments;
    use quorate_circuits::number::value_of;
    use quorate_circuits::text::parse;

    use super::*;

    const PROGRAM: &str = "program ranges
role ann
role ben
input ann.whole[500]: u128
input ann.signed[500]: i128
input ann.narrow[500]: i16 in -3..=3
input ben.only: u8 in 7..=7
input ben.flags[500]: bit
reveal sum = share(ann.narrow[0]) + share(ben.flags[0]) to all
";

    fn bound(text: &str) -> BoundProgram {
        let program = parse(text).unwrap_or_else(|error| panic!("{}", error.render("a test", text)));
        BoundProgram::new(&program.into(), &Arguments::default()).expect("it binds")
    }

    #[test]
    fn numbers_lie_in_their_ranges_and_reach_their_ends() {
        let bound = bound(PROGRAM);
        let seed = Hex([7; 16]);
        let all = inputs(&bound, seed, &BTreeMap::new(), |_| true);
        for input in bound.inputs.iter().filter(|input| input.asked) {
            let words = &all[&input.name];
            assert_eq!(words.len(), input.shape.length().expect("public lengths"));
            assert!(words.iter().all(|word| input.range.contains(value_of(*word, &input.range))), "{}", input.name);
        }
        for value in -3..=3_i128 {
            assert!(all["ann.narrow"].contains(&(value as Word)), "{value} is drawn");
        }
        assert!(all["ann.whole"].iter().any(|word| word >> 120 > 0), "high bits are drawn too");
        assert_ne!(all["ann.whole"], all["ann.signed"], "every input has a stream of its own");
        assert!(!all.contains_key("ben.only"), "an input of one possible value is not asked for");
    }

    #[test]
    fn a_party_draws_what_everybody_draws_for_it() {
        let bound = bound(PROGRAM);
        let seed = Hex([9; 16]);
        let all = inputs(&bound, seed, &BTreeMap::new(), |_| true);
        let own = inputs(&bound, seed, &BTreeMap::new(), |input| input.role.0 == 1);
        assert_eq!(own.len(), 1);
        assert_eq!(own["ben.flags"], all["ben.flags"]);
        assert_ne!(all, inputs(&bound, Hex([8; 16]), &BTreeMap::new(), |_| true));
    }
}
