//! Which coalition can solve which shared value from outputs that are linear in what is shared.
//!
//! Every shared element is an unknown. An output that is a linear combination of unknowns is an equation known
//! to its receivers. A coalition knows its own unknowns; it solves another's if the unit vector of that
//! unknown lies in the row space of the coalition's equations with its own columns struck out. The rank is
//! computed modulo a 61-bit prime: exact unless a non-zero minor of these small integer matrices is a multiple
//! of it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::bind::{BoundOperation, BoundProgram, Knowledge, RoleIndex, ValueId};
use crate::number::value_of;
use crate::program::{Function, Reduction};

/// 2^61 - 1.
const PRIME: u64 = (1 << 61) - 1;

/// Coalitions tried one by one before the search shrinks the largest one instead.
const TRIED: usize = 400;

/// For an input: the smallest coalition that solves what its owner shared of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Solvable {
    /// The input, as in `party_1.budget`.
    pub input: String,
    /// Whether the input itself is shared, rather than something computed from it.
    pub directly: bool,
    /// The roles of the smallest coalition; `None` if not even all others together can.
    pub coalition: Option<Vec<RoleIndex>>,
    /// How many parties that is.
    pub parties: usize,
}

/// A linear form: coefficients by unknown.
type Form = BTreeMap<usize, u64>;

struct Unknown {
    share: ValueId,
    owner: usize,
}

struct Equation {
    form: Form,
    /// Parties that know it.
    known_to: BTreeSet<usize>,
}

pub(super) fn solvable(program: &BoundProgram, parties: &[Vec<RoleIndex>]) -> Vec<Solvable> {
    let party_of = |role: RoleIndex| parties.iter().position(|roles| roles.contains(&role)).unwrap_or(0);
    let (unknowns, equations) = equations(program, &party_of);
    let mut best: HashMap<ValueId, BTreeSet<usize>> = HashMap::new();
    let mut seen = HashSet::new();
    for component in components(unknowns.len(), &equations) {
        let system = System::new(&unknowns, &equations, &component);
        // A million equal groups are one system.
        if seen.insert(system.signature()) {
            for unknown in 0..system.owners.len() {
                if let Some(coalition) = system.smallest(unknown, parties.len()) {
                    let share = unknowns[system.unknowns[unknown]].share;
                    let better = best.get(&share).is_none_or(|old| coalition.len() < old.len());
                    if better {
                        best.insert(share, coalition);
                    }
                }
            }
        }
    }
    by_input(program, &best, parties)
}

fn by_input(
    program: &BoundProgram,
    best: &HashMap<ValueId, BTreeSet<usize>>,
    parties: &[Vec<RoleIndex>],
) -> Vec<Solvable> {
    let mut found: BTreeMap<usize, Solvable> = BTreeMap::new();
    for share in program.ids().filter(|id| program.value(*id).operation == BoundOperation::Share) {
        let operand = program.value(share).operands[0];
        let directly = matches!(program.value(operand).operation, BoundOperation::Input(_));
        for input in inputs_below(program, operand) {
            let coalition = best.get(&share);
            let entry = Solvable {
                input: program.inputs[input].name.clone(),
                directly,
                coalition: coalition.map(|c| c.iter().flat_map(|p| parties[*p].iter().copied()).collect()),
                parties: coalition.map_or(0, BTreeSet::len),
            };
            let worse = |old: &Solvable| match (&old.coalition, &entry.coalition) {
                (None, Some(_)) => true,
                (Some(_), Some(_)) => entry.parties < old.parties,
                _ => false,
            };
            if found.get(&input).is_none_or(worse) {
                found.insert(input, entry);
            }
        }
    }
    found.into_values().collect()
}

fn inputs_below(program: &BoundProgram, id: ValueId) -> BTreeSet<usize> {
    let (mut inputs, mut open) = (BTreeSet::new(), vec![id]);
    let mut seen = HashSet::new();
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        if let BoundOperation::Input(input) = program.value(id).operation
            && program.inputs[input].asked
        {
            inputs.insert(input);
        }
        open.extend(&program.value(id).operands);
    }
    inputs
}

/// The unknowns, and the outputs that are linear in them.
fn equations(program: &BoundProgram, party_of: &dyn Fn(RoleIndex) -> usize) -> (Vec<Unknown>, Vec<Equation>) {
    let mut unknowns: Vec<Unknown> = Vec::new();
    let mut equations = Vec::new();
    let mut forms: Vec<Option<Vec<Form>>> = Vec::new();
    for id in program.ids() {
        let value = program.value(id);
        let length = value.shape.length().unwrap_or(0);
        let form = match (&value.operation, &value.knowledge) {
            (BoundOperation::Share, _) => {
                let owner = match program.value(value.operands[0]).knowledge {
                    Knowledge::Private(role) => party_of(role),
                    _ => 0,
                };
                let first = unknowns.len();
                unknowns.extend((0..length).map(|_| Unknown { share: id, owner }));
                Some((0..length).map(|i| Form::from([(first + i, 1)])).collect())
            }
            (BoundOperation::Reveal { receivers, .. }, _) => {
                if let Some(forms) = &forms[value.operands[0].0] {
                    let known_to: BTreeSet<usize> = receivers.iter().map(|r| party_of(*r)).collect();
                    equations
                        .extend(forms.iter().map(|form| Equation { form: form.clone(), known_to: known_to.clone() }));
                }
                None
            }
            (_, Knowledge::Secret) => linear(program, id, &forms),
            _ => None,
        };
        forms.push(form);
    }
    (unknowns, equations)
}

/// The linear forms of a secret value's elements, if it has some.
fn linear(program: &BoundProgram, id: ValueId, forms: &[Option<Vec<Form>>]) -> Option<Vec<Form>> {
    let value = program.value(id);
    let length = value.shape.length()?;
    let operand = |i: usize| element_forms(program, value.operands[i], forms);
    let at = |forms: &[Form], i: usize| forms[if forms.len() == 1 { 0 } else { i }].clone();
    match &value.operation {
        BoundOperation::Elementwise(Function::Add | Function::Sub) => {
            let sign = if value.operation == BoundOperation::Elementwise(Function::Sub) { PRIME - 1 } else { 1 };
            let (a, b) = (operand(0)?, operand(1)?);
            Some((0..length).map(|i| plus(at(&a, i), &at(&b, i), sign)).collect())
        }
        BoundOperation::Elementwise(Function::Neg) => Some(operand(0)?.iter().map(|f| times(f, PRIME - 1)).collect()),
        BoundOperation::Elementwise(Function::Mul) => {
            let (constant, other) = (0..2).find_map(|i| Some((constants(program, value.operands[i])?, 1 - i)))?;
            let forms = operand(other)?;
            Some(
                (0..length).map(|i| times(&at(&forms, i), constant[if constant.len() == 1 { 0 } else { i }])).collect(),
            )
        }
        // A power of ten changes no row space.
        BoundOperation::Rescale(_) => operand(0),
        BoundOperation::Sum => {
            let terms = operand(0)?;
            let width = terms.len() / length.max(1);
            Some(terms.chunks(width.max(1)).map(|row| row.iter().fold(Form::new(), |sum, f| plus(sum, f, 1))).collect())
        }
        BoundOperation::Fold(Reduction::Sum) => {
            let terms: Vec<Vec<Form>> = (0..value.operands.len()).map(operand).collect::<Option<_>>()?;
            Some((0..length).map(|i| terms.iter().fold(Form::new(), |sum, f| plus(sum, &f[i], 1))).collect())
        }
        BoundOperation::View(view) => {
            let forms = operand(0)?;
            (view.end() <= forms.len()).then(|| view.positions().map(|p| forms[p].clone()).collect())
        }
        BoundOperation::Concatenate => {
            (0..value.operands.len()).map(operand).collect::<Option<Vec<_>>>().map(|parts| parts.concat())
        }
        _ => None,
    }
}

/// A secret operand's forms; a constant has no unknowns.
fn element_forms(program: &BoundProgram, id: ValueId, forms: &[Option<Vec<Form>>]) -> Option<Vec<Form>> {
    match &program.value(id).knowledge {
        Knowledge::Secret => forms[id.0].clone(),
        _ => Some(vec![Form::new(); program.value(id).shape.length()?]),
    }
}

fn constants(program: &BoundProgram, id: ValueId) -> Option<Vec<u64>> {
    let value = program.value(id);
    let BoundOperation::Constant(words) = &value.operation else { return None };
    let prime = ethnum::I256::from(PRIME);
    Some(words.iter().map(|w| value_of(*w, &value.range).rem_euclid(prime).as_u64()).collect())
}

fn plus(mut a: Form, b: &Form, factor: u64) -> Form {
    for (unknown, coefficient) in b {
        let sum = a.entry(*unknown).or_insert(0);
        *sum = (*sum + multiply(*coefficient, factor)) % PRIME;
    }
    a.retain(|_, coefficient| *coefficient != 0);
    a
}

fn times(form: &Form, factor: u64) -> Form {
    plus(Form::new(), form, factor)
}

fn multiply(a: u64, b: u64) -> u64 {
    (u128::from(a) * u128::from(b) % u128::from(PRIME)) as u64
}

fn inverse(a: u64) -> u64 {
    let (mut result, mut base, mut exponent) = (1, a, PRIME - 2);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = multiply(result, base);
        }
        base = multiply(base, base);
        exponent >>= 1;
    }
    result
}

/// Equations that share no unknown are independent: sets of equations, by connected component.
fn components(unknowns: usize, equations: &[Equation]) -> Vec<Vec<usize>> {
    let mut parent: Vec<usize> = (0..unknowns).collect();
    fn root(parent: &mut [usize], mut i: usize) -> usize {
        while parent[i] != i {
            parent[i] = parent[parent[i]];
            i = parent[i];
        }
        i
    }
    for equation in equations {
        let mut members = equation.form.keys();
        if let Some(first) = members.next() {
            let first = root(&mut parent, *first);
            for other in members {
                let other = root(&mut parent, *other);
                parent[other] = first;
            }
        }
    }
    let mut sets: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (i, equation) in equations.iter().enumerate() {
        if let Some(first) = equation.form.keys().next() {
            sets.entry(root(&mut parent, *first)).or_default().push(i);
        }
    }
    sets.into_values().collect()
}

/// A system without the names of its unknowns.
#[derive(PartialEq, Eq, Hash)]
struct Signature {
    owners: Vec<usize>,
    shares: Vec<ValueId>,
    rows: Vec<(Vec<u64>, Vec<usize>)>,
}

/// The equations of one component, with columns numbered from zero.
struct System<'a> {
    unknowns: Vec<usize>,
    /// The party that owns each column's unknown.
    owners: Vec<usize>,
    shares: Vec<ValueId>,
    rows: Vec<(Vec<u64>, &'a BTreeSet<usize>)>,
}

impl<'a> System<'a> {
    fn new(unknowns: &[Unknown], equations: &'a [Equation], component: &[usize]) -> Self {
        let columns: BTreeSet<usize> = component.iter().flat_map(|i| equations[*i].form.keys().copied()).collect();
        let columns: Vec<usize> = columns.into_iter().collect();
        let rows = component
            .iter()
            .map(|i| {
                let row = columns.iter().map(|c| equations[*i].form.get(c).copied().unwrap_or(0)).collect();
                (row, &equations[*i].known_to)
            })
            .collect();
        Self {
            owners: columns.iter().map(|c| unknowns[*c].owner).collect(),
            shares: columns.iter().map(|c| unknowns[*c].share).collect(),
            unknowns: columns,
            rows,
        }
    }

    /// What makes two systems the same question.
    fn signature(&self) -> Signature {
        let rows = self.rows.iter().map(|(row, known_to)| (row.clone(), known_to.iter().copied().collect())).collect();
        Signature { owners: self.owners.clone(), shares: self.shares.clone(), rows }
    }

    /// The smallest coalition that solves a column; beyond [`TRIED`] of them, one from which nobody can be
    /// left out.
    fn smallest(&self, column: usize, parties: usize) -> Option<BTreeSet<usize>> {
        let others: Vec<usize> = (0..parties).filter(|p| *p != self.owners[column]).collect();
        let mut everybody: BTreeSet<usize> = others.iter().copied().collect();
        if !self.solves(column, &everybody) {
            return None;
        }
        let mut tried = 0;
        for size in 1..others.len() {
            let mut chosen: Vec<usize> = (0..size).collect();
            loop {
                let coalition = chosen.iter().map(|i| others[*i]).collect();
                if self.solves(column, &coalition) {
                    return Some(coalition);
                }
                tried += 1;
                if tried > TRIED || !next_choice(&mut chosen, others.len()) {
                    break;
                }
            }
            if tried > TRIED {
                break;
            }
        }
        for party in others {
            everybody.remove(&party);
            if !self.solves(column, &everybody) {
                everybody.insert(party);
            }
        }
        Some(everybody)
    }

    /// Whether the unit vector of `column` is a combination of the coalition's equations.
    fn solves(&self, column: usize, coalition: &BTreeSet<usize>) -> bool {
        let foreign: Vec<usize> =
            (0..self.owners.len()).filter(|c| *c != column && !coalition.contains(&self.owners[*c])).collect();
        // The wanted column stands last: it is solved if a row remains that has nothing else.
        let mut rows: Vec<Vec<u64>> = self
            .rows
            .iter()
            .filter(|(_, known_to)| !known_to.is_disjoint(coalition))
            .map(|(row, _)| foreign.iter().map(|c| row[*c]).chain([row[column]]).collect())
            .collect();
        let mut done = 0;
        for c in 0..foreign.len() {
            let Some(pivot) = (done..rows.len()).find(|r| rows[*r][c] != 0) else { continue };
            rows.swap(done, pivot);
            let scale = inverse(rows[done][c]);
            let pivot_row: Vec<u64> = rows[done].iter().map(|x| multiply(*x, scale)).collect();
            for row in &mut rows[done + 1..] {
                let factor = PRIME - row[c];
                if factor != PRIME {
                    row.iter_mut().zip(&pivot_row).for_each(|(x, p)| *x = (*x + multiply(*p, factor)) % PRIME);
                }
            }
            done += 1;
        }
        rows[done..].iter().any(|row| row[foreign.len()] != 0)
    }
}

/// The next subset of `0..count` of the same size, in lexicographic order.
fn next_choice(chosen: &mut [usize], count: usize) -> bool {
    let size = chosen.len();
    for i in (0..size).rev() {
        if chosen[i] < count - size + i {
            chosen[i] += 1;
            for j in i + 1..size {
                chosen[j] = chosen[j - 1] + 1;
            }
            return true;
        }
    }
    false
}
