//! Who receives what is revealed.

use super::declare::{Family, HasRole as _, Owner, Role, RoleSet};
use super::shared::SharedDraft;
use crate::program::{Receivers, RoleId, Span};

/// Every role.
#[derive(Clone, Copy, Debug)]
pub struct Everybody;

mod sealed {
    use super::{Receivers, SharedDraft, Span};

    pub trait Sealed {
        fn receivers(&self, draft: &SharedDraft, span: Span) -> Receivers;
    }
}

/// Receivers: [`Everybody`], a role, a family (all its members), several (`[&alice, &bob]`), or the roles that a
/// parameter names.
pub trait Recipients: sealed::Sealed {}
impl<R: sealed::Sealed> Recipients for R {}

impl sealed::Sealed for Everybody {
    fn receivers(&self, _: &SharedDraft, _: Span) -> Receivers {
        Receivers::All
    }
}

impl sealed::Sealed for &Role {
    fn receivers(&self, draft: &SharedDraft, span: Span) -> Receivers {
        Receivers::Roles(vec![self.own_id(draft, span)])
    }
}

impl sealed::Sealed for &Family {
    fn receivers(&self, draft: &SharedDraft, span: Span) -> Receivers {
        Receivers::Roles(vec![self.own_id(draft, span)])
    }
}

impl sealed::Sealed for &RoleSet {
    fn receivers(&self, draft: &SharedDraft, span: Span) -> Receivers {
        Receivers::Parameter(self.own_id(draft, span))
    }
}

impl<const N: usize> sealed::Sealed for [&Role; N] {
    fn receivers(&self, draft: &SharedDraft, span: Span) -> Receivers {
        Receivers::Roles(self.iter().map(|role| role.own_id(draft, span)).collect())
    }
}

impl<const N: usize> sealed::Sealed for [&dyn Owner; N] {
    fn receivers(&self, draft: &SharedDraft, span: Span) -> Receivers {
        Receivers::Roles(self.iter().map(|role| role.own_id(draft, span)).collect::<Vec<RoleId>>())
    }
}
