use ethnum::I256;
use proptest::prelude::*;

use super::{Bound, Operand, Readout, Rounding, addends, elementwise, rounded_addends, sum};
use crate::boolean::Circuit;
use crate::boolean::Shape;
use crate::number::{Range, Word, value_of, word_of};
use crate::program::Function;

/// One instance of a circuit in the clear.
fn run(circuit: &Circuit, words: &[Word]) -> Word {
    let mut bits = Vec::new();
    for (word, width) in words.iter().zip(circuit.input_widths()) {
        bits.extend((0..*width).map(|i| (word >> i & 1) as u64));
    }
    circuit.evaluate(&bits).iter().enumerate().fold(0, |word, (i, bit)| word | Word::from(bit & 1) << i)
}

/// What `width` low bits mean in `range`.
fn meant(word: Word, range: &Range) -> I256 {
    let bits = range.bits();
    let extended =
        if range.is_signed() && bits < 128 && word >> (bits - 1) & 1 == 1 { word | Word::MAX << bits } else { word };
    value_of(extended, range)
}

fn ranges() -> impl Strategy<Value = (Range, I256)> {
    (any::<i64>(), any::<i64>(), 0u32..60, any::<u64>()).prop_map(|(a, b, shift, pick)| {
        let (a, b) = (a >> shift, b >> shift);
        let range = Range::new(a.min(b), a.max(b));
        let span = range.high - range.low + 1;
        (range, range.low + I256::from(pick) % span)
    })
}

fn expected(function: Function, a: I256, b: I256) -> I256 {
    let bit = |holds: bool| I256::from(u8::from(holds));
    match function {
        Function::Add => a + b,
        Function::Sub => a - b,
        Function::Mul => a * b,
        Function::Neg => -a,
        Function::Abs => a.abs(),
        Function::Lt => bit(a < b),
        Function::Le => bit(a <= b),
        Function::Gt => bit(a > b),
        Function::Ge => bit(a >= b),
        Function::Eq => bit(a == b),
        Function::Ne => bit(a != b),
        Function::Min => a.min(b),
        _ => a.max(b),
    }
}

proptest! {
    #[test]
    fn circuits_compute_what_the_range_rules_promise((ra, a) in ranges(), (rb, b) in ranges(), fold in any::<bool>()) {
        use Function as F;
        for function in [F::Add, F::Sub, F::Mul, F::Neg, F::Abs, F::Lt, F::Le, F::Gt, F::Ge, F::Eq, F::Ne, F::Min, F::Max] {
            let range = crate::bind::elementwise_range(function, &[&ra, &rb]).expect("in range");
            let second = if fold { Operand::constant(word_of(b), &rb) } else { Operand::of(&rb) };
            let operands = if function.row().arity == 1 { vec![Operand::of(&ra)] } else { vec![Operand::of(&ra), second] };
            for shape in [Shape::FewAnds, Shape::FewRounds] {
                let circuit = elementwise(function, &operands, &range, shape).expect("a circuit");
                prop_assert_eq!(circuit.output_widths(), &[range.bits() as usize]);
                let word = run(&circuit, &[word_of(a), word_of(b)]);
                prop_assert_eq!(meant(word, &range), expected(function, a, b), "{:?} {} {} {:?} {:?}", function, a, b, ra, rb);
            }
        }
    }

    #[test]
    fn division_rounding_and_roots((ra, a) in ranges(), (rb, b) in ranges(), fold in any::<bool>(), k in 1..19u32, few_rounds in any::<bool>()) {
        use Function as F;
        let divisor = if rb.contains(I256::ZERO) { (Range::new(1, rb.high.max(I256::ONE)), b.abs().max(I256::ONE).min(rb.high.max(I256::ONE))) } else { (rb, b) };
        let natural = (Range { low: I256::ZERO, high: ra.high.abs() + 1 }, a.abs().min(ra.high.abs()));
        let factor = I256::from(10u64.pow(k));
        for (function, left, right) in [
            (F::Quotient, (ra, a), divisor),
            (F::Remainder, (ra, a), divisor),
            (F::Round, (ra, a), (Range::exactly(factor), factor)),
            (F::Root, natural, divisor),
        ] {
            let range = crate::bind::elementwise_range(function, &[&left.0, &right.0]).expect("in range");
            let constant = fold || function == F::Round;
            let second = if constant { Operand::constant(word_of(right.1), &right.0) } else { Operand::of(&right.0) };
            let operands = if function == F::Root { vec![Operand::of(&left.0)] } else { vec![Operand::of(&left.0), second] };
            let (x, y) = (left.1, right.1);
            let shape = if few_rounds { Shape::FewRounds } else { Shape::FewAnds };
            let circuit = elementwise(function, &operands, &range, shape).expect("a circuit");
            let result = meant(run(&circuit, &[word_of(x), word_of(y)]), &range);
            match function {
                F::Quotient => prop_assert_eq!(result, x / y),
                F::Remainder => prop_assert_eq!(result, x % y),
                F::Round => prop_assert!((result * y - x) * 2 <= y && (x - result * y) * 2 < y, "{} {} {}", x, y, result),
                _ => prop_assert!(result * result <= x && (result + 1) * (result + 1) > x),
            }
            prop_assert!(range.contains(result));
        }
    }

    #[test]
    fn bits_of_natural_numbers(a in any::<u64>(), b in any::<u64>(), by in 0..40u64, shift in 0..60u32, bits in 1..=64u32) {
        use Function as F;
        let of = |n: u64| Range::new(0, n | n >> 1);
        let (a, b) = (a >> shift, b >> shift);
        let places = Range::new(0, 40);
        for (function, operands, expected) in [
            (F::Popcount, vec![(of(a), a)], u128::from(a.count_ones())),
            (F::ShiftLeft, vec![(of(a), a), (places, by)], u128::from(a) << by),
            (F::ShiftRight, vec![(of(a), a), (places, by)], u128::from(a >> by)),
            (F::WrappingAdd, vec![(of(a), a), (of(b), b), (Range::exactly(bits), u64::from(bits))], u128::from(a.wrapping_add(b))),
            (F::WrappingSub, vec![(of(a), a), (of(b), b), (Range::exactly(bits), u64::from(bits))], u128::from(a.wrapping_sub(b))),
            (F::WrappingMul, vec![(of(a), a), (of(b), b), (Range::exactly(bits), u64::from(bits))], u128::from(a.wrapping_mul(b))),
        ] {
            let ranges: Vec<&Range> = operands.iter().map(|(range, _)| range).collect();
            let range = crate::bind::elementwise_range(function, &ranges).expect("in range");
            let circuit_operands: Vec<Operand> = operands
                .iter()
                .map(|(range, n)| if range.single().is_some() { Operand::constant(Word::from(*n), range) } else { Operand::of(range) })
                .collect();
            let words: Vec<Word> = operands.iter().filter(|(r, _)| r.single().is_none()).map(|(_, n)| Word::from(*n)).collect();
            let mask = if function.is_wrapping() && bits < 128 { (1u128 << bits) - 1 } else { u128::MAX };
            for shape in [Shape::FewAnds, Shape::FewRounds] {
                let circuit = elementwise(function, &circuit_operands, &range, shape).expect("a circuit");
                prop_assert_eq!(run(&circuit, &words), expected & mask, "{:?}", function);
            }
        }
    }

    #[test]
    fn sums_of_mixed_operands((ra, a) in ranges(), (rb, b) in ranges(), (rc, c) in ranges()) {
        let range = ra.add(&rb).and_then(|r| r.add(&rc)).expect("in range");
        let operands = [Operand::of(&ra), Operand::of(&rb), Operand::of(&rc)];
        let circuit = sum(&operands, range.bits(), Shape::FewAnds);
        prop_assert_eq!(meant(run(&circuit, &[word_of(a), word_of(b), word_of(c)]), &range), a + b + c);
    }

    #[test]
    fn addends_read_off(x in any::<u64>(), y in any::<u64>(), z in any::<u64>(), width in 1u32..64) {
        let mask = (1u64 << width) - 1;
        let total = x.wrapping_add(y).wrapping_add(z) & mask;
        let top = total >> (width - 1);
        for (readout, expected) in [
            (Readout::All, total),
            (Readout::Sign, top),
            (Readout::NotSign, top ^ 1),
            (Readout::IsZero, u64::from(total == 0)),
            (Readout::NotZero, u64::from(total != 0)),
        ] {
            let circuit = addends(3, width, readout, Shape::FewRounds);
            let words = [x, y, z].map(|w| Word::from(w & mask));
            prop_assert_eq!(run(&circuit, &words), Word::from(expected));
        }
    }
}

/// The number below 2^(width - 1) next to a multiple of the divisor, or anywhere.
fn number_near_multiples(pick: u128, width: u32, divisor: u128) -> u128 {
    let number = pick >> (129 - width);
    let most = (1u128 << (width - 1)) - 1;
    match pick % 4 {
        0 => number / divisor * divisor,
        1 => (number / divisor * divisor).saturating_sub(1),
        2 => most.saturating_sub((pick >> 2) % 3),
        _ => number,
    }
    .min(most)
}

proptest! {
    #[test]
    fn addends_are_rounded(
        pick in any::<u128>(), others in prop::collection::vec(any::<u128>(), 0..5), width in 2u32..=128,
        digits in 0..=18u32, lift in any::<u32>(), places in any::<[u128; 2]>(), bounded in any::<[bool; 2]>(),
    ) {
        let divisor = 10u128.pow(digits);
        let x = number_near_multiples(pick, width, divisor);
        let mask = u128::MAX >> (128 - width);
        let mut words: Vec<Word> = others.iter().map(|other| other & mask).collect();
        words.push(words.iter().fold(x, |rest, other| rest.wrapping_sub(*other)) & mask);
        let mut places = places.map(|place| number_near_multiples(place, width, divisor));
        places.sort();
        let [below, above] = [0, 1].map(|i| bounded[i].then_some(Bound { place: places[i], result: 5 + i as u128 }));
        let rounding = Rounding { width, divisor, lift: lift.into(), below, above, bits: width };
        let expected = match (below, above) {
            (Some(bound), _) if x < bound.place => bound.result,
            (_, Some(bound)) if x >= bound.place => bound.result,
            _ => (x / divisor).wrapping_sub(lift.into()),
        };
        for shape in [Shape::FewAnds, Shape::FewRounds] {
            let circuit = rounded_addends(words.len(), &rounding, shape);
            prop_assert_eq!(run(&circuit, &words), expected & mask, "{} {:?} {:?}", x, rounding, shape);
        }
    }
}

/// Numbers of all 128 bits, where steps in between need more.
#[test]
fn the_widest_numbers_divide_and_round() {
    use Function as F;
    let (whole, natural) = (Range::signed(128), Range::unsigned(128));
    let (least, factor) = (whole.low, I256::from(10u64.pow(18)));
    let positive = Range { low: I256::ONE, high: whole.high };
    for shape in [Shape::FewAnds, Shape::FewRounds] {
        for (function, (ra, a), (rb, b), expected) in [
            (F::Quotient, (whole, least), (positive, I256::from(3)), least / 3),
            (F::Remainder, (whole, least), (positive, whole.high), I256::from(-1)),
            (F::Quotient, (natural, natural.high), (positive, I256::from(7)), natural.high / 7),
            (F::Round, (whole, least), (Range::exactly(factor), factor), crate::bind::ranges::rounded(least, factor)),
            (F::Round, (natural, natural.high), (Range::exactly(factor), factor), (natural.high + factor / 2) / factor),
        ] {
            let range = crate::bind::elementwise_range(function, &[&ra, &rb]).expect("in range");
            let second = if rb.single().is_some() { Operand::constant(word_of(b), &rb) } else { Operand::of(&rb) };
            let circuit = elementwise(function, &[Operand::of(&ra), second], &range, shape).expect("a circuit");
            let word = run(&circuit, &[word_of(a), word_of(b)]);
            assert_eq!(meant(word, &range), expected, "{function:?} {a} {b} {shape:?}");
        }
    }
}
