//! Every problem of a spec, with its field and message.

mod defaults;
mod denied;
mod network;
mod references;

use serde_json::{Value, json};

use super::{Caller, Intent, Problem, References, Subnet, VpcDns, resolve};
use crate::api::PrivateApiFrontDoorSpec;
use crate::observed::{
    ApiStatus, Attributes, DefaultAction, HealthCheck, Listener, LoadBalancer, LoadBalancerState, RestApi, TargetGroup,
};
use crate::observed::{Deployed, EndpointState, Stage, StageSettings, VpcEndpoint};
use crate::tags::{Owner, Tags};

fn owner() -> Owner {
    Owner { cluster: "c".to_owned(), namespace: "shop".to_owned(), name: "orders".to_owned() }
}

fn found() -> References {
    let subnet = |id: &str, vpc: &str, zone: &str| {
        let (vpc_id, zone_id) = (vpc.to_owned(), zone.to_owned());
        (id.to_owned(), Subnet { vpc_id, zone_id, cidr: "10.0.1.0/24".to_owned(), has_ipv6: id == "subnet-b" })
    };
    let caller =
        Caller { account: "111122223333".to_owned(), partition: "aws".to_owned(), region: "eu-west-1".to_owned() };
    References {
        caller,
        subnets: [
            subnet("subnet-a", "vpc-1", "z1"),
            subnet("subnet-b", "vpc-1", "z2"),
            subnet("subnet-a2", "vpc-1", "z1"),
            subnet("subnet-x", "vpc-2", "z1"),
            subnet("subnet-y", "vpc-2", "z2"),
            subnet("subnet-c", "vpc-1", "z3"),
        ]
        .into(),
        security_groups: [("sg-1".to_owned(), "vpc-1".to_owned()), ("sg-9".to_owned(), "vpc-9".to_owned())].into(),
        vpc_endpoint: Some(endpoint("com.amazonaws.eu-west-1.execute-api")),
        rest_api: Some(api(true)),
        listener: Some(listener("application", "vpc-1", Tags::new())),
        target_group: Some(target_group("vpc-1")),
        certificates: [].into(),
        functions: ["arn:aws:lambda:eu-west-1:111122223333:function:hello".to_owned()].into(),
        ..References::default()
    }
}

pub(crate) fn endpoint(service: &str) -> VpcEndpoint {
    VpcEndpoint {
        id: "vpce-1".to_owned(),
        vpc_id: "vpc-1".to_owned(),
        service_name: service.to_owned(),
        state: EndpointState::Available,
        failure: None,
        subnet_ids: ["subnet-a".to_owned()].into(),
        security_group_ids: ["sg-1".to_owned()].into(),
        private_dns: false,
        ip_address_type: "ipv4".to_owned(),
        policy: Value::Null,
        dns_names: Vec::new(),
        network_interface_ids: [].into(),
        addresses: [].into(),
        placements: [].into(),
        tags: Tags::new(),
    }
}

pub(crate) fn api(private: bool) -> RestApi {
    RestApi {
        id: "api1".to_owned(),
        name: String::new(),
        description: None,
        private,
        vpc_endpoint_ids: [].into(),
        policy: None,
        binary_media_types: [].into(),
        minimum_compression_size_bytes: None,
        api_key_source: "HEADER".to_owned(),
        security_policy: None,
        endpoint_access_mode: None,
        disable_execute_api_endpoint: false,
        status: ApiStatus::Available,
        long_update: None,
        created_at: 0,
        definition: None,
        import_warnings: Vec::new(),
        stages: vec![Stage {
            name: "live".to_owned(),
            deployed: Deployed { deployment_id: "abc123".to_owned(), content: None },
            settings: StageSettings::default(),
            path: Stage::path("api1", "live"),
            tags: Tags::new(),
        }],
        retired: [].into(),
        tags: Tags::new(),
    }
}

pub(crate) fn listener(kind: &str, vpc_id: &str, tags: Tags) -> (Listener, LoadBalancer) {
    let listener = Listener {
        arn: "listener-1".to_owned(),
        load_balancer_arn: "lb-1".to_owned(),
        protocol: "HTTP".to_owned(),
        port: 80,
        default_certificate: None,
        extra_certificates: [].into(),
        ssl_policy: None,
        mutual_authentication: None,
        default_action: DefaultAction::Other,
        tags: Tags::new(),
    };
    let balancer = LoadBalancer {
        arn: "lb-1".to_owned(),
        name: "shared".to_owned(),
        kind: kind.to_owned(),
        scheme: "internal".to_owned(),
        dns_name: String::new(),
        vpc_id: vpc_id.to_owned(),
        subnet_ids: [].into(),
        security_group_ids: ["sg-2".to_owned()].into(),
        ip_address_type: "ipv4".to_owned(),
        attributes: Attributes::default(),
        state: LoadBalancerState::Active,
        tags,
    };
    (listener, balancer)
}

pub(crate) fn target_group(vpc_id: &str) -> TargetGroup {
    TargetGroup {
        arn: "tg-1".to_owned(),
        name: String::new(),
        vpc_id: vpc_id.to_owned(),
        target_type: "ip".to_owned(),
        protocol: "HTTPS".to_owned(),
        protocol_version: "HTTP1".to_owned(),
        port: 443,
        health_check: HealthCheck::https("403"),
        attributes: Attributes::default(),
        load_balancer_arns: [].into(),
        targets: [].into(),
        tags: Tags::new(),
    }
}

/// A spec that can be had, with some fields changed.
fn spec(changes: &[(&str, Value)]) -> PrivateApiFrontDoorSpec {
    let mut spec = json!({
        "vpcEndpoint": {"create": {"subnetIds": ["subnet-a", "subnet-b"]}},
        "api": {"routes": [{"integration": {"mock": {}}}]},
        "loadBalancer": {"create": {"subnetIds": ["subnet-a", "subnet-b"]}},
    });
    for (field, value) in changes {
        spec[*field] = value.clone();
    }
    serde_json::from_value(spec).expect("a spec")
}

/// The changes that take the load balancer away.
pub(crate) fn endpoint_only() -> [(&'static str, Value); 2] {
    let create = json!({"subnetIds": ["subnet-a", "subnet-b"], "clientCidrs": ["10.20.30.40/16"]});
    [("loadBalancer", Value::Null), ("vpcEndpoint", json!({"create": create}))]
}

fn problems(changes: &[(&str, Value)], found: &References) -> Vec<String> {
    let problems: Vec<Problem> = resolve(&spec(changes), &owner(), found).err().unwrap_or_default();
    problems.iter().map(ToString::to_string).collect()
}

pub(crate) fn intent(changes: &[(&str, Value)]) -> Intent {
    resolve(&spec(changes), &owner(), &found()).expect("a spec that can be had")
}
