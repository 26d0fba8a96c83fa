use std::collections::BTreeSet;

use super::*;

/// Most characters of a managed policy, white space not counted.
///
/// Source: IAM User Guide, "IAM and AWS STS quotas".
const LONGEST_POLICY: usize = 6144;
/// Most characters of a role's inline policies.
const LONGEST_INLINE_POLICY: usize = 10_240;

fn statement<'a>(policy: &'a Policy, sid: &str) -> &'a Statement {
    let found = policy.statement.iter().find(|statement| statement.sid == sid);
    found.unwrap_or_else(|| panic!("{sid} is none of {:?}", sids(policy)))
}

fn sids(policy: &Policy) -> Vec<&str> {
    policy.statement.iter().map(|statement| statement.sid.as_str()).collect()
}

/// What the policy allows, one by one.
fn allowed(policy: &Policy) -> BTreeSet<(String, String, String)> {
    let mut all = BTreeSet::new();
    for statement in &policy.statement {
        for action in &statement.action {
            for resource in &statement.resource {
                all.insert((action.clone(), resource.clone(), format!("{:?}", statement.condition)));
            }
        }
    }
    all
}

#[test]
fn each_call_is_in_the_table_once() {
    let mut seen = BTreeSet::new();
    for call in calls() {
        assert!(seen.insert(call.operation), "{} is there twice", call.operation);
        for need in call.needs {
            assert!(!need.resources.is_empty(), "{}", call.operation);
        }
    }
    assert_eq!(seen, Operation::ALL.iter().copied().collect());
    assert_eq!(actions(Operation::DeleteSecurityGroup), ["ec2:DeleteSecurityGroup"]);
}

#[test]
fn the_policy_fits_into_a_managed_policy_and_with_an_api_of_others_into_an_inline_one() {
    let api = "a1b2c3d4e5".to_owned();
    for (managed_apis, most) in [(Vec::new(), LONGEST_POLICY), (vec![api], LONGEST_INLINE_POLICY)] {
        let text = serde_json::to_string_pretty(&policy(&Scope { managed_apis, ..Scope::default() })).unwrap();
        let length = text.chars().filter(|c| !c.is_whitespace()).count();
        assert!(length <= most, "{length} characters");
    }
}

#[test]
fn statements_have_names_of_their_own() {
    let policy = policy(&Scope { managed_apis: vec!["*".to_owned()], ..Scope::default() });
    let names: BTreeSet<&str> = sids(&policy).into_iter().collect();
    assert_eq!(names.len(), policy.statement.len(), "{:?}", sids(&policy));
    assert!(names.iter().all(|name| name.chars().all(|c| c.is_ascii_alphanumeric())), "{names:?}");
}

#[test]
fn putting_needs_together_allows_no_action_on_what_another_condition_guards() {
    let all = allowed(&policy(&Scope::default()));
    let unguarded =
        |action: &str, resource: &str| all.contains(&(action.to_owned(), format!("arn:*:{resource}"), "{}".to_owned()));
    assert!(unguarded("ec2:CreateVpcEndpoint", "ec2:*:*:security-group/*"));
    assert!(unguarded("ec2:CreateSecurityGroup", "ec2:*:*:vpc/*"));
    assert!(unguarded("apigateway:PUT", "apigateway:*::/tags/arn%3A*%3A%3A%2Frestapis%2F*"));
    for (action, resource) in [
        ("ec2:CreateSecurityGroup", "ec2:*:*:security-group/*"),
        ("ec2:CreateVpcEndpoint", "ec2:*:*:vpc-endpoint/*"),
        ("ec2:ModifyVpcEndpoint", "ec2:*:*:vpc-endpoint/*"),
        ("apigateway:PUT", "apigateway:*::/restapis/*"),
        ("apigateway:POST", "apigateway:*::/restapis"),
        ("apigateway:DELETE", "apigateway:*::/restapis/*"),
        // What writing a resource policy takes beside `UpdateRestApiPolicy`.
        ("apigateway:PATCH", "apigateway:*::/restapis/*"),
    ] {
        assert!(!unguarded(action, resource), "{action} on {resource}");
    }
    let own = r#"{"Null": {"aws:ResourceTag/privateapi.dev/cluster": Values(["false"])}}"#.to_owned();
    assert!(!all.contains(&("apigateway:POST".to_owned(), "arn:*:apigateway:*::/restapis/*".to_owned(), own)));
}

#[test]
fn a_scope_narrows_everything_down() {
    let text = |value: &str| Some(value.to_owned());
    let scope = Scope {
        partition: text("aws-cn"),
        region: text("cn-north-1"),
        account: text("111122223333"),
        cluster_id: text("shop"),
        managed_apis: vec!["a1b2c3d4e5".to_owned()],
        passed_roles: vec!["arn:aws-cn:iam::111122223333:role/invoke".to_owned()],
    };
    let policy = policy(&scope);
    assert_eq!(statement(&policy, "UseFunctions").resource, ["arn:aws-cn:lambda:cn-north-1:111122223333:function:*"]);
    assert_eq!(statement(&policy, "UsePrivateDns").resource, ["arn:aws-cn:route53:::hostedzone/*"]);
    let managed = statement(&policy, "ManagedRestApis");
    assert!(
        managed.resource.contains(&"arn:aws-cn:apigateway:cn-north-1::/restapis/a1b2c3d4e5".to_owned()),
        "{managed:?}"
    );
    let own = &statement(&policy, "OwnRestApis").condition["StringEquals"];
    assert_eq!(own["aws:ResourceTag/privateapi.dev/cluster"].0, ["shop"]);
    let read = |statement: &&Statement| statement.resource == ["*"];
    assert_eq!(policy.statement.iter().filter(read).map(|it| it.sid.as_str()).collect::<Vec<_>>(), ["Read"]);
    let wide =
        policy.statement.iter().filter(|it| !read(it)).flat_map(|it| &it.resource).find(|arn| arn.contains(":*:"));
    assert_eq!(wide, None);
}

#[test]
fn roles_are_passed_to_api_gateway_only_and_only_when_they_are_named() {
    let roles = ["arn:aws:iam::111122223333:role/invoke", "arn:aws:iam::111122223333:role/authorize"];
    let with = |passed_roles: &[&str]| {
        let passed_roles = passed_roles.iter().map(|&arn| arn.to_owned()).collect();
        policy(&Scope { passed_roles, ..Scope::default() })
    };
    let passing = with(&roles);
    let pass = statement(&passing, "PassRoles");
    assert_eq!(
        (&pass.action[..], &pass.resource[..]),
        (&["iam:PassRole".to_owned()][..], &roles.map(str::to_owned)[..])
    );
    assert_eq!(pass.condition["StringEquals"]["iam:PassedToService"].0, ["apigateway.amazonaws.com"]);
    let others: Vec<_> = passing.statement.iter().filter(|it| it.sid != "PassRoles").cloned().collect();
    assert_eq!(others, with(&[]).statement);
}

#[test]
fn listeners_and_rules_are_tagged_whatever_the_call_that_creates_them_is_called() {
    let policy = policy(&Scope { cluster_id: Some("shop".to_owned()), ..Scope::default() });
    let tags =
        policy.statement.iter().filter(|it| it.action.iter().any(|action| action == "elasticloadbalancing:AddTags"));
    let anew: Vec<&Statement> = tags.filter(|it| it.resource.iter().any(|arn| arn.contains(":listener*/"))).collect();
    let [anew] = anew[..] else { panic!("{anew:?}") };
    assert_eq!(anew.condition["StringEquals"]["aws:RequestTag/privateapi.dev/cluster"].0, ["shop"]);
    assert_eq!(anew.condition["Null"]["aws:ResourceTag/privateapi.dev/cluster"].0, ["true"]);
    assert!(!anew.condition["StringEquals"].contains_key("elasticloadbalancing:CreateAction"), "{anew:?}");
}
