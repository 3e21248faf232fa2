//! Secrets at rest: sealed with a key that Argon2id (RFC 9106) makes of a passphrase, bound to what they belong to.
//!
//! ```text
//! magic 16, version 4                                          what the file is
//! memory 4, passes 4, lanes 4, salt 16                         how the key is made of the passphrase
//! content 1, scheme 1, key id 32, epoch 8, generation 8,
//! party's key 32, public part 32, name's length 1, name        the binding
//! length 8
//! nonce 24, ciphertext, tag 16                                 XChaCha20-Poly1305; everything above is bound to it
//! ```
//!
//! Numbers are little-endian. The binding stands in the clear, so that a file at the wrong place is named as such; what
//! it says holds only because the seal covers it. One [`SealingKey`] opens all files of a key: the slow derivation runs
//! once for each command.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use zeroize::Zeroizing;

use super::cipher::{self, CipherFault, OVERHEAD};
use super::layout::{Ended, Reader};
use super::{Passphrase, Scheme};
use crate::identity::{Hex, PartyName, PublicKey};

/// The longest content of a sealed file, in bytes.
pub const CONTENT_LIMIT: usize = 1 << 24;

/// The longest sealed file, in bytes.
pub const SEALED_LIMIT: usize = CONTENT_LIMIT + 1024;

const MAGIC: &[u8; 16] = b"quorate sealed\r\n";
const VERSION: u32 = 1;

/// How much work a guess of the passphrase costs (the parameters of Argon2id).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    memory: u32,
    passes: u32,
    lanes: u32,
}

impl Cost {
    /// 64 MiB, three passes, one lane: about a fifth of a second.
    pub const DEFAULT: Self = Self { memory: 64 << 10, passes: 3, lanes: 1 };

    /// Memory in KiB, passes and lanes, if Argon2id takes them and a file may ask for them: at most 1 GiB, and at
    /// most 4 GiB of work.
    pub const fn new(memory: u32, passes: u32, lanes: u32) -> Option<Self> {
        let fits = lanes >= 1 && lanes <= 16 && memory >= 8 * lanes && memory <= 1 << 20 && passes >= 1 && passes <= 64;
        if fits && memory as u64 * passes as u64 <= 4 << 20 { Some(Self { memory, passes, lanes }) } else { None }
    }
}

/// What kind of secret a file holds: none passes for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// A party's share of a key.
    Share,
    /// What this party and each partner keep between sessions.
    Pairs,
}

impl Content {
    const fn code(self) -> u8 {
        match self {
            Self::Share => 1,
            Self::Pairs => 2,
        }
    }
}

/// What a sealed secret belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// What kind of secret it is.
    pub content: Content,
    /// What the key signs.
    pub scheme: Scheme,
    /// The key.
    pub key_id: Hex<32>,
    /// How often the key's shares have been made anew.
    pub epoch: u64,
    /// How often this party has written its share.
    pub generation: u64,
    /// Whose share it is.
    pub party: PartyName,
    /// The identity key of that party.
    pub party_key: PublicKey,
    /// The digest of the key's public part, which lies beside the share.
    pub public_part: Hex<32>,
}

/// Why nothing was sealed, or a sealed file does not open.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealFault {
    /// Shorter than it says.
    #[error("the file is cut: it ends after {length} bytes")]
    Truncated {
        /// Its length.
        length: usize,
    },
    /// Longer than any, or than it says.
    #[error("the file has more bytes than a sealed file of its kind")]
    TooLong,
    /// Something else.
    #[error("the file is not one that quorate has sealed")]
    Foreign,
    /// Of another version of this software.
    #[error("the file has version {found}; this quorate reads version {VERSION}")]
    Version {
        /// The version found.
        found: u32,
    },
    /// Parameters for Argon2id that no file of ours has.
    #[error(
        "the file asks for {memory} KiB, {passes} passes and {lanes} lanes to derive its key; that is out of bounds"
    )]
    Cost {
        /// Memory in KiB.
        memory: u32,
        /// Passes.
        passes: u32,
        /// Lanes.
        lanes: u32,
    },
    /// It was sealed for another party.
    #[error("the file belongs to {found} (key {found_key}), not to {expected}")]
    OtherParty {
        /// For whom.
        found: String,
        /// The first digits of that party's key.
        found_key: String,
        /// Who opens it.
        expected: PartyName,
    },
    /// It belongs to another key, epoch or place.
    #[error("the file's {field} is not that of the key beside it")]
    OtherKey {
        /// What differs.
        field: &'static str,
    },
    /// It was sealed with another passphrase than the key's share.
    #[error("the file was sealed with another passphrase than the share of its key")]
    OtherSalt,
    /// The seal does not hold.
    #[error("the passphrase is wrong, or the file was altered")]
    Refused,
    /// Too little memory to derive the key.
    #[error("there are not {0} KiB of memory to derive the key from the passphrase")]
    Memory(u32),
    /// The operating system gave no randomness.
    #[error("the operating system gave no randomness")]
    Randomness,
}

/// A key made of a passphrase. It is wiped on drop, and has no `Debug`, `Clone` or serialisation.
pub struct SealingKey {
    cost: Cost,
    salt: [u8; 16],
    secret: Zeroizing<[u8; 32]>,
}

impl SealingKey {
    /// A key for something new, with a fresh salt.
    ///
    /// # Errors
    /// If there is no randomness, or not enough memory.
    pub fn create(passphrase: &Passphrase, cost: Cost) -> Result<Self, SealFault> {
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(|_| SealFault::Randomness)?;
        Self::derive(passphrase, cost, salt)
    }

    /// The key of a file that was sealed with this passphrase. Whether it is the right one is known when it opens.
    ///
    /// # Errors
    /// If the file is not a sealed one, or there is not enough memory.
    pub fn of_file(passphrase: &Passphrase, file: &[u8]) -> Result<Self, SealFault> {
        let header = Header::read(file)?;
        Self::derive(passphrase, header.cost, header.salt)
    }

    fn derive(passphrase: &Passphrase, cost: Cost, salt: [u8; 16]) -> Result<Self, SealFault> {
        let Cost { memory, passes, lanes } = cost;
        let params =
            Params::new(memory, passes, lanes, Some(32)).map_err(|_| SealFault::Cost { memory, passes, lanes })?;
        let mut blocks = Zeroizing::new(Vec::<Block>::new());
        let count = params.block_count();
        blocks.try_reserve_exact(count).map_err(|_| SealFault::Memory(memory))?;
        blocks.resize(count, Block::default());
        let mut secret = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into_with_memory(passphrase.expose(), &salt, &mut *secret, blocks.as_mut_slice())
            .map_err(|_| SealFault::Memory(memory))?;
        Ok(Self { cost, salt, secret })
    }

    /// The same key for another owner, wiped there too: for a share that is made while the one before it is in use.
    pub(crate) fn again(&self) -> Self {
        Self { cost: self.cost, salt: self.salt, secret: self.secret.clone() }
    }

    /// Seals a secret.
    ///
    /// # Errors
    /// If it is longer than [`CONTENT_LIMIT`], or there is no randomness.
    pub fn seal(&self, binding: &Binding, content: &[u8]) -> Result<Vec<u8>, SealFault> {
        if content.len() > CONTENT_LIMIT {
            return Err(SealFault::TooLong);
        }
        let mut file = self.header(binding, content.len());
        let sealed = cipher::seal(&self.subkey("quorate sealed file 1"), &file, content).map_err(refused)?;
        file.extend_from_slice(&sealed);
        Ok(file)
    }

    /// Opens a sealed file that belongs to `binding`.
    ///
    /// # Errors
    /// If it is cut, of another version, of another party or key, or its seal does not hold.
    pub fn open(&self, binding: &Binding, file: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealFault> {
        let header = Header::read(file)?;
        header.belongs_to(binding)?;
        if (header.cost, header.salt) != (self.cost, self.salt) {
            return Err(SealFault::OtherSalt);
        }
        let (bound, sealed) = (&file[..file.len() - header.sealed.len()], header.sealed);
        cipher::open(&self.subkey("quorate sealed file 1"), bound, sealed).map_err(refused)
    }

    /// A key of its own for each purpose: what is sealed for one never opens as another.
    pub(super) fn subkey(&self, purpose: &'static str) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(blake3::derive_key(purpose, &*self.secret))
    }

    fn header(&self, binding: &Binding, length: usize) -> Vec<u8> {
        let Cost { memory, passes, lanes } = self.cost;
        let name = binding.party.as_str().as_bytes();
        let mut header = Vec::with_capacity(256);
        header.extend_from_slice(MAGIC);
        for number in [VERSION, memory, passes, lanes] {
            header.extend_from_slice(&number.to_le_bytes());
        }
        header.extend_from_slice(&self.salt);
        header.extend_from_slice(&[binding.content.code(), binding.scheme.code()]);
        header.extend_from_slice(&binding.key_id.0);
        header.extend_from_slice(&binding.epoch.to_le_bytes());
        header.extend_from_slice(&binding.generation.to_le_bytes());
        header.extend_from_slice(binding.party_key.as_bytes());
        header.extend_from_slice(&binding.public_part.0);
        // A name has at most 64 bytes.
        header.push(name.len() as u8);
        header.extend_from_slice(name);
        header.extend_from_slice(&(length as u64).to_le_bytes());
        header
    }
}

/// The part of a file that is in the clear, and what is sealed.
struct Header<'a> {
    cost: Cost,
    salt: [u8; 16],
    content: u8,
    scheme: u8,
    key_id: [u8; 32],
    epoch: u64,
    generation: u64,
    party_key: [u8; 32],
    public_part: [u8; 32],
    name: &'a [u8],
    sealed: &'a [u8],
}

impl<'a> Header<'a> {
    fn read(file: &'a [u8]) -> Result<Self, SealFault> {
        let cut = |_: Ended| SealFault::Truncated { length: file.len() };
        if file.len() > SEALED_LIMIT {
            return Err(SealFault::TooLong);
        }
        let mut reader = Reader::new(file);
        // What begins otherwise was never ours; what only begins like one of ours was cut.
        if !file.starts_with(&MAGIC[..MAGIC.len().min(file.len())]) {
            return Err(SealFault::Foreign);
        }
        reader.take(MAGIC.len()).map_err(cut)?;
        let version = reader.u32().map_err(cut)?;
        if version != VERSION {
            return Err(SealFault::Version { found: version });
        }
        Self::after_version(reader).map_err(cut)?
    }

    /// The outer result is for a file that is cut.
    fn after_version(mut reader: Reader<'a>) -> Result<Result<Self, SealFault>, Ended> {
        let (memory, passes, lanes) = (reader.u32()?, reader.u32()?, reader.u32()?);
        let Some(cost) = Cost::new(memory, passes, lanes) else {
            return Ok(Err(SealFault::Cost { memory, passes, lanes }));
        };
        let salt = reader.array()?;
        let (content, scheme) = (reader.byte()?, reader.byte()?);
        let (key_id, epoch, generation) = (reader.array()?, reader.u64()?, reader.u64()?);
        let (party_key, public_part) = (reader.array()?, reader.array()?);
        let length = reader.byte()?;
        let name = reader.take(usize::from(length))?;
        let length = reader.u64()?;
        let sealed = reader.rest();
        let expected = length.saturating_add(OVERHEAD as u64);
        match (sealed.len() as u64).cmp(&expected) {
            std::cmp::Ordering::Less => Err(Ended),
            std::cmp::Ordering::Greater => Ok(Err(SealFault::TooLong)),
            std::cmp::Ordering::Equal => Ok(Ok(Self {
                cost,
                salt,
                content,
                scheme,
                key_id,
                epoch,
                generation,
                party_key,
                public_part,
                name,
                sealed,
            })),
        }
    }

    fn belongs_to(&self, binding: &Binding) -> Result<(), SealFault> {
        let Binding { content, scheme, key_id, epoch, generation, party, party_key, public_part } = binding;
        if self.party_key != *party_key.as_bytes() || self.name != party.as_str().as_bytes() {
            let found = String::from_utf8_lossy(self.name).parse::<PartyName>();
            return Err(SealFault::OtherParty {
                found: found.map_or_else(|_| "somebody else".to_owned(), String::from),
                found_key: hex::encode(&self.party_key[..8]),
                expected: party.clone(),
            });
        }
        let differs = [
            (self.content != content.code(), "kind"),
            (self.scheme != scheme.code(), "scheme"),
            (self.key_id != key_id.0, "key id"),
            (self.epoch != *epoch, "epoch"),
            (self.generation != *generation, "generation"),
            (self.public_part != public_part.0, "public part"),
        ];
        let first = differs.into_iter().find_map(|(differs, field)| differs.then_some(field));
        first.map_or(Ok(()), |field| Err(SealFault::OtherKey { field }))
    }
}

fn refused(fault: CipherFault) -> SealFault {
    match fault {
        CipherFault::Randomness => SealFault::Randomness,
        CipherFault::Refused => SealFault::Refused,
    }
}
