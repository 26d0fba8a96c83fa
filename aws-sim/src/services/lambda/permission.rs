//! Permissions: the statements of a function's policy.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::function::{Function, find};
use super::{absent, arn, invalid};
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::iam::{Decision, Keys, Kind, Policy, Principal, Request};
use crate::protocol::Reply;
use crate::world::Region;

/// Most bytes of a function's policy (Lambda Developer Guide, quotas).
const LONGEST: usize = 20_480;

/// A statement of a function's policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Grant {
    /// Its name.
    pub sid: String,
    /// The statement.
    pub statement: Value,
}

impl Function {
    fn policy(&self) -> Value {
        let statements: Vec<&Value> = self.grants.iter().map(|grant| &grant.statement).collect();
        json!({"Version": "2012-10-17", "Id": "default", "Statement": statements})
    }

    /// Whether its policy lets a service invoke it on behalf of a resource of an account.
    #[must_use]
    pub fn may_be_invoked_by(&self, region: &Region, service: &str, source_arn: &str, source_account: &str) -> bool {
        let Ok(policy) = Policy::of(&self.policy(), Kind::Resource) else {
            return false;
        };
        let keys = Keys::default().with("aws:SourceArn", source_arn).with("aws:SourceAccount", source_account);
        let request = Request {
            principal: &Principal::Service(service.to_owned()),
            action: "lambda:InvokeFunction",
            resource: &arn(region, &self.name),
            keys: &keys,
        };
        policy.decide(&request) == Decision::Allow
    }
}

/// The principal that a call lets in or shuts out, for the condition key `lambda:Principal`.
#[must_use]
pub(crate) fn principal_of(operation: &str, tree: &Value, region: &Region) -> Option<String> {
    let text = |name: &str| tree.get(name).and_then(Value::as_str);
    if operation == "AddPermission" {
        return text("Principal").map(str::to_owned);
    }
    let function = region.lambda.functions.get(super::function::name_of(text("FunctionName")?))?;
    let grant = function.grants.iter().find(|grant| Some(grant.sid.as_str()) == text("StatementId"))?;
    let principal = &grant.statement["Principal"];
    [principal, &principal["Service"], &principal["AWS"]].into_iter().find_map(Value::as_str).map(str::to_owned)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct AddPermissionRequest {
    function_name: String,
    statement_id: String,
    action: String,
    principal: String,
    source_arn: Option<String>,
    source_account: Option<String>,
    event_source_token: Option<String>,
    #[serde(rename = "Qualifier")]
    qualifier: Option<String>,
    revision_id: Option<String>,
    #[serde(rename = "PrincipalOrgID")]
    principal_org_id: Option<String>,
    function_url_auth_type: Option<String>,
    #[serde(rename = "InvokedViaFunctionUrl")]
    invoked_via_function_url: Option<bool>,
}

impl AddPermissionRequest {
    fn check(&self) -> Answer<()> {
        let is_sid = |text: &str| {
            (1..=100).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
        };
        if !is_sid(&self.statement_id) {
            return Err(AwsError::new(
                "ValidationException",
                format!(
                    "1 validation error detected: Value '{}' at 'statementId' failed to satisfy constraint: Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)",
                    self.statement_id
                ),
            ));
        }
        if self.action != "lambda:*" && !self.action.starts_with("lambda:") {
            return Err(AwsError::new(
                "ValidationException",
                format!(
                    "1 validation error detected: Value '{}' at 'action' failed to satisfy constraint: Member must satisfy regular expression pattern: (lambda:[*]|lambda:[a-zA-Z]+|[*])",
                    self.action
                ),
            ));
        }
        Ok(())
    }

    fn statement(&self, resource: &str) -> Value {
        let principal = match self.principal.as_str() {
            "*" => json!("*"),
            service if service.contains(".amazonaws.") => json!({"Service": service}),
            account if account.len() == 12 => json!({"AWS": format!("arn:aws:iam::{account}:root")}),
            other => json!({"AWS": other}),
        };
        let mut conditions = Map::new();
        let mut add = |operator: &str, key: &str, value: Option<Value>| {
            if let Some(value) = value {
                let keys = conditions.entry(operator).or_insert_with(|| json!({}));
                keys[key] = value;
            }
        };
        add("ArnLike", "AWS:SourceArn", self.source_arn.clone().map(Value::from));
        add("StringEquals", "AWS:SourceAccount", self.source_account.clone().map(Value::from));
        add("StringEquals", "lambda:EventSourceToken", self.event_source_token.clone().map(Value::from));
        add("StringEquals", "aws:PrincipalOrgID", self.principal_org_id.clone().map(Value::from));
        add("StringEquals", "lambda:FunctionUrlAuthType", self.function_url_auth_type.clone().map(Value::from));
        add("Bool", "lambda:InvokedViaFunctionUrl", self.invoked_via_function_url.map(Value::from));
        let mut statement = json!({
            "Sid": self.statement_id, "Effect": "Allow", "Principal": principal, "Action": self.action, "Resource": resource,
        });
        if !conditions.is_empty() {
            statement["Condition"] = Value::Object(conditions);
        }
        statement
    }
}

pub(super) fn add(ctx: &mut Context<'_>, request: AddPermissionRequest) -> Answer<Reply> {
    request.check()?;
    let revision = ctx.ids.uuid();
    let resource = arn(ctx.here, super::function::name_of(&request.function_name));
    let resource = request.qualifier.as_ref().map_or(resource.clone(), |qualifier| format!("{resource}:{qualifier}"));
    let function = find(ctx, &request.function_name)?;
    check_revision(function, request.revision_id.as_deref())?;
    if function.grants.iter().any(|grant| grant.sid == request.statement_id) {
        let message = format!(
            "The statement id ({}) provided already exists. Please provide a new statement id, or remove the existing statement.",
            request.statement_id
        );
        return Err(AwsError::new("ResourceConflictException", message).status(409).member("Type", "User"));
    }
    let statement = request.statement(&resource);
    Policy::of(&json!({ "Statement": [statement] }), Kind::Resource)
        .map_err(|_| invalid("The provided principal was invalid. Please check the principal and try again."))?;
    function.grants.push(Grant { sid: request.statement_id, statement: statement.clone() });
    let size = function.policy().to_string().len();
    if size > LONGEST {
        function.grants.pop();
        let message = format!("The final policy size ({size}) is bigger than the limit ({LONGEST}).");
        return Err(AwsError::new("PolicyLengthExceededException", message).member("Type", "User"));
    }
    function.revision = revision;
    Ok(Reply::with_status(201, json!({ "Statement": statement.to_string() })))
}

fn check_revision(function: &Function, wanted: Option<&str>) -> Answer<()> {
    if wanted.is_none_or(|revision| revision == function.revision) {
        return Ok(());
    }
    let message = "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id";
    Err(AwsError::new("PreconditionFailedException", message).status(412).member("Type", "User"))
}

pub(super) fn get(ctx: &mut Context<'_>, request: super::function::FunctionRequest) -> Answer<Value> {
    let function = find(ctx, &request.function_name)?;
    if function.grants.is_empty() {
        return Err(absent("The resource you requested does not exist."));
    }
    Ok(json!({"Policy": function.policy().to_string(), "RevisionId": function.revision}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct RemovePermissionRequest {
    function_name: String,
    statement_id: String,
    #[serde(rename = "Qualifier")]
    _qualifier: Option<String>,
    revision_id: Option<String>,
}

pub(super) fn remove(ctx: &mut Context<'_>, request: RemovePermissionRequest) -> Answer<Reply> {
    let revision = ctx.ids.uuid();
    let function = find(ctx, &request.function_name)?;
    check_revision(function, request.revision_id.as_deref())?;
    let before = function.grants.len();
    function.grants.retain(|grant| grant.sid != request.statement_id);
    if function.grants.len() == before {
        return Err(absent(format!("Statement {} is not found in resource policy.", request.statement_id)));
    }
    function.revision = revision;
    Ok(Reply::with_status(204, json!({})))
}
