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
    let change =
        StageChange::Deploy { api_id: "aaaaaaaaaa".to_owned(), name: "prod".to_owned(), content: "hash".to_owned() };
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
    let change = StageChange::Deploy { api_id: id, name: "prod".to_owned(), content: "hash".to_owned() };
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
    let lab = Lab::new();
    // A port that was free a moment ago: nobody listens.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let config = config(&lab.simulator, ACCOUNT).to_builder();
    let config = config
        .http_client(aws_smithy_runtime_api::client::http::http_client_fn(refuse))
        .endpoint_url(format!("http://127.0.0.1:{port}"));
    let aws = Aws::new(&config.build(), None);
    let error = aws.lookup(&Wanted::default(), &Pass::default()).await.expect_err("nobody listens");
    assert_eq!(error.class, Class::Unreachable, "{error}");
    assert!(error.message.contains(&format!("127.0.0.1:{port}")), "{error}");
    assert_eq!(error.operation, "sts:GetCallerIdentity");
}

fn refuse(
    _: &aws_smithy_runtime_api::client::http::HttpConnectorSettings,
    _: &aws_smithy_runtime_api::client::runtime_components::RuntimeComponents,
) -> aws_smithy_runtime_api::client::http::SharedHttpConnector {
    #[derive(Debug)]
    struct Refused;
    impl aws_smithy_runtime_api::client::http::HttpConnector for Refused {
        fn call(
            &self,
            _: aws_smithy_runtime_api::client::orchestrator::HttpRequest,
        ) -> aws_smithy_runtime_api::client::http::HttpConnectorFuture {
            let error = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
            aws_smithy_runtime_api::client::http::HttpConnectorFuture::ready(Err(
                aws_sdk_ec2::error::ConnectorError::io(error.into()),
            ))
        }
    }
    aws_smithy_runtime_api::client::http::SharedHttpConnector::new(Refused)
}
