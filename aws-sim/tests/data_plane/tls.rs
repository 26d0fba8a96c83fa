//! TLS on the data plane's sockets: which certificate is shown to whom.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::Request;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::client::WantsClientCert;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, SupportedProtocolVersion, version};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::cloud::{Door, one};

/// Of the default world, for `example.com` and `*.example.com`.
const CERTIFICATE: &str = "arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d-4e5f-4000-8000-000000000001";

pub const BOTH: &[&SupportedProtocolVersion] = &[&version::TLS12, &version::TLS13];

fn control(door: &Door, path: &str) -> Bytes {
    let request = Request::get(format!("http://localhost{path}")).body(Bytes::new()).unwrap();
    door.cloud.simulator.handle(request).into_body()
}

/// The simulator's own authority.
pub fn authority(door: &Door) -> String {
    String::from_utf8(control(door, "/_sim/ca").to_vec()).unwrap()
}

/// Where the socket of a listener or an endpoint is.
pub fn socket(door: &Door, arn: &str) -> String {
    let sockets: Value = serde_json::from_slice(&control(door, "/_sim/sockets")).unwrap();
    let found = sockets.as_array().unwrap().iter().find(|socket| socket["arn"].as_str().unwrap().ends_with(arn));
    found.unwrap()["address"].as_str().unwrap().to_owned()
}

/// An HTTPS listener that answers `secure`.
pub fn secure(door: &Door, policy: &str) -> String {
    let balancer = one(&door.cloud.elb("DescribeLoadBalancers", &[("Names.member.1", "door")]), "LoadBalancerArn");
    let rule = [
        ("GroupId", door.balancer_group.as_str()),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "443"),
        ("IpPermissions.1.ToPort", "443"),
        ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
    ];
    door.cloud.ec2("AuthorizeSecurityGroupIngress", &rule);
    let listener = [
        ("LoadBalancerArn", balancer.as_str()),
        ("Protocol", "HTTPS"),
        ("Port", "443"),
        ("SslPolicy", policy),
        ("Certificates.member.1.CertificateArn", CERTIFICATE),
        ("DefaultActions.member.1.Type", "fixed-response"),
        ("DefaultActions.member.1.FixedResponseConfig.StatusCode", "200"),
        ("DefaultActions.member.1.FixedResponseConfig.MessageBody", "secure"),
    ];
    one(&door.cloud.elb("CreateListener", &listener), "ListenerArn")
}

/// Asks for `path` over TLS by server name, trusting one authority only; the answer as it comes.
async fn ask(
    address: &str,
    name: &str,
    trusted: &str,
    path: &str,
    versions: &[&'static SupportedProtocolVersion],
) -> std::io::Result<String> {
    ask_with(address, name, path, trusting(trusted, versions).with_no_client_auth()).await
}

/// A client that trusts one authority, and has yet to say who it is.
pub fn trusting(
    authority: &str,
    versions: &[&'static SupportedProtocolVersion],
) -> ConfigBuilder<ClientConfig, WantsClientCert> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.as_bytes()).unwrap()).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    builder.with_protocol_versions(versions).unwrap().with_root_certificates(roots)
}

/// The same with the client's own settings.
pub async fn ask_with(address: &str, name: &str, path: &str, client: ClientConfig) -> std::io::Result<String> {
    let connector = TlsConnector::from(Arc::new(client));
    let stream = TcpStream::connect(address).await?;
    let mut stream = connector.connect(ServerName::try_from(name.to_owned()).unwrap(), stream).await?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: {name}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

/// Imports a certificate for a name, signed by an authority of somebody else's: its ARN, and that authority.
fn import(door: &Door, name: &str) -> (String, String) {
    let (root_key, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let mut root = CertificateParams::new(Vec::new()).unwrap();
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = root.self_signed(&root_key).unwrap().pem();
    let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    let leaf = params.signed_by(&key, &Issuer::new(root, root_key)).unwrap();
    let input = json!({"Certificate": STANDARD.encode(leaf.pem()), "PrivateKey": STANDARD.encode(key.serialize_pem())});
    let scope = "AWS4-HMAC-SHA256 Credential=111122223333/20261123/us-east-1/acm/aws4_request, Signature=0";
    let request = Request::post("http://localhost/")
        .header("authorization", scope)
        .header("x-amz-target", "CertificateManager.ImportCertificate");
    let answer = door.cloud.simulator.handle(request.body(Bytes::from(input.to_string())).unwrap());
    let answer: Value = serde_json::from_slice(answer.body()).unwrap();
    (answer["CertificateArn"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned(), authority)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_trusts_the_authority_sees_what_the_certificate_says() {
    let door = Door::open();
    let listener = secure(&door, "ELBSecurityPolicy-TLS13-1-2-2021-06");
    let (address, authority) = (socket(&door, &listener), authority(&door));
    let answer = ask(&address, "shop.example.com", &authority, "/", BOTH).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("secure"), "{answer}");
    let other = ask(&address, "shop.test", &authority, "/", BOTH).await.unwrap_err();
    assert!(other.to_string().contains("not valid for name"), "{other}");
    let below = ask(&address, "a.shop.example.com", &authority, "/", BOTH).await.unwrap_err();
    assert!(below.to_string().contains("not valid for name"), "a wildcard stands for one label: {below}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_name_picks_among_certificates() {
    let door = Door::open();
    let listener = secure(&door, "ELBSecurityPolicy-TLS13-1-2-2021-06");
    let (arn, theirs) = import(&door, "shop.test");
    let address = socket(&door, &listener);
    ask(&address, "shop.test", &theirs, "/", BOTH).await.unwrap_err();
    let more = [("ListenerArn", listener.as_str()), ("Certificates.member.1.CertificateArn", arn.as_str())];
    door.cloud.elb("AddListenerCertificates", &more);
    ask(&address, "shop.test", &theirs, "/", BOTH).await.unwrap();
    ask(&address, "shop.example.com", &authority(&door), "/", BOTH).await.unwrap();
    door.cloud.elb("RemoveListenerCertificates", &more);
    ask(&address, "shop.test", &theirs, "/", BOTH).await.unwrap_err();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_security_policy_says_which_versions_there_are() {
    let door = Door::open();
    let listener = secure(&door, "ELBSecurityPolicy-TLS13-1-3-2021-06");
    let (address, authority) = (socket(&door, &listener), authority(&door));
    ask(&address, "shop.example.com", &authority, "/", &[&version::TLS13]).await.unwrap();
    ask(&address, "shop.example.com", &authority, "/", &[&version::TLS12]).await.unwrap_err();
    let change = [("ListenerArn", listener.as_str()), ("SslPolicy", "ELBSecurityPolicy-2016-08")];
    door.cloud.elb("ModifyListener", &change);
    ask(&address, "shop.example.com", &authority, "/", &[&version::TLS12]).await.unwrap();
    ask(&address, "shop.example.com", &authority, "/", &[&version::TLS13]).await.unwrap_err();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_shows_a_certificate_for_the_names_of_its_service() {
    let door = Door::open();
    let rule = [
        ("GroupId", door.endpoint_group.as_str()),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "443"),
        ("IpPermissions.1.ToPort", "443"),
        ("IpPermissions.1.IpRanges.1.CidrIp", "10.0.0.0/8"),
    ];
    door.cloud.ec2("AuthorizeSecurityGroupIngress", &rule);
    let (address, authority) = (socket(&door, &door.endpoint), authority(&door));
    let answer = ask(&address, &door.host(), &authority, "/test/", BOTH).await.unwrap();
    assert!(answer.ends_with("Hello from Lambda!"), "{answer}");
    ask(&address, &door.endpoint_name, &authority, "/", BOTH).await.unwrap();
    ask(&address, "example.com", &authority, "/", BOTH).await.unwrap_err();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_listener_does_not_speak_tls() {
    let door = Door::open();
    let address = socket(&door, &door.listener);
    ask(&address, "shop.example.com", &authority(&door), "/", BOTH).await.unwrap_err();
}
