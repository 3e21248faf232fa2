//! The circuits of lookups at secret positions.

use crate::boolean::{Bits, Builder, Circuit, Shape, integer};
use crate::number::Word;

/// A lookup: an element of a table, by its position.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Lookup {
    /// The table.
    pub table: Table,
    /// Bits of an element.
    pub width: u32,
    /// Bits of the position.
    pub index_width: u32,
}

/// What is looked up in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Table {
    /// Elements that everybody knows: they are part of the circuit.
    Public(Vec<Word>),
    /// So many elements, which are the circuit's first input, end to end.
    Given(usize),
}

impl Lookup {
    /// The circuit: inputs are the elements, if they are not public, and the position; the output is the element there.
    pub fn circuit(&self, shape: Shape) -> Circuit {
        let (width, index_width) = (self.width as usize, self.index_width as usize);
        let (mut builder, table, index) = match &self.table {
            Table::Public(words) => {
                let (builder, mut inputs) = Builder::new(&[index_width]);
                let table = words.iter().map(|word| Bits::constant(*word, width)).collect();
                (builder, table, inputs.swap_remove(0))
            }
            Table::Given(length) => {
                let (builder, mut inputs) = Builder::new(&[length * width, index_width]);
                let elements = |bits: &Bits| bits.wires().chunks(width).map(|bits| bits.to_vec().into()).collect();
                (builder, elements(&inputs[0]), inputs.swap_remove(1))
            }
        };
        let table: Vec<Bits> = table;
        let element = integer::lookup(&mut builder, &table, &index, shape);
        builder.finish(vec![element])
    }
}
