//! What it costs to make a run's material ahead of time, and what the run saves.

use quorate_engine::net::{Counters, PartyIndex};
use quorate_engine::plan::{Asked, Choice, Consumption, Cost, Plan, cost};
use serde_json::{Value, json};

use crate::output::bytes_text;

/// A run on prepared material beside one that makes it.
#[derive(Clone, Debug)]
pub(super) struct Ahead {
    /// The run on prepared material.
    prepared: Cost,
    /// The same that makes all of it.
    afresh: Cost,
    /// What all parties send ahead for one run, and for each further one of the same session.
    sent: (u64, u64),
    /// Bytes of a run's material at the party that keeps most.
    kept: u64,
}

impl Ahead {
    /// Of a choice that was asked to use what is prepared.
    pub(super) fn of(asked: &Asked, choice: &Choice) -> Option<Self> {
        let consumption = Consumption::of(&choice.plan).filter(|_| asked.prepared)?;
        let all = |runs| consumption.preprocessing(runs).iter().map(Counters::bytes_sent).sum::<u64>();
        let (first, both) = (all(1), all(2));
        let kept = (0..consumption.parties()).map(|party| consumption.bytes(PartyIndex(party))).max().unwrap_or(0);
        let afresh = cost(&Plan { prepared: false, ..choice.plan.clone() });
        Some(Self { prepared: choice.cost.clone(), afresh, sent: (first, both - first), kept })
    }

    pub(super) fn text(&self) -> String {
        let Self { prepared, afresh, sent: (first, further), kept } = self;
        let saved =
            (afresh.bytes().saturating_sub(prepared.bytes()), afresh.rounds().saturating_sub(prepared.rounds()));
        format!(
            "Prepared ahead, as `quorate preprocess` does: all send {} for the first run and {} for each further one of a\n\
             session; a run keeps {} on a party's disk. It saves {} of {} and {} of {} rounds\n",
            bytes_text(*first),
            bytes_text(*further),
            bytes_text(*kept),
            bytes_text(saved.0),
            bytes_text(afresh.bytes()),
            saved.1,
            afresh.rounds()
        )
    }

    pub(super) fn json(&self) -> Value {
        let Self { prepared, afresh, sent: (first, further), kept } = self;
        json!({
            "bytes_sent_first": first,
            "bytes_sent_further": further,
            "bytes_each": kept,
            "bytes_saved": afresh.bytes().saturating_sub(prepared.bytes()),
            "rounds_saved": afresh.rounds().saturating_sub(prepared.rounds()),
            "bytes_afresh": afresh.bytes(),
            "rounds_afresh": afresh.rounds(),
        })
    }
}
