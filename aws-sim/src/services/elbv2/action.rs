//! Actions of rules (API Reference, `Action`).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::load_balancer::{Kind, LoadBalancer};
use super::select::invalid;
use super::target_group::TargetGroup;
use crate::error::{Answer, AwsError};
use crate::world::Region;

/// A target group of a forward action and its share.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct WeightedGroup {
    /// The target group.
    pub target_group_arn: String,
    /// Its share, 0 to 999.
    pub weight: Option<u32>,
}

/// Whether clients stay with a target group.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct GroupStickiness {
    /// Whether they do.
    #[serde(default)]
    pub enabled: bool,
    /// For how long.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_seconds: Option<u32>,
}

/// With `forward`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Forward {
    /// One to five groups.
    #[serde(default)]
    pub target_groups: Vec<WeightedGroup>,
    /// Whether clients stay with one.
    pub target_group_stickiness_config: Option<GroupStickiness>,
}

/// With `redirect`; `#{protocol}`, `#{host}`, `#{port}`, `#{path}`, `#{query}` stand for the request's own.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Redirect {
    /// HTTP, HTTPS or `#{protocol}`.
    #[serde(default = "same_protocol")]
    pub protocol: String,
    /// 1 to 65535 or `#{port}`.
    #[serde(default = "same_port")]
    pub port: String,
    /// Host name.
    #[serde(default = "same_host")]
    pub host: String,
    /// Path with its leading slash.
    #[serde(default = "same_path")]
    pub path: String,
    /// Query without its question mark.
    #[serde(default = "same_query")]
    pub query: String,
    /// `HTTP_301` or `HTTP_302`.
    pub status_code: String,
}

fn same_protocol() -> String {
    "#{protocol}".to_owned()
}
fn same_port() -> String {
    "#{port}".to_owned()
}
fn same_host() -> String {
    "#{host}".to_owned()
}
fn same_path() -> String {
    "/#{path}".to_owned()
}
fn same_query() -> String {
    "#{query}".to_owned()
}

/// With `fixed-response`.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct FixedResponse {
    /// `2XX`, `4XX` or `5XX`.
    pub status_code: String,
    /// Type of the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// Body of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_body: Option<String>,
}

/// An action. Authentication actions are kept and answered, but the simulator's data plane does not carry them out.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Action {
    /// `forward`, `redirect`, `fixed-response` or an authentication.
    #[serde(rename = "Type")]
    pub kind: String,
    /// With `forward` to one group; requests may give this instead of the configuration, answers have both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_group_arn: Option<String>,
    /// Place among several actions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<u32>,
    /// With `forward`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forward_config: Option<Forward>,
    /// With `redirect`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_config: Option<Redirect>,
    /// With `fixed-response`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fixed_response_config: Option<FixedResponse>,
    /// With `authenticate-oidc`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authenticate_oidc_config: Option<Value>,
    /// With `authenticate-cognito`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authenticate_cognito_config: Option<Value>,
    /// With `jwt-validation`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwt_validation_config: Option<Value>,
}

impl Action {
    /// Both forms of `forward` filled, the way answers have it.
    fn complete(mut self) -> Answer<Self> {
        if self.kind != "forward" {
            return Ok(self);
        }
        let single = self.target_group_arn.take();
        let mut config = self.forward_config.take().unwrap_or_default();
        if let Some(arn) = single {
            if config.target_groups.is_empty() {
                config.target_groups.push(WeightedGroup { target_group_arn: arn, weight: None });
            } else if config.target_groups.len() > 1 || config.target_groups[0].target_group_arn != arn {
                return Err(invalid(
                    "You cannot specify both a target group ARN and a forward configuration that differs from it",
                ));
            }
        }
        for group in &mut config.target_groups {
            group.weight = group.weight.or(Some(1));
        }
        config.target_group_stickiness_config.get_or_insert_with(GroupStickiness::default);
        self.target_group_arn =
            if let [only] = &config.target_groups[..] { Some(only.target_group_arn.clone()) } else { None };
        self.forward_config = Some(config);
        Ok(self)
    }

    fn groups(&self) -> impl Iterator<Item = &WeightedGroup> {
        self.forward_config.iter().flat_map(|config| &config.target_groups)
    }

    fn check(&self) -> Answer<()> {
        let wanted = match self.kind.as_str() {
            "forward" => return self.check_forward(),
            "redirect" => return self.redirect_config.as_ref().map_or_else(|| Err(self.incomplete()), check_redirect),
            "fixed-response" => {
                return self.fixed_response_config.as_ref().map_or_else(|| Err(self.incomplete()), check_fixed);
            }
            "authenticate-oidc" => &self.authenticate_oidc_config,
            "authenticate-cognito" => &self.authenticate_cognito_config,
            "jwt-validation" => &self.jwt_validation_config,
            other => {
                let message = format!(
                    "Action type '{other}' must be one of 'redirect, fixed-response, forward, authenticate-cognito, authenticate-oidc, jwt-validation'"
                );
                return Err(AwsError::new("InvalidLoadBalancerAction", message));
            }
        };
        if wanted.is_some() { Ok(()) } else { Err(self.incomplete()) }
    }

    fn incomplete(&self) -> AwsError {
        invalid(format!("An action of type '{}' must have the configuration of that type", self.kind))
    }

    fn check_forward(&self) -> Answer<()> {
        let count = self.groups().count();
        if count == 0 {
            return Err(self.incomplete());
        }
        // User Guide, "Quotas": five target groups an action.
        if count > 5 {
            return Err(AwsError::new("TooManyTargetGroups", "The maximum number of target groups per action is 5"));
        }
        let unique: BTreeSet<&String> = self.groups().map(|group| &group.target_group_arn).collect();
        if unique.len() < count || self.groups().any(|group| group.weight.is_some_and(|weight| weight > 999)) {
            return Err(invalid("Target groups of an action must be unique, their weights between 0 and 999"));
        }
        let sticky = self.forward_config.as_ref().and_then(|config| config.target_group_stickiness_config.as_ref());
        if sticky.is_some_and(|sticky| {
            sticky.enabled && !sticky.duration_seconds.is_some_and(|seconds| (1..=604_800).contains(&seconds))
        }) {
            return Err(invalid("Target group stickiness duration must be between 1 and 604800 seconds"));
        }
        Ok(())
    }
}

fn check_redirect(redirect: &Redirect) -> Answer<()> {
    if !matches!(redirect.status_code.as_str(), "HTTP_301" | "HTTP_302") {
        return Err(invalid(format!(
            "Redirect status code '{}' must be one of 'HTTP_301, HTTP_302'",
            redirect.status_code
        )));
    }
    if !matches!(redirect.protocol.as_str(), "HTTP" | "HTTPS" | "#{protocol}") {
        return Err(invalid(format!(
            "Redirect protocol '{}' must be one of 'HTTP, HTTPS, #{{protocol}}'",
            redirect.protocol
        )));
    }
    if !redirect.path.starts_with('/') {
        return Err(invalid("The redirect path must begin with '/'"));
    }
    let same = Redirect {
        status_code: redirect.status_code.clone(),
        protocol: same_protocol(),
        port: same_port(),
        host: same_host(),
        path: same_path(),
        query: same_query(),
    };
    if redirect.protocol == same.protocol
        && redirect.port == same.port
        && redirect.host == same.host
        && redirect.path == same.path
    {
        return Err(AwsError::new(
            "InvalidLoadBalancerAction",
            "The redirect action would cause a redirect loop: at least protocol, host, port or path must change",
        ));
    }
    Ok(())
}

fn check_fixed(response: &FixedResponse) -> Answer<()> {
    let code = &response.status_code;
    if code.len() != 3 || !code.starts_with(['2', '4', '5']) || code.parse::<u16>().is_err() {
        return Err(invalid(format!("Fixed response status code '{code}' must be a 2XX, 4XX or 5XX code")));
    }
    let types = ["text/plain", "text/css", "text/html", "application/javascript", "application/json"];
    if response.content_type.as_deref().is_some_and(|kind| !types.contains(&kind)) {
        return Err(invalid(format!("Fixed response content type must be one of '{}'", types.join(", "))));
    }
    if response.message_body.as_ref().is_some_and(|body| body.len() > 1024) {
        return Err(invalid("The length of a fixed response's message must not exceed 1024"));
    }
    Ok(())
}

/// Target groups that actions forward to.
#[must_use]
pub fn target_groups(actions: &[Action]) -> BTreeSet<String> {
    actions.iter().flat_map(Action::groups).map(|group| group.target_group_arn.clone()).collect()
}

/// Actions of a request for a load balancer, complete and right.
pub(super) fn checked(region: &Region, balancer: &LoadBalancer, actions: Vec<Action>) -> Answer<Vec<Action>> {
    let mut actions: Vec<Action> = actions.into_iter().map(Action::complete).collect::<Answer<_>>()?;
    actions.iter().try_for_each(Action::check)?;
    actions.sort_by_key(|action| action.order.unwrap_or(0));
    let routes = |action: &Action| matches!(action.kind.as_str(), "forward" | "redirect" | "fixed-response");
    if actions.iter().filter(|action| routes(action)).count() != 1 || !actions.last().is_some_and(routes) {
        let message =
            "Exactly one action of type forward, redirect or fixed-response is needed, and it must be the last";
        return Err(AwsError::new("InvalidLoadBalancerAction", message));
    }
    if balancer.kind == Kind::Network && actions.iter().any(|action| action.kind != "forward") {
        let message = "Network Load Balancers support forward actions only";
        return Err(AwsError::new("InvalidLoadBalancerAction", message));
    }
    target_groups(&actions).iter().try_for_each(|arn| check_group(region, balancer, arn))?;
    check_unique_groups(region, balancer, &actions)?;
    Ok(actions)
}

fn check_group(region: &Region, balancer: &LoadBalancer, arn: &str) -> Answer<()> {
    let state = &region.elbv2;
    let group: &TargetGroup = state
        .target_groups
        .get(arn)
        .ok_or_else(|| AwsError::new("TargetGroupNotFound", format!("Target groups '{arn}' not found")))?;
    let is_http = matches!(group.protocol.as_deref(), Some("HTTP" | "HTTPS") | None);
    if is_http != (balancer.kind == Kind::Application) {
        let message = format!("The protocol of the target group '{arn}' is not compatible with the load balancer");
        return Err(AwsError::new("IncompatibleProtocols", message));
    }
    if group.vpc.as_ref().is_some_and(|vpc| *vpc != balancer.vpc) {
        let message = format!("The following target groups must be in the same VPC as the load balancer: {arn}");
        return Err(AwsError::new("InvalidConfigurationRequest", message));
    }
    // User Guide, "Quotas": one load balancer a target group.
    if state.users_of(arn).iter().any(|user| *user != balancer.arn) {
        let message =
            format!("The following target groups cannot be associated with more than one load balancer: {arn}");
        return Err(AwsError::new("TargetGroupAssociationLimit", message));
    }
    Ok(())
}

/// User Guide, "Quotas": 100 target groups an application load balancer, not adjustable.
fn check_unique_groups(region: &Region, balancer: &LoadBalancer, actions: &[Action]) -> Answer<()> {
    let state = &region.elbv2;
    let new = target_groups(actions).into_iter().filter(|arn| state.users_of(arn).is_empty()).count();
    if new > 0 && state.used_by(&balancer.arn) + new > 100 {
        let message = "The maximum number of unique target groups per load balancer has been reached";
        return Err(AwsError::new("TooManyUniqueTargetGroupsPerLoadBalancer", message));
    }
    Ok(())
}

/// Actions on the wire.
pub(super) fn render(actions: &[Action]) -> Value {
    json!(actions)
}
