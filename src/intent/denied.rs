//! Policies of the spec that let no request pass.

use ipnet::IpNet;
use serde_json::{Value, json};

use super::{ApiIntent, EndpointIntent, ListenerIntent, LoadBalancerIntent, Problem, References, SecurityGroups};
use crate::api::PrivateApiFrontDoorSpec;
use crate::desired::{Requests, ResourcePolicy};
use crate::model::invocation::{EndpointId, Policies, Reason, Target};
use crate::model::policy::Policy;

/// Field of the API's resource policy.
const RESOURCE_POLICY: &str = "spec.api.resourcePolicy";
/// Field of the endpoint policy.
const ENDPOINT_POLICY: &str = "spec.vpcEndpoint.create.policy";
/// Statements that the controller puts before the user's.
const GENERATED: usize = 2;

/// Ranges that hold every address from which requests reach the endpoint: those of the load balancer's subnets, or of the clients that the endpoint's managed
/// group lets in. Empty where others may send them.
///
/// Source: Elastic Load Balancing User Guide for Application Load Balancers, "Subnets for your load balancer": its nodes have addresses of these.
pub(super) fn sources(
    endpoint: &EndpointIntent,
    load_balancer: Option<&LoadBalancerIntent>,
    found: &References,
) -> Vec<IpNet> {
    let subnet = |id: &String| found.subnets.get(id)?.cidr.parse().ok();
    match (load_balancer.map(|balancer| &balancer.listener), endpoint) {
        (Some(ListenerIntent::Create(balancer)), _) => {
            let ranges: Option<Vec<IpNet>> = balancer.subnet_ids.iter().map(subnet).collect();
            ranges.unwrap_or_default()
        }
        (None, EndpointIntent::Create(create)) if create.security_groups == SecurityGroups::Managed => {
            create.client_cidrs.iter().copied().collect()
        }
        _ => Vec::new(),
    }
}

/// Judges the policies that the spec says, those that are well formed. Existing ones are judged where they are observed: others may mend them while the rest
/// is made.
pub(super) fn check(
    spec: &PrivateApiFrontDoorSpec,
    endpoint: &EndpointIntent,
    requests: &Requests<'_>,
    problems: &mut Vec<Problem>,
) {
    let target = Target {
        api_id: spec.api.id.as_deref(),
        endpoint: match endpoint {
            EndpointIntent::Existing { id, .. } => EndpointId::Is(id),
            EndpointIntent::Create(_) => EndpointId::NotKnown,
        },
    };
    let wanted = spec.api.resource_policy.clone().unwrap_or_default();
    let wrong = |field: &str| problems.iter().any(|problem| problem.field.starts_with(field));
    let created = matches!(requests.api, ApiIntent::Create(_)) && !wrong(RESOURCE_POLICY);
    let document = ResourcePolicy::of(&wanted).document(&[target.endpoint.name().to_owned()].into());
    let resource = created.then(|| Policy::parse(&document));
    let of_endpoint = spec.vpc_endpoint.create.as_ref().and_then(|create| create.policy.as_ref());
    let of_endpoint = of_endpoint.filter(|_| !wrong(ENDPOINT_POLICY)).map(|policy| json!(policy));
    let policy = of_endpoint.as_ref().map(Policy::parse);
    let policies = Policies { resource: resource.as_ref(), endpoint: policy.as_ref() };
    let Some(refusal) = requests.invocation().refusal(&target, &policies) else { return };
    let of_resource = refusal.resource.into_iter().map(|reason| {
        let field = match &wanted.document {
            Some(document) => in_document(&format!("{RESOURCE_POLICY}.document"), &json!(document), &reason),
            None => match reason.statement.and_then(|place| place.checked_sub(GENERATED)) {
                Some(place) => format!("{RESOURCE_POLICY}.statements[{place}]"),
                None => RESOURCE_POLICY.to_owned(),
            },
        };
        Problem::new(field, reason.message)
    });
    problems.extend(of_resource);
    let document = of_endpoint.unwrap_or_default();
    let of_endpoint = refusal.endpoint.into_iter();
    problems.extend(
        of_endpoint.map(|reason| Problem::new(in_document(ENDPOINT_POLICY, &document, &reason), reason.message)),
    );
}

/// The field of the statement that a reason is about.
fn in_document(field: &str, document: &Value, reason: &Reason) -> String {
    match reason.statement {
        Some(place) if document["Statement"].is_array() => format!("{field}.Statement[{place}]"),
        Some(_) => format!("{field}.Statement"),
        None => field.to_owned(),
    }
}
