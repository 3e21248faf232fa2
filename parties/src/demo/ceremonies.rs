//! What a demo of keys shows at its end.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::stage::Act;
use super::total::Total;
use crate::exit::{Exit, Failure};
use crate::keys::Scheme;
use crate::keys::address::AddressKind;
use crate::keys::encoding::read_public_key;
use crate::keys::verify::verify;
use crate::output::grid;

/// The acts of a demo, the key, and the last signature.
#[derive(Debug)]
pub struct CeremoniesReport {
    pub(super) acts: Vec<Act>,
    pub(super) total: Total,
    pub(super) key: Value,
    pub(super) last: Signed,
    /// Whom the key withstands, in a sentence.
    pub(super) claim: &'static str,
    /// More fields of the JSON object.
    pub(super) more: Vec<(&'static str, Value)>,
}

/// A signature of a demo's key that was verified.
#[derive(Debug)]
pub(super) struct Signed {
    /// What was signed.
    message: Vec<u8>,
    /// What the first signer printed.
    printed: Value,
}

impl Signed {
    /// The signature that all signers have printed, if it verifies under the demo's key.
    pub(super) fn new(key: &Value, message: Vec<u8>, mut printed: Vec<Value>) -> Result<Self, Failure> {
        let bug = |why: &str| Failure::new(Exit::Bug, why.to_owned());
        if printed.iter().any(|other| other["signature"] != printed[0]["signature"]) {
            return Err(bug("the signers have different signatures"));
        }
        let public = key["public_key"].as_str().unwrap_or_default();
        let point = read_public_key(Scheme::EcdsaSecp256k1, public.as_bytes())?;
        let signature = hex::decode(printed[0]["signature_der"].as_str().unwrap_or_default())
            .map_err(|_| bug("a signature is not hexadecimal"))?;
        verify(Scheme::EcdsaSecp256k1, &point, &Sha256::digest(&message), &signature)?;
        Ok(Self { message, printed: printed.swap_remove(0) })
    }

    /// A word on it: how it begins and what it used.
    pub(super) fn word(&self) -> String {
        let how = if self.printed["prepared"] == true { "one message each" } else { "nothing prepared was used" };
        let signature = self.printed["signature"].as_str().unwrap_or_default();
        let begins: String = signature.chars().take(16).collect();
        format!("{begins}… verifies; {how}")
    }
}

/// The address by which the demos call their key.
pub(super) fn address(key: &Value) -> String {
    key["addresses"][AddressKind::P2wpkh.name()].as_str().unwrap_or_default().to_owned()
}

impl CeremoniesReport {
    /// One object: the last signature's session with the totals of all, and what the chain sees.
    pub fn json(&self) -> Value {
        let mut value = self.last.printed["run"].clone();
        self.total.write(&mut value);
        value["address"] = address(&self.key).into();
        value["addresses"] = self.key["addresses"].clone();
        for field in ["public_key", "public_key_pem", "signers_needed", "privacy_threshold"] {
            value[field] = self.key[field].clone();
        }
        value["message_hex"] = hex::encode(&self.last.message).into();
        for field in ["digest", "signature_der", "signature_compact", "signature_recoverable"] {
            let name = if field == "digest" { "message_digest" } else { field };
            value[name] = self.last.printed[field].clone();
        }
        let acts = self
            .acts
            .iter()
            .map(|act| json!({ "act": act.what, "who": act.who, "result": act.result, "seconds": act.seconds }));
        value["acts"] = acts.collect();
        for (name, more) in &self.more {
            value[*name] = more.clone();
        }
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
        text += &format!("\nmessage    {}\n", self.message());
        text += &format!("signature  {}\n", of(&self.last.printed["signature_der"]));
        text += &format!("address    {}\n", address(&self.key));
        text += &format!("claim      {}\n", self.claim);
        text += &format!("receipt    {}\n", of(&self.last.printed["run"]["receipt"]));
        text + &of(&self.key["public_key_pem"])
    }

    /// The message on lines below each other.
    fn message(&self) -> String {
        String::from_utf8_lossy(&self.last.message).trim_end().replace('\n', "\n           ")
    }
}
