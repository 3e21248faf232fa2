//! The programs of the library, each in its text form.

mod signing;

use crate::program::{Diagnostic, Program};
use crate::text::parse;

/// A program of the library.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Its name.
    pub name: &'static str,
    /// What it is for, in one sentence.
    pub summary: &'static str,
    /// Its text, with comments.
    pub source: &'static str,
}

/// Those on numbers and tables; those on curves are [`SIGNING`].
pub const PROGRAMS: &[Entry] = &[
    Entry {
        name: "millionaires",
        summary: "Who is richer? Both learn the answer, neither learns the other's wealth.",
        source: include_str!("millionaires.qp"),
    },
    Entry {
        name: "budget-total",
        summary: "The total of everybody's budget, and nothing else.",
        source: include_str!("budget-total.qp"),
    },
    Entry {
        name: "hospital-stats",
        summary: "Count, sum, mean, variance, extremes and histogram of pooled records, by group.",
        source: include_str!("hospital-stats.qp"),
    },
    Entry {
        name: "risk-score",
        summary: "A private linear model applied to the private columns of several banks: one decision a row.",
        source: include_str!("risk-score.qp"),
    },
];

pub use signing::SIGNING;

/// All programs.
pub fn all() -> impl Iterator<Item = &'static Entry> {
    PROGRAMS.iter().chain(SIGNING)
}

/// The entry of this name.
pub fn find(name: &str) -> Option<&'static Entry> {
    all().find(|entry| entry.name == name)
}

impl Entry {
    /// The program.
    ///
    /// # Errors
    /// None for the entries of [`all`]: a test parses each.
    pub fn program(&self) -> Result<Program, Diagnostic> {
        parse(self.source)
    }
}

/// Functions that programs include, by name.
pub const FUNCTIONS: &[(&str, &str)] =
    &[("choice", include_str!("functions/choice.qp")), ("order", include_str!("functions/order.qp"))];

/// The functions of this name.
pub fn functions(name: &str) -> Option<&'static str> {
    FUNCTIONS.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}
