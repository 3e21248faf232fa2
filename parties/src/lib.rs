//! The party runtime of Quorate: from a command line and local files to a joint result.
//!
//! [`cli`] reads the command line; [`program`], [`sources`], [`roles`] and [`inputs`] turn what it names into a bound program with
//! its numbers; [`explain`] says what a run would disclose and cost; [`local`] runs all parties in one process, [`processes`] each in its own and measures them,
//! [`filetest`] tries what programs promise, [`run`] runs one party and [`demo`] starts several; [`circuit`] is about
//! gate-level circuits by themselves and [`picture`] draws programs; [`identity`], [`link`] and [`session`] bring
//! parties together, [`keys`] keeps what they sign with, [`prepared`] what was computed ahead of runs, [`backup`] gives shares to guardians, [`serve`] answers for a
//! party while nobody is there, [`receipt`] records what they signed; [`output`] says the result and [`exit`] how it ended.
//!
//! This crate knows no protocol, but for how long its parts take here: it hands a plan, inputs and links to the engine.
#![forbid(unsafe_code)]

pub mod approval;
pub mod audit;
pub mod backup;
pub mod ceremony;
pub mod circuit;
pub mod cli;
pub mod demo;
pub mod exit;
pub mod explain;
pub mod filetest;
pub mod identity;
pub mod inputs;
pub mod keys;
pub mod link;
pub mod local;
pub mod output;
pub mod picture;
pub mod policy;
pub mod prepared;
pub mod processes;
pub mod program;
pub mod receipt;
pub mod request;
pub mod roles;
pub mod run;
pub mod serve;
pub mod session;
pub mod sources;
pub mod usage;
