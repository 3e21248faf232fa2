//! Openings that wrong shares do not change, and products with triples (Beaver, CRYPTO 1991) by them.

use super::ROBUST_OPENING;
use super::dealing::{pack, unpack};
use super::lane::Lane;
use super::table::Table;
use super::triples::Triples;
use crate::galois::Elements;
use crate::net::{ChannelError, Step};
use crate::protocol::Session;

/// Everybody learns elements that are to become known.
pub(super) async fn open_to_all<C: Lane>(
    session: &mut Session,
    table: &mut Table,
    step: Step,
    mine: &Elements<C>,
) -> Result<Elements<C>, ChannelError> {
    let council = table.council().clone();
    let messages = council.exchange(&mut session.network, step, &pack(mine)).await;
    let mut shares: Vec<Option<Elements<C>>> = (0..table.parties()).map(|_| None).collect();
    for (member, message) in council.members().iter().zip(&messages) {
        shares[member.0] = message.as_ref().map(|words| unpack(table, mine.len(), words));
    }
    table.correct(step, &shares)
}

/// Products of integers, or bits, element by element.
pub(super) async fn product<C: Lane>(
    session: &mut Session,
    table: &mut Table,
    triples: Triples<C>,
    x: &Elements<C>,
    y: &Elements<C>,
) -> Result<Elements<C>, ChannelError> {
    if x.is_empty() {
        return Ok(x.duplicate());
    }
    let (mut d, mut e) = (x.duplicate(), y.duplicate());
    d.subtract(&triples.a);
    e.subtract(&triples.b);
    let both = Elements::concatenate(table.ring(), &[&d, &e]);
    let opened = open_to_all(session, table, ROBUST_OPENING, &both).await?;
    let (d, e) = opened.plane(0).split_at(x.len());
    let mut product = triples.c;
    product.add(&triples.b.times(d));
    product.add(&triples.a.times(e));
    let known: Vec<C> = d.iter().zip(e).map(|(d, e)| *d * *e).collect();
    product.add(&Elements::constants(table.ring(), &known));
    Ok(product)
}
