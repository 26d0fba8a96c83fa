//! The plan as stable text: what users see in a dry run, and what golden tests hold.

use std::fmt;

use serde_json::{Map, Value};

use super::{Plan, Step};
use crate::desired::{associated, statements};

/// A value that is longer is cut: the text is for reading.
const LONGEST: usize = 160;

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_converged() && self.held.is_empty() {
            f.write_str("nothing to do\n")?;
        }
        self.ready.iter().try_for_each(|step| write!(f, "{step}"))?;
        self.held.iter().try_for_each(|held| writeln!(f, "{}    held: {}", held.step, held.why))?;
        for blocked in &self.blocked {
            let on = blocked.on.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            writeln!(f, "… {}: {} after {on}", blocked.node, blocked.what)?;
        }
        self.waiting.iter().try_for_each(|waiting| writeln!(f, "⧗ {}: {}", waiting.node, waiting.what))?;
        self.faults.iter().try_for_each(|fault| writeln!(f, "✗ {}: {}", fault.node, fault.message))?;
        self.notices.iter().try_for_each(|notice| writeln!(f, "! {}: {}", notice.node, notice.message))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match (self.change.creates() && self.differences.is_empty(), self.change.deletes()) {
            (true, _) => '+',
            (_, true) => '-',
            (false, false) => '~',
        };
        writeln!(f, "{sign} {}: {}", self.node, self.change.operation())?;
        self.replaces.iter().try_for_each(|replaces| writeln!(f, "    replaces {replaces}"))?;
        if self.differences.is_empty() {
            return lines(&self.change.fields()).iter().try_for_each(|line| writeln!(f, "    {line}"));
        }
        self.differences.iter().try_for_each(|it| writeln!(f, "    {}", cut(it.to_string())))
    }
}

/// What is sent, without what is empty.
fn lines(sent: &Map<String, Value>) -> Vec<String> {
    let lines =
        sent.iter().filter(|(_, value)| !is_empty(value)).flat_map(|(name, value)| match (name.as_str(), value) {
            ("policy", policy) => {
                statements(policy).into_iter().map(|statement| format!("policy: {statement}")).collect()
            }
            ("document", document) => openapi(document),
            (name, value) => vec![format!("{name}: {}", brief(value))],
        });
    lines.map(cut).collect()
}

/// An OpenAPI document by its methods, and what an import sets beside them.
fn openapi(document: &Value) -> Vec<String> {
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    let methods = paths.flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flatten();
        methods.map(move |(method, operation)| {
            let integration = &operation["x-amazon-apigateway-integration"];
            let kind = integration["type"].as_str().unwrap_or_default();
            let to = integration["uri"].as_str().map(|uri| format!(" {uri}")).unwrap_or_default();
            format!("{} {path} → {kind}{to}", method_name(method))
        })
    });
    let policy = statements(&document["x-amazon-apigateway-policy"]).into_iter().map(|it| format!("policy: {it}"));
    let endpoints = associated(document).into_iter().collect::<Vec<_>>().join(", ");
    methods.chain(policy).chain([format!("vpcEndpointIds: {endpoints}")]).collect()
}

fn method_name(key: &str) -> String {
    if key == "x-amazon-apigateway-any-method" { "ANY".to_owned() } else { key.to_ascii_uppercase() }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.values().all(is_empty),
        _ => false,
    }
}

fn brief(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(brief).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(_, value)| !is_empty(value));
            let fields = fields.map(|(name, value)| match value {
                Value::Object(_) => format!("{name} ({})", brief(value)),
                _ => format!("{name} {}", brief(value)),
            });
            fields.collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

fn cut(line: String) -> String {
    if line.chars().count() <= LONGEST {
        return line;
    }
    line.chars().take(LONGEST).chain(['…']).collect()
}
