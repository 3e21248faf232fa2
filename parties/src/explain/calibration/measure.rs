//! Runs of whole programs, all parties as processes that are linked by TLS, as in any session between partners.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use quorate_circuits::bind::Arguments;
use quorate_engine::net::{Phase, Units, Work};
use quorate_engine::plan::Asked;
use quorate_engine::protocol::ProtocolName;
use quorate_engine::protocol::yao::Garbling;

use super::fit::{Part, Party, median, prices};
use super::programs::{WORKLOADS, Workload};
use super::{Prices, Table};
use crate::exit::{Exit, Failure};
use crate::processes::{Figures, PrivateFolder, Processes, Transport, fresh_seed};
use crate::program::Loaded;

/// Seconds in which all programs start and end under one protocol, however small.
const STARTING: f64 = 20.0;
/// Seconds that they compute under it at their full sizes, roughly.
const COMPUTING: f64 = 30.0;

/// What is measured of a protocol.
struct Subject {
    protocol: ProtocolName,
    garbling: Option<Garbling>,
    /// It runs among so many; prices among others are on the line through both.
    parties: &'static [usize],
    /// How many times smaller its programs are than those of `replicated`: its products take longer, roughly as much.
    smaller: f64,
}

const SUBJECTS: &[Subject] = &[
    subject(ProtocolName::Replicated, &[3], 1.0),
    subject(ProtocolName::ReplicatedMalicious, &[3], 10.0),
    subject(ProtocolName::Additive, &[2, 3], 40.0),
    subject(ProtocolName::Yao, &[2], 40.0),
    Subject { garbling: Some(Garbling::ThreeHalves), ..subject(ProtocolName::Yao, &[2], 40.0) },
    subject(ProtocolName::Shamir, &[3, 5], 20.0),
    subject(ProtocolName::ShamirRobust, &[4, 7], 300.0),
    subject(ProtocolName::Spdz, &[2, 3], 600.0),
    subject(ProtocolName::AuthenticatedGarbling, &[2, 3], 800.0),
];

const fn subject(protocol: ProtocolName, parties: &'static [usize], smaller: f64) -> Subject {
    Subject { protocol, garbling: None, parties, smaller }
}

/// The protocols that can be measured.
pub(crate) fn measurable() -> impl Iterator<Item = ProtocolName> {
    let is_first = |(at, subject): &(usize, &Subject)| SUBJECTS[..*at].iter().all(|s| s.protocol != subject.protocol);
    SUBJECTS.iter().enumerate().filter(is_first).map(|(_, subject)| subject.protocol)
}

/// One program of one size under one protocol.
struct Run<'a> {
    subject: &'a Subject,
    parties: usize,
    workload: &'a Workload,
    /// Where it is, and what is there.
    program: &'a (String, Loaded),
    rows: usize,
}

/// What a run is known to do and what it took, once for each time that it ran: by party and phase.
struct Measured {
    priced_as: String,
    parties: usize,
    work: Vec<[Units; 3]>,
    took: Vec<Vec<[f64; 3]>>,
}

/// Prices of the work of these protocols. All programs run once, smaller ones if `seconds` are few, and then again for as long
/// as they last.
pub(super) fn measure(protocols: &[ProtocolName], seconds: f64) -> Result<BTreeMap<String, Prices>, Failure> {
    let start = Instant::now();
    let folder = PrivateFolder::new("calibration")?;
    let mut programs: BTreeMap<&str, (String, Loaded)> = BTreeMap::new();
    for workload in WORKLOADS {
        let path = folder.write(&format!("{}.qp", workload.name), workload.source)?;
        let path = path.to_string_lossy().into_owned();
        let loaded = Loaded::find(&path)?;
        programs.insert(workload.name, (path, loaded));
    }
    let subjects = SUBJECTS.iter().filter(|subject| protocols.contains(&subject.protocol));
    let each = seconds / subjects.clone().count().max(1) as f64;
    let effort = ((each - STARTING) / COMPUTING).clamp(1e-3, 1.0);
    let runs: Vec<Run<'_>> = subjects
        .flat_map(|subject| subject.parties.iter().map(move |parties| (subject, *parties)))
        .flat_map(|(subject, parties)| WORKLOADS.iter().map(move |workload| (subject, parties, workload)))
        .flat_map(|(subject, parties, workload)| {
            workload.rows.iter().map(move |rows| (subject, parties, workload, rows))
        })
        .map(|(subject, parties, workload, rows)| Run {
            subject,
            parties,
            workload,
            program: &programs[workload.name],
            rows: workload.scaled(*rows, subject.smaller / effort),
        })
        .collect();
    let bar = bar(runs.len() as u64);
    let mut measured = Vec::with_capacity(runs.len());
    for run in &runs {
        bar.set_message(run.text());
        measured.push(run.measure()?);
        bar.inc(1);
    }
    let once = start.elapsed();
    while start.elapsed() + once < Duration::from_secs_f64(seconds) {
        bar.inc_length(runs.len() as u64);
        for (run, measured) in runs.iter().zip(&mut measured) {
            bar.set_message(run.text());
            measured.took.extend(run.measure()?.took);
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    Ok(fitted(&measured))
}

fn bar(runs: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} runs  {eta} left  {msg}");
    ProgressBar::new(runs).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

impl Run<'_> {
    fn text(&self) -> String {
        format!("{} among {}", self.subject.protocol.name(), self.parties)
    }

    fn measure(&self) -> Result<Measured, Failure> {
        let own = [("parties", self.parties.to_string()), ("rows", self.rows.to_string())];
        let given = self.workload.parameters.iter().map(|(name, value)| (*name, (*value).to_owned()));
        let parameters = own.into_iter().chain(given).map(|(name, value)| (name.to_owned(), value)).collect();
        let arguments = Arguments { parameters, sizes: BTreeMap::new() };
        let (path, loaded) = self.program;
        let bound = loaded.bind(&arguments)?;
        let Subject { protocol, garbling, .. } = *self.subject;
        let asked = Asked { protocol: Some(protocol), garbling, ..Asked::default() };
        let processes = Processes {
            name: path,
            loaded,
            arguments: &arguments,
            asked,
            dealer: None,
            transport: Transport::Tls,
            quiet: true,
            shown: 0,
        };
        let (cost, figures) = processes.run_random(&bound, fresh_seed()?, &BTreeMap::new())?.figures();
        let priced_as = cost.priced_as.ok_or_else(|| Failure::new(Exit::Bug, "a program without a curve is priced"))?;
        let took = |figures: &Figures| figures.phases.map(|phase| phase.cpu_seconds);
        Ok(Measured {
            priced_as,
            parties: self.parties,
            work: cost.work,
            took: vec![figures.iter().map(took).collect()],
        })
    }
}

/// A table of prices for each way to be priced, and each number of parties among which it was measured.
fn fitted(measured: &[Measured]) -> BTreeMap<String, Prices> {
    let mut groups: BTreeMap<(&str, usize), Vec<Party>> = BTreeMap::new();
    for measured in measured {
        groups.entry((&measured.priced_as, measured.parties)).or_default().extend(measured.medians());
    }
    let mut fitted: BTreeMap<String, Prices> = BTreeMap::new();
    for ((priced_as, parties), runs) in groups {
        let prices = prices(Work::ALL.len(), &runs);
        let named = Work::ALL.iter().zip(prices).filter_map(|(work, price)| Some((work.name().to_owned(), price?)));
        fitted.entry(priced_as.to_owned()).or_default().tables.push(Table { parties, seconds: named.collect() });
    }
    fitted
}

impl Measured {
    /// The middle of what each party took in each phase.
    fn medians(&self) -> impl Iterator<Item = Party> {
        self.work.iter().enumerate().map(|(party, work)| {
            let part = |phase: Phase| Part {
                units: Work::ALL.iter().map(|kind| work[phase as usize].of(*kind) as f64).collect(),
                seconds: median(self.took.iter().map(|took| took[party][phase as usize]).collect()),
            };
            Party { parts: Phase::ALL.map(part).into() }
        })
    }
}
