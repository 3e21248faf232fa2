//! Where heavy local work runs. The engine never spawns: it is handed one of these.

/// Runs independent pieces of work and returns when all are done.
pub trait Compute: Send + Sync {
    /// How many pieces may run at once; callers cut their work accordingly.
    fn workers(&self) -> usize;
    /// Runs every task, in any order, and returns when the last has finished.
    fn run<'a>(&self, tasks: Vec<Box<dyn FnOnce() + Send + 'a>>);
}

/// One task after the other on the calling thread: what simulations and tests use, so that a run replays.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sequential;

impl Compute for Sequential {
    fn workers(&self) -> usize {
        1
    }

    fn run<'a>(&self, tasks: Vec<Box<dyn FnOnce() + Send + 'a>>) {
        tasks.into_iter().for_each(|task| task());
    }
}
