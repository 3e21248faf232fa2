//! Filetests: programs that say in comments what is expected of them.
//!
//! A filetest is a program (`*.qp`) with *expectations*, comments that begin with `#:`. To the language they are
//! comments; here they are statements, and what is not understood is an error with its line and column. A comment
//! that looks like an expectation but lacks the colon (`# run: …`) is an error too: no expectation is skipped
//! silently.
//!
//! ```text
//! #: run: alice.wealth = 5, bob.wealth = 7 -> alice_richer = false, bob_richer = true
//! #: run with groups = 2: a.value = [1.50, 2], a.group = [0, 1] -> mean = [1.5, blank], table = [[1, 2], [3, 4]]
//! #: run drawing 3, 5: a.x = 1 -> ticket = 3
//! #: fails: alice.wealth = -1 -> "must lie in 0..=18446744073709551615"
//! #: explain under yao: and_gates = 128, multiplications = 0, rounds = 6
//! #: explain with parties = 3: reveals total to all; party_1.budget solvable by party_2, party_3; no lints
//! #: error at 4:9: "a private value meets a secret one"
//! ```
//!
//! The grammar, one expectation a line; a line that ends in `,` `;` `:` `->` or inside brackets goes on in the next
//! line, which begins with `#:` too:
//!
//! ```text
//! expectation = "run"     clauses ":" [assignments] "->" assignments
//!             | "fails"   clauses ":" [assignments] "->" text
//!             | "explain" clauses ":" figure {"," figure}              with `under`: what it costs
//!             | "explain" clauses ":" remark {";" remark}              without: what it discloses
//!             | "error"   clauses ":" text
//! clauses     = ["with" setting {"," setting}] ["under" protocol] ["drawing" value {"," value}] ["at" line ":" column]
//! setting     = name ["[" member "]"] "=" (item | "[" item {"," item} "]")
//! assignments = place "=" value {"," place "=" value}
//! place       = name ["." name ["." name]]                               an output, an input, a column of a table
//! value       = number ["/" number] | "true" | "false" | "blank" | "[" [value {"," value}] "]"
//! figure      = ("and_gates" | "multiplications" | "rounds" | "bytes" | "online_rounds" | "online_bytes") "=" number
//! remark      = "reveals" name "to" roles | "reveals" "nothing" "else" | "sizes" ("none" | name {"," name})
//!             | place "solvable" "by" roles | "lint" text | "no" "lint" text | "no" "lints"
//! roles       = "all" | "nobody" | name {"," name}
//! ```
//!
//! **run** executes the program in the clear and under every protocol that is for as many parties as the program has
//! roles (`under` names one of them, or `clear`). The named outputs must be exactly these numbers; all other outputs,
//! and who learns which, must be as in the clear. Sizes are measured from the inputs and members of families counted
//! by the inputs' names; what does not follow from them is given after `with`. A program that draws random numbers
//! must keep its promise whatever is drawn; `drawing` gives the randomness tape, and runs in the clear alone.
//!
//! **fails** means that the run stops, with a message that contains the text: an input refused, an assert that does
//! not hold.
//!
//! **explain** compares figures of the planner, exact to the byte, or the program's disclosure. Sizes that are not
//! given are the least that the program allows. Of a program on curves, which holds and draws scalars, this is all that
//! is tried; its bytes and scalars are zeros.
//!
//! **error** means that the program is refused, by the parser or because it could overflow; after `with`, that the
//! program is well formed and these arguments are refused.

mod arguments;
mod bless;
mod check;
mod compare;
mod directive;
mod expect;
mod lex;
mod protocols;
mod remark;
mod value;

pub use bless::blessed;
pub use check::{Checked, Correction, Miss, check};
pub use directive::{Assignment, Expectation, Expected, Figure, Setting};
pub use expect::parse;
pub use protocols::{Figures, InTheClear, Learned, Protocols};
pub use remark::{Remark, Roles};
pub use value::{Scalar, Value};

#[cfg(test)]
mod tests;
