//! Vectors without dimensions, out of which longer computations are put together; only what comes in and goes out has a
//! shape.

use ethnum::I256;

use super::{BindError, Elaboration};
use crate::bind::{BoundOperation, Extent, Knowledge, Shape, Value, ValueId, View};
use crate::number::{Range, word_of};
use crate::program::{Function, Kind};

impl Elaboration<'_> {
    /// A value with the place and the readers of `like`.
    pub(super) fn flat(
        &mut self,
        like: ValueId,
        operation: BoundOperation,
        operands: Vec<ValueId>,
        length: usize,
        (kind, range): (Kind, Range),
    ) -> Result<ValueId, BindError> {
        let shape = Shape(vec![Extent::Known { length, shown: true }]);
        let Value { decimals, span, ref knowledge, .. } = *self.value(like);
        let knowledge = knowledge.clone();
        self.push(Value { operation, operands, kind, decimals, range, shape, knowledge, span })
    }

    /// Elements of a vector.
    pub(super) fn flat_view(&mut self, of: ValueId, view: View) -> Result<ValueId, BindError> {
        let Value { kind, range, .. } = *self.value(of);
        let length = view.length();
        self.flat(of, BoundOperation::View(view), vec![of], length, (kind, range))
    }

    /// Vectors of one kind, end to end, with the readers of `like`.
    pub(super) fn flat_join(&mut self, like: ValueId, parts: Vec<ValueId>) -> Result<ValueId, BindError> {
        let Value { kind, mut range, .. } = *self.value(parts[0]);
        let mut length = 0;
        for part in &parts {
            let part = self.value(*part);
            range = range.union(&part.range);
            length += part.shape.length().unwrap_or(0);
        }
        self.flat(like, BoundOperation::Concatenate, parts, length, (kind, range))
    }

    /// A function of vectors of one length, with the readers of `like`.
    pub(super) fn flat_call(
        &mut self,
        like: ValueId,
        function: Function,
        operands: Vec<ValueId>,
        of: (Kind, Range),
    ) -> Result<ValueId, BindError> {
        let length = self.value(operands[0]).shape.length().unwrap_or(0);
        self.flat(like, BoundOperation::Elementwise(function), operands, length, of)
    }

    /// A public number at the place of `like`, with its decimals.
    pub(super) fn number_for_all(&mut self, like: ValueId, number: I256) -> Result<ValueId, BindError> {
        let of = (self.value(like).kind, Range::exactly(number));
        let constant = self.flat(like, BoundOperation::Constant(vec![word_of(number)]), vec![], 1, of)?;
        self.values[constant.0].knowledge = Knowledge::Public;
        self.values[constant.0].shape = Shape::default();
        Ok(constant)
    }

    /// A single value, so many times.
    pub(super) fn repeated(&mut self, single: ValueId, length: usize) -> Result<ValueId, BindError> {
        self.flat_view(single, View { offset: 0, axes: vec![(length, 0)] })
    }
}
