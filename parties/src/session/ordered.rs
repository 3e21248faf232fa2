//! Named values in a fixed order, each name once.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Named values in the order in which they were declared. In JSON this is an object; an object that has a name twice
/// is refused, because two readers would take it for two different things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ordered<V>(Vec<(String, V)>);

impl<V> Ordered<V> {
    /// No values.
    pub fn new() -> Self {
        Self(Vec::new())
    }

    /// The value of a name.
    pub fn find(&self, name: &str) -> Option<&V> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// Adds a value at the end; gives it back if the name is there already.
    ///
    /// # Errors
    /// The value, if the name is taken.
    pub fn insert(&mut self, name: impl Into<String>, value: V) -> Result<(), V> {
        let name = name.into();
        if self.find(&name).is_some() {
            return Err(value);
        }
        self.0.push((name, value));
        Ok(())
    }

    /// Names and values, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &V)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<V> Default for Ordered<V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<N: Into<String>, V> FromIterator<(N, V)> for Ordered<V> {
    /// Collects names and values; of a name that comes twice the first value stays.
    fn from_iter<I: IntoIterator<Item = (N, V)>>(items: I) -> Self {
        let mut ordered = Self::new();
        for (name, value) in items {
            let _ = ordered.insert(name, value);
        }
        ordered
    }
}

impl<V: Serialize> Serialize for Ordered<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Ordered<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OrderedVisitor(PhantomData))
    }
}

struct OrderedVisitor<V>(PhantomData<V>);

impl<'de, V: Deserialize<'de>> Visitor<'de> for OrderedVisitor<V> {
    type Value = Ordered<V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("names with values, each name once")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Ordered<V>, A::Error> {
        let mut ordered = Ordered::new();
        while let Some((name, value)) = map.next_entry::<String, V>()? {
            if ordered.find(&name).is_some() {
                return Err(A::Error::custom(format_args!("{name:?} stands there twice")));
            }
            ordered.0.push((name, value));
        }
        Ok(ordered)
    }
}
