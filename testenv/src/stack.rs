//! Everything together, for `make up` and `make demo`.

use std::path::Path;

use crate::cluster::Cluster;
use crate::controller::{self, Aws, Controller, Options};
use crate::error::Result;
use crate::process::Process;
use crate::progress::say;
use crate::simulator::{ACCOUNT, Simulator};
use crate::{binaries, tools};

/// A cluster, a simulator and a controller that join them. Dropped in the order of the fields.
#[derive(Debug)]
pub struct Stack {
    /// The controller, under the rights of `deploy/`.
    pub controller: Controller,
    /// The simulator.
    pub simulator: Simulator,
    /// The cluster.
    pub cluster: Cluster,
    /// The Kubernetes tools.
    pub tools: tools::Tools,
}

impl Stack {
    /// Starts everything in `folder`, which is made anew.
    pub fn start(folder: &Path) -> Result<Self> {
        let programs = [binaries::find("aws-sim")?, binaries::find("frontdoor")?];
        let tools = tools::ensure()?;
        say(format_args!("starting; logs are in {}", folder.display()));
        let cluster = Cluster::start(&tools, folder)?;
        say("  API server and etcd run");
        controller::install(&cluster.kubectl())?;
        say("  deploy/ is applied");
        let [simulator, program] = programs;
        let simulator = Simulator::start(&simulator, folder)?;
        say(format_args!("  AWS simulator runs at {}", simulator.url()));
        let options = Options {
            program,
            folder: folder.to_owned(),
            aws: Aws::Simulator { url: simulator.url().to_owned(), account: ACCOUNT.to_owned() },
            // States turn quickly in the simulator: ask often.
            arguments: ["--poll-interval", "1s"].map(str::to_owned).to_vec(),
            environment: Vec::new(),
        };
        let mut controller = Controller::start(&cluster, options)?;
        controller.check()?;
        say("  controller runs");
        Ok(Self { controller, simulator, cluster, tools })
    }

    /// Fails if the controller has ended.
    pub fn check(&mut self) -> Result<()> {
        self.controller.check()
    }

    /// All processes, in the order to stop them.
    #[must_use]
    pub fn into_processes(self) -> Vec<Process> {
        let mut all = vec![self.controller.into_process(), self.simulator.into_process()];
        all.extend(self.cluster.into_processes());
        all
    }
}
