//! Statements: what is revealed, shown and checked.

use super::kind::{Bit, Quotient};
use super::operand::{Operand, Sealed};
use super::shared::here;
use super::value::{Public, Value};
use super::visibility::{Disclosable, Known, Revealed};
use super::{ProgramBuilder, Recipients};
use crate::program::{Operation, Span};

impl ProgramBuilder {
    /// Reveals a secret value to its receivers, as the output `name`: the one operation that lowers secrecy.
    #[track_caller]
    pub fn reveal<R: Operand<Visibility: Disclosable>>(
        &self,
        name: &str,
        value: R,
        to: impl Recipients,
    ) -> Public<R::Kind> {
        let span = here();
        let to = to.receivers(&self.draft, span);
        self.effect(Operation::Reveal { name: name.to_owned(), to, conditional: false }, &[&value], span)
    }

    /// Reveals a secret value, shown where the condition, a bit that the receivers know, is one; blank elsewhere.
    #[track_caller]
    pub fn reveal_when<R: Operand<Visibility: Disclosable>>(
        &self,
        name: &str,
        value: R,
        condition: impl Operand<Visibility = Known, Kind = Bit>,
        to: impl Recipients,
    ) -> Public<Quotient> {
        let span = here();
        let to = to.receivers(&self.draft, span);
        self.effect(Operation::Reveal { name: name.to_owned(), to, conditional: true }, &[&value, &condition], span)
    }

    /// Shows public arithmetic on revealed values as the output `name`.
    #[track_caller]
    pub fn output<R: Operand<Visibility: Revealed>>(&self, name: &str, value: R) -> Public<R::Kind> {
        self.effect(Operation::Output { name: name.to_owned() }, &[&value], here())
    }

    /// Stops the session with the message unless every bit is one. Of a secret bit, all learn whether it is.
    #[track_caller]
    pub fn assert(&self, holds: impl Operand<Kind = Bit>, message: &str) {
        let _: Value<Known, Bit> = self.effect(Operation::Assert { message: message.to_owned() }, &[&holds], here());
    }

    fn effect<K>(&self, operation: Operation, operands: &[&dyn Sealed], span: Span) -> Value<Known, K> {
        let operands = operands.iter().map(|operand| operand.node(&self.draft, span)).collect();
        if self.draft.scope() > 0 {
            self.draft.refuse(span, "a function reveals, shows and asserts nothing: that is for the program");
        }
        Value::at_node(&self.draft, self.draft.edit(|draft| draft.effect(operation, operands, span)))
    }
}
