//! `spdz-signing`: any arithmetic on secret scalars of a curve, with MACs, against a dishonest majority of malicious parties.
//!
//! What SPDZ (Damgård, Pastro, Smart, Zakarias, "Multiparty Computation from Somewhat Homomorphic Encryption", CRYPTO 2012,
//! ePrint 2011/535) does, from oblivious transfer as in MASCOT (Keller, Orsini, Scholl, CCS 2016, ePrint 2016/505), with MACs
//! between every two parties (Bendlin, Damgård, Orlandi, Zakarias, "Semi-Homomorphic Encryption and Multiparty
//! Computation", EUROCRYPT 2011, ePrint 2010/514) in the place of one on the sum: party `i` has an addend `x_i` and, for
//! every peer `j`, a MAC `v`; the peer has `w = Delta_j x_i + v` under its own fixed `Delta_j` of 127 random bits ([`Share`]).
//! Whoever opens a wrong addend is named by everybody whom it told so, and nobody can tell two parties different things.
//!
//! *Values* are authenticated by a vector OLE with a fixed Delta (Roy, "SoftSpokenOT", CRYPTO 2022, ePrint 2022/192, section
//! 3, over the scalars; `vole.rs`). Every party opens a random combination of its values with one more that masks it, and
//! all parties compare what they heard (`check.rs`; MASCOT, protocol 4). A share of a key is also checked in the exponent
//! against its public point, under the MAC: `Gamma + Delta X = w G` for `Gamma = v G`.
//!
//! *Triples* are products of every two parties' factors by the random vector OLE of `dkls` ([`crate::vole`]), two with one
//! factor in common, of which one is sacrificed (MASCOT, protocol 4 and section 4.3): `rho = r a - a'` is opened, and a
//! random combination of `r c - c' - rho b` is nothing. What a wrong OLE input does to `c` is a multiple of a factor that
//! nobody knows, and passes with probability 2^-128 at most.
//!
//! *Openings* of scalars carry the MACs as one digest for each peer; those of points carry every MAC in the exponent.
//! Everything is checked when it arrives and before anything is computed from it. Nothing is kept between sessions, and
//! OTs are set up in each: what a failed check may tell of `Delta` ends with the session.
//!
//! *Claim.* All but one malicious, selective abort; 128 bits computational and 80 statistical, which is the vector OLE's.
//! Against a guess of `g` bits of `Delta`, which succeeds with probability 2^-g, the MACs keep `127 - g`.
//!
//! *Cost.* A set-up of OTs with everybody; 1,024 bytes for each authenticated value, 40 KB for each triple (`cost.rs`); a
//! message of 64 bytes and a digest for each product, of 32 for each opened scalar, of two points for each opened point.
//!
//! *Deviations.* (1) MACs are pairwise, so that no commitments are needed where they are opened. (2) Bob's factors in the
//! OLE are random and corrected, as in `dkls`, so that MASCOT's combining of leaky triples is not needed: a guess
//! leaves `chi` within 2^-80 of uniform ([`crate::vole`]). (3) One Delta serves the OTs and the MACs; all guesses at it are
//! charged to one account.
//!
//! *The caller guarantees*: the session's id is fresh and agreed; all parties make the same calls.

mod check;
mod cost;
mod draw;
mod products;
mod share;
mod step;
mod vole;

pub use cost::{draw_cost, step_cost};
pub use draw::{Drawn, Spdz, Wanted, draw};
pub use share::Share;
pub use step::{Opened, StepRequest};

use quorate_circuits::curve::{Curve, SCALAR_BYTES};

use crate::net::{ChannelError, ChannelFault, Network, PartyIndex, Step};

/// Bob's messages of the OLEs.
pub const BEGIN: Step = Step::new("spdz-signing/begin");
/// Alice's, and what makes Bob's factors his.
pub const ANSWER: Step = Step::new("spdz-signing/answer");
/// Corrections that authenticate values.
pub const VALUES: Step = Step::new("spdz-signing/values");
/// Combinations of values with their MACs, factors of the sacrifice, keys' MACs in the exponent.
pub const CHECK: Step = Step::new("spdz-signing/check");
/// The combination of all triples, and what was heard of everybody.
pub const SACRIFICE: Step = Step::new("spdz-signing/sacrifice");
/// Masked factors of products, and what is opened at once with them, with their MACs.
pub const MULTIPLY: Step = Step::new("spdz-signing/multiply");
/// Opened scalars and opened points alone, with their MACs.
pub const OPEN: Step = Step::new("spdz-signing/open");

/// Bytes of a digest.
const DIGEST: usize = 32;

/// What is said where a MAC is wrong.
const WRONG_MAC: ChannelFault = ChannelFault::CheckFailed("what it opened has another MAC than it was given");

fn at(peer: PartyIndex, step: Step) -> impl Fn(ChannelFault) -> ChannelError {
    move |fault| ChannelError { peer, step, fault }
}

/// Somebody deviated; among two it was the other one.
fn deviation(network: &Network, step: Step, what: &'static str) -> ChannelError {
    let fault = if network.parties() == 2 { ChannelFault::CheckFailed(what) } else { ChannelFault::Disagreement(what) };
    at(PartyIndex(usize::from(network.me().0 == 0)), step)(fault)
}

/// A message that is read from its beginning; the channel has checked its length.
struct Parts<'a>(&'a [u8]);

impl<'a> Parts<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], ChannelFault> {
        let found = self.0.len();
        let (part, rest) =
            self.0.split_at_checked(length).ok_or(ChannelFault::WrongLength { expected: length, found })?;
        self.0 = rest;
        Ok(part)
    }

    fn scalar<C: Curve>(&mut self) -> Result<C::Scalar, ChannelFault> {
        let mut bytes = [0; SCALAR_BYTES];
        bytes.copy_from_slice(self.take(SCALAR_BYTES)?);
        C::decode_scalar(&bytes).ok_or(ChannelFault::Malformed("a scalar is not below the group's order"))
    }

    fn scalars<C: Curve>(&mut self, count: usize) -> Result<Vec<C::Scalar>, ChannelFault> {
        (0..count).map(|_| self.scalar::<C>()).collect()
    }

    /// A point, or the identity: of a sum that is nothing there are points as well.
    fn point<C: Curve>(&mut self) -> Result<C::Point, ChannelFault> {
        let bytes = self.take(C::POINT_BYTES)?;
        let identity = <C::Point as group::Group>::identity();
        let mut encoded = Vec::with_capacity(C::POINT_BYTES);
        C::encode_point(&identity, &mut encoded);
        if bytes == encoded {
            return Ok(identity);
        }
        C::decode_point(bytes).ok_or(ChannelFault::Malformed("a point is not a canonical element of the group"))
    }
}
