//! Which holders of a key can use it together.

use quorate_circuits::access::Structure;
use quorate_engine::protocol::shamir_signing::MOST_SIGNERS;

use super::{PublicPart, PublicPartFault};
use crate::identity::PartyName;

impl PublicPart {
    /// Who can use the key, in numbers.
    ///
    /// # Errors
    /// If what is written says nobody, or does not fit the holders.
    pub fn access(&self) -> Result<Structure, PublicPartFault> {
        let Some(named) = &self.structure else {
            return Structure::threshold(self.signers_needed.into(), self.holders.len()).map_err(|_| {
                PublicPartFault::Field {
                    field: "signers_needed",
                    why: "is less than two or more than there are holders",
                }
            });
        };
        let wrong = |why| PublicPartFault::Field { field: "structure", why };
        if !named.is_canonical() {
            return Err(wrong("is none, or not written as this program writes it"));
        }
        let holders = named.holders().map_err(|_| wrong("is none"))?;
        let indices = self.holders.iter().map(|holder| usize::from(holder.index)).collect::<Vec<_>>();
        let named_in_order = (1..=holders.len()).all(|index| {
            let holder = indices.iter().position(|other| *other == index).map(|at| &self.holders[at].name);
            holder == Some(&holders[index - 1])
        });
        if self.holders.len() != holders.len() || !named_in_order {
            return Err(wrong("does not name the holders, whose indices are in the order of their names"));
        }
        named.compiled().map_err(|_| wrong("is none"))
    }

    /// Whether these holders can use the key together.
    pub fn allows(&self, present: &[PartyName]) -> bool {
        self.access().is_ok_and(|access| access.is_satisfied_by(&self.indices(present)))
    }

    /// What these holders lack to use the key; `None` if it is nothing.
    pub fn lacking(&self, present: &[PartyName]) -> Option<String> {
        if self.allows(present) {
            return None;
        }
        let in_words = self.structure.as_ref().and_then(|named| named.lacking(present).ok().flatten());
        Some(in_words.unwrap_or_else(|| {
            let absent: Vec<_> =
                self.by_index().filter(|name| !present.contains(name)).map(ToString::to_string).collect();
            let more = usize::from(self.signers_needed).saturating_sub(self.indices(present).len());
            format!("{more} more of {}", absent.join(", "))
        }))
    }

    /// Of these holders, those who count for nothing beside the others.
    pub fn idle(&self, present: &[PartyName]) -> Vec<PartyName> {
        let idle = self.access().map(|access| access.idle(&self.indices(present))).unwrap_or_default();
        self.by_index()
            .filter(|name| self.indices(std::slice::from_ref(*name)).iter().any(|i| idle.contains(i)))
            .cloned()
            .collect()
    }

    /// The first holders that are enough, of whom nobody can be left out.
    pub fn first_quorum(&self) -> Vec<PartyName> {
        self.access()
            .map(|access| self.names(&access.quorum_of(&access.indices().collect::<Vec<_>>())))
            .unwrap_or_default()
    }

    /// Some sets of holders that are enough and of whom nobody can be left out, at most so many.
    pub fn quorums(&self, count: usize) -> Vec<Vec<PartyName>> {
        let examples = self.access().map(|access| access.examples(count)).unwrap_or_default();
        examples.iter().map(|quorum| self.names(quorum)).collect()
    }

    /// So many holders sign as an honest majority, whoever they are: `2t + 1`, where `t + 1` can use the key. `t` of them
    /// may be corrupted, as of `t + 1`. `None` for a key with a structure, where signing multiplies no secrets, and where
    /// these are more than sign in this way.
    pub fn majority(&self) -> Option<usize> {
        let size = (2 * usize::from(self.signers_needed)).saturating_sub(1);
        (self.structure.is_none() && self.scheme.is_ecdsa() && (3..=MOST_SIGNERS).contains(&size)).then_some(size)
    }

    /// So many holders can use the key, whoever they are.
    pub fn signers_enough(&self) -> usize {
        self.access().map_or(self.holders.len(), |access| access.signers_enough())
    }

    /// The holders' names by index.
    fn by_index(&self) -> impl Iterator<Item = &PartyName> {
        let mut holders: Vec<_> = self.holders.iter().collect();
        holders.sort_by_key(|holder| holder.index);
        holders.into_iter().map(|holder| &holder.name)
    }

    /// The numbers of holders in the structure: their places in the order of their indices.
    fn indices(&self, names: &[PartyName]) -> Vec<u16> {
        (1..).zip(self.by_index()).filter(|(_, name)| names.contains(name)).map(|(index, _)| index).collect()
    }

    fn names(&self, indices: &[u16]) -> Vec<PartyName> {
        (1_u16..)
            .zip(self.by_index())
            .filter(|(index, _)| indices.contains(index))
            .map(|(_, name)| name.clone())
            .collect()
    }
}
