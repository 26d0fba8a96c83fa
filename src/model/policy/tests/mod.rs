//! The tables and examples of AWS's documentation.

#![expect(
    clippy::needless_pass_by_value,
    clippy::type_complexity,
    reason = "`json!` makes the values in the call; a row of a table is read at once"
)]

mod condition;

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
