//! Why one-time material cannot be kept or used, and why it was thrown away.

use std::fmt;

/// Why one-time material cannot be kept or used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StockFault {
    /// Nothing is left for these signers.
    #[error("no one-time material is left for these signers")]
    Empty,
    /// The item asked for is used, or was never here.
    #[error("the one-time material asked for is used up, burned, or of a batch that is not here")]
    Absent,
    /// The stock is another key's, or another party's.
    #[error("the one-time material here belongs to another {field}")]
    OtherKey {
        /// What differs.
        field: &'static str,
    },
    /// The journal is of another version of this software.
    #[error("the journal has version {found}; this quorate reads version {known}")]
    Version {
        /// The version found.
        found: u32,
        /// The version known.
        known: u32,
    },
    /// A batch that cannot be kept.
    #[error("the batch cannot be kept: {why}")]
    Batch {
        /// What is wrong with it.
        why: &'static str,
    },
    /// A partner claims to have seen an item that cannot have been made yet.
    #[error("a partner claims to have seen the use of batch {lot}; no batch of these signers can have that number yet")]
    Implausible {
        /// The batch claimed.
        lot: u64,
    },
    /// The item does not open.
    #[error("the item is used up without having been used: its file was altered, or sealed with another passphrase")]
    Altered,
    /// The journal could be neither written nor put back.
    #[error("the journal could not be written, and not be put back either; the material is burned at the next start")]
    Broken,
    /// The operating system gave no randomness.
    #[error("the operating system gave no randomness")]
    Randomness,
}

impl StockFault {
    pub(in crate::keys) fn hint(&self) -> Option<String> {
        match self {
            Self::Empty | Self::Absent | Self::Altered | Self::Broken => {
                Some("make a new batch, or sign without one".to_owned())
            }
            Self::OtherKey { .. } => {
                Some("the folder `stock` is never restored or copied: remove it, and make a new batch".to_owned())
            }
            Self::Version { .. } => Some("use the version of quorate that has written it".to_owned()),
            Self::Implausible { .. } => Some("ask the partner: its record of this key may be damaged".to_owned()),
            Self::Batch { .. } | Self::Randomness => None,
        }
    }
}

/// Why all one-time material of a key was burned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The process that used it did not end in order.
    Unclean,
    /// The journal is cut or altered.
    Torn,
    /// The journal is gone and the material is not.
    NoJournal,
    /// Journal and material contradict each other.
    Inconsistent,
    /// The key's shares were made anew.
    Epoch,
    /// The share was written anew or restored.
    Generation,
    /// Not all holders could be asked what they had seen last.
    Unreachable,
    /// A holder had seen a later use than this party knew of: this party's files are an older copy.
    RolledBack,
    /// A signing session failed in a way that makes the material suspect.
    Suspect,
    /// The user asked for it.
    Asked,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Unclean,
        Self::Torn,
        Self::NoJournal,
        Self::Inconsistent,
        Self::Epoch,
        Self::Generation,
        Self::Unreachable,
        Self::RolledBack,
        Self::Suspect,
        Self::Asked,
    ];

    /// The reason as one byte of the journal; a number never changes its meaning.
    pub(super) const fn code(self) -> u8 {
        match self {
            Self::Unclean => 1,
            Self::Torn => 2,
            Self::NoJournal => 3,
            Self::Inconsistent => 4,
            Self::Epoch => 5,
            Self::Generation => 6,
            Self::Unreachable => 7,
            Self::RolledBack => 8,
            Self::Suspect => 9,
            Self::Asked => 10,
        }
    }

    pub(super) fn of_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unclean => "the process that used it did not end in order",
            Self::Torn => "its journal is cut or altered",
            Self::NoJournal => "its journal is missing",
            Self::Inconsistent => "its journal and its files contradict each other",
            Self::Epoch => "the key's shares were made anew",
            Self::Generation => "the key's share was written anew or restored",
            Self::Unreachable => "not all holders could be asked what they had seen of it",
            Self::RolledBack => "a holder had seen a later use of it: this home is an older copy",
            Self::Suspect => "a signing session failed in a way that makes it suspect",
            Self::Asked => "its owner asked for it",
        })
    }
}
