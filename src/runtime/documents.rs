//! The documents of a manifest, as `kubectl` takes a file apart.

use serde_json::Value;

/// A document of a YAML stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Document {
    /// Its place in the file, from 1.
    pub(super) number: usize,
    /// Its text, below as many empty lines as are before it in the file: what reads it tells the file's lines.
    pub(super) text: String,
}

/// Takes a text apart at the lines that begin with `---`. What is before the first of them is a document only if it holds anything.
pub(super) fn documents(text: &str) -> Vec<Document> {
    let mut parts = vec![String::new()];
    for (line_number, line) in text.lines().enumerate() {
        if let Some(rest) = separator(line) {
            let only_comments = parts.len() == 1 && is_empty(&parts[0]);
            if only_comments {
                parts.clear();
            }
            // A value may follow in the same line.
            parts.push(format!("{}{rest}\n", "\n".repeat(line_number)));
        } else if let Some(part) = parts.last_mut() {
            part.push_str(line);
            part.push('\n');
        }
    }
    parts.into_iter().enumerate().map(|(index, text)| Document { number: index + 1, text }).collect()
}

/// What follows a separator in its line.
fn separator(line: &str) -> Option<&str> {
    line.strip_prefix("---").filter(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
}

/// Whether there is nothing but comments, directives and ends of documents.
pub(super) fn is_empty(text: &str) -> bool {
    text.lines().map(str::trim).all(|line| line.is_empty() || line.starts_with(['#', '%']) || line == "...")
}

/// Kind and name of an object, as they are told to people: `Service shop/orders`.
pub(super) fn described(object: &Value) -> String {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let metadata = &object["metadata"];
    let name = text(&metadata["name"]).or_else(|| text(&metadata["generateName"]));
    let name = [text(&metadata["namespace"]), name].into_iter().flatten().collect::<Vec<_>>().join("/");
    [text(&object["kind"]).unwrap_or_default(), name].join(" ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parts(text: &str) -> Vec<(usize, String)> {
        documents(text).into_iter().map(|it| (it.number, it.text)).collect()
    }

    #[test]
    fn documents_keep_their_lines() {
        let expected = [(1, "a: 1\n".to_owned()), (2, "\n\n# b\nb: 2\n".to_owned()), (3, "\n\n\n\n\n".to_owned())];
        assert_eq!(parts("a: 1\n---\n# b\nb: 2\n---\n"), expected);
        assert_eq!(parts("# Helm\n---\na: 1"), [(1, "\n\na: 1\n".to_owned())]);
        assert_eq!(parts("--- {a: 1}\n"), [(1, " {a: 1}\n".to_owned())]);
        assert_eq!(parts("a: |\n  ---\n  b\n"), [(1, "a: |\n  ---\n  b\n".to_owned())]);
        assert_eq!(parts("a: ---\n---b: 1\n").len(), 1, "no separator");
    }

    #[test]
    fn comments_make_no_document() {
        for (text, expected) in
            [("", true), ("# a\n\n", true), ("%YAML 1.2\n", true), ("...\n", true), ("a: 1\n", false)]
        {
            assert_eq!(is_empty(text), expected, "{text:?}");
        }
    }

    #[test]
    fn objects_are_described_by_kind_and_name() {
        let object = json!({"kind": "Service", "metadata": {"name": "orders", "namespace": "shop"}});
        assert_eq!(described(&object), "Service shop/orders");
        assert_eq!(described(&json!({"kind": "Service"})), "Service");
    }
}
