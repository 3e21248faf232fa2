//! A dealer's vector: the secret, and the coefficients of the polynomials by which it is shared (Shamir, "How to Share a
//! Secret", CACM 1979), modulo a group's order.

use quorate_circuits::curve::Curve;
use zeroize::Zeroizing;

use super::AccessStructure;
use crate::crypto::{Random, random_scalar};

/// The polynomials of all gates of an access structure. Under a plain threshold it is one, whose value at zero is the
/// secret, with as many coefficients as signers are needed. Wiped when dropped, and never printed.
pub struct Polynomials<C: Curve> {
    access: AccessStructure,
    /// The secret first.
    coefficients: Zeroizing<Vec<C::Scalar>>,
}

impl<C: Curve> Polynomials<C> {
    /// Uniform polynomials: they share a secret that nobody chose.
    pub fn random(access: &AccessStructure, random: &mut Random) -> Self {
        let secret = random_scalar::<C>(random);
        Self::sharing(secret, access, random)
    }

    /// Polynomials that are uniform but for the secret: one to be dealt, or zero to refresh shares.
    pub fn sharing(secret: C::Scalar, access: &AccessStructure, random: &mut Random) -> Self {
        let mut coefficients = Zeroizing::new(Vec::with_capacity(access.columns()));
        coefficients.push(secret);
        coefficients.extend((1..access.columns()).map(|_| random_scalar::<C>(random)));
        Self { access: access.clone(), coefficients }
    }

    /// Who can use what is shared.
    pub fn access(&self) -> &AccessStructure {
        &self.access
    }

    /// The vector, the secret first.
    pub fn coefficients(&self) -> &[C::Scalar] {
        &self.coefficients
    }

    /// The share of the holder with this index: a scalar for each of its rows.
    pub fn share(&self, index: u16) -> Zeroizing<Vec<C::Scalar>> {
        let rows = self.access.rows(index);
        let times = |sum: C::Scalar, factor| sum * C::Scalar::from(u64::from(factor));
        let mut share = Zeroizing::new(Vec::with_capacity(rows.len()));
        share.extend(rows.iter().map(|row| row.evaluate(&self.coefficients, times)));
        share
    }
}

impl<C: Curve> std::fmt::Debug for Polynomials<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Polynomials({} coefficients)", self.coefficients.len())
    }
}

#[cfg(test)]
mod tests {
    use quorate_circuits::curve::Ed25519;

    use super::*;

    #[test]
    fn polynomials_print_nothing() {
        let access = AccessStructure::new(2, 2).unwrap();
        let polynomials = Polynomials::<Ed25519>::random(&access, &mut Random::dangerous_from_seed([1; 32]));
        assert_eq!(format!("{polynomials:?}"), "Polynomials(2 coefficients)");
    }
}
