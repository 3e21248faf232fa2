//! Circuits of the library and of files under every protocol that computes on bits with a dishonest majority, with two,
//! three and five parties: all learn what the clear evaluation gives, and `explain` says what the channels count.

use std::path::Path;
use std::sync::Arc;

use quorate_circuits::bind::BoundProgram;
use quorate_circuits::boolean::{Bits, Builder, Circuit, Wire};
use quorate_circuits::bristol::Netlist;
use quorate_circuits::clear::Inputs;
use quorate_circuits::gadgets::{self, catalogue};
use quorate_circuits::program::CircuitSource;
use quorate_circuits::text::{Library, Sources, parse_with};
use quorate_engine::crypto::Random;
use quorate_engine::protocol::ProtocolName::{self, Additive, AuthenticatedGarbling, Yao};
use quorate_testkit::conformance::agrees;
use quorate_testkit::{Case, Cluster, read_arguments};

/// Protocols and numbers of parties. Either garbling of `yao` is tried; under `additive` this is the protocol of Goldreich,
/// Micali and Wigderson.
const UNDER: [(ProtocolName, &[usize]); 3] = [(Yao, &[2]), (AuthenticatedGarbling, &[2, 3, 5]), (Additive, &[2, 3, 5])];

/// A circuit whatever it is called.
struct Only(CircuitSource);

impl Sources for Only {
    fn include(&self, name: &str) -> Result<String, String> {
        Library.include(name)
    }

    fn circuit(&self, _: &str) -> Result<CircuitSource, String> {
        Ok(self.0.clone())
    }
}

/// Bits of a name's own stream.
fn drawn(seed: &str, count: usize) -> Vec<u128> {
    let mut key = [0; 32];
    seed.bytes().enumerate().for_each(|(i, byte)| key[i % 32] ^= byte.rotate_left(i as u32 / 32));
    let mut bytes = vec![0; count];
    Random::dangerous_from_seed(key).fill_bytes(&mut bytes);
    bytes.iter().map(|byte| u128::from(byte & 1)).collect()
}

/// A program that maps a circuit over so many instances; the parties own its inputs in turn, and all learn all outputs.
fn calling(name: &str, source: &CircuitSource, parties: usize, instances: usize) -> Cluster {
    let mut text = "program circuit-everywhere\n".to_owned();
    (1..=parties).for_each(|party| text += &format!("role party_{party}\n"));
    let (mut names, mut shares, mut inputs) = (Vec::new(), Vec::new(), Inputs::new());
    for (input, width) in source.input_widths().iter().enumerate() {
        let column = format!("party_{}.input_{}", input % parties + 1, input + 1);
        text += &format!("input {column}[{instances}, {width}]: bit\n");
        names.push(format!("x{input}"));
        shares.push(format!("each share({column})"));
        inputs.insert(column.clone(), drawn(&format!("{name} {column}"), instances * width));
    }
    text += "circuit evaluated = \"it\"\n";
    text += &format!("function instance({}) = evaluated({})\n", names.join(", "), names.join(", "));
    text += &format!("reveal outputs = map instance({}) to all\n", shares.join(", "));
    let program = parse_with(&text, &Only(source.clone())).unwrap_or_else(|e| panic!("{}", e.render(name, &text)));
    let arguments = read_arguments(&program, "");
    let bound = BoundProgram::new(&Arc::new(program), &arguments).unwrap_or_else(|e| panic!("{name}: {e}"));
    Cluster::new(Case { name: format!("{name} x {instances}"), program: Arc::new(bound), inputs })
}

/// Under all protocols.
fn check(name: &str, source: &CircuitSource, instances: usize) {
    for (protocol, parties) in UNDER {
        for parties in parties {
            agrees(&calling(name, source, *parties, instances).protocol(protocol));
        }
    }
}

fn gadget(name: &str) -> CircuitSource {
    CircuitSource::gadget(gadgets::find(name).unwrap_or_else(|| panic!("no gadget {name}")))
}

#[test]
fn ciphers_and_hashes() {
    ["aes-128", "sha-256-of-32-bytes"].into_iter().for_each(|name| check(name, &gadget(name), 1));
}

#[test]
fn floating_point_of_64_bits() {
    let names: Vec<&str> = catalogue().map(|gadget| gadget.name).filter(|name| name.starts_with("f64-")).collect();
    assert!(names.len() > 20, "{names:?}");
    for name in names {
        let source = gadget(name);
        let large = source.circuit(quorate_circuits::boolean::Shape::FewAnds).and_gates() > 1000;
        check(name, &source, if large { 1 } else { 2 });
    }
}

/// Every file of the data sets.
#[test]
fn files() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../datasets/circuits");
    let mut found = 0;
    for entry in std::fs::read_dir(&folder).expect("the folder of circuits") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        let is_licence = name.starts_with("LICENSE");
        if path.extension().is_none_or(|extension| extension != "txt") || is_licence {
            continue;
        }
        let text = std::fs::read(&path).expect("a file");
        let netlist = Netlist::read(text.as_slice()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let instances = if netlist.gates().len() > 10_000 { 1 } else { 3 };
        check(&name, &CircuitSource::imported(netlist.circuit()), instances);
        found += 1;
    }
    assert!(found >= 2, "{found} circuits in {}", folder.display());
}

/// Outputs that no gate makes: constants, inputs, their negations, one wire twice; and inputs that nothing reads.
fn edges() -> [(&'static str, Circuit); 4] {
    let bits = |wires: &[Wire]| wires.iter().copied().collect::<Bits>();
    let (builder, _) = Builder::new(&[3, 2]);
    let constants = builder.finish(vec![bits(&[Wire::TRUE, Wire::FALSE, Wire::TRUE])]);
    let (builder, inputs) = Builder::new(&[2, 2, 1]);
    let wires = [inputs[0].wires(), inputs[1].wires(), inputs[0].wires()].concat();
    let moved = builder.finish(vec![bits(&wires)]);
    let (mut builder, inputs) = Builder::new(&[1, 1]);
    let (x, y) = (inputs[0][0], inputs[1][0]);
    let negated = builder.not(x);
    let product = builder.and(x, y);
    let mixed = builder.finish(vec![bits(&[negated, x, Wire::TRUE, product, product])]);
    let (mut builder, inputs) = Builder::new(&[200]);
    let first = builder.and(inputs[0][0], inputs[0][199]);
    let alone = builder.finish(vec![bits(&[first])]);
    [("constants", constants), ("moved inputs", moved), ("mixed", mixed), ("one input", alone)]
}

#[test]
fn outputs_that_no_gate_makes() {
    for (name, circuit) in edges() {
        let source = CircuitSource::imported(circuit);
        check(name, &source, 70);
    }
}

/// The language has no call without a value: a circuit of a file that has no inputs gets one that nobody reads, as the one of
/// constants has above.
#[test]
fn a_circuit_is_called_with_a_value() {
    let (builder, _) = Builder::new(&[]);
    let source = CircuitSource::imported(builder.finish(vec![[Wire::TRUE, Wire::FALSE].into_iter().collect()]));
    let text = "program nothing\nrole a\nrole b\ninput a.x[2]: bit\ncircuit evaluated = \"it\"\n\
                reveal shown = evaluated() to all\n";
    let error = parse_with(text, &Only(source)).expect_err("nothing is no value");
    assert!(error.render("nothing", text).contains("expected a value"), "{}", error.render("nothing", text));
}
