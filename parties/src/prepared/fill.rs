//! Filling a store: `quorate preprocess`.

use std::io;
use std::path::PathBuf;
use std::time::Instant;

use quorate_engine::correlation::{MaterialFault, MaterialSink};
use quorate_engine::crypto::{Random, SessionId as EngineSession};
use quorate_engine::net::{Counters, Network, PartyIndex, Phase, Step};
use quorate_engine::plan::Consumption;
use quorate_engine::protocol::Session;
use quorate_engine::run::{RunError, preprocess as make};
use zeroize::Zeroizing;

use super::About;
use super::error::PreparedError;
use super::file::{Header, RunKey, RunWriter};
use super::listing::bytes_of;
use super::standing::{parting, stand};
use super::store::{Store, stores};
use crate::audit::{Event, SessionEnding, close_heads};
use crate::ceremony::exchange::exchange;
use crate::exit::{Exit, Failure};
use crate::identity::PartyName;
use crate::keys::KeyError;
use crate::keys::stock::ITEMS_LIMIT;
use crate::run::{Parting, Preparation, Request, Settled, Watch, agree_and_settle, network, runtime};
use crate::session::{Agreement, SessionId, Wait, meet};

/// Bytes that the sealed key of a run takes.
const KEY_BYTES: u64 = 72;
/// Bytes that a batch takes beside its runs, in the journal and elsewhere, with room to spare.
const BATCH_BYTES: u64 = 8192;

/// How many runs a party has room for.
const ROOM: Step = Step::new("prepared/room");
/// The number of a party's next batch.
const LOT: Step = Step::new("prepared/lot");
/// A party has its runs on the disk.
const STORED: Step = Step::new("prepared/stored");

/// What a party was told to prepare.
#[derive(Clone, Debug)]
pub struct FillOrder {
    /// The run to prepare for, as `run` would be told; without inputs, and with all public sizes among the parameters.
    pub request: Request,
    /// How many runs are to be ready afterwards, those that are there included.
    pub runs: u32,
    /// Bytes that all stores of this home may take; as many as there is room for if nothing is said.
    pub disk_limit: Option<u64>,
}

/// What was prepared.
#[derive(Clone, Debug)]
pub struct Filled {
    /// The session that made it.
    pub session: SessionId,
    /// What the store is of.
    pub about: About,
    /// How many runs were made.
    pub made: u32,
    /// How many are ready now, at all parties.
    pub ready: u64,
    /// Whose disk limit kept it from being more.
    pub bounded_by: Option<PartyName>,
    /// Bytes of all stores of this home.
    pub stored: u64,
    /// What this party sent and received for it.
    pub counters: Counters,
    /// Wall time of the protocol.
    pub seconds: f64,
}

/// Prepares runs with the partners, who run the same command.
///
/// # Errors
/// Bad input, before anybody is called; a program that consumes nothing that could be prepared; partners that do not
/// come, do not agree, leave or misbehave; no room; the file system's.
pub fn preprocess(order: &FillOrder, watch: &Watch) -> Result<Filled, Failure> {
    let preparation = Preparation::ahead(&order.request, order.runs)?;
    let runtime = runtime()?;
    let wait = Wait::new(order.request.wait);
    let result = runtime.block_on(async {
        let meeting = meet(&preparation.identity, &preparation.roster, wait, &|event| watch.meeting(&event)).await?;
        let network = network(&preparation, meeting.links);
        let (filled, farewell) = match session(&preparation, network, order, watch).await {
            Ok(filled) => (Ok(filled), None),
            Err(Parting { failure, farewell }) => (Err(failure), Some(farewell)),
        };
        meeting.session.finish(farewell.as_deref()).await;
        filled
    });
    // Tasks that still wait for a peer that neither reads nor leaves are not waited for.
    runtime.shutdown_background();
    result
}

async fn session(
    preparation: &Preparation,
    mut network: Network,
    order: &FillOrder,
    watch: &Watch,
) -> Result<Filled, Parting> {
    let settled = agree_and_settle(preparation, &mut network).await?;
    let filled = fill(preparation, network, &settled, order, watch).await;
    let Settled { agreement, opening, .. } = &settled;
    match filled {
        Ok((mut network, filled)) => {
            let witnessed = match preparation.log.append(Event::session(agreement, SessionEnding::Done)) {
                Ok(_) => close_heads(&mut network, agreement, &preparation.log, opening).await,
                Err(error) => Err(error),
            };
            match witnessed {
                Ok(faults) => faults.iter().for_each(|fault| {
                    watch.note(&format!("the audit logs are not countersigned: {fault}"));
                }),
                Err(error) => watch.note(&format!("warning: the audit log could not be written: {error}")),
            }
            Ok(filled)
        }
        Err(parting) => {
            let ending = SessionEnding::Aborted { step: "preprocess".to_owned(), reason: parting.farewell.clone() };
            if let Err(error) = preparation.log.append(Event::session(agreement, ending)) {
                watch.note(&format!("warning: the audit log could not be written: {error}"));
            }
            Err(parting)
        }
    }
}

async fn fill(
    preparation: &Preparation,
    mut network: Network,
    settled: &Settled,
    order: &FillOrder,
    watch: &Watch,
) -> Result<(Network, Filled), Parting> {
    let Settled { agreement, choice, .. } = settled;
    let Preparation { home, identity, roster, .. } = preparation;
    let program = choice.plan.program.program.name().to_owned();
    let consumption = Consumption::of(&choice.plan).filter(|consumption| !consumption.is_empty());
    let consumption = consumption.ok_or_else(|| parting(PreparedError::Nothing { program }))?;
    let about = About::new(agreement, &choice.plan, &consumption);
    let mut store = Store::open(home, identity, about.clone()).map_err(parting)?;
    if let Some((reason, runs)) = store.burned().filter(|(_, runs)| *runs > 0) {
        watch.note(&format!("{runs} prepared runs were burned: {reason}"));
    }
    let before = stand(&mut network, roster, &mut store).await?.ready();
    let wanted = u32::try_from(u64::from(order.runs).saturating_sub(before)).unwrap_or(u32::MAX);
    let mut filling = Filling { preparation, agreement, consumption: &consumption, store, watch };
    let (made, bounded_by) = filling.room(&mut network, wanted, order.disk_limit).await?;
    let (network, seconds) = filling.make(network, made).await?;
    let stored =
        bytes_of(&stores(home)).map_err(|error| parting(KeyError::io("read", &stores(home), &error).into()))?;
    let (session, ready, counters) = (agreement.session, before + u64::from(made), network.counters());
    Ok((network, Filled { session, about, made, ready, bounded_by, stored, counters, seconds }))
}

/// A store that is being filled.
struct Filling<'a> {
    preparation: &'a Preparation,
    agreement: &'a Agreement,
    consumption: &'a Consumption,
    store: Store,
    watch: &'a Watch,
}

impl Filling<'_> {
    /// How many runs are made: as many as are wanted and everybody has room for. Says whose limit it is that bounds them.
    async fn room(
        &mut self,
        network: &mut Network,
        wanted: u32,
        limit: Option<u64>,
    ) -> Result<(u32, Option<PartyName>), Parting> {
        let roster = &self.preparation.roster;
        let header = self.store.header(self.agreement.session, 0);
        let each = header.file_length().unwrap_or(u64::MAX).saturating_add(KEY_BYTES);
        let taken = bytes_of(&stores(&self.preparation.home))
            .map_err(|error| parting(KeyError::io("read", self.store.folder(), &error).into()))?;
        let fitting = limit.map_or(u64::MAX, |limit| limit.saturating_sub(taken.saturating_add(BATCH_BYTES)) / each);
        let mine = u32::try_from(fitting).unwrap_or(u32::MAX).min(wanted).min(ITEMS_LIMIT);
        let rooms = exchange(network, roster, ROOM, &mine).await.map_err(told)?;
        let least = rooms.iter().copied().min().unwrap_or(0);
        let whose = rooms.iter().position(|room| *room == least).unwrap_or(0);
        let bounded_by = (least < wanted).then(|| roster.name(PartyIndex(whose)).clone());
        match bounded_by {
            Some(party) if least == 0 => {
                let own = mine == 0;
                let party = if own { roster.name(roster.me()).clone() } else { party };
                Err(parting(PreparedError::NoRoom { party, bytes: each, own }))
            }
            bounded_by => Ok((least, bounded_by)),
        }
    }

    /// Makes the runs, and keeps them when all of them are on the disk.
    async fn make(&mut self, network: Network, runs: u32) -> Result<(Network, f64), Parting> {
        if runs == 0 {
            return Ok((network, 0.0));
        }
        let Self { preparation: Preparation { roster, .. }, agreement, consumption, watch, .. } = *self;
        // A process that is killed while this goes on has nothing open that would have to be burned.
        self.store.rest().map_err(parting)?;
        let mut writer = BatchWriter::new(&self.store, agreement.session, runs).map_err(parting)?;
        let random = Random::from_operating_system().map_err(|_| parting(PreparedError::Randomness))?;
        let id = EngineSession(agreement.session.0);
        let session = Session { id, network, random };
        watch.begin(agreement, &self.store.about().protocol);
        let start = Instant::now();
        let mut progress = |done, total| watch.step(done, total);
        let (session, result) = make(consumption, runs, session, &mut writer, &mut progress).await;
        watch.end();
        let seconds = start.elapsed().as_secs_f64();
        let mut network = session.network;
        network.enter(Phase::Session);
        let keys = match result {
            Ok(()) => writer.finished(),
            Err(error) => {
                // What was written is worth nothing without its keys.
                let _ = self.store.sweep();
                return Err(self.failed(error));
            }
        };
        let lot = self.store.next_lot().map_err(parting)?;
        let lots = exchange(&mut network, roster, LOT, &lot).await.map_err(told)?;
        let lot = lots.into_iter().max().unwrap_or(lot);
        self.store.add(agreement.session, lot, keys).map_err(parting)?;
        network.exchange_all(STORED, &[1], 1).await.map_err(|error| roster.fault(error))?;
        self.store.rest().map_err(parting)?;
        Ok((network, seconds))
    }

    fn failed(&self, error: RunError) -> Parting {
        match error {
            RunError::Channel(error) => Parting::from(self.preparation.roster.fault(error)),
            error => Parting::private(
                Failure::new(Exit::BadInput, error.to_string()),
                "what it has prepared cannot be stored",
            ),
        }
    }
}

/// What a partner did may be told to the others.
fn told(failure: Failure) -> Parting {
    let farewell = failure.message.clone();
    Parting { failure, farewell }
}

/// Writes runs, each into a file of its own with a key of its own.
struct BatchWriter {
    paths: Vec<(PathBuf, Header)>,
    current: Option<RunWriter>,
    keys: Vec<RunKey>,
}

impl BatchWriter {
    fn new(store: &Store, session: SessionId, runs: u32) -> Result<Self, PreparedError> {
        store.make_room()?;
        let paths = (0..runs).map(|number| (store.path_of(session, number), store.header(session, number)));
        Ok(Self { paths: paths.collect(), current: None, keys: Vec::new() })
    }

    /// The file of the run that is being made.
    fn current(&mut self) -> io::Result<&mut RunWriter> {
        let writer = match self.current.take() {
            Some(writer) => writer,
            None => {
                let mut key: RunKey = Zeroizing::new([0; 32]);
                getrandom::fill(&mut *key).map_err(|_| io::Error::other("the operating system gave no randomness"))?;
                let (path, header) = self
                    .paths
                    .get(self.keys.len())
                    .ok_or_else(|| io::Error::other("there are more runs than were to be made"))?;
                RunWriter::create(path, *header, key)?
            }
        };
        Ok(self.current.insert(writer))
    }

    fn finished(self) -> Vec<RunKey> {
        self.keys
    }
}

impl MaterialSink for BatchWriter {
    fn write(&mut self, bytes: &[u8]) -> Result<(), MaterialFault> {
        self.current().and_then(|writer| writer.write(bytes)).map_err(|error| unwritten(&error))
    }

    fn end_run(&mut self) -> Result<(), MaterialFault> {
        self.current().map_err(|error| unwritten(&error))?;
        if let Some(writer) = self.current.take() {
            self.keys.push(writer.finish().map_err(|error| unwritten(&error))?);
        }
        Ok(())
    }
}

fn unwritten(error: &io::Error) -> MaterialFault {
    MaterialFault::Storage(match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "what is prepared cannot be written: the disk is full".to_owned()
        }
        _ => format!("what is prepared cannot be written: {error}"),
    })
}
