//! What a user of the crate sees: sources as written, files as they are, errors as they read.

mod csv;
mod datasets;
mod parquet;
mod scaling;
mod scratch;
mod sources;
