//! Programs as users name them: one of the library, or a file.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use quorate_circuits::bind::{Arguments, BindError, BoundProgram};
use quorate_circuits::digest::ProgramDigest;
use quorate_circuits::library;
use quorate_circuits::program::{Diagnostic, Program};
use quorate_circuits::text::{LONGEST_SOURCE, parse_with};

use crate::exit::{Exit, Failure};
use crate::sources::Beside;

/// A program that was read, with its text for error messages that point into it.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The program.
    pub program: Arc<Program>,
    /// Its digest.
    pub digest: ProgramDigest,
    origin: String,
    source: String,
}

impl Loaded {
    /// The program of this name in the library, or in the file at this path; parsed, and checked for overflow at the
    /// greatest sizes that it allows.
    ///
    /// # Errors
    /// If there is no such program, or its text has an error: with the place, and a caret below it.
    pub fn find(name: &str) -> Result<Self, Failure> {
        let (origin, source) = match library::find(name) {
            Some(entry) => (format!("{name}.qp"), entry.source.to_owned()),
            None => (name.to_owned(), read(name)?),
        };
        let program = parse_with(&source, &Beside::new(name)).map_err(|d| rendered(&d, &origin, &source))?;
        let program = Arc::new(program);
        BoundProgram::check_greatest(&program).map_err(|d| rendered(&d, &origin, &source))?;
        let digest = ProgramDigest::of(&program);
        Ok(Self { program, digest, origin, source })
    }

    /// A line of the program's text, from 1; nothing beyond its end.
    pub fn line(&self, number: u32) -> &str {
        self.source.lines().nth(number.saturating_sub(1) as usize).unwrap_or_default()
    }

    /// The program's text.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Puts numbers into the program's parameters and sizes.
    ///
    /// # Errors
    /// A number that is missing, unknown or out of its range; a possible overflow.
    pub fn bind(&self, arguments: &Arguments) -> Result<Arc<BoundProgram>, Failure> {
        BoundProgram::new(&self.program, arguments).map(Arc::new).map_err(|error| self.unbound(&error))
    }

    /// What is said about arguments that do not fit.
    pub fn unbound(&self, error: &BindError) -> Failure {
        match error {
            BindError::Program(diagnostic) => rendered(diagnostic, &self.origin, &self.source),
            BindError::Missing { name, .. } => {
                Failure::new(Exit::BadInput, error.to_string()).hint(format!("give it with --param {name}=VALUE"))
            }
            _ => Failure::new(Exit::BadInput, error.to_string()),
        }
    }
}

/// Reads `NAME=VALUE` texts into parameters.
///
/// # Errors
/// A text without `=`, or a name that comes twice.
pub fn parameters(given: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    let mut parameters = BTreeMap::new();
    for text in given {
        let (name, value) = text.split_once('=').ok_or_else(|| {
            Failure::new(Exit::BadInput, format!("--param {text}: no value is given")).hint("write --param NAME=VALUE")
        })?;
        let (name, value) = (name.trim().to_owned(), value.trim().to_owned());
        if parameters.insert(name.clone(), value).is_some() {
            return Err(Failure::new(Exit::BadInput, format!("--param {name} is given twice")));
        }
    }
    Ok(parameters)
}

fn rendered(diagnostic: &Diagnostic, origin: &str, source: &str) -> Failure {
    let text = diagnostic.render(origin, source);
    let message = text.strip_prefix("error: ").unwrap_or(&text).trim_end();
    Failure::new(Exit::BadInput, message)
}

fn read(name: &str) -> Result<String, Failure> {
    let path = Path::new(name);
    if !path.exists() {
        let known: Vec<&str> = library::all().map(|entry| entry.name).collect();
        let message =
            format!("there is no program {name:?}: neither in the library ({}) nor as a file", known.join(", "));
        return Err(Failure::new(Exit::BadInput, message).hint("`quorate programs` lists the library"));
    }
    read_text(path).map_err(|why| Failure::new(Exit::BadInput, format!("{name}: {why}")))
}

/// A text of the language from a file; the error says why there is none.
pub(crate) fn read_text(path: &Path) -> Result<String, String> {
    if path.is_dir() {
        return Err("this is a directory, not a program".into());
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| format!("this cannot be read ({error})"))?;
    // One byte more than the limit is enough to be told so by the parser.
    file.take(LONGEST_SOURCE as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("this cannot be read ({error})"))?;
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        format!("line {line} is not UTF-8 text: this is not a program")
    })
}
