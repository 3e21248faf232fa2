//! FROST in the place of a nonce and the answer that is given with it (semantics, section 8).
//!
//! The program says `k = random_scalar`, `R = open_point(k)` and opens `a k + b x + c`; RFC 9591 says that two signers
//! who sign at the same time need two nonces each and a binding factor, or a third signature can be forged from many
//! sessions. So a nonce of the program is a pair of nonces here, its point is the group commitment bound to key and
//! message (those of the challenge that hashes the point), and an opened sum is a signature share, checked against its
//! signer's commitments and public share.

use std::collections::BTreeMap;

use ff::Field as _;
use quorate_circuits::bind::{BoundOperation, BoundProgram, CurveOperation, ValueId};
use quorate_circuits::clear::{Arithmetic, Column};
use quorate_circuits::curve::{Curve, Ed25519, P256, Secp256k1};

use super::known::Known;
use super::record::Held;
use super::sum::{Leaf, Sum};
use crate::frost::{
    Ciphersuite, FrostBip340, FrostEd25519, FrostP256, GroupCommitment, PreparedNonces, Relation, Signing,
    exchange_commitments, sign_all_by,
};
use crate::plan::CurvePlan;
use crate::protocol::Session;
use crate::record::{Field, RecordError};
use crate::run::RunError;

/// A curve, and how FROST hashes for the signatures that programs make on it.
pub(super) trait SchnorrCurve: Curve {
    /// The hashes.
    type Suite: Ciphersuite<Curve = Self>;
}

impl SchnorrCurve for Secp256k1 {
    type Suite = FrostBip340;
}

impl SchnorrCurve for P256 {
    type Suite = FrostP256;
}

impl SchnorrCurve for Ed25519 {
    type Suite = FrostEd25519;
}

/// The nonces of a run.
pub(super) struct Frost<C: Curve> {
    prepared: BTreeMap<Leaf, PreparedNonces<C>>,
    bound: BTreeMap<Leaf, GroupCommitment<C>>,
}

impl<C: SchnorrCurve> Frost<C> {
    pub(super) fn new() -> Self {
        Self { prepared: BTreeMap::new(), bound: BTreeMap::new() }
    }

    /// Takes the nonces that are held, and exchanges commitments to those that are not.
    pub(super) async fn draw(
        &mut self,
        program: &BoundProgram,
        curve: &CurvePlan,
        session: &mut Session,
        held: &mut Held<C>,
    ) -> Result<(), RunError> {
        for nonce in &curve.held_nonces {
            let prepared = take_held(program, nonce.value, held)?;
            self.prepared.insert(Leaf { value: nonce.value, element: 0 }, prepared);
        }
        let new = curve.nonces.iter().map(|nonce| (nonce.value, nonce.length));
        let new = new.chain(curve.stored.iter().map(|stored| (stored.value, stored.length)));
        let leaves: Vec<Leaf> =
            new.flat_map(|(value, length)| (0..length).map(move |element| Leaf { value, element })).collect();
        if leaves.is_empty() {
            return Ok(());
        }
        let key = held.key()?;
        let Session { id, network, random, .. } = session;
        let nonces =
            exchange_commitments::<C::Suite>(network, random, id, &key.record()?.share, &key.signers, leaves.len());
        self.prepared.extend(leaves.into_iter().zip(nonces.await?));
        Ok(())
    }

    /// The points of a nonce, once the key and the message of its challenge are known.
    pub(super) fn points(
        &mut self,
        program: &BoundProgram,
        (nonce, point): (ValueId, ValueId),
        columns: &[Option<Column>],
    ) -> Result<Option<Vec<C::Point>>, RunError> {
        let Some(challenge) = program.ids().find(|id| is_challenge_of(program, *id, point)) else {
            return Err(RunError::Stopped("no challenge hashes this nonce's point".to_owned()));
        };
        let [key, message] = [1, 2].map(|i| &columns[program.value(challenge).operands[i].0]);
        let (Some(Column::Points(keys)), Some(Column::Bytes(message))) = (key, message) else { return Ok(None) };
        let mut points = Vec::new();
        for element in 0..program.value(nonce).shape.length().unwrap_or(1) {
            let leaf = Leaf { value: nonce, element };
            let (Some(prepared), Some(key)) =
                (self.prepared.get(&leaf), keys.get(element % keys.len()).and_then(C::of_point))
            else {
                return Err(RecordError::Malformed("a nonce").into());
            };
            let group = prepared
                .group_commitment::<C::Suite>(&key.into(), message)
                .map_err(|error| RunError::Stopped(error.to_string()))?;
            points.push(group.point());
            self.bound.insert(leaf, group);
        }
        Ok(Some(points))
    }

    /// Signature shares, exchanged and checked.
    pub(super) async fn open(
        &mut self,
        session: &mut Session,
        held: &Held<C>,
        sums: &[&Sum<C>],
        known: &mut Known<C>,
    ) -> Result<Vec<C::Scalar>, RunError> {
        let key = held.key()?;
        let signings = sums.iter().map(|sum| self.signing(held, sum)).collect::<Result<Vec<_>, _>>()?;
        // The same products as in the program's assert, which is the same equation.
        let mut product = |point: &C::Public, scalar: &C::Scalar| {
            let product = known.multiple(&C::point(*point), &C::scalar(*scalar));
            product.and_then(|product| C::of_point(&product)).unwrap_or_else(|| C::multiple(point, scalar))
        };
        let holds =
            |signing: &Signing<C>, response: &C::Scalar| signing.holds(&key.public.point(), response, &mut product);
        let answers = sign_all_by(&mut session.network, &key.record()?.share, signings, holds).await?;
        Ok(answers.into_iter().zip(sums).map(|(answer, sum)| answer + sum.constant).collect())
    }

    /// Spends a nonce on the sum that is to be opened.
    fn signing(&mut self, held: &Held<C>, sum: &Sum<C>) -> Result<Signing<C>, RunError> {
        let mut relation = Relation::<C> { nonce: C::Scalar::ZERO, key: C::Scalar::ZERO };
        let mut spent = None;
        for (leaf, coefficient) in &sum.terms {
            match self.bound.remove(leaf) {
                Some(group) => {
                    relation.nonce = *coefficient;
                    spent = self.prepared.remove(leaf).map(|prepared| (prepared, group));
                }
                // The plan has checked that everything else is the key.
                None => relation.key += coefficient,
            }
        }
        let (prepared, group) = spent.ok_or(RecordError::Malformed("a nonce"))?;
        let share = &held.key()?.record()?.share;
        Signing::new(share, prepared, group, relation).map_err(|error| RunError::Stopped(error.to_string()))
    }

    /// A nonce that is kept for later.
    pub(super) fn kept_field(&mut self, sum: &Sum<C>) -> Result<Field<C>, RunError> {
        let leaf = sum.terms.keys().next().ok_or(RecordError::Malformed("a nonce"))?;
        let prepared = self.prepared.remove(leaf).ok_or(RecordError::Malformed("a nonce"))?;
        Ok(Field::Nonces(prepared.to_bytes()))
    }
}

fn take_held<C: Curve>(
    program: &BoundProgram,
    value: ValueId,
    held: &mut Held<C>,
) -> Result<PreparedNonces<C>, RecordError> {
    let BoundOperation::Curve(CurveOperation::Held(position)) = program.value(value).operation else {
        return Err(RecordError::Malformed("a nonce"));
    };
    let declared = &program.held[position];
    let field = held.one_time.get_mut(&declared.record).and_then(|record| record.fields.remove(&declared.field));
    let Some(Field::Nonces(bytes)) = &field else { return Err(RecordError::Missing(declared.name())) };
    let prepared = PreparedNonces::from_bytes(bytes).map_err(|_| RecordError::Malformed("a nonce"))?;
    let key = held.key()?;
    let holding = &key.holding;
    if prepared.key() != (holding.key, holding.epoch) || *prepared.signers() != key.signers {
        return Err(RecordError::OtherKey(declared.record.clone()));
    }
    Ok(prepared)
}

/// Whether a value is a challenge that hashes a point.
fn is_challenge_of(program: &BoundProgram, id: ValueId, point: ValueId) -> bool {
    let value = program.value(id);
    matches!(value.operation, BoundOperation::Curve(CurveOperation::ChallengeBip340 | CurveOperation::ChallengeEd25519))
        && depends(program, value.operands[0], point)
}

/// Whether a value depends on another, which comes before it.
fn depends(program: &BoundProgram, value: ValueId, on: ValueId) -> bool {
    let mut reached = vec![false; value.0 + 1];
    for id in on.0..=value.0 {
        let operands = &program.value(ValueId(id)).operands;
        reached[id] = id == on.0 || operands.iter().any(|operand| reached[operand.0]);
    }
    reached[value.0]
}
