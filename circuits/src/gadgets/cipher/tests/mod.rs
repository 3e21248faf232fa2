//! Published vectors, random inputs against independent implementations, and the counts of the documentation.

mod aes;
mod chacha20;
mod sbox;
