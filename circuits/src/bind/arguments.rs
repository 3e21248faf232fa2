//! What is given to bind a program, and its checks.

use std::collections::BTreeMap;

use ethnum::I256;

use super::RoleIndex;
use super::elaborate::scalar_of;
use super::roles::Roles;
use crate::access::{NoStructure, Structure};
use crate::curve::{CurveName, Scalar};
use crate::digest::{from_hexadecimal, hexadecimal};
use crate::number::{Range, format_decimal, parse_decimal, pow10};
use crate::program::{
    Diagnostic, ElementType, Literal, Parameter, ParameterId, ParameterKind, Program, RoleId, Size, Span,
};

/// Numbers for a program's parameters and sizes, by name, as users write them.
#[derive(Clone, Debug, Default)]
pub struct Arguments {
    /// Parameters: `3`, a list `0,10,20`, or roles `bank_1,bank_2`.
    pub parameters: BTreeMap<String, String>,
    /// Public measured sizes, by [`size_key`].
    pub sizes: BTreeMap<String, u64>,
}

/// The key of a size: `rows`, or `columns[bank_1]` where each member has its own.
pub fn size_key(name: &str, member: Option<&str>) -> String {
    member.map_or_else(|| name.to_owned(), |member| format!("{name}[{member}]"))
}

/// What stands for all parties where a parameter names some.
const ALL: &str = "all";

/// A parameter's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParameterValue {
    /// A whole number.
    Number(u64),
    /// Ascending numbers: mantissas and their decimals.
    List {
        /// The mantissas.
        mantissas: Vec<I256>,
        /// Their decimals.
        decimals: u32,
    },
    /// Roles.
    Roles(Vec<RoleIndex>, String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A public scalar.
    Scalar(Scalar),
    /// Who of the parties can use a secret; all of them together, if nothing else is said.
    Structure(Option<Structure>),
}

impl std::fmt::Display for ParameterValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(n) => write!(f, "{n}"),
            Self::List { mantissas, decimals } => {
                let list: Vec<String> = mantissas.iter().map(|m| format_decimal(*m, *decimals)).collect();
                f.write_str(&list.join(","))
            }
            Self::Roles(_, names) => f.write_str(names),
            Self::Bytes(bytes) => f.write_str(&hexadecimal(bytes)),
            Self::Scalar(scalar) => f.write_str(&hexadecimal(&scalar.encode())),
            Self::Structure(Some(structure)) => structure.fmt(f),
            Self::Structure(None) => f.write_str(ALL),
        }
    }
}

/// Why a program could not be bound.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BindError {
    /// Something in the program, such as a possible overflow.
    #[error("{0}")]
    Program(Diagnostic),
    /// A parameter that the program does not have.
    #[error("the program has no parameter {name}; it has {known}")]
    UnknownParameter {
        /// The name given.
        name: String,
        /// The names there are.
        known: String,
    },
    /// A parameter or size without a value.
    #[error("{name} is not given, and has no default ({range})")]
    Missing {
        /// Its name.
        name: String,
        /// What it can be.
        range: String,
    },
    /// A parameter or size with a value it cannot have.
    #[error("{name} is {found}; it must be {expected}")]
    OutOfRange {
        /// Its name.
        name: String,
        /// The value given.
        found: String,
        /// What it can be.
        expected: String,
    },
}

impl From<Diagnostic> for BindError {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Program(diagnostic)
    }
}

impl BindError {
    /// Adds where the function was used in whose body the error is.
    pub(super) fn used(self, function: &str, span: Span) -> Self {
        match self {
            Self::Program(diagnostic) => Self::Program(diagnostic.used(function, span)),
            other => other,
        }
    }
}

impl Arguments {
    /// The greatest number for every parameter and size.
    pub fn greatest(program: &Program) -> Self {
        Self::extremes(program, |_, greatest| greatest)
    }

    /// The least number for every size, whatever `self` says of it: the case in which outputs tell most about
    /// single rows. Parameters stay as they are.
    #[must_use]
    pub fn with_least_sizes(&self, program: &Program) -> Self {
        Self { parameters: self.parameters.clone(), sizes: Self::extremes(program, |least, _| least).sizes }
    }

    fn extremes(program: &Program, choose: impl Fn(u64, u64) -> u64) -> Self {
        let mut arguments = Self::default();
        for parameter in program.parameters() {
            let text = match parameter.kind {
                ParameterKind::Number { least, greatest, .. } => choose(least, greatest).to_string(),
                ParameterKind::Bytes { least, greatest } => "00".repeat(choose(least, greatest) as usize),
                ParameterKind::Scalar { .. } => "0".to_owned(),
                ParameterKind::Structure => ALL.to_owned(),
                ParameterKind::List { .. } | ParameterKind::Roles { .. } => continue,
            };
            arguments.parameters.insert(parameter.name.clone(), text);
        }
        for size in program.sizes().iter().filter(|s| !s.private) {
            // Members beyond the bound number are ignored by `size_of`.
            let members = size.of.map_or(1, |_| crate::program::check::MOST_MEMBERS);
            for member in 1..=members {
                let member = size.of.map(|role| format!("{}_{member}", program.roles()[role.0].name));
                arguments.sizes.insert(size_key(&size.name, member.as_deref()), choose(size.least, size.greatest));
            }
        }
        arguments
    }

    pub(super) fn number(&self, program: &Program, id: ParameterId) -> Result<u64, BindError> {
        let Parameter { name, kind, .. } = &program.parameters()[id.0];
        let ParameterKind::Number { least, greatest, default } = kind else { return Ok(0) };
        let expected = format!("a whole number in {least}..={greatest}");
        match self.parameters.get(name) {
            None => default.ok_or_else(|| BindError::Missing { name: name.clone(), range: expected }),
            Some(text) => match text.trim().parse::<u64>() {
                Ok(value) if (*least..=*greatest).contains(&value) => Ok(value),
                _ => Err(BindError::OutOfRange { name: name.clone(), found: text.clone(), expected }),
            },
        }
    }

    pub(super) fn size(&self, size: &Size, member: Option<&str>) -> Result<u64, BindError> {
        let name = size_key(&size.name, member);
        let expected = format!("in {}..={}", size.least, size.greatest);
        match self.sizes.get(&name) {
            None => Err(BindError::Missing { name, range: expected }),
            Some(value) if (size.least..=size.greatest).contains(value) => Ok(*value),
            Some(value) => Err(BindError::OutOfRange { name, found: value.to_string(), expected }),
        }
    }

    pub(super) fn value(
        &self,
        program: &Program,
        id: ParameterId,
        roles: &Roles,
        element: impl Fn(ElementType, Option<crate::program::Interval>) -> Result<(u32, Range), BindError>,
    ) -> Result<ParameterValue, BindError> {
        let Parameter { name, kind, .. } = &program.parameters()[id.0];
        match kind {
            ParameterKind::Number { .. } => self.number(program, id).map(ParameterValue::Number),
            ParameterKind::List { least, greatest, element: ty, interval, default } => {
                let (decimals, range) = element(*ty, *interval)?;
                let mantissas = self.list(name, default, decimals)?;
                list_is_sound(name, &mantissas, decimals, (*least, *greatest), &range)?;
                Ok(ParameterValue::List { mantissas, decimals })
            }
            ParameterKind::Roles { default } => self.roles(name, default, roles),
            ParameterKind::Bytes { least, greatest } => {
                self.bytes(name, (*least, *greatest)).map(ParameterValue::Bytes)
            }
            ParameterKind::Scalar { curve, default } => {
                self.scalar(name, *curve, default.as_ref()).map(ParameterValue::Scalar)
            }
            ParameterKind::Structure => self.structure(name, roles.names().len()).map(ParameterValue::Structure),
        }
    }

    fn list(&self, name: &str, default: &[Literal], decimals: u32) -> Result<Vec<I256>, BindError> {
        let scaled = |mantissa: I256, written: u32| {
            (written <= decimals).then(|| mantissa.checked_mul(pow10(decimals - written))).flatten()
        };
        let Some(text) = self.parameters.get(name) else {
            let found = || BindError::OutOfRange {
                name: name.to_owned(),
                found: "its default".into(),
                expected: format!("numbers with at most {decimals} decimals"),
            };
            return default.iter().map(|l| scaled(l.mantissa, l.decimals).ok_or_else(found)).collect();
        };
        let one = |item: &str| {
            let literal = Literal::parse(item.trim())
                .or_else(|| parse_decimal(item.trim()).map(|(mantissa, decimals)| Literal { mantissa, decimals }));
            literal.and_then(|l| scaled(l.mantissa, l.decimals)).ok_or_else(|| BindError::OutOfRange {
                name: name.to_owned(),
                found: format!("{item:?}"),
                expected: format!("numbers with at most {decimals} decimals, separated by commas"),
            })
        };
        text.split(',').map(one).collect()
    }

    fn bytes(&self, name: &str, (least, greatest): (u64, u64)) -> Result<Vec<u8>, BindError> {
        let length = if least == greatest { least.to_string() } else { format!("{least} to {greatest}") };
        let expected = format!("{length} bytes as hexadecimal digits");
        let Some(text) = self.parameters.get(name) else {
            return Err(BindError::Missing { name: name.to_owned(), range: expected });
        };
        match from_hexadecimal(text.trim()) {
            Some(bytes) if (least..=greatest).contains(&(bytes.len() as u64)) => Ok(bytes),
            Some(bytes) => {
                let found = format!("{} bytes", bytes.len());
                Err(BindError::OutOfRange { name: name.to_owned(), found, expected })
            }
            None => Err(BindError::OutOfRange { name: name.to_owned(), found: "something else".into(), expected }),
        }
    }

    /// A scalar is written as its encoding or, if it is small, as a whole number.
    fn scalar(&self, name: &str, curve: CurveName, default: Option<&Literal>) -> Result<Scalar, BindError> {
        let expected = format!("a scalar of {curve}: 64 hexadecimal digits, or a whole number of fewer");
        let Some(text) = self.parameters.get(name).map(|text| text.trim()) else {
            let missing = || BindError::Missing { name: name.to_owned(), range: expected };
            return default.map(|literal| scalar_of(literal, curve)).ok_or_else(missing);
        };
        let scalar = match from_hexadecimal(text).and_then(|bytes| bytes.try_into().ok()) {
            Some(encoding) => Scalar::decode(curve, &encoding),
            None => Literal::parse(text)
                .filter(|l| l.decimals == 0 && l.mantissa >= 0 && l.mantissa <= I256::from(u128::MAX))
                .map(|literal| scalar_of(&literal, curve)),
        };
        scalar.ok_or_else(|| BindError::OutOfRange { name: name.to_owned(), found: text.to_owned(), expected })
    }

    /// A structure of parties, as its text; `None` for `all` of them together. Where it is used says among whom.
    fn structure(&self, name: &str, parties: usize) -> Result<Option<Structure>, BindError> {
        let expected = "who of the parties can use the secret, such as 2 of (1, 2 of (2, 3)), or all".to_owned();
        let Some(text) = self.parameters.get(name).map(|text| text.trim()) else {
            return Err(BindError::Missing { name: name.to_owned(), range: expected });
        };
        if text == ALL {
            return Ok(None);
        }
        let wrong = |why: NoStructure| {
            let found = format!("{:?} ({why})", text.chars().take(80).collect::<String>());
            BindError::OutOfRange { name: name.to_owned(), found, expected: expected.clone() }
        };
        let structure: Structure = text.parse().map_err(wrong)?;
        let found = structure.holders();
        if found <= parties {
            Ok(Some(structure))
        } else {
            Err(wrong(NoStructure::Holders { expected: parties, found }))
        }
    }

    fn roles(&self, name: &str, default: &[RoleId], roles: &Roles) -> Result<ParameterValue, BindError> {
        let chosen: Vec<RoleIndex> = match self.parameters.get(name).map(String::as_str) {
            None => default.iter().flat_map(|id| roles.members(*id)).collect(),
            Some(ALL) => (0..roles.names().len()).map(RoleIndex).collect(),
            Some(text) => {
                let mut chosen = Vec::new();
                for item in text.split(',').map(str::trim) {
                    chosen.extend(roles.named(item).ok_or_else(|| BindError::OutOfRange {
                        name: name.to_owned(),
                        found: format!("{item:?}"),
                        expected: format!("all, or some of {}", roles.names().join(", ")),
                    })?);
                }
                chosen.sort_unstable();
                chosen.dedup();
                chosen
            }
        };
        let names: Vec<&str> = chosen.iter().map(|r| roles.names()[r.0].as_str()).collect();
        let text = names.join(",");
        Ok(ParameterValue::Roles(chosen, text))
    }

    pub(super) fn all_known(&self, program: &Program) -> Result<(), BindError> {
        for name in self.parameters.keys() {
            if !program.parameters().iter().any(|p| p.name == *name) {
                let known: Vec<&str> = program.parameters().iter().map(|p| p.name.as_str()).collect();
                let known = if known.is_empty() { "none".into() } else { known.join(", ") };
                return Err(BindError::UnknownParameter { name: name.clone(), known });
            }
        }
        Ok(())
    }
}

fn list_is_sound(
    name: &str,
    mantissas: &[I256],
    decimals: u32,
    lengths: (u64, u64),
    range: &Range,
) -> Result<(), BindError> {
    let wrong = |found: String, expected: String| Err(BindError::OutOfRange { name: name.to_owned(), found, expected });
    let (least, greatest) = lengths;
    if (mantissas.len() as u64) < least || mantissas.len() as u64 > greatest {
        return wrong(format!("{} numbers", mantissas.len()), format!("between {least} and {greatest} numbers"));
    }
    if let Some(outside) = mantissas.iter().find(|m| !range.contains(**m)) {
        let (low, high) = (format_decimal(range.low, decimals), format_decimal(range.high, decimals));
        return wrong(format_decimal(*outside, decimals), format!("numbers in {low}..={high}"));
    }
    Ok(())
}
