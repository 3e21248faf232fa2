//! Tokens to declarations: parameters, roles, sizes, inputs.

use super::lex::TokenKind;
use super::parse::Parser;
use crate::program::{
    Bound, Diagnostic, Dimension, ElementType, InputDeclaration, InputId, Interval, Literal, Parameter, ParameterId,
    ParameterKind, Role, RoleId, Size, SizeId, Span,
};

impl Parser<'_> {
    pub(super) fn parameter(&mut self) -> Result<(), Diagnostic> {
        let (name, span) = self.name("the parameter's name")?;
        let kind = if self.accept("[") {
            let (least, greatest) = self.whole_range()?;
            self.expect("]")?;
            self.expect(":")?;
            let element = self.element_type()?;
            let interval = if self.accept_keyword("in") { Some(self.interval()?) } else { None };
            self.expect_keyword("default")?;
            ParameterKind::List { least, greatest, element, interval, default: self.literal_list()? }
        } else if self.accept(":") {
            self.typed_parameter()?
        } else {
            self.expect_keyword("in")?;
            let (least, greatest) = self.whole_range()?;
            let default = if self.accept_keyword("default") { Some(self.whole()?) } else { None };
            ParameterKind::Number { least, greatest, default }
        };
        let id = ParameterId(self.draft.parameters.len());
        self.names.parameters.entry(name.clone()).or_insert(id);
        self.draft.parameters.push(Parameter { name, kind, span });
        Ok(())
    }

    pub(super) fn role(&mut self) -> Result<(), Diagnostic> {
        let (name, span) = self.name("the role's name")?;
        let count = if self.accept("[") {
            let (parameter, place) = self.name("the parameter that counts the members")?;
            let id = self.find_parameter(&parameter, place)?;
            self.expect("]")?;
            Some(id)
        } else {
            None
        };
        let id = RoleId(self.draft.roles.len());
        self.names.roles.entry(name.clone()).or_insert(id);
        self.draft.roles.push(Role { name, count, span });
        Ok(())
    }

    pub(super) fn size(&mut self, private: bool) -> Result<(), Diagnostic> {
        let (name, span) = self.name("the size's name")?;
        let of = if self.accept("[") {
            let role = self.find_role()?;
            self.expect("]")?;
            Some(role)
        } else {
            None
        };
        self.expect_keyword("in")?;
        let (least, greatest) = self.whole_range()?;
        let id = SizeId(self.draft.sizes.len());
        self.names.sizes.entry(name.clone()).or_insert(id);
        self.draft.sizes.push(Size { name, of, private, least, greatest, span });
        Ok(())
    }

    pub(super) fn input(&mut self) -> Result<(), Diagnostic> {
        let role = self.find_role()?;
        self.expect(".")?;
        let (name, span) = self.name("the input's name")?;
        let dimensions = self.dimensions()?;
        if dimensions.len() > 2 {
            return Err(Diagnostic::new(span, "an input has at most two dimensions"));
        }
        self.declare_input(role, name, dimensions, span)
    }

    /// `table role.name[rows] { column: type … }`: an input for each column, all of one length.
    pub(super) fn table(&mut self) -> Result<(), Diagnostic> {
        let role = self.find_role()?;
        self.expect(".")?;
        let (table, span) = self.name("the table's name")?;
        let dimensions = self.dimensions()?;
        if dimensions.len() != 1 {
            return Err(Diagnostic::new(span, "a table has one dimension, the number of its rows"));
        }
        self.expect("{")?;
        self.end()?;
        while !self.accept("}") {
            let (column, place) = self.name("a column, or }")?;
            self.declare_input(role, format!("{table}.{column}"), dimensions.clone(), place)?;
            self.end()?;
        }
        Ok(())
    }

    fn dimensions(&mut self) -> Result<Vec<Dimension>, Diagnostic> {
        let mut dimensions = Vec::new();
        if self.accept("[") {
            loop {
                dimensions.push(self.dimension()?);
                if !self.accept(",") {
                    break;
                }
            }
            self.expect("]")?;
        }
        Ok(dimensions)
    }

    /// Type and range of an input or column, whose name was read.
    fn declare_input(
        &mut self,
        role: RoleId,
        name: String,
        dimensions: Vec<Dimension>,
        span: Span,
    ) -> Result<(), Diagnostic> {
        self.expect(":")?;
        let element = self.element_type()?;
        let interval = if self.accept_keyword("in") { Some(self.interval()?) } else { None };
        let rounded = self.accept_keyword("rounded");
        let id = InputId(self.draft.inputs.len());
        self.names.inputs.entry(role).or_default().entry(name.clone()).or_insert(id);
        self.draft.inputs.push(InputDeclaration { role, name, dimensions, element, interval, rounded, span });
        Ok(())
    }

    fn dimension(&mut self) -> Result<Dimension, Diagnostic> {
        if let Some(TokenKind::Number(_)) = self.peek() {
            return Ok(Dimension::Constant(self.whole()?));
        }
        let followed = matches!(self.peek_second(), Some(TokenKind::Name(_)));
        let total = followed && self.accept_keyword("total");
        let (name, span) = self.name("a size")?;
        if let Some(id) = self.names.sizes.get(&name) {
            return Ok(if total { Dimension::Total(*id) } else { Dimension::Size(*id) });
        }
        if total {
            return Err(Diagnostic::new(span, format!("{name} is no size")));
        }
        self.find_parameter(&name, span).map(Dimension::Parameter)
    }

    fn element_type(&mut self) -> Result<ElementType, Diagnostic> {
        let (name, span) = self.name("a type")?;
        if name == "bit" {
            return Ok(ElementType::Bit);
        }
        if name == "fixed" {
            self.expect("(")?;
            let decimals = self.bound()?;
            self.expect(")")?;
            return Ok(ElementType::Fixed(decimals));
        }
        let bits = name.get(1..).and_then(|bits| bits.parse().ok());
        match (name.as_bytes().first(), bits) {
            (Some(b'u'), Some(bits)) => Ok(ElementType::Unsigned(bits)),
            (Some(b'i'), Some(bits)) => Ok(ElementType::Signed(bits)),
            _ => Err(Diagnostic::new(span, format!("{name} is no type"))
                .hint("types are bit, u8 to u128, i8 to i128, and fixed(decimals)")),
        }
    }

    pub(super) fn interval(&mut self) -> Result<Interval, Diagnostic> {
        let low = self.bound()?;
        let inclusive = self.accept("..=");
        if !inclusive {
            self.expect("..")?;
        }
        Ok(Interval { low, high: self.bound()?, inclusive })
    }

    pub(super) fn bound(&mut self) -> Result<Bound, Diagnostic> {
        if let Some(TokenKind::Name(_)) = self.peek() {
            let (name, span) = self.name("a parameter")?;
            return self.find_parameter(&name, span).map(Bound::Parameter);
        }
        self.literal().map(Bound::Literal)
    }

    pub(super) fn role_list(&mut self) -> Result<Vec<RoleId>, Diagnostic> {
        let mut roles = vec![self.find_role()?];
        while self.accept(",") {
            roles.push(self.find_role()?);
        }
        Ok(roles)
    }

    fn literal_list(&mut self) -> Result<Vec<Literal>, Diagnostic> {
        self.expect("[")?;
        let mut list = vec![self.literal()?];
        while self.accept(",") {
            list.push(self.literal()?);
        }
        self.expect("]")?;
        Ok(list)
    }

    fn whole_range(&mut self) -> Result<(u64, u64), Diagnostic> {
        let least = self.whole()?;
        self.expect("..=")?;
        Ok((least, self.whole()?))
    }
}
