//! Circuits over XOR shares: Goldreich, Micali and Wigderson, "How to Play Any Mental Game", STOC 1987, with bit
//! triples (Beaver 1991), 64 instances to a word.
//!
//! XOR gates are local, NOT is party 0's. For the AND gates of a layer, of all requests together: open `d = x xor a`
//! and `e = y xor b` to everybody; then `x y = c xor d b xor e a xor d e`.
//!
//! *Cost*: 2 bits for each AND gate and instance to every peer, a round for each layer. The gates' bits are packed
//! without gaps, so that a single instance pays for single bits.

use quorate_circuits::boolean::{Circuit, Gate, Layer, Wire};

use super::share::Share;
use super::{ADDITIVE_ANDS, Additive};
use crate::correlation::{RingElement, SecretVec};
use crate::net::{ChannelError, Ledger};
use crate::protocol::CallRequest;
use crate::protocol::vector::{BitString, Planes};

/// A circuit over a batch, under way.
struct Evaluation<'a> {
    circuit: &'a Circuit,
    layers: Vec<Layer<'a>>,
    instances: usize,
    /// A plane for each wire.
    wires: SecretVec<u64>,
    /// Whether this party adds constants.
    first: bool,
}

impl<R: RingElement> Additive<R> {
    /// All requests side by side, in the layers of the deepest.
    pub(super) async fn evaluate(
        &mut self,
        requests: &[CallRequest<'_, Share<R>>],
    ) -> Result<Vec<Vec<Share<R>>>, ChannelError> {
        let first = self.me().0 == 0;
        let mut evaluations: Vec<_> = requests.iter().map(|request| Evaluation::new(request, first)).collect();
        let layers = evaluations.iter().map(|evaluation| evaluation.layers.len()).max().unwrap_or(0);
        for layer in 0..layers {
            self.layer(&mut evaluations, layer).await?;
        }
        Ok(evaluations.iter().map(Evaluation::outputs).collect())
    }

    async fn layer(&mut self, evaluations: &mut [Evaluation<'_>], layer: usize) -> Result<(), ChannelError> {
        let bits = evaluations.iter().map(|evaluation| evaluation.and_bits(layer)).sum();
        let (mut x, mut y) = (BitString::with_room(bits), BitString::with_room(bits));
        for evaluation in &mut *evaluations {
            evaluation.run_local(layer);
            evaluation.gather(layer, &mut x, &mut y);
        }
        if bits > 0 {
            let products = self.and(x, y, bits).await?;
            let mut from = 0;
            evaluations.iter_mut().for_each(|evaluation| evaluation.put(layer, &products, &mut from));
        }
        Ok(())
    }

    /// The conjunctions of `bits` pairs of shared bits.
    async fn and(&mut self, x: BitString, y: BitString, bits: usize) -> Result<SecretVec<u64>, ChannelError> {
        let triples = self.correlations.take_bits(bits.div_ceil(64));
        self.consumed.bit_triple_words += bits.div_ceil(64);
        let (mut d, mut e) = (x, y);
        d.xor(&triples.a);
        e.xor(&triples.b);
        let bytes = bits.div_ceil(8);
        let message = [d.as_bytes(), e.as_bytes()].concat();
        let incoming = self.session.network.exchange_all(ADDITIVE_ANDS, &message, 2 * bytes).await?;
        for peer in self.session.network.peers() {
            let (theirs_d, theirs_e) = incoming[peer.0].split_at(bytes);
            d.xor_bytes(theirs_d);
            e.xor_bytes(theirs_e);
        }
        let constant = if self.me().0 == 0 { u64::MAX } else { 0 };
        let mut products = triples.c;
        let opened = d.words().iter().zip(e.words());
        for ((c, (d, e)), (a, b)) in products.iter_mut().zip(opened).zip(triples.a.iter().zip(triples.b.iter())) {
            *c ^= (d & b) ^ (e & a) ^ (d & e & constant);
        }
        Ok(products)
    }
}

impl<'a> Evaluation<'a> {
    /// # Panics
    /// If the operands are not of the circuit's widths and one length.
    fn new<R: RingElement>(request: &CallRequest<'a, Share<R>>, first: bool) -> Self {
        let circuit = request.circuit.as_ref();
        let instances = request.operands.first().map_or(0, |operand| operand.shape.length);
        let widths: Vec<usize> = request.operands.iter().map(|operand| operand.shape.width()).collect();
        assert_eq!(widths, circuit.input_widths(), "a vector of the right width for each input");
        assert!(request.operands.iter().all(|o| o.shape.length == instances), "vectors of one length");
        let step = instances.div_ceil(64);
        let mut wires = SecretVec::zeros(circuit.wires() * step);
        if first {
            wires[Wire::TRUE.index() * step..][..step].fill(u64::MAX);
        }
        // The inputs come next after the constants.
        let mut place = (Wire::TRUE.index() + 1) * step;
        for operand in &request.operands {
            let words = operand.planes().words();
            wires[place..][..words.len()].copy_from_slice(words);
            place += words.len();
        }
        Self { circuit, layers: circuit.layers().iter().collect(), instances, wires, first }
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
        let negation = if self.first { u64::MAX } else { 0 };
        for &gate in self.layers.get(layer).map_or(&[][..], |layer| layer.local) {
            let output = self.circuit.gate_output(gate as usize).index();
            // A gate reads wires before its own.
            let (before, from) = self.wires.split_at_mut(output * step);
            let output = &mut from[..step];
            match self.circuit.gates()[gate as usize] {
                Gate::Xor(x, y) => {
                    let operands = before[x.index() * step..][..step].iter().zip(&before[y.index() * step..][..step]);
                    output.iter_mut().zip(operands).for_each(|(output, (x, y))| *output = x ^ y);
                }
                Gate::Not(x) => {
                    let operand = &before[x.index() * step..][..step];
                    output.iter_mut().zip(operand).for_each(|(output, x)| *output = x ^ negation);
                }
                Gate::And(..) => unreachable!("a layer's local gates are no AND gates"),
            }
        }
    }

    /// Appends the operands of AND gates.
    fn gather(&self, layer: usize, left: &mut BitString, right: &mut BitString) {
        for &gate in self.ands(layer) {
            let Gate::And(x, y) = self.circuit.gates()[gate as usize] else {
                unreachable!("a layer's interactive gates are AND gates")
            };
            left.push(self.plane(x), 0, self.instances);
            right.push(self.plane(y), 0, self.instances);
        }
    }

    /// Takes the outputs of AND gates from bit `from` of `products` on.
    fn put(&mut self, layer: usize, products: &[u64], from: &mut usize) {
        let step = self.instances.div_ceil(64);
        for &gate in self.ands(layer) {
            let mut plane = BitString::with_room(self.instances);
            plane.push(products, *from, self.instances);
            *from += self.instances;
            let output = self.circuit.gate_output(gate as usize).index();
            self.wires[output * step..][..step].copy_from_slice(plane.words());
        }
    }

    fn outputs<R: RingElement>(&self) -> Vec<Share<R>> {
        let mut wires = self.circuit.outputs().iter();
        let outputs = self.circuit.output_widths().iter().map(|&width| {
            let words: Vec<u64> = wires.by_ref().take(width).flat_map(|wire| self.plane(*wire)).copied().collect();
            Share::boolean(width, self.instances, Planes::from_words(width, self.instances, words.into()))
        });
        outputs.collect()
    }

    fn plane(&self, wire: Wire) -> &[u64] {
        let step = self.instances.div_ceil(64);
        &self.wires[wire.index() * step..][..step]
    }
}

/// The messages of one call, and what it consumes, from each request's circuit and number of instances.
pub(super) fn evaluate_cost(ledger: &mut Ledger, calls: &[(&Circuit, usize)]) -> usize {
    let layers = calls.iter().map(|(circuit, _)| circuit.layers().len()).max().unwrap_or(0);
    let mut bits = vec![vec![0; calls.len()]; layers];
    for (request, (circuit, instances)) in calls.iter().enumerate() {
        let ands = circuit.layers().iter().map(|layer| layer.ands.len() * instances);
        bits.iter_mut().zip(ands).for_each(|(bits, ands)| bits[request] = ands);
    }
    let mut words = 0;
    for bits in bits {
        let all: usize = bits.iter().sum();
        if all > 0 {
            ledger.split(bits.into_iter().map(|bits| bits as u64));
            ledger.exchange_all(2 * all.div_ceil(8) as u64);
            words += all.div_ceil(64);
        }
    }
    words
}
