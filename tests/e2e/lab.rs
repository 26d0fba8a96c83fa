//! What a test works with.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::Value;
use testenv::controller::{self, Controller, Options};
use testenv::process::tail;
use testenv::{Cluster, Kubectl, Simulator, binaries, poll, tools};

pub(crate) const KIND: &str = "privateapifrontdoor";
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
        static ACCOUNTS: AtomicU64 = AtomicU64::new(500_000_000_000);
        let shared = shared();
        let account = ACCOUNTS.fetch_add(1, Ordering::Relaxed).to_string();
        let given = shared.simulator.inventory(&account).unwrap();
        shared.cluster.kubectl().run(&["create", "namespace", namespace]).unwrap();
        let options = Options {
            program: env!("CARGO_BIN_EXE_frontdoor").into(),
            folder: folder().join(namespace),
            account: account.clone(),
            arguments: ["--watch-namespace", namespace, "--poll-interval", "200ms"].map(str::to_owned).to_vec(),
            environment: environment(&account),
        };
        let controller = Controller::start(&shared.cluster, &shared.simulator, options).unwrap();
        let kubectl = shared.cluster.kubectl().namespace(namespace);
        Self { kubectl, account, controller, namespace: namespace.to_owned(), given }
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
        self.kubectl.apply(&object.to_string()).unwrap();
        object["metadata"]["name"].as_str().unwrap().to_owned()
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
