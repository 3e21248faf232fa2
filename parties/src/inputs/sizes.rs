//! The sizes that a program measures, from the shapes of the tables at hand.

use quorate_circuits::bind::size_key;
use quorate_circuits::program::{Dimension, Program};

use super::Owned;
use crate::exit::{Exit, Failure};
use crate::session::Ordered;

/// The public sizes of the tables that are given, by [`size_key`]. Private sizes stay with their owner.
///
/// # Errors
/// A table of another form than its input; two inputs that disagree on a size.
pub fn measure(program: &Program, inputs: &[Owned]) -> Result<Ordered<u64>, Failure> {
    let mut sizes: Ordered<u64> = Ordered::new();
    let mut witnesses: Ordered<&Owned> = Ordered::new();
    for input in inputs {
        let dimensions = &program.inputs()[input.declaration.0].dimensions;
        for (dimension, length) in dimensions.iter().zip(extents(input, dimensions.len())?) {
            let Dimension::Size(id) = dimension else { continue };
            let size = &program.sizes()[id.0];
            if size.private {
                continue;
            }
            let key = size_key(&size.name, size.of.map(|_| input.role.as_str()));
            if let (Some(&other), Some(witness)) = (sizes.find(&key), witnesses.find(&key)) {
                if other != length {
                    return Err(disagreement(&key, witness, other, input, length));
                }
                continue;
            }
            if !(size.least..=size.greatest).contains(&length) {
                let (least, greatest) = (size.least, size.greatest);
                let message = format!(
                    "input {}: {key} is {length} in {}; it must be in {least}..={greatest}",
                    input.name, input.source
                );
                return Err(Failure::new(Exit::BadInput, message));
            }
            // The key is free: it was looked for above.
            let _ = (sizes.insert(key.clone(), length), witnesses.insert(key, input));
        }
    }
    Ok(sizes)
}

/// A table's extents as its input declares them.
fn extents(input: &Owned, dimensions: usize) -> Result<Vec<u64>, Failure> {
    let (rows, columns) = (input.table.rows() as u64, input.table.columns().len() as u64);
    let wrong = |due: &str| {
        let message = format!("input {} is {due}; {} has {rows} rows in {columns} columns", input.name, input.source);
        Err(Failure::new(Exit::BadInput, message))
    };
    match dimensions {
        0 if (rows, columns) != (1, 1) => wrong("a single value"),
        0 => Ok(Vec::new()),
        1 if columns != 1 => wrong("one column"),
        1 => Ok(vec![rows]),
        _ => Ok(vec![rows, columns]),
    }
}

fn disagreement(key: &str, first: &Owned, first_size: u64, second: &Owned, second_size: u64) -> Failure {
    let message = format!(
        "the inputs do not fit together: {key} is {first_size} in {} ({}) and {second_size} in {} ({})",
        first.source, first.name, second.source, second.name
    );
    Failure::new(Exit::BadInput, message).hint("row i of every table must be about the same thing")
}
