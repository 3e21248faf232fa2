//! Binding: a program with numbers in the place of its parameters and sizes.
//!
//! A [`BoundProgram`] is a straight list of operations on vectors of known shape: families of roles are
//! written out member by member, decimals are aligned, and every value carries the range it can take. It is
//! what the clear evaluator runs and what a planner plans. Binding refuses a program in which anything could
//! leave 128 bits, with the path that leads there: there is no silent wrap.

mod arguments;
mod checks;
mod curve;
mod elaborate;
mod errors;
pub(crate) mod ranges;
mod roles;
mod view;

use std::sync::Arc;

use crate::number::{Range, Word};
use crate::program::{CircuitSource, Diagnostic, Function, InputId, Kind, Program, Reduction, Span};

pub use arguments::{Arguments, BindError, ParameterValue, size_key};
pub use checks::RangeTrust;
pub use curve::{BoundHeld, CurveOperation, Delivery, Members, Purpose, Sharing};
pub use errors::HalfUnits;
pub use view::View;

/// A role of a bound program: its position in [`BoundProgram::roles`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoleIndex(pub usize);

/// A value of a bound program; operands come before their users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValueId(pub usize);

/// A program bound to numbers.
#[derive(Clone, Debug)]
pub struct BoundProgram {
    /// The program.
    pub program: Arc<Program>,
    /// Parameters with their values, in order of declaration.
    pub parameters: Vec<(String, ParameterValue)>,
    /// Public measured sizes with their values, in order of declaration; by member as `columns[bank_1]`.
    pub sizes: Vec<(String, u64)>,
    /// The roles, families written out as `party_1`, `party_2`, ….
    pub roles: Vec<String>,
    /// The inputs of all roles.
    pub inputs: Vec<BoundInput>,
    /// What is taken over from earlier sessions.
    pub held: Vec<BoundHeld>,
    /// The values, in order.
    pub values: Vec<Value>,
    /// Whether the ranges of shared values are checked under the protocol ([`Self::with_range_checks`]); such values
    /// are shared bit by bit.
    pub ranges_enforced: bool,
}

/// An input of one role.
#[derive(Clone, Debug)]
pub struct BoundInput {
    /// Whose.
    pub role: RoleIndex,
    /// Its declaration.
    pub declaration: InputId,
    /// The name, as in `party_1.budget`.
    pub name: String,
    /// Its shape.
    pub shape: Shape,
    /// Its decimals.
    pub decimals: u32,
    /// Its range, as mantissas.
    pub range: Range,
    /// Whether it is a bit.
    pub is_bit: bool,
    /// Whether values with more decimals are rounded.
    pub rounded: bool,
    /// Whether it must be given. An input whose range holds one value is that value.
    pub asked: bool,
}

/// A value.
#[derive(Clone, Debug)]
pub struct Value {
    /// What makes it.
    pub operation: BoundOperation,
    /// From what.
    pub operands: Vec<ValueId>,
    /// What its elements are.
    pub kind: Kind,
    /// Decimals of the mantissas.
    pub decimals: u32,
    /// What the mantissas can be. Without meaning for rationals and on curves.
    pub range: Range,
    /// Its shape.
    pub shape: Shape,
    /// Who knows it.
    pub knowledge: Knowledge,
    /// The source line that made it.
    pub span: Span,
}

/// The shape of a value: its extents, outermost first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape(pub Vec<Extent>);

/// One extent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Known to everybody. `shown` is false for a dimension of one that a parameter made (one group is no
    /// grouping): outputs leave it out.
    Known {
        /// The number.
        length: usize,
        /// Whether outputs show it.
        shown: bool,
    },
    /// Known to the value's owner, and bounded for everybody.
    Private {
        /// The least it can be.
        least: u64,
        /// The greatest it can be.
        greatest: u64,
    },
}

/// Who knows a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Knowledge {
    /// Everybody.
    Public,
    /// One role.
    Private(RoleIndex),
    /// These roles, by a reveal.
    Opened(Vec<RoleIndex>),
    /// Nobody.
    Secret,
}

/// The operations of bound values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BoundOperation {
    /// Position in [`BoundProgram::inputs`].
    Input(usize),
    /// Public numbers; one element stands for all.
    Constant(Vec<Word>),
    /// A uniform number of so many bits, entry `entry` of the randomness tape.
    Random {
        /// How many bits.
        bits: u32,
        /// Which entry of the tape.
        entry: usize,
    },
    /// Private to secret.
    Share,
    /// Of the first two operands, element by element, the one that the third is not. The third is one of them.
    Remaining,
    /// Element by element; scalars stand for vectors. Operands have equal decimals where that matters.
    Elementwise(Function),
    /// Times a power of ten, to align decimals.
    Rescale(Word),
    /// The sum along the last dimension.
    Sum,
    /// Table times column, or column times column.
    Dot,
    /// Table times table.
    MatrixProduct {
        /// Columns of the first, which are rows of the second.
        inner: usize,
    },
    /// Running sums along the last dimension, of values that somebody knows.
    RunningSums,
    /// The last dimension in ascending order, of values that somebody knows.
    Sort,
    /// The second operand's last dimension in the order of the first one's, of values that somebody knows.
    SortBy,
    /// Secret rows in ascending order, in two ways that give the same. The first operand is the result, of a network that
    /// is written out in values before this one. The others are what a protocol that permutes secretly needs instead: the
    /// keys and, where another column is put in their order, that column; the last dimension of whichever comes last is
    /// what is sorted.
    Sorted,
    /// Rows of each group.
    CountBy {
        /// How many groups.
        groups: usize,
    },
    /// Sums by group.
    SumBy {
        /// How many groups.
        groups: usize,
    },
    /// Least or greatest by group; `empty` where a group has no rows.
    ExtremeBy {
        /// How many groups.
        groups: usize,
        /// Whether the greatest is wanted.
        greatest: bool,
        /// What stands for no rows.
        empty: Word,
    },
    /// Rows by group and interval.
    HistogramBy {
        /// How many groups.
        groups: usize,
        /// The edges, ascending, with the decimals of the counted column.
        edges: Vec<Word>,
        /// Whether edges and column are compared as signed numbers.
        signed: bool,
    },
    /// Several values of one shape combined into one.
    Fold(Reduction),
    /// Elements in another order.
    View(View),
    /// The operands end to end; all of one kind, with equal decimals.
    Concatenate,
    /// The bits of each element, least significant first, as a last dimension: two's complement where the range
    /// has negative values. The width holds the range.
    Bits {
        /// Bits of each element.
        width: usize,
    },
    /// The inverse: bits along the last dimension become a number, in two's complement where the range is signed.
    Number,
    /// A circuit. Operand `i` holds, end to end for every instance, the bits of input value `i`; the result holds
    /// those of all output values.
    Circuit(CircuitSource),
    /// The range is checked where the value is known.
    Within,
    /// A disclosure. A second operand says where the value is shown.
    Reveal {
        /// The output's name.
        name: String,
        /// Who learns it.
        receivers: Vec<RoleIndex>,
    },
    /// A public output.
    Output {
        /// Its name.
        name: String,
    },
    /// Every bit must be one.
    Assert {
        /// What is said otherwise.
        message: String,
        /// Whose value is out of its range otherwise, where another one takes its place; without, the run stops.
        accused: Option<RoleIndex>,
    },
    /// Something on scalars, points and bytes.
    Curve(CurveOperation),
}

impl BoundProgram {
    /// Binds a program.
    ///
    /// # Errors
    /// A parameter or size that is missing, unknown or out of its range; a possible overflow.
    pub fn new(program: &Arc<Program>, arguments: &Arguments) -> Result<Self, BindError> {
        elaborate::bind(program, arguments)
    }

    /// Checks a program for the greatest numbers that its declarations allow: what fits then fits always,
    /// because ranges only grow with sizes and decimals.
    ///
    /// # Errors
    /// A possible overflow, at the operation where it happens.
    pub fn check_greatest(program: &Arc<Program>) -> Result<(), Diagnostic> {
        match elaborate::bind(program, &Arguments::greatest(program)) {
            Ok(_) => Ok(()),
            Err(BindError::Program(diagnostic)) => Err(diagnostic),
            // The extremes of declarations that were checked are always valid arguments.
            Err(other) => Err(Diagnostic::new(Span::default(), other.to_string())),
        }
    }

    /// A value.
    pub fn value(&self, id: ValueId) -> &Value {
        &self.values[id.0]
    }

    /// The values' ids, in order.
    pub fn ids(&self) -> impl Iterator<Item = ValueId> + use<> {
        (0..self.values.len()).map(ValueId)
    }

    /// The role of this name.
    pub fn role(&self, name: &str) -> Option<RoleIndex> {
        self.roles.iter().position(|r| r == name).map(RoleIndex)
    }

    /// The outputs in the order in which the program declares them: name and value.
    pub fn outputs(&self) -> impl Iterator<Item = (&str, ValueId)> {
        self.ids().filter_map(|id| match &self.value(id).operation {
            BoundOperation::Reveal { name, .. } | BoundOperation::Output { name } => Some((name.as_str(), id)),
            _ => None,
        })
    }

    /// Who receives a value that is an output.
    pub fn receivers(&self, id: ValueId) -> Vec<RoleIndex> {
        match &self.value(id).knowledge {
            Knowledge::Opened(roles) => roles.clone(),
            Knowledge::Public => (0..self.roles.len()).map(RoleIndex).collect(),
            Knowledge::Private(role) => vec![*role],
            Knowledge::Secret => Vec::new(),
        }
    }
}

/// The range that an element-wise function of numbers gives, from the ranges of its operands; `None` beyond
/// 256 bits.
pub fn elementwise_range(function: Function, operands: &[&Range]) -> Option<Range> {
    ranges::elementwise(function, operands, false, Kind::Number)
}

impl Value {
    /// Bits that hold every mantissa.
    pub fn bits(&self) -> u32 {
        self.range.bits()
    }
}

impl Shape {
    /// Number of elements, if everybody knows it.
    pub fn length(&self) -> Option<usize> {
        self.0.iter().try_fold(1usize, |product, extent| match extent {
            Extent::Known { length, .. } => product.checked_mul(*length),
            Extent::Private { .. } => None,
        })
    }

    /// The extents that outputs show.
    pub fn shown(&self) -> Vec<usize> {
        self.0
            .iter()
            .filter_map(|extent| match extent {
                Extent::Known { length, shown: true } => Some(*length),
                _ => None,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
