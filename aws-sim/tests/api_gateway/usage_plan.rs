//! Usage plans and the stages in them.

use serde_json::{Value, json};

use crate::deployment::deployed;
use crate::{Aws, patch};

#[test]
fn usage_plans_lose_stages_that_go() {
    let aws = Aws::new();
    let (one, other) = (deployed(&aws), deployed(&aws));
    let stages = |id: &str| json!({"apiId": id, "stage": "test"});
    let made = aws.api("POST", "/usageplans", &json!({"name": "p", "apiStages": [stages(&one), stages(&other)]}));
    let plan = format!("/usageplans/{}", made["id"].as_str().unwrap());
    let id = made["id"].as_str().unwrap();
    let missing = patch(&[("add", "/apiStages", &format!("{one}:prod"))]);
    assert_eq!(
        aws.refused("apigateway", "PATCH", &plan, &missing).1,
        format!("Invalid API Stage {{api: {one}, stage: prod}} specified for usageplan {id}")
    );
    assert_eq!(
        aws.refused("apigateway", "DELETE", &plan, &Value::Null).1,
        format!("Cannot delete Usage Plan {id} because there are API Stages associated with it, including {one}:test")
    );
    aws.api("DELETE", &format!("/restapis/{one}/stages/test"), &Value::Null);
    assert_eq!(aws.api("GET", &plan, &Value::Null)["apiStages"], json!([stages(&other)]));
    aws.api("DELETE", &format!("/restapis/{other}"), &Value::Null);
    assert_eq!(aws.api("GET", &plan, &Value::Null)["apiStages"], json!([]));
    aws.api("DELETE", &plan, &Value::Null);
}
