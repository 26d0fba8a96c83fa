use serde_json::{Value, json};

use crate::Aws;

const HELLO: &str = "/2015-03-31/functions/hello";

fn grant(sid: &str) -> Value {
    json!({"StatementId": sid, "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com", "SourceArn": "arn:aws:execute-api:us-east-1:111122223333:api/*/*"})
}

#[test]
fn the_default_function_is_there_and_answers() {
    let aws = Aws::new();
    let function = aws.ok("lambda", "GET", HELLO, &Value::Null);
    assert_eq!(function["Configuration"]["FunctionArn"], "arn:aws:lambda:us-east-1:111122223333:function:hello");
    assert_eq!(aws.ok("lambda", "POST", &format!("{HELLO}/invocations"), &json!({}))["body"], "Hello from Lambda!");
    let arn = "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A111122223333%3Afunction%3Ahello/configuration";
    assert_eq!(aws.ok("lambda", "GET", arn, &Value::Null)["FunctionName"], "hello");
    assert_eq!(
        aws.ok("lambda", "GET", "/2015-03-31/functions?MaxItems=10", &Value::Null)["Functions"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
}

#[test]
fn permissions_come_and_go() {
    let aws = Aws::new();
    let policy = format!("{HELLO}/policy");
    assert_eq!(aws.call("lambda", "GET", &policy, "").1["code"], "ResourceNotFoundException");
    let added = aws.ok("lambda", "POST", &policy, &grant("a"));
    let statement: Value = serde_json::from_str(added["Statement"].as_str().unwrap()).unwrap();
    assert_eq!(
        statement["Condition"],
        json!({"ArnLike": {"AWS:SourceArn": "arn:aws:execute-api:us-east-1:111122223333:api/*/*"}})
    );
    let (status, conflict) = aws.call("lambda", "POST", &policy, grant("a").to_string());
    assert_eq!(
        (status, &conflict["code"], &conflict["Type"]),
        (409, &json!("ResourceConflictException"), &json!("User"))
    );
    let mut stale = grant("b");
    stale["RevisionId"] = json!("0a1b2c3d-0000-4000-8000-000000000000");
    assert_eq!(aws.call("lambda", "POST", &policy, stale.to_string()).0, 412);
    let read = aws.ok("lambda", "GET", &policy, &Value::Null);
    let document: Value = serde_json::from_str(read["Policy"].as_str().unwrap()).unwrap();
    assert_eq!((document["Statement"].as_array().map(Vec::len), &document["Id"]), (Some(1), &json!("default")));
    assert_eq!(aws.call("lambda", "DELETE", &format!("{policy}/a"), "").0, 204);
    assert_eq!(aws.call("lambda", "DELETE", &format!("{policy}/a"), "").0, 404);
}

#[test]
fn a_policy_has_an_end() {
    let aws = Aws::new();
    let codes: Vec<u16> = (0..100)
        .map(|at| aws.call("lambda", "POST", &format!("{HELLO}/policy"), grant(&format!("s{at}")).to_string()).0)
        .collect();
    assert!(codes.starts_with(&[201; 50]) && codes.contains(&400));
}

#[test]
fn functions_are_created_changed_and_deleted() {
    let aws = Aws::new();
    let function = json!({"FunctionName": "f", "Role": "arn:aws:iam::111122223333:role/r", "Handler": "index.echo", "Runtime": "nodejs24.x", "Code": {"ZipFile": ""}, "Tags": {"a": "b"}});
    aws.ok("lambda", "POST", "/2015-03-31/functions", &function);
    assert_eq!(aws.refused_lambda("POST", "/2015-03-31/functions", &function), "ResourceConflictException");
    assert_eq!(aws.ok("lambda", "PUT", "/2015-03-31/functions/f/configuration", &json!({"Timeout": 9}))["Timeout"], 9);
    assert_eq!(
        aws.ok(
            "lambda",
            "GET",
            "/2017-03-31/tags/arn%3Aaws%3Alambda%3Aus-east-1%3A111122223333%3Afunction%3Af",
            &Value::Null
        )["Tags"],
        json!({"a": "b"})
    );
    assert_eq!(aws.call("lambda", "DELETE", "/2015-03-31/functions/f", "").0, 204);
    assert_eq!(aws.refused_lambda("GET", "/2015-03-31/functions/f", &Value::Null), "ResourceNotFoundException");
}

impl Aws {
    fn refused_lambda(&self, method: &str, path: &str, body: &Value) -> String {
        let (_, answer) =
            self.call("lambda", method, path, if body.is_null() { String::new() } else { body.to_string() });
        answer["code"].as_str().unwrap_or_default().to_owned()
    }
}

#[test]
fn an_arn_of_another_account_or_region_means_no_namesake() {
    let aws = Aws::new();
    let get = |name: &str| {
        let path = format!("/2015-03-31/functions/{}/configuration", name.replace(':', "%3A"));
        let (status, answer) = aws.call("lambda", "GET", &path, "");
        (status, answer["code"].as_str().unwrap_or_default().to_owned())
    };
    for (name, status, code) in [
        ("hello", 200, ""),
        ("arn:aws:lambda:us-east-1:111122223333:function:hello", 200, ""),
        ("111122223333:function:hello", 200, ""),
        ("arn:aws:lambda:us-east-1:444455556666:function:hello", 403, "AccessDeniedException"),
        ("444455556666:function:hello", 403, "AccessDeniedException"),
        ("arn:aws:lambda:eu-west-1:111122223333:function:hello", 404, "ResourceNotFoundException"),
    ] {
        assert_eq!(get(name), (status, code.to_owned()), "{name}");
    }
}
