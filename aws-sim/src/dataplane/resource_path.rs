//! Which resource of an API a path means.

use percent_encoding::percent_decode_str;

use crate::services::apigateway::definition::Definition;
use crate::services::apigateway::method::Method;
use crate::services::apigateway::resource::Resource;

/// Names and values of path parameters.
pub(super) type Parameters = Vec<(String, String)>;

/// The resource with the method to call, and the values of its path's variables. Literal parts win over variables, variables over greedy
/// ones (Developer Guide, "Set up a proxy integration"); a resource without the method gives way to the next that fits.
pub(super) fn find<'a>(
    definition: &'a Definition,
    path: &str,
    http_method: &str,
) -> Option<(&'a Resource, &'a Method, Parameters)> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let mut fitting: Vec<_> = definition
        .resources
        .values()
        .filter_map(|resource| Some((rank(resource), &**resource, parameters(resource, &parts)?)))
        .collect();
    fitting.sort_by(|one, other| one.0.cmp(&other.0));
    fitting.into_iter().find_map(|(_, resource, parameters)| {
        let methods = &resource.resource_methods;
        let method = methods.get(http_method).or_else(|| methods.get("ANY"))?;
        Some((resource, &**method, parameters))
    })
}

/// 0 for a literal part, 1 for a variable, 2 for a greedy one.
fn rank(resource: &Resource) -> Vec<u8> {
    wanted(resource).map(|part| if part.ends_with("+}") { 2 } else { u8::from(part.starts_with('{')) }).collect()
}

fn wanted(resource: &Resource) -> impl Iterator<Item = &str> {
    resource.path.split('/').filter(|part| !part.is_empty())
}

fn parameters(resource: &Resource, parts: &[&str]) -> Option<Parameters> {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let mut found = Parameters::new();
    let mut rest = parts;
    for part in wanted(resource) {
        let name = part.trim_start_matches('{').trim_end_matches('}');
        if let Some(name) = name.strip_suffix('+').filter(|_| part.starts_with('{')) {
            found.push((name.to_owned(), decoded(&rest.join("/"))));
            return (!rest.is_empty()).then_some(found);
        }
        let (first, others) = rest.split_first()?;
        if part.starts_with('{') {
            found.push((name.to_owned(), decoded(first)));
        } else if part != *first {
            return None;
        }
        rest = others;
    }
    rest.is_empty().then_some(found)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn definition() -> Definition {
        let method =
            |name: &str| (name.to_owned(), Box::new(Method { http_method: name.to_owned(), ..Method::default() }));
        let resource = |id: &str, path: &str, methods: &[&str]| {
            let resource_methods: BTreeMap<String, Box<Method>> = methods.iter().map(|name| method(name)).collect();
            (
                id.to_owned(),
                Box::new(Resource {
                    id: id.to_owned(),
                    path: path.to_owned(),
                    resource_methods,
                    ..Resource::default()
                }),
            )
        };
        let resources = [
            resource("root", "/", &["GET"]),
            resource("pets", "/pets", &["GET"]),
            resource("pet", "/pets/{id}", &["GET"]),
            resource("proxy", "/{proxy+}", &["ANY"]),
        ];
        Definition { resources: resources.into(), ..Definition::default() }
    }

    #[test]
    fn the_closest_resource_with_the_method_wins() {
        let definition = definition();
        for (path, method, expected) in [
            ("/", "GET", Some(("root", ""))),
            ("", "GET", Some(("root", ""))),
            ("/", "POST", None),
            ("/pets", "GET", Some(("pets", ""))),
            ("/pets", "POST", Some(("proxy", "proxy=pets"))),
            ("/pets/a%20b", "GET", Some(("pet", "id=a b"))),
            ("/x/y/z", "PUT", Some(("proxy", "proxy=x/y/z"))),
        ] {
            let found =
                find(&definition, path, method).map(|(resource, _, parameters)| (resource.id.clone(), parameters));
            let pair = |text: &str| text.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
            let expected = expected.map(|(id, text)| (id.to_owned(), pair(text).into_iter().collect()));
            assert_eq!(found, expected, "{method} {path}");
        }
    }
}
