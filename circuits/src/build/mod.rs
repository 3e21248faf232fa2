//! The embedded language: programs written in Rust, with operators.
//!
//! A [`ProgramBuilder`] hands out handles to values; operators and methods on them write the program down. What
//! [`ProgramBuilder::finish`] returns is the same [`Program`] that [`crate::text::parse`] makes of the text form:
//! same checks, same canonical order, same digest.
//!
//! ```
//! use quorate_circuits::build::{Everybody, ProgramBuilder, U64};
//!
//! let p = ProgramBuilder::new("millionaires");
//! let (alice, bob) = (p.role("alice"), p.role("bob"));
//! let alice_wealth = p.input(&alice, "wealth", U64).share();
//! let bob_wealth = p.input(&bob, "wealth", U64).share();
//! p.reveal("alice_richer", alice_wealth.greater_than(&bob_wealth), Everybody);
//! p.reveal("bob_richer", bob_wealth.greater_than(&alice_wealth), Everybody);
//! let program = p.finish()?;
//!
//! print!("{}", quorate_circuits::text::print(&program));
//! # Ok::<(), quorate_circuits::program::Diagnostic>(())
//! ```
//!
//! Who knows a value is part of its type: [`Private`], [`Secret`], [`Public`]. So is what it is: [`Bit`],
//! [`Number`], [`Quotient`]. A private value does not meet a secret one before it is shared:
//!
//! ```compile_fail,E0277
//! # use quorate_circuits::build::{ProgramBuilder, U64};
//! # let p = ProgramBuilder::new("p");
//! # let (a, b) = (p.role("a"), p.role("b"));
//! let x = p.input(&a, "x", U64);
//! let y = p.input(&b, "y", U64).share();
//! let sum = x + y; // error: a private value meets a secret one; share it first
//! ```
//!
//! A secret has no `==` and no `<`, and nothing branches on it; [`Value::equals`] and [`Value::less_than`] give a
//! secret bit, [`Value::select`] chooses by one:
//!
//! ```compile_fail,E0369
//! # use quorate_circuits::build::{ProgramBuilder, U64};
//! # let p = ProgramBuilder::new("p");
//! # let a = p.role("a");
//! let x = p.input(&a, "x", U64).share();
//! if x == x {} // error: the trait `WriteEqualsInstead` must be implemented
//! ```
//!
//! ```compile_fail,E0277
//! # use quorate_circuits::build::{ProgramBuilder, U64};
//! # let p = ProgramBuilder::new("p");
//! # let a = p.role("a");
//! let x = p.input(&a, "x", U64).share();
//! println!("{x}"); // error: `WriteRevealInstead` is not implemented
//! ```
//!
//! What is done many times is a [`Function`]; it is written once however often it is used:
//!
//! ```
//! use quorate_circuits::build::{ProgramBuilder, Secret, U64, each};
//!
//! let p = ProgramBuilder::new("total-of-rows");
//! let (owner, other) = (p.role("owner"), p.role("other"));
//! let rows = p.size("rows", 2..=1_000_000);
//! let x = p.column(&owner, "x", &rows, U64).share();
//! let y = p.column(&other, "y", &rows, U64).share();
//! let larger = p.function("larger", ["x", "y"], |(x, y): (Secret, Secret)| x.greater_than(&y).select(&x, &y));
//! p.reveal("greatest", larger.fold(larger.map((each(&x), each(&y)))), [&owner, &other]);
//! assert!(quorate_circuits::text::print(&p.finish()?).contains("fold associative larger(each map larger(each"));
//! # Ok::<(), quorate_circuits::program::Diagnostic>(())
//! ```
//!
//! Only what is revealed is divided, and only what is secret is revealed:
//!
//! ```compile_fail,E0277
//! # use quorate_circuits::build::{ProgramBuilder, U64};
//! # let p = ProgramBuilder::new("p");
//! # let a = p.role("a");
//! let x = p.input(&a, "x", U64).share();
//! let half = x / 2; // error: reveal it first
//! ```
//!
//! What types cannot say (shapes, whose private value it is, names declared twice) is checked by `finish`; its
//! [`Diagnostic`] names line and column of the Rust call. Integer operands are `i128` constants, so literals need
//! no suffix; decimal ones are written [`decimal`]`("0.25")`. A value that no statement needs leaves no trace in
//! the program, and [`Value::named`] gives a value the name that a `let` would give it.

mod bits;
mod columns;
mod constant;
mod declare;
mod element;
mod forbidden;
mod function;
mod kind;
mod operand;
mod operator;
mod real;
mod receivers;
mod shared;
mod statement;
mod value;
mod visibility;
mod whole;

use crate::program::{Diagnostic, Operation, Program};

pub use bits::Circuit;
pub use constant::{Decimal, decimal};
pub use declare::{Family, Length, ListParameter, NumberParameter, Owner, Role, RoleSet, Size, TotalSize};
pub use element::{
    BIT, Bound, Element, I8, I16, I32, I64, I128, Interval, U8, U16, U32, U64, U128, between, fixed, until,
};
pub use forbidden::{WriteEqualsInstead, WriteLessThanInstead, WriteRevealInstead};
pub use function::{Each, Function, Operands, Parameters, Returned, each};
pub use kind::{Arithmetic, Bit, Bitwise, Choice, Exact, Kind, Number, Quotient};
pub use operand::Operand;
pub use receivers::{Everybody, Recipients};
pub use value::{Private, Public, Secret, Selected, Value};
pub use visibility::{Disclosable, InPlain, Joined, Known, Meets, Owned, Revealed, Shared, Visibility};

use shared::{SharedDraft, here};

/// A program while it is written.
#[derive(Debug)]
pub struct ProgramBuilder {
    draft: SharedDraft,
}

impl ProgramBuilder {
    /// Begins a program.
    #[track_caller]
    pub fn new(name: &str) -> Self {
        let draft = SharedDraft::default();
        draft.edit(|draft| (draft.name, draft.name_span) = (name.to_owned(), here()));
        Self { draft }
    }

    /// A public constant, as a handle. Where it is an operand, a plain integer or [`decimal`] does as well.
    #[track_caller]
    pub fn constant(&self, value: impl Into<Decimal>) -> Public<Number> {
        let span = here();
        let literal = value.into().literal(&self.draft, span);
        Value::made(&self.draft, Operation::Literal(literal), vec![], span)
    }

    /// A secret number of `bits` uniform bits, an entry of the randomness tape.
    #[track_caller]
    pub fn random_bits(&self, bits: u32) -> Secret<Number> {
        Value::made(&self.draft, Operation::Random { bits }, vec![], here())
    }

    /// The program, checked.
    ///
    /// # Errors
    /// The first thing that is wrong, at the Rust call that wrote it.
    pub fn finish(self) -> Result<Program, Diagnostic> {
        self.draft.finish()
    }
}
