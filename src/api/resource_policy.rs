//! `spec.api.resourcePolicy`.

use kube::KubeSchema;
use schemars::{Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::rest_api::free_object;

/// The API's resource policy: generated to admit the endpoint and nothing else, and widened or narrowed by what stands here; or a whole document.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq, Default)]
#[serde(rename_all = "camelCase")]
#[x_kube(
    validation = Rule::new("!has(self.document) || !(has(self.additionalVpcEndpointIds) || has(self.statements))")
        .message("document is the whole policy: leave additionalVpcEndpointIds and statements out with it")
)]
pub struct ResourcePolicy {
    /// Further VPC endpoints, of any VPC or account, that may invoke the API. Default: none. At most 50.
    #[serde(default, deserialize_with = "super::null::as_default", skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 50), inner(regex(pattern = r"^vpce-[0-9a-f]{8,17}$")))]
    #[x_kube(merge_strategy = ListMerge::Set)]
    pub additional_vpc_endpoint_ids: Vec<String>,

    /// Statements beside the generated ones, as in IAM: `Effect`, `Principal`, `Action`, `Resource` (short form `execute-api:/<stage>/<method>/<path>`)
    /// and `Condition`. The generated `Deny` for other endpoints stays: these can narrow, not open. Requests that come through a VPC endpoint have no
    /// `aws:SourceIp`, and behind the load balancer `aws:VpcSourceIp` is the load balancer's address: a policy that lets no request pass is refused.
    /// Default: none. At most 20; the whole policy holds 8,192 characters.
    #[serde(default, deserialize_with = "super::null::free_list", skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "free_objects")]
    pub statements: Vec<Map<String, Value>>,

    /// The whole policy instead of a generated one. It has to admit the endpoint itself; one that lets no request pass is refused. At most
    /// 8,192 characters.
    #[serde(default, deserialize_with = "super::null::free", skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "free_object")]
    pub document: Option<Map<String, Value>>,
}

fn free_objects(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "array", "maxItems": 20, "items": free_object(generator), "x-kubernetes-list-type": "atomic"})
}
