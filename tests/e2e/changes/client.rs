//! A client of a front door that asks all the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::lab::shared;

/// A client that asks again and again, and remembers every time that it got no answer.
pub(super) struct Client {
    ends: Arc<AtomicBool>,
    asks: JoinHandle<(usize, Vec<String>)>,
}

impl Client {
    /// Asks the first of these URLs, and where that does not answer 200 the next one, of several each once more. The load balancer of this name is asked, whatever host a URL names.
    pub(super) fn start(dns_name: &str, urls: &[&str]) -> Self {
        let ends = Arc::new(AtomicBool::new(false));
        let (dns_name, end) = (dns_name.to_owned(), Arc::clone(&ends));
        let urls: Vec<String> = urls.iter().map(|&url| url.to_owned()).collect();
        let asks = thread::spawn(move || Self::ask_until(&end, &dns_name, &urls));
        Self { ends, asks }
    }

    fn ask_until(end: &AtomicBool, dns_name: &str, urls: &[String]) -> (usize, Vec<String>) {
        let (mut answered, mut others) = (0, Vec::new());
        while !end.load(Ordering::Relaxed) {
            let mut refused = Vec::new();
            // What moves from one URL to the other may do so between two questions: then the first one answers now.
            let rounds = if urls.len() > 1 { 2 } else { 1 };
            let mut all = (0..rounds).flat_map(|_| urls);
            if all.any(|url| ask(dns_name, url).map_err(|why| refused.push(why)).is_ok()) {
                answered += 1;
            } else {
                others.push(refused.join("; "));
            }
            // The rate of the load, no wait for a result.
            thread::sleep(Duration::from_millis(10));
        }
        (answered, others)
    }

    /// What it got beside 200; it must have asked.
    pub(super) fn stop(self) -> Vec<String> {
        self.ends.store(true, Ordering::Relaxed);
        let (answered, others) = self.asks.join().unwrap();
        assert!(answered > 0, "nothing was answered: {others:?}");
        others
    }
}

fn ask(dns_name: &str, url: &str) -> Result<(), String> {
    match shared().simulator.browse_at(dns_name, url) {
        Ok(answer) if answer.status == 200 => Ok(()),
        Ok(answer) => Err(format!("{url}: {} {}", answer.status, answer.body)),
        Err(error) => Err(format!("{url}: {error}")),
    }
}
