//! What a party's process takes before there is anything to compute: its code, TLS, the reading of a file.

use std::fs;
use std::path::PathBuf;

use crate::demo::{Column, Player, Scene, random_number, rehearse};
use crate::exit::{Exit, Failure};

const FILE: &str = "fortune.csv";

/// Two parties who compare two numbers.
const SCENE: Scene<'static> = Scene {
    name: "calibration",
    title: "two processes with next to nothing to do",
    program: "millionaires",
    parameters: &[],
    options: &[],
    folder: "",
    parties: &[
        Player {
            name: "alice",
            roles: &["alice"],
            inputs: &[Column { input: "alice.wealth", file: FILE, columns: "wealth" }],
        },
        Player {
            name: "bob",
            roles: &["bob"],
            inputs: &[Column { input: "bob.wealth", file: FILE, columns: "wealth" }],
        },
    ],
};

/// Bytes of the fuller of the two processes.
pub(super) fn memory() -> Result<u64, Failure> {
    let folder = Folder::new()?;
    let report = rehearse(&SCENE, &folder.0)?;
    let most = report.parties.iter().filter_map(|party| party.peak_memory_bytes).max();
    most.ok_or_else(|| Failure::new(Exit::BadInput, "this system does not say how much memory a process has used"))
}

/// A folder with the file, for as long as this lives.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self, Failure> {
        let folder = Self(std::env::temp_dir().join(format!("quorate-calibration-{:016x}", random_number()?)));
        let written = fs::create_dir(&folder.0).and_then(|()| fs::write(folder.0.join(FILE), "wealth\n1\n"));
        written.map_err(|error| Failure::new(Exit::BadInput, format!("{}: {error}", folder.0.display())))?;
        Ok(folder)
    }
}

impl Drop for Folder {
    /// What cannot be removed stays in the system's folder for such files.
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
