//! Columns in order, running sums, products of tables, secret columns by group.

use quorate_circuits::number::Range;
use quorate_circuits::program::Function;

use super::bits;
use super::expression::call;
use super::value::{Extent, Knowledge, Value};
use super::writer::Writer;

/// The most decimals of a product.
const MOST_DECIMALS: u32 = 12;

impl Writer {
    /// Something along the last dimension of a value.
    pub(super) fn ordered(&mut self) -> Option<Value> {
        let choice = self.choices.below(4);
        let x = self.such(|v| !v.shape.is_empty() && !v.is_bit && v.most_elements() <= 60)?;
        match choice {
            0 => Some(Value { text: call(Function::Sort, &[&x]), ..x }),
            1 => {
                let (_, most) = x.shape[x.shape.len() - 1].bounds();
                let range = x.range.sum_of(0, most).filter(|range| range.bits() <= self.bits)?;
                Some(Value { text: call(Function::PrefixSum, &[&x]), range, ..x })
            }
            _ => {
                let moved = self.such(|v| v.shape == x.shape && x.meet(v).is_some())?;
                let joined = x.meet(&moved)?;
                let text = call(Function::SortBy, &[&x, &moved]);
                Some(Value { text, is_bit: moved.is_bit, decimals: moved.decimals, range: moved.range, ..joined })
            }
        }
    }

    /// A product of tables, something about positions, or a secret column by group; none of these stands inside of `map`.
    pub(super) fn tables(&mut self) -> Option<Value> {
        let known = |v: &Value| !v.shape.contains(&Extent::Lines);
        if self.choices.once_in(2) {
            return self.positions();
        }
        if self.choices.once_in(2) {
            let left = self.such(|v| v.shape.len() == 2 && known(v))?;
            let right = self.such(|v| v.shape.len() == 2 && v.shape[0] == left.shape[1] && known(v));
            // Tables that fit are rare; the bits of a column that fits are one.
            let right = right.or_else(|| {
                let column = self.such(|v| v.shape == left.shape[1..] && v.is_whole())?;
                bits::bits(&mut self.choices, &column)
            });
            return matrix_product(&left, &right?, self.bits);
        }
        let column = self.such(|v| v.shape.len() == 1 && v.is_natural() && v.knowledge == Knowledge::Secret)?;
        let groups = 1 + self.choices.below(6) as u64;
        let group = format!("remainder({}, {groups})", column.text);
        let counted = Value { shape: vec![Extent::Constant(groups)], decimals: 0, is_bit: false, ..column.clone() };
        let (_, most) = column.shape[0].bounds();
        if self.choices.once_in(3) {
            let text = format!("count_by({group}, {groups})");
            return Some(Value { text, range: Range::new(0, most), ..counted });
        }
        let x = self.such(|v| v.shape == column.shape && !v.is_bit && column.meet(v).is_some())?;
        let range = x.range.sum_of(0, most).filter(|range| range.bits() <= self.bits)?;
        let text = format!("sum_by({group}, {}, {groups})", x.text);
        let member = column.member || x.member;
        Some(Value { text, range, decimals: x.decimals, member, depends: column.depends | x.depends, ..counted })
    }
}

impl Writer {
    /// Where the least or the greatest number stands, the element at a position, or a table's columns as rows.
    fn positions(&mut self) -> Option<Value> {
        let sized = |v: &Value| !v.shape.contains(&Extent::Lines) && v.most_elements() <= 60;
        let x = self.such(|v| !v.shape.is_empty() && sized(v))?;
        if let [rows, columns] = x.shape[..]
            && self.choices.once_in(2)
        {
            return Some(Value { text: call(Function::Transpose, &[&x]), shape: vec![columns, rows], ..x });
        }
        let (least, most) = x.shape[x.shape.len() - 1].bounds();
        if x.shape.len() == 1 && self.choices.once_in(2) {
            let index = self.such(|v| v.is_natural() && sized(v) && single(&x).meet(&single(v)).is_some())?;
            let joined = single(&x).meet(&single(&index))?;
            let text = format!("lookup({}, remainder({}, {least}))", x.text, index.text);
            return (least > 0).then_some(Value { text, shape: index.shape, ..joined });
        }
        let function = if self.choices.once_in(2) { Function::ArgMin } else { Function::ArgMax };
        let (text, shape) = (call(function, &[&x]), x.shape[..x.shape.len() - 1].to_vec());
        let position = Value { text, shape, decimals: 0, range: Range::new(0, most as i64 - 1), ..x };
        (least > 0 && !position.is_bit).then_some(position)
    }
}

fn single(value: &Value) -> Value {
    Value { shape: vec![], ..value.clone() }
}

fn matrix_product(left: &Value, right: &Value, bits: u32) -> Option<Value> {
    let joined = single(left).meet(&single(right))?;
    let (least, most) = right.shape[0].bounds();
    let range = left.range.mul(&right.range)?.sum_of(least, most).filter(|range| range.bits() <= bits)?;
    let decimals = left.decimals + right.decimals;
    let shape = vec![left.shape[0], right.shape[1]];
    let text = call(Function::MatMul, &[left, right]);
    (decimals <= MOST_DECIMALS).then_some(Value { text, is_bit: false, shape, decimals, range, ..joined })
}
