//! The database of the API server.

use std::process::Command;

use super::Layout;
use crate::error::Result;
use crate::process::Process;

/// Starts it; the API server waits for it by itself.
pub(super) fn start(layout: &Layout) -> Result<Process> {
    let (client, peer) = (url(layout.etcd_port), url(layout.etcd_peer_port));
    let mut command = Command::new(layout.tools.etcd());
    command
        .arg("--data-dir")
        .arg(layout.file("etcd"))
        .args(["--listen-client-urls", &client, "--advertise-client-urls", &client])
        .args(["--listen-peer-urls", &peer, "--initial-advertise-peer-urls", &peer])
        .args(["--initial-cluster", &format!("default={peer}")])
        // Nothing here has to survive a power cut.
        .arg("--unsafe-no-fsync")
        .args(["--log-level", "warn"]);
    Process::start("etcd", command, &layout.file("etcd.log"))
}

pub(super) fn url(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}
