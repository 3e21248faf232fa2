//! One live view of all parties: a line for each.

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::output::say;
use crate::run::ProgressEvent;

/// The lines on a terminal; nothing where there is none.
pub(crate) struct View {
    all: MultiProgress,
    lines: Vec<ProgressBar>,
}

impl View {
    pub(crate) fn new(names: &[&str], quiet: bool) -> Self {
        let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let all = MultiProgress::with_draw_target(target);
        let width = names.iter().map(|name| name.len()).max().unwrap_or(0);
        let line = |name: &str| {
            let line = all.add(ProgressBar::new(1));
            let style = ProgressStyle::with_template("{prefix}  {bar:24}  {wide_msg}");
            line.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            line.set_prefix(format!("{name:width$}"));
            line.set_message("starting");
            line
        };
        let lines = names.iter().map(|name| line(name)).collect();
        Self { all, lines }
    }

    pub(crate) fn show(&self, party: usize, event: &ProgressEvent) {
        let Some(line) = self.lines.get(party) else { return };
        match event {
            ProgressEvent::Note { text } => line.set_message(text.clone()),
            ProgressEvent::Begin { protocol, .. } => line.set_message(format!("computing with {protocol}")),
            ProgressEvent::Step { done, total } => {
                line.set_length(*total);
                line.set_position(*done);
                line.set_message(format!("step {done} of {total}"));
            }
            ProgressEvent::End => line.set_message("done"),
        }
    }

    /// Leaves the lines as they are; what follows begins below them.
    pub(crate) fn close(&self) {
        self.lines.iter().for_each(ProgressBar::abandon);
        if !self.all.is_hidden() {
            say("\n");
        }
    }
}
