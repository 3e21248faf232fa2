//! Bodies: the program's own, and those of definitions for the operands of each use.

use super::lifting::natural_axes;
use super::site::Site;
use super::{BindError, Elaboration, MOST_NODES};
use crate::bind::{BoundOperation, Extent, RoleIndex, ValueId, View};
use crate::program::check::Surroundings;
use crate::program::{DefinitionId, Diagnostic, Node, NodeId, Operation, Program, Reduction, SizeId, Span, Type};

/// What a node became.
#[derive(Clone)]
pub(super) struct Placed {
    /// Its value, or one for each member of its family.
    pub(super) values: Vec<ValueId>,
    /// How many of the extents that the frame is lifted over stand in front of its own dimensions.
    pub(super) depth: usize,
}

impl Placed {
    /// The value of a member; one that is not a member's own is the same for all.
    pub(super) fn of(&self, member: usize) -> ValueId {
        self.values[if self.values.len() == 1 { 0 } else { member }]
    }
}

/// A body that is being bound.
pub(super) struct Frame<'a> {
    pub(super) nodes: &'a [Node],
    pub(super) types: &'a [Type],
    /// What stands for the parameters of a definition.
    pub(super) arguments: &'a [Placed],
    /// By member, or for all members: the extents of the `map`s around.
    pub(super) lifts: &'a [Vec<Extent>],
    /// What those `map`s run through.
    pub(super) surroundings: Surroundings,
    /// The place of the use, which stands for the places of an included text.
    pub(super) span: Span,
}

/// The extents of the `map`s around for a member. Those that are the same for all members are there once; so they are
/// for the members of other families than the one whose columns are run through.
pub(super) fn lift_of(lifts: &[Vec<Extent>], member: usize) -> &[Extent] {
    lifts.get(member).or(lifts.first()).map_or(&[], Vec::as_slice)
}

impl<'a> Frame<'a> {
    pub(super) fn program(program: &'a Program) -> Self {
        const WHOLE: &[Vec<Extent>] = &[Vec::new()];
        let (nodes, types, surroundings) = (program.nodes(), program.types(), Surroundings::default());
        Self { nodes, types, arguments: &[], lifts: WHOLE, surroundings, span: Span::default() }
    }

    pub(super) fn lift(&self, member: usize, depth: usize) -> &'a [Extent] {
        &lift_of(self.lifts, member)[..depth]
    }

    pub(super) fn deepest(&self) -> usize {
        self.lifts.first().map_or(0, Vec::len)
    }

    /// The place of a node.
    pub(super) fn place_of(&self, node: &Node) -> Span {
        if node.span.line == 0 { self.span } else { node.span }
    }
}

impl Elaboration<'_> {
    /// Binds a body; the last of its nodes is a definition's result.
    pub(super) fn body(&mut self, frame: &Frame<'_>) -> Result<Vec<Placed>, BindError> {
        self.bound += frame.nodes.len();
        if self.bound > MOST_NODES {
            return Err(Diagnostic::new(frame.span, "the functions use each other too often")
                .hint("every use is written out, with all uses in it")
                .into());
        }
        let mut placed: Vec<Placed> = Vec::with_capacity(frame.nodes.len());
        for (id, node) in frame.nodes.iter().enumerate() {
            let operands: Vec<Placed> = node.operands.iter().map(|operand| placed[operand.0].clone()).collect();
            let value = self.node(frame, NodeId(id), node, &operands)?;
            placed.push(value);
        }
        Ok(placed)
    }

    /// Binds a definition for operands of some types.
    pub(super) fn instance(
        &mut self,
        id: DefinitionId,
        arguments: &[Placed],
        types: &[Type],
        lifts: &[Vec<Extent>],
        surroundings: Surroundings,
        span: Span,
    ) -> Result<Placed, BindError> {
        let program = self.program;
        let types = self.instances.of(id, types, surroundings, span)?;
        let definition = &program.definitions()[id.0];
        let frame = Frame { nodes: &definition.nodes, types: &types, arguments, lifts, surroundings, span };
        let placed = self.body(&frame).map_err(|error| error.used(&definition.name, span))?;
        Ok(placed.last().cloned().unwrap_or(Placed { values: Vec::new(), depth: 0 }))
    }

    fn node(&mut self, frame: &Frame<'_>, id: NodeId, node: &Node, operands: &[Placed]) -> Result<Placed, BindError> {
        match &node.operation {
            Operation::Argument(position) => Ok(frame.arguments[*position].clone()),
            Operation::Return => Ok(operands[0].clone()),
            Operation::Invoke(_) | Operation::Map { .. } | Operation::Fold { .. } | Operation::Repeat { .. } => {
                self.structure(frame, id, node, operands)
            }
            Operation::OverRole(reduction, role) => {
                let members = self.roles.members(*role).count();
                let values = (0..members).map(|member| operands[0].of(member)).collect();
                self.over_role(frame, id, *reduction, &Placed { values, depth: operands[0].depth })
            }
            Operation::Part(size) => self.part(frame, id, *size, &operands[0]),
            _ => self.each_member(frame, id, node, operands),
        }
    }

    /// The members for which a node has a value each: of its family, or one value for all.
    pub(super) fn members(&self, ty: &Type) -> Vec<Option<RoleIndex>> {
        match ty.member {
            None => vec![None],
            Some(role) => self.roles.members(role).map(Some).collect(),
        }
    }

    fn each_member(
        &mut self,
        frame: &Frame<'_>,
        id: NodeId,
        node: &Node,
        operands: &[Placed],
    ) -> Result<Placed, BindError> {
        let ty = &frame.types[id.0];
        let mut depth = operands.iter().map(|operand| operand.depth).max().unwrap_or(0);
        if matches!(node.operation, Operation::Random { .. }) {
            // A fresh number for each element, and not one for all.
            depth = frame.deepest();
        }
        let mut values = Vec::new();
        for (index, member) in self.members(ty).into_iter().enumerate() {
            let site = Site { ty, span: frame.place_of(node), lift: frame.lift(index, depth), member };
            let own: Vec<(ValueId, usize)> = operands.iter().map(|o| (o.of(index), o.depth)).collect();
            values.push(self.operation(&site, &node.operation, &own, index)?);
        }
        Ok(Placed { values, depth })
    }

    fn over_role(
        &mut self,
        frame: &Frame<'_>,
        id: NodeId,
        reduction: Reduction,
        members: &Placed,
    ) -> Result<Placed, BindError> {
        let span = frame.place_of(&frame.nodes[id.0]);
        let site = Site { ty: &frame.types[id.0], span, lift: frame.lift(0, members.depth), member: None };
        let ranges: Vec<_> = members.values.iter().map(|v| &self.value(*v).range).collect();
        let range = self.fits(span, crate::bind::ranges::fold(reduction, &ranges), &members.values)?;
        let decimals = self.value(members.values[0]).decimals;
        let value = self.place(&site, BoundOperation::Fold(reduction), members.values.clone(), decimals, range)?;
        Ok(Placed { values: vec![value], depth: members.depth })
    }

    fn part(&mut self, frame: &Frame<'_>, id: NodeId, size: SizeId, whole: &Placed) -> Result<Placed, BindError> {
        let (ty, span) = (&frame.types[id.0], frame.place_of(&frame.nodes[id.0]));
        let (operand, depth) = (whole.values[0], whole.depth);
        let mut values = Vec::new();
        for (index, ((from, to), member)) in self.pieces(size)?.into_iter().zip(self.members(ty)).enumerate() {
            let mut axes = natural_axes(&self.lengths(operand, span)?);
            axes.pop();
            axes.push((to - from, 1));
            let site = Site { ty, span, lift: frame.lift(index, depth), member };
            values.push(self.like_first(&site, BoundOperation::View(View { offset: from, axes }), vec![operand])?);
        }
        Ok(Placed { values, depth })
    }
}
