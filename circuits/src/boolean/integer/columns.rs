//! Sums of many terms, column by column.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::super::{Bits, Builder, Shape, Signedness, Wire};
use super::add::add;
use super::carry::majority;

/// A sum under construction mod 2^width: for each power of two the bits that count that much.
///
/// Terms go in for free. [`Self::total`] reduces the columns to two rows with full adders and adds those. A full
/// adder costs one AND gate and turns three bits into two, so the gates are the number of bits minus about the width,
/// in either shape; constants are added up beforehand. This one structure serves sums, popcounts, products and dot
/// products, and conversion from additive shares to bits, where the terms are the shares.
pub struct Columns {
    columns: Vec<Vec<Wire>>,
    /// The sum of the constant terms, mod 2^width.
    constant: Vec<bool>,
}

impl Columns {
    /// An empty sum mod 2^width.
    pub fn new(width: usize) -> Self {
        Self { columns: vec![Vec::new(); width], constant: vec![false; width] }
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

    /// Adds `x * y` * 2^weight as its partial products, one AND gate for each that counts less than 2^width.
    pub fn add_product(&mut self, builder: &mut Builder, weight: usize, x: &Bits, y: &Bits, signedness: Signedness) {
        for (x_bit, x_wire) in x.iter().enumerate() {
            // Partial products beyond the width vanish, so their gates are not even built.
            let room = self.columns.len().saturating_sub(weight + x_bit);
            for (y_bit, y_wire) in y.iter().enumerate().take(room) {
                let product = builder.and(x_wire, y_wire);
                let one_sign = (x_bit + 1 == x.width()) != (y_bit + 1 == y.width());
                if signedness == Signedness::Signed && one_sign {
                    // Signs count negatively (Baugh and Wooley 1973).
                    self.subtract_bit(builder, weight + x_bit + y_bit, product);
                } else {
                    self.add_bit(weight + x_bit + y_bit, product);
                }
            }
        }
    }

    /// Adds `x * x` * 2^weight: half the gates of a product, as `x_i * x_j` and `x_j * x_i` are one bit of twice the
    /// weight and `x_i * x_i` is `x_i`.
    pub fn add_square(&mut self, builder: &mut Builder, weight: usize, x: &Bits, signedness: Signedness) {
        for (high, high_wire) in x.iter().enumerate() {
            self.add_bit(weight + 2 * high, high_wire);
            let negative = signedness == Signedness::Signed && high + 1 == x.width();
            let room = self.columns.len().saturating_sub(weight + high + 1);
            for (low, low_wire) in x.iter().enumerate().take(high.min(room)) {
                let product = builder.and(low_wire, high_wire);
                if negative {
                    self.subtract_bit(builder, weight + low + high + 1, product);
                } else {
                    self.add_bit(weight + low + high + 1, product);
                }
            }
        }
    }

    /// The sum, of the width given at the start.
    pub fn total(mut self, builder: &mut Builder, shape: Shape) -> Bits {
        for (column, &one) in self.columns.iter_mut().zip(&self.constant) {
            if one {
                column.push(Wire::TRUE);
            }
        }
        let (x, y) = compress(builder, self.columns);
        add(builder, &x, &y, shape)
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

/// Reduces each column to at most two bits, and returns the two rows.
///
/// Always the three bits that are ready first go into the next full adder (the three-greedy approach: Stelling,
/// Martel, Oklobdzija and Ravi 1998). As XOR has no depth, the sum of three bits stays at their depth and only the
/// carry goes one deeper, so that a layer halves the height of a column, where in hardware it takes off a third.
fn compress(builder: &mut Builder, columns: Vec<Vec<Wire>>) -> (Bits, Bits) {
    let (mut x, mut y) = (Vec::with_capacity(columns.len()), Vec::with_capacity(columns.len()));
    let mut carried = Vec::new();
    for column in columns {
        let arrival = |builder: &Builder, bit| Reverse((builder.and_depth(bit), bit));
        // Equally deep bits leave in the order of their numbers, which makes the circuit reproducible.
        let mut waiting: BinaryHeap<_> =
            column.into_iter().chain(carried.drain(..)).map(|bit| arrival(builder, bit)).collect();
        let next = |waiting: &mut BinaryHeap<_>| waiting.pop().map_or(Wire::FALSE, |Reverse((_, bit))| bit);
        while waiting.len() > 2 {
            let (first, second, third) = (next(&mut waiting), next(&mut waiting), next(&mut waiting));
            carried.push(majority(builder, first, second, third));
            let half = builder.xor(first, second);
            let sum = builder.xor(half, third);
            waiting.push(arrival(builder, sum));
        }
        x.push(next(&mut waiting));
        y.push(next(&mut waiting));
    }
    (x.into(), y.into())
}
