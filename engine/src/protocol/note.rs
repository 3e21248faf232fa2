//! Shares on paper.

use crate::net::Holding;

/// What a paper twin has for a share: what is public of it, and the entry in the accounts that lasts as long.
#[derive(Debug)]
pub struct Note<S> {
    /// What is public of the share.
    pub shape: S,
    _held: Holding,
}

impl<S> Note<S> {
    /// A note of a share that is held.
    pub fn new(shape: S, held: Holding) -> Self {
        Self { shape, _held: held }
    }
}
