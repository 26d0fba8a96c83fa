//! Policies of the spec that let no request pass.

use serde_json::json;

use super::*;

const EVERY: &str = "every request that comes through the load balancer and the VPC endpoint";

const ANY: &str = "any request that comes through the load balancer and the VPC endpoint";

fn deny(condition: &Value) -> Value {
    json!({"Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*", "Condition": condition})
}

fn routes(policy: &Value) -> (&'static str, Value) {
    ("api", json!({"routes": [{"integration": {"mock": {}}}], "resourcePolicy": policy}))
}

fn told(changes: &[(&str, Value)]) -> Vec<String> {
    problems(changes, &found())
}

#[test]
fn the_statement_that_denies_is_the_field() {
    let allow =
        json!({"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"});
    let address = deny(&json!({"NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24"]}}));
    let network = deny(&json!({"StringNotEquals": {"aws:SourceVpc": "vpc-2"}}));
    let statements = routes(&json!({"statements": [allow, address]}));
    let problem = told(&[statements]);
    let expected = format!("spec.api.resourcePolicy.statements[1]: it denies {EVERY}: aws:SourceIp is not present in");
    assert!(problem.len() == 1 && problem[0].starts_with(&expected), "{problem:?}");
    let document = routes(&json!({"document": {"Version": "2012-10-17", "Statement": [allow, network]}}));
    let expected = "spec.api.resourcePolicy.document.Statement[1]: it denies every request that comes through the VPC endpoint: aws:SourceVpc is vpc-1, so StringNotEquals always holds: name vpc-1";
    let mut changes = endpoint_only().to_vec();
    changes.push(document);
    assert_eq!(told(&changes), [expected]);
    let single = routes(&json!({"document": {"Version": "2012-10-17", "Statement": network}}));
    let fields: Vec<String> = told(&[single]).iter().filter_map(|it| Some(it.split_once(": ")?.0.to_owned())).collect();
    assert_eq!(fields, ["spec.api.resourcePolicy.document.Statement"]);
    let silent = json!({"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "*", "Resource": "*"});
    let silent = told(&[routes(&json!({"document": {"Statement": silent}}))]);
    let expected =
        format!("spec.api.resourcePolicy.document: no statement allows {ANY}: Statement[0] does not: it names");
    assert!(silent.len() == 1 && silent[0].starts_with(&expected), "{silent:?}");
}

#[test]
fn the_endpoint_policy_is_judged_beside_it() {
    let policy = json!({"Statement": {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}});
    let create = json!({"create": {"subnetIds": ["subnet-a", "subnet-b"], "policy": policy}});
    let problem = told(&[("vpcEndpoint", create)]);
    let expected =
        format!("spec.vpcEndpoint.create.policy: no statement allows {ANY}: Statement[0] does not: its resources are");
    assert!(problem.len() == 1 && problem[0].starts_with(&expected), "{problem:?}");
}

#[test]
fn the_addresses_of_requests_are_those_of_the_load_balancer_or_of_known_clients() {
    let outside =
        |cidr: &str| routes(&json!({"statements": [deny(&json!({"NotIpAddress": {"aws:VpcSourceIp": cidr}}))]}));
    assert_eq!(told(&[outside("10.0.1.0/24")]), [""; 0]);
    assert!(told(&[outside("10.20.0.0/16")])[0].contains("an address of the load balancer in 10.0.1.0/24"));
    let mut clients = endpoint_only().to_vec();
    clients.push(outside("10.20.0.0/16"));
    assert_eq!(told(&clients), [""; 0]);
    clients[2] = outside("10.0.1.0/24");
    assert!(told(&clients)[0].contains("aws:VpcSourceIp is an address in 10.20.0.0/16"));
    // The subnets of a given load balancer are not looked at.
    let given = [("loadBalancer", json!({"listenerArn": "listener-1"})), outside("192.0.2.0/24")];
    assert_eq!(told(&given), [""; 0]);
}

#[test]
fn what_only_aws_or_the_request_knows_is_not_refused() {
    let endpoint = |id: &str| deny(&json!({"StringNotEquals": {"aws:SourceVpce": id}}));
    let document = |id: &str| {
        let allow = json!({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"});
        routes(&json!({"document": {"Statement": [allow, endpoint(id)]}}))
    };
    // It may be the one that is there since an earlier spec.
    assert_eq!(told(&[document("vpce-0a1b2c3d")]), [""; 0]);
    let given = ("vpcEndpoint", json!({"id": "vpce-1"}));
    assert_eq!(told(&[given.clone(), document("vpce-1")]), [""; 0]);
    assert_eq!(told(&[given, document("vpce-2")]).len(), 1);
}
