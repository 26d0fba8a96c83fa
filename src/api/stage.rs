//! `spec.api.stage`.

use std::collections::BTreeMap;

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::StageCache;

/// The stage that serves the API.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Stage {
    /// Name of the stage, the first part of the path that API Gateway serves. Default: `prod`. Letters, digits, `_` and `-`, at most 128.
    #[serde(default = "default_stage_name")]
    #[schemars(length(min = 1, max = 128), regex(pattern = r"^[A-Za-z0-9_-]+$"))]
    pub name: String,

    /// Description of the stage. Default: none. At most 1,024 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 1024))]
    pub description: Option<String>,

    /// Values for `${stageVariables.<name>}` in integrations and authorizers: each that is used there must be set. Before the stage
    /// gets other values, the functions that they name get the permission that lets the API invoke them. Names of letters, digits and `_`; values of letters, digits and `-._~:/?#&=,`. Default:
    /// none. At most 100.
    #[serde(default, deserialize_with = "super::null::entries", skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = 100))]
    pub variables: BTreeMap<String, String>,

    /// Access logs: where a line is written for each request. API Gateway refuses them until the account has a CloudWatch Logs role (`cloudwatchRoleArn`, one
    /// setting for all APIs of an account and region: `aws apigateway update-account`). Default: no access logs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_logs: Option<AccessLogs>,

    /// How many requests the stage accepts. Default: as many as the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub throttling: Option<Throttling>,

    /// Metrics for each method in CloudWatch. Default: `Disabled`.
    #[serde(default)]
    pub metrics: Toggle,

    /// What is written to the execution log in CloudWatch Logs. Other values than `OFF` need the account's CloudWatch Logs role,
    /// as `accessLogs` do. Default: `OFF`.
    #[serde(default)]
    pub logging_level: LoggingLevel,

    /// Whether requests and answers are logged in full, to find errors; the log may then hold secrets. Default: `Disabled`.
    #[serde(default)]
    pub data_trace: Toggle,

    /// X-Ray tracing. Default: `PassThrough`.
    #[serde(default)]
    pub tracing: Tracing,

    /// A cache for answers to GET requests, billed by the hour. With `routes` its key is the path alone, without caller, header fields and query string:
    /// use it only where the answer does not depend on them. API Gateway takes up to four minutes to create one, and serves without it meanwhile.
    /// Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<StageCache>,

    /// ID of an earlier deployment of the API that the stage serves instead of the current definition, as long as this is set. The one before the
    /// last is always kept (`status.api.deploymentId` named it then). Default: the current definition is deployed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^[a-z0-9]{6,10}$"))]
    pub rollback_to: Option<String>,
}

impl Default for Stage {
    fn default() -> Self {
        Self {
            name: default_stage_name(),
            description: None,
            variables: BTreeMap::new(),
            access_logs: None,
            throttling: None,
            metrics: Toggle::default(),
            logging_level: LoggingLevel::default(),
            data_trace: Toggle::default(),
            tracing: Tracing::default(),
            cache: None,
            rollback_to: None,
        }
    }
}

fn default_stage_name() -> String {
    "prod".to_owned()
}

/// Access logs.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct AccessLogs {
    /// ARN of a CloudWatch Logs group, or of a Firehose stream whose name begins with `amazon-apigateway-`.
    #[schemars(regex(
        pattern = r"^arn:aws[a-z-]*:(logs:[a-z0-9-]+:[0-9]{12}:log-group:[^:*]+|firehose:[a-z0-9-]+:[0-9]{12}:deliverystream/amazon-apigateway-.+)$"
    ))]
    pub destination_arn: String,

    /// What a line holds: text with `$context` variables; it must contain `$context.requestId` or `$context.extendedRequestId`. A single line, at most 3,072 characters.
    #[schemars(length(min = 1, max = 3072), regex(pattern = r"^[^\r\n]+\n?$"))]
    pub format: String,
}

/// Limits of a stage. Requests beyond are answered with 429.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Throttling {
    /// Requests in a second, on average. 0 to 1,000,000; the account's limit holds as well.
    #[schemars(range(max = 1_000_000))]
    pub rate_limit: u32,

    /// Requests at once. 0 to 1,000,000; the account's limit holds as well.
    #[schemars(range(max = 1_000_000))]
    pub burst_limit: u32,
}

/// Whether something is on.
#[derive(Serialize, Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, Default)]
// No description: it would take the place of the field's own wherever the field is optional.
#[schemars(description = "")]
pub enum Toggle {
    /// It is.
    Enabled,
    /// It is not.
    #[default]
    Disabled,
}

/// What an execution log holds.
#[derive(Serialize, Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "UPPERCASE")]
pub enum LoggingLevel {
    /// Nothing.
    #[default]
    Off,
    /// Errors.
    Error,
    /// Everything.
    Info,
}

/// X-Ray tracing.
#[derive(Serialize, Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tracing {
    /// API Gateway samples requests.
    Active,
    /// Only requests that are traced already are.
    #[default]
    PassThrough,
}
