//! Heading and legend, and the chart between them.

use quorate_engine::plan::LineCost;

use super::chart::Chart;
use super::graph::Graph;
use super::measured::{Home, Measured};
use crate::explain::count_text;
use crate::output::bytes_text;
use crate::picture::{Area, Picture, Style, blend, heat};

pub(super) const MARGIN: f64 = 36.0;
pub(super) const INK: &str = "#1f2933";
pub(super) const FAINT: &str = "#616e7c";
pub(super) const WHITE: &str = "#ffffff";
const LEAST_WIDTH: f64 = 1020.0;
/// Where the chart begins.
const TOP: f64 = 150.0;

/// Homes in words, in the order of the legend.
const HOMES: [(Home, &str); 4] = [
    (Home::Private, "private, in plain"),
    (Home::Arithmetic, "arithmetic shares"),
    (Home::Boolean, "boolean shares"),
    (Home::Public, "public or revealed"),
];

/// The whole picture.
pub(super) fn svg(graph: &Graph, measured: &Measured) -> String {
    let chart = Chart::new(graph, measured);
    let width = (chart.width() + 2.0 * MARGIN).max(LEAST_WIDTH);
    let mut picture = Picture::new();
    heading(&mut picture, measured, width);
    legend(&mut picture, 118.0);
    chart.draw(&mut picture, ((width - chart.width()) / 2.0, TOP));
    let name = measured.program().program.name();
    picture.finish(width, TOP + chart.height() + MARGIN, &format!("The program {name}"))
}

fn heading(picture: &mut Picture, measured: &Measured, width: f64) {
    let (program, cost) = (measured.program(), &measured.choice.cost);
    picture.text(MARGIN, 44.0, &Style::new(24.0, INK).bold(), program.program.name());
    let LineCost { and_gates, multiplications, .. } = cost.by_line.total();
    let figures = format!(
        "{} · {} parties · {} AND gates, {} multiplications · {} rounds · {} sent by the statements, {} by the set-up",
        measured.choice.plan.technique(),
        program.roles.len(),
        count_text(and_gates),
        count_text(multiplications),
        cost.rounds(),
        bytes_text(measured.bytes()),
        bytes_text(cost.by_line.set_up.bytes()),
    );
    line(picture, 68.0, width, &figures);
    line(picture, 88.0, width, &numbers(measured));
}

/// A line of the heading; if it is cut, all of it shows when a pointer rests on it.
fn line(picture: &mut Picture, y: f64, width: f64, text: &str) {
    let style = Style::new(13.0, FAINT);
    let room = width - 2.0 * MARGIN;
    picture.rectangle(Area { x: MARGIN, y: y - 14.0, width: room, height: 18.0 }, WHITE, text);
    picture.text(MARGIN, y, &style, &style.fitted(text, room));
}

/// Parameters and sizes, and which of them nobody gave.
fn numbers(measured: &Measured) -> String {
    let program = measured.program();
    let assumed = measured.numbers.assumed.iter().map(|(name, _)| name);
    let least: Vec<&String> = assumed.chain(&measured.numbers.unmeasured).collect();
    let said = |name: &String, value: String| {
        format!("{name} = {value}{}", if least.contains(&name) { " (the least)" } else { "" })
    };
    let parameters = program.parameters.iter().map(|(name, value)| said(name, value.to_string()));
    let sizes = program.sizes.iter().map(|(name, size)| said(name, size.to_string()));
    let all: Vec<String> = parameters.chain(sizes).collect();
    if all.is_empty() { "no parameters and no sizes".to_owned() } else { format!("with {}", all.join(", ")) }
}

fn legend(picture: &mut Picture, y: f64) {
    let style = Style::new(12.0, FAINT);
    let mut x = MARGIN;
    for (home, words) in HOMES {
        let square = Area { x, y: y - 10.5, width: 13.0, height: 13.0 };
        picture.rounded(square, 3.0, &tint(home, 0.25), Some(&tint(home, 1.0)), "");
        picture.text(x + 20.0, y, &style, words);
        x += 20.0 + style.width(words) + 18.0;
    }
    const STEPS: usize = 16;
    const SHARE: &str = "share of these bytes";
    for step in 0..STEPS {
        let area = Area { x: x + 5.0 * step as f64, y: y - 10.0, width: 5.5, height: 12.0 };
        picture.rounded(area, 0.0, &heat((step as f64 + 0.5) / STEPS as f64), None, "");
    }
    picture.text(x + 5.0 * STEPS as f64 + 10.0, y, &style, SHARE);
    x += 5.0 * STEPS as f64 + 28.0 + style.width(SHARE);
    for (place, home) in [Home::Private, Home::Arithmetic, Home::Boolean].into_iter().enumerate() {
        let piece = Area { x, y: y - 11.0 + 5.0 * place as f64, width: 6.0, height: 5.0 };
        picture.rounded(piece, 0.0, &tint(home, 1.0), None, "");
    }
    picture.text(x + 13.0, y, &style, "where its steps live");
}

/// Where a value lives, in words.
pub(super) fn words(home: Home) -> &'static str {
    HOMES.iter().find(|(other, _)| *other == home).map_or("", |(_, words)| words)
}

/// The colour of a home, from white at 0 to full at 1.
pub(super) fn tint(home: Home, strength: f64) -> String {
    let full = match home {
        Home::Private => [0xb7, 0x79, 0x1f],
        Home::Arithmetic => [0x2b, 0x6c, 0xb0],
        Home::Boolean => [0x7b, 0x4f, 0xc9],
        Home::Public => [0x2f, 0x85, 0x5a],
    };
    blend([0xff, 0xff, 0xff], full, strength)
}
