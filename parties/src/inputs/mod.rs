//! From sources on a command line to the numbers that a program takes.
//!
//! Everything is read and checked before a partner is called: [`read()`] finds out which input each source is for and
//! reads its table; [`measure`] takes the sizes that the program declares from the tables' shapes; once the program is
//! bound, [`prepare()`] turns the cells into mantissas and [`check_shapes`] compares extents. Errors name the file, the
//! row and the column.

mod blanks;
mod given;
mod prepare;
mod sizes;

pub use given::{Given, Owned, mentioned_roles, read, warn_of_literals};
pub use prepare::{Misfit, Prepared, check_shapes, prepare};
pub use sizes::measure;

use quorate_data::DataError;

use crate::exit::{Exit, Failure};

/// What is wrong with a source of the input `name`.
fn unreadable(name: &str, error: &DataError) -> Failure {
    let mut message = format!("input {name}: {}: {}", error.place(), error.problem());
    if let Some(cause) = std::error::Error::source(error) {
        message += &format!(" ({cause})");
    }
    Failure { exit: Exit::BadInput, message, hint: error.hint().map(str::to_owned) }
}
