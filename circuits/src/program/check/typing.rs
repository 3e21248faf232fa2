//! The types of nodes: invariants 4 and 5.

use std::collections::HashSet;

use super::curves::takes_curves;
use super::instances::{Instances, Scope};
use super::{MOST_GROUPS, interval_is_sound, literal_is_sound};
use crate::gadgets::fixed::decimal::MOST_DECIMALS;
use crate::program::{
    Diagnostic, Dimension, ElementType, Function, Kind, Literal, Node, NodeId, Operation, ParameterId, ParameterKind,
    Program, Receivers, RoleId, SizeId, Span, Type, Visibility,
};

/// The type of a node whose operands are typed.
pub(super) fn type_of(instances: &Instances<'_>, scope: &Scope<'_>, node: &Node) -> Result<Type, Diagnostic> {
    let ty = type_anywhere(instances, scope, node)?;
    if scope.surroundings.uneven {
        scope.surroundings.one_family(instances.program, &ty, node.span)?;
    }
    Ok(ty)
}

fn type_anywhere(instances: &Instances<'_>, scope: &Scope<'_>, node: &Node) -> Result<Type, Diagnostic> {
    let program = instances.program;
    let operands: Vec<&Type> = node.operands.iter().map(|NodeId(id)| &scope.types[*id]).collect();
    let typing = Typing { instances, program, scope, span: node.span, operands: &node.operands };
    if let Some(operand) = operands.iter().find(|operand| operand.kind.is_of_curves())
        && !takes_curves(&node.operation)
    {
        let message = format!("this is for numbers and bits; the operand is {}", operand.kind);
        return Err(typing.error(message).hint("scalars and points are computed with by + - * / and =="));
    }
    match &node.operation {
        Operation::Input(id) => {
            let input = &program.inputs[id.0];
            let kind = if input.element == ElementType::Bit { Kind::Bit } else { Kind::Number };
            let member = program.roles[input.role.0].count.map(|_| input.role);
            Ok(Type { kind, dimensions: input.dimensions.clone(), visibility: Visibility::Private(input.role), member })
        }
        Operation::Parameter(id) => typing.parameter(*id),
        Operation::Literal(literal) => {
            literal_is_sound(literal, node.span)?;
            Ok(public(Kind::Number, vec![]))
        }
        Operation::Random { bits } if (1..=127).contains(bits) => {
            typing.no_private_rows("random_bits")?;
            let member = scope.surroundings.family;
            Ok(Type { kind: Kind::Number, dimensions: vec![], visibility: Visibility::Secret, member })
        }
        Operation::Random { .. } => Err(typing.error("random_bits takes between 1 and 127 bits")),
        Operation::Call(function) => typing.call(*function, &operands),
        Operation::OverRole(_, role) => typing.over_role(operands[0], *role),
        Operation::Part(size) => typing.part(operands[0], *size),
        Operation::Slice { from, to } => typing.slice(operands[0], *from, *to),
        Operation::Within(interval) => {
            interval_is_sound(interval, node.span)?;
            typing.within(operands[0])
        }
        Operation::Bits { width } => typing.bits(operands[0], *width),
        Operation::Number { .. } => typing.number(operands[0]),
        Operation::Join => typing.join_vectors(&operands),
        Operation::Circuit(id) => typing.circuit(*id, &operands),
        Operation::Argument(position) => Ok(scope.arguments[*position].clone()),
        Operation::Return => Ok(operands[0].clone()),
        Operation::Invoke(definition) => typing.invoke(*definition, &operands),
        Operation::Map { definition, each } => typing.map(*definition, each, &operands),
        Operation::Fold { definition, order, each, keeps } => {
            keeps.map_or(Ok(()), |interval| interval_is_sound(&interval, node.span))?;
            typing.fold(*definition, *order, each, &operands)
        }
        Operation::Repeat { definition, times, keeps } => {
            keeps.map_or(Ok(()), |interval| interval_is_sound(&interval, node.span))?;
            typing.repeat(*definition, *times, &operands)
        }
        Operation::Reveal { to, conditional, .. } => typing.reveal(operands[0], conditional.then(|| operands[1]), to),
        Operation::Output { .. } => typing.output(operands[0]),
        Operation::Assert { message } => typing.assert(operands[0], message),
        Operation::Held(_)
        | Operation::RandomScalar { .. }
        | Operation::Coin(_)
        | Operation::Generator(_)
        | Operation::DigestScalar(_)
        | Operation::AssertPoint { .. }
        | Operation::Keep { .. } => typing.on_curve(node, &operands),
    }
}

fn public(kind: Kind, dimensions: Vec<Dimension>) -> Type {
    Type { kind, dimensions, visibility: Visibility::Public, member: None }
}

pub(super) struct Typing<'a> {
    pub(super) instances: &'a Instances<'a>,
    pub(super) program: &'a Program,
    pub(super) scope: &'a Scope<'a>,
    pub(super) span: Span,
    pub(super) operands: &'a [NodeId],
}

impl Typing<'_> {
    fn parameter(&self, id: ParameterId) -> Result<Type, Diagnostic> {
        match self.program.parameters[id.0].kind {
            ParameterKind::Number { .. } => Ok(public(Kind::Number, vec![])),
            ParameterKind::List { .. } => Ok(public(Kind::Number, vec![Dimension::Length(id)])),
            ParameterKind::Bytes { .. } => Ok(public(Kind::Bytes, vec![])),
            ParameterKind::Scalar { curve, .. } => Ok(public(Kind::Scalar(curve), vec![])),
            ParameterKind::Roles { .. } => Err(self.error("a set of roles is no value")),
            ParameterKind::Structure => Err(self.error("a structure is no value: it says who can use what is kept")),
        }
    }

    pub(super) fn error(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.span, message)
    }

    fn call(&self, function: Function, operands: &[&Type]) -> Result<Type, Diagnostic> {
        if function.is_of_curves() || operands.iter().any(|operand| operand.kind.is_of_curves()) {
            return self.call_on_curves(function, operands);
        }
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
            Function::MatMul => self.matrix_product(operands),
            Function::Transpose => self.transposed(operands[0]),
            Function::Lookup => self.looked_up(operands[0], operands[1]),
            Function::ArgMin | Function::ArgMax => {
                let mut ty = self.along_the_last(function, operands)?;
                ty.dimensions.pop();
                Ok(ty)
            }
            Function::PrefixSum | Function::Sort | Function::SortBy => self.along_the_last(function, operands),
            Function::CountBy | Function::SumBy | Function::MinBy | Function::MaxBy | Function::HistogramBy => {
                self.grouped(function, operands)
            }
            Function::Select => {
                let ty = self.elementwise(operands)?;
                if operands[0].kind != Kind::Bit {
                    return Err(self.error("select chooses by a bit; the first operand is a number"));
                }
                let both_bits = operands[1].kind == Kind::Bit && operands[2].kind == Kind::Bit;
                operands[1..].iter().try_for_each(|operand| self.no_rational(operand))?;
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
            _ if function.is_wrapping() || function == Function::Round => self.with_literal(function, operands),
            Function::Quotient | Function::Remainder | Function::Root => self.numbers(operands),
            _ if function.is_approximate() => self.approximated(function, operands),
            Function::ShiftLeft | Function::ShiftRight | Function::Popcount => self.numbers(operands),
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

    /// Functions whose last operand is a number that is written out.
    fn with_literal(&self, function: Function, operands: &[&Type]) -> Result<Type, Diagnostic> {
        let (what, range) = match function {
            Function::Round => ("decimals", 0..=18),
            _ if function.is_approximate() => ("decimals", 0..=i128::from(MOST_DECIMALS)),
            _ => ("bits", 1..=128),
        };
        let (last, others) = (self.operands.len() - 1, &operands[..operands.len() - 1]);
        let fits = |l: &Literal| l.decimals == 0 && range.contains(&l.mantissa.as_i128());
        if !matches!(&self.scope.nodes[self.operands[last].0].operation, Operation::Literal(l) if fits(l)) {
            let (name, (least, most)) = (function.row().name, (range.start(), range.end()));
            let message = format!("the last operand of {name} is a number of {what} from {least} to {most}");
            return Err(self.error(message));
        }
        self.numbers(others)
    }

    /// A function whose decimals are those of its operand, or a number that is written out.
    fn approximated(&self, function: Function, operands: &[&Type]) -> Result<Type, Diagnostic> {
        match operands {
            [_] => self.numbers(operands),
            [_, _] => self.with_literal(function, operands),
            _ => Err(self.error(format!("{} takes a number, and how many decimals", function.row().name))),
        }
    }

    fn numbers(&self, operands: &[&Type]) -> Result<Type, Diagnostic> {
        let ty = self.elementwise(operands)?;
        if operands.iter().any(|operand| operand.kind != Kind::Number) {
            return Err(self.error("this takes numbers"));
        }
        Ok(ty)
    }

    /// The common shape, visibility and membership of operands that are combined element by element.
    pub(super) fn elementwise(&self, operands: &[&Type]) -> Result<Type, Diagnostic> {
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

    pub(super) fn join(&self, a: &Type, b: &Type) -> Result<Visibility, Diagnostic> {
        use Visibility::{Opened, Private, Public, Secret};
        match (&a.visibility, &b.visibility) {
            (Public, other) | (other, Public) => Ok(other.clone()),
            (Secret, Secret) => Ok(Secret),
            (Private(x), Private(y)) if x == y => Ok(Private(*x)),
            (Private(_), Secret) | (Secret, Private(_)) => {
                Err(self.error("a private value meets a secret one").hint("share the private value first: share(x)"))
            }
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

    pub(super) fn join_members(&self, a: Option<RoleId>, b: Option<RoleId>) -> Result<Option<RoleId>, Diagnostic> {
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
        self.no_private_rows("share")?;
        if operand.dimensions.iter().any(|d| self.is_private_size(*d)) {
            return Err(self
                .error("the length of this column is private, and sharing the column would disclose it")
                .hint("reduce it first (sum, count_by, sum_by, histogram_by), or declare the size without `private`"));
        }
        Ok(Type { visibility: Visibility::Secret, ..operand.clone() })
    }

    fn no_private_rows(&self, what: &str) -> Result<(), Diagnostic> {
        if self.scope.surroundings.private {
            let message = format!("{what} for each row of a column would disclose how many there are");
            return Err(self.error(message).hint("reduce the column first, or declare the size without `private`"));
        }
        Ok(())
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

    fn matrix_product(&self, operands: &[&Type]) -> Result<Type, Diagnostic> {
        let [left, right] = operands else { return Err(self.error("matmul takes two operands")) };
        self.no_rational(left)?;
        self.no_rational(right)?;
        let (&[rows, inner], &[same, columns]) = (left.dimensions.as_slice(), right.dimensions.as_slice()) else {
            return Err(self.error(format!(
                "matmul needs two tables: found {} and {}",
                self.shape(&left.dimensions),
                self.shape(&right.dimensions)
            )));
        };
        if inner != same {
            return Err(self
                .error(format!(
                    "the columns of the first table are the rows of the second: found {} and {}",
                    self.shape(&left.dimensions),
                    self.shape(&right.dimensions)
                ))
                .hint("a table times a column is a dot"));
        }
        if [rows, inner, columns].iter().any(|d| self.is_private_size(*d)) {
            return Err(self.error("matmul needs tables of sizes that everybody knows"));
        }
        let visibility = self.join(left, right)?;
        let member = self.join_members(left.member, right.member)?;
        Ok(Type { kind: Kind::Number, dimensions: vec![rows, columns], visibility, member })
    }

    fn transposed(&self, table: &Type) -> Result<Type, Diagnostic> {
        self.no_rational(table)?;
        let &[rows, columns] = table.dimensions.as_slice() else {
            let found = self.shape(&table.dimensions);
            return Err(self.error(format!("transpose needs a table [rows, columns]: found {found}")));
        };
        if [rows, columns].iter().any(|d| self.is_private_size(*d)) {
            return Err(self.error("transpose needs a table of sizes that everybody knows"));
        }
        Ok(Type { dimensions: vec![columns, rows], ..table.clone() })
    }

    fn looked_up(&self, table: &Type, index: &Type) -> Result<Type, Diagnostic> {
        self.no_rational(table)?;
        if index.kind != Kind::Number {
            return Err(self
                .error("lookup takes positions as whole numbers, from 0")
                .hint("a bit chooses with select"));
        }
        let &[length] = table.dimensions.as_slice() else {
            let found = self.shape(&table.dimensions);
            return Err(self
                .error(format!("lookup needs a column to look in, and positions: found {found} first"))
                .hint("of a table, a map looks up in each row"));
        };
        if index.dimensions.iter().chain([&length]).any(|d| self.is_private_size(*d)) {
            return Err(self.error("lookup needs columns of lengths that everybody knows"));
        }
        let visibility = self.join(table, index)?;
        let member = self.join_members(table.member, index.member)?;
        Ok(Type { kind: table.kind, dimensions: index.dimensions.clone(), visibility, member })
    }

    /// What gives each row of the last dimension another order, running sums, or a position in it.
    fn along_the_last(&self, function: Function, operands: &[&Type]) -> Result<Type, Diagnostic> {
        let name = function.row().name;
        operands.iter().try_for_each(|operand| self.no_rational(operand))?;
        if operands.iter().any(|operand| operand.dimensions.is_empty()) {
            return Err(self.error(format!("{name} needs a vector; this is a single value")));
        }
        if operands[0].kind != Kind::Number && function != Function::PrefixSum {
            return Err(self.error(format!("{name} puts numbers in order; these are bits")));
        }
        let ty = self.elementwise(operands)?;
        let last = operands[operands.len() - 1];
        let kind = if function == Function::PrefixSum { Kind::Number } else { last.kind };
        Ok(Type { kind, ..ty })
    }

    fn grouped(&self, function: Function, operands: &[&Type]) -> Result<Type, Diagnostic> {
        let name = function.row().name;
        let secretly = matches!(function, Function::CountBy | Function::SumBy);
        let rows: &[&Type] = match function {
            Function::CountBy => &operands[..1],
            _ => &operands[..2],
        };
        let ty = self.elementwise(rows)?;
        match ty.visibility {
            Visibility::Private(_) => {}
            Visibility::Secret if secretly => {}
            _ if secretly => return Err(self.error(format!("{name} works on private or secret columns"))),
            _ => return Err(self.error(format!("{name} works on private columns, in plain, before sharing"))),
        }
        if rows.iter().any(|r| r.dimensions.len() != 1 || r.kind != Kind::Number) {
            return Err(self.error(format!("{name} needs columns of numbers, all of the same length")));
        }
        let Some(groups) = self.count_of_groups() else {
            return Err(self
                .error(format!("the last operand of {name} is the number of groups: a parameter or a number"))
                .hint(format!("at least 1, at most {MOST_GROUPS}")));
        };
        let mut dimensions = vec![groups];
        if function == Function::HistogramBy {
            match operands[2].dimensions.as_slice() {
                [Dimension::Length(list)] if self.has_two_edges(*list) => dimensions.push(Dimension::Intervals(*list)),
                _ => return Err(self.error("the edges of a histogram are a list parameter of at least two numbers")),
            }
        }
        Ok(Type { kind: Kind::Number, dimensions, ..ty })
    }

    fn has_two_edges(&self, list: ParameterId) -> bool {
        matches!(self.program.parameters[list.0].kind, ParameterKind::List { least, .. } if least >= 2)
    }

    /// The dimension that the last operand, a public number, stands for.
    fn count_of_groups(&self) -> Option<Dimension> {
        let node = &self.scope.nodes[self.operands.last()?.0];
        match &node.operation {
            Operation::Parameter(id) => match self.program.parameters[id.0].kind {
                ParameterKind::Number { least: 1.., greatest: ..=MOST_GROUPS, .. } => Some(Dimension::Parameter(*id)),
                _ => None,
            },
            Operation::Literal(l) if l.decimals == 0 && l.mantissa > 0 && l.mantissa <= i128::from(MOST_GROUPS) => {
                Some(Dimension::Constant(l.mantissa.as_u64()))
            }
            _ => None,
        }
    }

    fn over_role(&self, operand: &Type, role: RoleId) -> Result<Type, Diagnostic> {
        self.no_rational(operand)?;
        if operand.member != Some(role) {
            return Err(
                self.error(format!("this is not a value of each member of {}", self.program.roles[role.0].name))
            );
        }
        if self.scope.surroundings.uneven {
            return Err(self
                .error("a map around runs through columns of the members, which can have different lengths")
                .hint("combine the members' values before or after the map"));
        }
        if operand.visibility != Visibility::Secret {
            return Err(self
                .error("the members' values must be shared before they are combined")
                .hint("write share(x)"));
        }
        let own = |d: &Dimension| matches!(d, Dimension::Size(s) if self.program.sizes[s.0].of.is_some());
        if operand.dimensions.iter().any(own) {
            return Err(self
                .error("the members' values can have different lengths")
                .hint("reduce them first, such as by sum"));
        }
        Ok(Type { kind: Kind::Number, member: None, ..operand.clone() })
    }

    fn part(&self, operand: &Type, size: SizeId) -> Result<Type, Diagnostic> {
        if operand.dimensions != [Dimension::Total(size)] || operand.member.is_some() {
            return Err(self.error(format!("part cuts a vector of [total {}]", self.program.sizes[size.0].name)));
        }
        Ok(Type { dimensions: vec![Dimension::Size(size)], member: self.program.sizes[size.0].of, ..operand.clone() })
    }

    fn slice(&self, operand: &Type, from: u64, to: Option<u64>) -> Result<Type, Diagnostic> {
        let mut dimensions = operand.dimensions.clone();
        let Some(last) = dimensions.pop() else {
            return Err(self.error("this is a single value, it has no positions"));
        };
        let end = to.unwrap_or(from.saturating_add(1));
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
        if matches!(to, Receivers::Roles(roles) if roles.is_empty()) {
            return Err(self.error("this names no role"));
        }
        if operand.kind.is_of_curves() {
            return Err(self
                .error(format!("a {} is not revealed", operand.kind))
                .hint("open it inside the protocol, and show it: output s = open(x)"));
        }
        if operand.visibility != Visibility::Secret {
            return Err(self
                .error("only a secret value is revealed")
                .hint("share it first, or use `output` for public arithmetic"));
        }
        self.no_member(operand)?;
        let visibility = if self.is_everybody(to) { Visibility::Public } else { Visibility::Opened(to.clone()) };
        let mut ty = Type { visibility, ..operand.clone() };
        if let Some(condition) = condition {
            self.no_member(condition)?;
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
        if operand.kind == Kind::Bytes {
            return Err(self.error("an output is a number, a scalar or a point; these are bytes"));
        }
        if operand.kind.is_of_curves() && operand.visibility == Visibility::Secret {
            return Err(self.error("an output is public; this scalar is secret").hint("open it: output s = open(x)"));
        }
        self.no_secret(operand, "an output")?;
        self.no_member(operand)?;
        Ok(operand.clone())
    }

    fn assert(&self, operand: &Type, message: &str) -> Result<Type, Diagnostic> {
        self.one_line(message)?;
        if operand.kind != Kind::Bit {
            return Err(self.error("assert takes a bit, such as a comparison"));
        }
        if matches!(operand.visibility, Visibility::Opened(_)) {
            return Err(self.error("only some roles know this value, so the others could not check it"));
        }
        Ok(operand.clone())
    }

    pub(super) fn one_line(&self, message: &str) -> Result<(), Diagnostic> {
        if message.chars().any(char::is_control) {
            return Err(self.error("a message is one line, without control characters"));
        }
        Ok(())
    }

    fn is_everybody(&self, to: &Receivers) -> bool {
        match to {
            Receivers::All => true,
            Receivers::Roles(roles) => roles.iter().collect::<HashSet<_>>().len() == self.program.roles.len(),
            Receivers::Parameter(_) => false,
        }
    }

    pub(super) fn no_rational(&self, ty: &Type) -> Result<(), Diagnostic> {
        if ty.kind == Kind::Rational { Err(self.error("quotients and blanks are for outputs alone")) } else { Ok(()) }
    }

    fn no_member(&self, ty: &Type) -> Result<(), Diagnostic> {
        match ty.member {
            None => Ok(()),
            Some(_) => Err(self.error("this is a value of each member").hint("combine them: sum_over(role, x)")),
        }
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

    pub(super) fn is_private_size(&self, dimension: Dimension) -> bool {
        matches!(dimension, Dimension::Size(s) if self.program.sizes[s.0].private)
    }

    pub(super) fn shape(&self, dimensions: &[Dimension]) -> String {
        if dimensions.is_empty() {
            return "a single value".into();
        }
        let names: Vec<String> = dimensions.iter().map(|d| crate::text::dimension(self.program, *d)).collect();
        format!("[{}]", names.join(", "))
    }
}
