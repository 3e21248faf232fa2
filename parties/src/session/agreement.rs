//! The parties compare what each was told to run, before any protocol byte.
//!
//! 1. `session/statement`: everybody sends its terms and a commitment to a fresh nonce to everybody, and compares.
//! 2. `session/sizes`: now that the partners are known to run the same program, each owner announces how large its
//!    data are.
//! 3. `session/echo`: everybody sends a digest of what it has heard from each party, so that a party that told two
//!    others different things is noticed.
//! 4. `session/nonce`: everybody opens the nonce to which its statement committed. The session id is a hash of all of
//!    them, so nobody could foresee it, or choose it, when it said what it wants to run: whatever is derived from it
//!    is a fair coin.

use quorate_engine::net::{ChannelFault, Network, PartyIndex, Phase, Step};
use sha2::{Digest, Sha256};

use super::comparison::compare;
use super::statement::{LIMIT, Statement, Unreadable, WIRE_VERSION, decode_sizes, encode};
use super::{AgreementError, Difference, Equivocation, Ordered, Roster, SessionId, Terms};
use crate::identity::{Canonical, Hex, PartyName, PublicKey};

const STATEMENT: Step = Step::new("session/statement");
const SIZES: Step = Step::new("session/sizes");
const ECHO: Step = Step::new("session/echo");
const NONCE: Step = Step::new("session/nonce");

/// What the parties of a session have agreed on: the same value at all of them, `me` apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// The session.
    pub session: SessionId,
    /// This party's place.
    pub me: PartyIndex,
    /// The parties, in order.
    pub parties: Vec<Party>,
    /// What they run.
    pub terms: Terms,
    /// The measured sizes, as their owners announced them.
    pub sizes: Ordered<u64>,
}

/// A party of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// Its name.
    pub name: PartyName,
    /// Its key.
    pub public_key: PublicKey,
    /// Its share of the session id.
    pub nonce: Hex<32>,
}

/// Agrees with all peers on `terms`, and on the sizes of everybody's data; `sizes` are those that this party owns.
///
/// # Errors
/// The first difference, with both values; a peer that is absent or misbehaves; terms that cannot be sent.
pub async fn agree(
    net: &mut Network,
    roster: &Roster,
    terms: &Terms,
    sizes: &Ordered<u64>,
) -> Result<Agreement, AgreementError> {
    let phase = net.phase();
    net.enter(Phase::Session);
    let mut nonce = [0; 32];
    getrandom::fill(&mut nonce).map_err(|_| AgreementError::Randomness)?;
    let mine = Statement::new(terms, roster, committed(roster.name(roster.me()), &nonce));
    let statements = exchange(net, roster, STATEMENT, mine.encode()?).await?;
    let heard = compare_all(roster, mine, &statements)?;
    let announced = exchange(net, roster, SIZES, encode(sizes)?).await?;
    let sizes = merge_sizes(roster, &announced)?;
    echo(net, roster, &statements, &announced).await?;
    let nonces = open_nonces(net, roster, &heard, nonce).await?;
    net.enter(phase);
    let names = roster.cards().iter().map(|card| (card.name().clone(), card.public_key()));
    let parties: Vec<_> =
        names.zip(nonces).map(|((name, public_key), nonce)| Party { name, public_key, nonce }).collect();
    let session = session_id(&parties, terms, &sizes);
    Ok(Agreement { session, me: roster.me(), parties, terms: terms.clone(), sizes })
}

impl Agreement {
    /// This party.
    pub fn own(&self) -> &Party {
        &self.parties[self.me.0]
    }
}

/// The id of a session: SHA-256 of everything agreed on.
pub(crate) fn session_id(parties: &[Party], terms: &Terms, sizes: &Ordered<u64>) -> SessionId {
    let start = Canonical::new("quorate session 1").number(WIRE_VERSION.into());
    let named = start.list(parties.iter(), |c, party| {
        c.text(party.name.as_str()).bytes(party.public_key.as_bytes()).bytes(&party.nonce.0)
    });
    Hex(terms.write(named).list(sizes.iter(), |c, (name, size)| c.text(name).number(*size)).digest())
}

/// The commitment to a nonce: nobody else can claim it as its own.
fn committed(name: &PartyName, nonce: &[u8; 32]) -> [u8; 32] {
    Canonical::new("quorate nonce 1").text(name.as_str()).bytes(nonce).digest()
}

/// Opens everybody's nonce, after everybody has said what it wants to run.
async fn open_nonces(
    net: &mut Network,
    roster: &Roster,
    heard: &[Statement],
    mine: [u8; 32],
) -> Result<Vec<Hex<32>>, AgreementError> {
    let opened = net.exchange_all(NONCE, &mine, mine.len()).await.map_err(|error| roster.fault(error))?;
    let mut nonces = vec![Hex(mine); heard.len()];
    for (p, card) in roster.peers() {
        // The channel delivered exactly 32 bytes.
        nonces[p.0].0.copy_from_slice(&opened[p.0]);
        if committed(card.name(), &nonces[p.0].0) != heard[p.0].commitment.0 {
            return Err(malformed(roster, p, NONCE, "the nonce is not the one that was committed to"));
        }
    }
    Ok(nonces)
}

/// Sends one message to every peer and receives theirs, mine at my own place. One frame for each always fits into a
/// link's queue, so sending first cannot deadlock; and everybody has been told before anybody can fail.
async fn exchange(
    net: &mut Network,
    roster: &Roster,
    step: Step,
    message: Vec<u8>,
) -> Result<Vec<Vec<u8>>, AgreementError> {
    for peer in net.peers() {
        net.send(peer, step, &message).await.map_err(|error| roster.fault(error))?;
    }
    let mut messages = vec![message; net.parties()];
    for peer in net.peers() {
        messages[peer.0] = net.receive_bounded(peer, step, LIMIT).await.map_err(|error| roster.fault(error))?;
    }
    Ok(messages)
}

fn compare_all(roster: &Roster, mine: Statement, messages: &[Vec<u8>]) -> Result<Vec<Statement>, AgreementError> {
    let me = roster.name(roster.me());
    let mut heard = vec![mine.clone(); messages.len()];
    for (p, card) in roster.peers() {
        let theirs = Statement::decode(&messages[p.0]).map_err(|fault| unreadable(roster, p, fault))?;
        if let Some((role, _)) = mine.terms.roles.iter().find(|(role, holder)| {
            *holder == me && theirs.terms.roles.find(role).is_some_and(|theirs| theirs == card.name())
        }) {
            let (role, me, peer) = (role.to_owned(), me.clone(), card.name().clone());
            return Err(AgreementError::RoleTakenTwice { role, me, peer });
        }
        if let Some(difference) = compare(&mine, me, &theirs, card.name()) {
            return Err(difference.into());
        }
        heard[p.0] = theirs;
    }
    Ok(heard)
}

fn unreadable(roster: &Roster, peer: PartyIndex, fault: Unreadable) -> AgreementError {
    match fault {
        Unreadable::Malformed(why) => malformed(roster, peer, STATEMENT, why),
        Unreadable::Version(version) => {
            let (me, peer) = (roster.name(roster.me()).clone(), roster.name(peer).clone());
            let (mine, theirs) = (WIRE_VERSION.to_string(), version.to_string());
            Difference { field: "the wire version".to_owned(), me, mine, peer, theirs }.into()
        }
    }
}

fn malformed(roster: &Roster, peer: PartyIndex, step: Step, why: &'static str) -> AgreementError {
    let peer = roster.name(peer).clone();
    super::PeerFault { peer, step, fault: ChannelFault::Malformed(why) }.into()
}

/// Everybody's sizes in the order of the parties. Two owners may announce the same thing, but not differently.
fn merge_sizes(roster: &Roster, announced: &[Vec<u8>]) -> Result<Ordered<u64>, AgreementError> {
    let mut merged = Ordered::new();
    let mut owners = Ordered::new();
    for (p, bytes) in announced.iter().enumerate() {
        let sizes = decode_sizes(bytes).map_err(|why| malformed(roster, PartyIndex(p), SIZES, why))?;
        let owner = roster.name(PartyIndex(p));
        for (name, &size) in sizes.iter() {
            match (merged.find(name), owners.find(name)) {
                (Some(&other), Some(first)) if other != size => {
                    let (first, second) = (PartyName::clone(first), owner.clone());
                    let name = name.to_owned();
                    return Err(AgreementError::Size { name, first, first_size: other, second, second_size: size });
                }
                (Some(_), _) => {}
                (None, _) => {
                    let _ = (merged.insert(name, size), owners.insert(name, owner.clone()));
                }
            }
        }
    }
    Ok(merged)
}

async fn echo(
    net: &mut Network,
    roster: &Roster,
    statements: &[Vec<u8>],
    sizes: &[Vec<u8>],
) -> Result<(), AgreementError> {
    let digest = |(statement, sizes): (&Vec<u8>, &Vec<u8>)| -> [u8; 32] {
        Sha256::digest(Canonical::new("quorate echo 1").bytes(statement).bytes(sizes).as_bytes()).into()
    };
    let heard: Vec<[u8; 32]> = statements.iter().zip(sizes).map(digest).collect();
    let flat = heard.concat();
    let echoes = net.exchange_all(ECHO, &flat, flat.len()).await.map_err(|error| roster.fault(error))?;
    for (p, card) in roster.peers() {
        let differs = heard.iter().zip(echoes[p.0].chunks_exact(32)).position(|(mine, theirs)| mine != theirs);
        if let Some(speaker) = differs {
            let (speaker, hearer) = (roster.name(PartyIndex(speaker)).clone(), card.name().clone());
            return Err(Equivocation { speaker, hearer, me: roster.name(roster.me()).clone() }.into());
        }
    }
    Ok(())
}
