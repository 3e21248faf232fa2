//! What the `map`s around a body run through.

use crate::program::{Diagnostic, Dimension, Program, RoleId, Span, Type};

/// What the `map`s around a body run through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Surroundings {
    /// A family of which each member has columns of its own. What is drawn in the body is each member's own.
    pub(super) family: Option<RoleId>,
    /// Whether the members' columns can have different lengths.
    pub(super) uneven: bool,
    /// Whether only their owner knows how many rows there are.
    pub(super) private: bool,
}

impl Surroundings {
    /// Those of the body of a `map` that stands here, from the types of its operands.
    ///
    /// # Errors
    /// If `map`s run through the columns of two families.
    pub(crate) fn of_map(
        mut self,
        program: &Program,
        each: &[bool],
        operands: &[&Type],
        span: Span,
    ) -> Result<Self, Diagnostic> {
        for (operand, _) in operands.iter().zip(each).filter(|(_, each)| **each) {
            if let Some(Dimension::Size(size)) = operand.dimensions.first() {
                let size = &program.sizes[size.0];
                self.uneven |= size.of.is_some();
                self.private |= size.private;
            }
            self.family = self.one_family(program, operand, span)?;
        }
        Ok(self)
    }

    /// The family, or that of a value.
    pub(super) fn one_family(self, program: &Program, ty: &Type, span: Span) -> Result<Option<RoleId>, Diagnostic> {
        match (self.family, ty.member) {
            (Some(x), Some(y)) if x != y => {
                let [x, y] = [x, y].map(|role| &program.roles[role.0].name);
                let message =
                    format!("a map runs through columns of the members of {x}; this is of the members of {y}");
                Err(Diagnostic::new(span, message).hint("combine the members' values before: sum_over(role, x)"))
            }
            (x, y) => Ok(x.or(y)),
        }
    }
}
