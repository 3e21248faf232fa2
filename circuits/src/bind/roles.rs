//! Families of roles, written out.

use super::{Members, RoleIndex};
use crate::program::{Program, RoleId};

/// The roles of a bound program.
pub(super) struct Roles {
    names: Vec<String>,
    /// By declared role: the positions of its members.
    members: Vec<std::ops::Range<usize>>,
    families: Vec<String>,
}

impl Roles {
    /// `counts[r]` is the number of members of role `r`, `None` for a single role.
    pub(super) fn new(program: &Program, counts: &[Option<u64>]) -> Self {
        let mut roles = Self { names: Vec::new(), members: Vec::new(), families: Vec::new() };
        for (role, count) in program.roles().iter().zip(counts) {
            let first = roles.names.len();
            match count {
                None => roles.names.push(role.name.clone()),
                Some(count) => roles.names.extend((1..=*count).map(|i| format!("{}_{i}", role.name))),
            }
            roles.members.push(first..roles.names.len());
            roles.families.push(role.name.clone());
        }
        roles
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    pub(super) fn into_names(self) -> Vec<String> {
        self.names
    }

    pub(super) fn members(&self, role: RoleId) -> impl Iterator<Item = RoleIndex> + use<> {
        self.members[role.0].clone().map(RoleIndex)
    }

    /// The roles that a declared one stands for.
    pub(super) fn family(&self, role: RoleId) -> Members {
        let members = &self.members[role.0];
        Members { first: members.start, count: members.len() }
    }

    /// The role, or all members of the family, of this name.
    pub(super) fn named(&self, name: &str) -> Option<Vec<RoleIndex>> {
        if let Some(position) = self.names.iter().position(|n| n == name) {
            return Some(vec![RoleIndex(position)]);
        }
        let family = self.families.iter().position(|n| n == name)?;
        Some(self.members(RoleId(family)).collect())
    }
}
