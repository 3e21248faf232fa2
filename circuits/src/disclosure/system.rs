//! Independent systems of equations, and who solves them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use ethnum::I256;

use super::digits::{Term, digits};
use super::echelon::{Echelon, PRIME, scrambled};
use super::equations::{Arithmetic, Equations};
use super::polynomial::{Monomial, Polynomial};
use crate::bind::ValueId;

/// Coalitions tried one by one before the search shrinks the largest one instead.
const TRIED: usize = 400;

/// Positions of equations and targets.
type Component = (Vec<usize>, Vec<usize>);

/// Equations and targets that share no unknown with others are independent: those that do, together.
pub(super) fn components(found: &Equations) -> Vec<Component> {
    let mut parent: Vec<usize> = (0..found.unknowns.len()).collect();
    let forms = || found.equations.iter().map(|e| &e.form).chain(found.targets.iter().map(|t| &t.form));
    let unknowns = |form: &Polynomial| -> Vec<usize> {
        form.terms.keys().flat_map(Monomial::factors).map(|unknown| unknown as usize).collect()
    };
    for form in forms() {
        if let [first, rest @ ..] = unknowns(form).as_slice() {
            let first = root(&mut parent, *first);
            for other in rest {
                let other = root(&mut parent, *other);
                parent[other] = first;
            }
        }
    }
    let mut sets: BTreeMap<usize, Component> = BTreeMap::new();
    for (i, form) in forms().enumerate() {
        if let Some(first) = unknowns(form).first() {
            let (equations, targets) = sets.entry(root(&mut parent, *first)).or_default();
            match i.checked_sub(found.equations.len()) {
                None => equations.push(i),
                Some(target) => targets.push(target),
            }
        }
    }
    sets.into_values().filter(|(equations, targets)| !equations.is_empty() && !targets.is_empty()).collect()
}

fn root(parent: &mut [usize], mut i: usize) -> usize {
    while parent[i] != i {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    i
}

/// The equations of one component, with unknowns numbered from zero: equal systems are the same question.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct System {
    arithmetic: Arithmetic,
    /// Who knows each unknown, and how far apart its values lie.
    unknowns: Vec<(Option<usize>, I256)>,
    rows: Vec<Row>,
    targets: Vec<Wanted>,
}

type Terms = Vec<(Monomial, I256)>;

#[derive(PartialEq, Eq, Hash)]
struct Row {
    terms: Terms,
    exact: bool,
    known_to: Vec<usize>,
}

#[derive(PartialEq, Eq, Hash)]
struct Wanted {
    share: ValueId,
    owner: usize,
    terms: Terms,
}

impl System {
    pub(super) fn new(found: &Equations, (equations, targets): &Component, arithmetic: Arithmetic) -> Self {
        let forms = equations.iter().map(|i| &found.equations[*i].form);
        let forms = forms.chain(targets.iter().map(|i| &found.targets[*i].form));
        let used: BTreeSet<u32> = forms.flat_map(|form| form.terms.keys().flat_map(Monomial::factors)).collect();
        let local: HashMap<u32, u32> = used.iter().copied().zip(0..).collect();
        let terms = |form: &Polynomial| form.terms.iter().map(|(m, c)| (m.renamed(&local), *c)).collect();
        let row = |i: &usize| {
            let equation = &found.equations[*i];
            let known_to = equation.known_to.iter().copied().collect();
            Row { terms: terms(&equation.form), exact: equation.form.exact, known_to }
        };
        let wanted = |i: &usize| {
            let target = &found.targets[*i];
            Wanted { share: target.share, owner: target.owner, terms: terms(&target.form) }
        };
        let mut system = Self {
            arithmetic,
            unknowns: used.iter().map(|u| &found.unknowns[*u as usize]).map(|u| (u.owner, u.width)).collect(),
            rows: equations.iter().map(row).collect(),
            targets: targets.iter().map(wanted).collect(),
        };
        system.forget_repetitions();
        system
    }

    /// Elements of a share that occur in all equations with the same coefficients are one question.
    fn forget_repetitions(&mut self) {
        let mut occurrences: HashMap<u32, Vec<(usize, I256)>> = HashMap::new();
        let mut in_products: HashSet<u32> = HashSet::new();
        for (i, row) in self.rows.iter().enumerate() {
            for (monomial, coefficient) in &row.terms {
                match monomial.single() {
                    Some(unknown) => occurrences.entry(unknown).or_default().push((i, *coefficient)),
                    None => in_products.extend(monomial.factors()),
                }
            }
        }
        let mut seen = HashSet::new();
        self.targets.retain(|wanted| match wanted.terms.as_slice() {
            [(monomial, _)] => {
                monomial.single().filter(|unknown| !in_products.contains(unknown)).is_none_or(|unknown| {
                    let width = self.unknowns[unknown as usize].1;
                    seen.insert((wanted.share, width, occurrences.get(&unknown).cloned().unwrap_or_default()))
                })
            }
            _ => true,
        });
    }

    /// Notes by share the smallest coalition that solves one of its elements.
    pub(super) fn solve(&self, parties: usize, best: &mut HashMap<ValueId, BTreeSet<usize>>) {
        let mut tried = HashMap::new();
        for wanted in &self.targets {
            if let Some(coalition) = self.smallest(wanted, parties, &mut tried)
                && best.get(&wanted.share).is_none_or(|old| coalition.len() < old.len())
            {
                best.insert(wanted.share, coalition);
            }
        }
    }

    /// The smallest coalition that solves a shared value; beyond [`TRIED`] of them, one from which nobody can be left
    /// out.
    fn smallest(
        &self,
        wanted: &Wanted,
        parties: usize,
        tried: &mut HashMap<BTreeSet<usize>, Echelon>,
    ) -> Option<BTreeSet<usize>> {
        let others: Vec<usize> = (0..parties).filter(|p| *p != wanted.owner).collect();
        let mut everybody: BTreeSet<usize> = others.iter().copied().collect();
        let mut solves = |coalition: &BTreeSet<usize>| {
            let echelon = tried.entry(coalition.clone()).or_insert_with(|| self.echelon(coalition));
            self.is_solved(wanted, coalition, echelon)
        };
        if !solves(&everybody) {
            return None;
        }
        let mut count = 0;
        'sizes: for size in 1..others.len() {
            let mut chosen: Vec<usize> = (0..size).collect();
            loop {
                let coalition = chosen.iter().map(|i| others[*i]).collect();
                if solves(&coalition) {
                    return Some(coalition);
                }
                count += 1;
                if count > TRIED {
                    break 'sizes;
                }
                if !next_choice(&mut chosen, others.len()) {
                    break;
                }
            }
        }
        for party in others {
            everybody.remove(&party);
            if !solves(&everybody) {
                everybody.insert(party);
            }
        }
        Some(everybody)
    }

    /// Whether the value, or a power of it where it is one unknown, is a combination of what the coalition knows.
    fn is_solved(&self, wanted: &Wanted, coalition: &BTreeSet<usize>, echelon: &Echelon) -> bool {
        let single = match wanted.terms.as_slice() {
            [(monomial, _)] => monomial.single(),
            _ => None,
        };
        let powers = single.into_iter().flat_map(|unknown| Monomial::powers(unknown).skip(1));
        let powers = powers.map(|power| vec![(power, I256::ONE)]);
        std::iter::once(wanted.terms.clone()).chain(powers).any(|terms| {
            let reduced = self.reduced(&terms, coalition);
            !reduced.is_empty() && echelon.spans(reduced)
        })
    }

    /// What a coalition knows, as rows over products of others' unknowns.
    fn echelon(&self, coalition: &BTreeSet<usize>) -> Echelon {
        let mut echelon = Echelon::new(if self.arithmetic == Arithmetic::Bits { 2 } else { PRIME });
        let known = || self.rows.iter().filter(|row| row.known_to.iter().any(|party| coalition.contains(party)));
        for row in known() {
            echelon.insert(self.reduced(&row.terms, coalition));
        }
        if self.arithmetic == Arithmetic::Integers {
            for part in self.parts(known().filter(|row| row.exact), coalition) {
                let terms: Terms = part.iter().map(|t| (Monomial::of(t.unknown), t.coefficient)).collect();
                echelon.insert(self.reduced(&terms, coalition));
            }
        }
        echelon
    }

    /// The partial sums that show as digits of what the coalition knows.
    fn parts<'a>(&self, rows: impl Iterator<Item = &'a Row>, coalition: &BTreeSet<usize>) -> Vec<Vec<Term>> {
        let mut open: Vec<Vec<Term>> = rows.filter_map(|row| self.sum_of_unknowns(row, coalition)).collect();
        let (mut parts, mut solved) = (Vec::new(), BTreeSet::new());
        loop {
            let before = solved.len();
            for sum in &mut open {
                sum.retain(|term| !solved.contains(&term.unknown));
                let found = digits(std::mem::take(sum));
                solved.extend(found.iter().filter(|part| part.len() == 1).map(|part| part[0].unknown));
                parts.extend(found.iter().cloned());
                *sum = found.into_iter().flatten().collect();
            }
            if solved.len() == before {
                return parts;
            }
        }
    }

    /// A row in which others' unknowns stand alone, without what the coalition knows.
    fn sum_of_unknowns(&self, row: &Row, coalition: &BTreeSet<usize>) -> Option<Vec<Term>> {
        let mut sum = Vec::new();
        for (monomial, coefficient) in &row.terms {
            if monomial.factors().all(|factor| self.is_own(factor, coalition)) {
                continue;
            }
            let unknown = monomial.single()?;
            sum.push(Term { unknown, coefficient: *coefficient, width: self.unknowns[unknown as usize].1 });
        }
        Some(sum)
    }

    fn is_own(&self, unknown: u32, coalition: &BTreeSet<usize>) -> bool {
        self.unknowns[unknown as usize].0.is_some_and(|owner| coalition.contains(&owner))
    }

    /// The foreign products of a polynomial; the coalition's own factors are any numbers.
    fn reduced(&self, terms: &Terms, coalition: &BTreeSet<usize>) -> BTreeMap<Monomial, u64> {
        let modulus = if self.arithmetic == Arithmetic::Bits { 2 } else { PRIME };
        let mut reduced: BTreeMap<Monomial, u64> = BTreeMap::new();
        for (monomial, coefficient) in terms {
            let mut number = coefficient.rem_euclid(I256::from(modulus)).as_u64();
            let mut foreign = Monomial::ONE;
            for factor in monomial.factors() {
                if self.is_own(factor, coalition) {
                    number = super::echelon::multiply(number, scrambled(factor.into()) % modulus, modulus);
                } else {
                    // A part of a product has no more factors than the product.
                    foreign = foreign.times(&Monomial::of(factor)).unwrap_or(foreign);
                }
            }
            if foreign != Monomial::ONE {
                let sum = reduced.entry(foreign).or_insert(0);
                *sum = (*sum + number) % modulus;
            }
        }
        reduced.retain(|_, number| *number != 0);
        reduced
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
