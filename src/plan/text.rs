//! The plan as stable text: what users see in a dry run, and what golden tests hold.

use std::fmt;

use serde_json::{Map, Value};

use super::{Plan, Step};

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_converged() {
            return f.write_str("nothing to do\n");
        }
        self.ready.iter().try_for_each(|step| write!(f, "{step}"))?;
        for blocked in &self.blocked {
            let on = blocked.on.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            writeln!(f, "… {}: {} after {on}", blocked.node, blocked.what)?;
        }
        self.waiting.iter().try_for_each(|waiting| writeln!(f, "⧗ {}: {}", waiting.node, waiting.what))?;
        self.faults.iter().try_for_each(|fault| writeln!(f, "✗ {}: {}", fault.node, fault.message))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match (self.change.deletes(), self.differences.is_empty()) {
            (true, _) => '-',
            (false, true) => '+',
            (false, false) => '~',
        };
        writeln!(f, "{sign} {}: {}", self.node, self.change.operation())?;
        if self.differences.is_empty() {
            return fields(&self.change.fields()).try_for_each(|(name, value)| writeln!(f, "    {name}: {value}"));
        }
        self.differences
            .iter()
            .try_for_each(|it| writeln!(f, "    {}: {} → {}", it.field, or_none(&it.old), or_none(&it.new)))
    }
}

/// What is sent, without what is empty.
fn fields(sent: &Map<String, Value>) -> impl Iterator<Item = (&String, String)> {
    let empty = |value: &Value| match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    };
    sent.iter().filter(move |(_, value)| !empty(value)).map(|(name, value)| match value {
        Value::String(text) => (name, text.clone()),
        other => (name, other.to_string()),
    })
}

fn or_none(value: &str) -> &str {
    if value.is_empty() { "(none)" } else { value }
}
