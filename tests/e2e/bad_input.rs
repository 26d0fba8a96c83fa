//! Bad input is refused when it is applied, with a message that says what is wrong.

use serde_json::{Value, json};
use testenv::Kubectl;

use crate::lab::{KIND, Lab, PATIENCE, shared};
use crate::merge::merge;

/// A change of a good spec (a JSON merge patch), and a part of the message that refuses it.
type Case = (Value, &'static str);

const SUBNET: &str = "subnet-0a1b2c3d4e5f60021";
const FUNCTION: &str = "arn:aws:lambda:ap-northeast-1:111122223333:function:hello";
const LISTENER: &str =
    "arn:aws:elasticloadbalancing:ap-northeast-1:111122223333:listener/app/theirs/0123456789abcdef/0123456789abcdef";
const TARGET_GROUP: &str =
    "arn:aws:elasticloadbalancing:ap-northeast-1:111122223333:targetgroup/theirs/0123456789abcdef";

fn good(lab: &Example) -> Value {
    json!({
        "apiVersion": "privateapi.dev/v1alpha1",
        "kind": "PrivateApiFrontDoor",
        "metadata": {"name": "good", "namespace": lab.namespace},
        "spec": {
            "suspend": true,
            "vpcEndpoint": {"create": {"subnetIds": [SUBNET]}},
            "api": {"routes": [{"path": "/", "method": "GET", "integration": {"lambda": {"functionArn": FUNCTION}}}]},
            "loadBalancer": {
                "create": {"subnetIds": ["subnet-0a1b2c3d4e5f60011", "subnet-0a1b2c3d4e5f60012"]},
                "listener": {"protocol": "HTTP"},
            },
            "rules": [{"paths": ["/orders/*"]}],
            "targetGroup": {"healthCheck": {"successCodes": "200,403"}},
            "tags": {"team": "shop"},
        },
    })
}

struct Example {
    kubectl: Kubectl,
    namespace: &'static str,
}

impl Example {
    fn new(namespace: &'static str) -> Self {
        let kubectl = shared().cluster.kubectl();
        kubectl.run(&["create", "namespace", namespace]).unwrap();
        Self { kubectl: kubectl.namespace(namespace), namespace }
    }

    /// What the API server says to the good spec with this change; none when it takes it.
    fn refusal(&self, patch: &Value) -> Option<String> {
        let mut object = good(self);
        merge(&mut object["spec"], patch);
        let applied = self.kubectl.pipe(&["apply", "--dry-run=server", "-f", "-"], &object.to_string());
        applied.err().map(|error| error.to_string())
    }

    /// Every case is refused, for its own reason. All that are not are shown at once.
    fn refuses(&self, cases: Vec<Case>) {
        let wrong: Vec<String> = cases
            .into_iter()
            .filter_map(|(patch, part)| match self.refusal(&patch) {
                None => Some(format!("{patch} is taken")),
                Some(said) if said.contains(part) => None,
                Some(said) => Some(format!("{patch}: no {part:?} in {said}")),
            })
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

fn route(path: &str, method: &str) -> Value {
    json!({"path": path, "method": method, "integration": {"mock": {}}})
}

fn api(routes: &Value) -> Value {
    json!({"api": {"routes": routes}})
}

fn integration(integration: &Value) -> Value {
    api(&json!([{"integration": integration}]))
}

fn rule(rule: &Value) -> Value {
    json!({"rules": [rule]})
}

fn listener(listener: &Value) -> Value {
    json!({"loadBalancer": {"listener": listener}})
}

fn stage_logs(format: &str) -> Value {
    let group = "arn:aws:logs:ap-northeast-1:111122223333:log-group:orders";
    json!({"api": {"stage": {"accessLogs": {"destinationArn": group, "format": format}}}})
}

fn clients(cidr: &str) -> Value {
    json!({"loadBalancer": {"create": {"clientCidrs": [cidr]}}})
}

fn endpoints() -> Vec<Case> {
    let create = |create: Value| json!({"vpcEndpoint": {"create": create}});
    let many: Vec<String> = (0..17).map(|index| format!("subnet-0a1b2c3d4e5f600{index:02}")).collect();
    let groups: Vec<String> = (0..6).map(|index| format!("sg-0a1b2c3d4e5f6009{index}")).collect();
    vec![
        (json!({"vpcEndpoint": {"id": "vpce-0a1b2c3d"}}), "exactly one of create or id must be set"),
        (json!({"vpcEndpoint": {"create": null}}), "exactly one of create or id must be set"),
        (json!({"vpcEndpoint": null}), "spec.vpcEndpoint"),
        (json!({"vpcEndpoint": {"create": null, "id": "vpce-XYZ"}}), "spec.vpcEndpoint.id"),
        (json!({"vpcEndpoint": {"create": null, "id": "vpc-0a1b2c3d"}}), "spec.vpcEndpoint.id"),
        (create(json!({"subnetIds": []})), "should have at least 1 items"),
        (create(json!({"subnetIds": ["subnet-xyz"]})), "spec.vpcEndpoint.create.subnetIds"),
        (create(json!({"subnetIds": [SUBNET, SUBNET]})), "Duplicate value"),
        (create(json!({"subnetIds": many})), "must have at most 16 items"),
        (create(json!({"securityGroupIds": ["group"]})), "spec.vpcEndpoint.create.securityGroupIds"),
        (create(json!({"securityGroupIds": groups})), "must have at most 5 items"),
        (create(json!({"privateDns": "On"})), "Unsupported value: \"On\""),
        (create(json!({"privateDns": true})), "must be of type string"),
        (create(json!({"deletionPolicy": "Keep"})), "Unsupported value: \"Keep\""),
        (create(json!({"vpc": "vpc-1"})), "unknown field"),
    ]
}

fn apis() -> Vec<Case> {
    vec![
        (json!({"api": {"id": "a1b2c3d4e5"}}), "exactly one of"),
        (json!({"api": {"routes": null}}), "exactly one of"),
        (json!({"api": {"routes": null, "id": "A1B2"}}), "spec.api.id"),
        (json!({"api": {"routes": null, "id": "a1b2c3d4e5", "name": "x"}}), "are for an API that is created"),
        (api(&json!([])), "should have at least 1 items"),
        (api(&json!([route("/", "GET"), route("/", "GET")])), "Duplicate value"),
        (api(&json!([route("orders", "GET")])), "routes[0].path"),
        (api(&json!([route("/orders/", "GET")])), "routes[0].path"),
        (api(&json!([route("/a b", "GET")])), "routes[0].path"),
        (api(&json!([route("/{id", "GET")])), "routes[0].path"),
        (api(&json!([route("/", "get")])), "Unsupported value: \"get\""),
        (api(&json!([route("/", "TRACE")])), "Unsupported value: \"TRACE\""),
        (api(&json!([{"path": "/"}])), "integration"),
        (integration(&json!({})), "exactly one"),
        (integration(&json!({"mock": {}, "http": {"url": "https://example.com"}})), "exactly one"),
        (integration(&json!({"lambda": {"functionArn": "hello"}})), "functionArn"),
        (integration(&json!({"lambda": {"functionArn": "arn:aws:s3:::bucket"}})), "functionArn"),
        (integration(&json!({"http": {"url": "ftp://example.com"}})), "url"),
        (integration(&json!({"http": {"url": "https://exa mple.com"}})), "url"),
        (
            integration(&json!({"http": {"url": "https://example.com", "timeoutMilliseconds": 49}})),
            "greater than or equal to 50",
        ),
        (
            integration(&json!({"http": {"url": "https://example.com", "timeoutMilliseconds": 300_001}})),
            "less than or equal to 300000",
        ),
        (integration(&json!({"mock": {"statusCode": 99}})), "greater than or equal to 100"),
        (integration(&json!({"mock": {"statusCode": 600}})), "less than or equal to 599"),
        (integration(&json!({"mock": {"body": "x".repeat(4097)}})), "may not be more than 4096"),
        (
            json!({"api": {"routes": null, "id": "a1b2c3d4e5", "resourcePolicy": {"additionalVpcEndpointIds": ["vpce-0a1b2c3d"]}}}),
            "are for an API that is created",
        ),
        (
            json!({"api": {"routes": null, "id": "a1b2c3d4e5", "securityPolicy": "TLS_1_2"}}),
            "are for an API that is created",
        ),
        (json!({"api": {"acceptedImportWarnings": ["*"]}}), "spec.api.acceptedImportWarnings[0]"),
        (
            json!({"api": {"routes": null, "openApi": {"inline": {}, "unenforcedSecuritySchemes": [""]}}}),
            "unenforcedSecuritySchemes",
        ),
        (
            json!({"api": {"routes": null, "id": "a1b2c3d4e5", "acceptedImportWarnings": ["Unsupported *"]}}),
            "are for an API that is created",
        ),
        (json!({"api": {"name": ""}}), "at least 1 chars long"),
        (json!({"api": {"description": "x".repeat(1025)}}), "may not be more than 1024"),
        (json!({"api": {"stage": {"name": "a/b"}}}), "spec.api.stage.name"),
        (json!({"api": {"stage": {"name": ""}}}), "spec.api.stage.name"),
        (json!({"api": {"securityPolicy": "TLS_1_0"}}), "Unsupported value: \"TLS_1_0\""),
        (json!({"api": {"endpointAccessMode": "STRICT"}}), "STRICT cannot work behind an Application Load Balancer"),
        (json!({"api": {"endpointAccessMode": "strict"}}), "Unsupported value: \"strict\""),
        (
            json!({"api": {"resourcePolicy": {"additionalVpcEndpointIds": ["vpc-1"]}}}),
            "resourcePolicy.additionalVpcEndpointIds",
        ),
    ]
}

fn load_balancers() -> Vec<Case> {
    let given = |more: Value| {
        let mut patch = json!({"loadBalancer": {"create": null, "listener": null, "listenerArn": LISTENER}});
        merge(&mut patch["loadBalancer"], &more);
        patch
    };
    let balancer_arn = LISTENER.replace("listener/", "loadbalancer/");
    let network = LISTENER.replace("/app/", "/net/");
    let certificate = json!(["arn:aws:acm:ap-northeast-1:111122223333:certificate/1"]);
    vec![
        (json!({"loadBalancer": {"listenerArn": LISTENER}}), "exactly one of create or listenerArn"),
        (json!({"loadBalancer": {"create": null}}), "exactly one of create or listenerArn"),
        (json!({"loadBalancer": {"create": {"subnetIds": [SUBNET]}}}), "should have at least 2 items"),
        (json!({"loadBalancer": {"create": {"scheme": "public"}}}), "Unsupported value: \"public\""),
        (given(json!({"listenerArn": balancer_arn})), "spec.loadBalancer.listenerArn"),
        (given(json!({"listenerArn": network})), "spec.loadBalancer.listenerArn"),
        (
            json!({"loadBalancer": {"create": null, "listenerArn": LISTENER}}),
            "listener is for a load balancer that is created",
        ),
        (listener(&json!({"protocol": "HTTPS"})), "an HTTPS listener needs certificateArns"),
        (listener(&json!({"protocol": "HTTPS", "certificateArns": []})), "an HTTPS listener needs certificateArns"),
        (listener(&json!({"certificateArns": certificate})), "an HTTP listener takes none"),
        (listener(&json!({"protocol": "HTTPS", "certificateArns": ["cert"]})), "certificateArns"),
        (listener(&json!({"sslPolicy": "ELBSecurityPolicy-2016-08"})), "sslPolicy needs protocol HTTPS"),
        (
            listener(&json!({"mutualAuthentication": {"mode": "Passthrough"}})),
            "mutualAuthentication needs protocol HTTPS",
        ),
        (
            listener(&json!({"protocol": "HTTPS", "mutualAuthentication": {"mode": "Verify"}})),
            "mode Verify needs trustStoreArn",
        ),
        (
            json!({"loadBalancer": {"create": {"attributes": {"idleTimeoutSeconds": 4001}}}}),
            "less than or equal to 4000",
        ),
        (json!({"loadBalancer": {"create": {"attributes": {"http2": true}}}}), "loadBalancer.create.attributes.http2"),
        (json!({"loadBalancer": {"create": {"ipAddressType": "ipv6"}}}), "Unsupported value: \"ipv6\""),
        (listener(&json!({"protocol": "TCP"})), "Unsupported value: \"TCP\""),
        (listener(&json!({"port": 0})), "greater than or equal to 1"),
        (listener(&json!({"port": 70000})), "less than or equal to 65535"),
        (clients("10.0.0.0"), "clientCidrs"),
        (clients("10.0.0.256/8"), "clientCidrs"),
        (clients("10.0.0.0/33"), "clientCidrs"),
        (clients("10.0.0/8"), "clientCidrs"),
        (clients("::/0"), "clientCidrs holds an IPv6 range"),
        (json!({"loadBalancer": {"create": {"clientCidrs": ["::/129"], "ipAddressType": "dualstack"}}}), "clientCidrs"),
        (json!({"loadBalancer": {"create": {"clientCidrs": []}}}), "should have at least 1 items"),
        (
            json!({"loadBalancer": {"create": {"clientCidrs": ["10.0.0.0/8"], "securityGroupIds": ["sg-0a1b2c3d4e5f60097"]}}}),
            "clientCidrs is for the managed security group",
        ),
        (
            json!({"loadBalancer": {"create": {"scheme": "internal", "ipAddressType": "dualstack-without-public-ipv4"}}}),
            "an internal one has no public addresses",
        ),
        (json!({"vpcEndpoint": {"create": {"clientCidrs": ["10.0.0.0"]}}}), "clientCidrs holds address ranges"),
        (
            json!({"vpcEndpoint": {"create": {"clientCidrs": ["2001:db8::/32"]}}}),
            "the endpoint has IPv4 addresses only",
        ),
        (
            json!({"vpcEndpoint": {"create": {"clientCidrs": ["10.0.0.0/8"], "securityGroupIds": ["sg-0a1b2c3d4e5f60097"]}}}),
            "clientCidrs is for the managed security group",
        ),
        (json!({"loadBalancer": null, "targetGroup": null}), "without loadBalancer no client can reach the endpoint"),
        (json!({"loadBalancer": null}), "targetGroup needs loadBalancer"),
        (json!({"targetGroup": {"arn": TARGET_GROUP}}), "healthCheck is for a target group that is created"),
        (json!({"targetGroup": {"healthCheck": null, "arn": "group"}}), "spec.targetGroup.arn"),
        (json!({"targetGroup": {"healthCheck": {"successCodes": "500"}}}), "successCodes"),
        (json!({"targetGroup": {"healthCheck": {"timeoutSeconds": 30}}}), "must be less than intervalSeconds"),
        (json!({"targetGroup": {"deregistrationDelaySeconds": 3601}}), "less than or equal to 3600"),
        (json!({"targetGroup": {"healthCheck": {"successCodes": "200;403"}}}), "successCodes"),
        (json!({"rules": [{"paths": ["/a;b"]}]}), "spec.rules[0].paths[0]"),
        (json!({"rules": [{"headers": [{"name": "x-a", "values": ["\u{0}"]}]}]}), "spec.rules[0].headers[0].values[0]"),
        (json!({"rules": [{"queryStrings": [{"value": "é"}]}]}), "spec.rules[0].queryStrings[0].value"),
        (json!({"api": {"name": " "}}), "spec.api.name"),
        (stage_logs("$context.requestId\n$context.status"), "spec.api.stage.accessLogs.format"),
        (json!({"region": "eu-west-west-west-west-west-west-west-1"}), "spec.region"),
    ]
}

fn rules() -> Vec<Case> {
    let both = |first: Value, second: Value| json!({"rules": [first, second]});
    vec![
        (json!({"rules": []}), "should have at least 1 items"),
        (rule(&json!({"paths": []})), "should have at least 1 items"),
        (rule(&json!({"paths": ["orders"]})), "paths"),
        (rule(&json!({"paths": ["/or ders"]})), "paths"),
        (rule(&json!({"paths": ["/".repeat(129)]})), "may not be more than 128"),
        (rule(&json!({"paths": ["/a", "/b", "/c", "/d", "/e", "/f"]})), "must have at most 5 items"),
        (
            rule(&json!({"paths": ["/a", "/b", "/c"], "hosts": ["a.example.com", "b.example.com", "c.example.com"]})),
            "at most 5",
        ),
        (
            rule(
                &json!({"paths": ["/a", "/b"], "methods": ["GET", "PUT"], "headers": [{"name": "x-a", "values": ["1", "2"]}]}),
            ),
            "at most 5 condition values",
        ),
        (
            rule(&json!({"hosts": ["a.example.com"], "hostRegexes": ["^b"]})),
            "hosts and hostRegexes cannot be in one rule",
        ),
        (rule(&json!({"paths": ["/a"], "pathRegexes": ["^/b"]})), "paths and pathRegexes cannot be in one rule"),
        (
            rule(&json!({"headers": [{"name": "Host", "values": ["a"]}]})),
            "the Host header is matched by hosts and hostRegexes",
        ),
        (rule(&json!({"methods": ["get"]})), "methods"),
        (rule(&json!({"sourceCidrs": ["everywhere"]})), "sourceCidrs holds address ranges"),
        (rule(&json!({"sourceCidrs": ["999.1.1.1/99"]})), "sourceCidrs holds address ranges"),
        (rule(&json!({"hostRegexes": ["(a"]})), "missing closing )"),
        (rule(&json!({"hostRegexes": ["[a"]})), "missing closing ]"),
        (rule(&json!({"paths": null, "pathRegexes": ["*"]})), "missing argument to repetition operator"),
        (rule(&json!({"paths": null, "pathRegexes": ["^/(?!a)"]})), "invalid or unsupported Perl syntax"),
        (rule(&json!({"paths": null, "pathRegexes": ["(a)\\1"]})), "invalid escape sequence"),
        (rule(&json!({"hosts": ["localhost"]})), "hosts"),
        (rule(&json!({"hosts": ["api.example.c0m"]})), "hosts"),
        (rule(&json!({"hosts": ["api example.com"]})), "hosts"),
        (rule(&json!({"priority": 0})), "greater than or equal to 1"),
        (rule(&json!({"priority": 50001})), "less than or equal to 50000"),
        (rule(&json!({"stagePath": "hidden"})), "Unsupported value: \"hidden\""),
        (
            both(json!({"paths": ["/a"], "priority": 7}), json!({"paths": ["/b"], "priority": 7})),
            "two rules have the same priority",
        ),
        (both(json!({"paths": ["/a"]}), json!({"paths": ["/a"]})), "rules holds the same rule twice"),
    ]
}

fn whole() -> Vec<Case> {
    vec![
        (json!({"region": "Tokyo"}), "spec.region"),
        (json!({"managementPolicy": "Ignore"}), "Unsupported value: \"Ignore\""),
        (json!({"deletionPolicy": "retain"}), "Unsupported value: \"retain\""),
        (json!({"suspend": "yes"}), "must be of type boolean"),
        (json!({"tags": {"team": 1}}), "must be of type string"),
        (json!({"tags": {"privateapi.dev/owner": "me"}}), "reserved"),
        (json!({"tags": {"aws:x": "me"}}), "reserved"),
        (json!({"loadbalancer": {}}), "unknown field"),
    ]
}

fn endpoint(create: &Value) -> Value {
    json!({"vpcEndpoint": {"create": create}})
}

#[test]
fn bad_networks_are_refused() {
    let example = Example::new("bad-networks");
    let https = |more: &Value| {
        let mut wanted =
            json!({"protocol": "HTTPS", "certificateArns": ["arn:aws:acm:ap-northeast-1:111122223333:certificate/a"]});
        merge(&mut wanted, more);
        listener(&wanted)
    };
    let other = "subnet-0a1b2c3d4e5f60022";
    let selector = json!({"matchTags": {"tier": "private"}});
    let pin = |subnet: &str, ipv4: &str| json!({"subnetConfigurations": [{"subnetId": subnet, "ipv4": ipv4}]});
    let mut dualstack = pin(SUBNET, "10.0.21.9");
    dualstack["ipAddressType"] = json!("dualstack");
    example.refuses(vec![
        (listener(&json!({"redirectHttp": "Enabled"})), "it needs protocol HTTPS and another port than 80"),
        (https(&json!({"redirectHttp": "Enabled", "port": 80})), "it needs protocol HTTPS and another port than 80"),
        (https(&json!({"redirectHttp": "yes"})), "redirectHttp"),
        (endpoint(&json!({"subnetSelector": selector})), "exactly one of subnetIds or subnetSelector must be set"),
        (endpoint(&json!({"subnetIds": null})), "exactly one of subnetIds or subnetSelector must be set"),
        (endpoint(&json!({"subnetIds": null, "subnetSelector": {"matchTags": {}}})), "matchTags"),
        (endpoint(&json!({"subnetIds": null, "subnetSelector": {"matchTags": {"a": "b"}, "vpcId": "main"}})), "vpcId"),
        (
            json!({"loadBalancer": {"create": {"subnetSelector": selector}}}),
            "exactly one of subnetIds or subnetSelector must be set",
        ),
        (endpoint(&pin(other, "10.0.22.9")), "names a subnet that is not in subnetIds"),
        (endpoint(&pin(SUBNET, "10.0.21.300")), "ipv4"),
        (endpoint(&pin(SUBNET, "10.0.21.9/32")), "ipv4"),
        (endpoint(&dualstack), "subnetConfigurations needs ipAddressType ipv4"),
        (endpoint(&json!({"ipAddressType": "ipv6"})), "ipAddressType"),
        (endpoint(&json!({"policy": "everything"})), "policy"),
    ]);
    let taken = [
        https(&json!({"redirectHttp": "Enabled"})),
        endpoint(&json!({"subnetIds": null, "subnetSelector": selector})),
        endpoint(&pin(SUBNET, "10.0.21.9")),
        endpoint(&json!({"ipAddressType": "dualstack", "policy": {"Statement": []}})),
    ];
    for patch in taken {
        assert_eq!(example.refusal(&patch), None, "{patch}");
    }
}

#[test]
fn bad_endpoints_and_apis_are_refused() {
    let example = Example::new("bad-api");
    assert_eq!(example.refusal(&json!({})), None);
    example.refuses([endpoints(), apis()].concat());
}

#[test]
fn bad_load_balancers_and_rules_are_refused() {
    Example::new("bad-balancer").refuses([load_balancers(), rules(), whole()].concat());
}

#[test]
fn what_cannot_change_is_refused() {
    let example = Example::new("immutable");
    let mut object = good(&example);
    object["spec"]["region"] = json!("ap-northeast-1");
    example.kubectl.apply(&object.to_string()).unwrap();
    example.refuses(vec![
        (json!({"region": "eu-west-1"}), "region is immutable"),
        (json!({"region": null}), "region is immutable"),
    ]);
}

#[test]
fn every_problem_with_aws_is_told_at_once() {
    let lab = Lab::new("stalled");
    let mut object = lab.example("alb-lambda.yaml");
    let spec = &mut object["spec"];
    // Of one zone; not there; of another region.
    spec["vpcEndpoint"]["create"]["subnetIds"] =
        json!([SUBNET, "subnet-0a1b2c3d4e5f60011", "subnet-0a1b2c3d4e5f60099"]);
    spec["api"]["routes"][0]["integration"]["lambda"]["functionArn"] =
        json!("arn:aws:lambda:eu-west-1:111122223333:function:hello");
    let name = lab.apply(&object);
    let object = lab.kubectl.wait_condition((KIND, &name), "Stalled", "True", PATIENCE).unwrap();
    let conditions = object["status"]["conditions"].as_array().unwrap();
    let stalled = conditions.iter().find(|it| it["type"] == "Stalled").unwrap();
    let message = stalled["message"].as_str().unwrap();
    for part in [
        "spec.vpcEndpoint.create.subnetIds[1]: subnets",
        "spec.vpcEndpoint.create.subnetIds[2]: subnet subnet-0a1b2c3d4e5f60099 does not exist",
        "spec.api.routes[0].integration.lambda.functionArn: Lambda function",
    ] {
        assert!(message.contains(part), "{part} in {message}");
    }
    assert_eq!(lab.created(), Vec::<String>::new());
    lab.delete(&name);
}
