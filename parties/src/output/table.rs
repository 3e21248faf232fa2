//! Tables for a terminal.

use comfy_table::{ContentArrangement, LineStyle, Table, TableStyle};

/// A line below the header, and nothing else that is not content.
const PLAIN: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// Below this width, as some terminals report when they know none, lines are better broken by the terminal.
const NARROWEST: u16 = 60;

/// A table with a header, as wide as the terminal allows.
pub fn grid<R: IntoIterator<Item = String>>(header: &[&str], rows: impl IntoIterator<Item = R>) -> String {
    let mut table = Table::new();
    table.load_style(PLAIN).set_header(header.to_vec());
    if table.width().is_some_and(|width| width >= NARROWEST) {
        table.set_content_arrangement(ContentArrangement::Dynamic);
    }
    for row in rows {
        table.add_row(row);
    }
    let text = table.to_string();
    // Cells are padded to the column's width; at the end of a line that is noise.
    text.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}
