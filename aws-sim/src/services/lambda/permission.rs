//! Permissions: the statements of a function's policy.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::function::Function;
use super::reference::{Reference, find_for};
use super::version::LATEST;
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

/// The policy of a version or an alias.
#[derive(Clone, Debug, Default)]
pub struct QualifiedPolicy {
    /// Its statements, in their order.
    pub grants: Vec<Grant>,
    /// Changes with it.
    pub revision: String,
}

impl Function {
    /// The statements that are about invocations by this qualifier.
    #[must_use]
    pub fn grants_of(&self, qualifier: Option<&str>) -> &[Grant] {
        match qualifier {
            None => &self.grants,
            Some(qualifier) => self.qualified_policies.get(qualifier).map(|it| &it.grants[..]).unwrap_or_default(),
        }
    }

    fn edit_policy(&mut self, qualifier: Option<&str>) -> (&mut Vec<Grant>, &mut String) {
        match qualifier {
            None => (&mut self.grants, &mut self.revision),
            Some(qualifier) => {
                let policy = self.qualified_policies.entry(qualifier.to_owned()).or_default();
                (&mut policy.grants, &mut policy.revision)
            }
        }
    }

    /// What the policy of a qualifier says to a request.
    pub(super) fn decide(&self, qualifier: Option<&str>, request: &Request<'_>) -> Decision {
        let policy = Policy::of(&document(self.grants_of(qualifier)), Kind::Resource);
        policy.map_or(Decision::ImplicitDeny, |policy| policy.decide(request))
    }

    /// Whether the policy of a qualifier lets somebody invoke the function: a service on behalf of a resource of an account, or a role.
    #[must_use]
    pub fn may_be_invoked_by(
        &self,
        region: &Region,
        qualifier: Option<&str>,
        principal: &Principal,
        source: Option<(&str, &str)>,
    ) -> bool {
        let keys = source.map_or_else(Keys::default, |(arn, account)| {
            Keys::default().with("aws:SourceArn", arn).with("aws:SourceAccount", account)
        });
        let function = arn(region, &self.name);
        let resource = qualifier.map_or_else(|| function.clone(), |qualifier| format!("{function}:{qualifier}"));
        let request = Request { principal, action: "lambda:InvokeFunction", resource: &resource, keys: &keys };
        self.decide(qualifier, &request) == Decision::Allow
    }
}

fn document(grants: &[Grant]) -> Value {
    let statements: Vec<&Value> = grants.iter().map(|grant| &grant.statement).collect();
    json!({"Version": "2012-10-17", "Id": "default", "Statement": statements})
}

/// The principal that a call lets in or shuts out, for the condition key `lambda:Principal`.
#[must_use]
pub(crate) fn principal_of(operation: &str, tree: &Value, region: &Region) -> Option<String> {
    let text = |name: &str| tree.get(name).and_then(Value::as_str);
    if operation == "AddPermission" {
        return text("Principal").map(str::to_owned);
    }
    let reference = Reference::of(text("FunctionName")?, text("Qualifier")).ok()?;
    let function = region.lambda.functions.get(&reference.name).filter(|_| reference.is_own(region))?;
    let mut grants = function.grants_of(reference.qualifier.as_deref()).iter();
    let grant = grants.find(|grant| Some(grant.sid.as_str()) == text("StatementId"))?;
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
    let reference = Reference::of(&request.function_name, request.qualifier.as_deref())?;
    let resource = reference.arn(ctx.here);
    checked(ctx, &reference, "lambda:AddPermission")?;
    let function = find_for(ctx, &reference, "lambda:AddPermission")?;
    let (grants, last_revision) = function.edit_policy(reference.qualifier.as_deref());
    check_revision(last_revision, request.revision_id.as_deref())?;
    if grants.iter().any(|grant| grant.sid == request.statement_id) {
        let message = format!(
            "The statement id ({}) provided already exists. Please provide a new statement id, or remove the existing statement.",
            request.statement_id
        );
        return Err(AwsError::new("ResourceConflictException", message).status(409).member("Type", "User"));
    }
    let statement = request.statement(&resource);
    Policy::of(&json!({ "Statement": [statement] }), Kind::Resource)
        .map_err(|_| invalid("The provided principal was invalid. Please check the principal and try again."))?;
    grants.push(Grant { sid: request.statement_id, statement: statement.clone() });
    let size = document(grants).to_string().len();
    if size > LONGEST {
        grants.pop();
        let message = format!("The final policy size ({size}) is bigger than the limit ({LONGEST}).");
        return Err(AwsError::new("PolicyLengthExceededException", message).member("Type", "User"));
    }
    *last_revision = revision;
    Ok(Reply::with_status(201, json!({ "Statement": statement.to_string() })))
}

/// The version or alias has to be there; `$LATEST` by name has no policy.
fn checked(ctx: &mut Context<'_>, reference: &Reference, action: &str) -> Answer<()> {
    let Some(qualifier) = &reference.qualifier else { return Ok(()) };
    if qualifier == LATEST {
        return Err(invalid("We currently do not support adding policies for $LATEST."));
    }
    let function = find_for(ctx, reference, action)?.clone();
    function.must_have(ctx.here, qualifier)
}

fn check_revision(present: &str, wanted: Option<&str>) -> Answer<()> {
    if wanted.is_none_or(|revision| revision == present) {
        return Ok(());
    }
    let message = "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id";
    Err(AwsError::new("PreconditionFailedException", message).status(412).member("Type", "User"))
}

pub(super) fn get(ctx: &mut Context<'_>, request: super::function::FunctionRequest) -> Answer<Value> {
    let reference = request.reference()?;
    let function = find_for(ctx, &reference, "lambda:GetPolicy")?;
    // Inferred (no-policy-text): the same text for a version or an alias that is not there; only the code is documented.
    if function.grants_of(reference.qualifier.as_deref()).is_empty() {
        return Err(absent("The resource you requested does not exist."));
    }
    let (grants, revision) = function.edit_policy(reference.qualifier.as_deref());
    Ok(json!({"Policy": document(grants).to_string(), "RevisionId": revision}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct RemovePermissionRequest {
    function_name: String,
    statement_id: String,
    qualifier: Option<String>,
    revision_id: Option<String>,
}

pub(super) fn remove(ctx: &mut Context<'_>, request: RemovePermissionRequest) -> Answer<Reply> {
    let revision = ctx.ids.uuid();
    let reference = Reference::of(&request.function_name, request.qualifier.as_deref())?;
    let function = find_for(ctx, &reference, "lambda:RemovePermission")?;
    let (grants, last_revision) = function.edit_policy(reference.qualifier.as_deref());
    check_revision(last_revision, request.revision_id.as_deref())?;
    let before = grants.len();
    grants.retain(|grant| grant.sid != request.statement_id);
    if grants.len() == before {
        return Err(absent(format!("Statement {} is not found in resource policy.", request.statement_id)));
    }
    *last_revision = revision;
    Ok(Reply::with_status(204, json!({})))
}
