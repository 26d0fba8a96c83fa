//! HTTP integrations: a real request to the integration's URI, without holding the simulator's state meanwhile.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

use super::gateway::{self, Refusal};
use super::integration::{mapped, request_body};
use super::invocation::Invocation;
use super::template::{self, Values};
use crate::services::apigateway::definition::Definition;
use crate::services::apigateway::integration::Integration;

/// Header fields that belong to one connection (RFC 9110, 7.6.1), and those that a new request has of its own.
const OF_A_CONNECTION: [&str; 7] =
    ["connection", "keep-alive", "transfer-encoding", "te", "upgrade", "host", "content-length"];

/// A call to make.
pub(super) struct Call {
    request: Request<Bytes>,
    timeout: Duration,
    proxy: bool,
    integration: Integration,
    values: Values,
    snapshot: Arc<Definition>,
}

impl Call {
    /// The backend's request. HTTPS backends are out of this simulator's reach.
    pub(super) fn of(invocation: &Invocation<'_>, integration: &Integration) -> Result<Self, Refusal> {
        let proxy = integration.kind == "HTTP_PROXY";
        let values = invocation.values.clone();
        let method = match integration.http_method.as_deref() {
            None | Some("ANY") => invocation.request.method.as_str(),
            Some(method) => method,
        };
        let body =
            if proxy { invocation.request.body.clone() } else { Bytes::from(request_body(integration, &values)?) };
        let mut request = Request::builder().method(method).uri(uri(integration, &values, proxy));
        for (name, value) in
            values.headers.iter().filter(|(name, _)| proxy && !OF_A_CONNECTION.contains(&name.as_str()))
        {
            request = request.header(name, value);
        }
        for (target, source) in &integration.request_parameters {
            if let (Some(name), Some(value)) =
                (target.strip_prefix("integration.request.header."), template::parameter(source, &values))
            {
                request = request.header(name, value);
            }
        }
        let request = request.body(body).map_err(|_| Refusal::configuration())?;
        let timeout = Duration::from_millis(u64::try_from(integration.timeout_in_millis).unwrap_or(29_000));
        Ok(Self {
            request,
            timeout,
            proxy,
            integration: integration.clone(),
            values,
            snapshot: invocation.deployment.snapshot.clone(),
        })
    }

    /// Makes the call on a thread of its own, so that it may be made from anywhere, and answers what becomes of the backend's answer.
    pub(super) fn make(self) -> Response<Bytes> {
        let (request, timeout) = (self.request.clone(), self.timeout);
        let made = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|_| Refusal::network())?;
            runtime.block_on(async {
                tokio::time::timeout(timeout, send(request)).await.unwrap_or(Err(Refusal::timeout()))
            })
        });
        let made = made.join().unwrap_or_else(|_| Err(Refusal::network()));
        made.and_then(|response| self.answer(response))
            .unwrap_or_else(|refusal| refusal.answer(Some(&self.snapshot), &self.values))
    }

    fn answer(&self, response: Response<Bytes>) -> Result<Response<Bytes>, Refusal> {
        let text = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        };
        let headers: Vec<(String, String)> = response
            .headers()
            .iter()
            .filter_map(text)
            .filter(|(name, _)| !OF_A_CONNECTION.contains(&name.as_str()))
            .collect();
        let status = response.status().as_u16();
        if self.proxy {
            return Ok(gateway::answer(status, headers, response.into_body(), &self.values));
        }
        let body = String::from_utf8_lossy(response.body()).into_owned();
        mapped(&self.integration, &status.to_string(), headers, &Values { body, ..self.values.clone() })
    }
}

/// The URI with stage variables, path parameters and query string filled in.
fn uri(integration: &Integration, values: &Values, proxy: bool) -> String {
    let mut uri = values.with_stage_variables(integration.uri.as_deref().unwrap_or_default()).into_owned();
    let mut query: Vec<(String, String)> = if proxy { values.query.clone() } else { Vec::new() };
    for (target, source) in &integration.request_parameters {
        let Some(value) = template::parameter(source, values) else {
            continue;
        };
        if let Some(name) = target.strip_prefix("integration.request.path.") {
            uri = uri.replace(&format!("{{{name}}}"), &value);
        } else if let Some(name) = target.strip_prefix("integration.request.querystring.") {
            query.push((name.to_owned(), value));
        }
    }
    if !query.is_empty() {
        let pairs: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        uri.push(if uri.contains('?') { '&' } else { '?' });
        uri.push_str(&pairs);
    }
    uri
}

async fn send(request: Request<Bytes>) -> Result<Response<Bytes>, Refusal> {
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    let response = client.request(request.map(Full::new)).await.map_err(|_| Refusal::network())?;
    let (parts, body) = response.into_parts();
    let body = body.collect().await.map_err(|_| Refusal::network())?.to_bytes();
    Ok(Response::from_parts(parts, body))
}
