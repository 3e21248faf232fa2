//! Outputs with gaps.

/// What stands for anything.
const GAP: &str = "…";

/// Whether the lines of an output are those of the book.
pub(crate) fn is_as_written(written: &[String], found: &[String]) -> bool {
    match written.split_first() {
        None => found.is_empty(),
        Some((line, rest)) if line.trim() == GAP => {
            (0..=found.len()).any(|skipped| is_as_written(rest, &found[skipped..]))
        }
        Some((line, rest)) => {
            let first = found.first().is_some_and(|first| line_is_as_written(line.trim_end(), first.trim_end()));
            first && is_as_written(rest, &found[1..])
        }
    }
}

fn line_is_as_written(written: &str, found: &str) -> bool {
    let Some((before, after)) = written.split_once(GAP) else { return written == found };
    let Some(rest) = found.strip_prefix(before) else { return false };
    (0..=rest.len())
        .filter(|skipped| rest.is_char_boundary(*skipped))
        .any(|skipped| line_is_as_written(after, &rest[skipped..]))
}

/// What is different in every run does not go into the book: directories, times, keys, digests of sessions.
pub(crate) fn without_chance(line: &str, directory: &str) -> String {
    if line.starts_with("time  ") {
        return format!("time      {GAP}");
    }
    if line.bytes().all(|b| b.is_ascii_hexdigit()) {
        return line.to_owned();
    }
    let line = line.replace(directory, GAP);
    let (mut out, mut run) = (String::new(), String::new());
    for c in line.chars().chain(['\n']) {
        if c.is_ascii_digit() || ('a'..='f').contains(&c) {
            run.push(c);
            continue;
        }
        let is_chance = run.len() >= 16 && run.bytes().any(|b| b.is_ascii_lowercase());
        out += if is_chance { GAP } else { &run };
        run.clear();
        out.push(c);
    }
    out.trim_end().to_owned()
}

#[test]
fn gaps_stand_for_anything() {
    let lines = |text: &str| text.lines().map(ToOwned::to_owned).collect::<Vec<_>>();
    let is = |written: &str, found: &str| is_as_written(&lines(written), &lines(found));
    assert!(is("a\nb", "a\nb") && is("", "") && is("time …", "time 0.3 s"));
    assert!(is("a…c…\nd", "a b c\nd") && is("…\nd", "a\nb\nd") && is("a\n…", "a") && is("…\nb\n…", "a\nb\nc"));
    assert!(
        !is("a … c …\nd", "a b c\nd")
            && !is("a", "a\nb")
            && !is("a\nb", "a")
            && !is("…\nd", "a\nb")
            && !is("…x", "y")
            && !is("", "a")
    );
    assert_eq!(without_chance(&format!("in /t/x: {}, abc", "0f".repeat(8)), "/t/x"), "in …: …, abc");
}
