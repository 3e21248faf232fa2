//! Vectors of secret blocks.

use std::ops::{Deref, DerefMut};

use quorate_kernels::Block;

/// Secret blocks: wiped when dropped, never copied, never printed.
#[derive(Default)]
pub struct SecretBlocks(Vec<Block>);

impl SecretBlocks {
    /// `length` zero blocks.
    pub fn zeros(length: usize) -> Self {
        Self(Block::zeros(length))
    }

    /// Wipes and leaves out what is after the first `length` blocks.
    pub fn truncate(&mut self, length: usize) {
        if let Some(rest) = self.0.get_mut(length..) {
            Block::wipe(rest);
            self.0.truncate(length);
        }
    }

    /// A vector of so many blocks for a second use: what it holds means nothing.
    #[must_use]
    pub fn resized(mut self, length: usize) -> Self {
        if length > self.0.capacity() {
            return Self::zeros(length);
        }
        self.truncate(length);
        self.0.resize(length, Block::ZERO);
        self
    }
}

impl From<Vec<Block>> for SecretBlocks {
    fn from(blocks: Vec<Block>) -> Self {
        Self(blocks)
    }
}

impl Deref for SecretBlocks {
    type Target = [Block];
    fn deref(&self) -> &[Block] {
        &self.0
    }
}

impl DerefMut for SecretBlocks {
    fn deref_mut(&mut self) -> &mut [Block] {
        &mut self.0
    }
}

impl Drop for SecretBlocks {
    fn drop(&mut self) {
        Block::wipe(&mut self.0);
    }
}

impl std::fmt::Debug for SecretBlocks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SecretBlocks({} of them)", self.0.len())
    }
}
