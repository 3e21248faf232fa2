//! From the names and values of an expectation to a bound program with its inputs.

use std::collections::BTreeMap;
use std::sync::Arc;

use ethnum::I256;

use super::directive::{Assignment, Expectation, Setting};
use super::value::Scalar;
use crate::bind::{Arguments, BindError, BoundInput, BoundProgram, size_key};
use crate::clear::Inputs;
use crate::number::{Word, parse_decimal, pow10, value_of, word_of};
use crate::program::check::MOST_MEMBERS;
use crate::program::{Diagnostic, Dimension, InputDeclaration, Program, Role, Span};

/// Parameters and sizes, from the inputs and from what is set.
///
/// # Errors
/// Inputs that the program does not have or that disagree on a size; settings that are none.
pub(super) fn arguments(
    program: &Program,
    expectation: &Expectation,
    inputs: &[Assignment],
) -> Result<Arguments, Diagnostic> {
    let mut arguments = Arguments::default();
    for input in inputs {
        let (role, own) = input.name.split_once('.').ok_or_else(|| unknown(program, input))?;
        let (id, number) = family(program, role).ok_or_else(|| unknown(program, input))?;
        let declared = program.inputs().iter().find(|i| i.role.0 == id && i.name == own);
        let declared = declared.ok_or_else(|| unknown(program, input))?;
        if let (Some(parameter), Some(number)) = (program.roles()[id].count, number) {
            let name = &program.parameters()[parameter.0].name;
            let counted = arguments.parameters.get(name).and_then(|n| n.parse().ok()).unwrap_or(0);
            arguments.parameters.insert(name.clone(), number.max(counted).to_string());
        }
        measure(program, declared, role, input, &mut arguments.sizes)?;
    }
    let mut set: Vec<(&str, Option<&str>)> = Vec::new();
    for setting in &expectation.with {
        let key = (setting.name.as_str(), setting.member.as_deref());
        if set.contains(&key) {
            return Err(Diagnostic::new(setting.span, format!("{} is given twice", setting.name)));
        }
        set.push(key);
        set_argument(program, setting, &mut arguments)?;
    }
    Ok(arguments)
}

/// The declared role that a name belongs to, and the number within its family.
fn family(program: &Program, name: &str) -> Option<(usize, Option<u64>)> {
    program.roles().iter().enumerate().find_map(|(id, Role { name: role, count, .. })| {
        if count.is_none() {
            return (role == name).then_some((id, None));
        }
        let number = name.strip_prefix(role.as_str())?.strip_prefix('_')?;
        let number = number.parse().ok().filter(|n| (1..=MOST_MEMBERS).contains(n) && n.to_string() == number)?;
        Some((id, Some(number)))
    })
}

fn unknown(program: &Program, input: &Assignment) -> Diagnostic {
    let known: Vec<String> = program
        .inputs()
        .iter()
        .map(|declared| {
            let role = &program.roles()[declared.role.0];
            let number = if role.count.is_some() { "_1" } else { "" };
            format!("{}{number}.{}", role.name, declared.name)
        })
        .collect();
    let known = if known.is_empty() { "it has none".to_owned() } else { known.join(", ") };
    Diagnostic::new(input.span, format!("the program has no input {}", input.name)).hint(known)
}

/// The public sizes that an input's extents are.
fn measure(
    program: &Program,
    declared: &InputDeclaration,
    role: &str,
    input: &Assignment,
    sizes: &mut BTreeMap<String, u64>,
) -> Result<(), Diagnostic> {
    let Some((lengths, _)) = input.value.elements(declared.dimensions.len()) else {
        return Err(Diagnostic::new(
            input.value.span(),
            format!("{} is {}", input.name, form(declared.dimensions.len())),
        ));
    };
    for (dimension, length) in declared.dimensions.iter().zip(lengths) {
        let Dimension::Size(id) = dimension else { continue };
        let size = &program.sizes()[id.0];
        if size.private {
            continue;
        }
        let key = size_key(&size.name, size.of.map(|_| role));
        let length = length as u64;
        if let Some(other) = sizes.insert(key.clone(), length).filter(|other| *other != length) {
            let message = format!("{key} is {length} here and {other} in an input before");
            return Err(Diagnostic::new(input.value.span(), message));
        }
    }
    Ok(())
}

fn form(dimensions: usize) -> &'static str {
    match dimensions {
        0 => "a single value",
        1 => "a list, such as [1, 2]",
        _ => "a list of rows of equal length, such as [[1, 2], [3, 4]]",
    }
}

fn set_argument(program: &Program, setting: &Setting, arguments: &mut Arguments) -> Result<(), Diagnostic> {
    let Setting { name, member, value, span } = setting;
    let Some(size) = program.sizes().iter().find(|size| size.name == *name) else {
        if member.is_some() {
            return Err(Diagnostic::new(*span, format!("the program has no size {name}")));
        }
        arguments.parameters.insert(name.clone(), plain(value));
        return Ok(());
    };
    if size.private {
        let message = format!("{name} is private: it follows from its owner's inputs, and nobody gives it");
        return Err(Diagnostic::new(*span, message));
    }
    let [text] = value.as_slice() else { return Err(Diagnostic::new(*span, format!("{name} is one number"))) };
    let number = parse_decimal(text).filter(|(n, decimals)| *decimals == 0 && *n >= 0 && *n <= i128::from(u64::MAX));
    let Some((number, _)) = number else {
        return Err(Diagnostic::new(*span, format!("{name} is a whole number")));
    };
    let number = number.as_u64();
    match (size.of, member) {
        (None, None) => drop(arguments.sizes.insert(name.clone(), number)),
        (Some(_), Some(member)) => drop(arguments.sizes.insert(size_key(name, Some(member)), number)),
        (Some(role), None) => {
            let family = &program.roles()[role.0].name;
            let members = (1..=MOST_MEMBERS).map(|i| size_key(name, Some(&format!("{family}_{i}"))));
            arguments.sizes.extend(members.map(|key| (key, number)));
        }
        (None, Some(_)) => return Err(Diagnostic::new(*span, format!("{name} is the same for everybody"))),
    }
    Ok(())
}

/// Arguments as users write them: powers of ten and separators are this notation's.
fn plain(value: &[String]) -> String {
    let one = |text: &String| match parse_decimal(text) {
        Some((number, 0)) => number.to_string(),
        _ => text.clone(),
    };
    value.iter().map(one).collect::<Vec<_>>().join(",")
}

/// Binds the program.
///
/// # Errors
/// At the expectation, if the arguments do not fit; in the program, if it could overflow.
pub(super) fn bind(program: &Arc<Program>, arguments: &Arguments, at: Span) -> Result<Arc<BoundProgram>, Diagnostic> {
    BoundProgram::new(program, arguments).map(Arc::new).map_err(|error| match error {
        BindError::Program(diagnostic) => diagnostic,
        BindError::Missing { ref name, .. } => {
            Diagnostic::new(at, error.to_string()).hint(format!("write: with {name} = …"))
        }
        other => Diagnostic::new(at, other.to_string()),
    })
}

/// The inputs' mantissas.
///
/// # Errors
/// A value that its input cannot be given at all.
pub(super) fn inputs(bound: &BoundProgram, given: &[Assignment]) -> Result<Inputs, Diagnostic> {
    let mut inputs = Inputs::new();
    for Assignment { name, span, value } in given {
        let Some(input) = bound.inputs.iter().find(|input| input.name == *name) else {
            return Err(Diagnostic::new(*span, format!("nobody plays the role of {name}")));
        };
        if !input.asked {
            let message = format!("{name} can only be one number with these parameters");
            return Err(Diagnostic::new(*span, message).hint("leave it out"));
        }
        let (_, elements) = value.elements(input.shape.0.len()).unwrap_or_default();
        let words = elements.into_iter().map(|(scalar, span)| word(input, scalar, span)).collect::<Result<_, _>>()?;
        inputs.insert(name.clone(), words);
    }
    Ok(inputs)
}

fn word(input: &BoundInput, scalar: Scalar, span: Span) -> Result<Word, Diagnostic> {
    let BoundInput { name, decimals, range, is_bit, .. } = input;
    match scalar {
        Scalar::Bit(bit) if *is_bit => Ok(Word::from(bit)),
        Scalar::Number(mantissa, written) if written <= *decimals => {
            // Outside of 128 bits a number must not come back as another one of the range.
            let sound = |m: &I256| value_of(word_of(*m), range) == *m || !range.contains(value_of(word_of(*m), range));
            let mantissa = mantissa.checked_mul(pow10(decimals - written)).filter(sound);
            mantissa.map(word_of).ok_or_else(|| Diagnostic::new(span, "this number does not fit 128 bits"))
        }
        Scalar::Number(_, written) => {
            Err(Diagnostic::new(span, format!("{name} has {decimals} decimals; this number has {written}")))
        }
        Scalar::Bit(_) => Err(Diagnostic::new(span, format!("{name} takes numbers, not bits"))),
        Scalar::Quotient(_) | Scalar::Blank => Err(Diagnostic::new(span, format!("{name} takes decimal numbers"))),
    }
}
