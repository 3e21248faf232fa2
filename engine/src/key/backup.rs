//! A holder's share, dealt to guardians in a way that everybody can check.
//!
//! A scalar of the share (under an access structure a holder may have several) is dealt by Feldman's sharing, any `threshold` of the guardians needed, with commitments whose constant is
//! the share times the generator. That point is known from the key's own commitments, so everybody sees that it is the
//! right share. Each guardian's part is encrypted to it *verifiably*: Camenisch and Damgård, "Verifiable Encryption,
//! Group Encryption, and Their Applications to Separable Group Signatures and Signature Sharing Schemes" (Asiacrypt
//! 2000), made non-interactive by a hash (Fiat and Shamir).
//!
//! For a part `s` with the public point `S`, each of [`ROUNDS`] rounds splits `s = r + t` at random, encrypts `r` and `t`
//! and commits to `R = r G`. The hash of all of it chooses one of the two for each round, which is shown with its seed:
//! an `r` must be the logarithm of `R`, a `t` that of `S - R`, and the encryption of what is shown must be the one
//! committed to. Nothing of `s` is told by one half. The guardian opens the other half of a round and adds; what it gets
//! is checked against `S`. A dealer whose ciphertexts give the guardian nothing must have guessed the choice of every
//! round: 2^-128 for each hash that it computes. The number of rounds is a constant: nothing lowers it.
//!
//! Bytes for each guardian: 16 of the choices and 144 for each round.

use group::Group;
use quorate_circuits::curve::{Curve, SCALAR_BYTES};
use zeroize::{Zeroize, Zeroizing};

use super::{AccessStructure, Commitments, Polynomials, SignerSet, SignerSetError};
use crate::crypto::sealing::{SEALED_OVERHEAD, SEED_BYTES, SealingContext, SealingPublic, SealingSecret, seal};
use crate::crypto::{Random, SessionId, Transcript, random_scalar};

/// Rounds of cut and choose.
pub const ROUNDS: usize = 128;

/// Bytes of the choices: a bit for each round.
const CHOICES: usize = ROUNDS / 8;
/// Bytes of an encrypted half.
const HALF: usize = SCALAR_BYTES + SEALED_OVERHEAD;
/// Bytes of a round: what is shown, its seed, and the half that is not.
const ROUND: usize = SCALAR_BYTES + SEED_BYTES + HALF;

/// What the two halves are encrypted for.
const PURPOSES: [&str; 2] = ["key/backup first half", "key/backup second half"];

/// Why a dealing is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BackupError {
    /// The commitments are of another share.
    #[error("the commitments are not those of the share that this holder has of the key")]
    OtherShare,
    /// An encryption that does not hold what it should.
    #[error("what is encrypted for guardian {0} is not its part of the share")]
    Encryption(u16),
    /// A guardian's key is none.
    #[error("the key of guardian {0} is of small order")]
    Guardian(u16),
    /// A guardian's part that does not fit the commitments.
    #[error("the part of guardian {0} does not fit the commitments")]
    Part(u16),
    /// Too few, or the same twice.
    #[error(transparent)]
    Guardians(#[from] SignerSetError),
}

/// A share that was dealt to guardians. Public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dealt<C: Curve> {
    /// The commitments to the sharing, the holder's public share first.
    pub commitments: Commitments<C>,
    /// By guardian, from index 1: its part, verifiably encrypted.
    pub encrypted: Vec<VerifiableEncryption>,
}

impl<C: Curve> Dealt<C> {
    /// Deals a scalar of a share to the guardians with these keys, by index. `label` says what all of it belongs to: what is
    /// encrypted opens with the same label only.
    ///
    /// # Errors
    /// If a guardian's key is of small order.
    ///
    /// # Panics
    /// If there are not as many keys as guardians, or they are more than a threshold.
    pub fn new(
        label: &SessionId,
        share: &C::Scalar,
        access: &AccessStructure,
        guardians: &[SealingPublic],
        random: &mut Random,
    ) -> Result<Self, BackupError> {
        assert_eq!(guardians.len(), access.holders(), "a key for each guardian");
        assert!(access.plain_threshold().is_some(), "guardians have one part each");
        let polynomials = Polynomials::<C>::sharing(*share, access, random);
        let commitments = Commitments::of(&polynomials);
        let mut encrypted = Vec::with_capacity(guardians.len());
        for (index, guardian) in access.indices().zip(guardians) {
            let part = polynomials.share(index);
            let statement = Statement { label, commitments: &commitments, index, guardian };
            let sealed = VerifiableEncryption::new(&statement, &part[0], random);
            encrypted.push(sealed.ok_or(BackupError::Guardian(index))?);
        }
        Ok(Self { commitments, encrypted })
    }

    /// Checks that the right share was dealt, and that each guardian's ciphertext holds its part. Needs no secret.
    ///
    /// # Errors
    /// What is wrong, with the guardian.
    pub fn verify(
        &self,
        label: &SessionId,
        public_share: &C::Point,
        guardians: &[SealingPublic],
    ) -> Result<(), BackupError> {
        if self.commitments.constant() != *public_share || self.encrypted.len() != guardians.len() {
            return Err(BackupError::OtherShare);
        }
        for ((index, guardian), encrypted) in (1..).zip(guardians).zip(&self.encrypted) {
            let statement = Statement { label, commitments: &self.commitments, index, guardian };
            if !encrypted.verifies(&statement) {
                return Err(BackupError::Encryption(index));
            }
        }
        Ok(())
    }

    /// A guardian's part, opened with its key and checked.
    ///
    /// # Errors
    /// If no round of what is encrypted for it gives its part.
    pub fn open(&self, label: &SessionId, index: u16, key: &SealingSecret) -> Result<Part<C>, BackupError> {
        let wrong = BackupError::Encryption(index);
        let encrypted = self.encrypted.get(usize::from(index).wrapping_sub(1)).ok_or(wrong.clone())?;
        let guardian = key.public();
        let statement = Statement { label, commitments: &self.commitments, index, guardian: &guardian };
        encrypted.open(&statement, key).ok_or(wrong)
    }
}

/// A guardian's part of a share. Secret, wiped when dropped. That it fits the commitments is checked whenever one is
/// made.
pub struct Part<C: Curve> {
    index: u16,
    secret: C::Scalar,
}

impl<C: Curve> Part<C> {
    /// The part of these bytes.
    ///
    /// # Errors
    /// If it is not the one that the commitments say.
    pub fn new(commitments: &Commitments<C>, index: u16, bytes: &[u8]) -> Result<Self, BackupError> {
        let wrong = BackupError::Part(index);
        let secret = bytes.try_into().ok().and_then(C::decode_scalar).ok_or(wrong.clone())?;
        let part = Self { index, secret };
        if commitments.fits(index, std::slice::from_ref(&part.secret)) { Ok(part) } else { Err(wrong) }
    }

    /// The bytes, to be encrypted to whom they are released.
    pub fn expose_bytes(&self) -> Zeroizing<[u8; SCALAR_BYTES]> {
        Zeroizing::new(C::encode_scalar(&self.secret))
    }

    /// The share of which these are parts.
    ///
    /// # Errors
    /// If they are too few, or one is there twice.
    pub fn combine(access: &AccessStructure, parts: &[Self]) -> Result<Zeroizing<C::Scalar>, BackupError> {
        let indices: Vec<u16> = parts.iter().map(|part| part.index).collect();
        let guardians = SignerSet::new(access, &indices)?;
        let factors = (0..parts.len()).flat_map(|position| guardians.coefficients::<C::Scalar>(position));
        Ok(Zeroizing::new(parts.iter().zip(factors).map(|(part, factor)| factor * part.secret).sum()))
    }
}

impl<C: Curve> Drop for Part<C> {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

impl<C: Curve> std::fmt::Debug for Part<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Part({}, guardian {}, secret)", C::NAME, self.index)
    }
}

/// What an encryption is said to hold.
struct Statement<'a, C: Curve> {
    label: &'a SessionId,
    commitments: &'a Commitments<C>,
    index: u16,
    guardian: &'a SealingPublic,
}

impl<C: Curve> Statement<'_, C> {
    fn context(&self, round: usize, side: usize) -> SealingContext<'_> {
        SealingContext { label: self.label, purpose: PURPOSES[side], number: round as u64 }
    }

    fn seal(&self, round: usize, side: usize, half: &C::Scalar, seed: &[u8; SEED_BYTES]) -> Option<[u8; HALF]> {
        let content = Zeroizing::new(C::encode_scalar(half));
        seal(self.context(round, side), self.guardian, seed, &*content)?.try_into().ok()
    }

    /// Which half is shown of each round.
    fn choices(&self, points: &[C::Point], halves: &[[[u8; HALF]; 2]]) -> [u8; CHOICES] {
        let mut transcript = Transcript::new("quorate 2026 verifiable encryption", self.label);
        transcript
            .append("group", C::NAME.name().as_bytes())
            .append("guardian", &self.guardian.0)
            .append_u64("index", self.index.into())
            .append("commitments", &self.commitments.to_bytes());
        let mut encoded = Vec::with_capacity(points.len() * C::POINT_BYTES);
        C::encode_points(points, &mut encoded);
        transcript.append("points", &encoded);
        for [first, second] in halves {
            transcript.append("first", first).append("second", second);
        }
        let mut choices = [0; CHOICES];
        transcript.fill(&mut choices);
        choices
    }
}

/// The encryption of a guardian's part that everybody can check. Public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiableEncryption {
    choices: [u8; CHOICES],
    rounds: Vec<Round>,
}

/// A round: one half is shown, the other stays encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Round {
    shown: [u8; SCALAR_BYTES],
    seed: [u8; SEED_BYTES],
    hidden: [u8; HALF],
}

impl VerifiableEncryption {
    /// Bytes of an encoding.
    pub const BYTES: usize = CHOICES + ROUNDS * ROUND;

    fn new<C: Curve>(statement: &Statement<'_, C>, part: &C::Scalar, random: &mut Random) -> Option<Self> {
        let mut splits = Vec::with_capacity(ROUNDS);
        let (mut points, mut sealed) = (Vec::with_capacity(ROUNDS), Vec::with_capacity(ROUNDS));
        for round in 0..ROUNDS {
            let first = random_scalar::<C>(random);
            let halves = Zeroizing::new([first, *part - first]);
            let seeds = Zeroizing::new([random.bytes::<SEED_BYTES>(), random.bytes::<SEED_BYTES>()]);
            points.push(C::base_multiple(&halves[0]));
            sealed.push([
                statement.seal(round, 0, &halves[0], &seeds[0])?,
                statement.seal(round, 1, &halves[1], &seeds[1])?,
            ]);
            splits.push((halves, seeds));
        }
        let choices = statement.choices(&points, &sealed);
        let rounds = splits.iter().zip(&sealed).enumerate().map(|(round, ((halves, seeds), sealed))| {
            let side = side(&choices, round);
            Round { shown: C::encode_scalar(&halves[side]), seed: seeds[side], hidden: sealed[1 - side] }
        });
        Some(Self { choices, rounds: rounds.collect() })
    }

    /// Variable time: all of it is public.
    fn verifies<C: Curve>(&self, statement: &Statement<'_, C>) -> bool {
        let [target] = statement.commitments.public_share(statement.index)[..] else { return false };
        let (mut points, mut sealed) = (Vec::with_capacity(ROUNDS), Vec::with_capacity(ROUNDS));
        for (number, round) in self.rounds.iter().enumerate() {
            let side = side(&self.choices, number);
            let Some(shown) = C::decode_scalar(&round.shown) else { return false };
            let Some(again) = statement.seal(number, side, &shown, &round.seed) else { return false };
            let point = C::public_sum(&shown, &[]);
            let point = if side == 0 { point } else { target - point };
            // An honest dealer meets the identity, which has no encoding, less than once in 2^250 rounds.
            if bool::from(point.is_identity()) {
                return false;
            }
            points.push(point);
            sealed.push(if side == 0 { [again, round.hidden] } else { [round.hidden, again] });
        }
        self.rounds.len() == ROUNDS && statement.choices(&points, &sealed) == self.choices
    }

    fn open<C: Curve>(&self, statement: &Statement<'_, C>, key: &SealingSecret) -> Option<Part<C>> {
        self.rounds.iter().enumerate().find_map(|(number, round)| {
            let side = side(&self.choices, number);
            let hidden = key.open(statement.context(number, 1 - side), &round.hidden)?;
            let hidden = Zeroizing::new(C::decode_scalar(hidden.as_slice().try_into().ok()?)?);
            let sum = Zeroizing::new(C::encode_scalar(&(C::decode_scalar(&round.shown)? + *hidden)));
            Part::new(statement.commitments, statement.index, &*sum).ok()
        })
    }

    /// The encoding: [`Self::BYTES`].
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(Self::BYTES);
        bytes.extend_from_slice(&self.choices);
        for Round { shown, seed, hidden } in &self.rounds {
            bytes.extend_from_slice(shown);
            bytes.extend_from_slice(seed);
            bytes.extend_from_slice(hidden);
        }
        bytes
    }

    /// What has this encoding, if it is as long as one. Whether it holds anything is for [`Dealt::verify`].
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.len() != Self::BYTES {
            return None;
        }
        let (choices, rounds) = bytes.split_first_chunk::<CHOICES>()?;
        let round = |bytes: &[u8; ROUND]| {
            let (shown, rest) = bytes.split_first_chunk()?;
            let (seed, hidden) = rest.split_first_chunk()?;
            Some(Round { shown: *shown, seed: *seed, hidden: hidden.try_into().ok()? })
        };
        let rounds = rounds.as_chunks::<ROUND>().0.iter().map(round).collect::<Option<Vec<_>>>()?;
        Some(Self { choices: *choices, rounds })
    }
}

/// Which half of a round is shown.
fn side(choices: &[u8; CHOICES], round: usize) -> usize {
    usize::from(choices[round / 8] >> (round % 8) & 1)
}

#[cfg(test)]
mod tests {
    use quorate_circuits::curve::{Ed25519, P256, Secp256k1};

    use super::*;

    const LABEL: SessionId = SessionId([1; 32]);

    struct Guardians {
        secrets: Vec<SealingSecret>,
        keys: Vec<SealingPublic>,
        access: AccessStructure,
    }

    fn guardians(needed: usize, count: u8) -> Guardians {
        let secrets: Vec<_> = (1..=count).map(|seed| SealingSecret::from_bytes([seed; 32])).collect();
        let keys = secrets.iter().map(SealingSecret::public).collect();
        Guardians { secrets, keys, access: AccessStructure::new(needed, count.into()).unwrap() }
    }

    fn dealt<C: Curve>(guardians: &Guardians, random: &mut Random) -> (C::Scalar, Dealt<C>) {
        let share = random_scalar::<C>(random);
        (share, Dealt::new(&LABEL, &share, &guardians.access, &guardians.keys, random).unwrap())
    }

    fn any_two_of_three_guardians_give_the_share_back<C: Curve>() {
        let mut random = Random::dangerous_from_seed([4; 32]);
        let guardians = guardians(2, 3);
        let (share, dealt) = dealt::<C>(&guardians, &mut random);
        assert_eq!(dealt.verify(&LABEL, &C::base_multiple(&share), &guardians.keys), Ok(()));
        let other = C::base_multiple(&(share + C::Scalar::from(1)));
        assert_eq!(dealt.verify(&LABEL, &other, &guardians.keys), Err(BackupError::OtherShare));
        let part = |index: u16| dealt.open(&LABEL, index, &guardians.secrets[usize::from(index) - 1]).unwrap();
        for pair in [[1, 2], [3, 1], [2, 3]] {
            let combined = Part::combine(&guardians.access, &pair.map(part)).unwrap();
            assert!(*combined == share, "{} {pair:?}", C::NAME);
        }
        assert!(matches!(Part::combine(&guardians.access, &[part(1)]), Err(BackupError::Guardians(_))));
        assert!(matches!(Part::combine(&guardians.access, &[part(1), part(1)]), Err(BackupError::Guardians(_))));
        assert_eq!(dealt.open(&LABEL, 2, &guardians.secrets[0]).err(), Some(BackupError::Encryption(2)));
        assert_eq!(dealt.open(&LABEL, 4, &guardians.secrets[0]).err(), Some(BackupError::Encryption(4)));
        let other = SessionId([2; 32]);
        assert_eq!(dealt.open(&other, 1, &guardians.secrets[0]).err(), Some(BackupError::Encryption(1)));
        let bytes = part(1).expose_bytes();
        assert!(Part::new(&dealt.commitments, 1, &*bytes).is_ok());
        assert_eq!(Part::new(&dealt.commitments, 2, &*bytes).err(), Some(BackupError::Part(2)));
        assert_eq!(format!("{:?}", part(1)), format!("Part({}, guardian 1, secret)", C::NAME));
    }

    #[test]
    fn enough_guardians_give_the_share_back_on_every_curve() {
        any_two_of_three_guardians_give_the_share_back::<Secp256k1>();
        any_two_of_three_guardians_give_the_share_back::<P256>();
        any_two_of_three_guardians_give_the_share_back::<Ed25519>();
    }

    #[test]
    fn an_altered_encryption_does_not_verify() {
        let mut random = Random::dangerous_from_seed([5; 32]);
        let guardians = guardians(2, 2);
        let (share, dealt) = dealt::<Ed25519>(&guardians, &mut random);
        let point = Ed25519::base_multiple(&share);
        let bytes = dealt.encrypted[1].to_bytes();
        assert_eq!(bytes.len(), VerifiableEncryption::BYTES);
        assert_eq!(VerifiableEncryption::from_bytes(&bytes).as_ref(), Some(&dealt.encrypted[1]));
        // The choices, and every region of some rounds.
        let rounds = [0, 1, 77, ROUNDS - 1].map(|round| CHOICES + round * ROUND);
        let regions = rounds.into_iter().flat_map(|at| (at..at + ROUND).step_by(13));
        for at in (0..CHOICES).chain(regions) {
            let mut altered = bytes.clone();
            altered[at] ^= 1;
            let mut dealt = dealt.clone();
            dealt.encrypted[1] = VerifiableEncryption::from_bytes(&altered).unwrap();
            let found = dealt.verify(&LABEL, &point, &guardians.keys);
            assert_eq!(found, Err(BackupError::Encryption(2)), "byte {at}");
        }
        assert!(VerifiableEncryption::from_bytes(&bytes[1..]).is_none());
        let other = SessionId([2; 32]);
        assert_eq!(dealt.verify(&other, &point, &guardians.keys), Err(BackupError::Encryption(1)));
        let swapped = [guardians.keys[1], guardians.keys[0]];
        assert_eq!(dealt.verify(&LABEL, &point, &swapped), Err(BackupError::Encryption(1)));
    }

    /// A dealer that encrypts another part than it commits to shows one of the halves that give it away, unless it
    /// guesses the choice of every round.
    #[test]
    fn a_dealer_that_encrypts_something_else_is_found() {
        let mut random = Random::dangerous_from_seed([6; 32]);
        let guardians = guardians(2, 2);
        let (share, mut dealt) = dealt::<Secp256k1>(&guardians, &mut random);
        let (label, commitments, guardian) = (&LABEL, dealt.commitments.clone(), &guardians.keys[0]);
        let statement = Statement { label, commitments: &commitments, index: 1, guardian };
        let wrong = share + k256::Scalar::from(9_u64);
        dealt.encrypted[0] = VerifiableEncryption::new(&statement, &wrong, &mut random).unwrap();
        let found = dealt.verify(&LABEL, &Secp256k1::base_multiple(&share), &guardians.keys);
        assert_eq!(found, Err(BackupError::Encryption(1)));
        assert_eq!(dealt.open(&LABEL, 1, &guardians.secrets[0]).err(), Some(BackupError::Encryption(1)));
    }

    /// One round whose hidden half is sound is enough for the guardian.
    #[test]
    fn a_guardian_finds_the_round_that_holds_its_part() {
        let mut random = Random::dangerous_from_seed([7; 32]);
        let guardians = guardians(2, 2);
        let (_, mut dealt) = dealt::<P256>(&guardians, &mut random);
        for round in &mut dealt.encrypted[0].rounds[..ROUNDS - 1] {
            round.hidden = [0; HALF];
        }
        assert!(dealt.open(&LABEL, 1, &guardians.secrets[0]).is_ok());
        dealt.encrypted[0].rounds[ROUNDS - 1].hidden = [0; HALF];
        assert!(dealt.open(&LABEL, 1, &guardians.secrets[0]).is_err());
    }

    #[test]
    fn a_guardian_with_a_key_of_small_order_gets_nothing() {
        let mut random = Random::dangerous_from_seed([8; 32]);
        let mut guardians = guardians(2, 2);
        guardians.keys[1] = SealingPublic([0; 32]);
        let share = random_scalar::<Ed25519>(&mut random);
        let refused = Dealt::<Ed25519>::new(&LABEL, &share, &guardians.access, &guardians.keys, &mut random);
        assert_eq!(refused.err(), Some(BackupError::Guardian(2)));
    }
}
