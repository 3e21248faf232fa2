//! Scalars, points and bytes: no decimals, no ranges, and no `map` around them.

use super::site::Site;
use super::{BindError, Elaboration};
use crate::access::Structure;
use crate::bind::{
    BoundHeld, BoundOperation, CurveOperation, Delivery, Members, ParameterValue, RoleIndex, Sharing, ValueId,
};
use crate::curve::{CurveName, SCALAR_BYTES, Scalar};
use crate::number::Range;
use crate::program::{
    Bound, Diagnostic, Function, HandOver, Kind, Literal, Operation, ParameterKind, Span, Threshold, Type, Visibility,
};

impl Elaboration<'_> {
    pub(super) fn held(&mut self) {
        let bound = |held: &crate::program::HeldDeclaration| BoundHeld {
            record: held.record.clone(),
            field: held.field.clone(),
            kind: held.kind,
            public: held.public,
            by: held.by.map(|role| self.roles.family(role)),
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
            Operation::Keep { record, field, threshold, hand_over } => {
                let sharing = threshold.map(|threshold| self.sharing(threshold, site.span)).transpose()?;
                let delivery = hand_over.map(|hand_over| self.delivery(hand_over, site.span)).transpose()?;
                CurveOperation::Keep { record: record.clone(), field: field.clone(), sharing, delivery }
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
        let all = Members { first: 0, count: self.roles.names().len() };
        let among = threshold.among.map_or(all, |role| self.roles.family(role));
        let given = match threshold.parties {
            Bound::Parameter(id) => Some(&self.parameters[id.0].1),
            Bound::Literal(_) => None,
        };
        let roles = among.count;
        if let Some(ParameterValue::Structure(given)) = given {
            let access = given.clone().map_or_else(|| Structure::threshold(roles, roles), Ok);
            let access = access.map_err(|error| Diagnostic::new(span, error.to_string()))?;
            if access.holders() != roles {
                let message = format!("a structure of {} holders among {roles} parties", access.holders());
                return Err(Diagnostic::new(span, message).hint("it says of each of them what it can do").into());
            }
            return Ok(Sharing { access, among, purpose });
        }
        let parties = self.counted(threshold.parties, "a threshold", span)?;
        let access = Structure::threshold(usize::try_from(parties).unwrap_or(usize::MAX), roles).map_err(|_| {
            let message = format!("a threshold of {parties} among {roles} parties");
            Diagnostic::new(span, message).hint("at least 2, at most all parties")
        })?;
        Ok(Sharing { access, among, purpose })
    }

    fn delivery(&self, hand_over: HandOver, span: Span) -> Result<Delivery, BindError> {
        let share = hand_over.share.map(|(index, purpose)| {
            Ok::<_, BindError>((self.counted(index, "the index of a share", span)? as usize, purpose))
        });
        let Members { first, .. } = self.roles.family(hand_over.to);
        Ok(Delivery { to: RoleIndex(first), share: share.transpose()? })
    }

    fn counted(&self, bound: Bound, what: &str, span: Span) -> Result<u64, BindError> {
        match bound {
            Bound::Literal(literal) => Ok(literal.mantissa.as_u64()),
            Bound::Parameter(id) => match self.program.parameters()[id.0].kind {
                ParameterKind::Number { .. } => self.arguments.number(self.program, id),
                _ => Err(Diagnostic::new(span, format!("only a number is {what}")).into()),
            },
        }
    }
}

/// The scalar congruent to a whole number of at most 128 bits.
pub(in crate::bind) fn scalar_of(literal: &Literal, curve: CurveName) -> Scalar {
    let magnitude = literal.mantissa.unsigned_abs().as_u128();
    let mut bytes = [0; SCALAR_BYTES];
    // As the curve's encoding orders bytes; every group has more than 2^128 elements.
    match curve {
        CurveName::Secp256k1 | CurveName::P256 => bytes[SCALAR_BYTES - 16..].copy_from_slice(&magnitude.to_be_bytes()),
        CurveName::Ed25519 => bytes[..16].copy_from_slice(&magnitude.to_le_bytes()),
    }
    let scalar = Scalar::reduce(curve, &bytes);
    if literal.mantissa < 0 { scalar.neg() } else { scalar }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_so_many_ones() {
        for curve in CurveName::ALL {
            let one = Scalar::one(curve);
            let mut sum = Scalar::zero(curve);
            for number in 0..300_i64 {
                assert_eq!(scalar_of(&Literal::integer(number), curve), sum, "{number} on {curve}");
                assert_eq!(scalar_of(&Literal::integer(-number), curve), sum.neg(), "-{number} on {curve}");
                sum = sum.add(&one).expect("of one curve");
            }
            let [large, root] = [100, 50].map(|bits| scalar_of(&Literal::integer(1_i128 << bits), curve));
            assert_eq!(Some(large), root.mul(&root), "2^100 on {curve}");
        }
    }
}
