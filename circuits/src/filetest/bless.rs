//! Figures brought up to date.

use super::check::Correction;

/// The source with these figures in the place of those that stand there.
pub fn blessed(source: &str, corrections: &[Correction]) -> String {
    let mut corrections = corrections.to_vec();
    // From the last to the first of a line, so that columns before stay what they are.
    corrections.sort_by_key(|c| std::cmp::Reverse((c.span.line, c.span.column)));
    let mut lines: Vec<String> = source.split_inclusive('\n').map(str::to_owned).collect();
    for Correction { span, value } in corrections {
        let Some(line) = lines.get_mut(span.line.saturating_sub(1) as usize) else { continue };
        let characters: Vec<char> = line.chars().collect();
        let from = (span.column.saturating_sub(1) as usize).min(characters.len());
        let to = (from + span.length as usize).min(characters.len());
        let (before, after): (String, String) =
            (characters[..from].iter().collect(), characters[to..].iter().collect());
        *line = format!("{before}{value}{after}");
    }
    lines.concat()
}
