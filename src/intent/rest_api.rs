//! `spec.api`, checked.

use super::resolve::place;
use super::{ApiIntent, CreateApi, Problem, References};
use crate::api::{RestApi, Route};
use crate::tags::Owner;

pub(super) fn resolve(
    wanted: &RestApi,
    owner: &Owner,
    found: &References,
    problems: &mut Vec<Problem>,
) -> Option<ApiIntent> {
    match (&wanted.id, &wanted.routes) {
        (Some(id), None) => existing(id, found, problems),
        (None, Some(routes)) => {
            functions(routes, found, problems);
            Some(ApiIntent::Create(Box::new(create(wanted, routes, owner))))
        }
        _ => {
            problems.push(Problem::new("spec.api", "exactly one of id or routes must be set"));
            None
        }
    }
}

fn existing(id: &str, found: &References, problems: &mut Vec<Problem>) -> Option<ApiIntent> {
    match &found.rest_api {
        None => problems.push(Problem::new("spec.api.id", format!("REST API {id} does not exist in {}", place(found)))),
        Some(api) if !api.private => {
            let message = format!(
                "REST API {id} is not private: its endpoint type must be PRIVATE to be reached through a VPC endpoint"
            );
            problems.push(Problem::new("spec.api.id", message));
        }
        Some(_) => return Some(ApiIntent::Existing(id.to_owned())),
    }
    None
}

fn functions(routes: &[Route], found: &References, problems: &mut Vec<Problem>) {
    for (index, route) in routes.iter().enumerate() {
        let Some(lambda) = &route.integration.lambda else { continue };
        let field = format!("spec.api.routes[{index}].integration.lambda.functionArn");
        let (arn, region) = (&lambda.function_arn, &found.caller.region);
        if arn.split(':').nth(3) != Some(region) {
            problems.push(Problem::new(
                field,
                format!("Lambda function {arn} is not in {region}: name one in the region of the API"),
            ));
        } else if !found.functions.contains(arn) {
            problems.push(Problem::new(field, format!("Lambda function {arn} does not exist")));
        }
    }
}

fn create(wanted: &RestApi, routes: &[Route], owner: &Owner) -> CreateApi {
    CreateApi {
        name: wanted.name.clone().unwrap_or_else(|| default_name(owner)),
        description: wanted.description.clone(),
        routes: routes.to_vec(),
        security_policy: wanted.security_policy,
        endpoint_access_mode: wanted.endpoint_access_mode,
        additional_vpc_endpoint_ids: wanted.resource_policy.clone().unwrap_or_default().additional_vpc_endpoint_ids,
    }
}

/// The name where the user gives none: API Gateway takes 255 characters, and Kubernetes names may be longer together.
fn default_name(owner: &Owner) -> String {
    format!("{}-{}", owner.namespace, owner.name).chars().take(255).collect()
}
