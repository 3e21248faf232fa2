use proptest::prelude::*;

use super::{Checked, Expected, InTheClear, blessed, check, parse};

const RICHER: &str = "program p\nrole a\nrole b\ninput a.x: u8\ninput b.y: fixed(2) in -10..=10\n\
                      reveal more = share(a.x) > share(b.y) to all\nreveal sum = share(a.x) + share(b.y) to a\n\
                      output half = more\n";

fn checked(directives: &str) -> Checked {
    let source = format!("{RICHER}{directives}\n");
    check(&source, &crate::text::Library, &InTheClear).unwrap_or_else(|e| panic!("{}", e.render("p.qp", &source)))
}

/// The first miss: what, expected, found.
fn missed(directives: &str) -> [String; 3] {
    let mut misses = checked(directives).misses;
    assert!(!misses.is_empty(), "{directives} holds");
    let miss = misses.remove(0);
    [miss.what, miss.expected, miss.found]
}

#[test]
fn what_holds_holds() {
    for directives in [
        "#: run: a.x = 3, b.y = 2.99 -> more = true, sum = 5.990",
        "#: run: a.x = 3, b.y = -3 ->\n#: sum = 0/7",
        "#: fails: a.x = 256, b.y = 0 -> \"must lie in 0..=255\"",
        "#: fails: a.x = 1 -> \"missing\"",
        "#: error with rows = 3: \"no parameter rows\"",
        "#: explain: reveals more to all; reveals sum to a; reveals half to all; reveals nothing else; sizes none",
        "#: explain: no lint \"unicorn\"",
        "#: run:\n#:   a.x = 3,\n#:   b.y = 2 ->\n#:   more = 1",
    ] {
        assert!(checked(directives).misses.is_empty(), "{directives}: {:?}", checked(directives).misses);
    }
}

#[test]
fn what_does_not_hold_is_said() {
    let expected = |what: &str, expected: &str, found: &str| [what, expected, found].map(str::to_owned);
    assert_eq!(missed("#: run: a.x = 3, b.y = 2.5 -> sum = 6"), expected("sum in the clear", "6", "5.5"));
    assert_eq!(missed("#: run: a.x = 3, b.y = 2.5 -> more = false"), expected("more in the clear", "false", "true"));
    assert_eq!(
        missed("#: fails: a.x = 3, b.y = 2.5 -> \"must lie\""),
        expected("the run in the clear", "it stops: \"must lie\"", "it ends with outputs")
    );
    assert!(missed("#: run: a.x = 300, b.y = 0 -> sum = 300")[2].contains("must lie in 0..=255"));
    assert_eq!(missed("#: explain: reveals sum to b")[2], "sum to a");
    assert_eq!(missed("#: explain: reveals sum to a; reveals nothing else")[2], "more, half");
    assert_eq!(missed("#: explain: b.y solvable by nobody")[2], "b.y solvable by a");
    assert_eq!(missed("#: error with rows = 3: \"unicorn\"")[0], "the refusal");
}

#[test]
fn misses_point_at_the_value() {
    let miss = &checked("# a comment\n#: run: a.x = 3, b.y = 2.5 -> more = true, sum = 6").misses[0];
    assert_eq!((miss.span.line, miss.span.column), (10, 50));
}

#[test]
fn malformed_expectations_point_at_the_place() {
    let cases = [
        ("#: rnu: a.x = 1 -> sum = 1", 9, 4, "rnu begins no expectation"),
        ("# run: a.x = 1 -> sum = 1", 9, 1, "looks like an expectation"),
        ("# run with rows = 3: a.x = 1 -> sum = 1", 9, 1, "looks like an expectation"),
        ("# run it as often as you like: nothing changes\n#: run a", 10, 8, "a has no meaning here"),
        ("output s = 1 #: run: a.x = 1 -> sum = 1", 9, 14, "a line of its own"),
        ("#:", 9, 1, "an expectation is missing"),
        ("#: run: a.x = 1", 9, 15, "expected \"->\""),
        ("#: run: a.x = 1 ->", 9, 17, "ends in the middle"),
        ("#: run: a.x = 1 -> sum", 9, 20, "expected \"=\""),
        ("#: run: a.x = 1 -> sum = 1 2", 9, 28, "should end here"),
        ("#: run: a.x = yes -> sum = 1", 9, 15, "yes is no value"),
        ("#: run: a.x = 1e5 -> sum = 1", 9, 15, "1e5 is no number"),
        ("#: run: a.x = 1, a.x = 2 -> sum = 1", 9, 18, "given twice"),
        ("#: run: a.x = 1, b.y = 1 -> sum = 1/0", 9, 37, "does not exist"),
        ("#: run: a.x = 1, b.y = 1.555 -> sum = 1", 9, 24, "b.y has 2 decimals; this number has 3"),
        ("#: run: a.x = [1], b.y = 1 -> sum = 1", 9, 15, "a.x is a single value"),
        ("#: run: a.x = true, b.y = 1 -> sum = 1", 9, 15, "takes numbers, not bits"),
        ("#: run: a.x = 1, b.y = 1 -> sum = true", 9, 35, "sum is a number, not a bit"),
        ("#: run: a.x = 1, b.y = 1 -> sum = [1]", 9, 35, "sum is a single value"),
        ("#: run: a.x = 1, b.y = 1 -> total = 1", 9, 29, "no output total"),
        ("#: run: a.z = 1, b.y = 1 -> sum = 1", 9, 9, "no input a.z"),
        ("#: run: x = 1, b.y = 1 -> sum = 1", 9, 9, "no input x"),
        ("#: run: a.x = [[[1]]], b.y = 1 -> sum = 1", 9, 17, "nest at most 2 deep"),
        ("#: run with rows = 3: a.x = 1, b.y = 1 -> sum = 1", 9, 4, "no parameter rows"),
        ("#: run with: a.x = 1, b.y = 1 -> sum = 1", 9, 12, "expected the name of a parameter"),
        ("#: run drawing 5: a.x = 1, b.y = 1 -> sum = 1", 9, 4, "1 numbers are drawn here, and 0"),
        ("#: run at 1:2: a.x = 1, b.y = 1 -> sum = 1", 9, 8, "at does not go with run"),
        ("#: run under x under y: a.x = 1, b.y = 1 -> sum = 1", 9, 16, "under stands here twice"),
        ("#: fails: a.x = 1 -> \"\"", 9, 22, "the empty text"),
        ("#: fails: a.x = 1 -> unquoted", 9, 22, "a text in quotes"),
        ("#: fails: a.x = 1 -> \"open", 9, 22, "never closed"),
        ("#: explain under yao: gates = 1", 9, 23, "gates is no figure"),
        ("#: explain under yao: rounds = -1", 9, 32, "a whole number"),
        ("#: explain: revels sum to a", 9, 13, "revels begins no remark"),
        ("#: explain: no lint", 9, 16, "ends in the middle"),
        ("#: error: \"x\"\n#: run: a.x = 1, b.y = 1 -> sum = 1", 10, 4, "nothing else can be expected"),
        ("#: run: a.x = 1 $ -> sum = 1", 9, 17, "no meaning in an expectation"),
    ];
    for (directives, line, column, message) in cases {
        let source = format!("{RICHER}{directives}\n");
        let error = check(&source, &crate::text::Library, &InTheClear).expect_err(directives);
        assert!(error.message.contains(message), "{directives}: {error}");
        assert_eq!((error.span.line, error.span.column), (line, column), "{directives}: {error}");
    }
    let silent = check(RICHER, &crate::text::Library, &InTheClear).expect_err("nothing is expected");
    assert!(silent.message.contains("nothing is expected"));
}

#[test]
fn refusals_are_compared_with_their_place() {
    let refused = |directive: &str| {
        let source = format!("program p\nrole a\ninput a.x: u8\nreveal s = a.x to all\n{directive}\n");
        check(&source, &crate::text::Library, &InTheClear).expect("well-formed expectations").misses
    };
    assert!(refused("#: error at 4:8: \"only a secret value\"").is_empty());
    assert!(refused("#: error: \"share it first\"").is_empty());
    assert_eq!(refused("#: error at 4:9: \"only a secret value\"").len(), 1);
    assert_eq!(refused("#: error: \"unicorn\"").len(), 1);
    let sound = check(&format!("{RICHER}#: error: \"x\"\n"), &crate::text::Library, &InTheClear).expect("well formed");
    assert_eq!(sound.misses[0].found, "it is accepted");
}

#[test]
fn sizes_and_families_follow_from_the_inputs() {
    let source = "program p\nparameter n in 1..=9\nparameter edges[2..=9]: i8 default [0, 1]\nrole r[n]\nrole o\nsize rows in 1..=9\n\
                  size columns[r] in 1..=9\nprivate size own[r] in 1..=9\ninput r.x[rows, columns]: i8\ninput r.z[own]: i8 in 0..9\n\
                  input o.w[total columns]: i8\nlet s = sum_over(r, dot(share(r.x), share(part(o.w, columns))))\n\
                  reveal total = s to all\nreveal h = sum_over(r, share(histogram_by(r.z, r.z, edges, 9))) to all\n\
                  reveal count = sum_over(r, share(count_by(r.z, 9))) to all\n\
                  reveal least = min_over(r, share(min_by(r.z, r.z, 9))) when count > 0 to all\n";
    let run = "#: run with edges = [0, 2, 4]: r_1.x = [[1, 2], [3, 4]], r_2.x = [[5], [6]], o.w = [1, 10, 100], r_1.z = [0, 0, 3],\n\
               #:   r_2.z = [3] -> total = [521, 643], count = [2, 0, 0, 2, 0, 0, 0, 0, 0],\n\
               #:   least = [0, blank, blank, 3, blank, blank, blank, blank, blank],\n\
               #:   h = [[2, 0], [0, 0], [0, 0], [0, 2], [0, 0], [0, 0], [0, 0], [0, 0], [0, 0]]\n\
               #: explain with n = 2: sizes rows, columns[r_1], columns[r_2]";
    let checked = check(&format!("{source}{run}"), &crate::text::Library, &InTheClear);
    assert_eq!(checked.expect("well formed").misses, []);
    let uneven = "#: run: r_1.x = [[1], [2]], r_2.x = [[5]], o.w = [1, 2], r_1.z = [1], r_2.z = [1] -> total = [1]";
    let error = check(&format!("{source}{uneven}"), &crate::text::Library, &InTheClear).expect_err("rows differ");
    assert!(error.message.contains("rows is 1 here and 2 in an input before"), "{error}");
    let private =
        check(&format!("{source}#: explain with own = 3, n = 1: no lints"), &crate::text::Library, &InTheClear)
            .expect_err("private");
    assert!(private.message.contains("own is private"));
}

#[test]
fn what_is_drawn_is_given_or_does_not_matter() {
    let source = "program p\nrole a\nrole b\ninput a.x: u8\nlet r = random_bits(9)\nreveal ticket = r to all\nreveal x = share(a.x) to b\n";
    let misses = |directive: &str| {
        check(&format!("{source}{directive}"), &crate::text::Library, &InTheClear).map(|c| c.misses.len())
    };
    assert_eq!(misses("#: run drawing 300: a.x = 1 -> ticket = 300"), Ok(0));
    assert_eq!(misses("#: run: a.x = 1 -> x = 1"), Ok(0));
    assert_eq!(misses("#: run: a.x = 1 -> ticket = 300"), Ok(2));
    assert_eq!(misses("#: run: a.x = 1 -> ticket = 0"), Ok(1));
    assert!(misses("#: run drawing 512: a.x = 1 -> ticket = 512").is_err());
}

#[test]
fn numbers_beyond_a_word_do_not_come_back_as_others() {
    let source = "program p\nrole a\nrole b\ninput a.x: u128 in 0..=10\ninput b.y: i128 in -10..=10\nreveal y = share(a.x) + share(b.y) to a\n";
    for (x, y) in [("-1", "0"), ("340282366920938463463374607431768211457", "0"), ("0", "10^76"), ("0", "-10^40")] {
        let run = check(&format!("{source}#: run: a.x = {x}, b.y = {y} -> y = 0"), &crate::text::Library, &InTheClear);
        assert!(run.is_err() || run.is_ok_and(|c| c.misses[0].found.contains("must lie in")), "{x}, {y}");
    }
}

#[test]
fn figures_are_rewritten_in_place() {
    let source = "#: explain under yao: rounds = 7, bytes = 12\n# é\n";
    let Expected::Costs(figures) = &parse(source).expect("well formed")[0].expected else { panic!("figures") };
    let corrections: Vec<_> =
        figures.iter().map(|f| super::Correction { span: f.span, value: f.value * 1000 }).collect();
    assert_eq!(blessed(source, &corrections), "#: explain under yao: rounds = 7000, bytes = 12000\n# é\n");
}

proptest! {
    /// Whatever stands in a comment, it is understood or refused.
    #[test]
    fn no_text_is_a_panic(text in "(run|fails|explain|error| with| under| drawing| at|[a-z]\\.?[a-z]?|->|[\\[\\]:;,=/\".#^-]|[0-9]{1,3}| |\\n#:|é){0,40}") {
        let _ = check(&format!("{RICHER}#: {text}\n"), &crate::text::Library, &InTheClear);
    }
}
