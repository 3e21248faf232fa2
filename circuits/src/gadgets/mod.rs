//! The gadget library: ready-made circuits by name, each with its cost and the best published figure beside it.
//!
//! A family is a folder. It offers functions that add a gadget to a [`Builder`](crate::boolean::Builder), for
//! circuits that use it as a part, and rows of the catalogue, by which programs (`circuit f = "aes-128"`) and the
//! command line (`quorate circuit export aes-128`) find it whole.
//!
//! **Bit order.** A number is its bits, least significant first. A byte string is its bytes in order, each least
//! significant bit first: bit `i` of byte `j` is wire `8 j + i`.
//!
//! # The catalogue
//!
#![doc = include_str!("../../GADGETS.md")]

pub mod array;
pub mod cipher;
pub mod distance;
pub mod fixed;
pub mod float;
pub mod hash;
mod integer;
pub mod network;

use crate::boolean::{Circuit, Shape};

/// A named circuit.
#[derive(Clone, Copy, Debug)]
pub struct Gadget {
    /// Its name: small letters, digits and hyphens, as in `aes-128`.
    pub name: &'static str,
    /// What it computes, in one sentence.
    pub doc: &'static str,
    /// Its input values, in order.
    pub inputs: &'static [Port],
    /// Its output values, in order.
    pub outputs: &'static [Port],
    /// Builds it. The two shapes compute the same function.
    pub build: fn(Shape) -> Circuit,
    /// The fewest AND gates that were published for it, where there is a figure.
    pub published: Option<Published>,
}

/// An input or output value of a gadget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Port {
    /// Its name.
    pub name: &'static str,
    /// Its bits.
    pub width: usize,
    /// How its bits are read.
    pub reading: Reading,
}

/// How the bits of a value are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// A natural number.
    Unsigned,
    /// Two's complement.
    Signed,
    /// A byte string.
    Bytes,
    /// Single bits.
    Bits,
    /// An IEEE 754 floating-point number in its interchange format.
    Float,
    /// Two's complement with so many binary digits behind the point.
    Fixed(u32),
}

/// A published AND count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    /// AND gates.
    pub and_gates: usize,
    /// Where the figure is from.
    pub source: &'static str,
}

/// A family of gadgets.
#[derive(Clone, Copy, Debug)]
pub struct Family {
    /// Its name, which is its module's.
    pub name: &'static str,
    /// What its members have in common.
    pub doc: &'static str,
    /// Its gadgets.
    pub gadgets: &'static [Gadget],
}

/// All families.
pub const FAMILIES: &[Family] = &[
    Family { name: "integer", doc: "Arithmetic on integers of 64 bits.", gadgets: integer::GADGETS },
    Family { name: "float", doc: "IEEE 754 arithmetic, bit-exact.", gadgets: float::GADGETS },
    Family { name: "fixed", doc: "Binary fixed-point functions with error bounds.", gadgets: fixed::GADGETS },
    Family { name: "cipher", doc: "Block and stream ciphers.", gadgets: cipher::GADGETS },
    Family { name: "hash", doc: "Hash functions and message authentication.", gadgets: hash::GADGETS },
    Family { name: "array", doc: "Reading and writing at secret positions.", gadgets: array::GADGETS },
    Family { name: "network", doc: "Sorting and permuting.", gadgets: network::GADGETS },
    Family { name: "distance", doc: "Distances between strings, and set membership.", gadgets: distance::GADGETS },
];

/// Every gadget, family by family.
pub fn catalogue() -> impl Iterator<Item = &'static Gadget> {
    FAMILIES.iter().flat_map(|family| family.gadgets)
}

/// The gadget of this name.
pub fn find(name: &str) -> Option<&'static Gadget> {
    catalogue().find(|gadget| gadget.name == name)
}
