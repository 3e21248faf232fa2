//! Boxes and what flows between them.

use quorate_engine::plan::LineCost;

use super::graph::{Card, CardRole, Graph, Use};
use super::layers::Layers;
use super::measured::{Home, Measured};
use super::page::{FAINT, INK, WHITE, tint, words};
use super::place::place;
use crate::explain::count_text;
use crate::output::bytes_text;
use crate::picture::{Area, Picture, Style, heat};

/// Widths of inputs, statements and outputs, and of the room between columns.
const WIDTHS: [f64; 3] = [222.0, 268.0, 220.0];
const BETWEEN: f64 = 76.0;
/// Heights: title and text, a line more, a use, and what shows of the cards behind it.
const HEIGHT: f64 = 50.0;
const LINE: f64 = 16.0;
const USE: f64 = 26.0;
const BEHIND: f64 = 6.0;
/// The band that shows where the steps of a box live.
const BAND: f64 = 7.0;
/// Of more uses than this the rest is counted.
const MOST_USES: usize = 12;

/// Boxes with their places, from (0, 0).
pub(super) struct Chart<'a> {
    graph: &'a Graph,
    layers: Layers,
    /// By vertex.
    middles: Vec<f64>,
    heights: Vec<f64>,
    /// By column: left edge and width.
    columns: Vec<(f64, f64)>,
    height: f64,
    /// Bytes of all cards, and of the one that sends most.
    bytes: u64,
    most: u64,
}

impl<'a> Chart<'a> {
    pub(super) fn new(graph: &'a Graph, measured: &Measured) -> Self {
        let layers = Layers::of(graph);
        let of_box = |vertex: usize| graph.cards.get(vertex).map_or(0.0, height);
        let heights: Vec<f64> = (0..layers.vertices.len()).map(of_box).collect();
        let (middles, height) = place(&layers, &heights);
        let mut columns = Vec::new();
        let mut x = 0.0;
        for column in &layers.columns {
            let widths = column.iter().filter_map(|vertex| graph.cards.get(*vertex)).map(width);
            let widest = widths.fold(0.0, f64::max);
            columns.push((x, widest));
            // A program without inputs has no first column.
            x += if widest > 0.0 { widest + BETWEEN } else { 0.0 };
        }
        let most = graph.cards.iter().map(|found| found.cost.bytes()).max().unwrap_or(0);
        Self { graph, layers, middles, heights, columns, height, bytes: measured.bytes(), most }
    }

    pub(super) fn width(&self) -> f64 {
        self.columns.last().map_or(0.0, |(x, width)| x + width)
    }

    pub(super) fn height(&self) -> f64 {
        self.height
    }

    pub(super) fn draw(&self, picture: &mut Picture, origin: (f64, f64)) {
        self.links(picture, origin);
        for (vertex, found) in self.graph.cards.iter().enumerate() {
            let (x, _) = self.columns[self.layers.vertices[vertex].column];
            let y = self.middles[vertex] - self.heights[vertex] / 2.0;
            let area = Area { x: origin.0 + x, y: origin.1 + y, width: width(found), height: self.heights[vertex] };
            self.one(picture, found, area);
        }
    }

    fn links(&self, picture: &mut Picture, (left, top): (f64, f64)) {
        let (starts, ends) = (self.ports(false), self.ports(true));
        for (link, (start, end)) in self.layers.links.iter().zip(starts.into_iter().zip(ends)) {
            let colour = tint(link.home, 0.62);
            let x = |vertex: usize| left + self.columns[self.layers.vertices[vertex].column].0;
            let right = |vertex: usize| x(vertex) + self.graph.cards.get(vertex).map_or(0.0, width);
            let mut from = (right(link.from), top + start);
            if self.layers.vertices[link.from].bend {
                // Through the column, and then on.
                let beyond = x(link.from) + self.columns[self.layers.vertices[link.from].column].1;
                let through = top + self.middles[link.from];
                picture.curve((from.0, through), (beyond, through), &colour);
                from = (beyond, through);
            }
            let to = (x(link.to), top + end);
            picture.curve(from, to, &colour);
            if !self.layers.vertices[link.to].bend {
                picture.polygon(&[(to.0, to.1), (to.0 - 7.0, to.1 - 3.6), (to.0 - 7.0, to.1 + 3.6)], &colour);
            }
        }
    }

    /// By link: where it leaves or enters its box. Those of one box stand below each other in the order of the others'
    /// places.
    fn ports(&self, entering: bool) -> Vec<f64> {
        let links = &self.layers.links;
        let near = |link: usize| if entering { links[link].to } else { links[link].from };
        let far = |link: usize| self.middles[if entering { links[link].from } else { links[link].to }];
        let mut order: Vec<usize> = (0..links.len()).collect();
        order.sort_by(|a, b| near(*a).cmp(&near(*b)).then(far(*a).total_cmp(&far(*b))));
        let mut ports = vec![0.0; links.len()];
        for group in order.chunk_by(|a, b| near(*a) == near(*b)) {
            let vertex = near(group[0]);
            let apart = ((self.heights[vertex] - 16.0) / group.len() as f64).clamp(0.0, 11.0);
            for (place, link) in group.iter().enumerate() {
                ports[*link] = self.middles[vertex] + apart * (place as f64 - (group.len() - 1) as f64 / 2.0);
            }
        }
        ports
    }

    fn one(&self, picture: &mut Picture, found: &Card, area: Area) {
        let radius = if found.role == CardRole::Output { 16.0 } else { 5.0 };
        let full = self.full(found);
        picture.rounded(area, radius, &tint(found.home, self.strength(found)), Some(&tint(found.home, 0.85)), &full);
        if found.role == CardRole::Statement {
            homes(picture, found, area);
        }
        let (left, room) = (area.x + indent(found), room(found));
        let badge = self.badge(picture, &found.cost, (area.x + area.width - 8.0, area.y + 9.0), &full);
        let title = Style::new(13.5, INK).bold();
        picture.text(left, area.y + 21.0, &title, &title.fitted(&found.title, room - badge));
        let mut y = area.y + 39.0;
        for line in text_lines(found) {
            picture.text(left, y, &text_style(found), &line);
            y += LINE;
        }
        if let Some(note) = &found.note {
            let style = Style::new(11.0, FAINT);
            picture.text(left, y, &style, &style.fitted(note, room));
            y += LINE;
        }
        for used in found.uses.iter().take(MOST_USES) {
            let below = y + use_height(used) - USE;
            self.used(picture, found.home, used, Area { x: left, y: below - 7.0, width: room, height: USE - 5.0 });
            y += use_height(used);
        }
        if found.uses.len() > MOST_USES {
            let style = Style::new(11.0, FAINT);
            picture.text(left, y + 5.0, &style, &format!("and {} more", found.uses.len() - MOST_USES));
        }
    }

    /// A function in a box, as a card; as several if its body stands for several.
    fn used(&self, picture: &mut Picture, home: Home, used: &Use, area: Area) {
        let border = tint(home, 0.7);
        let title = format!("{}\n{}", used.label, figures(&used.cost));
        let shifts: &[f64] = if used.repeated { &[BEHIND, BEHIND / 2.0, 0.0] } else { &[0.0] };
        for &shift in shifts {
            let card = Area { x: area.x + shift, y: area.y - shift, width: area.width - 6.0, ..area };
            picture.rounded(card, 4.0, WHITE, Some(&border), &title);
        }
        let badge = self.badge(picture, &used.cost, (area.x + area.width - 9.0, area.y + 2.5), &title);
        let style = Style::new(11.5, INK);
        picture.text(area.x + 8.0, area.y + 14.5, &style, &style.fitted(&used.label, area.width - 24.0 - badge));
    }

    /// The share of the cost, in a colour that says as much, if there is any. Gives the room that it takes.
    fn badge(&self, picture: &mut Picture, cost: &LineCost, (right, y): (f64, f64), title: &str) -> f64 {
        if cost.bytes() == 0 {
            return 0.0;
        }
        let share = cost.bytes() as f64 / self.bytes.max(1) as f64;
        let percent = 100.0 * share;
        let text = if percent < 0.1 { "< 0.1 %".to_owned() } else { format!("{percent:.1} %") };
        let style = Style::new(10.5, if share > 0.5 { WHITE } else { INK }).bold().middle();
        let width = style.width(&text) + 10.0;
        picture.rounded(Area { x: right - width, y, width, height: 16.0 }, 8.0, &heat(share), None, title);
        picture.text(right - width / 2.0, y + 11.8, &style, &text);
        width + 8.0
    }

    /// How strongly a box is coloured.
    fn strength(&self, found: &Card) -> f64 {
        let share = if self.most == 0 { 0.0 } else { found.cost.bytes() as f64 / self.most as f64 };
        0.10 + 0.38 * share.sqrt()
    }

    /// Everything about a box.
    fn full(&self, found: &Card) -> String {
        let mut lines = vec![found.full.clone()];
        lines.extend(found.note.clone());
        lines.push(words(found.home).to_owned());
        lines.extend(found.uses.iter().map(|used| format!("uses {}", used.label)));
        if found.role != CardRole::Input {
            lines.push(figures(&found.cost));
        }
        lines.join("\n")
    }
}

/// The homes of a box's steps, below each other on its left.
fn homes(picture: &mut Picture, found: &Card, area: Area) {
    let title: Vec<&str> = found.homes.iter().map(|home| words(*home)).collect();
    let height = (area.height - 2.0) / found.homes.len().max(1) as f64;
    for (place, home) in found.homes.iter().enumerate() {
        let y = area.y + 1.0 + height * place as f64;
        let piece = Area { x: area.x + 1.0, y, width: BAND, height };
        picture.rectangle(piece, &tint(*home, 1.0), &title.join(", then "));
    }
}

fn figures(cost: &LineCost) -> String {
    let [set_up, preprocessing, online] = cost.bytes.map(bytes_text);
    format!(
        "{} AND gates, {} multiplications, {} rounds of its own\nset-up {set_up}, preprocessing {preprocessing}, online \
         {online}",
        count_text(cost.and_gates),
        count_text(cost.multiplications),
        cost.rounds,
    )
}

/// Where the texts of a box begin, and the room that they have.
fn indent(found: &Card) -> f64 {
    if found.role == CardRole::Statement { BAND + 10.0 } else { 14.0 }
}

fn room(found: &Card) -> f64 {
    width(found) - indent(found) - 12.0
}

fn text_style(found: &Card) -> Style {
    if found.role == CardRole::Output { Style::new(11.5, FAINT) } else { Style::new(11.0, FAINT).code() }
}

/// The text of a box: on two lines, if it does not fit on one.
fn text_lines(found: &Card) -> Vec<String> {
    let (style, room) = (text_style(found), room(found));
    let (first, rest) = style.broken(&found.text, room);
    let rest = if rest.is_empty() { None } else { Some(style.fitted(rest, room)) };
    std::iter::once(first.to_owned()).chain(rest).collect()
}

fn width(found: &Card) -> f64 {
    WIDTHS[found.role as usize]
}

fn use_height(used: &Use) -> f64 {
    USE + if used.repeated { BEHIND } else { 0.0 }
}

fn height(found: &Card) -> f64 {
    let shown: f64 = found.uses.iter().take(MOST_USES).map(use_height).sum();
    let rest = if found.uses.len() > MOST_USES { LINE } else { 0.0 };
    let more = text_lines(found).len() - 1 + usize::from(found.note.is_some());
    HEIGHT + LINE * more as f64 + shown + rest
}
