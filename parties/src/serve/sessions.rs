//! The sessions that go on in a resident process, and those that it remembers.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, watch};

use crate::ceremony::Invitation;
use crate::identity::PublicKey;
use crate::session::Rendezvous;

/// So many sessions go on at once.
const AT_ONCE: usize = 192;

/// So many sessions that are over are remembered: an invitation to one of them is not taken for a new one.
const REMEMBERED: usize = 65_536;

/// What a session is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A signature.
    Sign,
    /// A batch of one-time material.
    Presign,
    /// New shares.
    Rotate,
}

/// All sessions of this process.
#[derive(Default)]
pub(super) struct Sessions {
    book: Mutex<Book>,
    /// One has ended.
    ended: Notify,
    /// Those that go on are given up.
    given_up: watch::Sender<bool>,
}

#[derive(Default)]
struct Book {
    open: Vec<Open>,
    past: VecDeque<Rendezvous>,
    next: u64,
    /// No new ones.
    closed: bool,
}

struct Open {
    number: u64,
    kind: Kind,
    /// The key, as sessions name it.
    key: String,
    /// The invitation, byte for byte: sessions with the same one are for the same thing.
    content: Vec<u8>,
    /// Who takes part.
    parties: Vec<PublicKey>,
    /// The first one is what this party calls it.
    rendezvous: Vec<Rendezvous>,
    /// Who has invited to it.
    callers: Vec<PublicKey>,
    /// Whether nothing else goes on with the key.
    alone: bool,
}

/// The session goes on until this is dropped.
pub(super) struct Ticket {
    sessions: Arc<Sessions>,
    number: u64,
}

/// What this process knows of an invitation.
pub(super) enum Known {
    /// The session goes on here, under this rendezvous.
    Open(Rendezvous),
    /// It is over.
    Past,
    /// Nothing.
    New,
}

impl Sessions {
    /// A session begins.
    ///
    /// # Errors
    /// Why it does not: too many go on, the process is about to end, the key is being shared anew.
    pub(super) fn enter(
        self: &Arc<Self>,
        kind: Kind,
        invitation: &Invitation,
        rendezvous: Rendezvous,
        caller: Option<PublicKey>,
    ) -> Result<Ticket, &'static str> {
        let mut book = self.book();
        if book.closed || book.open.len() >= AT_ONCE {
            return Err("as many sessions go on here as can, or this process is about to end");
        }
        let (key, rotates) = (invitation.key(), kind == Kind::Rotate);
        if book.open.iter().any(|open| open.key == key && (open.alone || rotates && open.kind == Kind::Rotate)) {
            return Err("the key is being shared anew");
        }
        let number = book.next;
        book.next += 1;
        let (rendezvous, callers) = (vec![rendezvous], caller.into_iter().collect());
        let (key, content, parties) = (key.to_owned(), invitation.content(), invitation.signers().to_vec());
        book.open.push(Open { number, kind, key, content, parties, rendezvous, callers, alone: false });
        Ok(Ticket { sessions: self.clone(), number })
    }

    /// What is known of an invitation. One that is for the same as a session that goes on here, to which this caller
    /// has not invited yet, belongs to that session from now on.
    pub(super) fn recognise(&self, caller: PublicKey, rendezvous: Rendezvous, content: &[u8]) -> Known {
        let mut book = self.book();
        if book.open.iter().any(|open| open.callers.contains(&caller) && open.rendezvous.contains(&rendezvous)) {
            return Known::Open(rendezvous);
        }
        if book.past.contains(&rendezvous) {
            return Known::Past;
        }
        let same = |open: &&mut Open| open.content == content && !open.callers.contains(&caller);
        match book.open.iter_mut().find(same) {
            Some(open) => {
                open.callers.push(caller);
                open.rendezvous.push(rendezvous);
                Known::Open(open.rendezvous[0])
            }
            None => Known::New,
        }
    }

    /// The sessions with a key that go on with a party.
    pub(super) fn with(&self, key: &str, party: &PublicKey) -> Vec<(Kind, Vec<PublicKey>)> {
        let book = self.book();
        let concerned = book.open.iter().filter(|open| open.key == key && open.parties.contains(party));
        concerned.map(|open| (open.kind, open.parties.clone())).collect()
    }

    /// Lets no new ones begin, and says how many go on.
    pub(super) fn close(&self) -> usize {
        let mut book = self.book();
        book.closed = true;
        book.open.len()
    }

    /// Whether no new ones begin.
    pub(super) fn closed(&self) -> bool {
        self.book().closed
    }

    /// Gives up those that go on: none is left waiting for somebody when the process ends.
    pub(super) fn give_up(&self) {
        self.given_up.send_replace(true);
    }

    /// What a session comes to; `None` if it was given up first.
    pub(super) async fn unless_given_up<T>(&self, session: impl Future<Output = T>) -> Option<T> {
        let mut given_up = self.given_up.subscribe();
        tokio::select! {
            biased;
            ended = session => Some(ended),
            _ = given_up.wait_for(|given_up| *given_up) => None,
        }
    }

    /// Waits until there is none, of a kind or at all.
    pub(super) async fn until_none(&self, kind: Option<Kind>) {
        self.until(|open| !open.iter().any(|open| kind.is_none_or(|kind| open.kind == kind))).await;
    }

    async fn until(&self, reached: impl Fn(&[Open]) -> bool) {
        loop {
            let ended = self.ended.notified();
            tokio::pin!(ended);
            // From here on no end is missed.
            ended.as_mut().enable();
            if reached(&self.book().open) {
                return;
            }
            ended.await;
        }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ticket {
    /// Lets nothing new begin with the key of this session, and waits until everything else that goes on with it has ended.
    pub(super) async fn alone(&self) {
        let key = {
            let mut book = self.sessions.book();
            let Some(own) = book.open.iter_mut().find(|open| open.number == self.number) else { return };
            own.alone = true;
            own.key.clone()
        };
        self.sessions.until(|open| open.iter().all(|open| open.number == self.number || open.key != key)).await;
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut book = self.sessions.book();
        if let Some(place) = book.open.iter().position(|open| open.number == self.number) {
            let open = book.open.swap_remove(place);
            book.past.extend(open.rendezvous);
            while book.past.len() > REMEMBERED {
                book.past.pop_front();
            }
        }
        drop(book);
        self.sessions.ended.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Hex;

    fn invited(key: &str, count: u32) -> Invitation {
        Invitation::Presign { key: key.to_owned(), count, signers: vec![self::key(1)] }
    }

    fn key(seed: u8) -> PublicKey {
        let key = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]).verifying_key();
        PublicKey::from_bytes(key.to_bytes()).expect("a public key")
    }

    #[test]
    fn an_invitation_belongs_to_one_session_and_to_none_when_that_is_over() {
        let sessions = Arc::new(Sessions::default());
        let (own, hers) = (Hex([1; 32]), Hex([2; 32]));
        let rent = &invited("k", 1).content();
        let ticket = sessions.enter(Kind::Sign, &invited("k", 1), own, None).expect("there is room");
        assert_eq!(sessions.with("k", &key(1)), [(Kind::Sign, vec![key(1)])]);
        assert!(sessions.with("k", &key(2)).is_empty() && sessions.with("other", &key(1)).is_empty());
        assert!(matches!(sessions.recognise(key(1), hers, b"other"), Known::New));
        assert!(matches!(sessions.recognise(key(1), hers, rent), Known::Open(found) if found == own));
        assert!(matches!(sessions.recognise(key(1), hers, rent), Known::Open(found) if found == hers), "again");
        // The same caller means a second session with a second invitation; nobody else can use hers.
        assert!(matches!(sessions.recognise(key(1), Hex([3; 32]), rent), Known::New));
        assert!(matches!(sessions.recognise(key(2), Hex([4; 32]), rent), Known::Open(_)));
        drop(ticket);
        for rendezvous in [own, hers, Hex([4; 32])] {
            assert!(matches!(sessions.recognise(key(1), rendezvous, rent), Known::Past));
        }
    }

    #[test]
    fn there_is_an_end_to_sessions_at_once() {
        let sessions = Arc::new(Sessions::default());
        let enter =
            |number: usize| sessions.enter(Kind::Presign, &invited("k", 1), Hex([number as u8; 32]), Some(key(1)));
        let tickets: Vec<_> = (0..AT_ONCE).map(|number| enter(number).expect("there is room")).collect();
        assert!(enter(AT_ONCE).is_err());
        drop(tickets);
        assert!(enter(0).is_ok());
        assert!(!sessions.closed());
        assert_eq!(sessions.close(), 0);
        assert!(sessions.closed());
        assert!(enter(1).is_err(), "the process is about to end");
    }

    #[tokio::test]
    async fn a_session_that_waits_for_somebody_ends_when_it_is_given_up() {
        let sessions = Sessions::default();
        let waits = sessions.unless_given_up(std::future::pending::<()>());
        tokio::pin!(waits);
        assert!(futures_util::poll!(waits.as_mut()).is_pending());
        sessions.give_up();
        assert_eq!(waits.await, None);
        assert_eq!(sessions.unless_given_up(async { 1 }).await, Some(1), "what has ended has ended");
    }

    #[tokio::test]
    async fn a_key_that_is_shared_anew_does_nothing_else() {
        let sessions = Arc::new(Sessions::default());
        let enter =
            |kind, key: &str, number: u8| sessions.enter(kind, &invited(key, number.into()), Hex([number; 32]), None);
        let signing = enter(Kind::Sign, "k", 1).expect("there is room");
        let rotating = enter(Kind::Rotate, "k", 2).expect("beside a signature");
        assert!(enter(Kind::Rotate, "k", 3).is_err(), "one rotation at a time");
        drop(enter(Kind::Sign, "k", 4).expect("nobody has met for the rotation yet"));
        let other = {
            let alone = rotating.alone();
            tokio::pin!(alone);
            assert!(futures_util::poll!(alone.as_mut()).is_pending(), "a signature goes on");
            assert_eq!(enter(Kind::Sign, "k", 5).err(), Some("the key is being shared anew"));
            let other = enter(Kind::Sign, "other", 6).expect("another key");
            drop(signing);
            alone.await;
            other
        };
        drop((rotating, other));
        assert!(enter(Kind::Sign, "k", 7).is_ok());
    }
}
