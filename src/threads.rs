//! Work on several threads, with a result that doesn't depend on how many there are.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, Builder};

/// How many threads a compilation may use. The edge decides: the library doesn't ask the machine,
/// and produces the same bytes and reports with any number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Threads(NonZero<usize>);

impl Threads {
    /// Only the current thread.
    pub const ONE: Self = Self(NonZero::<usize>::MIN);

    /// This many threads.
    #[must_use]
    pub const fn new(number: NonZero<usize>) -> Self {
        Self(number)
    }

    /// Whether there is more than one.
    #[must_use]
    pub fn are_several(self) -> bool {
        self.0.get() > 1
    }

    /// Passes each of `all` to `make`, and the results to `take`, in order. At most [`AHEAD`]
    /// results per thread wait to be taken. A panic in `make` propagates to the caller.
    pub fn in_order<T: Sync, R: Send>(self, all: &[T], make: impl Fn(&T) -> R + Sync, mut take: impl FnMut(R)) {
        if !self.are_several() || all.len() < 2 {
            all.iter().map(make).for_each(take);
            return;
        }
        for wave in all.chunks(self.0.get().saturating_mul(AHEAD)) {
            self.wave(wave, &make).into_iter().for_each(&mut take);
        }
    }

    /// What `make` returns for each of `all`, in order. This is for many small things: a
    /// thread takes many of them at a time.
    pub fn map<T: Sync, R: Send>(self, all: &[T], make: impl Fn(&T) -> R + Sync) -> Vec<R> {
        let stretches: Vec<&[T]> = all.chunks(MANY).collect();
        let make = |stretch: &&[T]| stretch.iter().map(&make).collect::<Vec<R>>();
        let mut made = Vec::with_capacity(all.len());
        self.in_order(&stretches, make, |more| made.extend(more));
        made
    }

    /// What `make` returns for each of `all`, in order.
    fn wave<T: Sync, R: Send>(self, all: &[T], make: &(impl Fn(&T) -> R + Sync)) -> Vec<R> {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut made = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(one) = all.get(at) else { return made };
                made.push((at, make(one)));
            }
        };
        let mut made = thread::scope(|scope| {
            let helper = |_| Builder::new().stack_size(STACK).spawn_scoped(scope, work).ok();
            // If the system refuses a thread, the existing ones do its work.
            let helpers: Vec<_> = (1..self.0.get().min(all.len())).filter_map(helper).collect();
            let mut made = work();
            for helper in helpers {
                made.extend(helper.join().unwrap_or_else(|panic| resume_unwind(panic)));
            }
            made
        });
        made.sort_unstable_by_key(|(at, _)| *at);
        made.into_iter().map(|(_, one)| one).collect()
    }
}

impl Default for Threads {
    fn default() -> Self {
        Self::ONE
    }
}

/// How many results per thread are made before any of them is taken.
const AHEAD: usize = 16;

/// How many small things a thread takes at a time.
const MANY: usize = 256;

/// The size of a thread's stack in bytes: what the main thread has on most systems.
const STACK: usize = 8 << 20;

#[cfg(test)]
mod tests {
    use std::num::NonZero;

    use super::Threads;

    #[test]
    fn what_comes_out_is_in_order() {
        let all: Vec<usize> = (0..1000).collect();
        for number in [1, 2, 3, 8, 2000] {
            let mut taken = Vec::new();
            let threads = Threads::new(NonZero::new(number).unwrap());
            // Later ones are done sooner.
            let make = |one: &usize| (0..(1000 - one) * 10).fold(*one, |sum, _| std::hint::black_box(sum));
            threads.in_order(&all, make, |one| taken.push(one));
            assert_eq!(taken, all, "{number} threads");
            assert_eq!(threads.map(&all, make), all, "{number} threads");
            threads.in_order(&[] as &[usize], make, |_| panic!("nothing to take"));
        }
    }

    #[test]
    #[should_panic(expected = "seven")]
    fn a_panic_is_not_lost() {
        let threads = Threads::new(NonZero::new(2).unwrap());
        threads.in_order(&[7; 9], |_| panic!("seven"), |(): ()| ());
    }
}
