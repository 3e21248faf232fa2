//! Who can use a key, in the words of those who hold it.
//!
//! ```text
//! treasury:2of3 and compliance:1of2                 groups, all of which must be satisfied
//! board:3of4 or (ceo and board:2of4)                alternatives; a holder can stand for itself
//! 2 of (treasury:2of3, compliance:1of2, audit:1of1) any two of three
//! ```
//!
//! A group's members are listed beside it; `ceo*2` counts twice in its group. Between parties the same is said in
//! numbers ([`quorate_circuits::access::Structure`]): holders by the order of their names.

mod text;

use std::collections::BTreeMap;

use quorate_circuits::access::{Gate, Input, NoStructure, Structure};
use serde::{Deserialize, Serialize};

use crate::identity::{Canonical, PartyName};

/// The longest text of a structure, and of a group's members.
const LONGEST: usize = 4096;

/// A structure in names, as it is written in the public part of a key: in canonical form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedStructure {
    /// Groups and holders, joined by `and`, `or` and `N of (…)`.
    expression: String,
    /// By group: its members, separated by commas, with `*weight` where it is not 1.
    #[serde(default)]
    groups: BTreeMap<String, String>,
}

/// A text that is no structure, and where it goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}\n  {text}\n  {caret:>width$}", caret = "^", width = .at + 1)]
pub struct StructureFault {
    /// The text.
    pub text: String,
    /// The character, from 0, at which it goes wrong.
    pub at: usize,
    /// What is wrong, and what was expected.
    pub why: String,
}

/// An expression, read, with its groups' members in place.
#[derive(Clone, Debug)]
struct Node {
    /// Where it begins in the text.
    at: usize,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    Holder(PartyName),
    Group { name: String, threshold: u16, members: Vec<(PartyName, u16)> },
    Gate { threshold: u16, joint: Joint, inputs: Vec<Node> },
}

/// How the inputs of a gate are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Joint {
    And,
    Or,
    Of,
}

impl NamedStructure {
    /// Reads an expression and its groups, each as `NAME=MEMBER,MEMBER*WEIGHT,…`.
    ///
    /// # Errors
    /// With the place, what is wrong with it.
    pub fn new(expression: &str, groups: &[String]) -> Result<Self, StructureFault> {
        let mut named = BTreeMap::new();
        for group in groups {
            let fault = |at, why: &str| StructureFault { text: group.clone(), at, why: why.to_owned() };
            let (name, members) = group.split_once('=').ok_or(fault(group.len(), "expected = and the members"))?;
            if named.insert(name.trim().to_owned(), members.to_owned()).is_some() {
                return Err(fault(0, "this group was given before"));
            }
        }
        Self { expression: expression.to_owned(), groups: named }.canonical()
    }

    /// The same structure as it is written.
    fn canonical(&self) -> Result<Self, StructureFault> {
        let node = self.read()?;
        let mut groups = BTreeMap::new();
        node.each_group(&mut |name, members| {
            let listed: Vec<String> = members.iter().map(|(name, weight)| member(name, *weight)).collect();
            groups.insert(name.to_owned(), listed.join(","));
        });
        let canonical = Self { expression: node.to_string(), groups };
        if let Some(unused) = self.groups.keys().find(|name| !canonical.groups.contains_key(*name)) {
            let why = format!("the group {unused} is given, but does not occur");
            return Err(StructureFault { text: self.expression.clone(), at: 0, why });
        }
        canonical.compiled()?;
        Ok(canonical)
    }

    /// Whether it is written as [`Self::new`] writes it.
    pub fn is_canonical(&self) -> bool {
        self.canonical().as_ref() == Ok(self)
    }

    /// The expression.
    pub fn expression(&self) -> &str {
        &self.expression
    }

    /// The groups and their members, as they are written.
    pub fn groups(&self) -> &BTreeMap<String, String> {
        &self.groups
    }

    /// Everybody who is named, in order of names: the holders with the indices 1, 2, ….
    ///
    /// # Errors
    /// If it is no structure.
    pub fn holders(&self) -> Result<Vec<PartyName>, StructureFault> {
        let mut names = Vec::new();
        self.read()?.each_holder(&mut |name| names.push(name.clone()));
        names.sort();
        names.dedup();
        Ok(names)
    }

    /// The structure in numbers.
    ///
    /// # Errors
    /// If it is no structure.
    pub fn compiled(&self) -> Result<Structure, StructureFault> {
        let (node, holders) = (self.read()?, self.holders()?);
        let fault = |why: String| StructureFault { text: self.expression.clone(), at: node.at, why };
        let Input::Gate(root) = node.compile(&holders) else {
            return Err(fault("one holder could use the key alone: expected at least two".to_owned()));
        };
        let named =
            |index: u16| holders.get(usize::from(index).wrapping_sub(1)).map_or(String::new(), |n| n.to_string());
        Structure::new(root).map_err(|error| {
            fault(match error {
                NoStructure::Alone(index) => {
                    format!("{} could use the key alone: expected a structure that needs two at least", named(index))
                }
                NoStructure::Twice(index) => format!("{} is named twice side by side", named(index)),
                other => other.to_string(),
            })
        })
    }

    /// What these holders lack: groups with who of them could help. `None` if nothing is lacking.
    ///
    /// # Errors
    /// If it is no structure.
    pub fn lacking(&self, present: &[PartyName]) -> Result<Option<String>, StructureFault> {
        Ok(self.read()?.lacking(present))
    }

    /// Adds it to what is hashed or signed.
    pub(crate) fn write(&self, canonical: Canonical) -> Canonical {
        canonical
            .text(&self.expression)
            .list(self.groups.iter(), |statement, (name, members)| statement.text(name).text(members))
    }

    fn read(&self) -> Result<Node, StructureFault> {
        text::read(&self.expression, &self.groups)
    }
}

impl std::fmt::Display for NamedStructure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.expression)?;
        self.groups.iter().try_for_each(|(name, members)| write!(f, "; {name}={members}"))
    }
}

fn member(name: &PartyName, weight: u16) -> String {
    if weight == 1 { name.to_string() } else { format!("{name}*{weight}") }
}

impl Node {
    fn each_group(&self, visit: &mut impl FnMut(&str, &[(PartyName, u16)])) {
        match &self.what {
            What::Holder(_) => {}
            What::Group { name, members, .. } => visit(name, members),
            What::Gate { inputs, .. } => inputs.iter().for_each(|input| input.each_group(visit)),
        }
    }

    fn each_holder(&self, visit: &mut impl FnMut(&PartyName)) {
        match &self.what {
            What::Holder(name) => visit(name),
            What::Group { members, .. } => members.iter().for_each(|(name, _)| visit(name)),
            What::Gate { inputs, .. } => inputs.iter().for_each(|input| input.each_holder(visit)),
        }
    }

    fn compile(&self, holders: &[PartyName]) -> Input {
        let holder = |name: &PartyName, weight| {
            let index = holders.iter().position(|other| other == name).map_or(0, |position| position as u16 + 1);
            Input::Holder { index, weight }
        };
        match &self.what {
            What::Holder(name) => holder(name, 1),
            What::Group { threshold, members, .. } => {
                let inputs = members.iter().map(|(name, weight)| holder(name, *weight)).collect();
                Input::Gate(Gate { threshold: *threshold, inputs })
            }
            What::Gate { threshold, inputs, .. } => {
                let inputs = inputs.iter().map(|input| input.compile(holders)).collect();
                Input::Gate(Gate { threshold: *threshold, inputs })
            }
        }
    }

    fn lacking(&self, present: &[PartyName]) -> Option<String> {
        match &self.what {
            What::Holder(name) => (!present.contains(name)).then(|| name.to_string()),
            What::Group { name, threshold, members } => {
                let (there, absent): (Vec<_>, Vec<_>) = members.iter().partition(|(name, _)| present.contains(name));
                let weight: u16 = there.iter().map(|(_, weight)| weight).sum();
                let more = threshold.checked_sub(weight).filter(|more| *more > 0)?;
                let absent: Vec<String> = absent.into_iter().map(|(name, weight)| member(name, *weight)).collect();
                Some(format!("{name}: {more} more of {}", absent.join(", ")))
            }
            What::Gate { threshold, joint, inputs } => {
                let lacking: Vec<String> = inputs.iter().filter_map(|input| input.lacking(present)).collect();
                let satisfied = inputs.len() - lacking.len();
                let more = usize::from(*threshold).checked_sub(satisfied).filter(|more| *more > 0)?;
                Some(match joint {
                    Joint::And => lacking.join("; "),
                    Joint::Or => format!("either {}", lacking.join(", or ")),
                    Joint::Of => format!("{more} of ({})", lacking.join("; ")),
                })
            }
        }
    }
}
