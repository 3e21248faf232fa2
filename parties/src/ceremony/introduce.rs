//! Before a key's shares are made anew, those who hold it tell all parties what it is: a newcomer knows nothing of it.

use quorate_engine::net::{ChannelFault, Network, PartyIndex, Step};
use serde::{Deserialize, Serialize};

use super::certify::resume_hint;
use super::exchange::{exchange, misbehaved};
use crate::exit::{Exit, Failure};
use crate::identity::PartyName;
use crate::keys::{Certificate, KeyName, PublicPart, SharedPart};
use crate::session::Roster;

/// What a party knows of the key.
const INTRODUCE: Step = Step::new("key/introduce");

/// What everybody may know of a key, and since when it is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Introduction {
    pub(super) shared: SharedPart,
    pub(super) created: u64,
    /// The certificate of these shares, if they have one.
    pub(super) certificate: Option<Certificate>,
}

impl Introduction {
    pub(super) fn of(public: &PublicPart, certificate: Option<Certificate>) -> Self {
        Self { shared: public.shared(), created: public.created, certificate }
    }
}

/// Tells and hears what the key is. All who must know it (by party) say the same, but for the identities of those who have
/// new ones.
///
/// # Errors
/// A party that must know it and does not; parties whose keys or epochs differ, by name.
pub(super) async fn introduce(
    network: &mut Network,
    roster: &Roster,
    name: &KeyName,
    mine: Option<Introduction>,
    (must_know, renewed): (&[bool], &[PartyName]),
) -> Result<Introduction, Failure> {
    let own = mine.clone();
    let heard = exchange(network, roster, INTRODUCE, &mine).await?;
    let mut known: Option<(PartyIndex, Introduction)> = own.map(|own| (roster.me(), own));
    for (party, introduction) in heard.into_iter().enumerate() {
        let from = PartyIndex(party);
        let Some(introduction) = introduction else {
            if must_know.get(party).copied().unwrap_or(false) {
                let message = format!("{} has no key that it calls {name}", roster.name(from));
                return Err(Failure::new(Exit::Session, message));
            }
            continue;
        };
        // A holder that has been left behind is told so; what a stranger to the key says of it counts for nothing.
        if !must_know.get(party).copied().unwrap_or(false) && from != roster.me() {
            if let Some((who, known)) = &known
                && known.shared.key_id == introduction.shared.key_id
                && known.shared.epoch != introduction.shared.epoch
            {
                return Err(other_epoch(roster, name, (*who, known), (from, &introduction)));
            }
            continue;
        }
        match &known {
            None => {
                if introduction.shared.clone().into_public(name.clone(), first_index(&introduction), 0).is_err() {
                    let fault = ChannelFault::Malformed("what it says of the key contradicts itself");
                    return Err(misbehaved(roster, from, INTRODUCE, fault));
                }
                known = Some((from, introduction));
            }
            Some((who, other)) if !same(&other.shared, &introduction.shared, renewed) => {
                let (one, two) = ((*who, other), (from, &introduction));
                return Err(
                    if other.shared.key_id == introduction.shared.key_id
                        && other.shared.epoch != introduction.shared.epoch
                    {
                        other_epoch(roster, name, one, two)
                    } else {
                        let message = format!(
                            "{} and {} mean different keys by {name}: {} and {}",
                            roster.name(*who),
                            roster.name(from),
                            other.shared.key_id,
                            introduction.shared.key_id
                        );
                        Failure::new(Exit::Session, message)
                    },
                );
            }
            Some(_) => {}
        }
    }
    known
        .map(|(_, known)| known)
        .ok_or_else(|| Failure::new(Exit::Session, format!("nobody here knows the key {name}")))
}

/// Whether two say the same of a key.
fn same(one: &SharedPart, other: &SharedPart, renewed: &[PartyName]) -> bool {
    let without = |shared: &SharedPart| {
        let mut shared = shared.clone();
        // Which identity these have, the session says by its own cards.
        shared.holders.retain(|holder| !renewed.contains(&holder.name));
        let places: Vec<_> = shared.holders.iter().map(|holder| holder.index).collect();
        (shared, places)
    };
    one.holders.len() == other.holders.len() && without(one) == without(other)
}

fn first_index(introduction: &Introduction) -> u16 {
    introduction.shared.holders.first().map_or(0, |holder| holder.index)
}

fn other_epoch(
    roster: &Roster,
    name: &KeyName,
    (one, first): (PartyIndex, &Introduction),
    (two, second): (PartyIndex, &Introduction),
) -> Failure {
    let (behind, ahead) = if first.shared.epoch < second.shared.epoch { (one, two) } else { (two, one) };
    let (low, high) = (first.shared.epoch.min(second.shared.epoch), first.shared.epoch.max(second.shared.epoch));
    let message = format!(
        "{} has shares of epoch {low} of {name}, {} of epoch {high}: shares of different epochs do not go together",
        roster.name(behind),
        roster.name(ahead)
    );
    Failure::new(Exit::Session, message).hint(resume_hint(name))
}
