//! Shares with MACs, in the place of shares that the program's own asserts check.

use std::collections::BTreeMap;

use ff::Field as _;
use quorate_circuits::bind::{BoundProgram, ValueId};
use quorate_circuits::curve::Curve;

use super::sum::{Leaf, Sum};
use crate::ot::BaseOt;
use crate::plan::General;
use crate::protocol::Session;
use crate::protocol::dkls::Pinned;
use crate::protocol::spdz_signing::{Opened, Share, Spdz, StepRequest, Wanted, draw};
use crate::record::RecordError;
use crate::run::RunError;

/// A sum of leaves is not there yet.
const NO_LEAF: RecordError = RecordError::Malformed("a leaf of a sum");

/// A product that is to be made: what it becomes, and its factors.
pub(super) type Factors<C> = (Leaf, [Sum<C>; 2]);

/// A party's shares.
pub(super) struct Authenticated<C: Curve> {
    spdz: Spdz<C>,
    parties: usize,
    shares: BTreeMap<Leaf, Share<C>>,
}

impl<C: Curve> Authenticated<C> {
    /// Draws all that a program consumes. `keys` are the held ones, in the plan's order.
    pub(super) async fn draw(
        session: &mut Session,
        general: &General,
        program: &BoundProgram,
        keys: &[Pinned<C>],
        base: BaseOt,
    ) -> Result<Self, RunError> {
        let (randoms, triples) = (general.random_scalars(), general.products(program));
        let wanted = Wanted { randoms, keys: keys.len(), triples, base };
        let parties = session.network.parties();
        let (spdz, drawn) = draw::<C>(session, wanted, keys).await?;
        let of_randoms = general.randoms.iter().flat_map(|random| elements(random.value, random.length));
        let of_keys = general.keys.iter().flat_map(|key| elements(*key, 1));
        let shares = of_randoms.zip(drawn.randoms).chain(of_keys.zip(drawn.keys)).collect();
        Ok(Self { spdz, parties, shares })
    }

    fn share_of(&self, sum: &Sum<C>) -> Result<Share<C>, RecordError> {
        let mut share = Share::zero(self.parties);
        for (leaf, coefficient) in &sum.terms {
            share.add_times(coefficient, self.shares.get(leaf).ok_or(NO_LEAF)?);
        }
        if sum.constant != C::Scalar::ZERO {
            self.spdz.add_public(&mut share, &sum.constant);
        }
        Ok(share)
    }

    /// Multiplies, and opens scalars and points.
    pub(super) async fn step(
        &mut self,
        session: &mut Session,
        products: &[Factors<C>],
        scalars: &[Sum<C>],
        points: &[Sum<C>],
    ) -> Result<(Vec<C::Scalar>, Vec<C::Point>), RunError> {
        let factors = |(_, [x, y]): &Factors<C>| Ok([self.share_of(x)?, self.share_of(y)?]);
        let request = StepRequest {
            products: products.iter().map(factors).collect::<Result<_, RecordError>>()?,
            scalars: scalars.iter().map(|sum| self.share_of(sum)).collect::<Result<_, _>>()?,
            points: points.iter().map(|sum| self.share_of(sum)).collect::<Result<_, _>>()?,
        };
        let Opened { products: made, scalars, points } = self.spdz.step(&mut session.network, &request).await?;
        self.shares.extend(products.iter().map(|(leaf, _)| *leaf).zip(made));
        Ok((scalars, points))
    }
}

/// The elements of a value.
pub(super) fn elements(value: ValueId, count: usize) -> impl Iterator<Item = Leaf> {
    (0..count).map(move |element| Leaf { value, element })
}
