//! Any bytes as a program text: an error with a place in it, or a program that prints back to itself and that
//! can be bound or is refused.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use quorate_circuits::bind::{Arguments, BoundProgram};
use quorate_circuits::text::{parse, print};

fuzz_target!(|bytes: &[u8]| {
    let Ok(source) = std::str::from_utf8(bytes) else { return };
    match parse(source) {
        Ok(program) => {
            assert_eq!(parse(&print(&program)).as_ref(), Ok(&program));
            let program = Arc::new(program);
            if BoundProgram::check_greatest(&program).is_ok() {
                // What fits the greatest sizes fits the least ones.
                let least = Arguments::greatest(&program).with_least_sizes(&program);
                let _ = BoundProgram::new(&program, &least);
            }
        }
        Err(error) => {
            let _ = error.render("fuzz", source);
        }
    }
});
