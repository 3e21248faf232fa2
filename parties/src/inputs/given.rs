//! Which input each source is for.

use quorate_circuits::program::{InputDeclaration, InputId, Program};
use quorate_data::{Source, Table, Tables};

use super::unreadable;
use crate::exit::{Exit, Failure};
use crate::output::warn;
use crate::roles;

/// `NAME=SOURCE` or `ROLE.NAME=SOURCE`, as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The role, if it is named.
    pub role: Option<String>,
    /// The input's name.
    pub name: String,
    /// Where it comes from.
    pub source: Source,
}

/// An input of one role, read.
#[derive(Clone, Debug)]
pub struct Owned {
    /// The role.
    pub role: String,
    /// The input's declaration.
    pub declaration: InputId,
    /// The full name, as in `party_1.budget`.
    pub name: String,
    /// Where it comes from.
    pub source: Source,
    /// What is there.
    pub table: Table,
}

impl Given {
    /// Reads the text of an `--input`.
    ///
    /// # Errors
    /// If there is no `=`, or what follows is no source.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let (name, source) = text.split_once('=').ok_or_else(|| {
            Failure::new(Exit::BadInput, format!("--input {text}: no source is given"))
                .hint("write --input NAME=SOURCE, where SOURCE is a number, FILE.csv:COLUMN, FILE.parquet:COLUMN or -")
        })?;
        let name = name.trim();
        let source = source.parse().map_err(|error| unreadable(name, &error))?;
        Ok(match name.split_once('.') {
            Some((role, name)) => Self { role: Some(role.to_owned()), name: name.to_owned(), source },
            None => Self { role: None, name: name.to_owned(), source },
        })
    }
}

/// The roles that inputs are given for by name.
pub fn mentioned_roles(given: &[Given]) -> impl Iterator<Item = &str> {
    given.iter().filter_map(|given| given.role.as_deref())
}

/// Warns, once, if a value stands on the command line itself.
pub fn warn_of_literals(given: &[Given]) {
    if given.iter().any(|given| matches!(given.source, Source::Literal(_))) {
        warn("a value on the command line is visible to other users of this machine and stays in the shell's history");
    }
}

/// Finds the input that each source is for, among those of `mine`, and reads its table. An input that is named
/// without its role belongs to the only one of `mine` that has it.
///
/// # Errors
/// An unknown, ambiguous or repeated input; a source that cannot be read.
pub fn read(program: &Program, mine: &[String], given: &[Given], tables: &impl Tables) -> Result<Vec<Owned>, Failure> {
    let mut owned: Vec<Owned> = Vec::new();
    for Given { role, name, source } in given {
        let role = match role {
            Some(role) => named_role(program, mine, role)?,
            None => only_role(program, mine, name)?,
        };
        let (id, _) = declaration(program, role, name)?.ok_or_else(|| unknown(program, role, name))?;
        let full = format!("{role}.{name}");
        if owned.iter().any(|other| other.name == full) {
            return Err(Failure::new(Exit::BadInput, format!("input {full} is given twice")));
        }
        let table = tables.read(source).map_err(|error| unreadable(&full, &error))?;
        owned.push(Owned { role: role.to_owned(), declaration: id, name: full, source: source.clone(), table });
    }
    Ok(owned)
}

fn named_role<'a>(program: &Program, mine: &'a [String], role: &str) -> Result<&'a str, Failure> {
    roles::find(program, role)?;
    mine.iter().find(|own| *own == role).map(String::as_str).ok_or_else(|| {
        let message =
            format!("an input is given for {role}, which this party does not play; it plays {}", mine.join(", "));
        Failure::new(Exit::BadInput, message).hint("each party gives its own inputs")
    })
}

fn only_role<'a>(program: &Program, mine: &'a [String], name: &str) -> Result<&'a str, Failure> {
    let mut having = Vec::new();
    for role in mine {
        if declaration(program, role, name)?.is_some() {
            having.push(role.as_str());
        }
    }
    match having.as_slice() {
        [only] => Ok(only),
        [] => Err(unknown(program, &mine.join(" and "), name)),
        [first, ..] => {
            let message = format!("{} all have an input {name}", having.join(" and "));
            Err(Failure::new(Exit::BadInput, message)
                .hint(format!("say whose it is, as in --input {first}.{name}=SOURCE")))
        }
    }
}

fn declaration<'a>(
    program: &'a Program,
    role: &str,
    name: &str,
) -> Result<Option<(InputId, &'a InputDeclaration)>, Failure> {
    let (family, _) = roles::find(program, role)?;
    let mut inputs = program.inputs().iter().enumerate();
    Ok(inputs.find(|(_, input)| input.role == family && input.name == name).map(|(id, input)| (InputId(id), input)))
}

fn unknown(program: &Program, role: &str, name: &str) -> Failure {
    let declared =
        program.inputs().iter().map(|input| format!("{}.{}", program.roles()[input.role.0].name, input.name));
    let known = declared.collect::<Vec<_>>().join(", ");
    Failure::new(Exit::BadInput, format!("{role} has no input {name}; the inputs of {} are {known}", program.name()))
}
