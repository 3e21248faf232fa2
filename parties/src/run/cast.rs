//! Who plays which role.

use std::collections::BTreeMap;

use quorate_circuits::bind::Arguments;
use quorate_circuits::program::{ParameterKind, Program};

use super::Request;
use crate::exit::{Exit, Failure};
use crate::identity::{Card, PartyName};
use crate::program::Loaded;
use crate::roles;
use crate::session::Ordered;

/// The cast of a program.
pub(super) struct Cast {
    /// The parameters, those that count families included.
    pub(super) parameters: BTreeMap<String, String>,
    /// Who plays each role, in the order of the program.
    pub(super) holders: Ordered<PartyName>,
    /// All roles of the program.
    pub(super) roles: Vec<String>,
}

/// Casts the roles. Without `--as`, my own name is my role; without `--peer`, pinned partners play the roles that bear
/// their names.
///
/// # Errors
/// An unknown role or name, a role with two holders, or none for this party, unless it is the dealer.
pub(super) fn cast(
    loaded: &Loaded,
    request: &Request,
    me: &PartyName,
    pinned: &[Card],
    given: &BTreeMap<String, String>,
) -> Result<Cast, Failure> {
    let program = &loaded.program;
    let mut holders = Ordered::new();
    for role in request.roles.iter().flat_map(|roles| roles.split(',')).map(str::trim) {
        hold(program, &mut holders, role, me.clone())?;
    }
    for text in &request.peers {
        let (role, name) = text.split_once('=').ok_or_else(|| {
            Failure::new(Exit::BadInput, format!("--peer {text}: no name is given")).hint("write --peer ROLE=NAME")
        })?;
        let name: PartyName = name.trim().parse()?;
        if name == *me {
            let message = format!("--peer {text}: {me} is this party itself");
            return Err(Failure::new(Exit::BadInput, message).hint(format!("write --as {role}")));
        }
        hold(program, &mut holders, role.trim(), name)?;
    }
    if request.roles.is_empty() && holders.find(me.as_str()).is_none() && plays(program, me, given) {
        hold(program, &mut holders, me.as_str(), me.clone())?;
    }
    if request.peers.is_empty() {
        for name in pinned.iter().map(Card::name) {
            if holders.find(name.as_str()).is_none() && plays(program, name, given) {
                hold(program, &mut holders, name.as_str(), name.clone())?;
            }
        }
    }
    if !holders.iter().any(|(_, holder)| holder == me) && request.dealer.as_ref() != Some(me) {
        let message = format!("{me} plays no role of {}; its roles are {}", program.name(), roles::listed(program));
        return Err(Failure::new(Exit::BadInput, message).hint("say which with --as ROLE"));
    }
    in_order(loaded, &holders, given)
}

fn in_order(loaded: &Loaded, holders: &Ordered<PartyName>, given: &BTreeMap<String, String>) -> Result<Cast, Failure> {
    let parameters = roles::count(&loaded.program, holders.iter().map(|(role, _)| role), given)?;
    let arguments = Arguments { parameters, sizes: BTreeMap::new() };
    let roles = loaded.bind(&arguments.with_least_sizes(&loaded.program))?.roles.clone();
    let held = roles.iter().filter_map(|role| Some((role.clone(), holders.find(role)?.clone()))).collect();
    Ok(Cast { parameters: arguments.parameters, holders: held, roles })
}

fn hold(program: &Program, holders: &mut Ordered<PartyName>, role: &str, holder: PartyName) -> Result<(), Failure> {
    roles::find(program, role)?;
    let before = holders.find(role).cloned();
    match (before, holders.insert(role, holder)) {
        (Some(before), Err(after)) => {
            Err(Failure::new(Exit::BadInput, format!("the role {role} is given twice: to {before} and to {after}")))
        }
        _ => Ok(()),
    }
}

/// Whether a name is a role, in so far as the family is counted already.
fn plays(program: &Program, name: &PartyName, given: &BTreeMap<String, String>) -> bool {
    let Some((family, number)) = roles::declared(program, name.as_str()) else { return false };
    let counted = program.roles()[family.0].count.map(|parameter| &program.parameters()[parameter.0]);
    match (counted, number) {
        (Some(parameter), Some(number)) => {
            let most = match parameter.kind {
                ParameterKind::Number { greatest, .. } => greatest,
                _ => 0,
            };
            let count = given.get(&parameter.name).and_then(|count| count.parse().ok()).unwrap_or(most);
            number <= count
        }
        _ => true,
    }
}
