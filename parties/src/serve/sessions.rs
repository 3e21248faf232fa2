//! The sessions that go on in a resident process, and those that it remembers.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

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
}

/// All sessions of this process.
#[derive(Default)]
pub(super) struct Sessions {
    book: Mutex<Book>,
    /// One has ended.
    ended: Notify,
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
    /// The invitation, byte for byte: sessions with the same one are for the same thing.
    content: Vec<u8>,
    /// The first one is what this party calls it.
    rendezvous: Vec<Rendezvous>,
    /// Who has invited to it.
    callers: Vec<PublicKey>,
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
    /// A session begins; `None` if too many go on, or the process is about to end.
    pub(super) fn enter(
        self: &Arc<Self>,
        kind: Kind,
        content: Vec<u8>,
        rendezvous: Rendezvous,
        caller: Option<PublicKey>,
    ) -> Option<Ticket> {
        let mut book = self.book();
        if book.closed || book.open.len() >= AT_ONCE {
            return None;
        }
        let number = book.next;
        book.next += 1;
        let (rendezvous, callers) = (vec![rendezvous], caller.into_iter().collect());
        book.open.push(Open { number, kind, content, rendezvous, callers });
        Some(Ticket { sessions: self.clone(), number })
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

    /// Lets no new ones begin, and says how many go on.
    pub(super) fn close(&self) -> usize {
        let mut book = self.book();
        book.closed = true;
        book.open.len()
    }

    /// Waits until there is none, of a kind or at all.
    pub(super) async fn until_none(&self, kind: Option<Kind>) {
        loop {
            let ended = self.ended.notified();
            tokio::pin!(ended);
            // From here on no end is missed.
            ended.as_mut().enable();
            if !self.book().open.iter().any(|open| kind.is_none_or(|kind| open.kind == kind)) {
                return;
            }
            ended.await;
        }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
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

    fn key(seed: u8) -> PublicKey {
        let key = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]).verifying_key();
        PublicKey::from_bytes(key.to_bytes()).expect("a public key")
    }

    #[test]
    fn an_invitation_belongs_to_one_session_and_to_none_when_that_is_over() {
        let sessions = Arc::new(Sessions::default());
        let (own, hers) = (Hex([1; 32]), Hex([2; 32]));
        let ticket = sessions.enter(Kind::Sign, b"rent".to_vec(), own, None).expect("there is room");
        assert!(matches!(sessions.recognise(key(1), hers, b"other"), Known::New));
        assert!(matches!(sessions.recognise(key(1), hers, b"rent"), Known::Open(found) if found == own));
        assert!(matches!(sessions.recognise(key(1), hers, b"rent"), Known::Open(found) if found == hers), "again");
        // The same caller means a second session with a second invitation; nobody else can use hers.
        assert!(matches!(sessions.recognise(key(1), Hex([3; 32]), b"rent"), Known::New));
        assert!(matches!(sessions.recognise(key(2), Hex([4; 32]), b"rent"), Known::Open(_)));
        drop(ticket);
        for rendezvous in [own, hers, Hex([4; 32])] {
            assert!(matches!(sessions.recognise(key(1), rendezvous, b"rent"), Known::Past));
        }
    }

    #[test]
    fn there_is_an_end_to_sessions_at_once() {
        let sessions = Arc::new(Sessions::default());
        let enter = |number: usize| sessions.enter(Kind::Presign, vec![], Hex([number as u8; 32]), Some(key(1)));
        let tickets: Vec<_> = (0..AT_ONCE).map(|number| enter(number).expect("there is room")).collect();
        assert!(enter(AT_ONCE).is_none());
        drop(tickets);
        assert!(enter(0).is_some());
        assert_eq!(sessions.close(), 0);
        assert!(enter(1).is_none(), "the process is about to end");
    }
}
