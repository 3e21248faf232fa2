//! `request`: what a key is asked to sign, from the first word to the signature.

mod answer;
mod new;
mod show;
mod sign;
mod view;

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::policy::Place;
use crate::exit::{Exit, Failure};
use crate::identity::write_atomically;
use crate::policy::Office;
use crate::request::{Bundle, Requests, Span};

pub(super) use sign::approved_page;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: somebody asks, somebody approves, and then two holders of the key sign
  quorate request new transfer --key treasury --destination 0x… --asset ETH --amount 2.5 --out rent.toml
  quorate request approve rent.toml --out rent.toml
  quorate request import rent.toml
  quorate request sign 5f0c77a1")]
pub(super) struct Request {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Ask for a signature
    New(new::New),
    /// List the requests of this home
    List(show::List),
    /// Show a request, what was said to it, and what is missing
    Show(show::Show),
    /// Take a request's file in, with everything that was said to it
    Import(answer::Import),
    /// Approve a request, by a signature of this home's identity
    Approve(answer::Approve),
    /// Refuse a request, for good
    Refuse(answer::Refuse),
    /// Take an approval back, for good
    Revoke(answer::Revoke),
    /// Certify something of a request for policies that ask for it
    Attest(answer::Attest),
    /// Sign a request that the policy allows; every signer runs this
    Sign(sign::Sign),
}

impl Request {
    pub(super) fn run(self) -> Result<(), Failure> {
        match self.command {
            Command::New(command) => command.run(),
            Command::List(command) => command.run(),
            Command::Show(command) => command.run(),
            Command::Import(command) => command.run(),
            Command::Approve(command) => command.run(),
            Command::Refuse(command) => command.run(),
            Command::Revoke(command) => command.run(),
            Command::Attest(command) => command.run(),
            Command::Sign(command) => command.run(),
        }
    }
}

/// A span that was given with an option.
pub(super) fn span(option: &str, text: &str) -> Result<Span, Failure> {
    text.parse().map_err(|why| Failure::new(Exit::BadInput, format!("{option}: {why}")))
}

/// A value that was given with an option.
fn value<T: std::str::FromStr<Err: ToString>>(option: &str, text: &str) -> Result<T, Failure> {
    text.parse().map_err(|why: T::Err| Failure::new(Exit::BadInput, format!("{option}: {}", why.to_string())))
}

/// The request that is meant: the first digits of an id of this home, or a file. A file is joined with what this home
/// knows of the request, and nothing is kept.
fn find(office: &Office, text: &str) -> Result<Bundle, Failure> {
    let path = Path::new(text);
    let digits = text.len() <= 64 && text.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
    if digits && !path.exists() {
        return Ok(office.requests.find(text)?);
    }
    let mut bundle = Requests::read(path)?;
    if let Ok(known) = office.requests.find(&bundle.id().to_string()) {
        let fault = |fault| crate::request::RequestError::Bundle { path: path.to_owned(), fault };
        bundle.merge(&known).map_err(fault)?;
    }
    Ok(bundle)
}

/// Writes a bundle's file, if one was asked for.
fn write_out(out: Option<&PathBuf>, bundle: &Bundle) -> Result<(), Failure> {
    match out {
        Some(path) => Ok(write_atomically(path, bundle.to_text().as_bytes())?),
        None => Ok(()),
    }
}
