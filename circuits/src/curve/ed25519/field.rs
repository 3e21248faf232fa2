//! Integers modulo `2^255 - 19`, for public points.
//!
//! Five digits of 51 bits and a little more, so that carries wait (Bernstein, Duif, Lange, Schwabe and Yang,
//! "High-speed high-security signatures", CHES 2011, section 3). Nothing here branches on what it computes with but
//! comparisons, whose outcome the caller branches on.

/// Bits of a digit.
const BITS: u32 = 51;
const MASK: u64 = (1 << BITS) - 1;

/// An integer modulo the prime. Its digits are below 2^52.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element([u64; 5]);

/// Carries what exceeds 51 bits from digit to digit; 2^255 is 19.
const fn carry([a, b, c, d, e]: [u64; 5]) -> Element {
    Element([
        (a & MASK) + 19 * (e >> BITS),
        (b & MASK) + (a >> BITS),
        (c & MASK) + (b >> BITS),
        (d & MASK) + (c >> BITS),
        (e & MASK) + (d >> BITS),
    ])
}

/// Likewise of digits that are sums of products.
#[inline(always)]
const fn carry_wide([a, b, c, d, e]: [u128; 5]) -> Element {
    let b = b + over(a) as u128;
    let c = c + over(b) as u128;
    let d = d + over(c) as u128;
    let e = e + over(d) as u128;
    let low = (a as u64 & MASK) + 19 * over(e);
    let next = (b as u64 & MASK) + (low >> BITS);
    Element([low & MASK, next, c as u64 & MASK, d as u64 & MASK, e as u64 & MASK])
}

/// What exceeds 51 bits of a sum of products, which is below 2^115.
#[inline(always)]
const fn over(sum: u128) -> u64 {
    (sum >> BITS) as u64
}

#[inline(always)]
const fn product(a: u64, b: u64) -> u128 {
    a as u128 * b as u128
}

impl Element {
    pub(super) const ONE: Self = Self::small(1);

    /// A number below 2^51.
    pub(super) const fn small(number: u64) -> Self {
        assert!(number <= MASK, "a number of one digit");
        Self([number, 0, 0, 0, 0])
    }

    /// The number of 32 bytes, little-endian, without the highest bit.
    pub(super) fn from_bytes(bytes: &[u8; 32]) -> Self {
        let bits = |at: usize| {
            let word = bytes.iter().skip(at / 8).take(8).rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
            word >> (at % 8) & MASK
        };
        Self([bits(0), bits(51), bits(102), bits(153), bits(204)])
    }

    /// The digits below 2^51 of the number below the prime.
    fn canonical(&self) -> [u64; 5] {
        let Self(digits) = carry(carry(self.0).0);
        // Whether it is the prime at least: then adding 19 carries out of the top.
        let over = digits.iter().fold(19, |carry, digit| (digit + carry) >> BITS);
        let mut carry = 19 * over;
        digits.map(|digit| {
            let sum = digit + carry;
            carry = sum >> BITS;
            sum & MASK
        })
    }

    #[inline]
    pub(super) const fn plus(&self, other: &Self) -> Self {
        let (Self(a), Self(b)) = (self, other);
        carry([a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4]])
    }

    #[inline]
    pub(super) const fn minus(&self, other: &Self) -> Self {
        // Four times the prime, so that no digit is negative.
        const LOW: u64 = 4 * (MASK - 18);
        const HIGH: u64 = 4 * MASK;
        let (Self(a), Self(b)) = (self, other);
        carry([a[0] + LOW - b[0], a[1] + HIGH - b[1], a[2] + HIGH - b[2], a[3] + HIGH - b[3], a[4] + HIGH - b[4]])
    }

    #[inline]
    pub(super) const fn times(&self, other: &Self) -> Self {
        let (Self(a), Self(b)) = (self, other);
        let wrapped = [0, 19 * b[1], 19 * b[2], 19 * b[3], 19 * b[4]];
        carry_wide([
            product(a[0], b[0])
                + product(a[1], wrapped[4])
                + product(a[2], wrapped[3])
                + product(a[3], wrapped[2])
                + product(a[4], wrapped[1]),
            product(a[0], b[1])
                + product(a[1], b[0])
                + product(a[2], wrapped[4])
                + product(a[3], wrapped[3])
                + product(a[4], wrapped[2]),
            product(a[0], b[2])
                + product(a[1], b[1])
                + product(a[2], b[0])
                + product(a[3], wrapped[4])
                + product(a[4], wrapped[3]),
            product(a[0], b[3])
                + product(a[1], b[2])
                + product(a[2], b[1])
                + product(a[3], b[0])
                + product(a[4], wrapped[4]),
            product(a[0], b[4]) + product(a[1], b[3]) + product(a[2], b[2]) + product(a[3], b[1]) + product(a[4], b[0]),
        ])
    }

    /// The products of two different digits are computed once.
    #[inline]
    pub(super) const fn square(&self) -> Self {
        let Self(a) = self;
        let (twice_0, twice_1, twice_2) = (2 * a[0], 2 * a[1], 2 * a[2]);
        let (wrapped_3, wrapped_4) = (19 * a[3], 19 * a[4]);
        carry_wide([
            product(a[0], a[0]) + product(twice_1, wrapped_4) + product(twice_2, wrapped_3),
            product(twice_0, a[1]) + product(twice_2, wrapped_4) + product(a[3], wrapped_3),
            product(twice_0, a[2]) + product(a[1], a[1]) + product(2 * a[3], wrapped_4),
            product(twice_0, a[3]) + product(twice_1, a[2]) + product(a[4], wrapped_4),
            product(twice_0, a[4]) + product(twice_1, a[3]) + product(a[2], a[2]),
        ])
    }

    /// The number to the power 2^n.
    fn squared(mut self, n: u32) -> Self {
        for _ in 0..n {
            self = self.square();
        }
        self
    }

    /// The number to the power `2^250 - 1`.
    fn chain(&self) -> Self {
        let two = self.square().times(self);
        let three = two.square().times(self);
        let five = three.squared(2).times(&two);
        let ten = five.squared(5).times(&five);
        let twenty = ten.squared(10).times(&ten);
        let forty = twenty.squared(20).times(&twenty);
        let fifty = forty.squared(10).times(&ten);
        let hundred = fifty.squared(50).times(&fifty);
        let two_hundred = hundred.squared(100).times(&hundred);
        two_hundred.squared(50).times(&fifty)
    }

    /// The number to the power `(p + 3) / 8`: of a square times one or the square root of -1 a square root.
    pub(super) fn candidate_root(&self) -> Self {
        self.chain().squared(2).times(&self.square())
    }

    /// Whether the number is a fourth power other than zero: to the power `(p - 1) / 4` it is one.
    pub(super) fn is_fourth_power(&self) -> bool {
        self.chain().squared(3).times(&self.square().times(self)) == Self::ONE
    }
}

impl PartialEq for Element {
    fn eq(&self, other: &Self) -> bool {
        self.canonical() == other.canonical()
    }
}

impl Eq for Element {}
