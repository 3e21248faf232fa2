//! Pictures as SVG: what all of them draw with, and the picture of a program.

mod colour;
mod program;
mod svg;

pub use program::draw_program;

pub(crate) use colour::{blend, heat};
pub(crate) use svg::{Area, Picture, Style};
