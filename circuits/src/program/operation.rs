//! The operations of the language: one table from which parser, printer, arity checks and the manual derive.

use super::{
    Bound, CircuitId, DefinitionId, HandOver, HeldId, InputId, Interval, Literal, Order, ParameterId, Receivers,
    RoleId, SizeId, Threshold,
};
use crate::curve::CurveName;

/// What a node does with its operands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// A role's input.
    Input(InputId),
    /// A parameter's value, public.
    Parameter(ParameterId),
    /// A constant, public.
    Literal(Literal),
    /// A function of the table.
    Call(Function),
    /// `sum_over(role, x)`: a value of each member of a family, combined into one.
    OverRole(Reduction, RoleId),
    /// `part(x, size)`: the vector `x` cut into one piece for each member of the size's family.
    Part(SizeId),
    /// `x[from]` (a scalar) or `x[from..to]` (a vector), by public position.
    Slice {
        /// First position, from 0.
        from: u64,
        /// One beyond the last; `None` for a single element.
        to: Option<u64>,
    },
    /// `within(x, low..=high)`: refuses the input if the value is outside, and narrows its range if not.
    Within(Interval),
    /// `random_bits(n)`: a secret number of `n` uniform bits from the randomness tape.
    Random {
        /// How many bits.
        bits: u32,
    },
    /// `bits(x, width)`: the bits of each element, least significant first, as a last dimension.
    Bits {
        /// Bits of each element.
        width: u32,
    },
    /// `unsigned(x)` or `signed(x)`: bits along the last dimension as a number.
    Number {
        /// Whether they are two's complement.
        signed: bool,
    },
    /// `join(x, y, …)`: vectors end to end.
    Join,
    /// A circuit of the program, on bits.
    Circuit(CircuitId),
    /// In the body of a definition: what stands for one of its parameters.
    Argument(usize),
    /// The end of a definition's body.
    Return,
    /// `f(x, y)`: a definition, once.
    Invoke(DefinitionId),
    /// `map f(each x, y)`: a definition for each element of the vectors marked `each`; the others are passed whole.
    Map {
        /// The function.
        definition: DefinitionId,
        /// By operand: whether it is taken element by element.
        each: Vec<bool>,
    },
    /// `fold associative f(each x)` or `fold sequential f(each x, y) from start`: elements combined into one. A
    /// sequential fold has its start as first operand; `f` takes what was combined so far before the others.
    Fold {
        /// The function.
        definition: DefinitionId,
        /// In what order.
        order: Order,
        /// By operand after the start: whether it is taken element by element.
        each: Vec<bool>,
        /// The range that every intermediate result keeps to: checked once, for all lengths.
        keeps: Option<Interval>,
    },
    /// `repeat n f(state, y)`: a definition applied to its own result so many times.
    Repeat {
        /// The function.
        definition: DefinitionId,
        /// How many times.
        times: Bound,
        /// The range that every intermediate result keeps to.
        keeps: Option<Interval>,
    },
    /// A disclosure: the one operation that lowers secrecy.
    Reveal {
        /// The output's name.
        name: String,
        /// Who learns it.
        to: Receivers,
        /// Whether a second operand says where the value is shown; elsewhere it is blank. The receivers learn the
        /// number wherever it stands: what they must not learn is taken out before, by `select`.
        conditional: bool,
    },
    /// Public arithmetic on revealed values, shown as an output.
    Output {
        /// The output's name.
        name: String,
    },
    /// Stops the session unless every bit of the operand is one.
    Assert {
        /// What is said then.
        message: String,
    },
    /// `record.field`: a value kept from an earlier session.
    Held(HeldId),
    /// `random_scalar(curve)`, or `random_scalar(curve, count)`: uniform secret scalars from the randomness tape.
    RandomScalar {
        /// The curve.
        curve: CurveName,
        /// How many, for a vector: a number, or a parameter.
        count: Option<Bound>,
    },
    /// `coin(curve)`: a public scalar that nobody could foresee when the session was agreed.
    Coin(CurveName),
    /// `generator(curve)`: the generator of the curve's group.
    Generator(CurveName),
    /// `digest_scalar(curve, bytes)`: the leftmost 256 bits modulo the order, as ECDSA takes the hash of a message.
    DigestScalar(CurveName),
    /// Stops the session unless the first operand, a secret scalar, times the generator is the second, a public point.
    AssertPoint {
        /// What is said then.
        message: String,
    },
    /// `keep record.field = x`: for a later session, as shares if it is secret.
    Keep {
        /// The record.
        record: String,
        /// The field of the record.
        field: String,
        /// How a secret that any so many of the parties can use is shared; without it, all of them are needed.
        threshold: Option<Threshold>,
        /// Who alone keeps a secret, or one share of it.
        hand_over: Option<HandOver>,
    },
}

impl Operation {
    /// The definition that it uses.
    pub fn definition(&self) -> Option<DefinitionId> {
        match self {
            Self::Invoke(definition)
            | Self::Map { definition, .. }
            | Self::Fold { definition, .. }
            | Self::Repeat { definition, .. } => Some(*definition),
            _ => None,
        }
    }

    pub(super) fn definition_mut(&mut self) -> Option<&mut DefinitionId> {
        match self {
            Self::Invoke(definition)
            | Self::Map { definition, .. }
            | Self::Fold { definition, .. }
            | Self::Repeat { definition, .. } => Some(definition),
            _ => None,
        }
    }
}

/// How the members' values are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduction {
    /// Added.
    Sum,
    /// The least.
    Min,
    /// The greatest.
    Max,
}

impl Reduction {
    /// The names in the text form.
    pub const NAMES: [(&'static str, Self); 3] =
        [("sum_over", Self::Sum), ("min_over", Self::Min), ("max_over", Self::Max)];

    /// The name in the text form.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, r)| *r == self).map_or("", |(name, _)| name)
    }
}

/// The functions whose operands are values alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the table FUNCTIONS documents each")]
pub enum Function {
    Share,
    Not,
    Neg,
    Mul,
    Div,
    Add,
    Sub,
    And,
    Xor,
    Or,
    Lt,
    Le,
    Gt,
    Ge,
    Eq,
    Ne,
    Select,
    Min,
    Max,
    Abs,
    Sum,
    Dot,
    MatMul,
    Transpose,
    Lookup,
    ArgMin,
    ArgMax,
    PrefixSum,
    Sort,
    SortBy,
    CountBy,
    SumBy,
    MinBy,
    MaxBy,
    HistogramBy,
    WrappingAdd,
    WrappingSub,
    WrappingMul,
    ShiftLeft,
    ShiftRight,
    Popcount,
    Quotient,
    Remainder,
    Round,
    Root,
    Exp,
    Log,
    Sigmoid,
    Tanh,
    Open,
    OpenPoint,
    XCoordinate,
    EvenY,
    LowS,
    ChallengeBip340,
    ChallengeEd25519,
}

/// How a function is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// `name(a, b)`.
    Name,
    /// `-a`, `!a`.
    Prefix(&'static str),
    /// `a + b`; a higher number binds tighter.
    Infix(&'static str, u8),
}

/// How many operands a function takes.
pub type Arity = usize;

/// A function's row.
#[derive(Clone, Copy, Debug)]
pub struct FunctionRow {
    /// The function.
    pub function: Function,
    /// Its name.
    pub name: &'static str,
    /// How it is written.
    pub notation: Notation,
    /// Its number of operands.
    pub arity: Arity,
    /// What it does, in one sentence of the manual.
    pub doc: &'static str,
}

const fn row(
    function: Function,
    name: &'static str,
    notation: Notation,
    arity: Arity,
    doc: &'static str,
) -> FunctionRow {
    FunctionRow { function, name, notation, arity, doc }
}

use Notation::{Infix, Name, Prefix};

/// The table.
pub const FUNCTIONS: &[FunctionRow] = &[
    row(Function::Share, "share", Name, 1, "a private value, shared among all parties: from here on it is secret"),
    row(Function::Not, "not", Prefix("!"), 1, "the opposite bit"),
    row(Function::Neg, "neg", Prefix("-"), 1, "the negative"),
    row(Function::Mul, "mul", Infix("*", 6), 2, "the product; decimals add up, nothing is rounded"),
    row(
        Function::Div,
        "div",
        Infix("/", 6),
        2,
        "the exact quotient of public or revealed numbers; blank when dividing by zero",
    ),
    row(Function::Add, "add", Infix("+", 5), 2, "the sum"),
    row(Function::Sub, "sub", Infix("-", 5), 2, "the difference"),
    row(Function::And, "and", Infix("&", 4), 2, "both bits; of non-negative integers, bit by bit"),
    row(Function::Xor, "xor", Infix("^^", 3), 2, "one of the bits but not both; of non-negative integers, bit by bit"),
    row(Function::Or, "or", Infix("|", 2), 2, "either bit; of non-negative integers, bit by bit"),
    row(Function::Lt, "lt", Infix("<", 1), 2, "whether the first is less"),
    row(Function::Le, "le", Infix("<=", 1), 2, "whether the first is less or equal"),
    row(Function::Gt, "gt", Infix(">", 1), 2, "whether the first is greater"),
    row(Function::Ge, "ge", Infix(">=", 1), 2, "whether the first is greater or equal"),
    row(Function::Eq, "eq", Infix("==", 1), 2, "whether both are equal"),
    row(Function::Ne, "ne", Infix("!=", 1), 2, "whether they differ"),
    row(Function::Select, "select", Name, 3, "the second where the first, a bit, is one, else the third"),
    row(Function::Min, "min", Name, 2, "the lesser of the two"),
    row(Function::Max, "max", Name, 2, "the greater of the two"),
    row(Function::Abs, "abs", Name, 1, "the magnitude"),
    row(Function::Sum, "sum", Name, 1, "the sum along the last dimension"),
    row(
        Function::Dot,
        "dot",
        Name,
        2,
        "the product of a table and a column, or of two columns: products summed along the last dimension",
    ),
    row(
        Function::MatMul,
        "matmul",
        Name,
        2,
        "the product of two tables, the columns of the first being the rows of the second",
    ),
    row(Function::Transpose, "transpose", Name, 1, "the table whose rows are the columns of this one"),
    row(
        Function::Lookup,
        "lookup",
        Name,
        2,
        "lookup(table, index): the element of a column at each position of the index, from 0; nobody learns which",
    ),
    row(
        Function::ArgMin,
        "argmin",
        Name,
        1,
        "the position of the least number along the last dimension, from 0; the first of equal ones",
    ),
    row(
        Function::ArgMax,
        "argmax",
        Name,
        1,
        "the position of the greatest number along the last dimension, from 0; the first of equal ones",
    ),
    row(
        Function::PrefixSum,
        "prefix_sum",
        Name,
        1,
        "running sums along the last dimension: each element with all before it",
    ),
    row(Function::Sort, "sort", Name, 1, "the numbers along the last dimension in ascending order"),
    row(
        Function::SortBy,
        "sort_by",
        Name,
        2,
        "sort_by(key, x): x along the last dimension in the ascending order of the key beside it; equal keys keep their order",
    ),
    row(
        Function::CountBy,
        "count_by",
        Name,
        2,
        "count_by(group, groups): rows of each group; of private or secret columns",
    ),
    row(
        Function::SumBy,
        "sum_by",
        Name,
        3,
        "sum_by(group, x, groups): the sum of x in each group; of private or secret columns",
    ),
    row(
        Function::MinBy,
        "min_by",
        Name,
        3,
        "min_by(group, x, groups): the least x of each group, the top of x's range where there is none; private values only",
    ),
    row(
        Function::MaxBy,
        "max_by",
        Name,
        3,
        "max_by(group, x, groups): the greatest x of each group, the bottom of x's range where there is none; private values only",
    ),
    row(
        Function::HistogramBy,
        "histogram_by",
        Name,
        4,
        "histogram_by(group, x, edges, groups): rows of each group in each interval [edge, next edge), the last one closed; private values only",
    ),
    row(
        Function::WrappingAdd,
        "wrapping_add",
        Name,
        3,
        "wrapping_add(x, y, bits): the sum modulo 2^bits, from 0 to 2^bits - 1; whole numbers only",
    ),
    row(
        Function::WrappingSub,
        "wrapping_sub",
        Name,
        3,
        "wrapping_sub(x, y, bits): the difference modulo 2^bits, from 0 to 2^bits - 1; whole numbers only",
    ),
    row(
        Function::WrappingMul,
        "wrapping_mul",
        Name,
        3,
        "wrapping_mul(x, y, bits): the product modulo 2^bits, from 0 to 2^bits - 1; whole numbers only",
    ),
    row(
        Function::ShiftLeft,
        "shift_left",
        Name,
        2,
        "the first times two to the power of the second; whole numbers that are not negative",
    ),
    row(
        Function::ShiftRight,
        "shift_right",
        Name,
        2,
        "the first divided by two to the power of the second, rounded down; whole numbers that are not negative",
    ),
    row(Function::Popcount, "popcount", Name, 1, "how many bits are one; of whole numbers that are not negative"),
    row(
        Function::Quotient,
        "quotient",
        Name,
        2,
        "how often the second goes into the first, rounded towards zero to a whole number; the second is never zero",
    ),
    row(Function::Remainder, "remainder", Name, 2, "what the quotient leaves of the first; it has the first's sign"),
    row(
        Function::Round,
        "round",
        Name,
        2,
        "round(x, decimals): the nearest number with so many decimals, halves upwards",
    ),
    row(
        Function::Root,
        "root",
        Name,
        1,
        "the square root, rounded down to half of the decimals; of an even number of decimals, never negative",
    ),
    row(
        Function::Exp,
        "exp",
        Name,
        1,
        "exp(x) or exp(x, decimals): e to the power of x, less than a unit of the last decimal off",
    ),
    row(
        Function::Log,
        "log",
        Name,
        1,
        "log(x) or log(x, decimals): the natural logarithm, less than a unit of the last decimal off; x is positive",
    ),
    row(
        Function::Sigmoid,
        "sigmoid",
        Name,
        1,
        "sigmoid(x) or sigmoid(x, decimals): 1 / (1 + exp(-x)), less than a unit of the last decimal off",
    ),
    row(
        Function::Tanh,
        "tanh",
        Name,
        1,
        "tanh(x) or tanh(x, decimals): the hyperbolic tangent, less than a unit of the last decimal off",
    ),
    row(
        Function::Open,
        "open",
        Name,
        1,
        "a secret scalar, opened to all inside the protocol; what it tells is on the disclosure page",
    ),
    row(Function::OpenPoint, "open_point", Name, 1, "the public point x*G of a secret scalar x"),
    row(Function::XCoordinate, "x_coordinate", Name, 1, "the x-coordinate of a point, modulo the order"),
    row(
        Function::EvenY,
        "even_y",
        Name,
        1,
        "the public scalar, 1 or -1, whose product with the point has an even y-coordinate",
    ),
    row(
        Function::LowS,
        "low_s",
        Name,
        1,
        "the lesser of a public scalar and its negative, as ECDSA on secp256k1 wants it",
    ),
    row(
        Function::ChallengeBip340,
        "challenge_bip340",
        Name,
        3,
        "challenge_bip340(R, P, message): the challenge of a BIP340 signature with nonce R under the key P",
    ),
    row(
        Function::ChallengeEd25519,
        "challenge_ed25519",
        Name,
        3,
        "challenge_ed25519(R, A, message): the challenge of an Ed25519 signature with nonce R under the key A",
    ),
];

impl Function {
    /// The function's row of the table.
    pub fn row(self) -> &'static FunctionRow {
        // Every function has a row: a test below counts them.
        FUNCTIONS.iter().find(|row| row.function == self).unwrap_or(&FUNCTIONS[0])
    }

    /// Whether it works element by element, with scalars standing for vectors.
    pub fn is_elementwise(self) -> bool {
        !matches!(
            self,
            Self::Sum
                | Self::Dot
                | Self::MatMul
                | Self::Transpose
                | Self::Lookup
                | Self::ArgMin
                | Self::ArgMax
                | Self::PrefixSum
                | Self::Sort
                | Self::SortBy
                | Self::CountBy
                | Self::SumBy
                | Self::MinBy
                | Self::MaxBy
                | Self::HistogramBy
        ) && !self.is_of_curves()
    }

    /// Whether it is for scalars, points and bytes alone.
    pub fn is_of_curves(self) -> bool {
        matches!(
            self,
            Self::Open
                | Self::OpenPoint
                | Self::XCoordinate
                | Self::EvenY
                | Self::LowS
                | Self::ChallengeBip340
                | Self::ChallengeEd25519
        )
    }

    /// Whether it is approximated to a number of decimals, which can be written as one operand more; else the result has as
    /// many as the operand.
    pub fn is_approximate(self) -> bool {
        matches!(self, Self::Exp | Self::Log | Self::Sigmoid | Self::Tanh)
    }

    /// Whether it takes so many operands.
    pub fn takes(self, operands: usize) -> bool {
        let arity = self.row().arity;
        operands == arity || self.is_approximate() && operands == arity + 1
    }

    /// Whether it works on bits of whole numbers that are not negative.
    pub fn is_bitwise(self) -> bool {
        matches!(self, Self::And | Self::Or | Self::Xor | Self::ShiftLeft | Self::ShiftRight | Self::Popcount)
    }

    /// Whether it works modulo a power of two, which its last operand says.
    pub fn is_wrapping(self) -> bool {
        matches!(self, Self::WrappingAdd | Self::WrappingSub | Self::WrappingMul)
    }

    /// Whether it compares.
    pub fn is_comparison(self) -> bool {
        matches!(self, Self::Lt | Self::Le | Self::Gt | Self::Ge | Self::Eq | Self::Ne)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_has_its_own_row() {
        for row in FUNCTIONS {
            assert_eq!(row.function.row().name, row.name);
            assert!(!row.doc.is_empty());
        }
        assert_eq!(FUNCTIONS.len(), Function::ChallengeEd25519 as usize + 1);
    }
}
