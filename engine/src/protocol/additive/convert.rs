//! Between the two domains.
//!
//! *To bits*: every party's arithmetic share becomes a boolean vector that it shares by the seeds; a circuit that
//! adds them is the planner's.
//!
//! *To the ring*: bit by bit with daBits. Open `e = x xor r`; then `x = e + (1 - 2 e) r` with the arithmetic share of
//! `r`. The element is the sum of `2^t x_t`, the top bit of two's complement counting negatively. One round, one bit
//! for each bit of the elements to every peer.

use quorate_circuits::number::Word;

use super::share::Share;
use super::{ADDITIVE_CONVERSION, Additive, convertible_bits};
use crate::correlation::{RingElement, SecretVec};
use crate::net::{ChannelError, PartyIndex};
use crate::protocol::vector::{BitString, Holder, Planes, read};

impl<R: RingElement> Additive<R> {
    pub(super) fn addends_of(&mut self, share: &Share<R>, width: usize) -> Vec<Share<R>> {
        assert!(width <= R::BITS, "a sum modulo 2^{width} is not known from shares modulo 2^{}", R::BITS);
        let (me, length) = (self.me(), share.shape.length);
        let mine: Vec<Word> = match share.shape.holder {
            Holder::Everybody if me.0 != 0 => vec![0; length],
            Holder::Party(owner) if owner != me => vec![0; length],
            _ => share.elements().iter().map(|element| element.to_word()).collect(),
        };
        let mine = Planes::of_elements(width, &SecretVec::from(mine));
        let addends = (0..self.parties()).map(PartyIndex).map(|owner| {
            let words = self.seeds().share_bits(owner, mine.words().len(), mine.words());
            Share::boolean(width, length, Planes::from_words(width, length, words))
        });
        addends.collect()
    }

    pub(super) async fn arithmetic_of(
        &mut self,
        requests: &[(&Share<R>, bool)],
    ) -> Result<Vec<Share<R>>, ChannelError> {
        let bits = requests.iter().map(|(share, _)| convertible_bits(share.shape, R::BITS)).sum();
        let mut x = BitString::with_room(bits);
        for (share, _) in requests {
            let width = share.shape.width().min(R::BITS);
            (0..width).for_each(|bit| x.push(share.planes().plane(bit), 0, share.shape.length));
        }
        let random = self.correlations.take_dabits(bits.div_ceil(64));
        self.consumed.dabit_words += bits.div_ceil(64);
        let opened = self.open_masked(x, &random.boolean, bits).await?;
        let constant = if self.me().0 == 0 { R::ONE } else { R::ZERO };
        let mut from = 0;
        let results = requests.iter().map(|(share, signed)| {
            let (width, length) = (share.shape.width(), share.shape.length);
            let mut elements = SecretVec::<R>::zeros(length);
            for bit in 0..width.min(R::BITS) {
                let randoms = &random.arithmetic[from..][..length];
                for ((index, element), r) in elements.iter_mut().enumerate().zip(randoms) {
                    let flip = R::from_word(read(opened.words(), from + index, 1).into());
                    let value = flip * constant + (R::ONE - flip - flip) * *r;
                    let weighted = value << bit;
                    *element += if *signed && bit + 1 == width { R::ZERO - weighted } else { weighted };
                }
                from += length;
            }
            Share::arithmetic(Holder::Shared, length, elements)
        });
        Ok(results.collect())
    }

    /// Opens `x xor r` to everybody.
    async fn open_masked(&mut self, x: BitString, random: &[u64], bits: usize) -> Result<BitString, ChannelError> {
        let mut opened = x;
        if bits == 0 {
            return Ok(opened);
        }
        opened.xor(random);
        let network = &mut self.session.network;
        let incoming = network.exchange_all(ADDITIVE_CONVERSION, opened.as_bytes(), bits.div_ceil(8)).await?;
        for peer in network.peers() {
            opened.xor_bytes(&incoming[peer.0]);
        }
        Ok(opened)
    }
}
