//! Custom domain names.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::base_path_mapping::BasePathMapping;
use super::common::{self, Strings, bad_request, check_tags, not_found, one_of};
use super::endpoint_configuration::EndpointConfiguration;
use super::patch::{Kind, PatchOperation, Path, patched, path};
use super::policy;
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::protocol::Reply;

/// A custom domain name. Private ones are told apart by an identifier: several may have the same name (Developer Guide, "Private custom domain names").
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DomainName {
    /// The name.
    pub domain_name: String,
    /// Identifier of a private one.
    pub domain_name_id: Option<String>,
    /// ARN.
    pub domain_name_arn: String,
    /// Certificate of a private or edge-optimized one.
    pub certificate_arn: Option<String>,
    /// Certificate of a Regional one.
    pub regional_certificate_arn: Option<String>,
    /// What DNS points at for a Regional one.
    pub regional_domain_name: Option<String>,
    /// Route 53 zone of that name.
    pub regional_hosted_zone_id: Option<String>,
    /// What DNS points at for an edge-optimized one.
    pub distribution_domain_name: Option<String>,
    /// Route 53 zone of that name.
    pub distribution_hosted_zone_id: Option<String>,
    /// Who reaches it.
    pub endpoint_configuration: EndpointConfiguration,
    /// TLS security policy.
    pub security_policy: String,
    /// `BASIC` or `STRICT`.
    pub endpoint_access_mode: Option<String>,
    /// Who may invoke through it.
    pub policy: Option<String>,
    /// Who may map paths to it.
    pub management_policy: Option<String>,
    /// Which of mappings and routing rules apply.
    pub routing_mode: String,
    /// Tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: Strings,
    /// APIs by base path.
    #[serde(skip)]
    pub mappings: BTreeMap<String, BasePathMapping>,
}

impl DomainName {
    /// `name`, or `name+id` for a private one: its last part in paths and ARNs.
    #[must_use]
    pub fn path_name(&self) -> String {
        match &self.domain_name_id {
            Some(id) => format!("{}+{id}", self.domain_name),
            None => self.domain_name.clone(),
        }
    }

    fn render(&self) -> Value {
        let mut value = common::wire(self);
        value["domainNameStatus"] = json!("AVAILABLE");
        for name in ["policy", "managementPolicy"] {
            if let Some(text) = value[name].as_str().map(policy::escaped) {
                value[name] = json!(text);
            }
        }
        common::wire(&value)
    }
}

/// Route 53 zone of all distributions (Route 53 API Reference, `AliasTarget`).
const CLOUD_FRONT_ZONE: &str = "Z2FDTNDATAQYW2";

/// Route 53 zone of a region's names (AWS General Reference, "Amazon API Gateway endpoints and quotas"); regions that are not here
/// answer with that of us-east-1.
fn hosted_zone(region: &str) -> &'static str {
    match region {
        "us-east-2" => "ZOJJZC49E0EPZ",
        "us-west-1" => "Z2MUQ32089INYE",
        "us-west-2" => "Z2OJLYMUO9EFXC",
        "ap-northeast-1" => "Z1YSHQZHG15GKL",
        "ap-northeast-2" => "Z20JF4UZKIW1U8",
        "ap-south-1" => "Z3VO1THU9YC4UR",
        "ap-southeast-1" => "ZL327KTPIQFUL",
        "ap-southeast-2" => "Z2RPCDW04V8134",
        "ca-central-1" => "Z19DQILCV0OWEC",
        "eu-central-1" => "Z1U9ULNL0V5AJ3",
        "eu-north-1" => "Z3UWIKFBOOGXPP",
        "eu-west-1" => "ZLY8HYME6SFDD",
        "eu-west-2" => "ZJ5UAJN8Y3Z2Q",
        "eu-west-3" => "Z3KY65QIEKYHQQ",
        "sa-east-1" => "ZCMLWB8V5SYIT",
        _ => "Z1UJRXOUMOOFQ8",
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CreateDomainNameRequest {
    domain_name: String,
    certificate_arn: Option<String>,
    regional_certificate_arn: Option<String>,
    endpoint_configuration: Option<EndpointConfiguration>,
    #[serde(default)]
    tags: Strings,
    security_policy: Option<String>,
    endpoint_access_mode: Option<String>,
    policy: Option<String>,
    routing_mode: Option<String>,
}

pub(super) fn create(ctx: &mut Context<'_>, request: CreateDomainNameRequest) -> Answer<Reply> {
    check_tags(&request.tags)?;
    let endpoint = request.endpoint_configuration.unwrap_or_default().checked(ctx)?;
    let certificate = request.certificate_arn.as_ref().or(request.regional_certificate_arn.as_ref());
    if !certificate.is_some_and(|arn| ctx.here.acm.certificates.get(arn).is_some_and(|one| one.is_issued(ctx.now))) {
        return Err(bad_request("Invalid certificate ARN specified: the certificate must be there and issued"));
    }
    let security_policy = request.security_policy.unwrap_or_else(|| "TLS_1_2".to_owned());
    let kind = endpoint.types.first().cloned().unwrap_or_default();
    super::security_policy::check(&security_policy, request.endpoint_access_mode.as_deref(), &kind)?;
    let routing_mode = request.routing_mode.unwrap_or_else(|| "BASE_PATH_MAPPING_ONLY".to_owned());
    one_of(
        &routing_mode,
        "routingMode",
        &["BASE_PATH_MAPPING_ONLY", "ROUTING_RULE_ONLY", "ROUTING_RULE_THEN_BASE_PATH_MAPPING"],
    )?;
    let id = ctx.ids.alphanumeric(10);
    let target = format!("d-{id}.execute-api.{}.{}", ctx.here.name, ctx.here.dns_suffix());
    let mut domain = DomainName {
        domain_name: request.domain_name,
        domain_name_id: endpoint.is_private().then(|| id.clone()),
        certificate_arn: request.certificate_arn,
        regional_certificate_arn: request.regional_certificate_arn,
        regional_domain_name: (kind == "REGIONAL").then_some(target),
        regional_hosted_zone_id: (kind == "REGIONAL").then(|| hosted_zone(&ctx.here.name).to_owned()),
        distribution_domain_name: (kind == "EDGE").then(|| format!("d{}.cloudfront.net", ctx.ids.alphanumeric(13))),
        distribution_hosted_zone_id: (kind == "EDGE").then(|| CLOUD_FRONT_ZONE.to_owned()),
        endpoint_configuration: endpoint,
        security_policy,
        endpoint_access_mode: request.endpoint_access_mode,
        routing_mode,
        tags: request.tags,
        ..DomainName::default()
    };
    domain.domain_name_arn = ctx.here.arn("apigateway", &format!("/domainnames/{}", domain.path_name()));
    domain.policy = policy::normalised(
        &request.policy.unwrap_or_default(),
        &ctx.here.arn("execute-api", &format!("/domainnames/{}", domain.path_name())),
    )?;
    if ctx.here.apigateway.domain_names.contains_key(&domain.path_name()) {
        return Err(bad_request("The domain name you provided already exists."));
    }
    let answer = domain.render();
    ctx.here.apigateway.domain_names.insert(domain.path_name(), domain);
    Ok(Reply::with_status(201, answer))
}

fn absent() -> AwsError {
    not_found("Invalid domain name identifier specified")
}

/// The domain name; a private one only with its identifier.
pub(super) fn find<'a>(ctx: &'a mut Context<'_>, name: &str, id: Option<&str>) -> Answer<&'a mut DomainName> {
    let key = id.map_or_else(|| name.to_owned(), |id| format!("{name}+{id}"));
    ctx.here.apigateway.domain_names.get_mut(&key).ok_or_else(absent)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DomainNameRequest {
    domain_name: String,
    #[serde(rename = "domainNameId")]
    id: Option<String>,
}

pub(super) fn get(ctx: &mut Context<'_>, request: DomainNameRequest) -> Answer<Value> {
    find(ctx, &request.domain_name, request.id.as_deref()).map(|domain| domain.render())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct GetDomainNamesRequest {
    position: Option<String>,
    limit: Option<i64>,
    #[serde(rename = "resourceOwner")]
    _resource_owner: Option<String>,
}

pub(super) fn list(ctx: &mut Context<'_>, request: GetDomainNamesRequest) -> Answer<Value> {
    Ok(common::page(&ctx.here.apigateway.domain_names, request.position.as_deref(), request.limit, DomainName::render))
}

pub(super) fn delete(ctx: &mut Context<'_>, request: DomainNameRequest) -> Answer<Reply> {
    let domain = find(ctx, &request.domain_name, request.id.as_deref())?;
    let (key, arn) = (domain.path_name(), domain.domain_name_arn.clone());
    if ctx.here.apigateway.access_associations.values().any(|association| association.domain_name_arn == arn) {
        return Err(bad_request("The domain name has access associations, please delete them first"));
    }
    ctx.here.apigateway.domain_names.remove(&key);
    Ok(Reply::with_status(202, json!({})))
}

const PATHS: &[Path] = &[
    path("replace", "/certificateArn", Kind::Text),
    path("replace", "/regionalCertificateArn", Kind::Text),
    path("replace", "/securityPolicy", Kind::Text),
    path("replace remove", "/endpointAccessMode", Kind::Text),
    path("replace", "/policy", Kind::Text),
    path("replace", "/managementPolicy", Kind::Text),
    path("replace", "/routingMode", Kind::Text),
    path("replace", "/endpointConfiguration/ipAddressType", Kind::Text),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateDomainNameRequest {
    domain_name: String,
    #[serde(rename = "domainNameId")]
    id: Option<String>,
    #[serde(default, rename = "patchOperations")]
    patch_operations: Vec<PatchOperation>,
}

pub(super) fn update(ctx: &mut Context<'_>, request: UpdateDomainNameRequest) -> Answer<Value> {
    let before = find(ctx, &request.domain_name, request.id.as_deref())?.clone();
    let mut domain =
        DomainName { mappings: before.mappings.clone(), ..patched(&before, PATHS, &request.patch_operations)? };
    let arn = ctx.here.arn("execute-api", &format!("/domainnames/{}", domain.path_name()));
    domain.policy = policy::normalised(&domain.policy.unwrap_or_default(), &arn)?;
    domain.endpoint_configuration = domain.endpoint_configuration.checked(ctx)?;
    let kind = domain.endpoint_configuration.types.first().map_or("", String::as_str);
    super::security_policy::check(&domain.security_policy, domain.endpoint_access_mode.as_deref(), kind)?;
    let answer = domain.render();
    *find(ctx, &request.domain_name, request.id.as_deref())? = domain;
    Ok(answer)
}
