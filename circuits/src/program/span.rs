//! Places in a program's text, and errors that point at them.

/// A place in the text that made a node: for a program built in Rust, the line and column of the call.
///
/// Two spans always compare equal: where something was written is no part of what it means, so
/// `parse(print(p)) == p` can be stated with `==`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Span {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Characters covered, at least 1.
    pub length: u32,
}

impl PartialEq for Span {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Span {}

/// An error in a program, with its place and, where there is one, the way out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {}, column {}: {message}", span.line, span.column)]
pub struct Diagnostic {
    /// Where.
    pub span: Span,
    /// What was found and what was expected.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
}

impl Diagnostic {
    /// An error at a place.
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), hint: None }
    }

    /// Adds the way out.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds where the function was used in whose body the error is.
    #[must_use]
    pub(crate) fn used(mut self, function: &str, span: Span) -> Self {
        self.message += &format!(" (in {function}, used on line {})", span.line);
        self
    }

    /// The error with the source line and a caret below it, as a compiler prints it.
    pub fn render(&self, origin: &str, source: &str) -> String {
        let mut text = format!("error: {}\n  --> {origin}:{}:{}\n", self.message, self.span.line, self.span.column);
        if let Some(line) = source.lines().nth(self.span.line.saturating_sub(1) as usize) {
            let number = self.span.line.to_string();
            let gutter = " ".repeat(number.len());
            let before: String = line
                .chars()
                .take(self.span.column.saturating_sub(1) as usize)
                .map(|c| if c == '\t' { c } else { ' ' })
                .collect();
            let caret = "^".repeat(self.span.length.max(1) as usize);
            text += &format!("{gutter} |\n{number} | {line}\n{gutter} | {before}{caret}\n");
        }
        if let Some(hint) = &self.hint {
            text += &format!("hint: {hint}\n");
        }
        text
    }
}
