//! The boxes of the picture, as cards, and what flows between them.

use std::collections::BTreeSet;

use quorate_circuits::program::{NodeId, Operation, Program, Visibility};
use quorate_engine::plan::LineCost;

use super::measured::{Home, Measured};
use super::parts::{PartRole, Parts};
use super::symbols;
use super::written::Written;

/// A program as cards. Every edge leads to a later box.
#[derive(Debug)]
pub(super) struct Graph {
    pub(super) cards: Vec<Card>,
    pub(super) edges: BTreeSet<Edge>,
}

/// An input, a statement or an output.
#[derive(Debug)]
pub(super) struct Card {
    pub(super) role: CardRole,
    pub(super) title: String,
    /// Type and shape, an expression, or receivers.
    pub(super) text: String,
    /// The family for whose members it stands, or the shape of an output.
    pub(super) note: Option<String>,
    /// Functions and circuits.
    pub(super) uses: Vec<Use>,
    /// Where its result lives.
    pub(super) home: Home,
    /// Where the values of its steps live.
    pub(super) homes: Vec<Home>,
    /// With its uses.
    pub(super) cost: LineCost,
    /// All of it in words.
    pub(super) full: String,
}

/// What a box stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CardRole {
    Input,
    Statement,
    /// A reveal, an output or an assert.
    Output,
}

/// Functions and circuits in a box.
#[derive(Debug)]
pub(super) struct Use {
    pub(super) label: String,
    /// Whether its body stands for several.
    pub(super) repeated: bool,
    pub(super) cost: LineCost,
}

/// A value on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edge {
    pub(super) from: usize,
    pub(super) to: usize,
    /// Where the value lives.
    pub(super) home: Home,
}

impl Graph {
    pub(super) fn new(written: &Written, parts: &Parts, measured: &Measured) -> Self {
        let program = &*written.program;
        let graph = Self { cards: Vec::new(), edges: BTreeSet::new() };
        let none = vec![None; parts.statements.len()];
        let mut drawing = Drawing { program, parts, measured, graph, computing: none.clone(), effects: none };
        drawing.inputs(written);
        (0..parts.statements.len()).for_each(|statement| drawing.statement(statement));
        drawing.edges();
        drawing.graph
    }
}

/// A graph under construction.
struct Drawing<'a> {
    program: &'a Program,
    parts: &'a Parts,
    measured: &'a Measured,
    graph: Graph,
    /// By statement: the box of what it computes, if it computes anything.
    computing: Vec<Option<usize>>,
    /// By statement: the box of its output, if it has one.
    effects: Vec<Option<usize>>,
}

impl Drawing<'_> {
    fn inputs(&mut self, written: &Written) {
        for input in self.program.inputs() {
            let title = format!("{}.{}", self.program.roles()[input.role.0].name, input.name);
            let text = symbols::typed(self.program, input);
            let line = written.beginning(&format!("input {title}"));
            let full = line.map_or_else(|| format!("input {title}: {text}"), str::to_owned);
            self.graph.cards.push(Card {
                role: CardRole::Input,
                title,
                text,
                note: symbols::family(self.measured.program(), input.role),
                uses: Vec::new(),
                home: Home::Private,
                homes: Vec::new(),
                cost: LineCost::default(),
                full,
            });
        }
    }

    fn statement(&mut self, statement: usize) {
        if self.parts.computing(statement).next().is_some() {
            self.computing[statement] = Some(self.graph.cards.len());
            let computed = self.computed(statement);
            self.graph.cards.push(computed);
        }
        let node = self.program.node(self.parts.statements[statement].node);
        let text = match &node.operation {
            Operation::Reveal { to, .. } => symbols::receivers(self.measured.program(), to),
            Operation::Assert { message } => message.clone(),
            Operation::Output { .. } => self.readers(self.parts.statements[statement].node),
            _ => return,
        };
        self.effects[statement] = Some(self.graph.cards.len());
        let output = self.output(statement, text);
        self.graph.cards.push(output);
    }

    /// Who knows an output that is computed from what is known.
    fn readers(&self, node: NodeId) -> String {
        match &self.program.types()[node.0].visibility {
            Visibility::Opened(to) => symbols::receivers(self.measured.program(), to),
            Visibility::Private(role) => format!("to {}", self.program.roles()[role.0].name),
            Visibility::Public | Visibility::Secret => "to all".to_owned(),
        }
    }

    fn is_effect(&self, part: usize) -> bool {
        self.parts.parts[part].role == PartRole::Effect
    }

    /// The box of what a statement computes.
    fn computed(&self, statement: usize) -> Card {
        let Self { program, parts, measured, .. } = self;
        let named = &parts.statements[statement];
        let computing: Vec<usize> = parts.computing(statement).collect();
        let uses = computing.iter().filter_map(|part| self.used(*part)).collect();
        let mut homes: Vec<Home> = computing.iter().flat_map(|part| measured.homes[*part].iter().copied()).collect();
        homes.sort_unstable();
        homes.dedup();
        let root = self.root(statement);
        let home = self.result(root).unwrap_or(Home::Public);
        // What only takes values elsewhere has no steps of its own.
        if homes.is_empty() {
            homes.push(home);
        }
        let family = program.types()[root.0].member;
        Card {
            role: CardRole::Statement,
            title: named.name.clone(),
            text: named.text.clone(),
            note: family.and_then(|role| symbols::family(measured.program(), role)),
            uses,
            home,
            homes,
            cost: added(computing.iter().map(|part| measured.costs[*part])),
            full: format!("{} = {}", named.name, named.text),
        }
    }

    fn used(&self, part: usize) -> Option<Use> {
        let PartRole::Use(name) = &self.parts.parts[part].role else { return None };
        let times = self.parts.parts[part].nodes;
        let runs = name.contains(" × ");
        let label = match times {
            1 => name.clone(),
            _ if runs => format!("{name}, {times} times"),
            _ => format!("{name} × {times}"),
        };
        Some(Use { label, repeated: runs || times > 1, cost: self.measured.costs[part] })
    }

    fn output(&self, statement: usize, text: String) -> Card {
        let named = &self.parts.statements[statement];
        let effects = named.parts.iter().filter(|part| self.is_effect(**part));
        let node = self.program.node(named.node);
        let keyword = match node.operation {
            Operation::Reveal { .. } => "reveal ",
            Operation::Output { .. } => "output ",
            _ => "",
        };
        let dimensions = &self.program.types()[named.node.0].dimensions;
        let shape = match node.operation {
            Operation::Assert { .. } => String::new(),
            _ => symbols::shape(self.program, dimensions),
        };
        Card {
            role: CardRole::Output,
            title: named.name.clone(),
            full: format!("{keyword}{} = {} {text}", named.name, named.text),
            text,
            note: if shape.is_empty() { None } else { Some(shape) },
            uses: Vec::new(),
            home: Home::Public,
            homes: Vec::new(),
            cost: added(effects.map(|part| self.measured.costs[*part])),
        }
    }

    fn edges(&mut self) {
        for (node, part) in self.program.nodes().iter().zip(&self.parts.of_node) {
            let Some(part) = *part else { continue };
            let cards = if self.is_effect(part) { &self.effects } else { &self.computing };
            let Some(to) = cards[self.parts.parts[part].statement] else { continue };
            if let Operation::Input(input) = node.operation {
                self.graph.edges.insert(Edge { from: input.0, to, home: Home::Private });
            }
            let sources = node.operands.iter().filter_map(|operand| self.source(*operand));
            let edges = sources.filter(|(from, _)| *from != to).map(|(from, home)| Edge { from, to, home });
            let edges: Vec<Edge> = edges.collect();
            self.graph.edges.extend(edges);
        }
    }

    /// The box from which a node's value comes, and where the value lives. Parameters and numbers come from nowhere.
    fn source(&self, mut node: NodeId) -> Option<(usize, Home)> {
        let mut home = None;
        loop {
            let Some(part) = self.parts.of_node[node.0] else {
                let Operation::Input(input) = self.program.node(node).operation else { return None };
                return Some((input.0, home.unwrap_or(Home::Private)));
            };
            let made = self.computing[self.parts.parts[part].statement];
            if self.is_effect(part) {
                home = Some(Home::Public);
            }
            match made {
                Some(made) => return Some((made, home.or(self.result(node)).unwrap_or(Home::Public))),
                // What is revealed without being computed comes from where it was computed.
                None => node = *self.program.node(node).operands.first()?,
            }
        }
    }

    /// The node whose value a statement's box makes.
    fn root(&self, statement: usize) -> NodeId {
        let node = self.parts.statements[statement].node;
        match self.parts.of_node[node.0] {
            Some(part) if self.is_effect(part) => self.program.node(node).operands.first().copied().unwrap_or(node),
            _ => node,
        }
    }

    fn result(&self, node: NodeId) -> Option<Home> {
        self.measured.results[node.0]
    }
}

fn added(costs: impl Iterator<Item = LineCost>) -> LineCost {
    let mut sum = LineCost::default();
    for cost in costs {
        sum.and_gates += cost.and_gates;
        sum.multiplications += cost.multiplications;
        sum.rounds += cost.rounds;
        sum.bytes.iter_mut().zip(cost.bytes).for_each(|(sum, bytes)| *sum += bytes);
    }
    sum
}
