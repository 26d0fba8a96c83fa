//! Which operation a request calls, and with what input.

use bytes::Bytes;
use http::request::Parts;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::identity::Identity;
use super::input::Input;
use super::{Protocol, query, xml_input};
use crate::error::AwsError;
use crate::services::{self, Operation, Service};

/// A request whose operation is known.
#[derive(Debug)]
pub struct Routed {
    /// The service called.
    pub service: &'static Service,
    /// The operation called.
    pub operation: &'static Operation,
    /// Its parameters.
    pub input: Input,
}

/// A request that reached no operation: the service, if that much was clear, the operation's name, and the error.
#[derive(Debug)]
pub struct Unroutable {
    /// The service called, if it is one of ours.
    pub service: Option<&'static Service>,
    /// What the request named.
    pub operation: String,
    /// The form of the answer.
    pub protocol: Protocol,
    /// What the service answers.
    pub error: AwsError,
}

/// Finds service and operation and reads the input.
pub fn route(parts: &Parts, body: Bytes, identity: &Identity) -> Result<Routed, Box<Unroutable>> {
    let target = parts.headers.get("x-amz-target").and_then(|value| value.to_str().ok());
    let form = form_of(parts, &body);
    let service = find_service(identity, target, &form).ok_or_else(|| no_service(identity, target, &form))?;
    match service.protocol {
        Protocol::Ec2 | Protocol::Query => by_action(service, parts, form, body),
        Protocol::Json => by_target(service, parts, target.unwrap_or_default(), body),
        Protocol::RestJson | Protocol::RestXml | Protocol::S3 => by_path(service, parts, body),
    }
}

/// What a request for a service that is not here gets: the answer that a service of the same protocol gives to an operation that it
/// does not have.
fn no_service(identity: &Identity, target: Option<&str>, form: &Value) -> Unroutable {
    let text = |name: &str| form.get(name).and_then(Value::as_str).unwrap_or_default();
    let (protocol, name, version) = match target {
        _ if form.get("Action").is_some() => (Protocol::Query, text("Action"), text("Version")),
        Some(target) => (Protocol::Json, target.rsplit('.').next().unwrap_or_default(), ""),
        None => (Protocol::RestJson, "", ""),
    };
    let operation = identity.service.clone().unwrap_or_default();
    Unroutable { service: None, operation, protocol, error: protocol.unknown_operation(name, version) }
}

/// The form of a Query request; an empty tree for anything else. `GET` with the form in the URL is allowed by both Query protocols.
fn form_of(parts: &Parts, body: &Bytes) -> Value {
    let is_form = parts
        .headers
        .get("content-type")
        .is_some_and(|value| value.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    if is_form && !body.is_empty() {
        query::parse(body)
    } else if parts.uri.query().is_some_and(|query| query.contains("Action=")) {
        query::parse(parts.uri.query().unwrap_or_default().as_bytes())
    } else {
        Value::Null
    }
}

fn find_service(identity: &Identity, target: Option<&str>, form: &Value) -> Option<&'static Service> {
    let by_name = identity.service.as_deref().and_then(services::by_name);
    let by_target = || {
        services::SERVICES
            .iter()
            .find(|service| target.is_some_and(|t| t.split('.').next() == Some(service.namespace)))
            .copied()
    };
    let version = form.get("Version").and_then(Value::as_str);
    let by_version = || {
        services::SERVICES
            .iter()
            .find(|service| version.is_some_and(|v| service.namespace.ends_with(&format!("{v}/"))))
            .copied()
    };
    by_name.or_else(by_target).or_else(by_version)
}

fn by_action(service: &'static Service, parts: &Parts, form: Value, body: Bytes) -> Result<Routed, Box<Unroutable>> {
    let mut tree = form;
    let mut take = |name: &str| match tree.as_object_mut().and_then(|members| members.remove(name)) {
        Some(Value::String(text)) => text,
        _ => String::new(),
    };
    let (name, version) = (take("Action"), take("Version"));
    let unknown = || Unroutable {
        service: Some(service),
        operation: name.clone(),
        protocol: service.protocol,
        error: if name.is_empty() {
            AwsError::new("MissingAction", "The request is missing an Action parameter.")
        } else {
            service.protocol.unknown_operation(&name, &version)
        },
    };
    let operation = service.operations.iter().find(|operation| operation.name == name).ok_or_else(unknown)?;
    if let Some(members) = tree.as_object_mut() {
        members.retain(|name, _| !name.starts_with("X-Amz-"));
    }
    Ok(Routed { service, operation, input: Input { tree, body, headers: parts.headers.clone() } })
}

fn by_target(service: &'static Service, parts: &Parts, target: &str, body: Bytes) -> Result<Routed, Box<Unroutable>> {
    let name = target.rsplit('.').next().unwrap_or_default();
    let protocol = service.protocol;
    let fail = |error| Unroutable { service: Some(service), operation: name.to_owned(), protocol, error };
    let operation = service
        .operations
        .iter()
        .find(|operation| operation.name == name)
        .ok_or_else(|| fail(service.protocol.unknown_operation(name, "")))?;
    let tree = json_members(&body).ok_or_else(|| fail(protocol.malformed_body(service.name)))?;
    Ok(Routed { service, operation, input: Input { tree: Value::Object(tree), body, headers: parts.headers.clone() } })
}

fn json_members(body: &Bytes) -> Option<Map<String, Value>> {
    if body.is_empty() { Some(Map::new()) } else { serde_json::from_slice(body).ok() }
}

fn by_path(service: &'static Service, parts: &Parts, body: Bytes) -> Result<Routed, Box<Unroutable>> {
    let matched = service
        .operations
        .iter()
        .filter_map(|operation| Some((operation, match_template(operation.method, operation.path, parts)?)))
        .max_by_key(|(operation, _)| specificity(operation.path));
    let called = format!("{} {}", parts.method, parts.uri.path());
    let protocol = service.protocol;
    let fail = |error, name: &str| Unroutable { service: Some(service), operation: name.to_owned(), protocol, error };
    let unknown = || match service.name {
        // What API Gateway's own front answers to a method and path it has no operation for.
        "apigateway" => {
            AwsError::new("MissingAuthenticationTokenException", "Missing Authentication Token").status(403)
        }
        _ => protocol.unknown_operation(&called, ""),
    };
    let (operation, labels) = matched.ok_or_else(|| fail(unknown(), &called))?;
    let mut members = match service.protocol {
        _ if operation.payload => Map::new(),
        Protocol::RestXml => {
            let text = String::from_utf8_lossy(&body);
            if !xml_input::is_well_formed(&text) {
                return Err(fail(protocol.malformed_body(service.name), operation.name).into());
            }
            match xml_input::parse(&text) {
                Value::Object(members) => members,
                _ => Map::new(),
            }
        }
        _ => json_members(&body).ok_or_else(|| fail(protocol.malformed_body(service.name), operation.name))?,
    };
    add_query(&mut members, parts, operation.path);
    members.extend(labels);
    Ok(Routed {
        service,
        operation,
        input: Input { tree: Value::Object(members), body, headers: parts.headers.clone() },
    })
}

/// Literal segments win over labels, fixed query parameters over none.
fn specificity(template: &str) -> (usize, usize) {
    let (path, query) = template.split_once('?').unwrap_or((template, ""));
    (path.split('/').filter(|segment| !segment.starts_with('{')).count(), query.len())
}

/// The labels of `/restapis/{restApiId}?mode=import` in a request, if method, path and fixed query parameters fit. Segments are split
/// before they are decoded, so a label may hold an encoded slash; `{label+}` takes the rest of the path.
fn match_template(method: &str, template: &str, parts: &Parts) -> Option<Map<String, Value>> {
    if parts.method != method {
        return None;
    }
    let (path, fixed) = template.split_once('?').unwrap_or((template, ""));
    let has = |wanted: &str| {
        parts.uri.query().unwrap_or_default().split('&').any(|pair| pair.trim_end_matches('=') == wanted)
    };
    if !fixed.split('&').filter(|pair| !pair.is_empty()).all(has) {
        return None;
    }
    let mut labels = Map::new();
    let mut actual = parts.uri.path().trim_end_matches('/').split('/');
    let mut wanted = path.trim_end_matches('/').split('/');
    loop {
        match (wanted.next(), actual.next()) {
            (None, None) => return Some(labels),
            (Some(label), Some(segment)) => match label.strip_prefix('{').and_then(|label| label.strip_suffix('}')) {
                Some(label) if label.ends_with('+') => {
                    let rest: Vec<&str> = std::iter::once(segment).chain(actual.by_ref()).collect();
                    labels.insert(label.trim_end_matches('+').to_owned(), decoded(&rest.join("/")));
                }
                Some(label) if !segment.is_empty() => labels.extend([(label.to_owned(), decoded(segment))]),
                None if label == segment => {}
                _ => return None,
            },
            _ => return None,
        }
    }
}

fn decoded(segment: &str) -> Value {
    Value::String(percent_decode_str(segment).decode_utf8_lossy().into_owned())
}

/// Query parameters become members; a repeated one becomes a list. Fixed ones belong to the route, not to the input.
fn add_query(members: &mut Map<String, Value>, parts: &Parts, template: &str) {
    let fixed = template.split_once('?').map_or("", |(_, fixed)| fixed);
    let pairs = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
    for (name, value) in pairs.filter(|(name, _)| !name.starts_with("X-Amz-")) {
        if fixed.split('&').any(|pair| pair.split('=').next() == Some(&*name)) {
            continue;
        }
        let value = Value::String(value.into_owned());
        match members.get_mut(&*name) {
            None => drop(members.insert(name.into_owned(), value)),
            Some(Value::Array(list)) => list.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parts(method: &str, uri: &str) -> Parts {
        http::Request::builder().method(method).uri(uri).body(()).unwrap().into_parts().0
    }

    #[test]
    fn labels_are_decoded_after_splitting() {
        let labels = match_template("GET", "/tags/{arn}", &parts("GET", "/tags/arn%3Aaws%3A%2Frestapis%2Fx"));
        assert_eq!(labels.map(Value::Object), Some(json!({"arn": "arn:aws:/restapis/x"})));
        assert!(match_template("GET", "/tags/{arn}", &parts("GET", "/tags")).is_none());
    }

    #[test]
    fn fixed_query_parameters_choose_the_operation() {
        assert!(
            match_template("POST", "/restapis?mode=import", &parts("POST", "/restapis?mode=import&basepath=ignore"))
                .is_some()
        );
        assert!(match_template("POST", "/restapis?mode=import", &parts("POST", "/restapis")).is_none());
        assert!(specificity("/restapis?mode=import") > specificity("/restapis"));
    }
}
