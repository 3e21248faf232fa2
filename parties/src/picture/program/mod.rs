//! A program as a picture, collapsed by structure: a box for each input and each statement, from left to right in the
//! direction of the data, and on the right a box for each output with its receivers.
//!
//! The functions, the circuits and the bodies of `map`, `fold` and `repeat` that a statement uses are labels in its box
//! with how often they are used. Colours say where a value lives under the plan that is chosen; the stronger the
//! colour, the more of the bytes the box sends, and the number in it says how many of a hundred.

mod chart;
mod graph;
mod layers;
mod measured;
mod page;
mod parts;
mod place;
mod symbols;
mod written;

use crate::exit::Failure;
use crate::explain::Question;
use crate::program::Loaded;

use graph::Graph;
use measured::Measured;
use parts::Parts;
use written::Written;

/// The picture of the program of this name in the library, or in the file at this path, as SVG. Whatever numbers are
/// not given are the least that the program allows; each role is played by a party of its own.
///
/// # Errors
/// If there is no such program or its text has an error; parameters that do not bind it; a trust that no protocol
/// offers.
pub fn draw_program(name: &str, question: &Question) -> Result<String, Failure> {
    let loaded = Loaded::find(name)?;
    let written = Written::of(name, &loaded)?;
    let parts = Parts::of(&written);
    let measured = Measured::new(&loaded, &written, &parts, question)?;
    let graph = Graph::new(&written, &parts, &measured);
    Ok(page::svg(&graph, &measured))
}
