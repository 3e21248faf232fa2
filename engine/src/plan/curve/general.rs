//! Programs that a protocol runs which computes anything: what is drawn, and step by step what is multiplied and opened.

use quorate_circuits::bind::{BoundProgram, CurveOperation, ValueId};

use super::fit::is_key;
use super::leaves::{at, is_product, is_secret, leaves, length, only_curve, operation};
use super::{CurvePlan, Stored};

const NOT_KEPT: &str =
    "what is kept has no MACs in a later session, and keys are made, shared anew and handed over by other protocols";
const NO_MACS: &str = "shares from one-time records have no MACs";
const NOT_KEYS: &str = "only keys are asserted to have a point; open_point opens the point of anything else";

/// What is drawn for a program, and in which steps it is computed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct General {
    /// Random scalars.
    pub randoms: Vec<Stored>,
    /// Held keys.
    pub keys: Vec<ValueId>,
    /// What is done at once, step after step.
    pub steps: Vec<CurveStep>,
}

/// What is multiplied and opened at once: nothing of it depends on anything else of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CurveStep {
    /// Products of secret scalars.
    pub products: Vec<ValueId>,
    /// Opened scalars.
    pub openings: Vec<ValueId>,
    /// Opened points.
    pub points: Vec<ValueId>,
}

impl General {
    /// How many products there are, element by element.
    pub fn products(&self, program: &BoundProgram) -> usize {
        self.steps.iter().flat_map(|step| &step.products).map(|id| length(program, *id)).sum()
    }

    /// How many random scalars there are.
    pub fn random_scalars(&self) -> usize {
        self.randoms.iter().map(|random| random.length).sum()
    }
}

/// The plan of a program whose secrets all have MACs. What it discloses is the program's own matter: nothing that is
/// opened is wrong.
///
/// # Errors
/// Something that is kept, or that was kept without MACs, with its line.
pub(super) fn general_plan(program: &BoundProgram) -> Result<CurvePlan, String> {
    let mut general = General::default();
    let mut depth = vec![0_usize; program.values.len()];
    for id in program.ids() {
        let before = program.value(id).operands.iter().map(|operand| depth[operand.0]).max().unwrap_or(0);
        depth[id.0] = before;
        match operation(program, id) {
            Some(CurveOperation::Random { .. }) => {
                general.randoms.push(Stored { value: id, length: length(program, id) });
            }
            Some(CurveOperation::Held(held)) if is_secret(program, id) => {
                if program.held[*held].by.is_some() {
                    return Err(at(program, id, NOT_KEPT));
                }
                if !is_key(program, id) {
                    return Err(at(program, id, NO_MACS));
                }
                general.keys.push(id);
            }
            Some(CurveOperation::Keep { .. }) => return Err(at(program, id, NOT_KEPT)),
            Some(CurveOperation::AssertPoint { .. }) => {
                let of = leaves(program, program.value(id).operands[0]);
                if !of.iter().all(|leaf| is_key(program, *leaf)) {
                    return Err(at(program, id, NOT_KEYS));
                }
            }
            Some(CurveOperation::Open) => step_at(&mut general, before).openings.push(id),
            Some(CurveOperation::OpenPoint) => step_at(&mut general, before).points.push(id),
            _ if is_product(program, id) => step_at(&mut general, before).products.push(id),
            _ => continue,
        }
        let waits = matches!(operation(program, id), Some(CurveOperation::Open | CurveOperation::OpenPoint));
        depth[id.0] = before + usize::from(waits || is_product(program, id));
    }
    Ok(CurvePlan { general: Some(general), ..CurvePlan::over(only_curve(program)?) })
}

fn step_at(general: &mut General, depth: usize) -> &mut CurveStep {
    if general.steps.len() <= depth {
        general.steps.resize_with(depth + 1, CurveStep::default);
    }
    &mut general.steps[depth]
}
