//! What the controller is trusted with stays out of its log, whatever is logged.

use std::fs;

use serde_json::json;

use crate::lab::Lab;

/// A secret that a proxy and the listener share.
const ORIGIN_SECRET: &str = "origin-secret-9f8e7d";

/// Text as queries and forms carry it.
fn percent_encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    let one = |byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(one).collect()
}

/// The token that the controller shows the API server.
fn bearer_token(kubeconfig: &str) -> &str {
    let mut words = kubeconfig.split(|c: char| c.is_whitespace() || c == '"');
    words.find(|word| word.starts_with("eyJ")).unwrap()
}

#[test]
fn a_log_of_everything_holds_no_secret() {
    let lab = Lab::with("secrets", |_| vec![("RUST_LOG".to_owned(), "trace".to_owned())]);
    let (secret_key, token) = (lab.identity.secret_key.clone(), lab.identity.token.clone());
    let encoded = percent_encoded(&token);
    assert_ne!(encoded, token, "a token that queries and forms encode");
    let mut secrets = vec![secret_key, token, encoded];
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
