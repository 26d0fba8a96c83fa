//! Errors as AWS answers them.

use frontdoor::aws::{Aws, Class, Pass};
use frontdoor::change::{Change, RestApiChange, StageChange, TargetGroupChange, VpcEndpointChange};
use frontdoor::intent::Wanted;

use crate::common::config;
use crate::lab::{ACCOUNT, Lab, set};

#[tokio::test]
async fn a_security_group_that_does_not_exist() {
    let lab = Lab::new();
    let error = lab.fails(lab.endpoint_change("sg-00000000000000000")).await;
    assert_eq!(error.class, Class::NotFound, "{error}");
    assert_eq!(error.operation, "ec2:CreateVpcEndpoint");
    assert!(error.request_id.is_some());
}

#[tokio::test]
async fn a_subnet_that_does_not_exist() {
    let mut lab = Lab::new();
    let group = lab.security_group("endpoint-security-group").await;
    let mut change = lab.endpoint_change(&group);
    if let Change::VpcEndpoint(VpcEndpointChange::Create { subnet_ids, .. }) = &mut change {
        *subnet_ids = set(["subnet-00000000000000000"]);
    }
    let error = lab.fails(change).await;
    assert_eq!(error.class, Class::NotFound, "{error}");
}

#[tokio::test]
async fn an_api_that_does_not_exist() {
    let lab = Lab::new();
    let change = StageChange::deploy("aaaaaaaaaa", "prod", "hash");
    let error = lab.fails(Change::Stage(change)).await;
    assert_eq!((error.class, error.code.as_deref()), (Class::NotFound, Some("NotFoundException")), "{error}");
}

#[tokio::test]
async fn a_private_api_without_policy_cannot_be_deployed() {
    let mut lab = Lab::new();
    let endpoint = lab.any_endpoint().await;
    let id = lab.rest_api(&endpoint).await;
    let document = serde_json::json!({"openapi": "3.0.1", "info": {"title": "empty", "version": "1"}, "paths": {}});
    lab.aws
        .execute(&Change::RestApi(RestApiChange::Put { id: id.clone(), document, content: String::new() }))
        .await
        .unwrap();
    let change = StageChange::deploy(&id, "prod", "hash");
    let error = lab.fails(Change::Stage(change)).await;
    assert_eq!((error.class, error.code.as_deref()), (Class::Invalid, Some("BadRequestException")), "{error}");
}

#[tokio::test]
async fn a_target_group_that_does_not_exist() {
    let lab = Lab::new();
    let arn = format!("arn:aws:elasticloadbalancing:eu-west-1:{ACCOUNT}:targetgroup/gone/0123456789abcdef");
    let error =
        lab.fails(Change::TargetGroup(TargetGroupChange::Register { arn, addresses: set(["10.0.11.10"]) })).await;
    assert_eq!((error.class, error.code.as_deref()), (Class::NotFound, Some("TargetGroupNotFound")), "{error}");
}

#[tokio::test]
async fn a_host_that_cannot_be_reached_is_named() {
    // A port that was free a moment ago: nobody listens.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for (host, scheme) in [(format!("127.0.0.1:{port}"), "http"), ("ec2.eu-west-1.invalid".to_owned(), "https")] {
        let mut config = config(&Lab::new().simulator, ACCOUNT).to_builder();
        config.set_endpoint_url(Some(format!("{scheme}://{host}")));
        config.set_http_client(None);
        let aws = Aws::new(&config.build(), None);
        let error = aws.lookup(&Wanted::default(), &Pass::default()).await.expect_err("nobody listens");
        assert_eq!(error.class, Class::Unreachable, "{error}");
        assert!(error.message.starts_with(&format!("{host} cannot be reached")), "{error}");
        assert_eq!(error.operation, "sts:GetCallerIdentity");
    }
}

#[tokio::test]
async fn missing_credentials_are_no_network_fault() {
    let mut config = config(&Lab::new().simulator, ACCOUNT).to_builder();
    config.set_credentials_provider(None);
    let aws = Aws::new(&config.build(), None);
    let error = aws.caller().await.expect_err("nobody to sign for");
    assert_eq!(error.class, Class::Denied, "{error}");
}
