//! The inner loops of Quorate: AES, the garbling hash, GF(2^128), bit transposition, butterfly sums, and
//! the sums of proofs of products.
//!
//! This crate holds the only `unsafe` code of the workspace. Every kernel has a portable twin, the twin is the
//! reference, and a property test compares each version that the machine can run with it. Which version
//! runs is decided once per call on a whole slice, from what the processor reports; the answer never
//! depends on data.
//!
//! What this crate never does: draw randomness, keep secrets between calls (keys aside), allocate in a loop.
//!
//! | module | what | versions |
//! |---|---|---|
//! | [`aes`] | AES-128 under one key over slices, counter mode | the `aes` crate's (portable, AES-NI, ARMv8), VAES-256, VAES-512 |
//! | [`hash`] | the re-keyed garbling hash | portable, AES-NI, VAES-256, VAES-512 |
//! | [`gates`] | half gates over label slots, garbled and evaluated in batches of eight | portable, AES-NI, VAES-256, VAES-512 |
//! | [`half_tree`] | levels of a correlated tree | the `aes` crate's, VAES-256, VAES-512; corrections portable and AVX2 |
//! | [`local_code`] | sums of ten elements of a table | portable, AVX2 |
//! | [`gf128`] | products and inner products in GF(2^128) | portable, PCLMULQDQ, VPCLMULQDQ-256 and -512 |
//! | [`transpose`] | bit matrices of 128 rows to 128-bit rows | one source compiled for the base line, AVX2, AVX-512 |
//! | [`butterfly`] | the sums of a small-field VOLE | likewise |
//! | [`interpolation`] | weighted products of polynomials through rows of words | likewise |
//! | [`folding`] | weighted sums of rows of words modulo 2^255 - 19 | likewise |
//! | [`subset_sums`] | sums of many subsets | likewise |
//! | [`matrix`] | products of matrices modulo 2^64 and 2^128 | likewise (AVX2 by halves of words), and one for all |

// Bulk messages are slices of blocks seen as bytes; the wire's order is little-endian.
#[cfg(target_endian = "big")]
compile_error!("quorate-kernels sees blocks as little-endian bytes and has no big-endian version");

pub mod aes;
mod block;
pub mod butterfly;
mod cpu;
pub mod folding;
pub mod gates;
pub mod gf128;
pub mod half_tree;
pub mod hash;
pub mod interpolation;
pub mod local_code;
pub mod matrix;
pub mod subset_sums;
pub mod transpose;
#[cfg(target_arch = "x86_64")]
mod two_blocks;

pub use block::Block;
