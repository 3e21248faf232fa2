//! Random values that nobody knows, from sharings that members deal and everybody checks.
//!
//! One of any `t + 1` dealers follows the protocol, so the sum of what `t + 1` dealt is unknown to all. Groups of
//! neighbours take turns, so that each dealer deals `(t + 1) / n` of all.
//!
//! A dealing is right if its shares are on a polynomial of the degree announced and its secret is an integer (of two
//! degrees, the same). That is so of all dealings of a dealer, but with probability 2^-64, if it is of [`SUMS`] random sums of
//! them, each with one more dealing that hides it. Everybody broadcasts its shares of these sums. If a dealer's are wrong, it
//! broadcasts what it dealt of them: either that is no dealing, or somebody's shares are others. So a party or a pair is
//! known of whom one deviates, and all begin again without them.
//!
//! *Instead of hyper-invertible matrices* (Beerliová-Trubíniová and Hirt 2008, on which the rest is modelled): a matrix over the Galois
//! ring would make elements of it out of integers, and bits and masks have to be integers. For four parties both ways send
//! the same.

use super::lane::{Lane, SUMS, sums};
use super::table::Table;
use crate::correlation::SecretVec;
use crate::crypto::{Commitment, Council, Opening, Prg, Random, Speaker, Transcript, commit};
use crate::galois::Elements;
use crate::net::{PartyIndex, Step};
use crate::protocol::Session;

/// Shares that members deal.
pub const ROBUST_DEALING: Step = Step::new("robust/dealing");

/// What is to be dealt, in elements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Lot {
    /// Masks.
    pub(super) masks: usize,
    /// Bits, as integers.
    pub(super) bits: usize,
    /// Factors of products.
    pub(super) factors: usize,
    /// What hides products.
    pub(super) pads: usize,
}

/// The vectors that a dealer deals: all of its values' degree, and some once more in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Vector {
    /// Masks, and bits after them.
    Singles,
    /// Factors, as values are shared.
    Factors,
    /// The same, in the degree of as many as may still deviate, where those are fewer.
    Narrow,
    /// Pads, as values are shared.
    Pads,
    /// The same, in the degree of products.
    Wide,
}

impl Vector {
    const ALL: [Self; 5] = [Self::Singles, Self::Factors, Self::Narrow, Self::Pads, Self::Wide];
}

/// How a lot is divided among dealers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Division {
    members: usize,
    /// Dealers of each element.
    dealers: usize,
    /// Elements of each group: masks, bits, factors, pads.
    share: [usize; 4],
    /// Whether factors are shared in another degree than values.
    narrow: bool,
}

impl Division {
    pub(super) fn of(lot: Lot, council: &Council, values: usize) -> Self {
        let members = council.members().len();
        let each = |count: usize| count.div_ceil(members);
        let share = [each(lot.masks), each(lot.bits), each(lot.factors), each(lot.pads)];
        Self { members, dealers: council.faults() + 1, share, narrow: council.faults() < values }
    }

    /// Elements of a vector that each dealer deals, with those that hide sums.
    fn length(&self, vector: Vector) -> usize {
        let [masks, bits, factors, pads] = self.share;
        let count = match vector {
            Vector::Singles => masks + bits,
            Vector::Narrow if !self.narrow => 0,
            Vector::Factors | Vector::Narrow => factors,
            Vector::Pads | Vector::Wide => pads,
        };
        if count > 0 { self.dealers * count + SUMS } else { 0 }
    }

    fn sums_of(&self, vector: Vector) -> usize {
        if self.length(vector) > 0 { SUMS } else { 0 }
    }

    /// Elements that a member gets from a dealer.
    pub(super) fn elements(&self) -> usize {
        Vector::ALL.iter().map(|vector| self.length(*vector)).sum()
    }

    /// Elements of the sums that a member broadcasts of each dealer.
    pub(super) fn sums(&self) -> usize {
        Vector::ALL.iter().map(|vector| self.sums_of(*vector)).sum()
    }

    /// How many deal each element.
    pub(super) fn dealers(&self) -> usize {
        self.dealers
    }

    /// The place among members of dealer number `layer` of a group.
    pub(super) fn dealer(&self, group: usize, layer: usize) -> usize {
        (group + layer) % self.members
    }

    /// The group of a pad, and its place in it.
    pub(super) fn of_pad(&self, place: usize) -> (usize, usize) {
        (place / self.share[3], place % self.share[3])
    }

    /// Where dealer number `layer` of a group has pad `place` of its share.
    pub(super) fn at_dealer(&self, layer: usize, place: usize) -> usize {
        layer * self.share[3] + place
    }
}

/// What one dealer dealt to one member, vector by vector.
pub(super) struct Hand<C: Lane>([Elements<C>; 5]);

impl<C: Lane> Hand<C> {
    pub(super) fn vector(&self, vector: Vector) -> &Elements<C> {
        &self.0[vector as usize]
    }

    fn pack(&self) -> Vec<u8> {
        self.0.iter().flat_map(pack).collect()
    }

    fn unpack(table: &Table, division: &Division, bytes: &[u8]) -> Self {
        let mut rest = bytes;
        Self(Vector::ALL.map(|vector| {
            let length = division.length(vector);
            let (mine, after) = rest.split_at(table.ring().degree() * length * C::BYTES);
            rest = after;
            unpack(table, length, mine)
        }))
    }
}

/// Elements as bytes.
pub(super) fn pack<C: Lane>(elements: &Elements<C>) -> Vec<u8> {
    bytemuck::cast_slice(elements.words()).to_vec()
}

/// The elements of a message of the right length.
pub(super) fn unpack<C: Lane>(table: &Table, count: usize, bytes: &[u8]) -> Elements<C> {
    let mut words = SecretVec::zeros(table.ring().degree() * count);
    bytemuck::cast_slice_mut::<C, u8>(&mut words).copy_from_slice(bytes);
    Elements::from_words(table.ring(), count, words)
}

/// What was dealt and checked, as a member has it.
pub(super) struct Dealt<C: Lane> {
    pub(super) division: Division,
    /// By dealer's place: what I have of it.
    pub(super) hands: Vec<Hand<C>>,
    /// By member's place: what I dealt.
    pub(super) mine: Vec<Hand<C>>,
    /// What nobody knew before all was dealt.
    pub(super) coin: Transcript,
}

/// Parts of vectors, for all groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Masks,
    Bits,
    Factors,
    Narrow,
    Pads,
    Wide,
}

impl<C: Lane> Dealt<C> {
    /// The addends that dealers number `layer` of all groups dealt.
    pub(super) fn layer(&self, table: &Table, part: Part, layer: usize) -> Elements<C> {
        let division = &self.division;
        let [masks, bits, factors, pads] = division.share;
        let (vector, first, length) = match part {
            Part::Masks => (Vector::Singles, 0, masks),
            Part::Bits => (Vector::Singles, division.dealers * masks, bits),
            Part::Narrow if division.narrow => (Vector::Narrow, 0, factors),
            Part::Factors | Part::Narrow => (Vector::Factors, 0, factors),
            Part::Pads => (Vector::Pads, 0, pads),
            Part::Wide => (Vector::Wide, 0, pads),
        };
        let from = first + layer * length;
        let of_group = |group| self.hands[division.dealer(group, layer)].vector(vector).part(from..from + length);
        let parts: Vec<Elements<C>> = (0..division.members).map(of_group).collect();
        Elements::concatenate(table.ring(), &parts.iter().collect::<Vec<_>>())
    }

    /// The sums of all layers.
    pub(super) fn sum(&self, table: &Table, part: Part) -> Elements<C> {
        let mut sum = self.layer(table, part, 0);
        (1..self.division.dealers).for_each(|layer| sum.add(&self.layer(table, part, layer)));
        sum
    }
}

/// Somebody deviated and has been left out: what was begun is to be begun again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BeginAgain;

/// Deals a lot, and checks it.
pub(super) async fn deal<C: Lane>(session: &mut Session, table: &mut Table, lot: Lot) -> Result<Dealt<C>, BeginAgain> {
    let council = table.council().clone();
    let division = Division::of(lot, &council, table.values().degree());
    let mine = hands::<C>(&mut session.random, table, &division);
    let messages: Vec<Vec<u8>> = mine.iter().map(Hand::pack).collect();
    let payloads: Vec<Option<&[u8]>> = messages.iter().map(|message| Some(message.as_slice())).collect();
    let length = table.ring().degree() * division.elements() * C::BYTES;
    let lengths = vec![Some(length); payloads.len()];
    let incoming = council.scatter(&mut session.network, ROBUST_DEALING, &payloads, &lengths).await;
    // Where nothing came my shares are wrong, and so are the sums.
    let zeros = vec![0; length];
    let hand = |message: &Option<Vec<u8>>| Hand::unpack(table, &division, message.as_deref().unwrap_or(&zeros));
    let hands = incoming.iter().map(hand).collect();
    let coin = toss(session, table).await?;
    let dealt = Dealt { division, hands, mine, coin };
    check(session, table, &dealt).await?;
    Ok(dealt)
}

/// What I deal to each member.
fn hands<C: Lane>(random: &mut Random, table: &Table, division: &Division) -> Vec<Hand<C>> {
    let ring = table.ring();
    let mut secrets = SecretVec::<C>::random(division.length(Vector::Singles), random);
    let [masks, bits, ..] = division.share.map(|count| count * division.dealers);
    secrets[masks..masks + bits].iter_mut().for_each(|bit| *bit = *bit & C::of_constant(1));
    let singles = Elements::constants(ring, &secrets);
    let [factors, pads] = [Vector::Factors, Vector::Pads]
        .map(|vector| Elements::constants(ring, &SecretVec::random(division.length(vector), random)));
    let narrow = if division.narrow { factors.duplicate() } else { Elements::zeros(ring, 0) };
    let mut all: Vec<_> = [
        table.values().share(&singles, random),
        table.values().share(&factors, random),
        table.fresh().share(&narrow, random),
        table.values().share(&pads, random),
        table.products().share(&pads, random),
    ]
    .map(Vec::into_iter)
    .into();
    let mut hand = |_| std::array::from_fn(|vector| all[vector].next().expect("a share for every party"));
    let hands: Vec<Hand<C>> = (0..table.parties()).map(|party| Hand(hand(party))).collect();
    hands.into_iter().enumerate().filter(|(p, _)| table.council().has(PartyIndex(*p))).map(|(_, hand)| hand).collect()
}

/// Random sums of what each of some hands has, vector after vector: with the same coefficients for vectors that have the same
/// secrets.
fn sums_of<C: Lane>(table: &Table, hands: &[Hand<C>], coin: &Transcript) -> Vec<Elements<C>> {
    let mut random = Prg::new(coin.block());
    let mut parts: Vec<Vec<Elements<C>>> = hands.iter().map(|_| Vec::new()).collect();
    for vectors in [&Vector::ALL[..1], &Vector::ALL[1..3], &Vector::ALL[3..]] {
        let there: Vec<Vector> = vectors.iter().copied().filter(|v| !hands[0].vector(*v).is_empty()).collect();
        let of_all: Vec<&Elements<C>> = there.iter().flat_map(|v| hands.iter().map(|hand| hand.vector(*v))).collect();
        for (place, sum) in sums(table.ring(), &of_all, &mut random).into_iter().enumerate() {
            parts[place % hands.len()].push(sum);
        }
    }
    parts.iter().map(|parts| Elements::concatenate(table.ring(), &parts.iter().collect::<Vec<_>>())).collect()
}

/// Everybody's shares of sums of each dealing, and what follows if they are none.
async fn check<C: Lane>(session: &mut Session, table: &mut Table, dealt: &Dealt<C>) -> Result<(), BeginAgain> {
    let (council, division) = (table.council().clone(), &dealt.division);
    let size = table.ring().degree() * division.sums() * C::BYTES;
    let mine: Vec<u8> = sums_of(table, &dealt.hands, &dealt.coin).iter().flat_map(pack).collect();
    let said = all_say(session, table, ROBUST_DEALING, &mine).await?;
    for (place, dealer) in council.members().iter().enumerate() {
        let of_dealer: Vec<Elements<C>> =
            said.iter().map(|words| unpack(table, division.sums(), &words[place * size..][..size])).collect();
        if is_dealing(table, division, &of_dealer) {
            continue;
        }
        let answer: Option<Vec<u8>> = (*dealer == session.network.me())
            .then(|| sums_of(table, &dealt.mine, &dealt.coin).iter().flat_map(pack).collect());
        let speaker = Speaker { party: *dealer, length: size * council.members().len() };
        let answers = council.broadcast(&mut session.network, &session.id, &[speaker], answer.as_deref()).await;
        let answer = answers.into_iter().next().flatten();
        let answer: Option<Vec<Elements<C>>> =
            answer.map(|words| words.chunks_exact(size).map(|w| unpack(table, division.sums(), w)).collect());
        let other = match answer {
            Some(dealing) if is_dealing(table, division, &dealing) => {
                dealing.iter().zip(&of_dealer).position(|(dealt, claimed)| dealt.words() != claimed.words())
            }
            None | Some(_) => None,
        };
        table.eliminate(ROBUST_DEALING, *dealer, other.map(|place| council.members()[place]));
        return Err(BeginAgain);
    }
    Ok(())
}

/// Whether shares of sums, by member's place, are on polynomials of their degrees with integers for secrets, and the same
/// where they have to be.
fn is_dealing<C: Lane>(table: &Table, division: &Division, shares: &[Elements<C>]) -> bool {
    let mut from = 0;
    let mut secrets = |vector: Vector| -> Option<Elements<C>> {
        let code = match vector {
            Vector::Singles | Vector::Factors | Vector::Pads => table.values().clone(),
            Vector::Narrow => table.fresh(),
            Vector::Wide => table.products(),
        };
        let range = from..from + division.sums_of(vector);
        from = range.end;
        let parts: Vec<Elements<C>> = shares.iter().map(|share| share.part(range.clone())).collect();
        let parts: Vec<(usize, &Elements<C>)> =
            table.council().members().iter().map(|member| member.0).zip(&parts).collect();
        let secrets = code.first_inconsistency(&parts).is_none().then(|| code.reconstruct(&parts))?;
        is_integer(&secrets).then_some(secrets)
    };
    let [singles, factors, narrow, pads, wide] = Vector::ALL.map(&mut secrets);
    let same = |one: Option<Elements<C>>, other: Option<Elements<C>>| {
        one.zip(other).is_some_and(|(one, other)| other.is_empty() || one.words() == other.words())
    };
    singles.is_some() && same(factors, narrow) && same(pads, wide)
}

/// Whether opened elements are integers.
pub(super) fn is_integer<C: Lane>(elements: &Elements<C>) -> bool {
    elements.words()[elements.len()..].iter().all(|word| *word == C::ZERO)
}

/// What every member broadcasts, by place. Whoever says nothing is left out.
pub(super) async fn all_say(
    session: &mut Session,
    table: &mut Table,
    step: Step,
    mine: &[u8],
) -> Result<Vec<Vec<u8>>, BeginAgain> {
    let council = table.council().clone();
    let speakers: Vec<Speaker> =
        council.members().iter().map(|member| Speaker { party: *member, length: mine.len() }).collect();
    let said = council.broadcast(&mut session.network, &session.id, &speakers, Some(mine)).await;
    if let Some(silent) = said.iter().position(Option::is_none) {
        table.eliminate(step, council.members()[silent], None);
        return Err(BeginAgain);
    }
    Ok(said.into_iter().flatten().collect())
}

/// A coin that nobody knew when the dealings were sent: commit, then open, both broadcast. Who opens nothing is left
/// out, and the coin tossed again: so a deviating party chooses among `t + 1` coins at most.
async fn toss(session: &mut Session, table: &mut Table) -> Result<Transcript, BeginAgain> {
    let me = session.network.me();
    let mine: [u8; 32] = session.random.bytes();
    let (commitment, opening) = commit(&session.id, me, COIN, &mine, &mut session.random);
    let commitments = all_say(session, table, ROBUST_DEALING, &commitment.0).await?;
    let openings = all_say(session, table, ROBUST_DEALING, &[mine, *opening.expose_bytes()].concat()).await?;
    let mut coin = Transcript::new("quorate 2026 robust coin", &session.id);
    let members = table.council().members().to_vec();
    for (member, (commitment, said)) in members.into_iter().zip(commitments.iter().zip(&openings)) {
        let (contribution, nonce) = said.split_at(32);
        let commitment: [u8; 32] = commitment.as_slice().try_into().unwrap_or_default();
        let opening = Opening::from_bytes(nonce.try_into().unwrap_or_default());
        if !Commitment(commitment).opens_to(&session.id, member, COIN, contribution, &opening) {
            table.eliminate(ROBUST_DEALING, member, None);
            return Err(BeginAgain);
        }
        coin.append("contribution", contribution);
    }
    Ok(coin)
}

/// What the coin is for.
const COIN: &str = "robust dealings";
