//! The verifier. A [`super::Program`] that exists satisfies, in the order in which it is checked:
//!
//! 1. every name is declared once and is no keyword; no role has the name of a member of a family;
//! 2. every parameter's and size's least value is at most its greatest, defaults lie between;
//! 3. a family of roles is counted by a number parameter of at most 64; measured sizes per member name a family;
//! 4. operands have the shapes, kinds and visibility that the operation asks for; nothing secret is
//!    combined with something private without `share`, and only `reveal` lowers secrecy;
//! 5. `output` and quotients use public or revealed values alone;
//! 6. definitions call earlier ones only, so that there is no recursion, and are typed for each use;
//! 7. values of curves do not mix with numbers and tables, nor do their curves; records are no roles, and a field is
//!    held once and kept once;
//! 8. something is revealed, opened or kept, and the canonical text is short enough to be read back.
//!
//! Ranges and overflow need numbers for the sizes: [`crate::bind`] checks them for the worst case.

mod curves;
mod declarations;
mod instances;
mod records;
mod structure;
mod surroundings;
mod typing;

use super::{Bound, Diagnostic, Function, Interval, Literal, Operation, Program, Span};
use crate::number::Range;
use crate::text::{self, LONGEST_SOURCE};

pub(super) use declarations::declarations;
pub(crate) use instances::Instances;
pub use structure::MOST_STEPS;
pub(crate) use surroundings::Surroundings;

/// The most members that a family of roles can have.
pub const MOST_MEMBERS: u64 = 64;

/// The most roles, counting all members that families can have.
pub const MOST_ROLES: u64 = 256;

/// The greatest value of a number parameter.
pub const GREATEST: u64 = i64::MAX as u64;

/// The longest dimension. Products of two, also of a sum over all members of a family, are far from overflow.
pub const LONGEST: u64 = 1 << 28;

/// The most groups that rows can be sorted into.
pub const MOST_GROUPS: u64 = 1 << 16;

/// The most scalars in a vector: each is an interactive computation of its own.
pub const LONGEST_COUNT: u64 = 1 << 16;

/// The longest string of bytes: parties send and sign it when they agree on a session.
pub const MOST_BYTES: u64 = 1 << 16;

/// Words that are no names.
pub const KEYWORDS: &[&str] = &[
    "all",
    "assert",
    "bit",
    "circuit",
    "default",
    "fixed",
    "fold",
    "function",
    "in",
    "include",
    "input",
    "let",
    "map",
    "output",
    "parameter",
    "private",
    "program",
    "repeat",
    "return",
    "reveal",
    "role",
    "roles",
    "rounded",
    "size",
    "to",
    "when",
];

/// Whether `name` can name something: a letter or underscore, then letters, digits and underscores; no keyword.
pub fn is_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.len() <= 64
        && !KEYWORDS.contains(&name)
}

fn interval_is_sound(interval: &Interval, span: Span) -> Result<(), Diagnostic> {
    [interval.low, interval.high].iter().try_for_each(|bound| match bound {
        Bound::Literal(literal) => literal_is_sound(literal, span),
        Bound::Parameter(_) => Ok(()),
    })
}

/// Whether a constant can be written, and read back, in the text form.
fn literal_is_sound(literal: &Literal, span: Span) -> Result<(), Diagnostic> {
    if Range::exactly(literal.mantissa).fits_word() && literal.decimals <= 18 {
        return Ok(());
    }
    Err(Diagnostic::new(span, "this number has too many digits")
        .hint("numbers have at most 38 digits, 18 of them decimals"))
}

/// What can be said of the whole program only.
pub(super) fn whole(program: &Program) -> Result<(), Diagnostic> {
    let start = Span { line: 1, column: 1, length: 1 };
    let tells = |operation: &Operation| match operation {
        Operation::Reveal { .. } | Operation::Keep { .. } => true,
        Operation::Call(function) => matches!(function, Function::Open | Function::OpenPoint),
        _ => false,
    };
    if !program.nodes.iter().any(|n| tells(&n.operation)) {
        return Err(
            Diagnostic::new(start, "the program reveals nothing").hint("add a line such as: reveal total = x to all")
        );
    }
    records::one_part_of_the_language(program)?;
    let length = text::print(program).len();
    if length > LONGEST_SOURCE {
        let message = format!("the canonical text would have {length} bytes; the limit is {LONGEST_SOURCE}");
        return Err(Diagnostic::new(start, message).hint("keep values in vectors, or split the program"));
    }
    Ok(())
}
