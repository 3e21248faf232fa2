//! Statements that bring functions: `function`, `circuit`, `include`.

use super::lex::{TokenKind, tokens};
use super::names::Callable;
use super::parse::Parser;
use crate::program::check::is_name;
use crate::program::{CircuitDeclaration, CircuitId, Diagnostic, NodeId, Span};

/// How many texts may be included.
const MOST_INCLUDES: usize = 64;

/// How many circuits a program may name: building one can take a second.
const MOST_CIRCUITS: usize = 64;

impl Parser<'_> {
    /// `function f(x, y) = …`, or with `let`s and a `return` between braces.
    pub(super) fn function_statement(&mut self) -> Result<(), Diagnostic> {
        let (name, span) = self.name("the function's name")?;
        self.expect("(")?;
        let mut parameters = vec![self.name("a parameter")?.0];
        while self.accept(",") {
            parameters.push(self.name("a parameter")?.0);
        }
        self.expect(")")?;
        if let Some(twice) = parameters.iter().enumerate().find(|(i, p)| parameters[..*i].contains(p)) {
            return Err(Diagnostic::new(span, format!("{} has two parameters {}", name, twice.1)));
        }
        let outer = self.draft.open(parameters.len(), span);
        let arguments = parameters.iter().enumerate().map(|(i, p)| (p.clone(), NodeId(i))).collect();
        let values = std::mem::replace(&mut self.names.values, arguments);
        self.in_body = true;
        let result = if self.accept("=") { self.expression() } else { self.block() };
        self.in_body = false;
        self.names.values = values;
        let definition = self.draft.close(outer, name.clone(), parameters, result?, span);
        self.callable(name, Callable::Definition(definition));
        Ok(())
    }

    fn block(&mut self) -> Result<NodeId, Diagnostic> {
        self.expect("{")?;
        self.end()?;
        while self.accept_keyword("let") {
            self.let_statement()?;
            self.end()?;
        }
        self.expect_keyword("return")?;
        let result = self.expression()?;
        self.end()?;
        self.expect("}")?;
        Ok(result)
    }

    /// `circuit f = "aes-128"`, in the canonical form with its digest.
    pub(super) fn circuit(&mut self) -> Result<(), Diagnostic> {
        let (name, span) = self.name("the circuit's name")?;
        self.expect("=")?;
        let (origin, place) = self.quoted("the circuit's name in the library, or its file")?;
        if self.draft.circuits.len() >= MOST_CIRCUITS {
            return Err(Diagnostic::new(span, format!("more than {MOST_CIRCUITS} circuits")));
        }
        // Building a large gadget takes a while, and once is enough.
        let source = match self.draft.circuits.iter().find(|known| known.origin == origin) {
            Some(known) => known.source.clone(),
            None => self.sources.circuit(&origin).map_err(|reason| Diagnostic::new(place, reason))?,
        };
        if self.accept_keyword("digest") {
            let (expected, place) = self.quoted("the circuit's digest")?;
            let found = crate::digest::hexadecimal(source.digest());
            if expected != found {
                let message = format!("the circuit {origin:?} is another one: its digest is {found}");
                return Err(Diagnostic::new(place, message).hint("compare both versions before you approve"));
            }
        }
        let id = CircuitId(self.draft.circuits.len());
        self.callable(name.clone(), Callable::Circuit(id));
        self.draft.circuits.push(CircuitDeclaration { name, origin, source, span });
        Ok(())
    }

    /// `include "statistics"`: the functions and circuits of another text, once.
    pub(super) fn include(&mut self) -> Result<(), Diagnostic> {
        let (name, span) = self.quoted("the name of what is included")?;
        if self.included.contains(&name) {
            return Ok(());
        }
        if self.included.len() >= MOST_INCLUDES {
            return Err(Diagnostic::new(span, format!("more than {MOST_INCLUDES} includes")));
        }
        self.included.push(name.clone());
        let text = self.sources.include(&name).map_err(|reason| Diagnostic::new(span, reason))?;
        let first = self.draft.definitions.len();
        let read = tokens(&text).and_then(|tokens| {
            let outer = std::mem::replace(&mut self.tokens, tokens);
            let position = std::mem::replace(&mut self.position, 0);
            let read = self.included_statements();
            (self.tokens, self.position) = (outer, position);
            read
        });
        read.map_err(|error| {
            let message = format!("{name}, line {}, column {}: {}", error.span.line, error.span.column, error.message);
            Diagnostic { span, message, hint: error.hint }
        })?;
        // Lines of another text mean nothing here: what is wrong or costly in it shows where it is used.
        for definition in &mut self.draft.definitions[first..] {
            definition.span = span;
            definition.nodes.iter_mut().for_each(|node| node.span = Span::default());
        }
        Ok(())
    }

    fn included_statements(&mut self) -> Result<(), Diagnostic> {
        while self.position < self.tokens.len() {
            let (keyword, span) = self.name("a statement")?;
            match keyword.as_str() {
                "include" => self.include()?,
                "circuit" => self.circuit()?,
                "function" => self.function_statement()?,
                _ => {
                    let message = format!("{keyword} cannot stand in a text that is included");
                    return Err(
                        Diagnostic::new(span, message).hint("it holds include, circuit and function statements")
                    );
                }
            }
            self.end()?;
        }
        Ok(())
    }

    /// Of two functions of one name the first counts; that there are two is found at the end.
    fn callable(&mut self, name: String, callable: Callable) {
        if is_name(&name) {
            self.names.functions.entry(name).or_insert(callable);
        }
    }

    fn quoted(&mut self, what: &str) -> Result<(String, Span), Diagnostic> {
        match self.next()? {
            (TokenKind::Text(text), span) => Ok((text, span)),
            (_, span) => Err(Diagnostic::new(span, format!("expected {what} in quotes"))),
        }
    }
}
