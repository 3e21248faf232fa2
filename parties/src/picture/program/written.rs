//! A program whose places say which expression of which statement made a value, functions included.

use std::sync::Arc;

use quorate_circuits::program::{CircuitSource, Program};
use quorate_circuits::text::{Sources, parse_with, print};

use crate::exit::{Exit, Failure};
use crate::program::Loaded;
use crate::sources::Beside;

/// A program in its canonical form, one statement a line.
///
/// Its functions and circuits stand in a text that it includes. So the place of whatever is bound in their bodies is
/// the place of their use, and no two statements share a place however many use the same function.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) program: Arc<Program>,
    lines: Vec<String>,
}

impl Written {
    /// Writes and reads the program that was found by this name.
    ///
    /// # Errors
    /// If a circuit's file has changed meanwhile.
    pub(super) fn of(name: &str, loaded: &Loaded) -> Result<Self, Failure> {
        let (text, functions) = apart(&print(&loaded.program));
        let sources = Apart { functions, others: Beside::new(name) };
        let program = parse_with(&text, &sources)
            .map_err(|diagnostic| Failure::new(Exit::BadInput, format!("{name}: {}", diagnostic.message)))?;
        debug_assert_eq!(program, *loaded.program, "what was written is what was read");
        Ok(Self { program: Arc::new(program), lines: text.lines().map(str::to_owned).collect() })
    }

    /// A line, from 1; nothing beyond the end.
    pub(super) fn line(&self, number: u32) -> &str {
        self.lines.get(number.saturating_sub(1) as usize).map_or("", String::as_str)
    }

    /// The line that begins like this.
    pub(super) fn beginning(&self, words: &str) -> Option<&str> {
        self.lines.iter().find(|line| line.starts_with(words)).map(String::as_str)
    }
}

const INCLUDED: &str = "the functions of this program";

/// The canonical text without its circuits and functions, which end the declarations, and those.
fn apart(text: &str) -> (String, String) {
    let starts = |line: &&str| line.starts_with("circuit ") || line.starts_with("function ");
    let lines: Vec<&str> = text.lines().collect();
    let Some(first) = lines.iter().position(starts) else { return (text.to_owned(), String::new()) };
    let end = lines[first..].iter().position(|line| line.is_empty()).map_or(lines.len(), |length| first + length);
    let include = format!("include \"{INCLUDED}\"");
    let text: Vec<&str> =
        lines[..first].iter().copied().chain([include.as_str()]).chain(lines[end..].iter().copied()).collect();
    (text.join("\n") + "\n", lines[first..end].join("\n") + "\n")
}

/// The functions of the program itself; circuits come from where they came from before.
struct Apart {
    functions: String,
    others: Beside,
}

impl Sources for Apart {
    fn include(&self, _: &str) -> Result<String, String> {
        Ok(self.functions.clone())
    }

    fn circuit(&self, name: &str) -> Result<CircuitSource, String> {
        self.others.circuit(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_put_apart() {
        let functions = "circuit c = \"x\" digest \"1\"\nfunction f(v) {\n  let w = v\n  return w\n}\n";
        let text = |functions: &str| format!("program p\n\nrole a\n{functions}\nreveal r = 1 to a\n");
        let include = format!("include \"{INCLUDED}\"\n");
        assert_eq!(apart(&text(functions)), (text(&include), functions.to_owned()));
        let plain = "program p\n\nrole a\n\nreveal r = 1 to a\n";
        assert_eq!(apart(plain), (plain.to_owned(), String::new()));
    }
}
