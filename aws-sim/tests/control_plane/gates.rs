//! Faults, rate limits, callers' policies, stale reads.

use aws_sim::gates::consistency::Consistency;
use aws_sim::gates::fault::{Fault, Kind};
use aws_sim::iam::{self, Policy};
use aws_sim::{Config, Outcome, Simulator};

use super::client::{Client, VPC};

fn create_group(client: &Client, name: &str) -> super::client::Answer {
    client.ec2("CreateSecurityGroup", &format!("GroupName={name}&GroupDescription=d&VpcId={VPC}"))
}

fn groups(client: &Client) -> usize {
    client.ec2("DescribeSecurityGroups", "").ok().all("groupName").len()
}

#[test]
fn a_lost_answer_leaves_the_effect_a_lost_request_does_not() {
    let client = Client::new();
    let before = groups(&client);
    client.simulator.order_fault(Fault::on(Kind::ResetBefore, "CreateSecurityGroup").times(1));
    assert_eq!(create_group(&client, "a").status, 599);
    assert_eq!(groups(&client), before);
    client.simulator.order_fault(Fault::on(Kind::ResetAfter, "Create*").times(1));
    assert_eq!(create_group(&client, "a").status, 599);
    assert_eq!(groups(&client), before + 1);
    assert_eq!(create_group(&client, "a").code(), "InvalidGroup.Duplicate");
    let faults: Vec<_> = client.simulator.calls(None).into_iter().filter_map(|call| call.fault).collect();
    assert_eq!(faults, ["ResetBefore", "ResetAfter"]);
}

#[test]
fn each_service_throttles_in_its_own_words() {
    let client = Client::new();
    client.simulator.order_fault(Fault::on(Kind::Throttle, "*").times(2));
    let ec2 = client.ec2("DescribeVpcs", "");
    assert_eq!((ec2.status, ec2.code()), (503, "RequestLimitExceeded"));
    assert_eq!(client.elb("DescribeLoadBalancers", "").code(), "Throttling");
    client.ec2("DescribeVpcs", "").ok();
}

#[test]
fn a_throttled_answer_may_say_when_to_try_again() {
    let client = Client::new();
    let fault = Fault::on(Kind::Throttle, "DescribeVpcs");
    client.simulator.order_fault(Fault { retry_after: Some(7), ..fault.clone() }.times(1));
    assert_eq!(client.ec2("DescribeVpcs", "").headers["retry-after"], "7");
    client.simulator.order_fault(fault.times(1));
    assert!(!client.ec2("DescribeVpcs", "").headers.contains_key("retry-after"));
}

#[test]
fn services_fail_in_their_own_words_and_without_effect() {
    let client = Client::new();
    let before = groups(&client);
    for (kind, status, code) in [
        (Kind::InternalError, 500, "InternalError"),
        (Kind::Unavailable, 503, "Unavailable"),
        (Kind::Deny, 403, "UnauthorizedOperation"),
    ] {
        client.simulator.order_fault(Fault::on(kind, "CreateSecurityGroup").times(1));
        let answer = create_group(&client, "a");
        assert_eq!((answer.status, answer.code()), (status, code));
    }
    assert_eq!(groups(&client), before);
    client.simulator.order_fault(Fault { service: "elasticloadbalancing".to_owned(), ..Fault::on(Kind::Deny, "*") });
    assert_eq!(client.elb("DescribeLoadBalancers", "").code(), "AccessDenied");
    client.simulator.clear_faults();
    client.elb("DescribeLoadBalancers", "").ok();
}

#[test]
fn a_refusal_on_order_has_the_code_and_words_that_were_ordered() {
    let client = Client::new();
    let refusal = Fault::refuse("CreateSecurityGroup", "SecurityGroupLimitExceeded", "too many");
    client.simulator.order_fault(Fault { account: Some("111122223333".to_owned()), ..refusal.clone() });
    client.simulator.order_fault(refusal);
    let answer = create_group(&client, "a");
    assert_eq!((answer.status, answer.code()), (400, "SecurityGroupLimitExceeded"));
    client.simulator.clear_faults_of(Some("111122223333"));
    assert_eq!(client.simulator.faults().len(), 1);
}

#[test]
fn a_timeout_and_a_slow_answer_take_their_time() {
    let client = Client::new();
    let request = || {
        let scope = "AWS4-HMAC-SHA256 Credential=test/20261123/us-east-1/ec2/aws4_request, Signature=0";
        let body = format!("Action=CreateSecurityGroup&GroupName=a&GroupDescription=d&VpcId={VPC}");
        http::Request::post("/")
            .header("authorization", scope)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(bytes::Bytes::from(body))
            .unwrap()
    };
    let before = groups(&client);
    client.simulator.order_fault(Fault { delay_seconds: 30.0, ..Fault::on(Kind::Timeout, "Create*") }.times(1));
    let Outcome::Reset(delay) = client.simulator.call(request()) else { panic!("an answer") };
    assert_eq!((delay.as_secs(), groups(&client)), (30, before));
    client.simulator.order_fault(Fault { delay_seconds: 5.0, ..Fault::on(Kind::Slow, "Create*") }.times(1));
    let Outcome::Answer(response, delay) = client.simulator.call(request()) else { panic!("no answer") };
    assert_eq!((response.status().as_u16(), delay.as_secs(), groups(&client)), (200, 5, before + 1));
}

#[test]
fn a_fault_befalls_some_calls_the_same_ones_for_the_same_seed() {
    let befallen = |seed: u64| -> Vec<bool> {
        let client = Client::of(Simulator::new(Config { seed, ..Config::default() }));
        let fault = Fault { probability: 0.5, skip: 10, ..Fault::on(Kind::Unavailable, "DescribeVpcs") };
        client.simulator.order_fault(fault);
        (0..60).map(|_| client.ec2("DescribeVpcs", "").status == 503).collect()
    };
    let first = befallen(1);
    let count = first.iter().filter(|befallen| **befallen).count();
    assert!(first[..10].iter().all(|befallen| !befallen) && (10..40).contains(&count), "{count} of 50");
    assert_eq!(first, befallen(1));
    assert_ne!(first, befallen(2));
}

#[test]
fn a_fault_befalls_the_account_it_is_for() {
    let client = Client::new();
    let account = Some("444455556666".to_owned());
    client.simulator.order_fault(Fault { account, ..Fault::on(Kind::Unavailable, "*") });
    client.ec2("DescribeVpcs", "").ok();
    assert_eq!(client.with_key("444455556666").ec2("DescribeVpcs", "").status, 503);
}

#[test]
fn a_stale_read_on_order_answers_from_before_the_last_write() {
    let client = Client::new();
    let before = groups(&client);
    client.simulator.order_fault(Fault::on(Kind::Stale, "DescribeSecurityGroups").times(1));
    create_group(&client, "a").ok();
    assert_eq!((groups(&client), groups(&client)), (before, before + 1));
}

#[test]
fn reads_of_some_operations_may_be_stale() {
    let client = Client::new();
    let before = groups(&client);
    let settings = Consistency { lag_seconds: 5.0, probability: 1.0 };
    client.simulator.set_consistency_of("DescribeTags", settings);
    let tag = "&TagSpecification.1.ResourceType=security-group&TagSpecification.1.Tag.1.Key=a&TagSpecification.1.Tag.1.Value=b";
    let group = format!("GroupName=a&GroupDescription=d&VpcId={VPC}{tag}");
    client.ec2("CreateSecurityGroup", &group).ok();
    assert_eq!(groups(&client), before + 1);
    let filter = "Filter.1.Name=key&Filter.1.Value.1=a";
    assert!(client.ec2("DescribeTags", filter).ok().all("resourceId").is_empty());
    client.wait(6);
    assert_eq!(client.ec2("DescribeTags", filter).ok().all("resourceId").len(), 1);
}

#[test]
fn api_gateways_fixed_rates_and_elastic_load_balancings_buckets() {
    let enabled = vec!["apigateway:*".to_owned(), "elasticloadbalancing:describe".to_owned()];
    let client = Client::of(Simulator::new(Config { quotas: enabled, ..Config::default() }));
    let api = |name: &str| {
        let request = http::Request::post("/restapis").header("content-type", "application/json");
        client.send("apigateway", request, format!("{{\"name\": \"{name}\"}}"))
    };
    assert_eq!(api("a").status, 201);
    let refused = api("b");
    assert_eq!((refused.status, &refused.headers["retry-after"]), (429, &http::HeaderValue::from_static("3")));
    client.wait(3);
    assert_eq!(api("b").status, 201);
    let described = (0..300).take_while(|_| client.elb("DescribeLoadBalancers", "").status == 200).count();
    assert_eq!(described, 200);
    let limited = client.ec2("DescribeVpcs", "").ok();
    assert!(!limited.body.is_empty(), "the buckets of EC2 are not switched on");
}

#[test]
fn buckets_empty_and_fill_again() {
    let client = Client::of(Simulator::new(Config { quotas: vec!["*".to_owned()], ..Config::default() }));
    let made = (0..60).take_while(|n| create_group(&client, &format!("g{n}")).status == 200).count();
    assert_eq!(made, 50);
    client.wait(1);
    let made = (60..80).take_while(|n| create_group(&client, &format!("g{n}")).status == 200).count();
    assert_eq!(made, 5);
}

#[test]
fn stale_reads_end() {
    let client = Client::new();
    let before = groups(&client);
    client.simulator.set_consistency(Consistency { lag_seconds: 5.0, probability: 1.0 });
    create_group(&client, "a").ok();
    assert_eq!(groups(&client), before);
    client.wait(6);
    assert_eq!(groups(&client), before + 1);
}

#[test]
fn policies_deny_what_they_do_not_allow() {
    let client = Client::new();
    let policy = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"},
        {"Effect": "Allow", "Action": "ec2:CreateSecurityGroup", "Resource": "arn:aws:ec2:*:*:vpc/*"},
        {"Effect": "Allow", "Action": ["ec2:CreateSecurityGroup", "ec2:CreateTags"], "Resource": "arn:aws:ec2:*:*:security-group/*",
         "Condition": {"StringEquals": {"aws:RequestTag/owner": "me"}}}]}"#;
    client.simulator.set_policy("test", Some(Policy::parse(policy, iam::Kind::Identity).unwrap()));
    client.ec2("DescribeVpcs", "").ok();
    let denied = create_group(&client, "a");
    assert_eq!((denied.status, denied.code()), (403, "UnauthorizedOperation"));
    assert!(denied.get("Message").contains("ec2:CreateSecurityGroup"), "{}", denied.body);
    let tagged = "&TagSpecification.1.ResourceType=security-group&TagSpecification.1.Tag.1.Key=owner&TagSpecification.1.Tag.1.Value=me";
    client.ec2("CreateSecurityGroup", &format!("GroupName=a&GroupDescription=d&VpcId={VPC}{tagged}")).ok();
    assert_eq!(client.elb("CreateTargetGroup", "Name=t").code(), "AccessDenied");
    create_group(&client.with_key("other"), "b").ok();
}

const PUT_ROLE: &str = r#"{"openapi": "3.0.1", "info": {"title": "t", "version": "1"}, "paths": {"/": {"get": {"responses": {}, "x-amazon-apigateway-integration":
    {"type": "aws_proxy", "httpMethod": "POST", "credentials": "arn:aws:iam::ACCOUNT:role/invoke",
     "uri": "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:111122223333:function:hello/invocations"}}}}}"#;

#[test]
fn a_role_is_passed_by_whoever_may_and_never_from_another_account() {
    let client = Client::new();
    let import = |account: &str| {
        let request = http::Request::post("http://localhost/restapis?mode=import");
        client.send("apigateway", request, PUT_ROLE.replace("ACCOUNT", account))
    };
    assert_eq!(import("111122223333").status, 201, "who has no policy may do everything");
    let foreign = import("444455556666");
    assert_eq!(foreign.status, 400);
    let expected =
        "Unable to put integration on 'GET' for resource at path '/': Cross-account pass role is not allowed.";
    assert!(foreign.body.contains(expected), "{}", foreign.body);
    let policy = |service: &str| {
        let text = format!(
            r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "apigateway:*", "Resource": "*"}},
            {{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/invoke",
              "Condition": {{"StringEquals": {{"iam:PassedToService": "{service}"}}}}}}]}}"#
        );
        client.simulator.set_policy("test", Some(Policy::parse(&text, iam::Kind::Identity).unwrap()));
    };
    policy("lambda.amazonaws.com");
    let denied = import("111122223333");
    assert_eq!(denied.status, 403);
    let expected = "is not authorized to perform: iam:PassRole on resource: arn:aws:iam::111122223333:role/invoke";
    assert!(denied.body.contains(expected), "{}", denied.body);
    policy("apigateway.amazonaws.com");
    assert_eq!(import("111122223333").status, 201);
}

#[test]
fn the_log_tells_callers_apart() {
    let client = Client::new();
    client.ec2("DescribeVpcs", "").ok();
    create_group(&client.with_key("AKIAOTHER"), "a").ok();
    let calls = client.simulator.calls(None);
    let seen: Vec<_> =
        calls.iter().map(|call| (call.access_key.as_str(), call.operation.as_str(), call.mutating)).collect();
    assert_eq!(seen, [("test", "DescribeVpcs", false), ("AKIAOTHER", "CreateSecurityGroup", true)]);
}

#[test]
fn whoever_assumed_a_role_may_do_what_its_inline_policies_allow() {
    let client = Client::new();
    let trust = "AssumeRolePolicyDocument=%7B%7D";
    client.call("iam", "CreateRole", &format!("RoleName=reader&{trust}")).ok();
    let assume = |client: &Client| {
        let role = "RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Freader&RoleSessionName=test";
        let answer = client.call("sts", "AssumeRole", role).ok();
        client.with_session(answer.get("AccessKeyId"), answer.get("SessionToken"))
    };
    let role = assume(&client);
    role.ec2("DescribeVpcs", "").ok();
    let put = |action: &str| {
        let document = format!(r#"{{"Statement": {{"Effect": "Allow", "Action": "{action}", "Resource": "*"}}}}"#);
        let document = form_urlencoded::byte_serialize(document.as_bytes()).collect::<String>();
        client.call("iam", "PutRolePolicy", &format!("RoleName=reader&PolicyName=own&PolicyDocument={document}"))
    };
    put("ec2:DescribeSubnets").ok();
    assert_eq!(role.ec2("DescribeVpcs", "").code(), "UnauthorizedOperation");
    role.ec2("DescribeSubnets", "").ok();
    client.ec2("DescribeVpcs", "").ok();
    put("ec2:Describe*").ok();
    role.ec2("DescribeVpcs", "").ok();
    assert_eq!(client.call("iam", "DeleteRole", "RoleName=reader").code(), "DeleteConflict");
    client.call("iam", "DeleteRolePolicy", "RoleName=reader&PolicyName=own").ok();
    client.call("iam", "DeleteRole", "RoleName=reader").ok();
    assert_eq!(put("ec2:*").code(), "NoSuchEntity");
}
