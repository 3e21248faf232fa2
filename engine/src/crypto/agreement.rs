//! Broadcast among parties of whom fewer than a third may do anything: everybody who follows the protocol hears the same, always, and
//! what was said, if the speaker follows it too.
//!
//! Links are authenticated pair by pair and synchronous ([`Network::gather`]); nothing is signed. A speaker sends its content
//! to all; that all hold the same is agreed on by digests. Turpin and Coan, "Extending Binary Byzantine Agreement to Multivalued Byzantine
//! Agreement" (Information Processing Letters 18, 1984) reduce the digest to one bit in two rounds; the bit is agreed on by the phase-king
//! protocol of Berman, Garay and Perry, "Towards Optimal Distributed Consensus" (FOCS 1989, section 3, three rounds in each of `t + 1`
//! phases). If the bit is one, more than `t` honest parties hold content of that digest, and whoever lacks it gets it from them.
//!
//! *Why not Bracha's broadcast.* It needs no clock, but then nobody can tell in a bounded number of rounds that nothing will be
//! delivered, which is what a default input and an elimination have to be told.
//!
//! *Claim.* Perfect but for collisions of BLAKE3. *Cost* without faults, in [`agreement_cost`]: `3 t + 7` rounds.
//!
//! | step | who | bytes |
//! |---|---|---|
//! | [`BROADCAST_CONTENT`] | speakers to all members | the content |
//! | [`BROADCAST_DIGESTS`], [`BROADCAST_CANDIDATES`] | members to each other | 32 for each speaker |
//! | [`BROADCAST_VOTES`], twice in each phase, and [`BROADCAST_KING`] | members to each other; the king to all | 1 for each speaker |
//! | [`BROADCAST_WANTED`] | members to each other | 1 for each speaker |
//! | [`BROADCAST_HANDED_ON`] | to whoever wants it | what it wants |

use super::{SessionId, Transcript};
use crate::net::{Ledger, Network, PartyIndex, Step};

/// What a speaker says.
pub const BROADCAST_CONTENT: Step = Step::new("broadcast/content");
/// Digests of what was heard.
pub const BROADCAST_DIGESTS: Step = Step::new("broadcast/digests");
/// Digests that nearly all have heard.
pub const BROADCAST_CANDIDATES: Step = Step::new("broadcast/candidates");
/// Whether there is one.
pub const BROADCAST_VOTES: Step = Step::new("broadcast/votes");
/// What the king of a phase says.
pub const BROADCAST_KING: Step = Step::new("broadcast/king");
/// Whose content is not here.
pub const BROADCAST_WANTED: Step = Step::new("broadcast/wanted");
/// Content for those who want it.
pub const BROADCAST_HANDED_ON: Step = Step::new("broadcast/handed-on");

const DIGEST: usize = 32;
type Digest = [u8; DIGEST];
/// Nothing was heard. No content has this digest but by a preimage.
const NOTHING: Digest = [0; DIGEST];
/// A vote that is none.
const UNDECIDED: u8 = 2;

/// The parties who compute, and how many of them may do anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Council {
    members: Vec<PartyIndex>,
    faults: usize,
}

/// Who says something, and of how many bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speaker {
    /// Who; not always a member.
    pub party: PartyIndex,
    /// Bytes of what it says.
    pub length: usize,
}

impl Council {
    /// All of `parties`, of whom as many as possible may do anything.
    ///
    /// # Panics
    /// If there are fewer than four.
    pub fn of_all(parties: usize) -> Self {
        assert!(parties >= 4, "one fault takes four parties");
        Self { members: (0..parties).map(PartyIndex).collect(), faults: (parties - 1) / 3 }
    }

    /// These, of whom so many may do anything.
    pub(crate) fn of_members(members: Vec<PartyIndex>, faults: usize) -> Self {
        Self { members, faults }
    }

    /// Who they are, ascending.
    pub fn members(&self) -> &[PartyIndex] {
        &self.members
    }

    /// How many of them may do anything.
    pub fn faults(&self) -> usize {
        self.faults
    }

    /// Whether a party is one of them.
    pub fn has(&self, party: PartyIndex) -> bool {
        self.members.contains(&party)
    }

    /// The others, of whom at least one is known to have deviated.
    pub fn without(&self, parties: &[PartyIndex]) -> Self {
        let members: Vec<PartyIndex> =
            self.members.iter().copied().filter(|member| !parties.contains(member)).collect();
        let faults = self.faults.saturating_sub(usize::from(members.len() < self.members.len()));
        Self { members, faults }
    }

    /// Members without those who may fail: so many messages come, my own among them.
    pub fn sure(&self) -> usize {
        self.members.len() - self.faults
    }

    /// Members send the same to each other; my own stands at my place, and nothing where nothing came.
    pub async fn exchange(&self, net: &mut Network, step: Step, payload: &[u8]) -> Vec<Option<Vec<u8>>> {
        let messages: Vec<Option<&[u8]>> = self.members.iter().map(|_| Some(payload)).collect();
        self.scatter(net, step, &messages, &vec![Some(payload.len()); self.members.len()]).await
    }

    /// Members send to each other, by place among them; a message is due from whoever has a length.
    pub async fn scatter(
        &self,
        net: &mut Network,
        step: Step,
        payloads: &[Option<&[u8]>],
        lengths: &[Option<usize>],
    ) -> Vec<Option<Vec<u8>>> {
        let me = net.me();
        let (mut outgoing, mut due) = (vec![None; net.parties()], vec![None; net.parties()]);
        let mut mine = None;
        for (member, (payload, length)) in self.members.iter().zip(payloads.iter().zip(lengths)) {
            if *member == me {
                mine = payload.filter(|_| length.is_some()).map(<[u8]>::to_vec);
            } else {
                outgoing[member.0] = *payload;
                due[member.0] = *length;
            }
        }
        let enough = due.iter().flatten().count().saturating_sub(self.faults);
        let mut messages = net.gather(step, &outgoing, &due, enough).await;
        messages[me.0] = mine;
        self.members.iter().map(|member| messages[member.0].take()).collect()
    }

    /// What each speaker says, the same at every member who follows the protocol; nothing, if the speaker does not. Whoever is
    /// no member only speaks, and hears nothing. `mine` is said if I am a speaker.
    pub async fn broadcast(
        &self,
        net: &mut Network,
        session: &SessionId,
        speakers: &[Speaker],
        mine: Option<&[u8]>,
    ) -> Vec<Option<Vec<u8>>> {
        let me = net.me();
        let mut outgoing = vec![None; net.parties()];
        self.members.iter().filter(|member| **member != me).for_each(|member| outgoing[member.0] = mine);
        let mut due = vec![None; net.parties()];
        if self.has(me) {
            speakers.iter().filter(|speaker| speaker.party != me).for_each(|s| due[s.party.0] = Some(s.length));
        }
        let enough = due.iter().flatten().count().saturating_sub(self.faults);
        let mut said = net.gather(BROADCAST_CONTENT, &outgoing, &due, enough).await;
        if !self.has(me) {
            return vec![None; speakers.len()];
        }
        said[me.0] = mine.map(<[u8]>::to_vec);
        let heard: Vec<Option<Vec<u8>>> = speakers.iter().map(|speaker| said[speaker.party.0].take()).collect();
        let digests: Vec<Digest> = speakers
            .iter()
            .zip(&heard)
            .map(|(speaker, content)| {
                content.as_ref().map_or(NOTHING, |content| digest(session, speaker.party, content))
            })
            .collect();
        let agreed = self.agree(net, &digests).await;
        self.hand_on(net, session, speakers, heard, &agreed).await
    }

    /// A digest for each speaker, or nothing: the same at all members; one that more than `t` honest members gave.
    async fn agree(&self, net: &mut Network, digests: &[Digest]) -> Vec<Digest> {
        let count = |messages: &[Option<Vec<u8>>], place: usize| -> Vec<(Digest, usize)> {
            let mut counts: Vec<(Digest, usize)> = Vec::new();
            for message in messages.iter().flatten() {
                let found = message[place * DIGEST..].first_chunk::<DIGEST>().copied().unwrap_or(NOTHING);
                match counts.iter_mut().find(|(digest, _)| *digest == found) {
                    _ if found == NOTHING => {}
                    Some((_, count)) => *count += 1,
                    None => counts.push((found, 1)),
                }
            }
            counts
        };
        let heard = self.exchange(net, BROADCAST_DIGESTS, &digests.concat()).await;
        let candidates: Vec<Digest> = (0..digests.len())
            .map(|place| {
                let counts = count(&heard, place);
                counts.into_iter().find(|(_, count)| *count >= self.sure()).map_or(NOTHING, |(digest, _)| digest)
            })
            .collect();
        let heard = self.exchange(net, BROADCAST_CANDIDATES, &candidates.concat()).await;
        let likeliest: Vec<(Digest, usize)> = (0..digests.len())
            .map(|place| count(&heard, place).into_iter().max_by_key(|(_, count)| *count).unwrap_or((NOTHING, 0)))
            .collect();
        let votes = likeliest.iter().map(|(_, count)| u8::from(*count >= self.sure())).collect();
        let votes = self.vote(net, votes).await;
        likeliest.into_iter().zip(votes).map(|((digest, _), vote)| if vote == 1 { digest } else { NOTHING }).collect()
    }

    /// Bits that all members agree on: those of all who follow the protocol, where they gave the same.
    pub async fn vote(&self, net: &mut Network, mut votes: Vec<u8>) -> Vec<u8> {
        let places = 0..votes.len();
        for king in &self.members[..=self.faults] {
            let tally = |messages: &[Option<Vec<u8>>], place: usize| {
                let mut counts = [0; 3];
                messages.iter().flatten().for_each(|message| counts[message[place].min(UNDECIDED) as usize] += 1);
                counts
            };
            let heard = self.exchange(net, BROADCAST_VOTES, &votes).await;
            votes = places
                .clone()
                .map(|place| {
                    let counts = tally(&heard, place);
                    (0..UNDECIDED).find(|value| counts[*value as usize] >= self.sure()).unwrap_or(UNDECIDED)
                })
                .collect();
            let heard = self.exchange(net, BROADCAST_VOTES, &votes).await;
            let counts: Vec<[usize; 3]> = places.clone().map(|place| tally(&heard, place)).collect();
            votes = counts
                .iter()
                .map(|counts| (0..=UNDECIDED).find(|value| counts[*value as usize] > self.faults).unwrap_or(UNDECIDED))
                .collect();
            let spoken = self.crown(net, *king, &votes).await;
            for place in places.clone() {
                let vote = votes[place];
                if vote == UNDECIDED || counts[place][vote as usize] < self.sure() {
                    votes[place] = spoken.as_ref().map_or(0, |spoken| spoken[place].min(1));
                }
            }
        }
        votes
    }

    /// What the king of a phase says.
    async fn crown(&self, net: &mut Network, king: PartyIndex, votes: &[u8]) -> Option<Vec<u8>> {
        let reigning = net.me() == king;
        let payloads = vec![reigning.then_some(votes); self.members.len()];
        let lengths: Vec<Option<usize>> = self.members.iter().map(|m| (*m == king).then_some(votes.len())).collect();
        let place = self.members.iter().position(|member| *member == king)?;
        self.scatter(net, BROADCAST_KING, &payloads, &lengths).await[place].take()
    }

    /// Content of the digests agreed on, from those who have it.
    async fn hand_on(
        &self,
        net: &mut Network,
        session: &SessionId,
        speakers: &[Speaker],
        mut heard: Vec<Option<Vec<u8>>>,
        agreed: &[Digest],
    ) -> Vec<Option<Vec<u8>>> {
        let is_agreed = |place: usize, content: &[u8]| digest(session, speakers[place].party, content) == agreed[place];
        for (place, content) in heard.iter_mut().enumerate() {
            content.take_if(|content| !is_agreed(place, content));
        }
        let wanted: Vec<u8> =
            (0..speakers.len()).map(|p| u8::from(agreed[p] != NOTHING && heard[p].is_none())).collect();
        let wishes = self.exchange(net, BROADCAST_WANTED, &wanted).await;
        let length = |wish: &[u8]| wish.iter().zip(speakers).filter(|(w, _)| **w == 1).map(|(_, s)| s.length).sum();
        let answer = |wish: &Vec<u8>| -> Option<Vec<u8>> {
            let places = (0..speakers.len()).filter(|place| wish[*place] == 1);
            let contents = places.map(|place| heard[place].clone().unwrap_or_else(|| vec![0; speakers[place].length]));
            wish.contains(&1).then(|| contents.collect::<Vec<_>>().concat())
        };
        let me = net.me();
        let others = |member: &PartyIndex| *member != me;
        let answers: Vec<Option<Vec<u8>>> = wishes.iter().map(|wish| wish.as_ref().and_then(answer)).collect();
        let payloads: Vec<Option<&[u8]>> =
            self.members.iter().zip(&answers).map(|(m, a)| a.as_deref().filter(|_| others(m))).collect();
        let due: Option<usize> = wanted.contains(&1).then(|| length(&wanted));
        let lengths: Vec<Option<usize>> = self.members.iter().map(|m| due.filter(|_| others(m))).collect();
        for handed in self.scatter(net, BROADCAST_HANDED_ON, &payloads, &lengths).await.into_iter().flatten() {
            let mut rest = handed.as_slice();
            for place in (0..speakers.len()).filter(|place| wanted[*place] == 1) {
                let (content, after) = rest.split_at(speakers[place].length);
                rest = after;
                if heard[place].is_none() && is_agreed(place, content) {
                    heard[place] = Some(content.to_vec());
                }
            }
        }
        heard
    }
}

fn digest(session: &SessionId, speaker: PartyIndex, content: &[u8]) -> Digest {
    Transcript::new("quorate 2026 broadcast", session)
        .append_party("speaker", speaker)
        .append("content", content)
        .digest()
}

/// The messages of one broadcast in which everybody follows the protocol.
pub fn agreement_cost(ledger: &mut Ledger, council: &Council, speakers: &[Speaker]) {
    let members = council.members();
    let pairs = |from: PartyIndex, bytes: usize| {
        members.iter().filter(move |to| **to != from).map(move |to| (from, *to, bytes as u64))
    };
    let all = |bytes: usize| members.iter().flat_map(|from| pairs(*from, bytes)).collect::<Vec<_>>();
    let content: Vec<_> = speakers.iter().flat_map(|speaker| pairs(speaker.party, speaker.length)).collect();
    ledger.simultaneous(&content);
    ledger.simultaneous(&all(DIGEST * speakers.len()));
    ledger.simultaneous(&all(DIGEST * speakers.len()));
    for king in &members[..=council.faults()] {
        ledger.simultaneous(&all(speakers.len()));
        ledger.simultaneous(&all(speakers.len()));
        ledger.simultaneous(&pairs(*king, speakers.len()).collect::<Vec<_>>());
    }
    ledger.simultaneous(&all(speakers.len()));
}
