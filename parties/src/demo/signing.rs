//! Three custodians: a key that never exists anywhere, signatures by every two of them, and one of them killed in the
//! middle of a signature.

use std::time::Instant;

use serde_json::Value;

use super::ceremonies::{CeremoniesReport, Signed, address};
use super::scenes::{Player, Scene};
use super::stage::Stage;
use crate::exit::{Exit, Failure};
use crate::keys::Scheme;

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

pub(super) const fn custodian(name: &'static str) -> Player<'static> {
    Player { name, roles: &[], inputs: &[] }
}

/// The pairs that sign.
const PAIRS: [[&str; 2]; 3] = [["ann", "ben"], ["ann", "cas"], ["ben", "cas"]];
/// What the last two sign.
const MESSAGE: &str = "pay 3 coins to the baker";

/// Plays it.
///
/// # Errors
/// If a step does not end as it should.
pub fn run(quiet: bool) -> Result<CeremoniesReport, Failure> {
    let mut stage = Stage::open(&SCENE, quiet)?;
    stage.tell(format_args!("{}: {}", SCENE.name, SCENE.title));
    stage.tell(format_args!("3 processes with homes in {}\n", stage.directory().display()));
    let key = generate(&mut stage, &["ann", "ben", "cas"])?;
    for pair in PAIRS {
        presign(&mut stage, pair)?;
        sign(&mut stage, pair, &key, &format!("a message that {} and {} sign", pair[0], pair[1]))?;
    }
    kill_one(&mut stage)?;
    let last = sign(&mut stage, PAIRS[0], &key, MESSAGE)?;
    let claim = "malicious custodians: one alone learns nothing and signs nothing; any two sign";
    Ok(CeremoniesReport { acts: stage.acts, total: stage.total, key, last, claim, more: Vec::new() })
}

/// A key of which any two sign.
pub(super) fn generate(stage: &mut Stage, names: &[&str]) -> Result<Value, Failure> {
    let holders = names.join(",");
    let start = Instant::now();
    let scheme = Scheme::EcdsaSecp256k1.name();
    let words = ["key", "generate", "treasury", "--scheme", scheme, "--threshold", "2", "--holders", &holders];
    let keys = stage.succeed(names, &words)?;
    if keys.iter().any(|key| key["public_key"] != keys[0]["public_key"]) {
        return Err(Failure::new(Exit::Bug, "the custodians have different keys"));
    }
    let result = format!("2 of 3 sign, 1 alone learns nothing; address {}", address(&keys[0]));
    stage.record("key", names, result, start);
    Ok(keys.into_iter().next().unwrap_or_default())
}

/// A stock for two signers.
pub(super) fn presign(stage: &mut Stage, pair: [&str; 2]) -> Result<(), Failure> {
    let start = Instant::now();
    let signers = pair.join(",");
    let done = stage.succeed(&pair, &["key", "presign", "treasury", "--count", "4", "--signers", &signers])?;
    stage.record("presign", &pair, format!("{} prepared signatures", done[0]["stock"]), start);
    Ok(())
}

fn sign(stage: &mut Stage, pair: [&str; 2], key: &Value, message: &str) -> Result<Signed, Failure> {
    let start = Instant::now();
    let signers = pair.join(",");
    let done = stage.succeed(&pair, &["key", "sign", "treasury", "--message", message, "--signers", &signers])?;
    let signed = Signed::new(key, message.as_bytes().to_vec(), done)?;
    stage.record("sign", &pair, signed.word(), start);
    Ok(signed)
}

/// The second of the first pair is killed when the protocol begins.
fn kill_one(stage: &mut Stage) -> Result<(), Failure> {
    let start = Instant::now();
    let pair = PAIRS[0];
    let signers = pair.join(",");
    let words = ["key", "sign", "treasury", "--message", "never signed", "--signers", &signers];
    let ended = stage.play(&pair, &words, Some(pair[1]))?;
    // Killed early enough, nobody has a signature; killed a moment later, the other one may have finished.
    let left = match ended[0].code {
        Some(3) => "aborts and keeps its key",
        Some(0) => "had everything already",
        _ => {
            let why = format!("{} did not end as it should:\n{}", pair[0], ended[0].said.trim_end());
            return Err(Failure::new(Exit::Session, why));
        }
    };
    stage.record("kill", &[pair[1]], format!("in the middle of a signature; {} {left}", pair[0]), start);
    Ok(())
}
