//! Conditions of rules (API Reference, `RuleCondition`; User Guide for Application Load Balancers, "Condition types for listener rules").

use serde::{Deserialize, Serialize};

use super::select::invalid;
use crate::error::Answer;

/// Plain values or regular expressions.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Patterns {
    /// Values, mostly with `*` and `?`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// Regular expressions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regex_values: Vec<String>,
}

/// A header field and its values.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct HeaderPatterns {
    /// Name of the header field.
    pub http_header_name: String,
    /// Values, with `*` and `?`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// Regular expressions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regex_values: Vec<String>,
}

/// A pair of a query string.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Pair {
    /// Name; any if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Value.
    pub value: String,
}

/// Pairs of a query string.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Pairs {
    /// The pairs, any of which may be there.
    pub values: Vec<Pair>,
}

/// A condition. Requests may give values in the old place (`Values`) or in the configuration of the field; answers have both.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Condition {
    /// What it looks at.
    pub field: String,
    /// Values in the old place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// Regular expressions in the old place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regex_values: Vec<String>,
    /// With `host-header`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_header_config: Option<Patterns>,
    /// With `path-pattern`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path_pattern_config: Option<Patterns>,
    /// With `http-header`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_header_config: Option<HeaderPatterns>,
    /// With `query-string`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_string_config: Option<Pairs>,
    /// With `http-request-method`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_request_method_config: Option<Patterns>,
    /// With `source-ip`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_ip_config: Option<Patterns>,
}

impl Condition {
    /// Both places filled, the way answers have it.
    fn complete(mut self) -> Answer<Self> {
        let old =
            Patterns { values: std::mem::take(&mut self.values), regex_values: std::mem::take(&mut self.regex_values) };
        let has_old = old != Patterns::default();
        match self.field.as_str() {
            "host-header" => self.host_header_config = Some(one_of(&self.field, self.host_header_config.take(), old)?),
            "path-pattern" => {
                self.path_pattern_config = Some(one_of(&self.field, self.path_pattern_config.take(), old)?);
            }
            "http-header" | "query-string" | "http-request-method" | "source-ip" if has_old => {
                return Err(invalid(format!(
                    "Condition field '{}' takes its values in its configuration only",
                    self.field
                )));
            }
            "http-header" | "query-string" | "http-request-method" | "source-ip" => return Ok(self),
            other => {
                return Err(invalid(format!(
                    "Condition field '{other}' must be one of '[path-pattern, host-header, http-header, query-string, http-request-method, source-ip]'"
                )));
            }
        }
        let patterns =
            self.host_header_config.as_ref().or(self.path_pattern_config.as_ref()).cloned().unwrap_or_default();
        (self.values, self.regex_values) = (patterns.values, patterns.regex_values);
        Ok(self)
    }

    /// Values and regular expressions, wherever they are.
    fn patterns(&self) -> (Vec<&str>, Vec<&str>) {
        let patterns = [
            &self.host_header_config,
            &self.path_pattern_config,
            &self.http_request_method_config,
            &self.source_ip_config,
        ];
        let patterns = patterns.into_iter().flatten();
        let mut values: Vec<&str> =
            patterns.clone().flat_map(|patterns| &patterns.values).map(String::as_str).collect();
        let mut regexes: Vec<&str> = patterns.flat_map(|patterns| &patterns.regex_values).map(String::as_str).collect();
        if let Some(header) = &self.http_header_config {
            values.extend(header.values.iter().map(String::as_str));
            regexes.extend(header.regex_values.iter().map(String::as_str));
        }
        let pairs = self.query_string_config.iter().flat_map(|pairs| &pairs.values);
        values.extend(pairs.map(|pair| pair.value.as_str()));
        (values, regexes)
    }

    fn check(&self) -> Answer<()> {
        let (values, regexes) = self.patterns();
        if values.is_empty() && regexes.is_empty() {
            return Err(invalid(format!("A condition of field '{}' must have at least one value", self.field)));
        }
        if !values.is_empty() && !regexes.is_empty() {
            return Err(invalid("A condition can have values or regular expressions, not both"));
        }
        if let Some(long) = values.iter().chain(&regexes).find(|value| value.is_empty() || value.len() > 128) {
            return Err(invalid(format!(
                "The length of condition value '{long}' must be between 1 and 128 characters"
            )));
        }
        if let Some(bad) = regexes.iter().find(|regex| regex::Regex::new(regex).is_err()) {
            return Err(invalid(format!("The regex '{bad}' is not valid")));
        }
        match values.iter().find(|value| !fits(&self.field, value)) {
            Some(bad) => Err(invalid(format!("Condition value '{bad}' contains a character that is not valid"))),
            None => Ok(()),
        }
    }
}

fn one_of(field: &str, config: Option<Patterns>, old: Patterns) -> Answer<Patterns> {
    match (config, old == Patterns::default()) {
        (Some(config), true) => Ok(config),
        // Clients that send back what they read have both; that is fine as long as they agree.
        (Some(config), false) if config == old => Ok(config),
        (Some(_), false) => Err(invalid(format!("Condition field '{field}' has its values twice"))),
        (None, _) => Ok(old),
    }
}

/// The characters that a field's values may have (API Reference, the `…ConditionConfig` types).
fn fits(field: &str, value: &str) -> bool {
    let all = |allowed: &str| value.chars().all(|c| c.is_ascii_alphanumeric() || allowed.contains(c));
    match field {
        "host-header" => {
            let end = value.rsplit('.').next().unwrap_or_default();
            all("-.*?") && value.contains('.') && end.chars().all(|c| c.is_ascii_alphabetic() || "*?".contains(c))
        }
        "path-pattern" => all("_-.$/~\"'@:+&*?"),
        "http-request-method" => value.len() <= 40 && value.chars().all(|c| c.is_ascii_uppercase() || "-_".contains(c)),
        "source-ip" => value.parse::<ipnet::IpNet>().is_ok(),
        _ => value.chars().all(|c| (' '..='~').contains(&c)),
    }
}

/// Quotas "Condition values per rule" and "Condition wildcards per rule" (User Guide for Application Load Balancers, "Quotas").
const MOST_VALUES: usize = 5;
const MOST_WILDCARDS: usize = 6;

/// Conditions of a request, complete and right. Quotas: five values and six wildcards a rule (User Guide, "Quotas").
pub(super) fn checked(conditions: Vec<Condition>) -> Answer<Vec<Condition>> {
    let conditions: Vec<Condition> = conditions.into_iter().map(Condition::complete).collect::<Answer<_>>()?;
    let (mut values, mut wildcards) = (0, 0);
    for (at, condition) in conditions.iter().enumerate() {
        condition.check()?;
        let single = !matches!(condition.field.as_str(), "http-header" | "query-string");
        if single && conditions[..at].iter().any(|before| before.field == condition.field) {
            return Err(invalid(format!("A rule can only have one '{}' condition", condition.field)));
        }
        let (plain, regexes) = condition.patterns();
        values += plain.len() + regexes.len();
        wildcards += plain.iter().map(|value| value.matches(['*', '?']).count()).sum::<usize>();
    }
    if values == 0 {
        return Err(invalid("A rule must have at least one condition"));
    }
    if values > MOST_VALUES || wildcards > MOST_WILDCARDS {
        let message = format!("A rule can only have '{MOST_VALUES}' condition values and '{MOST_WILDCARDS}' wildcards");
        return Err(invalid(message));
    }
    Ok(conditions)
}
