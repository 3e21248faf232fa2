//! What elements are made of.

use std::num::Wrapping;
use std::ops::{Add, AddAssign, BitAnd, Mul, Sub, SubAssign};

use bytemuck::{Pod, Zeroable};

/// A coefficient of elements, or several side by side.
pub trait Coefficient:
    Pod
    + Default
    + PartialEq
    + std::fmt::Debug
    + Send
    + Sync
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + BitAnd<Output = Self>
    + AddAssign
    + SubAssign
{
    /// Zero.
    const ZERO: Self;

    /// A public constant, in all lanes.
    fn of_constant(constant: u128) -> Self;

    /// All ones in the first lane that is not zero.
    fn first_lane(self) -> Self;
}

/// 64 bits, each a coefficient of its own modulo 2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
#[repr(transparent)]
pub struct Lanes(pub u64);

#[expect(clippy::suspicious_arithmetic_impl, reason = "modulo 2 a sum is an exclusive or")]
impl Add for Lanes {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 ^ other.0)
    }
}

#[expect(clippy::suspicious_arithmetic_impl, reason = "modulo 2 a difference is an exclusive or")]
impl Sub for Lanes {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 ^ other.0)
    }
}

#[expect(clippy::suspicious_arithmetic_impl, reason = "modulo 2 a product is a conjunction")]
impl Mul for Lanes {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl BitAnd for Lanes {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

#[expect(clippy::suspicious_op_assign_impl, reason = "modulo 2 a sum is an exclusive or")]
impl AddAssign for Lanes {
    fn add_assign(&mut self, other: Self) {
        self.0 ^= other.0;
    }
}

#[expect(clippy::suspicious_op_assign_impl, reason = "modulo 2 a difference is an exclusive or")]
impl SubAssign for Lanes {
    fn sub_assign(&mut self, other: Self) {
        self.0 ^= other.0;
    }
}

impl Coefficient for Lanes {
    const ZERO: Self = Self(0);

    fn of_constant(constant: u128) -> Self {
        Self((constant as u64 & 1).wrapping_neg())
    }

    fn first_lane(self) -> Self {
        Self(self.0 & self.0.wrapping_neg())
    }
}

impl Coefficient for Wrapping<u64> {
    const ZERO: Self = Self(0);

    fn of_constant(constant: u128) -> Self {
        Self(constant as u64)
    }

    fn first_lane(self) -> Self {
        Self(u64::MAX)
    }
}

impl Coefficient for Wrapping<u128> {
    const ZERO: Self = Self(0);

    fn of_constant(constant: u128) -> Self {
        Self(constant)
    }

    fn first_lane(self) -> Self {
        Self(u128::MAX)
    }
}
