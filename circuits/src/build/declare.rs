//! Declarations: parameters, roles, sizes, inputs.

use std::ops::RangeInclusive;

use super::constant::Decimal;
use super::element::Element;
use super::kind::{Exact, Kind, Number};
use super::shared::{SharedDraft, here};
use super::value::{Private, Public, Value};
use super::{ProgramBuilder, Recipients};
use crate::program::{
    self, Dimension, InputDeclaration, InputId, Operation, Parameter, ParameterId, ParameterKind, Receivers, RoleId,
    SizeId, Span,
};

macro_rules! handle {
    ($(#[$doc:meta])* $name:ident, $id:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name {
            pub(super) draft: SharedDraft,
            pub(super) id: $id,
        }
    };
}

handle! {
    /// A number that the parties agree on before a run. It is an operand, a bound, a length.
    NumberParameter, ParameterId
}
handle! {
    /// A list of public numbers, such as the edges of a histogram or a table to look up in.
    ListParameter, ParameterId
}
handle! {
    /// A set of roles that the parties agree on before a run, such as the receivers of a result.
    RoleSet, ParameterId
}
handle! {
    /// A role that a party plays.
    Role, RoleId
}
handle! {
    /// A family of roles: `party_1`, `party_2`, ….
    Family, RoleId
}
handle! {
    /// A size that is measured from the inputs.
    Size, SizeId
}
handle! {
    /// A size, summed over the members of its family: [`Size::total`].
    TotalSize, SizeId
}

impl ProgramBuilder {
    /// Declares a number parameter with its least and greatest value.
    #[track_caller]
    pub fn parameter(&self, name: &str, range: RangeInclusive<u64>) -> NumberParameter {
        let kind = ParameterKind::Number { least: *range.start(), greatest: *range.end(), default: None };
        NumberParameter { id: self.declare(name, kind, here()), draft: self.draft.clone() }
    }

    /// Declares a list parameter: how long it can be, what its numbers are, and the list when none is given.
    #[track_caller]
    pub fn list<D: Into<Decimal>>(
        &self,
        name: &str,
        lengths: RangeInclusive<u64>,
        element: Element<Number>,
        default: impl IntoIterator<Item = D>,
    ) -> ListParameter {
        let span = here();
        if element.rounded {
            self.draft.refuse(span, "the numbers of a list are written out: none is rounded");
        }
        let default = default.into_iter().map(|d| d.into().literal(&self.draft, span)).collect();
        let (element, interval) = element.declared(&self.draft, span);
        let (least, greatest) = (*lengths.start(), *lengths.end());
        let kind = ParameterKind::List { least, greatest, element, interval, default };
        ListParameter { id: self.declare(name, kind, span), draft: self.draft.clone() }
    }

    /// Declares a parameter that stands for roles, with those that are meant when none are given.
    #[track_caller]
    pub fn role_set(&self, name: &str, default: impl Recipients) -> RoleSet {
        let span = here();
        let default = match default.receivers(&self.draft, span) {
            Receivers::Roles(roles) => roles,
            Receivers::All => self.draft.edit(|draft| (0..draft.roles.len()).map(RoleId).collect()),
            Receivers::Parameter(_) => Vec::new(),
        };
        RoleSet { id: self.declare(name, ParameterKind::Roles { default }, span), draft: self.draft.clone() }
    }

    fn declare(&self, name: &str, kind: ParameterKind, span: Span) -> ParameterId {
        self.draft.edit(|draft| {
            draft.parameters.push(Parameter { name: name.to_owned(), kind, span });
            ParameterId(draft.parameters.len() - 1)
        })
    }

    /// Declares a role.
    #[track_caller]
    pub fn role(&self, name: &str) -> Role {
        Role { id: self.declare_role(name, None, here()), draft: self.draft.clone() }
    }

    /// Declares a family of as many roles as the parameter says.
    #[track_caller]
    pub fn family(&self, name: &str, members: &NumberParameter) -> Family {
        let span = here();
        let count = members.own_id(&self.draft, span);
        Family { id: self.declare_role(name, Some(count), span), draft: self.draft.clone() }
    }

    fn declare_role(&self, name: &str, count: Option<ParameterId>, span: Span) -> RoleId {
        self.draft.edit(|draft| {
            draft.roles.push(program::Role { name: name.to_owned(), count, span });
            RoleId(draft.roles.len() - 1)
        })
    }

    /// Declares a size that is measured from the inputs and becomes public: one for all, unless it is made
    /// [`Size::of`] a family or [`Size::private`].
    #[track_caller]
    pub fn size(&self, name: &str, range: RangeInclusive<u64>) -> Size {
        let (least, greatest) = (*range.start(), *range.end());
        let size = program::Size { name: name.to_owned(), of: None, private: false, least, greatest, span: here() };
        let id = self.draft.edit(|draft| {
            draft.sizes.push(size);
            SizeId(draft.sizes.len() - 1)
        });
        Size { draft: self.draft.clone(), id }
    }

    /// Declares a single value that a role brings; of a family, each member its own.
    #[track_caller]
    pub fn input<K: Exact>(&self, owner: &impl Owner, name: &str, element: Element<K>) -> Private<K> {
        self.declare_input(owner, name, vec![], &element, here())
    }

    /// Declares a column of values.
    #[track_caller]
    pub fn column<K: Exact>(
        &self,
        owner: &impl Owner,
        name: &str,
        length: impl Length,
        element: Element<K>,
    ) -> Private<K> {
        let span = here();
        let dimensions = vec![length.dimension(&self.draft, span)];
        self.declare_input(owner, name, dimensions, &element, span)
    }

    /// Declares a table of values, row by row.
    #[track_caller]
    pub fn table<K: Exact>(
        &self,
        owner: &impl Owner,
        name: &str,
        (rows, columns): (impl Length, impl Length),
        element: Element<K>,
    ) -> Private<K> {
        let span = here();
        let dimensions = vec![rows.dimension(&self.draft, span), columns.dimension(&self.draft, span)];
        self.declare_input(owner, name, dimensions, &element, span)
    }

    fn declare_input<K: Kind>(
        &self,
        owner: &impl Owner,
        name: &str,
        dimensions: Vec<Dimension>,
        of: &Element<K>,
        span: Span,
    ) -> Private<K> {
        let role = owner.own_id(&self.draft, span);
        let (element, interval) = of.declared(&self.draft, span);
        let declaration =
            InputDeclaration { role, name: name.to_owned(), dimensions, element, interval, rounded: of.rounded, span };
        let id = self.draft.edit(|draft| {
            draft.inputs.push(declaration);
            InputId(draft.inputs.len() - 1)
        });
        Value::made(&self.draft, Operation::Input(id), vec![], span)
    }
}

impl NumberParameter {
    /// The value when none is given.
    #[must_use]
    pub fn default(self, value: u64) -> Self {
        self.draft.edit(|draft| {
            if let ParameterKind::Number { default, .. } = &mut draft.parameters[self.id.0].kind {
                *default = Some(value);
            }
        });
        self
    }

    /// Its value, public.
    #[track_caller]
    pub fn value(&self) -> Public<Number> {
        Value::made(&self.draft, Operation::Parameter(self.id), vec![], here())
    }

    pub(super) fn own_id(&self, draft: &SharedDraft, span: Span) -> ParameterId {
        draft.owns(&self.draft, span);
        self.id
    }
}

impl ListParameter {
    /// Its numbers, a public vector.
    #[track_caller]
    pub fn value(&self) -> Public<Number> {
        Value::made(&self.draft, Operation::Parameter(self.id), vec![], here())
    }
}

impl RoleSet {
    pub(super) fn own_id(&self, draft: &SharedDraft, span: Span) -> ParameterId {
        draft.owns(&self.draft, span);
        self.id
    }
}

impl Size {
    /// Makes it a size of which each member of the family has its own.
    #[must_use]
    pub fn of(self, family: &Family) -> Self {
        self.draft.edit(|draft| draft.sizes[self.id.0].of = Some(family.id));
        self
    }

    /// Makes it known to its owner alone; everybody knows its bounds.
    #[must_use]
    pub fn private(self) -> Self {
        self.draft.edit(|draft| draft.sizes[self.id.0].private = true);
        self
    }

    /// The sum over the members of its family.
    pub fn total(&self) -> TotalSize {
        TotalSize { draft: self.draft.clone(), id: self.id }
    }
}

mod sealed {
    use super::{Dimension, RoleId, SharedDraft, Span};

    pub trait HasRole {
        fn own_id(&self, draft: &SharedDraft, span: Span) -> RoleId;
    }

    pub trait Extent {
        fn dimension(&self, draft: &SharedDraft, span: Span) -> Dimension;
    }
}

pub(super) use sealed::HasRole;

/// Who brings an input: a [`Role`] or a [`Family`].
pub trait Owner: sealed::HasRole {}
impl<O: sealed::HasRole> Owner for O {}

impl sealed::HasRole for Role {
    fn own_id(&self, draft: &SharedDraft, span: Span) -> RoleId {
        draft.owns(&self.draft, span);
        self.id
    }
}

impl sealed::HasRole for Family {
    fn own_id(&self, draft: &SharedDraft, span: Span) -> RoleId {
        draft.owns(&self.draft, span);
        self.id
    }
}

/// The length of a column or the extent of a table: a number, a parameter, a size or its total.
pub trait Length: sealed::Extent {}
impl<L: sealed::Extent> Length for L {}

impl sealed::Extent for u64 {
    fn dimension(&self, _: &SharedDraft, _: Span) -> Dimension {
        Dimension::Constant(*self)
    }
}

impl sealed::Extent for &NumberParameter {
    fn dimension(&self, draft: &SharedDraft, span: Span) -> Dimension {
        Dimension::Parameter(self.own_id(draft, span))
    }
}

impl sealed::Extent for &Size {
    fn dimension(&self, draft: &SharedDraft, span: Span) -> Dimension {
        draft.owns(&self.draft, span);
        Dimension::Size(self.id)
    }
}

impl sealed::Extent for TotalSize {
    fn dimension(&self, draft: &SharedDraft, span: Span) -> Dimension {
        draft.owns(&self.draft, span);
        Dimension::Total(self.id)
    }
}
