//! What an expectation says of a program's disclosure, and whether it is so.

use crate::disclosure::Disclosure;

/// A remark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// An output and its receivers.
    Reveals(String, Roles),
    /// The outputs named by the other remarks are all there are.
    RevealsNothingElse,
    /// The sizes that everybody learns.
    Sizes(Vec<String>),
    /// The smallest coalition that solves what is shared of an input.
    Solvable(String, Roles),
    /// A lint whose text contains this.
    Lint(String),
    /// No lint whose text contains this; no lint at all.
    NoLint(Option<String>),
}

/// Roles by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Roles {
    /// Every role.
    All,
    /// None.
    Nobody,
    /// These.
    Named(Vec<String>),
}

impl std::fmt::Display for Roles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Nobody => f.write_str("nobody"),
            Self::Named(names) => f.write_str(&names.join(", ")),
        }
    }
}

impl Roles {
    fn of(names: &[String], disclosure: &Disclosure) -> Self {
        match names.len() {
            0 => Self::Nobody,
            n if n == disclosure.roles.len() => Self::All,
            _ => Self::Named(names.to_vec()),
        }
    }

    /// Whether both are the same set of roles.
    fn same(&self, other: &Self, disclosure: &Disclosure) -> bool {
        let sorted = |roles: &Self| {
            let mut names = match roles {
                Self::All => disclosure.roles.clone(),
                Self::Nobody => Vec::new(),
                Self::Named(names) => names.clone(),
            };
            names.sort();
            names
        };
        sorted(self) == sorted(other)
    }
}

impl Remark {
    /// What was expected and what was found instead, if this is not so. `all` are the remarks of the expectation.
    pub(super) fn miss(&self, disclosure: &Disclosure, all: &[Self]) -> Option<(String, String)> {
        match self {
            Self::Reveals(name, roles) => {
                let found = disclosure.reveals.iter().find(|reveal| reveal.name == *name);
                let found = found.map(|reveal| Roles::of(&reveal.receivers, disclosure));
                let expected = format!("{name} to {roles}");
                match found {
                    Some(found) if found.same(roles, disclosure) => None,
                    Some(found) => Some((expected, format!("{name} to {found}"))),
                    None => Some((expected, format!("no output of this name; there are {}", outputs(disclosure)))),
                }
            }
            Self::RevealsNothingElse => {
                let named = |name: &str| all.iter().any(|r| matches!(r, Self::Reveals(other, _) if other == name));
                let others: Vec<&str> =
                    disclosure.reveals.iter().map(|r| r.name.as_str()).filter(|name| !named(name)).collect();
                (!others.is_empty()).then(|| ("no other output".to_owned(), others.join(", ")))
            }
            Self::Sizes(expected) => {
                let found: Vec<String> = disclosure.public_sizes.iter().map(|(name, _)| name.clone()).collect();
                let named = |names: &[String]| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
                (found != *expected).then(|| (named(expected), named(&found)))
            }
            Self::Solvable(input, roles) => solvable(disclosure, input, roles),
            Self::Lint(text) => {
                let lints: Vec<String> = disclosure.lints.iter().map(ToString::to_string).collect();
                let found = if lints.is_empty() { "no lint".to_owned() } else { lints.join("; ") };
                (!found.contains(text.as_str()) || lints.is_empty()).then(|| (format!("a lint with {text:?}"), found))
            }
            Self::NoLint(text) => {
                let meant = |lint: &String| text.as_ref().is_none_or(|text| lint.contains(text.as_str()));
                let lints: Vec<String> = disclosure.lints.iter().map(ToString::to_string).filter(meant).collect();
                let expected = text.as_ref().map_or("no lint".to_owned(), |text| format!("no lint with {text:?}"));
                (!lints.is_empty()).then(|| (expected, lints.join("; ")))
            }
        }
    }
}

fn outputs(disclosure: &Disclosure) -> String {
    disclosure.reveals.iter().map(|reveal| reveal.name.as_str()).collect::<Vec<_>>().join(", ")
}

fn solvable(disclosure: &Disclosure, input: &str, roles: &Roles) -> Option<(String, String)> {
    let expected = format!("{input} solvable by {roles}");
    let Some(entry) = disclosure.solvable.iter().find(|solvable| solvable.input == input) else {
        return Some((expected, format!("nothing of {input} is shared")));
    };
    let names: Vec<String> = entry.coalition.iter().flatten().map(|role| disclosure.roles[role.0].clone()).collect();
    let found = Roles::of(&names, disclosure);
    (!found.same(roles, disclosure)).then(|| (expected, format!("{input} solvable by {found}")))
}
