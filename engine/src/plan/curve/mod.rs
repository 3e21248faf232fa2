//! Programs over a curve: what is drawn, what is multiplied, what is opened, and in which order.
//!
//! Such a program is not lowered to instructions. Its secret scalars are **leaves** (drawn, held from an earlier
//! session, or products of two leaves) and sums of leaves with public coefficients; so a protocol has three things
//! to do: to draw all leaves at once, to open sums of them, and to keep them. What a program may do with them differs
//! by protocol: [`fits_dkls`], [`fits_shamir_signing`] and [`fits_frost`] are the verifiers (semantics, section 8). They look at the program,
//! never at its name.

mod answers;
mod cover;
mod fit;
mod general;
mod leaves;
mod life;
mod majority;

use quorate_circuits::access::NoStructure;
use quorate_circuits::bind::{BoundProgram, Delivery, Members, Sharing, ValueId};
use quorate_circuits::curve::CurveName;

use crate::key::AccessStructure;
use crate::protocol::ProtocolName;
use crate::protocol::dkls::{Draws, MaskDraw, Operand};

pub use fit::{fits_dkls, fits_frost};
use general::general_plan;
pub use general::{CurveStep, General};
use leaves::curve_plan;
pub use majority::fits_shamir_signing;

/// What a protocol has to do for a program over a curve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurvePlan {
    /// The curve of all its scalars and points.
    pub curve: CurveName,
    /// Random scalars that are opened as points, in the order of the program.
    pub nonces: Vec<Nonce>,
    /// Random scalars that multiply others.
    pub masks: Vec<Mask>,
    /// Random scalars that are kept for a later session and nothing else.
    pub stored: Vec<Stored>,
    /// Random scalars that become keys.
    pub keys: Vec<NewKey>,
    /// Held scalars that are shared anew.
    pub resharings: Vec<Resharing>,
    /// Held scalars that one party gets, or one share of them.
    pub deliveries: Vec<Delivered>,
    /// Held scalars that are opened as points: nonces of an earlier session.
    pub held_nonces: Vec<HeldNonce>,
    /// By round, the sums that are opened; those of a round depend on those of earlier ones.
    pub openings: Vec<Vec<ValueId>>,
    /// What a protocol does that computes anything; what stands above is empty then.
    pub general: Option<General>,
}

/// A random scalar, or a vector of them, opened as a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nonce {
    /// The scalars.
    pub value: ValueId,
    /// The points.
    pub point: ValueId,
    /// How many.
    pub length: usize,
}

/// A random scalar, or a vector of them, and what it multiplies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mask {
    /// The scalars.
    pub value: ValueId,
    /// How many.
    pub length: usize,
    /// What they multiply.
    pub products: Vec<Product>,
}

/// A product with a mask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Product {
    /// The product.
    pub value: ValueId,
    /// The other factor: a nonce, or a held key.
    pub operand: ValueId,
}

/// A random scalar, or a vector of them, that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The scalars.
    pub value: ValueId,
    /// How many.
    pub length: usize,
}

/// A random scalar that becomes a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewKey {
    /// The scalar.
    pub value: ValueId,
    /// Its public key.
    pub point: ValueId,
    /// Where it is kept.
    pub keep: ValueId,
    /// How it is shared.
    pub sharing: Sharing,
}

/// Who can use what is shared, among so many holders.
fn access(sharing: &Sharing, holders: usize) -> Result<AccessStructure, NoStructure> {
    match sharing.access.plain_threshold() {
        Some(threshold) => AccessStructure::new(threshold, holders),
        None if sharing.access.holders() == holders => Ok(AccessStructure::of(sharing.access.clone())),
        None => Err(NoStructure::Holders { expected: holders, found: sharing.access.holders() }),
    }
}

impl NewKey {
    /// Who can use it, among so many parties.
    ///
    /// # Errors
    /// If they are too few, or the structure names others.
    pub fn access(&self, parties: usize) -> Result<AccessStructure, NoStructure> {
        access(&self.sharing, parties)
    }
}

impl Resharing {
    /// Who can use the new shares, among so many receivers.
    ///
    /// # Errors
    /// If they are too few, or the structure names others.
    pub fn access(&self, receivers: usize) -> Result<AccessStructure, NoStructure> {
        access(&self.sharing, receivers)
    }
}

/// A held scalar that is shared anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resharing {
    /// The scalar.
    pub value: ValueId,
    /// Who has the shares of it.
    pub dealers: Members,
    /// Where it is kept.
    pub keep: ValueId,
    /// How it is shared then.
    pub sharing: Sharing,
}

/// A held scalar that one party gets, or one share of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// The scalar.
    pub value: ValueId,
    /// Who has the shares of it.
    pub helpers: Members,
    /// Where it is kept.
    pub keep: ValueId,
    /// Who gets what.
    pub delivery: Delivery,
}

/// A held scalar that is opened as a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeldNonce {
    /// The scalar.
    pub value: ValueId,
    /// The point.
    pub point: ValueId,
}

/// The plan of a program under a protocol over curves, if it runs it.
///
/// # Errors
/// Why it does not.
pub(super) fn fitting(program: &BoundProgram, protocol: ProtocolName, parties: usize) -> Result<CurvePlan, String> {
    if protocol == ProtocolName::SpdzSigning {
        return general_plan(program);
    }
    let plan = curve_plan(program)?;
    match protocol {
        ProtocolName::Dkls => fits_dkls(&plan, program)?,
        ProtocolName::Frost => fits_frost(&plan, program)?,
        ProtocolName::ShamirSigning => fits_shamir_signing(&plan, program, parties)?,
        _ => return Err("it computes on numbers and bits".to_owned()),
    }
    Ok(plan)
}

impl CurvePlan {
    /// Nothing to do.
    fn over(curve: CurveName) -> Self {
        Self {
            curve,
            nonces: Vec::new(),
            masks: Vec::new(),
            stored: Vec::new(),
            keys: Vec::new(),
            resharings: Vec::new(),
            deliveries: Vec::new(),
            held_nonces: Vec::new(),
            openings: Vec::new(),
            general: None,
        }
    }

    /// How many parties a protocol may let collude, of `parties`: so few that they can never use a key that is made, fewer
    /// than the dealers or helpers who have it, else all but one. One dealer has the whole key and is not counted.
    pub fn corrupt(&self, parties: usize) -> usize {
        let of_keys = self.keys.iter().map(|key| key.sharing.access.signers_needed());
        let of_new = self.resharings.iter().map(|resharing| resharing.sharing.access.signers_needed());
        let of_old = self.resharings.iter().map(|resharing| resharing.dealers.count).filter(|count| *count > 1);
        let of_helpers = self.deliveries.iter().map(|delivered| delivered.helpers.count);
        let most = of_keys.chain(of_new).chain(of_old).chain(of_helpers).min().unwrap_or(parties);
        most.saturating_sub(1).min(parties.saturating_sub(1))
    }

    /// Whether a key is made, shared anew or handed over.
    pub fn makes_keys(&self) -> bool {
        !(self.keys.is_empty() && self.resharings.is_empty() && self.deliveries.is_empty())
    }

    /// What is to be drawn, and which held keys are factors, in the order in which `Operand::Key` counts them.
    pub(crate) fn draws(&self) -> (Draws, Vec<ValueId>) {
        let mut keys: Vec<ValueId> = Vec::new();
        let nonces = self.nonces.iter().map(|nonce| nonce.length).collect();
        let mut masks = Vec::new();
        for mask in &self.masks {
            let mut operands = Vec::new();
            for product in &mask.products {
                operands.push(match self.nonces.iter().position(|nonce| nonce.value == product.operand) {
                    Some(nonce) => Operand::Nonce(nonce),
                    None => {
                        let known = keys.iter().position(|key| *key == product.operand);
                        Operand::Key(known.unwrap_or_else(|| {
                            keys.push(product.operand);
                            keys.len() - 1
                        }))
                    }
                });
            }
            masks.push(MaskDraw { length: mask.length, operands });
        }
        (Draws { nonces, masks }, keys)
    }
}
