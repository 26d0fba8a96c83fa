//! The database of the API server.

use std::process::Command;

use serde_json::json;

use super::Layout;
use crate::error::Result;
use crate::http;
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

/// Makes a revision more, with a key that is nobody's, and forgets all before it.
///
/// Source: etcd documentation, "gRPC-gateway": keys are in Base64.
pub(super) fn compact(port: u16) -> Result<()> {
    let url = url(port);
    let put = http::json("POST", &format!("{url}/v3/kv/put"), &json!({"key": "bm9ib2R5"}).to_string())?;
    let revision = json!({"revision": put["header"]["revision"]});
    http::json("POST", &format!("{url}/v3/kv/compaction"), &revision.to_string()).map(drop)
}

pub(super) fn url(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}
