//! Who a controller is in the account of its test: a role that may do what `frontdoor iam-policy` prints for it, and nothing else. The test's own
//! calls come from the account itself, which may do everything.

use std::process::Command;
use std::sync::Mutex;

use serde_json::{Value, json};
use testenv::simulator::ACCOUNT;
use testenv::{Cluster, Simulator};

/// As long as AWS lets a session last. The simulator's clock is fast: it is minutes, far more than a test takes.
const LONGEST_SESSION: u32 = 43_200;

/// The session of a role.
pub(crate) struct Identity {
    access_key: String,
    pub(crate) secret_key: String,
    pub(crate) token: String,
    cluster_id: String,
    /// APIs of others' of which the controller keeps aspects.
    managed_apis: Mutex<Vec<String>>,
    /// Roles that it may pass to API Gateway.
    passed_roles: Mutex<Vec<String>>,
}

impl Identity {
    /// One in this account with the policy for this cluster.
    pub(crate) fn new(simulator: &Simulator, cluster: &Cluster, account: &str) -> Self {
        // Asked for from elsewhere: it is none of the calls in the test's account.
        let form = format!(
            "Action=AssumeRole&Version=2011-06-15&RoleArn=arn:aws:iam::{account}:role/frontdoor&RoleSessionName=test&DurationSeconds={LONGEST_SESSION}"
        );
        let answer = simulator.query(ACCOUNT, "sts", &form).unwrap();
        let text = |name| crate::aws::inner(&answer, name);
        let namespace = cluster.kubectl().get("namespace", "kube-system").unwrap().unwrap();
        let identity = Self {
            access_key: text("AccessKeyId"),
            secret_key: text("SecretAccessKey"),
            token: text("SessionToken"),
            cluster_id: namespace["metadata"]["uid"].as_str().unwrap().to_owned(),
            managed_apis: Mutex::default(),
            passed_roles: Mutex::default(),
        };
        identity.restrict(simulator, None);
        identity
    }

    /// Its credentials, as environment variables.
    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        let named = [
            ("AWS_ACCESS_KEY_ID", &self.access_key),
            ("AWS_SECRET_ACCESS_KEY", &self.secret_key),
            ("AWS_SESSION_TOKEN", &self.token),
        ];
        named.map(|(name, value)| (name.to_owned(), value.clone())).to_vec()
    }

    /// Lets it keep aspects of the API that a spec names for that, as the policy's `--managed-api` does.
    pub(crate) fn manage(&self, simulator: &Simulator, spec: &Value) {
        let id = spec["api"]["id"].as_str().filter(|_| !spec["api"]["manage"].is_null());
        if let Some(id) = id {
            self.managed_apis.lock().unwrap().push(id.to_owned());
            self.restrict(simulator, None);
        }
    }

    /// Lets it pass a role to API Gateway, as the policy's `--pass-role` does.
    pub(crate) fn pass(&self, simulator: &Simulator, role: &str) {
        self.passed_roles.lock().unwrap().push(role.to_owned());
        self.restrict(simulator, None);
    }

    /// Lets it do what the policy allows, but for this action.
    pub(crate) fn restrict(&self, simulator: &Simulator, denied: Option<&str>) {
        let mut policy = self.policy();
        let denied = denied.map(|action| json!({"Effect": "Deny", "Action": action, "Resource": "*"}));
        policy["Statement"].as_array_mut().unwrap().extend(denied);
        simulator.send("PUT", "policies", &json!({"caller": self.access_key, "policy": policy})).unwrap();
    }

    fn policy(&self) -> Value {
        let mut command = Command::new(env!("CARGO_BIN_EXE_frontdoor"));
        command.args(["iam-policy", "--cluster-id", &self.cluster_id]);
        for api in self.managed_apis.lock().unwrap().iter() {
            command.args(["--managed-api", api]);
        }
        for role in self.passed_roles.lock().unwrap().iter() {
            command.args(["--pass-role", role]);
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    }
}
