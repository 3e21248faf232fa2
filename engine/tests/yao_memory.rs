//! Tables stream: ten million AND gates, 320 MB of tables, pass through two parties in a few megabytes.
#![cfg(target_os = "linux")]

mod yao_parties;

use quorate_circuits::boolean::{Builder, Shape, integer};
use yao_parties::{Calling, play};

/// A figure of this process in kibibytes.
fn kibibytes(name: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux has it");
    let line = status.lines().find(|line| line.starts_with(name)).expect("a figure of this name");
    line.split_whitespace().nth(1).and_then(|figure| figure.parse().ok()).expect("a number")
}

#[test]
fn ten_million_gates_need_a_few_megabytes() {
    let (mut builder, inputs) = Builder::new(&[64, 64]);
    let product = integer::multiply(&mut builder, &inputs[0], &inputs[1], Shape::FewAnds);
    let circuit = builder.finish(vec![product]);
    let instances = 10_000_000 / circuit.and_gates() + 1;
    let calling = Calling::new(circuit, instances, 7);
    let expected = calling.expected();
    let before = kibibytes("VmRSS");
    let [garbler, evaluator] = play(&calling);
    // Both parties: labels of inputs and outputs, 192 of 16 bytes for each of some 5,000 instances; correlated OTs; a
    // queue of eight frames; a tile and its tables.
    let grown = kibibytes("VmHWM") - before;
    assert_eq!(garbler[0].as_ref(), Some(&expected[0]));
    assert_eq!(garbler, evaluator);
    assert!(grown < 64 << 10, "{grown} KiB");
}
