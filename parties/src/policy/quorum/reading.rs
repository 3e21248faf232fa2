//! Reading an expression.

use super::{Attribute, Quorum};
use crate::policy::Role;

/// The longest expression, in bytes.
const LONGEST: usize = 1024;
/// How deep parentheses stand in each other.
const DEEPEST: usize = 8;
/// The largest number that is counted to.
const MOST: u32 = 10_000;

/// The expression of a text.
///
/// # Errors
/// What was found and what was expected.
pub(super) fn read(text: &str) -> Result<Quorum, String> {
    if text.len() > LONGEST {
        return Err(format!("the expression has more than {LONGEST} bytes"));
    }
    let spaced = text.replace('(', " ( ").replace(')', " ) ").replace(">=", " >= ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader { words: &words, depth: 0 };
    let quorum = reader.expression()?;
    match reader.words {
        [] => Ok(quorum),
        [surplus, ..] => Err(expected("`and`, `or` or the end", Some(surplus))),
    }
}

struct Reader<'a> {
    words: &'a [&'a str],
    depth: usize,
}

fn expected(what: &str, found: Option<&str>) -> String {
    let found =
        found.map_or_else(|| "the end".to_owned(), |word| format!("{:?}", word.chars().take(40).collect::<String>()));
    format!("expected {what}, found {found}; for example `2 of treasury and (1 of compliance or person ann)`")
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<&'a str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }

    /// Parts joined by one word.
    fn expression(&mut self) -> Result<Quorum, String> {
        let first = self.part()?;
        let Some(word @ ("and" | "or")) = self.words.first().copied() else { return Ok(first) };
        let mut parts = vec![first];
        while let Some(found @ ("and" | "or")) = self.words.first().copied() {
            if found != word {
                return Err("`and` and `or` stand side by side: write parentheses to say which is meant".to_owned());
            }
            self.next();
            parts.push(self.part()?);
        }
        // What is in parentheses and joined by the same word means the same without them.
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Quorum::All(inner) if word == "and" => flat.extend(inner),
                Quorum::Any(inner) if word == "or" => flat.extend(inner),
                other => flat.push(other),
            }
        }
        Ok(if word == "and" { Quorum::All(flat) } else { Quorum::Any(flat) })
    }

    fn part(&mut self) -> Result<Quorum, String> {
        match self.next() {
            Some("(") => {
                self.depth += 1;
                if self.depth > DEEPEST {
                    return Err(format!("parentheses stand more than {DEEPEST} deep in each other"));
                }
                let inner = self.expression()?;
                self.depth -= 1;
                self.word(")")?;
                Ok(inner)
            }
            Some("weight") => {
                let needed = self.number()?;
                Ok(Quorum::Weight { needed, role: self.role()? })
            }
            Some("person") => {
                let name = self.next().ok_or_else(|| expected("the name of a person", None))?;
                name.parse().map(Quorum::Person).map_err(|error| error.to_string())
            }
            Some("distinct") => {
                let attribute = match self.next() {
                    Some("locations") => Attribute::Location,
                    Some("jurisdictions") => Attribute::Jurisdiction,
                    other => return Err(expected("`locations` or `jurisdictions`", other)),
                };
                self.word(">=")?;
                Ok(Quorum::Distinct { attribute, needed: self.number()? })
            }
            Some(number) => {
                let needed = count(number).ok_or_else(|| {
                    expected("a number from 1 to 10000, `weight`, `person`, `distinct` or `(`", Some(number))
                })?;
                Ok(Quorum::Count { needed, role: self.role()? })
            }
            None => Err(expected("a number, `weight`, `person`, `distinct` or `(`", None)),
        }
    }

    fn role(&mut self) -> Result<Role, String> {
        self.word("of")?;
        self.next().ok_or_else(|| expected("a role", None))?.parse()
    }

    fn number(&mut self) -> Result<u32, String> {
        let word = self.next();
        word.and_then(count).ok_or_else(|| expected("a number from 1 to 10000", word))
    }

    fn word(&mut self, word: &str) -> Result<(), String> {
        match self.next() {
            Some(found) if found == word => Ok(()),
            other => Err(expected(&format!("`{word}`"), other)),
        }
    }
}

fn count(word: &str) -> Option<u32> {
    let lawful = word.len() <= 5 && word.bytes().all(|digit| digit.is_ascii_digit()) && !word.starts_with('0');
    lawful.then(|| word.parse().ok()).flatten().filter(|count| (1..=MOST).contains(count))
}
