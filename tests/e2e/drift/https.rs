//! The certificates and the TLS policy of an HTTPS listener.

use serde_json::json;

use super::{Row, put_right};
use crate::aws::every;
use crate::door::Door;
use crate::given::{self, fixed_response};
use crate::lab::Lab;

/// The certificates in whatever order they are listed, and which is the default one.
fn certificates(door: &Door) -> String {
    let all = door.elb(&format!("DescribeListenerCertificates&ListenerArn={}", door.listener()));
    let mut certificates: Vec<_> = every(&all, "CertificateArn").into_iter().zip(every(&all, "IsDefault")).collect();
    certificates.sort();
    format!("{certificates:?}")
}

fn listener(door: &Door) -> String {
    door.elb(&format!("DescribeListeners&ListenerArns.member.1={}", door.listener()))
}

/// The certificate that was imported for the listener, or the one that was imported beside it.
fn certificate(door: &Door, in_use: bool) -> String {
    let all = door.lab.acm("ListCertificates", &json!({"Includes": {"keyTypes": ["EC_prime256v1"]}}));
    let found = all["CertificateSummaryList"].as_array().unwrap().iter().find(|it| it["InUse"] == in_use).unwrap();
    found["CertificateArn"].as_str().unwrap().to_owned()
}

fn change(door: &Door, operation: &str, in_use: bool) {
    let (listener, certificate) = (door.listener(), certificate(door, in_use));
    door.elb(&format!("{operation}&ListenerArn={listener}&Certificates.member.1.CertificateArn={certificate}"));
}

/// The listener that redirects HTTP.
fn redirect(door: &Door) -> String {
    let all = door.elb(&format!("DescribeListeners&LoadBalancerArn={}", door.load_balancer()));
    every(&all, "ListenerArn").into_iter().find(|arn| *arn != door.listener()).unwrap_or_default()
}

/// All listeners but for their ARNs: one that was deleted comes back as another.
fn listeners(door: &Door) -> String {
    let all = door.elb(&format!("DescribeListeners&LoadBalancerArn={}", door.load_balancer()));
    let elements = ["Port", "Protocol", "StatusCode", "Type"];
    let mut texts: Vec<String> = elements.iter().flat_map(|element| every(&all, element)).collect();
    texts.sort();
    format!("{texts:?}")
}

const ROWS: [Row; 6] = [
    Row {
        name: "redirect changed",
        drift: |door| {
            let (listener, answer) = (redirect(door), fixed_response("DefaultActions", 200));
            door.elb(&format!("ModifyListener&ListenerArn={listener}&{answer}"));
        },
        look: listeners,
        operation: "elasticloadbalancing:ModifyListener",
    },
    Row {
        name: "redirect deleted",
        drift: |door| drop(door.elb(&format!("DeleteListener&ListenerArn={}", redirect(door)))),
        look: listeners,
        operation: "elasticloadbalancing:CreateListener",
    },
    Row {
        name: "certificate taken away",
        drift: |door| change(door, "RemoveListenerCertificates", true),
        look: certificates,
        operation: "elasticloadbalancing:AddListenerCertificates",
    },
    Row {
        name: "certificate too many",
        drift: |door| change(door, "AddListenerCertificates", false),
        look: certificates,
        operation: "elasticloadbalancing:RemoveListenerCertificates",
    },
    Row {
        name: "default certificate",
        drift: |door| change(door, "ModifyListener", false),
        look: listener,
        operation: "elasticloadbalancing:ModifyListener",
    },
    Row {
        name: "TLS policy",
        drift: |door| {
            door.elb(&format!("ModifyListener&ListenerArn={}&SslPolicy=ELBSecurityPolicy-2016-08", door.listener()));
        },
        look: listener,
        operation: "elasticloadbalancing:ModifyListener",
    },
];

#[test]
fn of_certificates() {
    let lab = Lab::new("drift-https");
    let mut object = lab.example("alb-https-custom-host.yaml");
    object["spec"]["loadBalancer"]["listener"]["redirectHttp"] = json!("Enabled");
    let arns = object["spec"]["loadBalancer"]["listener"]["certificateArns"].as_array_mut().unwrap();
    arns.extend([json!(given::certificate(&lab)), json!(given::certificate(&lab))]);
    given::certificate(&lab);
    let mut door = Door::open(lab, object);
    put_right(&mut door, &ROWS);
}
