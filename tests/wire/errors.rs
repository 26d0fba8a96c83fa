//! Errors as AWS answers them.

use aws_config::SdkConfig;
use aws_sim::{Config, Simulator};
use frontdoor::aws::{Aws, Class, Pass};
use frontdoor::change::{Change, RestApiChange, StageChange, TargetGroupChange, VpcEndpointChange};
use frontdoor::controller::Next;
use frontdoor::controller::pass::{PassResult, Subject, keep, tear_down};
use frontdoor::intent::{Problem, Wanted};
use frontdoor::status::{Finding, Reason};
use serde_json::json;

use crate::common::config;
use crate::lab::{ACCOUNT, Lab, owner, set};

#[tokio::test]
async fn a_security_group_that_does_not_exist() {
    let lab = Lab::new();
    let error = lab.fails(lab.endpoint_change("sg-00000000000000000")).await;
    assert_eq!(error.class, Class::NotFound, "{error}");
    assert_eq!(error.operation.name(), "ec2:CreateVpcEndpoint");
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
        .execute(&Change::RestApi(RestApiChange::Put {
            id: id.clone(),
            document,
            content: String::new(),
            accepted_warnings: [].into(),
        }))
        .await
        .unwrap();
    let change = StageChange::deploy(&id, "prod", "hash");
    let error = lab.fails(Change::Stage(change)).await;
    assert_eq!((error.class, error.code.as_deref()), (Class::Invalid, Some("BadRequestException")), "{error}");
}

#[tokio::test]
async fn a_timeout_beyond_the_quota_is_told_with_the_quota() {
    let mut lab = Lab::new();
    let endpoint = lab.any_endpoint().await;
    let id = lab.rest_api(&endpoint).await;
    let integration =
        json!({"type": "http_proxy", "httpMethod": "ANY", "uri": "https://example.com", "timeoutInMillis": 60_000});
    let document = json!({
        "openapi": "3.0.1", "info": {"title": "slow", "version": "1"},
        "paths": {"/": {"get": {"x-amazon-apigateway-integration": integration}}},
    });
    let error = lab
        .fails(Change::RestApi(RestApiChange::Put {
            id,
            document,
            content: String::new(),
            accepted_warnings: [].into(),
        }))
        .await;
    assert_eq!(error.class, Class::Invalid, "{error}");
    assert!(error.message.contains("quota \"Maximum integration timeout in milliseconds\""), "{error}");
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
        assert_eq!(error.operation.name(), "sts:GetCallerIdentity");
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

/// A pass over an object of this region, and one over the same object in deletion.
async fn passes(config: &SdkConfig, region: Option<&str>) -> [PassResult; 2] {
    let spec = json!({
        "vpcEndpoint": {"create": {"subnetIds": ["subnet-0a1b2c3d4e5f60021"], "clientCidrs": ["10.0.0.0/8"]}},
        "api": {"routes": [{"integration": {"mock": {}}}]},
    });
    let (spec, owner) = (serde_json::from_value(spec).unwrap(), owner("orders"));
    let (aws, subject) = (Aws::new(config, region), Subject { owner: &owner, spec: &spec, settled: true });
    [keep(&aws, subject, None).await, Box::pin(tear_down(&aws, subject, None)).await]
}

#[tokio::test]
async fn without_a_region_nothing_is_asked() {
    let config = config(&Simulator::new(Config::default()), ACCOUNT).to_builder().region(None).build();
    let message = "no region is known: set it, or AWS_REGION in the controller's environment";
    for result in passes(&config, None).await {
        assert_eq!(result.finding, Finding::Unasked(Problem::new("spec.region", message)));
        assert_eq!(result.next, Next::Stalled);
    }
    let [kept, removed] = passes(&config, Some("ap-northeast-1")).await;
    assert!(matches!(kept.finding, Finding::Kept(_)), "{:?}", kept.finding);
    assert!(matches!(removed.finding, Finding::Deleting(_)), "{:?}", removed.finding);
}

#[tokio::test]
async fn only_an_answer_counts_as_one() {
    let simulator = Simulator::new(Config::default());
    let config = config(&simulator, ACCOUNT);
    let nobody = {
        let mut builder = config.to_builder();
        builder.set_credentials_provider(None);
        builder.build()
    };
    let [kept, removed] = passes(&nobody, None).await;
    for result in [kept, removed] {
        let Finding::Unknown { failure, answered } = result.finding else { panic!("{:?}", result.finding) };
        assert!(!answered, "{failure:?}");
    }
    let fault = json!({"kind": "deny", "operation": "*", "count": 100});
    crate::common::control(&simulator, "POST", "faults", &fault);
    let [_, removed] = passes(&config, None).await;
    let Finding::Unknown { failure, answered } = removed.finding else { panic!("{:?}", removed.finding) };
    assert_eq!((failure.reason, answered), (Reason::AccessDenied, true));
}
