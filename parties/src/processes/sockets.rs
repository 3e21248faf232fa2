//! How the processes reach each other.
//!
//! Whoever starts them listens for every party and hands each its listener as standard input: all addresses are known
//! before the first process runs, no port is taken in between, and nobody has to be waited for.

use std::str::FromStr;
use std::time::Duration;

use quorate_engine::net::Link;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

use super::order::Order;
use crate::exit::{Exit, Failure};
use crate::link::Links;

/// What carries the links.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// Sockets of this machine's system, not encrypted.
    Unix,
    /// TCP over the loopback interface, not encrypted.
    Tcp,
    /// TLS 1.3 over that, both ends authenticated: what parties on machines of their own use.
    #[default]
    Tls,
}

impl Transport {
    /// The name in commands and results.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unix => "unix",
            Self::Tcp => "tcp",
            Self::Tls => "tls",
        }
    }
}

impl FromStr for Transport {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Unix, Self::Tcp, Self::Tls]
            .into_iter()
            .find(|transport| transport.name() == text)
            .ok_or_else(|| format!("{text:?} is no transport; write unix, tcp or tls"))
    }
}

/// How long the processes may take to reach each other.
const MEETING: Duration = Duration::from_secs(60);

/// Bytes that a plain connection begins with: the token, and who has dialled.
const GREETING: usize = 36;

/// Connects to all other parties: dials those before this one, and takes the calls of those behind it.
///
/// # Errors
/// A party that does not come.
pub(super) async fn connect(order: &Order, links: &mut Links) -> Result<Vec<Option<Link>>, Failure> {
    match timeout(MEETING, platform::connect(order, links)).await {
        Ok(connected) => connected.map_err(|why| Failure::new(Exit::Session, why)),
        Err(_) => {
            let message = format!("the processes have not reached each other within {} s", MEETING.as_secs());
            Err(Failure::new(Exit::Session, message))
        }
    }
}

async fn greet(order: &Order, stream: &mut (impl AsyncWrite + Unpin)) -> std::io::Result<()> {
    let mut greeting = order.token.0.to_vec();
    greeting.extend(u32::try_from(order.me).unwrap_or(u32::MAX).to_le_bytes());
    stream.write_all(&greeting).await?;
    stream.flush().await
}

/// Who has dialled; nobody if it is none of our processes.
async fn greeted(order: &Order, stream: &mut (impl AsyncRead + Unpin)) -> Option<usize> {
    let mut greeting = [0; GREETING];
    stream.read_exact(&mut greeting).await.ok()?;
    let (token, party) = greeting.split_at(order.token.0.len());
    let party = u32::from_le_bytes(party.try_into().ok()?) as usize;
    (token == order.token.0 && (order.me + 1..order.parties).contains(&party)).then_some(party)
}

pub(super) use platform::Listener;

#[cfg(unix)]
mod platform {
    use std::io;
    use std::net::TcpListener as StdTcpListener;
    use std::os::fd::{AsFd, OwnedFd};
    use std::os::unix::net::UnixListener as StdUnixListener;
    use std::path::Path;
    use std::process::Stdio;
    use std::sync::Arc;

    use quorate_engine::net::Link;
    use tokio::io::{AsyncRead, AsyncWrite};
    use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};

    use super::{Order, Transport, greet, greeted};
    use crate::exit::{Exit, Failure};
    use crate::identity::{Home, Identity, PublicKey};
    use crate::link::{self, Carrier, Links};
    use crate::processes::party_name;

    /// A party's listener, before its process runs.
    pub(in crate::processes) struct Listener {
        socket: OwnedFd,
        pub(in crate::processes) address: String,
    }

    impl Listener {
        /// Listens for party `party`.
        ///
        /// # Errors
        /// The system's.
        pub(in crate::processes) fn open(transport: Transport, folder: &Path, party: usize) -> Result<Self, Failure> {
            let opened = match transport {
                Transport::Unix => {
                    let path = folder.join(format!("{}.socket", party_name(party)));
                    StdUnixListener::bind(&path)
                        .map(|socket| Self { socket: socket.into(), address: path.to_string_lossy().into_owned() })
                }
                Transport::Tcp | Transport::Tls => StdTcpListener::bind(("127.0.0.1", 0)).and_then(|socket| {
                    let address = socket.local_addr()?.to_string();
                    Ok(Self { socket: socket.into(), address })
                }),
            };
            opened.map_err(|error| Failure::new(Exit::BadInput, format!("this machine lets nobody listen: {error}")))
        }

        /// What the party's process reads.
        pub(in crate::processes) fn into_input(self) -> Stdio {
            self.socket.into()
        }
    }

    pub(super) async fn connect(order: &Order, links: &mut Links) -> Result<Vec<Option<Link>>, String> {
        let socket = std::io::stdin().as_fd().try_clone_to_owned().map_err(|error| error.to_string())?;
        let connected = match order.transport {
            Transport::Unix => over_unix(order, socket.into(), links).await,
            Transport::Tcp => over_tcp(order, socket.into(), links).await,
            Transport::Tls => return over_tls(order, socket.into(), links).await,
        };
        connected.map_err(|error| format!("the processes do not reach each other: {error}"))
    }

    async fn over_unix(order: &Order, socket: StdUnixListener, links: &mut Links) -> io::Result<Vec<Option<Link>>> {
        socket.set_nonblocking(true)?;
        let listener = UnixListener::from_std(socket)?;
        let dial = async |address: &str| UnixStream::connect(address).await;
        let accept = async || listener.accept().await.map(|(stream, _)| stream);
        plain(order, dial, accept, |stream| {
            let (read, write) = stream.into_split();
            links.start_plain(read, write)
        })
        .await
    }

    async fn over_tcp(order: &Order, socket: StdTcpListener, links: &mut Links) -> io::Result<Vec<Option<Link>>> {
        socket.set_nonblocking(true)?;
        let listener = TcpListener::from_std(socket)?;
        let prompt = |stream: TcpStream| stream.set_nodelay(true).map(|()| stream);
        let dial = async |address: &str| prompt(TcpStream::connect(address).await?);
        let accept = async || prompt(listener.accept().await?.0);
        plain(order, dial, accept, |stream| {
            let (read, write) = stream.into_split();
            links.start_plain(read, write)
        })
        .await
    }

    /// Connections that nobody authenticates begin with the token of the order.
    async fn plain<S: AsyncRead + AsyncWrite + Unpin>(
        order: &Order,
        dial: impl AsyncFn(&str) -> io::Result<S>,
        accept: impl AsyncFn() -> io::Result<S>,
        mut start: impl FnMut(S) -> Link,
    ) -> io::Result<Vec<Option<Link>>> {
        let mut found: Vec<Option<Link>> = (0..order.parties).map(|_| None).collect();
        for (party, address) in order.addresses.iter().enumerate().take(order.me) {
            let mut stream = dial(address).await?;
            greet(order, &mut stream).await?;
            found[party] = Some(start(stream));
        }
        while found.iter().flatten().count() + 1 < order.parties {
            let mut stream = accept().await?;
            if let Some(party) = greeted(order, &mut stream).await {
                found[party] = Some(start(stream));
            }
        }
        Ok(found)
    }

    async fn over_tls(order: &Order, socket: StdTcpListener, links: &mut Links) -> Result<Vec<Option<Link>>, String> {
        let home = Home::at(order.home.as_deref().ok_or("this party has no home")?);
        let identity = Arc::new(home.identity().map_err(|error| error.to_string())?);
        let keys = keys(order, &home, &identity)?;
        let unreached = |error: io::Error| format!("the processes do not reach each other: {error}");
        socket.set_nonblocking(true).map_err(unreached)?;
        let listener = TcpListener::from_std(socket).map_err(unreached)?;
        let mut found: Vec<Option<Link>> = (0..order.parties).map(|_| None).collect();
        for party in 0..order.me {
            let stream = TcpStream::connect(&order.addresses[party]).await.map_err(unreached)?;
            let stream = link::dial(&identity, keys[party], Carrier::Tcp(stream)).await;
            found[party] = Some(links.start(stream.map_err(|fault| fault.to_string())?).0);
        }
        while found.iter().flatten().count() + 1 < order.parties {
            let (stream, _) = listener.accept().await.map_err(unreached)?;
            // Whoever is none of ours has no key that is expected.
            if let Ok((key, stream)) = link::accept(&identity, &keys[order.me + 1..], Carrier::Tcp(stream)).await
                && let Some(party) = keys.iter().position(|known| *known == key)
            {
                found[party] = Some(links.start(stream).0);
            }
        }
        Ok(found)
    }

    /// The keys of all parties, in order.
    fn keys(order: &Order, home: &Home, identity: &Identity) -> Result<Vec<PublicKey>, String> {
        let key = |party: usize| {
            if party == order.me {
                return Ok(identity.public_key());
            }
            let name = party_name(party).parse().map_err(|_| "a party has no name".to_owned())?;
            home.peer(&name).map(|card| card.public_key()).map_err(|error| error.to_string())
        };
        (0..order.parties).map(key).collect()
    }
}

#[cfg(not(unix))]
mod platform {
    use std::path::Path;
    use std::process::Stdio;

    use quorate_engine::net::Link;

    use super::{Order, Transport};
    use crate::exit::{Exit, Failure};
    use crate::link::Links;

    const WHY: &str = "processes are started with their sockets, which this system does not allow";

    pub(in crate::processes) struct Listener {
        pub(in crate::processes) address: String,
    }

    impl Listener {
        pub(in crate::processes) fn open(_: Transport, _: &Path, _: usize) -> Result<Self, Failure> {
            Err(Failure::new(Exit::BadInput, WHY).hint("leave out --processes"))
        }

        pub(in crate::processes) fn into_input(self) -> Stdio {
            Stdio::null()
        }
    }

    pub(super) async fn connect(_: &Order, _: &mut Links) -> Result<Vec<Option<Link>>, String> {
        Err(WHY.to_owned())
    }
}
