//! The boolean registers of values: the same bits in elements of one width or another.
//!
//! A number and its bits are one string of bits, and so are what one circuit gives and the next one takes: they are
//! regrouped when another width is wanted, and never back.

use quorate_circuits::bind::ValueId;

use super::Register;

/// The boolean registers of a program's values.
pub(super) struct Forms {
    /// By value: the value whose bits it has.
    home: Vec<ValueId>,
    /// By value that is at home: its registers.
    registers: Vec<Vec<Register>>,
}

impl Forms {
    /// None yet for any of so many values.
    pub(super) fn new(values: usize) -> Self {
        Self { home: (0..values).map(ValueId).collect(), registers: vec![Vec::new(); values] }
    }

    /// The registers that hold a value's bits.
    pub(super) fn of(&self, id: ValueId) -> &[Register] {
        &self.registers[self.home[id.0].0]
    }

    /// One more register that holds them.
    pub(super) fn add(&mut self, id: ValueId, register: Register) {
        self.registers[self.home[id.0].0].push(register);
    }

    /// A value has the bits of an earlier one.
    pub(super) fn same(&mut self, id: ValueId, earlier: ValueId) {
        self.home[id.0] = self.home[earlier.0];
    }
}
