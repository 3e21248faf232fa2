//! A session: the parties meet, then agree on what they are about to run, before any protocol byte.
//!
//! **Meeting** connects every pair over an authenticated link, in whatever order the parties start. **Agreement**
//! compares what each party was told to run, field by field; a difference is one error that names the field and both
//! values, on both sides. What comes out is a [`Agreement`] whose session id binds all of it.

mod agreement;
mod comparison;
mod dialling;
mod error;
mod event;
mod meeting;
mod ordered;
mod roster;
mod statement;
mod terms;
mod welcoming;

pub(crate) use agreement::session_id;
pub use agreement::{Agreement, Party, agree};
pub use comparison::Difference;
pub use error::{AgreementError, Equivocation, MeetingError, Missing, PeerFault};
pub use event::{MeetingEvent, Progress};
pub use meeting::{Meeting, Wait, meet};
pub use ordered::Ordered;
pub use roster::{Roster, RosterError};
pub(crate) use terms::check_text;
pub use terms::{Claim, Terms, TermsError};

/// A session's id: the digest of everything the parties have agreed on, fresh randomness of each included.
pub type SessionId = crate::identity::Hex<32>;
