//! Virtual time: whoever waits, waits in the simulator's time, and that goes on only when nobody has anything else to do.

use std::collections::BTreeMap;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_ec2::config::{AsyncSleep, Sleep};
use aws_sim::Simulator;
use aws_sim::clock::Timestamp;
use aws_smithy_async::time::TimeSource;

/// How often what runs beside (the buffer of the Kubernetes client) gets its turn before everybody is taken to wait.
const TURNS: usize = 3;

/// The simulator's clock, with those who wait for it.
#[derive(Clone, Debug)]
pub struct Time {
    simulator: Simulator,
    waits: Arc<Mutex<Waits>>,
    /// By how much the machine's clock is ahead, or behind, in seconds.
    skew: Arc<AtomicI64>,
}

/// Who waits until when; those of the same time in the order in which they came.
#[derive(Debug, Default)]
struct Waits {
    count: u64,
    wakers: BTreeMap<(Timestamp, u64), Waker>,
}

impl Time {
    pub fn new(simulator: &Simulator) -> Self {
        Self { simulator: simulator.clone(), waits: Arc::default(), skew: Arc::default() }
    }

    pub fn now(&self) -> Timestamp {
        self.simulator.clock().now()
    }

    /// Somebody sets the machine's clock; AWS's goes on as it did.
    pub fn set_skew(&self, seconds: i64) {
        self.skew.store(seconds, Ordering::Relaxed);
    }

    pub fn wait(&self, duration: Duration) -> Wait {
        Wait { time: self.clone(), until: self.now() + duration, place: None }
    }

    /// Drives work to its end.
    pub async fn drive<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(woken.clone());
        loop {
            if let Poll::Ready(outcome) = work.as_mut().poll(&mut Context::from_waker(&waker)) {
                return outcome;
            }
            let mut turns = 0;
            while !woken.0.swap(false, Ordering::Relaxed) {
                tokio::task::yield_now().await;
                turns += 1;
                if turns == TURNS {
                    self.go_on();
                    turns = 0;
                }
            }
        }
    }

    /// To the next time that somebody waits for.
    fn go_on(&self) {
        let mut waits = self.waits.lock().expect("no panic holds it");
        let next = waits.wakers.pop_first();
        let ((until, _), waker) = next.expect("somebody waits for something that does not come");
        drop(waits);
        self.simulator.clock().advance(until.since(self.now()));
        waker.wake();
    }
}

impl AsyncSleep for Time {
    fn sleep(&self, duration: Duration) -> Sleep {
        Sleep::new(self.wait(duration))
    }
}

impl TimeSource for Time {
    fn now(&self) -> SystemTime {
        let skew = self.skew.load(Ordering::Relaxed);
        let (by, time) = (Duration::from_secs(skew.unsigned_abs()), self.simulator.clock().now().as_millis());
        let right = UNIX_EPOCH + Duration::from_millis(time);
        if skew < 0 { right - by } else { right + by }
    }
}

/// Ends when the time has come.
#[derive(Debug)]
pub struct Wait {
    time: Time,
    until: Timestamp,
    place: Option<u64>,
}

impl Future for Wait {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.time.now() >= self.until {
            return Poll::Ready(());
        }
        let place = {
            let mut waits = self.time.waits.lock().expect("no panic holds it");
            waits.count += 1;
            let place = self.place.unwrap_or(waits.count);
            waits.wakers.insert((self.until, place), context.waker().clone());
            place
        };
        self.place = Some(place);
        Poll::Pending
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        if let Some(place) = self.place {
            self.time.waits.lock().expect("no panic holds it").wakers.remove(&(self.until, place));
        }
    }
}

#[derive(Debug, Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}
