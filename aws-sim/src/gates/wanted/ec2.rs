//! EC2: reads know no resources, creates are about what they are given and what they make, and tags on create are an action of their own.

use serde_json::Value;

use super::{Wanted, keys_of, request_tags, texts, with_request_tags, with_resource_tags};
use crate::protocol::route::Routed;
use crate::services::Effect;
use crate::services::ec2::tag::kind_of;
use crate::world::Region;

pub(super) fn wanted(routed: &Routed, region: &Region) -> Vec<Wanted> {
    let (operation, tree) = (routed.operation.name, &routed.input.tree);
    let action = format!("ec2:{operation}");
    if routed.operation.effect == Effect::Read && operation != "DescribeVpcAttribute" {
        return vec![Wanted { action, resource: "*".to_owned(), keys: keys_of(region) }];
    }
    let tags = request_tags(tree);
    let tagged = with_request_tags(keys_of(region), &tags);
    let makes = created(operation).filter(|kind| *kind != "security-group-rule" || !tags.is_empty());
    // Tags in a request are those of what it makes; a call about tags makes nothing.
    let base = if makes.is_some() { keys_of(region) } else { tagged.clone() };
    let pinned = tree.get("SubnetConfiguration").and_then(Value::as_array).into_iter().flatten();
    let pinned = pinned.filter_map(|configuration| configuration.get("SubnetId")?.as_str());
    let given = texts(tree).chain(pinned).filter_map(|text| kind_of(text).map(|(_, kind)| format!("{kind}/{text}")));
    let of = |resource: String| {
        let resource = region.arn("ec2", &resource);
        Wanted { action: action.clone(), keys: with_resource_tags(base.clone(), region, &resource), resource }
    };
    let mut all: Vec<Wanted> = given.map(of).collect();
    if let Some(kind) = makes {
        let resource = region.arn("ec2", &format!("{kind}/*"));
        let service = tree.get("ServiceName").and_then(Value::as_str).unwrap_or_default();
        let keys = tagged.clone().with("ec2:VpceServiceName", service);
        all.push(Wanted { action: action.clone(), resource: resource.clone(), keys });
        if !tags.is_empty() {
            let keys = tagged.with("ec2:CreateAction", operation);
            all.push(Wanted { action: "ec2:CreateTags".to_owned(), resource, keys });
        }
    }
    if all.is_empty() {
        all.push(Wanted { action, resource: "*".to_owned(), keys: base });
    }
    all.extend(dependent(operation, tree, region));
    all
}

/// The type of resource that an operation makes, as its ARN has it.
fn created(operation: &str) -> Option<&'static str> {
    Some(match operation {
        "CreateVpcEndpoint" => "vpc-endpoint",
        "CreateVpcEndpointServiceConfiguration" => "vpc-endpoint-service",
        "CreateSecurityGroup" => "security-group",
        "CreateVpc" => "vpc",
        "CreateSubnet" => "subnet",
        "CreateInternetGateway" => "internet-gateway",
        "CreateNetworkInterface" => "network-interface",
        "CreateRouteTable" => "route-table",
        // Only where the rule is given tags: "Work with security groups" in the EC2 User Guide's examples allows the group alone.
        "AuthorizeSecurityGroupIngress" | "AuthorizeSecurityGroupEgress" => "security-group-rule",
        _ => return None,
    })
}

/// Dependent actions. That of private DNS is documented for creates. Inferred (private-dns-on-modify): it goes for modifications too.
fn dependent(operation: &str, tree: &Value, region: &Region) -> Vec<Wanted> {
    let private_dns = tree.get("PrivateDnsEnabled").and_then(Value::as_str);
    let (reads, dns): (&[&str], bool) = match operation {
        "CreateVpcEndpoint" => {
            (&["DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcs"], private_dns != Some("false"))
        }
        "ModifyVpcEndpoint" => (&[], private_dns == Some("true")),
        _ => (&[], false),
    };
    let read = |name: &&str| (format!("ec2:{name}"), "*".to_owned());
    let zone =
        ("route53:AssociateVPCWithHostedZone".to_owned(), format!("arn:{}:route53:::hostedzone/*", region.partition()));
    let all = reads.iter().map(read).chain(dns.then_some(zone));
    all.map(|(action, resource)| Wanted { action, resource, keys: keys_of(region) }).collect()
}
