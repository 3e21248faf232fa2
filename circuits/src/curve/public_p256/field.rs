//! Integers modulo the prime of P-256, `p = 2^256 - 2^224 + 2^192 + 2^96 - 1`, in Montgomery form.
//!
//! Four words of 64 bits. The least word of the prime is -1 modulo 2^64, so the multiple of it that clears the least word of
//! a number is that word itself, and of the products with the prime's words one is a product: the rest are shifts (Gueron
//! and Krasnov, "Fast prime field elliptic-curve cryptography with 256-bit primes", J. Cryptographic Engineering 5,
//! 2015). Nothing here branches on what it computes with, but the callers do: these numbers are public.

/// The prime, its least word first.
const PRIME: [u64; 4] = [u64::MAX, 0xffff_ffff, 0, 0xffff_ffff_0000_0001];
/// 2^512 modulo the prime: what takes a number into Montgomery form.
const SQUARED_RADIX: Element = Element([3, 0xffff_fffb_ffff_ffff, 0xffff_ffff_ffff_fffe, 0x0000_0004_ffff_fffd]);

/// An integer modulo the prime, times 2^256, below the prime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Element([u64; 4]);

/// `a + b + carry` and what is carried.
#[inline(always)]
const fn add(a: u64, b: u64, carry: bool) -> (u64, bool) {
    let (sum, one) = a.overflowing_add(b);
    let (sum, other) = sum.overflowing_add(carry as u64);
    (sum, one | other)
}

/// `a - b - borrow` and what is borrowed.
#[inline(always)]
const fn subtract(a: u64, b: u64, borrow: bool) -> (u64, bool) {
    let (difference, one) = a.overflowing_sub(b);
    let (difference, other) = difference.overflowing_sub(borrow as u64);
    (difference, one | other)
}

/// `sum + a b + carry`: its low word and its high one.
#[inline(always)]
const fn multiply_add(sum: u64, a: u64, b: u64, carry: u64) -> (u64, u64) {
    let wide = sum as u128 + a as u128 * b as u128 + carry as u128;
    (wide as u64, (wide >> 64) as u64)
}

/// Subtracts the prime from `carry 2^256 + words`, which is below twice the prime, unless it is below it.
#[inline(always)]
const fn subtract_prime([a, b, c, d]: [u64; 4], carry: bool) -> Element {
    let (e, borrow) = subtract(a, PRIME[0], false);
    let (f, borrow) = subtract(b, PRIME[1], borrow);
    let (g, borrow) = subtract(c, PRIME[2], borrow);
    let (h, borrow) = subtract(d, PRIME[3], borrow);
    let keep = ((borrow & !carry) as u64).wrapping_neg();
    Element([e ^ keep & (e ^ a), f ^ keep & (f ^ b), g ^ keep & (g ^ c), h ^ keep & (h ^ d)])
}

/// `(words + words[0] p) / 2^64`, which is a number of four words.
#[inline(always)]
const fn clear_word([a, b, c, d]: [u64; 4]) -> [u64; 4] {
    let (low, high) = multiply_add(0, a, PRIME[3], 0);
    let (b, carry) = add(b, a << 32, false);
    let (c, carry) = add(c, a >> 32, carry);
    let (d, carry) = add(d, low, carry);
    [b, c, d, high + carry as u64]
}

/// `words / 2^256` modulo the prime, of a product of two numbers below it.
#[inline(always)]
const fn reduce(words: [u64; 8]) -> Element {
    let [a, b, c, d, e, f, g, h] = words;
    let [a, b, c, d] = clear_word(clear_word(clear_word(clear_word([a, b, c, d]))));
    let (a, carry) = add(a, e, false);
    let (b, carry) = add(b, f, carry);
    let (c, carry) = add(c, g, carry);
    let (d, carry) = add(d, h, carry);
    subtract_prime([a, b, c, d], carry)
}

impl Element {
    pub(super) const ZERO: Self = Self([0; 4]);
    /// 2^256 modulo the prime.
    pub(super) const ONE: Self = Self([1, 0xffff_ffff_0000_0000, u64::MAX, 0xffff_fffe]);

    /// The number of 32 bytes, big-endian, if it is below the prime.
    pub(super) const fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let mut words = [0; 4];
        let mut at = 0;
        while at < 32 {
            words[3 - at / 8] = words[3 - at / 8] << 8 | bytes[at] as u64;
            at += 1;
        }
        let (_, borrow) = subtract(words[0], PRIME[0], false);
        let (_, borrow) = subtract(words[1], PRIME[1], borrow);
        let (_, borrow) = subtract(words[2], PRIME[2], borrow);
        let (_, borrow) = subtract(words[3], PRIME[3], borrow);
        if borrow { Some(Self(words).times(&SQUARED_RADIX)) } else { None }
    }

    /// Its 32 bytes, big-endian.
    pub(super) fn to_bytes(self) -> [u8; 32] {
        let [a, b, c, d] = self.0;
        let Self(words) = reduce([a, b, c, d, 0, 0, 0, 0]);
        let mut bytes = [0; 32];
        for (bytes, word) in bytes.as_chunks_mut().0.iter_mut().zip(words.iter().rev()) {
            *bytes = word.to_be_bytes();
        }
        bytes
    }

    pub(super) fn is_zero(&self) -> bool {
        *self == Self::ZERO
    }

    /// Whether the number itself is odd.
    pub(super) fn is_odd(&self) -> bool {
        self.to_bytes()[31] & 1 == 1
    }

    #[inline(always)]
    pub(super) const fn plus(&self, other: &Self) -> Self {
        let (a, carry) = add(self.0[0], other.0[0], false);
        let (b, carry) = add(self.0[1], other.0[1], carry);
        let (c, carry) = add(self.0[2], other.0[2], carry);
        let (d, carry) = add(self.0[3], other.0[3], carry);
        subtract_prime([a, b, c, d], carry)
    }

    #[inline(always)]
    pub(super) const fn minus(&self, other: &Self) -> Self {
        let (a, borrow) = subtract(self.0[0], other.0[0], false);
        let (b, borrow) = subtract(self.0[1], other.0[1], borrow);
        let (c, borrow) = subtract(self.0[2], other.0[2], borrow);
        let (d, borrow) = subtract(self.0[3], other.0[3], borrow);
        let below = (borrow as u64).wrapping_neg();
        let (a, carry) = add(a, PRIME[0] & below, false);
        let (b, carry) = add(b, PRIME[1] & below, carry);
        let (c, carry) = add(c, PRIME[2] & below, carry);
        let (d, _) = add(d, PRIME[3] & below, carry);
        Self([a, b, c, d])
    }

    #[inline(always)]
    pub(super) const fn negative(&self) -> Self {
        Self::ZERO.minus(self)
    }

    #[inline(always)]
    pub(super) const fn doubled(&self) -> Self {
        self.plus(self)
    }

    #[inline(always)]
    pub(super) const fn times(&self, other: &Self) -> Self {
        let (Self(a), Self(b)) = (self, other);
        let (t0, carry) = multiply_add(0, a[0], b[0], 0);
        let (t1, carry) = multiply_add(0, a[0], b[1], carry);
        let (t2, carry) = multiply_add(0, a[0], b[2], carry);
        let (t3, t4) = multiply_add(0, a[0], b[3], carry);
        let (t1, carry) = multiply_add(t1, a[1], b[0], 0);
        let (t2, carry) = multiply_add(t2, a[1], b[1], carry);
        let (t3, carry) = multiply_add(t3, a[1], b[2], carry);
        let (t4, t5) = multiply_add(t4, a[1], b[3], carry);
        let (t2, carry) = multiply_add(t2, a[2], b[0], 0);
        let (t3, carry) = multiply_add(t3, a[2], b[1], carry);
        let (t4, carry) = multiply_add(t4, a[2], b[2], carry);
        let (t5, t6) = multiply_add(t5, a[2], b[3], carry);
        let (t3, carry) = multiply_add(t3, a[3], b[0], 0);
        let (t4, carry) = multiply_add(t4, a[3], b[1], carry);
        let (t5, carry) = multiply_add(t5, a[3], b[2], carry);
        let (t6, t7) = multiply_add(t6, a[3], b[3], carry);
        reduce([t0, t1, t2, t3, t4, t5, t6, t7])
    }

    /// The products of two different words are computed once and doubled.
    #[inline(always)]
    pub(super) const fn square(&self) -> Self {
        let Self(a) = self;
        let (t1, carry) = multiply_add(0, a[0], a[1], 0);
        let (t2, carry) = multiply_add(0, a[0], a[2], carry);
        let (t3, t4) = multiply_add(0, a[0], a[3], carry);
        let (t3, carry) = multiply_add(t3, a[1], a[2], 0);
        let (t4, t5) = multiply_add(t4, a[1], a[3], carry);
        let (t5, t6) = multiply_add(t5, a[2], a[3], 0);
        let (t0, high0) = multiply_add(0, a[0], a[0], 0);
        let (low1, high1) = multiply_add(0, a[1], a[1], 0);
        let (low2, high2) = multiply_add(0, a[2], a[2], 0);
        let (low3, high3) = multiply_add(0, a[3], a[3], 0);
        let (u1, carry) = add(t1 << 1, high0, false);
        let (u2, carry) = add(t2 << 1 | t1 >> 63, low1, carry);
        let (u3, carry) = add(t3 << 1 | t2 >> 63, high1, carry);
        let (u4, carry) = add(t4 << 1 | t3 >> 63, low2, carry);
        let (u5, carry) = add(t5 << 1 | t4 >> 63, high2, carry);
        let (u6, carry) = add(t6 << 1 | t5 >> 63, low3, carry);
        let (u7, _) = add(t6 >> 63, high3, carry);
        reduce([t0, u1, u2, u3, u4, u5, u6, u7])
    }

    /// The number to the power 2^n.
    fn squared(mut self, n: u32) -> Self {
        for _ in 0..n {
            self = self.square();
        }
        self
    }

    /// The numbers to the powers 2^30 - 1 and 2^32 - 1.
    fn powers(&self) -> (Self, Self) {
        let two = self.square().times(self);
        let three = two.square().times(self);
        let six = three.squared(3).times(&three);
        let twelve = six.squared(6).times(&six);
        let fifteen = twelve.squared(3).times(&three);
        let thirty = fifteen.squared(15).times(&fifteen);
        (thirty, thirty.squared(2).times(&two))
    }

    /// The inverse, by the power `p - 2`; of zero, zero.
    pub(super) fn inverse(&self) -> Self {
        let (thirty, thirty_two) = self.powers();
        let high = thirty_two.squared(32).times(self);
        let middle = high.squared(128).times(&thirty_two).squared(32).times(&thirty_two);
        middle.squared(30).times(&thirty).squared(2).times(self)
    }

    /// A square root, by the power `(p + 1) / 4`, if the number is a square.
    pub(super) fn square_root(&self) -> Option<Self> {
        let (_, thirty_two) = self.powers();
        let root = thirty_two.squared(32).times(self).squared(96).times(self).squared(94);
        (root.square() == *self).then_some(root)
    }

    /// Puts the inverses in the place of numbers that are not zero, with one inversion (Montgomery's trick).
    pub(super) fn invert_all(numbers: &mut [Self]) {
        let mut products = Vec::with_capacity(numbers.len());
        let mut product = Self::ONE;
        for number in numbers.iter() {
            products.push(product);
            product = product.times(number);
        }
        let mut inverse = product.inverse();
        for (number, before) in numbers.iter_mut().zip(&products).rev() {
            let next = inverse.times(number);
            *number = inverse.times(before);
            inverse = next;
        }
    }
}
