//! The programs of threshold signing, in the clear, against published signatures and other implementations.

mod bip340;
mod disclosure;
mod ecdsa;
mod ed25519;
mod keys;
mod refusals;
mod run;
