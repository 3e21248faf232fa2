//! Comments to the tokens of expectations.

use crate::program::{Diagnostic, Span};
use crate::text::quoted;

/// What the comments that are expectations begin with.
pub(super) const MARK: &str = "#:";

/// The words that begin an expectation.
pub(super) const KEYWORDS: [&str; 4] = ["run", "fails", "explain", "error"];

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Name(String),
    /// A number as it is written, with its sign.
    Number(String),
    Text(String),
    Symbol(&'static str),
}

pub(super) type Tokens = Vec<(Token, Span)>;

/// Longest first.
const SYMBOLS: [&str; 9] = ["->", "=", ",", ";", ":", ".", "/", "[", "]"];

/// The expectations of a source, each as its tokens.
pub(super) fn expectations(source: &str) -> Result<Vec<Tokens>, Diagnostic> {
    let mut all: Vec<Tokens> = Vec::new();
    let mut open: Option<Tokens> = None;
    for (number, line) in source.lines().enumerate() {
        let number = number as u32 + 1;
        let Some(comment) = comment(line) else { continue };
        let column = line[..comment].chars().count() as u32 + 1;
        let at = Span { line: number, column, length: 2 };
        let Some(rest) = line[comment..].strip_prefix(MARK) else {
            lookalike(&line[comment..], at)?;
            continue;
        };
        if !line[..comment].trim().is_empty() {
            return Err(Diagnostic::new(at, "an expectation stands on a line of its own"));
        }
        let mut tokens = open.take().unwrap_or_default();
        tokens.extend(line_tokens(rest, number, column + 2)?);
        if tokens.is_empty() {
            return Err(Diagnostic::new(at, "an expectation is missing after #:").hint(BEGINNINGS));
        }
        if goes_on(&tokens) { open = Some(tokens) } else { all.push(tokens) }
    }
    // Nothing follows: let the parser say what is missing.
    all.extend(open);
    Ok(all)
}

pub(super) const BEGINNINGS: &str = "expectations begin with run, fails, explain or error";

/// Where a line's comment begins, outside of quoted text.
fn comment(line: &str) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    line.char_indices().find_map(|(at, c)| {
        let begins = c == '#' && !quoted;
        quoted ^= c == '"' && !escaped;
        escaped = quoted && c == '\\' && !escaped;
        begins.then_some(at)
    })
}

/// Refuses comments that were meant as expectations.
fn lookalike(comment: &str, at: Span) -> Result<(), Diagnostic> {
    let text = comment.trim_start_matches('#').trim_start();
    let Some(keyword) = KEYWORDS.iter().find(|keyword| text.starts_with(**keyword)) else { return Ok(()) };
    let mut rest = text[keyword.len()..].trim_start();
    let clause = rest.strip_prefix("with ").or_else(|| rest.strip_prefix("under "));
    if clause.is_some() && text.contains(':') && (text.contains('=') || text.contains("->")) {
        rest = ":";
    }
    if rest.starts_with(':') {
        return Err(Diagnostic::new(at, "this comment looks like an expectation, and would be skipped")
            .hint(format!("write {MARK} {keyword}, or begin the comment with another word")));
    }
    Ok(())
}

/// Whether the expectation is not complete at the end of a line.
fn goes_on(tokens: &[(Token, Span)]) -> bool {
    let depth = tokens.iter().fold(0_i64, |depth, (token, _)| match token {
        Token::Symbol("[") => depth + 1,
        Token::Symbol("]") => depth - 1,
        _ => depth,
    });
    depth > 0 || matches!(tokens.last(), Some((Token::Symbol("," | ";" | ":" | "->"), _)))
}

fn line_tokens(line: &str, number: u32, mut column: u32) -> Result<Tokens, Diagnostic> {
    let mut tokens = Vec::new();
    let mut rest = line;
    loop {
        let trimmed = rest.trim_start();
        column += rest[..rest.len() - trimmed.len()].chars().count() as u32;
        rest = trimmed;
        if rest.is_empty() {
            return Ok(tokens);
        }
        let (token, length) = token(rest, Span { line: number, column, length: 1 })?;
        let characters = rest[..length].chars().count() as u32;
        tokens.push((token, Span { line: number, column, length: characters }));
        rest = &rest[length..];
        column += characters;
    }
}

/// The token at the start of `rest` and its length in bytes.
fn token(rest: &str, at: Span) -> Result<(Token, usize), Diagnostic> {
    let first = rest.chars().next().unwrap_or(' ');
    let run = |from: usize, belongs: &dyn Fn(char) -> bool| {
        rest[from..].find(|c: char| !belongs(c)).map_or(rest.len(), |end| from + end)
    };
    if first.is_ascii_alphabetic() || first == '_' {
        let length = run(0, &|c| c.is_ascii_alphanumeric() || c == '_');
        return Ok((Token::Name(rest[..length].to_owned()), length));
    }
    let sign = usize::from(first == '-');
    if rest[sign..].starts_with(|c: char| c.is_ascii_digit()) {
        let length = run(sign, &|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '^'));
        return Ok((Token::Number(rest[..length].to_owned()), length));
    }
    if first == '"' {
        return quoted(rest, at).map(|(text, length)| (Token::Text(text), length));
    }
    let symbol = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol));
    symbol
        .map(|symbol| (Token::Symbol(symbol), symbol.len()))
        .ok_or_else(|| Diagnostic::new(at, format!("{first:?} has no meaning in an expectation")))
}
