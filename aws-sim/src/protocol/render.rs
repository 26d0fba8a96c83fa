//! Answers and errors as HTTP responses.

use std::borrow::Cow;

use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};

use super::{Body, Protocol, Reply, xml};
use crate::error::AwsError;
use crate::services::{Service, lambda};

const XML: &str = "text/xml;charset=UTF-8";

/// A successful answer.
#[must_use]
pub fn success(service: &Service, operation: &str, reply: Reply, request_id: &str) -> Response<Bytes> {
    let (content_type, body) = match reply.body {
        Body::Raw(content_type, body) => (content_type, body),
        Body::Tree(tree) => tree_body(service, operation, reply.status, &tree, request_id),
    };
    let mut response = http::Response::builder()
        .status(reply.status)
        .header("x-amzn-requestid", request_id)
        .header("content-type", &*content_type);
    for (name, value) in &reply.headers {
        response = response.header(&**name, value);
    }
    response.body(Bytes::from(body)).unwrap_or_default()
}

fn tree_body(service: &Service, operation: &str, status: u16, tree: &Value, id: &str) -> (Cow<'static, str>, Vec<u8>) {
    let namespace = service.namespace;
    let root = format!("{operation}Response");
    let mut out = String::new();
    match service.protocol {
        Protocol::Ec2 => {
            xml::open(&mut out, &format!("{root} xmlns=\"{namespace}\""));
            xml::element(&mut out, "requestId", &json!(id), "");
            xml::members(&mut out, tree, "item");
            xml::close(&mut out, &root);
        }
        Protocol::Query => {
            xml::open(&mut out, &format!("{root} xmlns=\"{namespace}\""));
            xml::element(&mut out, &format!("{operation}Result"), tree, "member");
            xml::element(&mut out, "ResponseMetadata", &json!({ "RequestId": id }), "");
            xml::close(&mut out, &root);
        }
        Protocol::S3 if tree.as_object().is_none_or(serde_json::Map::is_empty) => {}
        Protocol::RestXml | Protocol::S3 => {
            out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
            xml::root(&mut out, tree, namespace);
        }
        Protocol::Json => {
            return ("application/x-amz-json-1.1".into(), tree.to_string().into_bytes());
        }
        Protocol::RestJson if matches!(status, 202 | 204) && tree.as_object().is_none_or(serde_json::Map::is_empty) => {
            return ("application/json".into(), Vec::new());
        }
        Protocol::RestJson => return ("application/json".into(), tree.to_string().into_bytes()),
    }
    (XML.into(), out.into_bytes())
}

/// An error.
#[must_use]
pub fn failure(protocol: Protocol, service: Option<&Service>, error: &AwsError, request_id: &str) -> Response<Bytes> {
    // Of a service that is not here, the namespace that the framework has for faults.
    let namespace = service.map_or("http://webservices.amazon.com/AWSFault/2005-15-09", |service| service.namespace);
    let message = message_member(service, &error.code);
    let (content_type, body) = match protocol {
        Protocol::RestJson | Protocol::RestXml if error.code == "UnknownOperationException" => {
            ("application/xml", format!("<{}/>\n", error.code))
        }
        Protocol::Ec2 => (XML, ec2_error(error, request_id)),
        Protocol::Query | Protocol::RestXml => (XML, query_error(namespace, error, request_id)),
        Protocol::S3 => ("application/xml", s3_error(error, request_id)),
        Protocol::Json => ("application/x-amz-json-1.1", json_error(error, "__type", message)),
        Protocol::RestJson => ("application/json", json_error(error, "", message)),
    };
    let mut response = http::Response::builder()
        .status(error.status)
        .header("x-amzn-requestid", request_id)
        .header("content-type", content_type);
    if matches!(protocol, Protocol::Json | Protocol::RestJson) {
        response = response.header("x-amzn-errortype", &*error.code);
    }
    for (name, value) in &error.headers {
        response = response.header(*name, value);
    }
    response.body(Bytes::from(body)).unwrap_or_default()
}

fn code_and_message(error: &AwsError) -> String {
    let mut out = String::new();
    xml::element(&mut out, "Code", &json!(error.code), "");
    xml::element(&mut out, "Message", &json!(error.message), "");
    out
}

fn ec2_error(error: &AwsError, request_id: &str) -> String {
    let what = code_and_message(error);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error>{what}</Error></Errors><RequestID>{request_id}</RequestID></Response>"
    )
}

fn query_error(namespace: &str, error: &AwsError, request_id: &str) -> String {
    let who = if error.status < 500 { "Sender" } else { "Receiver" };
    let what = code_and_message(error);
    format!(
        "<ErrorResponse xmlns=\"{namespace}\"><Error><Type>{who}</Type>{what}</Error><RequestId>{request_id}</RequestId></ErrorResponse>"
    )
}

/// S3 API Reference, "Error responses".
fn s3_error(error: &AwsError, request_id: &str) -> String {
    let what = code_and_message(error);
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>{what}<RequestId>{request_id}</RequestId></Error>")
}

/// How the service models spell the member that holds an error's message; access is refused before a service is asked.
fn message_member(service: Option<&Service>, code: &str) -> &'static str {
    match service.map_or("", |service| service.name) {
        "lambda" => lambda::message_member(code),
        "tagging" => "Message",
        "acm" if code == "AccessDeniedException" => "Message",
        _ => "message",
    }
}

fn json_error(error: &AwsError, type_member: &str, message: &str) -> String {
    let mut body = error.extra.clone();
    if !type_member.is_empty() {
        body.insert(type_member.to_owned(), json!(error.code));
    }
    if !error.message.is_empty() {
        body.entry(message).or_insert_with(|| json!(error.message));
    }
    Value::Object(body).to_string()
}
