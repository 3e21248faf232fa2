//! Node by node from the symbolic program to the bound one.

use std::sync::Arc;

use ethnum::I256;

use super::arguments::size_key;
use super::roles::Roles;
use super::{
    Arguments, BindError, BoundInput, BoundOperation, BoundProgram, Extent, Knowledge, ParameterValue, RoleIndex,
    Shape, Value, ValueId, View, ranges,
};
use crate::number::{Range, format_decimal, pow10, word_of};
use crate::program::{
    Bound, Diagnostic, Dimension, ElementType, Function, InputId, Interval, Kind, Literal, Node, NodeId, Operation,
    ParameterKind, Program, Receivers, Reduction, RoleId, SizeId, Span, Visibility,
};

/// The most decimals that products may reach: what 128 bits hold.
const MOST_DECIMALS: u32 = 38;

/// The most elements of a value: positions in it are 32-bit numbers in a plan.
const MOST_ELEMENTS: usize = u32::MAX as usize;

/// The most values, families written out: a short text must not fill the memory of who reads it.
const MOST_VALUES: usize = 1 << 20;

pub(super) fn bind(program: &Arc<Program>, arguments: &Arguments) -> Result<BoundProgram, BindError> {
    arguments.all_known(program)?;
    let counts: Vec<Option<u64>> = program
        .roles()
        .iter()
        .map(|role| role.count.map(|p| arguments.number(program, p)).transpose())
        .collect::<Result<_, _>>()?;
    let roles = Roles::new(program, &counts);
    let mut elaboration = Elaboration {
        program,
        arguments,
        roles,
        parameters: Vec::new(),
        inputs: Vec::new(),
        input_positions: Vec::new(),
        values: Vec::new(),
        placed: Vec::new(),
        random: 0,
    };
    elaboration.parameters()?;
    elaboration.inputs()?;
    for (position, node) in program.nodes().iter().enumerate() {
        let placed = elaboration.node(NodeId(position), node)?;
        elaboration.placed.push(placed);
    }
    let sizes = elaboration.sizes()?;
    Ok(BoundProgram {
        program: program.clone(),
        parameters: elaboration.parameters,
        sizes,
        inputs: elaboration.inputs,
        values: elaboration.values,
        roles: elaboration.roles.into_names(),
        ranges_enforced: false,
    })
}

struct Elaboration<'a> {
    program: &'a Program,
    arguments: &'a Arguments,
    roles: Roles,
    parameters: Vec<(String, ParameterValue)>,
    inputs: Vec<BoundInput>,
    /// By declared input: the positions of its members' inputs.
    input_positions: Vec<Vec<usize>>,
    values: Vec<Value>,
    /// By node: its value, or one value for each member of its family.
    placed: Vec<Vec<ValueId>>,
    random: usize,
}

impl Elaboration<'_> {
    fn parameters(&mut self) -> Result<(), BindError> {
        for (id, parameter) in self.program.parameters().iter().enumerate() {
            let id = crate::program::ParameterId(id);
            let value = self.arguments.value(self.program, id, &self.roles, |element, interval| {
                self.element(element, interval, parameter.span)
            })?;
            self.parameters.push((parameter.name.clone(), value));
        }
        Ok(())
    }

    fn inputs(&mut self) -> Result<(), BindError> {
        for (id, input) in self.program.inputs().iter().enumerate() {
            let (decimals, range) = self.element(input.element, input.interval, input.span)?;
            let mut positions = Vec::new();
            for role in self.roles.members(input.role) {
                let shape = self.shape(&input.dimensions, Some(role), input.span)?;
                positions.push(self.inputs.len());
                self.inputs.push(BoundInput {
                    role,
                    declaration: InputId(id),
                    name: format!("{}.{}", self.roles.names()[role.0], input.name),
                    shape,
                    decimals,
                    range,
                    is_bit: input.element == ElementType::Bit,
                    rounded: input.rounded,
                    asked: range.single().is_none(),
                });
            }
            self.input_positions.push(positions);
        }
        Ok(())
    }

    /// Decimals and range of an element type with its declared interval.
    fn element(&self, element: ElementType, interval: Option<Interval>, span: Span) -> Result<(u32, Range), BindError> {
        let (decimals, whole) = match element {
            ElementType::Bit => (0, Range::BIT),
            ElementType::Unsigned(bits) => (0, Range::unsigned(bits)),
            ElementType::Signed(bits) => (0, Range::signed(bits)),
            ElementType::Fixed(decimals) => {
                let decimals = self.bound(decimals, 0, span)?;
                if !Range::new(0, 18).contains(decimals) {
                    return Err(Diagnostic::new(span, "a fixed-point number has between 0 and 18 decimals").into());
                }
                (decimals.as_u32(), Range::signed(64))
            }
        };
        let Some(interval) = interval else { return Ok((decimals, whole)) };
        let high = self.bound(interval.high, decimals, span)?;
        let range = Range {
            low: self.bound(interval.low, decimals, span)?,
            high: if interval.inclusive { high } else { high - 1 },
        };
        if range.is_empty() {
            return Err(Diagnostic::new(span, "no number lies in this range").into());
        }
        let holds = if matches!(element, ElementType::Fixed(_)) { range.fits_word() } else { whole.covers(&range) };
        if !holds {
            return Err(Diagnostic::new(span, "the type cannot hold all of this range")
                .hint("choose a wider type")
                .into());
        }
        Ok((decimals, range))
    }

    /// A declared number as a mantissa with `decimals` decimals.
    fn bound(&self, bound: Bound, decimals: u32, span: Span) -> Result<I256, BindError> {
        let literal = match bound {
            Bound::Literal(literal) => literal,
            Bound::Parameter(id) => match self.program.parameters()[id.0].kind {
                ParameterKind::Number { .. } => Literal::integer(self.arguments.number(self.program, id)?),
                _ => return Err(Diagnostic::new(span, "only a number parameter can stand here").into()),
            },
        };
        scale(literal, decimals).ok_or_else(|| {
            Diagnostic::new(span, format!("{literal} has more decimals than its type, which has {decimals}")).into()
        })
    }

    fn shape(&self, dimensions: &[Dimension], member: Option<RoleIndex>, span: Span) -> Result<Shape, BindError> {
        let shape = dimensions.iter().map(|d| self.extent(*d, member)).collect::<Result<_, _>>().map(Shape)?;
        // A private extent never enters a plan, so such a table may be as large as its owner's memory.
        let private = shape.0.iter().any(|extent| matches!(extent, Extent::Private { .. }));
        if !private && shape.length().is_none_or(|length| length > MOST_ELEMENTS) {
            let message = format!("this can have more than {MOST_ELEMENTS} elements");
            return Err(Diagnostic::new(span, message).hint("narrow the sizes that it has").into());
        }
        Ok(shape)
    }

    fn extent(&self, dimension: Dimension, member: Option<RoleIndex>) -> Result<Extent, BindError> {
        let shown = |length: u64| Extent::Known { length: length as usize, shown: true };
        match dimension {
            Dimension::Constant(n) => Ok(shown(n)),
            Dimension::Parameter(p) => {
                let length = self.arguments.number(self.program, p)? as usize;
                Ok(Extent::Known { length, shown: length != 1 })
            }
            Dimension::Length(p) | Dimension::Intervals(p) => {
                let length = match self.parameters.get(p.0) {
                    Some((_, ParameterValue::List { mantissas, .. })) => mantissas.len() as u64,
                    _ => 1,
                };
                Ok(shown(if matches!(dimension, Dimension::Length(_)) { length } else { length - 1 }))
            }
            Dimension::Size(s) => {
                let size = &self.program.sizes()[s.0];
                if size.private {
                    return Ok(Extent::Private { least: size.least, greatest: size.greatest });
                }
                let member = size.of.and(member).map(|m| self.roles.names()[m.0].as_str());
                self.arguments.size(size, member).map(shown)
            }
            Dimension::Total(s) => self.pieces(s)?.last().map_or(Ok(shown(0)), |piece| Ok(shown(piece.1 as u64))),
        }
    }

    /// The pieces `from..to` into which a size cuts a vector, by member.
    fn pieces(&self, size: SizeId) -> Result<Vec<(usize, usize)>, BindError> {
        let size = &self.program.sizes()[size.0];
        let Some(role) = size.of else { return Ok(Vec::new()) };
        let mut pieces = Vec::new();
        let mut from = 0;
        for member in self.roles.members(role) {
            let to = from + self.arguments.size(size, Some(&self.roles.names()[member.0]))? as usize;
            pieces.push((from, to));
            from = to;
        }
        Ok(pieces)
    }

    fn sizes(&self) -> Result<Vec<(String, u64)>, BindError> {
        let mut sizes = Vec::new();
        for size in self.program.sizes().iter().filter(|s| !s.private) {
            let members: Vec<Option<&str>> = match size.of {
                None => vec![None],
                Some(role) => self.roles.members(role).map(|m| Some(self.roles.names()[m.0].as_str())).collect(),
            };
            for member in members {
                sizes.push((size_key(&size.name, member), self.arguments.size(size, member)?));
            }
        }
        Ok(sizes)
    }

    /// The members for which a node has a value each: of its family, or one value for all.
    fn members(&self, node: &Node) -> Vec<Option<RoleIndex>> {
        match node.ty.member {
            None => vec![None],
            Some(role) => self.roles.members(role).map(Some).collect(),
        }
    }

    fn node(&mut self, id: NodeId, node: &Node) -> Result<Vec<ValueId>, BindError> {
        match &node.operation {
            Operation::OverRole(reduction, _) => self.over_role(node, *reduction).map(|v| vec![v]),
            Operation::Part(size) => self.part(node, *size),
            _ => {
                let members = self.members(node);
                members.into_iter().enumerate().map(|(i, member)| self.member(id, node, i, member)).collect()
            }
        }
    }

    fn operand(&self, node: &Node, operand: usize, member: usize) -> ValueId {
        let values = &self.placed[node.operands[operand].0];
        // A value that is not a member's own is the same for all.
        values[if values.len() == 1 { 0 } else { member }]
    }

    fn member(
        &mut self,
        id: NodeId,
        node: &Node,
        index: usize,
        member: Option<RoleIndex>,
    ) -> Result<ValueId, BindError> {
        let operands: Vec<ValueId> = (0..node.operands.len()).map(|o| self.operand(node, o, index)).collect();
        match &node.operation {
            Operation::Input(input) => {
                let position = self.input_positions[input.0][index];
                let BoundInput { decimals, range, .. } = self.inputs[position];
                self.place(node, BoundOperation::Input(position), vec![], decimals, range, member)
            }
            Operation::Parameter(parameter) => {
                let (words, decimals, range) = constants(&self.parameters[parameter.0].1);
                self.place(node, BoundOperation::Constant(words), vec![], decimals, range, member)
            }
            Operation::Literal(l) => {
                let range = Range::exactly(l.mantissa);
                self.place(node, BoundOperation::Constant(vec![word_of(l.mantissa)]), vec![], l.decimals, range, member)
            }
            Operation::Random { bits } => {
                let operation = BoundOperation::Random { bits: *bits, entry: self.random };
                self.random += 1;
                self.place(node, operation, vec![], 0, Range::unsigned(*bits), member)
            }
            Operation::Call(function) => self.call(node, *function, operands, member),
            Operation::Slice { from, to } => {
                let (from, to) = (*from as usize, to.map_or(*from as usize + 1, |to| to as usize));
                self.like_first(node, BoundOperation::View(View::slice(from, to)), operands, member)
            }
            Operation::Within(interval) => {
                let decimals = self.values[operands[0].0].decimals;
                let inside = self.element_range(*interval, decimals, node.span)?;
                let before = self.values[operands[0].0].range;
                let range = Range { low: inside.low.max(before.low), high: inside.high.min(before.high) };
                if range.is_empty() {
                    let message =
                        format!("no value passes: {before:?} and {inside:?} (in units of the last decimal) are apart");
                    return Err(Diagnostic::new(node.span, message).into());
                }
                self.place(node, BoundOperation::Within, operands, decimals, range, member)
            }
            Operation::Reveal { name, to, .. } => {
                let operation = BoundOperation::Reveal { name: name.clone(), receivers: self.receivers(to) };
                self.like_first(node, operation, operands, member)
            }
            Operation::Output { name } => {
                self.like_first(node, BoundOperation::Output { name: name.clone() }, operands, member)
            }
            Operation::Assert { message } => {
                self.like_first(node, BoundOperation::Assert { message: message.clone() }, operands, member)
            }
            Operation::OverRole(..) | Operation::Part(_) => Ok(self.placed[id.0][0]),
        }
    }

    fn element_range(&self, interval: Interval, decimals: u32, span: Span) -> Result<Range, BindError> {
        let high = self.bound(interval.high, decimals, span)?;
        let range = Range {
            low: self.bound(interval.low, decimals, span)?,
            high: if interval.inclusive { high } else { high - 1 },
        };
        if range.is_empty() { Err(Diagnostic::new(span, "no number lies in this range").into()) } else { Ok(range) }
    }

    fn like_first(
        &mut self,
        node: &Node,
        operation: BoundOperation,
        operands: Vec<ValueId>,
        member: Option<RoleIndex>,
    ) -> Result<ValueId, BindError> {
        let Value { decimals, range, .. } = self.values[operands[0].0];
        self.place(node, operation, operands, decimals, range, member)
    }

    fn call(
        &mut self,
        node: &Node,
        function: Function,
        operands: Vec<ValueId>,
        member: Option<RoleIndex>,
    ) -> Result<ValueId, BindError> {
        let first = self.values[operands[0].0].clone();
        match function {
            Function::Share => self.like_first(node, BoundOperation::Share, operands, member),
            Function::Sum => {
                let (least, most) = extent_bounds(first.shape.0.last());
                let range = self.fits(node, first.range.sum_of(least, most), &operands)?;
                self.place(node, BoundOperation::Sum, operands, first.decimals, range, member)
            }
            Function::Dot => {
                let second = self.values[operands[1].0].clone();
                let (least, most) = extent_bounds(first.shape.0.last());
                let range = first.range.mul(&second.range).and_then(|r| r.sum_of(least, most));
                let range = self.fits(node, range, &operands)?;
                let decimals = self.decimals(node, first.decimals + second.decimals)?;
                self.place(node, BoundOperation::Dot, operands, decimals, range, member)
            }
            Function::CountBy | Function::SumBy | Function::MinBy | Function::MaxBy | Function::HistogramBy => {
                self.grouped(node, function, operands, member)
            }
            _ => self.elementwise(node, function, operands, member),
        }
    }

    fn grouped(
        &mut self,
        node: &Node,
        function: Function,
        operands: Vec<ValueId>,
        member: Option<RoleIndex>,
    ) -> Result<ValueId, BindError> {
        let groups = match self.values[operands[operands.len() - 1].0].range.single() {
            Some(groups) => groups.as_usize(),
            None => return Err(Diagnostic::new(node.span, "the number of groups is not fixed").into()),
        };
        let group = &self.values[operands[0].0];
        if !Range::new(0, groups as i64 - 1).covers(&group.range) || group.decimals > 0 {
            let message =
                format!("the grouping column holds {:?}; with {groups} groups it must lie in 0..{groups}", group.range);
            return Err(Diagnostic::new(node.span, message).hint("declare the input as: u16 in 0..groups").into());
        }
        let (_, most) = extent_bounds(group.shape.0.last());
        let counts = Range::new(0, most as i64);
        let value = self.values[operands[1].0].clone();
        let (operation, range, decimals) = match function {
            Function::CountBy => (BoundOperation::CountBy { groups }, Some(counts), 0),
            Function::SumBy => (BoundOperation::SumBy { groups }, value.range.sum_of(0, most), value.decimals),
            Function::HistogramBy => {
                let edges = self.edges(node, operands[2], &value)?;
                let signed = value.range.is_signed() || self.values[operands[2].0].range.is_signed();
                (BoundOperation::HistogramBy { groups, edges, signed }, Some(counts), 0)
            }
            _ => {
                let greatest = function == Function::MaxBy;
                let empty = word_of(if greatest { value.range.low } else { value.range.high });
                (BoundOperation::ExtremeBy { groups, greatest, empty }, Some(value.range), value.decimals)
            }
        };
        let range = self.fits(node, range, &operands)?;
        let columns = if function == Function::CountBy { 1 } else { 2 };
        self.place(node, operation, operands[..columns].to_vec(), decimals, range, member)
    }

    /// The edges of a histogram with the decimals of the counted column.
    fn edges(&self, node: &Node, list: ValueId, counted: &Value) -> Result<Vec<u128>, BindError> {
        let list = &self.values[list.0];
        let BoundOperation::Constant(words) = &list.operation else {
            return Err(Diagnostic::new(node.span, "the edges of a histogram are a list parameter").into());
        };
        if list.decimals > counted.decimals {
            return Err(Diagnostic::new(node.span, "the edges have more decimals than the values").into());
        }
        let factor = pow10(counted.decimals - list.decimals);
        let scaled = list.range.mul(&Range::exactly(factor));
        // Edges and values are compared as words of one reading.
        if !scaled.is_some_and(|edges| edges.union(&counted.range).fits_word()) {
            return Err(Diagnostic::new(node.span, "edges and values do not fit 128 bits together").into());
        }
        Ok(words.iter().map(|w| w.wrapping_mul(word_of(factor))).collect())
    }

    fn elementwise(
        &mut self,
        node: &Node,
        function: Function,
        mut operands: Vec<ValueId>,
        member: Option<RoleIndex>,
    ) -> Result<ValueId, BindError> {
        use Function as F;
        let rational =
            node.ty.kind == Kind::Rational || operands.iter().any(|o| self.values[o.0].kind == Kind::Rational);
        if rational {
            return self.place(node, BoundOperation::Elementwise(function), operands, 0, Range::BIT, member);
        }
        if matches!(function, F::And | F::Or | F::Xor) && node.ty.kind == Kind::Number {
            let whole = |v: &Value| v.decimals == 0 && !v.range.is_signed();
            if !operands.iter().all(|o| whole(&self.values[o.0])) {
                return Err(Diagnostic::new(node.span, "bit by bit works on integers that are not negative").into());
            }
        }
        let aligned = match function {
            F::Add | F::Sub | F::Min | F::Max | F::Lt | F::Le | F::Gt | F::Ge | F::Eq | F::Ne => 0,
            F::Select => 1,
            _ => operands.len(),
        };
        let decimals = operands[aligned..].iter().map(|o| self.values[o.0].decimals).max();
        if let Some(decimals) = decimals {
            for operand in &mut operands[aligned..] {
                *operand = self.rescaled(node, *operand, decimals)?;
            }
        }
        let decimals = match function {
            _ if node.ty.kind == Kind::Bit => 0,
            F::Mul => self.decimals(node, self.values[operands[0].0].decimals + self.values[operands[1].0].decimals)?,
            _ => decimals.unwrap_or(self.values[operands[0].0].decimals),
        };
        let operand_ranges: Vec<&Range> = operands.iter().map(|o| &self.values[o.0].range).collect();
        let same = operands.len() == 2 && operands[0] == operands[1];
        let range = ranges::elementwise(function, &operand_ranges, same, node.ty.kind);
        let range = self.fits(node, range, &operands)?;
        self.place(node, BoundOperation::Elementwise(function), operands, decimals, range, member)
    }

    /// The value with more decimals: an exact multiplication.
    fn rescaled(&mut self, node: &Node, operand: ValueId, decimals: u32) -> Result<ValueId, BindError> {
        let value = self.values[operand.0].clone();
        if value.decimals == decimals {
            return Ok(operand);
        }
        let factor = pow10(decimals - value.decimals);
        let range = self.fits(node, value.range.mul(&Range::exactly(factor)), &[operand])?;
        let operation = match &value.operation {
            BoundOperation::Constant(words) => {
                BoundOperation::Constant(words.iter().map(|w| w.wrapping_mul(word_of(factor))).collect())
            }
            _ => BoundOperation::Rescale(word_of(factor)),
        };
        let operands = if matches!(operation, BoundOperation::Constant(_)) { vec![] } else { vec![operand] };
        self.values.push(Value { operation, operands, decimals, range, kind: Kind::Number, ..value });
        Ok(ValueId(self.values.len() - 1))
    }

    fn over_role(&mut self, node: &Node, reduction: Reduction) -> Result<ValueId, BindError> {
        let members = self.placed[node.operands[0].0].clone();
        let operand_ranges: Vec<&Range> = members.iter().map(|v| &self.values[v.0].range).collect();
        let range = self.fits(node, ranges::fold(reduction, &operand_ranges), &members)?;
        let decimals = self.values[members[0].0].decimals;
        self.place(node, BoundOperation::Fold(reduction), members, decimals, range, None)
    }

    fn part(&mut self, node: &Node, size: SizeId) -> Result<Vec<ValueId>, BindError> {
        let operand = self.placed[node.operands[0].0][0];
        let Value { decimals, range, .. } = self.values[operand.0];
        let members = self.members(node);
        let pieces = self.pieces(size)?;
        pieces
            .into_iter()
            .zip(members)
            .map(|((from, to), member)| {
                let view = BoundOperation::View(View::slice(from, to));
                self.place(node, view, vec![operand], decimals, range, member)
            })
            .collect()
    }

    fn place(
        &mut self,
        node: &Node,
        operation: BoundOperation,
        operands: Vec<ValueId>,
        decimals: u32,
        range: Range,
        member: Option<RoleIndex>,
    ) -> Result<ValueId, BindError> {
        if self.values.len() >= MOST_VALUES {
            return Err(Diagnostic::new(node.span, format!("the program has more than {MOST_VALUES} values")).into());
        }
        let shape = self.shape(&node.ty.dimensions, member, node.span)?;
        let knowledge = match &node.ty.visibility {
            Visibility::Public => Knowledge::Public,
            Visibility::Secret => Knowledge::Secret,
            Visibility::Opened(to) => Knowledge::Opened(self.receivers(to)),
            // Of a family each member its own; of a single role (also where its value is cut into
            // pieces for the members of a family) that role.
            Visibility::Private(role) => Knowledge::Private(self.owner(*role, member)),
        };
        let kind = node.ty.kind;
        self.values.push(Value { operation, operands, kind, decimals, range, shape, knowledge, span: node.span });
        Ok(ValueId(self.values.len() - 1))
    }

    fn owner(&self, role: RoleId, member: Option<RoleIndex>) -> RoleIndex {
        let mut members = self.roles.members(role);
        let first = members.next().unwrap_or(RoleIndex(0));
        member.filter(|m| *m == first || members.any(|other| other == *m)).unwrap_or(first)
    }

    fn receivers(&self, to: &Receivers) -> Vec<RoleIndex> {
        let mut roles: Vec<RoleIndex> = match to {
            Receivers::All => (0..self.roles.names().len()).map(RoleIndex).collect(),
            Receivers::Roles(ids) => ids.iter().flat_map(|id| self.roles.members(*id)).collect(),
            Receivers::Parameter(p) => match &self.parameters[p.0].1 {
                ParameterValue::Roles(roles, _) => roles.clone(),
                _ => Vec::new(),
            },
        };
        roles.sort_unstable();
        roles.dedup();
        roles
    }

    fn decimals(&self, node: &Node, decimals: u32) -> Result<u32, BindError> {
        if decimals <= MOST_DECIMALS {
            return Ok(decimals);
        }
        Err(Diagnostic::new(
            node.span,
            format!("the product would have {decimals} decimals; at most {MOST_DECIMALS} fit"),
        )
        .into())
    }

    /// The range, if every value in it fits 128 bits; otherwise the error with the path that leads there.
    fn fits(&self, node: &Node, range: Option<Range>, operands: &[ValueId]) -> Result<Range, BindError> {
        if let Some(range) = range
            && range.fits_word()
        {
            return Ok(range);
        }
        let mut path: Vec<String> = Vec::new();
        for operand in operands {
            let value = &self.values[operand.0];
            let (low, high) =
                (format_decimal(value.range.low, value.decimals), format_decimal(value.range.high, value.decimals));
            path.push(format!("line {} gives {low}..={high}", value.span.line));
        }
        let example = range.map_or_else(
            || "beyond 256 bits".to_owned(),
            |r| format!("as far as {}", if r.high > -r.low { r.high } else { r.low }),
        );
        let message = format!("this can overflow 128 bits: {}; the result reaches {example}", path.join(", "));
        Err(Diagnostic::new(node.span, message)
            .hint("narrow the ranges of the inputs, or the sizes they are added up over")
            .into())
    }
}

fn scale(literal: Literal, decimals: u32) -> Option<I256> {
    (literal.decimals <= decimals).then(|| literal.mantissa.checked_mul(pow10(decimals - literal.decimals))).flatten()
}

fn extent_bounds(extent: Option<&Extent>) -> (u64, u64) {
    match extent {
        Some(Extent::Known { length, .. }) => (*length as u64, *length as u64),
        Some(Extent::Private { least, greatest }) => (*least, *greatest),
        None => (1, 1),
    }
}

fn constants(value: &ParameterValue) -> (Vec<u128>, u32, Range) {
    match value {
        ParameterValue::Number(n) => (vec![u128::from(*n)], 0, Range::exactly(*n)),
        ParameterValue::List { mantissas, decimals } => {
            let range = Range {
                low: mantissas.iter().copied().min().unwrap_or_default(),
                high: mantissas.iter().copied().max().unwrap_or_default(),
            };
            (mantissas.iter().map(|m| word_of(*m)).collect(), *decimals, range)
        }
        ParameterValue::Roles(..) => (Vec::new(), 0, Range::exactly(0)),
    }
}
