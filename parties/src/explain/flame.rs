//! A picture of the cost: an icicle of the predicted time, and the program with each line's share beside it.

use super::Explanation;
use super::lines::{lines_text, percent};
use super::pricing::Time;
use super::share::{For, Row};
use super::table::{count_text, seconds_text, time_text};
use crate::output::bytes_text;
use crate::picture::{Area, Picture, Style, blend, heat};

const WIDTH: f64 = 1200.0;
const MARGIN: f64 = 36.0;
const INNER: f64 = WIDTH - 2.0 * MARGIN;
/// Height of a level of the icicle, with its gap.
const LEVEL: f64 = 40.0;
const GAP: f64 = 2.0;
/// Height of a line of the program.
const LEADING: f64 = 21.0;
/// Longer programs are shown by the lines that cost something.
const LONGEST_LISTING: usize = 120;
const BAR: f64 = 150.0;

const INK: &str = "#1f2933";
const FAINT: &str = "#7b8794";
const WHITE: &str = "#ffffff";
const ROOT: &str = "#334e68";

/// What time is spent on: name and colour.
const KINDS: [(&str, &str); 5] = [
    ("waiting for messages", "#9fb3c8"),
    ("set-up", "#b39ddb"),
    ("preprocessing", "#e8a33d"),
    ("online", "#2f9e8f"),
    ("computing", "#c9726b"),
];

impl Explanation {
    /// The picture as a file that needs no other.
    pub fn flame(&self) -> String {
        let rows = self.rows();
        let whole: f64 = rows.iter().map(|row| row.time.total()).sum();
        let mut picture = Picture::new();
        self.heading(&mut picture, whole);
        let mut y = 96.0;
        if whole > 0.0 {
            self.icicle(&mut picture, &rows, whole, y);
            y += 3.0 * LEVEL + 14.0;
        }
        legend(&mut picture, y + 10.0);
        y += 58.0;
        y = self.listing(&mut picture, &rows, whole, y);
        picture.finish(WIDTH, y + 20.0, &format!("What {} costs by source line", self.loaded.program.name()))
    }

    fn heading(&self, picture: &mut Picture, whole: f64) {
        let cost = &self.choice.cost;
        picture.text(MARGIN, 44.0, &Style::new(24.0, INK).bold(), self.loaded.program.name());
        let subtitle = format!(
            "{} · {} parties · {} {}on a network of {} there and back and {} Mbit/s · {} sent by all · {} rounds",
            self.choice.plan.technique(),
            self.roles.len(),
            time_text(whole),
            if self.pricing.computing(cost).is_some() { "with computing, " } else { "" },
            seconds_text(self.pricing.line.round_trip),
            self.pricing.line.bits_per_second as f64 / 1e6,
            bytes_text(cost.bytes()),
            cost.rounds()
        );
        picture.text(MARGIN, 70.0, &Style::new(14.0, FAINT), &subtitle);
    }

    /// Three levels: everything; its parts; what each part's time is spent on.
    fn icicle(&self, picture: &mut Picture, rows: &[Row], whole: f64, y: f64) {
        let root = Area { x: MARGIN, y, width: INNER, height: LEVEL - GAP };
        let label = format!("{} · {}", self.loaded.program.name(), time_text(whole));
        block(picture, root, ROOT, WHITE, &label, &label);
        let mut x = MARGIN;
        for row in rows {
            let width = INNER * row.time.total() / whole;
            let area = Area { x, y: y + LEVEL, width: (width - GAP).max(0.4), height: LEVEL - GAP };
            let share = row.time.total() / whole;
            let ink = if share > 0.55 { WHITE } else { INK };
            block(picture, area, &heat(share), ink, &self.label(row), &self.title(row, whole));
            let mut at = x;
            for ((name, colour), seconds) in KINDS.into_iter().zip(kinds(&row.time)) {
                let width = INNER * seconds / whole;
                let area = Area { x: at, y: y + 2.0 * LEVEL, width: (width - GAP).max(0.0), height: LEVEL - GAP };
                if area.width > 0.0 {
                    let title = format!("{}\n{name}: {}", self.label(row), time_text(seconds));
                    block(picture, area, colour, INK, name, &title);
                }
                at += width;
            }
            x += width;
        }
    }

    /// The program's text; a line that costs something has its share beside it.
    fn listing(&self, picture: &mut Picture, rows: &[Row], whole: f64, top: f64) -> f64 {
        let mut y = top;
        for row in rows.iter().filter(|row| !matches!(row.what, For::Line(_))) {
            let text = self.label(row);
            self.listed(picture, y, None, &text, Some((row, whole)));
            y += LEADING;
        }
        y += 8.0;
        let source: Vec<&str> = self.loaded.source().lines().collect();
        let of_line = |number: u32| rows.iter().find(|row| row.what == For::Line(number));
        for (number, text) in (1..).zip(&source) {
            let row = of_line(number);
            if row.is_some() || source.len() <= LONGEST_LISTING {
                self.listed(picture, y, Some(number), text, row.map(|row| (row, whole)));
                y += LEADING;
            }
        }
        y
    }

    fn listed(&self, picture: &mut Picture, y: f64, number: Option<u32>, text: &str, cost: Option<(&Row, f64)>) {
        let (faint, figure) = (Style::new(12.0, FAINT).right(), Style::new(12.0, INK).right());
        let start = MARGIN + BAR + 110.0;
        if let Some((row, whole)) = cost {
            let share = row.time.total() / whole.max(f64::MIN_POSITIVE);
            let title = self.title(row, whole);
            let all = Area { x: MARGIN - 8.0, y: y - 15.0, width: INNER + 16.0, height: LEADING };
            picture.rectangle(all, &tint(share), &title);
            let track = Area { x: MARGIN, y: y - 9.5, width: BAR, height: 10.0 };
            picture.rectangle(track, "#e9edf2", &title);
            picture.rectangle(Area { width: (BAR * share).max(1.5), ..track }, &heat(share.max(0.25)), &title);
            picture.text(MARGIN + BAR + 58.0, y, &figure, &format!("{:.1} %", percent(row.time.total(), whole)));
        }
        if let Some(number) = number {
            picture.text(start - 14.0, y, &faint, &number.to_string());
        }
        let style = match (number, text.trim_start().starts_with('#')) {
            (None, _) => Style::new(12.5, INK).bold(),
            (_, true) => Style::new(12.5, FAINT).code(),
            _ => Style::new(12.5, INK).code(),
        };
        picture.text(start, y, &style, &style.fitted(text, WIDTH - MARGIN - start));
    }

    fn label(&self, row: &Row) -> String {
        match &row.what {
            For::SetUp => "set-up".to_owned(),
            For::Line(line) => format!("{line}  {}", self.loaded.line(*line).trim()),
            For::Shared(lines) => format!("rounds of {}", lines_text(lines)),
        }
    }

    fn title(&self, row: &Row, whole: f64) -> String {
        let [set_up, preprocessing, online] = row.cost.bytes.map(bytes_text);
        let time = row.time.total();
        format!(
            "{}\n{} ({:.1} %)\n{} AND gates, {} multiplications, {} rounds\nset-up {set_up}, preprocessing \
             {preprocessing}, online {online}",
            self.label(row),
            time_text(time),
            percent(time, whole),
            count_text(row.cost.and_gates),
            count_text(row.cost.multiplications),
            row.cost.rounds,
        )
    }
}

/// A labelled rectangle.
fn block(picture: &mut Picture, area: Area, colour: &str, ink: &'static str, label: &str, title: &str) {
    picture.rectangle(area, colour, title);
    let style = Style::new(13.0, ink);
    let label = style.fitted(label, area.width - 16.0);
    picture.text(area.x + 8.0, area.y + area.height / 2.0 + 4.5, &style, &label);
}

fn legend(picture: &mut Picture, y: f64) {
    let style = Style::new(12.0, FAINT);
    let mut x = MARGIN;
    for (name, colour) in KINDS {
        picture.rectangle(Area { x, y: y - 10.0, width: 12.0, height: 12.0 }, colour, "");
        picture.text(x + 18.0, y, &style, name);
        x += 18.0 + style.width(name) + 26.0;
    }
}

/// Seconds by kind, in the order of [`KINDS`].
fn kinds(time: &Time) -> [f64; KINDS.len()] {
    let [set_up, preprocessing, online] = time.transfer;
    [time.latency, set_up, preprocessing, online, time.computing]
}

/// A breath of the same behind a line of text.
fn tint(share: f64) -> String {
    blend([0xff, 0xff, 0xff], [0xfb, 0xdc, 0xc4], share.clamp(0.0, 1.0).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is drawn of a part is all of its time.
    #[test]
    fn kinds_add_up() {
        let time = Time { latency: 1.0, transfer: [2.0, 4.0, 8.0], computing: 16.0 };
        assert_eq!(kinds(&time).iter().sum::<f64>(), time.total());
    }

    #[test]
    fn colours_go_from_cold_to_hot() {
        assert_eq!([tint(0.0), tint(1.0), tint(9.0)], ["#ffffff", "#fbdcc4", "#fbdcc4"]);
    }
}
