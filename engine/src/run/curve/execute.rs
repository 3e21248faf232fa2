//! The executor of programs over a curve.

use std::collections::BTreeMap;

use ff::FromUniformBytes;
use quorate_circuits::bind::{BoundOperation, BoundProgram, CurveOperation, Knowledge, Value, ValueId};
use quorate_circuits::clear::{self, ClearError, Column};
use quorate_circuits::curve::{Curve, KeptPoint};

use super::authenticated::elements;
use super::frost::SchnorrCurve;
use super::generate::generate;
use super::known::Known;
use super::life::{Anew, live};
use super::record::Held;
use super::signers::Signers;
use super::sum::{Leaf, Sum, zip};
use super::{CurveOutcome, Kept};
use crate::crypto::{SessionId, Transcript};
use crate::net::Phase;
use crate::plan::{CurvePlan, CurveStep, Plan};
use crate::protocol::Session;
use crate::record::{Field, KeyRecord, OneTime};
use crate::run::{Hooks, Outcome, RunError};

/// A party's run of a program over a curve.
pub(super) struct Execution<'a, C: Curve> {
    plan: &'a Plan,
    curve: &'a CurvePlan,
    session: &'a mut Session,
    hooks: &'a mut dyn Hooks,
    signers: Signers<C>,
    /// Public values, as far as they are known.
    columns: Vec<Option<Column>>,
    /// What of their arithmetic was done.
    known: Known<C>,
    /// Secret values, as far as what they are made of is known.
    sums: Vec<Option<Vec<Sum<C>>>>,
    keys: BTreeMap<ValueId, KeyRecord<C>>,
    /// What is shared anew or handed over.
    anew: Anew,
}

impl<'a, C: SchnorrCurve> Execution<'a, C> {
    pub(super) fn new(
        plan: &'a Plan,
        curve: &'a CurvePlan,
        session: &'a mut Session,
        held: Held<C>,
        hooks: &'a mut dyn Hooks,
    ) -> Self {
        let count = plan.program.values.len();
        let known = Known::new(held.kept_points());
        let signers = Signers::new(plan.protocol, plan.base_ot, held);
        let (columns, sums) = (vec![None; count], vec![None; count]);
        let (keys, anew) = (BTreeMap::new(), Anew::new());
        Self { plan, curve, session, hooks, signers, columns, known, sums, keys, anew }
    }

    pub(super) async fn run(mut self) -> Result<CurveOutcome, RunError> {
        let computed = self.curve.general.as_ref().map_or(0, |general| general.steps.len());
        let steps = (self.curve.openings.len() + computed) as u64 + 2;
        if self.curve.makes_keys() {
            // A new key's public point opens while it is made.
            self.hooks.before_opening(self.session).await?;
            self.keys = generate(self.plan, self.curve, self.session).await?;
            self.anew = live(self.plan, self.curve, self.session, self.signers.held()).await?;
        }
        self.signers.draw(&self.plan.program, self.curve, self.session).await?;
        self.hooks.progress(1, steps);
        self.compute()?;
        self.session.network.enter(Phase::Online);
        if !self.curve.makes_keys() {
            // Also where nothing opens, as where nonces are prepared: what the parties keep, they have signed for.
            self.hooks.before_opening(self.session).await?;
        }
        for (round, openings) in self.curve.openings.iter().enumerate() {
            self.open(openings).await?;
            self.compute()?;
            self.hooks.progress(round as u64 + 2, steps);
        }
        let curve = self.curve;
        for (number, step) in curve.general.iter().flat_map(|general| &general.steps).enumerate() {
            self.step(step).await?;
            self.compute()?;
            self.hooks.progress(number as u64 + 2, steps);
        }
        if let Some(id) = self.plan.program.ids().find(|id| self.is_missing(*id)) {
            return Err(self.not_computed(id));
        }
        let kept = self.kept()?;
        self.hooks.progress(steps, steps);
        let outputs = self.plan.program.outputs();
        let outputs = outputs.filter_map(|(name, id)| Some((name.to_owned(), self.columns[id.0].clone()?))).collect();
        Ok(CurveOutcome {
            outcome: Outcome { outputs, counters: self.session.network.counters(), accusations: Vec::new() },
            kept,
        })
    }

    /// Computes whatever can be computed, until nothing more can.
    fn compute(&mut self) -> Result<(), RunError> {
        loop {
            let mut progress = false;
            for id in self.plan.program.ids() {
                if self.columns[id.0].is_none() && self.sums[id.0].is_none() {
                    progress |= self.compute_one(id)?;
                }
            }
            if !progress {
                return Ok(());
            }
        }
    }

    /// Computes one value, if its operands are there; says whether it did.
    fn compute_one(&mut self, id: ValueId) -> Result<bool, RunError> {
        let program = self.plan.program.clone();
        let value = program.value(id);
        if value.knowledge == Knowledge::Secret {
            self.sums[id.0] = self.secret(&program, id, value);
            return Ok(self.sums[id.0].is_some());
        }
        self.columns[id.0] = match &value.operation {
            BoundOperation::Curve(CurveOperation::Held(held)) => Some(self.signers.public_field(&program.held[*held])?),
            BoundOperation::Curve(CurveOperation::Coin { entry }) => {
                Some(Column::Scalars(vec![C::scalar(coin::<C>(&self.session.id, *entry))]))
            }
            // Opened in a round of its own.
            BoundOperation::Curve(CurveOperation::Open) => None,
            BoundOperation::Curve(CurveOperation::Keep { .. }) => None,
            BoundOperation::Curve(CurveOperation::OpenPoint) => self.opened_points(&program, id)?,
            BoundOperation::Curve(CurveOperation::AssertPoint { message }) => self.assert_point(value, message)?,
            operation => {
                let operands: Option<Vec<&Column>> =
                    value.operands.iter().map(|operand| self.columns[operand.0].as_ref()).collect();
                let computed = operands.map(|operands| match operation {
                    BoundOperation::Curve(operation) => {
                        clear::apply_on_curve(operation, value, &operands, &mut self.known)
                    }
                    _ => clear::apply(&program, value, &operands),
                });
                computed.transpose()?
            }
        };
        Ok(self.columns[id.0].is_some())
    }

    /// A secret value from its operands.
    fn secret(&self, program: &BoundProgram, id: ValueId, value: &Value) -> Option<Vec<Sum<C>>> {
        let length = value.shape.length().unwrap_or(1);
        let leaves = || (0..length).map(|element| Sum::leaf(Leaf { value: id, element })).collect();
        let BoundOperation::Curve(operation) = &value.operation else { return None };
        let secret = |i: usize| program.value(value.operands[i]).knowledge == Knowledge::Secret;
        match operation {
            CurveOperation::Held(_) | CurveOperation::Random { .. } => Some(leaves()),
            CurveOperation::Mul if secret(0) && secret(1) => Some(leaves()),
            CurveOperation::Mul => {
                let (sums, factors) = if secret(0) { (0, 1) } else { (1, 0) };
                let factors = self.scalars(value.operands[factors])?;
                Some(zip(&self.operand(value.operands[sums])?, &factors, Sum::times))
            }
            CurveOperation::Neg => {
                let minus = -<C::Scalar as ff::Field>::ONE;
                Some(self.operand(value.operands[0])?.iter().map(|sum| sum.times(&minus)).collect())
            }
            CurveOperation::Add => {
                Some(zip(&self.operand(value.operands[0])?, &self.operand(value.operands[1])?, Sum::plus))
            }
            CurveOperation::Sub => {
                let minus = -<C::Scalar as ff::Field>::ONE;
                let (a, b) = (self.operand(value.operands[0])?, self.operand(value.operands[1])?);
                Some(zip(&a, &b, |a, b| a.plus(&b.times(&minus))))
            }
            _ => None,
        }
    }

    /// An operand as sums, whether it is secret or public.
    fn operand(&self, id: ValueId) -> Option<Vec<Sum<C>>> {
        match &self.sums[id.0] {
            Some(sums) => Some(sums.clone()),
            None => Some(self.scalars(id)?.into_iter().map(Sum::public).collect()),
        }
    }

    /// Public scalars.
    fn scalars(&self, id: ValueId) -> Option<Vec<C::Scalar>> {
        match &self.columns[id.0] {
            Some(Column::Scalars(scalars)) => scalars.iter().map(C::of_scalar).collect(),
            _ => None,
        }
    }

    fn opened_points(&mut self, program: &BoundProgram, id: ValueId) -> Result<Option<Column>, RunError> {
        let of = program.value(id).operands[0];
        if let Some(key) = self.keys.get(&of) {
            return Ok(Some(Column::Points(vec![C::point(key.share.public_key().into())])));
        }
        let points = self.signers.points(program, (of, id), &self.columns)?;
        Ok(points.map(|points| Column::Points(C::publish(&points).into_iter().map(C::point).collect())))
    }

    fn assert_point(&self, value: &Value, message: &str) -> Result<Option<Column>, RunError> {
        let (Some(sums), Some(column)) = (&self.sums[value.operands[0].0], &self.columns[value.operands[1].0]) else {
            return Ok(None);
        };
        let Column::Points(points) = column else { return Ok(None) };
        let points: Vec<C::Public> = points.iter().filter_map(C::of_point).collect();
        let holds = zip(sums, &points, |sum, point| {
            self.signers.public_point(&self.plan.program, sum).is_some_and(|p| p == *point)
        });
        if holds.contains(&false) {
            let message = message.to_owned();
            return Err(ClearError::AssertFailed { message, line: value.span.line }.into());
        }
        Ok(Some(column.clone()))
    }

    /// Opens what a round opens, all at once.
    async fn open(&mut self, openings: &[ValueId]) -> Result<(), RunError> {
        let mut sums = Vec::new();
        for id in openings {
            let operand = self.plan.program.value(*id).operands[0];
            // Everything that this round depends on is computed: the plan orders the rounds.
            sums.push(self.sums[operand.0].clone().ok_or_else(|| self.not_computed(*id))?);
        }
        let flat: Vec<&Sum<C>> = sums.iter().flatten().collect();
        let mut opened = self.signers.open(self.session, &flat, &mut self.known).await?.into_iter();
        for (id, sums) in openings.iter().zip(&sums) {
            let scalars = opened.by_ref().take(sums.len()).map(C::scalar).collect();
            self.columns[id.0] = Some(Column::Scalars(scalars));
        }
        Ok(())
    }

    /// Multiplies and opens what a step does, all at once.
    async fn step(&mut self, step: &CurveStep) -> Result<(), RunError> {
        let program = self.plan.program.clone();
        let operand =
            |id: ValueId, at: usize| self.operand(program.value(id).operands[at]).ok_or_else(|| self.not_computed(id));
        let mut products = Vec::new();
        for id in &step.products {
            let factors = zip(&operand(*id, 0)?, &operand(*id, 1)?, |x, y| [x.clone(), y.clone()]);
            products.extend(elements(*id, factors.len()).zip(factors));
        }
        let openings = step.openings.iter().map(|id| operand(*id, 0)).collect::<Result<Vec<_>, _>>()?;
        let points = step.points.iter().map(|id| Ok((*id, operand(*id, 0)?))).collect::<Result<Vec<_>, RunError>>()?;
        let scalars = openings.concat();
        let mut opened = self.signers.step(self.session, &products, &scalars, &points).await?.into_iter();
        for (id, sums) in step.openings.iter().zip(&openings) {
            let scalars = opened.by_ref().take(sums.len()).map(C::scalar).collect();
            self.columns[id.0] = Some(Column::Scalars(scalars));
        }
        Ok(())
    }

    /// Whether a value was not computed: an assert that was not would be one that nobody has checked.
    fn is_missing(&self, id: ValueId) -> bool {
        let kept = matches!(self.plan.program.value(id).operation, BoundOperation::Curve(CurveOperation::Keep { .. }));
        !kept && self.columns[id.0].is_none() && self.sums[id.0].is_none()
    }

    fn not_computed(&self, id: ValueId) -> RunError {
        RunError::Stopped(format!("line {}: this cannot be computed", self.plan.program.value(id).span.line))
    }

    /// What is kept, record by record in the order of the program.
    fn kept(&mut self) -> Result<Vec<Kept>, RunError> {
        let mut kept: Vec<Kept> = Vec::new();
        let mut one_time: BTreeMap<String, Vec<BTreeMap<String, Field<C>>>> = BTreeMap::new();
        let program = self.plan.program.clone();
        for id in program.ids() {
            let value = program.value(id);
            let BoundOperation::Curve(CurveOperation::Keep { record, field, .. }) = &value.operation else { continue };
            let operand = value.operands[0];
            if let Some(bytes) = self.anew.remove(&id) {
                kept.push(Kept { record: record.clone(), items: vec![bytes] });
                continue;
            }
            if !self.curve.resharings.is_empty() || !self.curve.deliveries.is_empty() {
                // A party that gets nothing keeps nothing; the point is in the record of the share.
                continue;
            }
            if let Some(key) = self.keys.remove(&operand) {
                kept.push(Kept { record: record.clone(), items: vec![key.to_bytes()] });
            } else if !kept.iter().any(|kept| kept.record == *record) {
                let items = one_time.entry(record.clone()).or_default();
                for (i, content) in self.fields(operand)?.into_iter().enumerate() {
                    if items.len() <= i {
                        items.push(BTreeMap::new());
                    }
                    items[i].insert(field.clone(), content);
                }
            }
        }
        for (record, items) in one_time {
            let belonging = self.signers.belonging()?;
            let items = items.into_iter().map(|fields| OneTime { belonging: belonging.clone(), fields }.into_bytes());
            kept.push(Kept { record, items: items.collect() });
        }
        Ok(kept)
    }

    /// A kept value, element by element.
    fn fields(&mut self, id: ValueId) -> Result<Vec<Field<C>>, RunError> {
        if let Some(sums) = &self.sums[id.0] {
            let first = self.session.network.me().0 == 0;
            return sums.iter().map(|sum| self.signers.kept_field(first, sum)).collect();
        }
        Ok(match &self.columns[id.0] {
            Some(Column::Scalars(scalars)) => scalars.iter().filter_map(C::of_scalar).map(Field::Scalar).collect(),
            Some(Column::Points(points)) => {
                let kept = |point| Field::Point(KeptPoint::new(point, C::NONCE_STEPS));
                points.iter().filter_map(C::of_point).map(kept).collect()
            }
            _ => Vec::new(),
        })
    }
}

/// A public scalar that nobody could foresee: the session's id is a hash of nonces to which all parties had committed
/// before they were opened.
fn coin<C: Curve>(session: &SessionId, entry: usize) -> C::Scalar {
    let mut uniform = [0; 64];
    Transcript::new("quorate 2026 coin", session).append_u64("entry", entry as u64).fill(&mut uniform);
    C::Scalar::from_uniform_bytes(&uniform)
}
