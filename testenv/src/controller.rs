//! The controller as a process, with the rights that `deploy/` gives it and no others.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::binaries;
use crate::cluster::Cluster;
use crate::error::{Error, Result};
use crate::kubectl::Kubectl;
use crate::process::Process;
use crate::simulator::{REGION, Simulator};

/// Namespace of the controller.
pub const NAMESPACE: &str = "private-api-front-door";
/// Its service account.
const SERVICE_ACCOUNT: &str = "frontdoor";
/// Its resource.
const CRD: &str = "privateapifrontdoors.privateapi.dev";

/// Applies `deploy/` as a user would and waits until the custom resource is served.
pub fn install(kubectl: &Kubectl) -> Result<()> {
    let deploy = binaries::workspace().join("deploy");
    kubectl.run(&["apply", "--server-side", "-k", &deploy.to_string_lossy()])?;
    kubectl.wait_condition(("crd", CRD), "Established", "True", Duration::from_secs(30)).map(drop)
}

/// How a controller is to run.
#[derive(Clone, Debug)]
pub struct Options {
    /// The program.
    pub program: PathBuf,
    /// Folder of its kubeconfig and log.
    pub folder: PathBuf,
    /// AWS account, in the simulator named by the access key.
    pub account: String,
    /// Arguments after `run`.
    pub arguments: Vec<String>,
    /// Environment variables besides those for AWS and Kubernetes.
    pub environment: Vec<(String, String)>,
}

/// A running controller. Dropping it stops it.
#[derive(Debug)]
pub struct Controller {
    options: Options,
    kubeconfig: PathBuf,
    endpoint: String,
    process: Process,
}

impl Controller {
    /// Starts it as the service account of `deploy/`, which must be installed, against the simulator.
    pub fn start(cluster: &Cluster, simulator: &Simulator, options: Options) -> Result<Self> {
        fs::create_dir_all(&options.folder).map_err(Error::file("create", &options.folder))?;
        let kubeconfig = options.folder.join("frontdoor.kubeconfig");
        cluster.service_account_kubeconfig(NAMESPACE, SERVICE_ACCOUNT, &kubeconfig)?;
        let endpoint = simulator.url().to_owned();
        let process = run(&options, &kubeconfig, &endpoint)?;
        Ok(Self { options, kubeconfig, endpoint, process })
    }

    /// Ends it at once, as a crash would (SIGKILL).
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts it again after [`Self::kill`] or [`Self::stop`].
    pub fn start_again(&mut self) -> Result<()> {
        self.process.stop();
        self.process = run(&self.options, &self.kubeconfig, &self.endpoint)?;
        Ok(())
    }

    /// Asks it to end; None if it had to be killed.
    pub fn stop(&mut self) -> Option<std::process::ExitStatus> {
        self.process.stop()
    }

    /// Fails with the end of its log if it has ended.
    pub fn check(&mut self) -> Result<()> {
        self.process.check()
    }

    /// Its log.
    #[must_use]
    pub fn log(&self) -> &Path {
        self.process.log()
    }

    /// Its process ID while it runs.
    #[must_use]
    pub fn id(&self) -> Option<u32> {
        self.process.id()
    }

    /// The process, for one who lets it run on.
    #[must_use]
    pub fn into_process(self) -> Process {
        self.process
    }
}

fn run(options: &Options, kubeconfig: &Path, endpoint: &str) -> Result<Process> {
    let mut command = Command::new(&options.program);
    command.arg("run").args(&options.arguments);
    // Nothing of the user's own AWS settings.
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("AWS_") {
            command.env_remove(name);
        }
    }
    command.env("KUBECONFIG", kubeconfig).env("NO_PROXY", "127.0.0.1");
    command.envs(aws(&options.account, endpoint));
    command.envs(options.environment.iter().map(|(name, value)| (name, value)));
    Process::start("frontdoor", command, &options.folder.join("frontdoor.log"))
}

/// Environment of a program that uses the simulator as `account`.
#[must_use]
pub fn aws(account: &str, endpoint: &str) -> Vec<(&'static str, String)> {
    let own = [
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_REGION", REGION),
        ("AWS_DEFAULT_REGION", REGION),
        ("AWS_ACCESS_KEY_ID", account),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_CONFIG_FILE", "/dev/null"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ];
    own.map(|(name, value)| (name, value.to_owned())).to_vec()
}
