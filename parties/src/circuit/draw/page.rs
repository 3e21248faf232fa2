//! Where everything stands on the page.

use super::profile::{Column, Lane, Profile};
use crate::picture::{Area, Picture, Style, blend};

/// Room for the names of lanes on the left, and beside the chart on the right.
const LEFT: f64 = 210.0;
const RIGHT: f64 = 40.0;
/// What the columns share, and what one of them has at most and at least.
const CHART: f64 = 1000.0;
const WIDEST: f64 = 64.0;
const NARROWEST: f64 = 9.0;
/// Heights.
const TITLE: f64 = 78.0;
const LANE: f64 = 18.0;
const GATES: f64 = 280.0;
const CARRIED: f64 = 90.0;
const GAP: f64 = 34.0;
/// From this width on, a column has room for its number of AND gates.
const ROOM_FOR_NUMBERS: f64 = 26.0;

const AXIS: &str = "#9aa0a6";
const INK: &str = "#202124";
const FAINT: &str = "#5f6368";
const LOCAL: &str = "#c8ccd1";
const EMPTY: &str = "#f1f3f4";
const WIRES: &str = "#9fc5e8";
const INPUT: [u8; 3] = [0x1a, 0x73, 0xe8];
const OUTPUT: [u8; 3] = [0x18, 0x80, 0x38];
/// Colours of few and of many AND gates, and between.
const HEAT: [[u8; 3]; 3] = [[0xfd, 0xd8, 0x8a], [0xf0, 0x6b, 0x3c], [0x8f, 0x0d, 0x22]];

/// A page under construction.
pub(super) struct Page<'a> {
    title: &'a str,
    profile: &'a Profile,
    column: f64,
    picture: Picture,
    /// Where the next part begins.
    y: f64,
}

impl<'a> Page<'a> {
    pub(super) fn new(title: &'a str, profile: &'a Profile) -> Self {
        let column = (CHART / profile.columns.len() as f64).clamp(NARROWEST, WIDEST);
        Self { title, profile, column, picture: Picture::new(), y: TITLE }
    }

    /// The picture.
    pub(super) fn svg(mut self) -> String {
        // Short circuits are narrow; their title is not.
        let width = (LEFT + self.column * self.profile.columns.len() as f64 + RIGHT).max(760.0);
        self.title();
        let profile = self.profile;
        self.lanes("inputs, where they are read", &profile.inputs, INPUT, "reads");
        self.gates();
        self.carried();
        self.lanes("outputs, where they are ready", &profile.outputs, OUTPUT, "bits ready");
        let height = self.y;
        self.picture.finish(width, height, &format!("The circuit {}", self.title))
    }

    fn title(&mut self) {
        let Profile { gates, and_gates, and_depth, .. } = self.profile;
        self.picture.text(20.0, 32.0, &Style::new(20.0, INK), self.title);
        let summary = format!(
            "{} gates, {} of them AND, AND depth {}",
            grouped(*gates),
            grouped(*and_gates),
            grouped(*and_depth)
        );
        self.picture.text(20.0, 54.0, &Style::new(13.0, FAINT), &summary);
    }

    /// A row of cells for each value.
    fn lanes(&mut self, heading: &str, lanes: &[Lane], colour: [u8; 3], what: &str) {
        if lanes.is_empty() {
            return;
        }
        self.heading(heading);
        for lane in lanes {
            let label = format!("{}, {}", shortened(&lane.name), bits(lane.bits));
            self.picture.text(LEFT - 10.0, self.y + 12.5, &Style::new(12.0, INK).right(), &label);
            let most = lane.cells.iter().copied().max().unwrap_or(0);
            for (index, &count) in lane.cells.iter().enumerate() {
                let fill = if count == 0 { EMPTY.to_owned() } else { shade(colour, share(count, most)) };
                let tip = format!("{}, {}: {} {what}", lane.name, self.layers(index), grouped(count));
                let place = Area { x: self.x(index), y: self.y, width: self.column - 1.0, height: LANE - 4.0 };
                self.picture.rectangle(place, &fill, &tip);
            }
            self.y += LANE;
        }
        self.y += GAP - LANE / 2.0;
    }

    /// A bar for each column: AND gates by heat, the others grey above them.
    fn gates(&mut self) {
        self.heading("gates by AND depth");
        let columns = &self.profile.columns;
        let tallest = columns.iter().map(|column| column.local + column.ands).max().unwrap_or(0).max(1);
        let hottest = columns.iter().map(|column| column.ands).max().unwrap_or(0);
        let floor = self.y + GATES;
        self.picture.text(LEFT - 10.0, self.y + 10.0, &Style::new(11.0, FAINT).right(), &grouped(tallest));
        self.picture.text(LEFT - 10.0, floor, &Style::new(11.0, FAINT).right(), "0");
        for (index, column) in columns.iter().enumerate() {
            let tip = self.described(index, column);
            let height = |count: usize| (count as f64 / tallest as f64) * (GATES - 16.0);
            // What is there can be seen.
            let visible = |count: usize| if count == 0 { 0.0 } else { height(count).max(1.5) };
            let (ands, local) = (visible(column.ands), visible(column.local));
            let (x, width) = (self.x(index), self.column - 1.0);
            self.picture.rectangle(Area { x, y: floor - ands, width, height: ands }, &heat(column.ands, hottest), &tip);
            self.picture.rectangle(Area { x, y: floor - ands - local, width, height: local }, LOCAL, &tip);
            if self.column >= ROOM_FOR_NUMBERS && column.ands > 0 {
                let place = (x + width / 2.0, floor - ands - local - 4.0);
                self.picture.text(place.0, place.1, &Style::new(10.0, INK).middle(), &grouped(column.ands));
            }
        }
        self.picture.line((LEFT, floor), (self.x(columns.len()), floor), AXIS);
        self.y = floor;
        self.axis();
        self.legend(hottest);
    }

    /// The depth below the columns, as often as there is room.
    fn axis(&mut self) {
        let every = (34.0 / self.column).ceil() as usize;
        for (index, column) in self.profile.columns.iter().enumerate().step_by(every) {
            let place = (self.x(index) + self.column / 2.0, self.y + 14.0);
            self.picture.text(place.0, place.1, &Style::new(10.0, FAINT).middle(), &grouped(column.first));
        }
        self.y += 22.0;
    }

    fn legend(&mut self, hottest: usize) {
        let (mut x, y) = (LEFT, self.y + 8.0);
        self.picture.rectangle(Area { x, y, width: 12.0, height: 12.0 }, LOCAL, "");
        self.picture.text(x + 18.0, y + 10.0, &Style::new(11.0, FAINT), "XOR and INV, which cost nothing");
        x += 215.0;
        if hottest > 0 {
            const STEPS: usize = 24;
            for step in 0..STEPS {
                let fill = gradient((step as f64 + 0.5) / STEPS as f64);
                let area = Area { x: x + 5.0 * step as f64, y, width: 5.2, height: 12.0 };
                self.picture.rounded(area, 0.0, &fill, None, "");
            }
            let label = format!("AND, up to {} in a column", grouped(hottest));
            self.picture.text(x + 5.0 * STEPS as f64 + 8.0, y + 10.0, &Style::new(11.0, FAINT), &label);
        }
        self.y += GAP + 14.0;
    }

    /// The wires between columns, as a band.
    fn carried(&mut self) {
        let columns = &self.profile.columns;
        let most = columns.iter().map(|column| column.carried).max().unwrap_or(0);
        if most == 0 {
            return;
        }
        self.heading("wires carried on to the next columns");
        let floor = self.y + CARRIED;
        self.picture.text(LEFT - 10.0, self.y + 10.0, &Style::new(11.0, FAINT).right(), &grouped(most));
        self.picture.text(LEFT - 10.0, floor, &Style::new(11.0, FAINT).right(), "0");
        let mut corners = vec![(LEFT, floor)];
        for (index, column) in columns.iter().enumerate() {
            let height = column.carried as f64 / most as f64 * (CARRIED - 8.0);
            corners.push((self.x(index + 1), floor - height));
        }
        self.picture.polygon(&corners, WIRES);
        self.picture.line((LEFT, floor), (self.x(columns.len()), floor), AXIS);
        self.y = floor + GAP;
    }

    fn heading(&mut self, text: &str) {
        self.picture.text(LEFT, self.y + 4.0, &Style::new(12.0, FAINT), text);
        self.y += 14.0;
    }

    fn x(&self, column: usize) -> f64 {
        LEFT + self.column * column as f64
    }

    fn layers(&self, index: usize) -> String {
        let Column { first, layers, .. } = self.profile.columns[index];
        match layers {
            0 | 1 => format!("AND depth {first}"),
            _ => format!("AND depth {first} to {}", first + layers - 1),
        }
    }

    fn described(&self, index: usize, column: &Column) -> String {
        format!(
            "{}: {} AND, {} XOR and INV; {} wires are carried on",
            self.layers(index),
            grouped(column.ands),
            grouped(column.local),
            grouped(column.carried)
        )
    }
}

/// A part of the most there is, so that a tenth can be told from nothing.
fn share(count: usize, most: usize) -> f64 {
    if most == 0 { 0.0 } else { (count as f64 / most as f64).sqrt() }
}

fn heat(ands: usize, hottest: usize) -> String {
    gradient(share(ands, hottest))
}

/// The colour at a place between 0 and 1 of the heat.
fn gradient(place: f64) -> String {
    if place < 0.5 { blend(HEAT[0], HEAT[1], 2.0 * place) } else { blend(HEAT[1], HEAT[2], 2.0 * place - 1.0) }
}

/// A colour between nearly white and full.
fn shade(colour: [u8; 3], strength: f64) -> String {
    blend([0xe3, 0xe7, 0xec], colour, strength)
}

fn bits(count: usize) -> String {
    if count == 1 { "1 bit".into() } else { format!("{} bits", grouped(count)) }
}

/// A number with commas.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A name that fits the room on the left.
fn shortened(name: &str) -> String {
    const LONGEST: usize = 20;
    if name.chars().count() <= LONGEST {
        name.to_owned()
    } else {
        name.chars().take(LONGEST - 1).chain(['…']).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (36762, "36,762"), (1234567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn heat_runs_from_light_to_dark() {
        assert_eq!(heat(0, 10), "#fdd88a");
        assert_eq!(heat(10, 10), "#8f0d22");
    }
}
