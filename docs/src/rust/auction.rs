//! The auction of the first chapter, written in Rust.

use quorate_circuits::build::{Everybody, ProgramBuilder, Secret, fixed};
use quorate_circuits::program::{Diagnostic, Program};

// ANCHOR: auction
pub fn auction() -> Result<Program, Diagnostic> {
    let p = ProgramBuilder::new("auction");
    let [a, b, c]: [Secret; 3] = [("ann", "a"), ("ben", "b"), ("cleo", "c")].map(|(role, name)| {
        let bidder = p.role(role);
        p.input(&bidder, "bid", fixed(2).range(0..=1_000_000)).share().named(name)
    });
    p.reveal("price", a.min(&b).max(a.max(&b).min(&c)), Everybody);
    p.reveal("ann_wins", a.at_least(&b) & a.at_least(&c), Everybody);
    p.reveal("ben_wins", b.greater_than(&a) & b.at_least(&c), Everybody);
    p.finish()
}
// ANCHOR_END: auction
