//! Handing orders to resident processes without a command in between: one line of JSON over the socket in the home, many
//! at once.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// An order that a resident process is at.
pub struct HandedOver {
    said: Arc<Mutex<String>>,
    answer: JoinHandle<Answer>,
}

/// What has become of an order.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The result, as the command prints it.
    Done(Value),
    /// There is none: exit code and message.
    Failed(u64, String),
    /// The process was not there, or has ended in the middle.
    Lost,
}

/// Signers as an order names them.
fn named(signers: &[&str]) -> Value {
    json!({ "names": signers, "majority": false })
}

/// The order for a signature of a message.
pub fn sign(key: &str, signers: &[&str], message: &[u8]) -> Value {
    json!({ "order": "sign", "key": key, "what": { "message": hex::encode(message) }, "signers": named(signers), "path": null,
            "taproot": false, "fresh": false })
}

/// The order for a signature of a digest.
pub fn sign_digest(key: &str, signers: &[&str], digest: &[u8; 32]) -> Value {
    json!({ "order": "sign", "key": key, "what": { "digest": hex::encode(digest) }, "signers": named(signers), "path": null,
            "taproot": false, "fresh": false })
}

/// The order for one-time material.
pub fn presign(key: &str, signers: &[&str], count: u32) -> Value {
    json!({ "order": "presign", "key": key, "count": count, "signers": named(signers) })
}

/// Hands an order to the resident process of a home; it waits for partners so many seconds.
pub fn hand_over(home: &str, order: &Value, wait: u32) -> HandedOver {
    let said = Arc::new(Mutex::new(String::new()));
    let line = format!("{}\n", json!({ "order": order, "wait": f64::from(wait) }));
    let (socket, told) = (Path::new(home).join("serve.sock"), said.clone());
    let answer = thread::spawn(move || {
        let Ok(mut stream) = UnixStream::connect(socket) else { return Answer::Lost };
        if stream.write_all(line.as_bytes()).is_err() {
            return Answer::Lost;
        }
        for line in BufReader::new(stream).lines() {
            let Ok(reply) = line.map(|line| serde_json::from_str::<Value>(&line)) else { return Answer::Lost };
            // A line that was cut is of a process that was killed while it wrote it.
            let Ok(reply) = reply else { return Answer::Lost };
            if let Some(note) = reply["note"].as_str() {
                *told.lock().expect("no test panics while it holds this") += &format!("{note}\n");
            } else if let Some(failed) = reply.get("failed") {
                let code = failed["exit"].as_u64().expect("a code");
                return Answer::Failed(code, failed["message"].as_str().expect("a message").to_owned());
            } else {
                return Answer::Done(reply["done"]["json"].clone());
            }
        }
        Answer::Lost
    });
    HandedOver { said, answer }
}

impl HandedOver {
    /// Waits until it has noted these words or is over, at most so long.
    pub fn until(&self, words: &str, limit: Duration) {
        let start = Instant::now();
        let has = || self.said.lock().expect("no test panics while it holds this").contains(words);
        while !has() && !self.answer.is_finished() && start.elapsed() < limit {
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Waits until it is over.
    pub fn until_over(&self) {
        self.until("\n\n", Duration::MAX);
    }

    /// Waits for the end.
    pub fn end(self) -> Answer {
        self.answer.join().expect("it reads")
    }
}
