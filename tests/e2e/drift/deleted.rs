//! Resources that others delete altogether.

use serde_json::Value;

use super::{Row, put_right};
use crate::door::Door;
use crate::lab::Lab;

const DEFAULT_GROUP: &str = "sg-0a1b2c3d4e5f60001";

/// What a client gets, and how many resources of each kind there are.
fn all(door: &Door) -> String {
    format!("{:?} {:?}", door.request_url(), door.lab.census())
}

/// Takes the rules that name a group out of another, so that it can be deleted.
fn close(door: &Door, direction: &str, of: &str, to: &str) {
    let permission = "IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort=443&IpPermissions.1.ToPort=443";
    let peer = format!("IpPermissions.1.Groups.1.GroupId={to}");
    door.lab.ec2(&format!("RevokeSecurityGroup{direction}&GroupId={of}&{permission}&{peer}"));
}

const ROWS: [Row; 8] = [
    Row {
        name: "stage",
        drift: |door| drop(door.lab.apigateway("DELETE", &door.stage(), &Value::Null)),
        look: all,
        operation: "apigateway:CreateDeployment",
    },
    Row {
        name: "API",
        drift: |door| drop(door.lab.apigateway("DELETE", &format!("/restapis/{}", door.api()), &Value::Null)),
        look: all,
        operation: "apigateway:CreateRestApi",
    },
    Row {
        name: "endpoint",
        drift: |door| drop(door.lab.ec2(&format!("DeleteVpcEndpoints&VpcEndpointId.1={}", door.endpoint()))),
        look: all,
        operation: "ec2:CreateVpcEndpoint",
    },
    Row {
        name: "the endpoint's security group",
        drift: |door| {
            let (endpoint, ours) = (door.endpoint(), door.endpoint_group());
            let groups = format!("AddSecurityGroupId.1={DEFAULT_GROUP}&RemoveSecurityGroupId.1={ours}");
            door.lab.ec2(&format!("ModifyVpcEndpoint&VpcEndpointId={endpoint}&{groups}"));
            close(door, "Egress", &door.balancer_group(), &ours);
            door.lab.ec2(&format!("DeleteSecurityGroup&GroupId={ours}"));
        },
        look: all,
        operation: "ec2:CreateSecurityGroup",
    },
    Row {
        name: "the load balancer's security group",
        drift: |door| {
            let (balancer, ours) = (door.load_balancer(), door.balancer_group());
            door.elb(&format!("SetSecurityGroups&LoadBalancerArn={balancer}&SecurityGroups.member.1={DEFAULT_GROUP}"));
            close(door, "Ingress", &door.endpoint_group(), &ours);
            door.lab.ec2(&format!("DeleteSecurityGroup&GroupId={ours}"));
        },
        look: all,
        operation: "ec2:CreateSecurityGroup",
    },
    Row {
        name: "target group",
        drift: |door| {
            door.elb(&format!("DeleteRule&RuleArn={}", door.rule(0)));
            door.elb(&format!("DeleteTargetGroup&TargetGroupArn={}", door.target_group()));
        },
        look: all,
        operation: "elasticloadbalancing:CreateTargetGroup",
    },
    Row {
        name: "listener",
        drift: |door| drop(door.elb(&format!("DeleteListener&ListenerArn={}", door.listener()))),
        look: all,
        operation: "elasticloadbalancing:CreateListener",
    },
    Row {
        name: "load balancer",
        drift: |door| drop(door.elb(&format!("DeleteLoadBalancer&LoadBalancerArn={}", door.load_balancer()))),
        look: all,
        operation: "elasticloadbalancing:CreateLoadBalancer",
    },
];

#[test]
fn of_everything_in_turn() {
    let lab = Lab::new("drift-deleted");
    let object = lab.example("alb-lambda.yaml");
    let mut door = Door::open(lab, object);
    put_right(&mut door, &ROWS);
}
