//! The definitions against real functions, and circuits against the definitions.

use ethnum::I256;
use proptest::prelude::*;

use super::*;

const ALL: [Real; 4] = [Real::Exp, Real::Log, Real::Sigmoid, Real::Tanh];
const SHAPES: [Shape; 2] = [Shape::FewAnds, Shape::FewRounds];

fn real(function: Real) -> fn(f64) -> f64 {
    match function {
        Real::Exp => f64::exp,
        Real::Log => f64::ln,
        Real::Sigmoid => |x| 1.0 / (1.0 + (-x).exp()),
        Real::Tanh => f64::tanh,
    }
}

fn function(function: Real, low: i128, high: i128, argument_decimals: u32, decimals: u32) -> DecimalFunction {
    let range = Range::new(low, high);
    DecimalFunction::new(function, range, argument_decimals, decimals)
        .unwrap_or_else(|unfit| panic!("{function:?} of {range:?}: {unfit:?}"))
}

/// The widest range, of `argument_decimals`, that the function takes and that is worth trying.
fn widest(real: Real, argument_decimals: u32, decimals: u32) -> DecimalFunction {
    let one = 10i128.pow(argument_decimals);
    let (low, high) = match real {
        Real::Exp => {
            let small = function(real, -one, -one, argument_decimals, decimals);
            (-40 * one, small.greatest_argument())
        }
        Real::Log => (1, 1 << 90),
        _ => (-60 * one, 50 * one),
    };
    function(real, low, high, argument_decimals, decimals)
}

/// Numbers of a range: its ends, those around 0, samples of every magnitude, and an even sample.
fn numbers(range: Range) -> Vec<i128> {
    let (low, high) = (range.low.as_i128(), range.high.as_i128());
    let mut numbers: Vec<i128> = (-300..=300).chain([low, high]).collect();
    for bit in 8..127 {
        // Steps of an odd length, so that low bits vary.
        let (first, step) = (1i128 << bit, ((1i128 << bit) / 40) | 1);
        numbers.extend((0..40).flat_map(|place| [-first - place * step, first + place * step]));
    }
    let step = ((high - low) / 1000).max(1) | 1;
    numbers.extend((0..1000).map(|place| low + place * step));
    numbers.retain(|number| (low..=high).contains(number));
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// The definition less the real function, in units of the result.
fn error(definition: &Definition, x: i128) -> f64 {
    let function = definition.function;
    let exact = real(function.function)(x as f64 / function.argument_one() as f64) * function.one() as f64;
    definition.in_the_clear(x) as f64 - exact
}

#[test]
fn errors_are_below_a_unit() {
    for real in ALL {
        for decimals in 0..=MOST_DECIMALS {
            for argument_decimals in [0, 1, 2, decimals, 7, MOST_ARGUMENT_DECIMALS] {
                let definition = widest(real, argument_decimals, decimals).definition();
                let errors =
                    numbers(definition.function.argument).into_iter().map(|x| (error(&definition, x).abs(), x));
                let (largest, at) = errors.fold((0.0, 0), |a, b| if a.0 < b.0 { b } else { a });
                let stated = if decimals <= 2 && real != Real::Exp { 0.6 } else { 0.99 };
                assert!(largest < stated, "{real:?} {argument_decimals} {decimals}: {largest} at {at}");
            }
        }
    }
}

#[test]
fn definitions_are_monotone() {
    for real in ALL {
        for (argument_decimals, decimals) in [(0, 4), (2, 2), (4, 4), (6, 6), (9, 9), (12, 3), (3, 8)] {
            let definition = widest(real, argument_decimals, decimals).definition();
            let Range { low, high } = definition.function.argument;
            let mut last = definition.result.low.as_i128();
            for number in numbers(Range { low, high: high - 1 }) {
                // With the number after it: where functions are flat or steep, jumps show between neighbours.
                for number in [number, number + 1] {
                    let value = definition.in_the_clear(number);
                    assert!(last <= value, "{real:?} of {number} with {argument_decimals} {decimals}");
                    last = value;
                }
                last = definition.in_the_clear(number);
            }
            assert!(last <= definition.result.high.as_i128());
        }
    }
}

#[test]
fn symmetries_and_special_values() {
    for decimals in 1..=MOST_DECIMALS {
        for argument_decimals in [0, 2, decimals, MOST_ARGUMENT_DECIMALS] {
            let of = |real| widest(real, argument_decimals, decimals).definition();
            let one = 10i128.pow(decimals);
            let (sigmoid, tanh) = (of(Real::Sigmoid), of(Real::Tanh));
            for x in numbers(Range::new(0, 50 * 10i128.pow(argument_decimals))) {
                assert_eq!(sigmoid.in_the_clear(-x), one - sigmoid.in_the_clear(x));
                assert_eq!(tanh.in_the_clear(-x), -tanh.in_the_clear(x));
            }
            assert_eq!(sigmoid.in_the_clear(0), one / 2, "{argument_decimals} {decimals}");
            assert_eq!(tanh.in_the_clear(0), 0, "{argument_decimals} {decimals}");
            assert_eq!(of(Real::Exp).in_the_clear(0), one, "{argument_decimals} {decimals}");
            assert_eq!(of(Real::Log).in_the_clear(10i128.pow(argument_decimals)), 0, "{argument_decimals} {decimals}");
        }
    }
}

fn evaluate(definition: &Definition, circuit: &Circuit, numbers: &[i128]) -> Vec<i128> {
    let lanes =
        |bit: usize| numbers.iter().enumerate().fold(0, |word, (lane, x)| word | ((x >> bit) as u64 & 1) << lane);
    let words: Vec<u64> = (0..circuit.input_widths()[0]).map(lanes).collect();
    let outputs = circuit.evaluate(&words);
    let negative = |word: u64, lane: usize| definition.result.is_signed() && word >> lane & 1 == 1;
    let number = |lane: usize| {
        let low =
            outputs.iter().enumerate().fold(0, |number, (bit, word)| number | i128::from(word >> lane & 1) << bit);
        let sign = outputs.last().is_some_and(|word| negative(*word, lane));
        if sign { low | -1 << outputs.len() } else { low }
    };
    (0..numbers.len()).map(number).collect()
}

fn assert_circuits_agree(definition: &Definition, numbers: &[i128]) -> Result<(), TestCaseError> {
    for shape in SHAPES {
        let circuit = definition.circuit(shape);
        let widths = [definition.function.argument.bits(), definition.result.bits()].map(|bits| bits as usize);
        prop_assert_eq!([circuit.input_widths()[0], circuit.outputs().len()], widths);
        for numbers in numbers.chunks(64) {
            for (x, result) in numbers.iter().zip(evaluate(definition, &circuit, numbers)) {
                prop_assert_eq!(
                    result,
                    definition.in_the_clear(*x),
                    "{:?} of {} in {:?}",
                    definition.function,
                    x,
                    shape
                );
            }
        }
    }
    Ok(())
}

#[test]
fn circuits_compute_the_definition() {
    for real in ALL {
        for (argument_decimals, decimals) in [(0, 0), (0, 4), (1, 3), (4, 4), (12, 2), (6, 8)] {
            let definition = widest(real, argument_decimals, decimals).definition();
            let agreed = assert_circuits_agree(&definition, &numbers(definition.function.argument));
            agreed.unwrap_or_else(|error| panic!("{error}"));
        }
    }
}

/// Ranges of a number or two, near zero, near the ends of what is approximated, and where all results are zero.
#[test]
fn of_narrow_ranges() {
    for real in ALL {
        for (argument_decimals, decimals) in [(0, 0), (0, 9), (2, 2), (12, 0), (12, 9), (4, 1)] {
            let one = 10i128.pow(argument_decimals);
            for low in [-1_000_000 * one, -50 * one, -one, -2, -1, 0, 1, 2, one - 1, one, 11 * one, 60 * one] {
                for length in [0, 1, 3] {
                    let range = Range::new(low, low + length);
                    let Ok(function) = DecimalFunction::new(real, range, argument_decimals, decimals) else { continue };
                    let definition = function.definition();
                    let numbers: Vec<i128> = (low..=low + length).collect();
                    for x in &numbers {
                        assert!(error(&definition, *x).abs() < 0.99, "{function:?} of {x}");
                    }
                    assert_circuits_agree(&definition, &numbers).unwrap_or_else(|error| panic!("{error}"));
                }
            }
        }
    }
}

/// Ends of a range: anywhere, of any magnitude, or one number alone.
fn ranges() -> impl Strategy<Value = (i128, i128)> {
    (any::<i64>(), any::<i64>(), 0..64u32, 0..64u32).prop_map(|(a, b, s, t)| {
        let (a, b) = (i128::from(a >> s), i128::from(b >> t));
        (a.min(b), a.max(b))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// In ranges of any kind: circuits, the error and the range of results.
    #[test]
    fn of_any_range(
        real in prop::sample::select(ALL.to_vec()), (low, high) in ranges(),
        argument_decimals in 0..=MOST_ARGUMENT_DECIMALS, decimals in 0..=6u32, picks in prop::collection::vec(any::<u64>(), 60),
    ) {
        let greatest = function(Real::Exp, -1 << 90, -1 << 90, argument_decimals, decimals).greatest_argument();
        let (low, high) = match real {
            Real::Log => (low.abs().min(high.abs()) + 1, low.abs().max(high.abs()) + 1),
            Real::Exp => (low.min(greatest), high.min(greatest)),
            _ => (low, high),
        };
        let definition = function(real, low, high, argument_decimals, decimals).definition();
        let mut numbers: Vec<i128> = picks.iter().map(|pick| low + i128::from(*pick) % (high - low + 1)).collect();
        numbers.extend([low, high]);
        for x in &numbers {
            prop_assert!(error(&definition, *x).abs() < 0.99, "{:?} of {}", definition.function, x);
            prop_assert!(definition.result.contains(definition.in_the_clear(*x).into()));
        }
        assert_circuits_agree(&definition, &numbers)?;
    }

    /// A number that is off makes the result off by no more than the bound says.
    #[test]
    fn errors_lead_no_further_than_is_said(
        real in prop::sample::select(ALL.to_vec()), pick in any::<u64>(), off in 0..2000i128, negative in any::<bool>(),
        (argument_decimals, decimals) in prop::sample::select(vec![(2u32, 2u32), (4, 4), (6, 3), (3, 6)]),
    ) {
        let one = 10i128.pow(argument_decimals);
        let low = if real == Real::Log { one } else { -3 * one };
        let function = function(real, low, 4 * one, argument_decimals, decimals);
        let x = low + i128::from(pick) % (4 * one - low + 1);
        let exact = if negative { x - off } else { x + off };
        let Some(bound) = function.error(I256::from(2 * off)) else {
            prop_assert!(real == Real::Log && low <= off, "only of a logarithm of what may be 0 nothing is known");
            return Ok(());
        };
        let exact = super::tests::real(real)(exact as f64 / one as f64) * function.one() as f64;
        let error = (function.definition().in_the_clear(x) as f64 - exact).abs();
        prop_assert!(error <= bound.as_f64() / 2.0, "{} {} {}", x, error, bound);
    }
}

#[test]
fn what_does_not_fit() {
    let refused = |real, low: i128, high: i128, places, decimals| {
        DecimalFunction::new(real, Range::new(low, high), places, decimals).expect_err("refused")
    };
    assert_eq!(refused(Real::Log, 0, 5, 2, 2), Unfit::NotPositive);
    assert_eq!(refused(Real::Tanh, 0, 5, 13, 2), Unfit::ArgumentDecimals);
    assert_eq!(refused(Real::Tanh, 0, 5, 2, 10), Unfit::Decimals);
    // ln(2^32 / 10^4) = 12.97036..
    assert_eq!(refused(Real::Exp, 0, 200_000, 4, 4), Unfit::TooLarge { greatest: 129_703 });
    let unsigned = Range::unsigned(128);
    assert_eq!(DecimalFunction::new(Real::Sigmoid, unsigned, 2, 2), Err(Unfit::TooWide));
    let widest = DecimalFunction::new(Real::Tanh, Range::signed(128), 2, 2).expect("it fits").definition();
    assert_eq!(widest.result, Range::new(-100, 100));
    assert_circuits_agree(&widest, &[i128::MIN, i128::MAX, 0, -1, 1, 300]).unwrap_or_else(|error| panic!("{error}"));
    let least = Range::new(i128::MIN, i128::MIN);
    let single = DecimalFunction::new(Real::Sigmoid, least, 2, 2).expect("it fits").definition();
    assert_circuits_agree(&single, &[i128::MIN]).unwrap_or_else(|error| panic!("{error}"));
}

/// Of typical ranges, with 4 decimals before and after, what the module's documentation says.
#[test]
fn documented_costs() {
    let functions = [
        ("exp", Real::Exp, -100_000, 0),
        ("exp", Real::Exp, -100_000, 100_000),
        ("log", Real::Log, 1, 10_000_000),
        ("sigmoid", Real::Sigmoid, -100_000, 100_000),
        ("sigmoid", Real::Sigmoid, -1_000_000_000, 1_000_000_000),
        ("tanh", Real::Tanh, -100_000, 100_000),
    ];
    let rows = functions.map(|(name, real, low, high)| {
        let definition = function(real, low, high, 4, 4).definition();
        let costs = SHAPES.map(|shape| {
            let circuit = definition.circuit(shape);
            format!("{} / {}", circuit.and_gates(), circuit.and_depth())
        });
        let ends = [low, high].map(|end| crate::number::format_decimal(end.into(), 4));
        format!("//! | `{name}` | {} to {} | {} | {} |\n", ends[0], ends[1], costs[0], costs[1])
    });
    let (documentation, rows) = (include_str!("mod.rs"), rows.concat());
    assert!(documentation.contains(&rows), "the rows are\n{rows}");
}
