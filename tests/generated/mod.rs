//! Specs from the custom resource's own schema: bounds and beyond, patterns and their edges, both ways of a union, nulls, unknown and missing fields.
//!
//! A spec is a function of its seed.

pub mod judge;
mod tidy;

use aws_sim::world::defaults;
use proptest::prelude::Rng as _;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};

use crate::common::REGION;

/// The account that names in specs belong to.
pub const ACCOUNT: &str = "111122223333";

/// Fields of which exactly one is set, by the object that has them.
const UNIONS: &[(&str, &[&str])] = &[
    ("/vpcEndpoint", &["create", "create", "create", "create", "create", "create", "create", "id"]),
    ("/api", &["routes", "routes", "routes", "routes", "routes", "openApi", "openApi", "id"]),
    ("/loadBalancer", &["create", "create", "create", "create", "create", "create", "create", "listenerArn"]),
    ("/api/routes/integration", &["lambda", "mock", "http"]),
    ("/vpcEndpoint/create", &["subnetIds", "subnetIds", "subnetIds", "subnetIds", "subnetSelector"]),
    ("/loadBalancer/create", &["subnetIds", "subnetIds", "subnetIds", "subnetSelector"]),
    ("/api/resourcePolicy", &["document", "statements", "additionalVpcEndpointIds"]),
];

/// What exists, by how a pattern begins: random text would name nothing.
fn existing(pattern: &str) -> Vec<String> {
    let known: &[&str] = match pattern {
        it if it.starts_with("^subnet-") => {
            return defaults::SUBNETS.iter().take(4).map(|subnet| subnet.0.to_owned()).collect();
        }
        it if it.starts_with("^sg-") => &[defaults::DEFAULT_GROUP],
        it if it.starts_with("^[A-Za-z0-9.*?-]+\\.") => &["api.example.com", "*.example.com"],
        "^[ -~]+$" => &["orders", "^/a", "x", "a b"],
        it if it.starts_with("^vpc-") => &[defaults::VPC, defaults::CONSUMER_VPC],
        it if it.contains(":lambda:") => return vec![format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:hello")],
        it if it.contains("(acm|iam)") => {
            return vec![format!("arn:aws:acm:{REGION}:{ACCOUNT}:certificate/{}", defaults::CERTIFICATE)];
        }
        it if it.starts_with("^ELBSecurityPolicy") => &["ELBSecurityPolicy-TLS13-1-3-2021-06"],
        it if it.starts_with("^[a-z]{2,4}(-") => &[REGION],
        it if it.starts_with("^arn:aws[a-z-]*:(logs:") => {
            return vec![format!("arn:aws:logs:{REGION}:{ACCOUNT}:log-group:orders")];
        }
        _ => &[],
    };
    known.iter().map(|&it| it.to_owned()).collect()
}

/// Address ranges, which a rule of the schema judges and no pattern.
const RANGES: [&str; 3] = ["10.0.0.0/8", "203.0.113.0/24", "2001:db8::/32"];

/// Text of every kind.
const TEXTS: &[&str] = &[
    "",
    " ",
    "a",
    "orders",
    "été 東京 🚪",
    "a\nb",
    "\u{0}",
    "${stageVariables.a}",
    "\"'\\",
    "$context.requestId",
    "x-a",
];

/// A generator of specs.
pub struct Generator {
    runner: TestRunner,
    /// How many of a thousand choices go wrong.
    faults: u32,
    /// How many of a thousand optional fields are set.
    density: u32,
}

impl Generator {
    /// That of a seed. Every second spec holds what the schema allows, as far as the schema says.
    pub fn new(seed: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let faults = if is_tidy(seed) { 0 } else { 8 };
        let density = [20, 80, 160, 300][usize::try_from(seed / 2 % 4).unwrap_or_default()];
        Self { runner: TestRunner::new_with_rng(Config::default(), rng), faults, density }
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.runner.rng().next_u64() % (end.max(1) as u64)).unwrap_or_default()
    }

    fn chance(&mut self, of_a_thousand: u32) -> bool {
        self.below(1000) < of_a_thousand as usize
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        let place = self.below(items.len());
        &items[place]
    }

    /// A value for a schema at a path.
    pub fn value(&mut self, schema: &Value, path: &str) -> Value {
        if self.chance(self.faults) {
            return self.wrong();
        }
        // Where a field may be null, its values are listed one level lower.
        let choices = schema["enum"].as_array().or_else(|| schema["allOf"][0]["enum"].as_array());
        if let Some(choices) = choices {
            let usual = schema.get("default").filter(|_| self.chance(500));
            return if self.chance(self.faults) {
                json!("Nothing")
            } else {
                usual.unwrap_or_else(|| self.pick(choices)).clone()
            };
        }
        match schema["type"].as_str() {
            Some("object") => self.object(schema, path),
            Some("array") => self.array(schema, path),
            Some("string") => self.text(schema, path),
            Some("integer") => self.integer(schema),
            Some("boolean") => json!(self.chance(300)),
            _ => self.wrong(),
        }
    }

    fn wrong(&mut self) -> Value {
        self.pick(&[Value::Null, json!(-1), json!(1.5), json!([]), json!({}), json!("🚪"), json!(true)]).clone()
    }

    fn object(&mut self, schema: &Value, path: &str) -> Value {
        if schema["x-kubernetes-preserve-unknown-fields"] == true {
            return self.document(path);
        }
        let mut object = Map::new();
        if let Some(values) = schema.get("additionalProperties") {
            for _ in 0..self.below(4) {
                let key = self.pick(&["team", "cost", "a_b", "", "aws:x", "privateapi.dev/x", "é"][..4]).to_string();
                object.insert(key, self.value(values, path));
            }
            return Value::Object(object);
        }
        let union = UNIONS.iter().find(|(at, _)| *at == path).map(|(_, arms)| *arms);
        let arm = union.map(|arms| *self.pick(arms));
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let wanted = match (union, arm) {
                (Some(arms), Some(arm)) if arms.contains(&name.as_str()) => (arm == name) != self.chance(self.faults),
                _ if required.iter().any(|it| it == name) => !self.chance(self.faults),
                _ if path.is_empty() && name == "loadBalancer" => self.chance(700),
                _ => self.chance(self.density),
            };
            if wanted {
                object.insert(name.clone(), self.value(property, &format!("{path}/{name}")));
            }
        }
        if self.chance(self.faults) {
            object.insert("unknown".to_owned(), json!(1));
        }
        Value::Object(object)
    }

    fn array(&mut self, schema: &Value, path: &str) -> Value {
        let bound = |name: &str, default: u64| schema[name].as_u64().unwrap_or(default);
        let (least, most) = (bound("minItems", 0), bound("maxItems", 3));
        let mut sizes = vec![least, least + 1, least.max(1), least.max(2).min(most)];
        if self.chance(self.faults) {
            sizes = vec![most, most + 1, least.saturating_sub(1)];
        }
        let size = (*self.pick(&sizes)).min(210);
        let mut items: Vec<Value> = (0..size).map(|_| self.value(&schema["items"], path)).collect();
        if !self.chance(self.faults) {
            let mut seen = Vec::new();
            items.retain(|item| {
                !seen.contains(item) && {
                    seen.push(item.clone());
                    true
                }
            });
        }
        Value::Array(items)
    }

    fn text(&mut self, schema: &Value, path: &str) -> Value {
        let most = usize::try_from(schema["maxLength"].as_u64().unwrap_or(64)).unwrap_or(64);
        if self.chance(self.faults) {
            return json!("x".repeat(*self.pick(&[most, most + 1, 0])));
        }
        if path.ends_with("Cidrs") && self.chance(950) {
            return json!(self.pick(&RANGES));
        }
        let Some(pattern) = schema["pattern"].as_str() else {
            let text = self.pick(TEXTS).chars().take(most).collect::<String>();
            let short = schema["minLength"].as_u64().is_some_and(|least| (text.chars().count() as u64) < least);
            return json!(if short { "a".to_owned() } else { text });
        };
        let known = existing(pattern);
        if !known.is_empty() && self.chance(950) {
            return json!(self.pick(&known));
        }
        json!(self.matching(pattern, most))
    }

    /// Text that a pattern takes, no longer than allowed.
    fn matching(&mut self, pattern: &str, most: usize) -> String {
        let core = pattern.trim_start_matches('^').trim_end_matches('$');
        let strategy = proptest::string::string_regex(core).unwrap_or_else(|error| panic!("{pattern}: {error}"));
        let mut text = String::new();
        for _ in 0..20 {
            text = strategy.new_tree(&mut self.runner).map(|tree| tree.current()).unwrap_or_default();
            // The API server reads no others.
            text.retain(|c| !c.is_control());
            if text.chars().count() <= most {
                break;
            }
        }
        text
    }

    fn integer(&mut self, schema: &Value) -> Value {
        // A schema writes whole numbers as fractions.
        let written = |name: &str| schema[name].as_f64().and_then(|it| format!("{it:.0}").parse::<i64>().ok());
        let (least, most) = (written("minimum").unwrap_or(0), written("maximum").unwrap_or(100));
        if self.chance(self.faults) {
            return json!(*self.pick(&[least - 1, most + 1, i64::MAX, i64::MIN]));
        }
        json!(*self.pick(&[least, least + 1, i64::midpoint(least, most), most - 1, most]))
    }

    /// A free object: a policy, an `OpenAPI` document, or neither.
    fn document(&mut self, path: &str) -> Value {
        let statement =
            json!({"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"});
        let condition = json!({"Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*/GET/*",
            "Condition": {"IpAddress": {"aws:VpcSourceIp": ["10.0.0.0/8"]}}});
        if self.chance(100) {
            return self
                .pick(&[json!({}), json!({"a": null}), json!({"Statement": {"Effect": 1}}), json!({"paths": 3})])
                .clone();
        }
        if path.ends_with("statements") {
            return self.pick(&[statement, condition]).clone();
        }
        if path.ends_with("inline") {
            let integration = json!({"type": "mock", "requestTemplates": {"application/json": "{\"statusCode\": 200}"}, "responses": {"default": {"statusCode": "200"}}});
            let method =
                json!({"responses": {"200": {"description": "ok"}}, "x-amazon-apigateway-integration": integration});
            return json!({"openapi": "3.0.1", "info": {"title": "orders", "version": "1"}, "paths": {"/": {"get": method}}});
        }
        let mut document = json!({"Version": "2012-10-17", "Statement": [statement]});
        if path.contains("vpcEndpoint") {
            // The short form is the API's: here it would let nothing pass.
            document["Statement"][0]["Resource"] = json!("*");
        }
        document
    }
}

/// The schema of `spec`.
pub fn schema() -> Value {
    let crd = frontdoor::api::crd();
    crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"].clone()
}

/// Whether a seed's spec is made without faults.
fn is_tidy(seed: u64) -> bool {
    seed % 4 != 3
}

/// The spec of a seed: three of four hold to the schema and its rules, as far as they can be held to from outside.
pub fn spec(schema: &Value, seed: u64) -> Value {
    let spec = Generator::new(seed).value(schema, "");
    if is_tidy(seed) { tidy::tidy(spec) } else { spec }
}
