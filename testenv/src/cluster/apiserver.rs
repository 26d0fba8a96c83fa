//! The API server.

use std::fs;
use std::process::Command;

use super::{ADMIN_TOKEN, Layout, etcd};
use crate::error::{Error, Result};
use crate::process::Process;

const ISSUER: &str = "https://kubernetes.default.svc";

pub(super) fn write_tokens(layout: &Layout) -> Result<()> {
    let path = layout.file("tokens.csv");
    fs::write(&path, format!("{ADMIN_TOKEN},test-admin,test-admin,system:masters\n"))
        .map_err(Error::file("write", &path))
}

pub(super) fn start(layout: &Layout) -> Result<Process> {
    // The server makes its own key and certificate at the first start; the key signs service account tokens too.
    let key = layout.file("apiserver/apiserver.key");
    let mut command = Command::new(layout.tools.apiserver());
    command
        .args(["--etcd-servers", &etcd::url(layout.etcd_port)])
        .args(["--bind-address", "127.0.0.1", "--secure-port", &layout.apiserver_port.to_string()])
        .arg("--cert-dir")
        .arg(layout.file("apiserver"))
        .arg("--token-auth-file")
        .arg(layout.file("tokens.csv"))
        .args(["--authorization-mode", "RBAC"])
        .args(["--service-account-issuer", ISSUER, "--api-audiences", ISSUER])
        .arg("--service-account-key-file")
        .arg(&key)
        .arg("--service-account-signing-key-file")
        .arg(&key)
        .args(["--service-cluster-ip-range", "10.96.0.0/24"])
        // No controller manager runs that would make the service accounts this plug-in asks for.
        .args(["--disable-admission-plugins", "ServiceAccount"])
        // One server, no neighbours to be listed with.
        .args(["--endpoint-reconciler-type", "none"])
        .args(["--shutdown-delay-duration", "0s"]);
    Process::start("kube-apiserver", command, &layout.file("apiserver.log"))
}
