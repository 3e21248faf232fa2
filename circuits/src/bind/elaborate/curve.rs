//! Scalars, points and bytes: no decimals, no ranges, and no `map` around them.

use super::site::Site;
use super::{BindError, Elaboration};
use crate::access::Structure;
use crate::bind::{BoundHeld, BoundOperation, CurveOperation, ParameterValue, Sharing, ValueId};
use crate::curve::{CurveName, Scalar};
use crate::number::Range;
use crate::program::{Bound, Diagnostic, Function, Kind, Literal, Operation, Span, Threshold, Type, Visibility};

impl Elaboration<'_> {
    pub(super) fn held(&mut self) {
        let bound = |held: &crate::program::HeldDeclaration| BoundHeld {
            record: held.record.clone(),
            field: held.field.clone(),
            kind: held.kind,
            public: held.public,
            span: held.span,
        };
        self.held = self.program.held().iter().map(bound).collect();
    }

    /// A value of curves, or the public bit of a comparison. What is said of ranges has no meaning for it.
    pub(super) fn place_on_curve(
        &mut self,
        site: &Site<'_>,
        operation: CurveOperation,
        operands: Vec<ValueId>,
    ) -> Result<ValueId, BindError> {
        self.place(site, BoundOperation::Curve(operation), operands, 0, Range::BIT)
    }

    /// An operation that is not a function of values alone.
    pub(super) fn on_curve(
        &mut self,
        site: &Site<'_>,
        operation: &Operation,
        operands: Vec<ValueId>,
    ) -> Result<ValueId, BindError> {
        let bound = match operation {
            Operation::Held(id) => CurveOperation::Held(id.0),
            Operation::RandomScalar { .. } => {
                let count = self.site_shape(site)?.length().unwrap_or(1);
                CurveOperation::Random { entry: self.next_scalars(count) }
            }
            Operation::Coin(_) => CurveOperation::Coin { entry: self.next_scalars(1) },
            Operation::Generator(_) => CurveOperation::Generator,
            Operation::DigestScalar(_) => CurveOperation::DigestScalar,
            Operation::AssertPoint { message } => CurveOperation::AssertPoint { message: message.clone() },
            Operation::Keep { record, field, threshold } => {
                let sharing = threshold.map(|threshold| self.sharing(threshold, site.span)).transpose()?;
                CurveOperation::Keep { record: record.clone(), field: field.clone(), sharing }
            }
            _ => return Err(Diagnostic::new(site.span, "this is no operation on curves").into()),
        };
        self.place_on_curve(site, bound, operands)
    }

    /// A function of values, at least one of which is of a curve.
    pub(super) fn call_on_curves(
        &mut self,
        site: &Site<'_>,
        function: Function,
        operands: &[(ValueId, usize)],
    ) -> Result<ValueId, BindError> {
        let bound = match function {
            Function::Neg => CurveOperation::Neg,
            Function::Add => CurveOperation::Add,
            Function::Sub => CurveOperation::Sub,
            Function::Mul => CurveOperation::Mul,
            Function::Div => CurveOperation::Divide,
            Function::Eq => CurveOperation::Equal,
            Function::Open => CurveOperation::Open,
            Function::OpenPoint => CurveOperation::OpenPoint,
            Function::XCoordinate => CurveOperation::XCoordinate,
            Function::EvenY => CurveOperation::EvenY,
            Function::LowS => CurveOperation::LowS,
            Function::ChallengeBip340 => CurveOperation::ChallengeBip340,
            Function::ChallengeEd25519 => CurveOperation::ChallengeEd25519,
            _ => return Err(Diagnostic::new(site.span, "this function is not defined on curves").into()),
        };
        let curve = operands.iter().find_map(|(id, _)| self.value(*id).kind.curve());
        let mut ids = Vec::with_capacity(operands.len());
        for (id, _) in operands {
            ids.push(match curve {
                Some(curve) => self.as_scalar(site, *id, curve)?,
                None => *id,
            });
        }
        self.place_on_curve(site, bound, ids)
    }

    /// Whether a function is one of curves: because it is for them alone, or for the sake of an operand.
    pub(super) fn is_on_curves(&self, function: Function, operands: &[(ValueId, usize)]) -> bool {
        function.is_of_curves() || operands.iter().any(|(id, _)| self.value(*id).kind.is_of_curves())
    }

    /// A whole number that is written beside a scalar is one.
    fn as_scalar(&mut self, site: &Site<'_>, id: ValueId, curve: CurveName) -> Result<ValueId, BindError> {
        let value = self.value(id);
        let literal = match (value.kind, value.range.single()) {
            (Kind::Number, Some(mantissa)) => Literal::integer(mantissa),
            _ => return Ok(id),
        };
        let scalar = scalar_of(&literal, curve);
        let kind = Kind::Scalar(curve);
        let ty = Type { kind, dimensions: vec![], visibility: Visibility::Public, member: None };
        self.place_on_curve(&Site { ty: &ty, ..*site }, CurveOperation::Scalar(scalar), vec![])
    }

    fn next_scalars(&mut self, count: usize) -> usize {
        let entry = self.scalars;
        self.scalars += count;
        entry
    }

    fn sharing(&self, threshold: Threshold, span: Span) -> Result<Sharing, BindError> {
        let purpose = threshold.purpose;
        let parties = match threshold.parties {
            Bound::Literal(literal) => literal.mantissa.as_u64(),
            Bound::Parameter(id) => match &self.parameters[id.0].1 {
                ParameterValue::Number(number) => *number,
                ParameterValue::Structure(access) => return Ok(Sharing { access: access.clone(), purpose }),
                _ => return Err(Diagnostic::new(span, "only a number is a threshold").into()),
            },
        };
        let roles = self.roles.names().len();
        let access = Structure::threshold(usize::try_from(parties).unwrap_or(usize::MAX), roles).map_err(|_| {
            let message = format!("a threshold of {parties} among {roles} parties");
            Diagnostic::new(span, message).hint("at least 2, at most all parties")
        })?;
        Ok(Sharing { access, purpose })
    }
}

/// The scalar congruent to a whole number of at most 128 bits.
pub(in crate::bind) fn scalar_of(literal: &Literal, curve: CurveName) -> Scalar {
    let magnitude = literal.mantissa.unsigned_abs().as_u128();
    let mut wide = [0; 64];
    wide[..16].copy_from_slice(&magnitude.to_le_bytes());
    let scalar = Scalar::from_uniform(curve, &wide);
    if literal.mantissa < 0 { scalar.neg() } else { scalar }
}
