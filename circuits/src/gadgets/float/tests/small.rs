//! Formats small enough for all pairs of numbers, against a table of their values.
//!
//! Sums and products of such numbers are exact in `f64`; of quotients and roots, `f64` has more than twice the bits and
//! two, so rounding them again is as good as rounding once (Figueroa, When is double rounding innocuous?, 1995).

use super::super::{
    Format, add, convert, divide, equal, from_integer, less_or_equal, less_than, multiply, sqrt, sub, to_integer,
};
use super::operands::pairs;
use super::{check_numbers, check_pairs};
use crate::boolean::{Bits, Builder, Shape, Signedness};

/// A byte: sign, 4 bits of exponent, 3 of fraction.
const BYTE: Format = Format { exponent_bits: 4, fraction_bits: 3 };
/// Half precision (IEEE 754-2019, table 3.5).
const BINARY16: Format = Format { exponent_bits: 5, fraction_bits: 10 };

/// A format by its values.
struct Table {
    format: Format,
    /// The value of each magnitude up to infinity, for which there is the power of two that would follow.
    values: Vec<f64>,
}

impl Table {
    fn new(format: Format) -> Self {
        let t = format.fraction_bits;
        let infinity = ((1 << format.exponent_bits) - 1) << t;
        let value = |magnitude: i64| {
            let (exponent, fraction) = (magnitude >> t, magnitude & ((1 << t) - 1));
            let significand = if exponent == 0 { fraction } else { fraction + (1 << t) };
            significand as f64 * 2f64.powi((exponent.max(1) - format.bias()) as i32 - t as i32)
        };
        Self { format, values: (0..=infinity).map(value).collect() }
    }

    fn infinity(&self) -> usize {
        self.values.len() - 1
    }

    fn decode(&self, bits: u64) -> f64 {
        let sign_bit = self.format.width() - 1;
        let magnitude = (bits & ((1 << sign_bit) - 1)) as usize;
        let value = match magnitude.cmp(&self.infinity()) {
            std::cmp::Ordering::Less => self.values[magnitude],
            std::cmp::Ordering::Equal => f64::INFINITY,
            std::cmp::Ordering::Greater => f64::NAN,
        };
        if bits >> sign_bit == 1 { -value } else { value }
    }

    fn encode(&self, value: f64) -> u64 {
        if value.is_nan() {
            return self.format.canonical_nan() as u64;
        }
        // The number above, the number below, and the middle between them.
        let above = self.values.partition_point(|&other| other < value.abs()).min(self.infinity());
        let below = above.saturating_sub(1);
        let middle = (self.values[above] + self.values[below]) / 2.0;
        let up = value.abs() > middle || value.abs() == middle && above % 2 == 0;
        let magnitude = if up { above } else { below };
        magnitude as u64 | u64::from(value.is_sign_negative()) << (self.format.width() - 1)
    }

    #[track_caller]
    fn check(
        &self,
        pairs: &[[u64; 2]],
        gadget: fn(&mut Builder, &Bits, &Bits, Format, Shape) -> Bits,
        operation: fn(f64, f64) -> f64,
    ) {
        let widths = [self.format.width(); 2];
        let gadget = |builder: &mut Builder, v: &[Bits], shape| gadget(builder, &v[0], &v[1], self.format, shape);
        check_pairs(widths, pairs, gadget, |x, y| self.encode(operation(self.decode(x), self.decode(y))));
    }

    #[track_caller]
    fn check_arithmetic(&self, pairs: &[[u64; 2]]) {
        self.check(pairs, add, |x, y| x + y);
        self.check(pairs, sub, |x, y| x - y);
        self.check(pairs, multiply, |x, y| x * y);
        self.check(pairs, divide, |x, y| x / y);
        let numbers: Vec<u64> = (0..1 << self.format.width()).collect();
        let gadget = |builder: &mut Builder, x: &Bits, shape| sqrt(builder, x, self.format, shape);
        check_numbers(self.format.width(), &numbers, gadget, |x| self.encode(self.decode(x).sqrt()));
    }
}

fn all_pairs() -> Vec<[u64; 2]> {
    (0..1 << 16).map(|pair| [pair & 0xff, pair >> 8]).collect()
}

#[test]
fn tables_agree_with_themselves() {
    for table in [Table::new(BYTE), Table::new(BINARY16)] {
        for bits in 0..1 << table.format.width() {
            let value = table.decode(bits);
            assert!(value.is_nan() || table.encode(value) == bits, "{bits:x}");
        }
    }
    assert_eq!(Table::new(BINARY16).values[..2], [0.0, 2f64.powi(-24)]);
    assert_eq!(Table::new(BINARY16).decode(0x7bff), 65504.0);
}

#[test]
fn arithmetic_on_all_pairs_of_bytes() {
    Table::new(BYTE).check_arithmetic(&all_pairs());
}

/// The narrowest formats that there are gadgets for, and the one with the longest fraction for its exponent.
#[test]
fn arithmetic_on_all_pairs_of_other_small_formats() {
    for (exponent_bits, fraction_bits) in [(4, 1), (4, 2), (4, 4), (5, 1), (5, 2)] {
        let format = Format { exponent_bits, fraction_bits };
        let numbers = 1u64 << format.width();
        let pairs: Vec<[u64; 2]> = (0..numbers * numbers).map(|pair| [pair % numbers, pair / numbers]).collect();
        Table::new(format).check_arithmetic(&pairs);
    }
}

#[test]
#[should_panic(expected = "formats have a fraction")]
fn formats_with_too_long_a_fraction_are_refused() {
    let format = Format { exponent_bits: 4, fraction_bits: 5 };
    super::circuit(&[10, 10], |builder, v| add(builder, &v[0], &v[1], format, Shape::FewAnds));
}

#[test]
fn arithmetic_in_half_precision() {
    Table::new(BINARY16).check_arithmetic(&pairs(11, 100_000, BINARY16));
}

#[test]
fn comparisons_of_all_pairs_of_bytes() {
    let table = Table::new(BYTE);
    let pairs = all_pairs();
    let of = |comparison: fn(&f64, &f64) -> bool| {
        let table = &table;
        move |x, y| u64::from(comparison(&table.decode(x), &table.decode(y)))
    };
    check_pairs([8; 2], &pairs, |b, v, s| less_than(b, &v[0], &v[1], BYTE, s).into(), of(f64::lt));
    check_pairs([8; 2], &pairs, |b, v, s| less_or_equal(b, &v[0], &v[1], BYTE, s).into(), of(f64::le));
    check_pairs([8; 2], &pairs, |b, v, _| equal(b, &v[0], &v[1], BYTE).into(), of(f64::eq));
}

#[test]
fn conversions_of_all_numbers() {
    let (byte, half) = (Table::new(BYTE), Table::new(BINARY16));
    let (bytes, halves): (Vec<u64>, Vec<u64>) = ((0..1 << 8).collect(), (0..1 << 16).collect());
    check_numbers(8, &bytes, |b, x, s| convert(b, x, BYTE, BINARY16, s), |x| half.encode(byte.decode(x)));
    check_numbers(16, &halves, |b, x, s| convert(b, x, BINARY16, BYTE, s), |x| byte.encode(half.decode(x)));
}

#[test]
fn integers_of_all_widths() {
    let table = Table::new(BYTE);
    let bytes: Vec<u64> = (0..1 << 8).collect();
    for width in 1..=7 {
        let integers: Vec<u64> = (0..1 << width).collect();
        let signed = |x: u64| (x as i64) << (64 - width) >> (64 - width);
        let low = |x: i64| x as u64 & ((1 << width) - 1);
        let from = |signedness| move |b: &mut _, x: &_, s| from_integer(b, x, signedness, BYTE, s);
        check_numbers(width, &integers, from(Signedness::Unsigned), |x| table.encode(x as f64));
        check_numbers(width, &integers, from(Signedness::Signed), |x| table.encode(signed(x) as f64));

        let to = |signedness| move |b: &mut _, x: &_, s| to_integer(b, x, BYTE, width, signedness, s);
        if width < 7 {
            let most = (1 << width) - 1;
            check_numbers(8, &bytes, to(Signedness::Unsigned), |x| (table.decode(x) as i64).clamp(0, most) as u64);
        }
        if width > 1 {
            let half = 1 << (width - 1);
            let clamped = |x| low((table.decode(x) as i64).clamp(-half, half - 1));
            check_numbers(8, &bytes, to(Signedness::Signed), clamped);
        }
    }
}
