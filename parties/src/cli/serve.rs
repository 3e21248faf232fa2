//! `serve`.

use std::path::PathBuf;
use std::time::Duration;

use super::key::{presigned_page, signed_page};
use super::patience;
use super::request::approved_page;
use crate::ceremony::Desk;
use crate::exit::{Exit, Failure};
use crate::identity::PartyName;
use crate::keys::{KeyName, PassphraseSource};
use crate::serve::{Announcer, Options, Pages, StockGoal, serve};

#[derive(Debug, clap::Args)]
#[command(after_help = "Example, at ann, who keeps 50 signatures prepared with ben:
  quorate serve --stock treasury=50:ann,ben --passphrase-file ann.pass
It ends in order on SIGTERM and SIGINT.")]
pub(super) struct Serve {
    /// A key that is used (repeatable) [default: all keys of the home]
    #[arg(long = "key", value_name = "NAME")]
    keys: Vec<String>,
    /// Keep so many signatures prepared (repeatable) [default signers: the first holders that are enough; as many as
    /// sign as an honest majority keep a stock of that]
    #[arg(long = "stock", value_name = "NAME=N[:A,B]")]
    stocks: Vec<String>,
    /// Take a share of this key when a rule of its policy gives this home one (repeatable)
    #[arg(long = "stand-by", value_name = "NAME")]
    standby: Vec<String>,
    /// Which other holders are asked what they have seen: those who are reachable; all, or the whole stock is burned;
    /// or nobody but the signers of each session
    #[arg(long, value_name = "reachable|all|signers", default_value = "reachable")]
    witnesses: String,
    /// Propose to rotate a key of which a holder does not answer for so long
    #[arg(long, value_name = "SECONDS")]
    silent_after: Option<f64>,
    /// The directory of the identity [default: $QUORATE_HOME, else ~/.quorate]
    #[arg(long, value_name = "DIR")]
    home: Option<PathBuf>,
    /// Read the passphrase from a file that only this user can read [default: ask at the terminal]
    #[arg(long, value_name = "FILE", help_heading = "Passphrase", conflicts_with = "passphrase_fd")]
    passphrase_file: Option<PathBuf>,
    /// Read the passphrase from an open file descriptor
    #[arg(long, value_name = "N", help_heading = "Passphrase")]
    passphrase_fd: Option<u32>,
    /// For how long a missing or vanished partner is waited for
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0)]
    wait: f64,
    /// Tell events as JSON, one object a line, on standard error
    #[arg(long)]
    json: bool,
}

impl Serve {
    pub(super) fn run(self) -> Result<(), Failure> {
        let wait = patience(self.wait)?;
        let options = Options {
            keys: self.keys.iter().map(|name| name.parse::<KeyName>()).collect::<Result<_, _>>()?,
            standby: self.standby.iter().map(|name| name.parse::<KeyName>()).collect::<Result<_, _>>()?,
            stocks: self.stocks.iter().map(|text| goal(text)).collect::<Result<_, _>>()?,
            wait,
            silent_after: self.silent_after.map(silence).transpose()?,
        };
        let passphrase = match (self.passphrase_file, self.passphrase_fd) {
            (Some(file), _) => PassphraseSource::File(file),
            (None, Some(descriptor)) => PassphraseSource::Descriptor(descriptor),
            (None, None) => PassphraseSource::Prompt,
        };
        let desk = Desk::open(self.home.as_deref(), passphrase, wait)?.with_witnesses(self.witnesses.parse()?);
        let pages = Pages { signed: signed_page, approved: approved_page, presigned: presigned_page };
        serve(desk, options, pages, Announcer::new(self.json))
    }
}

/// `NAME=N` or `NAME=N:a,b`.
fn goal(text: &str) -> Result<StockGoal, Failure> {
    let wrong = || {
        let message = format!("--stock {text}: expected NAME=N, or NAME=N:a,b with the signers");
        Failure::new(Exit::BadInput, message)
    };
    let (name, rest) = text.split_once('=').ok_or_else(wrong)?;
    let (items, signers) = rest.split_once(':').map_or((rest, None), |(items, signers)| (items, Some(signers)));
    let signers: Result<Vec<PartyName>, _> =
        signers.into_iter().flat_map(|list| list.split(',')).map(|name| name.trim().parse()).collect();
    Ok(StockGoal {
        key: name.parse()?,
        items: items.parse().map_err(|_| wrong())?,
        signers: signers.map_err(|_| wrong())?,
    })
}

fn silence(seconds: f64) -> Result<Duration, Failure> {
    if (0.5..=604_800.0).contains(&seconds) {
        return Ok(Duration::from_secs_f64(seconds));
    }
    let message = format!("--silent-after {seconds}: expected seconds, from 0.5 to 604800");
    Err(Failure::new(Exit::BadInput, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goals_are_read() {
        let read = goal("treasury=50:ann, ben").expect("a goal");
        assert_eq!((read.key.as_str(), read.items), ("treasury", 50));
        assert_eq!(read.signers.iter().map(|name| name.as_str()).collect::<Vec<_>>(), ["ann", "ben"]);
        assert_eq!(goal("treasury=1").expect("a goal").signers, []);
        for wrong in ["", "treasury", "treasury=", "treasury=x", "treasury=-1", "treasury=1:", "treasury=1:a,,b", "=1"]
        {
            assert!(goal(wrong).is_err(), "{wrong}");
        }
        assert!(silence(0.4).is_err() && silence(f64::NAN).is_err() && silence(0.5).is_ok());
    }
}
