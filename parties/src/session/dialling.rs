//! Dialling a peer until it answers.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use super::call::{Answer, Call, Refusal, ask};
use super::meeting::{HANDSHAKE, Signal};
use crate::identity::{Card, Identity, PublicKey};
use crate::link::{self, Carrier, Exchange, HandshakeFault, Status, Stream};

/// The first pause after a failed attempt; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(25);
const LONGEST_PAUSE: Duration = Duration::from_millis(400);

/// The pause after a peer has refused our key: it may be busy with others.
const REFUSED_PAUSE: Duration = Duration::from_secs(2);

/// How long one connection may take to come about.
const CONNECT: Duration = Duration::from_secs(5);

/// Why one attempt failed.
pub(crate) enum Attempt {
    /// Nobody answers yet, or not properly: worth another try.
    Again(String),
    /// Somebody answers who is not the peer, or the peer refuses us: trying again changes nothing.
    Hopeless(HandshakeFault),
}

/// How often it is told what a connection over files waits for.
const TELL: Duration = Duration::from_millis(500);

/// Begins a connection over files with a peer, and tells what it waits for until there is one.
pub(super) async fn dial_by_files(
    identity: Arc<Identity>,
    peer: usize,
    key: PublicKey,
    exchange: Exchange,
    signals: mpsc::Sender<Signal>,
) {
    let files = match exchange.dial() {
        Ok(files) => files,
        // Nobody listens for signals once the meeting is over.
        Err(error) => return drop(signals.send(Signal::Spoiled { peer, why: error.to_string() }).await),
    };
    let status = files.status().clone();
    let handshake = link::dial(&identity, key, Carrier::Files(files));
    shake_hands_by_files(peer, &status, handshake, &signals).await;
}

/// Tells what a handshake over files waits for, until there is a connection or something is wrong with a file.
pub(super) async fn shake_hands_by_files(
    peer: usize,
    status: &Status,
    handshake: impl Future<Output = Result<Stream, HandshakeFault>>,
    signals: &mpsc::Sender<Signal>,
) {
    let mut handshake = pin!(handshake);
    loop {
        let signal = match timeout(TELL, &mut handshake).await {
            Ok(Ok(stream)) => Signal::Arrived { peer, stream: Box::new(stream) },
            Ok(Err(HandshakeFault::Broken(why))) => Signal::Spoiled { peer, why },
            Ok(Err(fault)) => Signal::Hopeless { peer, fault },
            Err(_) => Signal::Unreached { peer, why: status.awaited() },
        };
        let again = matches!(signal, Signal::Unreached { .. });
        // Nobody listens for signals once the meeting is over.
        if signals.send(signal).await.is_err() || !again {
            return;
        }
    }
}

/// Dials `card`'s party until it answers, and reports each failed attempt.
pub(super) async fn dial(identity: Arc<Identity>, peer: usize, card: Card, call: Call, signals: mpsc::Sender<Signal>) {
    let mut pause = FIRST_PAUSE;
    loop {
        let signal = match attempt(&identity, &card, &call).await {
            Ok((Answer::Accepted(_), stream)) => Signal::Arrived { peer, stream: Box::new(stream) },
            Ok((answer, _)) => unwelcome(peer, answer),
            Err(Attempt::Hopeless(fault)) => Signal::Hopeless { peer, fault },
            Err(Attempt::Again(why)) => Signal::Unreached { peer, why },
        };
        let again = matches!(signal, Signal::Unreached { .. });
        // Nobody listens for signals once the meeting is over.
        if signals.send(signal).await.is_err() || !again {
            return;
        }
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Invites `card`'s party until it comes, or says that it will not. A party that cannot be reached this way may still
/// come by itself, so nothing here but a refusal ends the meeting.
pub(super) async fn invite(
    identity: Arc<Identity>,
    peer: usize,
    card: Card,
    call: Call,
    signals: mpsc::Sender<Signal>,
) {
    let mut pause = FIRST_PAUSE;
    loop {
        let signal = match attempt(&identity, &card, &call).await {
            Ok((Answer::Accepted(_) | Answer::Here, _)) => return,
            Ok((answer, _)) => unwelcome(peer, answer),
            Err(Attempt::Hopeless(fault)) => {
                pause = REFUSED_PAUSE;
                Signal::Unreached { peer, why: fault.to_string() }
            }
            Err(Attempt::Again(why)) => Signal::Unreached { peer, why },
        };
        let again = matches!(signal, Signal::Unreached { .. });
        if signals.send(signal).await.is_err() || !again {
            return;
        }
        sleep(pause).await;
        pause = (pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE.max(pause));
    }
}

/// What another answer than the one that was hoped for means.
fn unwelcome(peer: usize, answer: Answer) -> Signal {
    match answer {
        Answer::Refused(Refusal { policy, why }) => Signal::Declined { peer, policy, why },
        Answer::NotNow(why) => Signal::Unreached { peer, why },
        Answer::Accepted(_) | Answer::Here => {
            Signal::Unreached { peer, why: "it answered another call than this one".to_owned() }
        }
    }
}

/// Connects once, calls, and hears the answer.
///
/// # Errors
/// If nobody answers, or somebody else than the party of this card.
pub(crate) async fn attempt(identity: &Arc<Identity>, card: &Card, call: &Call) -> Result<(Answer, Stream), Attempt> {
    let address = card.address();
    let tcp = match timeout(CONNECT, TcpStream::connect((address.host(), address.port()))).await {
        Ok(Ok(tcp)) => tcp,
        Ok(Err(error)) => return Err(Attempt::Again(error.to_string().to_lowercase())),
        Err(_) => return Err(Attempt::Again(format!("no answer to a connection in {} s", CONNECT.as_secs()))),
    };
    let called = async {
        let mut stream = link::dial(identity, card.public_key(), Carrier::Tcp(tcp)).await?;
        let answer = ask(&mut stream, call).await?;
        Ok((answer, stream))
    };
    match timeout(HANDSHAKE, called).await {
        Ok(Ok(answered)) => Ok(answered),
        Ok(Err(HandshakeFault::Broken(why))) => Err(Attempt::Again(why)),
        Ok(Err(fault)) => Err(Attempt::Hopeless(fault)),
        Err(_) => Err(Attempt::Again(format!("the handshake took more than {} s", HANDSHAKE.as_secs()))),
    }
}
