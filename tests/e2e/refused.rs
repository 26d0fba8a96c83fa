//! What only AWS can tell: a spec that cannot be had stalls, with every problem, its field and the remedy.
//!
//! The table asks `frontdoor plan`, which says the same as the controller; some objects go through the controller itself.

use serde_json::{Value, json};
use testenv::simulator::REGION;

use crate::aws::{every, inner};
use crate::given::{self, GivenLoadBalancer, PRIVATE_SUBNETS, PUBLIC_SUBNETS, VPC};
use crate::lab::{KIND, Lab, PATIENCE, shared};
use crate::merge::merge;
use crate::plan::plan;

/// A merge patch of the spec, and the parts of what is said about it: the field first.
type Case = (Value, [String; 2]);

const SECOND_VPC_SUBNETS: [&str; 2] = ["subnet-0a1b2c3d4e5f60031", "subnet-0a1b2c3d4e5f60032"];

/// What stands in the account and is of no use.
struct Surroundings {
    lab: Lab,
    balancer: GivenLoadBalancer,
}

impl Surroundings {
    fn new(namespace: &str) -> Self {
        let lab = Lab::new(namespace);
        let balancer = given::load_balancer(&lab);
        Self { lab, balancer }
    }

    fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:aws:{service}:{REGION}:{}:{resource}", self.lab.account)
    }

    /// Plans the example with each change; all that is not said is shown at once.
    fn refuses(&self, cases: &[Case]) {
        let wrong: Vec<String> = cases
            .iter()
            .filter_map(|(patch, parts)| {
                let mut object = self.lab.example("alb-lambda.yaml");
                merge(&mut object["spec"], patch);
                let output = plan(&self.lab, &object);
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                let refused = output.status.code() == Some(1) && parts.iter().all(|part| said.contains(part));
                (!refused).then(|| format!("{patch}\n  wants {parts:?}\n  got {:?} {said}", output.status.code()))
            })
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

fn case(patch: Value, field: &str, remedy: impl Into<String>) -> Case {
    (patch, [format!("{field}: "), remedy.into()])
}

fn endpoint_subnets(ids: &[&str]) -> Value {
    json!({"vpcEndpoint": {"create": {"subnetIds": ids}}})
}

fn balancer_subnets(ids: &[&str]) -> Value {
    json!({"loadBalancer": {"create": {"subnetIds": ids}}})
}

fn subnets(at: &Surroundings) -> Vec<Case> {
    let ([private, _], [public, _], [second, _]) = (PRIVATE_SUBNETS, PUBLIC_SUBNETS, SECOND_VPC_SUBNETS);
    let (endpoint, balancer) = ("spec.vpcEndpoint.create.subnetIds", "spec.loadBalancer.create.subnetIds");
    let (nowhere, third) = ("subnet-0a1b2c3d4e5f60099", given::subnet(&at.lab, "c", 13));
    vec![
        case(
            endpoint_subnets(&[private, &third]),
            &format!("{endpoint}[1]"),
            "to which the load balancer sends nothing",
        ),
        case(endpoint_subnets(&[private, nowhere]), &format!("{endpoint}[1]"), "does not exist in account"),
        case(endpoint_subnets(&[private, second]), &format!("{endpoint}[1]"), "all must be in one VPC"),
        case(endpoint_subnets(&[private, public]), &format!("{endpoint}[1]"), "name one subnet a zone"),
        case(balancer_subnets(&[public, nowhere]), &format!("{balancer}[1]"), "does not exist in account"),
        case(balancer_subnets(&[public, private]), &format!("{balancer}[1]"), "name one subnet a zone"),
        case(balancer_subnets(&SECOND_VPC_SUBNETS), balancer, "both must be in one VPC"),
        case(balancer_subnets(&[public]), balancer, "two Availability Zones or more"),
    ]
}

fn security_groups() -> Vec<Case> {
    let nowhere = json!(["sg-0a1b2c3d4e5f60001", "sg-0a1b2c3d4e5f60099"]);
    let second = json!(["sg-0a1b2c3d4e5f60002"]);
    let endpoint = |groups: &Value| json!({"vpcEndpoint": {"create": {"securityGroupIds": groups}}});
    let balancer = |groups: &Value| json!({"loadBalancer": {"create": {"securityGroupIds": groups}}});
    let field = |part: &str, index: usize| format!("spec.{part}.create.securityGroupIds[{index}]");
    vec![
        case(endpoint(&nowhere), &field("vpcEndpoint", 1), "sg-0a1b2c3d4e5f60099 does not exist in account"),
        case(balancer(&nowhere), &field("loadBalancer", 1), "sg-0a1b2c3d4e5f60099 does not exist in account"),
        case(endpoint(&second), &field("vpcEndpoint", 0), "both must be in one VPC"),
        case(balancer(&second), &field("loadBalancer", 0), "both must be in one VPC"),
    ]
}

fn endpoints(at: &Surroundings) -> Vec<Case> {
    let id = |id: &str| json!({"vpcEndpoint": {"create": null, "id": id}});
    let [subnet, _] = PRIVATE_SUBNETS;
    let lambda = at.lab.ec2(&format!(
        "CreateVpcEndpoint&VpcEndpointType=Interface&VpcId={VPC}&ServiceName=com.amazonaws.{REGION}.lambda&SubnetId.1={subnet}"
    ));
    let (field, needed) = ("spec.vpcEndpoint.id", format!("name an endpoint for com.amazonaws.{REGION}.execute-api"));
    vec![
        case(id("vpce-0a1b2c3d4e5f60099"), field, "does not exist in account"),
        case(id(&inner(&lambda, "vpcEndpointId")), field, needed),
    ]
}

fn apis(at: &Surroundings) -> Vec<Case> {
    let by_id = |id: &str| json!({"api": {"routes": null, "stage": {"name": "live"}, "id": id}});
    let function = |arn: &str| json!({"api": {"routes": [{"integration": {"lambda": {"functionArn": arn}}}]}});
    let regional = at.lab.apigateway("POST", "/restapis", &json!({"name": "regional"}))["id"].clone();
    let undeployed = given::private_api(&at.lab, "test", &given::open_policy());
    let field = "spec.api.routes[0].integration.lambda.functionArn";
    let elsewhere = at.arn("lambda", "function:hello").replace(REGION, "eu-west-1");
    vec![
        case(by_id("a1b2c3d4e5"), "spec.api.id", "does not exist in account"),
        case(by_id(regional.as_str().unwrap()), "spec.api.id", "its endpoint type must be PRIVATE"),
        case(by_id(&undeployed), "spec.api.stage.name", "has no stage live"),
        case(function(&at.arn("lambda", "function:gone")), field, "does not exist"),
        case(function(&elsewhere), field, "name one in the region of the API"),
    ]
}

fn documents() -> Vec<Case> {
    let document = |patch: Value| {
        let mut document = json!({"openapi": "3.0.1", "info": {"title": "t", "version": "1"}, "paths": {"/": {}}});
        merge(&mut document, &patch);
        json!({"api": {"routes": null, "openApi": {"inline": document}}})
    };
    let field = "spec.api.openApi.inline";
    let jwt = json!({
        "security": [{"jwt": []}], "paths": {"/": {"get": {}}},
        "components": {"securitySchemes": {"jwt": {"type": "http", "scheme": "bearer"}}},
    });
    vec![
        case(document(jwt), &format!("{field}.security[0].jwt"), "does not enforce the security scheme jwt"),
        case(
            document(json!({"paths": {"/a": {"delete": {}}}})),
            &format!("{field}.paths[\"/a\"].delete"),
            "has no x-amazon-apigateway-integration",
        ),
        case(document(json!({"openapi": "3.1.0"})), &format!("{field}.openapi"), ""),
        case(document(json!({"paths": null})), &format!("{field}.paths"), "add one"),
        case(
            document(json!({"x-amazon-apigateway-policy": {}})),
            &format!("{field}[\"x-amazon-apigateway-policy\"]"),
            "use ",
        ),
    ]
}

fn load_balancers(at: &Surroundings) -> Vec<Case> {
    let by_arn = |arn: &str| json!({"loadBalancer": {"create": null, "listener": null, "listenerArn": arn}});
    let field = "spec.loadBalancer.listenerArn";
    let nowhere = at.arn("elasticloadbalancing", "listener/app/gone/0123456789abcdef/0123456789abcdef");
    let ours = &at.balancer.listener_arn;
    vec![
        case(by_arn(&nowhere), field, "does not exist in account"),
        case(by_arn(&network_listener(at)), field, "need an application load balancer"),
        case(by_arn(&owned_listener(at)), field, "use another load balancer"),
        case(by_arn(&ours.replace(REGION, "eu-west-1")), field, "set spec.region"),
        case(by_arn(&ours.replace(&at.lab.account, "999988887777")), field, "name one there"),
        case(
            json!({"vpcEndpoint": {"create": {"subnetIds": SECOND_VPC_SUBNETS}},
                "loadBalancer": {"create": null, "listener": null, "listenerArn": ours}}),
            field,
            "both must be in one VPC",
        ),
    ]
}

fn network_listener(at: &Surroundings) -> String {
    let [a, _] = PRIVATE_SUBNETS;
    let balancer =
        at.lab.elb(&format!("CreateLoadBalancer&Name=network&Type=network&Scheme=internal&Subnets.member.1={a}"));
    let group = at.lab.elb(&format!("CreateTargetGroup&Name=network&Protocol=TCP&Port=443&TargetType=ip&VpcId={VPC}"));
    let listener = at.lab.elb(&format!(
        "CreateListener&LoadBalancerArn={}&Protocol=TCP&Port=443&DefaultActions.member.1.Type=forward&DefaultActions.member.1.TargetGroupArn={}",
        inner(&balancer, "LoadBalancerArn"),
        inner(&group, "TargetGroupArn")
    ));
    inner(&listener, "ListenerArn")
}

/// Of a load balancer that the AWS Load Balancer Controller owns.
fn owned_listener(at: &Surroundings) -> String {
    let [a, b] = PUBLIC_SUBNETS;
    let balancer = at.lab.elb(&format!(
        "CreateLoadBalancer&Name=owned&Subnets.member.1={a}&Subnets.member.2={b}\
         &Tags.member.1.Key=elbv2.k8s.aws/cluster&Tags.member.1.Value=prod"
    ));
    let listener = at.lab.elb(&format!(
        "CreateListener&LoadBalancerArn={}&Protocol=HTTP&Port=80&{}",
        inner(&balancer, "LoadBalancerArn"),
        given::fixed_response("DefaultActions", 404)
    ));
    inner(&listener, "ListenerArn")
}

fn target_groups(at: &Surroundings) -> Vec<Case> {
    let by_arn = |arn: &str| json!({"targetGroup": {"arn": arn}});
    let make =
        |name: &str, form: &str| inner(&at.lab.elb(&format!("CreateTargetGroup&Name={name}&{form}")), "TargetGroupArn");
    let field = "spec.targetGroup.arn";
    let nowhere = at.arn("elasticloadbalancing", "targetgroup/gone/0123456789abcdef");
    vec![
        case(by_arn(&nowhere), field, "does not exist in account"),
        case(by_arn(&nowhere.replace(REGION, "eu-west-1")), field, "set spec.region"),
        case(
            by_arn(&make("instances", &format!("Protocol=HTTPS&Port=443&TargetType=instance&VpcId={VPC}"))),
            field,
            "need type ip",
        ),
        case(
            by_arn(&make("plain", &format!("Protocol=HTTP&Port=80&TargetType=ip&VpcId={VPC}"))),
            field,
            "accepts HTTPS on 443 only",
        ),
        case(
            by_arn(&make("far", "Protocol=HTTPS&Port=443&TargetType=ip&VpcId=vpc-0a1b2c3d4e5f60002")),
            field,
            "both must be in one VPC",
        ),
    ]
}

fn certificates(at: &Surroundings) -> Vec<Case> {
    let https =
        |arn: &str| json!({"loadBalancer": {"listener": {"protocol": "HTTPS", "port": 443, "certificateArns": [arn]}}});
    let pending = at.lab.acm("RequestCertificate", &json!({"DomainName": "example.com", "ValidationMethod": "DNS"}));
    let issued = at.arn("acm", "certificate/0a1b2c3d-4e5f-4000-8000-000000000001");
    let field = "spec.loadBalancer.listener.certificateArns[0]";
    let mut other_host = https(&issued);
    other_host["rules"] = json!([{"hosts": ["api.example.org"]}]);
    let mut mutual = https(&issued);
    let store = at.arn("elasticloadbalancing", "truststore/clients/0123456789abcdef").replace(REGION, "eu-west-1");
    mutual["loadBalancer"]["listener"]["mutualAuthentication"] = json!({"mode": "Verify", "trustStoreArn": store});
    vec![
        case(
            https(&at.arn("acm", "certificate/0a1b2c3d-4e5f-4000-8000-00000000000f")),
            field,
            "does not exist in account",
        ),
        case(https(&issued.replace(REGION, "us-east-1")), field, "name one there"),
        case(https(pending["CertificateArn"].as_str().unwrap()), field, "finish its validation in ACM"),
        case(other_host, "spec.rules[0].hosts", "add one to certificateArns"),
        case(mutual, "spec.loadBalancer.listener.mutualAuthentication.trustStoreArn", "set spec.region"),
    ]
}

#[test]
fn what_a_spec_names_must_be_there_and_fit() {
    let at = Surroundings::new("refused");
    let (network, api) =
        ([subnets(&at), security_groups(), endpoints(&at)].concat(), [apis(&at), documents()].concat());
    let balancing = [load_balancers(&at), target_groups(&at), certificates(&at)].concat();
    let before = at.lab.mutations();
    at.refuses(&[network, api, balancing].concat());
    assert_eq!(at.lab.mutations(), before);
}

/// Applies an object that has to stall; gives what it says.
fn stalls(lab: &Lab, object: &Value) -> String {
    let name = lab.apply(object);
    let object = lab.kubectl.wait_condition((KIND, &name), "Stalled", "True", PATIENCE).unwrap();
    let conditions = object["status"]["conditions"].as_array().unwrap();
    let stalled = conditions.iter().find(|it| it["type"] == "Stalled").unwrap();
    format!("{}: {}", stalled["reason"].as_str().unwrap(), stalled["message"].as_str().unwrap())
}

#[test]
fn what_api_gateway_says_of_a_document_is_passed_on_with_its_place() {
    let lab = Lab::new("refused-document");
    let mut object = lab.example("openapi-inline.yaml");
    let get = &mut object["spec"]["api"]["openApi"]["inline"]["paths"]["/orders"]["get"];
    get["x-amazon-apigateway-integration"] =
        json!({"type": "http_proxy", "httpMethod": "GET", "uri": "https://example.com", "timeoutInMillis": 60_000});
    let said = stalls(&lab, &object);
    for part in ["RequestRefused: spec.api.openApi.inline: ", "apigateway:PutRestApi", "'GET'", "'/orders'"] {
        assert!(said.contains(part), "{part} in {said}");
    }
    let name = object["metadata"]["name"].as_str().unwrap();
    lab.delete(name);
    assert_eq!(lab.created(), Vec::<String>::new());
}

#[test]
fn what_only_aws_knows_is_told_by_its_field() {
    let at = Surroundings::new("refused-late");
    let certificate = at.arn("acm", "certificate/0a1b2c3d-4e5f-4000-8000-000000000001");
    let store = at.arn("elasticloadbalancing", "truststore/clients/0123456789abcdef");
    let listener = "spec.loadBalancer.listener";
    let cases = [
        (
            json!({"loadBalancer": {"listener": {"protocol": "HTTPS", "port": 443, "certificateArns": [certificate],
                "sslPolicy": "ELBSecurityPolicy-none"}}}),
            format!("{listener}.sslPolicy: elasticloadbalancing:"),
        ),
        (
            json!({"loadBalancer": {"listener": {"sslPolicy": null,
                "mutualAuthentication": {"mode": "Verify", "trustStoreArn": store}}}}),
            format!("{listener}.mutualAuthentication.trustStoreArn: elasticloadbalancing:"),
        ),
        (
            json!({"loadBalancer": {"listener": {"mutualAuthentication": null}}, "api": {"stage": {"rollbackTo": "abc123"}}}),
            "spec.api.stage.rollbackTo: apigateway:UpdateStage".to_owned(),
        ),
    ];
    let mut object = at.lab.example("alb-lambda.yaml");
    let name = at.lab.apply(&object);
    at.lab.settled(&name);
    for (patch, expected) in cases {
        merge(&mut object["spec"], &patch);
        at.lab.apply(&object);
        let told = at.lab.kubectl.wait((KIND, &name), "a refusal by field", PATIENCE, |object| {
            let conditions = object["status"]["conditions"].to_string();
            let refused = conditions.contains("RequestRefused\",\"status\":\"True") && conditions.contains(&expected);
            if refused { Ok(()) } else { Err(conditions) }
        });
        told.unwrap();
    }
}

#[test]
fn a_private_zone_that_holds_the_private_dns_name_is_named_until_it_is_gone() {
    let lab = Lab::new("refused-zone");
    let zone = format!(
        "<CreateHostedZoneRequest><Name>execute-api.{REGION}.amazonaws.com</Name><CallerReference>1</CallerReference>\
         <VPC><VPCRegion>{REGION}</VPCRegion><VPCId>{VPC}</VPCId></VPC></CreateHostedZoneRequest>"
    );
    let ids = every(&lab.route53("POST", "hostedzone", &zone), "Id");
    let zone = ids.iter().find(|id| id.starts_with("/hostedzone/")).unwrap();
    let mut object = lab.example("alb-lambda.yaml");
    object["spec"]["vpcEndpoint"]["create"]["privateDns"] = json!("Enabled");
    let name = lab.apply(&object);
    let told = lab.kubectl.wait((KIND, &name), "the zone", PATIENCE, |object| {
        let conditions = object["status"]["conditions"].to_string();
        let parts = [
            "WaitingForAws",
            "ec2:CreateVpcEndpoint: ",
            "a private hosted zone",
            "set spec.vpcEndpoint.create.privateDns to Disabled",
        ];
        if parts.iter().all(|part| conditions.contains(part)) { Ok(()) } else { Err(conditions) }
    });
    told.unwrap();
    lab.route53("DELETE", zone.trim_start_matches('/'), "");
    lab.settled(&name);
}

/// Lets the controller do what it may but for this; everything again without it.
fn deny(lab: &Lab, action: Option<&str>) {
    lab.identity.restrict(&shared().simulator, action);
}

#[test]
fn a_permission_that_is_missing_is_named_and_once_it_is_there_the_front_door_opens() {
    let lab = Lab::new("refused-denied");
    let object = lab.example("alb-lambda.yaml");
    deny(&lab, Some("elasticloadbalancing:CreateLoadBalancer"));
    let said = stalls(&lab, &object);
    let resource = format!("arn:aws:elasticloadbalancing:{REGION}:{}:loadbalancer/", lab.account);
    for part in ["AccessDenied: ", "lacks elasticloadbalancing:CreateLoadBalancer on ", &resource, "IAM policy"] {
        assert!(said.contains(part), "{part} in {said}");
    }
    deny(&lab, None);
    lab.settled(object["metadata"]["name"].as_str().unwrap());
}

#[test]
fn a_read_that_is_not_allowed_is_named() {
    let lab = Lab::new("refused-read");
    // Without the first two nothing can be planned; the others are a part of the plan.
    for (action, status) in [
        ("ec2:DescribeSubnets", 1),
        ("ec2:DescribeVpcEndpoints", 1),
        ("elasticloadbalancing:DescribeTargetGroups", 2),
        ("lambda:GetPolicy", 2),
    ] {
        deny(&lab, Some(action));
        let output = plan(&lab, &lab.example("alb-lambda.yaml"));
        let said = String::from_utf8_lossy(if status == 1 { &output.stderr } else { &output.stdout }).into_owned();
        assert_eq!(output.status.code(), Some(status), "{action}: {said}");
        assert!(said.contains("AccessDenied") && said.contains(&format!("lacks {action} on ")), "{action}: {said}");
    }
    deny(&lab, None);
}

#[test]
fn a_stalled_object_costs_nothing_until_its_spec_changes() {
    let stalled = Lab::new("refused-quiet");
    let mut object = stalled.example("alb-mock.yaml");
    object["spec"]["vpcEndpoint"]["create"]["subnetIds"] = json!(["subnet-0a1b2c3d4e5f60099"]);
    let said = stalls(&stalled, &object);
    assert!(said.starts_with("InvalidSpec: "), "{said}");
    let before = stalled.calls();
    // Another front door opens meanwhile, which takes minutes of AWS's time.
    let other = Lab::new("refused-quiet-beside");
    let name = other.apply(&other.example("alb-mock.yaml"));
    other.settled(&name);
    assert_eq!(stalled.calls(), before);

    object["spec"]["vpcEndpoint"]["create"]["subnetIds"] = json!(PRIVATE_SUBNETS);
    let name = stalled.apply(&object);
    stalled.settled(&name);
}
