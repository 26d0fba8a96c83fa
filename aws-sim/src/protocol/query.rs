//! The Query protocols' form body as a tree (AWS SDK service models, protocols `ec2` and `query`).
//!
//! `Filter.1.Value.2=x` nests by dots; members with only numbers for names are lists, in the order of the numbers; the `query` protocol
//! puts its lists one level deeper, under `member`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

#[derive(Default)]
struct Branch {
    text: Option<String>,
    members: BTreeMap<String, Branch>,
}

impl Branch {
    fn put(&mut self, path: &str, value: String) {
        match path.split_once('.') {
            Some((head, rest)) => self.members.entry(head.to_owned()).or_default().put(rest, value),
            None => self.members.entry(path.to_owned()).or_default().text = Some(value),
        }
    }

    fn into_value(mut self) -> Value {
        if self.members.is_empty() {
            return Value::String(self.text.unwrap_or_default());
        }
        if self.members.len() == 1
            && let Some(list) = self.members.remove("member")
        {
            return list.into_value();
        }
        let numbers: Option<BTreeSet<u32>> = self.members.keys().map(|name| name.parse().ok()).collect();
        match numbers {
            Some(numbers) => {
                numbers.into_iter().filter_map(|n| self.members.remove(&n.to_string())).map(Self::into_value).collect()
            }
            None => Value::Object(self.members.into_iter().map(|(name, branch)| (name, branch.into_value())).collect()),
        }
    }
}

/// The tree of a form body. `Action` and `Version` are members like the others.
#[must_use]
pub fn parse(body: &[u8]) -> Value {
    let mut root = Branch::default();
    for (name, value) in form_urlencoded::parse(body) {
        root.put(&name, value.into_owned());
    }
    if root.members.is_empty() { Value::Object(serde_json::Map::new()) } else { root.into_value() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_of_both_protocols() {
        let ec2 = parse(
            b"Action=X&Filter.1.Name=vpc-id&Filter.1.Value.2=b&Filter.1.Value.1=a&Filter.10.Name=z&Filter.2.Name=y",
        );
        assert_eq!(
            ec2,
            json!({"Action": "X", "Filter": [{"Name": "vpc-id", "Value": ["a", "b"]}, {"Name": "y"}, {"Name": "z"}]})
        );
        let query = parse(b"Actions.member.1.Type=forward&Transforms=");
        assert_eq!(query, json!({"Actions": [{"Type": "forward"}], "Transforms": ""}));
    }
}
