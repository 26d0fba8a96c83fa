use serde_json::{Value, json};

use crate::{ACCOUNT, Aws};

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

#[test]
fn versions_are_published_and_aliases_lead_to_them() {
    let aws = Aws::new();
    let publish = || aws.ok("lambda", "POST", &format!("{HELLO}/versions"), &json!({}));
    assert_eq!((publish()["Version"].clone(), publish()["Version"].clone()), (json!("1"), json!("1")));
    aws.ok("lambda", "PUT", &format!("{HELLO}/configuration"), &json!({"Timeout": 9}));
    let second = publish();
    assert_eq!(second["FunctionArn"], "arn:aws:lambda:us-east-1:111122223333:function:hello:2");
    let versions = aws.ok("lambda", "GET", &format!("{HELLO}/versions"), &Value::Null);
    let numbers: Vec<_> = versions["Versions"].as_array().unwrap().iter().map(|it| it["Version"].clone()).collect();
    assert_eq!(numbers, ["$LATEST", "1", "2"]);
    let aliases = format!("{HELLO}/aliases");
    let alias = aws.ok("lambda", "POST", &aliases, &json!({"Name": "live", "FunctionVersion": "1"}));
    assert_eq!(alias["AliasArn"], "arn:aws:lambda:us-east-1:111122223333:function:hello:live");
    let again = json!({"Name": "live", "FunctionVersion": "2"});
    assert_eq!(aws.refused_lambda("POST", &aliases, &again), "ResourceConflictException");
    let (code, message) = aws.refused("lambda", "POST", &aliases, &json!({"Name": "next", "FunctionVersion": "7"}));
    assert_eq!(code, "ResourceNotFoundException");
    assert_eq!(message, "Function not found: arn:aws:lambda:us-east-1:111122223333:function:hello:7");
    assert_eq!(
        aws.refused_lambda("POST", &aliases, &json!({"Name": "7", "FunctionVersion": "1"})),
        "ValidationException"
    );
    let timeout = |qualifier: &str| {
        let path = format!("{HELLO}/configuration?Qualifier={qualifier}");
        aws.ok("lambda", "GET", &path, &Value::Null)["Timeout"].clone()
    };
    assert_eq!((timeout("live"), timeout("2")), (json!(3), json!(9)));
    aws.ok("lambda", "PUT", &format!("{aliases}/live"), &json!({"FunctionVersion": "2"}));
    assert_eq!(timeout("live"), 9);
    assert_eq!(aws.ok("lambda", "GET", &aliases, &Value::Null)["Aliases"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        aws.refused_lambda("DELETE", &format!("{HELLO}?Qualifier=2"), &Value::Null),
        "ResourceConflictException"
    );
    assert_eq!(aws.call("lambda", "DELETE", &format!("{aliases}/live"), "").0, 204);
    let (_, message) = aws.refused("lambda", "GET", &format!("{aliases}/live"), &Value::Null);
    assert_eq!(message, "Cannot find alias arn: arn:aws:lambda:us-east-1:111122223333:function:hello:live");
    let gone = format!("{HELLO}/configuration?Qualifier=live");
    assert_eq!(aws.refused_lambda("GET", &gone, &Value::Null), "ResourceNotFoundException");
}

#[test]
fn each_alias_has_a_policy_of_its_own() {
    let aws = Aws::new();
    aws.ok("lambda", "POST", &format!("{HELLO}/aliases"), &json!({"Name": "live", "FunctionVersion": "$LATEST"}));
    let (plain, alias) = (format!("{HELLO}/policy"), format!("{HELLO}/policy?Qualifier=live"));
    aws.ok("lambda", "POST", &plain, &grant("a"));
    assert_eq!(aws.call("lambda", "GET", &alias, "").0, 404);
    let added = aws.ok("lambda", "POST", &alias, &grant("a"));
    let statement: Value = serde_json::from_str(added["Statement"].as_str().unwrap()).unwrap();
    assert_eq!(statement["Resource"], "arn:aws:lambda:us-east-1:111122223333:function:hello:live");
    // The qualifier may be part of the name.
    let by_name =
        "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A111122223333%3Afunction%3Ahello%3Alive/policy";
    assert_eq!(aws.ok("lambda", "GET", by_name, &Value::Null), aws.ok("lambda", "GET", &alias, &Value::Null));
    assert_eq!(
        aws.refused_lambda("GET", &format!("{by_name}?Qualifier=other"), &Value::Null),
        "InvalidParameterValueException"
    );
    assert_eq!(aws.call("lambda", "DELETE", &format!("{plain}/a"), "").0, 204);
    assert_eq!((aws.call("lambda", "GET", &plain, "").0, aws.call("lambda", "GET", &alias, "").0), (404, 200));
    for (qualifier, code) in [
        ("other", "ResourceNotFoundException"),
        ("7", "ResourceNotFoundException"),
        ("$LATEST", "InvalidParameterValueException"),
    ] {
        let path = format!("{plain}?Qualifier={qualifier}");
        assert_eq!(aws.call("lambda", "POST", &path, grant("b").to_string()).1["code"], code, "{qualifier}");
    }
}

#[test]
fn a_function_of_another_account_is_theirs() {
    let aws = Aws::new();
    let path = |region: &str, account: &str| {
        format!("/2015-03-31/functions/arn%3Aaws%3Alambda%3A{region}%3A{account}%3Afunction%3Ahello/policy")
    };
    let (code, message) = aws.refused("lambda", "GET", &path("us-east-1", "444455556666"), &Value::Null);
    assert_eq!(code, "AccessDeniedException");
    assert!(
        message
            .contains("not authorized to perform: lambda:GetPolicy on resource: arn:aws:lambda:us-east-1:444455556666"),
        "{message}"
    );
    let add = aws.refused("lambda", "POST", &path("us-east-1", "444455556666"), &grant("a"));
    assert_eq!(add.0, "AccessDeniedException");
    assert_eq!(aws.call("lambda", "GET", &format!("{HELLO}/policy"), "").0, 404, "the namesake here has no policy");
    let (code, message) = aws.refused("lambda", "GET", &path("eu-west-1", ACCOUNT), &Value::Null);
    assert_eq!(code, "ResourceNotFoundException");
    assert_eq!(message, "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')");
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
