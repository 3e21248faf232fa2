//! Circuits as users name them: a gadget of the library, or a file.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use quorate_circuits::boolean::{Circuit, Shape};
use quorate_circuits::bristol::{ExportError, Format, Netlist};
use quorate_circuits::gadgets::{self, Gadget};

use crate::exit::{Exit, Failure};

/// A circuit that was found.
#[derive(Clone, Debug)]
pub struct NamedCircuit {
    /// As the user named it.
    pub name: String,
    /// The gadget, unless it is a file.
    pub gadget: Option<&'static Gadget>,
    /// The gates of the file; of a gadget, those that a file of it would have.
    pub netlist: Netlist,
    /// What runs: the circuit without what the builder simplifies.
    pub circuit: Circuit,
}

impl NamedCircuit {
    /// The gadget of this name in this shape, or the file at this path.
    ///
    /// # Errors
    /// If there is neither, or the file is no circuit: with the line, what was found there and what to do.
    pub fn find(name: &str, shape: Shape) -> Result<Self, Failure> {
        if let Some(gadget) = gadgets::find(name) {
            let circuit = (gadget.build)(shape);
            let netlist = Netlist::of_circuit(&circuit, Format::Fashion).map_err(|error| unwritable(name, &error))?;
            return Ok(Self { name: name.to_owned(), gadget: Some(gadget), netlist, circuit });
        }
        let netlist = read(name)?;
        let circuit = netlist.circuit();
        Ok(Self { name: name.to_owned(), gadget: None, netlist, circuit })
    }
}

/// What is said about a circuit that a format cannot hold.
pub(super) fn unwritable(name: &str, error: &ExportError) -> Failure {
    Failure::new(Exit::BadInput, format!("{name}: {error}"))
}

fn read(name: &str) -> Result<Netlist, Failure> {
    let refused = |why: String| Failure::new(Exit::BadInput, format!("{name}: {why}"));
    let path = Path::new(name);
    if !path.exists() {
        return Err(unknown(name));
    }
    if path.is_dir() {
        return Err(refused("this is a directory, not a circuit".into()));
    }
    let file = File::open(path).map_err(|error| refused(format!("this cannot be read ({error})")))?;
    Netlist::read(BufReader::new(file)).map_err(|error| refused(error.to_string()).hint(error.hint()))
}

fn unknown(name: &str) -> Failure {
    let failure =
        Failure::new(Exit::BadInput, format!("there is no circuit {name:?}: neither in the library nor as a file"));
    let known: Vec<&str> = gadgets::catalogue().map(|gadget| gadget.name).collect();
    if known.is_empty() { failure } else { failure.hint(format!("the library has {}", known.join(", "))) }
}
