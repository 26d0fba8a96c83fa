//! Which resources a `Describe…` call means: identifiers, filters, pages (EC2 User Guide, "List and filter using the CLI and API";
//! EC2 API Reference, "Query Requests": pagination).

use std::collections::BTreeMap;
use std::ops::Bound;

use serde::Deserialize;
use serde_json::Value;

use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::services::Tags;
use crate::world::Region;

/// A filter of a request: any of its values, `*` and `?` stand for any text and any character.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Filter {
    name: String,
    #[serde(default, rename = "Value")]
    values: Vec<String>,
}

impl Filter {
    /// What it filters by.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Patterns, any of which may fit.
    #[must_use]
    pub fn values(&self) -> &[String] {
        &self.values
    }
}

/// The parameters that all `Describe…` operations share.
#[derive(Clone, Copy, Debug)]
pub struct Selection<'a> {
    /// Identifiers asked for; none means all.
    pub ids: &'a [String],
    /// Filters, all of which must fit.
    pub filters: &'a [Filter],
    /// Size of a page.
    pub max_results: Option<usize>,
    /// Where the page before ended.
    pub next_token: Option<&'a str>,
}

/// The typed input of a `Describe…` operation, with the wire name of its list of identifiers.
macro_rules! describe_request {
    ($name:ident, $ids:literal) => {
        #[derive(Debug, serde::Deserialize)]
        #[serde(rename_all = "PascalCase", deny_unknown_fields)]
        pub(crate) struct $name {
            #[serde(default, rename = $ids)]
            ids: Vec<String>,
            #[serde(default, rename = "Filter")]
            filters: Vec<$crate::services::ec2::select::Filter>,
            max_results: Option<usize>,
            next_token: Option<String>,
        }

        impl $name {
            fn selection(&self) -> $crate::services::ec2::select::Selection<'_> {
                $crate::services::ec2::select::Selection {
                    ids: &self.ids,
                    filters: &self.filters,
                    max_results: self.max_results,
                    next_token: self.next_token.as_deref(),
                }
            }
        }
    };
}
pub(super) use describe_request;

/// What a filter looks at.
#[derive(Debug)]
pub struct View<'a> {
    /// The region described.
    pub region: &'a Region,
    /// Virtual time.
    pub now: Timestamp,
}

/// A filter's name and the values that a resource has for it.
pub type Column<T> = (&'static str, fn(&View<'_>, &T) -> Vec<String>);

/// How a type of resource is selected.
#[derive(Debug)]
pub struct Table<T: 'static> {
    /// Filters besides `tag:…`, `tag-key` and `tag-value`.
    pub columns: &'static [Column<T>],
    /// Prefix of its identifiers.
    pub prefix: &'static str,
    /// Start of its error codes: `InvalidVpcID` gives `InvalidVpcID.NotFound` and `InvalidVpcID.Malformed`.
    pub error: &'static str,
    /// What messages call it.
    pub noun: &'static str,
    /// Smallest page size accepted.
    pub smallest_page: usize,
}

impl<T> Table<T> {
    /// The error for an identifier that is not there.
    #[must_use]
    pub fn not_found(&self, id: &str) -> AwsError {
        if id.starts_with(self.prefix) && id.len() > self.prefix.len() + 1 {
            AwsError::new(format!("{}.NotFound", self.error), format!("The {} '{id}' does not exist", self.noun))
        } else {
            AwsError::new(format!("{}.Malformed", self.error), format!("Invalid id: \"{id}\""))
        }
    }

    fn column(&self, name: &str) -> Option<&Column<T>> {
        self.columns.iter().find(|(column, _)| *column == name)
    }
}

/// The resources of a page, rendered, and the token of the next.
#[derive(Debug)]
pub struct Page {
    /// The resources.
    pub items: Vec<Value>,
    /// Absent on the last page.
    pub next_token: Option<String>,
}

/// Selects from all resources of a type.
pub fn select<T>(
    ctx: &Context<'_>,
    all: &BTreeMap<String, T>,
    selection: Selection<'_>,
    table: &Table<T>,
    render: impl Fn(&View<'_>, &str, &T) -> Value,
) -> Answer<Page> {
    check(selection, table)?;
    let view = View { region: ctx.here, now: ctx.now };
    let after = selection.next_token.map(|token| id_of_token(token, table.prefix)).transpose()?;
    if let Some(missing) = selection.ids.iter().find(|id| !all.contains_key(*id)) {
        return Err(table.not_found(missing));
    }
    let asked: BTreeMap<&String, &T> = selection.ids.iter().filter_map(|id| all.get_key_value(id)).collect();
    let candidates: Box<dyn Iterator<Item = (&String, &T)>> = match (&after, asked.is_empty()) {
        (_, false) => Box::new(asked.into_iter()),
        (Some(after), true) => Box::new(all.range((Bound::Excluded(after.clone()), Bound::Unbounded))),
        (None, true) => Box::new(all.iter()),
    };
    let mut matching = candidates.filter(|(id, item)| matches(&view, selection.filters, id, *item, table));
    let size = selection.max_results.unwrap_or(1000).min(1000);
    let page: Vec<(&String, &T)> = matching.by_ref().take(size).collect();
    let more = matching.next().is_some();
    let next_token = page.last().filter(|_| more).map(|(id, _)| token_of_id(id, table.prefix));
    Ok(Page { items: page.into_iter().map(|(id, item)| render(&view, id, item)).collect(), next_token })
}

fn check<T>(selection: Selection<'_>, table: &Table<T>) -> Answer<()> {
    if let Some(size) = selection.max_results {
        if !selection.ids.is_empty() {
            let message = "The parameter MaxResults cannot be used with a list of identifiers in the same request";
            return Err(AwsError::new("InvalidParameterCombination", message));
        }
        if size < table.smallest_page {
            let least = table.smallest_page;
            let message = format!(
                "Value ( {size} ) for parameter maxResults is invalid. Expecting a value greater than or equal to {least}."
            );
            return Err(AwsError::new("InvalidParameterValue", message));
        }
    }
    let unknown = selection.filters.iter().find(|filter| !is_tag(&filter.name) && table.column(&filter.name).is_none());
    match unknown {
        Some(filter) => Err(AwsError::new("InvalidParameterValue", format!("The filter '{}' is invalid", filter.name))),
        None => Ok(()),
    }
}

fn is_tag(name: &str) -> bool {
    name.starts_with("tag:") || name == "tag-key" || name == "tag-value"
}

fn matches<T>(view: &View<'_>, filters: &[Filter], id: &str, item: &T, table: &Table<T>) -> bool {
    let tags = view.region.ec2.tags.get(id);
    filters.iter().all(|filter| {
        let actual = if is_tag(&filter.name) {
            tags.map(|tags| tag_values(tags, &filter.name)).unwrap_or_default()
        } else {
            table.column(&filter.name).map(|(_, values)| values(view, item)).unwrap_or_default()
        };
        actual.iter().any(|actual| filter.values.iter().any(|pattern| fits(pattern, actual)))
    })
}

fn tag_values(tags: &Tags, filter: &str) -> Vec<String> {
    match filter.strip_prefix("tag:") {
        Some(key) => tags.get(key).cloned().into_iter().collect(),
        None if filter == "tag-key" => tags.keys().cloned().collect(),
        None => tags.values().cloned().collect(),
    }
}

/// Whether `text` fits a pattern with `*` and `?`.
#[must_use]
pub fn fits(pattern: &str, text: &str) -> bool {
    if !pattern.contains(['*', '?']) {
        return pattern == text;
    }
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t, mut retry) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                retry = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => (p, t) = (p + 1, t + 1),
            _ => match retry {
                Some((star, from)) => {
                    retry = Some((star, from + 1));
                    (p, t) = (star + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// A page ends at an identifier, so that what comes and goes between two calls shifts nothing.
fn token_of_id(id: &str, prefix: &str) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or_default();
    id.bytes().chain(prefix.bytes()).flat_map(|byte| [digit(byte >> 4), digit(byte & 0xf)]).collect()
}

fn id_of_token(token: &str, prefix: &str) -> Answer<String> {
    let byte = |at: usize| token.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let bytes: Option<Vec<u8>> = (0..token.len()).step_by(2).map(byte).collect();
    let id = bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .and_then(|text| text.strip_suffix(prefix).map(str::to_owned));
    id.ok_or_else(|| AwsError::new("InvalidNextToken", format!("The token '{token}' is invalid")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards() {
        assert!(fits("*", "") && fits("a*c", "abbc") && fits("a?c", "abc") && fits("*b*", "abc"));
        assert!(!fits("a?c", "ac") && !fits("a*d", "abc") && !fits("A", "a"));
    }

    #[test]
    fn tokens_are_only_right_where_they_come_from() {
        let token = token_of_id("vpc-1", "vpc");
        assert_eq!(id_of_token(&token, "vpc"), Ok("vpc-1".to_owned()));
        assert!(id_of_token(&token, "subnet").is_err() && id_of_token("zz", "vpc").is_err());
    }
}
