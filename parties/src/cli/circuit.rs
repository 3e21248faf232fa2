//! `circuit`.

use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};
use quorate_circuits::boolean::Shape;
use quorate_circuits::bristol::Format;
use quorate_circuits::gadgets::{Gadget, Port, catalogue};
use quorate_circuits::library;

use super::trust::{TrustOptions, protocol_or_clear};
use crate::circuit::secure::{self, Parties};
use crate::circuit::{Batch, Figures, NamedCircuit, Sidecar, Values, draw, evaluate, export};
use crate::exit::{Exit, Failure};
use crate::explain::Question;
use crate::output::{Rates, grid, print, say};
use crate::picture::draw_program;
use crate::processes::{Seed, Transport, fresh_seed};
use crate::program::parameters;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  quorate circuit stats datasets/circuits/aes-128.txt
  quorate circuit run datasets/circuits/arith-add-64-bit-truncated.txt --input 2a ff
  quorate circuit draw datasets/circuits/aes-128.txt -o aes.svg
  quorate circuit draw risk-score -o risk-score.svg")]
pub(super) struct Circuit {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Count the gates of a circuit, as its file has them and after simplification
    #[command(after_help = "Examples:
  quorate circuit stats datasets/circuits/aes-128.txt
  quorate circuit stats circuit.txt --json")]
    Stats {
        #[command(flatten)]
        named: Named,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Run a circuit: in the clear, or under a protocol with a process for each party
    #[command(after_help = "Examples:
  quorate circuit run datasets/circuits/arith-add-64-bit-truncated.txt --input 2a ff
  quorate circuit run datasets/circuits/aes-128.txt --sidecar datasets/circuits/aes-128.txt.json \\
    --input 000102030405060708090a0b0c0d0e0f 00112233445566778899aabbccddeeff
  quorate circuit run multiply-64 --input 6 7 --protocol yao
  quorate circuit run less-than-64 --protocol yao --instances 1000000 --random --transport tcp
  quorate circuit run datasets/circuits/aes-128.txt --protocol additive --parties 3 --instances 1000 --random --json

Each input value is a hexadecimal number whose least significant bit is the value's first wire, and \
so is each output, in order of declaration; a sidecar can say otherwise. Under a protocol, input i belongs to party \
((i - 1) mod n) + 1 unless --owner or the sidecar says otherwise; all parties learn all outputs; a party that owns no input brings none.

With --random every process draws its own inputs, for many instances at once, and measures itself from its first message to its \
last output; all outputs are then compared with the clear evaluation, which is not counted, and another output is an error.")]
    Run {
        #[command(flatten)]
        named: Named,
        /// The input values, in order of declaration (repeatable)
        #[arg(long = "input", value_name = "HEX", num_args = 1..)]
        inputs: Vec<String>,
        /// A JSON file with names, owners and bit order of the values
        #[arg(long, value_name = "FILE")]
        sidecar: Option<PathBuf>,
        #[command(flatten)]
        under: Under,
        #[command(flatten)]
        batch: BatchOptions,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// List the gadgets of the library
    #[command(after_help = "Example: quorate circuit list --json")]
    List {
        /// Print a JSON list
        #[arg(long)]
        json: bool,
    },
    /// Write a gadget, or a simplified file, as a circuit file; a gadget gets a sidecar FILE.json beside it
    #[command(after_help = "Examples:
  quorate circuit export aes-128 -o aes-128.txt
  quorate circuit export datasets/circuits/aes-128.txt -o aes-128-old.txt --format bristol")]
    Export {
        #[command(flatten)]
        named: Named,
        /// Where to write it
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// The format
        #[arg(long, value_enum, default_value_t = FormatName::Fashion)]
        format: FormatName,
    },
    /// Draw a circuit or a program as SVG: gates by AND depth, or statements by where they are computed and their cost
    #[command(after_help = "Examples:
  quorate circuit draw datasets/circuits/aes-128.txt -o aes.svg
  quorate circuit draw risk-score --param rows=1000 -o risk-score.svg

A program is one of the library, or a file NAME.qp.")]
    Draw {
        #[command(flatten)]
        named: Named,
        /// Where to write it
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// A JSON file with names of a circuit's values
        #[arg(long, value_name = "FILE")]
        sidecar: Option<PathBuf>,
        #[command(flatten)]
        program: OfProgram,
    },
}

/// With what a program is drawn.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Programs")]
struct OfProgram {
    /// A parameter or a size of a program (repeatable); the least allowed is assumed for what is not given
    #[arg(long = "param", value_name = "NAME=VALUE")]
    parameters: Vec<String>,
    /// The protocol under which a program is drawn: yao or additive [default: the fastest that fits, on a local network]
    #[arg(long, value_name = "PROTOCOL")]
    protocol: Option<String>,
}

/// What is meant.
#[derive(Debug, clap::Args)]
struct Named {
    /// A gadget of the library, or a file in Bristol Fashion or the older Bristol format
    #[arg(value_name = "CIRCUIT")]
    circuit: String,
    /// Which cost a gadget keeps low; a file is as it is [default: few-ands]
    #[arg(long, value_enum)]
    shape: Option<ShapeName>,
}

/// Under what a circuit is run.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Protocol")]
struct Under {
    #[arg(long, value_name = "PROTOCOL", default_value = "clear", help = protocol_or_clear("The protocol", ""))]
    protocol: String,
    /// How many parties take part
    #[arg(long, value_name = "N", default_value_t = 2)]
    parties: usize,
    /// The party that brings an input, both counted from 1 (repeatable)
    #[arg(long = "owner", value_name = "INPUT=PARTY")]
    owners: Vec<String>,
    #[command(flatten)]
    trust: TrustOptions,
}

/// Many instances, measured.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Measuring")]
struct BatchOptions {
    /// Draw all inputs at random, and print what each party's process has taken
    #[arg(long, conflicts_with = "inputs")]
    random: bool,
    /// How many instances are run [default: 1]
    #[arg(long, value_name = "K")]
    instances: Option<u64>,
    /// Draw the inputs that this seed gives: 32 hexadecimal digits [default: a fresh one, which is printed]
    #[arg(long, value_name = "HEX")]
    seed: Option<Seed>,
    /// What carries the links: unix, tcp, or tls as between partners [default: tls]
    #[arg(long, value_name = "TRANSPORT")]
    transport: Option<Transport>,
}

impl BatchOptions {
    /// Refuses what is for random inputs alone. (The parser does not, where `--input` is given too.)
    fn refuse_without_random(&self) -> Result<(), Failure> {
        let given = [
            ("--instances", self.instances.is_some()),
            ("--seed", self.seed.is_some()),
            ("--transport", self.transport.is_some()),
        ];
        match given.iter().find(|(_, given)| *given) {
            None => Ok(()),
            Some((option, _)) => Err(Failure::new(Exit::BadInput, format!("{option} goes with random inputs"))
                .hint("add --random, in the place of --input")),
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FormatName {
    /// Bristol Fashion
    Fashion,
    /// The older format: two inputs at most, one output
    Bristol,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ShapeName {
    /// AND gates: for garbled circuits
    FewAnds,
    /// AND depth: for secret sharing
    FewRounds,
}

impl Named {
    fn find(&self) -> Result<NamedCircuit, Failure> {
        let shape = match self.shape {
            None | Some(ShapeName::FewAnds) => Shape::FewAnds,
            Some(ShapeName::FewRounds) => Shape::FewRounds,
        };
        NamedCircuit::find(&self.circuit, shape)
    }
}

impl Circuit {
    pub(super) fn run(&self) -> Result<(), Failure> {
        match &self.command {
            Command::Stats { named, json } => {
                let named = named.find()?;
                let figures = Figures::of(&named);
                print(&if *json { format!("{}\n", figures.json()) } else { figures.text() })
            }
            Command::Run { named, sidecar, under, batch, json, .. } if batch.random => {
                under.measure(&named.find()?, sidecar.as_deref(), batch, *json)
            }
            Command::Run { named, inputs, sidecar, under, batch, json } => {
                batch.refuse_without_random()?;
                under.run(&named.find()?, inputs, sidecar.as_deref(), *json)
            }
            Command::List { json } => print(&list(*json)),
            Command::Export { named, output, format } => {
                let format = match format {
                    FormatName::Fashion => Format::Fashion,
                    FormatName::Bristol => Format::Bristol,
                };
                let sidecar = export(&named.find()?, format, output)?;
                let beside = sidecar.map(|path| format!(", and {} beside it", path.display())).unwrap_or_default();
                say(format_args!("wrote {}{beside}", output.display()));
                Ok(())
            }
            Command::Draw { named, output, sidecar, program } => {
                let picture = program.picture(named, sidecar.as_deref())?;
                std::fs::write(output, picture).map_err(|error| {
                    Failure::new(Exit::BadInput, format!("{}: this cannot be written ({error})", output.display()))
                })?;
                say(format_args!("wrote {}", output.display()));
                Ok(())
            }
        }
    }
}

impl OfProgram {
    /// The picture of the program or circuit of this name. An option that is for the other kind is refused.
    fn picture(&self, named: &Named, sidecar: Option<&Path>) -> Result<String, Failure> {
        let name = &named.circuit;
        let is_program = library::find(name).is_some() || Path::new(name).extension().is_some_and(|end| end == "qp");
        let misplaced = match is_program {
            true => [("--sidecar", sidecar.is_some()), ("--shape", named.shape.is_some())],
            false => [("--param", !self.parameters.is_empty()), ("--protocol", self.protocol.is_some())],
        };
        if let Some((option, _)) = misplaced.iter().find(|(_, given)| *given) {
            let (kind, other) = if is_program { ("program", "circuits") } else { ("circuit", "programs") };
            return Err(Failure::new(Exit::BadInput, format!("{option} is for {other}, and {name} is a {kind}"))
                .hint("a program is one of the library, or a file whose name ends with .qp"));
        }
        if is_program {
            return draw_program(name, &self.question()?);
        }
        let named = named.find()?;
        Ok(draw(&named, read(sidecar, &named)?.as_ref()))
    }

    fn question(&self) -> Result<Question, Failure> {
        let asked = TrustOptions::default().asked(self.protocol.as_deref())?;
        let parameters = parameters(&self.parameters)?;
        Ok(Question { parties: None, parameters, asked, dealer: None, calibration: None })
    }
}

impl Under {
    fn run(&self, named: &NamedCircuit, inputs: &[String], sidecar: Option<&Path>, json: bool) -> Result<(), Failure> {
        let sidecar = read(sidecar, named)?;
        let values = Values::new(&named.circuit, sidecar.as_ref());
        let bits = values.inputs(inputs)?;
        if self.protocol == "clear" {
            let outputs = evaluate(&named.circuit, &bits);
            return print(&match json {
                true => format!("{}\n", values.outputs_json(&named.name, &outputs)),
                false => values.outputs_text(&outputs),
            });
        }
        let parties = self.parties_of(named, sidecar.as_ref())?;
        let (outputs, report) = secure::run(named, &bits, &parties)?;
        if !json {
            print(&values.outputs_text(&outputs))?;
            say(report.trust_text());
            return Ok(());
        }
        let mut object = values.outputs_json(&named.name, &outputs);
        for field in ["protocol", "claim", "cost", "parties", "session", "digest", "receipt"] {
            object[field] = report.json()[field].clone();
        }
        print(&format!("{object}\n"))
    }

    /// Runs many instances on random inputs.
    fn measure(
        &self,
        named: &NamedCircuit,
        sidecar: Option<&Path>,
        batch: &BatchOptions,
        json: bool,
    ) -> Result<(), Failure> {
        if self.protocol == "clear" {
            let message = "--random measures a protocol, and in the clear there is none";
            return Err(Failure::new(Exit::BadInput, message).hint("add --protocol yao, or another one"));
        }
        let sidecar = read(sidecar, named)?;
        let parties = self.parties_of(named, sidecar.as_ref())?;
        let asked = self.trust.asked(Some(&self.protocol))?;
        let seed = batch.seed.map_or_else(fresh_seed, Ok)?;
        let (instances, transport) = (batch.instances.unwrap_or(1), batch.transport.unwrap_or_default());
        let report = Batch { instances, seed, asked, transport, quiet: json }.run(named, &parties)?;
        let rates = Rates::of(&report);
        if !json {
            return print(&format!(
                "{instances} instances of {}\n\n{}{}",
                named.name,
                report.statistics_text(),
                rates.text()
            ));
        }
        let mut object = serde_json::json!({ "circuit": named.name, "instances": instances });
        for (field, value) in report.json().as_object().into_iter().flatten() {
            object[field.as_str()] = value.clone();
        }
        rates.write(&mut object);
        print(&format!("{object}\n"))
    }

    fn parties_of(&self, named: &NamedCircuit, sidecar: Option<&Sidecar>) -> Result<Parties, Failure> {
        let protocol = ["--protocol".to_owned(), self.protocol.clone()];
        let options = [&protocol[..], &self.trust.words()].concat();
        Parties::new(self.parties, &self.owners_of(sidecar), named.circuit.input_widths().len(), options)
    }

    /// The sidecar's owners first, so that those of the command line count.
    fn owners_of(&self, sidecar: Option<&Sidecar>) -> Vec<String> {
        let ports = sidecar.map_or(&[][..], |sidecar| &sidecar.inputs);
        let named = ports.iter().enumerate().filter_map(|(i, port)| Some(format!("{}={}", i + 1, port.party?)));
        named.chain(self.owners.iter().cloned()).collect()
    }
}

fn list(json: bool) -> String {
    let ports = |ports: &[Port]| ports.iter().map(|p| format!("{} {}", p.name, p.width)).collect::<Vec<_>>().join(", ");
    if json {
        let port = |port: &Port| serde_json::json!({ "name": port.name, "width": port.width });
        let gadget = |gadget: &Gadget| {
            serde_json::json!({
                "name": gadget.name,
                "doc": gadget.doc,
                "inputs": gadget.inputs.iter().map(port).collect::<Vec<_>>(),
                "outputs": gadget.outputs.iter().map(port).collect::<Vec<_>>(),
            })
        };
        return format!("{}\n", serde_json::Value::from(catalogue().map(gadget).collect::<Vec<_>>()));
    }
    let row =
        |gadget: &Gadget| [gadget.name.to_owned(), ports(gadget.inputs), ports(gadget.outputs), gadget.doc.to_owned()];
    grid(&["gadget", "inputs", "outputs", "what it computes"], catalogue().map(row))
}

fn read(sidecar: Option<&Path>, named: &NamedCircuit) -> Result<Option<Sidecar>, Failure> {
    sidecar.map(|path| Sidecar::read(path, &named.circuit)).transpose()
}
