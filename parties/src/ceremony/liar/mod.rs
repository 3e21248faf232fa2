//! A party that lies, as a process of its own: its state, its keys and its TLS are those of the real command, and so is
//! what it sends, but for what a test wants to be told to somebody else than to the others.
//!
//! Compiled in tests alone. Every process of a scene is this test binary, started again as the command
//! ([`scene`]); the lie is in the environment of one of them.

mod reshares;
mod scene;
mod suspects;

use std::sync::Arc;
use std::time::Duration;

use quorate_engine::net::{FrameSender, Link, LinkFuture, PartyIndex, Step};
use serde::{Deserialize, Serialize};

use super::certify::certify_another;
use crate::identity::{Identity, PartyName};
use crate::session::Roster;

/// Where a process finds its lie, as JSON.
const LIE: &str = "QUORATE_TEST_LIE";

/// Bytes of a frame before its payload, and where in them the step's tag is.
const HEADER: usize = 12;
const TAG: usize = 8;

/// What one partner is told instead of what all others are.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Lie {
    /// In which step.
    step: String,
    /// To whom.
    to: PartyName,
    what: What,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum What {
    /// A bit of this byte of the message is another; below zero, counted from the end.
    Bit(isize),
    /// A certificate of another sharing, signed.
    Another,
    /// Nothing: it is gone, after all others were told.
    Gone,
}

/// Puts the lie of this process, if it has one, between it and the partner who is to hear it.
pub(crate) fn corrupt(identity: &Arc<Identity>, roster: &Roster, mut links: Vec<Option<Link>>) -> Vec<Option<Link>> {
    let Some(lie) = std::env::var(LIE).ok() else { return links };
    let lie: Lie = serde_json::from_str(&lie).expect("a lie");
    let place = (0..links.len()).find(|place| *roster.name(PartyIndex(*place)) == lie.to);
    if let Some(link) = place.and_then(|place| links[place].as_mut()) {
        let honest = std::mem::replace(&mut link.sender, Box::new(Nobody));
        link.sender = Box::new(Liar { honest, identity: identity.clone(), tag: tag(&lie.step), what: lie.what });
    }
    links
}

/// Names of steps are constants beside the code that sends them; a test names one by its words.
fn tag(step: &str) -> u32 {
    Step::new(Box::leak(step.to_owned().into_boxed_str())).tag()
}

struct Liar {
    honest: Box<dyn FrameSender>,
    identity: Arc<Identity>,
    tag: u32,
    what: What,
}

impl FrameSender for Liar {
    fn send(&mut self, mut frame: Vec<u8>) -> LinkFuture<'_, ()> {
        Box::pin(async move {
            if frame[TAG..HEADER] != self.tag.to_le_bytes() {
                return self.honest.send(frame).await;
            }
            match self.what {
                What::Bit(at) => {
                    let length = (frame.len() - HEADER) as isize;
                    let at = HEADER + at.rem_euclid(length) as usize;
                    frame[at] ^= 1;
                }
                What::Another => {
                    let told = certify_another(&frame[HEADER..], &self.identity);
                    frame.splice(HEADER.., told);
                }
                What::Gone => {
                    // What the others are told is on its way by then.
                    tokio::time::sleep(Duration::from_millis(1500)).await;
                    std::process::exit(0);
                }
            }
            self.honest.send(frame).await
        })
    }
}

/// In the place of a sender that is being wrapped.
struct Nobody;

impl FrameSender for Nobody {
    fn send(&mut self, _: Vec<u8>) -> LinkFuture<'_, ()> {
        Box::pin(async { Err(quorate_engine::net::LinkError::Closed) })
    }
}
