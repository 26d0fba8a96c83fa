//! What the tests build: scenario A by hand, over the wire.

use std::time::Duration;

use aws_sim::dataplane::Delivery;
use aws_sim::world::defaults::{SUBNETS, VPC};
use aws_sim::{Config, Simulator};
use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};

pub const REGION: &str = "us-east-1";
pub const ACCOUNT: &str = "111122223333";
pub const HELLO: &str = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:111122223333:function:hello/invocations";

/// A simulator with the test's own shorthands.
pub struct Cloud {
    pub simulator: Simulator,
    account: &'static str,
}

impl Cloud {
    pub fn new() -> Self {
        Self::with(Config::default())
    }

    pub fn with(config: Config) -> Self {
        Self { simulator: Simulator::new(config), account: ACCOUNT }
    }

    /// The same simulator as another account sees it.
    pub fn of_account(&self, account: &'static str) -> Self {
        Self { simulator: self.simulator.clone(), account }
    }

    fn send(&self, service: &str, request: http::request::Builder, body: String) -> Response<Bytes> {
        let scope = format!(
            "AWS4-HMAC-SHA256 Credential={}/20261123/{REGION}/{service}/aws4_request, SignedHeaders=host, Signature=0",
            self.account
        );
        self.simulator.handle(request.header("authorization", scope).body(Bytes::from(body)).unwrap())
    }

    /// A call of a REST-JSON service; panics unless it succeeds.
    pub fn rest(&self, service: &str, method: &str, path: &str, body: &Value) -> Value {
        let (status, answer) = self.try_rest(service, method, path, body);
        assert!(status < 300, "{method} {path}: {status} {answer}");
        answer
    }

    pub fn try_rest(&self, service: &str, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = Request::builder()
            .method(method)
            .uri(format!("http://localhost{path}"))
            .header("content-type", "application/json");
        let response = self.send(service, request, body);
        (response.status().as_u16(), serde_json::from_slice(response.body()).unwrap_or_default())
    }

    pub fn api(&self, method: &str, path: &str, body: &Value) -> Value {
        self.rest("apigateway", method, path, body)
    }

    /// A call of EC2 or ELBv2; the text of the XML; panics unless it succeeds.
    pub fn query(&self, service: &str, action: &str, parameters: &[(&str, &str)]) -> String {
        let (status, text) = self.try_query(service, action, parameters);
        assert!(status < 300, "{action}: {text}");
        text
    }

    pub fn try_query(&self, service: &str, action: &str, parameters: &[(&str, &str)]) -> (u16, String) {
        let version = if service == "ec2" { "2016-11-15" } else { "2015-12-01" };
        let pairs = [("Action", action), ("Version", version)].into_iter().chain(parameters.iter().copied());
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let request = Request::post("http://localhost/").header("content-type", "application/x-www-form-urlencoded");
        let response = self.send(service, request, body);
        (response.status().as_u16(), String::from_utf8_lossy(response.body()).into_owned())
    }

    pub fn ec2(&self, action: &str, parameters: &[(&str, &str)]) -> String {
        self.query("ec2", action, parameters)
    }

    pub fn elb(&self, action: &str, parameters: &[(&str, &str)]) -> String {
        self.query("elasticloadbalancing", action, parameters)
    }

    pub fn pass(&self, seconds: u64) {
        self.simulator.clock().advance(Duration::from_secs(seconds));
    }

    /// A security group with one inbound rule on a port, from a CIDR or a group, and the default outbound rule.
    pub fn group(&self, name: &str, port: &str, from: &str) -> String {
        let made = self.ec2("CreateSecurityGroup", &[("GroupName", name), ("GroupDescription", "d"), ("VpcId", VPC)]);
        let id = one(&made, "groupId");
        let peer = if from.starts_with("sg-") {
            "IpPermissions.1.Groups.1.GroupId"
        } else {
            "IpPermissions.1.IpRanges.1.CidrIp"
        };
        let rule = [
            ("GroupId", id.as_str()),
            ("IpPermissions.1.IpProtocol", "tcp"),
            ("IpPermissions.1.FromPort", port),
            ("IpPermissions.1.ToPort", port),
            (peer, from),
        ];
        self.ec2("AuthorizeSecurityGroupIngress", &rule);
        id
    }

    /// A request; the URI's host is the name that is resolved.
    pub fn request(&self, method: &str, uri: &str, headers: &[(&str, &str)]) -> Delivery {
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.simulator.request(request.body(Bytes::new()).unwrap())
    }

    /// Status and body of a GET; panics if nothing answers.
    pub fn get(&self, uri: &str, headers: &[(&str, &str)]) -> (u16, String) {
        let response = self.request("GET", uri, headers).answer().expect("an answer");
        (response.status().as_u16(), String::from_utf8_lossy(response.body()).into_owned())
    }
}

/// Text of the first element of a name.
pub fn one(xml: &str, name: &str) -> String {
    let (_, rest) = xml.split_once(&format!("<{name}>")).unwrap_or_else(|| panic!("no {name} in {xml}"));
    rest.split('<').next().unwrap_or_default().to_owned()
}

/// What `DescribeTargetHealth` says of the first target, without its administrative override.
pub fn target_health(xml: &str) -> &str {
    let (_, rest) = xml.split_once("<TargetHealth>").unwrap_or_else(|| panic!("no TargetHealth in {xml}"));
    rest.split("</TargetHealth>").next().unwrap_or_default()
}

/// Scenario A, built and settled.
pub struct Door {
    pub cloud: Cloud,
    pub balancer_group: String,
    pub endpoint_group: String,
    pub endpoint: String,
    pub endpoint_name: String,
    pub api: String,
    pub root: String,
    pub target_group: String,
    pub addresses: Vec<String>,
    pub name: String,
    pub listener: String,
    pub rule: String,
}

impl Door {
    /// Everything as the walk-through has it, with a Lambda proxy integration on `GET /` in stage `test`.
    pub fn open() -> Self {
        let cloud = Cloud::new();
        let balancer_group = cloud.group("alb", "80", "0.0.0.0/0");
        let endpoint_group = cloud.group("endpoint", "443", &balancer_group);
        let endpoint = endpoint(&cloud, &endpoint_group);
        let (endpoint, endpoint_name) = (one(&endpoint, "vpcEndpointId"), one(&endpoint, "dnsName"));
        cloud.pass(120);
        let addresses = addresses(&cloud, &endpoint_group);
        let (api, root) = private_api(&cloud, &endpoint);
        let target_group = target_group(&cloud, &addresses);
        let (arn, name) = balancer(&cloud, &balancer_group);
        let listener = cloud.elb(
            "CreateListener",
            &[
                ("LoadBalancerArn", arn.as_str()),
                ("Protocol", "HTTP"),
                ("Port", "80"),
                ("DefaultActions.member.1.Type", "fixed-response"),
                ("DefaultActions.member.1.FixedResponseConfig.StatusCode", "404"),
                ("DefaultActions.member.1.FixedResponseConfig.ContentType", "text/plain"),
                ("DefaultActions.member.1.FixedResponseConfig.MessageBody", "nothing here"),
            ],
        );
        let listener = one(&listener, "ListenerArn");
        let mut door = Self {
            cloud,
            balancer_group,
            endpoint_group,
            endpoint,
            endpoint_name,
            api,
            root,
            target_group,
            addresses,
            name,
            listener,
            rule: String::new(),
        };
        let host = door.host();
        door.rule = door.add_rule(
            "10",
            "/*",
            &[
                ("Transforms.member.1.Type", "host-header-rewrite"),
                ("Transforms.member.1.HostHeaderRewriteConfig.Rewrites.member.1.Regex", ".*"),
                ("Transforms.member.1.HostHeaderRewriteConfig.Rewrites.member.1.Replace", host.as_str()),
            ],
        );
        door.cloud.pass(300);
        door
    }

    pub fn add_rule(&self, priority: &str, path: &str, more: &[(&str, &str)]) -> String {
        let mut parameters = vec![
            ("ListenerArn", self.listener.as_str()),
            ("Priority", priority),
            ("Conditions.member.1.Field", "path-pattern"),
            ("Conditions.member.1.PathPatternConfig.Values.member.1", path),
            ("Actions.member.1.Type", "forward"),
            ("Actions.member.1.TargetGroupArn", self.target_group.as_str()),
        ];
        parameters.extend(more);
        one(&self.cloud.elb("CreateRule", &parameters), "RuleArn")
    }

    /// The name that the API has as a `Host`.
    pub fn host(&self) -> String {
        format!("{}.execute-api.{REGION}.amazonaws.com", self.api)
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.name)
    }

    pub fn get(&self, path: &str) -> (u16, String) {
        self.cloud.get(&self.url(path), &[])
    }

    /// The answer straight from the endpoint, as a client in the load balancer's place gets it.
    pub fn direct(&self, path: &str, headers: &[(&str, &str)]) -> Delivery {
        let mut all = vec![("host", self.host())];
        all.extend(headers.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.cloud.request("GET", &format!("https://{}{path}", self.endpoint_name), &all)
    }

    pub fn patch_api(&self, path: &str, value: &str) {
        let operation = json!({"patchOperations": [{"op": "replace", "path": path, "value": value}]});
        self.cloud.api("PATCH", &format!("/restapis/{}", self.api), &operation);
        // Until AWS has updated it.
        self.cloud.pass(1000);
    }

    pub fn deploy(&self) {
        self.cloud.api("POST", &format!("/restapis/{}/deployments", self.api), &json!({"stageName": "test"}));
    }

    /// Puts a method with an integration on a new path and deploys it.
    pub fn add_method(&self, part: &str, method: &str, settings: &Value, integration: &Value) -> String {
        let base = format!("/restapis/{}", self.api);
        let resource = self.cloud.api("POST", &format!("{base}/resources/{}", self.root), &json!({"pathPart": part}));
        let id = resource["id"].as_str().unwrap_or_default();
        let at = format!("{base}/resources/{id}/methods/{method}");
        let mut all = json!({"authorizationType": "NONE"});
        for (name, value) in settings.as_object().into_iter().flatten() {
            all[name] = value.clone();
        }
        self.cloud.api("PUT", &at, &all);
        self.cloud.api("PUT", &format!("{at}/integration"), integration);
        self.deploy();
        at
    }

    pub fn allow_function(&self, name: &str) {
        let statement = json!({"StatementId": format!("sid-{name}"), "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com",
            "SourceArn": format!("arn:aws:execute-api:{REGION}:{ACCOUNT}:{}/*/*", self.api)});
        self.cloud.rest("lambda", "POST", &format!("/2015-03-31/functions/{name}/policy"), &statement);
    }
}

pub fn endpoint(cloud: &Cloud, group: &str) -> String {
    let subnets: Vec<&str> =
        SUBNETS.iter().filter(|(_, _, _, _, name)| name.starts_with("private")).map(|(id, ..)| *id).collect();
    cloud.ec2(
        "CreateVpcEndpoint",
        &[
            ("VpcEndpointType", "Interface"),
            ("VpcId", VPC),
            ("ServiceName", "com.amazonaws.us-east-1.execute-api"),
            ("PrivateDnsEnabled", "false"),
            ("SubnetId.1", subnets[0]),
            ("SubnetId.2", subnets[1]),
            ("SecurityGroupId.1", group),
        ],
    )
}

fn addresses(cloud: &Cloud, group: &str) -> Vec<String> {
    let interfaces =
        cloud.ec2("DescribeNetworkInterfaces", &[("Filter.1.Name", "group-id"), ("Filter.1.Value.1", group)]);
    let mut found: Vec<String> = interfaces
        .split("<privateIpAddress>")
        .skip(1)
        .filter_map(|rest| rest.split('<').next())
        .map(str::to_owned)
        .collect();
    found.sort();
    found.dedup();
    found
}

/// The policy of the walk-through.
pub fn policy(endpoint: &str) -> String {
    json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*/*/*", "Condition": {"StringNotEquals": {"aws:SourceVpce": endpoint}}},
        {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*/*/*"},
    ]}).to_string()
}

fn private_api(cloud: &Cloud, endpoint: &str) -> (String, String) {
    let api = cloud.api("POST", "/restapis", &json!({"name": "door", "endpointConfiguration": {"types": ["PRIVATE"], "vpcEndpointIds": [endpoint]},
        "policy": policy(endpoint), "securityPolicy": "SecurityPolicy_TLS13_1_3_2025_09", "endpointAccessMode": "BASIC"}));
    let text = |name: &str| api[name].as_str().unwrap_or_default().to_owned();
    let (id, root) = (text("id"), text("rootResourceId"));
    cloud.pass(70);
    let method = format!("/restapis/{id}/resources/{root}/methods/GET");
    cloud.api("PUT", &method, &json!({"authorizationType": "NONE"}));
    cloud.api(
        "PUT",
        &format!("{method}/integration"),
        &json!({"type": "AWS_PROXY", "httpMethod": "POST", "uri": HELLO}),
    );
    cloud.api("POST", &format!("/restapis/{id}/deployments"), &json!({"stageName": "test"}));
    let statement = json!({"StatementId": "api", "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com",
        "SourceArn": format!("arn:aws:execute-api:{REGION}:{ACCOUNT}:{id}/*/*")});
    cloud.rest("lambda", "POST", "/2015-03-31/functions/hello/policy", &statement);
    (id, root)
}

fn target_group(cloud: &Cloud, addresses: &[String]) -> String {
    let made = cloud.elb(
        "CreateTargetGroup",
        &[
            ("Name", "door"),
            ("Protocol", "HTTPS"),
            ("Port", "443"),
            ("VpcId", VPC),
            ("TargetType", "ip"),
            ("Matcher.HttpCode", "200,403"),
        ],
    );
    let arn = one(&made, "TargetGroupArn");
    for address in addresses {
        cloud.elb("RegisterTargets", &[("TargetGroupArn", arn.as_str()), ("Targets.member.1.Id", address.as_str())]);
    }
    arn
}

fn balancer(cloud: &Cloud, group: &str) -> (String, String) {
    let subnets: Vec<&str> =
        SUBNETS.iter().filter(|(_, _, _, _, name)| name.starts_with("public")).map(|(id, ..)| *id).collect();
    let made = cloud.elb(
        "CreateLoadBalancer",
        &[
            ("Name", "door"),
            ("Scheme", "internet-facing"),
            ("Subnets.member.1", subnets[0]),
            ("Subnets.member.2", subnets[1]),
            ("SecurityGroups.member.1", group),
        ],
    );
    (one(&made, "LoadBalancerArn"), one(&made, "DNSName"))
}
