//! `key`: threshold keys, from their making to their signatures.

mod backup;
mod derive;
mod generate;
mod guard;
mod isolate;
mod life;
mod presign;
mod recover;
mod restore;
mod show;
pub(super) mod sign;
mod verify;
mod who;
mod whole;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Subcommand;

use super::patience;
use crate::ceremony::{Desk, Signatories};
use crate::exit::{Exit, Failure};
use crate::identity::{Home, PartyName};
use crate::keys::{KeyError, KeyName, Keys, PassphraseSource, PublicPart};
use crate::output::print;
use crate::run::Watch;
use crate::serve::{Order, Page, hand_over, is_resident};

pub(crate) use presign::presigned_page;
pub(crate) use sign::signed_page;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example, at each of three holders:
  quorate key generate treasury --scheme ecdsa-secp256k1 --threshold 2 --holders ann,ben,cas
and then at any two of them:
  quorate key sign treasury --message \"pay the rent\" --signers ann,cas")]
pub(super) struct Key {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a key that exists nowhere as a whole; every holder runs this
    Generate(generate::Generate),
    /// List the keys of this home
    List(show::List),
    /// Show what everybody may know of a key: public key, addresses, holders, stock
    Show(show::Show),
    /// Prepare signatures, so that signing needs one message; every signer runs this
    Presign(presign::Presign),
    /// Sign; every signer runs this
    Sign(sign::Sign),
    /// Check a signature, with a key of this home or a public key; exit 5 if it does not verify
    Verify(verify::Verify),
    /// Make new shares of a key for the same holders; the old ones are of no use then. Every holder runs this
    Refresh(life::Refresh),
    /// Give a key to other holders, or let more or fewer of them sign; old dealers and all new holders run this
    Reshare(life::Reshare),
    /// Finish what was interrupted while shares were made, or take it back; every holder runs this
    Resume(life::Resume),
    /// Make a lost share again for its holder, without learning it; helpers and the holder run this
    Recover(recover::Recover),
    /// Divide a key that somebody has among holders; the one who has it and all holders run this
    Import(whole::Import),
    /// Put a key together in one place; as many holders as sign run this
    Export(whole::Export),
    /// Derive a child of a key (BIP32, not hardened)
    Derive(derive::Derive),
    /// Give this party's share to guardians, any few of whom give it back after a delay
    Backup(backup::BackUp),
    /// Accept a part of somebody's share, or what is asked about it
    Guard(guard::Guard),
    /// Release the part that this home guards, if the delay is over and nobody has vetoed
    Release(guard::Release),
    /// Veto a request to restore a share
    Veto(guard::Forbid),
    /// Restore this party's share from its guardians, or rehearse it
    Restore(restore::Restore),
    /// Refuse every session with a holder of a key, and burn what was prepared with it
    Isolate(isolate::Isolate),
    /// End a key at this holder, for ever: erase share and stock, keep what is public
    Retire(isolate::Retire),
}

impl Key {
    pub(super) fn run(self) -> Result<(), Failure> {
        match self.command {
            Command::Generate(command) => command.run(),
            Command::List(command) => command.run(),
            Command::Show(command) => command.run(),
            Command::Presign(command) => command.run(),
            Command::Sign(command) => command.run(),
            Command::Verify(command) => command.run(),
            Command::Refresh(command) => command.run(),
            Command::Reshare(command) => command.run(),
            Command::Resume(command) => command.run(),
            Command::Recover(command) => command.run(),
            Command::Import(command) => command.run(),
            Command::Export(command) => command.run(),
            Command::Derive(command) => command.run(),
            Command::Backup(command) => command.run(),
            Command::Guard(command) => command.run(),
            Command::Release(command) => command.run(),
            Command::Veto(command) => command.run(),
            Command::Restore(command) => command.run(),
            Command::Isolate(command) => command.run(),
            Command::Retire(command) => command.run(),
        }
    }
}

/// Who signs.
#[derive(Debug, clap::Args)]
pub(super) struct Signers {
    /// Who signs [default: the first holders that are enough]
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    signers: Vec<String>,
    /// Sign as an honest majority: of an ECDSA key that t + 1 holders can use, 2t + 1 of them, of whom t may be corrupted.
    /// They go without oblivious transfers, at a hundredth of the bytes; all of them have to be there. So many named
    /// signers are one without being told
    #[arg(long)]
    majority: bool,
}

impl Signers {
    pub(super) fn read(&self) -> Result<Signatories, Failure> {
        Ok(Signatories { names: party_names("--signers", &self.signers)?, majority: self.majority })
    }
}

/// Who is asked what it has seen of one-time material.
#[derive(Debug, clap::Args)]
pub(super) struct Witnessing {
    /// Which other holders are asked what they have seen before prepared material is used or made: those who are
    /// reachable; all, or the whole stock is burned; or the signers alone
    #[arg(long, value_name = "reachable|all|signers", default_value = "reachable")]
    witnesses: String,
}

/// Where the keys are.
#[derive(Debug, clap::Args)]
struct Place {
    /// The directory of the identity [default: $QUORATE_HOME, else ~/.quorate]
    #[arg(long, value_name = "DIR")]
    home: Option<PathBuf>,
}

impl Place {
    fn home(&self) -> Result<Home, Failure> {
        Ok(Home::locate(self.home.as_deref())?)
    }

    fn keys(&self) -> Result<Keys, Failure> {
        Ok(Keys::of(&self.home()?))
    }

    fn public(&self, name: &str) -> Result<PublicPart, Failure> {
        Ok(self.keys()?.key(&key_name(name)?).public()?)
    }
}

/// What opens or seals a share without partners.
#[derive(Debug, clap::Args)]
struct Unlocking {
    #[command(flatten)]
    place: Place,
    /// Read the passphrase from a file that only this user can read [default: ask at the terminal]
    #[arg(long, value_name = "FILE", help_heading = "Passphrase", conflicts_with = "passphrase_fd")]
    passphrase_file: Option<PathBuf>,
    /// Read the passphrase from an open file descriptor
    #[arg(long, value_name = "N", help_heading = "Passphrase")]
    passphrase_fd: Option<u32>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Unlocking {
    fn desk(&self) -> Result<Desk, Failure> {
        let passphrase = passphrase(self.passphrase_file.as_deref(), self.passphrase_fd);
        Desk::open(self.place.home.as_deref(), passphrase, Duration::ZERO)
    }
}

/// Where the passphrase comes from.
fn passphrase(file: Option<&Path>, descriptor: Option<u32>) -> PassphraseSource {
    match (file, descriptor) {
        (Some(file), _) => PassphraseSource::File(file.to_owned()),
        (None, Some(descriptor)) => PassphraseSource::Descriptor(descriptor),
        (None, None) => PassphraseSource::Prompt,
    }
}

/// What every ceremony needs to know.
#[derive(Debug, clap::Args)]
pub(super) struct Meeting {
    #[command(flatten)]
    place: Place,
    /// Read the passphrase from a file that only this user can read [default: ask at the terminal]
    #[arg(long, value_name = "FILE", help_heading = "Passphrase", conflicts_with = "passphrase_fd")]
    passphrase_file: Option<PathBuf>,
    /// Read the passphrase from an open file descriptor
    #[arg(long, value_name = "N", help_heading = "Passphrase")]
    passphrase_fd: Option<u32>,
    /// Exchange messages with all partners, or one, as files in a folder that somebody carries (repeatable)
    #[arg(long = "via-files", value_name = "[NAME=]DIR")]
    via_files: Vec<String>,
    /// For how long a missing or vanished partner is waited for
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0)]
    wait: f64,
    /// Print one JSON object
    #[arg(long)]
    pub(super) json: bool,
    /// Tell progress as JSON lines on standard error
    #[arg(long, hide = true, value_name = "FORM", value_parser = ["json"])]
    progress: Option<String>,
}

impl Meeting {
    /// The directory of the identity, if one was given.
    pub(super) fn home(&self) -> Option<&Path> {
        self.place.home.as_deref()
    }

    pub(super) fn desk(&self) -> Result<Desk, Failure> {
        let passphrase = passphrase(self.passphrase_file.as_deref(), self.passphrase_fd);
        let desk = Desk::open(self.place.home.as_deref(), passphrase, patience(self.wait)?)?;
        Ok(desk.via_files(&self.via_files))
    }

    pub(super) fn witnessed_desk(&self, witnessing: &Witnessing) -> Result<Desk, Failure> {
        let witnesses = witnessing.witnesses.parse()?;
        Ok(self.desk()?.with_witnesses(witnesses))
    }

    /// Hands an order to the resident process of this home, if one runs.
    pub(super) fn hand_over(&self, order: impl FnOnce() -> Result<Order, Failure>) -> Result<Option<Page>, Failure> {
        let home = Home::locate(self.place.home.as_deref())?;
        if !is_resident(&home) {
            return Ok(None);
        }
        hand_over(&home, order()?, patience(self.wait)?, &self.watch()).transpose()
    }

    pub(super) fn print(&self, page: Page) -> Result<(), Failure> {
        print(&if self.json { format!("{}\n", page.json) } else { page.text })
    }

    pub(super) fn watch(&self) -> Watch {
        if self.progress.is_some() { Watch::program() } else { Watch::person(!self.json) }
    }
}

pub(super) fn key_name(name: &str) -> Result<KeyName, KeyError> {
    name.parse()
}

pub(super) fn party_names(option: &str, names: &[String]) -> Result<Vec<PartyName>, Failure> {
    let parse = |name: &String| {
        name.trim().parse::<PartyName>().map_err(|error| Failure::new(Exit::BadInput, format!("{option}: {error}")))
    };
    names.iter().map(parse).collect()
}

/// A file of at most so many bytes.
pub(super) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    use std::io::Read;
    let refused = |error: std::io::Error| {
        Failure::new(Exit::BadInput, format!("{}: this cannot be read ({error})", path.display()))
    };
    let mut bytes = Vec::new();
    std::fs::File::open(path).map_err(refused)?.take(limit + 1).read_to_end(&mut bytes).map_err(refused)?;
    if bytes.len() as u64 > limit {
        let message = format!("{}: it has more than {limit} bytes", path.display());
        return Err(Failure::new(Exit::BadInput, message));
    }
    Ok(bytes)
}
