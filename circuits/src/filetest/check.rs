//! Whether a program keeps what its expectations say.

use std::sync::Arc;

use ethnum::I256;

use super::arguments::{arguments, bind, inputs};
use super::compare::{Wanted, text};
use super::directive::{Assignment, Expectation, Expected, Figure};
use super::expect::parse;
use super::protocols::{Learned, Protocols};
use super::remark::Remark;
use super::value::Scalar;
use crate::bind::{BindError, BoundOperation, BoundProgram};
use crate::clear::{self, Column, Evaluation, Inputs};
use crate::disclosure::Disclosure;
use crate::number::Word;
use crate::program::{Diagnostic, ParameterKind, Program, Span};
use crate::text::Sources;

/// The word for no protocol at all.
const CLEAR: &str = "clear";

/// What was tried, and what was otherwise than expected.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// Expectations.
    pub expectations: usize,
    /// Times that the program was run, in the clear and under protocols.
    pub runs: usize,
    /// Expectations passed over because their protocol is not wanted.
    pub passed_over: usize,
    /// What was not as expected.
    pub misses: Vec<Miss>,
    /// Figures that are others now.
    pub corrections: Vec<Correction>,
}

/// An expectation that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Miss {
    /// Where it stands.
    pub span: Span,
    /// What it is about, and under which protocol.
    pub what: String,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
}

/// A figure's place and its number now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Correction {
    /// Where the number stands.
    pub span: Span,
    /// What it should be.
    pub value: u64,
}

/// Checks a filetest; circuits and includes of its program come from `sources`.
///
/// # Errors
/// What is malformed: an expectation, or a program of which no refusal is expected. Nothing was tried then.
pub fn check(source: &str, sources: &dyn Sources, protocols: &dyn Protocols) -> Result<Checked, Diagnostic> {
    let expectations = parse(source)?;
    let mut checked = Checked { expectations: expectations.len(), ..Checked::default() };
    let program = crate::text::parse_with(source, sources).map(Arc::new);
    let program = program.and_then(|program| BoundProgram::check_greatest(&program).map(|()| program));
    for expectation in &expectations {
        if let (Expected::Refused { at, message }, true) = (&expectation.expected, expectation.with.is_empty()) {
            refused(expectation.span, *at, message, program.as_ref().err(), &mut checked);
            continue;
        }
        let program = program.as_ref().map_err(Clone::clone)?;
        Case { program, expectation, protocols }.check(&mut checked)?;
    }
    Ok(checked)
}

/// Compares a refusal with the expected one.
fn refused(span: Span, at: Option<(u64, u64)>, message: &str, found: Option<&Diagnostic>, checked: &mut Checked) {
    let place = at.map_or(String::new(), |(line, column)| format!(" at {line}:{column}"));
    let as_expected = |d: &Diagnostic| {
        let here = at.is_none_or(|at| at == (u64::from(d.span.line), u64::from(d.span.column)));
        here && said(d).contains(message)
    };
    if !found.is_some_and(as_expected) {
        checked.misses.push(Miss {
            span,
            what: "the refusal".to_owned(),
            expected: format!("{message:?}{place}"),
            found: found
                .map_or("it is accepted".to_owned(), |d| format!("{:?} at {}:{}", said(d), d.span.line, d.span.column)),
        });
    }
}

/// A diagnostic's message and hint.
fn said(diagnostic: &Diagnostic) -> String {
    match &diagnostic.hint {
        Some(hint) => format!("{}; {hint}", diagnostic.message),
        None => diagnostic.message.clone(),
    }
}

/// One expectation of a program that is one.
struct Case<'a> {
    program: &'a Arc<Program>,
    expectation: &'a Expectation,
    protocols: &'a dyn Protocols,
}

impl Case<'_> {
    fn check(&self, checked: &mut Checked) -> Result<(), Diagnostic> {
        self.known_protocol()?;
        let runs =
            matches!(self.expectation.expected, Expected::Run { .. } | Expected::Fails { .. } | Expected::Costs(_));
        if runs && self.program.works_on_curves() {
            // Neither what is held nor what is drawn can be written here.
            return Err(Diagnostic::new(self.expectation.span, "a program on curves is not run here")
                .hint("say what it discloses (`explain`), or why it is refused (`error`)"));
        }
        match &self.expectation.expected {
            Expected::Run { inputs, outputs } => self.run(inputs, outputs, checked),
            Expected::Fails { inputs, message } => self.fails(inputs, message, checked),
            Expected::Costs(figures) => self.costs(figures, checked),
            Expected::Discloses(remarks) => self.discloses(remarks, checked),
            Expected::Refused { at, message } => {
                let arguments = arguments(self.program, self.expectation, &[])?;
                let arguments = arguments_or_least(arguments, self.program);
                let found = bind(self.program, &arguments, self.expectation.span).err();
                refused(self.expectation.span, *at, message, found.as_ref(), checked);
                Ok(())
            }
        }
    }

    fn known_protocol(&self) -> Result<(), Diagnostic> {
        let Some((name, span)) = &self.expectation.under else { return Ok(()) };
        let costs = matches!(self.expectation.expected, Expected::Costs(_));
        let names = self.protocols.names();
        // Where no engine is at hand, any name may be one of its protocols.
        if names.is_empty() || names.contains(&name.as_str()) || (name == CLEAR && !costs) {
            return Ok(());
        }
        let mut known = names.join(", ");
        if !costs {
            known += ", clear";
        }
        Err(Diagnostic::new(*span, format!("there is no protocol {name}")).hint(format!("there are {known}")))
    }

    fn bound(&self, given: &[Assignment]) -> Result<(Arc<BoundProgram>, Inputs), Diagnostic> {
        let arguments = arguments(self.program, self.expectation, given)?;
        let bound = bind(self.program, &arguments, self.expectation.span)?;
        let inputs = inputs(&bound, given)?;
        Ok((bound, inputs))
    }

    /// The protocols under which this is run.
    fn protocols(&self, bound: &BoundProgram, checked: &mut Checked) -> Result<Vec<&'static str>, Diagnostic> {
        let parties = bound.roles.len();
        let names = self.protocols.names();
        match &self.expectation.under {
            Some((only, _)) if only == CLEAR => Ok(Vec::new()),
            Some((only, span)) => match names.into_iter().find(|name| name == only) {
                Some(name) if !self.protocols.fits(name, parties) => {
                    Err(Diagnostic::new(*span, format!("{only} is not for {parties} parties")))
                }
                Some(name) if self.protocols.is_wanted(name) => Ok(vec![name]),
                _ => {
                    checked.passed_over += 1;
                    Ok(Vec::new())
                }
            },
            None => {
                let fitting = |name: &&str| self.protocols.is_wanted(name) && self.protocols.fits(name, parties);
                Ok(names.into_iter().filter(fitting).collect())
            }
        }
    }

    fn run(&self, given: &[Assignment], outputs: &[Assignment], checked: &mut Checked) -> Result<(), Diagnostic> {
        let (bound, inputs) = self.bound(given)?;
        let wanted: Vec<Wanted<'_>> = outputs.iter().map(|o| Wanted::of(&bound, o)).collect::<Result<_, _>>()?;
        let tapes = self.tapes(&bound)?;
        let mut clear = None;
        for tape in &tapes {
            checked.runs += 1;
            match clear::evaluate(&bound, &inputs, tape) {
                Ok(evaluation) => {
                    let column = |wanted: &Wanted<'_>| Some(evaluation.column(wanted.id));
                    self.compare(&bound, &wanted, "in the clear", column, checked);
                    clear = Some(evaluation);
                }
                Err(error) => self.stopped("in the clear", error.to_string(), checked),
            }
        }
        let Some(clear) = clear else { return Ok(()) };
        for protocol in self.protocols(&bound, checked)? {
            if self.expectation.drawing.is_some() {
                continue;
            }
            checked.runs += 1;
            let under = format!("under {protocol}");
            match self.protocols.run(protocol, &bound, &inputs) {
                Ok(learned) => {
                    let find = |wanted: &Wanted<'_>| find(&learned, wanted.name);
                    self.compare(&bound, &wanted, &under, find, checked);
                    self.same_as_clear(&bound, &clear, tapes.len() == 1, &learned, &under, checked);
                }
                Err(error) => self.stopped(&under, error, checked),
            }
        }
        Ok(())
    }

    /// The tapes for the evaluations in the clear: the given one, or two between which every bit differs.
    fn tapes(&self, bound: &BoundProgram) -> Result<Vec<Vec<Word>>, Diagnostic> {
        let drawn: Vec<u32> = bound
            .values
            .iter()
            .filter_map(|value| match value.operation {
                BoundOperation::Random { bits, .. } => Some(vec![bits; value.shape.length().unwrap_or(1)]),
                _ => None,
            })
            .flatten()
            .collect();
        let Some(given) = &self.expectation.drawing else {
            let ones = drawn.iter().map(|bits| Word::MAX >> (128 - (*bits).clamp(1, 128))).collect();
            return Ok(if drawn.is_empty() { vec![Vec::new()] } else { vec![vec![0; drawn.len()], ones] });
        };
        if given.len() != drawn.len() {
            let message = format!("{} numbers are drawn here, and {} by the program", given.len(), drawn.len());
            return Err(Diagnostic::new(self.expectation.span, message));
        }
        let entry = |((scalar, span), bits): (&(Scalar, Span), &u32)| match scalar {
            Scalar::Number(n, 0) if *n >= 0 && *n < I256::ONE << bits => Ok(n.as_u128()),
            _ => Err(Diagnostic::new(*span, format!("here a whole number of {bits} bits is drawn"))),
        };
        Ok(vec![given.iter().zip(&drawn).map(entry).collect::<Result<_, _>>()?])
    }

    fn compare<'c>(
        &self,
        bound: &BoundProgram,
        wanted: &[Wanted<'_>],
        under: &str,
        column: impl Fn(&Wanted<'_>) -> Option<&'c Column>,
        checked: &mut Checked,
    ) {
        for wanted in wanted {
            let Some(column) = column(wanted) else {
                let found = "nobody learned it".to_owned();
                let expected = "a value".to_owned();
                let what = format!("{} {under}", wanted.name);
                checked.misses.push(Miss { span: self.expectation.span, what, expected, found });
                continue;
            };
            if let Some(difference) = wanted.difference(bound, column) {
                let what = format!("{} {under}", wanted.name);
                let (span, expected, found) = (difference.span, difference.expected, difference.found);
                checked.misses.push(Miss { span, what, expected, found });
            }
        }
    }

    /// Every role learns what it should, with the values of the clear unless they are drawn, and nothing else.
    fn same_as_clear(
        &self,
        bound: &BoundProgram,
        clear: &Evaluation,
        certain: bool,
        learned: &[Learned],
        under: &str,
        checked: &mut Checked,
    ) {
        for (role, learned) in bound.roles.iter().zip(learned) {
            for (name, id) in bound.outputs() {
                let due = bound.receivers(id).iter().any(|r| bound.roles[r.0] == *role);
                let found = learned.iter().find(|(output, _)| output == name).map(|(_, column)| column);
                let expected = due.then(|| clear.column(id));
                let same = if certain { found == expected } else { found.is_some() == expected.is_some() };
                if !same {
                    let shown = |column: Option<&Column>| column.map_or("nothing".to_owned(), |c| text(bound, id, c));
                    let what = format!("what {role} learns of {name} {under}");
                    let (expected, found) = (shown(expected), shown(found));
                    checked.misses.push(Miss { span: self.expectation.span, what, expected, found });
                }
            }
        }
    }

    fn stopped(&self, under: &str, error: String, checked: &mut Checked) {
        let (what, expected) = (format!("the run {under}"), "it ends with outputs".to_owned());
        checked.misses.push(Miss { span: self.expectation.span, what, expected, found: format!("it stops: {error}") });
    }

    fn fails(&self, given: &[Assignment], message: &str, checked: &mut Checked) -> Result<(), Diagnostic> {
        let (bound, inputs) = self.bound(given)?;
        let mut ended: Vec<(String, Option<String>)> = Vec::new();
        for tape in self.tapes(&bound)? {
            let error = clear::evaluate(&bound, &inputs, &tape).err();
            ended.push(("in the clear".to_owned(), error.map(|error| error.to_string())));
        }
        if self.expectation.drawing.is_none() {
            for protocol in self.protocols(&bound, checked)? {
                let error = self.protocols.run(protocol, &bound, &inputs).err();
                ended.push((format!("under {protocol}"), error));
            }
        }
        checked.runs += ended.len();
        for (under, error) in ended {
            if error.as_ref().is_none_or(|error| !error.contains(message)) {
                let found = error.map_or("it ends with outputs".to_owned(), |error| format!("it stops: {error:?}"));
                let (what, expected) = (format!("the run {under}"), format!("it stops: {message:?}"));
                checked.misses.push(Miss { span: self.expectation.span, what, expected, found });
            }
        }
        Ok(())
    }

    fn costs(&self, figures: &[Figure], checked: &mut Checked) -> Result<(), Diagnostic> {
        let arguments = arguments_or_least(arguments(self.program, self.expectation, &[])?, self.program);
        let bound = bind(self.program, &arguments, self.expectation.span)?;
        for protocol in self.protocols(&bound, checked)? {
            let found = self.protocols.figures(protocol, &bound);
            for Figure { name, value, span } in figures {
                let (span, now) = (*span, found.named(name));
                if now != *value {
                    let (expected, found) = (value.to_string(), now.to_string());
                    checked.misses.push(Miss { span, what: format!("{name} under {protocol}"), expected, found });
                    checked.corrections.push(Correction { span, value: now });
                }
            }
        }
        Ok(())
    }

    fn discloses(&self, remarks: &[(Remark, Span)], checked: &mut Checked) -> Result<(), Diagnostic> {
        let arguments = arguments_or_least(arguments(self.program, self.expectation, &[])?, self.program);
        let at = self.expectation.span;
        let bound = bind(self.program, &arguments, at)?;
        let of = |error: BindError| Diagnostic::new(at, error.to_string());
        let disclosure = Disclosure::of(&bound, &arguments, &[]).map_err(of)?;
        let all: Vec<Remark> = remarks.iter().map(|(remark, _)| remark.clone()).collect();
        for (remark, span) in remarks {
            if let Some((expected, found)) = remark.miss(&disclosure, &all) {
                checked.misses.push(Miss { span: *span, what: "the disclosure".to_owned(), expected, found });
            }
        }
        Ok(())
    }
}

/// Sizes that are not given are the least that the program allows; so are bytes and scalars, which cannot be given.
fn arguments_or_least(arguments: crate::bind::Arguments, program: &Program) -> crate::bind::Arguments {
    let mut all = arguments.with_least_sizes(program);
    all.sizes.extend(arguments.sizes);
    for parameter in program.parameters() {
        let least = match parameter.kind {
            ParameterKind::Bytes { least, .. } => "00".repeat(least as usize),
            ParameterKind::Scalar { .. } => "0".to_owned(),
            ParameterKind::Structure => "all".to_owned(),
            _ => continue,
        };
        all.parameters.entry(parameter.name.clone()).or_insert(least);
    }
    all
}

fn find<'a>(learned: &'a [Learned], name: &str) -> Option<&'a Column> {
    learned.iter().flatten().find(|(output, _)| output == name).map(|(_, column)| column)
}
