//! Where the resident process takes orders of its own user.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::handing::{Handed, LONGEST_LINE, Reply, SOCKET};
use super::resident::Resident;
use crate::exit::{Exit, Failure};
use crate::run::Watch;

/// How long a command may take to say what it wants.
const PROMPT: Duration = Duration::from_secs(10);

/// Notes that wait for a command that does not read; more are dropped.
const NOTES: usize = 256;

/// Opens the counter: a socket that only this user can connect to. What an earlier process has left there is removed:
/// the lock of the keys says that it is gone.
///
/// # Errors
/// The file system's; a path that is too long for a socket.
pub(super) fn open(home: &Path) -> std::io::Result<UnixListener> {
    let path = home.join(SOCKET);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    // The home itself can be entered by this user only, so nobody is quicker than the permissions.
    let listener = UnixListener::bind(&path)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Takes the socket away.
pub(super) fn shut(home: &Path) {
    // One that stays is found to be dead by whoever connects to it.
    let _ = std::fs::remove_file(home.join(SOCKET));
}

/// Takes orders until it is dropped; those that were taken are served to their ends.
pub(super) async fn take_orders(resident: Arc<Resident>, listener: UnixListener) -> std::convert::Infallible {
    loop {
        let turn = resident.served.clone().acquire_owned().await;
        match listener.accept().await {
            Ok((stream, _)) => {
                let resident = resident.clone();
                tokio::spawn(async move {
                    let _turn = turn;
                    serve_one(resident, stream).await;
                });
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

async fn serve_one(resident: Arc<Resident>, stream: UnixStream) {
    let (read, mut write) = stream.into_split();
    let mut line = String::new();
    let mut bounded = BufReader::new(read.take(LONGEST_LINE as u64 + 1));
    // Whoever connects and says nothing only asks whether somebody is here.
    match timeout(PROMPT, bounded.read_line(&mut line)).await {
        Ok(Ok(length)) if length > 0 => {}
        _ => return,
    }
    let handed = serde_json::from_str::<Handed>(&line)
        .map_err(|error| Failure::new(Exit::BadInput, format!("the order handed over is none: {error}")));
    let (notes, mut waiting) = mpsc::channel(NOTES);
    let watch = Watch::relay(move |text| {
        // A command that does not read misses notes, and nothing else.
        let _ = notes.try_send(text.to_owned());
    });
    let mut work = tokio::task::spawn_blocking(move || handed.and_then(|handed| resident.obey(handed, watch)));
    let last = loop {
        let reply = tokio::select! {
            Some(text) = waiting.recv() => Reply::Note(text),
            done = &mut work => break done,
        };
        if send(&mut write, &reply).await.is_err() {
            // The command is gone. Its session goes on: the partners are at it already.
            break work.await;
        }
    };
    let reply = match last {
        Ok(Ok(page)) => Reply::Done { json: page.json, text: page.text },
        Ok(Err(failure)) => Reply::failed(failure),
        Err(_) => Reply::failed(Failure::new(Exit::Bug, "the session stopped unexpectedly")),
    };
    // Nobody reads it: the receipt and the log have it.
    let _ = send(&mut write, &reply).await;
}

async fn send(write: &mut (impl AsyncWriteExt + Unpin), reply: &Reply) -> std::io::Result<()> {
    let line = serde_json::to_string(reply).map_err(std::io::Error::other)?;
    write.write_all(format!("{line}\n").as_bytes()).await?;
    write.flush().await
}
