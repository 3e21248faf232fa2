//! What a program discloses, computed from the program: who brings what, who learns what, which sizes become
//! public, and which coalition can solve whose input from what it learns.
//!
//! [`Disclosure::of`] looks at the worst case that the declared sizes allow (one row, the number of parties
//! and groups at hand). The test for solvable inputs is exact for outputs that are linear in what is shared
//! (`linear`), and sees some products and sums of digits beyond; what it cannot see (extremes, comparisons, small
//! groups) is named as such (`lints`). That no input can be solved is never proof of privacy.

mod curves;
mod digits;
mod echelon;
mod equations;
mod guards;
mod linear;
mod lints;
mod polynomial;
mod system;

use crate::bind::{
    Arguments, BindError, BoundOperation, BoundProgram, Extent, HalfUnits, RangeTrust, RoleIndex, Shape, Value, ValueId,
};
use crate::digest::ProgramDigest;
use crate::number::format_decimal;
use crate::program::Kind;

pub use curves::{Carried, Opened};
pub use linear::Solvable;
pub use lints::Lint;

/// What a run of a program discloses.
#[derive(Clone, Debug)]
pub struct Disclosure {
    /// The program's name.
    pub program: String,
    /// Its digest.
    pub digest: ProgramDigest,
    /// Parameters with their values.
    pub parameters: Vec<(String, String)>,
    /// The roles.
    pub roles: Vec<String>,
    /// What each role brings. None of it leaves its owner except as shares of what is computed from it.
    pub provides: Vec<Provision>,
    /// What is revealed, to whom.
    pub reveals: Vec<Disclosed>,
    /// What is opened among the parties inside the protocol, without being an output.
    pub opens: Vec<Opened>,
    /// What is taken over from earlier sessions.
    pub held: Vec<Carried>,
    /// What is kept for later sessions.
    pub kept: Vec<Carried>,
    /// Sizes of the data that everybody learns.
    pub public_sizes: Vec<(String, String)>,
    /// By input: the smallest set of parties that can solve what its owner shared of it, from linear outputs.
    pub solvable: Vec<Solvable>,
    /// What deserves a second look.
    pub lints: Vec<Lint>,
}

/// An input.
#[derive(Clone, Debug)]
pub struct Provision {
    /// Whose.
    pub role: String,
    /// Its name.
    pub name: String,
    /// What it is: type, shape and range, in words.
    pub what: String,
}

/// An output.
#[derive(Clone, Debug)]
pub struct Disclosed {
    /// Its name.
    pub name: String,
    /// Who learns it.
    pub receivers: Vec<String>,
    /// Its shape, in words.
    pub what: String,
    /// Whether it is public arithmetic on other outputs, which tells nothing more.
    pub derived: bool,
}

impl Disclosure {
    /// The disclosure of a program bound with `arguments`, with range checks or without them, for parties that play the roles of each group: a
    /// party with several roles knows what all of them know. An empty list means one party for each role.
    ///
    /// # Errors
    /// The arguments do not bind the program.
    pub fn of(bound: &BoundProgram, arguments: &Arguments, parties: &[Vec<RoleIndex>]) -> Result<Self, BindError> {
        let program = &bound.program;
        let worst = BoundProgram::new(program, &arguments.with_least_sizes(program))?;
        let single: Vec<Vec<RoleIndex>> = (0..bound.roles.len()).map(|r| vec![RoleIndex(r)]).collect();
        let parties = if parties.is_empty() { &single } else { parties };
        let solvable = linear::solvable(&worst, parties);
        let errors = bound.errors();
        Ok(Self {
            program: program.name().to_owned(),
            digest: ProgramDigest::of(program),
            parameters: bound.parameters.iter().map(|(name, value)| (name.clone(), value.to_string())).collect(),
            roles: bound.roles.clone(),
            provides: (0..bound.inputs.len()).filter(|i| bound.inputs[*i].asked).map(|i| provision(bound, i)).collect(),
            reveals: bound.outputs().map(|(name, id)| disclosed(bound, name, id, errors[id.0])).collect(),
            opens: curves::opened(bound),
            held: curves::held(bound),
            kept: curves::kept(bound),
            public_sizes: bound.sizes.iter().map(|(name, value)| (name.clone(), value.to_string())).collect(),
            lints: lints::lints(&worst, &solvable),
            solvable,
        })
    }
}

fn provision(bound: &BoundProgram, position: usize) -> Provision {
    let input = &bound.inputs[position];
    let kind = match (input.is_bit, input.decimals) {
        (true, _) => "bits".to_owned(),
        (_, 0) => "whole numbers".to_owned(),
        (_, d) => format!("numbers with up to {d} decimals{}", if input.rounded { " (rounded to these)" } else { "" }),
    };
    let (low, high) =
        (format_decimal(input.range.low, input.decimals), format_decimal(input.range.high, input.decimals));
    let trust = match bound.range_trust(position) {
        RangeTrust::Trusted => "range trusted, not enforced",
        RangeTrust::PartlyEnforced => {
            "range trusted; the range of what is computed from it is enforced in the protocol"
        }
        RangeTrust::Enforced => "range enforced in the protocol",
    };
    Provision {
        role: bound.roles[input.role.0].clone(),
        name: input.name.clone(),
        what: format!("{}: {kind} in {low}..={high} ({trust})", shape_in_words(&input.shape)),
    }
}

fn shape_in_words(shape: &Shape) -> String {
    match shape.0.as_slice() {
        [] => "a single value".into(),
        [Extent::Private { least, greatest }] => {
            format!("a column of {least} to {greatest} rows, the number known to its owner alone")
        }
        extents => {
            let sizes: Vec<String> = extents
                .iter()
                .filter_map(|e| match e {
                    Extent::Known { length, .. } => Some(length.to_string()),
                    Extent::Private { .. } => None,
                })
                .collect();
            match sizes.len() {
                1 => format!("a column of {}", sizes[0]),
                _ => format!("a table of {}", sizes.join(" x ")),
            }
        }
    }
}

/// Where rounding can lead anywhere: to the logarithm of zero, or beyond 256 bits.
const UNBOUNDED: &str = "without a bound on how far rounding leads from exact arithmetic";

fn disclosed(bound: &BoundProgram, name: &str, id: ValueId, error: HalfUnits) -> Disclosed {
    let value: &Value = bound.value(id);
    let shown = value.shape.shown();
    let what = match shown.as_slice() {
        [] => "a single value".into(),
        [n] => format!("{n} values"),
        sizes => sizes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" x ") + " values",
    };
    let what = curves::kind_in_words(value.kind, value.shape.length()).unwrap_or(what);
    let what = match error {
        _ if value.kind == Kind::Rational => what,
        Some(error) if error == 0 => what,
        // Half a unit has one decimal more.
        Some(error) => match error.checked_mul(5.into()) {
            Some(tenths) => {
                format!("{what}, within {} of exact arithmetic", format_decimal(tenths, value.decimals + 1))
            }
            None => format!("{what}, {UNBOUNDED}"),
        },
        None => format!("{what}, {UNBOUNDED}"),
    };
    Disclosed {
        name: name.to_owned(),
        receivers: bound.receivers(id).into_iter().map(|r| bound.roles[r.0].clone()).collect(),
        what,
        // On curves, an output may be the only place where what was opened is shown.
        derived: matches!(value.operation, BoundOperation::Output { .. }) && !bound.works_on_curves(),
    }
}

#[cfg(test)]
mod tests;
