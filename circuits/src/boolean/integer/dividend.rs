//! Division by a public number, by one sum.
//!
//! A quotient by a public d is the product with 2^p / d, rounded, without its p low bits (Granlund and Montgomery,
//! "Division by invariant integers using multiplication", PLDI 1994, section 4). There one number is multiplied by one
//! factor of as many digits as make the quotient exact. Here every bit of the dividend has a factor of its own: the whole
//! number nearest to 2^p times what it counts, over d. So the digits behind the point need not be exact for products of
//! many bits, but for a sum of as many terms as there are bits, which takes lg d and a few places instead of the width of
//! the dividend; and it makes no difference whether the bits are those of one number or of several that are to be added.
//! The factors' digits are in non-adjacent form (Reitwiesner 1960): about a third of them are not 0.
//!
//! *Why it is exact.* With v = Σ y_k w_k + o the dividend, g_k the factor of bit y_k and c that of o, the sum is
//! T = Σ y_k g_k + c, and d T - 2^p v = Σ y_k (d g_k - 2^p w_k) + (d c - 2^p o), which lies between the sums of its
//! negative and of its positive terms. If those are from 0 on and less than 2^p, then for v = q d + r with 0 <= r < d,
//! 2^p q d <= d T < 2^p (q d + r + 1) <= 2^p (q + 1) d, so that T / 2^p, rounded down, is q. All of that is counted on
//! the very factors; p is the least for which it holds. Since T counts modulo 2^(p + n) for n bits of q, signs need no
//! care.

use super::super::{Bits, Builder, Shape, Signedness, Wire};
use super::Columns;

/// A sum of bits that each count plus or minus a power of two, to be divided by a public number and rounded down.
pub struct Dividend {
    divisor: u64,
    terms: Vec<Term>,
    /// A public number that belongs to the sum, less than the divisor.
    constant: u64,
    /// Terms that count multiples of the divisor.
    quotients: Vec<Term>,
}

/// A bit that counts 2^exponent, or -2^exponent.
#[derive(Clone, Copy)]
struct Term {
    wire: Wire,
    exponent: usize,
    negative: bool,
}

impl Dividend {
    /// The sum of no terms, over a divisor from 1 on; `None` for divisors beyond 2^63, whose factors are not counted.
    pub fn over(divisor: u128) -> Option<Self> {
        let divisor = u64::try_from(divisor).ok().filter(|divisor| (1..1 << 63).contains(divisor))?;
        Some(Self { divisor, terms: Vec::new(), constant: 0, quotients: Vec::new() })
    }

    /// Adds a public number; only what is less than the divisor takes digits behind the point.
    pub fn add_constant(&mut self, constant: u128) {
        let total = u128::from(self.constant) + constant % u128::from(self.divisor);
        self.constant = (total % u128::from(self.divisor)) as u64;
        self.add_to_quotient(constant / u128::from(self.divisor) + total / u128::from(self.divisor), false);
    }

    /// Adds a public number to the quotient, or takes it away.
    pub fn add_to_quotient(&mut self, number: u128, negative: bool) {
        let ones = (0..128).filter(|bit| number >> bit & 1 == 1);
        self.quotients.extend(ones.map(|exponent| Term { wire: Wire::TRUE, exponent, negative }));
    }

    /// Adds a number, or takes it away.
    pub fn add(&mut self, number: &Bits, signedness: Signedness, negative: bool) {
        for (exponent, wire) in number.iter().enumerate() {
            let is_sign = signedness == Signedness::Signed && exponent + 1 == number.width();
            self.terms.push(Term { wire, exponent, negative: negative ^ is_sign });
        }
    }

    /// Adds `bit` times 2^exponent, or takes it away.
    pub fn add_bit(&mut self, exponent: usize, wire: Wire, negative: bool) {
        self.terms.push(Term { wire, exponent, negative });
    }

    /// Adds `bit` times a multiple of the divisor: 2^exponent times; or takes it away.
    pub fn add_bit_to_quotient(&mut self, exponent: usize, wire: Wire, negative: bool) {
        self.quotients.push(Term { wire, exponent, negative });
    }

    /// The quotient, rounded down, mod 2^width; `None` where numbers of 128 bits do not hold what counting the errors takes.
    pub fn quotient(mut self, builder: &mut Builder, width: usize, shape: Shape) -> Option<Bits> {
        self.drop_low_bits();
        let factors = self.factors()?;
        let mut columns = Columns::new(factors.places + width, shape);
        for term in &self.terms {
            for (weight, digit) in factors.digits(term.exponent, columns.width()).into_iter().enumerate() {
                match digit {
                    0 => {}
                    _ if (digit > 0) != term.negative => columns.add_bit(weight, term.wire),
                    _ => columns.subtract_bit(builder, weight, term.wire),
                }
            }
        }
        for term in &self.quotients {
            match term.negative {
                false => columns.add_bit(factors.places + term.exponent, term.wire),
                true => columns.subtract_bit(builder, factors.places + term.exponent, term.wire),
            }
        }
        (0..128).filter(|bit| factors.constant >> bit & 1 == 1).for_each(|bit| columns.add_bit(bit, Wire::TRUE));
        Some(columns.total(builder).iter().skip(factors.places).collect())
    }

    /// Leaves out low bits that do not matter: for 0 <= b < 2^j, (2^j a + b) / (2^j d), rounded down, is a / d, rounded down.
    /// So divisor and constant must be multiples of 2^j, and the terms that are not must be bits of one number.
    fn drop_low_bits(&mut self) {
        let even = (self.divisor | self.constant).trailing_zeros() as usize;
        let matter = |places: usize| {
            let low = self.terms.iter().filter(|term| term.exponent < places);
            let most = low.clone().try_fold(0u64, |sum, term| sum.checked_add(1 << term.exponent));
            most.is_none_or(|most| most >= 1 << places) || low.clone().any(|term| term.negative)
        };
        let Some(places) = (0..=even).rev().find(|places| !matter(*places)) else { return };
        self.divisor >>= places;
        self.constant >>= places;
        self.terms.retain(|term| term.exponent >= places);
        self.terms.iter_mut().for_each(|term| term.exponent -= places);
    }

    /// Factors with as few places as make the quotient exact.
    fn factors(&self) -> Option<Factors> {
        let most = self.terms.iter().map(|term| term.exponent).max().unwrap_or(0);
        let powers = Powers::over(self.divisor, most + 127);
        let (places, constant) = (0..127).find_map(|places| Some((places, self.constant(&powers, places)?)))?;
        Some(Factors { powers, places, constant })
    }

    /// The least factor of the constant with which no error takes the sum below what it stands for; `None` if then one
    /// can take it too far above.
    fn constant(&self, powers: &Powers, places: usize) -> Option<u128> {
        let (mut below, mut above) = (0u128, 0u128);
        for term in &self.terms {
            let (error, is_above) = powers.error(term.exponent + places);
            *(if is_above != term.negative { &mut above } else { &mut below }) += u128::from(error);
        }
        let exact = u128::from(self.constant).checked_mul(1 << places)?;
        let constant = exact.checked_add(below)?.div_ceil(self.divisor.into());
        let offset = constant.checked_mul(self.divisor.into())? - exact;
        (offset.checked_add(above)? < 1 << places).then_some(constant)
    }
}

/// What bits are multiplied by.
struct Factors {
    powers: Powers,
    /// Digits behind the point.
    places: usize,
    /// The constant, with as many.
    constant: u128,
}

impl Factors {
    /// The factor of 2^exponent, mod 2^width.
    fn digits(&self, exponent: usize, width: usize) -> Vec<i8> {
        non_adjacent(&self.powers.nearest(exponent + self.places, width))
    }
}

/// A number mod 2^width in digits -1, 0 and 1, of which no two neighbours are not 0.
pub(super) fn non_adjacent(bits: &[bool]) -> Vec<i8> {
    let mut carry = 0;
    let digits = bits.iter().enumerate().map(|(place, bit)| {
        let rest = u8::from(*bit) + carry;
        let next = bits.get(place + 1).copied().unwrap_or(false);
        carry = u8::from(rest == 2 || rest == 1 && next);
        if rest == 1 { 1 - 2 * i8::from(next) } else { 0 }
    });
    digits.collect()
}

/// The powers of two over a divisor, by long division of 1, 10, 100, and so on.
struct Powers {
    divisor: u64,
    /// The digit that each zero adds to the quotient.
    digits: Vec<bool>,
    /// What remains of each power.
    remainders: Vec<u64>,
}

impl Powers {
    fn over(divisor: u64, most: usize) -> Self {
        let (mut digits, mut remainders) = (Vec::with_capacity(most + 1), Vec::with_capacity(most + 1));
        let mut remainder = 1;
        for _ in 0..=most {
            let goes = remainder >= divisor;
            remainder -= if goes { divisor } else { 0 };
            digits.push(goes);
            remainders.push(remainder);
            remainder *= 2;
        }
        Self { divisor, digits, remainders }
    }

    /// By how many parts of the divisor the whole number nearest to 2^exponent / divisor is wrong, and whether it is
    /// above.
    fn error(&self, exponent: usize) -> (u64, bool) {
        let below = self.remainders[exponent];
        let above = self.divisor - below;
        if above < below { (above, true) } else { (below, false) }
    }

    /// The `width` low bits of the whole number nearest to 2^exponent / divisor.
    fn nearest(&self, exponent: usize, width: usize) -> Vec<bool> {
        let quotient = (0..width).map(|bit| bit <= exponent && self.digits[exponent - bit]);
        let mut carry = self.error(exponent).1;
        let rounded = quotient.map(|bit| {
            let sum = bit ^ carry;
            carry &= bit;
            sum
        });
        rounded.collect()
    }
}
