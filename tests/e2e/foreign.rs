//! What belongs to others stays as it is.

use serde_json::json;

use crate::lab::{Lab, browse, shared};

const VPC: &str = "vpc-0a1b2c3d4e5f60001";
const SUBNETS: [&str; 2] = ["subnet-0a1b2c3d4e5f60011", "subnet-0a1b2c3d4e5f60012"];

/// A load balancer that someone else made, with a rule of theirs.
struct Theirs<'a> {
    lab: &'a Lab,
    listener: String,
}

impl<'a> Theirs<'a> {
    fn make(lab: &'a Lab) -> Self {
        let balancing = |form: &str| elb(lab, form);
        let answer =
            ec2(lab, &format!("Action=CreateSecurityGroup&GroupName=theirs&GroupDescription=theirs&VpcId={VPC}"));
        let group = inner(&answer, "groupId");
        let open = "IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort=80&IpPermissions.1.ToPort=80&IpPermissions.1.IpRanges.1.CidrIp=0.0.0.0/0";
        ec2(lab, &format!("Action=AuthorizeSecurityGroupIngress&GroupId={group}&{open}"));
        let [a, b] = SUBNETS;
        let answer = balancing(&format!(
            "Action=CreateLoadBalancer&Name=theirs&Subnets.member.1={a}&Subnets.member.2={b}&SecurityGroups.member.1={group}"
        ));
        let arn = inner(&answer, "LoadBalancerArn");
        let fixed = |parameter: &str, status: u16| {
            format!(
                "{parameter}.member.1.Type=fixed-response&{parameter}.member.1.FixedResponseConfig.StatusCode={status}"
            )
        };
        let answer = balancing(&format!(
            "Action=CreateListener&LoadBalancerArn={arn}&Protocol=HTTP&Port=80&{}",
            fixed("DefaultActions", 404)
        ));
        let listener = inner(&answer, "ListenerArn");
        let conditions =
            "Conditions.member.1.Field=path-pattern&Conditions.member.1.PathPatternConfig.Values.member.1=/theirs";
        balancing(&format!(
            "Action=CreateRule&ListenerArn={listener}&Priority=7&{conditions}&{}",
            fixed("Actions", 418)
        ));
        // An API with the name that ours gets, but without our tags.
        shared()
            .simulator
            .rest(&lab.account, "apigateway", ("POST", "/restapis"), r#"{"name": "alb-lambda"}"#)
            .unwrap();
        Self { lab, listener }
    }

    /// All that AWS says of the listener's rules but the request's own ID.
    fn rules(&self) -> String {
        let answer = elb(self.lab, &format!("Action=DescribeRules&ListenerArn={}", self.listener));
        answer.split("<ResponseMetadata>").next().unwrap_or_default().to_owned()
    }
}

fn ec2(lab: &Lab, form: &str) -> String {
    shared().simulator.query(&lab.account, "ec2", &format!("{form}&Version=2016-11-15")).unwrap()
}

fn elb(lab: &Lab, form: &str) -> String {
    shared().simulator.query(&lab.account, "elasticloadbalancing", &format!("{form}&Version=2015-12-01")).unwrap()
}

/// Text of the first element of this name.
fn inner(xml: &str, element: &str) -> String {
    let after = xml.split_once(&format!("<{element}>")).unwrap_or_else(|| panic!("no {element} in {xml}")).1;
    after.split_once('<').unwrap().0.to_owned()
}

#[test]
fn shared_listener_keeps_the_rules_of_others() {
    let lab = Lab::new("foreign");
    let theirs = Theirs::make(&lab);
    let (before, rules_before) = (lab.created(), theirs.rules());

    let mut object = lab.example("alb-lambda.yaml");
    object["spec"]["loadBalancer"] = json!({"listenerArn": theirs.listener});
    let name = lab.apply(&object);
    let url = lab.ready(&name)["status"]["url"].as_str().unwrap().to_owned();
    assert_eq!(browse(&url), (200, "Hello from Lambda!".to_owned()));
    assert_eq!(lab.census().get("elasticloadbalancing:loadbalancer"), Some(&1));
    assert_eq!(browse(&url.replace("/test/", "/theirs")).0, 418);

    lab.delete(&name);
    assert_eq!(lab.created(), before);
    assert_eq!(theirs.rules(), rules_before);
}
