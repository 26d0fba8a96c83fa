//! APIs, stages and function policies.

use std::collections::{BTreeMap, BTreeSet};

use frontdoor::change::{Change, FunctionPermissionChange, Output, PatchOperation, RestApiChange, StageChange};
use frontdoor::observed::{ApiStatus, FunctionPolicy, InvokePermission, RestApi};
use serde_json::Value;

use super::{Cloud, Refusal, wrong};
use crate::fixture;

pub(super) fn foreign_statement() -> FunctionPolicy {
    let permission =
        InvokePermission { source_arn: Some("arn:aws:execute-api:ap-northeast-1:111122223333:x/*".to_owned()) };
    FunctionPolicy { statements: BTreeMap::from([("of-another-team".to_owned(), permission)]) }
}

/// The service stores the full ARN.
fn stored(policy: &Value, api_id: &str) -> Value {
    let arn = format!("arn:aws:execute-api:{}:{}:{api_id}/", fixture::REGION, fixture::ACCOUNT);
    let text = policy.to_string().replace("execute-api:/", &arn);
    serde_json::from_str(&text).expect("still JSON")
}

/// Source: API Gateway Developer Guide, "x-amazon-apigateway-endpoint-configuration object".
fn endpoints(document: &Value) -> impl Iterator<Item = String> {
    let place = if document["swagger"].is_string() { document } else { &document["servers"][0] };
    let ids = place["x-amazon-apigateway-endpoint-configuration"]["vpcEndpointIds"].as_array();
    ids.into_iter().flatten().filter_map(|id| id.as_str().map(str::to_owned))
}

impl Cloud {
    pub(super) fn rest_api(&mut self, change: &RestApiChange) -> Result<Output, Refusal> {
        if let RestApiChange::Create {
            name,
            description,
            vpc_endpoint_id,
            policy,
            security_policy,
            endpoint_access_mode,
            tags,
        } = change
        {
            if !self.can_be_associated(vpc_endpoint_id) {
                return wrong(format!("BadRequestException: {vpc_endpoint_id}"));
            }
            let id = self.id("api");
            return Ok(Output::RestApi(Box::new(RestApi {
                name: name.clone(),
                description: description.clone(),
                private: true,
                vpc_endpoint_ids: [vpc_endpoint_id.clone()].into(),
                policy: Some(stored(policy, &id)),
                binary_media_types: BTreeSet::new(),
                minimum_compression_size_bytes: None,
                api_key_source: "HEADER".to_owned(),
                security_policy: Some(security_policy.clone()),
                endpoint_access_mode: endpoint_access_mode.clone(),
                disable_execute_api_endpoint: false,
                status: ApiStatus::Available,
                long_update: None,
                created_at: i64::from(self.next),
                definition: None,
                import_warnings: Vec::new(),
                stages: Vec::new(),
                retired: BTreeSet::new(),
                tags: tags.clone(),
                id,
            })));
        }
        self.change_api(change)
    }

    fn change_api(&mut self, change: &RestApiChange) -> Result<Output, Refusal> {
        let (RestApiChange::Put { id, .. }
        | RestApiChange::Update { id, .. }
        | RestApiChange::Admit { id, .. }
        | RestApiChange::Delete { id }) = change
        else {
            return wrong("not a change");
        };
        let mut api = self.all.rest_apis.iter().find(|it| it.id == *id).expect("checked before").clone();
        match change {
            RestApiChange::Put { document, .. } => {
                if let Some(unknown) = endpoints(document).find(|id| !self.can_be_associated(id)) {
                    return wrong(format!("BadRequestException: {unknown}"));
                }
                let policy = document.get("x-amazon-apigateway-policy");
                api.policy = policy.map(|policy| stored(policy, id));
                api.vpc_endpoint_ids = endpoints(document).collect();
                let types = document["x-amazon-apigateway-binary-media-types"].as_array();
                api.binary_media_types =
                    types.into_iter().flatten().filter_map(|it| it.as_str().map(str::to_owned)).collect();
                let size = document["x-amazon-apigateway-minimum-compression-size"].as_u64();
                api.minimum_compression_size_bytes = size.map(|size| u32::try_from(size).expect("a size"));
                let source = document["x-amazon-apigateway-api-key-source"].as_str();
                source.unwrap_or("HEADER").clone_into(&mut api.api_key_source);
                self.documents.insert(id.clone(), document.clone());
            }
            RestApiChange::Update { operations, .. } => {
                for operation in operations {
                    match operation.path {
                        "/name" => api.name.clone_from(&operation.new),
                        "/disableExecuteApiEndpoint" => api.disable_execute_api_endpoint = operation.new == "true",
                        "/description" => api.description = Some(operation.new.clone()),
                        "/endpointAccessMode" => {
                            api.endpoint_access_mode = Some(operation.new.clone()).filter(|mode| !mode.is_empty());
                        }
                        "/securityPolicy" => {
                            api.security_policy = Some(operation.new.clone());
                        }
                        other => return wrong(format!("BadRequestException: {other}")),
                    }
                }
                let enhanced = api.security_policy.as_ref().is_some_and(|policy| policy.starts_with("SecurityPolicy_"));
                if api.endpoint_access_mode.is_some() != enhanced {
                    return wrong("BadRequestException: endpoint access mode");
                }
            }
            RestApiChange::Admit { associate, dissociate, policy, .. } => {
                api.vpc_endpoint_ids.retain(|it| !dissociate.contains(it));
                api.vpc_endpoint_ids.extend(associate.iter().cloned());
                if let Some(policy) = policy {
                    api.policy = serde_json::from_str(policy).ok().map(|policy| stored(&policy, id));
                }
            }
            RestApiChange::Create { .. } | RestApiChange::Delete { .. } => {}
        }
        Ok(Output::RestApi(Box::new(api)))
    }

    /// API Gateway locks an API while it updates it: after a create, and after a change of endpoints, policy or security policy. The answer does not
    /// always tell.
    pub(super) fn updates(&mut self, change: &Change, output: Output) -> Output {
        let Change::RestApi(change) = change else { return output };
        let Output::RestApi(mut answer) = output else { return output };
        let named = |operation: &PatchOperation| ["/securityPolicy", "/endpointAccessMode"].contains(&operation.path);
        let short = matches!(change, RestApiChange::Update { operations, .. } if !operations.iter().any(named));
        if short || !self.locks || matches!(change, RestApiChange::Delete { .. }) {
            return Output::RestApi(answer);
        }
        let api = self.all.rest_apis.iter_mut().find(|it| it.id == answer.id).expect("it was changed");
        api.status = ApiStatus::Updating;
        if !self.calls.is_multiple_of(3) {
            answer.status = ApiStatus::Updating;
        }
        Output::RestApi(answer)
    }

    /// Source: hashicorp/terraform-provider-aws#45905; alchemy-run/alchemy, `ApiGateway/common.ts`.
    pub(super) fn check_unlocked(&self, change: &Change) -> Result<(), Refusal> {
        let id = match change {
            Change::RestApi(
                RestApiChange::Put { id, .. }
                | RestApiChange::Update { id, .. }
                | RestApiChange::Admit { id, .. }
                | RestApiChange::Delete { id },
            ) => id,
            Change::Stage(
                StageChange::Deploy { api_id, .. }
                | StageChange::Update { api_id, .. }
                | StageChange::Delete { api_id, .. },
            ) => api_id,
            _ => return Ok(()),
        };
        let locked = |api: &RestApi| api.id == *id && api.status != ApiStatus::Available;
        if self.all.rest_apis.iter().any(locked) { Err(Refusal::Locked) } else { Ok(()) }
    }

    /// Whether an API can be associated with an endpoint.
    fn can_be_associated(&self, id: &str) -> bool {
        self.all.vpc_endpoints.iter().any(|it| it.id == *id && it.is_associable())
    }

    pub(super) fn stage(&mut self, change: &StageChange) -> Result<Output, Refusal> {
        match change {
            StageChange::Deploy { api_id, name, replaces, .. } => {
                let api = self.all.rest_apis.iter().find(|it| it.id == *api_id).expect("checked before");
                let document = self.documents.get(api_id);
                let adopted = self.adopted.contains(api_id);
                match (&api.policy, document) {
                    (Some(_), Some(document)) => {
                        self.deployed.insert((api_id.clone(), name.clone()), document.clone());
                    }
                    (Some(_), None) if adopted => {}
                    _ => return wrong("BadRequestException: no policy or no method"),
                }
                let id = self.id("deployment");
                Ok(match replaces {
                    Some(before) => {
                        Output::Deployed { ours: [before.clone(), id.clone(), "older".to_owned()].into(), id }
                    }
                    None => Output::Id(id),
                })
            }
            StageChange::Update { .. } | StageChange::Prune { .. } => Ok(Output::Done),
            StageChange::Delete { api_id, name } => {
                self.deployed.remove(&(api_id.clone(), name.clone()));
                Ok(Output::Done)
            }
        }
    }

    pub(super) fn function_permission(&mut self, change: &FunctionPermissionChange) -> Result<Output, Refusal> {
        let (FunctionPermissionChange::Add { function_arn, statement_id, .. }
        | FunctionPermissionChange::Remove { function_arn, statement_id }) = change;
        let Some(policy) = self.all.function_policies.get(function_arn) else {
            return wrong(format!("ResourceNotFoundException: {function_arn}"));
        };
        let present = policy.statements.contains_key(statement_id);
        match (change, present) {
            (FunctionPermissionChange::Add { .. }, true) => wrong("ResourceConflictException"),
            (FunctionPermissionChange::Remove { .. }, false) => wrong("ResourceNotFoundException"),
            _ if *statement_id != frontdoor::names::statement_id(&self.owner) => wrong("a statement of others"),
            _ => Ok(Output::Done),
        }
    }
}
