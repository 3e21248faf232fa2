//! Which instructions share a round, and which run tile by tile.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use quorate_circuits::bind::{BoundOperation, BoundProgram, ValueId};

use super::emit::Emitted;
use super::{Instruction, PublicWords, Register, Stage, Style};
use crate::protocol::Pick;

/// What an instruction waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Resource {
    Register(Register),
    /// Words that an `open` delivered.
    Opened(ValueId),
    Plain(ValueId),
}

pub(super) fn schedule(program: &BoundProgram, style: Style, emitted: &Emitted) -> Vec<Stage> {
    let mut scheduler = Scheduler {
        program,
        style,
        emitted,
        producer: HashMap::new(),
        asserts: Vec::new(),
        tiles: Vec::new(),
        phases: Vec::new(),
        last: BTreeSet::new(),
    };
    scheduler.producers();
    scheduler.tiles();
    scheduler.last_openings();
    scheduler.phases();
    scheduler.stages()
}

struct Scheduler<'a> {
    program: &'a BoundProgram,
    style: Style,
    emitted: &'a Emitted,
    producer: HashMap<Resource, usize>,
    /// The checks of opened asserts, in order.
    asserts: Vec<usize>,
    /// By instruction: the length of the vectors it works on tile by tile.
    tiles: Vec<Option<usize>>,
    /// By instruction: the phase it runs in. Within a phase straight work comes before tiled work.
    phases: Vec<usize>,
    /// Openings that wait for everything else.
    last: BTreeSet<usize>,
}

impl Scheduler<'_> {
    fn reads(&self, instruction: &Instruction) -> Vec<Resource> {
        let mut resources: Vec<Resource> = instruction.operands().into_iter().map(Resource::Register).collect();
        resources.extend(instruction.plain_operand().map(Resource::Plain));
        if let Instruction::Plain(id) = instruction {
            for operand in &self.program.value(*id).operands {
                resources.push(Resource::Plain(*operand));
            }
            resources.push(Resource::Opened(*id));
        }
        resources
    }

    fn writes(instruction: &Instruction) -> Vec<Resource> {
        match instruction {
            Instruction::Plain(id) => vec![Resource::Plain(*id)],
            Instruction::Open { value, .. } => vec![Resource::Opened(*value)],
            _ => instruction.results().into_iter().map(Resource::Register).collect(),
        }
    }

    fn producers(&mut self) {
        for (position, instruction) in self.emitted.instructions.iter().enumerate() {
            for resource in Self::writes(instruction) {
                self.producer.insert(resource, position);
            }
            if let Instruction::Plain(id) = instruction
                && self.is_asserted(*id)
                && self.producer.contains_key(&Resource::Opened(*id))
            {
                self.asserts.push(position);
            }
        }
    }

    /// The instructions that must run before this one.
    fn dependencies(&self, position: usize) -> Vec<usize> {
        let reads = self.reads(&self.emitted.instructions[position]);
        let before = reads.iter().filter_map(|resource| self.producer.get(resource).copied());
        before.filter(|p| *p != position).chain(self.awaited_asserts(position)).collect()
    }

    /// The asserts that stand before an instruction that opens something else: they have to hold first.
    fn awaited_asserts(&self, position: usize) -> impl Iterator<Item = usize> {
        let instruction = &self.emitted.instructions[position];
        let reveals = matches!(instruction, Instruction::Open { .. }) && !self.is_assert(instruction);
        let before = if reveals { self.asserts.partition_point(|assert| *assert < position) } else { 0 };
        self.asserts[..before].iter().copied()
    }

    /// Element-wise work on vectors longer than a tile runs tile by tile. With an assert in the program
    /// nothing is opened before it holds, so long results wait for it whole.
    fn tiles(&mut self) {
        let asserts = self.emitted.instructions.iter().any(|i| self.is_assert(i));
        let length_of = |r: Register| self.emitted.registers[r.0].length;
        let long = |length: usize| (length > self.style.tile).then_some(length);
        for instruction in &self.emitted.instructions {
            let tile = match instruction {
                Instruction::Share { into, .. }
                | Instruction::Add(_, _, into)
                | Instruction::Sub(_, _, into)
                | Instruction::Multiply(_, _, into)
                | Instruction::Scale { into, .. }
                | Instruction::ToArithmetic { into, .. }
                | Instruction::Pick { pick: Pick::Repeat(_), into, .. } => long(length_of(*into)),
                // Its own bits are several for each of the fewer elements.
                Instruction::Regroup { operand, into } => long(length_of(*operand).min(length_of(*into))),
                // A scalar repeated, or a vector as it is.
                Instruction::Public { words, into } => long(length_of(*into)).filter(|length| match words {
                    PublicWords::Constant(_) => true,
                    PublicWords::Value { repeat, .. } => *repeat == 1 || repeat == length,
                }),
                Instruction::Call { into, .. } | Instruction::Addends { into, .. } => long(length_of(into[0])),
                Instruction::SumRuns { operand, into, .. } if length_of(*into) == 1 => long(length_of(*operand)),
                Instruction::Open { operand, .. } if !asserts => long(length_of(*operand)),
                _ => None,
            };
            self.tiles.push(tile);
        }
    }

    fn is_assert(&self, instruction: &Instruction) -> bool {
        matches!(instruction, Instruction::Open { value, .. } if self.is_asserted(*value))
    }

    fn is_asserted(&self, value: ValueId) -> bool {
        matches!(self.program.value(value).operation, BoundOperation::Assert { .. })
    }

    /// Reveals from which no other instruction with shares follows: they are opened together at the very end,
    /// when every assert has held.
    fn last_openings(&mut self) {
        let instructions = &self.emitted.instructions;
        let mut feeds_shares: BTreeSet<usize> = BTreeSet::new();
        for position in (0..instructions.len()).rev() {
            let plain = matches!(instructions[position], Instruction::Plain(_));
            if !plain || feeds_shares.contains(&position) {
                feeds_shares.extend(self.dependencies(position));
            }
        }
        self.last = (0..instructions.len())
            .filter(|i| matches!(instructions[*i], Instruction::Open { .. }) && self.tiles[*i].is_none())
            .filter(|i| !feeds_shares.contains(i) && !self.is_assert(&instructions[*i]))
            .collect();
    }

    fn phases(&mut self) {
        let mut end = 0;
        for position in 0..self.emitted.instructions.len() {
            let phase = self.phase(position);
            let plain = matches!(self.emitted.instructions[position], Instruction::Plain(_));
            if !plain && !self.last.contains(&position) {
                end = end.max(phase + usize::from(self.tiles[position].is_some()));
            }
            self.phases.push(phase);
        }
        for position in 0..self.emitted.instructions.len() {
            if self.last.contains(&position) {
                self.phases[position] = end;
            } else if matches!(self.emitted.instructions[position], Instruction::Plain(_)) {
                self.phases[position] = self.phase(position);
            }
        }
    }

    fn phase(&self, position: usize) -> usize {
        let tile = self.tiles[position];
        let after = |dependency: usize| {
            let same_region = tile.is_some() && self.tiles[dependency] == tile && !self.is_reduction(dependency);
            self.phases[dependency] + usize::from(self.tiles[dependency].is_some() && !same_region)
        };
        self.dependencies(position).into_iter().map(after).max().unwrap_or(0)
    }

    /// Whether its result exists only when the last tile is done.
    fn is_reduction(&self, position: usize) -> bool {
        matches!(self.emitted.instructions[position], Instruction::SumRuns { .. } | Instruction::Open { .. })
    }

    fn stages(&self) -> Vec<Stage> {
        let mut stages = Vec::new();
        for phase in 0..=self.phases.iter().copied().max().unwrap_or(0) {
            let members = |tile: Option<usize>| -> Vec<usize> {
                (0..self.phases.len()).filter(|i| self.phases[*i] == phase && self.tiles[*i] == tile).collect()
            };
            let straight = members(None);
            if !straight.is_empty() {
                stages.push(Stage::Straight(self.waves(&straight)));
            }
            let lengths: BTreeSet<usize> =
                (0..self.phases.len()).filter(|i| self.phases[*i] == phase).filter_map(|i| self.tiles[i]).collect();
            for length in lengths {
                let body = members(Some(length));
                let collected = self.collected(&body);
                stages.push(Stage::Tiled { length, tile: self.style.tile, body: self.waves(&body), collected });
            }
        }
        stages
    }

    /// Registers of a tiled stage that something outside it reads.
    fn collected(&self, body: &[usize]) -> Vec<Register> {
        let inside: BTreeSet<usize> = body.iter().copied().collect();
        let made: BTreeSet<Register> = body.iter().flat_map(|i| self.emitted.instructions[*i].results()).collect();
        let mut read = BTreeSet::new();
        for (position, instruction) in self.emitted.instructions.iter().enumerate() {
            if !inside.contains(&position) {
                read.extend(instruction.operands().into_iter().filter(|r| made.contains(r)));
            }
        }
        read.into_iter().collect()
    }

    /// Groups in the order in which they run: local instructions as they are, interactive ones of a kind
    /// together. An interactive instruction runs one wave after the last one it waits for.
    fn waves(&self, members: &[usize]) -> Vec<Vec<Instruction>> {
        let boolean_sums = !self.style.arithmetic;
        let interactive =
            |i: usize| self.emitted.instructions[i].is_interactive(boolean_sums, self.style.addends.are_opened());
        let mut wave: HashMap<usize, usize> = HashMap::new();
        for &position in members {
            let after = self.dependencies(position).iter().filter_map(|d| wave.get(d)).max().copied().unwrap_or(0);
            wave.insert(position, after + usize::from(interactive(position)));
        }
        // Where an assert is opened in the last wave, the reveals need one more.
        let asserts = members.iter().any(|i| self.is_assert(&self.emitted.instructions[*i]));
        let others = members.iter().filter(|i| !self.last.contains(i)).map(|i| wave[i]).max().unwrap_or(0);
        let revealed = members.iter().filter(|i| self.last.contains(i)).map(|i| wave[i]).max().unwrap_or(0);
        for &position in members {
            if self.last.contains(&position) {
                wave.insert(position, revealed.max(others + usize::from(asserts)));
            } else if !interactive(position) {
                let after = self.dependencies(position).iter().filter_map(|d| wave.get(d)).max().copied().unwrap_or(0);
                wave.insert(position, after);
            }
        }
        let mut groups: BTreeMap<(usize, u8), Vec<Instruction>> = BTreeMap::new();
        for &position in members {
            let instruction = &self.emitted.instructions[position];
            let kind = if interactive(position) { kind(instruction) } else { LOCAL };
            groups.entry((wave[&position], kind)).or_default().push(instruction.clone());
        }
        groups.into_values().collect()
    }
}

/// Local instructions come after the interactive ones of their wave.
const LOCAL: u8 = u8::MAX;

/// The order of kinds within a wave.
fn kind(instruction: &Instruction) -> u8 {
    match instruction {
        Instruction::Share { .. } => 0,
        Instruction::ToArithmetic { .. } => 1,
        Instruction::Multiply(..) | Instruction::TableColumn { .. } => 2,
        Instruction::Call { .. } => 3,
        Instruction::SumRuns { .. } => 4,
        Instruction::Addends { .. } => 5,
        Instruction::Sort { .. } => 6,
        _ => 7,
    }
}
