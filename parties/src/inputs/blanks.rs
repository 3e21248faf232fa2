//! Blank cells: rows that have one are left out where only their owner counts rows.

use std::collections::BTreeMap;

use quorate_circuits::bind::{BoundInput, BoundProgram, Extent};

use super::Owned;
use crate::exit::{Exit, Failure};

/// By aligned inputs of one owner, which rows are kept.
pub(super) struct Kept<'a> {
    groups: Vec<Group<'a>>,
}

struct Group<'a> {
    inputs: Vec<&'a str>,
    rows: Vec<bool>,
}

impl<'a> Kept<'a> {
    /// Decides which rows are kept: in columns of private size, those that have no blank cell in any of the owner's
    /// columns beside each other.
    ///
    /// # Errors
    /// Columns beside each other that differ in length.
    pub(super) fn new(bound: &BoundProgram, inputs: &[(&BoundInput, &'a Owned)]) -> Result<Self, Failure> {
        let mut groups: Vec<(&Owned, Group<'a>)> = Vec::new();
        for (input, owned) in inputs.iter().filter(|(input, _)| is_private(input)) {
            let dimensions = &bound.program.inputs()[input.declaration.0].dimensions;
            let rows =
                owned.table.columns().first().into_iter().flat_map(|column| column.cells()).map(|cell| cell.is_some());
            let aligned = groups.iter_mut().find(|(first, _)| {
                first.role == owned.role && bound.program.inputs()[first.declaration.0].dimensions == *dimensions
            });
            match aligned {
                None => groups.push((owned, Group { inputs: vec![&owned.name], rows: rows.collect() })),
                Some((first, group)) => {
                    if first.table.rows() != owned.table.rows() {
                        return Err(uneven(first, owned));
                    }
                    group.inputs.push(&owned.name);
                    group.rows.iter_mut().zip(rows).for_each(|(kept, present)| *kept &= present);
                }
            }
        }
        Ok(Self { groups: groups.into_iter().map(|(_, group)| group).collect() })
    }

    /// Which rows of an input are kept; `None` if all of them are, and none may be blank.
    pub(super) fn rows(&self, input: &str) -> Option<&[bool]> {
        self.groups.iter().find(|group| group.inputs.contains(&input)).map(|group| group.rows.as_slice())
    }

    /// How many rows were dropped, for each input in which some were.
    pub(super) fn dropped(&self) -> BTreeMap<String, u64> {
        let mut dropped = BTreeMap::new();
        for group in &self.groups {
            let count = group.rows.iter().filter(|kept| !**kept).count() as u64;
            if count > 0 {
                dropped.extend(group.inputs.iter().map(|input| ((*input).to_owned(), count)));
            }
        }
        dropped
    }
}

pub(super) fn is_private(input: &BoundInput) -> bool {
    matches!(input.shape.0.as_slice(), [Extent::Private { .. }])
}

fn uneven(first: &Owned, second: &Owned) -> Failure {
    let message = format!(
        "the inputs do not fit together: {} has {} rows ({}) and {} has {} ({})",
        first.name,
        first.table.rows(),
        first.source,
        second.name,
        second.table.rows(),
        second.source
    );
    Failure::new(Exit::BadInput, message).hint("they are columns of one table: row i of both is about the same record")
}
