//! What tells a plan from every other one.

use std::collections::HashMap;

use quorate_circuits::boolean::{Circuit, Gate};
use quorate_circuits::digest::ProgramDigest;

use super::{Instruction, Plan, Stage};

/// The digest of everything on which garbled circuits and their order depend: the program with its parameters and sizes,
/// who plays which role, how gates are garbled, registers, stages and instructions, and every gate.
pub(super) fn plan_digest(plan: &Plan) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("quorate plan 1");
    let bound = &plan.program;
    let program = (ProgramDigest::of(&bound.program), &bound.parameters, &bound.sizes, bound.ranges_enforced);
    hasher.update(format!("{program:?} {:?} {:?} {:?}", plan.party_of, plan.garbling, plan.registers).as_bytes());
    let mut circuits = HashMap::new();
    for stage in &plan.stages {
        let (place, body) = match stage {
            Stage::Straight(body) => ("straight".to_owned(), body),
            Stage::Tiled { length, tile, body, collected } => (format!("{length} by {tile}: {collected:?}"), body),
        };
        hasher.update(place.as_bytes());
        for wave in body {
            hasher.update(&(wave.len() as u64).to_le_bytes());
            for instruction in wave {
                let Instruction::Call { circuit, operands, into } = instruction else {
                    hasher.update(format!("{instruction:?}").as_bytes());
                    continue;
                };
                // The same few circuits are called again and again.
                let digest = circuits.entry(std::ptr::from_ref(&**circuit)).or_insert_with(|| circuit_digest(circuit));
                hasher.update(&*digest).update(format!("{operands:?} {into:?}").as_bytes());
            }
        }
    }
    *hasher.finalize().as_bytes()
}

fn circuit_digest(circuit: &Circuit) -> [u8; 32] {
    /// Bytes that are hashed at once.
    const CHUNK: usize = 1 << 16;
    let mut hasher = blake3::Hasher::new_derive_key("quorate circuit 1");
    hasher.update(format!("{:?} {:?}", circuit.input_widths(), circuit.output_widths()).as_bytes());
    let mut bytes = Vec::with_capacity(CHUNK + 16);
    for gate in circuit.gates() {
        let (kind, x, y) = match *gate {
            Gate::Xor(x, y) => (0, x.index(), y.index()),
            Gate::And(x, y) => (1, x.index(), y.index()),
            Gate::Not(x) => (2, x.index(), 0),
        };
        bytes.push(kind);
        // Wires are numbered in 32 bits.
        [x, y].iter().for_each(|wire| bytes.extend((*wire as u32).to_le_bytes()));
        if bytes.len() >= CHUNK {
            hasher.update(&bytes);
            bytes.clear();
        }
    }
    bytes.extend(circuit.outputs().iter().flat_map(|wire| (wire.index() as u32).to_le_bytes()));
    *hasher.update(&bytes).finalize().as_bytes()
}
