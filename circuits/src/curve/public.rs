//! Points that everybody may know.

use std::fmt::Debug;
use std::ops::{Add, Neg, Sub};

use group::Group;

/// A group element that is public, in the form that arithmetic of variable time has it in. What is done with it takes time
/// that depends on it: **neither it nor what multiplies it may be secret.**
pub trait PublicPoint:
    Copy + Debug + Eq + Send + Sync + 'static + Add<Output = Self> + Sub<Output = Self> + Neg<Output = Self>
{
    /// Zero.
    fn neutral() -> Self;

    /// The generator.
    fn base_point() -> Self;

    /// Whether it is zero.
    fn is_neutral(&self) -> bool;

    /// Twice the point.
    fn doubled(&self) -> Self;
}

/// Where a curve has no other arithmetic for what is public, it is the one for secrets.
impl<G: Group> PublicPoint for G {
    fn neutral() -> Self {
        Group::identity()
    }

    fn base_point() -> Self {
        Group::generator()
    }

    fn is_neutral(&self) -> bool {
        Group::is_identity(self).into()
    }

    fn doubled(&self) -> Self {
        self.double()
    }
}
