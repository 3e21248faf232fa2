//! Circuits over shares of bits, 64 instances to a word: XOR gates are local, NOT adds one, and the AND gates of a layer, of
//! all requests together, are products over GF(2^d).

use quorate_circuits::boolean::{Circuit, Gate, Layer, Wire};

use super::Shamir;
use super::check::Statement;
use super::share::Share;
use crate::correlation::SecretVec;
use crate::galois::{Elements, GaloisRing, Lanes};
use crate::net::ChannelError;
use crate::protocol::CallRequest;
use crate::protocol::vector::{BitString, Planes};

/// A circuit over a batch, under way.
struct Evaluation<'a> {
    circuit: &'a Circuit,
    layers: Vec<Layer<'a>>,
    instances: usize,
    /// By power of `X`, a plane for each wire.
    wires: Vec<SecretVec<u64>>,
}

/// The operands of AND gates, packed, by power of `X`.
struct Operands {
    x: Vec<BitString>,
    y: Vec<BitString>,
}

impl Shamir {
    /// All requests side by side, in the layers of the deepest.
    pub(super) async fn evaluate(
        &mut self,
        requests: &[CallRequest<'_, Share>],
    ) -> Result<Vec<Vec<Share>>, ChannelError> {
        let ring = self.code.ring();
        let mut evaluations: Vec<_> = requests.iter().map(|request| Evaluation::new(request, ring)).collect();
        let layers = evaluations.iter().map(|evaluation| evaluation.layers.len()).max().unwrap_or(0);
        for layer in 0..layers {
            let bits = evaluations.iter().map(|evaluation| evaluation.and_bits(layer)).sum();
            let mut operands = Operands::with_room(ring, bits);
            for evaluation in &mut evaluations {
                evaluation.run_local(layer);
                evaluation.gather(layer, &mut operands);
            }
            if bits > 0 {
                let products = self.and(&operands, bits).await?;
                let mut from = 0;
                evaluations.iter_mut().for_each(|evaluation| evaluation.put(layer, &products, &mut from));
            }
        }
        Ok(evaluations.iter().map(Evaluation::outputs).collect())
    }

    /// The conjunctions of `bits` pairs of shared bits.
    async fn and(&mut self, operands: &Operands, bits: usize) -> Result<Vec<BitString>, ChannelError> {
        let ring = self.code.ring();
        let (x, y) = (lanes(ring, &operands.x, bits), lanes(ring, &operands.y, bits));
        let addends = self.addends_of(&x, &y);
        let z = self.reduce(addends).await?;
        let products = (0..ring.degree()).map(|power| {
            let mut string = BitString::with_length(bits);
            string.words_mut().copy_from_slice(bytemuck::cast_slice(z.plane(power)));
            string
        });
        let products = products.collect();
        self.bits.add(Statement { gates: x.len(), terms: 1, x, y, z });
        if self.bits.is_full() {
            self.verify::<Lanes>().await?;
        }
        Ok(products)
    }
}

/// Words of so many bits.
pub(super) fn words_of(bits: usize) -> usize {
    bits.div_ceil(64)
}

fn lanes(ring: GaloisRing, strings: &[BitString], bits: usize) -> Elements<Lanes> {
    let mut words = SecretVec::with_capacity(ring.degree() * words_of(bits));
    strings.iter().for_each(|string| words.append_words(bytemuck::cast_slice(string.words())));
    Elements::from_words(ring, words_of(bits), words)
}

impl Operands {
    fn with_room(ring: GaloisRing, bits: usize) -> Self {
        let strings = || (0..ring.degree()).map(|_| BitString::with_room(bits)).collect();
        Self { x: strings(), y: strings() }
    }
}

impl<'a> Evaluation<'a> {
    /// # Panics
    /// If the operands are not of the circuit's widths and one length.
    fn new(request: &CallRequest<'a, Share>, ring: GaloisRing) -> Self {
        let circuit = request.circuit.as_ref();
        let instances = request.operands.first().map_or(0, |operand| operand.shape.length);
        let widths: Vec<usize> = request.operands.iter().map(|operand| operand.shape.width()).collect();
        assert_eq!(widths, circuit.input_widths(), "a vector of the right width for each input");
        assert!(request.operands.iter().all(|o| o.shape.length == instances), "vectors of one length");
        let step = instances.div_ceil(64);
        let wires = (0..ring.degree()).map(|power| {
            let mut wires = SecretVec::zeros(circuit.wires() * step);
            let place = Wire::TRUE.index() * step;
            if power == 0 {
                wires[place..][..step].fill(u64::MAX);
            }
            // The inputs come next after the constants.
            let mut place = place + step;
            for operand in &request.operands {
                let words = operand.planes()[power].words();
                wires[place..][..words.len()].copy_from_slice(words);
                place += words.len();
            }
            wires
        });
        Self { circuit, layers: circuit.layers().iter().collect(), instances, wires: wires.collect() }
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
        for &gate in self.layers.get(layer).map_or(&[][..], |layer| layer.local) {
            let output = self.circuit.gate_output(gate as usize).index();
            for (power, wires) in self.wires.iter_mut().enumerate() {
                // A gate reads wires before its own.
                let (before, from) = wires.split_at_mut(output * step);
                let output = &mut from[..step];
                match self.circuit.gates()[gate as usize] {
                    Gate::Xor(x, y) => {
                        let (x, y) = (&before[x.index() * step..][..step], &before[y.index() * step..][..step]);
                        output.iter_mut().zip(x.iter().zip(y)).for_each(|(output, (x, y))| *output = x ^ y);
                    }
                    Gate::Not(x) => {
                        // One is a constant polynomial.
                        let one = if power == 0 { u64::MAX } else { 0 };
                        let operand = &before[x.index() * step..][..step];
                        output.iter_mut().zip(operand).for_each(|(output, x)| *output = x ^ one);
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
                let each = to.iter_mut().zip(&self.wires);
                each.for_each(|(to, wires)| to.push(self.plane(wires, wire), 0, self.instances));
            }
        }
    }

    /// Takes the outputs of AND gates from bit `from` of `products` on.
    fn put(&mut self, layer: usize, products: &[BitString], from: &mut usize) {
        let step = self.instances.div_ceil(64);
        for &gate in self.ands(layer) {
            let output = self.circuit.gate_output(gate as usize).index();
            for (wires, products) in self.wires.iter_mut().zip(products) {
                products.copy_to(*from, self.instances, &mut wires[output * step..][..step]);
            }
            *from += self.instances;
        }
    }

    fn outputs(&self) -> Vec<Share> {
        let mut wires = self.circuit.outputs().iter();
        let outputs = self.circuit.output_widths().iter().map(|&width| {
            let of_output: Vec<Wire> = wires.by_ref().take(width).copied().collect();
            let planes = self.wires.iter().map(|all| {
                let words = of_output.iter().flat_map(|wire| self.plane(all, *wire)).copied();
                Planes::from_words(width, self.instances, words.collect::<Vec<u64>>().into())
            });
            Share::bits(width, self.instances, planes.collect())
        });
        outputs.collect()
    }

    fn plane<'b>(&self, wires: &'b [u64], wire: Wire) -> &'b [u64] {
        let step = self.instances.div_ceil(64);
        &wires[wire.index() * step..][..step]
    }
}

/// By layer, the conjunctions of some calls, from each request's circuit and number of instances.
pub(super) fn layers_on_paper(calls: &[(&Circuit, usize)]) -> Vec<Vec<usize>> {
    let layers = calls.iter().map(|(circuit, _)| circuit.layers().len()).max().unwrap_or(0);
    let mut bits = vec![vec![0; calls.len()]; layers];
    for (request, (circuit, instances)) in calls.iter().enumerate() {
        let ands = circuit.layers().iter().map(|layer| layer.ands.len() * instances);
        bits.iter_mut().zip(ands).for_each(|(bits, ands)| bits[request] = ands);
    }
    bits.into_iter().filter(|bits| bits.iter().sum::<usize>() > 0).collect()
}
