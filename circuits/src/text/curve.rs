//! Tokens to what programs say of curves: `held`, `keep`, `assert_point`, and calls that name a curve.

use super::lex::TokenKind;
use super::parse::Parser;
use crate::curve::CurveName;
use crate::program::{
    Bound, Diagnostic, HandOver, HeldDeclaration, HeldId, Kind, NodeId, Operation, ParameterKind, Purpose, Span,
    Threshold,
};

/// What a failed `assert_point` says if the program says nothing.
const NOT_ITS_POINT: &str = "a secret does not belong to its public point";

impl Parser<'_> {
    /// `held key.secret: scalar(secp256k1)`, with `public` before the name or `by role` behind it, if at all.
    pub(super) fn held(&mut self) -> Result<(), Diagnostic> {
        let named = matches!(self.peek_second(), Some(TokenKind::Name(_)));
        let marked = named && self.accept_keyword("public");
        let (record, field, span) = self.field()?;
        self.expect(":")?;
        let (name, place) = self.name("scalar(curve) or point(curve)")?;
        let kind = match name.as_str() {
            "scalar" => Kind::Scalar(self.curve_in_brackets()?),
            "point" if marked => {
                return Err(Diagnostic::new(place, "points are public always").hint("leave out `public`"));
            }
            "point" => Kind::Point(self.curve_in_brackets()?),
            _ => {
                return Err(Diagnostic::new(place, format!("a value of type {name} cannot be held"))
                    .hint("write scalar(curve) or point(curve)"));
            }
        };
        let by = if self.accept_keyword("by") { Some(self.find_role()?) } else { None };
        let id = HeldId(self.draft.held.len());
        self.names.held.entry(record.clone()).or_default().entry(field.clone()).or_insert(id);
        let public = marked || matches!(kind, Kind::Point(_));
        self.draft.held.push(HeldDeclaration { record, field, kind, public, by, span });
        Ok(())
    }

    /// `keep key.secret = x threshold t for products`, or `structure s` instead, or `keep key.secret = x to role`.
    pub(super) fn keep(&mut self) -> Result<(), Diagnostic> {
        let (record, field, span) = self.field()?;
        self.expect("=")?;
        let value = self.expression()?;
        let threshold = if self.accept_keyword("threshold") {
            Some(self.threshold(false)?)
        } else if self.accept_keyword("structure") {
            Some(self.threshold(true)?)
        } else {
            None
        };
        let handed = threshold.is_none() && self.accept_keyword("to");
        let hand_over = if handed { Some(self.hand_over()?) } else { None };
        self.draft.effect(Operation::Keep { record, field, threshold, hand_over }, vec![value], span);
        Ok(())
    }

    /// What follows `threshold` or, with `structured`, `structure`.
    fn threshold(&mut self, structured: bool) -> Result<Threshold, Diagnostic> {
        let place = self.span();
        let parties = self.bound()?;
        let is_structure =
            matches!(parties, Bound::Parameter(id) if self.draft.parameters[id.0].kind == ParameterKind::Structure);
        if is_structure != structured {
            let (found, word) = if is_structure { ("a structure", "structure") } else { ("no structure", "threshold") };
            return Err(Diagnostic::new(place, format!("this is {found}")).hint(format!("write {word} in front of it")));
        }
        let among = if self.accept_keyword("among") { Some(self.find_role()?) } else { None };
        Ok(Threshold { parties, among, purpose: self.purpose()? })
    }

    /// What follows `to`: a role, and which share.
    fn hand_over(&mut self) -> Result<HandOver, Diagnostic> {
        let to = self.find_role()?;
        let share = if self.accept_keyword("at") { Some((self.bound()?, self.purpose()?)) } else { None };
        Ok(HandOver { to, share })
    }

    fn purpose(&mut self) -> Result<Purpose, Diagnostic> {
        self.expect_keyword("for")?;
        let (word, place) = self.name("products or sums")?;
        let purpose = Purpose::ALL.into_iter().find(|purpose| purpose.name() == word);
        purpose.ok_or_else(|| {
            Diagnostic::new(place, "expected products or sums")
                .hint("products for a key that is multiplied by secrets (ECDSA), sums for one that is not (Schnorr)")
        })
    }

    /// `assert_point(x, P)`, and a message if the usual one will not do.
    pub(super) fn assert_point(&mut self, span: Span) -> Result<(), Diagnostic> {
        self.expect("(")?;
        let secret = self.expression()?;
        self.expect(",")?;
        let point = self.expression()?;
        self.expect(")")?;
        let message = if self.accept(",") { self.message()? } else { NOT_ITS_POINT.to_owned() };
        self.draft.effect(Operation::AssertPoint { message }, vec![secret, point], span);
        Ok(())
    }

    /// What follows `random_scalar(`, `coin(`, `generator(` or `digest_scalar(`.
    pub(super) fn call_on_curve(&mut self, name: &str, span: Span) -> Result<NodeId, Diagnostic> {
        let curve = self.curve()?;
        let (operation, operands) = match name {
            "random_scalar" => {
                let count = if self.accept(",") { Some(self.bound()?) } else { None };
                (Operation::RandomScalar { curve, count }, vec![])
            }
            "coin" => (Operation::Coin(curve), vec![]),
            "generator" => (Operation::Generator(curve), vec![]),
            _ => {
                self.expect(",")?;
                (Operation::DigestScalar(curve), vec![self.expression()?])
            }
        };
        Ok(self.node(operation, operands, span))
    }

    /// The type of a parameter whose name and colon were read: `bytes[…]`, `scalar(…)`, `structure` or `roles`.
    pub(super) fn typed_parameter(&mut self) -> Result<ParameterKind, Diagnostic> {
        let (word, span) = self.name("bytes[…], scalar(…), structure or roles")?;
        match word.as_str() {
            "roles" => {
                self.expect_keyword("default")?;
                Ok(ParameterKind::Roles { default: self.role_list()? })
            }
            "structure" => Ok(ParameterKind::Structure),
            "bytes" => {
                self.expect("[")?;
                let least = self.whole()?;
                let greatest = if self.accept("..=") { self.whole()? } else { least };
                self.expect("]")?;
                Ok(ParameterKind::Bytes { least, greatest })
            }
            "scalar" => {
                let curve = self.curve_in_brackets()?;
                let default = if self.accept_keyword("default") { Some(self.literal()?) } else { None };
                Ok(ParameterKind::Scalar { curve, default })
            }
            _ => Err(Diagnostic::new(span, format!("a parameter of type {word} does not exist")).hint(
                "write bytes[32], scalar(secp256k1), structure or roles; a number has a range instead: parameter n in 1..=9",
            )),
        }
    }

    /// `record.field`, with the place of the record.
    fn field(&mut self) -> Result<(String, String, Span), Diagnostic> {
        let (record, span) = self.name("the record's name")?;
        self.expect(".")?;
        let (field, end) = self.name("the field's name")?;
        let length = if end.line == span.line { end.column + end.length - span.column } else { span.length };
        Ok((record, field, Span { length, ..span }))
    }

    fn curve_in_brackets(&mut self) -> Result<CurveName, Diagnostic> {
        self.expect("(")?;
        let curve = self.curve()?;
        self.expect(")")?;
        Ok(curve)
    }

    fn curve(&mut self) -> Result<CurveName, Diagnostic> {
        let (name, span) = self.name("a curve")?;
        name.parse().map_err(|reason: String| Diagnostic::new(span, reason))
    }
}

/// The functions whose first operand is a curve.
pub(super) const ON_CURVES: [&str; 4] = ["random_scalar", "coin", "generator", "digest_scalar"];
