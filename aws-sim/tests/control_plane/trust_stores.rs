//! Trust stores, and listeners that verify clients with them.

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, IsCa, Issuer, KeyIdMethod, KeyPair,
    KeyUsagePurpose, RevokedCertParams, SerialNumber, date_time_ymd,
};

use super::client::{Answer, Client};

struct Authority {
    certificate: String,
    issuer: Issuer<'static, KeyPair>,
}

fn authority() -> Authority {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let certificate = params.self_signed(&key).unwrap().pem();
    Authority { certificate, issuer: Issuer::new(params, key) }
}

impl Authority {
    /// A list that revokes this many certificates.
    fn revocations(&self, count: u8) -> String {
        let revoked = |serial: u8| RevokedCertParams {
            serial_number: SerialNumber::from_slice(&[serial + 1]),
            revocation_time: date_time_ymd(2026, 1, 1),
            reason_code: None,
            invalidity_date: None,
        };
        let params = CertificateRevocationListParams {
            this_update: date_time_ymd(2026, 1, 1),
            next_update: date_time_ymd(2027, 1, 1),
            crl_number: SerialNumber::from_slice(&[1]),
            issuing_distribution_point: None,
            revoked_certs: (0..count).map(revoked).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        params.signed_by(&self.issuer).unwrap().pem().unwrap()
    }
}

fn create(client: &Client, name: &str, key: &str) -> Answer {
    let place = format!("CaCertificatesBundleS3Bucket=trusted&CaCertificatesBundleS3Key={key}");
    client.elb("CreateTrustStore", &format!("Name={name}&{place}"))
}

/// A client with a trust store that is ready.
fn setup() -> (Client, String) {
    let client = Client::new();
    client.put_object("trusted", "ca.pem", &authority().certificate);
    let arn = create(&client, "store", "ca.pem").ok().get("TrustStoreArn").to_owned();
    client.wait(11);
    (client, arn)
}

#[test]
fn a_trust_store_is_made_from_certificates() {
    let client = Client::new();
    let both = [authority().certificate, authority().certificate].concat();
    client.put_object("trusted", "ca.pem", &both);
    client.put_object("trusted", "no.pem", "not a certificate");
    assert_eq!(create(&client, "store", "missing.pem").code(), "CaCertificatesBundleNotFound");
    assert_eq!(create(&client, "store", "no.pem").code(), "InvalidCaCertificatesBundle");
    let made = create(&client, "store", "ca.pem").ok();
    assert_eq!((made.get("Status"), made.get("NumberOfCaCertificates")), ("CREATING", "2"));
    assert_eq!(create(&client, "store", "ca.pem").code(), "DuplicateTrustStoreName");
    client.wait(11);
    let describe = |parameters: &str| client.elb("DescribeTrustStores", parameters);
    assert_eq!(describe("Names.member.1=store").ok().get("Status"), "ACTIVE");
    assert_eq!(describe("Names.member.1=other").code(), "TrustStoreNotFound");

    let arn = made.get("TrustStoreArn");
    client.put_object("trusted", "one.pem", &authority().certificate);
    let place = "CaCertificatesBundleS3Bucket=trusted&CaCertificatesBundleS3Key=one.pem";
    let modified = client.elb("ModifyTrustStore", &format!("TrustStoreArn={arn}&{place}")).ok();
    assert_eq!(modified.get("NumberOfCaCertificates"), "1");
    let tag = "Tags.member.1.Key=team&Tags.member.1.Value=blue";
    client.elb("AddTags", &format!("ResourceArns.member.1={arn}&{tag}")).ok();
    assert_eq!(client.elb("DescribeTags", &format!("ResourceArns.member.1={arn}")).ok().get("Value"), "blue");
}

#[test]
fn the_bundle_is_to_be_had_over_its_presigned_url() {
    let (client, arn) = setup();
    let location = client.elb("GetTrustStoreCaCertificatesBundle", &format!("TrustStoreArn={arn}")).ok();
    let location = location.get("Location").replace("&amp;", "&");
    let request = http::Request::get(location).body(bytes::Bytes::new()).unwrap();
    let answer = client.simulator.handle(request);
    assert!(answer.body().starts_with(b"-----BEGIN CERTIFICATE-----"), "{answer:?}");
}

#[test]
fn revocation_lists_come_and_go() {
    let (client, arn) = setup();
    let authority = authority();
    client.put_object("trusted", "three.crl", &authority.revocations(3));
    let add = |key: &str| {
        let content = format!("RevocationContents.member.1.S3Bucket=trusted&RevocationContents.member.1.S3Key={key}");
        client.elb("AddTrustStoreRevocations", &format!("TrustStoreArn={arn}&{content}"))
    };
    assert_eq!(add("missing.crl").code(), "RevocationContentNotFound");
    assert_eq!(add("ca.pem").code(), "InvalidRevocationContent");
    let added = add("three.crl").ok();
    assert_eq!((added.get("RevocationId"), added.get("NumberOfRevokedEntries")), ("1", "3"));
    assert_eq!(client.elb("DescribeTrustStores", "").ok().get("TotalRevokedEntries"), "3");
    let described = client.elb("DescribeTrustStoreRevocations", &format!("TrustStoreArn={arn}")).ok();
    assert_eq!(described.all("RevocationId"), ["1"]);
    let remove =
        |id: u8| client.elb("RemoveTrustStoreRevocations", &format!("TrustStoreArn={arn}&RevocationIds.member.1={id}"));
    assert_eq!(remove(2).code(), "RevocationIdNotFound");
    remove(1).ok();
    assert_eq!(client.elb("DescribeTrustStores", "").ok().get("TotalRevokedEntries"), "0");
}

#[test]
fn listeners_verify_with_a_trust_store_that_is_there() {
    let (client, arn) = setup();
    let subnets = "Subnets.member.1=subnet-0a1b2c3d4e5f60011&Subnets.member.2=subnet-0a1b2c3d4e5f60012";
    let balancer = client.elb("CreateLoadBalancer", &format!("Name=front&{subnets}")).ok();
    let action =
        "DefaultActions.member.1.Type=fixed-response&DefaultActions.member.1.FixedResponseConfig.StatusCode=404";
    let certificate = "arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d-4e5f-4000-8000-000000000001";
    let create = |protocol: &str, mutual: &str| {
        let certificate = if protocol == "HTTPS" {
            format!("&Certificates.member.1.CertificateArn={certificate}")
        } else {
            String::new()
        };
        let balancer = balancer.get("LoadBalancerArn");
        client.elb(
            "CreateListener",
            &format!("LoadBalancerArn={balancer}&Protocol={protocol}&Port=443&{action}{certificate}{mutual}"),
        )
    };
    let verify = |store: &str| format!("&MutualAuthentication.Mode=verify&MutualAuthentication.TrustStoreArn={store}");
    assert_eq!(
        create("HTTPS", &verify("arn:aws:elasticloadbalancing:us-east-1:111122223333:truststore/x/1")).code(),
        "TrustStoreNotFound"
    );
    assert_eq!(create("HTTPS", "&MutualAuthentication.Mode=verify").code(), "ValidationError");
    assert_eq!(create("HTTPS", "&MutualAuthentication.Mode=maybe").code(), "ValidationError");
    assert_eq!(create("HTTP", "&MutualAuthentication.Mode=passthrough").code(), "ValidationError");
    let listener = create("HTTPS", &verify(&arn)).ok();
    assert_eq!(
        (
            listener.get("Mode"),
            listener.get("TrustStoreAssociationStatus"),
            listener.get("IgnoreClientCertificateExpiry")
        ),
        ("verify", "active", "false")
    );
    let listener = listener.get("ListenerArn");
    let associations = client.elb("DescribeTrustStoreAssociations", &format!("TrustStoreArn={arn}")).ok();
    assert_eq!(associations.all("ResourceArn"), [listener]);
    let delete = || client.elb("DeleteTrustStore", &format!("TrustStoreArn={arn}"));
    assert_eq!(delete().code(), "TrustStoreInUse");
    client.elb("ModifyListener", &format!("ListenerArn={listener}&MutualAuthentication.Mode=off")).ok();
    delete().ok();
    assert_eq!(delete().code(), "TrustStoreNotFound");
}

#[test]
fn a_trust_store_on_its_way_is_not_ready() {
    let client = Client::new();
    client.put_object("trusted", "ca.pem", &authority().certificate);
    let arn = create(&client, "store", "ca.pem").ok().get("TrustStoreArn").to_owned();
    let subnets = "Subnets.member.1=subnet-0a1b2c3d4e5f60011&Subnets.member.2=subnet-0a1b2c3d4e5f60012";
    let balancer = client.elb("CreateLoadBalancer", &format!("Name=front&{subnets}")).ok();
    let certificate = "arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d-4e5f-4000-8000-000000000001";
    let listener = format!(
        "LoadBalancerArn={}&Protocol=HTTPS&Port=443&Certificates.member.1.CertificateArn={certificate}&DefaultActions.member.1.Type=fixed-response&DefaultActions.member.1.FixedResponseConfig.StatusCode=404&MutualAuthentication.Mode=verify&MutualAuthentication.TrustStoreArn={arn}",
        balancer.get("LoadBalancerArn")
    );
    assert_eq!(client.elb("CreateListener", &listener).code(), "TrustStoreNotReady");
}
