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
    pub source: GivenSource,
}

/// What stands behind the `=` of an `--input`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GivenSource {
    /// A column, or several.
    Columns(Source),
    /// A file without columns: a table, whose columns the program names.
    Table(String),
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
        // Whether a file without columns is a table is for the program to say.
        let source = match Source::table_column(source, "") {
            Ok(_) => GivenSource::Table(source.trim().to_owned()),
            Err(_) => GivenSource::Columns(source.parse().map_err(|error| unreadable(name, &error))?),
        };
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
    if given.iter().any(|given| matches!(given.source, GivenSource::Columns(Source::Literal(_)))) {
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
        for (declaration, column, source) in sources(program, role, name, source)? {
            let full = format!("{role}.{column}");
            if owned.iter().any(|other| other.name == full) {
                return Err(Failure::new(Exit::BadInput, format!("input {full} is given twice")));
            }
            let table = tables.read(&source).map_err(|error| unreadable(&full, &error))?;
            owned.push(Owned { role: role.to_owned(), declaration, name: full, source, table });
        }
    }
    Ok(owned)
}

/// The inputs that something given is for: one, or all columns of a table.
fn sources(
    program: &Program,
    role: &str,
    name: &str,
    given: &GivenSource,
) -> Result<Vec<(InputId, String, Source)>, Failure> {
    let found = declarations(program, role, name)?;
    if found.is_empty() {
        return Err(unknown(program, role, name));
    }
    let is_table = found.iter().any(|(_, input)| input.name != name);
    if is_table && *given == GivenSource::Table("-".into()) {
        return Err(Failure::new(
            Exit::BadInput,
            format!("{role}.{name} is a table; it is read from a file, not from -"),
        ));
    }
    let file = match given {
        GivenSource::Columns(source) if !is_table => return Ok(vec![(found[0].0, name.to_owned(), source.clone())]),
        GivenSource::Columns(source) => {
            let message = format!("{role}.{name} is a table; {source} names columns");
            return Err(Failure::new(Exit::BadInput, message)
                .hint(format!("give the file alone, --input {name}=FILE.csv: the program names the columns")));
        }
        GivenSource::Table(file) => file,
    };
    if !is_table {
        // What columns there are is said by whoever reads the source.
        let source: Source = file.parse().map_err(|error| unreadable(name, &error))?;
        return Ok(vec![(found[0].0, name.to_owned(), source)]);
    }
    let column = |(id, input): &(InputId, &InputDeclaration)| {
        let column = input.column().map_or(input.name.as_str(), |(_, column)| column);
        let source = Source::table_column(file, column).map_err(|error| unreadable(&input.name, &error))?;
        Ok((*id, input.name.clone(), source))
    };
    found.iter().map(column).collect()
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
        if !declarations(program, role, name)?.is_empty() {
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

/// The input of this name, or the columns of the table of this name.
fn declarations<'a>(
    program: &'a Program,
    role: &str,
    name: &str,
) -> Result<Vec<(InputId, &'a InputDeclaration)>, Failure> {
    let (family, _) = roles::find(program, role)?;
    let is_meant =
        |input: &InputDeclaration| input.name == name || input.column().is_some_and(|(table, _)| table == name);
    let inputs = program.inputs().iter().enumerate().map(|(id, input)| (InputId(id), input));
    Ok(inputs.filter(|(_, input)| input.role == family && is_meant(input)).collect())
}

fn unknown(program: &Program, role: &str, name: &str) -> Failure {
    let declared =
        program.inputs().iter().map(|input| format!("{}.{}", program.roles()[input.role.0].name, input.name));
    let known = declared.collect::<Vec<_>>().join(", ");
    Failure::new(Exit::BadInput, format!("{role} has no input {name}; the inputs of {} are {known}", program.name()))
}
