//! Outputs: members send receivers their shares, of which wrong ones are corrected.

use quorate_circuits::number::Word;

use super::dealing::{pack, unpack};
use super::lane::Lane;
use super::packed::{of_planes, to_planes};
use super::telling::tell;
use super::{Number, ROBUST_OUTPUTS, Robust, Share};
use crate::galois::{Elements, Lanes};
use crate::net::ChannelError;
use crate::protocol::vector::Part;
use crate::protocol::{Domain, OpenRequest, Shape};

/// Elements times their size that a vector takes, of one power of `X`.
pub(super) fn opened_bytes<R: Number>(shape: Shape) -> usize {
    super::input::difference_bytes::<R>(shape.domain, shape.length)
}

impl<R: Number> Robust<R> {
    /// All requests at once.
    pub(super) async fn opened(
        &mut self,
        requests: &[OpenRequest<'_, Share<R>>],
    ) -> Result<Vec<Option<Vec<Word>>>, ChannelError> {
        let (me, ring) = (self.me(), self.table.ring());
        let packed: Vec<Vec<u8>> = requests
            .iter()
            .map(|request| match &request.share.part {
                Part::Arithmetic(elements) => pack(elements),
                Part::Boolean(planes) => pack(&of_planes(ring, planes)),
            })
            .collect();
        let mut payloads: Vec<Option<Vec<u8>>> = vec![None; self.table.parties()];
        for (request, packed) in requests.iter().zip(&packed) {
            request.receivers.iter().for_each(|p| payloads[p.0].get_or_insert_default().extend_from_slice(packed));
        }
        let length = payloads[me.0].as_ref().map(Vec::len);
        let told = tell(&mut self.session, &mut self.table, ROBUST_OUTPUTS, &payloads, length).await;
        let mut at = 0;
        let mut opened = Vec::new();
        for (request, packed) in requests.iter().zip(&packed) {
            if !request.receivers.contains(&me) {
                opened.push(None);
                continue;
            }
            let parts: Vec<Option<&[u8]>> =
                told.iter().map(|message| message.as_ref().map(|message| &message[at..at + packed.len()])).collect();
            at += packed.len();
            let shape = request.share.shape;
            opened.push(Some(match shape.domain {
                Domain::Arithmetic => {
                    let secrets = self.output::<R>(&parts, shape.length)?;
                    secrets.plane(0).iter().map(|number| number.to_word()).collect()
                }
                Domain::Boolean { width } => {
                    let width = width as usize;
                    let secrets = self.output::<Lanes>(&parts, super::packed::lanes(width * shape.length))?;
                    to_planes(ring, width, shape.length, &secrets)[0].to_elements()
                }
            }));
        }
        Ok(opened)
    }

    fn output<C: Lane>(&mut self, parts: &[Option<&[u8]>], count: usize) -> Result<Elements<C>, ChannelError> {
        let shares: Vec<Option<Elements<C>>> =
            parts.iter().map(|part| part.map(|words| unpack(&self.table, count, words))).collect();
        self.table.correct(ROBUST_OUTPUTS, &shares)
    }
}
