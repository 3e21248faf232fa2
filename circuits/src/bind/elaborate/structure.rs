//! Uses of definitions: once, for each element, in a tree, step by step.

use super::frame::{Frame, Placed, lift_of};
use super::lifting::{known, natural_axes};
use super::{BindError, Elaboration};
use crate::bind::{BoundOperation, Extent, Shape, Value, View};
use crate::number::{Range, pow10};
use crate::program::check::{MOST_STEPS, Surroundings};
use crate::program::{
    Bound, DefinitionId, Diagnostic, Interval, Node, NodeId, Operation, Order, ParameterKind, Span, Type,
};

/// A use of a definition.
struct Use<'a> {
    definition: DefinitionId,
    /// The frame that it stands in.
    lifts: &'a [Vec<Extent>],
    surroundings: Surroundings,
    span: Span,
}

impl Use<'_> {
    fn lift(&self, member: usize) -> &[Extent] {
        lift_of(self.lifts, member)
    }
}

/// A value with its type, as an operand of a definition.
#[derive(Clone)]
struct Typed {
    placed: Placed,
    ty: Type,
}

impl Elaboration<'_> {
    pub(super) fn structure(
        &mut self,
        frame: &Frame<'_>,
        id: NodeId,
        node: &Node,
        operands: &[Placed],
    ) -> Result<Placed, BindError> {
        let typed: Vec<Typed> = node
            .operands
            .iter()
            .zip(operands)
            .map(|(id, placed)| Typed { placed: placed.clone(), ty: frame.types[id.0].clone() })
            .collect();
        let span = frame.place_of(node);
        let of =
            |definition: DefinitionId| Use { definition, lifts: frame.lifts, surroundings: frame.surroundings, span };
        match &node.operation {
            Operation::Map { definition, each } => self.map(&of(*definition), &frame.types[id.0], each, typed),
            Operation::Fold { definition, order: Order::Associative, each, keeps } => {
                self.tree(&of(*definition), each, typed, *keeps)
            }
            Operation::Fold { definition, each, keeps, .. } => self.sequence(&of(*definition), each, typed, *keeps),
            Operation::Repeat { definition, times, keeps } => {
                let times = self.times(*times, span)?;
                self.steps(&of(*definition), typed[0].clone(), times, *keeps, |_, _| Ok(typed[1..].to_vec()))
            }
            Operation::Invoke(definition) => self.apply(&of(*definition), &typed),
            _ => Err(Diagnostic::new(span, "this uses no function").into()),
        }
    }

    fn apply(&mut self, of: &Use<'_>, operands: &[Typed]) -> Result<Placed, BindError> {
        let placed: Vec<Placed> = operands.iter().map(|o| o.placed.clone()).collect();
        let types: Vec<Type> = operands.iter().map(|o| o.ty.clone()).collect();
        self.instance(of.definition, &placed, &types, of.lifts, of.surroundings, of.span)
    }

    /// The body once, on values lifted over the dimension that is run through.
    fn map(&mut self, of: &Use<'_>, ty: &Type, each: &[bool], operands: Vec<Typed>) -> Result<Placed, BindError> {
        let types: Vec<&Type> = operands.iter().map(|o| &o.ty).collect();
        let surroundings = of.surroundings.of_map(self.program, each, &types, of.span)?;
        let depth = self.depth(of, &operands);
        let members = self.members(ty).len();
        let mut lifts: Vec<Vec<Extent>> = Vec::with_capacity(members);
        for member in 0..members {
            let mut lift = of.lift(member)[..depth].to_vec();
            let run = operands.iter().zip(each).find(|(_, each)| **each).map(|(o, _)| &o.placed);
            lift.extend(run.map(|run| self.value(run.of(member)).shape.0[run.depth]));
            lifts.push(lift);
        }
        let mut arguments = Vec::with_capacity(operands.len());
        for (mut operand, each) in operands.into_iter().zip(each) {
            if *each {
                operand.placed = self.spread(of, &operand.placed, depth, members)?;
                operand.placed.depth += 1;
                operand.ty.dimensions.remove(0);
            }
            arguments.push(operand);
        }
        let inner = Use { lifts: &lifts, surroundings, ..*of };
        let result = self.apply(&inner, &arguments)?;
        // A result that is the same for all elements is repeated for each.
        let mut whole = self.spread(&inner, &result, depth + 1, members)?;
        whole.depth = depth;
        Ok(whole)
    }

    /// How many of the extents of the `map`s around the use of a definition is lifted over: those that its operands
    /// depend on, or all if random numbers are drawn, of which every element has its own.
    fn depth(&self, of: &Use<'_>, operands: &[Typed]) -> usize {
        let operands = operands.iter().map(|o| o.placed.depth).max().unwrap_or(0);
        if self.draws[of.definition.0] { of.lift(0).len() } else { operands }
    }

    /// The value with all of the first `depth` extents in front of its own.
    fn spread(&mut self, of: &Use<'_>, placed: &Placed, depth: usize, members: usize) -> Result<Placed, BindError> {
        if placed.depth == depth {
            return Ok(placed.clone());
        }
        let mut values = Vec::with_capacity(members);
        for member in 0..members {
            let value = placed.of(member);
            let own = self.value(value).shape.0[placed.depth..].to_vec();
            values.push(self.raised((value, placed.depth), &of.lift(member)[..depth], &own, of.span)?);
        }
        Ok(Placed { values, depth })
    }

    /// Neighbours are combined, level by level. The last of an odd number is set aside: what was set aside stands
    /// right of everything else, later ones left of earlier ones.
    fn tree(
        &mut self,
        of: &Use<'_>,
        each: &[bool],
        operands: Vec<Typed>,
        keeps: Option<Interval>,
    ) -> Result<Placed, BindError> {
        let mut length = self.run_length(of, each, &operands)?;
        let mut element = operands[0].ty.clone();
        element.dimensions.remove(0);
        let others = &operands[1..];
        let decimals = self.value(operands[0].placed.of(0)).decimals;
        self.keeps_its_range(of, &element, (&operands[0], decimals), others, keeps)?;
        let depth = self.depth(of, &operands);
        let members = operands[0].placed.values.len();
        let mut rest = self.spread(of, &operands[0].placed, depth, members)?;
        let mut aside: Option<Placed> = None;
        while length > 1 {
            let pairs = length / 2;
            let left = self.strided(&rest, 0, 2, Some(pairs), of.span)?;
            let right = self.strided(&rest, 1, 2, Some(pairs), of.span)?;
            if length % 2 == 1 {
                let last = self.strided(&rest, length - 1, 1, None, of.span)?;
                aside = Some(match aside {
                    Some(aside) => self.pair(of, &element, last, aside, others)?,
                    None => last,
                });
            }
            rest = self.level(of, &element, [left, right], others, pairs)?;
            length = pairs;
        }
        let whole = self.strided(&rest, 0, 1, None, of.span)?;
        match aside {
            Some(aside) => self.pair(of, &element, whole, aside, others),
            None => Ok(whole),
        }
    }

    fn pair(
        &mut self,
        of: &Use<'_>,
        element: &Type,
        left: Placed,
        right: Placed,
        others: &[Typed],
    ) -> Result<Placed, BindError> {
        let typed = |placed| Typed { placed, ty: element.clone() };
        let mut operands = vec![typed(left), typed(right)];
        operands.extend_from_slice(others);
        self.apply(of, &operands)
    }

    /// One level of the tree, on halves that are lifted over the number of pairs.
    fn level(
        &mut self,
        of: &Use<'_>,
        element: &Type,
        halves: [Placed; 2],
        others: &[Typed],
        pairs: usize,
    ) -> Result<Placed, BindError> {
        let depth = halves[0].depth;
        let pairs = Extent::Known { length: pairs, shown: true };
        let lifts: Vec<Vec<Extent>> =
            of.lifts.iter().map(|lift| lift[..depth].iter().copied().chain([pairs]).collect()).collect();
        let [left, right] = halves.map(|half| Placed { depth: depth + 1, ..half });
        let members = left.values.len();
        let inner = Use { lifts: &lifts, ..*of };
        let result = self.pair(&inner, element, left, right, others)?;
        let mut whole = self.spread(&inner, &result, depth + 1, members)?;
        whole.depth = depth;
        Ok(whole)
    }

    /// Elements `from`, `from + stride`, … along the first own dimension: `count` of them, or a single one whose
    /// dimension is dropped.
    fn strided(
        &mut self,
        placed: &Placed,
        from: usize,
        stride: usize,
        count: Option<usize>,
        span: Span,
    ) -> Result<Placed, BindError> {
        let mut values = Vec::with_capacity(placed.values.len());
        for value in &placed.values {
            let mut axes = natural_axes(&self.lengths(*value, span)?);
            let mut extents = self.value(*value).shape.0.clone();
            let (_, step) = axes[placed.depth];
            match count {
                Some(count) => {
                    axes[placed.depth] = (count, stride * step);
                    extents[placed.depth] = Extent::Known { length: count, shown: true };
                }
                None => {
                    axes.remove(placed.depth);
                    extents.remove(placed.depth);
                }
            }
            values.push(self.view(*value, View { offset: from * step, axes }, Shape(extents), span)?);
        }
        Ok(Placed { values, depth: placed.depth })
    }

    /// How many elements are run through; the same for all members.
    fn run_length(&self, of: &Use<'_>, each: &[bool], operands: &[Typed]) -> Result<usize, BindError> {
        let runs = operands.iter().zip(each).filter(|(_, each)| **each).map(|(o, _)| &o.placed);
        let extents = runs.flat_map(|run| run.values.iter().map(|v| self.value(*v).shape.0.get(run.depth)));
        let lengths: Option<Vec<usize>> = extents.map(|extent| extent.and_then(known)).collect();
        match lengths.as_deref() {
            Some([first, rest @ ..]) if *first > 0 && rest.iter().all(|other| other == first) => Ok(*first),
            Some([0, ..]) => Err(Diagnostic::new(of.span, "there is nothing to fold: the vector can be empty")
                .hint("declare its size with a least value of 1")
                .into()),
            _ => Err(Diagnostic::new(of.span, "the members' columns have different lengths").into()),
        }
    }

    fn sequence(
        &mut self,
        of: &Use<'_>,
        each: &[bool],
        operands: Vec<Typed>,
        keeps: Option<Interval>,
    ) -> Result<Placed, BindError> {
        let length = self.run_length(of, each, &operands[1..])?;
        if length as u64 > MOST_STEPS {
            let message = format!("a sequential fold of {length} steps; at most {MOST_STEPS} are written out");
            return Err(Diagnostic::new(of.span, message)
                .hint("an associative fold has no such limit; or lower the greatest size")
                .into());
        }
        let arguments = |this: &mut Self, step: usize| {
            let element = |(operand, each): (&Typed, &bool)| {
                let mut operand = operand.clone();
                if *each {
                    operand.placed = this.strided(&operand.placed, step, 1, None, of.span)?;
                    operand.ty.dimensions.remove(0);
                }
                Ok(operand)
            };
            operands[1..].iter().zip(each).map(element).collect()
        };
        self.steps(of, operands[0].clone(), length, keeps, arguments)
    }

    fn steps(
        &mut self,
        of: &Use<'_>,
        mut state: Typed,
        times: usize,
        keeps: Option<Interval>,
        mut arguments: impl FnMut(&mut Self, usize) -> Result<Vec<Typed>, BindError>,
    ) -> Result<Placed, BindError> {
        let start = state.clone();
        for step in 0..times {
            let others = arguments(self, step)?;
            let mut operands = vec![state.clone()];
            operands.extend_from_slice(&others);
            let types: Vec<Type> = operands.iter().map(|o| o.ty.clone()).collect();
            state.placed = self.apply(of, &operands)?;
            if let Some(ty) = self.instances.of(of.definition, &types, of.surroundings, of.span)?.last() {
                state.ty = ty.clone();
            }
            if step == 0 {
                let decimals = self.value(state.placed.of(0)).decimals;
                self.settles(of, &state, &others, decimals)?;
                self.keeps_its_range(of, &state.ty.clone(), (&start, decimals), &others, keeps)?;
            }
        }
        Ok(state.placed)
    }

    /// Refuses a step that makes decimals grow: there would be no end to it.
    fn settles(&mut self, of: &Use<'_>, state: &Typed, others: &[Typed], decimals: u32) -> Result<(), BindError> {
        let result = self.tried(|this| {
            let mut operands = vec![state.clone()];
            operands.extend_from_slice(others);
            let next = this.apply(of, &operands)?;
            Ok(this.value(next.of(0)).decimals)
        });
        match result {
            Ok(next) if next > decimals => Err(Diagnostic::new(of.span, "every step adds decimals").into()),
            // An overflow in a later step is found where it happens, if there is such a step.
            _ => Ok(()),
        }
    }

    /// Checks the range that is declared for every intermediate result, by induction: the first is in it, and a
    /// step from within it stays in it. Intermediate results have so many decimals; the first may have fewer.
    fn keeps_its_range(
        &mut self,
        of: &Use<'_>,
        ty: &Type,
        (first, decimals): (&Typed, u32),
        others: &[Typed],
        keeps: Option<Interval>,
    ) -> Result<(), BindError> {
        let Some(interval) = keeps else { return Ok(()) };
        let tree = first.ty.dimensions.len() > ty.dimensions.len();
        let (inside, reached) = self.tried(|this| {
            let inside = this.element_range(interval, decimals, of.span)?;
            let mut reached = this.reached(&first.placed, decimals, of.span)?;
            let state = Typed { placed: this.stand_in(ty, &first.placed, inside, decimals, tree)?, ty: ty.clone() };
            let mut operands = if tree { vec![state.clone(), state] } else { vec![state] };
            operands.extend_from_slice(others);
            let next = this.apply(of, &operands)?;
            reached = reached.union(&this.reached(&next, decimals, of.span)?);
            Ok((inside, reached))
        })?;
        if inside.covers(&reached) {
            return Ok(());
        }
        let message = format!(
            "the range is not kept: a step from {inside:?} can reach {reached:?} (in units of the last decimal)"
        );
        Err(Diagnostic::new(of.span, message).hint("widen the range, or keep to it with min and max").into())
    }

    /// The range of the values of all members, as mantissas with so many decimals.
    fn reached(&self, placed: &Placed, decimals: u32, span: Span) -> Result<Range, BindError> {
        let aligned = |value: &Value| {
            let more = decimals.checked_sub(value.decimals)?;
            value.range.mul(&Range::exactly(pow10(more)))
        };
        let ranges = placed.values.iter().map(|value| aligned(self.value(*value)));
        let all = ranges.reduce(|a, b| Some(a?.union(&b?))).flatten();
        all.ok_or_else(|| Diagnostic::new(span, "every step adds decimals").into())
    }

    /// A value of which nothing but the range is known.
    fn stand_in(
        &mut self,
        ty: &Type,
        like: &Placed,
        range: Range,
        decimals: u32,
        drops: bool,
    ) -> Result<Placed, BindError> {
        let mut values = Vec::new();
        for (index, _) in self.members(ty).into_iter().enumerate() {
            let mut value: Value = self.value(like.of(index)).clone();
            if drops {
                value.shape.0.remove(like.depth);
            }
            value.operation = BoundOperation::Constant(vec![0]);
            value.operands = Vec::new();
            (value.range, value.decimals, value.kind) = (range, decimals, ty.kind);
            values.push(self.push(value)?);
        }
        Ok(Placed { values, depth: like.depth })
    }

    /// Binds something to look at the outcome, and forgets it.
    fn tried<T>(&mut self, attempt: impl FnOnce(&mut Self) -> Result<T, BindError>) -> Result<T, BindError> {
        let (values, random) = (self.values.len(), self.random);
        let outcome = attempt(self);
        self.values.truncate(values);
        self.random = random;
        outcome
    }

    fn times(&self, times: Bound, span: Span) -> Result<usize, BindError> {
        match times {
            Bound::Literal(l) => Ok(l.mantissa.as_usize()),
            Bound::Parameter(id) => match self.program.parameters()[id.0].kind {
                ParameterKind::Number { .. } => Ok(self.arguments.number(self.program, id)? as usize),
                _ => Err(Diagnostic::new(span, "only a number says how many times").into()),
            },
        }
    }
}
