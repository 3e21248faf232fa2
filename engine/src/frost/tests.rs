//! The vectors of RFC 9591, appendix E, field by field.

use ff::Field;
use group::Group;
use quorate_circuits::curve::Curve;
use serde_json::Value;

use super::group_commitment::binding_prefix;
use super::*;
use crate::crypto::Random;
use crate::key::{AccessStructure, Commitments, Holding, KeyId, KeyShare, Polynomials, SignerSet};

const APPENDIX_E: &str = include_str!("../../../datasets/vectors/rfc9591/appendix_e.json");

struct Vectors(Value);

impl Vectors {
    fn read(text: &str) -> Self {
        Self(serde_json::from_str(text).unwrap())
    }

    /// The same key and shares with the nonces of appendix E itself.
    fn of_appendix_e(mut self) -> Self {
        let all: Value = serde_json::from_str(APPENDIX_E).unwrap();
        let suite = self.at("/config/name").as_str().unwrap().to_owned();
        for (name, value) in all[&suite].as_object().unwrap() {
            self.0[name] = value.clone();
        }
        self
    }

    fn at(&self, pointer: &str) -> &Value {
        self.0.pointer(pointer).unwrap_or_else(|| panic!("there is {pointer}"))
    }

    fn bytes(&self, pointer: &str) -> Vec<u8> {
        hex::decode(self.at(pointer).as_str().unwrap()).unwrap()
    }

    fn scalar<C: Curve>(&self, pointer: &str) -> C::Scalar {
        C::decode_scalar(&self.bytes(pointer).try_into().unwrap()).unwrap()
    }

    /// The participants of the signature.
    fn signers(&self) -> Vec<u16> {
        let list = self.at("/inputs/participant_list").as_array().unwrap();
        list.iter().map(|index| index.as_u64().unwrap() as u16).collect()
    }

    /// The key's shares, by holder.
    fn shares<C: Curve>(&self) -> Vec<KeyShare<C>> {
        let access = AccessStructure::new(2, 3).unwrap();
        let (secret, slope) = ("/inputs/group_secret_key", "/inputs/share_polynomial_coefficients/0");
        let secret = self.scalar::<C>(secret);
        let slope = self.scalar::<C>(slope);
        let commitments = [secret, slope].map(|coefficient| C::Point::mul_by_generator(&coefficient));
        let mut encoding = Vec::new();
        commitments.iter().for_each(|point| C::encode_point(point, &mut encoding));
        let commitments = Commitments::<C>::from_bytes(&encoding, &access).unwrap();
        let share = |index: u16| {
            let secret = self.scalar::<C>(&format!("/inputs/participant_shares/{}/participant_share", index - 1));
            let holding = Holding { key: KeyId([9; 32]), epoch: 0, access: access.clone(), index };
            KeyShare::new(holding, vec![secret].into(), commitments.clone()).expect("the share is on the polynomial")
        };
        access.indices().map(share).collect()
    }
}

/// Nonces as the vectors' randomness makes them.
fn nonces<S: Ciphersuite>(vectors: &Vectors, position: usize, share: &KeyShare<S::Curve>) -> SigningNonces<S::Curve> {
    let at = |name: &str| format!("/round_one_outputs/outputs/{position}/{name}");
    let randomness = ["hiding_nonce_randomness", "binding_nonce_randomness"];
    let randomness = randomness.map(|name| vectors.bytes(&at(name)).try_into().unwrap());
    let nonces = SigningNonces::derive::<S>(share.expose_secret(), &randomness);
    assert!(nonces.hiding == vectors.scalar::<S::Curve>(&at("hiding_nonce")));
    assert!(nonces.binding == vectors.scalar::<S::Curve>(&at("binding_nonce")));
    let commitments = [at("hiding_nonce_commitment"), at("binding_nonce_commitment")];
    assert_eq!(nonces.commitments().as_bytes(), commitments.map(|name| vectors.bytes(&name)).concat());
    nonces
}

fn every_field<S: Ciphersuite>(vectors: &Vectors) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let shares = vectors.shares::<S::Curve>();
    let public_key = shares[0].public_key();
    let mut encoded_key = Vec::new();
    S::Curve::encode_point(&public_key, &mut encoded_key);
    assert_eq!(encoded_key, vectors.bytes("/inputs/verifying_key_key"));
    let message = vectors.bytes("/inputs/message");
    let indices = vectors.signers();
    let signers = SignerSet::new(&shares[0].holding().access, &indices).unwrap();
    let mine: Vec<_> = indices.iter().map(|index| &shares[usize::from(*index) - 1]).collect();
    let nonces: Vec<_> = mine.iter().enumerate().map(|(at, share)| nonces::<S>(vectors, at, share)).collect();
    let commitments: Vec<_> = nonces.iter().map(|nonces| nonces.commitments().clone()).collect();
    let prefix = binding_prefix::<S>(&public_key, &signers, &commitments, &message);
    let group = GroupCommitment::new::<S>(&public_key, &signers, &commitments, &message).unwrap();
    let relation = Relation {
        nonce: <S::Curve as Curve>::Scalar::ONE,
        key: challenge::<S>(&group.point(), &public_key, &message),
    };
    let mut answers = Vec::new();
    let mut signings = Vec::new();
    for (position, (share, nonces)) in mine.iter().zip(nonces).enumerate() {
        let at = |name: &str| format!("/round_one_outputs/outputs/{position}/{name}");
        let identifier = <S::Curve as Curve>::encode_scalar(&u64::from(indices[position]).into());
        // The appendix's own are not repeated in our file: the factor is their hash.
        if vectors.0.pointer(&at("binding_factor_input")).is_some() {
            assert_eq!([prefix.as_slice(), &identifier].concat(), vectors.bytes(&at("binding_factor_input")));
        }
        assert!(group.factor(position) == vectors.scalar::<S::Curve>(&at("binding_factor")));
        let prepared = PreparedNonces::new(share, signers.clone(), nonces, commitments.clone()).unwrap();
        let signing = Signing::new(share, prepared, group.clone(), relation).unwrap();
        let answer = format!("/round_two_outputs/outputs/{position}/sig_share");
        assert!(signing.answer() == vectors.scalar::<S::Curve>(&answer));
        answers.push(signing.answer());
        signings.push(signing);
    }
    let response = signings[0].aggregate(mine[0], &answers).unwrap();
    let signature = encode_signature::<S::Curve>(&group.point(), &response);
    assert_eq!(signature, vectors.bytes("/final_output/sig"));
    (encoded_key, message, signature)
}

#[test]
fn ed25519_is_that_of_the_rfc_and_of_ed25519() {
    let text = include_str!("../../../datasets/vectors/rfc9591/frost-ed25519_vectors.json");
    for vectors in [Vectors::read(text), Vectors::read(text).of_appendix_e()] {
        let (key, message, signature) = every_field::<FrostEd25519>(&vectors);
        let key = ed25519_dalek::VerifyingKey::from_bytes(&key.try_into().unwrap()).unwrap();
        key.verify_strict(&message, &ed25519_dalek::Signature::from_slice(&signature).unwrap()).unwrap();
    }
}

#[test]
fn secp256k1_is_that_of_the_rfc() {
    let text = include_str!("../../../datasets/vectors/rfc9591/frost-secp256k1_vectors.json");
    every_field::<FrostSecp256k1>(&Vectors::read(text));
    every_field::<FrostSecp256k1>(&Vectors::read(text).of_appendix_e());
}

#[test]
fn p256_is_that_of_the_rfc() {
    let text = include_str!("../../../datasets/vectors/rfc9591/frost-p256_vectors.json");
    every_field::<FrostP256>(&Vectors::read(text));
    every_field::<FrostP256>(&Vectors::read(text).of_appendix_e());
}

/// A pair of prepared nonces of a dealt key.
fn prepared<S: Ciphersuite>(epoch: u32, seed: u8) -> (KeyShare<S::Curve>, PreparedNonces<S::Curve>) {
    prepared_under::<S>(&AccessStructure::new(2, 3).unwrap(), epoch, seed)
}

/// Likewise for the holders 3 and 1 under any access structure that allows them.
fn prepared_under<S: Ciphersuite>(
    access: &AccessStructure,
    epoch: u32,
    seed: u8,
) -> (KeyShare<S::Curve>, PreparedNonces<S::Curve>) {
    let mut random = Random::dangerous_from_seed([seed; 32]);
    let polynomials = Polynomials::<S::Curve>::random(access, &mut random);
    let signers = SignerSet::new(access, &[3, 1]).unwrap();
    let share = |index| {
        let holding = Holding { key: KeyId([1; 32]), epoch, access: access.clone(), index };
        KeyShare::new(holding, polynomials.share(index), Commitments::of(&polynomials)).unwrap()
    };
    let [first, second] = [3, 1].map(|index| (share(index), SigningNonces::draw::<S>(&share(index), &mut random)));
    let commitments = vec![first.1.commitments().clone(), second.1.commitments().clone()];
    let prepared = PreparedNonces::new(&first.0, signers, first.1, commitments).unwrap();
    (first.0, prepared)
}

/// The access structure is between bytes 41 and `until`: whoever changes it names other holders who can use the key,
/// among whom the signers may be as well.
fn prepared_nonces_survive_their_encoding<S: Ciphersuite>(access: &AccessStructure, until: usize) {
    let (_, nonces) = prepared_under::<S>(access, 7, 1);
    let (id, key) = (nonces.id(), nonces.key());
    let length = PreparedNonces::<S::Curve>::bytes(nonces.signers());
    let bytes = nonces.to_bytes();
    assert_eq!(bytes.len(), length);
    let again = PreparedNonces::<S::Curve>::from_bytes(&bytes).unwrap();
    assert_eq!((again.id(), again.key()), (id, key));
    assert_eq!(*again.to_bytes(), *bytes);
    for length in 0..bytes.len() {
        assert!(PreparedNonces::<S::Curve>::from_bytes(&bytes[..length]).is_err());
    }
    // Whatever else changes changes the name, if it can be read at all.
    for at in 0..bytes.len() {
        let mut changed = bytes.to_vec();
        changed[at] ^= 0x41;
        let read = PreparedNonces::<S::Curve>::from_bytes(&changed);
        assert!(read.is_err() || read.is_ok_and(|read| read.id() != id) || (41..until).contains(&at), "byte {at}");
    }
}

#[test]
fn prepared_nonces_are_read_as_they_were_written_or_not_at_all() {
    let threshold = AccessStructure::new(2, 3).unwrap();
    let weights = AccessStructure::of("3 of (1*2, 2, 3)".parse().unwrap());
    for (access, until) in [(threshold, 45), (weights, 43 + 16)] {
        prepared_nonces_survive_their_encoding::<FrostBip340>(&access, until);
        prepared_nonces_survive_their_encoding::<FrostEd25519>(&access, until);
    }
    let (_, nonces) = prepared::<FrostP256>(0, 2);
    assert!(PreparedNonces::<quorate_circuits::curve::Secp256k1>::from_bytes(&nonces.to_bytes()).is_err());
}

#[test]
fn nonces_of_another_epoch_or_commitment_sign_nothing() {
    type S = FrostEd25519;
    let one = <S as Ciphersuite>::Curve::decode_scalar(&std::array::from_fn(|i| u8::from(i == 0))).unwrap();
    let relation = Relation { nonce: one, key: one };
    let group = |share: &KeyShare<_>, nonces: &PreparedNonces<_>, message: &[u8]| {
        nonces.group_commitment::<S>(&share.public_key(), message).unwrap()
    };
    let (share, nonces) = prepared::<S>(1, 3);
    let (_, of_before) = prepared::<S>(0, 3);
    let fits = group(&share, &nonces, b"m");
    let spent = Signing::new(&share, of_before, fits.clone(), relation);
    assert_eq!(spent.unwrap_err(), SigningError::OtherKey);
    let zero = Relation { nonce: one - one, key: one };
    assert_eq!(Signing::new(&share, nonces, fits.clone(), zero).unwrap_err(), SigningError::Degenerate);
    let (other, nonces) = prepared::<S>(1, 4);
    let spent = Signing::new(&other, nonces, fits, relation);
    assert_eq!(spent.unwrap_err(), SigningError::OtherCommitments);
}

#[test]
fn hedged_nonces_depend_on_generator_and_share() {
    let (share, _) = prepared::<FrostEd25519>(0, 5);
    let (other, _) = prepared::<FrostEd25519>(0, 6);
    let draw = |share: &KeyShare<_>, seed: u8| {
        let nonces = SigningNonces::draw::<FrostEd25519>(share, &mut Random::dangerous_from_seed([seed; 32]));
        nonces.commitments().as_bytes().to_vec()
    };
    assert_eq!(draw(&share, 1), draw(&share, 1));
    assert_ne!(draw(&share, 1), draw(&share, 2));
    assert_ne!(draw(&share, 1), draw(&other, 1));
}
