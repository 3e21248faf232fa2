//! Expected and found outputs.

use super::directive::Assignment;
use super::value::{Elements, Scalar};
use crate::bind::{BoundProgram, ValueId};
use crate::clear::Column;
use crate::number::{Rational, format_decimal, value_of};
use crate::program::{Diagnostic, Kind, Span};

/// Elements of a list that a message shows.
const SHOWN: usize = 8;

/// An expected output, found in the program.
pub(super) struct Wanted<'a> {
    pub(super) name: &'a str,
    pub(super) id: ValueId,
    span: Span,
    extents: Vec<usize>,
    elements: Elements,
}

/// What an output should have been, and what it is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) span: Span,
    pub(super) expected: String,
    pub(super) found: String,
}

impl<'a> Wanted<'a> {
    /// The output of the program that an assignment names.
    ///
    /// # Errors
    /// If there is none, or it has another shape.
    pub(super) fn of(bound: &BoundProgram, assignment: &'a Assignment) -> Result<Self, Diagnostic> {
        let Some((_, id)) = bound.outputs().find(|(name, _)| *name == assignment.name) else {
            let known: Vec<&str> = bound.outputs().map(|(name, _)| name).collect();
            return Err(Diagnostic::new(assignment.span, format!("the program has no output {}", assignment.name))
                .hint(format!("its outputs are {}", known.join(", "))));
        };
        let due = bound.value(id).shape.shown();
        let span = assignment.value.span();
        match assignment.value.elements(due.len()) {
            Some((extents, elements)) => {
                let bit = |(scalar, _): &(Scalar, Span)| matches!(scalar, Scalar::Bit(_));
                if let (false, Some((_, span))) = (bound.value(id).kind == Kind::Bit, elements.iter().find(|e| bit(e)))
                {
                    return Err(Diagnostic::new(*span, format!("{} is a number, not a bit", assignment.name)));
                }
                Ok(Self { name: &assignment.name, id, span, extents, elements })
            }
            None => {
                let form = match due.as_slice() {
                    [] => "a single value".to_owned(),
                    [n] => format!("a list of {n}"),
                    many => {
                        format!("lists of {}", many.iter().map(ToString::to_string).collect::<Vec<_>>().join(" x "))
                    }
                };
                Err(Diagnostic::new(span, format!("{} is {form}", assignment.name)))
            }
        }
    }

    /// Where the output differs from what is wanted.
    pub(super) fn difference(&self, bound: &BoundProgram, column: &Column) -> Option<Difference> {
        let value = bound.value(self.id);
        let found = column.rationals(value.decimals, &value.range);
        let shown = |elements: &[Option<Rational>]| shown(elements, value.kind);
        let wanted: Vec<Option<Rational>> = self.elements.iter().map(|(scalar, _)| scalar.rational()).collect();
        if self.extents != value.shape.shown() || wanted.len() != found.len() {
            let counted = |elements: &[Option<Rational>]| format!("{} ({} elements)", shown(elements), elements.len());
            return Some(Difference { span: self.span, expected: counted(&wanted), found: counted(&found) });
        }
        let at = (0..wanted.len()).find(|i| wanted[*i] != found[*i])?;
        if wanted.len() == 1 {
            return Some(Difference { span: self.elements[0].1, expected: shown(&wanted), found: shown(&found) });
        }
        let element = |elements: &[Option<Rational>]| shown(&elements[at..=at]);
        let place = format!("element {} of {}", at + 1, wanted.len());
        Some(Difference {
            span: self.elements[at].1,
            expected: format!("{} as {place}", element(&wanted)),
            found: format!("{}, in {}", element(&found), shown(&found)),
        })
    }
}

/// Elements for a message.
fn shown(elements: &[Option<Rational>], kind: Kind) -> String {
    let one = |element: &Option<Rational>| match element {
        None => "blank".to_owned(),
        Some(rational) if kind == Kind::Bit => (rational.numerator() == 1).to_string(),
        Some(rational) => decimal_or_quotient(rational),
    };
    if let [only] = elements {
        return one(only);
    }
    let mut list: Vec<String> = elements.iter().take(SHOWN).map(one).collect();
    if elements.len() > SHOWN {
        list.push("…".to_owned());
    }
    format!("[{}]", list.join(", "))
}

/// A number with all its decimals, or an exact quotient if they do not end.
fn decimal_or_quotient(rational: &Rational) -> String {
    let (mut denominator, mut decimals) = (rational.denominator(), 0_u32);
    let mut mantissa = Some(rational.numerator());
    for (prime, other) in [(2, 5), (5, 2)] {
        while denominator % prime == 0 {
            denominator /= prime;
            mantissa = mantissa.and_then(|m| m.checked_mul(other.into()));
            decimals += 1;
        }
    }
    match mantissa {
        Some(mantissa) if denominator == 1 && decimals <= 76 => format_decimal(mantissa, decimals),
        _ => format!("{}/{}", rational.numerator(), rational.denominator()),
    }
}

/// The text of an output, for a message about one that nobody expected.
pub(super) fn text(bound: &BoundProgram, id: ValueId, column: &Column) -> String {
    let value = bound.value(id);
    match column {
        Column::Words(words) if value.kind == Kind::Number && words.len() == 1 => {
            format_decimal(value_of(words[0], &value.range), value.decimals)
        }
        _ => shown(&column.rationals(value.decimals, &value.range), value.kind),
    }
}
