//! Tokens to expectations.

use super::directive::{Assignment, Expectation, Expected, Figure, Setting};
use super::lex::{self, Token, Tokens};
use super::remark::{Remark, Roles};
use super::value::{NUMBERS, Scalar, Value};
use crate::number::parse_decimal;
use crate::program::{Diagnostic, Span};
use crate::text::LONGEST_SOURCE;

/// How deep lists may nest: a table is a list of lists.
const DEEPEST: usize = 2;

/// The figures of a cost.
pub(super) const FIGURES: [&str; 6] =
    ["and_gates", "multiplications", "rounds", "bytes", "online_rounds", "online_bytes"];

/// Reads the expectations of a source.
///
/// # Errors
/// The first that is not understood, with its line and column; none at all.
pub fn parse(source: &str) -> Result<Vec<Expectation>, Diagnostic> {
    let start = Span { line: 1, column: 1, length: 1 };
    if source.len() > LONGEST_SOURCE {
        return Err(Diagnostic::new(start, format!("{} bytes; the limit is {LONGEST_SOURCE}", source.len())));
    }
    let expectations: Vec<Expectation> = lex::expectations(source)?
        .into_iter()
        .map(|tokens| Parser { tokens, position: 0 }.expectation())
        .collect::<Result<_, _>>()?;
    if expectations.is_empty() {
        return Err(Diagnostic::new(start, "nothing is expected of this program")
            .hint("add a line such as: #: run: alice.x = 1, bob.x = 2 -> total = 3"));
    }
    let refused = |e: &&Expectation| matches!(e.expected, Expected::Refused { .. }) && e.with.is_empty();
    let other = expectations.iter().find(|e| !refused(e));
    if let (true, Some(other)) = (expectations.iter().any(|e| refused(&e)), other) {
        return Err(Diagnostic::new(other.span, "of a program that is refused nothing else can be expected"));
    }
    Ok(expectations)
}

/// What stands between a keyword and the colon.
#[derive(Default)]
struct Clauses {
    with: Vec<Setting>,
    under: Option<(String, Span)>,
    drawing: Option<Vec<(Scalar, Span)>>,
    at: Option<(u64, u64)>,
}

struct Parser {
    tokens: Tokens,
    position: usize,
}

impl Parser {
    fn expectation(mut self) -> Result<Expectation, Diagnostic> {
        let (keyword, span) = self.name(lex::BEGINNINGS)?;
        if !lex::KEYWORDS.contains(&keyword.as_str()) {
            return Err(Diagnostic::new(span, format!("{keyword} begins no expectation")).hint(lex::BEGINNINGS));
        }
        let clauses = self.clauses(&keyword)?;
        let expected = match keyword.as_str() {
            "run" => {
                let inputs = self.inputs()?;
                Expected::Run { inputs, outputs: self.assignments()? }
            }
            "fails" => {
                let inputs = self.inputs()?;
                Expected::Fails { inputs, message: self.text()? }
            }
            "explain" if clauses.under.is_some() => Expected::Costs(self.figures()?),
            "explain" => Expected::Discloses(self.remarks()?),
            _ => Expected::Refused { at: clauses.at, message: self.text()? },
        };
        if self.position < self.tokens.len() {
            return Err(Diagnostic::new(self.span(), "the expectation should end here").hint("one a line"));
        }
        let Clauses { with, under, drawing, .. } = clauses;
        Ok(Expectation { span, with, under, drawing, expected })
    }

    fn clauses(&mut self, keyword: &str) -> Result<Clauses, Diagnostic> {
        let mut clauses = Clauses::default();
        loop {
            if self.accept(":") {
                return Ok(clauses);
            }
            let (name, span) = self.name("expected with, under, drawing, at or \":\"")?;
            let allowed = match name.as_str() {
                "with" => true,
                "under" => keyword != "error",
                "drawing" => matches!(keyword, "run" | "fails"),
                "at" => keyword == "error",
                _ => {
                    return Err(Diagnostic::new(span, format!("{name} has no meaning here"))
                        .hint("between the first word and the colon stand with, under, drawing or at"));
                }
            };
            let twice = match name.as_str() {
                "with" => !clauses.with.is_empty(),
                "under" => clauses.under.is_some(),
                "drawing" => clauses.drawing.is_some(),
                _ => clauses.at.is_some(),
            };
            if !allowed || twice {
                let why = if twice { "stands here twice" } else { "does not go with" };
                let rest = if twice { String::new() } else { format!(" {keyword}") };
                return Err(Diagnostic::new(span, format!("{name} {why}{rest}")));
            }
            match name.as_str() {
                "with" => clauses.with = self.list(Self::setting)?,
                "under" => clauses.under = Some(self.protocol()?),
                "drawing" => clauses.drawing = Some(self.list(Self::scalar)?),
                _ => clauses.at = Some(self.place()?),
            }
        }
    }

    fn place(&mut self) -> Result<(u64, u64), Diagnostic> {
        let (line, _) = self.whole()?;
        self.expect(":")?;
        Ok((line, self.whole()?.0))
    }

    fn protocol(&mut self) -> Result<(String, Span), Diagnostic> {
        self.name("expected the name of a protocol, or clear")
    }

    fn setting(&mut self) -> Result<Setting, Diagnostic> {
        let (name, span) = self.name("expected the name of a parameter or size")?;
        let member = if self.accept("[") {
            let (member, _) = self.name("expected the member that the size is of")?;
            self.expect("]")?;
            Some(member)
        } else {
            None
        };
        self.expect("=")?;
        let value = if self.accept("[") {
            let items = self.list(Self::item)?;
            self.expect("]")?;
            items
        } else {
            vec![self.item()?]
        };
        Ok(Setting { name, member, value, span })
    }

    /// A number or a role, as written.
    fn item(&mut self) -> Result<String, Diagnostic> {
        match self.next("expected a number or a role")? {
            (Token::Number(text) | Token::Name(text), _) => Ok(text),
            (_, span) => Err(Diagnostic::new(span, "expected a number or a role")),
        }
    }

    fn inputs(&mut self) -> Result<Vec<Assignment>, Diagnostic> {
        let inputs = if self.peek() == Some(&Token::Symbol("->")) { Vec::new() } else { self.assignments()? };
        self.expect("->")?;
        Ok(inputs)
    }

    fn assignments(&mut self) -> Result<Vec<Assignment>, Diagnostic> {
        let assignments = self.list(Self::assignment)?;
        for (i, assignment) in assignments.iter().enumerate() {
            if assignments[..i].iter().any(|other| other.name == assignment.name) {
                return Err(Diagnostic::new(assignment.span, format!("{} is given twice", assignment.name)));
            }
        }
        Ok(assignments)
    }

    fn assignment(&mut self) -> Result<Assignment, Diagnostic> {
        let (name, span) = self.dotted("expected the name of an input or output")?;
        self.expect("=")?;
        Ok(Assignment { name, span, value: self.value(DEEPEST)? })
    }

    /// `name`, `role.name`, or `role.table.column`.
    fn dotted(&mut self, what: &str) -> Result<(String, Span), Diagnostic> {
        let (mut name, mut span) = self.name(what)?;
        for what in ["expected the input's name", "expected the column's name"] {
            if !self.accept(".") {
                break;
            }
            let (rest, end) = self.name(what)?;
            name = format!("{name}.{rest}");
            span.length = if end.line == span.line { end.column + end.length - span.column } else { span.length };
        }
        Ok((name, span))
    }

    fn value(&mut self, deepest: usize) -> Result<Value, Diagnostic> {
        let span = self.span();
        if !self.accept("[") {
            return self.scalar().map(|(scalar, span)| Value::Scalar(scalar, span));
        }
        if deepest == 0 {
            return Err(Diagnostic::new(span, format!("lists nest at most {DEEPEST} deep")));
        }
        let mut items = Vec::new();
        while !self.accept("]") {
            items.push(self.value(deepest - 1)?);
            if self.peek() != Some(&Token::Symbol("]")) {
                self.expect(",")?;
            }
        }
        Ok(Value::List(items, span))
    }

    fn scalar(&mut self) -> Result<(Scalar, Span), Diagnostic> {
        match self.next("expected a value")? {
            (Token::Name(name), span) => match name.as_str() {
                "true" | "false" => Ok((Scalar::Bit(name == "true"), span)),
                "blank" => Ok((Scalar::Blank, span)),
                _ => Err(Diagnostic::new(span, format!("{name} is no value"))
                    .hint("values are numbers, quotients such as 1/3, true, false, blank, and lists of these")),
            },
            (Token::Number(text), span) => {
                let number = Scalar::number(&text, span)?;
                if !self.accept("/") {
                    return Ok((number, span));
                }
                let (divisor, place) = self.number()?;
                let quotient = number.rational().zip(Scalar::number(&divisor, place)?.rational());
                let quotient = quotient.and_then(|(a, b)| a.checked_div(b));
                quotient
                    .map(|quotient| (Scalar::Quotient(quotient), span))
                    .ok_or_else(|| Diagnostic::new(place, "this quotient does not exist, or has too many digits"))
            }
            (_, span) => Err(Diagnostic::new(span, "expected a value")),
        }
    }

    fn figures(&mut self) -> Result<Vec<Figure>, Diagnostic> {
        self.list(|parser| {
            let (name, span) = parser.name("expected the name of a figure")?;
            if !FIGURES.contains(&name.as_str()) {
                return Err(Diagnostic::new(span, format!("{name} is no figure"))
                    .hint(format!("figures are {}", FIGURES.join(", "))));
            }
            parser.expect("=")?;
            let (value, span) = parser.whole()?;
            Ok(Figure { name, value, span })
        })
    }

    fn remarks(&mut self) -> Result<Vec<(Remark, Span)>, Diagnostic> {
        let mut remarks = vec![self.remark()?];
        while self.accept(";") {
            remarks.push(self.remark()?);
        }
        Ok(remarks)
    }

    fn remark(&mut self) -> Result<(Remark, Span), Diagnostic> {
        let (word, span) = self.dotted("expected what the program discloses")?;
        let remark = match word.as_str() {
            "reveals" => {
                let (name, _) = self.name("expected an output, or: nothing else")?;
                if name == "nothing" && self.accept_word("else") {
                    Remark::RevealsNothingElse
                } else {
                    self.expect_word("to")?;
                    Remark::Reveals(name, self.roles()?)
                }
            }
            "sizes" if self.accept_word("none") => Remark::Sizes(Vec::new()),
            "sizes" => Remark::Sizes(self.list(Self::size)?),
            "lint" => Remark::Lint(self.text()?),
            "no" if self.accept_word("lints") => Remark::NoLint(None),
            "no" => {
                self.expect_word("lint")?;
                Remark::NoLint(Some(self.text()?))
            }
            input if input.contains('.') => {
                self.expect_word("solvable")?;
                self.expect_word("by")?;
                Remark::Solvable(word, self.roles()?)
            }
            _ => {
                return Err(Diagnostic::new(span, format!("{word} begins no remark"))
                    .hint("remarks begin with reveals, sizes, lint, no, or an input such as alice.x"));
            }
        };
        Ok((remark, span))
    }

    /// `rows` or `columns[bank_1]`.
    fn size(&mut self) -> Result<String, Diagnostic> {
        let (name, _) = self.name("expected a size")?;
        if !self.accept("[") {
            return Ok(name);
        }
        let (member, _) = self.name("expected the member that the size is of")?;
        self.expect("]")?;
        Ok(crate::bind::size_key(&name, Some(&member)))
    }

    fn roles(&mut self) -> Result<Roles, Diagnostic> {
        if self.accept_word("all") {
            return Ok(Roles::All);
        }
        if self.accept_word("nobody") {
            return Ok(Roles::Nobody);
        }
        Ok(Roles::Named(self.list(|parser| Ok(parser.name("expected a role")?.0))?))
    }

    fn list<T>(&mut self, item: impl Fn(&mut Self) -> Result<T, Diagnostic>) -> Result<Vec<T>, Diagnostic> {
        let mut items = vec![item(self)?];
        while self.accept(",") {
            items.push(item(self)?);
        }
        Ok(items)
    }

    fn whole(&mut self) -> Result<(u64, Span), Diagnostic> {
        let (text, span) = self.number()?;
        let whole =
            parse_decimal(&text).filter(|(n, decimals)| *decimals == 0 && *n >= 0 && *n <= i128::from(u64::MAX));
        whole.map(|(n, _)| (n.as_u64(), span)).ok_or_else(|| Diagnostic::new(span, "expected a whole number"))
    }

    fn number(&mut self) -> Result<(String, Span), Diagnostic> {
        match self.next("expected a number")? {
            (Token::Number(text), span) => Ok((text, span)),
            (_, span) => Err(Diagnostic::new(span, "expected a number").hint(NUMBERS)),
        }
    }

    fn text(&mut self) -> Result<String, Diagnostic> {
        match self.next("expected a text in quotes")? {
            (Token::Text(text), span) if text.is_empty() => {
                Err(Diagnostic::new(span, "every message contains the empty text").hint("quote a part of the message"))
            }
            (Token::Text(text), _) => Ok(text),
            (_, span) => Err(Diagnostic::new(span, "expected a text in quotes")),
        }
    }

    fn name(&mut self, what: &str) -> Result<(String, Span), Diagnostic> {
        match self.next(what)? {
            (Token::Name(name), span) => Ok((name, span)),
            (_, span) => Err(Diagnostic::new(span, what)),
        }
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.position).map(|(token, _)| token)
    }

    /// The place of the next token, or of the last one at the end.
    fn span(&self) -> Span {
        self.tokens.get(self.position).or(self.tokens.last()).map_or(Span::default(), |(_, span)| *span)
    }

    fn next(&mut self, what: &str) -> Result<(Token, Span), Diagnostic> {
        let token = self.tokens.get(self.position).cloned();
        self.position += 1;
        token.ok_or_else(|| Diagnostic::new(self.span(), format!("the expectation ends in the middle: {what}")))
    }

    fn accept(&mut self, symbol: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Symbol(s)) if *s == symbol);
        self.position += usize::from(found);
        found
    }

    fn accept_word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Name(name)) if name == word);
        self.position += usize::from(found);
        found
    }

    fn expect(&mut self, symbol: &str) -> Result<(), Diagnostic> {
        if self.accept(symbol) { Ok(()) } else { Err(Diagnostic::new(self.span(), format!("expected {symbol:?}"))) }
    }

    fn expect_word(&mut self, word: &str) -> Result<(), Diagnostic> {
        if self.accept_word(word) { Ok(()) } else { Err(Diagnostic::new(self.span(), format!("expected {word:?}"))) }
    }
}
