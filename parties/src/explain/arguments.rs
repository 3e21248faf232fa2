//! Numbers for a program that nobody runs yet: what is given, and the least that is allowed for the rest.

use std::collections::BTreeMap;

use quorate_circuits::bind::{Arguments, size_key};
use quorate_circuits::program::check::MOST_MEMBERS;
use quorate_circuits::program::{ParameterKind, Program};
use serde_json::{Value, json};

use crate::exit::{Exit, Failure};
use crate::program::Loaded;

/// The numbers that a program is explained or drawn with.
#[derive(Clone, Debug)]
pub(crate) struct Numbers {
    /// All of them.
    pub(crate) arguments: Arguments,
    /// Parameters that were not given and have no default, with the least value that stands for them: numbers as
    /// numbers, scalars and bytes as text.
    pub(crate) assumed: Vec<(String, Value)>,
    /// Public sizes that were not given, by the names that they are bound by.
    pub(crate) unmeasured: Vec<String>,
}

impl Numbers {
    /// The numbers given, and the least that the program allows for the rest.
    ///
    /// # Errors
    /// Numbers that do not bind the program.
    pub(crate) fn new(
        loaded: &Loaded,
        parties: Option<u64>,
        given: &BTreeMap<String, String>,
    ) -> Result<Self, Failure> {
        let (program, mut parameters) = (&loaded.program, given.clone());
        if let Some(parties) = parties {
            count_parties(program, parties, &mut parameters)?;
        }
        let sizes = take_sizes(program, &mut parameters)?;
        let assumed = assume_least(program, &mut parameters);
        let mut arguments = Arguments { parameters, sizes: BTreeMap::new() }.with_least_sizes(program);
        let mut unmeasured: Vec<String> = loaded.bind(&arguments)?.sizes.iter().map(|(name, _)| name.clone()).collect();
        for (key, size) in sizes {
            unmeasured.retain(|name| *name != key);
            arguments.sizes.insert(key, size);
        }
        Ok(Self { arguments, assumed, unmeasured })
    }
}

/// `--parties N`: how many members the program's family of roles has.
fn count_parties(program: &Program, parties: u64, parameters: &mut BTreeMap<String, String>) -> Result<(), Failure> {
    let mut counting: Vec<&str> =
        program.roles().iter().filter_map(|role| role.count).map(|p| program.parameters()[p.0].name.as_str()).collect();
    counting.sort_unstable();
    counting.dedup();
    let wrong = |message: String| Err(Failure::new(Exit::BadInput, message));
    match counting.as_slice() {
        [only] => match parameters.insert((*only).to_owned(), parties.to_string()) {
            Some(other) if other != parties.to_string() => {
                wrong(format!("--parties {parties} and --param {only}={other} contradict each other"))
            }
            _ => Ok(()),
        },
        [] if program.roles().len() as u64 == parties => Ok(()),
        [] => wrong(format!("{} has {} roles, not {parties}", program.name(), program.roles().len())),
        several => wrong(format!("--parties can mean {}: give them with --param", several.join(" or "))),
    }
}

/// Takes the sizes out of the parameters: `rows=100`, `columns=6` for every member, or `columns[bank_1]=6`.
///
/// # Errors
/// A size that is no number.
pub(crate) fn take_sizes(
    program: &Program,
    parameters: &mut BTreeMap<String, String>,
) -> Result<BTreeMap<String, u64>, Failure> {
    let mut sizes = BTreeMap::new();
    for size in program.sizes().iter().filter(|size| !size.private) {
        let number = |name: &str, text: &str| {
            text.parse::<u64>()
                .map_err(|_| Failure::new(Exit::BadInput, format!("{name} is {text:?}; it must be a whole number")))
        };
        if let Some(text) = parameters.remove(&size.name) {
            let value = number(&size.name, &text)?;
            let members = size.of.map_or(1, |_| MOST_MEMBERS);
            for member in 1..=members {
                let member = size.of.map(|role| format!("{}_{member}", program.roles()[role.0].name));
                sizes.insert(size_key(&size.name, member.as_deref()), value);
            }
        }
        let prefix = format!("{}[", size.name);
        let own: Vec<String> =
            parameters.keys().filter(|key| size.of.is_some() && key.starts_with(&prefix)).cloned().collect();
        for key in own {
            if let Some(text) = parameters.remove(&key) {
                sizes.insert(key.clone(), number(&key, &text)?);
            }
        }
    }
    Ok(sizes)
}

/// Gives the least value to everything that is not given and has no default: costs depend on numbers alone.
fn assume_least(program: &Program, parameters: &mut BTreeMap<String, String>) -> Vec<(String, Value)> {
    let mut assumed = Vec::new();
    for parameter in program.parameters() {
        let value = match parameter.kind {
            ParameterKind::Number { least, default: None, .. } => json!(least),
            ParameterKind::Scalar { default: None, .. } => json!("0"),
            ParameterKind::Bytes { least, .. } => json!("00".repeat(least as usize)),
            ParameterKind::Structure => json!("all"),
            _ => continue,
        };
        if !parameters.contains_key(&parameter.name) {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            parameters.insert(parameter.name.clone(), text);
            assumed.push((parameter.name.clone(), value));
        }
    }
    assumed
}
