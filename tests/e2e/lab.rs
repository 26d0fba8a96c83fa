//! What a test works with.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::Value;
use testenv::controller::{self, Aws, Controller, Options};
use testenv::process::tail;
use testenv::{Cluster, Kubectl, Simulator, binaries, poll, tools};

use crate::identity::Identity;

pub(crate) const KIND: &str = "privateapifrontdoor";
/// The annotation that asks for a pass.
pub(crate) const RECONCILE_NOW: &str = "frontdoor.privateapi.dev/reconcile-now";
/// Far beyond what anything here takes, even on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);
/// The account that the examples name.
const EXAMPLE_ACCOUNT: &str = testenv::simulator::ACCOUNT;

/// What all tests share. It is never dropped: its processes end with this one.
pub(crate) struct Shared {
    pub(crate) cluster: Cluster,
    pub(crate) simulator: Simulator,
}

/// Starts it with the first test that needs it.
pub(crate) fn shared() -> &'static Shared {
    static SHARED: OnceLock<Result<Shared, testenv::Error>> = OnceLock::new();
    match SHARED.get_or_init(start) {
        Ok(shared) => shared,
        Err(error) => panic!("the environment does not start: {error}"),
    }
}

fn start() -> Result<Shared, testenv::Error> {
    let folder = folder();
    let cluster = Cluster::start(&tools::ensure()?, &folder)?;
    controller::install(&cluster.kubectl())?;
    let simulator = Simulator::start(&binaries::find("aws-sim")?, &folder)?;
    Ok(Shared { cluster, simulator })
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("e2e")
}

/// A namespace, an AWS account and a controller.
pub(crate) struct Lab {
    pub(crate) kubectl: Kubectl,
    pub(crate) account: String,
    pub(crate) controller: Controller,
    /// Who the controller is in AWS.
    pub(crate) identity: Identity,
    namespace: String,
    /// What the account starts with.
    given: Vec<String>,
}

impl Lab {
    /// Starts a controller for a namespace of this name.
    pub(crate) fn new(namespace: &str) -> Self {
        Self::with(namespace, |_| Vec::new())
    }

    /// The same with environment variables for the controller, which may depend on the account.
    pub(crate) fn with(namespace: &str, environment: impl FnOnce(&str) -> Vec<(String, String)>) -> Self {
        Self::start(&shared().cluster, namespace, environment)
    }

    /// The same on another API server than the one that all tests share.
    pub(crate) fn on(cluster: &Cluster, namespace: &str) -> Self {
        Self::start(cluster, namespace, |_| Vec::new())
    }

    /// The same with a log filter for the controller.
    pub(crate) fn logging(cluster: &Cluster, namespace: &str, filter: &str) -> Self {
        Self::start(cluster, namespace, |_| vec![("RUST_LOG".to_owned(), filter.to_owned())])
    }

    /// How often the controller's log says something.
    pub(crate) fn logged(&self, text: &str) -> usize {
        let log = fs::read_to_string(self.controller.log()).unwrap_or_default();
        log.lines().filter(|line| line.contains(text)).count()
    }

    /// The same in an account that is not its own alone.
    pub(crate) fn of(account: &str, namespace: &str) -> Self {
        Self::start_in(account.to_owned(), &shared().cluster, namespace, |_| Vec::new())
    }

    fn start(cluster: &Cluster, namespace: &str, environment: impl FnOnce(&str) -> Vec<(String, String)>) -> Self {
        static ACCOUNTS: AtomicU64 = AtomicU64::new(500_000_000_000);
        Self::start_in(ACCOUNTS.fetch_add(1, Ordering::Relaxed).to_string(), cluster, namespace, environment)
    }

    fn start_in(
        account: String,
        cluster: &Cluster,
        namespace: &str,
        environment: impl FnOnce(&str) -> Vec<(String, String)>,
    ) -> Self {
        let shared = shared();
        let given = shared.simulator.inventory(&account).unwrap();
        cluster.kubectl().run(&["create", "namespace", namespace]).unwrap();
        let identity = Identity::new(&shared.simulator, cluster, &account);
        let options = Options {
            program: env!("CARGO_BIN_EXE_frontdoor").into(),
            folder: folder().join(namespace),
            aws: Aws::Simulator { url: shared.simulator.url().to_owned(), account: account.clone() },
            arguments: ["--watch-namespace", namespace, "--poll-interval", "200ms"].map(str::to_owned).to_vec(),
            environment: [identity.environment(), environment(&account)].concat(),
        };
        let controller = Controller::start(cluster, options).unwrap();
        let kubectl = cluster.kubectl().namespace(namespace);
        Self { kubectl, account, controller, identity, namespace: namespace.to_owned(), given }
    }

    /// The controller's kubeconfig.
    pub(crate) fn kubeconfig(&self) -> String {
        std::fs::read_to_string(folder().join(&self.namespace).join("frontdoor.kubeconfig")).unwrap()
    }

    /// The object of an example, for this namespace and account.
    pub(crate) fn example(&self, name: &str) -> Value {
        let path = binaries::workspace().join("examples").join(name);
        let path = path.to_string_lossy();
        let parsed = shared().cluster.kubectl().run(&["create", "--dry-run=client", "--output", "json", "-f", &path]);
        let mut object: Value = serde_json::from_str(&parsed.unwrap().replace(EXAMPLE_ACCOUNT, &self.account)).unwrap();
        object["metadata"]["namespace"] = self.namespace.clone().into();
        object
    }

    /// Applies an object; gives its name.
    pub(crate) fn apply(&self, object: &Value) -> String {
        self.identity.manage(&shared().simulator, &object["spec"]);
        self.kubectl.apply(&object.to_string()).unwrap();
        object["metadata"]["name"].as_str().unwrap().to_owned()
    }

    /// Changes an object by a JSON merge patch.
    pub(crate) fn patch(&self, name: &str, patch: &Value) {
        self.kubectl.run(&["patch", KIND, name, "--type=merge", "-p", &patch.to_string()]).unwrap();
    }

    /// Asks for a full pass now and waits until one has ended.
    pub(crate) fn reconcile_now(&self, name: &str) {
        static REQUESTS: AtomicU64 = AtomicU64::new(1);
        let request = REQUESTS.fetch_add(1, Ordering::Relaxed);
        let annotation = format!("{RECONCILE_NOW}=request-{request}");
        self.kubectl.run(&["annotate", "--overwrite", KIND, name, &annotation]).unwrap();
        poll::until("requested pass", Duration::from_millis(20), PATIENCE, || {
            let log = fs::read_to_string(self.controller.log()).unwrap_or_default();
            let ended = |line: &str| line.contains("pass ended") && line.contains(&format!("\"request-{request}\""));
            Ok(log.lines().any(ended).then_some(()).ok_or("no such line in the log"))
        })
        .unwrap();
    }

    /// Waits until the front door stands as its present spec says and nothing is under way.
    pub(crate) fn settled(&self, name: &str) -> Value {
        self.kubectl
            .wait((KIND, name), "rest", PATIENCE, |object| {
                if rests(object) { Ok(object.clone()) } else { Err(object["status"]["conditions"].to_string()) }
            })
            .unwrap()
    }

    /// Whether it does now.
    pub(crate) fn rests(&self, name: &str) -> bool {
        self.kubectl.get(KIND, name).unwrap().is_some_and(|object| rests(&object))
    }

    /// Reason and message of each Event so far, by its name.
    pub(crate) fn events(&self) -> BTreeMap<String, (String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let events = self.kubectl.list("events").unwrap();
        let event = |it: &Value| (text(&it["metadata"]["name"]), (text(&it["reason"]), text(&it["message"])));
        events.iter().map(event).collect()
    }

    /// Waits until the front door is ready.
    pub(crate) fn ready(&self, name: &str) -> Value {
        self.kubectl.wait_condition((KIND, name), "Ready", "True", PATIENCE).unwrap()
    }

    /// Deletes the front door and waits until it is gone.
    pub(crate) fn delete(&self, name: &str) {
        self.kubectl.delete(KIND, name).unwrap();
        self.kubectl.wait_gone((KIND, name), PATIENCE).unwrap();
    }

    /// What exists in the account besides what it started with.
    pub(crate) fn created(&self) -> Vec<String> {
        let mut all = shared().simulator.inventory(&self.account).unwrap();
        all.retain(|resource| !self.given.contains(resource));
        all
    }

    /// How many of each kind were created.
    pub(crate) fn census(&self) -> BTreeMap<String, usize> {
        let mut census = BTreeMap::new();
        for resource in self.created() {
            let kind = resource.split('/').nth(1).unwrap_or_default().to_owned();
            *census.entry(kind).or_default() += 1;
        }
        census
    }

    /// Waits until something of a kind exists.
    pub(crate) fn wait_for(&self, kind: &str) {
        poll::until(kind, Duration::from_millis(20), PATIENCE, || {
            let census = self.census();
            Ok(if census.contains_key(kind) { Ok(()) } else { Err(format!("{census:?}")) })
        })
        .unwrap();
    }

    /// How many calls were made in this account, by operation.
    pub(crate) fn calls(&self) -> BTreeMap<String, usize> {
        let calls = shared().simulator.get(&format!("calls?account={}", self.account)).unwrap();
        let mut counts = BTreeMap::new();
        for call in calls.as_array().unwrap() {
            // The tests' own look at what exists.
            if call["operation"] != "GetCallerIdentity" {
                *counts.entry(call["operation"].as_str().unwrap_or_default().to_owned()).or_default() += 1;
            }
        }
        counts
    }

    /// How many changing calls were made in this account.
    pub(crate) fn mutations(&self) -> usize {
        let calls = shared().simulator.get(&format!("calls?account={}&mutating=true", self.account)).unwrap();
        calls.as_array().unwrap().len()
    }

    /// How often an operation succeeded in this account.
    pub(crate) fn successes(&self, operation: &str) -> usize {
        let calls = shared().simulator.get(&format!("calls?account={}", self.account)).unwrap();
        let calls = calls.as_array().unwrap();
        calls.iter().filter(|call| call["operation"] == operation && call["error"].is_null()).count()
    }

    /// Waits until an operation has succeeded in this account.
    pub(crate) fn wait_for_call(&self, operation: &str) {
        poll::until(operation, Duration::from_millis(50), PATIENCE, || {
            Ok(if self.successes(operation) > 0 { Ok(()) } else { Err("it was not called".to_owned()) })
        })
        .unwrap();
    }
}

fn rests(object: &Value) -> bool {
    let conditions = object["status"]["conditions"].as_array().map(Vec::as_slice).unwrap_or_default();
    let holds = |kind: &str| conditions.iter().any(|it| it["type"] == kind && it["status"] == "True");
    let current = object["status"]["observedGeneration"] == object["metadata"]["generation"];
    current && holds("Ready") && !holds("Reconciling") && !holds("Stalled")
}

/// Asks a front door's URL as a client on the internet would: status and body.
pub(crate) fn browse(url: &str) -> (u16, String) {
    let answer = shared().simulator.browse(url).unwrap();
    (answer.status, answer.body)
}

impl Drop for Lab {
    /// A failed test shows what a person would look at.
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("{}", self.kubectl.run(&["describe", KIND]).unwrap_or_else(|error| error.to_string()));
            println!("created: {:#?}", self.created());
            println!("{}:\n{}", self.controller.log().display(), tail(self.controller.log(), 60));
        }
    }
}
