//! Which of the names that exist the user probably meant.

/// The names in order of their likeness to the wanted one, the closest first; equally close ones keep their order.
pub(crate) fn closest_first(wanted: &str, names: &[String]) -> Vec<String> {
    let wanted = wanted.to_lowercase();
    let mut names = names.to_vec();
    names.sort_by_cached_key(|name| distance(&wanted, &name.to_lowercase()));
    names
}

/// The number of letters to insert, remove or replace on the way from one word to the other (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut costs: Vec<usize> = (0..=to.len()).collect();
    for (row, letter) in from.chars().enumerate() {
        let mut diagonal = costs[0];
        costs[0] = row + 1;
        for (column, other) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = costs[column + 1];
            costs[column + 1] = replaced.min(diagonal + 1).min(costs[column] + 1);
        }
    }
    costs[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "age"), 3);
        assert_eq!(distance("age", "age"), 0);
    }

    #[test]
    fn the_closest_name_comes_first() {
        let names = ["patient_id", "sex", "Age", "stage"].map(str::to_owned);
        assert_eq!(closest_first("agee", &names)[0], "Age");
        assert_eq!(closest_first("patientid", &names)[0], "patient_id");
    }
}
