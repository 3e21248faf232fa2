//! Which columns of a file are wanted.

use crate::error::{DataError, Problem};
use crate::place::Place;
use crate::spelling::closest_first;

/// The wanted columns of a file, by position: readers want ascending positions, users have an order of their own.
#[derive(Debug)]
pub(crate) struct Projection {
    /// Positions in the file, ascending.
    indices: Vec<usize>,
    /// For each of them, its position among the wanted columns.
    ranks: Vec<usize>,
}

impl Projection {
    pub(crate) fn new(source: &str, names: &[String], wanted: &[String]) -> Result<Self, DataError> {
        let mut found = Vec::with_capacity(wanted.len());
        for (rank, name) in wanted.iter().enumerate() {
            found.push((position(source, names, name)?, rank));
        }
        found.sort_unstable();
        let (indices, ranks) = found.into_iter().unzip();
        Ok(Self { indices, ranks })
    }

    /// The positions in the file, ascending.
    pub(crate) fn indices(&self) -> &[usize] {
        &self.indices
    }

    /// Brings columns from the order of the file into the order in which they are wanted.
    pub(crate) fn as_wanted<T>(&self, columns: Vec<T>) -> Vec<T> {
        let mut ranked: Vec<_> = self.ranks.iter().zip(columns).collect();
        ranked.sort_by_key(|(rank, _)| **rank);
        ranked.into_iter().map(|(_, column)| column).collect()
    }
}

fn position(source: &str, names: &[String], wanted: &str) -> Result<usize, DataError> {
    let mut positions = names.iter().enumerate().filter(|(_, name)| *name == wanted).map(|(at, _)| at);
    let problem = match (positions.next(), positions.next()) {
        (Some(at), None) => return Ok(at),
        (Some(_), Some(_)) => Problem::DuplicateColumn(wanted.to_owned()),
        (None, _) => Problem::MissingColumn { wanted: wanted.to_owned(), columns: closest_first(wanted, names) },
    };
    Err(DataError::new(Place::whole(source), problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn columns_come_back_in_the_wanted_order() {
        let projection = Projection::new("x", &names(&["a", "b", "c", "d"]), &names(&["d", "a", "c"])).unwrap();
        assert_eq!(projection.indices(), [0, 2, 3]);
        assert_eq!(projection.as_wanted(vec!["a", "c", "d"]), ["d", "a", "c"]);
    }

    #[test]
    fn a_name_must_exist_and_be_the_only_one() {
        let columns = names(&["id", "age", "age"]);
        let error = |wanted| Projection::new("x.csv", &columns, &names(&[wanted])).unwrap_err().to_string();
        assert_eq!(error("agee"), "x.csv: there is no column agee; the columns are age, age, id");
        assert!(error("age").starts_with("x.csv: two columns have the name age"));
    }
}
