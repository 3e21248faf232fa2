//! What a protocol does for the executor: shares of leaves, points of nonces, opened sums.

use std::collections::BTreeMap;

use ff::Field as _;
use quorate_circuits::bind::{BoundHeld, BoundOperation, BoundProgram, CurveOperation, ValueId};
use quorate_circuits::clear::Column;
use quorate_circuits::curve::{Curve, PublicPoint as _};
use zeroize::Zeroize;

use super::authenticated::{Authenticated, Factors};
use super::frost::{Frost, SchnorrCurve};
use super::known::Known;
use super::majority::Majority;
use super::record::{Held, IMPORT, KEY};
use super::sum::{Leaf, Sum};
use crate::net::Phase;
use crate::ot::BaseOt;
use crate::plan::CurvePlan;
use crate::protocol::dkls::{self, Drawn, Pair, Pinned};
use crate::protocol::{ProtocolName, Session};
use crate::record::{Belonging, Field, RecordError};
use crate::run::RunError;

/// A party's side of the protocol.
pub(super) struct Signers<C: Curve> {
    held: Held<C>,
    /// This party's shares of leaves, under `dkls`.
    shares: BTreeMap<Leaf, C::Scalar>,
    /// Nonces opened as points.
    points: BTreeMap<ValueId, Vec<C::Point>>,
    /// What RFC 9591 does with nonces, under `frost`.
    frost: Option<Frost<C>>,
    /// What hides opened sums, under `shamir-signing`.
    majority: Option<Majority>,
    /// Shares with MACs, under `spdz-signing`.
    authenticated: Option<Authenticated<C>>,
    /// From what transfers of this session alone are made.
    base: BaseOt,
}

impl<C: SchnorrCurve> Signers<C> {
    pub(super) fn new(protocol: ProtocolName, base: BaseOt, held: Held<C>) -> Self {
        let frost = (protocol == ProtocolName::Frost).then(Frost::new);
        let majority = (protocol == ProtocolName::ShamirSigning).then(Majority::default);
        Self { held, shares: BTreeMap::new(), points: BTreeMap::new(), frost, majority, authenticated: None, base }
    }

    pub(super) fn public_field(&self, held: &BoundHeld) -> Result<Column, RecordError> {
        self.held.public_field(held)
    }

    pub(super) fn held(&self) -> &Held<C> {
        &self.held
    }

    pub(super) fn belonging(&self) -> Result<Belonging, RecordError> {
        self.held.belonging()
    }

    /// Draws all leaves.
    pub(super) async fn draw(
        &mut self,
        program: &BoundProgram,
        curve: &CurvePlan,
        session: &mut Session,
    ) -> Result<(), RunError> {
        session.network.enter(Phase::Preprocessing);
        if let Some(general) = &curve.general {
            let keys = general.keys.iter().map(|_| self.pinned()).collect::<Result<Vec<_>, _>>()?;
            self.authenticated = Some(Authenticated::draw(session, general, program, &keys, self.base).await?);
            return Ok(());
        }
        if let Some(frost) = &mut self.frost {
            return frost.draw(program, curve, session, &mut self.held).await;
        }
        for (position, held) in program.held.iter().enumerate() {
            let is =
                |id: &ValueId| program.value(*id).operation == BoundOperation::Curve(CurveOperation::Held(position));
            let of_key = held.record == KEY || held.record == IMPORT;
            if let (false, false, Some(value)) = (held.public, of_key, program.ids().find(is)) {
                self.shares.insert(Leaf { value, element: 0 }, self.held.share(held, self.majority.is_some())?);
            }
        }
        if let Some(majority) = &self.majority {
            majority.check(&self.held, curve)?;
        }
        if curve.nonces.is_empty() && curve.masks.is_empty() {
            return Ok(());
        }
        let (draws, factors) = curve.draws();
        if let Some(majority) = &mut self.majority {
            let drawn = majority.draw(&self.held, session, &draws, factors.len()).await?;
            self.store_all(curve, drawn);
            return Ok(());
        }
        let keys = factors.iter().map(|_| self.pinned()).collect::<Result<Vec<_>, _>>()?;
        let mut pairs = self.pairs(session, !curve.masks.is_empty())?;
        let Session { id, network, random, .. } = session;
        let drawn = dkls::draw::<C>(network, random, id, &mut pairs, &draws, &keys).await?;
        self.store_all(curve, drawn);
        Ok(())
    }

    fn store_all(&mut self, curve: &CurvePlan, drawn: Drawn<C>) {
        for (nonce, (shares, points)) in curve.nonces.iter().zip(drawn.nonces.iter().zip(&drawn.points)) {
            self.store(nonce.value, shares);
            self.points.insert(nonce.point, points.clone());
        }
        for (mask, (shares, products)) in curve.masks.iter().zip(drawn.masks.iter().zip(&drawn.products)) {
            self.store(mask.value, shares);
            for (product, shares) in mask.products.iter().zip(products) {
                self.store(product.value, shares);
            }
        }
    }

    fn store(&mut self, value: ValueId, shares: &[C::Scalar]) {
        for (element, share) in shares.iter().enumerate() {
            self.shares.insert(Leaf { value, element }, *share);
        }
    }

    /// The key as a factor of products.
    fn pinned(&self) -> Result<Pinned<C>, RecordError> {
        let key = self.held.key()?;
        let share = &key.record()?.share;
        let publics = share.public_additive(&key.signers);
        Ok(Pinned { share: *share.additive(&key.signers)?.expose_secret(), publics })
    }

    /// This session's OTs with every other signer.
    fn pairs(&self, session: &Session, needed: bool) -> Result<Vec<Option<Pair>>, RecordError> {
        let me = session.network.me();
        let mut pairs: Vec<Option<Pair>> = (0..session.network.parties()).map(|_| None).collect();
        if !needed {
            return Ok(pairs);
        }
        let key = self.held.key()?;
        for peer in session.network.peers() {
            let holder = self.held.seats[peer.0];
            let kept = key.record()?.pairs.get(usize::from(holder).wrapping_sub(1)).and_then(Option::as_ref);
            let (sender, receiver) = kept.ok_or(RecordError::NoPair(holder))?.in_session(&session.id, me, peer);
            pairs[peer.0] = Some(Pair { sender, receiver });
        }
        Ok(pairs)
    }

    /// The points of an opened nonce, when they can be known.
    pub(super) fn points(
        &mut self,
        program: &BoundProgram,
        (nonce, point): (ValueId, ValueId),
        columns: &[Option<Column>],
    ) -> Result<Option<Vec<C::Point>>, RunError> {
        match &mut self.frost {
            Some(frost) => frost.points(program, (nonce, point), columns),
            None => Ok(self.points.get(&point).cloned()),
        }
    }

    /// A sum times the generator, if it is a sum of keys alone.
    pub(super) fn public_point(&self, program: &BoundProgram, sum: &Sum<C>) -> Option<C::Public> {
        let mut key = None;
        let mut coefficient = C::Scalar::ZERO;
        for (leaf, factor) in &sum.terms {
            let BoundOperation::Curve(CurveOperation::Held(held)) = program.value(leaf.value).operation else {
                return None;
            };
            // A program holds one key, whole or shared: both records in one sum are none.
            let of = self.held.public_key(&program.held[held].record)?;
            if *key.get_or_insert(of) != of {
                return None;
            }
            coefficient += factor;
        }
        let constant = C::multiple(&C::Public::base_point(), &sum.constant);
        Some(constant + C::multiple(&key?, &coefficient))
    }

    /// Opens sums, all at once.
    pub(super) async fn open(
        &mut self,
        session: &mut Session,
        sums: &[&Sum<C>],
        known: &mut Known<C>,
    ) -> Result<Vec<C::Scalar>, RunError> {
        if let Some(frost) = &mut self.frost {
            return frost.open(session, &self.held, sums, known).await;
        }
        let first = session.network.me().0 == 0;
        let mut shares = sums.iter().map(|sum| self.share_of(sum, first)).collect::<Result<Vec<_>, _>>()?;
        let opened = match &mut self.majority {
            Some(majority) => majority.open::<C>(session, &mut shares).await,
            None => dkls::open::<C>(&mut session.network, &shares).await,
        };
        shares.zeroize();
        Ok(opened?)
    }

    /// Multiplies and opens at once, under a protocol that computes anything. Opened points are there afterwards, by
    /// `points`: what is opened, and as what.
    pub(super) async fn step(
        &mut self,
        session: &mut Session,
        products: &[Factors<C>],
        scalars: &[Sum<C>],
        points: &[(ValueId, Vec<Sum<C>>)],
    ) -> Result<Vec<C::Scalar>, RunError> {
        let authenticated = self.authenticated.as_mut().ok_or(RecordError::Malformed("a share with MACs"))?;
        let sums: Vec<Sum<C>> = points.iter().flat_map(|(_, sums)| sums.iter().cloned()).collect();
        let (scalars, opened) = authenticated.step(session, products, scalars, &sums).await?;
        let mut opened = opened.into_iter();
        for (point, sums) in points {
            self.points.insert(*point, opened.by_ref().take(sums.len()).collect());
        }
        Ok(scalars)
    }

    /// This party's share of a sum; one party has the constant.
    fn share_of(&self, sum: &Sum<C>, first: bool) -> Result<C::Scalar, RecordError> {
        let mut share = if first { sum.constant } else { C::Scalar::ZERO };
        for (leaf, coefficient) in &sum.terms {
            let of_leaf = self.shares.get(leaf).ok_or(RecordError::Malformed("a leaf of a sum"))?;
            share += *of_leaf * coefficient;
        }
        Ok(share)
    }

    /// A secret value as a field of a one-time record.
    pub(super) fn kept_field(&mut self, first: bool, sum: &Sum<C>) -> Result<Field<C>, RunError> {
        match &mut self.frost {
            Some(frost) => frost.kept_field(sum),
            None => {
                let share = self.share_of(sum, first)?;
                Ok(match &mut self.majority {
                    Some(majority) => Field::Masked(majority.masked::<C>(share)),
                    None => Field::Share(share),
                })
            }
        }
    }
}

impl<C: Curve> Drop for Signers<C> {
    fn drop(&mut self) {
        self.shares.values_mut().for_each(Zeroize::zeroize);
    }
}
