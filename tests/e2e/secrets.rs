//! What the controller is trusted with stays out of its log, whatever is logged.

use std::fs;

use serde_json::json;

use crate::lab::{Lab, shared};

/// A secret that a proxy and the listener share.
const ORIGIN_SECRET: &str = "origin-secret-9f8e7d";

/// Temporary credentials of an account, as environment variables.
fn session(account: &str) -> Vec<(String, String)> {
    let form = format!(
        "Action=AssumeRole&Version=2011-06-15&RoleArn=arn:aws:iam::{account}:role/frontdoor&RoleSessionName=s&DurationSeconds=43200"
    );
    let answer = shared().simulator.query(account, "sts", &form).unwrap();
    let text = |name: &str| {
        let (_, rest) = answer.split_once(&format!("<{name}>")).unwrap();
        rest.split('<').next().unwrap_or_default().to_owned()
    };
    vec![
        ("RUST_LOG".to_owned(), "trace".to_owned()),
        ("AWS_ACCESS_KEY_ID".to_owned(), text("AccessKeyId")),
        ("AWS_SECRET_ACCESS_KEY".to_owned(), text("SecretAccessKey")),
        ("AWS_SESSION_TOKEN".to_owned(), text("SessionToken")),
    ]
}

/// The token that the controller shows the API server.
fn bearer_token(kubeconfig: &str) -> &str {
    let mut words = kubeconfig.split(|c: char| c.is_whitespace() || c == '"');
    words.find(|word| word.starts_with("eyJ")).unwrap()
}

#[test]
fn a_log_of_everything_holds_no_secret() {
    let mut secrets = Vec::new();
    let lab = Lab::with("secrets", |account| {
        let session = session(account);
        secrets.extend(session[2..].iter().map(|(_, value)| value.clone()));
        session
    });
    let mut object = lab.example("alb-mock.yaml");
    let rules = |secret: &str| json!([{"headers": [{"name": "x-origin-verify", "values": [secret]}]}]);
    object["spec"]["rules"] = rules(ORIGIN_SECRET);
    let name = lab.apply(&object);
    lab.ready(&name);
    object["spec"]["rules"] = rules(&format!("{ORIGIN_SECRET}-2"));
    lab.apply(&object);
    lab.wait_for_call("ModifyRule");
    lab.delete(&name);
    secrets.extend([bearer_token(&lab.kubeconfig()).to_owned(), ORIGIN_SECRET.to_owned()]);
    let log = fs::read_to_string(lab.controller.log()).unwrap();
    assert!(log.contains("TRACE") && log.contains("DriftCorrected") | log.contains("Updated"), "everything is logged");
    for secret in &secrets {
        assert!(secret.len() > 10, "a secret that can be told from other text");
        let line = log.lines().find(|line| line.contains(secret.as_str()));
        assert_eq!(line, None, "a secret is in the log");
    }
    let events = lab.kubectl.run(&["get", "events", "--output", "json"]).unwrap();
    assert!(events.contains("x-origin-verify") && !events.contains(ORIGIN_SECRET), "{events}");
}
