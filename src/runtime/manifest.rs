//! Manifests as `frontdoor plan` reads them: what the API server refuses for its form is refused here, too.

use std::io::Read;
use std::path::Path;

use kube::Resource;
use serde_ignored::Path as Field;
use serde_json::Value;

use super::command::CommandError;
use super::documents::{described, documents, is_empty};
use crate::api::{PrivateApiFrontDoor, drop_nulls, schema};

/// What a manifest holds.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    /// Its front doors, in its order.
    pub(super) objects: Vec<PrivateApiFrontDoor>,
    /// What it holds besides, in words.
    pub(super) skipped: Vec<String>,
    /// What cannot be read, in words.
    pub(super) problems: Vec<String>,
}

/// Reads a manifest from a file, or from standard input for `-`.
pub(super) fn read(path: &Path) -> Result<Manifest, CommandError> {
    let name = path.display();
    let mut text = String::new();
    if path == Path::new("-") {
        std::io::stdin().read_to_string(&mut text)?;
    } else {
        text = std::fs::read_to_string(path).map_err(|error| format!("{name}: {error}"))?;
    }
    let mut manifest = parse(&text);
    let told = |line: String| format!("{name}: {line}");
    manifest.problems = manifest.problems.into_iter().map(told).collect();
    manifest.skipped = manifest.skipped.into_iter().map(told).collect();
    Ok(manifest)
}

/// Every document, and every item of a list among them.
fn parse(text: &str) -> Manifest {
    let mut manifest = Manifest::default();
    let documents = documents(text);
    let several = documents.len() > 1;
    for document in documents {
        let place = if several { format!("document {}", document.number) } else { String::new() };
        manifest.read_document(&document.text, &place);
    }
    if manifest.objects.is_empty() && manifest.problems.is_empty() {
        manifest.problems.push(format!("there is no {} in it", PrivateApiFrontDoor::kind(&())));
    }
    manifest
}

impl Manifest {
    fn read_document(&mut self, text: &str, place: &str) {
        if is_empty(text) {
            return self.skip(place, "it is empty");
        }
        match serde_saphyr::from_str::<Value>(text) {
            Ok(Value::Null) => self.skip(place, "it is empty"),
            Ok(value) if is_list(&value) => {
                for (index, item) in value["items"].as_array().into_iter().flatten().enumerate() {
                    self.read_object(item.clone(), None, &within(place, &format!("items[{index}]")));
                }
            }
            Ok(value) => self.read_object(value, Some(text), place),
            Err(error) => self.problems.push(within(place, &error.to_string())),
        }
    }

    fn skip(&mut self, place: &str, what: &str) {
        self.skipped.push(within(place, what));
    }

    /// `text` is that of a document that holds nothing else.
    fn read_object(&mut self, value: Value, text: Option<&str>, place: &str) {
        if value["kind"].as_str().is_some_and(|kind| kind != PrivateApiFrontDoor::kind(&())) {
            return self.skip(place, &format!("{} is of another kind", described(&value)));
        }
        match object(value, text) {
            Ok(object) => self.objects.push(object),
            Err(problems) => self.problems.extend(problems.iter().map(|problem| within(place, problem))),
        }
    }
}

/// A list as `kubectl get` prints it, or as the API server answers it.
fn is_list(value: &Value) -> bool {
    let kind = value["kind"].as_str().unwrap_or_default();
    value["items"].is_array() && (kind == "List" || kind == format!("{}List", PrivateApiFrontDoor::kind(&())))
}

fn within(place: &str, what: &str) -> String {
    if place.is_empty() { what.to_owned() } else { format!("{place}: {what}") }
}

fn object(mut manifest: Value, text: Option<&str>) -> Result<PrivateApiFrontDoor, Vec<String>> {
    is_ours(&manifest)?;
    let written_out = manifest.clone();
    drop_nulls(&mut manifest, &schema());
    let mut unknown = Vec::new();
    let fields = |field: Field<'_>| unknown.push(written(&field));
    let read: Result<PrivateApiFrontDoor, _> = serde_ignored::deserialize(&manifest, fields);
    // The text knows the line of what is wrong, but not that a null is a field that is left out.
    let in_text = text.filter(|_| manifest == written_out).map(serde_saphyr::from_str::<PrivateApiFrontDoor>);
    let wrong_in_text = in_text.and_then(Result::err).map(|error| vec![error.to_string()]);
    let object = read.map_err(|error| wrong_in_text.unwrap_or_else(|| vec![error.to_string()]))?;
    unknown.retain(|field| !["apiVersion", "kind"].contains(&field.as_str()));
    let mut problems: Vec<String> = unknown.into_iter().map(|field| format!("{field}: unknown field")).collect();
    if object.metadata.name.is_none() && object.metadata.generate_name.is_none() {
        problems.push("metadata.name: the object needs a name".to_owned());
    }
    if problems.is_empty() { Ok(object) } else { Err(problems) }
}

/// Version and kind have to be those that this program knows.
fn is_ours(manifest: &Value) -> Result<(), Vec<String>> {
    let expected = [("apiVersion", PrivateApiFrontDoor::api_version(&())), ("kind", PrivateApiFrontDoor::kind(&()))];
    let others = expected.iter().filter(|(field, value)| manifest[field] != **value);
    let problems: Vec<String> = others
        .map(|(field, value)| match &manifest[field] {
            Value::Null => format!("{field}: it must be {value}"),
            other => format!("{field}: it must be {value}, and is {other}"),
        })
        .collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// The path of a field as users write it: `spec.api.routes[0].path`.
fn written(field: &Field<'_>) -> String {
    match field {
        Field::Root => String::new(),
        Field::Seq { parent, index } => format!("{}[{index}]", written(parent)),
        Field::Map { parent, key } => {
            let parent = written(parent);
            if parent.is_empty() { key.clone() } else { format!("{parent}.{key}") }
        }
        Field::Some { parent } | Field::NewtypeStruct { parent } | Field::NewtypeVariant { parent } => written(parent),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "
apiVersion: privateapi.dev/v1alpha1
kind: PrivateApiFrontDoor
metadata: {name: orders, labels: {anything: goes}}
spec:
  vpcEndpoint: {id: vpce-0a1b2c3d4e5f60718, create: {subnetIds: [subnet-0a1b2c3d], policy: {Anything: [{Goes: here}]}}}
  tags: {anything: goes}
  api:
    openApi: {inline: {openapi: 3.0.1, paths: {/: {get: {x-anything: goes}}}}}
    routes: [{integration: {mock: {}}}, {path: /a, integration: {mock: {}}}]
";

    fn problems(change: (&str, &str)) -> Vec<String> {
        assert!(GOOD.contains(change.0), "{change:?}");
        parse(&GOOD.replace(change.0, change.1)).problems
    }

    #[test]
    fn what_the_api_server_takes_is_taken() {
        assert_eq!(problems(("", "")), Vec::<String>::new());
        assert_eq!(problems(("metadata: {name: orders", "metadata: {generateName: orders")), Vec::<String>::new());
    }

    #[test]
    fn unknown_fields_are_told_with_their_path() {
        for (change, problem) in [
            (("  tags:", "  suspnd: true\n  tags:"), "spec.suspnd: unknown field"),
            (("/a, int", "/a, verb: GET, int"), "spec.api.routes[1].verb: unknown field"),
            (("create: {", "create: {subnets: [], "), "spec.vpcEndpoint.create.subnets: unknown field"),
            (("{inline", "{url: here, inline"), "spec.api.openApi.url: unknown field"),
            (("{name: orders", "{name: orders, label: {}"), "metadata.label: unknown field"),
            (("\nspec:", "\nstats: {}\nspec:"), "stats: unknown field"),
        ] {
            assert_eq!(problems(change), [problem]);
        }
    }

    #[test]
    fn other_kinds_and_versions_are_refused() {
        let problem = "apiVersion: it must be privateapi.dev/v1alpha1, and is \"privateapi.dev/v1\"";
        assert_eq!(problems(("v1alpha1", "v1")), [problem]);
        assert_eq!(problems(("kind: PrivateApiFrontDoor\n", "")), ["kind: it must be PrivateApiFrontDoor"]);
        assert_eq!(problems(("{name: orders", "{namespace: shop")), ["metadata.name: the object needs a name"]);
    }

    #[test]
    fn a_wrong_value_is_told_with_its_line() {
        let told = problems(("tags: {anything: goes}", "tags: [anything]"));
        assert!(told[0].contains("line 7"), "{told:?}");
    }

    #[test]
    fn several_documents_and_lists_are_read_and_what_is_skipped_is_named() {
        let other = "apiVersion: v1\nkind: Service\nmetadata: {name: orders, namespace: shop}\n";
        let list = format!("apiVersion: v1\nkind: List\nitems:\n- {}\n", GOOD.trim().replace('\n', "\n  "));
        let text =
            format!("# Source: chart\n---\n{GOOD}---\n# nothing\n---\n{other}---\n{list}- {{kind: Secret}}\n---\n");
        let Manifest { objects, skipped, problems } = parse(&text);
        assert_eq!(problems, Vec::<String>::new());
        assert_eq!(objects.len(), 2);
        assert_eq!(objects[0].spec, objects[1].spec);
        let expected = [
            "document 2: it is empty",
            "document 3: Service shop/orders is of another kind",
            "document 4: items[1]: Secret is of another kind",
            "document 5: it is empty",
        ];
        assert_eq!(skipped, expected);
        assert_eq!(parse(other).problems, ["there is no PrivateApiFrontDoor in it"]);
        assert_eq!(parse("").problems, ["there is no PrivateApiFrontDoor in it"]);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_document_and_the_line_of_the_file() {
        let wrong = GOOD.replace("tags: {anything: goes}", "tags: [anything]");
        let Manifest { objects, problems, .. } = parse(&format!("{GOOD}---{wrong}"));
        assert_eq!((objects.len(), problems.len()), (1, 1), "{problems:?}");
        let line = 7 + GOOD.lines().count();
        assert!(
            problems[0].starts_with("document 2: ") && problems[0].contains(&format!("line {line}")),
            "{problems:?}"
        );
        let items = "{apiVersion: v1, kind: List, items: [{kind: PrivateApiFrontDoor}]}";
        assert_eq!(parse(items).problems, ["items[0]: apiVersion: it must be privateapi.dev/v1alpha1"]);
    }

    #[test]
    fn null_is_read_as_a_field_that_is_left_out() {
        let with = GOOD.replace(
            "tags: {anything: goes}",
            "tags: {anything: goes, b: null}\n  suspend:\n  rules: ~\n  loadBalancer: null",
        );
        let (with, without) = (parse(&with), parse(GOOD));
        assert_eq!(with.problems, Vec::<String>::new());
        assert_eq!(with.objects[0].spec, without.objects[0].spec);
        let required = problems(("routes: [{integration: {mock: {}}}", "routes: [{integration: null}"));
        assert!(required[0].contains("integration") || required[0].contains("null"), "{required:?}");
        assert_eq!(problems(("{mock: {}}}, {path", "{mock: {}}}, null, {path")).len(), 1);
    }
}
