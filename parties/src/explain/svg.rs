//! A picture as SVG 1.1 text: rectangles and lines of text, and nothing that a viewer would have to load.

use std::fmt::Write;

/// Letters of one width, spaces kept.
const CODE: &str =
    " xml:space=\"preserve\" font-family=\"'JetBrains Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace\"";

/// A picture that is being drawn; lengths are in pixels.
pub(super) struct Picture {
    width: f64,
    body: String,
}

/// How a line of text looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    pub(super) size: f64,
    pub(super) colour: &'static str,
    pub(super) bold: bool,
    /// Letters of one width, for program text.
    pub(super) code: bool,
    /// Whether the text ends at its place.
    pub(super) right: bool,
}

/// A rectangle.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Style {
    /// Text of this size and colour.
    pub(super) const fn new(size: f64, colour: &'static str) -> Self {
        Self { size, colour, bold: false, code: false, right: false }
    }

    pub(super) const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(super) const fn code(self) -> Self {
        Self { code: true, ..self }
    }

    pub(super) const fn right(self) -> Self {
        Self { right: true, ..self }
    }

    /// How wide a text is about: what is measured of common fonts, a little more rather than less.
    pub(super) fn width(&self, text: &str) -> f64 {
        let letter = if self.code { 0.605 } else { 0.56 };
        text.chars().count() as f64 * letter * self.size
    }

    /// As much of a text as is `room` wide; nothing if that is not worth reading.
    pub(super) fn fitted(&self, text: &str, room: f64) -> String {
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
    pub(super) fn new(width: f64) -> Self {
        Self { width, body: String::new() }
    }

    /// A filled rectangle; `title` shows when a pointer rests on it.
    pub(super) fn rectangle(&mut self, area: Area, colour: &str, title: &str) {
        let Area { x, y, width, height } = area;
        let title = if title.is_empty() { String::new() } else { format!("<title>{}</title>", escaped(title)) };
        // Writing to a string cannot fail.
        let _ = writeln!(
            self.body,
            r#"<rect x="{x:.2}" y="{y:.2}" width="{width:.2}" height="{height:.2}" rx="2" fill="{colour}">{title}</rect>"#
        );
    }

    /// A line of text on the base line `y`.
    pub(super) fn text(&mut self, x: f64, y: f64, style: &Style, text: &str) {
        if text.is_empty() {
            return;
        }
        let family = if style.code { CODE } else { "" };
        let weight = if style.bold { " font-weight=\"600\"" } else { "" };
        let anchor = if style.right { " text-anchor=\"end\"" } else { "" };
        let _ = writeln!(
            self.body,
            r#"<text x="{x:.2}" y="{y:.2}" font-size="{}" fill="{}"{family}{weight}{anchor}>{}</text>"#,
            style.size,
            style.colour,
            escaped(text)
        );
    }

    /// The whole file, with a name for those who cannot see it.
    pub(super) fn finish(self, height: f64, name: &str) -> String {
        let Self { width, body } = self;
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
pub(super) fn escaped(text: &str) -> String {
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
}
