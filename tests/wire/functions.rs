//! Lambda functions' policies.

use frontdoor::aws::Pass;
use frontdoor::change::{Change, FunctionPermissionChange};
use frontdoor::intent::Wanted;
use frontdoor::names::statement_id;
use frontdoor::observed::FunctionPolicy;

use crate::lab::{Lab, function_arn};

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
async fn a_function_without_policy_exists_and_one_that_is_missing_does_not() {
    let lab = lab();
    let missing = format!("{}-missing", function_arn());
    let wanted = Wanted { function_arns: [function_arn(), missing].into(), ..Wanted::default() };
    let found = lab.aws.lookup(&wanted, &Pass::default()).await.unwrap();
    assert_eq!(found.functions, [function_arn()].into());
}
