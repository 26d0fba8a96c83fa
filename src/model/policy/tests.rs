//! The tables and examples of AWS's documentation.

#![expect(
    clippy::needless_pass_by_value,
    clippy::type_complexity,
    reason = "`json!` makes the values in the call; a row of a table is read at once"
)]

use serde_json::{Value, json};

use super::{Caller, Context, Denial, Doubt, Element, KeyValue, Piece, Policy, Request, Text, Truth, Verdict};

const ARN: &str = "arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/prod/GET/orders";
const OWN: &str = "arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5";

struct Call {
    caller: Caller,
    resource: Text,
    context: Context,
}

fn call() -> Call {
    Call { caller: Caller::Anonymous, resource: Text::from(ARN), context: Context::complete() }
}

impl Call {
    fn with(mut self, key: &str, value: KeyValue) -> Self {
        self.context = self.context.with(key, value);
        self
    }

    fn of(keys: &[(&str, &[&str])]) -> Self {
        keys.iter().fold(call(), |call, (key, values)| {
            call.with(key, KeyValue::Known(values.iter().map(|value| (*value).to_owned()).collect()))
        })
    }

    fn verdict(&self, policy: &Value) -> Verdict {
        let own = Text::from(OWN);
        let request = Request {
            caller: &self.caller,
            action: "execute-api:Invoke",
            resource: &self.resource,
            own: Some(&own),
            context: &self.context,
        };
        Policy::parse(policy).judge(&request).verdict
    }

    /// Whether a condition holds, by the statement that it stands in.
    fn holds(&self, condition: &Value) -> Truth {
        let statement =
            json!({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", "Condition": condition});
        match self.verdict(&policy(&[statement])) {
            Verdict::Allowed(_) => Truth::True,
            Verdict::Denied(_) => Truth::False,
            Verdict::CannotTell(_) => Truth::Unknown,
        }
    }
}

fn policy(statements: &[Value]) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn statement(effect: &str, changes: Value) -> Value {
    let mut statement =
        json!({"Effect": effect, "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"});
    for (element, value) in changes.as_object().into_iter().flatten() {
        statement[element] = value.clone();
    }
    if statement["Principal"].is_null() {
        statement.as_object_mut().unwrap().remove("Principal");
    }
    statement
}

/// IAM User Guide, "Condition operators": the rows of its tables.
#[test]
fn conditions_of_the_documentation() {
    let job = json!({"StringEquals": {"aws:PrincipalTag/job-category": "iamuser-admin"}});
    let prefix = json!({"StringLike": {"s3:prefix": ["home/", "home/${aws:username}/"]}});
    let tags = json!({
        "StringEqualsIgnoreCase": {"aws:RequestTag/environment": ["preprod", "storage"]},
        "ForAnyValue:StringEquals": {"aws:TagKeys": "environment"},
    });
    let paths = json!({"ForAllValues:StringNotLike": {
        "aws:ResourceOrgPaths": ["o-acorg/r-acroot/ou-acroot-mediaou/*", "o-acorg/r-acroot/ou-acroot-sportsou/*"]
    }});
    let secure = json!({"Bool": {"aws:SecureTransport": "false"}});
    let binary = json!({"BinaryEquals": {"key": "QmluYXJ5VmFsdWVJbkJhc2U2NA=="}});
    let address = json!({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:DB8:1234:5678::/64"]}});
    let not_address = json!({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}});
    let topic = json!({"ArnEquals": {"aws:SourceArn": "arn:aws:sns:us-west-2:123456789012:TOPIC-ID"}});
    let logs = json!({"ForAllValues:ArnLike": {"logs:Arns": ["arn:aws::cloudfront:123456789012:distribution/*"]}});
    let exists = json!({"StringLikeIfExists": {"ec2:InstanceType": ["t1.*", "t2.*", "m3.*"]}});
    let rows: [(&Value, &[(&str, &[&str])], bool); 33] = [
        (&job, &[("aws:PrincipalTag/job-category", &["iamuser-admin"])], true),
        (&job, &[("aws:PrincipalTag/job-category", &["dev-ops"])], false),
        (&job, &[], false),
        (&prefix, &[("s3:prefix", &["home/ann/"]), ("aws:username", &["ann"])], true),
        (&prefix, &[("s3:prefix", &["home/ann/"]), ("aws:username", &["bob"])], false),
        (&prefix, &[("s3:prefix", &["home/ann/"])], false),
        (&prefix, &[("s3:prefix", &["home/"])], true),
        (&tags, &[("aws:TagKeys", &["environment"]), ("aws:RequestTag/environment", &["preprod"])], true),
        (&tags, &[("aws:TagKeys", &["environment", "costcenter"]), ("aws:RequestTag/environment", &["PreProd"])], true),
        (&tags, &[("aws:TagKeys", &["costcenter"]), ("aws:RequestTag/environment", &["preprod"])], false),
        (&tags, &[("aws:RequestTag/environment", &["storage"])], false),
        (&tags, &[("aws:TagKeys", &["environment"])], false),
        (&tags, &[], false),
        (&paths, &[("aws:ResourceOrgPaths", &["o-acorg/r-acroot/ou-other/"])], true),
        (&paths, &[("aws:ResourceOrgPaths", &["o-acorg/r-acroot/ou-acroot-mediaou/costcenter/"])], false),
        (&secure, &[("aws:SecureTransport", &["false"])], true),
        (&secure, &[("aws:SecureTransport", &["true"])], false),
        (&secure, &[], false),
        (&binary, &[("key", &["QmluYXJ5VmFsdWVJbkJhc2U2NA=="])], true),
        (&binary, &[("key", &["ASIAIOSFODNN7EXAMPLE"])], false),
        (&binary, &[], false),
        (&address, &[("aws:SourceIp", &["203.0.113.1"])], true),
        (&address, &[("aws:SourceIp", &["198.51.100.1"])], false),
        (&address, &[("aws:SourceIp", &["2001:db8:1234:5678::1"])], true),
        (&address, &[], false),
        (&not_address, &[], true),
        (&topic, &[("aws:SourceArn", &["arn:aws:sns:us-west-2:123456789012:TOPIC-ID"])], true),
        (&topic, &[("aws:SourceArn", &["arn:aws:sns:us-west-2:777788889999:TOPIC-ID"])], false),
        (&logs, &[("logs:Arns", &["arn:aws::cloudfront:123456789012:distribution/a"])], true),
        (&logs, &[], true),
        (&exists, &[("ec2:InstanceType", &["t1.micro"])], true),
        (&exists, &[("ec2:InstanceType", &["m2.micro"])], false),
        (&exists, &[], true),
    ];
    for (condition, keys, expected) in rows {
        assert_eq!(Call::of(keys).holds(condition), Truth::from(expected), "{condition} {keys:?}");
    }
}

/// IAM User Guide, "Conditions with multiple context keys or values", "Single-valued vs. multivalued context keys" and "Variables and tags".
#[test]
fn several_keys_and_values() {
    let all = json!({
        "StringEquals": {"aws:PrincipalTag/department": ["finance", "hr", "legal"], "aws:PrincipalTag/role": ["audit", "security"]},
        "ArnNotLike": {"aws:PrincipalArn": ["arn:aws:iam::222222222222:user/Ana", "arn:aws:iam::222222222222:user/Mary"]},
    });
    let delete = json!({
        "ForAllValues:StringEquals": {"aws:TagKeys": ["environment", "cost-center"]}, "Null": {"aws:TagKeys": "false"},
    });
    let any = json!({"ForAnyValue:StringEquals": {"aws:TagKeys": ["environment", "cost-center"]}});
    let not_any = json!({"ForAnyValue:StringNotEquals": {"aws:TagKeys": ["environment", "cost-center"]}});
    let team = json!({"StringNotEquals": {"s3:ExistingObjectTag/Team": "${aws:PrincipalTag/Team}"}});
    let mary: &[&str] = &["arn:aws:iam::222222222222:user/Mary"];
    let nikki: &[&str] = &["arn:aws:iam::222222222222:user/Nikki"];
    let (department, role, arn) = ("aws:PrincipalTag/department", "aws:PrincipalTag/role", "aws:PrincipalArn");
    let rows: [(&Value, &[(&str, &[&str])], bool); 16] = [
        (&all, &[(department, &["legal"]), (role, &["audit"]), (arn, nikki)], true),
        (&all, &[(department, &["hr"]), (role, &["audit"]), (arn, mary)], false),
        (&all, &[(department, &["hr"]), (role, &["payroll"]), (arn, nikki)], false),
        (&all, &[(department, &["hr"]), (arn, nikki)], false),
        (&all, &[(department, &["hr"]), (role, &["audit"])], true),
        (&delete, &[("aws:TagKeys", &["environment", "cost-center"])], true),
        (&delete, &[("aws:TagKeys", &["environment", "dept"])], false),
        (&delete, &[], false),
        (&any, &[("aws:TagKeys", &["environment", "dept"])], true),
        (&any, &[("aws:TagKeys", &["dept"])], false),
        (&any, &[], false),
        (&not_any, &[("aws:TagKeys", &["environment", "dept"])], true),
        (&not_any, &[("aws:TagKeys", &["environment"])], false),
        (&team, &[("s3:ExistingObjectTag/Team", &["a"]), ("aws:PrincipalTag/Team", &["a"])], false),
        (&team, &[("s3:ExistingObjectTag/Team", &["a"]), ("aws:PrincipalTag/Team", &["b"])], true),
        (&team, &[("s3:ExistingObjectTag/Team", &["a"])], true),
    ];
    for (condition, keys, expected) in rows {
        assert_eq!(Call::of(keys).holds(condition), Truth::from(expected), "{condition} {keys:?}");
    }
}

#[test]
fn numbers_and_dates() {
    let keys: &[(&str, &[&str])] = &[("s3:max-keys", &["10"]), ("aws:CurrentTime", &["2026-06-01T12:00:00Z"])];
    for (operator, key, value, expected) in [
        ("NumericEquals", "s3:max-keys", json!(10), true),
        ("NumericNotEquals", "s3:max-keys", json!("10.0"), false),
        ("NumericLessThan", "s3:max-keys", json!("10"), false),
        ("NumericLessThanEquals", "s3:max-keys", json!("10"), true),
        ("NumericGreaterThan", "s3:max-keys", json!("9.5"), true),
        ("NumericGreaterThanEquals", "s3:max-keys", json!("11"), false),
        ("DateEquals", "aws:CurrentTime", json!("2026-06-01T14:00:00+02:00"), true),
        ("DateNotEquals", "aws:CurrentTime", json!("1780315200"), false),
        ("DateLessThan", "aws:CurrentTime", json!("2026-06-02"), true),
        ("DateGreaterThan", "aws:CurrentTime", json!("2026-06-01"), true),
        ("DateLessThanEquals", "aws:CurrentTime", json!(0), false),
        ("DateGreaterThanEqualsIfExists", "aws:absent", json!("2026-06-01"), true),
    ] {
        let condition = json!({operator: {key: value}});
        assert_eq!(Call::of(keys).holds(&condition), Truth::from(expected), "{condition}");
    }
}

/// What cannot be read is neither held nor not: the policy is judged as if both could be.
#[test]
fn what_cannot_be_read_is_never_taken_for_granted() {
    for condition in [
        json!({"StringMatches": {"a:b": "c"}}),
        json!({"NullIfExists": {"a:b": "true"}}),
        json!({"IpAddress": {"aws:SourceIp": "10.0.0.0/33"}}),
        json!({"DateLessThan": {"aws:CurrentTime": "tomorrow"}}),
        json!({"Bool": {"aws:SecureTransport": "yes"}}),
        json!({"StringEquals": {"a:b": {"c": "d"}}}),
        json!({"StringEquals": {"a:b": []}}),
        json!({"StringEquals": "a"}),
        json!("a"),
    ] {
        assert_eq!(call().holds(&condition), Truth::Unknown, "{condition}");
        let deny = statement("Deny", json!({"Condition": condition}));
        let verdict = call().verdict(&policy(&[statement("Allow", json!({})), deny]));
        assert!(
            matches!(&verdict, Verdict::CannotTell(why) if matches!(why.first(), Some(Doubt::Unreadable(_)))),
            "{verdict:?}"
        );
    }
    for document in [
        json!("text"),
        json!({}),
        policy(&[json!("text")]),
        policy(&[statement("allow", json!({}))]),
        policy(&[statement("Allow", json!({"NotPrincipal": {"AWS": "111122223333"}}))]),
        policy(&[statement("Allow", json!({"Principal": {"Everybody": "*"}}))]),
        policy(&[statement("Allow", json!({"Principal": null}))]),
        policy(&[statement("Allow", json!({"Conditions": {}}))]),
        policy(&[statement("Allow", json!({"Action": 1.5, "NotAction": "*"}))]),
    ] {
        let verdict = call().verdict(&document);
        assert!(matches!(verdict, Verdict::CannotTell(_)), "{document}: {verdict:?}");
    }
}

/// Every pair of what allow and deny statements say.
#[test]
fn allow_and_deny_together() {
    use Truth::{False, True, Unknown};
    let told = |effect: &str, truth: Truth| {
        let value = match truth {
            Truth::True => json!({"Bool": {"known": "true"}}),
            Truth::False => json!({"Bool": {"known": "false"}}),
            Truth::Unknown => json!({"Bool": {"unknown": "true"}}),
        };
        statement(effect, json!({"Condition": value}))
    };
    let verdict = |allow: Truth, deny: Truth| {
        let call = call().with("known", KeyValue::one("true")).with("unknown", KeyValue::Unknown);
        call.verdict(&policy(&[told("Allow", allow), told("Deny", deny)]))
    };
    let doubt = || Verdict::CannotTell([Doubt::Key("unknown".to_owned())].into());
    for (allow, deny, expected) in [
        (True, False, Verdict::Allowed(0)),
        (True, Unknown, doubt()),
        (True, True, Verdict::Denied(Denial::Explicit(1))),
        (Unknown, False, doubt()),
        (Unknown, Unknown, doubt()),
        (Unknown, True, Verdict::Denied(Denial::Explicit(1))),
        (False, False, Verdict::Denied(Denial::Implicit)),
        (False, Unknown, Verdict::Denied(Denial::NotAllowed)),
        (False, True, Verdict::Denied(Denial::Explicit(1))),
    ] {
        assert_eq!(verdict(allow, deny), expected, "{allow:?} {deny:?}");
    }
}

#[test]
fn a_key_of_which_little_is_known() {
    let ranges = KeyValue::Within(vec!["10.0.1.0/24".parse().unwrap(), "10.0.2.0/24".parse().unwrap()]);
    let own = |not_created| KeyValue::Own { placeholder: "vpce-own".to_owned(), not_created };
    for (value, operator, wanted, expected) in [
        (&ranges, "IpAddress", json!("10.0.0.0/16"), Truth::True),
        (&ranges, "NotIpAddress", json!("10.0.0.0/16"), Truth::False),
        (&ranges, "IpAddress", json!("192.168.0.0/16"), Truth::False),
        (&ranges, "IpAddress", json!("2001:db8::/32"), Truth::False),
        (&ranges, "IpAddress", json!("10.0.1.0/24"), Truth::Unknown),
        (&ranges, "IpAddress", json!("10.0.1.7"), Truth::Unknown),
        (&ranges, "StringEquals", json!("10.0.1.7"), Truth::Unknown),
        (&ranges, "Null", json!("true"), Truth::False),
        (&own(true), "StringEquals", json!("vpce-own"), Truth::True),
        (&own(true), "StringEquals", json!(["vpce-other", "vpce-own"]), Truth::True),
        (&own(true), "StringNotEquals", json!("vpce-other"), Truth::True),
        (&own(false), "StringNotEquals", json!("vpce-other"), Truth::Unknown),
        (&own(true), "StringLike", json!("vpce-0*"), Truth::Unknown),
        (&own(true), "StringLike", json!("*"), Truth::True),
        (&KeyValue::Present, "Null", json!("false"), Truth::True),
        (&KeyValue::Present, "DateGreaterThan", json!("2026-01-01"), Truth::Unknown),
        (&KeyValue::Present, "StringLike", json!("*"), Truth::True),
        (&KeyValue::Unknown, "Null", json!("false"), Truth::Unknown),
        (&KeyValue::Unknown, "StringLike", json!("*"), Truth::Unknown),
        (&KeyValue::Unknown, "StringEqualsIfExists", json!("a"), Truth::Unknown),
        (&KeyValue::Absent, "ForAllValues:StringNotEquals", json!("a"), Truth::Unknown),
    ] {
        let condition = json!({operator: {"a:b": wanted}});
        assert_eq!(call().with("a:b", value.clone()).holds(&condition), expected, "{value:?} {condition}");
    }
}

#[test]
fn principals() {
    let user = "arn:aws:iam::111122223333:user/ann";
    let session = "arn:aws:sts::111122223333:assumed-role/dev/s1";
    let (identity, unknown) = (|arn: &str| Caller::Identity(arn.to_owned()), Caller::Unknown);
    for (principal, caller, expected) in [
        (json!("*"), Caller::Anonymous, Truth::True),
        (json!({"AWS": "*"}), Caller::Anonymous, Truth::True),
        (json!({"AWS": ["*"]}), unknown.clone(), Truth::True),
        (json!({"AWS": "111122223333"}), identity(user), Truth::True),
        (json!({"AWS": "arn:aws:iam::111122223333:root"}), identity(session), Truth::True),
        (json!({"AWS": "444455556666"}), identity(user), Truth::False),
        (json!({"AWS": "arn:aws:iam::111122223333:root"}), Caller::Anonymous, Truth::False),
        (json!({"AWS": "arn:aws:iam::111122223333:root"}), unknown.clone(), Truth::Unknown),
        (json!({"AWS": "arn:aws:iam::111122223333:role/dev"}), identity(session), Truth::True),
        (json!({"AWS": "arn:aws:iam::111122223333:role/teams/dev"}), identity(session), Truth::True),
        (json!({"AWS": "arn:aws:iam::111122223333:role/ops"}), identity(session), Truth::False),
        (json!({"AWS": "AROAEXAMPLEID"}), identity(session), Truth::Unknown),
        (json!({"Service": "apigateway.amazonaws.com"}), Caller::Anonymous, Truth::False),
        (json!({"Service": "apigateway.amazonaws.com"}), unknown, Truth::Unknown),
    ] {
        let call = Call { caller: caller.clone(), ..call() };
        let applies = |element: &str| {
            let changes = json!({"Principal": null, element: principal.clone()});
            let allow =
                statement("Allow", if element == "Principal" { json!({"Principal": principal}) } else { changes });
            match call.verdict(&policy(&[allow])) {
                Verdict::Allowed(_) => Truth::True,
                Verdict::Denied(_) => Truth::False,
                Verdict::CannotTell(_) => Truth::Unknown,
            }
        };
        assert_eq!(applies("Principal"), expected, "{principal} {caller:?}");
        assert_eq!(applies("NotPrincipal"), expected.negated_if(true), "not {principal} {caller:?}");
    }
}

#[test]
fn actions_and_resources() {
    let long = |path: &str| json!(format!("{OWN}{path}"));
    for (changes, expected) in [
        (json!({"Action": "EXECUTE-API:invoke"}), Truth::True),
        (json!({"Action": ["a:b", "execute-api:*"]}), Truth::True),
        (json!({"Action": "execute-api:ManageConnections"}), Truth::False),
        (json!({"Resource": "*"}), Truth::True),
        (json!({"Resource": "execute-api:/prod/GET/orders"}), Truth::True),
        (json!({"Resource": "execute-api:/prod/get/orders"}), Truth::False),
        (json!({"Resource": "execute-api:/test/*"}), Truth::False),
        (json!({"Resource": long("/*/*/*")}), Truth::True),
        (json!({"Resource": "arn:aws:execute-api:*:*:*/prod/*"}), Truth::True),
        (json!({"Resource": "arn:aws:execute-api:eu-west-1:111122223333:other/*"}), Truth::False),
        // Examples of AWS's end so; what they mean is not documented.
        (json!({"Resource": long("/")}), Truth::Unknown),
        (json!({"Resource": "execute-api:/"}), Truth::Unknown),
        (json!({"Resource": "arn:aws:execute-api:eu-west-1:111122223333:other/"}), Truth::False),
    ] {
        let verdict = call().verdict(&policy(&[statement("Allow", changes.clone())]));
        let expected = match expected {
            Truth::True => matches!(verdict, Verdict::Allowed(_)),
            Truth::False => matches!(verdict, Verdict::Denied(Denial::Implicit)),
            Truth::Unknown => matches!(verdict, Verdict::CannotTell(_)),
        };
        assert!(expected, "{changes}: {verdict:?}");
    }
    let mut not = statement("Allow", json!({"NotAction": "execute-api:Invoke"}));
    not.as_object_mut().unwrap().remove("Action");
    assert_eq!(call().verdict(&policy(&[not])), Verdict::Denied(Denial::Implicit));
    let mut not = statement("Allow", json!({"NotResource": "execute-api:/test/*"}));
    not.as_object_mut().unwrap().remove("Resource");
    assert_eq!(call().verdict(&policy(&[not])), Verdict::Allowed(0));
}

#[test]
fn variables_came_with_a_version_of_the_language() {
    let allow = statement("Allow", json!({"Condition": {"StringEquals": {"a:b": "${aws:username}"}}}));
    let call = Call::of(&[("a:b", &["ann"]), ("aws:username", &["ann"])]);
    assert_eq!(call.verdict(&policy(std::slice::from_ref(&allow))), Verdict::Allowed(0));
    assert_eq!(call.verdict(&json!({"Statement": allow})), Verdict::Denied(Denial::Implicit));
    let literal = Call::of(&[("a:b", &["${aws:username}"])]);
    assert_eq!(literal.verdict(&json!({"Version": "2008-10-17", "Statement": allow})), Verdict::Allowed(0));
}

#[test]
fn a_judgement_says_what_keeps_a_statement_from_applying() {
    let condition = json!({"StringEquals": {"a:b": "c"}, "Bool": {"aws:SecureTransport": "true"}});
    let statements = [
        statement("Allow", json!({"Action": "a:b"})),
        statement("Allow", json!({"Resource": "execute-api:/test/*"})),
        statement("Allow", json!({"Principal": {"AWS": "111122223333"}})),
        statement("Allow", json!({"Condition": condition})),
        statement("Allow", json!({"Condition": {"StringEquals": {"unknown": "c"}}})),
    ];
    let call = call().with("aws:SecureTransport", KeyValue::one("true")).with("unknown", KeyValue::Unknown);
    let text = Text::of(&[Piece::Is(ARN.to_owned())]);
    let own = Text::from(OWN);
    let request = Request {
        caller: &call.caller,
        action: "execute-api:Invoke",
        resource: &text,
        own: Some(&own),
        context: &call.context,
    };
    let judgement = Policy::parse(&policy(&statements)).judge(&request);
    let except: Vec<_> = judgement.statements.iter().map(|it| it.except).collect();
    assert_eq!(except[..3], [Some(Element::Action), Some(Element::Resource), Some(Element::Principal)]);
    // Conditions are read in the order of their names.
    assert_eq!(except[3..], [Some(Element::Condition(1)), None]);
    assert_eq!(judgement.verdict, Verdict::CannotTell([Doubt::Key("unknown".to_owned())].into()));
    assert_eq!(judgement.statements[4].applies, Truth::Unknown);
}
