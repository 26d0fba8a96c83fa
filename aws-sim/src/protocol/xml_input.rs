//! REST-XML request bodies as a tree: repeated elements become a list, elements with text only become text.

use serde_json::{Map, Value};

/// The content of the document's root element; an empty structure if there is none.
#[must_use]
pub fn parse(document: &str) -> Value {
    let mut open: Vec<(String, Map<String, Value>, String)> = vec![(String::new(), Map::new(), String::new())];
    for piece in document.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
        if tag.starts_with(['?', '!']) {
            continue;
        }
        if tag.starts_with('/') {
            close(&mut open);
            continue;
        }
        let name = tag.split([' ', '/', '\n']).next().unwrap_or_default().to_owned();
        open.push((name, Map::new(), unescape(text)));
        if tag.ends_with('/') {
            close(&mut open);
        }
    }
    while open.len() > 1 {
        close(&mut open);
    }
    let root = open.pop().and_then(|(_, members, _)| members.into_iter().next());
    root.map_or_else(|| Value::Object(Map::new()), |(_, value)| value)
}

/// Whether every element of a document ends where it should; an empty document is one without elements.
#[must_use]
pub fn is_well_formed(document: &str) -> bool {
    let mut open = Vec::new();
    let mut pieces = document.split('<');
    if !pieces.next().unwrap_or_default().trim().is_empty() {
        return false;
    }
    for piece in pieces {
        let Some((tag, _)) = piece.split_once('>') else { return false };
        let name = tag.trim_start_matches('/').split([' ', '/', '\n']).next().unwrap_or_default();
        match tag.chars().next() {
            Some('/') if open.pop() != Some(name) => return false,
            Some('?' | '!' | '/') => {}
            _ if name.is_empty() => return false,
            _ if tag.ends_with('/') => {}
            _ => open.push(name),
        }
    }
    open.is_empty()
}

fn close(open: &mut Vec<(String, Map<String, Value>, String)>) {
    if open.len() < 2 {
        return;
    }
    let Some((name, members, text)) = open.pop() else {
        return;
    };
    let value = if members.is_empty() { Value::String(text.trim().to_owned()) } else { Value::Object(members) };
    let Some((_, parent, _)) = open.last_mut() else {
        return;
    };
    match parent.get_mut(&name) {
        None => drop(parent.insert(name, value)),
        Some(Value::Array(list)) => list.push(value),
        Some(first) => *first = Value::Array(vec![first.take(), value]),
    }
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn repeated_elements_are_a_list() {
        let tree = parse("<?xml version='1.0'?><A xmlns=\"u\"><B><C>1</C><C>2 &amp; 3</C></B><D/></A>");
        assert_eq!(tree, json!({"B": {"C": ["1", "2 & 3"]}, "D": ""}));
    }

    #[test]
    fn documents_that_do_not_end_are_not_well_formed() {
        for good in ["", "<?xml version='1.0'?>\n<A xmlns=\"u\"><B>1</B><C/></A>", "<A></A>\n"] {
            assert!(is_well_formed(good), "{good}");
        }
        for bad in ["x", "<A>", "<A", "<A></B>", "</A>", "<A><B></A></B>", "<>", "{\"A\": 1}"] {
            assert!(!is_well_formed(bad), "{bad}");
        }
    }
}
