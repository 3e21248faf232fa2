//! Reading at secret positions.

use super::lifting::{natural_axes, strides};
use super::site::Site;
use super::{BindError, Elaboration};
use crate::bind::{BoundOperation, Extent, Shape, Value, ValueId, View};
use crate::lower::{Lookup, Table};
use crate::number::{Range, Word};
use crate::program::{CircuitSource, Diagnostic, Dimension, Kind, Type};

/// The most bits of a table that is looked up in: its circuit has about as many gates.
const MOST_BITS: usize = 1 << 21;

impl Elaboration<'_> {
    /// The bits of the index, and of a table that is not public, go through the circuit of the lookup.
    pub(super) fn looked_up(
        &mut self,
        site: &Site<'_>,
        table: (ValueId, usize),
        index: (ValueId, usize),
    ) -> Result<ValueId, BindError> {
        let index = self.lifted(site, index)?;
        let found = self.value(table.0).clone();
        let length = self.lengths(table.0, site.span)?[table.1];
        self.index_fits(site, length, index)?;
        let (width, index_width) = (found.range.bits(), self.value(index).range.bits());
        if length * width as usize > MOST_BITS {
            let message = format!("a lookup in {length} elements of {width} bits; {MOST_BITS} bits are the most");
            return Err(Diagnostic::new(site.span, message).into());
        }
        let index_bits = self.bits_of(index, index_width)?;
        let (lookup, operands) = match constants(&found, length) {
            Some(words) => (Table::Public(words), vec![index_bits]),
            None => {
                let bits = self.bits_of(table.0, width)?;
                let repeated = self.for_each_index(site, (bits, table.1), length * width as usize, index)?;
                (Table::Given(length), vec![repeated, index_bits])
            }
        };
        let lookup = Lookup { table: lookup, width, index_width };
        let source = self.lookups.entry(lookup).or_insert_with_key(|lookup| CircuitSource::lookup(lookup.clone()));
        let circuit = BoundOperation::Circuit(source.clone());
        if site.ty.kind == Kind::Bit {
            return self.place(site, circuit, operands, 0, Range::BIT);
        }
        let mut dimensions = site.ty.dimensions.clone();
        dimensions.push(Dimension::Constant(u64::from(width)));
        let bits = Type { kind: Kind::Bit, dimensions, ..site.ty.clone() };
        let bits = self.place(&Site { ty: &bits, ..*site }, circuit, operands, 0, Range::BIT)?;
        self.place(site, BoundOperation::Number, vec![bits], found.decimals, found.range)
    }

    /// Every position that the index can be has an element.
    fn index_fits(&self, site: &Site<'_>, length: usize, index: ValueId) -> Result<(), BindError> {
        let index = self.value(index);
        if index.decimals > 0 {
            return Err(Diagnostic::new(site.span, "lookup takes whole positions; these have decimals").into());
        }
        if length == 0 {
            return Err(Diagnostic::new(site.span, "lookup in a column without elements").into());
        }
        if !Range::new(0, length as i64 - 1).covers(&index.range) {
            let message = format!("the positions are {:?}; the column has 0..{length}", index.range);
            let hint = format!("declare the input as: u32 in 0..={}, or take min(index, {0})", length - 1);
            return Err(Diagnostic::new(site.span, message).hint(hint).into());
        }
        Ok(())
    }

    /// The bits of each element, as a last dimension.
    pub(super) fn bits_of(&mut self, id: ValueId, width: u32) -> Result<ValueId, BindError> {
        let value = self.value(id);
        let mut shape = value.shape.0.clone();
        shape.push(Extent::Known { length: width as usize, shown: true });
        let (shape, width) = (Shape(shape), width as usize);
        let operation =
            if value.kind == Kind::Bit { BoundOperation::View(whole(&shape)) } else { BoundOperation::Bits { width } };
        let bits = Value {
            operation,
            operands: vec![id],
            kind: Kind::Bit,
            decimals: 0,
            range: Range::BIT,
            shape,
            ..value.clone()
        };
        self.push(bits)
    }

    /// The `bits` of a table, lifted as far as it is, for every index.
    fn for_each_index(
        &mut self,
        site: &Site<'_>,
        (table, depth): (ValueId, usize),
        bits: usize,
        index: ValueId,
    ) -> Result<ValueId, BindError> {
        let lengths = self.lengths(table, site.span)?;
        let mut own = strides(&lengths).into_iter().take(depth);
        let indices = self.lengths(index, site.span)?;
        let mut shape = self.value(index).shape.clone();
        shape.0.push(Extent::Known { length: bits, shown: true });
        // Behind the rows that it is lifted over, an index changes nothing.
        let mut axes: Vec<(usize, usize)> = indices.iter().map(|length| (*length, own.next().unwrap_or(0))).collect();
        axes.push((bits, 1));
        self.view(table, View { offset: 0, axes }, shape, site.span)
    }
}

/// All elements in their order.
fn whole(shape: &Shape) -> View {
    let lengths: Vec<usize> = shape.0.iter().filter_map(super::lifting::known).collect();
    View { offset: 0, axes: natural_axes(&lengths) }
}

/// The elements of a table that is in the program's text or parameters.
fn constants(table: &Value, length: usize) -> Option<Vec<Word>> {
    match &table.operation {
        BoundOperation::Constant(words) if words.len() == length => Some(words.clone()),
        _ => None,
    }
}
