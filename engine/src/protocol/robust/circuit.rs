//! Circuits over shared bits, 64 instances to a word: XOR and NOT are local, the AND gates of a layer are one product of
//! bits, packed without gaps.

use quorate_circuits::boolean::{Circuit, Gate, Layer, Wire};

use super::online::product;
use super::packed::{lanes, of_strings, to_strings};
use super::share::Share;
use super::{Number, Robust};
use crate::correlation::SecretVec;
use crate::galois::GaloisRing;
use crate::net::ChannelError;
use crate::protocol::vector::{BitString, Planes};
use crate::protocol::{CallRequest, Shape};

/// A circuit over a batch, under way.
struct Evaluation<'a> {
    circuit: &'a Circuit,
    layers: Vec<Layer<'a>>,
    instances: usize,
    /// By power of `X`, a plane for each wire.
    wires: Vec<SecretVec<u64>>,
}

impl<R: Number> Robust<R> {
    /// All requests side by side, in the layers of the deepest.
    pub(super) async fn evaluate(
        &mut self,
        requests: &[CallRequest<'_, Share<R>>],
    ) -> Result<Vec<Vec<Share<R>>>, ChannelError> {
        let ring = self.table.ring();
        let mut evaluations: Vec<_> = requests.iter().map(|request| Evaluation::new(ring, request)).collect();
        if self.computes() {
            let layers = evaluations.iter().map(|evaluation| evaluation.layers.len()).max().unwrap_or(0);
            for layer in 0..layers {
                self.layer(&mut evaluations, layer).await?;
            }
        }
        Ok(evaluations.iter().map(Evaluation::outputs).collect())
    }

    async fn layer(&mut self, evaluations: &mut [Evaluation<'_>], layer: usize) -> Result<(), ChannelError> {
        let ring = self.table.ring();
        let bits = evaluations.iter().map(|evaluation| evaluation.and_bits(layer)).sum();
        let room = || (0..ring.degree()).map(|_| BitString::with_room(bits)).collect::<Vec<_>>();
        let mut operands = [room(), room()];
        for evaluation in &mut *evaluations {
            evaluation.run_local(layer);
            evaluation.gather(layer, &mut operands);
        }
        if bits > 0 {
            let [x, y] = operands.map(|strings| of_strings(ring, &strings, bits));
            let triples = self.bits.triples(&self.table, lanes(bits));
            let products = product(&mut self.session, &mut self.table, triples, &x, &y).await?;
            let products = to_strings(ring, &products, bits);
            let mut from = 0;
            evaluations.iter_mut().for_each(|evaluation| evaluation.put(layer, &products, &mut from));
        }
        Ok(())
    }
}

impl<'a> Evaluation<'a> {
    /// # Panics
    /// If the operands are not of the circuit's widths and one length.
    fn new<R: Number>(ring: GaloisRing, request: &CallRequest<'a, Share<R>>) -> Self {
        let circuit = request.circuit.as_ref();
        let instances = request.operands.first().map_or(0, |operand| operand.shape.length);
        let widths: Vec<usize> = request.operands.iter().map(|operand| operand.shape.width()).collect();
        assert_eq!(widths, circuit.input_widths(), "a vector of the right width for each input");
        assert!(request.operands.iter().all(|o| o.shape.length == instances), "vectors of one length");
        let step = instances.div_ceil(64);
        let wires = (0..ring.degree()).map(|power| {
            let mut wires = SecretVec::zeros(circuit.wires() * step);
            let first = Wire::TRUE.index() * step;
            // A public one is the constant polynomial.
            wires[first..][..step].fill(if power == 0 { u64::MAX } else { 0 });
            // The inputs come next after the constants.
            let mut place = first + step;
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
    fn gather(&self, layer: usize, operands: &mut [Vec<BitString>; 2]) {
        for &gate in self.ands(layer) {
            let Gate::And(x, y) = self.circuit.gates()[gate as usize] else {
                unreachable!("a layer's interactive gates are AND gates")
            };
            for (wire, strings) in [x, y].into_iter().zip(operands.iter_mut()) {
                for (string, wires) in strings.iter_mut().zip(&self.wires) {
                    string.push(self.plane(wires, wire), 0, self.instances);
                }
            }
        }
    }

    /// Takes the outputs of AND gates from bit `from` of `products` on.
    fn put(&mut self, layer: usize, products: &[BitString], from: &mut usize) {
        let step = self.instances.div_ceil(64);
        for &gate in self.ands(layer) {
            let output = self.circuit.gate_output(gate as usize).index();
            for (wires, string) in self.wires.iter_mut().zip(products) {
                string.copy_to(*from, self.instances, &mut wires[output * step..][..step]);
            }
            *from += self.instances;
        }
    }

    fn outputs<R: Number>(&self) -> Vec<Share<R>> {
        let mut wires = self.circuit.outputs().iter();
        let outputs = self.circuit.output_widths().iter().map(|&width| {
            let of_output: Vec<Wire> = wires.by_ref().take(width).copied().collect();
            let planes = self.wires.iter().map(|all| {
                let words = of_output.iter().flat_map(|wire| self.plane(all, *wire)).copied();
                Planes::from_words(width, self.instances, words.collect::<Vec<u64>>().into())
            });
            Share::boolean(width, self.instances, planes.collect())
        });
        outputs.collect()
    }

    fn plane<'b>(&self, wires: &'b [u64], wire: Wire) -> &'b [u64] {
        let step = self.instances.div_ceil(64);
        &wires[wire.index() * step..][..step]
    }
}

/// By layer and request, the AND gates of some calls, in bits.
pub(super) fn layers_on_paper(calls: &[(&Circuit, usize)]) -> Vec<Vec<usize>> {
    let layers = calls.iter().map(|(circuit, _)| circuit.layers().len()).max().unwrap_or(0);
    let of_layer = |layer: usize| -> Vec<usize> {
        let bits = |(circuit, instances): &(&Circuit, usize)| {
            circuit.layers().iter().nth(layer).map_or(0, |layer| layer.ands.len() * instances)
        };
        calls.iter().map(bits).collect()
    };
    (0..layers).map(of_layer).filter(|bits| bits.iter().any(|bits| *bits > 0)).collect()
}

/// The shapes of a call's results.
pub(super) fn outputs_of(circuit: &Circuit, instances: usize) -> Vec<Shape> {
    circuit.output_widths().iter().map(|&width| Shape::boolean(width, instances)).collect()
}
