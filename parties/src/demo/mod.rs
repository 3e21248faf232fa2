//! Several parties on this machine, as separate processes that meet over TLS: what partners would do on machines of
//! their own, with identities, cards and receipts.

mod ceremonies;
mod child;
mod company;
pub mod custody;
mod merge;
mod scenes;
pub mod signing;
mod stage;
mod total;
mod view;

use std::path::Path;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use crate::exit::{Exit, Failure};
use crate::output::{Report, grid, say};
use crate::run::ProgressEvent;

pub(crate) use child::{Child, Ended, News};
use company::Company;
pub(crate) use company::random_number;
use scenes::SCENES;
pub(crate) use scenes::{Column, Player, Scene};
pub(crate) use view::View;

/// The demos of keys, which are not one program each.
const KEYS: [&Scene<'static>; 2] = [&signing::SCENE, &custody::SCENE];

/// How often the processes are looked at while none of them tells anything.
const GLANCE: Duration = Duration::from_millis(100);

/// Plays a scene; without a name, lists them all and plays the hospitals. With `quiet`, nothing but errors is said.
///
/// # Errors
/// If there is no such scene, its data are not here, or a party's process fails.
pub fn run(name: Option<&str>, quiet: bool) -> Result<Report, Failure> {
    let scene = scenes::find(name.unwrap_or(scenes::DEFAULT)).ok_or_else(|| {
        let known: Vec<&str> = SCENES.iter().map(|scene| scene.name).chain(KEYS.map(|scene| scene.name)).collect();
        let name = name.unwrap_or_default();
        Failure::new(Exit::BadInput, format!("there is no demo {name:?}; there are {}", known.join(", ")))
    })?;
    if !quiet {
        if name.is_none() {
            say(grid(
                &["quorate demo …", "what it shows"],
                SCENES.iter().chain(KEYS).map(|s| [s.name.to_owned(), s.title.to_owned()]),
            ));
        }
        say(format_args!("{}: {}", scene.name, scene.title));
    }
    play(scene, &scenes::data_directory(scene)?, quiet)
}

/// Runs a program by a process for each party, with the files in the folder `data`.
///
/// # Errors
/// If a party's process fails.
pub(crate) fn play(scene: &Scene<'_>, data: &Path, quiet: bool) -> Result<Report, Failure> {
    let company = Company::found(scene)?;
    if !quiet {
        say(format_args!("{} processes with homes in {}\n", scene.parties.len(), company.directory().display()));
    }
    play_by(&company, scene, data, quiet)
}

/// Plays a scene of which nothing but the report is to be left.
///
/// # Errors
/// If a party's process fails.
pub(crate) fn rehearse(scene: &Scene<'_>, data: &Path) -> Result<Report, Failure> {
    let company = Company::found(scene)?;
    let report = play_by(&company, scene, data, true);
    company.dissolve();
    report
}

fn play_by(company: &Company, scene: &Scene<'_>, data: &Path, quiet: bool) -> Result<Report, Failure> {
    let (sender, news) = mpsc::channel();
    // Dropping a child ends its process: nothing is left behind, however this function is left.
    let children = scene
        .parties
        .iter()
        .enumerate()
        .map(|(at, player)| Child::start(at, &company.arguments(scene, player, data), sender.clone()))
        .collect::<Result<Vec<_>, _>>()?;
    drop(sender);
    let names: Vec<&str> = scene.parties.iter().map(|player| player.name).collect();
    let view = View::new(&names, quiet);
    let children = follow(children, &news, |party, event| view.show(party, event))?;
    view.close();
    let ended = children.into_iter().map(Child::wait).collect::<Result<Vec<_>, _>>()?;
    if let Some(failure) = first_failure(&names, &ended) {
        return Err(failure);
    }
    merge::merge(scene, &ended)
}

/// Shows what the parties tell until all have ended. If one fails by itself, the others would wait for it in vain: they
/// are ended.
pub(crate) fn follow(
    mut children: Vec<Child>,
    news: &Receiver<News>,
    show: impl Fn(usize, &ProgressEvent),
) -> Result<Vec<Child>, Failure> {
    loop {
        match news.recv_timeout(GLANCE) {
            Ok(News { party, event }) => show(party, &event),
            Err(RecvTimeoutError::Disconnected) => return Ok(children),
            Err(RecvTimeoutError::Timeout) => {
                let failed = children.iter_mut().map(Child::has_failed).collect::<Result<Vec<_>, _>>()?;
                if failed.contains(&true) {
                    for (child, failed) in children.iter_mut().zip(failed) {
                        if !failed {
                            child.end();
                        }
                    }
                    return Ok(children);
                }
            }
        }
    }
}

/// What the user wants to know is why the first party failed, not that the others then missed it.
pub(crate) fn first_failure(names: &[&str], ended: &[Ended]) -> Option<Failure> {
    let failed = || names.iter().zip(ended).filter(|(_, ended)| ended.code != Some(0));
    let by_itself = failed().find(|(_, ended)| ended.code.is_some_and(child::is_own_failure));
    let (name, ended) = by_itself.or_else(|| failed().next())?;
    let code = ended.code.map_or_else(|| "without an exit code".to_owned(), |code| format!("with exit code {code}"));
    let exit = match ended.code {
        Some(2) => Exit::BadInput,
        Some(3) => Exit::Session,
        _ => Exit::Bug,
    };
    Some(Failure::new(exit, format!("{name} ended {code}:\n{}", ended.said.trim_end())))
}
