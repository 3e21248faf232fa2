//! Circuits over replicated bits, 64 instances to a word (Araki et al. 2016, section 3.1).
//!
//! XOR gates are local, NOT changes component 0. For the AND gates of a layer, of all requests together, every party
//! sends the party before one bit for each gate and instance: its addend `x_i (y_i ^ y_{i+1}) ^ x_{i+1} y_i` under a
//! fresh sharing of zero.
//!
//! The gates' bits are packed without gaps, so that a single instance pays for single bits.

use quorate_circuits::boolean::{Circuit, Gate, Layer, Wire};

use super::messages::Messages;
use super::share::{Pair, Share};
use super::{PARTIES, REPLICATED_ANDS, Replicated, next, previous};
use crate::correlation::{RingElement, SecretVec};
use crate::crypto::Prg;
use crate::net::{ChannelError, PartyIndex};
use crate::protocol::CallRequest;
use crate::protocol::vector::{BitString, Planes};

/// A circuit over a batch, under way.
struct Evaluation<'a> {
    circuit: &'a Circuit,
    layers: Vec<Layer<'a>>,
    instances: usize,
    /// A plane for each wire, of either component.
    wires: Pair<SecretVec<u64>>,
    /// What NOT adds to my components.
    negation: Pair<u64>,
}

/// The operands of AND gates, packed.
struct Operands {
    x: Pair<BitString>,
    y: Pair<BitString>,
}

impl<R: RingElement> Replicated<R> {
    /// All requests side by side, in the layers of the deepest.
    pub(super) async fn evaluate(
        &mut self,
        requests: &[CallRequest<'_, Share<R>>],
    ) -> Result<Vec<Vec<Share<R>>>, ChannelError> {
        let me = self.me();
        let mut evaluations: Vec<_> = requests.iter().map(|request| Evaluation::new(request, me)).collect();
        let layers = evaluations.iter().map(|evaluation| evaluation.layers.len()).max().unwrap_or(0);
        for layer in 0..layers {
            self.layer(&mut evaluations, layer).await?;
        }
        Ok(evaluations.iter().map(Evaluation::outputs).collect())
    }

    async fn layer(&mut self, evaluations: &mut [Evaluation<'_>], layer: usize) -> Result<(), ChannelError> {
        let bits = evaluations.iter().map(|evaluation| evaluation.and_bits(layer)).sum();
        let mut operands = Operands::with_room(bits);
        for evaluation in &mut *evaluations {
            evaluation.run_local(layer);
            evaluation.gather(layer, &mut operands);
        }
        if bits > 0 {
            let products = self.and(operands, bits).await?;
            let mut from = 0;
            evaluations.iter_mut().for_each(|evaluation| evaluation.put(layer, &products, &mut from));
        }
        Ok(())
    }

    /// The conjunctions of `bits` pairs of shared bits.
    async fn and(&mut self, operands: Operands, bits: usize) -> Result<Pair<BitString>, ChannelError> {
        let me = self.me();
        let keys = self.keys();
        let masks = Pair::new(drawn(&mut keys.first.zero, bits), drawn(&mut keys.second.zero, bits));
        let addend = operands.multiply(&masks, bits);
        let mut outgoing = [&[][..]; PARTIES];
        outgoing[previous(me).0] = addend.as_bytes();
        let messages = and_messages(bits);
        let incoming = messages.pass_slices(&mut self.session.network, REPLICATED_ANDS, &outgoing).await?;
        let products = Pair::new(addend, BitString::of_message(&incoming[next(me).0], bits));
        if let Some(record) = &mut self.record {
            record.add([&operands.x, &operands.y], &masks, &products.second);
            if record.is_full() {
                self.verify().await?;
            }
        }
        Ok(products)
    }
}

/// The next bits of a stream.
fn drawn(stream: &mut Prg, bits: usize) -> BitString {
    let mut drawn = BitString::with_length(bits);
    stream.fill_u64(drawn.words_mut());
    drawn.clear_spare_bits();
    drawn
}

impl Operands {
    fn with_room(bits: usize) -> Self {
        let pair = || Pair::new(BitString::with_room(bits), BitString::with_room(bits));
        Self { x: pair(), y: pair() }
    }

    /// `x_i (y_i ^ y_{i+1}) ^ x_{i+1} y_i`, and both masks.
    fn multiply(&self, masks: &Pair<BitString>, bits: usize) -> BitString {
        let mut addend = BitString::with_length(bits);
        let x = self.x.first.words().iter().zip(self.x.second.words());
        let y = self.y.first.words().iter().zip(self.y.second.words());
        let masks = masks.first.words().iter().zip(masks.second.words());
        for ((to, (mine, theirs)), ((a, b), (c, d))) in addend.words_mut().iter_mut().zip(masks).zip(x.zip(y)) {
            *to = (a & (c ^ d)) ^ (b & c) ^ mine ^ theirs;
        }
        addend
    }
}

impl<'a> Evaluation<'a> {
    /// # Panics
    /// If the operands are not of the circuit's widths and one length.
    fn new<R: RingElement>(request: &CallRequest<'a, Share<R>>, me: PartyIndex) -> Self {
        let circuit = request.circuit.as_ref();
        let instances = request.operands.first().map_or(0, |operand| operand.shape.length);
        let widths: Vec<usize> = request.operands.iter().map(|operand| operand.shape.width()).collect();
        assert_eq!(widths, circuit.input_widths(), "a vector of the right width for each input");
        assert!(request.operands.iter().all(|o| o.shape.length == instances), "vectors of one length");
        let step = instances.div_ceil(64);
        let room = || SecretVec::zeros(circuit.wires() * step);
        let mut negation = Pair::new(0, 0);
        if let Some(negation) = negation.component(me, 0) {
            *negation = u64::MAX;
        }
        let mut wires = Pair::new(room(), room());
        let place = Wire::TRUE.index() * step;
        wires.first[place..][..step].fill(negation.first);
        wires.second[place..][..step].fill(negation.second);
        // The inputs come next after the constants.
        let mut place = place + step;
        for operand in &request.operands {
            let planes = operand.planes();
            let (first, second) = (planes.first.words(), planes.second.words());
            wires.first[place..][..first.len()].copy_from_slice(first);
            wires.second[place..][..second.len()].copy_from_slice(second);
            place += first.len();
        }
        Self { circuit, layers: circuit.layers().iter().collect(), instances, wires, negation }
    }

    /// The layer's AND gates; none beyond the last layer.
    fn ands(&self, layer: usize) -> &'a [u32] {
        self.layers.get(layer).map_or(&[], |layer| layer.ands)
    }

    fn and_bits(&self, layer: usize) -> usize {
        self.ands(layer).len() * self.instances
    }

    fn run_local(&mut self, layer: usize) {
        let step = self.instances.div_ceil(64);
        let negation = [self.negation.first, self.negation.second];
        for &gate in self.layers.get(layer).map_or(&[][..], |layer| layer.local) {
            let output = self.circuit.gate_output(gate as usize).index();
            for (wires, negation) in [&mut self.wires.first, &mut self.wires.second].into_iter().zip(negation) {
                // A gate reads wires before its own.
                let (before, from) = wires.split_at_mut(output * step);
                let output = &mut from[..step];
                match self.circuit.gates()[gate as usize] {
                    Gate::Xor(x, y) => {
                        let (x, y) = (&before[x.index() * step..][..step], &before[y.index() * step..][..step]);
                        output.iter_mut().zip(x.iter().zip(y)).for_each(|(output, (x, y))| *output = x ^ y);
                    }
                    Gate::Not(x) => {
                        let operand = &before[x.index() * step..][..step];
                        output.iter_mut().zip(operand).for_each(|(output, x)| *output = x ^ negation);
                    }
                    Gate::And(..) => unreachable!("a layer's local gates are no AND gates"),
                }
            }
        }
    }

    /// Appends the operands of AND gates.
    fn gather(&self, layer: usize, operands: &mut Operands) {
        for &gate in self.ands(layer) {
            let Gate::And(x, y) = self.circuit.gates()[gate as usize] else {
                unreachable!("a layer's interactive gates are AND gates")
            };
            for (wire, to) in [(x, &mut operands.x), (y, &mut operands.y)] {
                to.first.push(self.plane(&self.wires.first, wire), 0, self.instances);
                to.second.push(self.plane(&self.wires.second, wire), 0, self.instances);
            }
        }
    }

    /// Takes the outputs of AND gates from bit `from` of `products` on.
    fn put(&mut self, layer: usize, products: &Pair<BitString>, from: &mut usize) {
        let step = self.instances.div_ceil(64);
        for &gate in self.ands(layer) {
            let output = self.circuit.gate_output(gate as usize).index();
            products.first.copy_to(*from, self.instances, &mut self.wires.first[output * step..][..step]);
            products.second.copy_to(*from, self.instances, &mut self.wires.second[output * step..][..step]);
            *from += self.instances;
        }
    }

    fn outputs<R: RingElement>(&self) -> Vec<Share<R>> {
        let mut wires = self.circuit.outputs().iter();
        let outputs = self.circuit.output_widths().iter().map(|&width| {
            let of_output: Vec<Wire> = wires.by_ref().take(width).copied().collect();
            let pair = Pair::new(&self.wires.first, &self.wires.second).map(|all| {
                let words = of_output.iter().flat_map(|wire| self.plane(all, *wire)).copied();
                Planes::from_words(width, self.instances, words.collect::<Vec<u64>>().into())
            });
            Share::boolean(width, self.instances, pair)
        });
        outputs.collect()
    }

    fn plane<'b>(&self, wires: &'b [u64], wire: Wire) -> &'b [u64] {
        let step = self.instances.div_ceil(64);
        &wires[wire.index() * step..][..step]
    }
}

/// Everybody's addends of so many conjunctions, to the party before.
fn and_messages(bits: usize) -> Messages {
    let mut messages = Messages::default();
    (0..PARTIES).map(PartyIndex).for_each(|party| messages.add(party, previous(party), bits.div_ceil(8)));
    messages
}

/// By layer and request, the conjunctions of some calls, from each request's circuit and number of instances; and by
/// layer, their messages.
pub(super) fn layers_on_paper(calls: &[(&Circuit, usize)]) -> Vec<(Vec<usize>, Messages)> {
    let layers = calls.iter().map(|(circuit, _)| circuit.layers().len()).max().unwrap_or(0);
    let mut bits = vec![vec![0; calls.len()]; layers];
    for (request, (circuit, instances)) in calls.iter().enumerate() {
        let ands = circuit.layers().iter().map(|layer| layer.ands.len() * instances);
        bits.iter_mut().zip(ands).for_each(|(bits, ands)| bits[request] = ands);
    }
    let interactive = bits.into_iter().filter(|bits| bits.iter().sum::<usize>() > 0);
    interactive.map(|bits| (bits.clone(), and_messages(bits.iter().sum()))).collect()
}
