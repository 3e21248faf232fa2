//! Circuits over shares of bits: the AND gates of a layer, of all requests together, are products over GF(2^d).

use super::Shamir;
use super::check::Statement;
use super::share::Share;
use crate::correlation::SecretVec;
use crate::galois::{Elements, GaloisRing, Lanes};
use crate::net::ChannelError;
use crate::protocol::CallRequest;
use crate::protocol::vector::{BitString, Evaluation};

impl Shamir {
    /// All requests side by side, in the layers of the deepest.
    pub(super) async fn evaluate(
        &mut self,
        requests: &[CallRequest<'_, Share>],
    ) -> Result<Vec<Vec<Share>>, ChannelError> {
        let planes = |share| Share::planes(share).iter().collect();
        let mut evaluation = Evaluation::new(requests, planes, &self.code.ring().one_in_all_lanes());
        for layer in 0..evaluation.layers() {
            let (bits, operands) = (evaluation.and_bits(layer), evaluation.run_local(layer));
            if bits > 0 {
                evaluation.put(layer, &self.and(operands, bits).await?);
            }
        }
        let share = |(width, length, planes)| Share::boolean(width, length, planes);
        Ok(evaluation.outputs().map(|outputs| outputs.into_iter().map(share).collect()).collect())
    }

    /// The conjunctions of `bits` pairs of shared bits.
    async fn and(&mut self, operands: [Vec<BitString>; 2], bits: usize) -> Result<Vec<BitString>, ChannelError> {
        let ring = self.code.ring();
        let [x, y] = operands.map(|strings| lanes(ring, &strings, bits));
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
