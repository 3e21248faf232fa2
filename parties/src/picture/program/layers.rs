//! Boxes in columns: by the longest path that leads to them, in an order in which few edges cross.
//!
//! After K. Sugiyama, S. Tagawa, M. Toda, "Methods for visual understanding of hierarchical system structures" (IEEE
//! Transactions on Systems, Man, and Cybernetics, 1981): an edge over several columns goes through a bend in each, and
//! columns are sorted by barycentres, forwards and backwards in turn. All edges of one value share their bends.

use std::collections::HashMap;

use super::graph::{CardRole, Graph};
use super::measured::Home;

/// More bends than this are not drawn: the edges that have them go straight.
const MOST_BENDS: usize = 20_000;
/// How often the columns are sorted, forwards and backwards.
const SWEEPS: usize = 8;

/// A picture in columns.
#[derive(Debug)]
pub(super) struct Layers {
    /// The cards in their order, and then the bends.
    pub(super) vertices: Vec<Vertex>,
    /// By column, from above.
    pub(super) columns: Vec<Vec<usize>>,
    pub(super) links: Vec<Link>,
}

/// A box or a bend.
#[derive(Clone, Copy, Debug)]
pub(super) struct Vertex {
    pub(super) column: usize,
    /// Whether edges only pass through.
    pub(super) bend: bool,
}

/// A piece of an edge, between two vertices.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) home: Home,
}

impl Layers {
    pub(super) fn of(graph: &Graph) -> Self {
        let columns = columns(graph);
        let count = columns.iter().max().map_or(0, |last| last + 1);
        let vertices = columns.into_iter().map(|column| Vertex { column, bend: false }).collect();
        let mut layers = Self { vertices, columns: vec![Vec::new(); count], links: Vec::new() };
        layers.link(graph);
        for (vertex, Vertex { column, .. }) in layers.vertices.iter().enumerate() {
            layers.columns[*column].push(vertex);
        }
        layers.sort();
        layers
    }

    /// By vertex: those that links lead to it from, or that they lead to from it.
    pub(super) fn neighbours(&self, forwards: bool) -> Vec<Vec<usize>> {
        let mut neighbours = vec![Vec::new(); self.vertices.len()];
        for link in &self.links {
            let (near, far) = if forwards { (link.to, link.from) } else { (link.from, link.to) };
            neighbours[near].push(far);
        }
        neighbours
    }

    fn link(&mut self, graph: &Graph) {
        // The last vertex so far on the way of a value from a box.
        let mut bends: HashMap<(usize, Home), Vec<usize>> = HashMap::new();
        for edge in &graph.edges {
            let (first, last) = (self.vertices[edge.from].column + 1, self.vertices[edge.to].column);
            let way = bends.entry((edge.from, edge.home)).or_insert_with(|| vec![edge.from]);
            while first + way.len() - 1 < last && self.vertices.len() < graph.cards.len() + MOST_BENDS {
                let bend = self.vertices.len();
                self.vertices.push(Vertex { column: first + way.len() - 1, bend: true });
                self.links.push(Link { from: way[way.len() - 1], to: bend, home: edge.home });
                way.push(bend);
            }
            let from = way[(last - first).min(way.len() - 1)];
            self.links.push(Link { from, to: edge.to, home: edge.home });
        }
    }

    /// Inputs and outputs stay in the order of the program.
    fn sort(&mut self) {
        let neighbours = [self.neighbours(true), self.neighbours(false)];
        let last = self.columns.len().saturating_sub(1);
        let mut places = vec![0.0; self.vertices.len()];
        for column in &self.columns {
            column.iter().enumerate().for_each(|(place, vertex)| places[*vertex] = place as f64);
        }
        for sweep in 0..2 * SWEEPS {
            let forwards = sweep % 2 == 0;
            for step in 1..last {
                let column = if forwards { step } else { last - step };
                self.sort_column(column, &neighbours[usize::from(!forwards)], &mut places);
            }
        }
    }

    fn sort_column(&mut self, column: usize, neighbours: &[Vec<usize>], places: &mut [f64]) {
        let mut keyed: Vec<(f64, usize)> = self.columns[column]
            .iter()
            .map(|&vertex| (mean(neighbours[vertex].iter().map(|n| places[*n])).unwrap_or(places[vertex]), vertex))
            .collect();
        // Sorting is stable: what has one barycentre keeps its order.
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (place, (_, vertex)) in keyed.iter().enumerate() {
            places[*vertex] = place as f64;
        }
        self.columns[column] = keyed.into_iter().map(|(_, vertex)| vertex).collect();
    }
}

/// The column of each box: inputs first, outputs last.
fn columns(graph: &Graph) -> Vec<usize> {
    let mut columns: Vec<usize> = graph.cards.iter().map(|found| usize::from(found.role != CardRole::Input)).collect();
    // Edges lead to later cards, and they are sorted by where they come from.
    for edge in &graph.edges {
        columns[edge.to] = columns[edge.to].max(columns[edge.from] + 1);
    }
    let computing = graph.cards.iter().zip(&columns).filter(|(found, _)| found.role != CardRole::Output);
    let last = computing.map(|(_, column)| *column).max().unwrap_or(0) + 1;
    for (found, column) in graph.cards.iter().zip(&mut columns) {
        if found.role == CardRole::Output {
            *column = last;
        }
    }
    columns
}

pub(super) fn mean(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = numbers.fold((0.0, 0usize), |(sum, count), number| (sum + number, count + 1));
    (count > 0).then(|| sum / count as f64)
}

#[cfg(test)]
mod tests {
    use quorate_engine::plan::LineCost;

    use super::*;
    use crate::picture::program::graph::{Card, Edge};

    pub(in crate::picture::program) fn graph(roles: &[CardRole], edges: &[(usize, usize)]) -> Graph {
        let found = |role: &CardRole| Card {
            role: *role,
            title: String::new(),
            text: String::new(),
            note: None,
            uses: Vec::new(),
            home: Home::Public,
            homes: Vec::new(),
            cost: LineCost::default(),
            full: String::new(),
        };
        let edges = edges.iter().map(|&(from, to)| Edge { from, to, home: Home::Public }).collect();
        Graph { cards: roles.iter().map(found).collect(), edges }
    }

    use CardRole::{Input, Output, Statement};

    #[test]
    fn links_lead_to_the_next_column() {
        let graph = graph(
            &[Input, Input, Statement, Statement, Output, Statement, Output],
            &[(0, 2), (0, 3), (2, 3), (2, 4), (1, 5), (3, 5), (5, 6), (1, 6)],
        );
        let layers = Layers::of(&graph);
        let columns: Vec<usize> = layers.vertices.iter().take(7).map(|vertex| vertex.column).collect();
        assert_eq!(columns, [0, 0, 1, 2, 4, 3, 4]);
        for Link { from, to, .. } in &layers.links {
            assert_eq!(layers.vertices[*from].column + 1, layers.vertices[*to].column);
        }
        // From 0 over column 1; from 1 over columns 1, 2 and, for the output, 3; from 2 over columns 2 and 3.
        assert_eq!(layers.vertices.len(), 7 + 1 + 3 + 2);
        assert_eq!(layers.columns.iter().map(Vec::len).sum::<usize>(), layers.vertices.len());
    }

    #[test]
    fn crossed_edges_are_uncrossed() {
        let crossed = graph(&[Input, Input, Statement, Statement, Output, Output], &[(0, 3), (1, 2), (3, 4), (2, 5)]);
        assert_eq!(Layers::of(&crossed).columns, [vec![0, 1], vec![3, 2], vec![4, 5]]);
    }

    #[test]
    fn a_program_without_inputs_has_columns() {
        let layers = Layers::of(&graph(&[Statement, Output], &[(0, 1)]));
        assert_eq!(layers.columns, [vec![], vec![0], vec![1]]);
    }
}
