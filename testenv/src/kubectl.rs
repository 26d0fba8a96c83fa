//! `kubectl`, the one built with the API server.

use std::fmt::Display;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::error::{Error, Result};
use crate::{poll, process};

/// How often a waiting client looks.
const LOOK: Duration = Duration::from_millis(250);

/// `kubectl` with a kubeconfig, and a namespace unless it is the default one.
#[derive(Clone, Debug)]
pub struct Kubectl {
    program: PathBuf,
    kubeconfig: PathBuf,
    namespace: Option<String>,
}

impl Kubectl {
    /// `program` with `kubeconfig`.
    #[must_use]
    pub fn new(program: &Path, kubeconfig: &Path) -> Self {
        Self { program: program.to_owned(), kubeconfig: kubeconfig.to_owned(), namespace: None }
    }

    /// The same in a namespace.
    #[must_use]
    pub fn namespace(&self, namespace: &str) -> Self {
        Self { namespace: Some(namespace.to_owned()), ..self.clone() }
    }

    /// Runs it and gives what it prints on standard output.
    pub fn run(&self, arguments: &[&str]) -> Result<String> {
        process::output(&mut self.command(arguments))
    }

    /// Applies a manifest, given as text.
    pub fn apply(&self, manifest: &str) -> Result<()> {
        self.pipe(&["apply", "-f", "-"], manifest).map(drop)
    }

    /// Runs it with text on standard input.
    pub fn pipe(&self, arguments: &[&str], input: &str) -> Result<String> {
        let mut command = self.command(arguments);
        let failed = |source| Error::Start { program: "kubectl".to_owned(), source };
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(failed)?;
        if let Some(mut stdin) = child.stdin.take() {
            // One that ends early says why itself.
            drop(stdin.write_all(input.as_bytes()));
        }
        let output = child.wait_with_output().map_err(failed)?;
        process::printed(&command, output)
    }

    /// An object; None if there is none of this name.
    pub fn get(&self, kind: &str, name: &str) -> Result<Option<Value>> {
        let text = self.run(&["get", kind, name, "--ignore-not-found", "--output", "json"])?;
        if text.trim().is_empty() { Ok(None) } else { parse(&text).map(Some) }
    }

    /// The objects of a kind.
    pub fn list(&self, kind: &str) -> Result<Vec<Value>> {
        let list = parse(&self.run(&["get", kind, "--output", "json"])?)?;
        Ok(list["items"].as_array().cloned().unwrap_or_default())
    }

    /// Looks at an object until `found` finds what it wants in it; a time-out quotes what `found` saw last.
    pub fn wait<T, L: Display>(
        &self,
        (kind, name): (&str, &str),
        what: &str,
        timeout: Duration,
        mut found: impl FnMut(&Value) -> std::result::Result<T, L>,
    ) -> Result<T> {
        poll::until(&format!("{what} of {kind}/{name}"), LOOK, timeout, || {
            Ok(match self.get(kind, name)? {
                Some(object) => found(&object).map_err(|last| last.to_string()),
                None => Err("no such object".to_owned()),
            })
        })
    }

    /// Waits until a condition has a status.
    pub fn wait_condition(
        &self,
        (kind, name): (&str, &str),
        condition: &str,
        status: &str,
        timeout: Duration,
    ) -> Result<Value> {
        self.wait((kind, name), &format!("{condition}={status}"), timeout, |object| {
            let conditions = object["status"]["conditions"].as_array().map(Vec::as_slice).unwrap_or_default();
            let right = |c: &&Value| c["type"] == condition && c["status"] == status;
            conditions.iter().find(right).map(|_| object.clone()).ok_or_else(|| summary(conditions))
        })
    }

    /// Waits until there is no object of this name.
    pub fn wait_gone(&self, (kind, name): (&str, &str), timeout: Duration) -> Result<()> {
        poll::until(&format!("end of {kind}/{name}"), LOOK, timeout, || {
            Ok(match self.get(kind, name)? {
                None => Ok(()),
                Some(object) => Err(object["status"].to_string()),
            })
        })
    }

    /// Asks for an object's deletion without waiting for it.
    pub fn delete(&self, kind: &str, name: &str) -> Result<()> {
        self.run(&["delete", kind, name, "--wait=false"]).map(drop)
    }

    /// Everything about an object, with its events, for a person.
    pub fn describe(&self, kind: &str, name: &str) -> Result<String> {
        self.run(&["describe", kind, name])
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments);
        if let Some(namespace) = &self.namespace {
            command.args(["--namespace", namespace]);
        }
        // Nothing of the user's own settings, and what it learns of the server is kept beside the kubeconfig.
        let cache = self.kubeconfig.with_file_name("kubectl-cache");
        command.env("KUBECONFIG", &self.kubeconfig).env("KUBECACHEDIR", cache).env("KUBECTL_KUBERC", "false");
        command
    }
}

fn parse(text: &str) -> Result<Value> {
    serde_json::from_str(text).map_err(|error| Error::Unexpected(format!("kubectl printed no JSON ({error}): {text}")))
}

/// Conditions in a line: `Type=Status (Reason: message)`.
fn summary(conditions: &[Value]) -> String {
    let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
    let one = |c: &Value| {
        format!("{}={} ({}: {})", text(&c["type"]), text(&c["status"]), text(&c["reason"]), text(&c["message"]))
    };
    if conditions.is_empty() {
        "no conditions".to_owned()
    } else {
        conditions.iter().map(one).collect::<Vec<_>>().join(", ")
    }
}
