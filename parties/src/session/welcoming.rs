//! Accepting the peers that dial us, and turning everybody else away.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::call::{Answer, Call, Refusal, hear, reply};
use super::dialling::shake_hands_by_files;
use super::meeting::{HANDSHAKE, Signal};
use crate::identity::{Address, Identity, PublicKey};
use crate::link::{self, Begun, Carrier, Exchange, FileStream, HandshakeFault};

/// Handshakes that go on at once. A stranger who opens more connections waits; a peer gets its turn as those time out.
pub(crate) const AT_ONCE: usize = 128;

/// Strangers that are reported one by one; a flood of them does not become a flood of lines.
pub(crate) const REPORTED: usize = 16;

/// A peer of a meeting.
#[derive(Clone, Copy)]
pub(super) struct Expected {
    pub(super) peer: usize,
    pub(super) key: PublicKey,
    /// Whether it dials us; otherwise we dial it, and it may only ask whether we are here.
    pub(super) dials: bool,
}

/// Binds the address of this party's own card.
pub(crate) async fn listen(address: &Address) -> std::io::Result<TcpListener> {
    TcpListener::bind((address.host(), address.port())).await
}

/// Accepts connections until it is dropped.
pub(super) async fn welcome(
    identity: Arc<Identity>,
    expected: Vec<Expected>,
    listener: TcpListener,
    signals: mpsc::Sender<Signal>,
) -> Infallible {
    let expected = Arc::new(expected);
    let mut reported = 0;
    let mut handshakes = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept(), if handshakes.len() < AT_ONCE => match accepted {
                Ok((tcp, from)) => drop(handshakes.spawn(handshake(identity.clone(), expected.clone(), tcp, from))),
                // Out of file descriptors, or a connection that was gone at once: the next may be better.
                Err(_) => sleep(Duration::from_millis(50)).await,
            },
            // Every end is taken here: a branch that does not match is not looked at again before the next connection.
            Some(ended) = handshakes.join_next() => if let Ok(Some(signal)) = ended {
                let stranger = matches!(signal, Signal::TurnedAway { .. });
                reported += usize::from(stranger);
                if !stranger || reported <= REPORTED {
                    // Once nobody takes signals any more, this is about to be dropped.
                    let _ = signals.send(signal).await;
                }
            }
        }
    }
}

async fn handshake(
    identity: Arc<Identity>,
    expected: Arc<Vec<Expected>>,
    tcp: TcpStream,
    from: SocketAddr,
) -> Option<Signal> {
    let why = match timeout(HANDSHAKE, answered(&identity, &expected, tcp)).await {
        Ok(Ok(signal)) => return signal,
        Ok(Err(fault)) => fault.to_string(),
        Err(_) => format!("it did not finish the handshake within {} s", HANDSHAKE.as_secs()),
    };
    Some(Signal::TurnedAway { from, why })
}

/// A link of our session becomes a signal; whoever asks whether we are here is told so.
async fn answered(
    identity: &Arc<Identity>,
    expected: &[Expected],
    tcp: TcpStream,
) -> Result<Option<Signal>, HandshakeFault> {
    let keys: Vec<_> = expected.iter().map(|expected| expected.key).collect();
    let (key, mut stream) = link::accept(identity, &keys, Carrier::Tcp(tcp)).await?;
    let known = expected.iter().find(|expected| expected.key == key);
    let known = known.ok_or_else(|| HandshakeFault::NotOurs("the key is not expected in this session".to_owned()))?;
    let answer = match hear(&mut stream).await? {
        // There is one session in this process: whatever the caller calls it, it means this one.
        Call::Session { .. } if known.dials => Answer::Accepted(Vec::new()),
        Call::Session { .. } => Refusal::plain("of this pair the other party is the one that is dialled"),
        Call::Invitation { .. } => Answer::Here,
        Call::Witness(_) | Call::Health => {
            Refusal::plain("a command waits here for its session, and answers nothing else")
        }
    };
    reply(&mut stream, &answer).await?;
    let arrived = matches!(answer, Answer::Accepted(_));
    Ok(arrived.then(|| Signal::Arrived { peer: known.peer, stream: Box::new(stream) }))
}

/// Answers connections that a peer begins over files, until it is dropped.
pub(super) async fn welcome_files(
    identity: Arc<Identity>,
    peer: usize,
    key: PublicKey,
    exchange: Exchange,
    signals: mpsc::Sender<Signal>,
) {
    let (mut begun, mut handshakes) = (Begun::default(), JoinSet::new());
    loop {
        let files = exchange.accept(&mut begun).await;
        // One that is left over from before is never finished; the peer's next one is answered beside it.
        handshakes.spawn(answer_by_files(identity.clone(), peer, key, files, signals.clone()));
    }
}

async fn answer_by_files(
    identity: Arc<Identity>,
    peer: usize,
    key: PublicKey,
    files: FileStream,
    signals: mpsc::Sender<Signal>,
) {
    let status = files.status().clone();
    let keys = [key];
    let handshake = async { Ok(link::accept(&identity, &keys, Carrier::Files(files)).await?.1) };
    shake_hands_by_files(peer, &status, handshake, &signals).await;
}
