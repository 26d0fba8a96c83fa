//! Certificates are issued once DNS proves their names.

use serde_json::{Value, json};

use super::client::{Client, zone_id};

fn zone(client: &Client, more: &str) -> String {
    let body = format!("<A><Name>shop.test</Name><CallerReference>{}</CallerReference>{more}</A>", more.len());
    let answer = client.route53("POST", "hostedzone", &body);
    assert_eq!(answer.status, 201, "{}", answer.body);
    zone_id(&answer)
}

fn record(client: &Client, zone: &str, action: &str, option: &Value) {
    let (name, value) = (option["Name"].as_str().unwrap(), option["Value"].as_str().unwrap());
    let set = format!(
        "<Name>{name}</Name><Type>CNAME</Type><TTL>60</TTL><ResourceRecords><ResourceRecord><Value>{value}</Value></ResourceRecord></ResourceRecords>"
    );
    let change = format!("<Change><Action>{action}</Action><ResourceRecordSet>{set}</ResourceRecordSet></Change>");
    let body = format!("<A><ChangeBatch><Changes>{change}</Changes></ChangeBatch></A>");
    client.route53("POST", &format!("hostedzone/{zone}/rrset"), &body).ok();
}

fn request(client: &Client, method: &str, names: &[&str]) -> String {
    let input = json!({"DomainName": names[0], "SubjectAlternativeNames": names, "ValidationMethod": method});
    client.acm("RequestCertificate", &input)["CertificateArn"].as_str().unwrap().to_owned()
}

fn described(client: &Client, arn: &str) -> Value {
    client.acm("DescribeCertificate", &json!({"CertificateArn": arn}))["Certificate"].clone()
}

/// The records that prove a certificate, each once.
fn records(client: &Client, arn: &str) -> Vec<Value> {
    let described = described(client, arn);
    let options = described["DomainValidationOptions"].as_array().unwrap().iter();
    let mut records: Vec<Value> = options.map(|option| option["ResourceRecord"].clone()).collect();
    records.dedup();
    records
}

#[test]
fn a_certificate_is_issued_when_every_name_is_proved() {
    let client = Client::new();
    let arn = request(&client, "DNS", &["shop.test", "*.shop.test", "api.shop.test"]);
    let zone = zone(&client, "");
    let records = records(&client, &arn);
    assert_eq!(records.len(), 2, "the wildcard has the record of its domain");
    record(&client, &zone, "CREATE", &records[0]);
    client.wait(600);
    assert_eq!(described(&client, &arn)["Status"], "PENDING_VALIDATION");
    record(&client, &zone, "CREATE", &records[1]);
    assert_eq!(described(&client, &arn)["Status"], "PENDING_VALIDATION", "it takes a while");
    client.wait(61);
    let issued = described(&client, &arn);
    assert_eq!(
        (&issued["Status"], &issued["DomainValidationOptions"][0]["ValidationStatus"]),
        (&json!("ISSUED"), &json!("SUCCESS"))
    );
    record(&client, &zone, "DELETE", &records[1]);
    assert_eq!(described(&client, &arn)["Status"], "ISSUED", "what is issued stays so");

    let again = request(&client, "DNS", &["SHOP.test"]);
    client.wait(61);
    assert_eq!(described(&client, &again)["Status"], "ISSUED", "the record proves the domain for every certificate");
}

#[test]
fn what_proves_nothing() {
    let client = Client::new();
    let arn = request(&client, "DNS", &["shop.test"]);
    let proof = records(&client, &arn).remove(0);
    let vpc = "<VPC><VPCRegion>us-east-1</VPCRegion><VPCId>vpc-0a1b2c3d4e5f60001</VPCId></VPC>";
    client.ec2("DescribeVpcs", "").ok();
    record(&client, &zone(&client, vpc), "CREATE", &proof);
    client.wait(61);
    assert_eq!(described(&client, &arn)["Status"], "PENDING_VALIDATION", "nobody outside the VPC sees a private zone");

    let public = zone(&client, "");
    record(&client, &public, "CREATE", &proof);
    record(&client, &public, "DELETE", &proof);
    client.wait(61);
    assert_eq!(described(&client, &arn)["Status"], "PENDING_VALIDATION", "the record went too early");
    client.wait(72 * 3600);
    let late = described(&client, &arn);
    assert_eq!(late["Status"], "VALIDATION_TIMED_OUT");
    record(&client, &public, "CREATE", &proof);
    client.wait(61);
    assert_eq!(described(&client, &arn)["Status"], "VALIDATION_TIMED_OUT");
}

#[test]
fn a_listener_takes_issued_certificates_only() {
    let client = Client::new();
    let subnets = "Subnets.member.1=subnet-0a1b2c3d4e5f60011&Subnets.member.2=subnet-0a1b2c3d4e5f60012";
    let made = client.elb("CreateLoadBalancer", &format!("Name=front&{subnets}")).ok();
    let arn = request(&client, "DNS", &["shop.test"]);
    let action =
        "DefaultActions.member.1.Type=fixed-response&DefaultActions.member.1.FixedResponseConfig.StatusCode=404";
    let parameters = format!(
        "LoadBalancerArn={}&Protocol=HTTPS&Port=443&Certificates.member.1.CertificateArn={arn}&{action}",
        made.get("LoadBalancerArn")
    );
    assert_eq!(client.elb("CreateListener", &parameters).code(), "UnsupportedCertificate");
    record(&client, &zone(&client, ""), "UPSERT", &records(&client, &arn)[0]);
    client.wait(61);
    client.elb("CreateListener", &parameters).ok();
}
