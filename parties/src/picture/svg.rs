//! A picture as SVG 1.1 text: shapes and lines of text, and nothing that a viewer would have to load.

use std::fmt::Write;

/// Letters of one width, spaces kept.
const CODE: &str =
    " xml:space=\"preserve\" font-family=\"'JetBrains Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace\"";

/// A picture that is being drawn; lengths are in pixels.
#[derive(Debug, Default)]
pub(crate) struct Picture {
    body: String,
}

/// How a line of text looks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    pub(crate) size: f64,
    pub(crate) colour: &'static str,
    pub(crate) bold: bool,
    /// Letters of one width, for program text.
    pub(crate) code: bool,
    /// Which part of the text is at its place.
    pub(crate) anchor: Anchor,
}

/// The part of a text that is at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// A rectangle.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Area {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Style {
    /// Text of this size and colour.
    pub(crate) const fn new(size: f64, colour: &'static str) -> Self {
        Self { size, colour, bold: false, code: false, anchor: Anchor::Start }
    }

    pub(crate) const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(crate) const fn code(self) -> Self {
        Self { code: true, ..self }
    }

    /// The text ends at its place.
    pub(crate) const fn right(self) -> Self {
        Self { anchor: Anchor::End, ..self }
    }

    /// The middle of the text is at its place.
    pub(crate) const fn middle(self) -> Self {
        Self { anchor: Anchor::Middle, ..self }
    }

    /// How wide a text is about: what is measured of common fonts, a little more rather than less.
    pub(crate) fn width(&self, text: &str) -> f64 {
        let letter = match (self.code, self.bold) {
            (true, _) => 0.605,
            (false, true) => 0.64,
            (false, false) => 0.56,
        };
        text.chars().count() as f64 * letter * self.size
    }

    /// As much of a text as is `room` wide, up to a space if there is one, and the rest without the space.
    pub(crate) fn broken<'a>(&self, text: &'a str, room: f64) -> (&'a str, &'a str) {
        let letters = ((room / self.width("m")) as usize).max(1);
        let Some((end, _)) = text.char_indices().nth(letters) else { return (text, "") };
        let end = text[..end].rfind(' ').filter(|space| *space > 0).unwrap_or(end);
        (&text[..end], text[end..].trim_start())
    }

    /// As much of a text as is `room` wide; nothing if that is not worth reading.
    pub(crate) fn fitted(&self, text: &str, room: f64) -> String {
        if self.width(text) <= room {
            return text.to_owned();
        }
        let letters = (room / self.width("m")) as usize;
        if letters < 4 {
            return String::new();
        }
        text.chars().take(letters - 1).collect::<String>().trim_end().to_owned() + "…"
    }
}

impl Picture {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A filled rectangle, if it has any height; `title` shows when a pointer rests on it.
    pub(crate) fn rectangle(&mut self, area: Area, colour: &str, title: &str) {
        self.rounded(area, 2.0, colour, None, title);
    }

    /// A rectangle with corners of this radius and, if a colour is given for it, a border.
    pub(crate) fn rounded(&mut self, area: Area, radius: f64, colour: &str, border: Option<&str>, title: &str) {
        let Area { x, y, width, height } = area;
        if height <= 0.0 {
            return;
        }
        let border = border.map_or(String::new(), |border| format!(r#" stroke="{border}""#));
        let title = if title.is_empty() { String::new() } else { format!("<title>{}</title>", escaped(title)) };
        // Writing to a string cannot fail.
        let _ = writeln!(
            self.body,
            r#"<rect x="{x:.2}" y="{y:.2}" width="{width:.2}" height="{height:.2}" rx="{radius}" fill="{colour}"{border}>{title}</rect>"#
        );
    }

    /// A filled polygon.
    pub(crate) fn polygon(&mut self, corners: &[(f64, f64)], colour: &str) {
        let points: Vec<String> = corners.iter().map(|(x, y)| format!("{x:.2},{y:.2}")).collect();
        let _ = writeln!(self.body, r#"<polygon points="{}" fill="{colour}"/>"#, points.join(" "));
    }

    /// A straight line.
    pub(crate) fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), colour: &str) {
        let _ = writeln!(self.body, r#"<line x1="{x1:.2}" y1="{y1:.2}" x2="{x2:.2}" y2="{y2:.2}" stroke="{colour}"/>"#);
    }

    /// A curve from left to right that begins and ends level.
    pub(crate) fn curve(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), colour: &str) {
        let middle = (x1 + x2) / 2.0;
        let _ = writeln!(
            self.body,
            r#"<path d="M{x1:.2} {y1:.2}C{middle:.2} {y1:.2} {middle:.2} {y2:.2} {x2:.2} {y2:.2}" fill="none" stroke="{colour}" stroke-width="1.6"/>"#
        );
    }

    /// A line of text on the base line `y`.
    pub(crate) fn text(&mut self, x: f64, y: f64, style: &Style, text: &str) {
        if text.is_empty() {
            return;
        }
        let family = if style.code { CODE } else { "" };
        let weight = if style.bold { " font-weight=\"600\"" } else { "" };
        let anchor = match style.anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let _ = writeln!(
            self.body,
            r#"<text x="{x:.2}" y="{y:.2}" font-size="{}" fill="{}"{family}{weight}{anchor}>{}</text>"#,
            style.size,
            style.colour,
            escaped(text)
        );
    }

    /// The whole file, with a name for those who cannot see it.
    pub(crate) fn finish(self, width: f64, height: f64, name: &str) -> String {
        let body = self.body;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
             viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\" font-family=\"Inter, 'Segoe UI', 'DejaVu Sans', \
             Helvetica, Arial, sans-serif\">\n<title>{}</title>\n<style>text {{ pointer-events: none; }}</style>\n\
             <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n{body}</svg>\n",
            escaped(name)
        )
    }
}

/// Text without what XML gives a meaning to, or does not allow at all.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\t' => escaped += "    ",
            '\n' => escaped += "&#10;",
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            _ if letter.is_control() => escaped.push('\u{fffd}'),
            _ => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_is_markup() {
        assert_eq!(escaped("a < b & \"c\"\u{7}\n"), "a &lt; b &amp; &quot;c&quot;\u{fffd}&#10;");
    }

    #[test]
    fn labels_are_cut_to_their_room() {
        let style = Style::new(10.0, "#000");
        assert_eq!(style.fitted("short", 100.0), "short");
        assert_eq!(style.fitted("a rather long label", 56.0), "a rather…");
        assert_eq!(style.fitted("no room", 10.0), "");
    }

    #[test]
    fn texts_are_broken_at_spaces() {
        let style = Style::new(10.0, "#000");
        assert_eq!(style.broken("short", 100.0), ("short", ""));
        assert_eq!(style.broken("a rather long label", 60.0), ("a rather", "long label"));
        assert_eq!(style.broken("ääääääääääää", 60.0), ("ääääääääää", "ää"));
    }
}
