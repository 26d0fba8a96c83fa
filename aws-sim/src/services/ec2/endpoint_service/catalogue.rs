//! The services that AWS itself offers over endpoints, as far as this path may meet them (AWS `PrivateLink` Guide, "AWS services that
//! integrate with AWS `PrivateLink`").

use super::Offer;
use crate::ids::derived;
use crate::services::ec2::availability_zone;
use crate::world::Region;

/// Last part of the name, kinds of endpoint, private DNS name before the region (`None`: the service has none).
const SERVICES: &[(&str, &[&str], Option<&str>)] = &[
    ("acm", &["Interface"], Some("acm")),
    // Inferred (control-plane-name): name and private DNS name, by those of other services' control planes.
    ("apigateway", &["Interface"], Some("apigateway")),
    ("dynamodb", &["Gateway"], None),
    ("ec2", &["Interface"], Some("ec2")),
    ("elasticloadbalancing", &["Interface"], Some("elasticloadbalancing")),
    ("execute-api", &["Interface"], Some("*.execute-api")),
    ("lambda", &["Interface"], Some("lambda")),
    ("logs", &["Interface"], Some("logs")),
    ("s3", &["Gateway"], None),
    ("secretsmanager", &["Interface"], Some("secretsmanager")),
    ("ssm", &["Interface"], Some("ssm")),
    ("sts", &["Interface"], Some("sts")),
    ("tagging", &["Interface"], Some("tagging")),
];

/// Those whose endpoints may have IPv6 addresses (API Gateway Developer Guide, "IP address types": private APIs are dual stack). Others of
/// AWS's may too; here they do not.
const DUALSTACK: &[&str] = &["execute-api"];

/// All of them in a region.
pub(super) fn all(region: &Region) -> impl Iterator<Item = Offer> {
    // In China these names start with the reversed domain (AWS CDK, `VPC_ENDPOINT_SERVICE_EXCEPTIONS`).
    let prefix = if region.name.starts_with("cn-") { "cn." } else { "" };
    SERVICES.iter().map(move |(name, kinds, dns)| Offer {
        name: format!("{prefix}com.amazonaws.{}.{name}", region.name),
        // The same in every account.
        id: format!("vpce-svc-{:017x}", derived(&format!("{}{name}", region.name))),
        kinds: kinds.to_vec(),
        owner: "amazon".to_owned(),
        provider: None,
        private_dns_name: dns.map(|dns| format!("{dns}.{}.{}", region.name, region.dns_suffix())),
        base_names: vec![format!("{name}.{}.vpce.{}", region.name, region.dns_suffix())],
        address_types: if DUALSTACK.contains(name) { vec!["ipv4", "ipv6"] } else { vec!["ipv4"] },
        zones: availability_zone::names(&region.name).collect(),
        acceptance_required: false,
        policy_supported: true,
    })
}
