//! Which sets of holders satisfy a structure, how small and how large they are, and what a set lacks.

use super::{Gate, Input, Structure};

/// What an unsatisfied gate lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortage {
    /// The weight that is missing.
    pub missing: usize,
    /// The holders among its inputs that are not there.
    pub absent: Vec<u16>,
}

impl Structure {
    /// Whether these holders can use the secret together. Who is no holder, or named twice, adds nothing.
    pub fn is_satisfied_by(&self, present: &[u16]) -> bool {
        self.root().is_satisfied_by(present)
    }

    /// How many holders the smallest set has that can use the secret.
    pub fn signers_needed(&self) -> usize {
        self.plain_threshold().unwrap_or_else(|| self.smallest(false))
    }

    /// So many holders together learn nothing of the secret, whoever they are; of one more there is a set that can use
    /// it.
    pub fn privacy_threshold(&self) -> usize {
        self.signers_needed() - 1
    }

    /// So many holders can use the secret, whoever they are; of one fewer there is a set that cannot.
    ///
    /// What every set that can use it meets is what satisfies the dual structure (threshold `w - k + 1` instead of `k` of
    /// weight `w`); without its smallest set the others are the largest that cannot.
    pub fn signers_enough(&self) -> usize {
        self.holders() + 1 - self.smallest(true)
    }

    /// A part of these holders that can use the secret and of which nobody can be left out, if all of them can; those who
    /// come first are preferred.
    pub fn quorum_of(&self, order: &[u16]) -> Vec<u16> {
        let mut kept = order.to_vec();
        for index in order.iter().rev() {
            let fewer: Vec<u16> = kept.iter().copied().filter(|other| other != index).collect();
            if self.is_satisfied_by(&fewer) {
                kept = fewer;
            }
        }
        kept
    }

    /// Some sets that can use the secret and of which nobody can be left out, at most so many.
    pub fn examples(&self, count: usize) -> Vec<Vec<u16>> {
        let mut examples: Vec<Vec<u16>> = Vec::new();
        for first in self.indices() {
            let mut order: Vec<u16> = self.indices().collect();
            order.rotate_left(usize::from(first) - 1);
            let mut quorum = self.quorum_of(&order);
            quorum.sort_unstable();
            if examples.len() < count && !examples.contains(&quorum) {
                examples.push(quorum);
            }
        }
        examples
    }

    /// Which of these holders count for nothing beside the others: all gates of which they are inputs are unsatisfied.
    pub fn idle(&self, present: &[u16]) -> Vec<u16> {
        present.iter().copied().filter(|index| !self.root().uses(*index, present)).collect()
    }

    /// What the unsatisfied gates lack that have holders as inputs; nothing if the structure is satisfied.
    pub fn shortages(&self, present: &[u16]) -> Vec<Shortage> {
        let mut shortages = Vec::new();
        self.root().shortages(present, &mut shortages);
        shortages
    }

    /// How many holders the smallest set has that satisfies the structure or its dual. Holders that are inputs of several
    /// gates are tried in all combinations ([`super::MOST_REPEATED`]); all others count where they are.
    fn smallest(&self, dual: bool) -> usize {
        let mut seen = vec![0_u32; self.holders()];
        self.root().each_holder(&mut |index| seen[usize::from(index) - 1] += 1);
        let repeated: Vec<u16> = self.indices().filter(|index| seen[usize::from(*index) - 1] > 1).collect();
        let tried = (0..1_u32 << repeated.len()).filter_map(|mask| {
            let chosen = |index: u16| {
                repeated.iter().position(|other| *other == index).map(|position| mask >> position & 1 == 1)
            };
            Some(self.root().cheapest(dual, &chosen)? + mask.count_ones() as usize)
        });
        // All holders together satisfy both.
        tried.min().unwrap_or(self.holders())
    }
}

impl Gate {
    /// Whether these holders satisfy it.
    pub fn is_satisfied_by(&self, present: &[u16]) -> bool {
        let weight = self.inputs.iter().filter(|input| input.is_satisfied_by(present)).map(Input::weight);
        weight.map(usize::from).sum::<usize>() >= self.threshold.into()
    }

    /// Whether a holder is an input of it or of a gate below.
    pub fn mentions(&self, index: u16) -> bool {
        self.inputs.iter().any(|input| match input {
            Input::Holder { index: other, .. } => *other == index,
            Input::Gate(gate) => gate.mentions(index),
        })
    }

    fn uses(&self, index: u16, present: &[u16]) -> bool {
        self.is_satisfied_by(present)
            && self.inputs.iter().any(|input| match input {
                Input::Holder { index: other, .. } => *other == index,
                Input::Gate(gate) => gate.uses(index, present),
            })
    }

    fn each_holder(&self, visit: &mut impl FnMut(u16)) {
        for input in &self.inputs {
            match input {
                Input::Holder { index, .. } => visit(*index),
                Input::Gate(gate) => gate.each_holder(visit),
            }
        }
    }

    fn shortages(&self, present: &[u16], shortages: &mut Vec<Shortage>) {
        if self.is_satisfied_by(present) {
            return;
        }
        let satisfied = self.inputs.iter().filter(|input| input.is_satisfied_by(present));
        let there: usize = satisfied.map(|input| usize::from(input.weight())).sum();
        let absent = |input: &Input| match input {
            Input::Holder { index, .. } if !present.contains(index) => Some(*index),
            _ => None,
        };
        let absent: Vec<u16> = self.inputs.iter().filter_map(absent).collect();
        if !absent.is_empty() {
            shortages.push(Shortage { missing: usize::from(self.threshold) - there, absent });
        }
        for input in &self.inputs {
            if let Input::Gate(gate) = input {
                gate.shortages(present, shortages);
            }
        }
    }

    /// How many holders, beside those `chosen` says something of, are needed at least; `None` if all are not enough.
    fn cheapest(&self, dual: bool, chosen: &impl Fn(u16) -> Option<bool>) -> Option<usize> {
        let threshold = if dual { self.weight() + 1 - usize::from(self.threshold) } else { self.threshold.into() };
        let (mut weight, mut weights, mut costs) = (0_usize, Vec::new(), Vec::new());
        for input in &self.inputs {
            match input {
                Input::Holder { index, weight: counts } => match chosen(*index) {
                    None => weights.push(usize::from(*counts)),
                    Some(true) => weight += usize::from(*counts),
                    Some(false) => {}
                },
                Input::Gate(gate) => costs.extend(gate.cheapest(dual, chosen)),
            }
        }
        // The heaviest holders, each for one, and the cheapest gates, each of weight one.
        weights.sort_unstable_by(|a, b| b.cmp(a));
        costs.sort_unstable();
        let mut best = None;
        for holders in 0..=weights.len() {
            weight += if holders == 0 { 0 } else { weights[holders - 1] };
            let gates = threshold.saturating_sub(weight);
            if let Some(costs) = costs.get(..gates) {
                let cost = holders + costs.iter().sum::<usize>();
                best = Some(best.map_or(cost, |best: usize| best.min(cost)));
            }
        }
        best
    }
}

impl Input {
    /// Whether these holders satisfy it.
    pub fn is_satisfied_by(&self, present: &[u16]) -> bool {
        match self {
            Self::Holder { index, .. } => present.contains(index),
            Self::Gate(gate) => gate.is_satisfied_by(present),
        }
    }
}
