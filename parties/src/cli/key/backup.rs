//! `key backup`: a share given to guardians.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{Unlocking, key_name, party_names};
use crate::backup::{Backup, BackupError, Delay, PAPER_LIMIT, PaperFault, Person};
use crate::ceremony::{BackupRequest, back_up};
use crate::exit::{Exit, Failure};
use crate::identity::{PartyName, write_atomically};
use crate::output::{print, say};

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: any two of three guardians give the share back, two days after they were asked
  quorate key backup treasury --guardians gil,hanna,ines --needed 2 --delay 48h --out treasury.backup")]
pub(super) struct BackUp {
    /// The key
    name: String,
    /// Who guards the share: parties that are trusted here, each with a home of its own
    #[arg(long, value_name = "A,B,C", value_delimiter = ',', required = true)]
    guardians: Vec<String>,
    /// How many of them are needed to give the share back
    #[arg(long, value_name = "K")]
    needed: u16,
    /// How long they wait before they do, in s, m, h or d
    #[arg(long, value_name = "TIME", default_value = "48h")]
    delay: Delay,
    /// Who can veto meanwhile, besides this party
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    veto: Vec<String>,
    /// Where the backup goes: one public file, the same for all guardians
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    unlocking: Unlocking,
}

impl BackUp {
    pub(super) fn run(self) -> Result<(), Failure> {
        let request = BackupRequest {
            name: key_name(&self.name)?,
            guardians: party_names("--guardians", &self.guardians)?,
            needed: self.needed,
            delay: self.delay,
            vetoers: party_names("--veto", &self.veto)?,
        };
        let backup = back_up(&self.unlocking.desk()?, &request)?;
        write(&self.out, &backup.to_text())?;
        let holding = backup.guardians_who_hold();
        if !holding.is_empty() {
            say(format_args!(
                "note: guardians who hold shares of the key themselves: {}; {} guardians together have this share besides",
                names(holding.into_iter()),
                backup.needed()
            ));
        }
        if self.unlocking.json {
            let mut value = backup_json(&backup);
            value["file"] = self.out.display().to_string().into();
            return print(&format!("{value}\n"));
        }
        print(&page(&backup))?;
        say(
            "next: every guardian runs `quorate key guard FILE`; then rehearse a recovery with `quorate key restore --drill`",
        );
        Ok(())
    }
}

/// What everybody may know of a backup.
pub(super) fn backup_json(backup: &Backup) -> Value {
    let key = backup.key();
    json!({
        "backup": backup.id().to_string(),
        "key": key.name.as_str(),
        "key_id": key.key_id.to_string(),
        "scheme": key.scheme.name(),
        "epoch": key.epoch,
        "holder": backup.holder().name.as_str(),
        "created": backup.created(),
        "guardians": backup.guardians().iter().map(|guardian| guardian.name.as_str()).collect::<Vec<_>>(),
        "guardians_needed": backup.needed(),
        "delay_seconds": backup.delay().seconds(),
        "vetoers": backup.vetoers().iter().map(|vetoer| vetoer.name.as_str()).collect::<Vec<_>>(),
    })
}

/// The same for people.
pub(super) fn page(backup: &Backup) -> String {
    let (key, people) = (backup.key(), |people: &[Person]| names(people.iter().map(|person| &person.name)));
    let mut text = format!(
        "backup             {}\nof the share of    {}, of the key {} ({}), epoch {}\nguardians          {}\nneeded             {}\ndelay              {}\n",
        backup.id(),
        backup.holder().name,
        key.name,
        key.scheme,
        key.epoch,
        people(backup.guardians()),
        backup.needed(),
        backup.delay(),
    );
    let vetoers = std::iter::once(&backup.holder().name).chain(backup.vetoers().iter().map(|vetoer| &vetoer.name));
    text += &format!("can veto           {}\n", names(vetoers));
    text
}

pub(super) fn names<'a>(names: impl Iterator<Item = &'a PartyName>) -> String {
    names.map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Reads a paper.
pub(super) fn read_paper<T>(path: &Path, parse: impl Fn(&[u8]) -> Result<T, PaperFault>) -> Result<T, Failure> {
    let bytes = super::read(path, PAPER_LIMIT as u64)?;
    Ok(parse(&bytes).map_err(BackupError::paper(path.display()))?)
}

/// Writes a paper.
pub(super) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    // A file is replaced whole: a device or a folder would be replaced too.
    if path.exists() && !path.is_file() {
        return Err(Failure::new(Exit::BadInput, format!("--out {}: this is not a file", path.display())));
    }
    Ok(write_atomically(path, text.as_bytes())?)
}
