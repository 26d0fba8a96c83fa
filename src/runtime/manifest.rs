//! Manifests as `frontdoor plan` reads them: what the API server refuses for its form is refused here, too.

use std::io::Read;
use std::path::Path;

use kube::Resource;
use serde_ignored::Path as Field;
use serde_json::Value;

use super::command::CommandError;
use crate::api::PrivateApiFrontDoor;

/// Reads a manifest from a file, or from standard input for `-`.
pub(super) fn read(path: &Path) -> Result<PrivateApiFrontDoor, CommandError> {
    let name = path.display();
    let mut text = String::new();
    if path == Path::new("-") {
        std::io::stdin().read_to_string(&mut text)?;
    } else {
        text = std::fs::read_to_string(path).map_err(|error| format!("{name}: {error}"))?;
    }
    parse(&text).map_err(|problems| {
        problems.iter().map(|problem| format!("{name}: {problem}")).collect::<Vec<_>>().join("\n").into()
    })
}

fn parse(text: &str) -> Result<PrivateApiFrontDoor, Vec<String>> {
    let manifest: Value = serde_saphyr::from_str(text).map_err(|error| vec![error.to_string()])?;
    is_ours(&manifest)?;
    // The text knows the line of what is wrong.
    let object: PrivateApiFrontDoor = serde_saphyr::from_str(text).map_err(|error| vec![error.to_string()])?;
    let mut unknown = Vec::new();
    let fields = |field: Field<'_>| unknown.push(written(&field));
    let read: Result<PrivateApiFrontDoor, _> = serde_ignored::deserialize(manifest, fields);
    read.map_err(|error| vec![error.to_string()])?;
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
            Value::Null => format!("{field}: it has to be {value}"),
            other => format!("{field}: it has to be {value}, and is {other}"),
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
        parse(&GOOD.replace(change.0, change.1)).err().unwrap_or_default()
    }

    #[test]
    fn what_the_api_server_takes_is_taken() {
        assert_eq!(parse(GOOD).err(), None);
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
        let problem = "apiVersion: it has to be privateapi.dev/v1alpha1, and is \"privateapi.dev/v1\"";
        assert_eq!(problems(("v1alpha1", "v1")), [problem]);
        assert_eq!(problems(("kind: PrivateApiFrontDoor\n", "")), ["kind: it has to be PrivateApiFrontDoor"]);
        assert_eq!(problems(("{name: orders", "{namespace: shop")), ["metadata.name: the object needs a name"]);
    }

    #[test]
    fn a_wrong_value_is_told_with_its_line() {
        let told = problems(("tags: {anything: goes}", "tags: [anything]"));
        assert!(told[0].contains("line 7"), "{told:?}");
    }
}
