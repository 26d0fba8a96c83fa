//! One front door with the AWS that the environment names: applied, kept until standard input ends, deleted.
//!
//! It says on standard output `ready <url>` and `gone <name>`, each in a line of its own, for the program that started it.

use std::io::Read as _;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use serde_json::Value;
use testenv::controller::{self, Aws, Controller, Options};
use testenv::progress::say;
use testenv::{Cluster, Error, Kubectl, Result, binaries, tools};

use crate::print;

const KIND: &str = "privateapifrontdoor";

/// What to apply, and where to work.
#[derive(Clone, Debug, Args)]
pub(crate) struct Arguments {
    /// The manifest, in JSON
    #[arg(long)]
    manifest: PathBuf,
    /// ID of the cluster in ownership tags
    #[arg(long)]
    cluster_id: String,
    /// Folder of the cluster's files and the logs, made anew
    #[arg(long)]
    folder: PathBuf,
    /// Minutes that the front door may take to be ready, and again to be deleted
    #[arg(long, default_value_t = 45)]
    minutes: u64,
}

/// Runs it; whatever fails, the front door is deleted before the controller is stopped.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let tools = tools::ensure()?;
    let cluster = Cluster::start(&tools, &arguments.folder)?;
    controller::install(&cluster.kubectl())?;
    let options = Options {
        program: binaries::find("frontdoor")?,
        folder: arguments.folder.clone(),
        aws: Aws::Environment,
        arguments: ["--cluster-id", &arguments.cluster_id, "--poll-interval", "2s"].map(str::to_owned).to_vec(),
        environment: Vec::new(),
    };
    let mut controller = Controller::start(&cluster, options)?;
    let (kubectl, patience) = (cluster.kubectl(), Duration::from_secs(60 * arguments.minutes));
    let name = apply(&kubectl, arguments)?;
    let ready = until_ready(&kubectl, &mut controller, &name, patience).map(|url| print(format_args!("ready {url}")));
    if ready.is_ok() {
        // Whoever has asked it closes standard input; so does the end of that program.
        drop(std::io::stdin().read_to_end(&mut Vec::new()));
    }
    kubectl.delete(KIND, &name)?;
    kubectl.wait_gone((KIND, &name), patience)?;
    print(format_args!("gone {name}"));
    ready
}

fn apply(kubectl: &Kubectl, arguments: &Arguments) -> Result<String> {
    let text = std::fs::read_to_string(&arguments.manifest).map_err(Error::file("read", &arguments.manifest))?;
    let object: Value = serde_json::from_str(&text)
        .map_err(|error| Error::Unexpected(format!("{}: {error}", arguments.manifest.display())))?;
    kubectl.apply(&text)?;
    Ok(object["metadata"]["name"].as_str().unwrap_or_default().to_owned())
}

/// Waits until it is ready, and tells each change of what it waits for; gives its URL.
fn until_ready(kubectl: &Kubectl, controller: &mut Controller, name: &str, patience: Duration) -> Result<String> {
    let mut told = String::new();
    kubectl.wait((KIND, name), "Ready=True", patience, |object| {
        let conditions = object["status"]["conditions"].as_array().cloned().unwrap_or_default();
        let of =
            |kind: &str| conditions.iter().find(|condition| condition["type"] == kind).cloned().unwrap_or_default();
        let ready = of("Ready");
        let message = ready["message"].as_str().unwrap_or_default();
        if message != told {
            say(message);
            message.clone_into(&mut told);
        }
        if let Err(error) = controller.check() {
            return Ok(Err(error));
        }
        let url = object["status"]["url"].as_str().map(str::to_owned);
        let url = url.filter(|_| ready["status"] == "True").map(Ok);
        url.ok_or_else(|| object["status"].to_string())
    })?
}
