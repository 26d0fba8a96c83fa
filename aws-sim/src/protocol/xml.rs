//! Answers in XML: members in the order given, lists with the protocol's word for an element, `null` left out.

use serde_json::Value;

/// The tree of members as XML; `item` is the element name inside lists (`item` for EC2, `member` for Query).
pub fn members(out: &mut String, value: &Value, item: &str) {
    match value {
        Value::Object(map) => map.iter().for_each(|(name, value)| element(out, name, value, item)),
        Value::Array(list) => list.iter().for_each(|value| element(out, item, value, item)),
        Value::Null => {}
        Value::String(text) => escape(out, text),
        other => out.push_str(&other.to_string()),
    }
}

/// One element with its content; nothing for `null`.
pub fn element(out: &mut String, name: &str, value: &Value, item: &str) {
    if !value.is_null() {
        open(out, name);
        members(out, value, item);
        close(out, name);
    }
}

/// `<tag>`; the tag may carry attributes.
pub fn open(out: &mut String, tag: &str) {
    out.push('<');
    out.push_str(tag);
    out.push('>');
}

/// `</tag>`.
pub fn close(out: &mut String, tag: &str) {
    out.push_str("</");
    out.push_str(tag);
    out.push('>');
}

/// A document with one root element, its lists flattened into repeated elements as REST-XML services mostly have them.
pub fn root(out: &mut String, tree: &Value, namespace: &str) {
    for (name, value) in tree.as_object().into_iter().flatten() {
        open(out, &format!("{name} xmlns=\"{namespace}\""));
        flat(out, value);
        close(out, name);
    }
}

fn flat(out: &mut String, value: &Value) {
    let Value::Object(map) = value else {
        return members(out, value, "");
    };
    for (name, value) in map {
        let each = value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice);
        for value in each.iter().filter(|value| !value.is_null()) {
            open(out, name);
            flat(out, value);
            close(out, name);
        }
    }
}

/// Text with XML's special characters replaced.
pub fn escape(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#13;"),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nests_lists_and_leaves_null_out() {
        let mut out = String::new();
        members(&mut out, &json!({"a": [{"b": "<x>"}, {"b": true}], "c": null, "d": []}), "item");
        assert_eq!(out, "<a><item><b>&lt;x&gt;</b></item><item><b>true</b></item></a><d></d>");
    }
}
