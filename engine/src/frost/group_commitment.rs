//! What all signers compute of all commitments: binding factors and the signature's nonce point (RFC 9591, sections 4.3
//! to 4.6).

use ff::Field;
use group::Group;
use quorate_circuits::curve::{Curve, SCALAR_BYTES};

use super::ciphersuite::Scalar;
use super::{Ciphersuite, SigningCommitments};
use crate::key::SignerSet;

/// The signature's nonce point, and each signer's part in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupCommitment<C: Curve> {
    /// The nonce point `R`.
    point: C::Point,
    /// By position.
    factors: Vec<C::Scalar>,
    /// By position.
    commitments: Vec<SigningCommitments<C>>,
}

/// The commitments of all signers add up to the identity, which no signature has as its nonce point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signers' commitments add up to the identity")]
pub struct NoGroupCommitment;

impl<C: Curve> GroupCommitment<C> {
    /// Binds the signers' commitments, by position, to a key and a message.
    ///
    /// # Errors
    /// If they add up to the identity: somebody saw the others' before choosing.
    ///
    /// # Panics
    /// If there are not as many commitments as signers.
    pub fn new<S: Ciphersuite<Curve = C>>(
        public_key: &C::Point,
        signers: &SignerSet,
        commitments: &[SigningCommitments<C>],
        message: &[u8],
    ) -> Result<Self, NoGroupCommitment> {
        let prefix = binding_prefix::<S>(public_key, signers, commitments, message);
        let factors: Vec<C::Scalar> =
            signers.indices().iter().map(|&index| S::h1(&[&prefix, &identifier::<C>(index)])).collect();
        let bound: Vec<(C::Point, C::Scalar)> =
            commitments.iter().zip(&factors).map(|(commitments, factor)| (commitments.binding(), *factor)).collect();
        let hiding = commitments.iter().map(SigningCommitments::hiding).sum::<C::Point>();
        let point = hiding + C::public_sum(&C::Scalar::ZERO, &bound);
        if point.is_identity().into() {
            return Err(NoGroupCommitment);
        }
        Ok(Self { point, factors, commitments: commitments.to_vec() })
    }

    /// The signature's nonce point `R`.
    pub fn point(&self) -> C::Point {
        self.point
    }

    /// The binding factor of the signer at `position`.
    ///
    /// # Panics
    /// If there is no such signer.
    pub fn factor(&self, position: usize) -> C::Scalar {
        self.factors[position]
    }

    /// All signers' commitments, by position.
    pub fn commitments(&self) -> &[SigningCommitments<C>] {
        &self.commitments
    }
}

/// What all binding factors hash: key, message and commitments in the order of the signers' indices.
pub(super) fn binding_prefix<S: Ciphersuite>(
    public_key: &<S::Curve as Curve>::Point,
    signers: &SignerSet,
    commitments: &[SigningCommitments<S::Curve>],
    message: &[u8],
) -> Vec<u8> {
    assert_eq!(signers.indices().len(), commitments.len(), "every signer has committed");
    let mut listed: Vec<_> = signers.indices().iter().zip(commitments).collect();
    listed.sort_by_key(|(index, _)| **index);
    let mut list = Vec::new();
    for (index, commitments) in listed {
        list.extend_from_slice(&identifier::<S::Curve>(*index));
        list.extend_from_slice(commitments.as_bytes());
    }
    let mut prefix = Vec::new();
    S::Curve::encode_point(public_key, &mut prefix);
    prefix.extend(S::h4(&[message]));
    prefix.extend(S::h5(&[&list]));
    prefix
}

/// The challenge of RFC 9591 for a nonce point, a key and a message (section 4.6).
pub fn challenge<S: Ciphersuite>(
    nonce: &<S::Curve as Curve>::Point,
    public_key: &<S::Curve as Curve>::Point,
    message: &[u8],
) -> Scalar<S> {
    let mut points = Vec::new();
    S::Curve::encode_point(nonce, &mut points);
    S::Curve::encode_point(public_key, &mut points);
    S::h2(&[&points, message])
}

/// A signature as RFC 9591 writes it: nonce point, then response. RFC 8032's, on Ed25519.
pub fn encode_signature<C: Curve>(nonce: &C::Point, response: &C::Scalar) -> Vec<u8> {
    let mut signature = Vec::with_capacity(C::POINT_BYTES + SCALAR_BYTES);
    C::encode_point(nonce, &mut signature);
    signature.extend_from_slice(&C::encode_scalar(response));
    signature
}

/// An index as a scalar's encoding.
fn identifier<C: Curve>(index: u16) -> [u8; SCALAR_BYTES] {
    C::encode_scalar(&C::Scalar::from(u64::from(index)))
}
