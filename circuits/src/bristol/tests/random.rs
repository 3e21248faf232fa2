//! Random files, and an interpreter of their text that shares nothing with the reader.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::{Format, Gate, Netlist, Statistics};
use super::{read, words};

/// A gate before its operands are known: they are taken modulo the wires that exist by then.
type Draft = (u8, [u32; 4]);

fn drafts() -> impl Strategy<Value = Vec<Draft>> {
    prop::collection::vec((any::<u8>(), any::<[u32; 4]>()), 0..60)
}

/// A well-formed file of Bristol Fashion.
pub(super) fn fashion() -> impl Strategy<Value = String> {
    (prop::collection::vec(0..4u32, 0..4), drafts(), any::<u64>(), prop::collection::vec(0..4u32, 0..4)).prop_map(
        |(inputs, drafts, order, outputs)| {
            let (lines, wires) = gates(inputs.iter().sum(), &drafts, order, Format::Fashion);
            // No more outputs than there are wires.
            let mut left = wires;
            let fitting = outputs.into_iter().map(|width: u32| {
                let width = width.min(left);
                left -= width;
                width
            });
            let outputs: Vec<u32> = fitting.collect();
            let list = |widths: &[u32]| widths.iter().map(|width| format!(" {width}")).collect::<String>();
            let header = format!(
                "{} {wires}\n{}{}\n{}{}\n",
                lines.len(),
                inputs.len(),
                list(&inputs),
                outputs.len(),
                list(&outputs)
            );
            header + "\n" + &lines.concat()
        },
    )
}

/// A well-formed file of the older format.
pub(super) fn bristol() -> impl Strategy<Value = String> {
    (0..5u32, 0..5u32, drafts(), any::<u64>(), 0..5u32).prop_map(|(left, right, drafts, order, outputs)| {
        let (lines, wires) = gates(left + right, &drafts, order, Format::Bristol);
        let header = format!("{} {wires}\n{left} {right}   {}\n\n", lines.len(), outputs.min(wires));
        header + &lines.concat()
    })
}

/// Either.
pub(super) fn file() -> impl Strategy<Value = String> {
    prop_oneof![fashion(), bristol()]
}

/// The lines of the gates, whose outputs are numbered in some order, and the number of wires.
fn gates(inputs: u32, drafts: &[Draft], order: u64, format: Format) -> (Vec<String>, u32) {
    let mut defined: Vec<u32> = (0..inputs).collect();
    let mut next = inputs;
    let mut shapes = Vec::new();
    for &(kind, seeds) in drafts {
        let operand = |seed: u32| defined[seed as usize % defined.len()];
        let kinds = if format == Format::Fashion { 7 } else { 4 };
        let (operands, outputs, name) = match kind % kinds {
            4 => (vec![seeds[0] % 2], 1, "EQ"),
            // Without inputs, the first gate must be a constant.
            _ if defined.is_empty() => continue,
            0 => (vec![operand(seeds[0]), operand(seeds[1])], 1, "XOR"),
            1 => (vec![operand(seeds[0]), operand(seeds[1])], 1, "AND"),
            2 => (vec![operand(seeds[0])], 1, "INV"),
            3 => (vec![operand(seeds[0])], 1, "NOT"),
            5 => (vec![operand(seeds[0])], 1, "EQW"),
            _ => (seeds.map(operand).to_vec(), 2, "MAND"),
        };
        let outputs: Vec<u32> = (next..next + outputs).collect();
        next += outputs.len() as u32;
        defined.extend(&outputs);
        shapes.push((operands, outputs, name));
    }
    // An order of the wires that gates drive; the constants of EQ are no wires.
    let driven = next - inputs;
    let step = (1..).map(|i| order as u32 % 1000 + i).find(|&step| coprime(step, driven.max(1))).unwrap_or(1);
    let number = |wire: &u32| match wire.checked_sub(inputs) {
        None => *wire,
        Some(place) => inputs + (u64::from(place) * u64::from(step) % u64::from(driven)) as u32,
    };
    let lines = shapes.iter().map(|(operands, outputs, name)| {
        let numbers: Vec<String> = operands
            .iter()
            .map(|wire| if *name == "EQ" { *wire } else { number(wire) })
            .chain(outputs.iter().map(number))
            .map(|number| number.to_string())
            .collect();
        format!("{} {} {} {name}\n", operands.len(), outputs.len(), numbers.join(" "))
    });
    (lines.collect(), next)
}

fn coprime(a: u32, b: u32) -> bool {
    if b == 0 { a == 1 } else { coprime(b, a % b) }
}

/// What a file computes on words of 64 instances, from its text alone.
pub(super) fn interpret(text: &str, inputs: &[u64]) -> Vec<u64> {
    let lines = words(text);
    let number = |word: &str| word.parse::<usize>().expect("a number");
    let is_gate = |line: &Vec<&str>| line.last().is_some_and(|word| word.starts_with(char::is_alphabetic));
    let header: Vec<&Vec<&str>> = lines.iter().take_while(|line| !is_gate(line)).collect();
    let total = number(header[0][1]);
    let outputs: usize = match header.len() {
        3 => header[2][1..].iter().map(|word| number(word)).sum(),
        _ => number(header[1][2]),
    };
    let mut wires: BTreeMap<usize, u64> = inputs.iter().copied().enumerate().collect();
    for line in lines.iter().filter(|line| is_gate(line)) {
        let numbers: Vec<usize> = line[..line.len() - 1].iter().map(|word| number(word)).collect();
        let last = numbers[numbers.len() - 1];
        match line[line.len() - 1] {
            "XOR" => _ = wires.insert(last, wires[&numbers[2]] ^ wires[&numbers[3]]),
            "AND" => _ = wires.insert(last, wires[&numbers[2]] & wires[&numbers[3]]),
            "INV" | "NOT" => _ = wires.insert(last, !wires[&numbers[2]]),
            "EQW" => _ = wires.insert(last, wires[&numbers[2]]),
            "EQ" => _ = wires.insert(last, if numbers[2] == 1 { u64::MAX } else { 0 }),
            "MAND" => {
                for i in 2..2 + numbers[1] {
                    wires.insert(numbers[i + 2 * numbers[1]], wires[&numbers[i]] & wires[&numbers[i + numbers[1]]]);
                }
            }
            name => panic!("{name}"),
        }
    }
    (total - outputs..total).map(|wire| wires[&wire]).collect()
}

fn instances(netlist: &Netlist, seed: u64) -> Vec<u64> {
    (1..=netlist.header().input_wires() as u64)
        .map(|i| (seed | 1).wrapping_mul(i.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
        .collect()
}

proptest! {
    #[test]
    fn files_print_back_to_themselves(text in file()) {
        let printed = read(&text).to_string();
        prop_assert_eq!(words(&printed), words(&text));
        let mut written = Vec::new();
        read(&text).write(&mut written).expect("memory takes all");
        prop_assert_eq!(written, printed.into_bytes());
    }

    #[test]
    fn white_space_and_capitals_do_not_matter(text in file()) {
        let windows = text.replace('\n', " \t\r\n \r\n").to_ascii_lowercase();
        prop_assert_eq!(read(&windows), read(&text));
        prop_assert_eq!(read(text.trim_end()), read(&text));
        prop_assert_eq!(read(&format!("\u{feff}\n{text}\n\n")), read(&text));
    }

    #[test]
    fn the_circuit_computes_what_the_text_says(text in file(), seed: u64) {
        let netlist = read(&text);
        let inputs = instances(&netlist, seed);
        let circuit = netlist.circuit();
        prop_assert_eq!(circuit.evaluate(&inputs), interpret(&text, &inputs));
        prop_assert_eq!(circuit.input_widths(), netlist.header().input_widths());
        prop_assert_eq!(circuit.output_widths(), netlist.header().output_widths());
    }

    #[test]
    fn statistics_bound_the_simplified_circuit(text in file()) {
        let netlist = read(&text);
        let (statistics, circuit) = (Statistics::of(&netlist), netlist.circuit());
        prop_assert_eq!(statistics.kinds().map(|(_, count)| count).sum::<usize>(), netlist.gates().len());
        for (kind, count) in statistics.kinds() {
            let name = kind.name();
            prop_assert_eq!(words(&text).iter().filter(|line| line.last() == Some(&name)).count(), count);
        }
        prop_assert!(circuit.and_gates() <= statistics.and_gates);
        prop_assert!(circuit.and_depth() <= statistics.and_depth);
        prop_assert_eq!(statistics.and_gates, netlist.gates().iter().map(Gate::ands).sum::<usize>());
    }

    #[test]
    fn simplified_circuits_become_files_of_the_same_function(text in file(), seed: u64) {
        let netlist = read(&text);
        let circuit = netlist.circuit();
        for format in [Format::Fashion, Format::Bristol] {
            let Ok(exported) = Netlist::of_circuit(&circuit, format) else {
                // What the older format cannot say.
                prop_assert_eq!(format, Format::Bristol);
                continue;
            };
            prop_assert_eq!(exported.format(), format);
            let printed = exported.to_string();
            prop_assert_eq!(&read(&printed), &exported);
            let inputs = instances(&netlist, seed);
            prop_assert_eq!(interpret(&printed, &inputs), interpret(&text, &inputs));
            prop_assert_eq!(Statistics::of(&exported).and_gates, circuit.and_gates());
        }
    }
}
