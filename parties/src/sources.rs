//! Circuits and includes of a program in a file: of the library, or files beside it.

use std::path::{Component, Path, PathBuf};

use quorate_circuits::boolean::Shape;
use quorate_circuits::gadgets;
use quorate_circuits::library;
use quorate_circuits::program::CircuitSource;
use quorate_circuits::text::{Library, Sources};

use crate::circuit::NamedCircuit;
use crate::program::read_text;

/// The library, and the folder of a program's file. What the library has comes first: a file cannot stand in for it.
#[derive(Clone, Debug)]
pub struct Beside {
    folder: PathBuf,
}

impl Beside {
    /// For the program in this file.
    pub fn new(program: &str) -> Self {
        Self { folder: Path::new(program).parent().map_or_else(PathBuf::new, Path::to_path_buf) }
    }

    /// A file in the program's folder or below: a program that somebody sent names no others on this machine.
    fn beside(&self, name: &str) -> Result<PathBuf, String> {
        let inside = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
        if Path::new(name).components().all(inside) {
            return Ok(self.folder.join(name));
        }
        Err(format!("{name:?} is not in the folder of the program, or below it"))
    }
}

impl Sources for Beside {
    fn include(&self, name: &str) -> Result<String, String> {
        let path = self.beside(name)?;
        if library::functions(name).is_some() || !path.exists() {
            return Library.include(name).map_err(|why| format!("{why}; and there is no file {}", path.display()));
        }
        read_text(&path).map_err(|why| format!("{}: {why}", path.display()))
    }

    fn circuit(&self, name: &str) -> Result<CircuitSource, String> {
        let path = self.beside(name)?;
        if gadgets::find(name).is_some() || !path.exists() {
            return Library.circuit(name).map_err(|why| format!("{why}; and there is no file {}", path.display()));
        }
        let found = NamedCircuit::find(&path.to_string_lossy(), Shape::FewAnds).map_err(|failure| failure.message)?;
        Ok(CircuitSource::imported(found.circuit))
    }
}
