//! Where two parties' statements differ.

use super::statement::Statement;
use super::{Ordered, Terms};
use crate::identity::{PartyName, PublicKey};

/// Longer values are cut in error messages.
const SHOWN: usize = 200;

/// A field in which two parties differ. Both see the same fields, each from its side.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the parties do not agree: {field} is {mine} for {me} and {theirs} for {peer}")]
pub struct Difference {
    /// Which field, for example `parameter rows`.
    pub field: String,
    /// This party.
    pub me: PartyName,
    /// What this party was told.
    pub mine: String,
    /// The peer.
    pub peer: PartyName,
    /// What the peer was told.
    pub theirs: String,
}

/// A field's name and two values.
type Pair = (String, String, String);

/// The first difference, in the order in which a reader would look for its cause.
pub(super) fn compare(mine: &Statement, me: &PartyName, theirs: &Statement, peer: &PartyName) -> Option<Difference> {
    let (field, mine, theirs) = compare_programs(&mine.terms, &theirs.terms)
        .or_else(|| compare_named("role", &mine.terms.roles, &theirs.terms.roles, "held by nobody"))
        .or_else(|| compare_parties(&mine.parties, &theirs.parties))
        .or_else(|| compare_named("parameter", &mine.terms.parameters, &theirs.terms.parameters, "not given"))
        .or_else(|| compare_named("record", &mine.terms.records, &theirs.terms.records, "not held"))
        .or_else(|| compare_trust(&mine.terms, &theirs.terms))?;
    Some(Difference { field, me: me.clone(), mine, peer: peer.clone(), theirs })
}

fn compare_programs(mine: &Terms, theirs: &Terms) -> Option<Pair> {
    differing("the program", &mine.program, &theirs.program)
        .or_else(|| differing("the program's digest", &mine.digest, &theirs.digest))
}

fn compare_trust(mine: &Terms, theirs: &Terms) -> Option<Pair> {
    let (a, b) = (&mine.claim, &theirs.claim);
    differing("the adversary", &a.adversary, &b.adversary)
        .or_else(|| differing("the number of corrupt parties", &a.corrupt, &b.corrupt))
        .or_else(|| differing("the guarantee", &a.guarantee, &b.guarantee))
        .or_else(|| differing("whether ranges are enforced (--check-ranges)", &a.ranges, &b.ranges))
        .or_else(|| differing("the claim's text", &a.text, &b.text))
        .or_else(|| differing("the protocol", &mine.protocol, &theirs.protocol))
}

/// Named values: first by name, then by order.
fn compare_named<V: PartialEq + ToString>(
    kind: &str,
    mine: &Ordered<V>,
    theirs: &Ordered<V>,
    absent: &str,
) -> Option<Pair> {
    let shown = |value: Option<&V>| value.map_or_else(|| absent.to_owned(), |v| cut(&v.to_string()));
    let names = mine.iter().chain(theirs.iter()).map(|(name, _)| name);
    for name in names {
        let (a, b) = (mine.find(name), theirs.find(name));
        if a != b {
            return Some((format!("{kind} {}", cut(name)), shown(a), shown(b)));
        }
    }
    let order = |values: &Ordered<V>| values.iter().map(|(name, _)| name.to_owned()).collect::<Vec<_>>().join(", ");
    differing(&format!("the order of the {kind}s"), &order(mine), &order(theirs))
}

fn compare_parties(mine: &[(PartyName, PublicKey)], theirs: &[(PartyName, PublicKey)]) -> Option<Pair> {
    let listed = |parties: &[(PartyName, PublicKey)]| {
        parties.iter().map(|(name, _)| name.to_string()).collect::<Vec<_>>().join(", ")
    };
    differing("the list of parties", &listed(mine), &listed(theirs)).or_else(|| {
        let mut pairs = mine.iter().zip(theirs);
        pairs.find_map(|((name, a), (_, b))| differing(&format!("the pinned key of {name}"), a, b))
    })
}

fn differing<V: PartialEq + ToString + ?Sized>(field: &str, mine: &V, theirs: &V) -> Option<Pair> {
    (mine != theirs).then(|| (field.to_owned(), cut(&mine.to_string()), cut(&theirs.to_string())))
}

fn cut(value: &str) -> String {
    match value.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &value[..at]),
        None if value.is_empty() => "empty".to_owned(),
        None => value.to_owned(),
    }
}
