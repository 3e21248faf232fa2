//! Expressions that apply a function many times: `map`, `fold`, `repeat`.

use super::lex::TokenKind;
use super::names::{Callable, unknown};
use super::parse::Parser;
use crate::program::{DefinitionId, Diagnostic, Interval, NodeId, Operation, Order, Span};

/// Operands in brackets, with a mark for those that stand after `each`.
struct Marked {
    operands: Vec<NodeId>,
    each: Vec<bool>,
}

impl Parser<'_> {
    /// What follows `map`, `fold` or `repeat`.
    pub(super) fn structure(&mut self, keyword: &str, span: Span) -> Result<NodeId, Diagnostic> {
        match keyword {
            "map" => {
                let definition = self.defined()?;
                let Marked { operands, each } = self.marked()?;
                Ok(self.node(Operation::Map { definition, each }, operands, span))
            }
            "fold" => self.fold(span),
            _ => {
                let times = self.bound()?;
                let definition = self.defined()?;
                let marked = self.marked()?;
                if marked.each.contains(&true) {
                    return Err(Diagnostic::new(span, "repeat takes its operands whole, not each element"));
                }
                let keeps = self.keeps()?;
                Ok(self.node(Operation::Repeat { definition, times, keeps }, marked.operands, span))
            }
        }
    }

    fn fold(&mut self, span: Span) -> Result<NodeId, Diagnostic> {
        let order = match self.next()? {
            (TokenKind::Name(word), _) if word == "associative" => Order::Associative,
            (TokenKind::Name(word), _) if word == "sequential" => Order::Sequential,
            (_, place) => {
                return Err(Diagnostic::new(place, "expected associative or sequential")
                    .hint("an associative fold takes logarithmic depth, a sequential one a round for each element"));
            }
        };
        let definition = self.defined()?;
        let Marked { mut operands, each } = self.marked()?;
        if order == Order::Sequential {
            self.expect_keyword("from")?;
            let start = self.prefix()?;
            operands.insert(0, start);
        }
        let keeps = self.keeps()?;
        Ok(self.node(Operation::Fold { definition, order, each, keeps }, operands, span))
    }

    /// The range after `in`, if there is one.
    fn keeps(&mut self) -> Result<Option<Interval>, Diagnostic> {
        if self.accept_keyword("in") { self.interval().map(Some) } else { Ok(None) }
    }

    fn defined(&mut self) -> Result<DefinitionId, Diagnostic> {
        let (name, span) = self.name("a function of the program")?;
        match self.names.functions.get(&name) {
            Some(Callable::Definition(definition)) => Ok(*definition),
            Some(Callable::Circuit(_)) => Err(Diagnostic::new(span, format!("{name} is a circuit"))
                .hint(format!("write a function around it: function f(x) = {name}(x)"))),
            None => Err(unknown("function", &name, span, self.names.functions.keys().map(String::as_str))),
        }
    }

    fn marked(&mut self) -> Result<Marked, Diagnostic> {
        self.expect("(")?;
        let mut marked = Marked { operands: Vec::new(), each: Vec::new() };
        loop {
            // A value may have the name `each`: it is one if nothing stands behind it.
            let alone = matches!(self.peek_second(), Some(TokenKind::Symbol(s)) if *s != "(" && *s != "-" && *s != "!");
            marked.each.push(!alone && self.accept_keyword("each"));
            marked.operands.push(self.expression()?);
            if !self.accept(",") {
                break;
            }
        }
        self.expect(")")?;
        Ok(marked)
    }
}
