//! Tokens to a program: statements. Declarations are in [`super::declaration`], expressions in
//! [`super::expression`].

use super::lex::{Token, TokenKind, tokens};
use super::names::Names;
use super::sources::{Library, Sources};
use crate::program::check::is_name;
use crate::program::draft::Draft;
use crate::program::{Diagnostic, Literal, NodeId, Operation, ParameterKind, Program, Receivers, Span};

/// The longest source that is read, in bytes.
pub const LONGEST_SOURCE: usize = 1 << 20;

/// Reads a program and checks it. Circuits and includes come from the library alone.
///
/// # Errors
/// The first thing that is wrong, with its line and column.
pub fn parse(source: &str) -> Result<Program, Diagnostic> {
    parse_with(source, &Library)
}

/// [`parse`] with more places for circuits and includes than the library.
///
/// # Errors
/// The first thing that is wrong, with its line and column.
pub fn parse_with(source: &str, sources: &dyn Sources) -> Result<Program, Diagnostic> {
    let start = Span { line: 1, column: 1, length: 1 };
    if source.len() > LONGEST_SOURCE {
        return Err(Diagnostic::new(
            start,
            format!("a program of {} bytes; the limit is {LONGEST_SOURCE}", source.len()),
        ));
    }
    let mut parser = Parser {
        tokens: tokens(source)?,
        position: 0,
        draft: Draft::default(),
        names: Names::default(),
        depth: 0,
        sources,
        in_body: false,
        included: Vec::new(),
    };
    parser.program()?;
    parser.draft.finish()
}

pub(super) struct Parser<'a> {
    pub(super) tokens: Vec<Token>,
    pub(super) position: usize,
    pub(super) draft: Draft,
    pub(super) names: Names,
    pub(super) depth: usize,
    pub(super) sources: &'a dyn Sources,
    /// Whether the body of a function is being read.
    pub(super) in_body: bool,
    /// What was included so far.
    pub(super) included: Vec<String>,
}

impl Parser<'_> {
    fn program(&mut self) -> Result<(), Diagnostic> {
        if self.tokens.is_empty() {
            let start = Span { line: 1, column: 1, length: 1 };
            return Err(
                Diagnostic::new(start, "the program is empty").hint("begin with a line such as: program my-study")
            );
        }
        self.expect_keyword("program")?;
        (self.draft.name, self.draft.name_span) = self.program_name()?;
        self.end()?;
        while self.position < self.tokens.len() {
            self.statement()?;
            self.end()?;
        }
        Ok(())
    }

    fn program_name(&mut self) -> Result<(String, Span), Diagnostic> {
        let (mut name, mut span) = self.name("the program's name")?;
        while self.accept("-") {
            let (part, more) = self.name("the rest of the program's name")?;
            name = format!("{name}-{part}");
            span.length = more.column + more.length - span.column;
        }
        Ok((name, span))
    }

    fn statement(&mut self) -> Result<(), Diagnostic> {
        let (keyword, span) = self.name("a statement")?;
        match keyword.as_str() {
            "parameter" => self.parameter(),
            "role" => self.role(),
            "size" => self.size(false),
            "private" => {
                self.expect_keyword("size")?;
                self.size(true)
            }
            "input" => self.input(),
            "table" => self.table(),
            "held" => self.held(),
            "include" => self.include(),
            "circuit" => self.circuit(),
            "function" => self.function_statement(),
            "let" => self.let_statement(),
            "reveal" => self.reveal(),
            "output" => self.output(),
            "assert" => self.assert(span),
            "assert_point" => self.assert_point(span),
            "keep" => self.keep(),
            other => Err(Diagnostic::new(span, format!("{other} begins no statement")).hint(
                "statements begin with parameter, role, size, private size, input, table, held, include, circuit, function, let, reveal, output, assert, assert_point or keep",
            )),
        }
    }

    pub(super) fn let_statement(&mut self) -> Result<(), Diagnostic> {
        let (name, span) = self.name("the value's name")?;
        self.expect("=")?;
        let value = self.expression()?;
        self.not_taken(&name, span)?;
        self.draft.name(value, &name);
        self.names.values.insert(name, value);
        Ok(())
    }

    fn reveal(&mut self) -> Result<(), Diagnostic> {
        let (name, span) = self.name("the output's name")?;
        self.expect("=")?;
        let mut operands = vec![self.expression()?];
        let conditional = self.accept_keyword("when");
        if conditional {
            operands.push(self.expression()?);
        }
        self.expect_keyword("to")?;
        let to = self.receivers()?;
        let operation = Operation::Reveal { name: name.clone(), to, conditional };
        self.effect(operation, operands, span, Some(name))
    }

    fn output(&mut self) -> Result<(), Diagnostic> {
        let (name, span) = self.name("the output's name")?;
        self.expect("=")?;
        let value = self.expression()?;
        let operation = Operation::Output { name: name.clone() };
        // A value may be shown under its own name: `output r = r`.
        let name = (self.names.values.get(&name) != Some(&value)).then_some(name);
        self.effect(operation, vec![value], span, name)
    }

    fn assert(&mut self, span: Span) -> Result<(), Diagnostic> {
        let value = self.expression()?;
        self.expect(",")?;
        let message = self.message()?;
        self.effect(Operation::Assert { message }, vec![value], span, None)
    }

    pub(super) fn message(&mut self) -> Result<String, Diagnostic> {
        match self.next()? {
            (TokenKind::Text(message), _) => Ok(message),
            (_, place) => Err(Diagnostic::new(place, "assert ends with a message in quotes")),
        }
    }

    fn effect(
        &mut self,
        operation: Operation,
        operands: Vec<NodeId>,
        span: Span,
        name: Option<String>,
    ) -> Result<(), Diagnostic> {
        let id = self.draft.effect(operation, operands, span);
        if let Some(name) = name {
            self.not_taken(&name, span)?;
            self.names.values.insert(name, id);
        }
        Ok(())
    }

    fn receivers(&mut self) -> Result<Receivers, Diagnostic> {
        if self.accept_keyword("all") {
            return Ok(Receivers::All);
        }
        if let Some(id) = self.peek_parameter() {
            let span = self.span();
            self.position += 1;
            return match self.draft.parameters[id.0].kind {
                ParameterKind::Roles { .. } => Ok(Receivers::Parameter(id)),
                _ => Err(Diagnostic::new(span, "this parameter is a number, and numbers receive nothing")),
            };
        }
        self.role_list().map(Receivers::Roles)
    }

    fn not_taken(&self, name: &str, span: Span) -> Result<(), Diagnostic> {
        if !is_name(name) {
            return Err(
                Diagnostic::new(span, format!("{name:?} cannot be a name")).hint("it is a word of the language")
            );
        }
        if self.names.values.contains_key(name) {
            return Err(
                Diagnostic::new(span, format!("{name} is declared twice")).hint("choose another name for one of them")
            );
        }
        Ok(())
    }

    pub(super) fn node(&mut self, operation: Operation, operands: Vec<NodeId>, span: Span) -> NodeId {
        self.draft.node(operation, operands, span)
    }

    pub(super) fn peek(&self) -> Option<&TokenKind> {
        self.tokens.get(self.position).map(|t| &t.kind)
    }

    pub(super) fn peek_second(&self) -> Option<&TokenKind> {
        self.tokens.get(self.position + 1).map(|t| &t.kind)
    }

    /// The place of the next token, or of the last one at the end of the text.
    pub(super) fn span(&self) -> Span {
        self.tokens.get(self.position).or(self.tokens.last()).map_or(Span::default(), |t| t.span)
    }

    pub(super) fn next(&mut self) -> Result<(TokenKind, Span), Diagnostic> {
        let token = self.tokens.get(self.position).cloned();
        self.position += 1;
        token
            .map(|t| (t.kind, t.span))
            .ok_or_else(|| Diagnostic::new(self.span(), "the text ends in the middle of a statement"))
    }

    pub(super) fn accept(&mut self, symbol: &str) -> bool {
        let found = matches!(self.peek(), Some(TokenKind::Symbol(s)) if *s == symbol);
        self.position += usize::from(found);
        found
    }

    pub(super) fn accept_keyword(&mut self, keyword: &str) -> bool {
        let found = matches!(self.peek(), Some(TokenKind::Name(n)) if n == keyword);
        self.position += usize::from(found);
        found
    }

    pub(super) fn expect(&mut self, symbol: &str) -> Result<(), Diagnostic> {
        if self.accept(symbol) { Ok(()) } else { Err(Diagnostic::new(self.span(), format!("expected {symbol:?}"))) }
    }

    pub(super) fn expect_keyword(&mut self, keyword: &str) -> Result<(), Diagnostic> {
        if self.accept_keyword(keyword) {
            Ok(())
        } else {
            Err(Diagnostic::new(self.span(), format!("expected {keyword:?}")))
        }
    }

    pub(super) fn end(&mut self) -> Result<(), Diagnostic> {
        match self.peek() {
            None => Ok(()),
            Some(TokenKind::End) => {
                self.position += 1;
                Ok(())
            }
            Some(_) => Err(Diagnostic::new(self.span(), "the statement should end here").hint("one statement a line")),
        }
    }

    pub(super) fn name(&mut self, what: &str) -> Result<(String, Span), Diagnostic> {
        match self.next()? {
            (TokenKind::Name(name), span) => Ok((name, span)),
            (_, span) => Err(Diagnostic::new(span, format!("expected {what}"))),
        }
    }

    pub(super) fn literal(&mut self) -> Result<Literal, Diagnostic> {
        let negative = self.accept("-");
        match self.next()? {
            (TokenKind::Number(l), _) => Ok(Literal { mantissa: if negative { -l.mantissa } else { l.mantissa }, ..l }),
            (_, span) => Err(Diagnostic::new(span, "expected a number")),
        }
    }

    pub(super) fn whole(&mut self) -> Result<u64, Diagnostic> {
        let span = self.span();
        let literal = self.literal()?;
        if literal.decimals > 0 || literal.mantissa < 0 || literal.mantissa > i128::from(i64::MAX) {
            return Err(Diagnostic::new(span, "expected a whole number that is not negative"));
        }
        Ok(literal.mantissa.as_u64())
    }
}
