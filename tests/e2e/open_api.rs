//! Documents: what API Gateway would not enforce is refused, or accepted in words and told; what its import warns of is told.

use serde_json::{Value, json};

use crate::lab::{KIND, Lab, PATIENCE, shared};
use crate::plan::plan;

fn mock() -> Value {
    let answer =
        json!({"default": {"statusCode": "200", "responseTemplates": {"application/json": "{\"salary\": 1}"}}});
    json!({"type": "mock", "requestTemplates": {"application/json": "{\"statusCode\": 200}"}, "responses": answer})
}

/// An object whose document asks for a bearer token on one path.
fn payroll(lab: &Lab) -> Value {
    let mut object = lab.example("openapi-inline.yaml");
    object["spec"]["api"] = json!({"openApi": {"inline": {
        "openapi": "3.0.3", "info": {"title": "payroll", "version": "1"}, "security": [{"jwt": []}],
        "paths": {"/salaries": {"get": {"responses": {"200": {"description": "secret"}}, "x-amazon-apigateway-integration": mock()}}},
        "components": {"securitySchemes": {"jwt": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}},
    }}});
    object
}

fn condition(object: &Value, kind: &str) -> Option<Value> {
    object["status"]["conditions"].as_array()?.iter().find(|it| it["type"] == kind).cloned()
}

#[test]
fn a_bearer_token_that_nobody_would_ask_for_is_refused_or_accepted_in_words() {
    let lab = Lab::new("bearer");
    let mut object = payroll(&lab);
    let name = lab.apply(&object);
    let stalled = lab.kubectl.wait_condition((KIND, &name), "Stalled", "True", PATIENCE).unwrap();
    let said = condition(&stalled, "Stalled").unwrap()["message"].as_str().unwrap().to_owned();
    assert!(said.starts_with("spec.api.openApi.inline.security[0].jwt: API Gateway does not enforce"), "{said}");
    assert_eq!(lab.created(), Vec::<String>::new());

    object["spec"]["api"]["openApi"]["unenforcedSecuritySchemes"] = json!(["jwt"]);
    let planned = plan(&lab, &object);
    let text = String::from_utf8_lossy(&planned.stdout).into_owned();
    assert!(text.contains("! rest-api: API Gateway does not enforce jwt"), "{planned:?}");
    lab.apply(&object);
    let settled = lab.settled(&name);
    let told = condition(&settled, "SecurityUnenforced").unwrap();
    let message = told["message"].as_str().unwrap();
    assert_eq!((&told["status"], &told["reason"]), (&json!("True"), &json!("Accepted")));
    assert!(message.contains("does not enforce jwt") && message.contains("GET /salaries"), "{message}");

    let inline = &mut object["spec"]["api"]["openApi"]["inline"];
    inline.as_object_mut().unwrap().remove("security");
    object["spec"]["api"]["openApi"]["unenforcedSecuritySchemes"] = json!([]);
    lab.apply(&object);
    let gone = |it: &Value| if condition(it, "SecurityUnenforced").is_none() { Ok(()) } else { Err("still there") };
    lab.kubectl.wait((KIND, &name), "condition gone", PATIENCE, gone).unwrap();
    lab.delete(&name);
    assert_eq!(lab.created(), Vec::<String>::new());
}

#[test]
fn the_documents_security_holds_for_each_operation() {
    let lab = Lab::new("key");
    let mut object = payroll(&lab);
    object["spec"]["api"]["openApi"]["inline"]["components"]["securitySchemes"]["jwt"] =
        json!({"type": "apiKey", "name": "x-api-key", "in": "header"});
    let name = lab.apply(&object);
    let status = lab.settled(&name)["status"].clone();
    let url = status["url"].as_str().unwrap();
    assert!(url.ends_with("/salaries"), "{url}");
    let dns_name = status["loadBalancer"]["dnsName"].as_str().unwrap();
    assert_eq!(shared().simulator.browse_at(dns_name, url).unwrap().status, 403, "{url}");
    lab.delete(&name);
}

#[test]
fn what_an_import_warns_of_is_told_in_status_and_events() {
    let lab = Lab::new("warned");
    let mut object = payroll(&lab);
    let inline = &mut object["spec"]["api"]["openApi"]["inline"];
    inline.as_object_mut().unwrap().remove("security");
    inline["paths"]["/salaries"]["get"]["responses"]["200"]["content"] =
        json!({"text/plain": {"schema": {"type": "string"}}});
    let name = lab.apply(&object);
    let warning = "Unsupported model type 'StringSchema' in 200 response to method 'GET /salaries'. Ignoring.";
    let settled = lab.settled(&name);
    assert_eq!(settled["status"]["api"]["importWarnings"], json!([warning]));
    lab.reconcile_now(&name);
    assert_eq!(lab.settled(&name)["status"]["api"]["importWarnings"], json!([warning]));
    let told = lab.events().into_values().any(|(reason, text)| reason == "ImportWarning" && text.contains(warning));
    assert!(told, "{:#?}", lab.events());
    lab.delete(&name);
}
