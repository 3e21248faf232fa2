//! What the names of a text stand for, so that looking one up costs the same in long programs.

use std::collections::HashMap;

use super::lex::TokenKind;
use super::parse::Parser;
use crate::program::{
    CircuitId, DefinitionId, Diagnostic, HeldId, InputId, NodeId, Operation, ParameterId, RoleId, SizeId, Span,
};

/// The names declared so far. Of two equal ones the first counts; that there are two is found at the end.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) parameters: HashMap<String, ParameterId>,
    pub(super) roles: HashMap<String, RoleId>,
    pub(super) sizes: HashMap<String, SizeId>,
    pub(super) inputs: HashMap<RoleId, HashMap<String, InputId>>,
    /// By record: the fields that are held.
    pub(super) held: HashMap<String, HashMap<String, HeldId>>,
    pub(super) functions: HashMap<String, Callable>,
    /// Of `let`, `reveal` and `output`; in the body of a function its parameters and its `let`s.
    pub(super) values: HashMap<String, NodeId>,
}

/// What is called like a function and is none of the language's own.
#[derive(Clone, Copy, Debug)]
pub(super) enum Callable {
    Definition(DefinitionId),
    Circuit(CircuitId),
}

impl Parser<'_> {
    pub(super) fn find_parameter(&self, name: &str, span: Span) -> Result<ParameterId, Diagnostic> {
        find("parameter", &self.names.parameters, name, span)
    }

    pub(super) fn find_role(&mut self) -> Result<RoleId, Diagnostic> {
        let (name, span) = self.name("a role")?;
        find("role", &self.names.roles, &name, span)
    }

    /// The input `role.name` or the held value `record.field`, of which the first name and the dot were read.
    pub(super) fn find_brought(&mut self, owner: &str, span: Span) -> Result<Operation, Diagnostic> {
        if let Some(fields) = self.names.held.get(owner) {
            let fields = fields.clone();
            let (field, place) = self.name("a field")?;
            return find(&format!("held value {owner}."), &fields, &field, place).map(Operation::Held);
        }
        if !self.names.roles.contains_key(owner) {
            let message = format!("there is no role {owner}, and no record {owner} of which something is held");
            let known = self.names.roles.keys().chain(self.names.held.keys());
            let hint = closest(owner, known.map(String::as_str));
            let hint = hint.unwrap_or_else(|| {
                format!("declare what is taken over from an earlier session: held {owner}.secret: scalar(secp256k1)")
            });
            return Err(Diagnostic::new(span, message).hint(hint));
        }
        self.find_input(owner, span).map(Operation::Input)
    }

    fn find_input(&mut self, role: &str, span: Span) -> Result<InputId, Diagnostic> {
        let role = find("role", &self.names.roles, role, span)?;
        let (mut name, place) = self.name("an input")?;
        if self.accept(".") {
            name = format!("{name}.{}", self.name("a column")?.0);
        }
        match self.names.inputs.get(&role) {
            Some(inputs) => find("input", inputs, &name, place),
            None => Err(Diagnostic::new(place, format!("there is no input {name}; the role has none"))),
        }
    }

    pub(super) fn find_size(&mut self) -> Result<SizeId, Diagnostic> {
        let (name, span) = self.name("a size")?;
        find("size", &self.names.sizes, &name, span)
    }

    /// The parameter that comes next, if one does.
    pub(super) fn peek_parameter(&self) -> Option<ParameterId> {
        match self.peek() {
            Some(TokenKind::Name(name)) => self.names.parameters.get(name).copied(),
            _ => None,
        }
    }
}

fn find<Id: Copy>(what: &str, known: &HashMap<String, Id>, name: &str, span: Span) -> Result<Id, Diagnostic> {
    known.get(name).copied().ok_or_else(|| unknown(what, name, span, known.keys().map(String::as_str)))
}

/// An unknown name, with the closest known one; among equally close ones the first of the alphabet.
pub(super) fn unknown<'a>(what: &str, name: &str, span: Span, known: impl Iterator<Item = &'a str>) -> Diagnostic {
    let gap = if what.ends_with('.') { "" } else { " " };
    let diagnostic = Diagnostic::new(span, format!("there is no {what}{gap}{name}"));
    match closest(name, known) {
        Some(hint) => diagnostic.hint(hint),
        None => diagnostic,
    }
}

/// A hint at the closest known name, if one is close.
fn closest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let (distance, closest) = known.map(|candidate| (distance(name, candidate), candidate)).min()?;
    (distance <= 2).then(|| format!("did you mean {closest}?"))
}

/// Edit distance (Levenshtein), for names of at most 64 characters.
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() > 64 || b.len() > 64 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = (corner + usize::from(x != y)).min(above + 1).min(row[j] + 1);
            corner = above;
        }
    }
    row[b.len()]
}
