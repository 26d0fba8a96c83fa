//! Parts of CloudFormation and SAM templates, which API Gateway does not resolve.

use serde_json::Value;

use super::document::{At, Document};
use crate::intent::Problem;

/// Members of the top level that belong to a template around the document.
const TEMPLATE: [&str; 8] = [
    "AWSTemplateFormatVersion",
    "Transform",
    "Resources",
    "Globals",
    "Parameters",
    "Mappings",
    "Conditions",
    "Outputs",
];

/// Members whose text holds an ARN, a URI or an ID, where `${…}` stands for a stage variable or for nothing.
const REFERRING: [&str; 6] =
    ["uri", "authorizerUri", "credentials", "authorizerCredentials", "connectionId", "integrationTarget"];

/// Members whose content is data of the user's.
const DATA: [&str; 6] = ["example", "examples", "default", "enum", "requestTemplates", "responseTemplates"];

pub(super) fn check(document: Document<'_>, problems: &mut Vec<Problem>) {
    for (name, at) in document.members() {
        if TEMPLATE.contains(&name) {
            let message = "belongs to a CloudFormation template, not to the document: leave the template out, and write what is in DefinitionBody or Body here";
            problems.push(at.problem(message));
        } else {
            walk(name, &at, problems);
        }
    }
}

fn walk(name: &str, at: &At<'_>, problems: &mut Vec<Problem>) {
    if let Some(function) = function(at.value) {
        let message = format!(
            "{function} is a function of CloudFormation, which API Gateway does not resolve: write the value itself"
        );
        return problems.push(at.problem(message));
    }
    if let Some(text) = at.value.as_str() {
        problems.extend(substitution(name, text).map(|message| at.problem(message)));
    }
    let inner =
        at.members().filter(|(name, _)| !DATA.contains(name) || *name == "default" && at.value.get("type").is_none());
    inner.for_each(|(name, inner)| walk(name, &inner, problems));
    at.items().for_each(|inner| walk(name, &inner, problems));
}

/// The intrinsic function that an object is.
fn function(value: &Value) -> Option<&str> {
    let (name, argument) = value.as_object().filter(|it| it.len() == 1)?.iter().next()?;
    let known = name.starts_with("Fn::") || name == "Ref" && argument.is_string();
    known.then_some(name)
}

/// `${…}` that nobody fills in.
fn substitution(name: &str, text: &str) -> Option<String> {
    let named = text.match_indices("${").filter_map(|(start, _)| Some(text[start + 2..].split_once('}')?.0));
    let refers = REFERRING.contains(&name) || name == "providerARNs";
    let unknown = |it: &&str| it.starts_with("AWS::") || refers && !it.starts_with("stageVariables.");
    let found = named.into_iter().find(unknown)?;
    let what = match found {
        "AWS::Region" => "write the region itself, for example eu-central-1".to_owned(),
        "AWS::AccountId" => "write the account number itself".to_owned(),
        "AWS::Partition" => "write the partition itself, for example aws".to_owned(),
        _ => "write the value itself, or ${stageVariables.<name>} and spec.api.stage.variables".to_owned(),
    };
    Some(format!(
        "${{{found}}} is filled in by a template (CloudFormation's !Sub or Terraform), not by API Gateway: {what}"
    ))
}
