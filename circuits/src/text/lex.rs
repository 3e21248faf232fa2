//! Characters to tokens.

use ethnum::I256;

use crate::program::{Diagnostic, Literal, Span};

/// A token with its place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum TokenKind {
    Name(String),
    Number(Literal),
    Text(String),
    Symbol(&'static str),
    /// The end of a statement: a line break outside brackets.
    End,
}

/// Longest first, so that `..=` is not read as `..`.
const SYMBOLS: &[&str] = &[
    "..=", "..", "==", "!=", "<=", ">=", "^^", "(", ")", "[", "]", "{", "}", ",", ":", "=", ".", "+", "-", "*", "/",
    "&", "|", "<", ">", "!",
];

pub(super) fn tokens(source: &str) -> Result<Vec<Token>, Diagnostic> {
    let mut lexer = Lexer { tokens: Vec::new(), open: Vec::new() };
    for (number, line) in source.lines().enumerate() {
        lexer.line(line, number as u32 + 1)?;
    }
    if let Some(span) = lexer.open.last() {
        return Err(Diagnostic::new(*span, "this bracket is never closed"));
    }
    Ok(lexer.tokens)
}

struct Lexer {
    tokens: Vec<Token>,
    open: Vec<Span>,
}

impl Lexer {
    fn line(&mut self, line: &str, number: u32) -> Result<(), Diagnostic> {
        let mut rest = line;
        let mut column = 1;
        loop {
            let trimmed = rest.trim_start();
            column += rest[..rest.len() - trimmed.len()].chars().count() as u32;
            rest = trimmed;
            if rest.is_empty() || rest.starts_with('#') {
                break;
            }
            let at = Span { line: number, column, length: 1 };
            let (kind, length) = Self::token(rest, at)?;
            let characters = rest[..length].chars().count() as u32;
            let span = Span { length: characters, ..at };
            self.bracket(&kind, span)?;
            self.tokens.push(Token { kind, span });
            rest = &rest[length..];
            column += characters;
        }
        let ends = self.open.is_empty() && self.tokens.last().is_some_and(|t| t.kind != TokenKind::End);
        if ends {
            self.tokens.push(Token { kind: TokenKind::End, span: Span { line: number, column, length: 1 } });
        }
        Ok(())
    }

    fn bracket(&mut self, kind: &TokenKind, span: Span) -> Result<(), Diagnostic> {
        match kind {
            TokenKind::Symbol("(" | "[") => self.open.push(span),
            TokenKind::Symbol(")" | "]") => {
                self.open.pop().ok_or_else(|| Diagnostic::new(span, "this bracket was never opened"))?;
            }
            _ => {}
        }
        Ok(())
    }

    /// The token at the start of `rest` and its length in bytes.
    fn token(rest: &str, at: Span) -> Result<(TokenKind, usize), Diagnostic> {
        let first = rest.chars().next().unwrap_or(' ');
        if first.is_ascii_alphabetic() || first == '_' {
            let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            return Ok((TokenKind::Name(rest[..length].to_owned()), length));
        }
        if first.is_ascii_digit() {
            return Self::number(rest, at);
        }
        if first == '"' {
            return quoted(rest, at).map(|(text, length)| (TokenKind::Text(text), length));
        }
        SYMBOLS
            .iter()
            .find(|symbol| rest.starts_with(**symbol))
            .map(|symbol| (TokenKind::Symbol(symbol), symbol.len()))
            .ok_or_else(|| Diagnostic::new(at, format!("{first:?} has no meaning here")))
    }

    fn number(rest: &str, at: Span) -> Result<(TokenKind, usize), Diagnostic> {
        let digits = |from: usize| {
            rest[from..].find(|c: char| !c.is_ascii_digit() && c != '_').map_or(rest.len(), |end| from + end)
        };
        let mut end = digits(0);
        let follows = |end: usize, mark: char| {
            let mut characters = rest[end..].chars();
            characters.next() == Some(mark) && characters.next().is_some_and(|c| c.is_ascii_digit())
        };
        if follows(end, '.') || follows(end, '^') {
            end = digits(end + 1);
        }
        let span = Span { length: end as u32, ..at };
        if rest[end..].starts_with(|c: char| c.is_ascii_alphanumeric()) {
            return Err(
                Diagnostic::new(span, "a number runs into a name").hint("write numbers as 12, 1_000, 0.5 or 10^6")
            );
        }
        match Literal::parse(&rest[..end]) {
            Some(literal) if literal.decimals <= 18 && literal.mantissa <= I256::from(u128::MAX) => {
                Ok((TokenKind::Number(literal), end))
            }
            _ => Err(Diagnostic::new(span, "this number has too many digits")
                .hint("numbers have at most 38 digits, 18 of them decimals")),
        }
    }
}

/// A text in quotes at the start of `rest`, and its length there in bytes.
pub(crate) fn quoted(rest: &str, at: Span) -> Result<(String, usize), Diagnostic> {
    let (mut text, mut escaped) = (String::new(), false);
    for (position, c) in rest.char_indices().skip(1) {
        match (escaped, c) {
            (true, '"' | '\\') => text.push(c),
            (true, _) => return Err(Diagnostic::new(at, format!("\\{c} is no escape")).hint("write \\\" or \\\\")),
            (false, '\\') => {}
            (false, '"') => return Ok((text, position + 1)),
            (false, _) => text.push(c),
        }
        escaped = !escaped && c == '\\';
    }
    Err(Diagnostic::new(at, "this text is never closed").hint("end it with \" on the same line"))
}
