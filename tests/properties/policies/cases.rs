//! Generated policies and requests. Texts come from small pools, so that they meet often.

use std::collections::BTreeMap;

use frontdoor::model::policy::{Caller, Context, KeyValue, Piece, Request, Text};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

pub const ACTION: &str = "execute-api:Invoke";
const API: &str = "arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5";

/// What a request is: everything of it is known.
#[derive(Debug, Clone)]
pub struct Case {
    statements: Vec<Value>,
    /// ARN of the caller; none for an anonymous one.
    pub caller: Option<String>,
    method: &'static str,
    path: &'static str,
    pub keys: BTreeMap<&'static str, Vec<&'static str>>,
}

/// Which parts of a request are kept from the evaluator.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each part is known or not")]
pub struct Hidden {
    caller: bool,
    method: bool,
    path: bool,
    /// A bit for each key, in the order of [`KEYS`].
    keys: u16,
    /// How little is said of a hidden key that the request has.
    present: bool,
}

/// Condition keys of each type, with values of requests and of policies.
type Pool = (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str]);
pub const KEYS: [Pool; 7] = [
    (
        "aws:SourceVpce",
        &["vpce-1", "VPCE-1", "vpce-22"],
        &["vpce-1", "vpce-22", "vpce-*", "vpce-?", "*", "${aws:username}", "${aws:absent, 'vpce-1'}"],
        &[
            "StringEquals",
            "StringNotEquals",
            "StringEqualsIgnoreCase",
            "StringNotEqualsIgnoreCase",
            "StringLike",
            "StringNotLike",
        ],
    ),
    ("aws:username", &["ann", "vpce-1"], &["ann", "bob", "${aws:SourceVpce}"], &["StringEquals", "StringNotEquals"]),
    (
        "aws:VpcSourceIp",
        &["10.0.1.5", "10.0.2.9", "2001:db8::7"],
        &["10.0.0.0/16", "10.0.1.0/24", "10.0.2.9", "2001:db8::/32", "192.0.2.0/24"],
        &["IpAddress", "NotIpAddress"],
    ),
    ("aws:SecureTransport", &["true", "false"], &["true", "false"], &["Bool"]),
    (
        "s3:max-keys",
        &["9", "10", "10.5"],
        &["9", "10", "10.0", "11"],
        &[
            "NumericEquals",
            "NumericNotEquals",
            "NumericLessThan",
            "NumericLessThanEquals",
            "NumericGreaterThan",
            "NumericGreaterThanEquals",
        ],
    ),
    (
        "aws:CurrentTime",
        &["2026-01-01T00:00:00Z", "2026-06-01T12:00:00Z"],
        &["2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z", "1780315200"],
        &[
            "DateEquals",
            "DateNotEquals",
            "DateLessThan",
            "DateLessThanEquals",
            "DateGreaterThan",
            "DateGreaterThanEquals",
        ],
    ),
    (
        "aws:SourceArn",
        &["arn:aws:sns:eu-west-1:111122223333:a", "arn:aws:sns:eu-west-1:444455556666:b:c"],
        &[
            "arn:aws:sns:eu-west-1:111122223333:a",
            "arn:aws:sns:*:111122223333:*",
            "arn:aws:sns:eu-west-1:*:?",
            "arn:aws:*",
        ],
        &["ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"],
    ),
];
/// The key with several values.
pub const MANY: &str = "aws:TagKeys";
const TAGS: [&str; 3] = ["a", "b", "cc"];

fn principal() -> impl Strategy<Value = Value> {
    select(vec![
        json!("*"),
        json!("*"),
        json!({"AWS": "*"}),
        json!({"AWS": ["arn:aws:iam::111122223333:user/ann", "arn:aws:iam::111122223333:user/bob"]}),
        json!({"AWS": "111122223333"}),
        json!({"AWS": "arn:aws:iam::444455556666:user/eve"}),
        json!({"Service": "apigateway.amazonaws.com"}),
    ])
}

fn actions() -> impl Strategy<Value = Value> {
    select(vec![
        json!("execute-api:Invoke"),
        json!("EXECUTE-API:invoke"),
        json!(["a:b", "execute-api:*"]),
        json!("*"),
        json!("a:b"),
    ])
}

fn resources() -> impl Strategy<Value = Value> {
    let own = |path: &str| format!("{API}{path}");
    select(vec![
        json!("*"),
        json!(own("/*")),
        json!(own("/prod/GET/*")),
        json!([own("/test/*"), own("/*/POST/orders")]),
        json!(own("/prod/?ET/orders/17")),
        json!("arn:aws:execute-api:*:*:a1b2c3d4e5/prod/*"),
        json!("arn:aws:execute-api:eu-west-1:111122223333:other/*"),
        json!(own("/prod/GET/${aws:username}")),
    ])
}

/// Operator, key and values.
fn condition() -> impl Strategy<Value = (String, &'static str, Vec<&'static str>)> {
    let suffix = || select(vec!["", "", "", "IfExists"]);
    let single = select(KEYS.to_vec()).prop_flat_map(move |(key, _, values, operators)| {
        (select(operators), suffix(), subsequence(values.to_vec(), 1..=2))
            .prop_map(move |(operator, suffix, values)| (format!("{operator}{suffix}"), key, values))
    });
    let null = (select(KEYS.map(|it| it.0).to_vec()), select(vec!["true", "false"]));
    let null = null.prop_map(|(key, value)| ("Null".to_owned(), key, vec![value]));
    let sets = select(vec!["ForAllValues:", "ForAnyValue:", ""]);
    let operators = select(vec!["StringEquals", "StringNotEquals", "StringLike"]);
    let many = (sets, operators, suffix(), subsequence(TAGS.to_vec(), 1..=2));
    let many = many.prop_map(|(set, operator, suffix, values)| (format!("{set}{operator}{suffix}"), MANY, values));
    prop_oneof![6 => single, 1 => null, 2 => many]
}

fn statement() -> impl Strategy<Value = Value> {
    let negated = || prop::bool::weighted(0.15);
    let parts = (principal(), negated(), actions(), negated(), resources(), negated());
    let conditions = prop::collection::vec(condition(), 0..=2);
    (select(vec!["Allow", "Allow", "Deny"]), parts, conditions).prop_map(|(effect, parts, conditions)| {
        let (principal, not_principal, action, not_action, resource, not_resource) = parts;
        let name = |name: &'static str, negated: bool| if negated { format!("Not{name}") } else { name.to_owned() };
        let mut statement = json!({"Effect": effect});
        statement[name("Principal", not_principal)] = principal;
        statement[name("Action", not_action)] = action;
        statement[name("Resource", not_resource)] = resource;
        for (operator, key, values) in conditions {
            statement["Condition"][operator][key] = json!(values);
        }
        statement
    })
}

#[expect(clippy::many_single_char_names, reason = "an array has no strategy of its own, a tuple has")]
fn keys() -> impl Strategy<Value = BTreeMap<&'static str, Vec<&'static str>>> {
    let one = |values: &'static [&'static str]| prop::option::weighted(0.8, select(values));
    let [a, b, c, d, e, f, g] = KEYS.map(|pool| one(pool.1));
    let many = prop::option::weighted(0.8, subsequence(TAGS.to_vec(), 1..=2));
    ((a, b, c, d, e, f, g), many).prop_map(|((a, b, c, d, e, f, g), many)| {
        let single = KEYS.iter().map(|pool| pool.0).zip([a, b, c, d, e, f, g]);
        let single = single.filter_map(|(key, value)| Some((key, vec![value?])));
        single.chain(many.map(|values| (MANY, values))).collect()
    })
}

pub fn case() -> impl Strategy<Value = Case> {
    let caller = prop::option::weighted(
        0.7,
        select(vec!["arn:aws:iam::111122223333:user/ann", "arn:aws:iam::444455556666:user/eve"]),
    );
    let request = (caller, select(vec!["GET", "POST"]), select(vec!["/", "/orders", "/orders/17", "/ann"]));
    (prop::collection::vec(statement(), 1..=4), request, keys()).prop_map(
        |(statements, (caller, method, path), keys)| Case {
            statements,
            caller: caller.map(str::to_owned),
            method,
            path,
            keys,
        },
    )
}

pub fn hidden() -> impl Strategy<Value = Hidden> {
    let part = || prop::bool::weighted(0.3);
    (part(), part(), part(), any::<u16>(), any::<u16>(), any::<bool>()).prop_map(
        |(caller, method, path, this, that, present)| Hidden { caller, method, path, keys: this & that, present },
    )
}

impl Hidden {
    fn key(self, place: usize) -> bool {
        self.keys >> place & 1 == 1
    }
}

impl Case {
    pub fn policy(&self) -> Value {
        json!({"Version": "2012-10-17", "Statement": self.statements})
    }

    pub fn statements(&self) -> &[Value] {
        &self.statements
    }

    pub fn resource(&self) -> String {
        format!("{API}/prod/{}{}", self.method, self.path)
    }

    /// The request with the parts that are hidden taken from another one.
    pub fn completed(&self, hidden: Hidden, other: &Self) -> Self {
        let mut case = self.clone();
        if hidden.caller {
            case.caller.clone_from(&other.caller);
        }
        if hidden.method {
            case.method = other.method;
        }
        if hidden.path {
            case.path = other.path;
        }
        let names = KEYS.iter().map(|pool| pool.0).chain([MANY]).enumerate();
        for (place, key) in names.filter(|(place, _)| hidden.key(*place)) {
            let known_to_be_there = hidden.present && place < KEYS.len() && case.keys.contains_key(key);
            match other.keys.get(key) {
                Some(values) => drop(case.keys.insert(key, values.clone())),
                None if known_to_be_there => {}
                None => drop(case.keys.remove(key)),
            }
        }
        case
    }

    /// The request as far as it is shown.
    pub fn ask<T>(&self, hidden: Hidden, judge: impl FnOnce(Request<'_>) -> T) -> T {
        let caller = match &self.caller {
            _ if hidden.caller => Caller::Unknown,
            Some(arn) => Caller::Identity(arn.clone()),
            None => Caller::Anonymous,
        };
        let is = |text: &str| Piece::Is(text.to_owned());
        let method = if hidden.method { Piece::Word } else { is(self.method) };
        let path = if hidden.path { [is("/"), Piece::Any] } else { [is(self.path), is("")] };
        let [first, second] = path;
        let resource = Text::of(&[is(&format!("{API}/prod/")), method, first, second]);
        let names = KEYS.iter().map(|pool| pool.0).chain([MANY]).enumerate();
        let context = names.fold(Context::complete(), |context, (place, key)| {
            let value = self.keys.get(key).map(|values| values.iter().map(|value| (*value).to_owned()).collect());
            let shown = match value {
                Some(_) if hidden.key(place) && hidden.present && key == "aws:VpcSourceIp" => KeyValue::Within(
                    ["10.0.1.0/24", "10.0.2.0/24", "2001:db8::/64"].map(|it| it.parse().unwrap()).to_vec(),
                ),
                Some(_) if hidden.key(place) && hidden.present && key != MANY => KeyValue::Present,
                _ if hidden.key(place) => KeyValue::Unknown,
                Some(values) => KeyValue::Known(values),
                None => KeyValue::Absent,
            };
            context.with(key, shown)
        });
        judge(Request { caller: &caller, action: ACTION, resource: &resource, own: None, context: &context })
    }
}
