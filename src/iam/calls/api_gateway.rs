//! API Gateway: its actions are HTTP methods, its resources are paths. What is below an API has the API's tags.
//!
//! Source: API Gateway Developer Guide, "API Gateway resources that can be tagged".

use super::{Call, call};
use crate::iam::Condition::{Created, Managed, Own};
use crate::iam::Need;
use crate::iam::need::{LINKED_ROLE, PASSED_ROLE, always, when};
use crate::model::Operation;

/// A read of what is under `/restapis`.
const GET: &[Need] = &[always("apigateway:GET", BELOW)];
const BELOW: &[&str] = &["/restapis/*"];
const DEPLOYMENTS: &[&str] = &["/restapis/*/deployments"];
/// What writing a policy takes beside the change of the API, which tags guard. Without a condition on tags: it is refused with one when an API is created
/// (serverless/serverless#13075), and AWS's own example for private APIs allows it on all of them.
const POLICY: &str = "apigateway:UpdateRestApiPolicy";
/// What is kept of an API of others'. Each method exists on some of them only, so that they are one statement.
const MANAGED: &[&str] = &["/restapis/{api}", "/restapis/{api}/deployments", "/restapis/{api}/stages/*"];
/// An ARN as it stands in a path.
///
/// Source: mattclay/aws-terminator#284, the refusal that AWS answers to tags on create.
const TAGS: &[&str] = &["/tags/arn%3A*%3A%3A%2Frestapis%2F*"];

pub(super) const CALLS: &[Call] = &[
    call(Operation::GetRestApis, &[always("apigateway:GET", &["/restapis"])]),
    call(Operation::GetRestApi, GET),
    call(Operation::GetResources, GET),
    call(Operation::GetStages, GET),
    call(Operation::GetDeployment, GET),
    call(Operation::GetDeployments, GET),
    call(Operation::GetUsagePlans, &[always("apigateway:GET", &["/usageplans"])]),
    call(
        Operation::CreateRestApi,
        &[
            when(Created, "apigateway:POST", &["/restapis"]),
            always(POLICY, &["/restapis"]),
            always("apigateway:PUT", TAGS),
        ],
    ),
    call(Operation::PutRestApi, &[when(Own, "apigateway:PUT", BELOW), always(POLICY, BELOW), PASSED_ROLE]),
    call(
        Operation::UpdateRestApi,
        &[when(Own, "apigateway:PATCH", BELOW), always(POLICY, BELOW), when(Managed, "apigateway:PATCH", MANAGED)],
    ),
    call(Operation::DeleteRestApi, &[when(Own, "apigateway:DELETE", BELOW)]),
    call(
        Operation::CreateDeployment,
        &[when(Own, "apigateway:POST", DEPLOYMENTS), when(Managed, "apigateway:POST", MANAGED), LINKED_ROLE],
    ),
    call(Operation::DeleteDeployment, &[when(Own, "apigateway:DELETE", BELOW)]),
    call(
        Operation::UpdateStage,
        &[when(Own, "apigateway:PATCH", BELOW), when(Managed, "apigateway:PATCH", MANAGED), LINKED_ROLE],
    ),
    call(Operation::DeleteStage, &[when(Own, "apigateway:DELETE", BELOW)]),
    // Tags are changed by two permissions, one of them on what has them (iann0036/iam-dataset#39, tried on AWS; inferred for their removal).
    call(Operation::TagResource, &[always("apigateway:PUT", TAGS), when(Own, "apigateway:PATCH", BELOW)]),
    call(Operation::UntagResource, &[always("apigateway:DELETE", TAGS), when(Own, "apigateway:PATCH", BELOW)]),
];
