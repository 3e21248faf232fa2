//! Finds the gate that was already built: common-subexpression elimination.

use super::Gate;

/// Marks a free slot; no gate has this index, because wires are counted in 32 bits.
const FREE: u32 = u32::MAX;

/// An open-addressing hash set of gate indices. The gates themselves stay in the builder's list.
///
/// Slots are probed, never listed, so what is built does not depend on the hash.
pub(super) struct SharedGates {
    /// A power of two, at most half full.
    slots: Vec<u32>,
}

impl SharedGates {
    pub(super) fn new() -> Self {
        Self { slots: vec![FREE; 256] }
    }

    /// The index of `gate`, which is appended to `gates` if no equal gate is there.
    pub(super) fn find_or_push(&mut self, gate: Gate, gates: &mut Vec<Gate>) -> usize {
        let slot = self.probe(gate, gates);
        if self.slots[slot] == FREE {
            self.slots[slot] = u32::try_from(gates.len()).expect("a circuit has fewer than 2^32 wires");
            gates.push(gate);
            if 2 * gates.len() > self.slots.len() {
                self.grow(gates);
            }
            return gates.len() - 1;
        }
        self.slots[slot] as usize
    }

    /// The slot that holds `gate`, or the free slot where it belongs.
    fn probe(&self, gate: Gate, gates: &[Gate]) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = hash(gate) as usize & mask;
        while self.slots[slot] != FREE && gates[self.slots[slot] as usize] != gate {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn grow(&mut self, gates: &[Gate]) {
        self.slots = vec![FREE; 4 * self.slots.len()];
        for (index, &gate) in (0u32..).zip(gates) {
            let slot = self.probe(gate, gates);
            self.slots[slot] = index;
        }
    }
}

/// Multiply and fold: neighbouring wires, the usual operands, land far apart.
fn hash(gate: Gate) -> u64 {
    let (kind, x, y) = match gate {
        Gate::Xor(x, y) => (1, x.index(), y.index()),
        Gate::And(x, y) => (2, x.index(), y.index()),
        Gate::Not(x) => (3, x.index(), 0),
    };
    let word = (x as u64) << 32 | y as u64;
    // 2^64 divided by the golden ratio (Knuth, volume 3, section 6.4), and an odd offset per kind of gate.
    let product = u128::from(word ^ kind << 30) * 0x9e37_79b9_7f4a_7c15;
    (product >> 64) as u64 ^ product as u64
}
