//! The services that AWS itself offers over endpoints, as far as this path may meet them (AWS `PrivateLink` Guide, "AWS services that
//! integrate with AWS `PrivateLink`").

use super::Offer;
use crate::services::ec2::availability_zone;
use crate::world::Region;

/// Last part of the name, kinds of endpoint, private DNS name before the region (`None`: the service has none).
const SERVICES: &[(&str, &[&str], Option<&str>)] = &[
    ("acm", &["Interface"], Some("acm")),
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

/// All of them in a region.
pub(super) fn all(region: &Region) -> impl Iterator<Item = Offer> {
    // In China these names start with the reversed domain (AWS CDK, `VPC_ENDPOINT_SERVICE_EXCEPTIONS`).
    let prefix = if region.name.starts_with("cn-") { "cn." } else { "" };
    SERVICES.iter().map(move |(name, kinds, dns)| Offer {
        name: format!("{prefix}com.amazonaws.{}.{name}", region.name),
        id: format!("vpce-svc-{:017x}", number(&format!("{}{name}", region.name))),
        kinds: kinds.to_vec(),
        owner: "amazon".to_owned(),
        provider: None,
        private_dns_name: dns.map(|dns| format!("{dns}.{}.{}", region.name, region.dns_suffix())),
        base_names: vec![format!("{name}.{}.vpce.{}", region.name, region.dns_suffix())],
        zones: availability_zone::names(&region.name).collect(),
        acceptance_required: false,
        policy_supported: true,
    })
}

/// A number that follows from a text (FNV-1a): these services have the same IDs in every account.
fn number(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}
