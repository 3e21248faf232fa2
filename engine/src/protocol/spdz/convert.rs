//! From bits to numbers, and back.
//!
//! *Bits that one party knows* become numbers by their twins ([`super::twins`]): the sum of these, weighted.
//!
//! *Bits that nobody knows.* Every party draws a bit for each, shares it as a wire and twins it. The sum of the wire and all
//! drawn ones is opened, say `c`. The exclusive or `d` of the drawn bits, as a number, takes a product for each party
//! but the first, and the bit is `c + d - 2 c d` (Rotaru and Wood, INDOCRYPT 2019).
//!
//! *Numbers.* Every party draws a number of the bits that are wanted, shares it as wires and twins it. The number minus all
//! drawn ones is opened, masked above those bits; its bits and the drawn numbers' are *addends*, one more than there are
//! parties, whose sum modulo 2^width a circuit computes (Escudero, Ghosh, Keller, Rachuri and Scholl, CRYPTO 2020). MACs are
//! checked before a circuit reads what was opened.

use std::num::Wrapping;

use quorate_circuits::number::Word;

use super::elements::{Element, Elements};
use super::share::Share;
use super::twins::Wired;
use super::{NUMBER_BITS, SPDZ_ADDENDS, Spdz};
use crate::net::{ChannelError, PartyIndex};
use crate::protocol::authenticated::Wires;
use crate::protocol::vector::Planes;
use crate::protocol::{Domain, Holder, OpenRequest, ProductRequest, Protocol, ShareRequest};

/// Numbers that the parties drew, each its own.
struct Drawn {
    /// By request and party.
    wires: Vec<Wires>,
    /// The bits, where they are known.
    bits: Vec<Planes>,
    /// Their twins.
    twins: Vec<Elements>,
}

impl Spdz {
    /// Every party draws a vector of each shape, and twins it.
    async fn draw(&mut self, shapes: &[(u32, usize)]) -> Result<Drawn, ChannelError> {
        let (me, parties) = (self.me(), self.parties());
        let random = &mut self.own_session().random;
        let mut mine = Vec::new();
        for (width, length) in shapes {
            let mut words = crate::correlation::SecretVec::<Word>::random(*length, random);
            let kept = if *width < Word::BITS { (1 << width) - 1 } else { Word::MAX };
            words.iter_mut().for_each(|word| *word &= kept);
            mine.push(words);
        }
        let owners = || (0..parties).map(PartyIndex);
        let requests: Vec<ShareRequest<'_>> = shapes
            .iter()
            .zip(&mine)
            .flat_map(|((width, length), words)| {
                owners().map(move |owner| ShareRequest {
                    owner,
                    domain: Domain::Boolean { width: *width },
                    length: *length,
                    words: (owner == me).then_some(&**words),
                })
            })
            .collect();
        let wires = self.garbling.share(&requests).await?;
        let bits: Vec<Planes> = requests
            .iter()
            .map(|request| {
                let Domain::Boolean { width } = request.domain else { return Planes::zeros(0, 0) };
                match request.words {
                    Some(words) => Planes::of_elements(width as usize, words),
                    None => Planes::zeros(width as usize, request.length),
                }
            })
            .collect();
        let vectors = wires.iter().zip(&bits).enumerate();
        let vectors: Vec<Wired<'_>> =
            vectors.map(|(place, (wires, bits))| Wired { owner: PartyIndex(place % parties), wires, bits }).collect();
        let twins = self.twins(&vectors).await?;
        drop(vectors);
        Ok(Drawn { wires, bits, twins })
    }

    /// All requests side by side.
    pub(super) async fn arithmetic_of(&mut self, requests: &[(&Share, bool)]) -> Result<Vec<Share>, ChannelError> {
        let known: Vec<Wired<'_>> = requests
            .iter()
            .filter_map(|(share, _)| match share.known_wires() {
                (wires, Holder::Party(owner), bits) => Some(Wired { owner, wires, bits }),
                _ => None,
            })
            .collect();
        let mut known = self.twins(&known).await?.into_iter();
        let unknown: Vec<&Wires> = requests
            .iter()
            .filter_map(|(share, _)| match share.known_wires() {
                (wires, Holder::Shared, _) => Some(wires),
                _ => None,
            })
            .collect();
        let mut unknown = self.twins_of_nobodys(&unknown).await?.into_iter();
        let (is_first, key) = (self.me().0 == 0, self.key());
        let numbers = requests.iter().map(|(share, signed)| {
            let (wires, holder, bits) = share.known_wires();
            let twins = match holder {
                Holder::Party(_) => known.next().unwrap_or_default(),
                Holder::Shared => unknown.next().unwrap_or_default(),
                Holder::Everybody => {
                    let bits = super::twins::plane_bits(bits).map(|bit| Wrapping(u128::from(bit)));
                    Elements::public(bits, is_first, key)
                }
            };
            Share::arithmetic(weighted(&twins, wires.width() as usize, *signed))
        });
        Ok(numbers.collect())
    }

    /// The twins of bits that nobody knows.
    async fn twins_of_nobodys(&mut self, vectors: &[&Wires]) -> Result<Vec<Elements>, ChannelError> {
        if vectors.is_empty() {
            return Ok(Vec::new());
        }
        let parties = self.parties();
        let shapes: Vec<(u32, usize)> = vectors.iter().map(|wires| (wires.width(), wires.length())).collect();
        let drawn = self.draw(&shapes).await?;
        let masked: Vec<Wires> = vectors
            .iter()
            .zip(drawn.wires.chunks(parties))
            .map(|(wires, drawn)| drawn.iter().fold(wires.duplicate(), |sum, drawn| sum.plus(drawn)))
            .collect();
        let all: Vec<PartyIndex> = (0..parties).map(PartyIndex).collect();
        let requests: Vec<_> = masked.iter().map(|share| OpenRequest { share, receivers: &all }).collect();
        let opened = self.garbling.open(&requests).await?;
        let mut masks = Elements::default();
        let mut others: Vec<Elements> = (1..parties).map(|_| Elements::default()).collect();
        for twins in drawn.twins.chunks(parties) {
            masks.append(&twins[0]);
            others.iter_mut().zip(&twins[1..]).for_each(|(all, twins)| all.append(twins));
        }
        for other in others {
            masks = self.exclusive_or(masks, other).await?;
        }
        let public: Vec<Element> = opened
            .iter()
            .zip(&shapes)
            .flat_map(|(words, (width, _))| {
                let words = words.as_deref().unwrap_or(&[]);
                (0..*width).flat_map(move |bit| words.iter().map(move |word| Wrapping(word >> bit & 1)))
            })
            .collect();
        // c + d - 2 c d.
        let signs: Vec<Element> = public.iter().map(|bit| Wrapping(1) - (*bit << 1)).collect();
        let mut bits = masks.scaled(&signs);
        let is_first = self.me().0 == 0;
        bits.add(&Elements::public(public.into_iter(), is_first, self.key()));
        let mut first = 0;
        let parts = shapes.iter().map(|(width, length)| {
            let count = *width as usize * length;
            first += count;
            bits.part(first - count, count)
        });
        Ok(parts.collect())
    }

    /// `x + y - 2 x y`, for numbers that are bits.
    async fn exclusive_or(&mut self, x: Elements, y: Elements) -> Result<Elements, ChannelError> {
        let (x, y) = (Share::arithmetic(x), Share::arithmetic(y));
        let products = self.multiply(&[ProductRequest::Elementwise(&x, &y)]).await?;
        let mut sum = x.elements().duplicate();
        sum.add(y.elements());
        products.iter().for_each(|product| sum.sub(&product.elements().shifted(1)));
        Ok(sum)
    }

    /// Numbers as addends of so many bits, each: one that everybody knows, and one of each party.
    pub(super) async fn addends_of(&mut self, requests: &[(&Share, u32)]) -> Result<Vec<Vec<Share>>, ChannelError> {
        let parties = self.parties();
        let shapes: Vec<(u32, usize)> = requests.iter().map(|(share, width)| (*width, share.length())).collect();
        let mut drawn = self.draw(&shapes).await?;
        let above = self.random_elements(shapes.iter().map(|(_, length)| length).sum());
        let (mut masked, mut first) = (Elements::default(), 0);
        for ((share, width), twins) in requests.iter().zip(drawn.twins.chunks(parties)) {
            let mut number = above.part(first, share.length()).shifted(*width as usize);
            first += share.length();
            number.add(share.elements());
            twins.iter().for_each(|twins| number.sub(&weighted(twins, *width as usize, false)));
            masked.append(&number);
        }
        let opened = self.open_masked(SPDZ_ADDENDS, masked).await?;
        self.check_opened().await?;
        let mut opened = opened.iter();
        let mut theirs = std::mem::take(&mut drawn.wires).into_iter().zip(std::mem::take(&mut drawn.bits)).enumerate();
        let addends =
            shapes.iter().map(|(width, length)| {
                let kept = if *width < Word::BITS { (1 << width) - 1 } else { Word::MAX };
                let words: Vec<Word> = opened.by_ref().take(*length).map(|number| number.0 & kept).collect();
                let mut addends = vec![self.public(Domain::Boolean { width: *width }, &words)];
                let drawn = theirs.by_ref().take(parties);
                addends.extend(drawn.map(|(place, (wires, bits))| {
                    Share::boolean(wires, Holder::Party(PartyIndex(place % parties)), bits)
                }));
                addends
            });
        Ok(addends.collect())
    }
}

/// The numbers whose bits these are, bit by bit; the highest one counts negative where `signed`.
fn weighted(bits: &Elements, width: usize, signed: bool) -> Elements {
    let length = bits.len() / width.max(1);
    let mut numbers = Elements::zeros(length);
    for bit in 0..width.min(NUMBER_BITS) {
        let weighted = bits.part(bit * length, length).shifted(bit);
        if signed && bit + 1 == width { numbers.sub(&weighted) } else { numbers.add(&weighted) }
    }
    numbers
}
