//! The text of a structure in names.

use std::collections::BTreeMap;
use std::fmt::{Display, Formatter, Result as Written};

use quorate_circuits::access::{MOST_DEPTH, MOST_ROWS};

use super::{Joint, LONGEST, Node, StructureFault, What};
use crate::identity::PartyName;

/// Reads an expression; the members of its groups are in `groups`.
///
/// # Errors
/// Where it goes wrong.
pub(super) fn read(text: &str, groups: &BTreeMap<String, String>) -> Result<Node, StructureFault> {
    let mut reader = Reader { text, at: 0, groups };
    if text.len() > LONGEST {
        let why = format!("expected at most {LONGEST} characters");
        return Err(StructureFault { text: text.chars().take(40).collect(), at: 0, why });
    }
    if let Some((at, _)) = text.char_indices().find(|(_, c)| !c.is_ascii() || c.is_ascii_control()) {
        return Err(StructureFault {
            text: text[..at].to_owned(),
            at,
            why: "expected letters without accents".to_owned(),
        });
    }
    let node = reader.expression(1)?;
    reader.spaces();
    if reader.at < text.len() { Err(reader.expected("`and`, `or` or the end")) } else { Ok(node) }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    groups: &'a BTreeMap<String, String>,
}

impl<'a> Reader<'a> {
    fn fault(&self, at: usize, why: impl Into<String>) -> StructureFault {
        StructureFault { text: self.text.to_owned(), at, why: why.into() }
    }

    fn expected(&self, what: &str) -> StructureFault {
        self.fault(self.at, format!("expected {what}"))
    }

    fn spaces(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn accept(&mut self, sign: char) -> bool {
        self.spaces();
        let found = self.text[self.at..].starts_with(sign);
        self.at += usize::from(found);
        found
    }

    /// The next word, which stays to be read; empty if there is none.
    fn peek(&mut self) -> &'a str {
        self.spaces();
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-')).unwrap_or(rest.len());
        &rest[..end]
    }

    fn expression(&mut self, depth: usize) -> Result<Node, StructureFault> {
        if depth > MOST_DEPTH {
            return Err(self.fault(self.at, format!("expected at most {MOST_DEPTH} levels")));
        }
        let first = self.term(depth)?;
        let at = first.at;
        let (mut inputs, mut joint) = (vec![first], None);
        loop {
            let found = match self.peek() {
                "and" => Joint::And,
                "or" => Joint::Or,
                _ => break,
            };
            if joint.is_some_and(|joint| joint != found) {
                return Err(self.expected("parentheses where `and` and `or` meet, as in a and (b or c)"));
            }
            joint = Some(found);
            self.at += self.peek().len();
            inputs.push(self.term(depth)?);
        }
        let count = inputs.len() as u16;
        Ok(match (joint, inputs.pop()) {
            (None, Some(only)) => only,
            (joint, last) => {
                inputs.extend(last);
                let threshold = if joint == Some(Joint::Or) { 1 } else { count };
                Node { at, what: What::Gate { threshold, joint: joint.unwrap_or(Joint::And), inputs } }
            }
        })
    }

    fn term(&mut self, depth: usize) -> Result<Node, StructureFault> {
        if self.accept('(') {
            let inner = self.expression(depth + 1)?;
            return if self.accept(')') { Ok(inner) } else { Err(self.expected("`and`, `or` or `)`")) };
        }
        let (word, at) = (self.peek(), self.at);
        if matches!(word, "" | "and" | "or" | "of") {
            return Err(self.expected("a group as in treasury:2of3, a holder's name, N of (…) or `(`"));
        }
        self.at += word.len();
        if word.bytes().all(|c| c.is_ascii_digit()) && self.peek() == "of" {
            return self.any_of(word, at, depth);
        }
        if self.accept(':') {
            return self.group(word, at);
        }
        let name =
            word.parse().map_err(|_| self.fault(at, "expected a group as in treasury:2of3 or a holder's name"))?;
        if self.groups.contains_key(word) {
            return Err(self.expected(&format!(":, as {word} is a group: how many of its members, as in {word}:2of3")));
        }
        Ok(Node { at, what: What::Holder(name) })
    }

    /// What follows `N` in `N of (…, …)`.
    fn any_of(&mut self, threshold: &str, at: usize, depth: usize) -> Result<Node, StructureFault> {
        self.at += "of".len();
        if !self.accept('(') {
            return Err(self.expected("`(`"));
        }
        let mut inputs = vec![self.expression(depth + 1)?];
        while self.accept(',') {
            inputs.push(self.expression(depth + 1)?);
        }
        if !self.accept(')') {
            return Err(self.expected("`,` or `)`"));
        }
        let count = inputs.len();
        let threshold = threshold.parse::<u16>().ok().filter(|number| (1..=count).contains(&usize::from(*number)));
        let threshold = threshold.ok_or_else(|| self.fault(at, format!("expected a number from 1 to {count}")))?;
        Ok(Node { at, what: What::Gate { threshold, joint: Joint::Of, inputs } })
    }

    /// What follows `NAME:`.
    fn group(&mut self, name: &str, at: usize) -> Result<Node, StructureFault> {
        let (word, place) = (self.peek(), self.at);
        self.at += word.len();
        let numbers = word.split_once("of").and_then(|(k, n)| Some((k.parse::<u16>().ok()?, n.parse::<usize>().ok()?)));
        let form = "expected how many of how many, as in 2of3";
        let (threshold, of) = numbers.ok_or_else(|| self.fault(place, form))?;
        let members = self.groups.get(name).ok_or_else(|| {
            self.fault(at, format!("expected a group whose members are given, as in --members '{name}=ann,ben,cas'"))
        })?;
        let members = read_members(members)?;
        let weight: usize = members.iter().map(|(_, weight)| usize::from(*weight)).sum();
        if weight != of {
            let count = members.len();
            return Err(self.fault(
                place,
                format!("{name} has {count} members, who count {weight}: expected {threshold}of{weight}"),
            ));
        }
        if threshold == 0 || usize::from(threshold) > weight {
            return Err(self.fault(place, format!("expected from 1of{weight} to {weight}of{weight}")));
        }
        Ok(Node { at, what: What::Group { name: name.to_owned(), threshold, members } })
    }
}

/// Reads `ann,ben*2`.
fn read_members(text: &str) -> Result<Vec<(PartyName, u16)>, StructureFault> {
    let fault = |at: usize, why: &str| StructureFault { text: text.to_owned(), at, why: why.to_owned() };
    let (mut members, mut at): (Vec<(PartyName, u16)>, usize) = (Vec::new(), 0);
    if text.len() > LONGEST || !text.is_ascii() {
        return Err(StructureFault { text: String::new(), at: 0, why: "expected a list of names".to_owned() });
    }
    for item in text.split(',') {
        let (name, weight) = item.split_once('*').map_or((item, None), |(name, weight)| (name, Some(weight)));
        let name: PartyName = name.trim().parse().map_err(|_| fault(at, "expected a holder's name"))?;
        let weight = match weight {
            None => Some(1),
            Some(digits) => digits.trim().parse().ok().filter(|weight| (1..=MOST_ROWS).contains(&usize::from(*weight))),
        };
        let weight = weight.ok_or_else(|| fault(at, "expected a weight from 1 to 256 after *"))?;
        if members.iter().any(|(other, _)| *other == name) {
            return Err(fault(at, "this member was named before"));
        }
        members.push((name, weight));
        at += item.len() + 1;
    }
    members.sort();
    Ok(members)
}

impl Display for Node {
    fn fmt(&self, f: &mut Formatter<'_>) -> Written {
        match &self.what {
            What::Holder(name) => name.fmt(f),
            What::Group { name, threshold, members } => {
                let weight: usize = members.iter().map(|(_, weight)| usize::from(*weight)).sum();
                write!(f, "{name}:{threshold}of{weight}")
            }
            What::Gate { threshold, joint, inputs } => {
                let (before, between, after) = match joint {
                    Joint::And => (String::new(), " and ", ""),
                    Joint::Or => (String::new(), " or ", ""),
                    Joint::Of => (format!("{threshold} of ("), ", ", ")"),
                };
                f.write_str(&before)?;
                for (position, input) in inputs.iter().enumerate() {
                    f.write_str(if position == 0 { "" } else { between })?;
                    let joined = matches!(&input.what, What::Gate { joint: Joint::And | Joint::Or, .. });
                    if joined && *joint != Joint::Of { write!(f, "({input})")? } else { input.fmt(f)? }
                }
                f.write_str(after)
            }
        }
    }
}
