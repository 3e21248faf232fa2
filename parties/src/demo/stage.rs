//! A stage on which custodians act: every step is what they would type, each a process of its own.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::child::{Child, Ended, News};
use super::company::Company;
use super::scenes::Scene;
use super::total::Total;
use crate::exit::{Exit, Failure};
use crate::identity::write_private;
use crate::output::say;
use crate::run::ProgressEvent;

/// How long the processes of a step may take before the demo gives up.
const LIMIT: Duration = Duration::from_secs(120);

/// One step of a demo.
#[derive(Debug)]
pub(super) struct Act {
    pub(super) what: String,
    pub(super) who: String,
    pub(super) result: String,
    pub(super) seconds: f64,
}

/// The company, and what has happened so far.
pub(super) struct Stage {
    company: Company,
    quiet: bool,
    pub(super) acts: Vec<Act>,
    pub(super) total: Total,
}

impl Stage {
    /// Founds the company of a scene; each of its parties has a passphrase.
    pub(super) fn open(scene: &Scene<'_>, quiet: bool) -> Result<Self, Failure> {
        let company = Company::found(scene)?;
        let stage = Self { company, quiet, acts: Vec::new(), total: Total::default() };
        for player in scene.parties {
            let path = stage.passphrase(player.name);
            let words = format!("{:016x}{:016x}\n", super::random_number()?, super::random_number()?);
            write_private(&path, words.as_bytes()).map_err(|error| unwritten(&path, &error))?;
        }
        Ok(stage)
    }

    pub(super) fn tell(&self, text: std::fmt::Arguments<'_>) {
        if !self.quiet {
            say(text);
        }
    }

    pub(super) fn directory(&self) -> &Path {
        self.company.directory()
    }

    pub(super) fn home_of(&self, name: &str) -> PathBuf {
        self.company.home_of(name)
    }

    /// A file that the parties hand to each other.
    pub(super) fn file(&self, name: &str) -> String {
        self.directory().join(name).to_string_lossy().into_owned()
    }

    /// Writes such a file.
    pub(super) fn write(&self, name: &str, content: &str) -> Result<String, Failure> {
        let path = self.directory().join(name);
        std::fs::write(&path, content).map_err(|error| unwritten(&path, &error))?;
        Ok(self.file(name))
    }

    fn passphrase(&self, name: &str) -> PathBuf {
        self.directory().join(format!("{name}.passphrase"))
    }

    /// What a party types at its own desk.
    fn command(&self, name: &str, words: &[&str]) -> Vec<OsString> {
        let mut arguments: Vec<OsString> = words.iter().map(OsString::from).collect();
        arguments.extend(["--home".into(), self.home_of(name).into_os_string(), "--json".into()]);
        arguments
    }

    /// The same, where it meets others and opens its share.
    fn ceremony(&self, name: &str, words: &[&str]) -> Vec<OsString> {
        let mut arguments = self.command(name, words);
        arguments.extend(["--passphrase-file".into(), self.passphrase(name).into_os_string()]);
        arguments.extend(["--wait", "30", "--progress", "json"].map(OsString::from));
        arguments
    }

    /// A command that a party runs by itself, and that must succeed: what it printed.
    pub(super) fn alone(&self, name: &str, words: &[&str]) -> Result<Value, Failure> {
        let (sender, _news) = mpsc::channel();
        let ended = Child::start(0, &self.command(name, words), sender)?.wait()?;
        result(name, &ended)
    }

    /// Lets these parties run one command each; `killed` is ended when its protocol begins.
    pub(super) fn play(&self, names: &[&str], words: &[&str], killed: Option<&str>) -> Result<Vec<Ended>, Failure> {
        let (sender, news) = mpsc::channel();
        let start = |(at, name): (usize, &&str)| Child::start(at, &self.ceremony(name, words), sender.clone());
        let mut children: Vec<Child> = names.iter().enumerate().map(start).collect::<Result<_, _>>()?;
        drop(sender);
        let begun = Instant::now();
        loop {
            match news.recv_timeout(Duration::from_millis(100)) {
                Ok(News { party, event: ProgressEvent::Begin { .. } }) if Some(names[party]) == killed => {
                    children[party].end();
                }
                Ok(_) => {}
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) if begun.elapsed() > LIMIT => {
                    return Err(Failure::new(Exit::Session, format!("{} do not come to an end", names.join(" and "))));
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
        children.into_iter().map(Child::wait).collect()
    }

    /// A command of these parties that must succeed; what each of them printed.
    pub(super) fn succeed(&mut self, names: &[&str], words: &[&str]) -> Result<Vec<Value>, Failure> {
        let mut values = Vec::new();
        for (name, ended) in names.iter().zip(self.play(names, words, None)?) {
            let value = result(name, &ended)?;
            self.total.add(name, &value["run"]);
            values.push(value);
        }
        self.total.add_cost(&values[0]["run"]);
        Ok(values)
    }

    pub(super) fn record(&mut self, what: &str, names: &[&str], result: String, start: Instant) {
        let act = Act { what: what.to_owned(), who: names.join(", "), result, seconds: start.elapsed().as_secs_f64() };
        self.tell(format_args!("{:10} {:15} {}", act.what, act.who, act.result));
        self.acts.push(act);
    }
}

/// What a process that must have succeeded has printed.
fn result(name: &str, ended: &Ended) -> Result<Value, Failure> {
    if ended.code != Some(0) {
        return Err(Failure::new(Exit::Session, format!("{name} failed:\n{}", ended.said.trim_end())));
    }
    serde_json::from_str(&ended.result)
        .map_err(|error| Failure::new(Exit::Bug, format!("the result of {name} cannot be read: {error}")))
}

fn unwritten(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(Exit::BadInput, format!("cannot write {}: {error}", path.display()))
}
