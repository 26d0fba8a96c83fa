//! A request on its way.

use std::net::Ipv4Addr;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request};

/// Header field that says what a client's address is; it goes no further.
pub(super) const CLIENT: &str = "x-sim-client-ip";

/// Header field that says in which VPC a client is, for names that lead somewhere only there; it goes no further.
pub(super) const CLIENT_VPC: &str = "x-sim-client-vpc";

/// A request as the next hop sees it.
#[derive(Clone, Debug)]
pub(super) struct Carried {
    pub(super) method: Method,
    /// The `Host` header field.
    pub(super) host: String,
    /// Path as sent, still encoded.
    pub(super) path: String,
    pub(super) query: Option<String>,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// Who sent it to this hop.
    pub(super) from: Ipv4Addr,
    /// TLS server name.
    pub(super) server_name: Option<String>,
}

impl Carried {
    pub(super) fn of(request: Request<Bytes>, from: Ipv4Addr, server_name: Option<&str>) -> Self {
        let (parts, body) = request.into_parts();
        let mut headers = parts.headers;
        headers.remove(CLIENT);
        headers.remove(CLIENT_VPC);
        let named = headers.get("host").and_then(|value| value.to_str().ok()).map(str::to_owned);
        let authority = parts.uri.authority().map(ToString::to_string);
        Self {
            method: parts.method,
            host: named.or(authority).unwrap_or_default(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().map(str::to_owned),
            headers,
            body,
            from,
            server_name: server_name.map(str::to_owned),
        }
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub(super) fn set_header(&mut self, name: &'static str, value: &str) {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
    }

    /// Host without its port.
    pub(super) fn host_name(&self) -> String {
        let name = self.host.rsplit_once(':').map_or(self.host.as_str(), |(name, _)| name);
        name.to_ascii_lowercase()
    }

    pub(super) fn path_and_query(&self) -> String {
        match &self.query {
            Some(query) => format!("{}?{query}", self.path),
            None => self.path.clone(),
        }
    }

    /// Pairs of the query string, decoded.
    pub(super) fn pairs(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.query.as_deref().unwrap_or_default().as_bytes()).into_owned().collect()
    }
}
