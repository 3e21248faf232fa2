//! Circuit files in the two formats of the University of Bristol, in and out.
//!
//! - **Bristol Fashion** (Archer, Abril, Lu, Maene, Mertens, Sijacic, Smart: *'Bristol Fashion' MPC circuits*):
//!   `gates wires`, then `count width…` of the input values, `count width…` of the output values, and the gates `XOR`,
//!   `AND`, `INV` (or `NOT`), `EQW` (a copy), `EQ` (a constant) and `MAND` (several AND gates at once).
//! - **The older format** (Tillich and Smart: *Circuits of basic functions suitable for MPC and FHE*):
//!   `gates wires`, then `first second output`, the bits of two input values and of one output value, and the gates
//!   `XOR`, `AND` and `INV`. A value of no bits is no value: `512 0 256` is a function of one input.
//!
//! In both, the first wires are the input bits and the last wires are the output bits, in order of declaration, and a
//! gate stands after the gates whose outputs it reads. The header tells the formats apart: Bristol Fashion has two lines
//! of widths. White space is free: trailing blanks, Windows line ends and blank lines anywhere; gates may be written in
//! small letters.
//!
//! [`Reader`] checks a file while it reads it, gate by gate, and holds nothing but which wires are driven. A
//! [`Netlist`] is a whole file, gate for gate as it was written, so that it prints back to itself;
//! [`Netlist::circuit`] is the simplified [`Circuit`](crate::boolean::Circuit) that protocols run, and
//! [`Netlist::of_circuit`] goes the other way.
//!
//! A file comes from anywhere. What its header announces is believed as soon as the gates are there: memory grows with
//! the bytes that were read, not with announced counts, and every [`BristolError`] names the line.
//!
//! ```
//! use quorate_circuits::bristol::Netlist;
//!
//! let file = "3 5\n2 1 1\n1 1\n\n2 1 0 1 2 XOR\n2 1 0 1 3 AND\n2 1 2 3 4 XOR\n";
//! let netlist = Netlist::read(file.as_bytes())?;
//! let either = netlist.circuit();
//! assert_eq!(either.evaluate(&[0b0011, 0b0101]), [0b0111]);
//! assert_eq!(netlist.to_string(), file);
//! # Ok::<(), quorate_circuits::bristol::BristolError>(())
//! ```

mod error;
mod export;
mod gate;
mod header;
mod lines;
mod netlist;
mod reader;
mod statistics;
mod wire_set;

#[cfg(test)]
mod tests;

pub use error::BristolError;
pub use export::ExportError;
pub use gate::{Gate, GateKind, Mand, Negation, WireNumber};
pub use header::{Format, Header};
pub use lines::LONGEST_LINE;
pub use netlist::Netlist;
pub use reader::{MOST_UNREAD_INPUTS, Reader};
pub use statistics::Statistics;

/// The most gates, and the most wires, that a file may have. A simplified circuit can have two gates for one of the
/// file, and its wires are counted in 32 bits.
pub const MOST_WIRES: u32 = 1 << 30;
