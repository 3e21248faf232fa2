//! Everything that is drawn for a program: nonces, masks and their products, in two messages to every other signer.
//!
//! DKLs23, protocol 3.6, steps 1 to 8. Signer `i` draws its shares `k_i` of the nonces and `phi_i` of the masks. For
//! every ordered pair it is once *Bob*, whose random `chi` stands for its mask, and once *Alice*, whose shares of the
//! factors (a nonce, a key) are multiplied by it: a random vector OLE ([`crate::vole`]) gives `c + d = chi a`. Bob then
//! sends `psi = phi - chi`, and
//! `a_i (phi_i + sum psi) + sum (c + d)`, summed over the signers, is the product of the sums.
//!
//! *What pins the factors.* Alice also sends `Gamma = c G`. Bob knows the public point `A` of her share (the
//! opening of her nonce, or the public share of her key) and checks `chi A - Gamma = d G`: an Alice with another factor
//! would have to know a chosen function of his uniform `chi`.
//!
//! *Messages.* First: a commitment to the own nonce points and Bob's messages. Second: its opening, a digest of all
//! commitments (so that nobody has told two signers different ones), Alice's messages, `Gamma` and `psi`.

use ff::{Field, FromUniformBytes};
use quorate_circuits::curve::Curve;
use zeroize::{Zeroize, Zeroizing};

use super::exponent::Combination;
use super::message::{Layout, Parts};
use super::{ANSWER, DRAW, Draws, MaskDraw, Operand, Pair, Pinned};
use crate::crypto::{Commitment, Opening, Random, SessionId, Transcript, commit};
use crate::net::{ChannelError, ChannelFault, Network, PartyIndex, Step};
use crate::vole::{BobBegun, Gadget, answer, answer_bytes, begin_bytes};

/// The label of commitments to nonces.
const NONCES: &str = "dkls nonces";

/// What was drawn.
pub struct Drawn<C: Curve> {
    /// This signer's shares of the nonces.
    pub nonces: Vec<Vec<C::Scalar>>,
    /// The nonces' points, public.
    pub points: Vec<Vec<C::Point>>,
    /// This signer's shares of the masks.
    pub masks: Vec<Vec<C::Scalar>>,
    /// By mask and operand: this signer's shares of the products.
    pub products: Vec<Vec<Vec<C::Scalar>>>,
}

impl<C: Curve> Drop for Drawn<C> {
    fn drop(&mut self) {
        self.nonces.zeroize();
        self.masks.zeroize();
        self.products.zeroize();
    }
}

/// Draws with all other signers at once. `pairs` is by party, `None` at this party's own place; `keys` are the held
/// factors.
///
/// # Errors
/// The channels'; a peer that is not consistent with itself. Where a check of a pair's OTs or products failed, the
/// error is a [`ChannelFault::CheckFailed`] and the pair must not be used again.
pub async fn draw<C: Curve>(
    net: &mut Network,
    random: &mut Random,
    session: &SessionId,
    pairs: &mut [Option<Pair>],
    draws: &Draws,
    keys: &[Pinned<C>],
) -> Result<Drawn<C>, ChannelError> {
    let layout = Layout::of::<C>(draws);
    let (drawing, first) = Drawing::begin(net.me(), random, session, pairs, draws)?;
    let incoming = exchange(net, DRAW, &first, layout.first).await?;
    let (drawing, second) = drawing.answer(random, pairs, &incoming, keys)?;
    let incoming = exchange(net, ANSWER, &second, layout.second).await?;
    drawing.finish(random, pairs, &incoming, keys)
}

/// One message for each party, empty at my own place.
type Messages = Vec<Vec<u8>>;

async fn exchange(
    net: &mut Network,
    step: Step,
    outgoing: &[Vec<u8>],
    length: usize,
) -> Result<Messages, ChannelError> {
    let slices: Vec<Option<&[u8]>> = outgoing.iter().map(|message| Some(message.as_slice())).collect();
    net.scatter(step, &slices, &vec![Some(length); outgoing.len()]).await
}

/// The state between the messages.
struct Drawing<'a, C: Curve> {
    session: SessionId,
    me: PartyIndex,
    draws: &'a Draws,
    nonces: Vec<Vec<C::Scalar>>,
    points: Vec<Vec<C::Point>>,
    masks: Vec<Vec<C::Scalar>>,
    /// My nonce points, as they are sent.
    encoded: Vec<u8>,
    commitments: Vec<Commitment>,
    opening: Opening,
    gadget: Gadget<C>,
    /// By party and mask: my side as Bob.
    bobs: Vec<Vec<BobBegun<C>>>,
    /// By mask and operand: what my products are made of, so far.
    products: Vec<Vec<Vec<C::Scalar>>>,
}

impl<'a, C: Curve> Drawing<'a, C> {
    fn begin(
        me: PartyIndex,
        random: &mut Random,
        session: &SessionId,
        pairs: &mut [Option<Pair>],
        draws: &'a Draws,
    ) -> Result<(Self, Messages), ChannelError> {
        let nonces: Vec<Vec<C::Scalar>> = draws.nonces.iter().map(|length| uniform::<C>(random, *length)).collect();
        let base = |scalars: &Vec<C::Scalar>| scalars.iter().map(C::base_multiple).collect();
        let points: Vec<Vec<C::Point>> = nonces.iter().map(base).collect();
        let mut encoded = Vec::new();
        C::encode_points(&points.concat(), &mut encoded);
        let (commitment, opening) = commit(session, me, NONCES, &encoded, random);
        let masks = draws.masks.iter().map(|mask| uniform::<C>(random, mask.length)).collect();
        let gadget = Gadget::new(session);
        let (mut bobs, mut messages) = (Vec::new(), Vec::new());
        for (party, pair) in pairs.iter_mut().enumerate() {
            let (mut of_peer, mut message) = (Vec::new(), commitment.0.to_vec());
            if let Some(pair) = pair {
                for mask in &draws.masks {
                    let begun = BobBegun::begin(&mut pair.receiver, &gadget, mask.operands.len(), mask.length);
                    let (bob, part) = begun.map_err(at(PartyIndex(party), DRAW))?;
                    message.extend(part);
                    of_peer.push(bob);
                }
            }
            bobs.push(of_peer);
            messages.push(message);
        }
        let products = draws.masks.iter().map(|mask| vec![vec![C::Scalar::ZERO; mask.length]; mask.operands.len()]);
        let products = products.collect();
        let commitments = vec![commitment; pairs.len()];
        let drawing = Self {
            session: *session,
            me,
            draws,
            nonces,
            points,
            masks,
            encoded,
            commitments,
            opening,
            gadget,
            bobs,
            products,
        };
        Ok((drawing, messages))
    }

    /// My messages as Alice, and the openings.
    fn answer(
        mut self,
        random: &mut Random,
        pairs: &mut [Option<Pair>],
        incoming: &[Vec<u8>],
        keys: &[Pinned<C>],
    ) -> Result<(Self, Messages), ChannelError> {
        let peers: Vec<usize> = (0..pairs.len()).filter(|p| *p != self.me.0).collect();
        let mut parts: Vec<Parts<'_>> = incoming.iter().map(|message| Parts(message)).collect();
        for p in &peers {
            self.commitments[*p] = Commitment(parts[*p].digest().map_err(at(PartyIndex(*p), DRAW))?);
        }
        let heard = self.digest_of_commitments();
        let mut messages = vec![Vec::new(); pairs.len()];
        for p in peers {
            let message = &mut messages[p];
            message.extend_from_slice(self.opening.expose_bytes());
            message.extend_from_slice(&self.encoded);
            message.extend_from_slice(&heard);
            // Without masks there are no pairs.
            let Some(pair) = &mut pairs[p] else { continue };
            for mask in 0..self.draws.masks.len() {
                let due = begin_bytes(self.draws.masks[mask].length);
                let theirs = parts[p].take(due).map_err(at(PartyIndex(p), DRAW))?;
                self.multiply(random, pair, mask, theirs, keys, message).map_err(at(PartyIndex(p), DRAW))?;
                let chi = self.bobs[p][mask].chi();
                for (phi, chi) in self.masks[mask].iter().zip(chi) {
                    message.extend_from_slice(&C::encode_scalar(&(*phi - chi)));
                }
            }
        }
        Ok((self, messages))
    }

    /// One OLE as Alice: what she sends, and what pins her factors.
    fn multiply(
        &mut self,
        random: &mut Random,
        pair: &mut Pair,
        mask: usize,
        theirs: &[u8],
        keys: &[Pinned<C>],
        message: &mut Vec<u8>,
    ) -> Result<(), ChannelFault> {
        let MaskDraw { length, operands } = &self.draws.masks[mask];
        let mut inputs = Zeroizing::new(Vec::with_capacity(length * operands.len()));
        for element in 0..*length {
            inputs.extend(operands.iter().map(|operand| self.factor(*operand, element, keys)));
        }
        let (sums, part) = answer(&mut pair.sender, &self.gadget, operands.len(), &inputs, theirs, random)?;
        message.extend(part);
        let gammas: Vec<C::Point> = sums.iter().map(C::base_multiple).collect();
        C::encode_points(&gammas, message);
        self.add(mask, &sums);
        Ok(())
    }

    /// My share of an operand's element.
    fn factor(&self, operand: Operand, element: usize, keys: &[Pinned<C>]) -> C::Scalar {
        match operand {
            Operand::Nonce(nonce) => self.nonces[nonce][element % self.nonces[nonce].len()],
            Operand::Key(key) => keys[key].share,
        }
    }

    /// Adds one number for each element and operand to the products of a mask.
    fn add(&mut self, mask: usize, sums: &[C::Scalar]) {
        let width = self.draws.masks[mask].operands.len();
        for (element, row) in sums.chunks_exact(width).enumerate() {
            for (operand, sum) in row.iter().enumerate() {
                self.products[mask][operand][element] += sum;
            }
        }
    }

    /// What everybody must have heard alike.
    fn digest_of_commitments(&self) -> [u8; 32] {
        let mut transcript = Transcript::new("quorate 2026 dkls commitments", &self.session);
        self.commitments.iter().for_each(|commitment| {
            transcript.append("commitment", &commitment.0);
        });
        transcript.digest()
    }

    /// Checks what the peers opened and answered, and adds everything up.
    fn finish(
        mut self,
        random: &mut Random,
        pairs: &mut [Option<Pair>],
        incoming: &[Vec<u8>],
        keys: &[Pinned<C>],
    ) -> Result<Drawn<C>, ChannelError> {
        let opened = self.all_opened(incoming)?;
        let mut factors = self.masks.clone();
        let mut bobs = std::mem::take(&mut self.bobs);
        for (p, mut parts, points) in opened {
            // Without masks there are neither products nor pairs.
            if let Some(pair) = &mut pairs[p] {
                for (mask, bob) in std::mem::take(&mut bobs[p]).into_iter().enumerate() {
                    let answer = Answer { peer: p, mask, points: &points, keys };
                    self.check(random, pair, answer, bob, &mut parts, &mut factors[mask])
                        .map_err(at(PartyIndex(p), ANSWER))?;
                }
            }
            for (sums, theirs) in self.points.iter_mut().zip(&points) {
                sums.iter_mut().zip(theirs).for_each(|(sum, point)| *sum += point);
            }
        }
        for (mask, factors) in factors.iter().enumerate() {
            for (element, factor) in factors.iter().enumerate() {
                for (at, operand) in self.draws.masks[mask].operands.iter().enumerate() {
                    let own = self.factor(*operand, element, keys) * factor;
                    self.products[mask][at][element] += own;
                }
            }
        }
        factors.iter_mut().for_each(|factors| factors.zeroize());
        let take = std::mem::take::<Vec<Vec<C::Scalar>>>;
        Ok(Drawn {
            nonces: take(&mut self.nonces),
            points: std::mem::take(&mut self.points),
            masks: take(&mut self.masks),
            products: std::mem::take(&mut self.products),
        })
    }

    /// By peer the rest of its message and its nonce points, if all peers heard what I heard.
    fn all_opened<'m>(&self, incoming: &'m [Vec<u8>]) -> Result<Vec<Opened<'m, C>>, ChannelError> {
        let mut all = Vec::new();
        for p in (0..incoming.len()).filter(|p| *p != self.me.0) {
            let mut parts = Parts(&incoming[p]);
            let points = self.opened(PartyIndex(p), &mut parts).map_err(at(PartyIndex(p), ANSWER))?;
            all.push((p, parts, points));
        }
        // All openings come first: whoever opened wrongly is named, and not the difference that this makes to others.
        let heard = self.digest_of_commitments();
        for (p, parts, _) in &mut all {
            let at = at(PartyIndex(*p), ANSWER);
            if parts.digest().map_err(&at)? != heard {
                return Err(at(ChannelFault::Disagreement("the commitments to nonces")));
            }
        }
        Ok(all)
    }

    /// A peer's nonce points: those it committed to.
    fn opened(&self, peer: PartyIndex, parts: &mut Parts<'_>) -> Result<Vec<Vec<C::Point>>, ChannelFault> {
        let opening = Opening::from_bytes(parts.digest()?);
        let encoded = parts.take(self.encoded.len())?;
        if !self.commitments[peer.0].opens_to(&self.session, peer, NONCES, encoded, &opening) {
            return Err(ChannelFault::Malformed("the nonces are not those that were committed to"));
        }
        let mut points = Parts(encoded);
        self.draws.nonces.iter().map(|length| (0..*length).map(|_| points.point::<C>()).collect()).collect()
    }

    /// My side as Bob: checks that the peer multiplied what its points pin, and adds up.
    fn check(
        &mut self,
        random: &mut Random,
        pair: &mut Pair,
        answer: Answer<'_, C>,
        bob: BobBegun<C>,
        parts: &mut Parts<'_>,
        factors: &mut [C::Scalar],
    ) -> Result<(), ChannelFault> {
        let Answer { peer, mask, points, keys } = answer;
        let MaskDraw { length, operands } = &self.draws.masks[mask];
        let width = operands.len();
        let shares = bob.finish(&mut pair.receiver, &self.gadget, parts.take(answer_bytes(width, *length))?)?;
        let mut combination = Combination::<C>::new();
        for (element, (chi, d)) in shares.chi.iter().zip(shares.d.chunks_exact(width)).enumerate() {
            for (position, (operand, d)) in operands.iter().zip(d).enumerate() {
                let (name, pin) = match *operand {
                    Operand::Nonce(nonce) => ((position, element), points[nonce][element % points[nonce].len()]),
                    Operand::Key(key) => ((position, 0), keys[key].publics[peer]),
                };
                combination.add(random, name, (pin, *chi), parts.point::<C>()?, d);
            }
        }
        if !combination.holds() {
            pair.receiver.spend();
            return Err(ChannelFault::CheckFailed("the peer multiplied something else than its public points say"));
        }
        for factor in factors.iter_mut() {
            *factor += parts.scalar::<C>()?;
        }
        self.add(mask, &shares.d);
        Ok(())
    }
}

impl<C: Curve> Drop for Drawing<'_, C> {
    fn drop(&mut self) {
        self.nonces.zeroize();
        self.masks.zeroize();
        self.products.zeroize();
    }
}

/// A peer, the rest of its message, and its nonces' points.
type Opened<'m, C> = (usize, Parts<'m>, Vec<Vec<<C as Curve>::Point>>);

/// What a peer's answer for one mask is checked against.
struct Answer<'a, C: Curve> {
    peer: usize,
    mask: usize,
    points: &'a [Vec<C::Point>],
    keys: &'a [Pinned<C>],
}

/// So many uniform scalars.
fn uniform<C: Curve>(random: &mut Random, length: usize) -> Vec<C::Scalar> {
    (0..length)
        .map(|_| {
            let mut bytes = random.bytes::<64>();
            let scalar = C::Scalar::from_uniform_bytes(&bytes);
            bytes.zeroize();
            scalar
        })
        .collect()
}

fn at(peer: PartyIndex, step: Step) -> impl Fn(ChannelFault) -> ChannelError {
    move |fault| ChannelError { peer, step, fault }
}
