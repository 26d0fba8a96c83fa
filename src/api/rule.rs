//! `spec.rules`.

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One listener rule: which requests go to the API.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
#[x_kube(
    validation = Rule::new("size(self.paths) + (has(self.hosts) ? size(self.hosts) : 0) <= 5")
        .message("a listener rule holds at most 5 condition values, hosts and paths together: split it into several rules")
)]
pub struct ListenerRule {
    /// Host names of the requests, with the wildcards `*` and `?`, for example `api.example.com`. Default: any host.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 5), inner(length(max = 128), regex(pattern = r"^[A-Za-z0-9.*?-]+\.[A-Za-z*?]+$")))]
    pub hosts: Vec<String>,

    /// Paths of the requests as the client sends them, with the wildcards `*` and `?`; case matters. Default: `/*`. 1 to 5.
    #[serde(default = "default_paths")]
    #[schemars(
        length(min = 1, max = 5),
        inner(length(max = 128), regex(pattern = r#"^[/*?][A-Za-z0-9_.$/~"'@:+&()!,;=%*?-]*$"#))
    )]
    pub paths: Vec<String>,

    /// Whether clients write the stage name in the path. Default: `Visible` (`/prod/orders`); with `Hidden` the rule adds it (`/orders`).
    #[serde(default)]
    pub stage_path: StagePath,

    /// Priority of the rule on the listener, the lowest is judged first. Default: a free one that keeps the order of this list. 1 to 50000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 50000))]
    pub priority: Option<i32>,
}

impl Default for ListenerRule {
    fn default() -> Self {
        Self { hosts: Vec::new(), paths: default_paths(), stage_path: StagePath::default(), priority: None }
    }
}

pub(super) fn default_rules() -> Vec<ListenerRule> {
    vec![ListenerRule::default()]
}

fn default_paths() -> Vec<String> {
    vec!["/*".to_owned()]
}

/// The stage name in the client's path.
#[derive(Serialize, Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum StagePath {
    /// Clients write it.
    #[default]
    Visible,
    /// The load balancer adds it.
    Hidden,
}
