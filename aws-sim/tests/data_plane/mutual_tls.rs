//! Clients that show certificates: who gets in, and what targets learn of them.

use bytes::Bytes;
use http::Request;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, DistinguishedName, DnType, IsCa, Issuer,
    KeyIdMethod, KeyPair, KeyUsagePurpose, RevokedCertParams, SerialNumber, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use serde_json::{Value, json};

use crate::cloud::{Door, HELLO, one};
use crate::tls::{BOTH, ask_with, authority, secure, socket, trusting};

/// Who signs the clients' certificates.
struct Company {
    certificate: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Company {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, "Company");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let certificate = params.self_signed(&key).unwrap().pem();
        Self { certificate, issuer: Issuer::new(params, key) }
    }

    /// A client's certificate with this serial number, good until the year given.
    fn client(&self, serial: u8, until: i32) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::OrganizationName, "Shop");
        params.distinguished_name.push(DnType::CommonName, "client");
        params.serial_number = Some(SerialNumber::from_slice(&[serial]));
        (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(until, 1, 1));
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        (certificate.der().clone(), PrivatePkcs8KeyDer::from(key.serialize_der()).into())
    }

    fn revocation(&self, serial: u8) -> String {
        let revoked = RevokedCertParams {
            serial_number: SerialNumber::from_slice(&[serial]),
            revocation_time: date_time_ymd(2021, 1, 1),
            reason_code: None,
            invalidity_date: None,
        };
        let params = CertificateRevocationListParams {
            this_update: date_time_ymd(2021, 1, 1),
            next_update: date_time_ymd(2099, 1, 1),
            crl_number: SerialNumber::from_slice(&[1]),
            issuing_distribution_point: None,
            revoked_certs: vec![revoked],
            key_identifier_method: KeyIdMethod::Sha256,
        };
        params.signed_by(&self.issuer).unwrap().pem().unwrap()
    }
}

fn put(door: &Door, path: &str, body: &str) {
    let scope = "AWS4-HMAC-SHA256 Credential=111122223333/20261123/us-east-1/s3/aws4_request, Signature=0";
    let request = Request::put(format!("http://localhost{path}")).header("authorization", scope);
    let answer = door.cloud.simulator.handle(request.body(Bytes::from(body.to_owned())).unwrap());
    assert!(answer.status().is_success(), "{answer:?}");
}

/// A door with an HTTPS listener that leads to a function which answers what it was sent.
struct Secure {
    door: Door,
    listener: String,
    address: String,
}

impl Secure {
    fn open() -> Self {
        let door = Door::open();
        let echo =
            json!({"type": "AWS_PROXY", "httpMethod": "POST", "uri": HELLO.replace("function:hello", "function:echo")});
        door.add_method("echo", "GET", &json!({}), &echo);
        let function = json!({"FunctionName": "echo", "Role": "arn:aws:iam::111122223333:role/r", "Handler": "index.echo", "Runtime": "nodejs24.x", "Code": {"ZipFile": ""}});
        door.cloud.rest("lambda", "POST", "/2015-03-31/functions", &function);
        door.allow_function("echo");
        let listener = secure(&door, "ELBSecurityPolicy-TLS13-1-2-2021-06");
        let host = door.host();
        door.cloud.elb(
            "CreateRule",
            &[
                ("ListenerArn", listener.as_str()),
                ("Priority", "1"),
                ("Conditions.member.1.Field", "path-pattern"),
                ("Conditions.member.1.Values.member.1", "/*"),
                ("Actions.member.1.Type", "forward"),
                ("Actions.member.1.TargetGroupArn", door.target_group.as_str()),
                ("Transforms.member.1.Type", "host-header-rewrite"),
                ("Transforms.member.1.HostHeaderRewriteConfig.Rewrites.member.1.Regex", ".*"),
                ("Transforms.member.1.HostHeaderRewriteConfig.Rewrites.member.1.Replace", host.as_str()),
            ],
        );
        let address = socket(&door, &listener);
        Self { door, listener, address }
    }

    fn demand(&self, settings: &[(&str, &str)]) {
        let named: Vec<(String, &str)> =
            settings.iter().map(|(name, value)| (format!("MutualAuthentication.{name}"), *value)).collect();
        let mut parameters = vec![("ListenerArn", self.listener.as_str())];
        parameters.extend(named.iter().map(|(name, value)| (name.as_str(), *value)));
        self.door.cloud.elb("ModifyListener", &parameters);
    }

    /// A trust store with the company's certificate.
    fn trust(&self, company: &Company) -> String {
        put(&self.door, "/trusted", "");
        put(&self.door, "/trusted/ca.pem", &company.certificate);
        let place = [("CaCertificatesBundleS3Bucket", "trusted"), ("CaCertificatesBundleS3Key", "ca.pem")];
        let made = self.door.cloud.elb("CreateTrustStore", &[&place[..], &[("Name", "company")]].concat());
        self.door.cloud.pass(60);
        one(&made, "TrustStoreArn")
    }

    /// The header fields that the function was sent for a client with this certificate, or none.
    async fn seen(&self, client: Option<(CertificateDer<'static>, PrivateKeyDer<'static>)>) -> std::io::Result<Value> {
        let builder = trusting(&authority(&self.door), BOTH);
        let config = match client {
            Some((certificate, key)) => builder.with_client_auth_cert(vec![certificate], key).unwrap(),
            None => builder.with_no_client_auth(),
        };
        let answer = ask_with(&self.address, "shop.example.com", "/test/echo", config).await?;
        let (_, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
        let event: Value = serde_json::from_str(body).unwrap_or_else(|_| panic!("{answer}"));
        Ok(event["headers"].clone())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn passed_through_a_certificate_is_for_the_target_to_judge() {
    let secure = Secure::open();
    secure.demand(&[("Mode", "passthrough")]);
    assert_eq!(secure.seen(None).await.unwrap()["x-amzn-mtls-clientcert"], Value::Null);
    let seen = secure.seen(Some(Company::new().client(7, 2021))).await.unwrap();
    let certificate = seen["x-amzn-mtls-clientcert"].as_str().unwrap();
    assert!(certificate.starts_with("-----BEGIN%20CERTIFICATE-----%0AMII"), "{certificate}");
}

#[tokio::test(flavor = "multi_thread")]
async fn verified_clients_lead_to_the_trust_store() {
    let secure = Secure::open();
    let company = Company::new();
    let store = secure.trust(&company);
    secure.demand(&[("Mode", "verify"), ("TrustStoreArn", &store)]);
    let seen = secure.seen(Some(company.client(0x2a, 2099))).await.unwrap();
    let field = |name: &str| seen[format!("x-amzn-mtls-clientcert-{name}")].as_str().unwrap_or_default().to_owned();
    assert_eq!((field("serial-number"), field("subject")), ("2A".into(), "CN=client,O=Shop".into()));
    assert!(field("issuer").starts_with("CN=") && field("leaf").starts_with("-----BEGIN%20"), "{seen}");
    assert_eq!(field("validity"), "NotBefore=2020-01-01T00:00:00Z;NotAfter=2099-01-01T00:00:00Z");

    secure.seen(None).await.unwrap_err();
    secure.seen(Some(Company::new().client(1, 2099))).await.unwrap_err();
    secure.seen(Some(company.client(1, 2021))).await.unwrap_err();
    secure.demand(&[("Mode", "verify"), ("TrustStoreArn", &store), ("IgnoreClientCertificateExpiry", "true")]);
    secure.seen(Some(company.client(1, 2021))).await.unwrap();
    secure.seen(Some(Company::new().client(1, 2021))).await.unwrap_err();
}

#[tokio::test(flavor = "multi_thread")]
async fn revoked_certificates_are_refused() {
    let secure = Secure::open();
    let company = Company::new();
    let store = secure.trust(&company);
    secure.demand(&[("Mode", "verify"), ("TrustStoreArn", &store)]);
    put(&secure.door, "/trusted/list.crl", &company.revocation(7));
    let list = [
        ("TrustStoreArn", store.as_str()),
        ("RevocationContents.member.1.S3Bucket", "trusted"),
        ("RevocationContents.member.1.S3Key", "list.crl"),
    ];
    secure.door.cloud.elb("AddTrustStoreRevocations", &list);
    secure.seen(Some(company.client(7, 2099))).await.unwrap_err();
    secure.seen(Some(company.client(8, 2099))).await.unwrap();
    secure.door.cloud.elb("RemoveTrustStoreRevocations", &[("TrustStoreArn", &store), ("RevocationIds.member.1", "1")]);
    secure.seen(Some(company.client(7, 2099))).await.unwrap();
}
