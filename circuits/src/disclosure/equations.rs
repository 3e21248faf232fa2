//! From a program to equations: what each output says about the numbers that only one party knows.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use ethnum::I256;

use super::polynomial::Polynomial;
use crate::bind::{BoundOperation, BoundProgram, Knowledge, RoleIndex, Value, ValueId, View};
use crate::clear::{self, Column};
use crate::number::{Range, Word, value_of};
use crate::program::{Function, Kind, Reduction};

/// In which arithmetic outputs are linear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Arithmetic {
    /// That of integers.
    Integers,
    /// That of bits, where exclusive or is the sum.
    Bits,
}

/// A number that one party knows, or nobody.
#[derive(Clone, Debug)]
pub(super) struct Unknown {
    /// Who knows it; nobody knows what the parties drew together.
    pub(super) owner: Option<usize>,
    /// How far apart its values can lie.
    pub(super) width: I256,
}

/// What an output says, and to whom.
#[derive(Clone, Debug)]
pub(super) struct Equation {
    pub(super) form: Polynomial,
    pub(super) known_to: BTreeSet<usize>,
}

/// An element of a value that its owner shared.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) share: ValueId,
    pub(super) owner: usize,
    pub(super) form: Polynomial,
}

/// What a program says.
#[derive(Debug)]
pub(super) struct Equations {
    pub(super) unknowns: Vec<Unknown>,
    pub(super) equations: Vec<Equation>,
    pub(super) targets: Vec<Target>,
}

/// Elements' polynomials; one may stand for all.
type Forms = Rc<[Polynomial]>;

impl Equations {
    /// The equations of a program whose roles are played by these parties.
    pub(super) fn of(program: &BoundProgram, arithmetic: Arithmetic, party_of: &dyn Fn(RoleIndex) -> usize) -> Self {
        let mut reading = Reading {
            program,
            arithmetic,
            party_of,
            public: Vec::with_capacity(program.values.len()),
            forms: Vec::with_capacity(program.values.len()),
            same: HashMap::new(),
            first: Vec::with_capacity(program.values.len()),
            found: Self { unknowns: Vec::new(), equations: Vec::new(), targets: Vec::new() },
        };
        for id in program.ids() {
            let value = program.value(id);
            reading.first.push(id);
            let public = reading.public(value);
            reading.public.push(public);
            let forms = reading.value(id, value);
            reading.forms.push(forms);
        }
        reading.found
    }
}

struct Reading<'a> {
    program: &'a BoundProgram,
    arithmetic: Arithmetic,
    party_of: &'a dyn Fn(RoleIndex) -> usize,
    /// What follows from constants alone, as integers.
    public: Vec<Option<Column>>,
    /// By value; `None` where it is no polynomial.
    forms: Vec<Option<Forms>>,
    /// Private values that are computed alike are the same: the first of each.
    same: HashMap<String, ValueId>,
    first: Vec<ValueId>,
    found: Equations,
}

impl Reading<'_> {
    fn public(&self, value: &Value) -> Option<Column> {
        // Nothing is followed through curves.
        if value.knowledge != Knowledge::Public || value.kind == Kind::Rational || value.kind.is_of_curves() {
            return None;
        }
        let operands: Vec<&Column> = value.operands.iter().map(|o| self.public[o.0].as_ref()).collect::<Option<_>>()?;
        clear::apply(self.program, value, &operands).ok()
    }

    fn value(&mut self, id: ValueId, value: &Value) -> Option<Forms> {
        if value.kind.is_of_curves() {
            return None;
        }
        match (&value.operation, &value.knowledge) {
            (BoundOperation::Input(position), Knowledge::Private(role)) => {
                match self.program.inputs[*position].range.single() {
                    None => self.fresh(value, Some(*role)),
                    Some(only) => Some([Polynomial::constant(only, true)].into()),
                }
            }
            (BoundOperation::Random { .. }, _) => self.fresh(value, None),
            (BoundOperation::Share, _) => {
                let forms = self.operand(value.operands[0]);
                if let Knowledge::Private(role) = self.program.value(value.operands[0]).knowledge {
                    let owner = (self.party_of)(role);
                    let target = |form: &Polynomial| Target { share: id, owner, form: form.clone().without_constant() };
                    self.found.targets.extend(forms.iter().flat_map(|forms| forms.iter()).map(target));
                }
                forms
            }
            (BoundOperation::Reveal { receivers, .. }, knowledge) => {
                let forms = self.operand(value.operands[0])?;
                let known_to: BTreeSet<usize> = receivers.iter().map(|role| (self.party_of)(*role)).collect();
                for form in forms.iter().cloned().map(Polynomial::without_constant) {
                    if !form.terms.is_empty() {
                        self.found.equations.push(Equation { form, known_to: known_to.clone() });
                    }
                }
                // Whoever computes with what everybody knows learns nothing from it.
                matches!(knowledge, Knowledge::Opened(_)).then_some(forms)
            }
            (_, Knowledge::Secret) => self.linear(value),
            (_, Knowledge::Private(role)) => self.private(id, value, *role),
            _ => None,
        }
    }

    /// A private value: a polynomial in its owner's inputs, or an unknown of its own.
    fn private(&mut self, id: ValueId, value: &Value, role: RoleIndex) -> Option<Forms> {
        let operands: Vec<ValueId> = value.operands.iter().map(|o| self.first[o.0]).collect();
        let key = format!("{:?} {operands:?} {role:?}", value.operation);
        let first = *self.same.entry(key).or_insert(id);
        self.first[id.0] = first;
        if first != id {
            return self.forms[first.0].clone();
        }
        // Locally, products are numbers like any others.
        let product = matches!(&value.operation, BoundOperation::Elementwise(Function::Mul) | BoundOperation::Dot);
        let of_private = value.operands.iter().all(|o| self.program.value(*o).knowledge != Knowledge::Public);
        let linear = if product && of_private { None } else { self.linear(value) };
        linear.or_else(|| self.fresh(value, Some(role)))
    }

    /// New unknowns. Of a column whose length only its owner knows nothing is followed.
    fn fresh(&mut self, value: &Value, role: Option<RoleIndex>) -> Option<Forms> {
        let length = value.shape.length()?;
        let owner = role.map(|role| (self.party_of)(role));
        let Range { low, high } = value.range;
        let first = self.found.unknowns.len();
        self.found.unknowns.extend((0..length).map(|_| Unknown { owner, width: high - low }));
        Some((first..first + length).map(|i| Polynomial::unknown(i as u32)).collect())
    }

    /// The polynomials of a computed value, if it has some.
    fn linear(&self, value: &Value) -> Option<Forms> {
        let length = value.shape.length()?;
        let forms = match self.arithmetic {
            Arithmetic::Integers => self.over_integers(value, length),
            Arithmetic::Bits => self.over_bits(value, length),
        };
        forms.map(Rc::from)
    }

    fn over_integers(&self, value: &Value, length: usize) -> Option<Vec<Polynomial>> {
        use BoundOperation as B;
        let operand = |i: usize| self.operand(value.operands[i]);
        let (one, minus) = (I256::ONE, -I256::ONE);
        let bit = Polynomial::constant(one, true);
        match &value.operation {
            B::Elementwise(Function::Add) => self.joined(value, length, |a, b| a.clone().plus(b, one)),
            B::Elementwise(Function::Sub) => self.joined(value, length, |a, b| a.clone().plus(b, minus)),
            B::Elementwise(Function::Mul) => self.joined(value, length, Polynomial::product),
            B::Elementwise(Function::Neg) => operand(0)?.iter().map(|form| form.times(minus)).collect(),
            B::Elementwise(Function::Not) => operand(0)?.iter().map(|form| bit.clone().plus(form, minus)).collect(),
            B::Rescale(factor) => operand(0)?.iter().map(|form| form.times(I256::from(*factor))).collect(),
            B::Sum => {
                let terms = operand(0)?;
                let width = (terms.len() / length.max(1)).max(1);
                terms.chunks(width).map(|row| total(row.iter().cloned().map(Some))).collect()
            }
            B::Dot => {
                let (table, column) = (operand(0)?, operand(1)?);
                let width = self.program.value(value.operands[1]).shape.length()?;
                let row = |r: usize| total((0..width).map(|i| at(&table, r * width + i)?.product(at(&column, i)?)));
                (0..length).map(row).collect()
            }
            B::Fold(Reduction::Sum) => {
                let terms: Vec<Forms> = (0..value.operands.len()).map(operand).collect::<Option<_>>()?;
                (0..length).map(|i| total(terms.iter().map(|forms| at(forms, i).cloned()))).collect()
            }
            B::View(view) => self.seen(value, view),
            B::Concatenate => self.end_to_end(value),
            B::Number => self.of_own_bits(value),
            B::Within | B::Sorted => operand(0).map(|forms| forms.to_vec()),
            _ => None,
        }
    }

    /// Exclusive or is the sum; of bits, equality is its opposite.
    fn over_bits(&self, value: &Value, length: usize) -> Option<Vec<Polynomial>> {
        use BoundOperation as B;
        let bits = value.operands.iter().all(|o| self.program.value(*o).kind == Kind::Bit);
        let added = |a: &Polynomial, b: &Polynomial| a.clone().plus(b, I256::ONE).map(Polynomial::odd);
        match &value.operation {
            B::Elementwise(Function::Xor) => self.joined(value, length, added),
            B::Elementwise(Function::Eq | Function::Ne) if bits => self.joined(value, length, added),
            B::Elementwise(Function::Not) | B::Sorted => self.operand(value.operands[0]).map(|forms| forms.to_vec()),
            B::View(view) => self.seen(value, view),
            B::Concatenate => self.end_to_end(value),
            _ => None,
        }
    }

    /// Two operands, element by element; one element stands for all.
    fn joined(
        &self,
        value: &Value,
        length: usize,
        join: impl Fn(&Polynomial, &Polynomial) -> Option<Polynomial>,
    ) -> Option<Vec<Polynomial>> {
        let (a, b) = (self.operand(value.operands[0])?, self.operand(value.operands[1])?);
        (0..length).map(|i| join(at(&a, i)?, at(&b, i)?)).collect()
    }

    fn seen(&self, value: &Value, view: &View) -> Option<Vec<Polynomial>> {
        let forms = self.operand(value.operands[0])?;
        view.positions().map(|i| at(&forms, i).cloned()).collect()
    }

    fn end_to_end(&self, value: &Value) -> Option<Vec<Polynomial>> {
        let parts: Vec<Forms> = value.operands.iter().map(|o| self.operand(*o)).collect::<Option<_>>()?;
        Some(parts.iter().flat_map(|forms| forms.iter().cloned()).collect())
    }

    /// A number made of the bits of a number that it can be is that number.
    fn of_own_bits(&self, value: &Value) -> Option<Vec<Polynomial>> {
        let bits = self.program.value(value.operands[0]);
        let BoundOperation::Bits { .. } = bits.operation else { return None };
        let number = bits.operands[0];
        let same = value.range.covers(&self.program.value(number).range);
        if same { self.operand(number).map(|forms| forms.to_vec()) } else { None }
    }

    /// An operand's polynomials; what everybody knows is a constant.
    fn operand(&self, id: ValueId) -> Option<Forms> {
        let value = self.program.value(id);
        if value.knowledge != Knowledge::Public {
            return self.forms[id.0].clone();
        }
        if let Some(column) = &self.public[id.0] {
            let number = |word: &Word| Polynomial::constant(value_of(*word, &value.range), true);
            return column.words().map(|words| words.iter().map(number).collect());
        }
        Some((0..value.shape.length()?).map(|i| Polynomial::constant(any_number(id, i), false)).collect())
    }
}

fn total(terms: impl Iterator<Item = Option<Polynomial>>) -> Option<Polynomial> {
    let mut sum = Polynomial::zero();
    for term in terms {
        sum = sum.plus(&term?, I256::ONE)?;
    }
    Some(sum)
}

fn at(forms: &Forms, i: usize) -> Option<&Polynomial> {
    forms.get(if forms.len() == 1 { 0 } else { i })
}

/// A number that stands for any: relations between a handful of these would be a coincidence.
fn any_number(id: ValueId, i: usize) -> I256 {
    I256::from(super::echelon::scrambled(((id.0 as u64) << 32) ^ i as u64))
}
