//! The disclosure page: what a run reveals to whom, to be read before anybody takes part.

use quorate_circuits::bind::{Arguments, BoundProgram, RoleIndex};
use quorate_circuits::disclosure::{Carried, Disclosed, Disclosure, Opened, Provision, Solvable};
use quorate_engine::protocol::Claim;
use serde_json::{Map, Value, json};

use crate::exit::Failure;
use crate::identity::PartyName;
use crate::program::Loaded;

/// The disclosure of a bound program.
#[derive(Clone, Debug)]
pub struct Page {
    disclosure: Disclosure,
    /// Sizes that are not known yet, and what stands for them.
    assumed: Vec<String>,
}

/// No list of remarks is complete.
const CAUTION: &str = "That nothing else is remarked on proves no privacy.";

impl Page {
    /// The page for parties that play these roles each; `assumed` are sizes that only stand for what the data will say.
    ///
    /// # Errors
    /// If the arguments do not bind the program.
    pub fn new(
        loaded: &Loaded,
        bound: &BoundProgram,
        arguments: &Arguments,
        parties: &[Vec<RoleIndex>],
        assumed: Vec<String>,
    ) -> Result<Self, Failure> {
        let disclosure = Disclosure::of(bound, arguments, parties).map_err(|error| loaded.unbound(&error))?;
        Ok(Self { disclosure, assumed })
    }

    /// For people.
    pub fn text(&self) -> String {
        let Disclosure { program, digest, parameters, provides, reveals, solvable, lints, .. } = &self.disclosure;
        let mut text = format!("program {program}, digest {digest}\n");
        if !parameters.is_empty() {
            let list: Vec<String> = parameters.iter().map(|(name, value)| format!("{name} = {value}")).collect();
            text += &format!("parameters: {}\n", list.join("; "));
        }
        text += "\nWhat each party brings; it leaves its owner only as shares of what is computed from it\n";
        text += &columns(provided(provides));
        text += "\nEverything that is revealed\n";
        text += &columns(reveals.iter().map(|reveal| self.revealed(reveal)));
        text += &self.on_curves();
        text += "\nSizes that everybody learns\n";
        text += &self.sizes();
        text += "\nWho could solve what is shared of an input, from the outputs and its own inputs\n";
        text += &columns(self.solved(solvable));
        text += "\nRemarks\n";
        for lint in lints {
            text += &format!("  - {lint}\n");
        }
        text += &format!("  - {CAUTION}\n");
        text
    }

    /// The same content as JSON fields.
    pub fn json(&self) -> Map<String, Value> {
        let Disclosure { program, digest, parameters, roles, provides, reveals, public_sizes, solvable, lints, .. } =
            &self.disclosure;
        let named = |list: &[(String, String)]| -> Map<String, Value> {
            list.iter().map(|(name, value)| (name.clone(), Value::from(value.clone()))).collect()
        };
        let coalition = |solvable: &Solvable| {
            let names =
                |roles: &Vec<RoleIndex>| roles.iter().map(|r| self.disclosure.roles[r.0].clone()).collect::<Vec<_>>();
            json!({
                "input": solvable.input,
                "directly": solvable.directly,
                "coalition": solvable.coalition.as_ref().map(names),
                "parties": solvable.coalition.as_ref().map(|_| solvable.parties),
            })
        };
        let content = json!({
            "program": program,
            "digest": digest.to_string(),
            "parameters": named(parameters),
            "roles": roles,
            "provides": provides
                .iter()
                .map(|p| json!({"role": p.role, "name": p.name, "what": p.what}))
                .collect::<Vec<_>>(),
            "reveals": reveals
                .iter()
                .map(|r| json!({"name": r.name, "receivers": r.receivers, "what": r.what, "derived": r.derived}))
                .collect::<Vec<_>>(),
            "public_sizes": named(public_sizes),
            "assumed_sizes": self.assumed,
            "solvable": solvable.iter().map(coalition).collect::<Vec<_>>(),
            "remarks": lints.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "caution": CAUTION,
        });
        match content {
            Value::Object(mut fields) => {
                fields.extend(self.curve_fields());
                fields
            }
            _ => Map::new(),
        }
    }

    /// What a program on curves opens, holds and keeps; nothing of others.
    fn on_curves(&self) -> String {
        let Disclosure { opens, held, kept, .. } = &self.disclosure;
        let section = |title: &str, rows: Vec<[String; 3]>| match rows.is_empty() {
            true => String::new(),
            false => format!("\n{title}\n{}", columns(rows)),
        };
        let carried = |list: &[Carried]| -> Vec<[String; 3]> {
            list.iter().map(|carried| [carried.name.clone(), carried.what.clone(), String::new()]).collect()
        };
        section("What is opened among the parties inside the protocol", opens.iter().map(opened).collect())
            + &section("What is taken over from an earlier session", carried(held))
            + &section("What is kept for a later session", carried(kept))
    }

    fn curve_fields(&self) -> Map<String, Value> {
        let Disclosure { opens, held, kept, .. } = &self.disclosure;
        let carried = |list: &[Carried]| -> Value {
            list.iter().map(|carried| json!({"name": carried.name, "what": carried.what})).collect()
        };
        let opens: Value = opens
            .iter()
            .map(|o| {
                json!({"name": o.name, "line": o.line, "what": o.what, "checked_on": o.checked_on, "kept_as": o.kept_as})
            })
            .collect();
        let lists = [("opens", opens), ("held", carried(held)), ("kept", carried(kept))];
        let some = |list: &Value| list.as_array().is_some_and(|list| !list.is_empty());
        lists.into_iter().filter(|(_, list)| some(list)).map(|(name, list)| (name.to_owned(), list)).collect()
    }

    fn revealed(&self, reveal: &Disclosed) -> [String; 3] {
        let follows = if reveal.derived { " (follows from the others)" } else { "" };
        let receivers = match reveal.receivers.len() {
            n if n == self.disclosure.roles.len() => "all".to_owned(),
            0 => "nobody".to_owned(),
            _ => joined(&reveal.receivers),
        };
        [reveal.name.clone(), format!("{}{follows}", reveal.what), format!("to {receivers}")]
    }

    fn sizes(&self) -> String {
        if self.disclosure.public_sizes.is_empty() {
            return "  none\n".to_owned();
        }
        columns(self.disclosure.public_sizes.iter().map(|(name, value)| {
            let measured = self.assumed.contains(name);
            let value = if measured {
                format!("measured when the parties meet; {value} is assumed here")
            } else {
                value.clone()
            };
            [name.clone(), value, String::new()]
        }))
    }

    fn solved(&self, solvable: &[Solvable]) -> Vec<[String; 3]> {
        let line = |solvable: &Solvable| match &solvable.coalition {
            None => "nobody, not even all others together, by linear algebra".to_owned(),
            Some(roles) => {
                let names: Vec<String> = roles.iter().map(|r| self.disclosure.roles[r.0].clone()).collect();
                let others = roles.len() + 1 == self.disclosure.roles.len();
                match (names.len(), others) {
                    (1, _) => format!("{} alone", names[0]),
                    (_, true) => "all others together".to_owned(),
                    (..) => format!("{} together", joined(&names)),
                }
            }
        };
        gathered(solvable.iter().map(|s| (s.input.clone(), line(s), String::new())))
    }
}

/// An opened value, and what stops the session if it is a wrong one.
fn opened(opened: &Opened) -> [String; 3] {
    let lines: Vec<String> = opened.checked_on.iter().map(ToString::to_string).collect();
    let check = match (lines.as_slice(), opened.kept_as.as_slice()) {
        ([], []) => "checked by no assert".to_owned(),
        ([], kept) => format!("kept in {}: checked by what takes it over", joined(kept)),
        ([line], _) => format!("checked by the assert on line {line}"),
        (lines, _) => format!("checked by the asserts on lines {}", joined(lines)),
    };
    let name = opened.name.clone().unwrap_or_else(|| format!("line {}", opened.line));
    [name, opened.what.clone(), check]
}

fn provided(provides: &[Provision]) -> Vec<[String; 3]> {
    gathered(provides.iter().map(|p| (p.name.clone(), p.what.clone(), String::new())))
}

/// Lines about members of a family that say the same become one: `party_1.value … party_5.value`.
fn gathered(lines: impl Iterator<Item = (String, String, String)>) -> Vec<[String; 3]> {
    let mut gathered: Vec<(Vec<String>, String, String)> = Vec::new();
    for (name, what, more) in lines {
        let suffix = |name: &str| name.split_once('.').map(|(_, suffix)| suffix.to_owned());
        let same =
            gathered.iter_mut().find(|(names, w, m)| *w == what && *m == more && suffix(&names[0]) == suffix(&name));
        match same {
            Some((names, ..)) => names.push(name),
            None => gathered.push((vec![name], what, more)),
        }
    }
    let shown = |names: Vec<String>| match names.as_slice() {
        [first, .., last] if names.len() > 3 => format!("{first} … {last}"),
        _ => names.join(", "),
    };
    gathered.into_iter().map(|(names, what, more)| [shown(names), what, more]).collect()
}

/// Indented lines whose parts stand below each other.
fn columns(rows: impl IntoIterator<Item = [String; 3]>) -> String {
    let rows: Vec<[String; 3]> = rows.into_iter().collect();
    let width = |i: usize| rows.iter().map(|row| row[i].chars().count()).max().unwrap_or(0);
    let (first, second) = (width(0), width(1));
    let line = |[a, b, c]: &[String; 3]| format!("  {a:first$}  {b:second$}  {c}").trim_end().to_owned() + "\n";
    rows.iter().map(line).collect()
}

/// Names in a sentence; of many, the first ones and how many more.
pub fn joined(names: &[String]) -> String {
    const SHOWN: usize = 6;
    match names.len().saturating_sub(SHOWN) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names[..SHOWN].join(", ")),
    }
}

/// A claim in one line. `parties` are those besides a dealer, who is named if anybody knows its name.
pub fn claim_line(claim: &Claim, parties: usize, dealer: Option<&PartyName>) -> String {
    let Claim { adversary, corrupt, guarantee, trusts_dealer, .. } = claim;
    let line = format!("{} parties, up to {corrupt} of {parties} colluding, {}", adversary.name(), guarantee.name());
    match (trusts_dealer, dealer) {
        (false, _) => line,
        (true, Some(name)) => format!("{line}, trusting {name}, the dealer, not to collude with anybody"),
        (true, None) => format!("{line}, trusting a dealer not to collude with anybody"),
    }
}
