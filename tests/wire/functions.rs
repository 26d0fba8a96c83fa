//! Lambda functions' policies.

use frontdoor::aws::Pass;
use frontdoor::change::{Change, FunctionPermissionChange};
use frontdoor::intent::Wanted;
use frontdoor::names::statement_id;
use frontdoor::observed::{ExternalPolicy, FunctionPolicy, Permitted};

use crate::common::{REGION, config};
use crate::lab::{ACCOUNT, Lab, function_arn};

fn lab() -> Lab {
    let mut lab = Lab::new();
    lab.wanted.function_arns = [function_arn()].into();
    lab.predicted.function_policies.insert(function_arn(), FunctionPolicy::default());
    lab
}

#[tokio::test]
async fn a_permission_comes_and_goes() {
    let mut lab = lab();
    let permission = lab.permission("a1b2c3d4e5");
    lab.step(permission.clone()).await;
    lab.step(permission).await;
    let remove =
        FunctionPermissionChange::Remove { function_arn: function_arn(), statement_id: statement_id(&lab.owner) };
    let remove = Change::FunctionPermission(remove);
    lab.step(remove.clone()).await;
    lab.step(remove).await;
}

#[tokio::test]
async fn an_alias_has_a_permission_of_its_own() {
    let mut lab = lab();
    let alias = format!("{}:live", function_arn());
    lab.publish("live").await;
    lab.wanted.function_arns.insert(alias.clone());
    lab.predicted.function_policies.insert(alias.clone(), FunctionPolicy::default());
    let Change::FunctionPermission(FunctionPermissionChange::Add { statement_id, source_arn, .. }) =
        lab.permission("a1b2c3d4e5")
    else {
        panic!("a permission")
    };
    let add =
        FunctionPermissionChange::Add { function_arn: alias.clone(), statement_id: statement_id.clone(), source_arn };
    lab.step(Change::FunctionPermission(add)).await;
    let remove = FunctionPermissionChange::Remove { function_arn: alias, statement_id };
    lab.step(Change::FunctionPermission(remove)).await;
}

#[tokio::test]
async fn versions_and_aliases_exist_or_do_not() {
    let lab = lab();
    lab.publish("live").await;
    let named = |qualifier: &str| format!("{}:{qualifier}", function_arn());
    let asked = ["live", "1", "gone", "7"].map(named);
    let wanted = Wanted { function_arns: asked.into(), ..Wanted::default() };
    let found = lab.aws.lookup(&wanted, &Pass::default()).await.unwrap();
    assert_eq!(found.functions, [named("1"), named("live")].into());
}

#[tokio::test]
async fn functions_of_others_are_read_as_far_as_their_owners_let() {
    let mut lab = lab();
    let theirs = "444455556666";
    let of_account = format!("arn:aws:lambda:{REGION}:{theirs}:function:hello");
    let of_region = format!("arn:aws:lambda:us-east-1:{ACCOUNT}:function:hello");
    let missing = format!("{of_region}-missing");
    lab.wanted.function_arns = [of_account.clone(), of_region.clone(), missing.clone()].into();
    let snapshot = lab.observe().await;
    let open = ExternalPolicy::Read(FunctionPolicy::default());
    let expected = [
        (of_account.clone(), ExternalPolicy::Unreadable),
        (of_region.clone(), open),
        (missing, ExternalPolicy::Absent),
    ];
    assert_eq!(snapshot.external_policies, expected.into());
    assert!(snapshot.function_policies.is_empty(), "the namesake here is another function");
    let found = lab.aws.lookup(&lab.wanted, &Pass::default()).await.unwrap();
    assert!(found.functions.is_empty());

    let owner = aws_sdk_lambda::Client::new(&config(&lab.simulator, theirs));
    let statement = owner.add_permission().function_name("hello").statement_id("read").action("lambda:GetPolicy");
    statement.principal(ACCOUNT).send().await.unwrap();
    let statement = owner.add_permission().function_name("hello").statement_id("api").action("lambda:InvokeFunction");
    let source_arn = format!("arn:aws:execute-api:{REGION}:{ACCOUNT}:a1b2c3d4e5/*/*/*");
    statement.principal("apigateway.amazonaws.com").source_arn(&source_arn).send().await.unwrap();
    let ExternalPolicy::Read(policy) = &lab.observe().await.external_policies[&of_account] else {
        panic!("it can be read")
    };
    assert_eq!(policy.permits(&source_arn), Permitted::Yes);
}

#[tokio::test]
async fn a_function_without_policy_exists_and_one_that_is_missing_does_not() {
    let lab = lab();
    let missing = format!("{}-missing", function_arn());
    let wanted = Wanted { function_arns: [function_arn(), missing].into(), ..Wanted::default() };
    let found = lab.aws.lookup(&wanted, &Pass::default()).await.unwrap();
    assert_eq!(found.functions, [function_arn()].into());
}
