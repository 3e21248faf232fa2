//! A circuit under a protocol: it becomes a program that calls it, and the parties become processes of this machine.

use quorate_circuits::bristol::{Format, Netlist};
use serde_json::Value;

use super::NamedCircuit;
use super::named::unwritable;
use crate::demo::{Column, Player, Scene, play};
use crate::exit::{Exit, Failure};
use crate::output::Report;
use crate::processes::PrivateFolder;

/// Who takes part, and what is asked for.
#[derive(Clone, Debug)]
pub struct Parties {
    /// How many.
    pub count: usize,
    /// By input value: the party that brings it, from 0.
    pub owners: Vec<usize>,
    /// Options of `quorate run` that say the protocol and the trust.
    pub options: Vec<String>,
}

/// The most parties that take part.
const MOST_PARTIES: usize = 64;

impl Parties {
    /// Input `i` belongs to party `i` modulo their number, unless `owners` (`INPUT=PARTY`, both from 1) says
    /// otherwise.
    ///
    /// # Errors
    /// Fewer than two parties or too many; an owner of an input, or by a party, that there is not.
    pub fn new(count: usize, owners: &[String], inputs: usize, options: Vec<String>) -> Result<Self, Failure> {
        let refused = |message: String| Failure::new(Exit::BadInput, message);
        if !(2..=MOST_PARTIES).contains(&count) {
            return Err(refused(format!("--parties {count}: between 2 and {MOST_PARTIES} take part")));
        }
        let mut found: Vec<usize> = (0..inputs).map(|input| input % count).collect();
        for text in owners {
            let pair = text.split_once('=').and_then(|(i, p)| Some((number(i, inputs)?, number(p, count)?)));
            let (input, party) = pair.ok_or_else(|| {
                refused(format!("--owner {text}: there are {inputs} inputs and {count} parties, counted from 1"))
                    .hint("write --owner INPUT=PARTY, such as --owner 2=1")
            })?;
            found[input] = party;
        }
        Ok(Self { count, owners: found, options })
    }
}

/// A number from 1 to `most`, counted from 0.
fn number(text: &str, most: usize) -> Option<usize> {
    text.trim().parse::<usize>().ok()?.checked_sub(1).filter(|n| *n < most)
}

/// Runs one instance with input bits in the order of the wires: the output bits, and what it took.
///
/// # Errors
/// A circuit without inputs or outputs; a trust that no protocol offers; a party's process that fails.
pub fn run(named: &NamedCircuit, bits: &[bool], parties: &Parties) -> Result<(Vec<bool>, Report), Failure> {
    let folder = Folder::new()?;
    let program = folder.program(named, parties)?;
    let names: Vec<String> = (1..=parties.count).map(|party| format!("party_{party}")).collect();
    let columns = folder.inputs(named, bits, parties)?;
    let owned: Vec<Vec<Column<'_>>> = (0..parties.count)
        .map(|party| {
            let own = columns.iter().zip(&parties.owners).filter(|(_, owner)| **owner == party);
            own.map(|((input, file), _)| Column { input, file, columns: "bit" }).collect()
        })
        .collect();
    let roles: Vec<[&str; 1]> = names.iter().map(|name| [name.as_str()]).collect();
    let players: Vec<Player<'_>> =
        names.iter().zip(&roles).zip(&owned).map(|((name, roles), inputs)| Player { name, roles, inputs }).collect();
    let scene = Scene {
        name: "circuit",
        title: "",
        program: &program,
        parameters: &[],
        options: &parties.options,
        folder: "",
        parties: &players,
    };
    let report = play(&scene, folder.0.path(), true)?;
    let outputs = report.outputs.find("outputs").and_then(bits_of);
    let outputs = outputs.ok_or_else(|| Failure::new(Exit::Bug, "the outputs of the circuit are no bits"))?;
    Ok((outputs, report))
}

fn bits_of(value: &Value) -> Option<Vec<bool>> {
    let bit = |value: &Value| value.as_bool().or_else(|| value.as_u64().map(|bit| bit == 1));
    value.as_array()?.iter().map(bit).collect()
}

/// Program, circuit and inputs, in a folder that only this user can read; it is gone afterwards.
struct Folder(PrivateFolder);

impl Folder {
    fn new() -> Result<Self, Failure> {
        Ok(Self(PrivateFolder::new("circuit")?))
    }

    /// The program that calls the circuit on the bits of all inputs, and shows all parties all outputs.
    fn program(&self, named: &NamedCircuit, parties: &Parties) -> Result<String, Failure> {
        let widths = named.circuit.input_widths();
        if widths.contains(&0) || widths.is_empty() || named.circuit.outputs().is_empty() {
            let message = format!("{}: a circuit without inputs or outputs has nothing to protect", named.name);
            return Err(Failure::new(Exit::BadInput, message));
        }
        let origin = match named.gadget {
            Some(gadget) => gadget.name,
            None => {
                let netlist = Netlist::of_circuit(&named.circuit, Format::Fashion)
                    .map_err(|error| unwritable(&named.name, &error))?;
                self.write("circuit.txt", &netlist.to_string())?;
                "circuit.txt"
            }
        };
        let mut text = "program circuit-of-a-file\n".to_owned();
        (1..=parties.count).for_each(|party| text += &format!("role party_{party}\n"));
        let mut operands = Vec::new();
        for (input, (width, owner)) in widths.iter().zip(&parties.owners).enumerate() {
            let name = format!("party_{}.input_{}", owner + 1, input + 1);
            text += &format!("input {name}[{width}]: bit\n");
            operands.push(format!("share({name})"));
        }
        text += &format!("circuit evaluated = \"{origin}\"\n");
        text += &format!("reveal outputs = evaluated({}) to all\n", operands.join(", "));
        self.write("circuit-of-a-file.qp", &text)?;
        Ok(self.0.path().join("circuit-of-a-file.qp").to_string_lossy().into_owned())
    }

    /// A file for each input value: the names of the input and of its file.
    fn inputs(&self, named: &NamedCircuit, bits: &[bool], parties: &Parties) -> Result<Vec<(String, String)>, Failure> {
        let mut rest = bits;
        let mut columns = Vec::new();
        for (input, (width, owner)) in named.circuit.input_widths().iter().zip(&parties.owners).enumerate() {
            let (value, after) = rest.split_at(*width);
            rest = after;
            let rows: String = value.iter().map(|bit| if *bit { "1\n" } else { "0\n" }).collect();
            let file = format!("input_{}.csv", input + 1);
            self.write(&file, &format!("bit\n{rows}"))?;
            columns.push((format!("party_{}.input_{}", owner + 1, input + 1), file));
        }
        Ok(columns)
    }

    fn write(&self, name: &str, text: &str) -> Result<(), Failure> {
        self.0.write(name, text).map(drop)
    }
}
