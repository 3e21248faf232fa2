//! The language of Quorate: programs as data.
//!
//! A computation between parties who do not trust each other is written once, as a [`program::Program`]: a
//! typed, straight-line, vectorised description of what is input by whom, what is computed and what is
//! revealed to whom. Here it is parsed and printed ([`text`]), hashed ([`digest`]), built in Rust ([`build`]),
//! given numbers for its sizes and checked for overflow ([`bind`]), read for what it discloses
//! ([`disclosure`]), run in the clear ([`clear`], the only definition of what it means) and lowered to gates
//! ([`boolean`], [`lower`]).
//!
//! The groups of threshold keys are public mathematics ([`curve`]).
//!
//! What this crate never does: protocols, I/O, randomness, threads.
#![forbid(unsafe_code)]

pub mod access;
pub mod bind;
pub mod boolean;
pub mod bristol;
pub mod build;
pub mod clear;
pub mod curve;
pub mod digest;
pub mod disclosure;
pub mod filetest;
pub mod gadgets;
pub mod library;
pub mod lower;
pub mod number;
pub mod program;
pub mod text;
