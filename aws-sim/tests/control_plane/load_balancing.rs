//! Load balancers, listeners, rules, target groups, targets.

use super::client::{Answer, Client, VPC};

/// An application load balancer with a listener that answers 404, and a target group.
struct Setup {
    client: Client,
    balancer: String,
    listener: String,
    group: String,
}

fn setup() -> Setup {
    let client = Client::new();
    let subnets = "Subnets.member.1=subnet-0a1b2c3d4e5f60011&Subnets.member.2=subnet-0a1b2c3d4e5f60012";
    let balancer =
        client.elb("CreateLoadBalancer", &format!("Name=front&{subnets}")).ok().get("LoadBalancerArn").to_owned();
    let action =
        "DefaultActions.member.1.Type=fixed-response&DefaultActions.member.1.FixedResponseConfig.StatusCode=404";
    let listener =
        client.elb("CreateListener", &format!("LoadBalancerArn={balancer}&Protocol=HTTP&Port=80&{action}")).ok();
    let group = client.elb("CreateTargetGroup", &target_group("t", 443)).ok();
    let (listener, group) = (listener.get("ListenerArn").to_owned(), group.get("TargetGroupArn").to_owned());
    Setup { client, balancer, listener, group }
}

fn target_group(name: &str, port: u16) -> String {
    format!(
        "Name={name}&Protocol=HTTPS&Port={port}&VpcId={VPC}&TargetType=ip&Matcher.HttpCode=200%2C403&HealthCheckProtocol=HTTPS"
    )
}

const TRANSFORM: &str = "&Transforms.member.1.Type=host-header-rewrite&Transforms.member.1.HostHeaderRewriteConfig.Rewrites.member.1.Regex=.*\
    &Transforms.member.1.HostHeaderRewriteConfig.Rewrites.member.1.Replace=api.execute-api.us-east-1.amazonaws.com";

impl Setup {
    fn rule(&self, priority: u32, more: &str) -> Answer {
        let condition = "Conditions.member.1.Field=path-pattern&Conditions.member.1.Values.member.1=%2F*";
        let action = format!("Actions.member.1.Type=forward&Actions.member.1.TargetGroupArn={}", self.group);
        self.client
            .elb("CreateRule", &format!("ListenerArn={}&Priority={priority}&{condition}&{action}{more}", self.listener))
    }

    fn health(&self) -> Answer {
        let mut answer = self.client.elb("DescribeTargetHealth", &format!("TargetGroupArn={}", self.group)).ok();
        // An administrative override, which comes first, has a state and a reason too.
        answer.body = answer.body.split_off(answer.body.find("<TargetHealth>").unwrap_or_default());
        answer
    }
}

#[test]
fn a_load_balancer_provisions_and_its_interfaces_outlive_it() {
    let Setup { client, balancer, .. } = setup();
    let state = || client.elb("DescribeLoadBalancers", &format!("LoadBalancerArns.member.1={balancer}"));
    assert!(state().ok().body.contains("<Code>provisioning</Code>"));
    client.wait(121);
    assert!(state().ok().body.contains("<Code>active</Code>"));
    client.elb("DeleteLoadBalancer", &format!("LoadBalancerArn={balancer}")).ok();
    assert_eq!(state().code(), "LoadBalancerNotFound");
    let interfaces = || client.ec2("DescribeNetworkInterfaces", "").ok().all("networkInterfaceId").len();
    assert_eq!(interfaces(), 2);
    client.wait(61);
    assert_eq!(interfaces(), 0);
}

#[test]
fn rules_answer_in_both_forms_and_drop_transforms_on_order_only() {
    let setup = setup();
    let made = setup.rule(10, TRANSFORM).ok();
    let arn = made.get("RuleArn").to_owned();
    assert_eq!(made.all("Values").len(), 2, "top level and in the configuration: {}", made.body);
    assert!(made.body.contains("<ForwardConfig>") && made.body.contains("<Weight>1</Weight>"));
    assert_eq!(setup.rule(10, "").code(), "PriorityInUse");

    let modify = |more: &str| setup.client.elb("ModifyRule", &format!("RuleArn={arn}{more}")).ok();
    assert_eq!(modify("&Transforms=").get("Replace"), "api.execute-api.us-east-1.amazonaws.com");
    assert_eq!(modify("&ResetTransforms=true").get("Replace"), "");
}

#[test]
fn rules_that_cannot_be_are_refused() {
    let setup = setup();
    let look_around = TRANSFORM.replace("Regex=.*", "Regex=(?=a)");
    assert_eq!(setup.rule(1, &look_around).code(), "ValidationError");
    assert_eq!(setup.rule(0, "").code(), "ValidationError");
    assert_eq!(setup.rule(1, "&Priorty=2").code(), "ValidationError");
    let other = setup.client.elb("CreateTargetGroup", &target_group("t", 444));
    assert_eq!(other.code(), "DuplicateTargetGroupName");
    let same = setup.client.elb("CreateTargetGroup", &target_group("t", 443)).ok();
    assert_eq!(same.get("TargetGroupArn"), setup.group);
}

#[test]
fn a_load_balancer_has_a_hundred_rules() {
    let setup = setup();
    (1..=100).for_each(|priority| drop(setup.rule(priority, "").ok()));
    assert_eq!(setup.rule(101, "").code(), "TooManyRules");
    let page = setup.client.elb("DescribeRules", &format!("ListenerArn={}&PageSize=60", setup.listener)).ok();
    assert_eq!((page.all("RuleArn").len(), page.get("NextMarker").is_empty()), (60, false));
}

#[test]
fn a_load_balancer_has_a_hundred_target_groups() {
    let setup = setup();
    let group = |number: usize| setup.client.elb("CreateTargetGroup", &target_group(&format!("g{number}"), 443)).ok();
    // Five target groups an action.
    let rule = |priority: usize, count: usize| {
        let member = |at: usize| {
            let arn = group(priority * 5 + at).get("TargetGroupArn").to_owned();
            format!("&Actions.member.1.ForwardConfig.TargetGroups.member.{}.TargetGroupArn={arn}", at + 1)
        };
        let groups: String = (0..count).map(member).collect();
        let condition = "Conditions.member.1.Field=path-pattern&Conditions.member.1.Values.member.1=%2F*";
        let parameters = format!(
            "ListenerArn={}&Priority={priority}&{condition}&Actions.member.1.Type=forward{groups}",
            setup.listener
        );
        setup.client.elb("CreateRule", &parameters)
    };
    (1..=20).for_each(|priority| drop(rule(priority, 5).ok()));
    assert_eq!(rule(21, 1).code(), "TooManyUniqueTargetGroupsPerLoadBalancer");
}

#[test]
fn targets_are_unused_then_initial_then_judged_by_the_network() {
    let setup = setup();
    let client = &setup.client;
    let group = client
        .ec2("CreateSecurityGroup", &format!("GroupName=e&GroupDescription=d&VpcId={VPC}"))
        .ok()
        .get("groupId")
        .to_owned();
    client.endpoint(&format!("&SecurityGroupId.1={group}")).ok();
    let interfaces =
        client.ec2("DescribeNetworkInterfaces", "Filter.1.Name=interface-type&Filter.1.Value.1=vpc_endpoint").ok();
    let address = interfaces.get("privateIpAddress").to_owned();
    let target = format!("TargetGroupArn={}&Targets.member.1.Id={address}", setup.group);
    client.elb("RegisterTargets", &target).ok();
    assert_eq!((setup.health().get("State"), setup.health().get("Reason")), ("unused", "Target.NotInUse"));
    setup.rule(1, "").ok();
    assert_eq!(setup.health().get("State"), "initial");
    client.wait(200);
    assert_eq!(setup.health().get("Reason"), "Target.Timeout", "the endpoint's group lets nobody in");
    let permission = format!("GroupId={group}&IpProtocol=tcp&FromPort=443&ToPort=443&CidrIp=10.0.0.0%2F16");
    client.ec2("AuthorizeSecurityGroupIngress", &permission).ok();
    client.wait(200);
    assert_eq!(setup.health().get("State"), "healthy", "{:?}", setup.health());
    client.elb("DeregisterTargets", &target).ok();
    assert_eq!(setup.health().get("State"), "draining");
    client.wait(301);
    assert_eq!(setup.health().get("State"), "");
    assert_eq!(client.elb("DescribeTargetHealth", &target).ok().get("Reason"), "Target.NotRegistered");
}

#[test]
fn a_target_group_in_use_stays_and_serves_one_load_balancer() {
    let setup = setup();
    let rule = setup.rule(1, "").ok().get("RuleArn").to_owned();
    let delete = || setup.client.elb("DeleteTargetGroup", &format!("TargetGroupArn={}", setup.group));
    assert_eq!(delete().code(), "ResourceInUse");
    setup.client.elb("DeleteRule", &format!("RuleArn={rule}")).ok();
    assert_eq!(setup.client.elb("DeleteRule", &format!("RuleArn={rule}")).code(), "RuleNotFound");
    delete().ok();
}

#[test]
fn tags_of_several_are_answered_together_or_not_at_all() {
    let setup = setup();
    let both = format!("ResourceArns.member.1={}&ResourceArns.member.2={}", setup.group, setup.balancer);
    assert_eq!(setup.client.elb("DescribeTags", &both).ok().all("ResourceArn").len(), 2);
    setup.client.elb("DeleteTargetGroup", &format!("TargetGroupArn={}", setup.group)).ok();
    assert_eq!(setup.client.elb("DescribeTags", &both).code(), "TargetGroupNotFound");
}

#[test]
fn a_rule_has_five_values_and_six_wildcards_at_most() {
    let setup = setup();
    let rule = |priority: u32, values: &[&str]| {
        let value = |(at, value)| format!("&Conditions.member.1.PathPatternConfig.Values.member.{}={value}", at + 1);
        let conditions = values.iter().enumerate().map(value).collect::<Vec<_>>().concat();
        let action = format!("Actions.member.1.Type=forward&Actions.member.1.TargetGroupArn={}", setup.group);
        let parameters = format!(
            "ListenerArn={}&Priority={priority}&Conditions.member.1.Field=path-pattern{conditions}&{action}",
            setup.listener
        );
        setup.client.elb("CreateRule", &parameters)
    };
    rule(1, &["%2F*%2F*%2F*", "%2F%3F%2F%3F%2F%3F"]).ok();
    assert_eq!(rule(2, &["%2F*%2F*%2F*", "%2F%3F%2F%3F%2F%3F%2F*"]).code(), "ValidationError");
    rule(3, &["%2F1", "%2F2", "%2F3", "%2F4", "%2F5"]).ok();
    assert_eq!(rule(4, &["%2F1", "%2F2", "%2F3", "%2F4", "%2F5", "%2F6"]).code(), "ValidationError");
}

/// User Guide for Application Load Balancers, "Enable access logs for your Application Load Balancer".
#[test]
fn logs_go_to_a_bucket_that_lets_the_service_write() {
    let Setup { client, balancer, .. } = setup();
    let switch_on = |logs: &str, bucket: &str, folder: &str| {
        let attribute = |at: u32, name: &str, value: &str| {
            format!("&Attributes.member.{at}.Key={logs}.s3.{name}&Attributes.member.{at}.Value={value}")
        };
        let all = attribute(1, "enabled", "true") + &attribute(2, "bucket", bucket) + &attribute(3, "prefix", folder);
        client.elb("ModifyLoadBalancerAttributes", &format!("LoadBalancerArn={balancer}{all}"))
    };
    let policy = |service: &str, folder: &str| {
        let statement = serde_json::json!({"Effect": "Allow", "Principal": {"Service": service}, "Action": "s3:PutObject",
            "Resource": format!("arn:aws:s3:::logs/{folder}AWSLogs/111122223333/*")});
        let document = serde_json::json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
        assert_eq!(client.send("s3", http::Request::put("/logs?policy"), document).status, 204);
    };
    let refused = |logs: &str, folder: &str, what: &str| {
        let answer = switch_on(logs, "logs", folder);
        assert_eq!(answer.code(), "InvalidConfigurationRequest", "{what}");
        assert!(answer.body.contains("Access Denied for bucket: logs. Please check S3bucket permission"), "{what}");
    };
    let service = "logdelivery.elasticloadbalancing.amazonaws.com";
    refused("access_logs", "alb", "no bucket");
    client.put_object("logs", "some", "object");
    refused("access_logs", "alb", "no policy");
    policy("delivery.logs.amazonaws.com", "alb/");
    refused("access_logs", "alb", "another service");
    policy(service, "other/");
    refused("access_logs", "alb", "another prefix");
    policy(service, "alb/");
    for logs in ["access_logs", "connection_logs", "health_check_logs"] {
        switch_on(logs, "logs", "alb").ok();
    }
    assert_eq!(switch_on("access_logs", "", "").code(), "InvalidConfigurationRequest");
    // What stays as it is is not looked at again.
    assert_eq!(client.send("s3", http::Request::delete("/logs?policy"), "").status, 204);
    switch_on("access_logs", "logs", "alb").ok();
    let off = format!(
        "LoadBalancerArn={balancer}&Attributes.member.1.Key=access_logs.s3.enabled&Attributes.member.1.Value=false"
    );
    client.elb("ModifyLoadBalancerAttributes", &off).ok();
    refused("access_logs", "alb", "no policy any more");
}
