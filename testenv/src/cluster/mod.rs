//! etcd and kube-apiserver on loopback, with RBAC on.

mod apiserver;
mod etcd;
mod ports;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::error::{Error, Result};
use crate::kubectl::Kubectl;
use crate::poll;
use crate::process::Process;
use crate::tools::Tools;

/// Token of the administrator, who is in the group `system:masters`. The server listens on loopback only.
const ADMIN_TOKEN: &str = "test-admin";
/// Longer than a cold start on a busy machine.
const START: Duration = Duration::from_mins(2);

/// A running API server and its database. Dropping it stops both.
#[derive(Debug)]
pub struct Cluster {
    layout: Layout,
    // Dropped in this order: the API server before the database that it uses.
    apiserver: Option<Process>,
    etcd: Option<Process>,
}

/// Where things are; all that is needed to start either program again.
#[derive(Clone, Debug)]
struct Layout {
    tools: Tools,
    folder: PathBuf,
    apiserver_port: u16,
    etcd_port: u16,
    etcd_peer_port: u16,
}

impl Layout {
    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn server(&self) -> String {
        format!("https://127.0.0.1:{}", self.apiserver_port)
    }

    /// The API server signs its own certificate and keeps it here.
    fn authority(&self) -> PathBuf {
        self.file("apiserver/apiserver.crt")
    }

    fn kubeconfig(&self) -> PathBuf {
        self.file("kubeconfig")
    }

    fn kubectl(&self) -> Kubectl {
        Kubectl::new(&self.tools.kubectl(), &self.kubeconfig())
    }
}

impl Cluster {
    /// Starts both in `folder`, which is made anew, and waits until the API server is ready.
    pub fn start(tools: &Tools, folder: &Path) -> Result<Self> {
        // A port that was free may be taken by the time it is used.
        let mut attempt = Self::try_start(tools, folder);
        for _ in 0..2 {
            match attempt {
                Err(Error::Ended { ref tail, .. }) if tail.contains("address already in use") => {
                    attempt = Self::try_start(tools, folder);
                }
                done => return done,
            }
        }
        attempt
    }

    fn try_start(tools: &Tools, folder: &Path) -> Result<Self> {
        drop(fs::remove_dir_all(folder));
        fs::create_dir_all(folder.join("apiserver")).map_err(Error::file("create", folder))?;
        let [apiserver_port, etcd_port, etcd_peer_port] = ports::free()?;
        let folder = folder.canonicalize().map_err(Error::file("find", folder))?;
        let layout = Layout { tools: tools.clone(), folder, apiserver_port, etcd_port, etcd_peer_port };
        apiserver::write_tokens(&layout)?;
        write_kubeconfig(&layout.kubeconfig(), &layout.server(), &layout.authority(), ADMIN_TOKEN)?;
        let mut cluster = Self { layout, apiserver: None, etcd: None };
        cluster.start_etcd()?;
        cluster.start_apiserver()?;
        Ok(cluster)
    }

    /// Kubeconfig of the administrator.
    #[must_use]
    pub fn kubeconfig(&self) -> PathBuf {
        self.layout.kubeconfig()
    }

    /// `kubectl` as the administrator.
    #[must_use]
    pub fn kubectl(&self) -> Kubectl {
        self.layout.kubectl()
    }

    /// Writes a kubeconfig for a service account, with a token that the API server signs, to `path`.
    pub fn service_account_kubeconfig(&self, namespace: &str, name: &str, path: &Path) -> Result<()> {
        let token = self.kubectl().run(&["create", "token", name, "--namespace", namespace, "--duration", "24h"])?;
        write_kubeconfig(path, &self.layout.server(), &self.layout.authority(), token.trim())
    }

    /// Starts the API server on its old port and data, and waits until it is ready.
    pub fn start_apiserver(&mut self) -> Result<()> {
        let running = self.apiserver.insert(apiserver::start(&self.layout)?);
        let kubectl = self.layout.kubectl();
        poll::until("ready API server", Duration::from_millis(200), START, || {
            running.check()?;
            Ok(kubectl.run(&["get", "--raw", "/readyz"]))
        })
        .map(drop)
    }

    /// Stops the API server; what it stored stays.
    pub fn stop_apiserver(&mut self) {
        self.apiserver = None;
    }

    /// Starts etcd on its old port and data.
    pub fn start_etcd(&mut self) -> Result<()> {
        self.etcd = Some(etcd::start(&self.layout)?);
        Ok(())
    }

    /// Makes etcd forget all revisions up to now, so that no watch can go on from one of them.
    pub fn compact_etcd(&self) -> Result<()> {
        etcd::compact(self.layout.etcd_port)
    }

    /// Stops etcd; what it stored stays.
    pub fn stop_etcd(&mut self) {
        self.etcd = None;
    }

    /// The two processes, for one who lets them run on or stops them in another way.
    #[must_use]
    pub fn into_processes(self) -> Vec<Process> {
        self.apiserver.into_iter().chain(self.etcd).collect()
    }
}

fn write_kubeconfig(path: &Path, server: &str, authority: &Path, token: &str) -> Result<()> {
    let config = serde_json::json!({
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "test",
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
        "clusters": [{"name": "test", "cluster": {"server": server, "certificate-authority": authority}}],
        "users": [{"name": "test", "user": {"token": token}}],
    });
    fs::write(path, format!("{config:#}\n")).map_err(Error::file("write", path))
}
