//! Circuits as files.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use quorate_circuits::bristol::{Format, Netlist};

use super::named::unwritable;
use super::{NamedCircuit, Sidecar};
use crate::exit::{Exit, Failure};

/// Writes the circuit to a file of a format. A gadget, which knows its names and readings, gets a sidecar beside it;
/// answers with its path.
///
/// # Errors
/// If the format cannot say the circuit, or a file cannot be written.
pub fn export(named: &NamedCircuit, format: Format, path: &Path) -> Result<Option<PathBuf>, Failure> {
    let netlist = Netlist::of_circuit(&named.circuit, format).map_err(|error| unwritable(&named.name, &error))?;
    write(path, |file| netlist.write(file))?;
    let Some(gadget) = named.gadget else { return Ok(None) };
    let sidecar = Sidecar::beside(path);
    write(&sidecar, |mut file| {
        serde_json::to_writer_pretty(&mut file, &Sidecar::of_gadget(gadget))?;
        writeln!(file)?;
        file.flush()
    })?;
    Ok(Some(sidecar))
}

/// Writes a file, replacing one that is there.
fn write(path: &Path, content: impl FnOnce(BufWriter<File>) -> std::io::Result<()>) -> Result<(), Failure> {
    File::create(path)
        .and_then(|file| content(BufWriter::new(file)))
        .map_err(|error| Failure::new(Exit::BadInput, format!("{}: this cannot be written ({error})", path.display())))
}

#[cfg(test)]
mod tests {
    use quorate_circuits::boolean::{Builder, Circuit, Shape, integer};
    use quorate_circuits::gadgets::{Gadget, Port, Reading};

    use super::*;
    use crate::circuit::{Values, evaluate};

    const fn port(name: &'static str, width: usize, reading: Reading) -> Port {
        Port { name, width, reading }
    }

    static ADDER: Gadget = Gadget {
        name: "adder",
        doc: "The sum of two numbers, one of which is written as bytes.",
        inputs: &[port("left", 16, Reading::Bytes), port("right", 16, Reading::Unsigned)],
        outputs: &[port("sum", 16, Reading::Bytes)],
        build,
        published: None,
    };

    fn build(shape: Shape) -> Circuit {
        let (mut builder, inputs) = Builder::new(&[16, 16]);
        let sum = integer::add(&mut builder, &inputs[0], &inputs[1], shape);
        builder.finish(vec![sum])
    }

    /// The gadget as the library would find it.
    fn named(shape: Shape) -> NamedCircuit {
        let circuit = (ADDER.build)(shape);
        let netlist = Netlist::of_circuit(&circuit, Format::Fashion).expect("Bristol Fashion has any circuit");
        NamedCircuit { name: ADDER.name.into(), gadget: Some(&ADDER), netlist, circuit }
    }

    #[test]
    fn an_exported_gadget_is_found_again_with_its_names() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        for (shape, format) in [(Shape::FewAnds, Format::Fashion), (Shape::FewRounds, Format::Bristol)] {
            let path = directory.path().join(format!("{format:?}.txt"));
            let gadget = named(shape);
            let sidecar = export(&gadget, format, &path).expect("it can be written").expect("gadgets have sidecars");
            assert_eq!(sidecar, directory.path().join(format!("{format:?}.txt.json")));
            let found = NamedCircuit::find(path.to_str().expect("UTF-8"), Shape::FewAnds).expect("it is a circuit");
            assert_eq!((found.netlist.format(), &found.circuit), (format, &gadget.circuit));
            let sidecar = Sidecar::read(&sidecar, &found.circuit).expect("it is a sidecar of the circuit");
            assert_eq!(sidecar, Sidecar::of_gadget(&ADDER));
            // The bytes ff 01 are the number 0x01ff, which 1 more makes 0x0200: the bytes 00 02.
            let values = Values::new(&found.circuit, Some(&sidecar));
            let wires = values.inputs(&["ff01".to_owned(), "1".to_owned()]).expect("two numbers");
            assert_eq!(values.outputs(&evaluate(&found.circuit, &wires)), ["0002"]);
        }
    }
}
