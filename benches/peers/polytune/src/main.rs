//! Prints what authenticated garbling by polytune takes: `peers-polytune CIRCUIT INSTANCES PARTIES`, a circuit in the older format of
//! Bristol with two inputs, all of whose instances are one circuit for the package. Every party is a thread of its own, whose
//! processor time is told; channels are those of the package, in memory. One line: AND gates, seconds and bytes of the party
//! with most of each, and bytes of memory of all parties at their fullest. `peers/garbling` runs it beside ours.
#![forbid(unsafe_code)]

use std::error::Error;
use std::thread;

use cpu_time::ThreadTime;
use polytune::channel::SimpleChannel;
use polytune::garble_lang::circuit::{Circuit, Gate};
use polytune::garble_lang::register_circuit;

/// The party that evaluates, and owns the first input.
const EVALUATOR: usize = 0;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, instances, parties] = arguments.as_slice() else {
        return Err("usage: peers-polytune CIRCUIT INSTANCES PARTIES".into());
    };
    let (instances, parties) = (instances.parse()?, parties.parse()?);
    let circuit = many(&std::fs::read_to_string(path)?, instances, parties)?;
    let ands = circuit.gates.iter().filter(|gate| matches!(gate, Gate::And(..))).count();
    let circuit = register_circuit::Circuit::from(circuit);
    let circuit = &circuit;
    let told: Vec<(f64, u64)> = thread::scope(|scope| {
        let channels = SimpleChannel::channels(parties).into_iter().enumerate();
        let started: Vec<_> = channels.map(|(me, channel)| scope.spawn(move || party(circuit, me, &channel))).collect();
        started.into_iter().map(|party| party.join().expect("a party ends")).collect()
    });
    let seconds = told.iter().map(|(seconds, _)| *seconds).fold(0.0, f64::max);
    let bytes = told.iter().map(|(_, bytes)| *bytes).max().unwrap_or_default();
    println!("{ands}\t{seconds:.6}\t{bytes}\t{}", peak_memory()?);
    Ok(())
}

/// A party's processor time and what it sent.
fn party(circuit: &register_circuit::Circuit, me: usize, channel: &SimpleChannel) -> (f64, u64) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let inputs: Vec<bool> = (0..circuit.input_regs[me]).map(|bit| bit % (me + 3) == 0).collect();
    let spilled = tempfile::tempdir().expect("a folder for what the package writes out");
    let start = ThreadTime::now();
    let outputs = polytune::mpc(channel, circuit, &inputs, EVALUATOR, me, &[EVALUATOR], Some(spilled.path()));
    runtime.block_on(outputs).expect("honest parties finish");
    (start.elapsed().as_secs_f64(), channel.bytes_sent())
}

/// So many instances of a circuit side by side. The first party has all first inputs, the second all second ones, and each
/// further one a bit that nothing reads.
fn many(text: &str, instances: usize, parties: usize) -> Result<Circuit, Box<dyn Error>> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let mut numbers = || -> Result<Vec<usize>, Box<dyn Error>> {
        let line = lines.next().ok_or("the circuit has too few lines")?;
        Ok(line.split_whitespace().map(str::parse).collect::<Result<_, _>>()?)
    };
    let (counts, inputs, outputs) = (numbers()?, numbers()?, numbers()?);
    let ([_, wires], [2, first, second], [_, result]) = (&counts[..], &inputs[..], &outputs[..]) else {
        return Err("a circuit with two inputs and one output is expected".into());
    };
    let mut circuit = Circuit { input_gates: vec![first * instances, second * instances], ..Circuit::default() };
    circuit.input_gates.resize(parties, 1);
    let all_inputs: usize = circuit.input_gates.iter().sum();
    let gates: Vec<Vec<&str>> = lines.map(|line| line.split_whitespace().collect()).collect();
    for instance in 0..instances {
        let mut places = vec![0; *wires];
        for (wire, place) in places.iter_mut().take(first + second).enumerate() {
            let of_second = wire.checked_sub(*first);
            *place = of_second.map_or(instance * first + wire, |wire| instances * first + instance * second + wire);
        }
        for gate in &gates {
            let wire = |at: usize| -> Result<usize, Box<dyn Error>> { Ok(gate[at].parse()?) };
            let (gate, out) = match *gate.last().ok_or("an empty gate")? {
                "XOR" => (Gate::Xor(places[wire(2)?], places[wire(3)?]), wire(4)?),
                "AND" => (Gate::And(places[wire(2)?], places[wire(3)?]), wire(4)?),
                "INV" => (Gate::Not(places[wire(2)?]), wire(3)?),
                kind => return Err(format!("a gate of the kind {kind}").into()),
            };
            places[out] = all_inputs + circuit.gates.len();
            circuit.gates.push(gate);
        }
        circuit.output_gates.extend(&places[wires - result..]);
    }
    Ok(circuit)
}

/// Bytes that this process held at most.
fn peak_memory() -> Result<u64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("the system tells no peak")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1024)
}
