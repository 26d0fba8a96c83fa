//! What the fuzz targets of `fuzz/` hold, on JSON and text of all kinds.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::same_cases;

#[path = "../../fuzz/src/checks.rs"]
mod checks;

/// Words that policies, documents and tags are made of.
const WORDS: [&str; 36] = [
    "Version",
    "Statement",
    "Effect",
    "Allow",
    "Deny",
    "Principal",
    "NotPrincipal",
    "AWS",
    "*",
    "Action",
    "Resource",
    "NotResource",
    "Condition",
    "StringEquals",
    "aws:SourceVpce",
    "AWS:sourcevpce",
    "execute-api:Invoke",
    "execute-api:/*",
    "arn:aws:execute-api:r:1:a1b2c3d4e5/*",
    "arn:aws:iam::111122223333:root",
    "openapi",
    "3.0.1",
    "swagger",
    "2.0",
    "info",
    "title",
    "version",
    "paths",
    "/",
    "/{id}",
    "get",
    "x-amazon-apigateway-any-method",
    "x-amazon-apigateway-integration",
    "responses",
    "type",
    "mock",
];

fn word() -> impl Strategy<Value = String> {
    prop_oneof![5 => proptest::sample::select(&WORDS[..]).prop_map(str::to_owned), 1 => any::<String>()]
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        8 => word().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    leaf.prop_recursive(6, 48, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::vec((word(), inner), 0..6)
                .prop_map(|members| Value::from(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// Any JSON, and documents that are imported, with any JSON in them.
fn document() -> impl Strategy<Value = Value> {
    let imported = (json(), json()).prop_map(|(extension, description)| {
        let mock = json!({"type": "mock", "responses": {"default": {"statusCode": "200"}}});
        let get = json!({"responses": {}, "x-amazon-apigateway-integration": mock, "x-any": description});
        let info = json!({"title": "orders", "version": "1"});
        json!({"openapi": "3.0.1", "info": info, "x-any": extension, "paths": {"/": {"get": get}}})
    });
    prop_oneof![json(), imported]
}

fn tag_lines() -> impl Strategy<Value = String> {
    let key = prop_oneof![
        Just("privateapi.dev/cluster".to_owned()),
        Just("privateapi.dev/owner".to_owned()),
        Just("privateapi.dev/tags".to_owned()),
        Just("privateapi.dev/functions".to_owned()),
        Just("privateapi.dev/functions-2".to_owned()),
        Just("team".to_owned()),
        Just("cost".to_owned()),
        any::<String>(),
    ];
    let value = prop_oneof![
        Just("c".to_owned()),
        Just("shop/orders".to_owned()),
        Just("hello".to_owned()),
        Just("orders:live".to_owned()),
        Just("111122223333: hello orders:live 444455556666: : x".to_owned()),
        any::<String>(),
    ];
    proptest::collection::vec((key, value).prop_map(|(key, value)| format!("{key}={value}")), 0..8)
        .prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(same_cases(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() }))]

    #[test]
    fn the_comparison_of_policies_takes_any_json(policy in json()) {
        checks::resource_policy(policy.to_string().as_bytes());
    }

    #[test]
    fn a_document_is_refused_or_imported_whatever_the_order_of_its_keys(document in document()) {
        checks::openapi(document.to_string().as_bytes());
    }

    #[test]
    fn any_bytes_are_taken(bytes in any::<Vec<u8>>(), functions in any::<Vec<u8>>()) {
        checks::resource_policy(&bytes);
        checks::openapi(&bytes);
        checks::tags(&bytes);
        checks::tags(&[b"privateapi.dev/functions=", &functions[..]].concat());
    }

    #[test]
    fn tags_are_brought_to_what_is_wanted_in_one_step(present in tag_lines(), wanted in tag_lines()) {
        checks::tags(format!("{present}\u{1}{wanted}").as_bytes());
    }
}
