//! Programs that move, join, split and regroup values and call circuits: under every protocol they give what the clear
//! evaluation gives, and cost what their plan says. They are put together value by value.

use std::sync::Arc;

use quorate_circuits::bind::{BoundOperation, BoundProgram, Extent, Knowledge, RoleIndex, Shape, Value, ValueId, View};
use quorate_circuits::boolean::{self, Bits, Builder, integer};
use quorate_circuits::number::{Range, Word};
use quorate_circuits::program::{CircuitSource, Function, Kind};
use quorate_engine::plan::{Instruction, Stage};
use quorate_engine::protocol::{OFFERS_ON_NUMBERS, ProtocolName};
use quorate_testkit::conformance::{Seated, agrees};
use quorate_testkit::{Case, Cluster};

/// A program under construction: the shares of a short text, and what is made of them.
struct Hand {
    case: Case,
    x: ValueId,
    y: ValueId,
}

impl Hand {
    /// Two columns of `rows` numbers of a type, `x` of role `a` and `y` of role `b`.
    fn new(element: &str, rows: usize, seed: u64) -> Self {
        let source = format!(
            "program hand\nrole a\nrole b\ninput a.x[{rows}]: {element}\ninput b.y[{rows}]: {element}\n\
             reveal first = share(a.x) to all\nreveal second = share(b.y) to a\n"
        );
        let case = Case::filled(&source, "", seed);
        let shares: Vec<ValueId> =
            case.program.ids().filter(|id| case.program.value(*id).operation == BoundOperation::Share).collect();
        Self { case, x: shares[0], y: shares[1] }
    }

    fn program(&mut self) -> &mut BoundProgram {
        Arc::make_mut(&mut self.case.program)
    }

    fn push(&mut self, operation: BoundOperation, operands: &[ValueId], range: Range, lengths: &[usize]) -> ValueId {
        let program = self.program();
        let knowledge = match operands.iter().any(|o| program.value(*o).knowledge == Knowledge::Secret) {
            true => Knowledge::Secret,
            false => Knowledge::Public,
        };
        let kind = if range == Range::BIT { Kind::Bit } else { Kind::Number };
        let span = program.values[0].span;
        let shape = Shape(lengths.iter().map(|length| Extent::Known { length: *length, shown: true }).collect());
        let operands = operands.to_vec();
        program.values.push(Value { operation, operands, kind, decimals: 0, range, shape, knowledge, span });
        ValueId(program.values.len() - 1)
    }

    fn range(&self, id: ValueId) -> Range {
        self.case.program.value(id).range
    }

    fn length(&self, id: ValueId) -> usize {
        self.case.program.value(id).shape.length().expect("known lengths")
    }

    fn constant(&mut self, words: &[Word], range: Range) -> ValueId {
        self.push(BoundOperation::Constant(words.to_vec()), &[], range, &[words.len()])
    }

    fn view(&mut self, id: ValueId, offset: usize, axes: &[(usize, usize)]) -> ValueId {
        let view = View { offset, axes: axes.to_vec() };
        let lengths: Vec<usize> = axes.iter().map(|axis| axis.0).collect();
        self.push(BoundOperation::View(view), &[id], self.range(id), &lengths)
    }

    fn join(&mut self, ids: &[ValueId]) -> ValueId {
        let range = ids[1..].iter().fold(self.range(ids[0]), |all, id| all.union(&self.range(*id)));
        let length = ids.iter().map(|id| self.length(*id)).sum();
        self.push(BoundOperation::Concatenate, ids, range, &[length])
    }

    fn bits(&mut self, id: ValueId, width: usize) -> ValueId {
        self.push(BoundOperation::Bits { width }, &[id], Range::BIT, &[self.length(id), width])
    }

    fn number(&mut self, bits: ValueId, width: usize, range: Range) -> ValueId {
        let length = self.length(bits) / width;
        let rows = self.view(bits, 0, &[(length, width), (width, 1)]);
        self.push(BoundOperation::Number, &[rows], range, &[length])
    }

    fn circuit(&mut self, source: &CircuitSource, operands: &[ValueId]) -> ValueId {
        let instances = self.length(operands[0]) / source.input_widths()[0];
        let operation = BoundOperation::Circuit(source.clone());
        self.push(operation, operands, Range::BIT, &[instances, source.output_width()])
    }

    fn apply(&mut self, function: Function, operands: &[ValueId]) -> ValueId {
        let ranges: Vec<Range> = operands.iter().map(|o| self.range(*o)).collect();
        let range = match function {
            Function::Xor | Function::And => Range::BIT,
            _ => quorate_circuits::bind::elementwise_range(function, &ranges.iter().collect::<Vec<_>>())
                .expect("narrow ranges"),
        };
        let lengths = self.case.program.value(operands[0]).shape.shown();
        self.push(BoundOperation::Elementwise(function), operands, range, &lengths)
    }

    /// Reveals a value to both roles, or to the second one.
    fn reveal(&mut self, id: ValueId, to_all: bool) {
        let receivers: Vec<RoleIndex> = if to_all { vec![RoleIndex(0), RoleIndex(1)] } else { vec![RoleIndex(1)] };
        let knowledge = Knowledge::Opened(receivers.clone());
        let program = self.program();
        let operation = BoundOperation::Reveal { name: format!("output_{}", program.values.len()), receivers };
        let revealed = Value { operation, operands: vec![id], knowledge, ..program.value(id).clone() };
        program.values.push(revealed);
    }

    fn clusters(&self) -> Vec<Cluster> {
        let seated = |seats: &[usize]| Seated { case: self.case.clone(), seats: seats.to_vec() };
        let seatings = [seated(&[0, 1]), seated(&[1, 0])];
        OFFERS_ON_NUMBERS
            .iter()
            .flat_map(|o| seatings.iter().filter_map(|s| s.under(o.name)).collect::<Vec<_>>())
            .collect()
    }

    fn check(&self) {
        self.clusters().iter().for_each(agrees);
    }
}

/// Sum and product of two numbers of `width` bits, all bits end to end.
fn sum_and_product(width: usize) -> CircuitSource {
    let (mut builder, inputs) = Builder::new(&[width, width]);
    let (x, y) = (&inputs[0], &inputs[1]);
    let sum = integer::add(&mut builder, x, y, boolean::Shape::FewRounds);
    let product = integer::multiply(&mut builder, x, y, boolean::Shape::FewRounds);
    CircuitSource::imported(builder.finish(vec![sum, product]))
}

/// A bit for each of 1,600: whether it and the next one are set.
fn neighbours() -> CircuitSource {
    let (mut builder, inputs) = Builder::new(&[1600]);
    let x = inputs[0].wires();
    let ands: Bits = (0..1600).map(|i| builder.and(x[i], x[(i + 1) % 1600])).collect();
    CircuitSource::imported(builder.finish(vec![ands]))
}

/// How often a plan regroups bits: of whole vectors, and of tiles.
fn regroupings(hand: &Hand, protocol: ProtocolName) -> (usize, usize) {
    let stages = Cluster::new(hand.case.clone()).protocol(protocol).plan().stages;
    let count =
        |body: &[Vec<Instruction>]| body.iter().flatten().filter(|i| matches!(i, Instruction::Regroup { .. })).count();
    stages.iter().fold((0, 0), |(straight, tiled), stage| match stage {
        Stage::Straight(body) => (straight + count(body), tiled),
        Stage::Tiled { body, .. } => (straight, tiled + count(body)),
    })
}

#[test]
fn views_and_joined_vectors() {
    for (seed, element) in (0..).zip(["u8", "i16", "bit", "u128", "fixed(0) in -5..=900"]) {
        let mut hand = Hand::new(element, 12, seed);
        let (x, y) = (hand.x, hand.y);
        let transposed = hand.view(x, 0, &[(4, 1), (3, 4)]);
        let every_second = hand.view(y, 1, &[(6, 2)]);
        let same = hand.view(y, 0, &[(3, 4), (4, 1)]);
        let repeated = hand.view(same, 3, &[(5, 0)]);
        let nothing = hand.view(x, 2, &[(0, 1), (3, 1)]);
        let public = hand.constant(&[1, 0, 1], Range::BIT);
        let joined = hand.join(&[transposed, public, every_second, nothing, repeated, public]);
        let length = hand.length(joined);
        let backwards = hand.view(joined, 1, &[(2, 7), (length / 9, 1)]);
        let less = hand.apply(Function::Lt, &[transposed, same]);
        for (id, to_all) in [(joined, true), (backwards, false), (same, true), (less, true), (nothing, false)] {
            hand.reveal(id, to_all);
        }
        hand.check();
    }
}

/// Arithmetic values and bits in one vector.
#[test]
fn products_and_minima_joined() {
    let mut hand = Hand::new("i16", 5, 3);
    let (x, y) = (hand.x, hand.y);
    let product = hand.apply(Function::Mul, &[x, y]);
    let least = hand.apply(Function::Min, &[x, y]);
    let constant = hand.constant(&[9, (-4_i128) as Word], Range::new(-4, 9));
    let joined = hand.join(&[least, product, constant, x]);
    let bits = hand.bits(joined, 40);
    let part = hand.view(joined, 3, &[(4, 3)]);
    let doubled = hand.apply(Function::Add, &[part, part]);
    let only_bits = hand.join(&[least, least, constant]);
    for id in [joined, bits, doubled, only_bits] {
        hand.reveal(id, true);
    }
    hand.check();
}

#[test]
fn numbers_and_their_bits() {
    for (seed, element, width, range) in [
        (1, "u8", 8, Range::unsigned(8)),
        (2, "i16", 16, Range::signed(16)),
        (3, "u8", 11, Range::signed(11)),
        (4, "i16", 21, Range::unsigned(21)),
        (5, "u128", 128, Range::signed(128)),
        (6, "bit", 1, Range::BIT),
    ] {
        let mut hand = Hand::new(element, 9, seed);
        let bits = hand.bits(hand.x, width);
        let other = hand.bits(hand.y, width);
        let number = hand.number(bits, width, range);
        // The bits of the other one, backwards within each element but for the last.
        let mixed = hand.apply(Function::Xor, &[bits, other]);
        let top = hand.view(mixed, width - 1, &[(9, width)]);
        let back = hand.number(mixed, width, range);
        let again = hand.bits(back, width);
        let public = hand.constant(&(0..9 * width as Word).map(|i| i % 2).collect::<Vec<_>>(), Range::BIT);
        let striped = hand.apply(Function::And, &[again, public]);
        let counted = hand.push(BoundOperation::Sum, &[striped], Range::new(0, width as i64), &[9]);
        let total = hand.apply(Function::Max, &[number, back]);
        for (id, to_all) in [(bits, false), (number, true), (top, true), (back, true), (counted, true), (total, true)] {
            hand.reveal(id, to_all);
        }
        hand.check();
    }
}

#[test]
fn a_circuit_over_a_batch() {
    let source = sum_and_product(12);
    let mut hand = Hand::new("u8", 7, 5);
    let (x, y) = (hand.bits(hand.x, 12), hand.bits(hand.y, 12));
    let first = hand.circuit(&source, &[x, y]);
    let constant = hand.constant(&(0..7 * 12).map(|i| i / 5 % 2).collect::<Vec<_>>(), Range::BIT);
    let second = hand.circuit(&source, &[constant, y]);
    let sums = hand.view(second, 0, &[(7, 24), (12, 1)]);
    let third = hand.circuit(&source, &[sums, x]);
    let number = hand.number(third, 24, Range::unsigned(24));
    for id in [first, second, number] {
        hand.reveal(id, true);
    }
    hand.check();
}

/// Revealed values go on as bits, into circuits, and joined with secret ones.
#[test]
fn revealed_values_beside_secret_ones() {
    let source = sum_and_product(8);
    let mut hand = Hand::new("u8", 4, 6);
    let (x, revealed) = (hand.x, hand.case.program.outputs().next().expect("an output").1);
    let mut public = hand.case.program.value(revealed).clone();
    public.operation = BoundOperation::View(View::slice(0, 4));
    public.operands = vec![revealed];
    public.knowledge = Knowledge::Public;
    hand.program().values.push(public);
    let public = ValueId(hand.case.program.values.len() - 1);
    let (known, y) = (hand.bits(public, 8), hand.bits(hand.y, 8));
    let both = hand.circuit(&source, &[known, y]);
    let joined = hand.join(&[x, public, hand.y]);
    let joined_bits = hand.join(&[known, y]);
    let plain = hand.circuit(&source, &[known, known]);
    let plain = hand.number(plain, 16, Range::signed(16));
    for id in [both, joined, joined_bits] {
        hand.reveal(id, true);
    }
    let span = hand.case.program.value(plain).clone();
    let output = Value { operation: BoundOperation::Output { name: "plain".into() }, operands: vec![plain], ..span };
    hand.program().values.push(output);
    hand.check();
}

#[test]
fn a_circuit_of_sixteen_hundred_bits() {
    let source = neighbours();
    let mut hand = Hand::new("u64", 50, 8);
    let bits = hand.bits(hand.x, 64);
    let once = hand.circuit(&source, &[bits]);
    let twice = hand.circuit(&source, &[once]);
    let numbers = hand.number(twice, 64, Range::unsigned(64));
    hand.reveal(numbers, true);
    hand.check();
    // From words to one circuit, from the other to words, each by way of single bits; none between the two.
    OFFERS_ON_NUMBERS.iter().for_each(|offer| assert_eq!(regroupings(&hand, offer.name), (4, 0)));
}

#[test]
fn a_number_that_becomes_bits_and_a_number_again_is_not_moved() {
    let mut hand = Hand::new("u16", 6, 9);
    let bits = hand.bits(hand.x, 16);
    let number = hand.number(bits, 16, Range::unsigned(16));
    let least = hand.apply(Function::Min, &[number, hand.y]);
    hand.reveal(least, true);
    hand.check();
    OFFERS_ON_NUMBERS.iter().for_each(|offer| assert_eq!(regroupings(&hand, offer.name), (0, 0)));
}

/// Longer than a garbler's tile, whole and cut: bits of a tile's elements go with them.
#[test]
fn bits_of_long_vectors() {
    let rows = 4100;
    let source = sum_and_product(4);
    let mut hand = Hand::new("u8 in 0..=15", rows, 10);
    let (x, y) = (hand.bits(hand.x, 4), hand.bits(hand.y, 4));
    let differing = hand.apply(Function::Xor, &[x, y]);
    let result = hand.circuit(&source, &[differing, y]);
    let halves = hand.view(result, 4, &[(rows, 8), (4, 1)]);
    let numbers = hand.number(halves, 4, Range::unsigned(4));
    let wide = hand.number(result, 8, Range::unsigned(8));
    let most = hand.apply(Function::Max, &[numbers, wide]);
    let total = hand.push(BoundOperation::Sum, &[most], Range::new(0, 255 * rows as i64), &[]);
    hand.reveal(total, true);
    hand.reveal(wide, false);
    hand.check();
    assert_eq!(regroupings(&hand, ProtocolName::Yao), (0, 5));
}
