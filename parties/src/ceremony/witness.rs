//! The holders of a key as witnesses of each other's one-time material.
//!
//! Whoever signs has seen what the other signers of the session use. Holders who do not take part learn it from each
//! signer itself: it tells them after a use, and asks them before the next one what it has told. A home that was set
//! back, together with its stock and together with its partners' homes, learns there what it must never use again
//! (semantics, section 8).

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::open_key::OpenKey;
use crate::exit::{Exit, Failure};
use crate::identity::{Card, Hex, Identity, PublicKey};
use crate::keys::stock::Reason;
use crate::keys::{Position, Signers};
use crate::output::{say, warn};
use crate::session::{Answer, Attempt, Call, Refusal, attempt, decode, encode};

/// How long an answer may take. A machine that does not answer at all costs every signature so long.
const SHORT: Duration = Duration::from_secs(2);

/// Which holders are asked before one-time material is used or made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Witnesses {
    /// All of them; who does not answer within a moment is passed over.
    #[default]
    Reachable,
    /// All of them; if one does not answer, the whole stock is burned.
    All,
    /// The signers of the session, and nobody else.
    Signers,
}

impl FromStr for Witnesses {
    type Err = Failure;

    fn from_str(word: &str) -> Result<Self, Failure> {
        match word {
            "reachable" => Ok(Self::Reachable),
            "all" => Ok(Self::All),
            "signers" => Ok(Self::Signers),
            _ => {
                let message = format!("--witnesses {word:?}: expected reachable, all or signers");
                Err(Failure::new(Exit::BadInput, message))
            }
        }
    }
}

/// What a holder tells of its own uses, and asks at once what it has told before.
#[derive(Serialize, Deserialize)]
struct Question {
    /// The key, as sessions name it.
    key: String,
    /// Signers, lot, number: up to where the caller has used what these signers have.
    used: Vec<(Vec<PublicKey>, u64, u32)>,
}

/// What the caller was seen to use, or has told.
#[derive(Serialize, Deserialize)]
struct Testimony {
    /// Digest of a set of signers, lot, number.
    uses: Vec<(Hex<32>, u64, u32)>,
}

/// Asks holders what they have seen, tells them what this party has used, and burns what must not be used any more.
///
/// # Errors
/// A claim that cannot be true; the file system's.
pub(crate) async fn consult(
    identity: &Arc<Identity>,
    key: &OpenKey,
    holders: Vec<Card>,
    used: &[(Signers, Position)],
    whom: Witnesses,
) -> Result<(), Failure> {
    if whom == Witnesses::Signers {
        return Ok(());
    }
    let silent = tell_and_ask(identity, key, holders, used).await?;
    if whom == Witnesses::All { burn_without(key, &silent) } else { Ok(()) }
}

/// Burns the whole stock if somebody did not say what it has seen.
///
/// # Errors
/// The file system's.
pub(crate) fn burn_without(key: &OpenKey, silent: &[String]) -> Result<(), Failure> {
    if !silent.is_empty() {
        let burned = key.burn_all(Reason::Unreachable)?;
        let names = silent.join(", ");
        say(format_args!("{names} did not say what they have seen: {burned} items burned: {}", Reason::Unreachable));
    }
    Ok(())
}

/// Tells and asks, burns what was seen, and says who did not answer.
///
/// # Errors
/// As of [`consult`].
pub(crate) async fn tell_and_ask(
    identity: &Arc<Identity>,
    key: &OpenKey,
    holders: Vec<Card>,
    used: &[(Signers, Position)],
) -> Result<Vec<String>, Failure> {
    let used = used.iter().map(|(signers, last)| (signers.members().to_vec(), last.lot, last.number)).collect();
    let call = Call::Witness(encode(&Question { key: key.title(), used }));
    let mut asked = JoinSet::new();
    for card in holders {
        let (identity, call) = (identity.clone(), call.clone());
        asked.spawn(async move {
            let answer = timeout(SHORT, attempt(&identity, &card, &call)).await;
            (card, answer)
        });
    }
    let mut silent = Vec::new();
    while let Some(answered) = asked.join_next().await {
        let Ok((card, answer)) = answered else { continue };
        let name = card.name().to_string();
        match answer {
            Ok(Ok((Answer::Accepted(bytes), _))) => match decode::<Testimony>(&bytes) {
                Some(testimony) => {
                    let uses = testimony.uses.into_iter();
                    let uses = uses.map(|(signers, lot, number)| (signers, Position { lot, number }));
                    key.heed((&card.public_key(), &name), uses)?;
                }
                None => {
                    warn(format_args!("{name}, asked what it has seen, answered something else"));
                    silent.push(name);
                }
            },
            // Nobody is there, or one who does not tell: a command of that party, or a process without this key.
            Ok(Ok(_) | Err(Attempt::Hopeless(_) | Attempt::Again(_))) | Err(_) => silent.push(name),
        }
    }
    silent.sort();
    Ok(silent)
}

/// Hears what a holder tells of its own uses, and answers with what was seen of it.
pub(crate) fn testify(keys: &[Arc<OpenKey>], caller: &PublicKey, question: &[u8]) -> Answer {
    let Some(Question { key: title, used }) = decode(question) else {
        return Refusal::plain("the question has another layout");
    };
    let holder = |key: &OpenKey| key.public().holders.iter().any(|holder| holder.identity == *caller);
    let Some(key) = keys.iter().find(|key| key.title() == title && holder(key)) else {
        return Refusal::plain("this party keeps no such key with the one that asks");
    };
    match remember(key, caller, used) {
        Ok(uses) => {
            let uses = uses.into_iter().map(|(signers, last)| (signers, last.lot, last.number)).collect();
            Answer::Accepted(encode(&Testimony { uses }))
        }
        Err(failure) => Refusal::plain(failure.message),
    }
}

fn remember(
    key: &OpenKey,
    caller: &PublicKey,
    used: Vec<(Vec<PublicKey>, u64, u32)>,
) -> Result<Vec<(Hex<32>, Position)>, Failure> {
    let holders = &key.public().holders;
    for (members, lot, number) in used {
        let known = members.iter().all(|member| holders.iter().any(|holder| holder.identity == *member));
        let signers = Signers::new(members).filter(|signers| known && signers.contains(caller));
        let strange = || {
            Failure::new(Exit::Session, "the signers told of are no holders of the key, or without the one that tells")
        };
        let signers = signers.ok_or_else(strange)?;
        key.with(|reserve| reserve.stock_mut().heard(caller, &signers, Position { lot, number }))?;
    }
    key.with(|reserve| Ok(reserve.stock().seen_of(caller)))
}
