//! The types of what works on curves: scalars, points and bytes, which do not mix with numbers and tables.

use super::typing::Typing;
use super::{LONGEST_COUNT, MOST_ROLES};
use crate::curve::CurveName;
use crate::program::{
    Bound, Diagnostic, Dimension, Function, HandOver, Kind, Node, Operation, ParameterKind, Threshold, Type, Visibility,
};

const BYTES: &str = "bytes are for digest_scalar and the challenges of signatures alone";

/// The type of something on a curve that has no operand.
pub(super) fn of_curve(kind: Kind, visibility: Visibility) -> Type {
    Type { kind, dimensions: vec![], visibility, member: None }
}

/// Whether an operation has a meaning for scalars, points or bytes.
pub(super) fn takes_curves(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::Call(_)
            | Operation::DigestScalar(_)
            | Operation::AssertPoint { .. }
            | Operation::Keep { .. }
            | Operation::Reveal { .. }
            | Operation::Output { .. }
            | Operation::Assert { .. }
    )
}

impl Typing<'_> {
    /// An operation that is not a function of values alone.
    pub(super) fn on_curve(&self, node: &Node, operands: &[&Type]) -> Result<Type, Diagnostic> {
        match &node.operation {
            Operation::Held(id) => {
                let held = &self.program.held[id.0];
                Ok(of_curve(held.kind, if held.public { Visibility::Public } else { Visibility::Secret }))
            }
            Operation::RandomScalar { curve, count } => {
                let dimensions = count.map(|count| self.count(count)).transpose()?.into_iter().collect();
                Ok(Type { dimensions, ..of_curve(Kind::Scalar(*curve), Visibility::Secret) })
            }
            Operation::Coin(curve) => Ok(of_curve(Kind::Scalar(*curve), Visibility::Public)),
            Operation::Generator(curve) => Ok(of_curve(Kind::Point(*curve), Visibility::Public)),
            Operation::DigestScalar(curve) => {
                self.has_coordinates("digest_scalar", *curve)?;
                self.is(operands[0], Kind::Bytes, "digest_scalar")?;
                Ok(of_curve(Kind::Scalar(*curve), Visibility::Public))
            }
            Operation::AssertPoint { message } => self.assert_point(operands, message),
            Operation::Keep { threshold, hand_over, .. } => self.keep(operands[0], *threshold, *hand_over),
            _ => Err(self.error("this does not work on curves")),
        }
    }

    /// A function of which an operand is a scalar, a point or bytes.
    pub(super) fn call_on_curves(&self, function: Function, operands: &[&Type]) -> Result<Type, Diagnostic> {
        let curve = self.common_curve(function.row().name, operands)?;
        let kinds = self.kinds(function, curve, operands)?;
        let ty = self.elementwise(operands)?;
        let kind = match (function, kinds.as_slice()) {
            (Function::Add | Function::Sub, [a, b]) if a == b => *a,
            (Function::Add | Function::Sub, _) => {
                return Err(self
                    .error("a scalar meets a point")
                    .hint(format!("write the scalar as a point: x * generator({curve})")));
            }
            (Function::Neg, [kind]) => *kind,
            (Function::Mul, [Kind::Scalar(_), Kind::Scalar(_)]) => Kind::Scalar(curve),
            (Function::Mul, [Kind::Point(_), Kind::Point(_)]) => return Err(self.error("points have no product")),
            (Function::Mul, _) => {
                self.all_public(
                    operands,
                    "the multiple of a point is taken by a public scalar",
                    "open_point(x) is x*G",
                )?;
                Kind::Point(curve)
            }
            (Function::Div, [Kind::Scalar(_), Kind::Scalar(_)]) => {
                let hint = "blind it by a random scalar, open the product, and divide by that";
                self.all_public(operands, "only public scalars are divided", hint)?;
                Kind::Scalar(curve)
            }
            (Function::Eq, [a, b]) if a == b => {
                let hint = "compare points: assert_point(x, P), or open what may be known";
                self.all_public(operands, "only public scalars and points are compared", hint)?;
                return Ok(Type { kind: Kind::Bit, ..ty });
            }
            (Function::Eq, _) => return Err(self.error("a scalar is compared with a point")),
            (Function::Open | Function::OpenPoint, _) => return self.open(function, operands[0], curve),
            _ => return self.of_curve_alone(function, operands, curve, ty),
        };
        Ok(Type { kind, ..ty })
    }

    fn open(&self, function: Function, operand: &Type, curve: CurveName) -> Result<Type, Diagnostic> {
        let point = function == Function::OpenPoint;
        self.is(operand, Kind::Scalar(curve), function.row().name)?;
        if operand.visibility != Visibility::Secret {
            let hint = if point { format!("write x * generator({curve})") } else { "use it as it is".to_owned() };
            return Err(self.error("this scalar is public already").hint(hint));
        }
        let kind = if point { Kind::Point(curve) } else { Kind::Scalar(curve) };
        Ok(Type { kind, visibility: Visibility::Public, ..operand.clone() })
    }

    /// Functions that signature schemes define.
    fn of_curve_alone(
        &self,
        function: Function,
        operands: &[&Type],
        curve: CurveName,
        ty: Type,
    ) -> Result<Type, Diagnostic> {
        let name = function.row().name;
        match function {
            Function::XCoordinate | Function::EvenY => {
                self.has_coordinates(name, curve)?;
                self.is(operands[0], Kind::Point(curve), name)?;
            }
            Function::LowS => {
                self.has_coordinates(name, curve)?;
                self.is(operands[0], Kind::Scalar(curve), name)?;
                self.all_public(operands, "low_s takes a public scalar", "open it first: low_s(open(s))")?;
            }
            Function::ChallengeBip340 | Function::ChallengeEd25519 => {
                let bip340 = function == Function::ChallengeBip340;
                let wanted = if bip340 { CurveName::Secp256k1 } else { CurveName::Ed25519 };
                self.is(operands[0], Kind::Point(wanted), name)?;
                self.is(operands[1], Kind::Point(wanted), name)?;
                self.is(operands[2], Kind::Bytes, name)?;
            }
            _ => {
                let message = format!("{name} is for numbers; scalars and points know + - * / and == alone");
                return Err(self.error(message));
            }
        }
        Ok(Type { kind: Kind::Scalar(curve), ..ty })
    }

    /// The one curve of all operands.
    fn common_curve(&self, name: &str, operands: &[&Type]) -> Result<CurveName, Diagnostic> {
        let mut curves = operands.iter().filter_map(|operand| operand.kind.curve());
        let none = || match operands.iter().any(|operand| operand.kind == Kind::Bytes) {
            true => self.error(BYTES),
            false => self.error(format!("{name} takes scalars or points; this is a {}", operands[0].kind)),
        };
        let first = curves.next().ok_or_else(none)?;
        match curves.find(|curve| *curve != first) {
            None => Ok(first),
            Some(other) => Err(self.error(format!("a value on {first} meets one on {other}"))),
        }
    }

    /// The kinds of operands, whole numbers that are written out taken as scalars.
    fn kinds(&self, function: Function, curve: CurveName, operands: &[&Type]) -> Result<Vec<Kind>, Diagnostic> {
        let kind = |(position, operand): (usize, &&Type)| match operand.kind {
            Kind::Number if !function.is_of_curves() && self.is_whole_literal(position) => Ok(Kind::Scalar(curve)),
            Kind::Number | Kind::Bit | Kind::Rational => Err(self
                .error(format!("a {} meets a value on {curve}", operand.kind))
                .hint("numbers and bits do not mix with scalars; only whole numbers that are written out do")),
            kind if kind == Kind::Bytes && !function.is_of_curves() => Err(self.error(BYTES)),
            kind => Ok(kind),
        };
        operands.iter().enumerate().map(kind).collect()
    }

    fn is_whole_literal(&self, position: usize) -> bool {
        let operation = &self.scope.nodes[self.operands[position].0].operation;
        matches!(operation, Operation::Literal(literal) if literal.decimals == 0)
    }

    fn is(&self, operand: &Type, wanted: Kind, name: &str) -> Result<(), Diagnostic> {
        if operand.kind == wanted {
            return Ok(());
        }
        Err(self.error(format!("{name} takes {wanted} here; this is {}", operand.kind)))
    }

    fn has_coordinates(&self, name: &str, curve: CurveName) -> Result<(), Diagnostic> {
        if curve != CurveName::Ed25519 {
            return Ok(());
        }
        Err(self
            .error(format!("{name} is not defined on {curve}"))
            .hint("signatures of Ed25519 hash encodings: challenge_ed25519(R, A, message)"))
    }

    fn all_public(&self, operands: &[&Type], message: &str, hint: &str) -> Result<(), Diagnostic> {
        if operands.iter().all(|operand| operand.visibility == Visibility::Public) {
            return Ok(());
        }
        Err(self.error(format!("{message}; this one is secret")).hint(hint))
    }

    fn count(&self, count: Bound) -> Result<Dimension, Diagnostic> {
        let greatest = i128::from(LONGEST_COUNT);
        let dimension = match count {
            Bound::Literal(l) if l.decimals == 0 && l.mantissa >= 1 && l.mantissa <= greatest => {
                Some(Dimension::Constant(l.mantissa.as_u64()))
            }
            Bound::Parameter(id) => match self.program.parameters[id.0].kind {
                ParameterKind::Number { least: 1.., greatest: ..=LONGEST_COUNT, .. } => Some(Dimension::Parameter(id)),
                _ => None,
            },
            Bound::Literal(_) => None,
        };
        let message =
            format!("a vector of scalars has a number of them, or a parameter, between 1 and {LONGEST_COUNT}");
        dimension.ok_or_else(|| self.error(message))
    }

    fn assert_point(&self, operands: &[&Type], message: &str) -> Result<Type, Diagnostic> {
        self.one_line(message)?;
        let curve = self.common_curve("assert_point", operands)?;
        self.is(operands[0], Kind::Scalar(curve), "assert_point")?;
        self.is(operands[1], Kind::Point(curve), "assert_point")?;
        if operands[0].visibility != Visibility::Secret {
            return Err(self
                .error("assert_point is for a secret scalar; this one is public")
                .hint(format!("write: assert x * generator({curve}) == P, \"message\"")));
        }
        let ty = self.elementwise(operands)?;
        Ok(Type { kind: Kind::Bit, visibility: Visibility::Public, ..ty })
    }

    fn keep(
        &self,
        operand: &Type,
        threshold: Option<Threshold>,
        hand_over: Option<HandOver>,
    ) -> Result<Type, Diagnostic> {
        if operand.kind.curve().is_none() {
            return Err(self.error(format!("only scalars and points are kept; this is a {}", operand.kind)));
        }
        if let Some(hand_over) = hand_over {
            return self.hand_over(operand, hand_over);
        }
        let Some(threshold) = threshold else { return Ok(operand.clone()) };
        if operand.visibility != Visibility::Secret {
            return Err(self.error("a threshold is for what is secret; everybody knows this"));
        }
        if !operand.dimensions.is_empty() {
            return Err(self.error("a threshold is for a single scalar; this is a vector"));
        }
        let fits = match threshold.parties {
            Bound::Literal(l) => l.decimals == 0 && l.mantissa >= 2 && l.mantissa <= i128::from(MOST_ROLES),
            Bound::Parameter(id) => {
                let kind = &self.program.parameters[id.0].kind;
                matches!(
                    kind,
                    ParameterKind::Structure | ParameterKind::Number { least: 2.., greatest: ..=MOST_ROLES, .. }
                )
            }
        };
        if fits {
            return Ok(operand.clone());
        }
        let message = format!("a threshold is a number, or a parameter, between 2 and {MOST_ROLES}");
        Err(self.error(message).hint("with a threshold of 1 every party would know the secret"))
    }

    fn hand_over(&self, operand: &Type, hand_over: HandOver) -> Result<Type, Diagnostic> {
        if operand.visibility != Visibility::Secret || !operand.dimensions.is_empty() {
            return Err(self.error("only a single secret scalar is handed to one party"));
        }
        let role = &self.program.roles[hand_over.to.0];
        if role.count.is_some() {
            let message = format!("{} is a family; a secret is handed to one party", role.name);
            return Err(self.error(message).hint("declare a role without a count"));
        }
        let index = hand_over.share.map(|(index, _)| match index {
            Bound::Literal(l) => l.decimals == 0 && l.mantissa >= 1 && l.mantissa <= i128::from(MOST_ROLES),
            Bound::Parameter(id) => {
                matches!(
                    self.program.parameters[id.0].kind,
                    ParameterKind::Number { least: 1.., greatest: ..=MOST_ROLES, .. }
                )
            }
        });
        if index == Some(false) {
            let message = format!("the index of a share is a number, or a parameter, between 1 and {MOST_ROLES}");
            return Err(self.error(message));
        }
        Ok(operand.clone())
    }
}
