//! Heavy local work on the machine's processors.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};
use std::thread;

use quorate_engine::compute::Compute;

/// Runs the engine's tasks on threads of their own, as many at once as there are processors.
#[derive(Clone, Copy, Debug)]
pub struct Threads {
    workers: usize,
}

impl Threads {
    /// One worker for each processor that this process may use.
    pub fn new() -> Self {
        Self { workers: thread::available_parallelism().map_or(1, NonZeroUsize::get) }
    }
}

impl Default for Threads {
    fn default() -> Self {
        Self::new()
    }
}

type Task<'a> = Box<dyn FnOnce() + Send + 'a>;

impl Compute for Threads {
    fn workers(&self) -> usize {
        self.workers
    }

    fn run<'a>(&self, tasks: Vec<Task<'a>>) {
        let helpers = self.workers.min(tasks.len()).saturating_sub(1);
        let queue = Mutex::new(VecDeque::from(tasks));
        // The calling thread works too: a single task starts no thread.
        thread::scope(|scope| {
            for _ in 0..helpers {
                scope.spawn(|| work(&queue));
            }
            work(&queue);
        });
    }
}

fn work(queue: &Mutex<VecDeque<Task<'_>>>) {
    while let Some(task) = next(queue) {
        task();
    }
}

/// Takes the lock for no longer than it takes to pick a task.
fn next<'a>(queue: &Mutex<VecDeque<Task<'a>>>) -> Option<Task<'a>> {
    queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn every_task_runs_once() {
        let done = AtomicUsize::new(0);
        let tasks: Vec<Task<'_>> = (0..100)
            .map(|i| {
                let done = &done;
                Box::new(move || {
                    done.fetch_add(i, Ordering::Relaxed);
                }) as Task<'_>
            })
            .collect();
        Threads { workers: 3 }.run(tasks);
        assert_eq!(done.into_inner(), 4950);
    }
}
