//! Circuits in memory, on paper.

use std::collections::HashMap;
use std::sync::Arc;

use quorate_circuits::boolean::Circuit;

use crate::net::{Accounts, Memory, Whose};

/// The circuits called so far, which stay to the end.
#[derive(Default)]
pub(crate) struct CircuitsHeld {
    /// By a circuit's place in memory, which the handle keeps from being given to another one.
    known: HashMap<*const Circuit, Arc<Circuit>>,
}

impl CircuitsHeld {
    pub(crate) fn add(&mut self, accounts: &Accounts, circuit: &Arc<Circuit>) {
        self.known.entry(Arc::as_ptr(circuit)).or_insert_with(|| {
            let bytes = circuit.gates().len() * Circuit::GATE_BYTES;
            accounts.keep(Memory::Circuits, Whose::Everybody, bytes as u64);
            Arc::clone(circuit)
        });
    }
}
