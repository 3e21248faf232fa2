//! Accepting the peers that dial us, and turning everybody else away.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::dialling::shake_hands_by_files;
use super::meeting::{HANDSHAKE, Signal};
use crate::identity::{Address, Identity, PublicKey};
use crate::link::{self, Begun, Carrier, Exchange, FileStream};

/// Handshakes that go on at once. A stranger who opens more connections waits; a peer gets its turn as those time out.
const AT_ONCE: usize = 128;

/// Strangers that are reported one by one; a flood of them does not become a flood of lines.
const REPORTED: usize = 16;

/// Binds the address of this party's own card.
pub(super) async fn listen(address: &Address) -> std::io::Result<TcpListener> {
    TcpListener::bind((address.host(), address.port())).await
}

/// Accepts connections until it is dropped. `expected` are the keys of the peers that dial us, with their places.
pub(super) async fn welcome(
    identity: Arc<Identity>,
    expected: Vec<(usize, PublicKey)>,
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
            Some(Ok(signal)) = handshakes.join_next() => {
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
    expected: Arc<Vec<(usize, PublicKey)>>,
    tcp: TcpStream,
    from: SocketAddr,
) -> Signal {
    let keys: Vec<_> = expected.iter().map(|(_, key)| *key).collect();
    let why = match timeout(HANDSHAKE, link::accept(&identity, &keys, Carrier::Tcp(tcp))).await {
        Ok(Ok((key, stream))) => match expected.iter().find(|(_, known)| *known == key) {
            Some((peer, _)) => return Signal::Arrived { peer: *peer, stream: Box::new(stream) },
            None => "the key is not expected in this session".to_owned(),
        },
        Ok(Err(fault)) => fault.to_string(),
        Err(_) => format!("it did not finish the handshake within {} s", HANDSHAKE.as_secs()),
    };
    Signal::TurnedAway { from, why }
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
