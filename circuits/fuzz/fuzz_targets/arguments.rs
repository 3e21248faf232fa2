//! Any text as the value of a parameter of the library's programs: bound or refused, never a panic.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use quorate_circuits::bind::{Arguments, BoundProgram};
use quorate_circuits::library;

fuzz_target!(|input: (u8, u8, &str)| {
    let (program, parameter, text) = input;
    let programs: Vec<_> = library::all().collect();
    let entry = programs[program as usize % programs.len()];
    let program = Arc::new(entry.program().expect("library programs parse"));
    let mut arguments = Arguments::greatest(&program).with_least_sizes(&program);
    let parameters = program.parameters();
    if !parameters.is_empty() {
        let name = parameters[parameter as usize % parameters.len()].name.clone();
        arguments.parameters.insert(name, text.to_owned());
    }
    let _ = BoundProgram::new(&program, &arguments);
});
