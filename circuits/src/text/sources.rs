//! Where circuits and includes come from.

use crate::gadgets;
use crate::library;
use crate::program::CircuitSource;

/// Finds what a program's text names. This crate reads no files: whoever does brings a source of his own.
pub trait Sources {
    /// The text of `include "name"`.
    ///
    /// # Errors
    /// Why there is none, in words.
    fn include(&self, name: &str) -> Result<String, String>;

    /// The circuit of `circuit f = "name"`.
    ///
    /// # Errors
    /// Why there is none, in words.
    fn circuit(&self, name: &str) -> Result<CircuitSource, String>;
}

/// The library alone.
#[derive(Clone, Copy, Debug)]
pub struct Library;

impl Sources for Library {
    fn include(&self, name: &str) -> Result<String, String> {
        library::functions(name).map(str::to_owned).ok_or_else(|| {
            let known: Vec<&str> = library::FUNCTIONS.iter().map(|(name, _)| *name).collect();
            format!("the library has no functions {name:?}; it has {}", known.join(", "))
        })
    }

    fn circuit(&self, name: &str) -> Result<CircuitSource, String> {
        gadgets::find(name)
            .map(CircuitSource::gadget)
            .ok_or_else(|| format!("the library has no gadget {name:?}; `quorate circuit list` lists them"))
    }
}
