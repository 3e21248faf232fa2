//! What a new version of a policy allows and refuses that the old one did not, in words.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::{Cell, Requirement, Table, Value};
use super::{Person, Policy, Rotation};
use crate::exit::{Exit, Failure};
use crate::identity::PartyName;

/// The differences, one a line; nothing if the two decide alike.
///
/// # Errors
/// If the policies tell more cases apart than can be compared.
pub fn difference(old: &Policy, new: &Policy) -> Result<Vec<String>, Failure> {
    let table = Table::new(vec![old, new]);
    table.check_size().map_err(|cells| {
        let message = format!("the two policies tell {cells} cases apart, which is too many to compare");
        Failure::new(Exit::BadInput, message)
    })?;
    let mut lines = people(&old.people, &new.people);
    lines.extend(others(old, new));
    let tree = compare(&table, (old, new), 0, &Cell::default());
    tell(&tree, &mut Vec::new(), &mut lines);
    Ok(lines)
}

fn people(old: &BTreeMap<PartyName, Person>, new: &BTreeMap<PartyName, Person>) -> Vec<String> {
    let names: BTreeSet<&PartyName> = old.keys().chain(new.keys()).collect();
    let roles = |person: &Person| {
        let roles: Vec<_> = person.roles.iter().map(ToString::to_string).collect();
        if roles.is_empty() { "no roles".to_owned() } else { roles.join(", ") }
    };
    let mut lines = Vec::new();
    for name in names {
        match (old.get(name), new.get(name)) {
            (Some(_), None) => lines.push(format!("{name} is no longer among the people")),
            (None, Some(person)) => lines.push(format!("{name} is new among the people: {}", roles(person))),
            (Some(before), Some(after)) => {
                if before.identity != after.identity {
                    lines.push(format!("{name} has another identity"));
                }
                if before.roles != after.roles {
                    lines.push(format!("{name} has the roles {} and had {}", roles(after), roles(before)));
                }
                if before.weight != after.weight {
                    lines.push(format!("{name} has weight {} and had {}", after.weight, before.weight));
                }
                if (&before.location, &before.jurisdiction) != (&after.location, &after.jurisdiction) {
                    lines.push(format!("{name} has another location or jurisdiction"));
                }
            }
            (None, None) => {}
        }
    }
    lines
}

/// What does not depend on the request.
fn others(old: &Policy, new: &Policy) -> Vec<String> {
    let mut lines = Vec::new();
    let mut changed = |what: &str, before: String, after: String| {
        if before != after {
            lines.push(format!("{what}: {after}; before: {before}"));
        }
    };
    let roles = |roles: &[super::Role]| match roles {
        [] => "all people".to_owned(),
        some => some.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    };
    let limits = |policy: &Policy| match &policy.undrilled {
        None => "no limit".to_owned(),
        Some(limits) if limits.is_empty() => "nothing".to_owned(),
        Some(limits) => limits.iter().map(|(asset, limit)| format!("{limit} {asset}")).collect::<Vec<_>>().join(", "),
    };
    changed("the policy is changed by", old.change.quorum.to_string(), new.change.quorum.to_string());
    changed("refusals that block", old.vetoes.to_string(), new.vetoes.to_string());
    changed("who may ask", roles(&old.initiators), roles(&new.initiators));
    changed("before a recovery was rehearsed, at most", limits(old), limits(new));
    let issuers = |policy: &Policy| {
        let issuer = |(name, issuer): (&PartyName, &super::Issuer)| {
            let claims: Vec<_> = issuer.claims.iter().map(ToString::to_string).collect();
            format!("{name} ({}) about {}", issuer.identity.short(), claims.join(", "))
        };
        policy.issuers.iter().map(issuer).collect::<Vec<_>>().join("; ")
    };
    changed("certificates are believed of", issuers(old), issuers(new));
    rotations(old.rotation.as_ref(), new.rotation.as_ref(), &mut lines);
    lines
}

/// What is rotated by itself.
fn rotations(old: Option<&Rotation>, new: Option<&Rotation>, lines: &mut Vec<String>) {
    let nothing = || "nothing".to_owned();
    let (before, after) =
        (old.map_or_else(nothing, ToString::to_string), new.map_or_else(nothing, ToString::to_string));
    if before != after {
        lines.push(format!("what is rotated by itself: {after}; before: {before}"));
    }
    let rules = |rotation: Option<&Rotation>| -> BTreeMap<String, String> {
        let rules = rotation.map_or(&[][..], |rotation| &rotation.rules);
        rules.iter().map(|rule| (rule.name.to_string(), rule.words())).collect()
    };
    let (before, after) = (rules(old), rules(new));
    for name in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
        match (before.get(name), after.get(name)) {
            (Some(before), None) => lines.push(format!("no longer rotates by itself {before} ({name})")),
            (None, Some(after)) => lines.push(format!("rotates by itself {after} ({name})")),
            (Some(before), Some(after)) if before != after => {
                lines.push(format!("rotates by itself {after}; before: {before} ({name})"));
            }
            _ => {}
        }
    }
}

/// The two requirements of all cells, with what makes no difference left out.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Tree {
    Leaf(Requirement, Requirement),
    Node(Vec<(Vec<Value>, Tree)>),
}

fn compare(table: &Table<'_>, (old, new): (&Policy, &Policy), depth: usize, cell: &Cell) -> Tree {
    let Some(values) = table.values(depth, cell.kind, cell.asset.as_ref()) else {
        return leaf(cell.requirement(old), cell.requirement(new));
    };
    if values.is_empty() {
        return compare(table, (old, new), depth + 1, cell);
    }
    let mut branches: Vec<(Vec<Value>, Tree)> = Vec::new();
    for value in values {
        let tree = compare(table, (old, new), depth + 1, &cell.with(&value));
        let ordered = matches!(value, Value::Band(..) | Value::Risk(..) | Value::Time(..));
        let place = if ordered {
            branches.len().checked_sub(1).filter(|last| branches[*last].1 == tree)
        } else {
            branches.iter().position(|(_, known)| *known == tree)
        };
        match place {
            Some(place) => branches[place].0.push(value),
            None => branches.push((vec![value], tree)),
        }
    }
    match branches.as_slice() {
        [(_, only)] => only.clone(),
        _ => Tree::Node(branches),
    }
}

/// Which rule refuses makes no difference.
fn leaf(before: Requirement, after: Requirement) -> Tree {
    match (&before, &after) {
        (Requirement::Refused(_), Requirement::Refused(_)) => {
            Tree::Leaf(Requirement::Refused(String::new()), Requirement::Refused(String::new()))
        }
        _ => Tree::Leaf(before, after),
    }
}

fn tell(tree: &Tree, place: &mut Vec<String>, lines: &mut Vec<String>) {
    match tree {
        Tree::Leaf(before, after) if before == after => {}
        Tree::Leaf(before, after) => {
            let place: Vec<&str> = place.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
            let place = if place.is_empty() { "every request".to_owned() } else { place.join(" ") };
            lines.push(format!("{place}: {}", change(before, after)));
        }
        Tree::Node(branches) => {
            for (values, tree) in branches {
                place.push(name(values));
                tell(tree, place, lines);
                place.pop();
            }
        }
    }
}

fn change(before: &Requirement, after: &Requirement) -> String {
    let listed = |needs: &BTreeSet<String>| match needs.len() {
        0 => "without any approval".to_owned(),
        _ => format!("with {}", needs.iter().cloned().collect::<Vec<_>>().join(" and ")),
    };
    match (before, after) {
        (_, Requirement::Refused(rule)) => format!("becomes refused ({rule})"),
        (Requirement::Refused(_), Requirement::Needs(needs)) => format!("becomes allowed, {}", listed(needs)),
        (Requirement::Needs(before), Requirement::Needs(after)) => {
            let more: Vec<_> = after.difference(before).cloned().collect();
            let less: Vec<_> = before.difference(after).cloned().collect();
            match (more.is_empty(), less.is_empty()) {
                (false, true) => format!("needs in addition {}", more.join(" and ")),
                (true, false) => format!("no longer needs {}", less.join(" and ")),
                _ => format!("needs {} in the place of {}", more.join(" and "), less.join(" and ")),
            }
        }
    }
}

/// Values that make no difference among each other, as people say it.
fn name(values: &[Value]) -> String {
    let (Some(first), Some(last)) = (values.first(), values.last()) else { return String::new() };
    match (first, last) {
        (Value::Band(above, _), Value::Band(_, up_to)) => match (*above == super::cells::NOTHING, up_to) {
            (true, Some(up_to)) => format!("up to {up_to}"),
            (false, Some(up_to)) => format!("above {above} up to {up_to}"),
            (false, None) => format!("above {above}"),
            (true, None) => String::new(),
        },
        (Value::Risk(least, _), Value::Risk(_, most)) => format!("at a risk from {least} to {most}"),
        _ => {
            let each = values.iter().map(|value| match value {
                Value::Kind(kind) => kind.to_string(),
                Value::Asset(Some(asset)) => format!("of {asset}"),
                Value::Asset(None) => "of another asset".to_owned(),
                Value::Destination(_, label) | Value::Initiator(_, label) | Value::Time(_, label) => label.clone(),
                Value::Band(..) | Value::Risk(..) => String::new(),
            });
            each.collect::<Vec<_>>().join(", ")
        }
    }
}
