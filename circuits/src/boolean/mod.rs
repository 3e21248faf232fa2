//! Gate-level circuits: XOR, AND and NOT over single bits.
//!
//! A [`Circuit`] is what a protocol evaluates gate by gate when it cannot work on whole integers: garbled
//! circuits do so always, secret sharing for comparisons and for bits. XOR and NOT are local in all of them
//! (free XOR, Kolesnikov and Schneider 2008; linear sharings over F_2), so cost is counted in **AND gates**
//! (bytes and time of garbling) and in **AND depth** (rounds of a secret-sharing protocol).
//!
//! - [`Builder`] makes circuits and simplifies while it builds; [`Circuit`] is the finished, immutable form.
//! - [`Evaluator`] runs a circuit in the clear, 512 instances at once.
//! - [`Layers`] is the schedule by rounds for interactive protocols, [`Sums`] the products in it that are only added up.
//! - [`integer`] has the gadgets on two's complement integers, in a variant per [`Shape`].
//!
//! ```
//! use quorate_circuits::boolean::{Builder, Shape, Signedness, integer};
//!
//! let (mut builder, inputs) = Builder::new(&[64, 64]);
//! let richer = integer::less_than(&mut builder, &inputs[1], &inputs[0], Signedness::Unsigned, Shape::FewAnds);
//! let circuit = builder.finish(vec![richer.into()]);
//! assert_eq!(circuit.and_gates(), 64);
//! ```
//!
//! Nothing here knows a protocol, and nothing here is secret: circuits are public.

mod bits;
mod builder;
mod circuit;
mod evaluate;
pub mod integer;
mod layers;
mod sharing;
mod sums;

#[cfg(test)]
mod tests;

pub use bits::{Bits, Signedness};
pub use builder::Builder;
pub use circuit::{Circuit, Gate, Wire};
pub use evaluate::{Evaluator, Lanes};
pub use layers::{Layer, Layers};
pub use sums::{Summed, Sums};

/// Which cost a gadget keeps low where the two pull apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// Fewest AND gates, whatever the depth: for garbled circuits, whose rounds do not depend on it.
    FewAnds,
    /// Logarithmic AND depth, then few gates: for secret sharing, where each AND layer is a round.
    FewRounds,
}
