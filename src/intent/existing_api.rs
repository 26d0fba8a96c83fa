//! `spec.api.id`, checked.

use super::{ApiIntent, Problem, References};
use crate::api::{Manage, Management, PrivateApiFrontDoorSpec, Stage};
use crate::observed::RestApi;

pub(super) fn resolve(
    id: &str,
    spec: &PrivateApiFrontDoorSpec,
    found: &References,
    problems: &mut Vec<Problem>,
) -> Option<ApiIntent> {
    let manage = spec.api.manage.unwrap_or_default();
    let Some(api) = &found.rest_api else {
        problems.push(Problem::new("spec.api.id", format!("REST API {id} does not exist in {}", found.place())));
        return None;
    };
    if let Some(why) = unreachable(api, spec.load_balancer.is_some()) {
        problems.push(Problem::new("spec.api.id", format!("REST API {id} {why}")));
        return None;
    }
    stage(api, &spec.api.stage, manage, problems);
    Some(ApiIntent::Existing { id: id.to_owned(), manage, signed_methods: found.signed_methods.clone() })
}

/// Why no request could reach it this way.
fn unreachable(api: &RestApi, behind_load_balancer: bool) -> Option<&'static str> {
    if !api.private {
        return Some("is not private: its endpoint type must be PRIVATE to be reached through a VPC endpoint");
    }
    if api.disable_execute_api_endpoint {
        return Some(
            "has its execute-api endpoint disabled, and is reached by no other name: set disableExecuteApiEndpoint to false, and deploy the API afterwards",
        );
    }
    let strict = api.endpoint_access_mode.as_deref() == Some("STRICT") && behind_load_balancer;
    strict.then_some(
        "has the endpoint access mode STRICT, which compares the TLS server name with the Host header, and a load balancer sends no server name: set it to BASIC",
    )
}

/// A stage that is not kept has to be there, and takes nothing of the spec but its name.
fn stage(api: &RestApi, wanted: &Stage, manage: Manage, problems: &mut Vec<Problem>) {
    if manage.stage == Management::Managed {
        return;
    }
    let name = &wanted.name;
    if *wanted != (Stage { name: name.clone(), ..Stage::default() }) {
        let message = "the stage of an existing API is only used: set spec.api.manage.stage to Managed, or leave everything out but name";
        problems.push(Problem::new("spec.api.stage", message));
    }
    if api.stage(name).is_none() {
        let message = format!(
            "REST API {} has no stage {name}: deploy it to one of that name, name another, or set spec.api.manage.stage to Managed",
            api.id
        );
        problems.push(Problem::new("spec.api.stage.name", message));
    }
}
