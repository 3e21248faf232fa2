//! Circuits by themselves: files in the formats of Bristol, and gadgets of the library.
//!
//! [`NamedCircuit`] is what a user names; [`Figures`] counts its gates, [`Values`] puts numbers on its wires and reads
//! them off, [`evaluate`] runs it in the clear, [`secure`] under a protocol and [`Batch`] many times over; [`export`] writes it
//! and [`draw`] shows it. [`Sidecar`] says what the formats cannot: names, types, owners and bit order.

mod batch;
mod draw;
mod export;
mod figures;
mod hexadecimal;
mod named;
pub mod secure;
mod sidecar;
mod values;

pub use batch::Batch;
pub use draw::draw;
pub use export::export;
pub use figures::Figures;
pub use hexadecimal::{hexadecimal, parse_hexadecimal};
pub use named::NamedCircuit;
pub use sidecar::{BitOrder, SIDECAR_LIMIT, Sidecar, SidecarPort};
pub use values::{Values, evaluate};
