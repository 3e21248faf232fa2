//! What a protocol promises: a value that travels through plan, session and receipt, never a footnote.

/// How the corrupted parties behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Adversary {
    /// They follow the protocol and try to learn from what they see.
    SemiHonest,
    /// They do anything.
    Malicious,
}

/// How many parties may be corrupted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Corruptions {
    /// All but one.
    AllButOne,
    /// One, whoever it is.
    One,
    /// Fewer than a third.
    FewerThanAThird,
    /// As many as leave more than half honest.
    FewerThanHalf,
}

impl Corruptions {
    /// The number, of `parties`.
    pub fn of(self, parties: usize) -> usize {
        match self {
            Self::AllButOne => parties - 1,
            Self::One => 1,
            Self::FewerThanAThird => parties.saturating_sub(1) / 3,
            Self::FewerThanHalf => parties.saturating_sub(1) / 2,
        }
    }

    /// The words in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AllButOne => "all but one",
            Self::One => "one",
            Self::FewerThanAThird => "fewer than a third",
            Self::FewerThanHalf => "fewer than half",
        }
    }
}

/// What happens when somebody misbehaves or leaves (semantics, section 1). A later variant promises more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Guarantee {
    /// Some honest parties may finish while others abort; those that finish agree.
    SelectiveAbort,
    /// All honest parties finish, or none.
    UnanimousAbort,
    /// As above, and a cheater is named on evidence.
    IdentifiableAbort,
    /// All honest parties finish.
    Output,
}

/// What a run promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Claim {
    /// Against whom.
    pub adversary: Adversary,
    /// Against how many.
    pub corrupt: usize,
    /// With which guarantee.
    pub guarantee: Guarantee,
    /// Work to break it, as a power of two.
    pub computational_bits: u32,
    /// Chance that something goes wrong whatever work is spent, as a power of one half; `None` where nothing can.
    pub statistical_bits: Option<u32>,
    /// Whether a dealer, who is none of the parties, is trusted to deal correctly and to collude with nobody.
    pub trusts_dealer: bool,
}

/// The protocols.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProtocolName {
    /// Half-gates garbling, two parties.
    Yao,
    /// Additive sharing over a ring, with boolean shares beside it.
    Additive,
    /// Replicated sharing over a ring and over bits, three parties, an honest majority.
    Replicated,
    /// The same modulo 2^64 and on bits, with proofs that every product was right.
    ReplicatedMalicious,
    /// Shamir's sharing, an output for all who follow the protocol.
    ShamirRobust,
    /// Authenticated garbling, any number of parties.
    AuthenticatedGarbling,
    /// Authenticated numbers with authenticated garbling beside them, any number of parties.
    Spdz,
    /// Shamir's sharing of numbers and bits, an honest majority.
    Shamir,
    /// Products of scalars of a curve by pairwise OLE, for programs that check what they open.
    Dkls,
    /// Sums of nonces and keys on a curve: two-round Schnorr signatures.
    Frost,
    /// Products of scalars of a curve by Shamir's sharing among an honest majority, for programs that check what they
    /// open.
    ShamirSigning,
    /// Any arithmetic on scalars of a curve, with MACs.
    SpdzSigning,
}

/// A protocol's row in the table of promises: CLI, `explain`, receipts and `SECURITY.md` print this one.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    /// The protocol.
    pub name: ProtocolName,
    /// The least number of parties.
    pub least_parties: usize,
    /// The greatest number of parties.
    pub most_parties: usize,
    /// Against whom.
    pub adversary: Adversary,
    /// Against how many.
    pub corrupt: Corruptions,
    /// With which guarantee.
    pub guarantee: Guarantee,
    /// Chance that something goes wrong whatever work is spent, as a power of one half; `None` where nothing can.
    pub statistical_bits: Option<u32>,
    /// Whether a cheater is named.
    pub names_cheaters: &'static str,
    /// Whether all learn their outputs or none does.
    pub fairness: &'static str,
    /// What is assumed of the network.
    pub network: &'static str,
    /// The papers.
    pub sources: &'static str,
}

/// The protocols that compute on numbers and bits: the first rows of the table.
pub const OFFERS_ON_NUMBERS: &[Offer] = OFFERS.split_at(8).0;

/// The table.
pub const OFFERS: &[Offer] = &[
    Offer {
        name: ProtocolName::Yao,
        least_parties: 2,
        most_parties: 2,
        adversary: Adversary::SemiHonest,
        corrupt: Corruptions::AllButOne,
        guarantee: Guarantee::SelectiveAbort,
        statistical_bits: None,
        names_cheaters: "no: parties are assumed to follow the protocol",
        fairness: "no: whoever receives first can leave",
        network: "authenticated, ordered; silence ends the session",
        sources: "half gates (Zahur, Rosulek, Evans 2015) or three halves (Rosulek, Roy 2021), hash of Guo, Katz, Wang, Yu 2020",
    },
    Offer {
        name: ProtocolName::Additive,
        least_parties: 2,
        most_parties: 64,
        adversary: Adversary::SemiHonest,
        corrupt: Corruptions::AllButOne,
        guarantee: Guarantee::SelectiveAbort,
        statistical_bits: None,
        names_cheaters: "no: parties are assumed to follow the protocol",
        fairness: "no: whoever receives first can leave",
        network: "authenticated, ordered; silence ends the session",
        sources: "GMW 1987 and Beaver 1991 on triples from SoftSpoken OT (Roy 2022), between two parties in bulk also silent OT (Yang, Weng, Lan, Zhang, Wang 2020); Gilboa 1999",
    },
    Offer {
        name: ProtocolName::Replicated,
        least_parties: 3,
        most_parties: 3,
        adversary: Adversary::SemiHonest,
        corrupt: Corruptions::One,
        guarantee: Guarantee::SelectiveAbort,
        statistical_bits: None,
        names_cheaters: "no: parties are assumed to follow the protocol",
        fairness: "no: whoever receives first can leave",
        network: "authenticated, ordered; silence ends the session",
        sources: "Araki, Furukawa, Lindell, Nof, Ohara 2016; terms known to one party as in ABY3 (Mohassel, Rindal 2018)",
    },
    Offer {
        name: ProtocolName::ReplicatedMalicious,
        least_parties: 3,
        most_parties: 3,
        adversary: Adversary::Malicious,
        corrupt: Corruptions::One,
        guarantee: Guarantee::SelectiveAbort,
        statistical_bits: Some(73),
        names_cheaters: "no: a failed check is one of two parties'",
        fairness: "no: whoever receives first can leave",
        network: "authenticated, ordered; silence ends the session",
        sources: "Araki et al. 2016; products proven by distributed zero knowledge (Boneh et al. 2019; Boyle, Gilboa, Ishai, Nof 2019), of numbers as integers modulo a prime",
    },
    Offer {
        name: ProtocolName::ShamirRobust,
        least_parties: 4,
        most_parties: 16,
        adversary: Adversary::Malicious,
        corrupt: Corruptions::FewerThanAThird,
        guarantee: Guarantee::Output,
        statistical_bits: Some(60),
        names_cheaters: "yes, or one of two",
        fairness: "yes: whoever follows the protocol finishes",
        network: "synchronous: whoever is silent for too long counts as corrupted",
        sources: "Beerliová-Trubíniová, Hirt 2008, over Galois rings (Abspoel, Cramer, Damgård, Escudero, Yuan 2019); broadcast by Turpin, Coan 1984 and Berman, Garay, Perry 1989",
    },
    Offer {
        name: ProtocolName::AuthenticatedGarbling,
        least_parties: 2,
        most_parties: 16,
        adversary: Adversary::Malicious,
        corrupt: Corruptions::AllButOne,
        guarantee: Guarantee::SelectiveAbort,
        statistical_bits: Some(40),
        names_cheaters: "of two parties the other one; of more, whoever fails a check of its own messages",
        fairness: "no: whoever receives first can leave",
        network: "authenticated, ordered; silence ends the session",
        sources: "authenticated garbling (Wang, Ranellucci, Katz 2017; Katz, Ranellucci, Rosulek, Wang 2018; Yang, Wang, Zhang 2020) on SoftSpoken OT (Roy 2022)",
    },
    Offer {
        name: ProtocolName::Spdz,
        least_parties: 2,
        most_parties: 16,
        adversary: Adversary::Malicious,
        corrupt: Corruptions::AllButOne,
        guarantee: Guarantee::SelectiveAbort,
        statistical_bits: Some(40),
        names_cheaters: "of two parties the other one; of more, whoever fails a check of its own messages",
        fairness: "no: whoever receives first can leave",
        network: "authenticated, ordered; silence ends the session",
        sources: "SPDZ modulo 2^64 (Cramer, Damgård, Escudero, Scholl, Xing 2018) on SoftSpoken OT and VOLE (Roy 2022); bits as in authenticated garbling",
    },
    Offer {
        name: ProtocolName::Shamir,
        least_parties: 3,
        most_parties: 9,
        adversary: Adversary::Malicious,
        corrupt: Corruptions::FewerThanHalf,
        guarantee: Guarantee::SelectiveAbort,
        statistical_bits: Some(40),
        names_cheaters: "no: a failed check is anybody's",
        fairness: "no: whoever receives first can leave",
        network: "authenticated, ordered; silence ends the session",
        sources: "Shamir 1979 over Galois rings (Abspoel et al. 2019), pseudo-random sharings (Cramer, Damgård, Ishai 2005); products of Damgård, Nielsen 2007, checked as in Goyal, Song 2020; bits of Damgård et al. 2019",
    },
    Offer {
        name: ProtocolName::Dkls,
        least_parties: 2,
        most_parties: 64,
        adversary: Adversary::Malicious,
        corrupt: Corruptions::AllButOne,
        guarantee: Guarantee::SelectiveAbort,
        statistical_bits: Some(80),
        names_cheaters: "whoever fails a check of its own messages; not whoever opens a wrong share",
        fairness: "no: whoever receives first can leave",
        network: "authenticated, ordered; silence ends the session",
        sources: "DKLs23 (Doerner, Kondi, Lee, shelat 2023) on SoftSpoken OT (Roy 2022); keys by Feldman 1987 and Pedersen 1991",
    },
    Offer {
        name: ProtocolName::Frost,
        least_parties: 2,
        most_parties: 64,
        adversary: Adversary::Malicious,
        corrupt: Corruptions::AllButOne,
        guarantee: Guarantee::SelectiveAbort,
        statistical_bits: None,
        names_cheaters: "yes, in signing: every share is checked against its signer's public share",
        fairness: "no: whoever receives first can leave",
        network: "authenticated, ordered; silence ends the session",
        sources: "FROST (RFC 9591; Komlo, Goldberg 2020); keys by Feldman 1987 and Pedersen 1991",
    },
    Offer {
        name: ProtocolName::ShamirSigning,
        least_parties: 3,
        most_parties: 64,
        adversary: Adversary::Malicious,
        corrupt: Corruptions::FewerThanHalf,
        guarantee: Guarantee::SelectiveAbort,
        statistical_bits: Some(128),
        names_cheaters: "whoever sends what is no point or number; not whoever sends a wrong one",
        fairness: "no: whoever receives first can leave",
        network: "authenticated, ordered; silence ends the session",
        sources: "Damgård, Jakobsen, Nielsen, Pagter, Østergaard 2020; pseudo-random sharing (Cramer, Damgård, Ishai 2005); keys by Feldman 1987 and Pedersen 1991",
    },
    Offer {
        name: ProtocolName::SpdzSigning,
        least_parties: 2,
        most_parties: 16,
        adversary: Adversary::Malicious,
        corrupt: Corruptions::AllButOne,
        guarantee: Guarantee::SelectiveAbort,
        statistical_bits: Some(80),
        names_cheaters: "whoever fails a check of its own messages or opens wrongly",
        fairness: "no: whoever receives first can leave",
        network: "authenticated, ordered; silence ends the session",
        sources: "SPDZ (Damgård, Pastro, Smart, Zakarias 2012) with MACs of pairs (Bendlin, Damgård, Orlandi, Zakarias 2011) and triples as in MASCOT (Keller, Orsini, Scholl 2016), on VOLE (Roy 2022; Doerner, Kondi, Lee, shelat 2023)",
    },
];

impl Offer {
    /// Whether more signers are needed to use a key than are enough to have it: `2t + 1` and `t + 1`.
    pub fn needs_more_signers(&self) -> bool {
        self.corrupt == Corruptions::FewerThanHalf
    }

    /// The claim for so many parties.
    pub fn claim(&self, parties: usize) -> Claim {
        Claim {
            adversary: self.adversary,
            corrupt: self.corrupt.of(parties),
            guarantee: self.guarantee,
            computational_bits: 128,
            statistical_bits: self.statistical_bits,
            trusts_dealer: false,
        }
    }
}

impl ProtocolName {
    /// The name in commands, receipts and tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Yao => "yao",
            Self::Additive => "additive",
            Self::Replicated => "replicated",
            Self::ReplicatedMalicious => "replicated-malicious",
            Self::ShamirRobust => "shamir-robust",
            Self::AuthenticatedGarbling => "authenticated-garbling",
            Self::Spdz => "spdz",
            Self::Shamir => "shamir",
            Self::Dkls => "dkls",
            Self::Frost => "frost",
            Self::ShamirSigning => "shamir-signing",
            Self::SpdzSigning => "spdz-signing",
        }
    }

    /// Whether it computes on scalars of a curve, not on numbers and bits.
    pub const fn is_on_curves(self) -> bool {
        matches!(self, Self::Dkls | Self::Frost | Self::ShamirSigning | Self::SpdzSigning)
    }

    /// Whether what it does for a key for products needs OTs between every two holders.
    pub const fn multiplies_in_pairs(self) -> bool {
        matches!(self, Self::Dkls)
    }

    /// Whether pairs of its parties transfer obliviously, and so set up base OTs.
    pub const fn has_transfers(self) -> bool {
        matches!(
            self,
            Self::Yao | Self::Additive | Self::AuthenticatedGarbling | Self::Spdz | Self::Dkls | Self::SpdzSigning
        )
    }

    /// Whether a run can use what was made in an earlier session ([`crate::run::preprocess`]).
    pub const fn takes_prepared(self) -> bool {
        matches!(self, Self::Yao | Self::Additive | Self::AuthenticatedGarbling | Self::Spdz)
    }

    /// Whether its correlations may come from a dealer.
    pub const fn takes_dealer(self) -> bool {
        matches!(self, Self::Additive)
    }

    /// The protocol's row of the table.
    pub fn offer(self) -> &'static Offer {
        // Every protocol has a row: a test counts them.
        OFFERS.iter().find(|o| o.name == self).unwrap_or(&OFFERS[0])
    }
}

impl std::str::FromStr for ProtocolName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        OFFERS.iter().map(|o| o.name).find(|n| n.name() == text).ok_or_else(|| {
            let names: Vec<&str> = OFFERS.iter().map(|o| o.name.name()).collect();
            format!("there is no protocol {text:?}; there are {}", names.join(", "))
        })
    }
}

impl Adversary {
    /// The word in commands, receipts and tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SemiHonest => "semi-honest",
            Self::Malicious => "malicious",
        }
    }
}

impl std::str::FromStr for Adversary {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::SemiHonest, Self::Malicious]
            .into_iter()
            .find(|a| a.name() == text)
            .ok_or_else(|| format!("{text:?} is no adversary; write semi-honest or malicious"))
    }
}

impl Guarantee {
    /// All of them, from the least promise to the greatest.
    pub const ALL: [Self; 4] = [Self::SelectiveAbort, Self::UnanimousAbort, Self::IdentifiableAbort, Self::Output];

    /// The word in commands, receipts and tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SelectiveAbort => "selective-abort",
            Self::UnanimousAbort => "unanimous-abort",
            Self::IdentifiableAbort => "identifiable-abort",
            Self::Output => "output",
        }
    }
}

impl std::str::FromStr for Guarantee {
    type Err = String;

    /// `abort` is the default and asks for no more than [`Guarantee::SelectiveAbort`].
    fn from_str(text: &str) -> Result<Self, String> {
        let text = if text == "abort" { "selective-abort" } else { text };
        Self::ALL.into_iter().find(|g| g.name() == text).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|g| g.name()).collect();
            format!("{text:?} is no guarantee; write abort, {}", names.join(", "))
        })
    }
}

impl std::fmt::Display for Claim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, up to {} corrupt, {}", self.adversary.name(), self.corrupt, self.guarantee.name())?;
        f.write_str(if self.trusts_dealer { ", trusting a dealer not to collude with anybody" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_protocol_has_its_own_row() {
        for offer in OFFERS {
            assert_eq!(offer.name.offer().name, offer.name);
            assert_eq!(offer.name.name().parse(), Ok(offer.name));
        }
    }
}
