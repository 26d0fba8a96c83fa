//! The AWS simulator as a process, and its control side.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::error::{Error, Result};
use crate::http::{self, Answer};
use crate::poll;
use crate::process::Process;

/// Region of the tests and examples.
pub const REGION: &str = "ap-northeast-1";
/// Account of the examples: the one that the simulator gives to every access key that is no account number.
pub const ACCOUNT: &str = "111122223333";
/// Virtual seconds in a second, so that what takes AWS minutes takes seconds.
const SPEED: u32 = 60;

/// A running simulator. Dropping it stops it.
#[derive(Debug)]
pub struct Simulator {
    process: Process,
    url: String,
}

impl Simulator {
    /// Starts `program` on a free port, with its log in `folder`.
    pub fn start(program: &Path, folder: &Path) -> Result<Self> {
        Self::start_with(program, folder, &["--speed", &SPEED.to_string()])
    }

    /// The same with these arguments of `aws-sim`.
    pub fn start_with(program: &Path, folder: &Path, arguments: &[&str]) -> Result<Self> {
        fs::create_dir_all(folder).map_err(Error::file("create", folder))?;
        let log = folder.join("aws-sim.log");
        // Its first line is its URL: one of an earlier run must not be taken for it.
        fs::write(&log, "").map_err(Error::file("create", &log))?;
        let mut command = Command::new(program);
        command.args(["--port", "0"]).args(arguments);
        let mut process = Process::start("aws-sim", command, &log)?;
        let url = poll::until("URL of aws-sim", Duration::from_millis(20), Duration::from_secs(30), || {
            process.check()?;
            let text = fs::read_to_string(&log).unwrap_or_default();
            let url = text.lines().find(|line| line.starts_with("http://")).map(|line| line.trim().to_owned());
            Ok(url.filter(|_| text.ends_with('\n')).ok_or(text))
        })?;
        Ok(Self { process, url })
    }

    /// Endpoint of every AWS service.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A page of the control side, such as `calls?account=…`.
    pub fn get(&self, page: &str) -> Result<Value> {
        http::json("GET", &format!("{}/_sim/{page}", self.url), "")
    }

    /// Sends JSON to the control side.
    pub fn send(&self, method: &'static str, page: &str, body: &Value) -> Result<Value> {
        http::json(method, &format!("{}/_sim/{page}", self.url), &body.to_string())
    }

    /// What exists in an account: each as `region/type/ID`, sorted. What every account starts with is among it.
    pub fn inventory(&self, account: &str) -> Result<Vec<String>> {
        self.enter(account)?;
        let state = self.get(&format!("state?account={account}"))?;
        let mut all = Vec::new();
        for (region, kinds) in state[account].as_object().into_iter().flatten() {
            for (kind, ids) in kinds.as_object().into_iter().flatten() {
                let ids = ids.as_array().into_iter().flatten();
                all.extend(ids.map(|id| {
                    format!("{region}/{kind}/{}", id.as_str().map_or_else(|| id.to_string(), str::to_owned))
                }));
            }
        }
        all.sort();
        Ok(all)
    }

    /// An account begins with its first call: makes one, so that what it starts with is there.
    fn enter(&self, account: &str) -> Result<()> {
        self.query(account, "sts", "Action=GetCallerIdentity&Version=2011-06-15").map(drop)
    }

    /// Calls an operation of a service with a query protocol, given as a form; gives the XML it answers.
    pub fn query(&self, account: &str, service: &str, form: &str) -> Result<String> {
        let content = ("content-type", "application/x-www-form-urlencoded");
        self.call(account, service, ("POST", "/"), &[content], form)
    }

    /// Calls an operation of a service with a REST protocol.
    pub fn rest(&self, account: &str, service: &str, target: (&'static str, &str), body: &str) -> Result<String> {
        self.call(account, service, target, &[("content-type", "application/json")], body)
    }

    /// Calls an operation of a service with the JSON protocol, such as `CertificateManager.RequestCertificate`.
    pub fn json(&self, account: &str, service: &str, operation: &str, body: &str) -> Result<String> {
        let headers = [("content-type", "application/x-amz-json-1.1"), ("x-amz-target", operation)];
        self.call(account, service, ("POST", "/"), &headers, body)
    }

    /// The simulator believes who a request says it comes from, so nothing has to be signed.
    fn call(
        &self,
        account: &str,
        service: &str,
        (method, path): (&'static str, &str),
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<String> {
        let credential = format!("{account}/20260101/{REGION}/{service}/aws4_request");
        let authorization = format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0");
        let headers = [&[("authorization", authorization.as_str())], headers].concat();
        let answer = http::send(method, &format!("{}{path}", self.url), &headers, body)?;
        if answer.status < 300 {
            return Ok(answer.body);
        }
        Err(Error::Unexpected(format!("{service} {method} {path} {body}: {} {}", answer.status, answer.body)))
    }

    /// Sends a GET to a URL whose host the simulator stands for, as a client on the internet would.
    pub fn browse(&self, url: &str) -> Result<Answer> {
        let (_, host, _) = split(url)?;
        self.browse_at(host.split(':').next().unwrap_or(host), url)
    }

    /// The same where the URL's host is a name of somebody's own that leads to `dns_name`. The simulator's sockets speak plain HTTP for HTTPS, too.
    pub fn browse_at(&self, dns_name: &str, url: &str) -> Result<Answer> {
        let (standard, host, path) = split(url)?;
        let port = host.split_once(':').map_or(standard, |(_, port)| port);
        let port: u16 = port.parse().map_err(|_| Error::Unexpected(format!("no port: {port:?}")))?;
        let address = self.socket("listener", dns_name, port)?;
        http::send("GET", &format!("http://{address}{path}"), &[("host", host)], "")
    }

    /// Sends a GET to a URL at an interface endpoint, as a client with this address would that the VPC's network reaches; `headers` are the client's.
    pub fn call_endpoint(&self, client: &str, url: &str, headers: &[(&str, &str)]) -> Result<Answer> {
        let (port, host, path) = split(url)?;
        let port = port.parse().map_err(|_| Error::Unexpected(format!("no port: {port:?}")))?;
        let address = self.socket("endpoint", host, port)?;
        let own = [("host", host), ("x-sim-client-ip", client)];
        http::send("GET", &format!("http://{address}{path}"), &[&own, headers].concat(), "")
    }

    /// Address of the loopback socket that stands for a listener or an endpoint.
    fn socket(&self, kind: &str, dns_name: &str, port: u16) -> Result<String> {
        let sockets = self.get("sockets")?;
        let mut all = sockets.as_array().into_iter().flatten();
        let socket =
            all.find(|socket| socket["kind"] == kind && socket["dnsName"] == dns_name && socket["port"] == port);
        let address = socket.and_then(|socket| socket["address"].as_str()).map(str::to_owned);
        address.ok_or_else(|| Error::Unexpected(format!("nothing listens for {dns_name}:{port}; sockets: {sockets}")))
    }

    /// The process, for one who lets it run on.
    #[must_use]
    pub fn into_process(self) -> Process {
        self.process
    }
}

/// Port of the scheme, host and path of a URL.
fn split(url: &str) -> Result<(&'static str, &str, &str)> {
    let schemes = [("http://", "80"), ("https://", "443")];
    let known = schemes.into_iter().find_map(|(scheme, port)| Some((port, url.strip_prefix(scheme)?)));
    let (port, rest) = known.ok_or_else(|| Error::Unexpected(format!("no URL of HTTP: {url:?}")))?;
    let (host, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    Ok((port, host, path))
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn url_has_port_host_and_path() {
        assert_eq!(split("http://a.example:81/test/?x").unwrap(), ("80", "a.example:81", "/test/?x"));
        assert_eq!(split("https://a.example").unwrap(), ("443", "a.example", "/"));
        assert!(split("ftp://a.example").is_err());
    }
}
