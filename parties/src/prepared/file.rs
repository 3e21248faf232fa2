//! The file of one prepared run: sealed in chunks, so that neither writing nor reading holds all of it.
//!
//! ```text
//! magic 16, version 4, store 32, session 32, number 4, length of the content 8       the header, in the clear
//! chunks: nonce 24, ciphertext of 1 MiB, the last one of what is left, tag 16
//! ```
//!
//! Numbers are little-endian. Every chunk is bound to the header and to its place, so that chunks of another run, another
//! order or another length do not open. The key of a file is drawn for it alone and seals nothing else.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::Path;

use quorate_engine::correlation::{MaterialFault, MaterialSource};
use zeroize::{Zeroize, Zeroizing};

use crate::identity::{Canonical, Hex};
use crate::keys::cipher::{self, CipherFault, OVERHEAD};
use crate::keys::layout::{Ended, Reader};
use crate::keys::{Files, Open, System};
use crate::session::SessionId;

const MAGIC: &[u8; 16] = b"quorate prepared";
const VERSION: u32 = 1;

/// Bytes before the first chunk.
pub const RUN_HEADER_BYTES: usize = 96;

/// Content of a chunk.
const CHUNK: usize = 1 << 20;

/// The key of a file.
pub(super) type RunKey = Zeroizing<[u8; 32]>;

/// What the header of a file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// The store's name.
    pub(super) store: Hex<32>,
    /// The session that made the run.
    pub(super) session: SessionId,
    /// Which of its runs.
    pub(super) number: u32,
    /// Bytes of the content.
    pub(super) length: u64,
}

impl Header {
    fn bytes(&self) -> [u8; RUN_HEADER_BYTES] {
        let mut bytes = [0; RUN_HEADER_BYTES];
        let parts: [&[u8]; 6] = [
            MAGIC,
            &VERSION.to_le_bytes(),
            &self.store.0,
            &self.session.0,
            &self.number.to_le_bytes(),
            &self.length.to_le_bytes(),
        ];
        let mut rest = bytes.as_mut_slice();
        for part in parts {
            let (place, after) = rest.split_at_mut(part.len());
            place.copy_from_slice(part);
            rest = after;
        }
        bytes
    }

    fn read(bytes: &[u8]) -> Result<Self, &'static str> {
        let mut reader = Reader::new(bytes);
        let cut = |_: Ended| "the file is cut within its header";
        if reader.array::<16>().map_err(cut)? != *MAGIC {
            return Err("the file is no prepared run");
        }
        if reader.u32().map_err(cut)? != VERSION {
            return Err("the file is of another version of quorate");
        }
        let (store, session) = (Hex(reader.array().map_err(cut)?), Hex(reader.array().map_err(cut)?));
        let (number, length) = (reader.u32().map_err(cut)?, reader.u64().map_err(cut)?);
        Ok(Self { store, session, number, length })
    }

    /// Bytes of the whole file; `None` if no file is as long.
    pub(super) fn file_length(&self) -> Option<u64> {
        let chunks = self.length.div_ceil(CHUNK as u64);
        chunks.checked_mul(OVERHEAD as u64)?.checked_add(self.length)?.checked_add(RUN_HEADER_BYTES as u64)
    }

    /// What a chunk is bound to.
    fn associated(&self, chunk: u64) -> Canonical {
        Canonical::new("quorate prepared chunk 1").bytes(&self.bytes()).number(chunk)
    }
}

/// Reads any bytes as the file of a run, sealed under any key: `Ok` if the header is whole, the length is what the header
/// says, and every chunk opens.
///
/// # Errors
/// What is wrong with it.
pub fn check_run_file(bytes: &[u8], key: &[u8; 32]) -> Result<(), &'static str> {
    let header = Header::read(bytes)?;
    if header.file_length() != Some(bytes.len() as u64) {
        return Err("the file has not the length that it says");
    }
    let sealed = bytes.get(RUN_HEADER_BYTES..).unwrap_or_default();
    for (place, chunk) in (0..).zip(sealed.chunks(CHUNK + OVERHEAD)) {
        cipher::open(key, header.associated(place).as_bytes(), chunk).map_err(|_| "a chunk was altered")?;
    }
    Ok(())
}

/// A file that is being written.
pub(super) struct RunWriter {
    file: File,
    key: RunKey,
    header: Header,
    chunk: u64,
    buffer: Zeroizing<Vec<u8>>,
    written: u64,
}

impl RunWriter {
    /// Begins a file that is not there.
    ///
    /// # Errors
    /// The file system's.
    pub(super) fn create(path: &Path, header: Header, key: RunKey) -> io::Result<Self> {
        let mut file = Files.open(path, Open::New)?;
        Files.write(&mut file, None, &header.bytes())?;
        Ok(Self { file, key, header, chunk: 0, buffer: Zeroizing::new(Vec::with_capacity(CHUNK)), written: 0 })
    }

    /// Adds to the content.
    ///
    /// # Errors
    /// The file system's.
    pub(super) fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(CHUNK - self.buffer.len()));
            self.buffer.extend_from_slice(now);
            bytes = later;
            if self.buffer.len() == CHUNK {
                self.seal()?;
            }
        }
        Ok(())
    }

    /// Ends the file, and waits until it is on the disk.
    ///
    /// # Errors
    /// If the content is not as long as the header says; the file system's.
    pub(super) fn finish(mut self) -> io::Result<RunKey> {
        if !self.buffer.is_empty() {
            self.seal()?;
        }
        if self.written != self.header.length {
            return Err(io::Error::other("the run has not the length that its plan says"));
        }
        Files.sync(&self.file)?;
        Ok(self.key)
    }

    fn seal(&mut self) -> io::Result<()> {
        let sealed = cipher::seal(&self.key, self.header.associated(self.chunk).as_bytes(), &self.buffer);
        let sealed = sealed.map_err(|_| io::Error::other("the operating system gave no randomness"))?;
        Files.write(&mut self.file, None, &sealed)?;
        self.written += self.buffer.len() as u64;
        self.chunk += 1;
        // Its room is used again: nothing is left behind in memory that was freed.
        self.buffer.as_mut_slice().zeroize();
        self.buffer.clear();
        Ok(())
    }
}

/// A file whose header and length are right, before its key is there.
pub(super) struct RunFile {
    file: File,
    header: Header,
}

impl RunFile {
    /// Opens a file that should have this header.
    ///
    /// # Errors
    /// What is wrong with it; the file system's.
    pub(super) fn open(path: &Path, expected: &Header) -> io::Result<Result<Self, &'static str>> {
        let mut file = match Files.open(path, Open::Read) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Err("the file is gone")),
            Err(error) => return Err(error),
        };
        let header = Files.read(&mut file, 0, RUN_HEADER_BYTES)?;
        let length = file.metadata()?.len();
        Ok(match Header::read(&header) {
            Err(why) => Err(why),
            Ok(header) if header != *expected => Err("the file is another run's"),
            Ok(header) if header.file_length() != Some(length) => Err("the file is cut, or longer than it says"),
            Ok(header) => Ok(Self { file, header }),
        })
    }

    /// With the key, which nobody else has now.
    pub(super) fn unlocked(self, key: RunKey) -> RunReader {
        let Self { file, header } = self;
        RunReader { file, key, header, chunk: 0, left: header.length, buffer: Zeroizing::new(Vec::new()), at: 0 }
    }
}

/// The content of a run, chunk by chunk. It moves: what was read once is gone.
pub(crate) struct RunReader {
    file: File,
    key: RunKey,
    header: Header,
    /// The next chunk.
    chunk: u64,
    /// Bytes of the content that follow the buffer.
    left: u64,
    buffer: Zeroizing<Vec<u8>>,
    /// How much of the buffer was read.
    at: usize,
}

impl RunReader {
    fn refill(&mut self) -> Result<(), MaterialFault> {
        if self.left == 0 {
            return Err(MaterialFault::Truncated);
        }
        let length = usize::try_from(self.left).map_or(CHUNK, |left| left.min(CHUNK));
        let place = RUN_HEADER_BYTES as u64 + self.chunk * (CHUNK + OVERHEAD) as u64;
        let sealed = Files
            .read(&mut self.file, place, length + OVERHEAD)
            .map_err(|error| MaterialFault::Storage(format!("what was prepared cannot be read: {error}")))?;
        if sealed.len() < length + OVERHEAD {
            return Err(MaterialFault::Truncated);
        }
        let opened = cipher::open(&self.key, self.header.associated(self.chunk).as_bytes(), &sealed);
        self.buffer = opened.map_err(|fault| match fault {
            CipherFault::Refused | CipherFault::Randomness => MaterialFault::Altered,
        })?;
        (self.chunk, self.left, self.at) = (self.chunk + 1, self.left - length as u64, 0);
        Ok(())
    }
}

impl MaterialSource for RunReader {
    fn read(&mut self, mut into: &mut [u8]) -> Result<(), MaterialFault> {
        while !into.is_empty() {
            if self.at == self.buffer.len() {
                self.refill()?;
            }
            let next = self.buffer.get_mut(self.at..).unwrap_or_default();
            let (place, after) = into.split_at_mut(into.len().min(next.len()));
            let taken = &mut next[..place.len()];
            place.copy_from_slice(taken);
            taken.zeroize();
            self.at += place.len();
            into = after;
        }
        Ok(())
    }
}
