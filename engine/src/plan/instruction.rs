//! What an executor does, in order: a bound program with a domain for every secret value, conversions where
//! domains meet, circuits instead of comparisons, and rounds shared by what can share them.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use quorate_circuits::bind::{BoundOperation, BoundProgram, Knowledge, ValueId};
use quorate_circuits::boolean::Circuit;
use quorate_circuits::number::Word;

use super::CurvePlan;
use crate::net::{Cause, PartyIndex};
use crate::ot::BaseOt;
use crate::protocol::yao::Garbling;
use crate::protocol::{Claim, Domain, Pick, ProtocolName, Ring};

/// A vector of shares during a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Register(pub usize);

/// What is known of a register before the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegisterShape {
    /// Where it lives.
    pub domain: Domain,
    /// Number of elements.
    pub length: usize,
}

/// Public words: a plain value that everybody knows, or a constant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicWords {
    /// The value's words; repeated end to end so many times.
    Value {
        /// The value.
        value: ValueId,
        /// How many times.
        repeat: usize,
    },
    /// One word for all elements.
    Constant(Word),
}

/// One step of the executor.
#[derive(Clone, Debug)]
pub enum Instruction {
    /// A plain operation, by those who know its operands.
    Plain(ValueId),
    /// The owner's plain value becomes a register.
    Share {
        /// The plain value.
        value: ValueId,
        /// Its owner.
        owner: PartyIndex,
        /// The result.
        into: Register,
    },
    /// Public words become a register.
    Public {
        /// The words.
        words: PublicWords,
        /// The result.
        into: Register,
    },
    /// Uniform bits from the tape.
    Random {
        /// The value.
        value: ValueId,
        /// The result.
        into: Register,
    },
    /// Arithmetic sum.
    Add(Register, Register, Register),
    /// Arithmetic difference.
    Sub(Register, Register, Register),
    /// Arithmetic product with public words.
    Scale {
        /// The operand.
        operand: Register,
        /// The factors.
        by: PublicWords,
        /// The result.
        into: Register,
    },
    /// Sums of runs of `width` elements, in either domain.
    SumRuns {
        /// The operand.
        operand: Register,
        /// Length of a run.
        width: usize,
        /// Whether boolean elements are read as two's complement.
        signed: bool,
        /// The result.
        into: Register,
    },
    /// Elements of a register.
    Pick {
        /// The operand.
        operand: Register,
        /// Which elements.
        pick: Pick,
        /// The result.
        into: Register,
    },
    /// A boolean register's bits, element by element, as elements of the result's width.
    Regroup {
        /// The operand.
        operand: Register,
        /// The result.
        into: Register,
    },
    /// Registers end to end.
    Concatenate {
        /// The operands.
        operands: Vec<Register>,
        /// The result.
        into: Register,
    },
    /// Arithmetic product, element by element.
    Multiply(Register, Register, Register),
    /// Arithmetic table times column.
    TableColumn {
        /// `rows * columns` elements.
        table: Register,
        /// `columns` elements.
        column: Register,
        /// Number of rows.
        rows: usize,
        /// The result.
        into: Register,
    },
    /// A circuit over a batch.
    Call {
        /// The circuit.
        circuit: Arc<Circuit>,
        /// One register for each of its inputs.
        operands: Vec<Register>,
        /// One register for each of its outputs.
        into: Vec<Register>,
    },
    /// An arithmetic register as boolean addends, one for each party.
    Addends {
        /// The operand.
        operand: Register,
        /// The addends.
        into: Vec<Register>,
    },
    /// A boolean register as an arithmetic one.
    ToArithmetic {
        /// The operand.
        operand: Register,
        /// Whether its elements are two's complement.
        signed: bool,
        /// The result.
        into: Register,
    },
    /// Rows in ascending order of keys.
    Sort {
        /// The keys: boolean.
        keys: Register,
        /// Whether they are two's complement.
        signed: bool,
        /// Elements of a row.
        row: usize,
        /// What is put in their order.
        moved: Vec<Register>,
        /// One register for each of these.
        into: Vec<Register>,
    },
    /// A register's values go to the receivers of a reveal or, for an assert, to everybody.
    Open {
        /// The operand.
        operand: Register,
        /// The plain value that they become.
        value: ValueId,
        /// Who learns them.
        receivers: Vec<PartyIndex>,
    },
}

/// Instructions that depend on nothing but earlier stages and on each other in the order given.
#[derive(Clone, Debug)]
pub enum Stage {
    /// Everything at once. Interactive instructions of one kind that stand together share their rounds.
    Straight(Vec<Vec<Instruction>>),
    /// Element-wise work on vectors of `length`, tile by tile, so that memory holds one tile.
    Tiled {
        /// Elements in all.
        length: usize,
        /// Elements of a tile; the last one may have fewer.
        tile: usize,
        /// The body, as in a straight stage, for one tile.
        body: Vec<Vec<Instruction>>,
        /// Registers of the body that later stages need whole.
        collected: Vec<Register>,
    },
}

/// A plan.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The program.
    pub program: Arc<BoundProgram>,
    /// The protocol.
    pub protocol: ProtocolName,
    /// How `yao` garbles.
    pub garbling: Garbling,
    /// With which base OTs pairs are set up, where they are.
    pub base_ot: BaseOt,
    /// Whether it runs on correlated randomness of an earlier session.
    pub prepared: bool,
    /// Whether correlations come from a dealer, who is the party behind all others.
    pub is_dealt: bool,
    /// How many parties, besides a dealer.
    pub parties: usize,
    /// The party of each role.
    pub party_of: Vec<PartyIndex>,
    /// The ring of arithmetic registers.
    pub ring: Ring,
    /// Shapes of the registers.
    pub registers: Vec<RegisterShape>,
    /// By register, the value of the program that it is made for.
    pub makers: Vec<ValueId>,
    /// The stages, in order.
    pub stages: Vec<Stage>,
    /// What a program over a curve does instead of stages.
    pub curve: Option<Arc<CurvePlan>>,
}

impl Plan {
    /// Waves of all stages and tiles, for progress.
    pub fn waves(&self) -> u64 {
        let of_stage = |stage: &Stage| match stage {
            Stage::Straight(body) => body.len(),
            Stage::Tiled { length, tile, body, .. } => length.div_ceil(*tile) * body.len(),
        };
        self.stages.iter().map(of_stage).sum::<usize>() as u64
    }

    /// The protocol and how it is run, as parties agree on it and sign it.
    pub fn technique(&self) -> String {
        if self.is_dealt { dealt_technique() } else { technique(self.protocol, self.garbling, self.base_ot) }
    }

    /// What the protocol promises for this program.
    pub fn claim(&self) -> Claim {
        let claim = super::choose::claim(self.protocol.offer(), self.curve.as_deref(), self.parties);
        Claim { trusts_dealer: self.is_dealt, ..claim }
    }

    /// How many take part, a dealer among them.
    pub fn seats(&self) -> usize {
        self.parties + usize::from(self.is_dealt)
    }

    /// The dealer, if there is one.
    pub fn dealer(&self) -> Option<PartyIndex> {
        self.is_dealt.then_some(PartyIndex(self.parties))
    }

    /// What an instruction is for: the value of the program whose number this is.
    pub fn cause_of(&self, instruction: &Instruction) -> Cause {
        let made = || instruction.results().first().map(|register| self.makers[register.0]);
        Cause(instruction.plain_result().or_else(made).map_or(0, |value| value.0))
    }

    /// The columns that a plain instruction leaves in the clear: at whom, or at everybody, and of how many words.
    /// Columns whose length is their owner's secret are left out.
    pub fn known(&self, id: ValueId) -> Vec<(Option<PartyIndex>, usize)> {
        let value = self.program.value(id);
        let words = value.shape.length().unwrap_or(0);
        match &value.knowledge {
            Knowledge::Public => vec![(None, words)],
            Knowledge::Private(role) => vec![(Some(self.party_of[role.0]), words)],
            Knowledge::Opened(roles) => {
                let parties: BTreeSet<PartyIndex> = roles.iter().map(|role| self.party_of[role.0]).collect();
                parties.into_iter().map(|party| (Some(party), words)).collect()
            }
            Knowledge::Secret => Vec::new(),
        }
    }

    /// The columns that are there before a run begins, likewise: inputs as they are given. A run checks them into columns
    /// of their own.
    pub fn given(&self) -> Vec<(Option<PartyIndex>, usize)> {
        let inputs = self.program.ids().filter(|id| {
            let operation = &self.program.value(*id).operation;
            matches!(operation, BoundOperation::Input(_))
        });
        inputs.flat_map(|id| self.known(id)).collect()
    }

    /// What a register is for.
    pub fn cause_of_register(&self, register: Register) -> Cause {
        Cause(self.makers[register.0].0)
    }
}

impl Stage {
    /// What it does, wave by wave: of a tiled stage for one tile.
    pub fn body(&self) -> &[Vec<Instruction>] {
        match self {
            Self::Straight(body) | Self::Tiled { body, .. } => body,
        }
    }

    /// The parts of its vectors that are worked on one after the other, and whether each is shorter than a tile; of a
    /// straight stage there is one.
    pub fn parts(&self) -> impl Iterator<Item = (Range<usize>, bool)> {
        let (length, tile) = match self {
            Self::Straight(_) => (1, 1),
            Self::Tiled { length, tile, .. } => (*length, *tile),
        };
        (0..length).step_by(tile).map(move |from| {
            let part = from..(from + tile).min(length);
            let is_short = part.len() < tile;
            (part, is_short)
        })
    }

    /// Whether something is opened in it.
    pub fn opens(&self) -> bool {
        self.body().iter().flatten().any(|instruction| matches!(instruction, Instruction::Open { .. }))
    }
}

impl Instruction {
    /// Registers read.
    pub fn operands(&self) -> Vec<Register> {
        match self {
            Self::Plain(_) | Self::Share { .. } | Self::Public { .. } | Self::Random { .. } => Vec::new(),
            Self::Add(a, b, _) | Self::Sub(a, b, _) | Self::Multiply(a, b, _) => vec![*a, *b],
            Self::Scale { operand, .. }
            | Self::SumRuns { operand, .. }
            | Self::Pick { operand, .. }
            | Self::Regroup { operand, .. }
            | Self::Addends { operand, .. }
            | Self::ToArithmetic { operand, .. }
            | Self::Open { operand, .. } => vec![*operand],
            Self::TableColumn { table, column, .. } => vec![*table, *column],
            Self::Concatenate { operands, .. } | Self::Call { operands, .. } => operands.clone(),
            Self::Sort { keys, moved, .. } => [&[*keys], moved.as_slice()].concat(),
        }
    }

    /// Registers written.
    pub fn results(&self) -> Vec<Register> {
        match self {
            Self::Plain(_) | Self::Open { .. } => Vec::new(),
            Self::Share { into, .. }
            | Self::Public { into, .. }
            | Self::Random { into, .. }
            | Self::Add(_, _, into)
            | Self::Sub(_, _, into)
            | Self::Multiply(_, _, into)
            | Self::Scale { into, .. }
            | Self::SumRuns { into, .. }
            | Self::Pick { into, .. }
            | Self::Regroup { into, .. }
            | Self::Concatenate { into, .. }
            | Self::TableColumn { into, .. }
            | Self::ToArithmetic { into, .. } => vec![*into],
            Self::Call { into, .. } | Self::Addends { into, .. } | Self::Sort { into, .. } => into.clone(),
        }
    }

    /// The plain value read, if one is.
    pub fn plain_operand(&self) -> Option<ValueId> {
        match self {
            Self::Share { value, .. } => Some(*value),
            Self::Public { words: PublicWords::Value { value, .. }, .. }
            | Self::Scale { by: PublicWords::Value { value, .. }, .. } => Some(*value),
            _ => None,
        }
    }

    /// The plain value written, if one is.
    pub fn plain_result(&self) -> Option<ValueId> {
        match self {
            Self::Plain(value) | Self::Open { value, .. } => Some(*value),
            _ => None,
        }
    }

    /// Whether messages may be exchanged: such instructions wait for a round of their kind.
    pub fn is_interactive(&self, boolean_sums: bool, opens_addends: bool) -> bool {
        match self {
            Self::Share { .. }
            | Self::Multiply(..)
            | Self::TableColumn { .. }
            | Self::Call { .. }
            | Self::ToArithmetic { .. }
            | Self::Sort { .. }
            | Self::Open { .. } => true,
            Self::SumRuns { .. } => boolean_sums,
            Self::Addends { .. } => opens_addends,
            _ => false,
        }
    }
}

/// [`technique`] of the only protocol that takes correlations from a dealer.
pub fn dealt_technique() -> String {
    format!("{} with a dealer", ProtocolName::Additive.name())
}

/// A protocol and how it is run; half gates and base OTs by ristretto255 go without saying.
pub fn technique(protocol: ProtocolName, garbling: Garbling, base: BaseOt) -> String {
    let garbling = (protocol == ProtocolName::Yao && garbling != Garbling::default()).then(|| garbling.name());
    let base = (protocol.has_transfers() && base != BaseOt::default()).then(|| base.name());
    let ways: Vec<&str> = garbling.into_iter().chain(base).collect();
    match ways.as_slice() {
        [] => protocol.name().to_owned(),
        ways => format!("{} with {}", protocol.name(), ways.join(" and ")),
    }
}
