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
use crate::simulator::REGION;

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

/// The AWS that a controller uses.
#[derive(Clone, Debug)]
pub enum Aws {
    /// A simulator at a URL, in an account, and nothing of the user's own AWS settings.
    Simulator {
        /// Endpoint of every service.
        url: String,
        /// Account, which the access key names.
        account: String,
    },
    /// What the environment says.
    Environment,
}

/// How a controller is to run.
#[derive(Clone, Debug)]
pub struct Options {
    /// The program.
    pub program: PathBuf,
    /// Folder of its kubeconfig and log.
    pub folder: PathBuf,
    /// Which AWS it uses.
    pub aws: Aws,
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
    process: Process,
}

impl Controller {
    /// Starts it as the service account of `deploy/`, which must be installed.
    pub fn start(cluster: &Cluster, options: Options) -> Result<Self> {
        fs::create_dir_all(&options.folder).map_err(Error::file("create", &options.folder))?;
        let kubeconfig = options.folder.join("frontdoor.kubeconfig");
        cluster.service_account_kubeconfig(NAMESPACE, SERVICE_ACCOUNT, &kubeconfig)?;
        let process = run(&options, &kubeconfig)?;
        Ok(Self { options, kubeconfig, process })
    }

    /// Ends it at once, as a crash would (SIGKILL).
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts it again after [`Self::kill`] or [`Self::stop`].
    pub fn start_again(&mut self) -> Result<()> {
        self.process.stop();
        self.process = run(&self.options, &self.kubeconfig)?;
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

fn run(options: &Options, kubeconfig: &Path) -> Result<Process> {
    let mut command = Command::new(&options.program);
    command.arg("run").args(&options.arguments);
    command.env("KUBECONFIG", kubeconfig);
    match &options.aws {
        Aws::Simulator { url, account } => {
            for (name, _) in env::vars_os() {
                if name.to_string_lossy().starts_with("AWS_") {
                    command.env_remove(name);
                }
            }
            command.env("NO_PROXY", "127.0.0.1").envs(aws(account, url));
        }
        // The API server is on loopback whatever proxy leads to AWS.
        Aws::Environment => drop(command.env("NO_PROXY", no_proxy())),
    }
    command.envs(options.environment.iter().map(|(name, value)| (name, value)));
    Process::start("frontdoor", command, &options.folder.join("frontdoor.log"))
}

fn no_proxy() -> String {
    let own = env::var("NO_PROXY").or_else(|_| env::var("no_proxy")).unwrap_or_default();
    format!("127.0.0.1,{own}").trim_end_matches(',').to_owned()
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
