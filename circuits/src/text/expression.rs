//! Expressions: precedence climbing over the notations of the function table.

use super::curve::ON_CURVES;
use super::lex::TokenKind;
use super::names::{Callable, unknown};
use super::parse::Parser;
use crate::program::{Diagnostic, FUNCTIONS, Function, NodeId, Notation, Operation, Reduction, Span};

/// How deep brackets may nest; each level costs stack.
const DEEPEST: usize = 64;

impl Parser<'_> {
    pub(super) fn expression(&mut self) -> Result<NodeId, Diagnostic> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Diagnostic::new(self.span(), format!("expressions nest at most {DEEPEST} deep"))
                .hint("name a part of it with `let`"));
        }
        let value = self.binary(0);
        self.depth -= 1;
        value
    }

    fn binary(&mut self, least: u8) -> Result<NodeId, Diagnostic> {
        let mut left = self.prefix()?;
        while let Some((function, binding)) = self.infix() {
            if binding < least {
                break;
            }
            let span = self.span();
            self.next()?;
            let right = self.binary(binding + 1)?;
            left = self.node(Operation::Call(function), vec![left, right], span);
        }
        Ok(left)
    }

    fn infix(&self) -> Option<(Function, u8)> {
        let Some(TokenKind::Symbol(symbol)) = self.peek() else { return None };
        FUNCTIONS.iter().find_map(|row| match row.notation {
            Notation::Infix(s, binding) if s == *symbol => Some((row.function, binding)),
            _ => None,
        })
    }

    pub(super) fn prefix(&mut self) -> Result<NodeId, Diagnostic> {
        let span = self.span();
        let mut minus_or_not = None;
        if self.accept("-") {
            minus_or_not = Some(Function::Neg);
        } else if self.accept("!") {
            minus_or_not = Some(Function::Not);
        }
        let Some(function) = minus_or_not else { return self.postfix() };
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Diagnostic::new(span, "too many signs in a row"));
        }
        let operand = self.prefix()?;
        self.depth -= 1;
        Ok(self.node(Operation::Call(function), vec![operand], span))
    }

    fn postfix(&mut self) -> Result<NodeId, Diagnostic> {
        let mut value = self.primary()?;
        loop {
            let span = self.span();
            if !self.accept("[") {
                return Ok(value);
            }
            let from = self.whole()?;
            let to = if self.accept("..") { Some(self.whole()?) } else { None };
            self.expect("]")?;
            value = self.node(Operation::Slice { from, to }, vec![value], span);
        }
    }

    fn primary(&mut self) -> Result<NodeId, Diagnostic> {
        if self.accept("(") {
            let value = self.expression()?;
            self.expect(")")?;
            return Ok(value);
        }
        match self.next()? {
            (TokenKind::Number(literal), span) => Ok(self.node(Operation::Literal(literal), vec![], span)),
            (TokenKind::Name(name), span) if matches!(name.as_str(), "map" | "fold" | "repeat") => {
                self.structure(&name, span)
            }
            (TokenKind::Name(name), span) if self.accept("(") => {
                let value = self.call(&name, span)?;
                self.expect(")")?;
                Ok(value)
            }
            (TokenKind::Name(role), span) if self.accept(".") => {
                if self.in_body {
                    return Err(Diagnostic::new(span, "a function sees its parameters alone")
                        .hint("give it one more parameter, and pass the input to it"));
                }
                let brought = self.find_brought(&role, span)?;
                Ok(self.node(brought, vec![], span))
            }
            (TokenKind::Name(name), span) => self.named(&name, span),
            (_, span) => Err(Diagnostic::new(span, "expected a value")),
        }
    }

    fn named(&mut self, name: &str, span: Span) -> Result<NodeId, Diagnostic> {
        if let Some(value) = self.names.values.get(name) {
            return Ok(*value);
        }
        if let Some(id) = self.names.parameters.get(name) {
            return Ok(self.node(Operation::Parameter(*id), vec![], span));
        }
        let known = self.names.values.keys().chain(self.names.parameters.keys());
        Err(unknown("value", name, span, known.map(String::as_str)))
    }

    fn call(&mut self, name: &str, span: Span) -> Result<NodeId, Diagnostic> {
        if let Some((_, reduction)) = Reduction::NAMES.iter().find(|(n, _)| *n == name) {
            let role = self.find_role()?;
            self.expect(",")?;
            let value = self.expression()?;
            return Ok(self.node(Operation::OverRole(*reduction, role), vec![value], span));
        }
        match name {
            "part" => {
                let value = self.expression()?;
                self.expect(",")?;
                let size = self.find_size()?;
                Ok(self.node(Operation::Part(size), vec![value], span))
            }
            "within" => {
                let value = self.expression()?;
                self.expect(",")?;
                let interval = self.interval()?;
                Ok(self.node(Operation::Within(interval), vec![value], span))
            }
            "random_bits" => {
                let bits = self.whole()?;
                let bits = u32::try_from(bits).map_err(|_| Diagnostic::new(span, "too many bits"))?;
                Ok(self.node(Operation::Random { bits }, vec![], span))
            }
            "bits" => {
                let value = self.expression()?;
                self.expect(",")?;
                let width = self.whole()?;
                let width = u32::try_from(width).map_err(|_| Diagnostic::new(span, "too many bits"))?;
                Ok(self.node(Operation::Bits { width }, vec![value], span))
            }
            "unsigned" | "signed" => {
                let value = self.expression()?;
                Ok(self.node(Operation::Number { signed: name == "signed" }, vec![value], span))
            }
            "join" => {
                let values = self.operands()?;
                Ok(self.node(Operation::Join, values, span))
            }
            _ if ON_CURVES.contains(&name) => self.call_on_curve(name, span),
            _ => self.function(name, span),
        }
    }

    fn function(&mut self, name: &str, span: Span) -> Result<NodeId, Diagnostic> {
        if let Some(callable) = self.names.functions.get(name).copied() {
            let operation = match callable {
                Callable::Definition(definition) => Operation::Invoke(definition),
                Callable::Circuit(circuit) => Operation::Circuit(circuit),
            };
            let operands = self.operands()?;
            return Ok(self.node(operation, operands, span));
        }
        let Some(row) = FUNCTIONS.iter().find(|row| row.name == name) else {
            let mut known: Vec<&str> = function_names().collect();
            known.extend(self.names.functions.keys().map(String::as_str));
            return Err(unknown("function", name, span, known.into_iter()));
        };
        let operands = self.operands()?;
        if !row.function.takes(operands.len()) {
            let (found, wanted) = (operands.len(), row.arity);
            return Err(
                Diagnostic::new(span, format!("{name} takes {wanted} operands; {found} are given")).hint(row.doc)
            );
        }
        Ok(self.node(Operation::Call(row.function), operands, span))
    }

    fn operands(&mut self) -> Result<Vec<NodeId>, Diagnostic> {
        let mut operands = vec![self.expression()?];
        while self.accept(",") {
            operands.push(self.expression()?);
        }
        Ok(operands)
    }
}

/// Functions that are written like others but are no rows of the table, because an operand is no value.
const SPECIAL: [&str; 7] = ["part", "within", "random_bits", "bits", "unsigned", "signed", "join"];

/// The names of the language's own functions.
pub(crate) fn function_names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|row| row.name).chain(Reduction::NAMES.map(|(name, _)| name)).chain(SPECIAL).chain(ON_CURVES)
}
