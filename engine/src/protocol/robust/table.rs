//! Who computes, what their shares are worth, and who was found to deviate.

use crate::crypto::Council;
use crate::galois::{Code, Coefficient, Elements, GaloisRing};
use crate::net::{ChannelError, ChannelFault, Network, PartyIndex, Step};
use crate::protocol::{Accusation, Ground};

/// The parties at the table.
pub(super) struct Table {
    parties: usize,
    council: Council,
    /// Of values: shared once for all, so that parties who leave take their shares with them.
    values: Code,
    accusations: Vec<Accusation>,
    /// More were found to deviate than may.
    overrun: bool,
}

impl Table {
    pub(super) fn new(parties: usize) -> Self {
        let council = Council::of_all(parties);
        let ring = GaloisRing::with_points(parties + 1);
        let values = Code::new(ring, parties, council.faults());
        Self { parties, council, values, accusations: Vec::new(), overrun: false }
    }

    pub(super) fn ring(&self) -> GaloisRing {
        self.values.ring()
    }

    pub(super) fn parties(&self) -> usize {
        self.parties
    }

    pub(super) fn council(&self) -> &Council {
        &self.council
    }

    /// Of values. Whatever meets a value is shared in the same degree, even when fewer may deviate: those who have left know
    /// their shares of the value, and of a sum of less degree that would be one share too many.
    pub(super) fn values(&self) -> &Code {
        &self.values
    }

    /// Of as many as may still deviate.
    pub(super) fn fresh(&self) -> Code {
        Code::new(self.ring(), self.parties, self.council.faults())
    }

    /// Of products of two fresh sharings.
    pub(super) fn products(&self) -> Code {
        Code::new(self.ring(), self.parties, 2 * self.council.faults())
    }

    pub(super) fn is_overrun(&self) -> bool {
        self.overrun
    }

    pub(super) fn accusations(&self) -> &[Accusation] {
        &self.accusations
    }

    pub(super) fn accuse(&mut self, accusation: Accusation) {
        let known = |earlier: &Accusation| (earlier.party, earlier.ground) == (accusation.party, accusation.ground);
        if !self.accusations.iter().any(known) {
            self.accusations.push(accusation);
        }
    }

    /// Goes on without one party that has deviated, or without two of whom one has.
    pub(super) fn eliminate(&mut self, step: Step, party: PartyIndex, other: Option<PartyIndex>) {
        match other {
            None => self.accuse(Accusation { party, step, ground: Ground::Proven }),
            Some(other) => {
                self.accuse(Accusation { party, step, ground: Ground::Disputed { with: other } });
                self.accuse(Accusation { party: other, step, ground: Ground::Disputed { with: party } });
            }
        }
        self.overrun |= self.council.faults() == 0;
        let leaving: Vec<PartyIndex> = std::iter::once(party).chain(other).collect();
        self.council = self.council.without(&leaving);
    }

    /// The council as another party is told of it.
    pub(super) fn minutes(&self) -> [u8; MINUTES] {
        let set = self.council.members().iter().fold(0_u16, |set, member| set | 1 << member.0);
        let [low, high] = set.to_le_bytes();
        [low, high, self.council.faults() as u8]
    }

    /// Takes over what enough of those who still compute say of themselves.
    pub(super) fn read_minutes(&mut self, told: &[Option<[u8; MINUTES]>]) {
        let votes = |minutes: &[u8; MINUTES]| told.iter().flatten().filter(|other| *other == minutes).count();
        let faults = self.council.faults();
        if let Some(minutes) = told.iter().flatten().find(|minutes| votes(minutes) > faults) {
            let set = u16::from_le_bytes([minutes[0], minutes[1]]);
            let members = self.council.members().iter().copied().filter(|member| set >> member.0 & 1 == 1).collect();
            self.council = Council::of_members(members, usize::from(minutes[2]).min(faults));
        }
    }

    /// Values from everybody's shares, of whom at most as many are wrong as may deviate; those are accused.
    pub(super) fn correct<C: Coefficient>(
        &mut self,
        step: Step,
        shares: &[Option<Elements<C>>],
    ) -> Result<Elements<C>, ChannelError> {
        let there = shares.iter().flatten().count();
        let missing = self.council.members().len().saturating_sub(there);
        let errors = self.council.faults().saturating_sub(missing);
        let shares: Vec<Option<&Elements<C>>> = shares.iter().map(Option::as_ref).collect();
        let corrected = self.values.correct(&shares, errors);
        let corrected = corrected.map_err(|_| self.too_many(step))?;
        for party in corrected.wrong {
            self.accuse(Accusation { party: PartyIndex(party), step, ground: Ground::Noticed });
        }
        Ok(corrected.secrets)
    }

    /// Accuses whoever the network has given up.
    pub(super) fn note_given_up(&mut self, net: &Network) {
        for error in net.given_up() {
            self.accuse(Accusation { party: error.peer, step: error.step, ground: Ground::Noticed });
        }
    }

    /// More deviate than the protocol withstands.
    pub(super) fn too_many(&mut self, step: Step) -> ChannelError {
        self.overrun = true;
        let peer = self.accusations.last().map_or(PartyIndex(0), |accusation| accusation.party);
        let fault = ChannelFault::CheckFailed("more parties deviate than the protocol withstands");
        ChannelError { peer, step, fault }
    }
}

/// Bytes in which a council is told.
pub(super) const MINUTES: usize = 3;
