//! Node after node.

use ethnum::I256;
use quorate_circuits::bind::Arguments;
use quorate_circuits::clear::Inputs;
use quorate_circuits::program::{DefinitionId, Node, Operation, Program};

use super::member::Held;
use super::tape::{Draw, Tape};
use super::{Array, combine, declared, elementwise, grouped};

pub(super) struct Machine<'a> {
    pub(super) program: &'a Program,
    pub(super) arguments: &'a Arguments,
    pub(super) inputs: &'a Inputs,
    pub(super) tape: Tape,
    /// Whether an element is made up to learn its shape: nothing is drawn then, and nothing checked.
    pub(super) imagined: bool,
}

/// Where a body is evaluated.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    /// The nodes and steps that lead there.
    pub(super) path: Vec<usize>,
    /// The element of each `map` around.
    pub(super) elements: Vec<usize>,
    /// How many members have columns that a `map` around runs through, all members together.
    pub(super) members: Option<usize>,
    /// The member whose column a `map` around runs through, if it is done for each alone.
    pub(super) member: Option<usize>,
}

impl Place {
    pub(super) fn at(&self, step: usize) -> Self {
        let mut inner = self.clone();
        inner.path.push(step);
        inner
    }
}

impl<'a> Machine<'a> {
    pub(super) fn new(program: &'a Program, arguments: &'a Arguments, inputs: &'a Inputs) -> Self {
        Self { program, arguments, inputs, tape: Tape::default(), imagined: false }
    }

    /// The values of the program's own nodes.
    pub(super) fn run(&mut self) -> Vec<Held> {
        self.body(self.program.nodes(), &[], &Place::default())
    }

    pub(super) fn definition(&mut self, id: DefinitionId, arguments: &[Held], place: &Place) -> Held {
        let values = self.body(&self.program.definitions()[id.0].nodes, arguments, place);
        values.last().expect("a body ends with its result").clone()
    }

    fn body(&mut self, nodes: &[Node], arguments: &[Held], place: &Place) -> Vec<Held> {
        let mut values: Vec<Held> = Vec::with_capacity(nodes.len());
        for (position, node) in nodes.iter().enumerate() {
            let operands: Vec<&Held> = node.operands.iter().map(|id| &values[id.0]).collect();
            let value = self.node(node, &operands, arguments, &place.at(position));
            values.push(value);
        }
        values
    }

    fn node(&mut self, node: &Node, operands: &[&Held], arguments: &[Held], place: &Place) -> Held {
        let owned = || operands.iter().map(|o| (*o).clone()).collect::<Vec<Held>>();
        match &node.operation {
            Operation::Input(id) => declared::input(self, *id),
            Operation::Parameter(id) => Held::One(declared::parameter(self, *id)),
            Operation::Literal(l) => Held::One(Array::exact(vec![], l.decimals, vec![l.mantissa])),
            Operation::Argument(position) => arguments[*position].clone(),
            Operation::Random { .. } => self.random(place),
            Operation::OverRole(reduction, role) => {
                let members = declared::members(self, *role);
                let all: Vec<&Array> = (0..members).map(|member| operands[0].of(member)).collect();
                Held::One(combine::reduced(*reduction, &all))
            }
            Operation::Part(size) => {
                let pieces = combine::pieces(operands[0].of(0), &declared::widths(self, *size));
                place.member.map_or_else(|| Held::Each(pieces.clone()), |member| Held::One(pieces[member].clone()))
            }
            Operation::Invoke(id) => self.definition(*id, &owned(), place),
            Operation::Map { definition, each } => self.map(*definition, each, &owned(), place),
            Operation::Fold { definition, order, each, keeps: _ } => {
                self.fold(*definition, *order, each, &owned(), place)
            }
            Operation::Repeat { definition, times, keeps: _ } => self.repeat(*definition, *times, &owned(), place),
            _ => Held::combined(operands, |operands| self.local(node, operands)),
        }
    }

    fn random(&mut self, place: &Place) -> Held {
        if self.imagined {
            return Held::One(Array::single(I256::ZERO));
        }
        let (path, elements) = (place.path.clone(), place.elements.clone());
        let mut draw = |member| {
            let draw = Draw { path: path.clone(), member, elements: elements.clone() };
            Array::single(self.tape.draw(draw))
        };
        match (place.member, place.members) {
            (None, Some(members)) => Held::Each((0..members).map(draw).collect()),
            (member, _) => Held::One(draw(member.unwrap_or(0))),
        }
    }

    /// An operation on values of one owner or member.
    fn local(&self, node: &Node, operands: &[&Array]) -> Array {
        match &node.operation {
            Operation::Call(function) if function.is_elementwise() => {
                elementwise::apply(*function, operands, self.checks())
            }
            Operation::Call(function) => grouped::apply(*function, operands),
            Operation::Slice { from, to } => {
                let to = to.map(|to| to as usize);
                let mut slice = operands[0].slice(*from as usize, to.unwrap_or(*from as usize + 1));
                to.is_none().then(|| slice.lengths.clear());
                slice
            }
            Operation::Bits { width } => combine::bits(operands[0], *width as usize),
            Operation::Number { signed } => combine::number(operands[0], *signed),
            Operation::Join => combine::joined(operands),
            Operation::Circuit(id) => combine::circuit(&self.program.circuits()[id.0].source, operands),
            Operation::Within(interval) => {
                declared::check(self, interval, operands[0]);
                operands[0].clone()
            }
            Operation::Reveal { conditional: true, .. } => elementwise::shown(operands[0], operands[1]),
            Operation::Assert { message } => {
                let holds = !operands[0].numbers().contains(&I256::ZERO);
                assert!(holds || !self.checks(), "{message}");
                operands[0].clone()
            }
            Operation::Reveal { .. } | Operation::Output { .. } | Operation::Return => operands[0].clone(),
            other => panic!("{other:?} is no operation on values alone"),
        }
    }

    /// Whether what a program must not do is an error by now.
    pub(super) fn checks(&self) -> bool {
        !self.imagined && self.tape.is_filled()
    }
}
