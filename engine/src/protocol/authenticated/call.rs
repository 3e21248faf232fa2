//! Calls: masks are traced through the circuits, operands opened, tables garbled, sent and evaluated.
//!
//! Chunk by chunk ([`super::pieces`]): the masks of all its gates are found first, because opening them is a round trip;
//! then its pieces are garbled and evaluated one after the other, and their tables stream.

use std::sync::Arc;

use super::bundle::Bundle;
use super::gates::Gates;
use super::pieces::{Piece, chunks};
use super::tables::{Evaluating, Evaluation, GATES, Garbling, Hashes, Reader, Rows, table_bytes};
use super::wires::Wires;
use super::{AUTHENTICATED_TABLES, Authenticated, EVALUATOR, deviation};
use crate::crypto::Block;
use crate::net::{ChannelError, Network};
use crate::protocol::CallRequest;
use crate::protocol::yao::labels::Labels;
use crate::protocol::yao::schedule::{GateStep, Schedule};

/// The calls of a wave under way.
pub(super) struct Wave<'a> {
    pub(super) requests: &'a [CallRequest<'a, Wires>],
    pub(super) schedules: Vec<Arc<Schedule>>,
    /// By request, by output.
    pub(super) outputs: Vec<Vec<Wires>>,
}

/// The two kinds of what is known of a wire.
#[derive(Clone, Copy)]
enum Kind {
    Masks,
    Labels,
}

impl Kind {
    fn of(self, wires: &Wires) -> &[Labels] {
        match self {
            Self::Masks => &wires.masks,
            Self::Labels => &wires.labels,
        }
    }

    fn of_mut(self, wires: &mut Wires) -> &mut [Labels] {
        match self {
            Self::Masks => &mut wires.masks,
            Self::Labels => &mut wires.labels,
        }
    }
}

impl Wave<'_> {
    /// Runs a piece on a bundle: local steps as they are, AND gates by `ands`.
    fn run(
        &mut self,
        kind: Kind,
        bundle: &mut Bundle,
        piece: &Piece,
        one: &[Block],
        mut ands: impl FnMut(&mut Bundle, &[GateStep]),
    ) {
        let (schedule, request) = (&self.schedules[piece.request], &self.requests[piece.request]);
        if schedule.begins_with(&piece.stretch) {
            bundle.load(schedule, piece, one, |k| request.operands.iter().map(|o| &kind.of(o)[k]).collect());
        }
        for (local, steps) in schedule.runs(&piece.stretch) {
            bundle.local(local);
            ands(bundle, steps);
        }
        if schedule.ends_with(&piece.stretch) {
            let outputs = self.outputs[piece.request].iter_mut();
            bundle.store(schedule, piece, outputs.flat_map(|output| kind.of_mut(output).iter_mut().enumerate()));
        }
    }
}

impl Authenticated {
    /// All requests, chunk by chunk.
    pub(super) async fn evaluate(
        &mut self,
        requests: &[CallRequest<'_, Wires>],
    ) -> Result<Vec<Vec<Wires>>, ChannelError> {
        let parties = self.parties();
        let mut wave = Wave { requests, schedules: Vec::new(), outputs: Vec::new() };
        let mut calls = Vec::new();
        for request in requests {
            let length = batch_length(request);
            let schedule = self.schedules.of(request.circuit);
            let widths = request.circuit.output_widths().iter();
            let outputs = widths.map(|&width| Wires::zeros(width as u32, length, parties, self.label_kinds()));
            wave.outputs.push(outputs.collect());
            wave.schedules.push(Arc::clone(&schedule));
            calls.push((schedule, length));
        }
        let (mut masks, mut labels) = (Bundle::empty(), Bundle::empty());
        for chunk in chunks(&calls, parties) {
            let ands = chunk.iter().map(Piece::ands).sum();
            let mut gates = self.begin(ands).await?;
            self.trace(&mut wave, &mut masks, &chunk, &mut gates);
            let delta = self.delta();
            gates.multiply(&mut self.session, &self.triples, delta).await?;
            self.triples.spend(ands, &mut self.pool);
            if self.me() == EVALUATOR {
                self.evaluate_chunk(&mut wave, &mut labels, &chunk, &gates).await?;
            } else {
                self.garble_chunk(&mut wave, &mut labels, &chunk, &gates).await?;
            }
            self.next_tweak += tweaks_of(parties, ands);
            gates.retire(&mut self.pool);
        }
        self.tidy();
        Ok(wave.outputs)
    }

    /// Finds the masks of all operands, and gives the results theirs.
    fn trace(&self, wave: &mut Wave<'_>, bundle: &mut Bundle, chunk: &[Piece], gates: &mut Gates) {
        let parties = self.parties();
        let mut at = 0;
        for piece in chunk {
            wave.run(Kind::Masks, bundle, piece, &vec![Block::ZERO; parties], |bundle, steps| {
                for p in 0..parties {
                    let mut places = (at..).step_by(piece.lanes);
                    for (step, place) in steps.iter().zip(&mut places) {
                        let place = place..place + piece.lanes;
                        gates.a.part_mut(p)[place.clone()].copy_from_slice(bundle.slot(p, step.x));
                        gates.b.part_mut(p)[place].copy_from_slice(bundle.slot(p, step.y));
                    }
                    for (step, place) in steps.iter().zip((at..).step_by(piece.lanes)) {
                        bundle.slot_mut(p, step.out).copy_from_slice(&gates.c.part(p)[place..place + piece.lanes]);
                    }
                }
                at += steps.len() * piece.lanes;
            });
        }
    }

    async fn garble_chunk(
        &mut self,
        wave: &mut Wave<'_>,
        bundle: &mut Bundle,
        chunk: &[Piece],
        gates: &Gates,
    ) -> Result<(), ChannelError> {
        let (parties, me) = (self.parties(), self.me());
        let garbling = Garbling { hash: self.hashes[me.0], me: me.0, parties, delta: self.delta() };
        let (mut rows, mut hashes, mut at) = (Rows::default(), Hashes::new(), 0);
        let mut operands = [(); 3].map(|()| crate::crypto::SecretBlocks::zeros(GATES));
        let [k, l, results] = &mut operands;
        for piece in chunk {
            rows.begin(piece.ands(), parties);
            wave.run(Kind::Labels, bundle, piece, &[garbling.delta], |bundle, steps| {
                for steps in in_parts(steps, piece.lanes) {
                    let count = steps.len() * piece.lanes;
                    gather(bundle, 0, steps, piece.lanes, k, l);
                    let tweak = self.next_tweak + tweaks_of(parties, at);
                    let parts = |p: usize| gates.parts(p, at..at + count);
                    let room = (&mut rows, &mut hashes);
                    garbling.garble(tweak, (&k[..count], &l[..count]), parts, room, results);
                    scatter(bundle, 0, steps, piece.lanes, results);
                    at += count;
                }
            });
            if piece.ands() > 0 {
                self.session.network.send(EVALUATOR, AUTHENTICATED_TABLES, rows.message()).await?;
            }
        }
        Ok(())
    }

    async fn evaluate_chunk(
        &mut self,
        wave: &mut Wave<'_>,
        bundle: &mut Bundle,
        chunk: &[Piece],
        gates: &Gates,
    ) -> Result<(), ChannelError> {
        let parties = self.parties();
        let evaluation = Evaluation { hashes: self.hashes.clone(), delta: self.delta() };
        let (mut at, mut wrong) = (0, 0);
        let mut evaluating = Evaluating::new(parties);
        let mut one = vec![Block::ZERO; parties];
        one[0] = Block::ONES;
        for piece in chunk {
            let mut readers = receive_tables(&mut self.session.network, piece.ands()).await?;
            wave.run(Kind::Labels, bundle, piece, &one, |bundle, steps| {
                for steps in in_parts(steps, piece.lanes) {
                    let count = steps.len() * piece.lanes;
                    for kind in 0..parties {
                        let Evaluating { k, l, .. } = &mut evaluating;
                        gather(bundle, kind, steps, piece.lanes, &mut k[kind], &mut l[kind]);
                    }
                    let tweak = self.next_tweak + tweaks_of(parties, at);
                    let parts = |p: usize| gates.parts(p, at..at + count);
                    wrong |= evaluation.evaluate(tweak, count, parts, &mut readers, &mut evaluating);
                    for (kind, results) in evaluating.results.iter().enumerate() {
                        scatter(bundle, kind, steps, piece.lanes, results);
                    }
                    at += count;
                }
            });
            if wrong != 0 {
                return Err(deviation(&self.session.network, AUTHENTICATED_TABLES, "a gate's result is not authentic"));
            }
        }
        Ok(())
    }
}

/// Instances of a request.
///
/// # Panics
/// If its operands are not those of its circuit.
fn batch_length(request: &CallRequest<'_, Wires>) -> usize {
    let widths = request.operands.iter().map(|operand| operand.width() as usize);
    assert!(widths.eq(request.circuit.input_widths().iter().copied()), "operands of the circuit's widths");
    let length = request.operands.first().map_or(0, |operand| operand.length());
    assert!(request.operands.iter().all(|operand| operand.length() == length), "operands of one length");
    length
}

/// Tweaks of so many gates: each has one for both operands and every target.
pub(super) fn tweaks_of(parties: usize, gates: usize) -> u64 {
    (2 * parties * gates) as u64
}

/// Steps that are worked on together: both sides cut alike.
fn in_parts(steps: &[GateStep], lanes: usize) -> impl Iterator<Item = &[GateStep]> {
    steps.chunks(GATES / lanes)
}

fn gather(bundle: &Bundle, kind: usize, steps: &[GateStep], lanes: usize, k: &mut [Block], l: &mut [Block]) {
    for ((step, k), l) in steps.iter().zip(k.chunks_exact_mut(lanes)).zip(l.chunks_exact_mut(lanes)) {
        k.copy_from_slice(bundle.slot(kind, step.x));
        l.copy_from_slice(bundle.slot(kind, step.y));
    }
}

fn scatter(bundle: &mut Bundle, kind: usize, steps: &[GateStep], lanes: usize, results: &[Block]) {
    for (step, results) in steps.iter().zip(results.chunks_exact(lanes)) {
        bundle.slot_mut(kind, step.out).copy_from_slice(results);
    }
}

/// The tables of a piece, by garbler.
async fn receive_tables(network: &mut Network, gates: usize) -> Result<Vec<Reader>, ChannelError> {
    let parties = network.parties();
    let mut readers = Vec::with_capacity(parties - 1);
    for garbler in network.peers() {
        let message = match gates {
            0 => Vec::new(),
            gates => network.receive(garbler, AUTHENTICATED_TABLES, gates * table_bytes(parties)).await?,
        };
        readers.push(Reader::new(message, gates, parties));
    }
    Ok(readers)
}
