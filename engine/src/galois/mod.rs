//! Galois rings, and Shamir's secret sharing over them.
//!
//! The integers modulo 2^k have too few units for Shamir's sharing: two points of a polynomial must differ by one. Their
//! extension of degree d, `Z_{2^k}[X] / h` for a monic `h` that is irreducible modulo 2, has 2^d points all of whose
//! differences are units, the polynomials in `X` with coefficients 0 and 1 (Abspoel, Cramer, Damgård, Escudero and Yuan,
//! "Efficient Information-Theoretic Secure Multiparty Computation over Z/p^kZ via Galois Rings", TCC 2019, ePrint
//! 2019/872). Numbers wrap as everywhere in the engine; reducing a share modulo 2 gives a share over GF(2^d) of the number's
//! lowest bit.
//!
//! | item | what it is |
//! |---|---|
//! | [`GaloisRing`], [`Scalar`] | the ring modulo 2^128, of which all others are quotients: points, inverses, Lagrange's coefficients, matrices. Public |
//! | [`Coefficient`] | integers modulo 2^64 or 2^128, or 64 bits side by side |
//! | [`Elements`] | a vector of elements in planes, one for each power of `X`. Secret |
//! | [`Code`] | Shamir's sharing among points: sharing, reconstruction, consistency, correction of errors |
//!
//! Scalars are public and computed in variable time; what is done to elements depends on nothing but lengths and scalars.

mod code;
mod coefficient;
mod correction;
mod elements;
mod scalar;

pub use code::Code;
pub use coefficient::{Coefficient, Lanes};
pub use correction::{Corrected, Uncorrectable, subsets};
pub use elements::Elements;
pub use scalar::{GaloisRing, MAX_DEGREE, Scalar};
