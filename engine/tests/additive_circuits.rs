//! Boolean shares against circuits in the clear, and conversions in both directions.

mod additive_support;

use std::num::Wrapping;
use std::sync::Arc;

use additive_support::{Opened, Player, Scenario, execute, reduce};
use proptest::collection::vec;
use proptest::prelude::*;
use quorate_circuits::boolean::{Bits, Builder, Circuit, Shape, Signedness, Wire, integer};
use quorate_circuits::number::Word;
use quorate_engine::correlation::RingElement;
use quorate_engine::crypto::Random;
use quorate_engine::net::ChannelError;
use quorate_engine::protocol::{CallRequest, Domain, Linear, Pick, Protocol};

/// Circuits over one batch each, all in one call; the operands belong to the parties in turn.
struct Calls {
    circuits: Vec<(Arc<Circuit>, Vec<Vec<Word>>)>,
}

impl Calls {
    fn plain(&self) -> Opened {
        self.circuits.iter().flat_map(|(circuit, operands)| evaluate(circuit, operands)).map(Some).collect()
    }
}

/// Element by element, in the clear.
fn evaluate(circuit: &Circuit, operands: &[Vec<Word>]) -> Vec<Vec<Word>> {
    let mut outputs = vec![Vec::new(); circuit.output_widths().len()];
    for index in 0..operands[0].len() {
        let widths = circuit.input_widths().iter().zip(operands);
        let inputs: Vec<u64> = widths.flat_map(|(w, o)| (0..*w).map(|b| (o[index] >> b & 1) as u64)).collect();
        let mut bits = circuit.evaluate(&inputs).into_iter();
        for (output, width) in outputs.iter_mut().zip(circuit.output_widths()) {
            output.push((0..*width).fold(0, |word, b| word | Word::from(bits.next().unwrap_or(0) & 1) << b));
        }
    }
    outputs
}

async fn call<P: Protocol>(
    player: &mut Player<'_, P>,
    circuit: &Arc<Circuit>,
    operands: &[&P::Share],
) -> Result<Vec<P::Share>, ChannelError> {
    let request = CallRequest { circuit, operands: operands.to_vec() };
    Ok(player.protocol.call(&[request]).await?.remove(0))
}

impl Scenario for Calls {
    async fn run<P: Protocol>(&self, player: &mut Player<'_, P>) -> Result<Opened, ChannelError> {
        let mut shares = Vec::new();
        for (circuit, operands) in &self.circuits {
            let mut shared = Vec::new();
            for (index, (words, width)) in operands.iter().zip(circuit.input_widths()).enumerate() {
                let domain = Domain::Boolean { width: *width as u32 };
                shared.push(player.share(index % player.parties, domain, words).await?);
            }
            shares.push(shared);
        }
        let requests = self.circuits.iter().zip(&shares);
        let requests: Vec<_> = requests
            .map(|((circuit, _), operands)| CallRequest { circuit, operands: operands.iter().collect() })
            .collect();
        let outputs: Vec<_> = player.protocol.call(&requests).await?.into_iter().flatten().collect();
        player.open_all(&outputs.iter().collect::<Vec<_>>()).await
    }
}

/// Sum, comparison, product and equality of two numbers of `width` bits.
fn integers(width: usize) -> Arc<Circuit> {
    let (mut b, inputs) = Builder::new(&[width, width]);
    let (x, y) = (&inputs[0], &inputs[1]);
    let less = integer::less_than(&mut b, x, y, Signedness::Signed, Shape::FewRounds);
    let outputs = vec![
        integer::add(&mut b, x, y, Shape::FewRounds),
        less.into(),
        integer::multiply(&mut b, x, y, Shape::FewRounds),
        integer::equal(&mut b, x, y).into(),
    ];
    Arc::new(b.finish(outputs))
}

/// A circuit of random gates over three values; its last layers are of any kind.
fn random_circuit(gates: &[(u8, usize, usize)]) -> Arc<Circuit> {
    let (mut builder, inputs) = Builder::new(&[3, 1, 9]);
    let mut wires = vec![Wire::FALSE, Wire::TRUE];
    wires.extend(inputs.iter().flat_map(Bits::iter));
    for (kind, x, y) in gates {
        let (x, y) = (wires[x % wires.len()], wires[y % wires.len()]);
        wires.push(match kind % 4 {
            0 => builder.xor(x, y),
            1 => builder.not(x),
            _ => builder.and(x, y),
        });
    }
    let first: Bits = wires.iter().rev().take(20).copied().collect();
    let second: Bits = wires.iter().step_by(3).take(60).copied().collect();
    Arc::new(builder.finish(vec![first, second]))
}

fn calls_are_right(parties: usize, calls: &Calls) {
    for opened in execute::<Wrapping<u64>, _>(parties, std::slice::from_ref(calls)) {
        assert_eq!(opened, calls.plain());
    }
}

fn batch(operands: usize) -> impl Strategy<Value = Vec<Vec<Word>>> {
    (1_usize..150).prop_flat_map(move |length| vec(vec(any::<Word>(), length), operands))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10))]

    #[test]
    fn integer_gadgets_side_by_side(a in batch(2), b in batch(2), widths in (1_usize..70, 1_usize..30)) {
        let calls = Calls { circuits: vec![(integers(widths.0), a), (integers(widths.1), b)] };
        calls_are_right(2, &calls);
        calls_are_right(3, &calls);
    }

    #[test]
    fn random_circuits(gates in vec(any::<(u8, usize, usize)>(), 1..200), operands in batch(3)) {
        let calls = Calls { circuits: vec![(random_circuit(&gates), operands)] };
        calls_are_right(2, &calls);
        calls_are_right(5, &calls);
    }
}

/// An arithmetic vector to bits and back.
struct Conversions {
    words: Vec<Word>,
    width: usize,
    held: bool,
}

impl Conversions {
    fn expected<R: RingElement>(&self) -> Opened {
        let low: Vec<Word> = self.words.iter().map(|w| w & (Word::MAX >> (128 - self.width))).collect();
        let signed = low.iter().map(|w| ((w << (128 - self.width)) as i128 >> (128 - self.width)) as Word);
        let signed = signed.map(reduce::<R>).collect();
        let unsigned = low.iter().map(|w| reduce::<R>(*w)).collect();
        vec![Some(low), Some(unsigned), Some(signed)]
    }
}

impl Scenario for Conversions {
    async fn run<P: Protocol>(&self, player: &mut Player<'_, P>) -> Result<Opened, ChannelError> {
        let mut share = player.share(1, Domain::Arithmetic, &self.words).await?;
        if !self.held {
            let zeros = player.share(0, Domain::Arithmetic, &vec![0; self.words.len()]).await?;
            share = player.protocol.linear(Linear::Add(&share, &zeros));
        }
        let addends = player.protocol.addends(&[(&share, self.width as u32)]).await?.remove(0);
        let (mut builder, inputs) = Builder::new(&vec![self.width; addends.len()]);
        let sum = integer::sum(&mut builder, &inputs, self.width, Shape::FewRounds);
        let circuit = Arc::new(builder.finish(vec![sum]));
        let bits = call(player, &circuit, &addends.iter().collect::<Vec<_>>()).await?.remove(0);
        let back = player.protocol.to_arithmetic(&[(&bits, false), (&bits, true)]).await?;
        player.open_all(&[&bits, &back[0], &back[1]]).await
    }
}

fn conversion_is_right<R: RingElement>(parties: usize, words: &[Word], width: usize) {
    for held in [false, true] {
        let scenario = Conversions { words: words.to_vec(), width, held };
        let expected = scenario.expected::<R>();
        for opened in execute::<R, _>(parties, &[scenario]) {
            assert_eq!(opened, expected, "{width} bits");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn to_bits_and_back(words in vec(any::<Word>(), 1..80), width in 1_usize..=64, wide in 1_usize..=128) {
        conversion_is_right::<Wrapping<u64>>(2, &words, width);
        conversion_is_right::<Wrapping<u64>>(3, &words, width);
        conversion_is_right::<Wrapping<u128>>(2, &words, wide);
    }
}

#[test]
fn conversions_of_five_parties_at_full_width() {
    let words = [0, 1, Word::MAX, 1 << 63, (1 << 63) - 1, 1 << 127, 0x0123_4567_89ab_cdef];
    conversion_is_right::<Wrapping<u64>>(5, &words, 64);
    conversion_is_right::<Wrapping<u128>>(5, &words, 128);
}

/// Boolean vectors picked and joined; public ones; random ones against themselves; wider ones than the ring.
struct Pieces;

impl Scenario for Pieces {
    async fn run<P: Protocol>(&self, player: &mut Player<'_, P>) -> Result<Opened, ChannelError> {
        let domain = Domain::Boolean { width: 100 };
        let shared = player.share(0, domain, &[1, 2, Word::MAX]).await?;
        let public = player.protocol.public(domain, &[5 << 90 | 7]);
        let repeated = player.protocol.pick(&public, &Pick::Repeat(2));
        let slice = player.protocol.pick(&shared, &Pick::slice(1, 3));
        let all = player.protocol.concatenate(&[&slice, &repeated]);
        let low = player.protocol.to_arithmetic(&[(&all, true)]).await?.remove(0);
        let random = player.protocol.random_bits(100, 3);
        let twin = player.protocol.duplicate(&random);
        let (mut builder, inputs) = Builder::new(&[100, 100]);
        let same = integer::equal(&mut builder, &inputs[0], &inputs[1]);
        let circuit = Arc::new(builder.finish(vec![same.into()]));
        let same = call(player, &circuit, &[&random, &twin]).await?.remove(0);
        let chance = call(player, &circuit, &[&random, &shared]).await?.remove(0);
        player.open_all(&[&all, &low, &same, &chance]).await
    }
}

#[test]
fn pieces_of_boolean_vectors() {
    let (ones, public) = ((1 << 100) - 1, 5 << 90 | 7);
    let all = vec![2, ones, public, public];
    let low = all.iter().map(|word| word & Word::from(u64::MAX)).collect();
    let expected = [Some(all), Some(low), Some(vec![1; 3]), Some(vec![0; 3])];
    for opened in execute::<Wrapping<u64>, _>(3, &[Pieces]) {
        assert_eq!(opened, expected);
    }
}

/// Bits of each element of a wide vector.
const WIDE: usize = 1600;

/// Every bit of wide elements against the next one, regrouped from words, to words of another width and to the ring.
struct Wide {
    words: Vec<Word>,
}

impl Wide {
    fn circuit() -> Circuit {
        let (mut builder, inputs) = Builder::new(&[WIDE]);
        let x = inputs[0].wires();
        let ands: Bits = (0..WIDE).map(|i| builder.and(x[i], x[(i + 1) % WIDE])).collect();
        builder.finish(vec![ands])
    }

    fn expected(&self) -> Opened {
        let bits: Vec<Word> = self.words.iter().flat_map(|word| (0..100).map(move |bit| word >> bit & 1)).collect();
        let element = |bits: &[Word]| (0..WIDE).map(|i| bits[i] & bits[(i + 1) % WIDE]).collect::<Vec<_>>();
        let ands: Vec<Word> = bits.chunks(WIDE).flat_map(element).collect();
        let number = |bits: &[Word]| bits.iter().rev().fold(0, |word, bit| word << 1 | bit);
        vec![Some(bits), Some(ands.chunks(64).map(number).collect()), Some(ands)]
    }
}

impl Scenario for Wide {
    async fn run<P: Protocol>(&self, player: &mut Player<'_, P>) -> Result<Opened, ChannelError> {
        let shared = player.share(1, Domain::Boolean { width: 100 }, &self.words).await?;
        let single = player.protocol.regroup(&shared, 1);
        let wide = player.protocol.regroup(&single, WIDE as u32);
        let ands = call(player, &Arc::new(Self::circuit()), &[&wide]).await?.remove(0);
        let words = player.protocol.regroup(&ands, 64);
        let bits = player.protocol.regroup(&ands, 1);
        let numbers = player.protocol.to_arithmetic(&[(&bits, false)]).await?.remove(0);
        player.open_all(&[&single, &words, &numbers]).await
    }
}

#[test]
fn elements_of_sixteen_hundred_bits() {
    let mut random = Random::dangerous_from_seed([7; 32]);
    for (parties, instances) in [(2, 3), (3, 1)] {
        let mut words = vec![0; instances * WIDE / 100];
        random.fill_u128(&mut words);
        let scenario = Wide { words: words.iter().map(|word| word >> 28).collect() };
        let expected = scenario.expected();
        for opened in execute::<Wrapping<u64>, _>(parties, &[scenario]) {
            assert_eq!(opened, expected);
        }
    }
}
