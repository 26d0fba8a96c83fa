//! A document to look things up in: values with their places, references, operations.

use serde_json::{Map, Value};

use crate::intent::Problem;
use crate::intent::document::{FIELD, member};

/// Members of a path item that are operations, and the methods they become.
///
/// Source: API Gateway Developer Guide, "x-amazon-apigateway-any-method object".
pub(crate) const METHODS: [(&str, &str); 8] = [
    ("get", "GET"),
    ("put", "PUT"),
    ("post", "POST"),
    ("delete", "DELETE"),
    ("options", "OPTIONS"),
    ("head", "HEAD"),
    ("patch", "PATCH"),
    ("x-amazon-apigateway-any-method", "ANY"),
];

/// References that lead to another reference are followed so far.
const LONGEST_CHAIN: usize = 16;

/// A value of the document and its place, as a user would write it.
#[derive(Debug, Clone)]
pub(crate) struct At<'a> {
    pub(crate) value: &'a Value,
    pub(crate) place: String,
}

impl<'a> At<'a> {
    /// A member, if it is there.
    pub(super) fn get(&self, name: &str) -> Option<At<'a>> {
        Some(Self { value: self.value.get(name)?, place: member(&self.place, name) })
    }

    /// The members of an object, or none.
    pub(super) fn members(&self) -> impl Iterator<Item = (&'a str, At<'a>)> + use<'a> {
        let place = self.place.clone();
        let members = self.value.as_object().into_iter().flatten();
        members.map(move |(name, value)| (name.as_str(), At { value, place: member(&place, name) }))
    }

    /// The items of a list, or none.
    pub(super) fn items(&self) -> impl Iterator<Item = At<'a>> + use<'a> {
        let place = self.place.clone();
        let items = self.value.as_array().into_iter().flatten().enumerate();
        items.map(move |(index, value)| At { value, place: format!("{place}[{index}]") })
    }

    /// The text of a member, if it is one.
    pub(super) fn text(&self, name: &str) -> Option<&'a str> {
        self.value.get(name)?.as_str()
    }

    /// A problem at this place.
    pub(super) fn problem(&self, message: impl Into<String>) -> Problem {
        Problem::new(self.place.clone(), message)
    }
}

/// An operation of the document.
#[derive(Debug, Clone)]
pub(crate) struct Operation<'a> {
    /// Path of its resource.
    pub(crate) path: &'a str,
    /// Its HTTP method, or `ANY`.
    pub(crate) method: &'static str,
    /// The path item that it is in.
    pub(super) item: At<'a>,
    /// The operation itself.
    pub(crate) at: At<'a>,
}

/// An OpenAPI 3.0 or Swagger 2.0 document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Document<'a> {
    root: &'a Map<String, Value>,
}

impl<'a> Document<'a> {
    pub(crate) fn new(root: &'a Map<String, Value>) -> Self {
        Self { root }
    }

    /// A member of the top level.
    pub(crate) fn get(self, name: &str) -> Option<At<'a>> {
        Some(At { value: self.root.get(name)?, place: member(FIELD, name) })
    }

    /// All members of the top level.
    pub(super) fn members(self) -> impl Iterator<Item = (&'a str, At<'a>)> + use<'a> {
        self.root.iter().map(|(name, value)| (name.as_str(), At { value, place: member(FIELD, name) }))
    }

    pub(super) fn is_swagger(self) -> bool {
        self.root.contains_key("swagger")
    }

    /// Security schemes by name.
    pub(crate) fn security_schemes(self) -> Option<At<'a>> {
        if self.is_swagger() { self.get("securityDefinitions") } else { self.get("components")?.get("securitySchemes") }
    }

    /// Where security schemes are defined, as a user would write it.
    pub(super) fn security_schemes_name(self) -> &'static str {
        if self.is_swagger() { "securityDefinitions" } else { "components.securitySchemes" }
    }

    /// Schemas by name: each becomes a model.
    pub(super) fn schemas(self) -> Option<At<'a>> {
        if self.is_swagger() { self.get("definitions") } else { self.get("components")?.get("schemas") }
    }

    /// What a reference leads to, and a value that is none itself. None where it leads nowhere in the document.
    pub(crate) fn resolve(self, at: At<'a>) -> Option<At<'a>> {
        let mut at = at;
        for _ in 0..LONGEST_CHAIN {
            let Some(reference) = at.value.get("$ref") else { return Some(at) };
            at = self.target(reference.as_str()?)?;
        }
        None
    }

    /// Whether a reference leads to something in the document.
    pub(super) fn has(self, reference: &str) -> bool {
        self.target(reference).is_some()
    }

    fn target(self, reference: &str) -> Option<At<'a>> {
        let unescaped = |part: &str| part.replace("~1", "/").replace("~0", "~");
        let mut parts = reference.strip_prefix("#/")?.split('/').map(unescaped);
        let first = self.get(&parts.next()?)?;
        parts.try_fold(first, |at, part| at.get(&part))
    }

    /// Every path with its item.
    pub(super) fn path_items(self) -> impl Iterator<Item = (&'a str, At<'a>)> + use<'a> {
        let paths = self.get("paths");
        paths.into_iter().flat_map(|paths| paths.members()).filter(|(path, _)| !path.starts_with("x-"))
    }

    /// Every operation that becomes a method.
    pub(crate) fn operations(self) -> impl Iterator<Item = Operation<'a>> + use<'a> {
        self.path_items().flat_map(|(path, item)| {
            let of = move |(key, method)| Some(Operation { path, method, at: item.get(key)?, item: item.clone() });
            METHODS.into_iter().filter_map(of)
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_lead_to_their_target_with_its_place() {
        let value = json!({
            "components": {"a": {"b/c": {"$ref": "#/components/d"}}, "d": {"x": 1}},
            "r": {"$ref": "#/components/a/b~1c"}, "loop": {"$ref": "#/loop"}, "far": {"$ref": "other.yaml#/a"}, "plain": {},
        });
        let document = Document::new(value.as_object().unwrap());
        let of = |name: &str| document.resolve(document.get(name).unwrap()).map(|at| at.place);
        assert_eq!(of("r").as_deref(), Some("spec.api.openApi.inline.components.d"));
        assert_eq!(of("plain").as_deref(), Some("spec.api.openApi.inline.plain"));
        assert_eq!((of("loop"), of("far")), (None, None));
    }

    #[test]
    fn operations_have_the_place_that_a_user_would_write() {
        let value = json!({"paths": {"/a/{id}": {"get": {}, "x-amazon-apigateway-any-method": {}, "parameters": []}, "x-note": {"get": {}}}});
        let found: Vec<(&str, String)> =
            Document::new(value.as_object().unwrap()).operations().map(|it| (it.method, it.at.place)).collect();
        let place = "spec.api.openApi.inline.paths[\"/a/{id}\"]";
        let any = format!("{place}[\"x-amazon-apigateway-any-method\"]");
        assert_eq!(found, [("GET", format!("{place}.get")), ("ANY", any)]);
    }
}
