//! Transforms (User Guide for Application Load Balancers, "Transforms for listener rules").

use regex::Regex;

use super::carried::Carried;
use crate::services::elbv2::transform::{Rewrite, Transform};

/// A transform that matched and could not be carried out: the client gets HTTP 500.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Failed;

/// The request after all transforms. One that does not match changes nothing.
pub(super) fn all(transforms: &[Transform], mut request: Carried) -> Result<Carried, Failed> {
    for transform in transforms {
        let Some(rewrite) = transform.rewrite() else {
            continue;
        };
        if transform.kind == "host-header-rewrite" {
            if let Some(host) = rewritten(rewrite, &request.host)? {
                request.host = host_of(host)?;
            }
        } else if let Some(target) = rewritten(rewrite, &request.path_and_query())? {
            (request.path, request.query) = split(&target)?;
        }
    }
    Ok(request)
}

/// The text with the first match replaced; `None` if there is none.
fn rewritten(rewrite: &Rewrite, text: &str) -> Result<Option<String>, Failed> {
    let regex = Regex::new(&rewrite.regex).map_err(|_| Failed)?;
    let Some(found) = regex.captures(text) else {
        return Ok(None);
    };
    let whole = found.get(0).map(|whole| whole.range()).unwrap_or_default();
    let mut out = text[..whole.start].to_owned();
    let mut rest = rewrite.replace.as_str();
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if digits == 0 {
            out.push('$');
            rest = after;
            continue;
        }
        let group: usize = after[..digits].parse().map_err(|_| Failed)?;
        if group >= regex.captures_len() {
            return Err(Failed);
        }
        out.push_str(found.get(group).map_or("", |group| group.as_str()));
        rest = &after[digits..];
    }
    out.push_str(rest);
    out.push_str(&text[whole.end..]);
    Ok(Some(out))
}

fn host_of(host: String) -> Result<String, Failed> {
    let good = !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || "-._:".contains(c));
    good.then_some(host).ok_or(Failed)
}

fn split(target: &str) -> Result<(String, Option<String>), Failed> {
    let uri: http::uri::PathAndQuery = target.parse().map_err(|_| Failed)?;
    if !target.starts_with('/') {
        return Err(Failed);
    }
    Ok((uri.path().to_owned(), uri.query().map(str::to_owned)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(regex: &str, replace: &str, text: &str) -> Result<Option<String>, Failed> {
        rewritten(&Rewrite { regex: regex.into(), replace: replace.into() }, text)
    }

    #[test]
    fn replaces_the_match_and_nothing_else() {
        let api = "api1234567.execute-api.us-east-1.amazonaws.com";
        assert_eq!(one(".*", api, "shop.example.com"), Ok(Some(api.into())));
        assert_eq!(one("^/(.*)$", "/test/$1", "/orders?a=b"), Ok(Some("/test/orders?a=b".into())));
        assert_eq!(one("^(.+)\\.example\\.com$", "$1x.internal", "a.example.com"), Ok(Some("ax.internal".into())));
        assert_eq!(one("^api\\.example\\.com$", api, "api.example.com:8080"), Ok(None));
    }

    #[test]
    fn what_cannot_be_carried_out_fails() {
        assert_eq!(one("a", "$1", "a"), Err(Failed));
        assert_eq!(host_of("a b".into()), Err(Failed));
        assert_eq!(split("no-slash"), Err(Failed));
    }
}
