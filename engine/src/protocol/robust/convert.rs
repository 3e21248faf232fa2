//! From bits to numbers and back, with random bits that are shared both ways: modulo 2 a sharing of a number is one of its
//! lowest bit.

use super::online::open_to_all;
use super::packed::{lowest_bits, of_planes, of_strings, to_planes, to_strings};
use super::{Number, ROBUST_OPENING, Robust, Share};
use crate::galois::Elements;
use crate::net::ChannelError;
use crate::protocol::Shape;

impl<R: Number> Robust<R> {
    /// Vectors of bits as numbers: what is opened is the bits, masked.
    pub(super) async fn numbers_of(&mut self, requests: &[(&Share<R>, bool)]) -> Result<Vec<Share<R>>, ChannelError> {
        let ring = self.table.ring();
        let counts: Vec<usize> = requests.iter().map(|(share, _)| share.shape.width() * share.shape.length).collect();
        if !self.computes() {
            let nothing = |(share, _): &(&Share<R>, bool)| Elements::zeros(ring, share.shape.length);
            return Ok(requests.iter().map(|request| Share::arithmetic(nothing(request))).collect());
        }
        let masks: Vec<Elements<R>> = counts.iter().map(|count| self.numbers.bits(&self.table, *count)).collect();
        let masked: Vec<_> = requests
            .iter()
            .zip(&masks)
            .zip(&counts)
            .map(|(((share, _), mask), count)| {
                let mut bits = of_planes(ring, share.planes());
                bits.add(&of_strings(ring, &lowest_bits(ring, mask), *count));
                bits
            })
            .collect();
        let all = Elements::concatenate(ring, &masked.iter().collect::<Vec<_>>());
        let opened = open_to_all(&mut self.session, &mut self.table, ROBUST_OPENING, &all).await?;
        let mut at = 0;
        let mut results = Vec::new();
        for (((share, signed), mask), count) in requests.iter().zip(&masks).zip(&counts) {
            let lanes = super::packed::lanes(*count);
            let known = &to_strings(ring, &opened.part(at..at + lanes), *count)[0];
            at += lanes;
            let known: Vec<R> =
                (0..*count).map(|i| R::of_constant(u128::from(known.words()[i / 64] >> (i % 64) & 1))).collect();
            // b = r + c - 2 r c for the known c = b + r.
            let signs: Vec<R> = known.iter().map(|c| R::of_constant(1) - *c - *c).collect();
            let mut bits = mask.times(&signs);
            bits.add(&Elements::constants(ring, &known));
            let (width, length) = (share.shape.width(), share.shape.length);
            let mut number = Elements::zeros(ring, length);
            for bit in 0..width {
                let mut weight = R::of_constant(1_u128.checked_shl(bit as u32).unwrap_or(0));
                if *signed && bit + 1 == width {
                    weight = R::default() - weight;
                }
                number.add(&bits.part(bit * length..(bit + 1) * length).times(&[weight]));
            }
            results.push(Share::arithmetic(number));
        }
        Ok(results)
    }

    /// The lowest bits of numbers as two addends: what is opened is the numbers less random ones, of which the bits are shared.
    pub(super) async fn addends_of(
        &mut self,
        requests: &[(&Share<R>, u32)],
    ) -> Result<Vec<Vec<Share<R>>>, ChannelError> {
        let ring = self.table.ring();
        if !self.computes() {
            let nothing = |(share, width): &(&Share<R>, u32)| {
                let shape = Shape::boolean(*width as usize, share.shape.length);
                (0..ADDENDS).map(|_| Share::nothing(ring, shape)).collect()
            };
            return Ok(requests.iter().map(nothing).collect());
        }
        let mut masks: Vec<Elements<R>> = Vec::new();
        let mut masked: Vec<Elements<R>> = Vec::new();
        for (share, width) in requests {
            let (length, width) = (share.shape.length, *width as usize);
            let bits = self.numbers.bits(&self.table, width * length);
            let mut difference = share.elements().duplicate();
            for bit in 0..width {
                let weight = R::of_constant(1_u128.checked_shl(bit as u32).unwrap_or(0));
                difference.subtract(&bits.part(bit * length..(bit + 1) * length).times(&[weight]));
            }
            // Only the lowest bits are opened: the others are not masked.
            masked.push(difference.times(&[R::of_constant(1_u128.checked_shl((R::BITS - width) as u32).unwrap_or(0))]));
            masks.push(bits);
        }
        let all = Elements::concatenate(ring, &masked.iter().collect::<Vec<_>>());
        let opened = open_to_all(&mut self.session, &mut self.table, ROBUST_OPENING, &all).await?;
        let mut at = 0;
        let mut results = Vec::new();
        for ((share, width), mask) in requests.iter().zip(&masks) {
            let (length, bits) = (share.shape.length, *width as usize);
            let known: Vec<u128> =
                opened.plane(0)[at..at + length].iter().map(|number| number.to_word() >> (R::BITS - bits)).collect();
            at += length;
            let domain = Shape::boolean(bits, length).domain;
            let random = of_strings(ring, &lowest_bits(ring, mask), bits * length);
            let random = Share::boolean(bits, length, to_planes(ring, bits, length, &random));
            results.push(vec![Share::public(ring, domain, &known), random]);
        }
        Ok(results)
    }
}

/// Addends of a number.
pub(super) const ADDENDS: usize = 2;
