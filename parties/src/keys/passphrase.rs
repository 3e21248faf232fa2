//! Passphrases: typed at a prompt without echo, or read from a file descriptor or a file. Never from the command line
//! or the environment, which other processes can read.

use std::fs::File;
use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

/// The longest passphrase, in bytes.
pub const PASSPHRASE_LIMIT: usize = 1024;

/// A passphrase. It is wiped on drop, and has no `Debug`, `Display`, `Clone` or serialisation.
pub struct Passphrase(Zeroizing<String>);

/// Where a passphrase comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PassphraseSource {
    /// The user types it at the terminal.
    #[default]
    Prompt,
    /// An open file descriptor of this process: `--passphrase-fd N`.
    Descriptor(u32),
    /// A file that this user alone can read: `--passphrase-file FILE`.
    File(PathBuf),
}

/// What a passphrase is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Something new is sealed with it: it is asked for twice.
    Creation,
    /// Something is opened with it.
    Opening,
}

/// Why there is no passphrase.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PassphraseFault {
    /// Nothing was given.
    #[error("the passphrase is empty")]
    Empty,
    /// Too much was given.
    #[error("the passphrase is longer than {PASSPHRASE_LIMIT} bytes")]
    TooLong,
    /// It is not text.
    #[error("the passphrase is not UTF-8 text")]
    NotText,
    /// The two passphrases typed are different.
    #[error("the two passphrases differ")]
    Mismatch,
    /// Nobody is there to type it.
    #[error("there is no terminal to ask for the passphrase at")]
    NoTerminal,
    /// Other users can read the file.
    #[error("{} can be read by other users (mode {mode:03o}); expected 600 or 400", path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// It cannot be read.
    #[error("the passphrase cannot be read from {origin}: {reason}")]
    Io {
        /// From where.
        origin: String,
        /// The system's words.
        reason: String,
    },
}

impl PassphraseSource {
    /// Reads the passphrase; at the terminal, `subject` says what it is for. From a descriptor or a file, one line
    /// break at the end does not belong to it.
    ///
    /// # Errors
    /// If there is none, it is empty or too long, the file is exposed, or what was typed twice differs.
    pub fn read(&self, subject: &str, purpose: Purpose) -> Result<Passphrase, PassphraseFault> {
        match self {
            Self::Prompt => prompted(subject, purpose),
            Self::Descriptor(number) => {
                // Opened once more by the system: to take over a bare number would need unsafe code.
                let path = PathBuf::from(format!("/dev/fd/{number}"));
                let origin = format!("file descriptor {number}");
                let file = File::open(path).map_err(|error| unreadable(&origin, &error))?;
                of_stream(file, &origin)
            }
            Self::File(path) => {
                let origin = path.display().to_string();
                let file = File::open(path).map_err(|error| unreadable(&origin, &error))?;
                // Of the open file: a path could name another file by now.
                refuse_exposed(path, &file)?;
                of_stream(file, &origin)
            }
        }
    }
}

impl Passphrase {
    /// The passphrase of these bytes.
    ///
    /// # Errors
    /// If they are no text, nothing, or too many.
    pub fn of_bytes(bytes: &[u8]) -> Result<Self, PassphraseFault> {
        if bytes.is_empty() {
            return Err(PassphraseFault::Empty);
        }
        if bytes.len() > PASSPHRASE_LIMIT {
            return Err(PassphraseFault::TooLong);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| PassphraseFault::NotText)?;
        Ok(Self(Zeroizing::new(text.to_owned())))
    }

    /// The bytes, for the derivation of a key and nothing else.
    pub(super) fn expose(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

fn prompted(subject: &str, purpose: Purpose) -> Result<Passphrase, PassphraseFault> {
    if !std::io::stderr().is_terminal() && !std::io::stdin().is_terminal() {
        return Err(PassphraseFault::NoTerminal);
    }
    let ask = |prompt: String| {
        let typed = rpassword::prompt_password(prompt).map(Zeroizing::new);
        let typed = typed.map_err(|error| unreadable("the terminal", &error))?;
        Passphrase::of_bytes(typed.as_bytes())
    };
    let first = ask(format!("passphrase for {subject}: "))?;
    if purpose == Purpose::Creation {
        let second = ask("the same again: ".to_owned())?;
        if first.expose() != second.expose() {
            return Err(PassphraseFault::Mismatch);
        }
    }
    Ok(first)
}

fn of_stream(stream: impl Read, origin: &str) -> Result<Passphrase, PassphraseFault> {
    // Two bytes for a line break, one that shows that there is more; enough from the start, so that no copy is left
    // behind in a buffer that was too small.
    let most = PASSPHRASE_LIMIT + 3;
    let mut bytes = Zeroizing::new(Vec::with_capacity(most + 1));
    stream.take(most as u64).read_to_end(&mut bytes).map_err(|error| unreadable(origin, &error))?;
    let line = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
    Passphrase::of_bytes(line.strip_suffix(b"\r").unwrap_or(line))
}

fn unreadable(origin: &str, error: &std::io::Error) -> PassphraseFault {
    PassphraseFault::Io { origin: origin.to_owned(), reason: error.to_string() }
}

#[cfg(unix)]
fn refuse_exposed(path: &Path, file: &File) -> Result<(), PassphraseFault> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = file.metadata().map_err(|error| unreadable(&path.display().to_string(), &error))?;
    let mode = metadata.permissions().mode() & 0o777;
    // A pipe of the shell, `<(…)`, is nobody else's whatever its mode says.
    let exposed = metadata.is_file() && mode & 0o077 != 0;
    if exposed { Err(PassphraseFault::Exposed { path: path.to_owned(), mode }) } else { Ok(()) }
}

#[cfg(not(unix))]
fn refuse_exposed(_path: &Path, _file: &File) -> Result<(), PassphraseFault> {
    // Elsewhere the user's profile directory is what keeps other users out.
    Ok(())
}
