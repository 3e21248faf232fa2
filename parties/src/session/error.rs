//! Why parties do not come together. Where it lies between parties, the session has failed (exit 3); where it is this
//! party's own address or terms, the input is bad (exit 2).

use std::fmt;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::time::Duration;

use quorate_engine::net::{ChannelFault, LinkError, Step};

use super::{Difference, TermsError};
use crate::exit::{Exit, Failure};
use crate::identity::{Address, Card, PartyName};
use crate::link::HandshakeFault;

/// A channel's fault, with the peer's name in place of its number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{peer}, step {step}: {fault}")]
pub struct PeerFault {
    /// The peer at the other end.
    pub peer: PartyName,
    /// The step.
    pub step: Step,
    /// What happened.
    pub fault: ChannelFault,
}

/// A party whom we waited for in vain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Who.
    pub name: PartyName,
    /// Where it is: the address on its card, or a folder.
    pub place: String,
    /// Whether this party dials it; otherwise it dials us.
    pub dialled: bool,
    /// What the last attempt said.
    pub trouble: Option<String>,
}

/// Why the parties did not meet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MeetingError {
    /// This party's own address cannot be listened at.
    #[error("cannot listen at {address}, the address on this party's card: {reason}")]
    Bind {
        /// The address.
        address: Address,
        /// The kind of error.
        kind: ErrorKind,
        /// The system's words.
        reason: String,
    },
    /// Some did not come.
    #[error("{}", Absence(missing, *limit))]
    Absent {
        /// Who.
        missing: Vec<Missing>,
        /// How long was waited.
        limit: Duration,
    },
    /// Files for a partner cannot be exchanged in the folder.
    #[error("{}: files for {name} cannot be exchanged there ({reason})", folder.display())]
    Folder {
        /// The partner.
        name: PartyName,
        /// The folder.
        folder: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// A file that was brought is not what it should be.
    #[error("{name}: {why}")]
    Spoiled {
        /// Whose file it should be.
        name: PartyName,
        /// What is wrong with it.
        why: String,
    },
    /// Somebody else is at a peer's address, or the peer refuses us.
    #[error("{} at {} (pinned key {}): {fault}", card.name(), card.address(), card.public_key().short())]
    Stranger {
        /// Whom we meant, where, and with which key.
        card: Box<Card>,
        /// What was found.
        fault: HandshakeFault,
    },
    /// A peer refuses to take part.
    #[error("{name} does not take part: {why}")]
    Declined {
        /// Who.
        name: PartyName,
        /// Whether its policy says so.
        policy: bool,
        /// Its words.
        why: String,
    },
}

struct Absence<'a>(&'a [Missing], Duration);

impl fmt::Display for Absence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(missing, limit) = self;
        write!(f, "not everybody came within {} s: ", limit.as_secs_f64())?;
        for (i, Missing { name, place, dialled, trouble }) in missing.iter().enumerate() {
            let separator = if i == 0 { "" } else { "; " };
            let waited = if *dialled { "does not answer" } else { "has not dialled this party" };
            write!(f, "{separator}{name} at {place} {waited}")?;
            if let Some(trouble) = trouble {
                write!(f, " ({trouble})")?;
            }
        }
        Ok(())
    }
}

impl From<MeetingError> for Failure {
    fn from(error: MeetingError) -> Self {
        let (exit, hint) = match &error {
            MeetingError::Bind { kind: ErrorKind::AddrInUse, .. } => {
                (Exit::BadInput, "another program listens there, perhaps another command of this party")
            }
            MeetingError::Bind { .. } => (Exit::BadInput, "the address must be one of this machine's"),
            MeetingError::Folder { .. } => {
                (Exit::BadInput, "--via-files names a folder that is there and can be written to")
            }
            MeetingError::Spoiled { .. } => (
                Exit::Session,
                "remove what lies in the folders at both, start again at both, and move each file once and whole",
            ),
            MeetingError::Absent { .. } => {
                (Exit::Session, "start the same command at every party; --wait SECONDS gives them more time")
            }
            MeetingError::Stranger { fault: HandshakeFault::Refused, .. } => (
                Exit::Session,
                "has the partner pinned the card that `quorate card` prints here, and named this party?",
            ),
            MeetingError::Stranger { fault: HandshakeFault::WrongKey(_), .. } => {
                (Exit::Session, "another party is at that address: compare cards by another channel")
            }
            MeetingError::Stranger { .. } => (Exit::Session, "is that the address and port on the partner's card?"),
            MeetingError::Declined { policy: true, .. } => {
                (Exit::Refused, "a partner's policy is for the partner to change: ask there, or sign with others")
            }
            MeetingError::Declined { .. } => (Exit::Session, "ask the partner, or sign with others"),
        };
        Self::new(exit, error.to_string()).hint(hint)
    }
}

/// A party that told two others different things, or one of those two misreports what it heard.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", Contradiction(self))]
pub struct Equivocation {
    /// Whose statement it was.
    pub speaker: PartyName,
    /// Who heard another statement.
    pub hearer: PartyName,
    /// This party.
    pub me: PartyName,
}

struct Contradiction<'a>(&'a Equivocation);

impl fmt::Display for Contradiction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Equivocation { speaker, hearer, me } = self.0;
        if speaker == hearer {
            write!(f, "{speaker} told {me} something else than it reports to have said")
        } else if speaker == me {
            write!(f, "{hearer} reports to have heard something else from {me} than {me} said")
        } else {
            write!(f, "{speaker} told {me} and {hearer} different things, or {hearer} misreports what {speaker} said")
        }
    }
}

/// Why the parties did not agree.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AgreementError {
    /// A peer was absent, left or misbehaved.
    #[error(transparent)]
    Peer(#[from] PeerFault),
    /// Two parties were told different things.
    #[error(transparent)]
    Difference(#[from] Difference),
    /// Two parties claim one role.
    #[error("both {me} and {peer} claim the role {role}")]
    RoleTakenTwice {
        /// The role.
        role: String,
        /// This party.
        me: PartyName,
        /// The other.
        peer: PartyName,
    },
    /// Two owners announce different sizes of the same thing.
    #[error("the sizes do not fit: {name} is {first_size} for {first} and {second_size} for {second}")]
    Size {
        /// Of what.
        name: String,
        /// One owner.
        first: PartyName,
        /// Its size.
        first_size: u64,
        /// The other owner.
        second: PartyName,
        /// Its size.
        second_size: u64,
    },
    /// A party told different things to different peers.
    #[error(transparent)]
    Equivocation(#[from] Equivocation),
    /// This party's own terms cannot be sent.
    #[error(transparent)]
    Terms(#[from] TermsError),
    /// The operating system has no randomness to give.
    #[error("the operating system gave no randomness")]
    Randomness,
}

impl From<AgreementError> for Failure {
    fn from(error: AgreementError) -> Self {
        let hint = match error {
            AgreementError::Terms(error) => return error.into(),
            AgreementError::Peer(error) => return error.into(),
            AgreementError::Randomness => return Self::new(Exit::BadInput, error.to_string()),
            AgreementError::Difference(ref d) if d.field == "the program's digest" => {
                Some("compare the outputs of `quorate show PROGRAM`: the program's file or version differs")
            }
            AgreementError::Difference(ref d) if d.field == "the wire version" => {
                Some("all parties need the same version of quorate")
            }
            AgreementError::Difference(_) => Some("decide which is meant, and start again with it at all parties"),
            AgreementError::RoleTakenTwice { .. } => Some("one of the two runs with --as of another role"),
            AgreementError::Size { .. } | AgreementError::Equivocation(_) => None,
        };
        Self { exit: Exit::Session, message: error.to_string(), hint: hint.map(str::to_owned) }
    }
}

impl From<PeerFault> for Failure {
    fn from(fault: PeerFault) -> Self {
        let hint = match &fault.fault {
            ChannelFault::Link(LinkError::Closed) => Some("see what the peer's own terminal says"),
            ChannelFault::Link(LinkError::TimedOut { .. }) => {
                Some("is the peer's machine awake and connected? --wait SECONDS gives it more time")
            }
            _ => None,
        };
        Self { exit: Exit::Session, message: fault.to_string(), hint: hint.map(str::to_owned) }
    }
}
