//! The rules of the house (`ARCHITECTURE.md`), over all sources of the workspace.

use std::collections::BTreeSet;

use quorate_testkit::tidy::{self, sources};

#[track_caller]
fn none(breaches: Vec<String>) {
    assert!(breaches.is_empty(), "\n{}\n", breaches.join("\n"));
}

#[test]
fn layers_of_the_engine_look_down() {
    none(tidy::layering(&sources()));
}

#[test]
fn floors_of_the_house_look_down() {
    none(tidy::floors(&sources()));
}

#[test]
fn files_are_short() {
    none(tidy::lengths(&sources()));
}

#[test]
fn functions_fit_a_screen() {
    none(tidy::long_functions(&sources(), 70));
}

#[test]
fn files_are_named_for_what_they_hold() {
    none(tidy::names(&sources()));
}

#[test]
fn nothing_is_left_for_later() {
    none(tidy::unfinished(&sources()));
}

#[test]
fn only_the_kernels_may_be_unsafe() {
    none(tidy::unsafe_code(&sources()));
}

#[test]
fn sources_name_no_other_engine_and_no_machine() {
    none(tidy::strangers(&sources()));
}

/// A tag that two steps share would let one pass for the other.
#[test]
fn steps_have_names_and_tags_of_their_own() {
    let steps = tidy::steps(&sources());
    assert!(steps.len() > 10, "the search finds steps");
    let tags: BTreeSet<u32> = steps.iter().map(|step| step.tag()).collect();
    assert_eq!(tags.len(), steps.len());
}
