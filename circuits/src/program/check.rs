//! The verifier. A [`super::Program`] that exists satisfies, in the order in which it is checked:
//!
//! 1. every name is declared once and is no keyword;
//! 2. every parameter's and size's least value is at most its greatest, defaults lie between;
//! 3. a family of roles is counted by a number parameter of at most 64; measured sizes per member name a family;
//! 4. operands have the shapes, kinds and visibility that the operation asks for; nothing secret is
//!    combined with something private without `share`, and only `reveal` lowers secrecy;
//! 5. `output` and quotients use public or revealed values alone;
//! 6. something is revealed.
//!
//! Ranges and overflow need numbers for the sizes: [`crate::bind`] checks them for the worst case.

use std::collections::HashSet;

use super::arena::{Draft, DraftNode};
use super::{
    Diagnostic, Dimension, ElementType, Function, Kind, NodeId, Operation, ParameterKind, Program, Receivers, RoleId, Span,
    Type, Visibility,
};

/// The most members that a family of roles can have.
pub const MOST_MEMBERS: u64 = 64;

/// Words that are no names.
pub const KEYWORDS: &[&str] = &[
    "all", "assert", "bit", "default", "fixed", "in", "input", "let", "output", "parameter", "private", "program", "reveal",
    "role", "roles", "rounded", "size", "to", "when",
];

/// Whether `name` can name something: a letter or underscore, then letters, digits and underscores; no keyword.
pub fn is_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.len() <= 64
        && !KEYWORDS.contains(&name)
}

pub(super) fn declarations(draft: &Draft) -> Result<(), Diagnostic> {
    let program_name = draft.name.replace('-', "_");
    if !is_name(&program_name) {
        return Err(Diagnostic::new(draft.name_span, format!("{:?} cannot name a program", draft.name))
            .hint("use letters, digits, hyphens and underscores, beginning with a letter"));
    }
    unique_names(draft)?;
    for parameter in &draft.parameters {
        parameter_is_sound(&parameter.kind, &parameter.name, parameter.span)?;
    }
    for role in &draft.roles {
        family_is_sound(draft, role)?;
    }
    for size in &draft.sizes {
        if size.least > size.greatest {
            return Err(Diagnostic::new(size.span, format!("the least value of {} is above its greatest", size.name)));
        }
        if size.of.is_some_and(|role| draft.roles[role.0].count.is_none()) {
            return Err(Diagnostic::new(size.span, format!("{} is measured by member, but its role is no family", size.name)));
        }
    }
    for input in &draft.inputs {
        for dimension in &input.dimensions {
            dimension_is_sound(draft, input.role, *dimension, input.span)?;
        }
        if let ElementType::Unsigned(bits) | ElementType::Signed(bits) = input.element
            && !matches!(bits, 8 | 16 | 32 | 64 | 128)
        {
            return Err(Diagnostic::new(input.span, format!("integers of {bits} bits do not exist")).hint("use 8, 16, 32, 64 or 128"));
        }
    }
    Ok(())
}

fn unique_names(draft: &Draft) -> Result<(), Diagnostic> {
    let mut seen = HashSet::new();
    let mut declare = |name: &str, span: Span| {
        if !is_name(name) {
            return Err(Diagnostic::new(span, format!("{name:?} cannot be a name"))
                .hint("use letters, digits and underscores, beginning with a letter, and no keyword"));
        }
        if seen.insert(name.to_owned()) {
            Ok(())
        } else {
            Err(Diagnostic::new(span, format!("{name} is declared twice")).hint("choose another name for one of them"))
        }
    };
    for p in &draft.parameters {
        declare(&p.name, p.span)?;
    }
    for r in &draft.roles {
        declare(&r.name, r.span)?;
    }
    for s in &draft.sizes {
        declare(&s.name, s.span)?;
    }
    for node in &draft.nodes {
        if let Some(name) = &node.name {
            declare(name, node.span)?;
        }
        if let Operation::Reveal { name, .. } | Operation::Output { name } = &node.operation {
            declare(name, node.span)?;
        }
    }
    let mut inputs = HashSet::new();
    for input in &draft.inputs {
        if !is_name(&input.name) {
            return Err(Diagnostic::new(input.span, format!("{:?} cannot be a name", input.name)));
        }
        if !inputs.insert((input.role, input.name.clone())) {
            return Err(Diagnostic::new(input.span, format!("{}.{} is declared twice", draft.roles[input.role.0].name, input.name)));
        }
    }
    Ok(())
}

fn parameter_is_sound(kind: &ParameterKind, name: &str, span: Span) -> Result<(), Diagnostic> {
    match kind {
        ParameterKind::Number { least, greatest, default } => {
            if least > greatest {
                return Err(Diagnostic::new(span, format!("the least value of {name} is above its greatest")));
            }
            if default.is_some_and(|d| d < *least || d > *greatest) {
                return Err(Diagnostic::new(span, format!("the default of {name} is outside {least}..={greatest}")));
            }
        }
        ParameterKind::List { least, greatest, default, .. } => {
            if least > greatest || *least == 0 {
                return Err(Diagnostic::new(span, format!("{name} needs lengths from at least 1 up to at least as many")));
            }
            if (default.len() as u64) < *least || default.len() as u64 > *greatest {
                return Err(Diagnostic::new(span, format!("the default of {name} has not between {least} and {greatest} numbers")));
            }
        }
        ParameterKind::Roles { .. } => {}
    }
    Ok(())
}

fn family_is_sound(draft: &Draft, role: &super::Role) -> Result<(), Diagnostic> {
    let Some(count) = role.count else { return Ok(()) };
    match draft.parameters[count.0].kind {
        ParameterKind::Number { least, greatest, .. } if least >= 1 && greatest <= MOST_MEMBERS => Ok(()),
        _ => Err(Diagnostic::new(role.span, format!("{} needs a parameter between 1 and {MOST_MEMBERS} for its number", role.name))),
    }
}

fn dimension_is_sound(draft: &Draft, role: RoleId, dimension: Dimension, span: Span) -> Result<(), Diagnostic> {
    let fits = match dimension {
        Dimension::Constant(n) => n > 0,
        Dimension::Parameter(p) => matches!(draft.parameters[p.0].kind, ParameterKind::Number { .. }),
        Dimension::Size(s) => draft.sizes[s.0].of.is_none_or(|of| of == role),
        Dimension::Total(s) => draft.sizes[s.0].of.is_some() && !draft.sizes[s.0].private,
        Dimension::Intervals(p) | Dimension::Length(p) => matches!(draft.parameters[p.0].kind, ParameterKind::List { .. }),
    };
    if fits { Ok(()) } else { Err(Diagnostic::new(span, "this size does not fit the role of the input")) }
}

pub(super) fn whole(program: &Program) -> Result<(), Diagnostic> {
    if program.nodes.iter().any(|n| matches!(n.operation, Operation::Reveal { .. })) {
        return Ok(());
    }
    Err(Diagnostic::new(Span { line: 1, column: 1, length: 1 }, "the program reveals nothing")
        .hint("add a line such as: reveal total = x to all"))
}

/// The type of a node whose operands are typed.
pub(super) fn type_of(program: &Program, node: &DraftNode) -> Result<Type, Diagnostic> {
    let operands: Vec<&Type> = node.operands.iter().map(|NodeId(id)| &program.nodes[*id].ty).collect();
    let typing = Typing { program, span: node.span, nodes: &node.operands };
    match &node.operation {
        Operation::Input(id) => {
            let input = &program.inputs[id.0];
            let kind = if input.element == ElementType::Bit { Kind::Bit } else { Kind::Number };
            let member = program.roles[input.role.0].count.map(|_| input.role);
            Ok(Type { kind, dimensions: input.dimensions.clone(), visibility: Visibility::Private(input.role), member })
        }
        Operation::Parameter(id) => match program.parameters[id.0].kind {
            ParameterKind::Number { .. } => Ok(public(Kind::Number, vec![])),
            ParameterKind::List { .. } => Ok(public(Kind::Number, vec![Dimension::Length(*id)])),
            ParameterKind::Roles { .. } => Err(typing.error("a set of roles is no value")),
        },
        Operation::Literal(_) => Ok(public(Kind::Number, vec![])),
        Operation::Random { bits } if (1..=127).contains(bits) => {
            Ok(Type { kind: Kind::Number, dimensions: vec![], visibility: Visibility::Secret, member: None })
        }
        Operation::Random { .. } => Err(typing.error("random_bits takes between 1 and 127 bits")),
        Operation::Call(function) => typing.call(*function, &operands),
        Operation::OverRole(_, role) => typing.over_role(operands[0], *role),
        Operation::Part(size) => typing.part(operands[0], *size),
        Operation::Slice { from, to } => typing.slice(operands[0], *from, *to),
        Operation::Within(_) => typing.within(operands[0]),
        Operation::Reveal { to, conditional, .. } => typing.reveal(operands[0], conditional.then(|| operands[1]), to),
        Operation::Output { .. } => typing.output(operands[0]),
        Operation::Assert { .. } => typing.assert(operands[0]),
    }
}

fn public(kind: Kind, dimensions: Vec<Dimension>) -> Type {
    Type { kind, dimensions, visibility: Visibility::Public, member: None }
}

struct Typing<'a> {
    program: &'a Program,
    span: Span,
    nodes: &'a [NodeId],
}

impl Typing<'_> {
    fn error(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.span, message)
    }

    fn call(&self, function: Function, operands: &[&Type]) -> Result<Type, Diagnostic> {
        match function {
            Function::Share => self.share(operands[0]),
            Function::Div => {
                let ty = self.elementwise(operands)?;
                self.no_secret(&ty, "a quotient")?;
                Ok(Type { kind: Kind::Rational, ..ty })
            }
            Function::Sum => {
                let mut ty = operands[0].clone();
                self.no_rational(&ty)?;
                ty.dimensions.pop().ok_or_else(|| self.error("sum needs a vector; this is a single value"))?;
                Ok(Type { kind: Kind::Number, ..ty })
            }
            Function::Dot => self.dot(operands),
            Function::CountBy | Function::SumBy | Function::MinBy | Function::MaxBy | Function::HistogramBy => {
                self.grouped(function, operands)
            }
            Function::Select => {
                let ty = self.elementwise(operands)?;
                if operands[0].kind != Kind::Bit {
                    return Err(self.error("select chooses by a bit; the first operand is a number"));
                }
                let both_bits = operands[1].kind == Kind::Bit && operands[2].kind == Kind::Bit;
                self.no_rational(&ty)?;
                Ok(Type { kind: if both_bits { Kind::Bit } else { Kind::Number }, ..ty })
            }
            Function::Not => {
                if operands[0].kind != Kind::Bit {
                    return Err(self.error("! is for bits; this is a number"));
                }
                Ok(operands[0].clone())
            }
            Function::And | Function::Or | Function::Xor => {
                let ty = self.elementwise(operands)?;
                if operands[0].kind != operands[1].kind {
                    return Err(self.error("one operand is a bit, the other a number"));
                }
                self.no_rational(&ty)?;
                Ok(Type { kind: operands[0].kind, ..ty })
            }
            _ if function.is_comparison() => Ok(Type { kind: Kind::Bit, ..self.elementwise(operands)? }),
            _ => {
                let ty = self.elementwise(operands)?;
                let rational = operands.iter().any(|o| o.kind == Kind::Rational);
                if rational && matches!(function, Function::Min | Function::Max | Function::Abs) {
                    return Err(self.error(format!("{} is not defined for quotients", function.row().name)));
                }
                Ok(Type { kind: if rational { Kind::Rational } else { Kind::Number }, ..ty })
            }
        }
    }

    /// The common shape, visibility and membership of operands that are combined element by element.
    fn elementwise(&self, operands: &[&Type]) -> Result<Type, Diagnostic> {
        let mut joined = operands[0].clone();
        for operand in &operands[1..] {
            if joined.dimensions.is_empty() {
                joined.dimensions.clone_from(&operand.dimensions);
            } else if !operand.dimensions.is_empty() && operand.dimensions != joined.dimensions {
                return Err(self.error(format!(
                    "shapes differ: {} and {}",
                    self.shape(&joined.dimensions),
                    self.shape(&operand.dimensions)
                )));
            }
            joined.visibility = self.join(&joined, operand)?;
            joined.member = self.join_members(joined.member, operand.member)?;
        }
        Ok(joined)
    }

    fn join(&self, a: &Type, b: &Type) -> Result<Visibility, Diagnostic> {
        use Visibility::{Opened, Private, Public, Secret};
        match (&a.visibility, &b.visibility) {
            (Public, other) | (other, Public) => Ok(other.clone()),
            (Secret, Secret) => Ok(Secret),
            (Private(x), Private(y)) if x == y => Ok(Private(*x)),
            (Private(_), Secret) | (Secret, Private(_)) => Err(self
                .error("a private value meets a secret one")
                .hint("share the private value first: share(x)")),
            (Private(x), Private(y)) => Err(self
                .error(format!(
                    "a value private to {} meets one private to {}",
                    self.program.roles[x.0].name, self.program.roles[y.0].name
                ))
                .hint("share both: share(x)")),
            (Opened(x), Opened(y)) if x == y => Ok(Opened(x.clone())),
            (Opened(_), _) | (_, Opened(_)) => Err(self
                .error("a value that only some roles know is combined with one of other roles")
                .hint("reveal it to all, or keep the computation before the reveal")),
        }
    }

    fn join_members(&self, a: Option<RoleId>, b: Option<RoleId>) -> Result<Option<RoleId>, Diagnostic> {
        match (a, b) {
            (Some(x), Some(y)) if x != y => Err(self.error(format!(
                "values of the members of {} and of {} are combined",
                self.program.roles[x.0].name, self.program.roles[y.0].name
            ))),
            _ => Ok(a.or(b)),
        }
    }

    fn share(&self, operand: &Type) -> Result<Type, Diagnostic> {
        self.no_rational(operand)?;
        match operand.visibility {
            Visibility::Private(_) => {}
            Visibility::Secret => return Err(self.error("this value is secret already")),
            _ => return Err(self.error("only a private value is shared; this one is known to others")),
        }
        if operand.dimensions.iter().any(|d| self.is_private_size(*d)) {
            return Err(self
                .error("the length of this column is private, and sharing the column would disclose it")
                .hint("reduce it first (sum, count_by, sum_by, histogram_by), or declare the size without `private`"));
        }
        Ok(Type { visibility: Visibility::Secret, ..operand.clone() })
    }

    fn dot(&self, operands: &[&Type]) -> Result<Type, Diagnostic> {
        let [table, column] = operands else { return Err(self.error("dot takes two operands")) };
        self.no_rational(table)?;
        self.no_rational(column)?;
        let fits = column.dimensions.len() == 1 && table.dimensions.last() == column.dimensions.last();
        if !fits || table.dimensions.len() > 2 {
            return Err(self.error(format!(
                "dot needs a table [rows, columns] or a column, and a column of the same length: found {} and {}",
                self.shape(&table.dimensions),
                self.shape(&column.dimensions)
            )));
        }
        let dimensions = table.dimensions[..table.dimensions.len() - 1].to_vec();
        let visibility = self.join(table, column)?;
        let member = self.join_members(table.member, column.member)?;
        Ok(Type { kind: Kind::Number, dimensions, visibility, member })
    }

    fn grouped(&self, function: Function, operands: &[&Type]) -> Result<Type, Diagnostic> {
        let name = function.row().name;
        let rows: &[&Type] = match function {
            Function::CountBy => &operands[..1],
            _ => &operands[..2],
        };
        let ty = self.elementwise(rows)?;
        if !matches!(ty.visibility, Visibility::Private(_)) {
            return Err(self.error(format!("{name} works on private columns, in plain, before sharing")));
        }
        if rows.iter().any(|r| r.dimensions.len() != 1 || r.kind != Kind::Number) {
            return Err(self.error(format!("{name} needs columns of numbers, all of the same length")));
        }
        let Some(groups) = self.count_of_groups() else {
            return Err(self.error(format!("the last operand of {name} is the number of groups: a parameter or a number")));
        };
        let mut dimensions = vec![groups];
        if function == Function::HistogramBy {
            match operands[2].dimensions.as_slice() {
                [Dimension::Length(list)] => dimensions.push(Dimension::Intervals(*list)),
                _ => return Err(self.error("the edges of a histogram are a list parameter")),
            }
        }
        Ok(Type { kind: Kind::Number, dimensions, ..ty })
    }

    /// The dimension that the last operand, a public number, stands for.
    fn count_of_groups(&self) -> Option<Dimension> {
        let node = self.program.node(*self.nodes.last()?);
        match &node.operation {
            Operation::Parameter(id) if node.ty.dimensions.is_empty() => Some(Dimension::Parameter(*id)),
            Operation::Literal(l) if l.decimals == 0 && l.mantissa > 0 && l.mantissa <= 65_536 => {
                Some(Dimension::Constant(l.mantissa.as_u64()))
            }
            _ => None,
        }
    }

    fn over_role(&self, operand: &Type, role: RoleId) -> Result<Type, Diagnostic> {
        self.no_rational(operand)?;
        if operand.member != Some(role) {
            return Err(self.error(format!("this is not a value of each member of {}", self.program.roles[role.0].name)));
        }
        if operand.visibility != Visibility::Secret {
            return Err(self.error("the members' values must be shared before they are combined").hint("write share(x)"));
        }
        Ok(Type { kind: Kind::Number, member: None, ..operand.clone() })
    }

    fn part(&self, operand: &Type, size: super::SizeId) -> Result<Type, Diagnostic> {
        if operand.dimensions != [Dimension::Total(size)] || operand.member.is_some() {
            return Err(self.error(format!("part cuts a vector of [total {}]", self.program.sizes[size.0].name)));
        }
        Ok(Type { dimensions: vec![Dimension::Size(size)], member: self.program.sizes[size.0].of, ..operand.clone() })
    }

    fn slice(&self, operand: &Type, from: u64, to: Option<u64>) -> Result<Type, Diagnostic> {
        let mut dimensions = operand.dimensions.clone();
        let Some(last) = dimensions.pop() else { return Err(self.error("this is a single value, it has no positions")) };
        let end = to.unwrap_or(from + 1);
        if from >= end {
            return Err(self.error("an empty slice"));
        }
        if !dimensions.is_empty() {
            return Err(self.error("positions are taken of columns, not of tables"));
        }
        if let Dimension::Constant(length) = last {
            if end > length {
                return Err(self.error(format!("position {} of a vector of {length}", end - 1)));
            }
        } else {
            return Err(self.error("positions are taken of vectors whose length is written out"));
        }
        if to.is_some() {
            dimensions.push(Dimension::Constant(end - from));
        }
        Ok(Type { dimensions, ..operand.clone() })
    }

    fn within(&self, operand: &Type) -> Result<Type, Diagnostic> {
        self.no_rational(operand)?;
        if operand.visibility == Visibility::Secret {
            return Err(self
                .error("within checks a private or public value where it is known; this one is secret")
                .hint("check it before share(x), or write: assert x <= bound, \"message\""));
        }
        Ok(operand.clone())
    }

    fn reveal(&self, operand: &Type, condition: Option<&Type>, to: &Receivers) -> Result<Type, Diagnostic> {
        if operand.visibility != Visibility::Secret {
            return Err(self.error("only a secret value is revealed").hint("share it first, or use `output` for public arithmetic"));
        }
        if operand.member.is_some() {
            return Err(self.error("this is a value of each member").hint("combine them: sum_over(role, x)"));
        }
        let visibility = if self.is_everybody(to) { Visibility::Public } else { Visibility::Opened(to.clone()) };
        let mut ty = Type { visibility, ..operand.clone() };
        if let Some(condition) = condition {
            if condition.kind != Kind::Bit {
                return Err(self.error("the condition after `when` is a bit"));
            }
            if condition.dimensions != ty.dimensions {
                return Err(self.error("the condition after `when` has another shape than the value"));
            }
            if condition.visibility != ty.visibility && condition.visibility != Visibility::Public {
                return Err(self.error("the condition after `when` must be known to everybody who receives the value"));
            }
            ty.kind = Kind::Rational;
        }
        Ok(ty)
    }

    fn output(&self, operand: &Type) -> Result<Type, Diagnostic> {
        self.no_secret(operand, "an output")?;
        Ok(operand.clone())
    }

    fn assert(&self, operand: &Type) -> Result<Type, Diagnostic> {
        if operand.kind != Kind::Bit {
            return Err(self.error("assert takes a bit, such as a comparison"));
        }
        if matches!(operand.visibility, Visibility::Opened(_)) {
            return Err(self.error("only some roles know this value, so the others could not check it"));
        }
        Ok(operand.clone())
    }

    fn is_everybody(&self, to: &Receivers) -> bool {
        match to {
            Receivers::All => true,
            Receivers::Roles(roles) => (0..self.program.roles.len()).all(|r| roles.contains(&RoleId(r))),
            Receivers::Parameter(_) => false,
        }
    }

    fn no_rational(&self, ty: &Type) -> Result<(), Diagnostic> {
        if ty.kind == Kind::Rational { Err(self.error("quotients and blanks are for outputs alone")) } else { Ok(()) }
    }

    fn no_secret(&self, ty: &Type, what: &str) -> Result<(), Diagnostic> {
        match ty.visibility {
            Visibility::Public | Visibility::Opened(_) => Ok(()),
            Visibility::Secret => Err(self
                .error(format!("{what} is made of public or revealed values; this one is secret"))
                .hint("reveal the values it is computed from")),
            Visibility::Private(_) => Err(self
                .error(format!("{what} is made of public or revealed values; this one is private"))
                .hint("share it, and reveal what is computed from it")),
        }
    }

    fn is_private_size(&self, dimension: Dimension) -> bool {
        matches!(dimension, Dimension::Size(s) if self.program.sizes[s.0].private)
    }

    fn shape(&self, dimensions: &[Dimension]) -> String {
        if dimensions.is_empty() {
            return "a single value".into();
        }
        let names: Vec<String> = dimensions.iter().map(|d| crate::text::dimension(self.program, *d)).collect();
        format!("[{}]", names.join(", "))
    }
}
