//! Roundings and bounds that are taken from the shares of numbers at once.
//!
//! A number that is rounded is a sum of products, and its bits are those of the sum of its shares. Nothing but the rounded
//! number needs them, so a circuit that rounds the shares' sum spares the rounds in which it would be carried out. And
//! what stands around a rounding can be done before it, where it takes no rounds: for whole numbers a and the quotient by
//! d rounded down, a + ⌊x / d⌋ is ⌊(x + a d) / d⌋, and a - ⌊x / d⌋ is ⌊(a d - x + d - 1) / d⌋; whether the result leaves
//! its bounds is seen at the number before it is divided. The results are the same to the bit.

use ethnum::I256;
use quorate_circuits::bind::{BoundOperation, BoundProgram, Knowledge, Value, ValueId};
use quorate_circuits::boolean::Shape;
use quorate_circuits::lower::{self, Bound};
use quorate_circuits::number::{Range, value_of, word_of};
use quorate_circuits::program::Function;

use super::Style;
use super::assign::Native;
use crate::protocol::Ring;

/// A value that is rounded or kept between bounds, and the number that this is done to.
#[derive(Clone, Debug)]
pub(super) struct Rounding {
    /// The number's terms, each with a factor.
    pub(super) terms: Vec<(ValueId, I256)>,
    /// Its constant term.
    pub(super) constant: I256,
    /// What is made of it.
    pub(super) circuit: lower::Rounding,
}

/// Divisors for which there are circuits.
const DIVISORS: Range = Range { low: I256::ONE, high: I256::new((1 << 63) - 1) };

/// By value, how it is rounded from shares, where it is.
pub(super) fn roundings(program: &BoundProgram, native: &[Native], style: Style) -> Vec<Option<Rounding>> {
    if !style.arithmetic || style.shape != Shape::FewRounds {
        return vec![None; program.values.len()];
    }
    let mut uses = vec![0; program.values.len()];
    program.values.iter().flat_map(|value| &value.operands).for_each(|operand| uses[operand.0] += 1);
    let search = Search { program, native, uses };
    program.ids().map(|id| search.rounding(id)).collect()
}

struct Search<'a> {
    program: &'a BoundProgram,
    native: &'a [Native],
    /// By value, how often it is an operand.
    uses: Vec<usize>,
}

/// A sum of values, and of one quotient at most.
#[derive(Clone, Default)]
struct Sum {
    /// Values and whether they are subtracted.
    values: Vec<(ValueId, bool)>,
    constant: I256,
    /// What is divided, by what, and whether the quotient is subtracted.
    quotients: Vec<(ValueId, I256, bool)>,
}

impl Search<'_> {
    fn rounding(&self, id: ValueId) -> Option<Rounding> {
        let value = self.program.value(id);
        let secret = value.knowledge == Knowledge::Secret;
        let function = self.function(id).filter(|_| secret)?;
        if !matches!(function, Function::Round | Function::Min | Function::Max) {
            return None;
        }
        let (bounds, inner) = self.bounds(id);
        let mut sum = Sum::default();
        self.add(&mut sum, inner, false, inner == id);
        if sum.quotients.len() != 1 {
            // The bits of a number that is used again would be made again.
            if inner == id || self.native[inner.0] != Native::Arithmetic || self.uses[inner.0] > 1 {
                return None;
            }
            sum = Sum { values: vec![(inner, false)], ..Sum::default() };
        }
        self.of_sum(&sum, &bounds, value)
    }

    fn function(&self, id: ValueId) -> Option<Function> {
        match self.program.value(id).operation {
            BoundOperation::Elementwise(function) => Some(function),
            _ => None,
        }
    }

    /// The only number that a value can be, where all elements are one.
    fn constant(&self, id: ValueId) -> Option<I256> {
        let value = self.program.value(id);
        match &value.operation {
            BoundOperation::Constant(words) if words.len() == 1 => Some(value_of(words[0], &value.range)),
            _ => None,
        }
    }

    /// The bounds between which a value is kept last, from the outermost on, and the value that is kept there.
    fn bounds(&self, id: ValueId) -> (Range, ValueId) {
        let (mut bounds, mut inner) = (Range { low: I256::MIN, high: I256::MAX }, id);
        while let Some(function @ (Function::Min | Function::Max)) = self.function(inner) {
            if inner != id && self.uses[inner.0] > 1 {
                break;
            }
            let operands = &self.program.value(inner).operands;
            let (bound, kept) = match [operands[0], operands[1]].map(|operand| self.constant(operand)) {
                [Some(bound), None] => (bound, operands[1]),
                [None, Some(bound)] => (bound, operands[0]),
                _ => break,
            };
            // The bounds found so far apply to this one.
            let bound = bound.max(bounds.low).min(bounds.high);
            *(if function == Function::Min { &mut bounds.high } else { &mut bounds.low }) = bound;
            inner = kept;
        }
        (bounds, inner)
    }

    /// Adds a value to a sum, or takes it away: by its own terms, if it is a sum that nothing else needs.
    fn add(&self, sum: &mut Sum, id: ValueId, negative: bool, is_first: bool) {
        if let Some(constant) = self.constant(id) {
            sum.constant += if negative { -constant } else { constant };
            return;
        }
        let operands = &self.program.value(id).operands;
        let alone = is_first || self.uses[id.0] == 1;
        match self.function(id).filter(|_| alone) {
            Some(Function::Add | Function::Sub) => {
                let subtracts = self.function(id) == Some(Function::Sub);
                self.add(sum, operands[0], negative, false);
                self.add(sum, operands[1], negative ^ subtracts, false);
            }
            Some(Function::Neg) => self.add(sum, operands[0], !negative, false),
            Some(Function::Round) if self.native[operands[0].0] == Native::Arithmetic => {
                let divisor = self.program.value(operands[1]).range.single();
                match divisor.filter(|divisor| DIVISORS.contains(*divisor)) {
                    Some(divisor) => sum.quotients.push((operands[0], divisor, negative)),
                    None => sum.values.push((id, negative)),
                }
            }
            _ => sum.values.push((id, negative)),
        }
    }

    fn of_sum(&self, sum: &Sum, bounds: &Range, result: &Value) -> Option<Rounding> {
        let quotient = sum.quotients.first();
        let divisor = quotient.map_or(I256::ONE, |(_, divisor, _)| *divisor);
        let half = divisor / 2;
        let mut terms = Vec::new();
        let mut constant = sum.constant.checked_mul(divisor)?;
        if let Some((dividend, _, negative)) = quotient {
            terms.push((*dividend, if *negative { I256::MINUS_ONE } else { I256::ONE }));
            constant = constant.checked_add(if *negative { divisor - 1 - half } else { half })?;
        }
        terms.extend(sum.values.iter().map(|(id, negative)| (*id, if *negative { -divisor } else { divisor })));
        let mut range = Range::exactly(constant);
        let mut widest = 0;
        for (id, factor) in &terms {
            let value = self.program.value(*id);
            if !matches!(value.knowledge, Knowledge::Secret | Knowledge::Public) {
                return None;
            }
            widest = widest.max(value.bits());
            range = range.add(&value.range.mul(&Range::exactly(*factor))?)?;
        }
        // Moved by a multiple of the divisor, nothing is negative.
        let lift = if range.low < 0 { (divisor - 1 - range.low) / divisor } else { I256::ZERO };
        let moved = lift.checked_mul(divisor)?;
        let range = range.add(&Range::exactly(moved))?;
        let width = range.bits() + 1;
        // It must not be what makes numbers wider.
        let ring = if widest <= Ring::Z64.bits() { Ring::Z64 } else { Ring::Z128 };
        if width > ring.bits() {
            return None;
        }
        let quotients = Range { low: range.low / divisor - lift, high: range.high / divisor - lift };
        let place = |quotient: I256| {
            let place = quotient.saturating_add(lift).saturating_mul(divisor);
            word_of(place.max(I256::ZERO).min(range.high + 1))
        };
        let below =
            (bounds.low > quotients.low).then(|| Bound { place: place(bounds.low), result: word_of(bounds.low) });
        let above = (bounds.high < quotients.high)
            .then(|| Bound { place: place(bounds.high + 1), result: word_of(bounds.high) });
        let bits = result.bits();
        let circuit = lower::Rounding { width, divisor: word_of(divisor), lift: word_of(lift), below, above, bits };
        Some(Rounding { terms, constant: constant + moved, circuit })
    }
}
