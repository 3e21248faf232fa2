//! Role names before a program is bound: which declaration they belong to, and how many members a family has.

use std::collections::{BTreeMap, BTreeSet};

use quorate_circuits::program::check::MOST_MEMBERS;
use quorate_circuits::program::{Program, RoleId};

use crate::exit::{Exit, Failure};

/// The declared role or family that `name` belongs to, and its number within the family.
pub fn declared(program: &Program, name: &str) -> Option<(RoleId, Option<u64>)> {
    program.roles().iter().enumerate().find_map(|(id, role)| match role.count {
        None => (role.name == name).then_some((RoleId(id), None)),
        Some(_) => {
            let number = name.strip_prefix(&role.name)?.strip_prefix('_')?;
            let plain = number.bytes().all(|b| b.is_ascii_digit()) && !number.starts_with('0');
            let number = number.parse().ok().filter(|n| plain && (1..=MOST_MEMBERS).contains(n))?;
            Some((RoleId(id), Some(number)))
        }
    })
}

/// As [`declared`], with an error that lists the roles.
///
/// # Errors
/// If the program has no such role.
pub fn find(program: &Program, name: &str) -> Result<(RoleId, Option<u64>), Failure> {
    declared(program, name).ok_or_else(|| {
        Failure::new(
            Exit::BadInput,
            format!("{} has no role {name}; its roles are {}", program.name(), listed(program)),
        )
    })
}

/// The parameters that count families, as the role names in use imply them. What `given` says already stays.
///
/// # Errors
/// A gap in a family's numbers, or more members than `given` says.
pub fn count<'a>(
    program: &Program,
    names: impl IntoIterator<Item = &'a str>,
    given: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Failure> {
    let mut members: BTreeMap<RoleId, BTreeSet<u64>> = BTreeMap::new();
    for name in names {
        if let (family, Some(number)) = find(program, name)? {
            members.entry(family).or_default().insert(number);
        }
    }
    let mut parameters = given.clone();
    for (family, numbers) in members {
        let role = &program.roles()[family.0];
        let Some(parameter) = role.count else { continue };
        let parameter = &program.parameters()[parameter.0].name;
        let greatest = numbers.last().copied().unwrap_or(0);
        if let Some(count) = given.get(parameter) {
            if count.parse::<u64>().is_ok_and(|count| greatest > count) {
                let message = format!("{}_{greatest} takes part, but {parameter} is {count}", role.name);
                return Err(Failure::new(Exit::BadInput, message));
            }
            continue;
        }
        if let Some(gap) = (1..greatest).find(|number| !numbers.contains(number)) {
            let message = format!("{0}_{greatest} takes part, but {0}_{gap} does not", role.name);
            return Err(Failure::new(Exit::BadInput, message).hint("members are numbered from 1 without gaps"));
        }
        parameters.insert(parameter.clone(), greatest.to_string());
    }
    Ok(parameters)
}

/// The roles as users write them: `model_owner, bank_1, bank_2, …`.
pub fn listed(program: &Program) -> String {
    let name = |role: &quorate_circuits::program::Role| match role.count {
        None => role.name.clone(),
        Some(_) => format!("{0}_1, {0}_2, …", role.name),
    };
    program.roles().iter().map(name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn risk_score() -> Program {
        quorate_circuits::library::find("risk-score").and_then(|entry| entry.program().ok()).expect("a library program")
    }

    #[test]
    fn names_find_their_declaration() {
        let program = risk_score();
        assert_eq!(declared(&program, "model_owner"), Some((RoleId(0), None)));
        assert_eq!(declared(&program, "bank_12"), Some((RoleId(1), Some(12))));
        for wrong in ["bank", "bank_", "bank_0", "bank_01", "bank_65", "bank_1x", "model_owner_1", ""] {
            assert_eq!(declared(&program, wrong), None, "{wrong}");
        }
    }

    #[test]
    fn families_are_counted() {
        let program = risk_score();
        let given = BTreeMap::new();
        let counted = count(&program, ["bank_2", "model_owner", "bank_1"], &given).expect("no gap");
        assert_eq!(counted.get("banks").map(String::as_str), Some("2"));
        let gap = count(&program, ["bank_3", "bank_1"], &given).expect_err("a gap");
        assert_eq!(gap.message, "bank_3 takes part, but bank_2 does not");
        let given = BTreeMap::from([("banks".to_owned(), "1".to_owned())]);
        assert!(count(&program, ["bank_2"], &given).is_err());
    }
}
