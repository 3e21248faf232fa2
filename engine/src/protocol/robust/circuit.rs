//! Circuits over shared bits: the AND gates of a layer are one product of bits.

use super::online::product;
use super::packed::{lanes, of_strings, to_strings};
use super::{Number, Robust, Share};
use crate::net::ChannelError;
use crate::protocol::CallRequest;
use crate::protocol::vector::Evaluation;

impl<R: Number> Robust<R> {
    /// All requests side by side, in the layers of the deepest.
    pub(super) async fn evaluate(
        &mut self,
        requests: &[CallRequest<'_, Share<R>>],
    ) -> Result<Vec<Vec<Share<R>>>, ChannelError> {
        let ring = self.table.ring();
        let planes = |share| Share::planes(share).iter().collect();
        let mut evaluation = Evaluation::new(requests, planes, &ring.one_in_all_lanes());
        let layers = if self.computes() { evaluation.layers() } else { 0 };
        for layer in 0..layers {
            let (bits, operands) = (evaluation.and_bits(layer), evaluation.run_local(layer));
            if bits > 0 {
                let [x, y] = operands.map(|strings| of_strings(ring, &strings, bits));
                let triples = self.bits.triples(&self.table, lanes(bits));
                let products = product(&mut self.session, &mut self.table, triples, &x, &y).await?;
                evaluation.put(layer, &to_strings(ring, &products, bits));
            }
        }
        let share = |(width, length, planes)| Share::boolean(width, length, planes);
        Ok(evaluation.outputs().map(|outputs| outputs.into_iter().map(share).collect()).collect())
    }
}
