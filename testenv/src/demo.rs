//! The whole way of one manifest, shown to a person.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::Value;
use testenv::{Error, Kubectl, Result, Stack, binaries};

use crate::print;

const MANIFEST: &str = "examples/alb-lambda.yaml";
const KIND: &str = "privateapifrontdoor";
const PATIENCE: Duration = Duration::from_mins(5);

/// Runs the demonstration; whatever fails, all that was started is stopped.
pub(crate) fn run() -> Result<()> {
    let folder = binaries::workspace().join("target/demo");
    let mut stack = Stack::start(&folder)?;
    let shown = show(&mut stack);
    let mut processes = stack.into_processes();
    for process in &mut processes {
        process.stop();
    }
    match shown {
        Ok(url) => {
            print(format_args!("\nStopped what was started; logs are in {}.", folder.display()));
            print(format_args!("front door open: GET {url} -> 200"));
            Ok(())
        }
        Err(error) => Err(Error::Unexpected(format!("{error}\nlogs are in {}", folder.display()))),
    }
}

fn show(stack: &mut Stack) -> Result<String> {
    let account = testenv::simulator::ACCOUNT;
    let before = stack.simulator.inventory(account)?;
    let (kubectl, name) = apply(stack)?;
    let mut door = Door { stack, kubectl, name, since: Instant::now(), seen: BTreeMap::new() };
    let url = door.until_ready()?;
    request(door.stack, &url)?;
    door.until_deleted()?;
    let mut left = stack.simulator.inventory(account)?;
    left.retain(|resource| !before.contains(resource));
    if !left.is_empty() {
        return Err(Error::Unexpected(format!("left behind in AWS:\n  {}", left.join("\n  "))));
    }
    print("nothing is left in AWS, nor in the cluster");
    Ok(url)
}

/// Applies the example and gives the client of its namespace and its name.
fn apply(stack: &Stack) -> Result<(Kubectl, String)> {
    let manifest = binaries::workspace().join(MANIFEST);
    let manifest = manifest.to_string_lossy();
    let admin = stack.cluster.kubectl();
    let parsed = admin.run(&["create", "--dry-run=client", "--output", "json", "-f", &manifest])?;
    let object: Value =
        serde_json::from_str(&parsed).map_err(|error| Error::Unexpected(format!("{MANIFEST}: {error}")))?;
    let text = |field: &str| object["metadata"][field].as_str().map(str::to_owned);
    let name = text("name").ok_or_else(|| Error::Unexpected(format!("{MANIFEST} must hold one object with a name")))?;
    let namespace = text("namespace").unwrap_or_else(|| "default".to_owned());
    if admin.get("namespace", &namespace)?.is_none() {
        admin.run(&["create", "namespace", &namespace])?;
    }
    print(format_args!("\n$ kubectl apply -f {MANIFEST}"));
    print(admin.run(&["apply", "-f", &manifest])?.trim_end());
    Ok((admin.namespace(&namespace), name))
}

fn request(stack: &Stack, url: &str) -> Result<()> {
    print(format_args!("\n$ GET {url}    (through the load balancer's listener)"));
    let answer = stack.simulator.browse(url)?;
    print(format_args!("{}\n{}", answer.status, answer.body.trim_end()));
    let wrong = || Error::Unexpected(format!("GET {url} answered {}, not 200", answer.status));
    (answer.status == 200).then_some(()).ok_or_else(wrong)
}

/// The object on its way.
struct Door<'a> {
    stack: &'a mut Stack,
    kubectl: Kubectl,
    name: String,
    since: Instant,
    /// Condition → what was last shown of it.
    seen: BTreeMap<String, String>,
}

impl Door<'_> {
    /// Shows the conditions until the front door is ready; gives its URL.
    fn until_ready(&mut self) -> Result<String> {
        let (kubectl, name) = (self.kubectl.clone(), self.name.clone());
        kubectl.wait((KIND, &name), "Ready=True", PATIENCE, |object| {
            self.turned(object);
            if let Err(error) = self.stack.check().and_then(|()| not_stalled(object)) {
                return Ok(Err(error));
            }
            let ready = conditions(object).any(|c| c["type"] == "Ready" && c["status"] == "True");
            let url = object["status"]["url"].as_str().map(str::to_owned);
            let url = url.ok_or_else(|| Error::Unexpected("Ready=True without status.url".to_owned()));
            ready.then_some(url).ok_or_else(|| object["status"].to_string())
        })?
    }

    /// Deletes the manifest and shows the conditions until the object is gone.
    fn until_deleted(&mut self) -> Result<()> {
        print(format_args!("\n$ kubectl delete -f {MANIFEST}"));
        self.since = Instant::now();
        self.kubectl.delete(KIND, &self.name)?;
        let what = format!("end of {}", self.name);
        testenv::poll::until(&what, Duration::from_millis(250), PATIENCE, || {
            self.stack.check()?;
            Ok(match self.kubectl.get(KIND, &self.name)? {
                None => Ok(()),
                Some(object) => {
                    self.turned(&object);
                    Err(object["status"].to_string())
                }
            })
        })?;
        print(format_args!("{:7.1} s  the object is gone", self.since.elapsed().as_secs_f32()));
        Ok(())
    }

    /// One line for each condition that is not as last shown, or no longer there.
    fn turned(&mut self, object: &Value) {
        let now: BTreeMap<_, _> = conditions(object).map(described).collect();
        let gone = self.seen.keys().filter(|condition| !now.contains_key(*condition));
        let lines = now.iter().filter(|(condition, text)| self.seen.get(*condition) != Some(text));
        let lines =
            lines.map(|(condition, text)| (condition, text.as_str())).chain(gone.map(|condition| (condition, "-")));
        for (condition, text) in lines {
            print(format_args!("{:7.1} s  {condition:<22} {text}", self.since.elapsed().as_secs_f32()));
        }
        self.seen = now;
    }
}

/// A condition's type, and the rest of it.
fn described(condition: &Value) -> (String, String) {
    let text = |field: &str| condition[field].as_str().unwrap_or_default();
    (text("type").to_owned(), format!("{:<8} {:<16} {}", text("status"), text("reason"), text("message")))
}

/// A front door that only a person can help is not worth waiting for.
fn not_stalled(object: &Value) -> Result<()> {
    let stalled = conditions(object).find(|c| c["type"] == "Stalled" && c["status"] == "True");
    stalled.map_or(Ok(()), |c| Err(Error::Unexpected(format!("the front door is stalled: {}", c["message"]))))
}

fn conditions(object: &Value) -> impl Iterator<Item = &Value> {
    object["status"]["conditions"].as_array().into_iter().flatten()
}
