//! The text form: a language to read, write, review and hash.
//!
//! ```text
//! # Who is richer? Both learn the answer, neither learns the other's wealth.
//! program millionaires
//! role alice
//! role bob
//! input alice.wealth: u64
//! input bob.wealth: u64
//! reveal alice_richer = share(alice.wealth) > share(bob.wealth) to all
//! reveal bob_richer = share(bob.wealth) > share(alice.wealth) to all
//! ```
//!
//! [`print()`] writes the canonical form and `parse(&print(&p)) == Ok(p)`. The digest of a program is the hash
//! of that form ([`crate::digest`]): spacing, comments and the numbers bound to sizes are no part of it.

mod curve;
mod declaration;
mod expression;
mod function;
mod lex;
mod names;
mod parse;
mod print;
mod print_body;
mod sources;
mod structure;

pub(crate) use expression::function_names;
pub(crate) use lex::quoted;
pub use parse::{LONGEST_SOURCE, parse, parse_with};
pub(crate) use print::dimension;
pub use print::print;
pub use sources::{Library, Sources};

#[cfg(test)]
mod tests;
