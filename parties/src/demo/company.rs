//! The parties of a demo before they start: identities, and each other's cards.

use std::ffi::OsString;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use super::scenes::{Player, Scene};
use crate::exit::{Exit, Failure};
use crate::identity::{Address, Home, Identity};

/// How long a party of a demo waits for another: on a busy machine they start slowly.
const WAIT: &str = "30";

/// Ports below those that the system gives to outgoing connections, so that none is taken between looking and
/// listening.
const PORTS: std::ops::Range<u16> = 20_000..32_000;

/// Fresh homes in a directory of their own. The receipts stay there for whoever wants to look.
pub(super) struct Company {
    directory: PathBuf,
}

impl Company {
    /// What `init`, `card` and `trust` do, for every party.
    pub(super) fn found(scene: &Scene<'_>) -> Result<Self, Failure> {
        let company = Self { directory: fresh_directory()? };
        let mut ports = Ports::new()?;
        let mut cards = Vec::new();
        for player in scene.parties {
            let identity = Identity::generate(player.name.parse()?, ports.next_free()?)?;
            company.home(player).store(&identity)?;
            cards.push(identity.card().clone());
        }
        for (at, player) in scene.parties.iter().enumerate() {
            for (_, card) in cards.iter().enumerate().filter(|(other, _)| *other != at) {
                company.home(player).pin(card)?;
            }
        }
        Ok(company)
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Removes the homes and all that is in them. What cannot be removed stays in the system's folder for such files.
    pub(super) fn dissolve(self) {
        let _ = std::fs::remove_dir_all(&self.directory);
    }

    fn home(&self, player: &Player<'_>) -> Home {
        Home::at(self.home_of(player.name))
    }

    /// The home of a party.
    pub(super) fn home_of(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// The command line that starts a party: what its operator would type.
    pub(super) fn arguments(&self, scene: &Scene<'_>, player: &Player<'_>, data: &Path) -> Vec<OsString> {
        let mut arguments: Vec<OsString> = vec!["run".into(), scene.program.into()];
        arguments.extend(["--home".into(), self.home(player).path().into()]);
        arguments.extend(["--as".into(), player.roles.join(",").into()]);
        for other in scene.parties.iter().filter(|other| other.name != player.name) {
            for role in other.roles {
                arguments.extend(["--peer".into(), format!("{role}={}", other.name).into()]);
            }
        }
        for column in player.inputs {
            let mut source = OsString::from(format!("{}=", column.input));
            source.push(data.join(column.file));
            source.push(format!(":{}", column.columns));
            arguments.extend(["--input".into(), source]);
        }
        for (name, value) in scene.parameters {
            arguments.extend(["--param".into(), format!("{name}={value}").into()]);
        }
        arguments.extend(scene.options.iter().map(OsString::from));
        arguments.extend(["--wait", WAIT, "--json", "--progress", "json"].map(OsString::from));
        arguments
    }
}

fn fresh_directory() -> Result<PathBuf, Failure> {
    let directory = std::env::temp_dir().join(format!("quorate-demo-{:016x}", random_number()?));
    std::fs::create_dir(&directory)
        .map_err(|error| Failure::new(Exit::BadInput, format!("cannot create {}: {error}", directory.display())))?;
    Ok(directory)
}

/// A number that nobody else has.
pub(crate) fn random_number() -> Result<u64, Failure> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|_| Failure::new(Exit::BadInput, "the operating system gave no randomness"))?;
    Ok(u64::from_le_bytes(bytes))
}

/// Loopback ports on which nobody listens, from a random one on.
struct Ports {
    next: u16,
    left: u16,
}

impl Ports {
    fn new() -> Result<Self, Failure> {
        let count = PORTS.end - PORTS.start;
        let start = PORTS.start + (random_number()? % u64::from(count)) as u16;
        Ok(Self { next: start, left: count })
    }

    fn next_free(&mut self) -> Result<Address, Failure> {
        while self.left > 0 {
            let port = self.next;
            self.next = if port + 1 == PORTS.end { PORTS.start } else { port + 1 };
            self.left -= 1;
            if TcpListener::bind(("127.0.0.1", port)).is_ok() {
                return Ok(format!("127.0.0.1:{port}").parse()?);
            }
        }
        Err(Failure::new(Exit::BadInput, "no port of this machine is free for the demo"))
    }
}
