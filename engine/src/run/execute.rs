//! Stage after stage, wave after wave.

use std::collections::HashMap;
use std::ops::Range as Span;

use quorate_circuits::lower::Operand;

use super::sum::{one, sum_runs};
use super::{Hooks, Plain, RunError};
use crate::net::ChannelError;
use crate::plan::{Circuits, Instruction, Plan, Recipe, Register, Stage, style_shape};
use crate::protocol::{
    CallRequest, Domain, Linear, OpenRequest, Pick, ProductRequest, Protocol, ShareRequest, SortRequest,
};

/// Runs a plan. `demands` is what [`tally`] found.
///
/// # Errors
/// A channel's; a bad input or failed assert; the hook's.
pub async fn execute<P: Protocol>(
    plan: &Plan,
    protocol: &mut P,
    plain: &mut Plain<'_>,
    demands: &[StageDemand<P::Demand>],
    hooks: &mut dyn Hooks,
) -> Result<(), RunError> {
    assert_eq!(plan.stages.len(), demands.len(), "a demand for every stage: without it nothing would run");
    plan.given().into_iter().for_each(|(party, words)| protocol.knows(party, words));
    let mut execution = Execution::new(plan, protocol, plain, hooks);
    for (stage, demand) in plan.stages.iter().zip(demands) {
        execution.stage(stage, Demands::Given(demand)).await?;
    }
    Ok(())
}

/// Finds out what each stage of a plan consumes, by running it with a paper twin whose ledger is thrown away.
///
/// # Errors
/// None that a well-formed plan can cause.
pub async fn tally<P: Protocol>(
    plan: &Plan,
    paper: &mut P,
    plain: &mut Plain<'_>,
) -> Result<Vec<StageDemand<P::Demand>>, RunError> {
    let mut hooks = super::NoHooks;
    let mut execution = Execution::new(plan, paper, plain, &mut hooks);
    let mut demands = Vec::new();
    for stage in &plan.stages {
        let mut demand = StageDemand { whole: None, last: None };
        execution.stage(stage, Demands::Tallied(&mut demand)).await?;
        demands.push(demand);
    }
    Ok(demands)
}

/// Correlated randomness that a stage needs.
#[derive(Clone, Debug)]
pub struct StageDemand<D> {
    /// Of a straight stage, or of a full tile.
    pub whole: Option<D>,
    /// Of the last tile, if it is shorter.
    pub last: Option<D>,
}

impl<D> StageDemand<D> {
    /// Of one part of the stage, which may be shorter than a tile.
    pub(super) fn of(&self, is_short: bool) -> Option<&D> {
        if is_short { self.last.as_ref() } else { self.whole.as_ref() }
    }
}

/// Whether demands are known, or being found out.
enum Demands<'a, D> {
    Given(&'a StageDemand<D>),
    Tallied(&'a mut StageDemand<D>),
}

/// How often each register is read by straight stages, so that it can be dropped after its last use. Registers
/// that tiles read stay until the stage ends.
fn uses(plan: &Plan) -> Vec<usize> {
    let mut uses = vec![0; plan.registers.len()];
    for stage in &plan.stages {
        for register in stage.body().iter().flatten().flat_map(Instruction::operands) {
            uses[register.0] += 1;
        }
    }
    uses
}

struct Execution<'a, 'b, P: Protocol> {
    plan: &'a Plan,
    protocol: &'a mut P,
    plain: &'a mut Plain<'b>,
    hooks: &'a mut dyn Hooks,
    circuits: Circuits,
    registers: HashMap<Register, P::Share>,
    uses: Vec<usize>,
    opened: bool,
    done: u64,
    total: u64,
}

/// The part of long vectors that is being worked on.
struct Tile<S> {
    part: Span<usize>,
    whole: usize,
    registers: HashMap<Register, S>,
    /// How often each register is still to be read; not of those that outlive the tile.
    uses: HashMap<Register, usize>,
}

impl<S> Tile<S> {
    fn new(part: Span<usize>, whole: usize, body: &[Vec<Instruction>], collected: &[Register]) -> Self {
        let mut uses = HashMap::new();
        for register in body.iter().flatten().flat_map(Instruction::operands) {
            *uses.entry(register).or_default() += 1;
        }
        let sums = body.iter().flatten().filter_map(|instruction| match instruction {
            Instruction::SumRuns { into, .. } => Some(into),
            _ => None,
        });
        for register in collected.iter().chain(sums) {
            uses.remove(register);
        }
        Self { part, whole, registers: HashMap::new(), uses }
    }

    /// Drops what an instruction was the last to read.
    fn drop_read(&mut self, instruction: &Instruction) {
        for register in instruction.operands() {
            if let Some(uses) = self.uses.get_mut(&register) {
                *uses -= 1;
                if *uses == 0 {
                    self.registers.remove(&register);
                }
            }
        }
    }
}

impl<'a, 'b, P: Protocol> Execution<'a, 'b, P> {
    fn new(plan: &'a Plan, protocol: &'a mut P, plain: &'a mut Plain<'b>, hooks: &'a mut dyn Hooks) -> Self {
        Self {
            plan,
            protocol,
            plain,
            hooks,
            circuits: Circuits::new(style_shape(plan.protocol)),
            registers: HashMap::new(),
            uses: uses(plan),
            opened: false,
            done: 0,
            total: plan.waves(),
        }
    }

    /// Reads or makes what the coming stretch consumes, if that is known already.
    async fn prepare(&mut self, demands: &Demands<'_, P::Demand>, short: bool) -> Result<(), RunError> {
        if let Demands::Given(demand) = demands
            && let Some(demand) = demand.of(short)
        {
            self.protocol.prepare(demand).await?;
        }
        Ok(())
    }

    /// Notes what the stretch consumed, if that is being found out.
    fn note(&mut self, demands: &mut Demands<'_, P::Demand>, short: bool) {
        if let Demands::Tallied(StageDemand { whole, last }) = demands {
            *(if short { last } else { whole }) = Some(self.protocol.take_consumed());
        }
    }

    async fn stage(&mut self, stage: &Stage, mut demands: Demands<'_, P::Demand>) -> Result<(), RunError> {
        match stage {
            Stage::Straight(body) => {
                self.prepare(&demands, false).await?;
                for wave in body {
                    self.wave(wave, None).await?;
                }
                self.note(&mut demands, false);
            }
            Stage::Tiled { length, tile, body, collected } => {
                let mut parts: HashMap<Register, Vec<P::Share>> = HashMap::new();
                for (part, short) in stage.parts() {
                    // On paper a whole tile is like any other after the first, whose sums are not added to others.
                    if matches!(demands, Demands::Tallied(_)) && !short && part.start > *tile {
                        for parts in parts.values_mut() {
                            parts.extend(parts.last().map(|part| self.protocol.duplicate(part)));
                        }
                        continue;
                    }
                    self.prepare(&demands, short).await?;
                    self.tile(part, *length, body, collected, &mut parts).await?;
                    self.note(&mut demands, short);
                }
                for (register, parts) in parts {
                    let share = self.protocol.concatenate(&parts.iter().collect::<Vec<_>>());
                    self.registers.insert(register, share);
                }
                body.iter().flatten().for_each(|instruction| self.drop_read(instruction));
            }
        }
        Ok(())
    }

    async fn tile(
        &mut self,
        part: Span<usize>,
        whole: usize,
        body: &[Vec<Instruction>],
        collected: &[Register],
        parts: &mut HashMap<Register, Vec<P::Share>>,
    ) -> Result<(), RunError> {
        let mut tile = Tile::new(part, whole, body, collected);
        for wave in body {
            self.wave(wave, Some(&mut tile)).await?;
        }
        for instruction in body.iter().flatten() {
            if let Instruction::SumRuns { into, signed, .. } = instruction
                && let Some(sum) = tile.registers.remove(into)
            {
                self.accumulate(*into, sum, *signed).await?;
            }
        }
        for register in collected {
            if let Some(share) = tile.registers.remove(register) {
                parts.entry(*register).or_default().push(share);
            }
        }
        Ok(())
    }

    /// Adds a tile's sum to what the tiles before gave.
    async fn accumulate(&mut self, into: Register, sum: P::Share, signed: bool) -> Result<(), RunError> {
        let Some(before) = self.registers.remove(&into) else {
            self.registers.insert(into, sum);
            return Ok(());
        };
        self.protocol.requested_by(std::iter::once(self.plan.cause_of_register(into)));
        let total = match self.plan.registers[into.0].domain {
            Domain::Arithmetic => self.protocol.linear(Linear::Add(&before, &sum)),
            Domain::Boolean { width } => {
                let operand = Operand { width, signed, constant: None };
                let circuit = self.circuits.of(Recipe::Sum(vec![operand, operand], width));
                one(self.protocol, &[CallRequest { circuit: &circuit, operands: vec![&before, &sum] }]).await?
            }
        };
        self.registers.insert(into, total);
        Ok(())
    }

    async fn wave(&mut self, wave: &[Instruction], mut tile: Option<&mut Tile<P::Share>>) -> Result<(), RunError> {
        if wave.iter().any(|i| matches!(i, Instruction::Open { .. })) && !self.opened {
            self.opened = true;
            if let Some(session) = self.protocol.session() {
                // It is for everybody in the session, a dealer too.
                let computing = session.network.parties();
                session.network.widen();
                self.hooks.before_opening(session).await?;
                session.network.narrow(computing);
            }
        }
        self.protocol.requested_by(wave.iter().map(|instruction| self.plan.cause_of(instruction)));
        match wave.first() {
            Some(Instruction::Share { .. }) => self.shares(wave, tile.as_deref_mut()).await?,
            Some(Instruction::Multiply(..) | Instruction::TableColumn { .. }) => {
                self.products(wave, tile.as_deref_mut()).await?;
            }
            Some(Instruction::Call { .. }) => self.calls(wave, tile.as_deref_mut()).await?,
            Some(Instruction::ToArithmetic { .. }) => self.conversions(wave, tile.as_deref_mut()).await?,
            Some(Instruction::Sort { .. }) => self.sorts(wave).await?,
            Some(Instruction::Open { .. }) => self.openings(wave, tile.as_deref_mut()).await?,
            Some(Instruction::Addends { .. }) if wave.iter().all(|i| matches!(i, Instruction::Addends { .. })) => {
                self.addends(wave, tile.as_deref_mut()).await?;
            }
            _ => {
                // What nobody reads any more makes room for the next.
                for instruction in wave {
                    self.local(instruction, tile.as_deref_mut()).await?;
                    self.drop_after(instruction, tile.as_deref_mut());
                }
                self.step();
                return Ok(());
            }
        }
        wave.iter().for_each(|instruction| self.drop_after(instruction, tile.as_deref_mut()));
        self.step();
        Ok(())
    }

    fn step(&mut self) {
        self.done += 1;
        self.hooks.progress(self.done, self.total);
    }

    /// Drops registers that nobody reads after an instruction; whole vectors that tiles read stay until the last tile.
    fn drop_after(&mut self, instruction: &Instruction, tile: Option<&mut Tile<P::Share>>) {
        match tile {
            Some(tile) => tile.drop_read(instruction),
            None => self.drop_read(instruction),
        }
    }

    fn drop_read(&mut self, instruction: &Instruction) {
        for register in instruction.operands() {
            self.uses[register.0] -= 1;
            if self.uses[register.0] == 0 {
                self.registers.remove(&register);
            }
        }
    }

    /// Brings an operand to where `operand` can find it: a whole vector that a tile reads is cut.
    fn fetch(&mut self, register: Register, tile: Option<&mut Tile<P::Share>>) {
        let Some(tile) = tile else { return };
        let outside = self.registers.get(&register).filter(|_| !tile.registers.contains_key(&register));
        let length = self.plan.registers[register.0].length;
        // Bits that are regrouped are several for each element.
        let each = length / tile.whole;
        if let Some(share) = outside
            && each * tile.whole == length
        {
            let cut = self.protocol.pick(share, &Pick::slice(tile.part.start * each, tile.part.end * each));
            tile.registers.insert(register, cut);
        }
    }

    fn fetch_all(&mut self, wave: &[Instruction], mut tile: Option<&mut Tile<P::Share>>) {
        for register in wave.iter().flat_map(Instruction::operands) {
            self.fetch(register, tile.as_deref_mut());
        }
    }

    fn store(&mut self, register: Register, share: P::Share, tile: Option<&mut Tile<P::Share>>) {
        match tile {
            Some(tile) => tile.registers.insert(register, share),
            None => self.registers.insert(register, share),
        };
    }

    /// The elements of `register` that are worked on.
    fn part(&self, register: Register, tile: Option<&Tile<P::Share>>) -> Span<usize> {
        tile.map_or(0..self.plan.registers[register.0].length, |tile| tile.part.clone())
    }

    async fn shares(&mut self, wave: &[Instruction], mut tile: Option<&mut Tile<P::Share>>) -> Result<(), RunError> {
        let mut requests = Vec::new();
        let mut results = Vec::new();
        for instruction in wave {
            let Instruction::Share { value, owner, into } = instruction else { continue };
            let part = self.part(*into, tile.as_deref());
            let domain = self.plan.registers[into.0].domain;
            let words = self.plain.private(*value, &part);
            requests.push(ShareRequest { owner: *owner, domain, length: part.len(), words });
            results.push(*into);
        }
        let shares = self.protocol.share(&requests).await?;
        for (into, share) in results.into_iter().zip(shares) {
            self.store(into, share, tile.as_deref_mut());
        }
        Ok(())
    }

    async fn products(&mut self, wave: &[Instruction], mut tile: Option<&mut Tile<P::Share>>) -> Result<(), RunError> {
        self.fetch_all(wave, tile.as_deref_mut());
        let find = |register: &Register| operand(&self.registers, tile.as_deref(), *register);
        let requests: Vec<ProductRequest<'_, P::Share>> = wave
            .iter()
            .filter_map(|instruction| match instruction {
                Instruction::Multiply(a, b, _) => Some(ProductRequest::Elementwise(find(a), find(b))),
                Instruction::TableColumn { table, column, rows, .. } => {
                    Some(ProductRequest::TableColumn { table: find(table), column: find(column), rows: *rows })
                }
                _ => None,
            })
            .collect();
        let products = self.protocol.multiply(&requests).await?;
        drop(requests);
        for (instruction, product) in wave.iter().zip(products) {
            self.store(instruction.results()[0], product, tile.as_deref_mut());
        }
        Ok(())
    }

    async fn calls(&mut self, wave: &[Instruction], mut tile: Option<&mut Tile<P::Share>>) -> Result<(), RunError> {
        self.fetch_all(wave, tile.as_deref_mut());
        let mut requests = Vec::new();
        for instruction in wave {
            let Instruction::Call { circuit, operands, .. } = instruction else { continue };
            let operands = operands.iter().map(|r| operand(&self.registers, tile.as_deref(), *r)).collect();
            requests.push(CallRequest { circuit, operands });
        }
        let outputs = self.protocol.call(&requests).await?;
        drop(requests);
        for (instruction, outputs) in wave.iter().zip(outputs) {
            for (into, output) in instruction.results().into_iter().zip(outputs) {
                self.store(into, output, tile.as_deref_mut());
            }
        }
        Ok(())
    }

    async fn conversions(
        &mut self,
        wave: &[Instruction],
        mut tile: Option<&mut Tile<P::Share>>,
    ) -> Result<(), RunError> {
        self.fetch_all(wave, tile.as_deref_mut());
        let mut requests = Vec::new();
        for instruction in wave {
            let Instruction::ToArithmetic { operand: register, signed, .. } = instruction else { continue };
            requests.push((operand(&self.registers, tile.as_deref(), *register), *signed));
        }
        let shares = self.protocol.to_arithmetic(&requests).await?;
        drop(requests);
        for (instruction, share) in wave.iter().zip(shares) {
            self.store(instruction.results()[0], share, tile.as_deref_mut());
        }
        Ok(())
    }

    async fn addends(&mut self, wave: &[Instruction], mut tile: Option<&mut Tile<P::Share>>) -> Result<(), RunError> {
        self.fetch_all(wave, tile.as_deref_mut());
        let mut requests = Vec::new();
        for instruction in wave {
            let Instruction::Addends { operand: register, into } = instruction else { continue };
            let Domain::Boolean { width } = self.plan.registers[into[0].0].domain else { continue };
            requests.push((operand(&self.registers, tile.as_deref(), *register), width));
        }
        let addends = self.protocol.addends(&requests).await?;
        drop(requests);
        for (instruction, addends) in wave.iter().zip(addends) {
            for (into, addend) in instruction.results().into_iter().zip(addends) {
                self.store(into, addend, tile.as_deref_mut());
            }
        }
        Ok(())
    }

    /// Sorts are of whole vectors: no tile has any.
    async fn sorts(&mut self, wave: &[Instruction]) -> Result<(), RunError> {
        let find = |register: &Register| operand(&self.registers, None, *register);
        let mut requests = Vec::new();
        for instruction in wave {
            let Instruction::Sort { keys, signed, row, moved, .. } = instruction else { continue };
            let moved = moved.iter().map(find).collect();
            requests.push(SortRequest { keys: find(keys), signed: *signed, row: *row, moved });
        }
        let sorted = self.protocol.sort(&requests).await?;
        drop(requests);
        for (instruction, shares) in wave.iter().zip(sorted) {
            for (into, share) in instruction.results().into_iter().zip(shares) {
                self.store(into, share, None);
            }
        }
        Ok(())
    }

    async fn openings(&mut self, wave: &[Instruction], mut tile: Option<&mut Tile<P::Share>>) -> Result<(), RunError> {
        self.fetch_all(wave, tile.as_deref_mut());
        let mut requests = Vec::new();
        let mut targets = Vec::new();
        for instruction in wave {
            let Instruction::Open { operand: register, value, receivers } = instruction else { continue };
            requests.push(OpenRequest { share: operand(&self.registers, tile.as_deref(), *register), receivers });
            targets.push((*value, self.plan.registers[register.0].domain));
        }
        let opened = self.protocol.open(&requests).await?;
        drop(requests);
        for ((value, domain), words) in targets.into_iter().zip(opened) {
            if let Some(words) = words {
                self.plain.opened(value, &words, domain);
            }
        }
        Ok(())
    }

    async fn local(
        &mut self,
        instruction: &Instruction,
        mut tile: Option<&mut Tile<P::Share>>,
    ) -> Result<(), RunError> {
        if let Instruction::Plain(id) = instruction {
            self.plan.known(*id).into_iter().for_each(|(party, words)| self.protocol.knows(party, words));
            return Ok(self.plain.compute(*id)?);
        }
        self.protocol.requested_by(std::iter::once(self.plan.cause_of(instruction)));
        for register in instruction.operands() {
            self.fetch(register, tile.as_deref_mut());
        }
        match instruction {
            Instruction::Addends { operand: register, into } => {
                let Domain::Boolean { width } = self.plan.registers[into[0].0].domain else { return Ok(()) };
                let share = operand(&self.registers, tile.as_deref(), *register);
                let addends = self.protocol.addends(&[(share, width)]).await?;
                for (into, addend) in into.iter().zip(addends.into_iter().flatten()) {
                    self.store(*into, addend, tile.as_deref_mut());
                }
            }
            _ => {
                let share = self.local_share(instruction, tile.as_deref()).await?;
                if let (Some(share), Some(into)) = (share, instruction.results().first()) {
                    self.store(*into, share, tile);
                }
            }
        }
        Ok(())
    }

    async fn local_share(
        &mut self,
        instruction: &Instruction,
        tile: Option<&Tile<P::Share>>,
    ) -> Result<Option<P::Share>, ChannelError> {
        let whole = |register: &Register| self.plan.registers[register.0].length;
        let find = |register: &Register| operand(&self.registers, tile, *register);
        Ok(Some(match instruction {
            Instruction::Public { words, into } => {
                let words = self.plain.public(words, &self.part(*into, tile), whole(into));
                self.protocol.public(self.plan.registers[into.0].domain, &words)
            }
            Instruction::Random { into, .. } => match self.plan.registers[into.0].domain {
                Domain::Boolean { width } => self.protocol.random_bits(width, whole(into)),
                Domain::Arithmetic => return Ok(None),
            },
            Instruction::Add(a, b, _) => self.protocol.linear(Linear::Add(find(a), find(b))),
            Instruction::Sub(a, b, _) => self.protocol.linear(Linear::Sub(find(a), find(b))),
            Instruction::Scale { operand, by, into } => {
                let words = self.plain.public(by, &self.part(*into, tile), whole(into));
                self.protocol.linear(Linear::Scale(find(operand), &words))
            }
            Instruction::Pick { operand, pick, .. } => {
                let here = tile.map(|t| Pick::Repeat(t.part.len())).filter(|_| matches!(pick, Pick::Repeat(_)));
                self.protocol.pick(find(operand), here.as_ref().unwrap_or(pick))
            }
            Instruction::Regroup { operand, into } => match self.plan.registers[into.0].domain {
                Domain::Boolean { width } => self.protocol.regroup(find(operand), width),
                Domain::Arithmetic => return Ok(None),
            },
            Instruction::Concatenate { operands, .. } => {
                let shares: Vec<&P::Share> = operands.iter().map(find).collect();
                self.protocol.concatenate(&shares)
            }
            Instruction::SumRuns { operand, width, signed, into } => {
                let share = find(operand);
                let width = if tile.is_some() { self.protocol.length(share) } else { *width };
                match (self.plan.registers[operand.0].domain, self.plan.registers[into.0].domain) {
                    (Domain::Boolean { width: before }, Domain::Boolean { width: bits }) => {
                        let operand = Operand { width: before, signed: *signed, constant: None };
                        sum_runs(self.protocol, &mut self.circuits, share, operand, width, bits).await?
                    }
                    _ => self.protocol.linear(Linear::SumRuns(share, width)),
                }
            }
            _ => return Ok(None),
        }))
    }
}

/// A register's share: the tile's, or the whole.
///
/// # Panics
/// If it was never made, which would be a mistake of the planner.
fn operand<'a, S>(registers: &'a HashMap<Register, S>, tile: Option<&'a Tile<S>>, register: Register) -> &'a S {
    tile.and_then(|t| t.registers.get(&register))
        .or_else(|| registers.get(&register))
        .expect("the plan makes every register before it is read")
}
