//! Who signs, and how many of them may be corrupted.

use quorate_engine::protocol::ProtocolName;
use serde::{Deserialize, Serialize};

use crate::exit::{Exit, Failure};
use crate::identity::PartyName;
use crate::keys::PublicPart;

/// Who is named to sign.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signatories {
    /// The holders; the first that are enough, if nobody is named.
    pub names: Vec<PartyName>,
    /// Whether they have to be an honest majority, and the first that are one if nobody is named.
    pub majority: bool,
}

/// The signers of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cast {
    /// Their names, by the index of their shares: the session's order.
    pub(super) names: Vec<PartyName>,
    majority: bool,
}

impl Cast {
    /// How many of them may be corrupted.
    pub(super) fn corrupt(&self) -> usize {
        if self.majority { self.names.len() / 2 } else { self.names.len() - 1 }
    }

    /// The protocol, where it is not the cheapest that withstands so many.
    pub(super) fn protocol(&self) -> Option<ProtocolName> {
        self.majority.then_some(ProtocolName::ShamirSigning)
    }

    /// Whether what the signers have set up in pairs is used.
    pub(super) fn uses_pairs(&self) -> bool {
        !self.majority
    }
}

impl Signatories {
    /// These, or the first that are enough.
    pub(crate) fn named(names: Vec<PartyName>) -> Self {
        Self { names, majority: false }
    }

    /// The signers, by the index of their shares. Whether they are an honest majority is told by their number: so it is
    /// the same at all of them, and of what was prepared by the same signers.
    ///
    /// # Errors
    /// If they are too few or too many, no holders, or this party is not among them.
    pub(super) fn cast(&self, public: &PublicPart, me: &PartyName) -> Result<Cast, Failure> {
        let mut signers: Vec<_> = public.holders.iter().collect();
        signers.sort_by_key(|holder| holder.index);
        let bad = |message: String| Failure::new(Exit::BadInput, message);
        let demanded = if self.majority { Some(size_of_majority(public)?) } else { None };
        if let Some(stranger) = self.names.iter().find(|name| !signers.iter().any(|holder| holder.name == **name)) {
            let holders: Vec<_> = signers.iter().map(|holder| holder.name.to_string()).collect();
            let holders = holders.join(", ");
            return Err(bad(format!("{stranger} holds no share of {}; its holders are {holders}", public.name)));
        }
        if let Some(twice) = self.names.iter().enumerate().find(|(i, name)| self.names[..*i].contains(name)) {
            return Err(bad(format!("--signers names {} twice", twice.1)));
        }
        if !self.names.is_empty() {
            signers.retain(|holder| self.names.contains(&holder.name));
        } else if let Some(size) = demanded {
            signers.truncate(size);
        } else {
            let first = public.first_quorum();
            signers.retain(|holder| first.contains(&holder.name));
        }
        let names: Vec<PartyName> = signers.into_iter().map(|holder| holder.name.clone()).collect();
        if let Some(size) = demanded.filter(|size| names.len() != *size) {
            let (key, count) = (&public.name, names.len());
            return Err(bad(format!("--majority: {size} holders of {key} sign; {count} are named")));
        }
        enough(public, &names)?;
        if !names.contains(me) {
            let listed: Vec<_> = names.iter().map(ToString::to_string).collect();
            let message = format!("{me} is not among the signers {}", listed.join(", "));
            return Err(bad(message).hint(format!("name them at every signer: --signers {me},…")));
        }
        Ok(Cast { majority: public.majority() == Some(names.len()), names })
    }
}

/// How many signers are an honest majority of a key.
///
/// # Errors
/// If it has none.
fn size_of_majority(public: &PublicPart) -> Result<usize, Failure> {
    let bad = |why: String| Err(Failure::new(Exit::BadInput, format!("--majority: {why}")));
    let (key, scheme, holders) = (&public.name, public.scheme, public.holders.len());
    match public.majority() {
        Some(size) if size > holders => {
            let needed = public.signers_needed;
            bad(format!(
                "{size} signers are a majority where {needed} can use the key, and {key} has {holders} holders"
            ))
        }
        Some(size) => Ok(size),
        None if public.structure.is_some() => {
            bad(format!("{key} is shared by a structure, of which no number of holders is a majority"))
        }
        None if scheme.is_ecdsa() => bad(format!("a majority of {key} is more signers than sign in this way")),
        None => bad(format!("a signature of {scheme} multiplies no secrets: the holders who are enough sign as fast")),
    }
}

/// Demands that these holders can use the key, and that each of them is needed for something.
fn enough(public: &PublicPart, names: &[PartyName]) -> Result<(), Failure> {
    if let Some(lacking) = public.lacking(names) {
        let (key, needed) = (&public.name, public.signers_needed);
        let message = match &public.structure {
            None => format!("{key} needs {needed} signers; {} are named: {lacking}", names.len()),
            Some(structure) => format!("{key} needs {}; missing: {lacking}", structure.expression()),
        };
        return Err(Failure::new(Exit::BadInput, message));
    }
    match public.idle(names).first() {
        None => Ok(()),
        Some(idle) => {
            let message =
                format!("{idle} counts for nothing beside the other signers of {}: leave it out", public.name);
            Err(Failure::new(Exit::BadInput, message))
        }
    }
}
