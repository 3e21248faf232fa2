//! Circuits over bits under any linear sharing, 64 instances to a word.
//!
//! A share of a bit has components: one of XOR shares, two of replicated ones, one for each power of `X` over a Galois field.
//! XOR gates are local to each component, NOT adds a share of one. The AND gates of a layer, of all calls together, are
//! handed out packed without gaps, so that a single instance pays for single bits; how they are multiplied is the protocol's.

use quorate_circuits::boolean::{Circuit, Gate, Layer, Summed, Wire};

use super::{BitString, Planes};
use crate::correlation::SecretVec;
use crate::protocol::CallRequest;

/// Calls under way, side by side.
pub(crate) struct Evaluation<'a>(Vec<Call<'a>>);

/// A circuit over a batch.
struct Call<'a> {
    circuit: &'a Circuit,
    layers: Vec<Layer<'a>>,
    instances: usize,
    /// Whether products that are only added up are shared anew as their sum.
    by_sums: bool,
    /// By component, a plane for each wire.
    wires: Vec<SecretVec<u64>>,
    /// By component, my share of one in all instances.
    one: Vec<u64>,
}

/// One value of a circuit for all instances: its width, how many instances, and planes by component.
pub(crate) type Output = (usize, usize, Vec<Planes>);

impl<'a> Evaluation<'a> {
    /// The calls of some requests; `planes` are those of a share, by component. `one` is, by component, my share of the public
    /// one, in all bits of a word.
    ///
    /// # Panics
    /// If operands are not of their circuit's widths and one length.
    pub(crate) fn new<S>(
        requests: &'a [CallRequest<'_, S>],
        planes: impl Fn(&'a S) -> Vec<&'a Planes>,
        one: &[u64],
    ) -> Self {
        let call = |request: &'a CallRequest<'_, S>| {
            let operands: Vec<Vec<&Planes>> = request.operands.iter().map(|operand| planes(operand)).collect();
            Call::new(request.circuit, &operands, one)
        };
        Self(requests.iter().map(call).collect())
    }

    /// Layers of the deepest circuit.
    pub(crate) fn layers(&self) -> usize {
        self.0.iter().map(|call| call.layers.len()).max().unwrap_or(0)
    }

    /// The same, for a sharing whose products are addends first: those that the circuit only adds up are given back as their
    /// sums ([`Self::add_up`]).
    pub(crate) fn by_sums(mut self) -> Self {
        self.0.iter_mut().for_each(|call| call.by_sums = true);
        self
    }

    /// AND gates of a layer, in bits.
    pub(crate) fn and_bits(&self, layer: usize) -> usize {
        self.0.iter().map(|call| call.and_bits(layer)).sum()
    }

    /// Of a layer's products, bit by bit, the sums that are shared anew.
    pub(crate) fn add_up(&self, layer: usize, products: BitString) -> BitString {
        if self.0.iter().all(|call| call.summed(layer).is_none()) {
            return products;
        }
        let mut sums = BitString::with_room(self.0.iter().map(|call| call.sum_bits(layer)).sum());
        let mut from = 0;
        self.0.iter().for_each(|call| call.add_up(layer, &products, &mut from, &mut sums));
        sums
    }

    /// Runs a layer's local gates, and gives both operands of its AND gates, by component.
    pub(crate) fn run_local(&mut self, layer: usize) -> [Vec<BitString>; 2] {
        let (bits, components) = (self.and_bits(layer), self.0.first().map_or(0, |call| call.one.len()));
        let room = || (0..components).map(|_| BitString::with_room(bits)).collect();
        let mut operands = [room(), room()];
        for call in &mut self.0 {
            call.run_local(layer);
            call.gather(layer, &mut operands);
        }
        operands
    }

    /// Takes the results of a layer's AND gates, or of their sums, by component.
    pub(crate) fn put(&mut self, layer: usize, products: &[BitString]) {
        let mut from = 0;
        self.0.iter_mut().for_each(|call| call.put(layer, products, &mut from));
    }

    /// By call, what its circuit gives.
    pub(crate) fn outputs(&self) -> impl Iterator<Item = Vec<Output>> {
        self.0.iter().map(Call::outputs)
    }
}

impl<'a> Call<'a> {
    fn new(circuit: &'a Circuit, operands: &[Vec<&Planes>], one: &[u64]) -> Self {
        let first = |operand: &Vec<&Planes>| (operand[0].width(), operand[0].length());
        let instances = operands.first().map_or(0, |operand| first(operand).1);
        let widths: Vec<usize> = operands.iter().map(|operand| first(operand).0).collect();
        assert_eq!(widths, circuit.input_widths(), "a vector of the right width for each input");
        assert!(operands.iter().all(|operand| first(operand).1 == instances), "vectors of one length");
        let step = instances.div_ceil(64);
        let wires = one.iter().enumerate().map(|(component, one)| {
            let mut wires = SecretVec::zeros(circuit.wires() * step);
            let place = Wire::TRUE.index() * step;
            wires[place..][..step].fill(*one);
            // The inputs come next after the constants.
            let mut place = place + step;
            for operand in operands {
                let words = operand[component].words();
                wires[place..][..words.len()].copy_from_slice(words);
                place += words.len();
            }
            wires
        });
        let (wires, layers) = (wires.collect(), circuit.layers().iter().collect());
        Self { circuit, layers, instances, by_sums: false, wires, one: one.to_vec() }
    }

    /// The layer's AND gates; none beyond the last layer.
    fn ands(&self, layer: usize) -> &'a [u32] {
        let as_they_stand = || self.layers.get(layer).map_or(&[][..], |layer| layer.ands);
        self.summed(layer).map_or_else(as_they_stand, |summed| &summed.gates)
    }

    /// Which of them are added up, if some are.
    fn summed(&self, layer: usize) -> Option<&'a Summed> {
        self.by_sums.then(|| self.circuit.sums().of_layer(layer)).flatten()
    }

    /// Bits of the layer's sums.
    fn sum_bits(&self, layer: usize) -> usize {
        self.instances * self.summed(layer).map_or(self.ands(layer).len(), |summed| summed.ends.len())
    }

    /// Appends the sums of products from bit `from` on.
    fn add_up(&self, layer: usize, products: &BitString, from: &mut usize, sums: &mut BitString) {
        let Some(summed) = self.summed(layer) else {
            let bits = self.and_bits(layer);
            sums.push(products.words(), *from, bits);
            *from += bits;
            return;
        };
        let step = self.instances.div_ceil(64);
        let (mut sum, mut product) = (SecretVec::<u64>::zeros(step), SecretVec::<u64>::zeros(step));
        for gates in summed.sums() {
            sum.fill(0);
            for _ in gates {
                products.copy_to(*from, self.instances, &mut product);
                sum.iter_mut().zip(product.iter()).for_each(|(sum, product)| *sum ^= product);
                *from += self.instances;
            }
            sums.push(&sum, 0, self.instances);
        }
    }

    fn and_bits(&self, layer: usize) -> usize {
        self.ands(layer).len() * self.instances
    }

    fn run_local(&mut self, layer: usize) {
        let step = self.instances.div_ceil(64);
        for &gate in self.layers.get(layer).map_or(&[][..], |layer| layer.local) {
            let output = self.circuit.gate_output(gate as usize).index();
            for (wires, one) in self.wires.iter_mut().zip(&self.one) {
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
                        output.iter_mut().zip(operand).for_each(|(output, x)| *output = x ^ one);
                    }
                    Gate::And(..) => unreachable!("a layer's local gates are no AND gates"),
                }
            }
        }
    }

    /// Appends the operands of AND gates.
    fn gather(&self, layer: usize, operands: &mut [Vec<BitString>; 2]) {
        for &gate in self.ands(layer) {
            let Gate::And(x, y) = self.circuit.gates()[gate as usize] else {
                unreachable!("a layer's interactive gates are AND gates")
            };
            for (wire, strings) in [x, y].into_iter().zip(operands.iter_mut()) {
                let each = strings.iter_mut().zip(&self.wires);
                each.for_each(|(string, wires)| string.push(self.plane(wires, wire), 0, self.instances));
            }
        }
    }

    /// Takes the results of AND gates from bit `from` of `products` on. A sum stands in the place of its first gate; in those
    /// of the others are zeros, as before.
    fn put(&mut self, layer: usize, products: &[BitString], from: &mut usize) {
        let step = self.instances.div_ceil(64);
        let firsts: Vec<u32> = match self.summed(layer) {
            Some(summed) => summed.sums().map(|gates| gates[0]).collect(),
            None => self.ands(layer).to_vec(),
        };
        for gate in firsts {
            let output = self.circuit.gate_output(gate as usize).index();
            for (wires, string) in self.wires.iter_mut().zip(products) {
                string.copy_to(*from, self.instances, &mut wires[output * step..][..step]);
            }
            *from += self.instances;
        }
    }

    fn outputs(&self) -> Vec<Output> {
        let mut wires = self.circuit.outputs().iter();
        let outputs = self.circuit.output_widths().iter().map(|&width| {
            let of_output: Vec<Wire> = wires.by_ref().take(width).copied().collect();
            let planes = self.wires.iter().map(|all| {
                let words = of_output.iter().flat_map(|wire| self.plane(all, *wire)).copied();
                Planes::from_words(width, self.instances, words.collect::<Vec<u64>>().into())
            });
            (width, self.instances, planes.collect())
        });
        outputs.collect()
    }

    fn plane<'b>(&self, wires: &'b [u64], wire: Wire) -> &'b [u64] {
        let step = self.instances.div_ceil(64);
        &wires[wire.index() * step..][..step]
    }
}

/// By layer that has AND gates, those of some calls, in bits, from each one's circuit and number of instances.
pub(crate) fn and_bits_by_layer(calls: &[(&Circuit, usize)]) -> Vec<Vec<usize>> {
    bits_by_layer(calls, |_, _, layer| layer.ands.len())
}

/// The same of the sums into which they go ([`Evaluation::by_sums`]).
pub(crate) fn sum_bits_by_layer(calls: &[(&Circuit, usize)]) -> Vec<Vec<usize>> {
    bits_by_layer(calls, |circuit, number, layer| {
        circuit.sums().of_layer(number).map_or(layer.ands.len(), |summed| summed.ends.len())
    })
}

fn bits_by_layer(calls: &[(&Circuit, usize)], count: impl Fn(&Circuit, usize, Layer<'_>) -> usize) -> Vec<Vec<usize>> {
    let layers = calls.iter().map(|(circuit, _)| circuit.layers().len()).max().unwrap_or(0);
    let mut bits = vec![vec![0; calls.len()]; layers];
    for (call, (circuit, instances)) in calls.iter().enumerate() {
        for ((number, layer), bits) in circuit.layers().iter().enumerate().zip(&mut bits) {
            bits[call] = count(circuit, number, layer) * instances;
        }
    }
    bits.into_iter().filter(|bits| bits.iter().sum::<usize>() > 0).collect()
}
