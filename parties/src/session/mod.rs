//! A session: the parties meet, then agree on what they are about to run, before any protocol byte.
//!
//! **Meeting** connects every pair over an authenticated link, in whatever order the parties start. **Agreement**
//! compares what each party was told to run, field by field; a difference is one error that names the field and both
//! values, on both sides. What comes out is a [`Agreement`] whose session id binds all of it.

mod agreement;
mod call;
mod comparison;
mod dialling;
mod error;
mod event;
mod meeting;
mod ordered;
mod reception;
mod roster;
mod statement;
mod terms;
mod welcoming;

pub(crate) use agreement::session_id;
pub use agreement::{Agreement, Party, agree};
pub(crate) use call::{Answer, Call, Refusal, Rendezvous, decode, encode, rendezvous};
pub use comparison::Difference;
pub(crate) use dialling::{Attempt, attempt};
pub use error::{AgreementError, Equivocation, MeetingError, Missing, PeerFault};
pub use event::{MeetingEvent, Progress};
pub use meeting::{Meeting, Wait, meet};
pub(crate) use meeting::{Place, Summons, meet_at};
pub use ordered::Ordered;
pub(crate) use reception::{Reception, Visit};
pub use roster::{Roster, RosterError};
pub(crate) use terms::check_text;
pub use terms::{Claim, DEALER, Terms, TermsError};
pub(crate) use welcoming::listen;

/// A session's id: the digest of everything the parties have agreed on, fresh randomness of each included.
pub type SessionId = crate::identity::Hex<32>;
