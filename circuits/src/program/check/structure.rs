//! Types of uses of definitions and circuits.

use super::instances::result;
use super::typing::Typing;
use crate::program::{
    Bound, CircuitId, DefinitionId, Diagnostic, Dimension, Kind, Order, ParameterKind, Type, Visibility,
};

/// The most steps of a `repeat` or of a sequential fold: each is written out when the program is bound.
pub const MOST_STEPS: u64 = 1 << 16;

/// How often the type of an accumulator is looked at again: a public start becomes secret in the first step.
const SETTLES: usize = 3;

impl Typing<'_> {
    pub(super) fn invoke(&self, definition: DefinitionId, operands: &[&Type]) -> Result<Type, Diagnostic> {
        let arguments: Vec<Type> = operands.iter().map(|ty| (*ty).clone()).collect();
        result(&self.instances.of(definition, &arguments, self.scope.surroundings, self.span)?, self.span)
    }

    pub(super) fn map(&self, definition: DefinitionId, each: &[bool], operands: &[&Type]) -> Result<Type, Diagnostic> {
        let (dimension, arguments) = self.elements(each, operands)?;
        let surroundings = self.scope.surroundings.of_map(self.program, each, operands, self.span)?;
        let mut ty = result(&self.instances.of(definition, &arguments, surroundings, self.span)?, self.span)?;
        for (operand, _) in operands.iter().zip(each).filter(|(_, each)| **each) {
            ty.member = self.join_members(ty.member, operand.member)?;
            // That there are so many results is known to the owner alone.
            if let (Visibility::Public, Visibility::Private(_)) = (&ty.visibility, &operand.visibility) {
                ty.visibility.clone_from(&operand.visibility);
            }
        }
        if self.is_private_size(dimension) && !matches!(ty.visibility, Visibility::Private(_)) {
            return Err(self
                .error("only the owner knows how many rows there are, and one result for each would disclose it")
                .hint("keep the results private, and share what sum, count_by or sum_by make of them"));
        }
        ty.dimensions.insert(0, dimension);
        Ok(ty)
    }

    /// The dimension that is run through, and the types of the operands for one element.
    pub(super) fn elements(&self, each: &[bool], operands: &[&Type]) -> Result<(Dimension, Vec<Type>), Diagnostic> {
        let mut common: Option<Dimension> = None;
        let mut owner: Option<&Visibility> = None;
        let mut arguments = Vec::with_capacity(operands.len());
        for (operand, each) in operands.iter().zip(each) {
            let mut ty = (*operand).clone();
            if *each {
                if ty.dimensions.is_empty() {
                    return Err(self.error("`each` stands before a vector or a table; this is a single value"));
                }
                let dimension = ty.dimensions.remove(0);
                if common.is_some_and(|other| other != dimension) {
                    let names = [common.unwrap_or(dimension), dimension].map(|d| self.shape(&[d]));
                    return Err(self.error(format!("the lengths differ: {} and {}", names[0], names[1])));
                }
                let owner = owner.get_or_insert(&operand.visibility);
                if self.is_private_size(dimension) && **owner != operand.visibility {
                    return Err(self
                        .error("columns of two owners, each of whom alone knows how many rows there are")
                        .hint("declare the size without `private`"));
                }
                common = Some(dimension);
            }
            arguments.push(ty);
        }
        let none = || self.error("nothing is taken element by element").hint("write `each` before a vector: f(each x)");
        Ok((common.ok_or_else(none)?, arguments))
    }

    pub(super) fn fold(
        &self,
        definition: DefinitionId,
        order: Order,
        each: &[bool],
        operands: &[&Type],
    ) -> Result<Type, Diagnostic> {
        match order {
            Order::Associative => {
                let (dimension, mut arguments) = self.elements(each, operands)?;
                self.is_countable(dimension)?;
                if each.iter().filter(|each| **each).count() != 1 || !each[0] {
                    return Err(self.error("an associative fold runs through its first operand alone"));
                }
                let element = arguments[0].clone();
                arguments.insert(0, element.clone());
                let ty = self.invoke(definition, &arguments.iter().collect::<Vec<_>>())?;
                if ty != element {
                    return Err(self
                        .error("an associative fold gives what it takes: the function's result is of another type")
                        .hint("its result must have the shape, the kind and the secrecy of an element"));
                }
                Ok(ty)
            }
            Order::Sequential => {
                let (dimension, arguments) = self.elements(each, &operands[1..])?;
                self.is_countable(dimension)?;
                self.settled(definition, operands[0], &arguments)
            }
        }
    }

    pub(super) fn repeat(
        &self,
        definition: DefinitionId,
        times: Bound,
        operands: &[&Type],
    ) -> Result<Type, Diagnostic> {
        let fits = match times {
            Bound::Literal(l) => l.decimals == 0 && l.mantissa >= 1 && l.mantissa <= i128::from(MOST_STEPS),
            Bound::Parameter(id) => {
                matches!(
                    self.program.parameters[id.0].kind,
                    ParameterKind::Number { least: 1.., greatest: ..=MOST_STEPS, .. }
                )
            }
        };
        if !fits {
            return Err(self.error(format!("repeat takes a number, or a parameter, between 1 and {MOST_STEPS}")));
        }
        let arguments: Vec<Type> = operands[1..].iter().map(|ty| (*ty).clone()).collect();
        self.settled(definition, operands[0], &arguments)
    }

    /// The type of what is handed from step to step.
    fn settled(&self, definition: DefinitionId, start: &Type, arguments: &[Type]) -> Result<Type, Diagnostic> {
        let mut state = start.clone();
        for _ in 0..SETTLES {
            let operands: Vec<&Type> = std::iter::once(&state).chain(arguments).collect();
            let next = self.invoke(definition, &operands)?;
            if next == state {
                return Ok(state);
            }
            state = next;
        }
        Err(self
            .error("each step gives another type than the one before")
            .hint("the function's result must have the shape and kind of its first operand"))
    }

    fn is_countable(&self, dimension: Dimension) -> Result<(), Diagnostic> {
        if self.is_private_size(dimension) {
            return Err(self
                .error("only the owner knows how many elements there are, and a fold has a step for each")
                .hint("use sum, count_by or sum_by, or declare the size without `private`"));
        }
        Ok(())
    }

    pub(super) fn circuit(&self, id: CircuitId, operands: &[&Type]) -> Result<Type, Diagnostic> {
        let declared = &self.program.circuits[id.0];
        let widths = declared.source.input_widths();
        if widths.len() != operands.len() {
            let message = format!("{} takes {} operands; {} are given", declared.name, widths.len(), operands.len());
            return Err(self.error(message));
        }
        let mut joined = Type { kind: Kind::Bit, dimensions: vec![], visibility: Visibility::Public, member: None };
        for (position, (operand, width)) in operands.iter().zip(widths).enumerate() {
            if operand.kind != Kind::Bit || operand.dimensions != [Dimension::Constant(*width as u64)] {
                let message = format!("operand {} of {} is a vector of {width} bits", position + 1, declared.name);
                return Err(self
                    .error(message)
                    .hint(format!("bits(x, {width}) gives the bits of a number; map runs a circuit over many rows")));
            }
            joined.visibility = self.join(&joined, operand)?;
            joined.member = self.join_members(joined.member, operand.member)?;
        }
        joined.dimensions = vec![Dimension::Constant(declared.source.output_width() as u64)];
        Ok(joined)
    }

    pub(super) fn bits(&self, operand: &Type, width: u32) -> Result<Type, Diagnostic> {
        if operand.kind != Kind::Number {
            return Err(self.error("bits takes numbers"));
        }
        self.is_word(u64::from(width))?;
        let mut ty = Type { kind: Kind::Bit, ..operand.clone() };
        ty.dimensions.push(Dimension::Constant(u64::from(width)));
        Ok(ty)
    }

    pub(super) fn number(&self, operand: &Type) -> Result<Type, Diagnostic> {
        let mut ty = Type { kind: Kind::Number, ..operand.clone() };
        match (operand.kind, ty.dimensions.pop()) {
            (Kind::Bit, Some(Dimension::Constant(width))) => self.is_word(width)?,
            _ => return Err(self.error("only bits become a number: a vector of bits whose length is written out")),
        }
        Ok(ty)
    }

    fn is_word(&self, width: u64) -> Result<(), Diagnostic> {
        if (1..=128).contains(&width) { Ok(()) } else { Err(self.error("numbers have between 1 and 128 bits")) }
    }

    pub(super) fn join_vectors(&self, operands: &[&Type]) -> Result<Type, Diagnostic> {
        let mut joined = operands[0].clone();
        let mut total: u64 = 0;
        for operand in operands {
            self.no_rational(operand)?;
            let [Dimension::Constant(length)] = operand.dimensions.as_slice() else {
                return Err(self.error("join takes vectors whose length is written out"));
            };
            if operand.kind != joined.kind {
                return Err(self.error("bits and numbers cannot be joined"));
            }
            total = total.saturating_add(*length);
            joined.visibility = self.join(&joined, operand)?;
            joined.member = self.join_members(joined.member, operand.member)?;
        }
        if total > super::LONGEST {
            return Err(self.error(format!("the joined vector is longer than {}", super::LONGEST)));
        }
        joined.dimensions = vec![Dimension::Constant(total)];
        Ok(joined)
    }
}
