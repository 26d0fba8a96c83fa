//! `spec.api.routes`, checked: what API Gateway's importer would refuse.

use std::collections::BTreeMap;

use super::Problem;
use crate::api::Route;

/// Paths that API Gateway answers itself.
///
/// Source: API Gateway Developer Guide, "Amazon API Gateway important notes".
const RESERVED: [&str; 2] = ["/ping", "/sping"];

pub(super) fn check(routes: &[Route], problems: &mut Vec<Problem>) {
    let mut siblings = BTreeMap::new();
    let mut methods = BTreeMap::new();
    for (index, route) in routes.iter().enumerate() {
        let field = format!("spec.api.routes[{index}].path");
        let place = format!("spec.api.routes[{index}]");
        let messages = path(&route.path).into_iter().chain(sibling(&place, &route.path, &mut siblings));
        problems.extend(messages.map(|message| Problem::new(&field, message)));
        if let Some(earlier) = methods.insert((&route.path, route.method), index) {
            let message = format!("spec.api.routes[{earlier}] has the same path and method: remove one of them");
            problems.push(Problem::new(format!("spec.api.routes[{index}]"), message));
        }
        let unknown = route.integration.http.as_ref().and_then(|http| unknown_parameter(&http.url, &route.path));
        if let Some(name) = unknown {
            let message = format!("{{{name}}} is not a parameter of the path {}", route.path);
            problems.push(Problem::new(format!("spec.api.routes[{index}].integration.http.url"), message));
        }
    }
}

/// What is wrong with a path by itself.
pub(super) fn path(path: &str) -> Option<String> {
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let (_, before) = segments.split_last()?;
    if let Some(greedy) = before.iter().find(|segment| segment.ends_with("+}")) {
        return Some(format!("{greedy} takes the rest of the path: remove what follows it"));
    }
    let names: Vec<&str> = segments.iter().filter_map(|segment| parameter(segment)).collect();
    let twice = names.iter().enumerate().find(|(index, name)| names[..*index].contains(name));
    if let Some((_, name)) = twice {
        return Some(format!("the parameter {name} is used twice: give each a name of its own"));
    }
    let reserved = RESERVED.contains(&path);
    reserved.then(|| format!("API Gateway reserves {path} for its own health check: use another path"))
}

/// Path parameters by the path that they are below, with the place that has them first.
pub(super) type Siblings<'a> = BTreeMap<&'a str, (String, &'a str)>;

/// Below one path there can be only one path parameter: API Gateway's "A sibling of this resource already has a variable path part".
pub(super) fn sibling<'a>(place: &str, path: &'a str, siblings: &mut Siblings<'a>) -> Option<String> {
    let mut start = 0;
    for segment in path.split('/').skip(1) {
        let (parent, end) = (&path[..start], start + 1 + segment.len());
        start = end;
        if parameter(segment).is_none() {
            continue;
        }
        let (earlier, other) = siblings.entry(parent).or_insert_with(|| (place.to_owned(), segment));
        if *other != segment {
            let parent = if parent.is_empty() { "/" } else { parent };
            return Some(format!(
                "{segment} and {other} of {earlier} are both parameters below {parent}, where API Gateway allows one: use the same name for both"
            ));
        }
    }
    None
}

/// The first `{name}` of a URL that the path does not have.
fn unknown_parameter(url: &str, path: &str) -> Option<String> {
    let known: Vec<&str> = path.split('/').filter_map(parameter).collect();
    let named = url.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
    // `${stageVariables.name}` is no path parameter.
    named.filter(|name| !name.starts_with("stageVariables.")).find(|name| !known.contains(name)).map(str::to_owned)
}

fn parameter(segment: &str) -> Option<&str> {
    Some(segment.strip_prefix('{')?.strip_suffix('}')?.trim_end_matches('+'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn problems(paths: &[&str]) -> Vec<String> {
        let route = |path: &&str| serde_json::from_value(json!({"path": path, "integration": {"mock": {}}})).unwrap();
        let mut problems = Vec::new();
        check(&paths.iter().map(route).collect::<Vec<Route>>(), &mut problems);
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_api_gateway_takes_passes() {
        assert!(problems(&["/", "/{proxy+}", "/a/{id}", "/a/{id}/b", "/a/b/{x}", "/pings"]).is_empty());
    }

    #[test]
    fn what_it_refuses_is_named() {
        let cases: [(&[&str], &str); 6] = [
            (&["/{proxy+}/a"], "spec.api.routes[0].path: {proxy+} takes the rest"),
            (&["/{id}/b/{id}"], "spec.api.routes[0].path: the parameter id is used twice"),
            (
                &["/a/{x}", "/a/{y}/b"],
                "spec.api.routes[1].path: {y} and {x} of spec.api.routes[0] are both parameters below /a",
            ),
            (&["/{x}", "/{proxy+}"], "spec.api.routes[1].path: {proxy+} and {x} of spec.api.routes[0]"),
            (&["/ping"], "spec.api.routes[0].path: API Gateway reserves /ping"),
            (&["/a", "/a"], "spec.api.routes[1]: spec.api.routes[0] has the same path"),
        ];
        for (paths, expected) in cases {
            let found = problems(paths);
            assert!(found.len() == 1 && found[0].starts_with(expected), "{paths:?}: {found:?}");
        }
    }

    #[test]
    fn a_backend_url_uses_only_parameters_of_its_path() {
        assert_eq!(unknown_parameter("https://b/{id}/${stageVariables.x}", "/a/{id}"), None);
        assert_eq!(unknown_parameter("https://b/{proxy}", "/{proxy+}"), None);
        assert_eq!(unknown_parameter("https://b/{id}", "/{proxy+}").as_deref(), Some("id"));
    }
}
