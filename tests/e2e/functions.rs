//! Lambda functions by stage variable, version or alias, of other accounts, and invoked by a role.

use serde_json::{Value, json};
use testenv::simulator::REGION;

use crate::lab::{KIND, Lab, PATIENCE, browse, shared};
use crate::plan::plan;

/// Another account.
const OWNER: &str = "444455556666";

fn function_arn(account: &str, function: &str) -> String {
    format!("arn:aws:lambda:{REGION}:{account}:function:{function}")
}

/// A Lambda proxy integration of a method.
fn proxy(function_arn: &str) -> Value {
    let uri = format!("arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function_arn}/invocations");
    json!({"responses": {}, "x-amazon-apigateway-integration": {"type": "aws_proxy", "httpMethod": "POST", "uri": uri}})
}

/// The example with a document of these paths.
fn documented(lab: &Lab, paths: &Value) -> Value {
    let mut object = lab.example("alb-lambda.yaml");
    let document = json!({"openapi": "3.0.1", "info": {"title": "tickets", "version": "7"}, "paths": paths});
    object["spec"]["api"] = json!({"openApi": {"inline": document}, "stage": {"name": "live"}});
    object
}

fn alias(lab: &Lab, name: &str) {
    let alias = json!({"Name": name, "FunctionVersion": "$LATEST"});
    lab.lambda("POST", "/2015-03-31/functions/hello/aliases", &alias);
}

fn function(lab: &Lab, name: &str) {
    let role = format!("arn:aws:iam::{}:role/{name}", lab.account);
    let function = json!({"FunctionName": name, "Role": role, "Handler": "index.hello", "Runtime": "nodejs24.x", "Code": {"ZipFile": "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="}});
    lab.lambda("POST", "/2015-03-31/functions", &function);
}

/// The policy of a function of the account, as text; empty where it has none.
fn policy(account: &str, function: &str) -> String {
    let path = format!("/2015-03-31/functions/{function}/policy");
    shared().simulator.rest(account, "lambda", ("GET", &path), "").unwrap_or_default()
}

/// Waits until the object is stalled, and gives the message.
fn stalled(lab: &Lab, name: &str) -> String {
    let object = lab.kubectl.wait_condition((KIND, name), "Stalled", "True", PATIENCE).unwrap();
    message(&object, "Stalled")
}

fn message(object: &Value, kind: &str) -> String {
    let conditions = object["status"]["conditions"].as_array().unwrap();
    let condition = conditions.iter().find(|condition| condition["type"] == kind);
    condition.unwrap_or_else(|| panic!("no {kind} in {conditions:#?}"))["message"].as_str().unwrap().to_owned()
}

/// What a shell would do with a command: its words.
fn words(command: &str) -> Vec<String> {
    command.split_whitespace().map(|word| word.trim_matches('\'').to_owned()).collect()
}

/// Does as the owner of a function of another account is told to: the command begins with `aws lambda add-permission`.
fn obey(message: &str) {
    let (_, command) = message.split_once("aws lambda add-permission ").unwrap_or_else(|| panic!("{message}"));
    let words = words(command.split(';').next().unwrap_or_default());
    let option = |name: &str| {
        let place = words.iter().position(|word| word == name).unwrap_or_else(|| panic!("no {name} in {command}"));
        words[place + 1].clone()
    };
    assert_eq!(option("--region"), REGION);
    let statement = json!({
        "StatementId": option("--statement-id"), "Action": option("--action"), "Principal": option("--principal"),
        "SourceArn": option("--source-arn"),
    });
    let name = option("--function-name").replace(':', "%3A");
    let path = format!("/2015-03-31/functions/{name}/policy");
    shared().simulator.rest(OWNER, "lambda", ("POST", &path), &statement.to_string()).unwrap();
}

#[test]
fn stage_variables_name_functions_and_aliases() {
    let lab = Lab::new("stage-variables");
    alias(&lab, "blue");
    alias(&lab, "green");
    function(&lab, "second");
    let by_name = function_arn(&lab.account, "${stageVariables.fn}");
    let by_alias = function_arn(&lab.account, "hello:${stageVariables.ver}");
    let mut object =
        documented(&lab, &json!({"/by-name": {"get": proxy(&by_name)}, "/by-alias": {"get": proxy(&by_alias)}}));
    object["spec"]["api"]["stage"]["variables"] = json!({"fn": "hello"});
    let name = lab.apply(&object);
    let told = stalled(&lab, &name);
    for part in [
        "spec.api.openApi.inline.paths[\"/by-alias\"].get[\"x-amazon-apigateway-integration\"].uri: ",
        "stage variable ver is not set",
        "spec.api.stage.variables",
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }
    assert_eq!(lab.created().iter().filter(|it| it.contains("/apigateway")).count(), 0);

    lab.patch(&name, &json!({"spec": {"api": {"stage": {"variables": {"ver": "yellow"}}}}}));
    let refused = |object: &Value| {
        let told = message(object, "Stalled");
        if told.contains(":hello:yellow, which does not exist") { Ok(()) } else { Err(told) }
    };
    lab.kubectl.wait((KIND, &name), "no such alias", PATIENCE, refused).unwrap();

    lab.patch(&name, &json!({"spec": {"api": {"stage": {"variables": {"ver": "blue"}}}}}));
    let ready = lab.settled(&name);
    let (base, _) = ready["status"]["url"].as_str().unwrap().split_once("/live/").unwrap();
    let url = |path: &str| format!("{base}/live/{path}");
    assert_eq!(browse(&url("by-name")), (200, "Hello from Lambda!".to_owned()));
    assert_eq!(browse(&url("by-alias")).0, 200);
    assert!(policy(&lab.account, "hello%3Ablue").contains(&function_arn(&lab.account, "hello:blue")));
    assert_eq!(policy(&lab.account, "hello%3Agreen"), "");

    // The permission comes before the stage names the function.
    lab.patch(&name, &json!({"spec": {"api": {"stage": {"variables": {"fn": "second", "ver": "green"}}}}}));
    lab.settled(&name);
    assert_eq!((browse(&url("by-name")).0, browse(&url("by-alias")).0), (200, 200));
    let calls = shared().simulator.get(&format!("calls?account={}&mutating=true", lab.account)).unwrap();
    let operations: Vec<&str> = calls.as_array().unwrap().iter().filter_map(|it| it["operation"].as_str()).collect();
    let last = |operation: &str| operations.iter().rposition(|it| *it == operation);
    assert!(last("AddPermission") < last("UpdateStage"), "{operations:?}");

    lab.delete(&name);
    for function in ["hello", "hello%3Ablue", "hello%3Agreen", "second"] {
        assert_eq!(policy(&lab.account, function), "", "{function}");
    }
}

#[test]
fn a_function_of_another_account_is_its_owners_to_open() {
    let lab = Lab::new("cross-account");
    let theirs = function_arn(OWNER, "hello");
    let mut object = lab.example("alb-lambda.yaml");
    object["spec"]["api"]["routes"][0]["integration"]["lambda"]["functionArn"] = theirs.clone().into();
    let output = plan(&lab, &object);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let planned = String::from_utf8_lossy(&output.stderr).into_owned();
    let name = lab.apply(&object);
    for told in [planned, stalled(&lab, &name)] {
        for part in [
            "spec.api.routes[0].integration.lambda.functionArn: ",
            "only its owner can let this API invoke it",
            "aws lambda add-permission --function-name arn:aws:lambda:ap-northeast-1:444455556666:function:hello ",
            "spec.api.externallyPermittedFunctionArns",
        ] {
            assert!(told.contains(part), "{part} in {told}");
        }
        assert!(!told.contains("does not exist"), "{told}");
    }
    lab.patch(&name, &json!({"spec": {"api": {"externallyPermittedFunctionArns": [theirs]}}}));
    let ready = lab.settled(&name);
    let url = ready["status"]["url"].as_str().unwrap();
    assert_eq!(browse(url).0, 500, "nobody has told the owner yet");
    let told = message(&ready, "ApiReady");
    assert!(told.contains("cannot be verified from here"), "{told}");
    obey(&told);
    assert_eq!(browse(url), (200, "Hello from Lambda!".to_owned()));
    assert_eq!(policy(&lab.account, "hello"), "", "the namesake is another function");
    assert_eq!(lab.successes("AddPermission"), 0);
    lab.delete(&name);
    assert!(policy(OWNER, "hello").contains("pafd-"), "what the owner wrote is theirs to remove");
}

#[test]
fn a_role_invokes_the_function_once_it_may_be_passed() {
    let lab = Lab::new("passed-role");
    let role = format!("arn:aws:iam::{}:role/invoke", lab.account);
    let mut method = proxy(&function_arn(&lab.account, "hello"));
    method["x-amazon-apigateway-integration"]["credentials"] = role.clone().into();
    let name = lab.apply(&documented(&lab, &json!({"/": {"get": method}})));
    let told = stalled(&lab, &name);
    assert!(told.contains(&format!("lacks iam:PassRole on {role}")), "{told}");
    assert!(told.contains(&format!("frontdoor iam-policy --pass-role {role}")), "{told}");
    lab.identity.pass(&shared().simulator, &role);
    lab.reconcile_now(&name);
    let ready = lab.settled(&name);
    assert_eq!(browse(ready["status"]["url"].as_str().unwrap()), (200, "Hello from Lambda!".to_owned()));
    assert_eq!(policy(&lab.account, "hello"), "", "the role invokes it");
    lab.delete(&name);
}
