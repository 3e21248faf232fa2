//! What each part costs and where its values live, under the plan that is chosen.

use std::sync::Arc;

use quorate_circuits::bind::{BoundOperation, BoundProgram, Knowledge, Value};
use quorate_engine::net::PartyIndex;
use quorate_engine::plan::{Choice, LineCost, Plan, choose};
use quorate_engine::protocol::Domain;

use super::parts::{PartRole, Parts};
use super::written::Written;
use crate::exit::Failure;
use crate::explain::{Numbers, Question};
use crate::local::refused;
use crate::program::Loaded;

/// Where a value lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Home {
    /// With its owner, in plain.
    Private,
    /// In arithmetic shares.
    Arithmetic,
    /// In boolean shares, or garbled.
    Boolean,
    /// With everybody who may know it: public, or revealed.
    Public,
}

/// A program with its plan and cost, part by part.
#[derive(Debug)]
pub(super) struct Measured {
    /// Plan and cost. In the place of source lines its values have the numbers of their parts, from 1.
    pub(super) choice: Choice,
    pub(super) numbers: Numbers,
    /// By part.
    pub(super) costs: Vec<LineCost>,
    /// By part: where the values of all its steps live, each home once.
    pub(super) homes: Vec<Vec<Home>>,
    /// By node: where its result lives; nothing of inputs and numbers by themselves.
    pub(super) results: Vec<Option<Home>>,
}

impl Measured {
    /// Binds, plans and prices a program.
    ///
    /// # Errors
    /// Numbers that do not bind it; a trust that no protocol offers.
    pub(super) fn new(loaded: &Loaded, written: &Written, parts: &Parts, question: &Question) -> Result<Self, Failure> {
        let numbers = Numbers::new(loaded, question.parties, &question.parameters)?;
        let bound = BoundProgram::new(&written.program, &numbers.arguments).map_err(|error| loaded.unbound(&error))?;
        let bound = Arc::new(by_part(bound, parts));
        let party_of: Vec<PartyIndex> = (0..bound.roles.len()).map(PartyIndex).collect();
        let choice = choose(&bound, party_of.len(), &party_of, &question.asked).map_err(|refusal| refused(&refusal))?;
        let by_line = &choice.cost.by_line;
        let cost = |part: usize| by_line.lines.get(&number_of(part)).copied().unwrap_or_default();
        let costs = (0..parts.parts.len()).map(cost).collect();
        let (homes, mut results) = homes(&choice.plan, parts);
        // A function that gives back one of its operands makes no value of its own. Operands come first.
        for (node, written) in written.program.nodes().iter().enumerate() {
            results[node] = results[node].or_else(|| written.operands.iter().find_map(|operand| results[operand.0]));
        }
        Ok(Self { choice, numbers, costs, homes, results })
    }

    /// The program that is planned.
    pub(super) fn program(&self) -> &BoundProgram {
        &self.choice.plan.program
    }

    /// Payload bytes of all parts together: all but those of the set-up.
    pub(super) fn bytes(&self) -> u64 {
        self.costs.iter().map(LineCost::bytes).sum()
    }
}

/// The part in the place of a line, so that the cost by line is the cost by part; and the node in the place of a
/// column.
fn by_part(mut bound: BoundProgram, parts: &Parts) -> BoundProgram {
    for value in &mut bound.values {
        let node = parts.at(value.span);
        value.span.line = node.and_then(|node| parts.of_node[node.0]).map_or(0, number_of);
        value.span.column = node.map_or(0, |node| number_of(node.0));
    }
    bound
}

/// Lines and columns count from 1.
fn number_of(index: usize) -> u32 {
    index as u32 + 1
}

fn index_of(number: u32) -> Option<usize> {
    number.checked_sub(1).map(|index| index as usize)
}

/// By part: where its values live. By node: where the last of its values does.
fn homes(plan: &Plan, parts: &Parts) -> (Vec<Vec<Home>>, Vec<Option<Home>>) {
    let program = &plan.program;
    let mut shares: Vec<Option<Domain>> = vec![None; program.values.len()];
    let mut homes: Vec<Vec<Home>> = vec![Vec::new(); parts.parts.len()];
    let mut results = vec![None; parts.of_node.len()];
    // A value that is converted lives where its last register does.
    let mut domains: Vec<Vec<Domain>> = vec![Vec::new(); program.values.len()];
    for (register, maker) in plan.registers.iter().zip(&plan.makers) {
        domains[maker.0].push(register.domain);
    }
    for id in program.ids() {
        let value = program.value(id);
        shares[id.0] = domains[id.0].last().copied().or_else(|| value.operands.iter().find_map(|o| shares[o.0]));
        let (Some(part), Some(node)) = (index_of(value.span.line), index_of(value.span.column)) else { continue };
        let home = home(value, shares[id.0]);
        let written_down = matches!(value.operation, BoundOperation::Input(_) | BoundOperation::Constant(_));
        let opened = parts.parts[part].role == PartRole::Effect;
        if value.knowledge == Knowledge::Secret {
            homes[part].extend(domains[id.0].iter().map(|domain| of_shares(*domain)));
        } else if !written_down && !opened {
            homes[part].push(home);
        }
        results[node] = Some(home);
    }
    for homes in &mut homes {
        homes.sort_unstable();
        homes.dedup();
    }
    (homes, results)
}

fn home(value: &Value, shares: Option<Domain>) -> Home {
    match value.knowledge {
        Knowledge::Private(_) => Home::Private,
        Knowledge::Public | Knowledge::Opened(_) => Home::Public,
        Knowledge::Secret => shares.map_or(Home::Boolean, of_shares),
    }
}

fn of_shares(domain: Domain) -> Home {
    match domain {
        Domain::Arithmetic => Home::Arithmetic,
        Domain::Boolean { .. } => Home::Boolean,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quorate_engine::plan::Asked;
    use quorate_engine::protocol::ProtocolName;

    fn measured(name: &str, protocol: ProtocolName) -> (Measured, Parts, Loaded) {
        let asked = Asked { protocol: Some(protocol), ..Asked::default() };
        let question = Question { parties: None, parameters: [].into(), asked, dealer: None, calibration: None };
        let loaded = Loaded::find(name).expect("a program");
        let written = Written::of(name, &loaded).expect("a canonical form");
        let parts = Parts::of(&written);
        let measured = Measured::new(&loaded, &written, &parts, &question).expect("a plan");
        (measured, parts, loaded)
    }

    /// Two statements that use one function share its lines, and not its cost: the parts add up to what the plan of the
    /// program as its author wrote it costs.
    #[test]
    fn parts_add_up_to_the_whole() {
        for file in ["functions", "maps-over-rows", "folds", "tables", "circuits"] {
            let name = format!("{}/../circuits/filetests/language/{file}.qp", env!("CARGO_MANIFEST_DIR"));
            for protocol in [ProtocolName::Yao, ProtocolName::Additive] {
                let (measured, parts, loaded) = measured(&name, protocol);
                let arguments = &measured.numbers.arguments;
                let roles: Vec<PartyIndex> = (0..measured.program().roles.len()).map(PartyIndex).collect();
                let asked = Asked { protocol: Some(protocol), ..Asked::default() };
                let bound = loaded.bind(arguments).expect("numbers");
                let whole = choose(&bound, roles.len(), &roles, &asked).expect("a plan").cost;
                let sum = |part: fn(&LineCost) -> u64| measured.costs.iter().map(part).sum::<u64>();
                assert_eq!(sum(|cost| cost.and_gates), whole.and_gates, "{file}");
                assert_eq!(sum(|cost| cost.multiplications), whole.multiplications, "{file}");
                assert_eq!(measured.bytes() + whole.by_line.set_up.bytes(), whole.bytes(), "{file}");
                assert!(measured.program().values.iter().all(|value| {
                    let leaf = matches!(value.operation, BoundOperation::Input(_) | BoundOperation::Constant(_));
                    leaf || index_of(value.span.line).is_some_and(|part| part < parts.parts.len())
                }));
            }
        }
    }

    #[test]
    fn uses_of_one_function_have_costs_of_their_own() {
        let name = concat!(env!("CARGO_MANIFEST_DIR"), "/../circuits/filetests/language/functions.qp");
        let (measured, parts, _) = measured(name, ProtocolName::Yao);
        let gates = |statement: &str| -> u64 {
            let statement = parts.statements.iter().find(|found| found.name == statement).expect("a statement");
            statement.parts.iter().map(|part| measured.costs[*part].and_gates).sum()
        };
        // Both clamp; the second also takes distances, squares and adds.
        assert!(0 < gates("clamped") && gates("clamped") < gates("distance"));
    }

    #[test]
    fn values_live_where_the_plan_puts_them() {
        let result = |protocol| {
            let (measured, parts, _) = measured("risk-score", protocol);
            let score = parts.statements.iter().find(|found| found.name == "score").expect("a statement");
            measured.results[score.node.0]
        };
        assert_eq!(result(ProtocolName::Yao), Some(Home::Boolean));
        assert_eq!(result(ProtocolName::Additive), Some(Home::Arithmetic));
    }
}
