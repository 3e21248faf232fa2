//! What is said about filetests.

use std::path::PathBuf;

use quorate_circuits::filetest::{Checked, Miss};
use quorate_circuits::program::Diagnostic;
use serde_json::{Value, json};

use crate::exit::{Exit, Failure};

/// All that was tried.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// By file.
    pub files: Vec<Ended>,
}

/// How a file ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// The file.
    pub path: PathBuf,
    /// What came of it.
    pub verdict: Verdict,
}

/// What came of a file.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// Its expectations were tried; those that do not hold are listed.
    Tried(Checked),
    /// An expectation, or the program, is malformed; nothing was tried.
    Malformed {
        /// What and where.
        diagnostic: Diagnostic,
        /// The same with the line and a caret.
        rendered: String,
    },
    /// It could not be read.
    Unreadable {
        /// Why.
        message: String,
    },
}

impl Ended {
    /// One line, and below it what does not hold.
    pub fn text(&self) -> String {
        let path = self.path.display();
        match &self.verdict {
            Verdict::Tried(checked) => {
                let word = if checked.misses.is_empty() { "ok    " } else { "FAILED" };
                let (expectations, runs) = (counted(checked.expectations, "expectation"), counted(checked.runs, "run"));
                let mut text = format!("{word}  {path}: {expectations}, {runs}");
                if checked.passed_over > 0 {
                    text += &format!(", {} passed over", checked.passed_over);
                }
                text += "\n";
                for Miss { span, what, expected, found } in &checked.misses {
                    text +=
                        &format!("  {path}:{}: {what}\n    expected: {expected}\n    found:    {found}\n", span.line);
                }
                text
            }
            Verdict::Malformed { rendered, .. } => {
                let lines: String = rendered.lines().map(|line| format!("  {line}\n")).collect();
                format!("BAD     {path}: nothing was tried\n{lines}")
            }
            Verdict::Unreadable { message } => format!("BAD     {path}: {message}\n"),
        }
    }

    fn json(&self) -> Value {
        let mut fields = json!({"file": self.path.display().to_string(), "verdict": self.word()});
        let more = match &self.verdict {
            Verdict::Tried(Checked { expectations, runs, passed_over, misses, .. }) => json!({
                "expectations": expectations,
                "runs": runs,
                "passed_over": passed_over,
                "misses": misses.iter().map(|Miss { span, what, expected, found }| json!({
                    "line": span.line, "column": span.column, "what": what, "expected": expected, "found": found,
                })).collect::<Vec<_>>(),
            }),
            Verdict::Malformed { diagnostic, .. } => json!({
                "line": diagnostic.span.line,
                "column": diagnostic.span.column,
                "message": diagnostic.message,
                "hint": diagnostic.hint,
            }),
            Verdict::Unreadable { message } => json!({"message": message}),
        };
        if let (Value::Object(fields), Value::Object(more)) = (&mut fields, more) {
            fields.extend(more);
        }
        fields
    }

    fn word(&self) -> &'static str {
        match &self.verdict {
            Verdict::Tried(checked) if checked.misses.is_empty() => "ok",
            Verdict::Tried(_) => "failed",
            Verdict::Malformed { .. } | Verdict::Unreadable { .. } => "malformed",
        }
    }
}

impl Report {
    fn count(&self, word: &str) -> usize {
        self.files.iter().filter(|file| file.word() == word).count()
    }

    /// The sums in one line.
    pub fn summary(&self) -> String {
        let tried = self.files.iter().filter_map(|file| match &file.verdict {
            Verdict::Tried(checked) => Some(checked),
            _ => None,
        });
        let (expectations, runs) = tried.fold((0, 0), |(e, r), checked| (e + checked.expectations, r + checked.runs));
        let (files, expectations) = (counted(self.files.len(), "file"), counted(expectations, "expectation"));
        let (failed, malformed) = (self.count("failed"), self.count("malformed"));
        format!("{files}, {expectations}, {}: {failed} failed, {malformed} malformed\n", counted(runs, "run"))
    }

    /// One JSON object.
    pub fn json(&self) -> Value {
        json!({
            "files": self.files.iter().map(Ended::json).collect::<Vec<_>>(),
            "ok": self.count("ok"),
            "failed": self.count("failed"),
            "malformed": self.count("malformed"),
        })
    }

    /// How the command ends.
    ///
    /// # Errors
    /// If a file is malformed; otherwise if an expectation does not hold.
    pub fn verdict(&self) -> Result<(), Failure> {
        let files = self.files.len();
        let of = |count: usize| format!("{count} of {}", counted(files, "file"));
        match (self.count("malformed"), self.count("failed")) {
            (0, 0) => Ok(()),
            (0, failed) => Err(Failure::new(Exit::Unmet, format!("{}: expectations do not hold", of(failed)))),
            (bad, _) => Err(Failure::new(Exit::BadInput, format!("{}: nothing could be tried", of(bad)))),
        }
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
