//! Secret vectors in order, by a network of comparisons.
//!
//! Batcher's odd-even merge sort ("Sorting networks and their applications", AFIPS 1968) on vectors whose length is a
//! power of two; shorter ones are filled up with the greatest number. A layer is one batch of comparisons for all pairs
//! of all rows, and data moves by views alone: log n (log n + 1) / 2 layers, about n log² n / 4 comparisons.
//!
//! What comes of it is given a name by [`BoundOperation::Sorted`], with the operands of the whole: where a protocol has
//! a better way to sort, its planner leaves the network out.

use ethnum::I256;

use super::lifting::natural_axes;
use super::site::Site;
use super::{BindError, Elaboration};
use crate::bind::{BoundOperation, Extent, Knowledge, Shape, Value, ValueId, View};
use crate::number::Range;
use crate::program::{Diagnostic, Function, Kind};

/// Rows that are sorted side by side, and how long they are.
#[derive(Clone, Copy)]
struct Rows {
    rows: usize,
    /// A power of two.
    length: usize,
}

/// A layer of the network: in blocks of `2 block` elements, pairs that are `apart` from each other.
#[derive(Clone, Copy)]
struct Layer {
    block: usize,
    apart: usize,
}

/// Keys, and what is moved along with them.
#[derive(Clone, Copy)]
struct Sorted {
    keys: ValueId,
    moved: Option<ValueId>,
}

impl Elaboration<'_> {
    pub(super) fn sort(&mut self, site: &Site<'_>, operand: (ValueId, usize)) -> Result<ValueId, BindError> {
        let operand = self.lifted(site, operand)?;
        if self.value(operand).knowledge != Knowledge::Secret {
            return self.like_first(site, BoundOperation::Sort, vec![operand]);
        }
        let (rows, length) = self.rows_of(operand, site)?;
        let greatest = self.value(operand).range.high;
        let keys = self.filled(operand, rows, length, greatest)?;
        let sorted = self.network(Sorted { keys, moved: None }, Rows { rows, length: length.next_power_of_two() })?;
        let result = self.cut(site, sorted.keys, rows, length)?;
        self.named(site, result, &[operand], length)
    }

    pub(super) fn sort_by(
        &mut self,
        site: &Site<'_>,
        key: (ValueId, usize),
        moved: (ValueId, usize),
    ) -> Result<ValueId, BindError> {
        let (key, moved) = (self.lifted(site, key)?, self.lifted(site, moved)?);
        let is_secret = |this: &Self, id: ValueId| this.value(id).knowledge == Knowledge::Secret;
        if !is_secret(self, key) && !is_secret(self, moved) {
            let Value { decimals, range, .. } = *self.value(moved);
            return self.place(site, BoundOperation::SortBy, vec![key, moved], decimals, range);
        }
        let like = if is_secret(self, key) { key } else { moved };
        let (rows, length) = self.rows_of(key, site)?;
        let whole = Rows { rows, length: length.next_power_of_two() };
        let greatest = self.value(key).range.high;
        let keys = self.filled(key, rows, length, greatest)?;
        let keys = self.numbered(like, keys, whole, site)?;
        let least = self.value(moved).range.low;
        let filled = self.filled(moved, rows, length, least)?;
        let sorted = self.network(Sorted { keys, moved: Some(filled) }, whole)?;
        let result = self.cut(site, sorted.moved.unwrap_or(sorted.keys), rows, length)?;
        self.named(site, result, &[key, moved], length)
    }

    /// The result of a network, with the operands of the whole.
    fn named(
        &mut self,
        site: &Site<'_>,
        result: ValueId,
        operands: &[ValueId],
        length: usize,
    ) -> Result<ValueId, BindError> {
        if length < 2 {
            return Ok(result);
        }
        self.like_first(site, BoundOperation::Sorted, [&[result], operands].concat())
    }

    fn rows_of(&self, id: ValueId, site: &Site<'_>) -> Result<(usize, usize), BindError> {
        let lengths = self.lengths(id, site.span)?;
        let length = lengths[lengths.len() - 1];
        Ok((lengths[..lengths.len() - 1].iter().product(), length))
    }

    /// Rows of a power of two elements, with `number` behind the others.
    fn filled(&mut self, of: ValueId, rows: usize, length: usize, number: I256) -> Result<ValueId, BindError> {
        let whole = length.next_power_of_two();
        if whole == length {
            return self.flat_view(of, View::slice(0, rows * length));
        }
        let turned = self.flat_view(of, View { offset: 0, axes: vec![(length, 1), (rows, length)] })?;
        let filling = self.number_for_all(of, number)?;
        let filling = self.repeated(filling, (whole - length) * rows)?;
        let joined = self.flat_join(turned, vec![turned, filling])?;
        self.flat_view(joined, View { offset: 0, axes: vec![(rows, 1), (whole, rows)] })
    }

    /// The first `length` of each row, in the shape of the site.
    fn cut(&mut self, site: &Site<'_>, of: ValueId, rows: usize, length: usize) -> Result<ValueId, BindError> {
        let whole = length.next_power_of_two();
        let shape = self.site_shape(site)?;
        let axes = if whole == length { natural_axes(&[rows * length]) } else { vec![(rows, whole), (length, 1)] };
        self.view(of, View { offset: 0, axes }, shape, site.span)
    }

    /// Keys with their position below them, so that no two are equal.
    fn numbered(
        &mut self,
        like: ValueId,
        keys: ValueId,
        Rows { rows, length }: Rows,
        site: &Site<'_>,
    ) -> Result<ValueId, BindError> {
        let key = self.value(keys);
        let (width, signed) = (key.bits() as usize, key.range.is_signed());
        let (extra, count) = (length.trailing_zeros() as usize, rows * length);
        if width + extra > 127 {
            let message = format!("sort_by takes keys of at most {} bits here; these have {width}", 127 - extra);
            return Err(Diagnostic::new(site.span, message).hint("narrow the range of the key").into());
        }
        if extra == 0 {
            return Ok(keys);
        }
        let one = self.number_for_all(keys, I256::ONE)?;
        let ones = self.repeated(one, length)?;
        let up_to = |greatest: usize| (Kind::Number, Range::new(0, greatest as u64));
        let counted = self.flat(ones, BoundOperation::RunningSums, vec![ones], length, up_to(length))?;
        // From 0, so that they have a bit less.
        let positions = self.flat_call(counted, Function::Sub, vec![counted, one], up_to(length - 1))?;
        // Bit by bit, the positions first.
        let positions = self.bits_first(positions, extra, &[(extra, 1), (rows, 0), (length, extra)])?;
        let bits = self.bits_first(keys, width, &[(width, 1), (count, width)])?;
        let joined = self.flat_join(like, vec![positions, bits])?;
        let all = width + extra;
        let turned = self.flat_view(joined, View { offset: 0, axes: vec![(count, 1), (all, count)] })?;
        let extents = [count, all].map(|length| Extent::Known { length, shown: true });
        self.values[turned.0].shape = Shape(extents.to_vec());
        let range = if signed { Range::signed(all as u32) } else { Range::unsigned(all as u32) };
        self.flat(turned, BoundOperation::Number, vec![turned], count, (Kind::Number, range))
    }

    /// The bits of numbers, in the order of a view on them.
    fn bits_first(&mut self, of: ValueId, width: usize, axes: &[(usize, usize)]) -> Result<ValueId, BindError> {
        let length = self.value(of).shape.length().unwrap_or(0);
        let bits = self.flat(of, BoundOperation::Bits { width }, vec![of], length * width, (Kind::Bit, Range::BIT))?;
        self.flat_view(bits, View { offset: 0, axes: axes.to_vec() })
    }

    fn network(&mut self, mut sorted: Sorted, rows: Rows) -> Result<Sorted, BindError> {
        let mut block = 1;
        while block < rows.length {
            let mut apart = block;
            while apart > 0 {
                sorted = self.layer(sorted, rows, Layer { block, apart })?;
                apart /= 2;
            }
            block *= 2;
        }
        Ok(sorted)
    }

    fn layer(&mut self, sorted: Sorted, rows: Rows, layer: Layer) -> Result<Sorted, BindError> {
        let [low, high] = self.pairs(sorted.keys, rows, layer)?;
        let Value { kind, range, .. } = *self.value(sorted.keys);
        let Some(moved) = sorted.moved else {
            let least = self.flat_call(low, Function::Min, vec![low, high], (kind, range))?;
            let greatest = self.the_other(low, high, least)?;
            return Ok(Sorted { keys: self.woven(sorted.keys, [least, greatest], rows, layer)?, moved: None });
        };
        let wrong = self.flat_call(low, Function::Gt, vec![low, high], (Kind::Bit, Range::BIT))?;
        let exchanged = |this: &mut Self, of: ValueId| {
            let [low, high] = this.pairs(of, rows, layer)?;
            let Value { kind, range, .. } = *this.value(of);
            let first = this.flat_call(wrong, Function::Select, vec![wrong, high, low], (kind, range))?;
            this.values[first.0].decimals = this.value(of).decimals;
            let second = this.the_other(low, high, first)?;
            this.woven(of, [first, second], rows, layer)
        };
        Ok(Sorted { keys: exchanged(self, sorted.keys)?, moved: Some(exchanged(self, moved)?) })
    }

    fn the_other(&mut self, a: ValueId, b: ValueId, one: ValueId) -> Result<ValueId, BindError> {
        let Value { kind, range, .. } = *self.value(one);
        let length = self.value(one).shape.length().unwrap_or(0);
        self.flat(one, BoundOperation::Remaining, vec![a, b, one], length, (kind, range))
    }

    /// The first and the second elements of all pairs of a layer.
    fn pairs(&mut self, of: ValueId, rows: Rows, layer: Layer) -> Result<[ValueId; 2], BindError> {
        let Layer { block, apart } = layer;
        let first = if apart == block { 0 } else { apart };
        let pairs = layer.pairs();
        let axes = vec![(pairs, 2 * apart), (rows.rows * rows.length / (2 * block), 2 * block), (apart, 1)];
        let low = self.flat_view(of, View { offset: first, axes: axes.clone() })?;
        Ok([low, self.flat_view(of, View { offset: first + apart, axes })?])
    }

    /// The elements of a layer at their places again: runs of `apart` elements that come, in each block, by turns from
    /// the second and the first elements of pairs; the first and the last run of a block have no partner.
    fn woven(
        &mut self,
        before: ValueId,
        [low, high]: [ValueId; 2],
        rows: Rows,
        layer: Layer,
    ) -> Result<ValueId, BindError> {
        let Layer { block, apart } = layer;
        let (total, blocks) = (rows.rows * rows.length, rows.rows * rows.length / (2 * block));
        if apart == block {
            let joined = self.flat_join(low, vec![low, high])?;
            return self.flat_view(joined, View { offset: 0, axes: vec![(blocks, block), (2, total / 2), (block, 1)] });
        }
        let run = |offset: usize| View { offset, axes: vec![(blocks, 2 * block), (apart, 1)] };
        let (first, last) = (self.flat_view(before, run(0))?, self.flat_view(before, run(2 * block - apart))?);
        let joined = self.flat_join(low, vec![first, high, low, last])?;
        let axes = vec![(blocks, apart), (block / apart, blocks * apart), (2, total / 2), (apart, 1)];
        self.flat_view(joined, View { offset: 0, axes })
    }
}

impl Layer {
    /// Pairs of runs in each block.
    fn pairs(self) -> usize {
        if self.apart == self.block { 1 } else { self.block / self.apart - 1 }
    }
}
