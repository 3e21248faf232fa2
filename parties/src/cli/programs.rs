//! `programs`, `show` and `digest`.

use quorate_circuits::library;
use quorate_circuits::text;

use crate::exit::Failure;
use crate::output::{grid, print};
use crate::program::Loaded;
use crate::roles;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: quorate programs --json")]
pub(super) struct Programs {
    /// Print a JSON list
    #[arg(long)]
    json: bool,
}

impl Programs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let mut rows = Vec::new();
        let mut list = Vec::new();
        for entry in library::all() {
            let loaded = Loaded::find(entry.name)?;
            let program = &loaded.program;
            rows.push([entry.name.to_owned(), roles::listed(program), entry.summary.to_owned()]);
            let names = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect::<Vec<_>>();
            list.push(serde_json::json!({
                "name": entry.name,
                "summary": entry.summary,
                "digest": loaded.digest.to_string(),
                "roles": names(program.roles().iter().map(|role| role.name.as_str()).collect()),
                "parameters": names(program.parameters().iter().map(|parameter| parameter.name.as_str()).collect()),
                "inputs": program
                    .inputs()
                    .iter()
                    .map(|input| format!("{}.{}", program.roles()[input.role.0].name, input.name))
                    .collect::<Vec<_>>(),
            }));
        }
        if self.json {
            return print(&format!("{}\n", serde_json::Value::from(list)));
        }
        print(&grid(&["program", "roles", "what it is for"], rows))
    }
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  quorate show hospital-stats\n  quorate digest my-program.qp")]
pub(super) struct Show {
    /// A program of the library, or a file
    program: String,
}

impl Show {
    pub(super) fn show(&self) -> Result<(), Failure> {
        print(&text::print(&Loaded::find(&self.program)?.program))
    }

    pub(super) fn digest(&self) -> Result<(), Failure> {
        print(&format!("{}\n", Loaded::find(&self.program)?.digest))
    }
}
