//! Evaluation in the clear, many instances at once: bit-slicing.

use super::{Circuit, Gate, Wire};

/// A word with a bit for each of [`Self::INSTANCES`] independent instances: `u64`, or `[u64; 8]` for 512 of them.
pub trait Lanes: Copy + sealed::Sealed {
    /// How many instances there are.
    const INSTANCES: usize;
    /// The bit 0 everywhere.
    const ZEROS: Self;
    /// The bit 1 everywhere.
    const ONES: Self;

    /// `self & other` in each instance.
    #[must_use]
    fn and(self, other: Self) -> Self;

    /// `self ^ other` in each instance.
    #[must_use]
    fn xor(self, other: Self) -> Self;

    /// `self | other` in each instance.
    #[must_use]
    fn or(self, other: Self) -> Self;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for u64 {}
    impl Sealed for [u64; 8] {}
}

impl Lanes for u64 {
    const INSTANCES: usize = 64;
    const ZEROS: Self = 0;
    const ONES: Self = Self::MAX;

    fn and(self, other: Self) -> Self {
        self & other
    }

    fn xor(self, other: Self) -> Self {
        self ^ other
    }

    fn or(self, other: Self) -> Self {
        self | other
    }
}

/// The compiler makes vector instructions of these.
impl Lanes for [u64; 8] {
    const INSTANCES: usize = 512;
    const ZEROS: Self = [0; 8];
    const ONES: Self = [u64::MAX; 8];

    fn and(self, other: Self) -> Self {
        std::array::from_fn(|i| self[i] & other[i])
    }

    fn xor(self, other: Self) -> Self {
        std::array::from_fn(|i| self[i] ^ other[i])
    }

    fn or(self, other: Self) -> Self {
        std::array::from_fn(|i| self[i] | other[i])
    }
}

impl Circuit {
    /// Evaluates 64 instances at once: bit `k` of every word belongs to instance `k`. For many more instances, an
    /// [`Evaluator`] is faster.
    ///
    /// Takes one word per input bit and returns one word per output bit.
    ///
    /// # Panics
    /// If `inputs` does not have [`Self::input_wires`] words.
    pub fn evaluate(&self, inputs: &[u64]) -> Vec<u64> {
        assert_eq!(inputs.len(), self.input_wires(), "one word per input bit");
        let mut words = Vec::with_capacity(self.wires());
        words.extend([0, u64::MAX]);
        words.extend_from_slice(inputs);
        for gate in self.gates() {
            words.push(match *gate {
                Gate::Xor(x, y) => words[x.index()] ^ words[y.index()],
                Gate::And(x, y) => words[x.index()] & words[y.index()],
                Gate::Not(x) => !words[x.index()],
            });
        }
        self.outputs().iter().map(|wire| words[wire.index()]).collect()
    }
}

/// A circuit prepared to be evaluated many times.
///
/// Wires share slots: a gate's output takes the slot that was freed last, so what is worked on fits the processor's
/// nearest cache although every wire is as wide as a cache line.
#[derive(Clone, Debug)]
pub struct Evaluator {
    inputs: usize,
    instructions: Vec<Instruction>,
    /// The slot of each output bit.
    outputs: Vec<u32>,
    slots: usize,
}

/// A gate on slots; a negation is an XOR with the constant 1.
#[derive(Clone, Copy, Debug)]
struct Instruction {
    is_and: bool,
    left: u32,
    right: u32,
    output: u32,
}

impl Evaluator {
    /// Finds a slot for every wire.
    pub fn new(circuit: &Circuit) -> Self {
        let mut slots = Slots::new(circuit);
        let instructions = circuit
            .gates()
            .iter()
            .enumerate()
            .map(|(gate, kind)| {
                let (is_and, x, y) = match *kind {
                    Gate::Xor(x, y) => (false, x, y),
                    Gate::And(x, y) => (true, x, y),
                    Gate::Not(x) => (false, x, Wire::TRUE),
                };
                let (left, right) = (slots.of(x), slots.of(y));
                let output = slots.assign(circuit.gate_output(gate), gate, [x, y]);
                Instruction { is_and, left, right, output }
            })
            .collect();
        let outputs = circuit.outputs().iter().map(|&wire| slots.of(wire)).collect();
        Self { inputs: circuit.input_wires(), instructions, outputs, slots: slots.count as usize }
    }

    /// How many slots there are: the most wires that are needed at the same time.
    pub fn slots(&self) -> usize {
        self.slots
    }

    /// Evaluates [`Lanes::INSTANCES`] instances: bit `k` of every word belongs to instance `k`.
    ///
    /// Takes one word per input bit and returns one word per output bit.
    ///
    /// # Panics
    /// If `inputs` does not have a word for every input bit of the circuit.
    pub fn evaluate<L: Lanes>(&self, inputs: &[L]) -> Vec<L> {
        assert_eq!(inputs.len(), self.inputs, "one word per input bit");
        let mut slots = vec![L::ZEROS; self.slots];
        slots[Wire::TRUE.index()] = L::ONES;
        slots[Wire::CONSTANTS..Wire::CONSTANTS + self.inputs].copy_from_slice(inputs);
        for instruction in &self.instructions {
            let (left, right) = (slots[instruction.left as usize], slots[instruction.right as usize]);
            // A branch on the kind of gate would be mispredicted on circuits longer than the processor's memory of them.
            let mask = if instruction.is_and { L::ZEROS } else { L::ONES };
            slots[instruction.output as usize] = left.and(right.or(mask)).xor(right.and(mask));
        }
        self.outputs.iter().map(|&slot| slots[slot as usize]).collect()
    }
}

/// Slots by last use. Constants and inputs begin in the slots of their own numbers.
struct Slots {
    /// The slot of each wire, as far as it has one.
    of: Vec<u32>,
    /// The last gate that reads a wire; [`NEVER`] frees no slot.
    last_use: Vec<u32>,
    free: Vec<u32>,
    count: u32,
}

/// Later than any gate: of outputs, of constants, and of inputs that nothing reads.
const NEVER: u32 = u32::MAX;

impl Slots {
    fn new(circuit: &Circuit) -> Self {
        let count = Wire::CONSTANTS + circuit.input_wires();
        let mut last_use = vec![NEVER; circuit.wires()];
        for (gate, kind) in (0u32..).zip(circuit.gates()) {
            match *kind {
                Gate::Xor(x, y) | Gate::And(x, y) => (last_use[x.index()], last_use[y.index()]) = (gate, gate),
                Gate::Not(x) => last_use[x.index()] = gate,
            }
        }
        for wire in circuit.outputs().iter().copied().chain([Wire::FALSE, Wire::TRUE]) {
            last_use[wire.index()] = NEVER;
        }
        Self { of: (0..count as u32).collect(), last_use, free: Vec::new(), count: count as u32 }
    }

    fn of(&self, wire: Wire) -> u32 {
        self.of[wire.index()]
    }

    /// A slot for the output of a gate, which may be that of an operand that nothing else reads.
    fn assign(&mut self, output: Wire, gate: usize, operands: [Wire; 2]) -> u32 {
        for (position, operand) in operands.into_iter().enumerate() {
            let is_repeated = position == 1 && operand == operands[0];
            if self.last_use[operand.index()] as usize == gate && !is_repeated {
                self.free.push(self.of(operand));
            }
        }
        let slot = self.free.pop().unwrap_or_else(|| {
            self.count += 1;
            self.count - 1
        });
        debug_assert_eq!(output.index(), self.of.len());
        self.of.push(slot);
        slot
    }
}
