//! `spec.rules`.

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::cel;

/// One listener rule: which requests go to the API.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq, Default)]
#[serde(rename_all = "camelCase")]
#[x_kube(
    validation = Rule::new("(has(self.hosts) ? size(self.hosts) : 0) + (has(self.hostRegexes) ? size(self.hostRegexes) : 0) + (has(self.paths) ? size(self.paths) : 0) + (has(self.pathRegexes) ? size(self.pathRegexes) : 0) + (has(self.methods) ? size(self.methods) : 0) + (has(self.headers) ? self.headers.map(header, size(header.values)).sum() : 0) + (has(self.queryStrings) ? size(self.queryStrings) : 0) + (has(self.sourceCidrs) ? size(self.sourceCidrs) : 0) <= 5")
        .message("a listener rule holds at most 5 condition values, all kinds together: split it into several rules"),
    validation = Rule::new("!has(self.hosts) || !has(self.hostRegexes)")
        .message("hosts and hostRegexes cannot be in one rule: split it into two"),
    validation = Rule::new("!has(self.paths) || !has(self.pathRegexes)")
        .message("paths and pathRegexes cannot be in one rule: split it into two")
)]
pub struct ListenerRule {
    /// Host names of the requests, with the wildcards `*` and `?`, for example `api.example.com`; case does not matter. On a listener with another port
    /// than 80 and 443, where clients add the port to the Host header, a name matches with any port and without one: the rule then has a
    /// regular expression for it, of at most 128 characters, and takes a name for which that would be longer in lower case only. Default: any host.
    #[serde(default, deserialize_with = "super::null::as_default", skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 5), inner(length(max = 128), regex(pattern = r"^[A-Za-z0-9.*?-]+\.[A-Za-z*?]+$")))]
    pub hosts: Vec<String>,

    /// Regular expressions for the Host header, for example `^api-[0-9]+\\.example\\.com(:[0-9]+)?$`: on a listener with another port than 80 and 443 it
    /// holds the port. Lookaround, back references and `\\p` are not supported.
    /// Default: none. At most 5; not together with `hosts`.
    #[serde(default, deserialize_with = "super::null::as_default", skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 5), inner(length(min = 1, max = 128), regex(pattern = r"^[ -~]+$")))]
    #[x_kube(validation = cel::regexes("hostRegexes"))]
    pub host_regexes: Vec<String>,

    /// Paths of the requests as the client sends them, with the wildcards `*` and `?`; case matters. Default: any path. 1 to 5.
    #[serde(default, deserialize_with = "super::null::as_default", skip_serializing_if = "Vec::is_empty")]
    #[schemars(
        length(min = 1, max = 5),
        inner(length(max = 128), regex(pattern = r#"^[/*?][A-Za-z0-9_.$/~"'@:+&*?-]*$"#))
    )]
    pub paths: Vec<String>,

    /// Regular expressions for the path as the client sends it, for example `^/prod/v[0-9]+/`. The same limits as for `hostRegexes`.
    /// Default: none. At most 5; not together with `paths`.
    #[serde(default, deserialize_with = "super::null::as_default", skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 5), inner(length(min = 1, max = 128), regex(pattern = r"^[ -~]+$")))]
    #[x_kube(validation = cel::regexes("pathRegexes"))]
    pub path_regexes: Vec<String>,

    /// HTTP methods, for example `GET`; a rule for `GET` does not take `HEAD`. Default: any. At most 5.
    #[serde(default, deserialize_with = "super::null::as_default", skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 5), inner(length(max = 40), regex(pattern = r"^[A-Z_-]+$")))]
    pub methods: Vec<String>,

    /// Headers that the request must have, each with one of its values. Default: none. At most 5.
    #[serde(default, deserialize_with = "super::null::as_default", skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 5))]
    pub headers: Vec<HeaderCondition>,

    /// Parts of the query string, one of which the request must have. Default: none. At most 5.
    #[serde(default, deserialize_with = "super::null::as_default", skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 5))]
    pub query_strings: Vec<QueryStringCondition>,

    /// Address ranges of the clients, IPv4 or IPv6, as the load balancer sees them: behind a proxy, the proxy's. Default: any. At most 5.
    #[serde(default, deserialize_with = "super::null::as_default", skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 5), inner(length(max = 43)))]
    #[x_kube(validation = cel::cidrs("sourceCidrs"))]
    pub source_cidrs: Vec<String>,

    /// Whether clients write the stage name in the path. Default: `Visible` (`/prod/orders`); with `Hidden` the rule adds it (`/orders`).
    #[serde(default)]
    pub stage_path: StagePath,

    /// Priority of the rule on the listener, the lowest is judged first. Default: a free one that keeps the order of this list. 1 to 50000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 50000))]
    pub priority: Option<i32>,
}

/// A header that a request must have.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
#[x_kube(
    validation = Rule::new("self.name.lowerAscii() != 'host'").message("the Host header is matched by hosts and hostRegexes: use these")
)]
pub struct HeaderCondition {
    /// Name; case does not matter. At most 40 characters.
    #[schemars(length(max = 40), regex(pattern = r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"))]
    pub name: String,

    /// Values of printable ASCII characters, with the wildcards `*` and `?`; case does not matter. 1 to 5.
    #[schemars(length(min = 1, max = 5), inner(length(min = 1, max = 128), regex(pattern = r"^[ -~]+$")))]
    pub values: Vec<String>,
}

/// A part of a query string.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct QueryStringCondition {
    /// Key, with the wildcards `*` and `?`. Default: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 128), regex(pattern = r"^[ -~]+$"))]
    pub key: Option<String>,

    /// Value, with the wildcards `*` and `?`.
    #[schemars(length(min = 1, max = 128), regex(pattern = r"^[ -~]+$"))]
    pub value: String,
}

pub(super) fn default_rules() -> Vec<ListenerRule> {
    vec![ListenerRule::default()]
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
