//! Three custodians: a key that never exists anywhere, signatures by every two of them, and one of them killed in the
//! middle of a signature.
//!
//! Every step is what the custodians would type, each a process of its own.

use std::ffi::OsString;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::child::{Child, Ended, News};
use super::company::Company;
use super::scenes::{Player, Scene};
use super::total::Total;
use crate::exit::{Exit, Failure};
use crate::identity::write_private;
use crate::keys::encoding::read_public_key;
use crate::keys::verify::verify;
use crate::keys::{Scheme, address::AddressKind};
use crate::output::{grid, say};
use crate::run::ProgressEvent;

/// Who plays.
pub(super) const SCENE: Scene<'static> = Scene {
    name: "signing",
    title: "three custodians make a key that exists nowhere; any two of them sign, although one is killed meanwhile",
    program: "ecdsa-secp256k1",
    parameters: &[],
    options: &[],
    folder: "",
    parties: &[custodian("ann"), custodian("ben"), custodian("cas")],
};

const fn custodian(name: &'static str) -> Player<'static> {
    Player { name, roles: &[], inputs: &[] }
}

/// The pairs that sign.
const PAIRS: [[&str; 2]; 3] = [["ann", "ben"], ["ann", "cas"], ["ben", "cas"]];
/// What the last two sign.
const MESSAGE: &str = "pay 3 coins to the baker";
/// How long the processes of a step may take before the demo gives up.
const LIMIT: Duration = Duration::from_secs(120);

/// What the demo shows at its end.
#[derive(Debug)]
pub struct SigningReport {
    acts: Vec<Act>,
    total: Total,
    key: Value,
    last: Value,
}

/// One step of the demo.
#[derive(Debug)]
struct Act {
    what: String,
    who: String,
    result: String,
    seconds: f64,
}

/// Plays it.
///
/// # Errors
/// If a step does not end as it should.
pub fn run(quiet: bool) -> Result<SigningReport, Failure> {
    let company = Company::found(&SCENE)?;
    let mut stage = Stage { company, quiet, acts: Vec::new(), total: Total::default() };
    stage.tell(format_args!("{}: {}", SCENE.name, SCENE.title));
    stage.tell(format_args!("3 processes with homes in {}\n", stage.company.directory().display()));
    stage.write_passphrases()?;
    let key = stage.generate()?;
    for pair in PAIRS {
        stage.presign(pair)?;
        stage.sign(pair, &key, &format!("a message that {} and {} sign", pair[0], pair[1]))?;
    }
    stage.kill_one()?;
    let last = stage.sign(PAIRS[0], &key, MESSAGE)?;
    Ok(SigningReport { acts: stage.acts, total: stage.total, key, last })
}

/// The company, and what has happened so far.
struct Stage {
    company: Company,
    quiet: bool,
    acts: Vec<Act>,
    total: Total,
}

impl Stage {
    fn tell(&self, text: std::fmt::Arguments<'_>) {
        if !self.quiet {
            say(text);
        }
    }

    fn passphrase(&self, name: &str) -> std::path::PathBuf {
        self.company.directory().join(format!("{name}.passphrase"))
    }

    fn write_passphrases(&self) -> Result<(), Failure> {
        for player in SCENE.parties {
            let path = self.passphrase(player.name);
            let words = format!("{:016x}{:016x}\n", super::random_number()?, super::random_number()?);
            write_private(&path, words.as_bytes())
                .map_err(|error| Failure::new(Exit::BadInput, format!("cannot write {}: {error}", path.display())))?;
        }
        Ok(())
    }

    /// The command line of one custodian.
    fn command(&self, name: &str, words: &[&str]) -> Vec<OsString> {
        let mut arguments: Vec<OsString> = vec!["key".into()];
        arguments.extend(words.iter().map(OsString::from));
        arguments.extend(["--home".into(), self.company.home_of(name).into_os_string()]);
        arguments.extend(["--passphrase-file".into(), self.passphrase(name).into_os_string()]);
        arguments.extend(["--wait", "30", "--json", "--progress", "json"].map(OsString::from));
        arguments
    }

    /// Lets these custodians run one command each; `killed` is ended when its protocol begins.
    fn play(&self, names: &[&str], words: &[&str], killed: Option<&str>) -> Result<Vec<Ended>, Failure> {
        let (sender, news) = mpsc::channel();
        let start = |(at, name): (usize, &&str)| Child::start(at, &self.command(name, words), sender.clone());
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

    /// A command of these custodians that must succeed; what each of them printed.
    fn succeed(&mut self, names: &[&str], words: &[&str]) -> Result<Vec<Value>, Failure> {
        let mut values = Vec::new();
        for (name, ended) in names.iter().zip(self.play(names, words, None)?) {
            if ended.code != Some(0) {
                return Err(Failure::new(Exit::Session, format!("{name} failed:\n{}", ended.said.trim_end())));
            }
            let value: Value = serde_json::from_str(&ended.result)
                .map_err(|error| Failure::new(Exit::Bug, format!("the result of {name} cannot be read: {error}")))?;
            self.total.add(name, &value["run"]);
            values.push(value);
        }
        self.total.add_cost(&values[0]["run"]);
        Ok(values)
    }

    fn record(&mut self, what: &str, names: &[&str], result: String, start: Instant) {
        let act = Act { what: what.to_owned(), who: names.join(", "), result, seconds: start.elapsed().as_secs_f64() };
        self.tell(format_args!("{:10} {:15} {}", act.what, act.who, act.result));
        self.acts.push(act);
    }

    fn generate(&mut self) -> Result<Value, Failure> {
        let names = SCENE.parties.iter().map(|player| player.name).collect::<Vec<_>>();
        let holders = names.join(",");
        let start = Instant::now();
        let scheme = Scheme::EcdsaSecp256k1.name();
        let words = ["generate", "treasury", "--scheme", scheme, "--threshold", "2", "--holders", &holders];
        let keys = self.succeed(&names, &words)?;
        if keys.iter().any(|key| key["public_key"] != keys[0]["public_key"]) {
            return Err(Failure::new(Exit::Bug, "the custodians have different keys"));
        }
        let address = keys[0]["addresses"][AddressKind::P2wpkh.name()].as_str().unwrap_or_default().to_owned();
        self.record("key", &names, format!("2 of 3 sign, 1 alone learns nothing; address {address}"), start);
        Ok(keys.into_iter().next().unwrap_or_default())
    }

    fn presign(&mut self, pair: [&str; 2]) -> Result<(), Failure> {
        let start = Instant::now();
        let signers = pair.join(",");
        let done = self.succeed(&pair, &["presign", "treasury", "--count", "4", "--signers", &signers])?;
        self.record("presign", &pair, format!("{} prepared signatures", done[0]["stock"]), start);
        Ok(())
    }

    fn sign(&mut self, pair: [&str; 2], key: &Value, message: &str) -> Result<Value, Failure> {
        let start = Instant::now();
        let signers = pair.join(",");
        let mut done = self.succeed(&pair, &["sign", "treasury", "--message", message, "--signers", &signers])?;
        if done[0]["signature"] != done[1]["signature"] {
            return Err(Failure::new(Exit::Bug, "the signers have different signatures"));
        }
        check(key, message, &done[0])?;
        let how = if done[0]["prepared"] == true { "one message each" } else { "nothing prepared was used" };
        let signature = done[0]["signature"].as_str().unwrap_or_default();
        let begins: String = signature.chars().take(16).collect();
        self.record("sign", &pair, format!("{begins}… verifies; {how}"), start);
        let mut signed = done.swap_remove(0);
        signed["message"] = message.into();
        Ok(signed)
    }

    /// The second of the first pair is killed when the protocol begins.
    fn kill_one(&mut self) -> Result<(), Failure> {
        let start = Instant::now();
        let pair = PAIRS[0];
        let signers = pair.join(",");
        let words = ["sign", "treasury", "--message", "never signed", "--signers", &signers];
        let ended = self.play(&pair, &words, Some(pair[1]))?;
        // Killed early enough, nobody has a signature; killed a moment later, the other one may have finished.
        let left = match ended[0].code {
            Some(3) => "aborts and keeps its key",
            Some(0) => "had everything already",
            _ => {
                let why = format!("{} did not end as it should:\n{}", pair[0], ended[0].said.trim_end());
                return Err(Failure::new(Exit::Session, why));
            }
        };
        self.record("kill", &[pair[1]], format!("in the middle of a signature; {} {left}", pair[0]), start);
        Ok(())
    }
}

/// The signature verifies under the key of the beginning.
fn check(key: &Value, message: &str, signed: &Value) -> Result<(), Failure> {
    use sha2::{Digest, Sha256};
    let public = key["public_key"].as_str().unwrap_or_default();
    let point = read_public_key(Scheme::EcdsaSecp256k1, public.as_bytes())?;
    let signature = hex::decode(signed["signature_der"].as_str().unwrap_or_default())
        .map_err(|_| Failure::new(Exit::Bug, "a signature is not hexadecimal"))?;
    verify(Scheme::EcdsaSecp256k1, &point, &Sha256::digest(message), &signature)?;
    Ok(())
}

impl SigningReport {
    /// One object: the last signature's session with the totals of all, and what the chain sees.
    pub fn json(&self) -> Value {
        let mut value = self.last["run"].clone();
        self.total.write(&mut value);
        value["address"] = self.key["addresses"][AddressKind::P2wpkh.name()].clone();
        value["addresses"] = self.key["addresses"].clone();
        for field in ["public_key", "public_key_pem", "signers_needed", "privacy_threshold"] {
            value[field] = self.key[field].clone();
        }
        value["message_hex"] = hex::encode(self.last["message"].as_str().unwrap_or_default()).into();
        for field in ["digest", "signature_der", "signature_compact", "signature_recoverable"] {
            let name = if field == "digest" { "message_digest" } else { field };
            value[name] = self.last[field].clone();
        }
        let acts = self.acts.iter().map(
            |act| serde_json::json!({ "act": act.what, "who": act.who, "result": act.result, "seconds": act.seconds }),
        );
        value["acts"] = acts.collect();
        value
    }

    /// The same for people.
    pub fn text(&self) -> String {
        let rows = self
            .acts
            .iter()
            .map(|act| [act.what.clone(), act.who.clone(), act.result.clone(), format!("{:.2} s", act.seconds)]);
        let mut text = grid(&["act", "who", "what came of it", "time"], rows);
        let of = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        text += "\n";
        text += &self.total.text();
        text += &format!("\nmessage    {}\n", of(&self.last["message"]));
        text += &format!("signature  {}\n", of(&self.last["signature_der"]));
        text += &format!("address    {}\n", of(&self.key["addresses"][AddressKind::P2wpkh.name()]));
        text += "claim      malicious custodians: one alone learns nothing and signs nothing; any two sign\n";
        text += &format!("receipt    {}\n", of(&self.last["run"]["receipt"]));
        text + &of(&self.key["public_key_pem"])
    }
}
