//! Sums of many terms, column by column.

use super::super::{Bits, Builder, Shape, Signedness, Wire};
use super::add::add;
use super::compress::{by_columns, by_layers};

/// A sum under construction mod 2^width: for each power of two the bits that count that much.
///
/// Terms go in for free, and constants are added up beforehand. [`Self::total`] reduces the columns to two rows with
/// full adders, which cost one AND gate each and turn three bits into two, and adds those. So the gates of a sum are
/// about the number of its bits, of which those of one row are free. This one structure serves sums, popcounts,
/// products, dot products, and conversion from additive shares to bits, where the terms are the shares.
pub struct Columns {
    columns: Vec<Vec<Wire>>,
    /// The sum of the constant terms, mod 2^width.
    constant: Vec<bool>,
    shape: Shape,
}

impl Columns {
    /// An empty sum mod 2^width.
    pub fn new(width: usize, shape: Shape) -> Self {
        Self { columns: vec![Vec::new(); width], constant: vec![false; width], shape }
    }

    /// How many bits the sum has.
    pub fn width(&self) -> usize {
        self.columns.len()
    }

    /// What the gadgets within the sum are made for.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// Adds `bit` * 2^weight.
    pub fn add_bit(&mut self, weight: usize, bit: Wire) {
        match bit {
            Wire::FALSE => {}
            Wire::TRUE => self.add_one(weight),
            _ if weight < self.columns.len() => self.columns[weight].push(bit),
            _ => {}
        }
    }

    /// Subtracts `bit` * 2^weight.
    pub fn subtract_bit(&mut self, builder: &mut Builder, weight: usize, bit: Wire) {
        // -b = !b - 1.
        let complement = builder.not(bit);
        self.add_bit(weight, complement);
        self.subtract_one(weight);
    }

    /// Adds `term` * 2^weight.
    pub fn add(&mut self, builder: &mut Builder, weight: usize, term: &Bits, signedness: Signedness) {
        for (bit, wire) in term.iter().enumerate() {
            if signedness == Signedness::Signed && bit + 1 == term.width() {
                self.subtract_bit(builder, weight + bit, wire);
            } else {
                self.add_bit(weight + bit, wire);
            }
        }
    }

    /// Subtracts `term` * 2^weight.
    pub fn subtract(&mut self, builder: &mut Builder, weight: usize, term: &Bits, signedness: Signedness) {
        for (bit, wire) in term.iter().enumerate() {
            if signedness == Signedness::Signed && bit + 1 == term.width() {
                self.add_bit(weight + bit, wire);
            } else {
                self.subtract_bit(builder, weight + bit, wire);
            }
        }
    }

    /// The sum, of the width given at the start.
    pub fn total(self, builder: &mut Builder) -> Bits {
        let shape = self.shape;
        let (x, y) = self.rows(builder);
        add(builder, &x, &y, shape)
    }

    /// Two numbers whose sum it is, mod 2^width.
    pub fn rows(mut self, builder: &mut Builder) -> (Bits, Bits) {
        for (column, &one) in self.columns.iter_mut().zip(&self.constant) {
            if one {
                column.push(Wire::TRUE);
            }
        }
        match self.shape {
            Shape::FewAnds => by_columns(builder, self.columns),
            Shape::FewRounds => by_layers(builder, self.columns),
        }
    }

    /// Adds 2^weight.
    fn add_one(&mut self, weight: usize) {
        for bit in self.constant.iter_mut().skip(weight) {
            *bit = !*bit;
            if *bit {
                break;
            }
        }
    }

    /// Subtracts 2^weight.
    fn subtract_one(&mut self, weight: usize) {
        for bit in self.constant.iter_mut().skip(weight) {
            *bit = !*bit;
            if !*bit {
                break;
            }
        }
    }
}
