//! The least policy that lets the controller make its calls.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::calls::calls;
use super::need::{Condition, Need, PASSED};
use super::statement::{Grant, merged};
use crate::tags::CLUSTER;

/// What stands for the ID of an API of others'.
const MANAGED_API: &str = "{api}";
/// Version of the policy language.
const VERSION: &str = "2012-10-17";

/// What a policy is for; what is not given is not narrowed down.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope {
    /// Partition of the ARNs, such as `aws-cn`.
    pub partition: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The account.
    pub account: Option<String>,
    /// The cluster, as the ownership tags name it: resources of other clusters are denied.
    pub cluster_id: Option<String>,
    /// IDs of REST APIs of others' whose aspects `spec.api.manage` names; `*` for all of them.
    pub managed_apis: Vec<String>,
    /// ARNs of roles that specs name for API Gateway to take on.
    pub passed_roles: Vec<String>,
}

/// An identity-based policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Policy {
    version: &'static str,
    /// All of them allow.
    pub statement: Vec<Statement>,
}

/// A statement of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Statement {
    /// Its name.
    pub sid: String,
    effect: &'static str,
    /// What may be done.
    #[serde(serialize_with = "one_or_more")]
    pub action: Vec<String>,
    /// To what.
    #[serde(serialize_with = "one_or_more")]
    pub resource: Vec<String>,
    /// When.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub condition: Conditions,
}

/// Values by operator and key.
type Conditions = BTreeMap<&'static str, BTreeMap<String, Values>>;

/// Of which the request has to have one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Values(#[serde(serialize_with = "one_or_more")] pub Vec<String>);

/// A list of one is written as that one: policies have few characters.
fn one_or_more<S: Serializer>(items: &[String], serializer: S) -> Result<S::Ok, S::Error> {
    match items {
        [single] => serializer.serialize_str(single),
        items => items.serialize(serializer),
    }
}

/// The least policy for all calls of the table.
#[must_use]
pub fn policy(scope: &Scope) -> Policy {
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let statements = merged(calls().flat_map(|call| call.needs).filter(|need| scope.covers(need)));
    let statements = statements.into_iter().map(|grant| {
        let name = format!("{}{}", grant.condition.word(), if grant.is_read() { "" } else { word(&grant) });
        let place = names.entry(name.clone()).and_modify(|place| *place += 1).or_insert(1);
        let sid = if *place == 1 { name } else { format!("{name}{place}") };
        let sid = if grant.is_read() { "Read".to_owned() } else { sid };
        Statement {
            sid,
            effect: "Allow",
            action: grant.actions.iter().map(|action| (*action).to_owned()).collect(),
            resource: if grant.is_read() { vec!["*".to_owned()] } else { scope.arns(&grant) },
            condition: scope.condition(&grant),
        }
    });
    Policy { version: VERSION, statement: statements.collect() }
}

impl Scope {
    fn covers(&self, need: &Need) -> bool {
        match need.condition {
            Condition::Managed => !self.managed_apis.is_empty(),
            Condition::PassedRole => !self.passed_roles.is_empty(),
            _ => true,
        }
    }

    /// Source: Service Authorization Reference, "Resource types defined by" each service.
    fn arns(&self, grant: &Grant) -> Vec<String> {
        if grant.resources.contains(PASSED) {
            return self.passed_roles.clone();
        }
        let any = |part: &Option<String>| part.clone().unwrap_or_else(|| "*".to_owned());
        let (region, account) = match grant.service {
            "route53" => (String::new(), String::new()),
            "iam" => (String::new(), any(&self.account)),
            "apigateway" => (any(&self.region), String::new()),
            _ => (any(&self.region), any(&self.account)),
        };
        let prefix = format!("arn:{}:{}:{region}:{account}:", any(&self.partition), grant.service);
        // An action knows resources of its own service only: `*` says the same in fewer characters, of which a managed policy has few.
        let anywhere = self.partition.is_none() && self.region.is_none() && self.account.is_none();
        let arns = grant
            .resources
            .iter()
            .map(|resource| if anywhere && *resource == "*" { "*".to_owned() } else { format!("{prefix}{resource}") });
        arns.flat_map(|arn| self.of_each_managed_api(&arn)).collect()
    }

    fn of_each_managed_api(&self, arn: &str) -> Vec<String> {
        if arn.contains(MANAGED_API) {
            self.managed_apis.iter().map(|api| arn.replace(MANAGED_API, api)).collect()
        } else {
            vec![arn.to_owned()]
        }
    }

    fn condition(&self, grant: &Grant) -> Conditions {
        let service = grant.service;
        let of = |operator, key: &str, values: &[&str]| {
            let values = values.iter().map(|value| (*value).to_owned()).collect();
            BTreeMap::from([(operator, BTreeMap::from([(key.to_owned(), Values(values))]))])
        };
        match grant.condition {
            Condition::Always | Condition::Managed => BTreeMap::new(),
            Condition::Created => self.ours(&["aws:RequestTag"]),
            Condition::CreatedOnOwn => self.ours(&["aws:RequestTag", "aws:ResourceTag"]),
            Condition::Own => self.ours(&["aws:ResourceTag"]),
            Condition::TaggedAnew => {
                let mut condition = self.ours(&["aws:RequestTag"]);
                let untagged = (format!("aws:ResourceTag/{CLUSTER}"), Values(vec!["true".to_owned()]));
                condition.entry("Null").or_default().extend([untagged]);
                condition
            }
            Condition::CreatedEndpoint => {
                let mut condition = self.ours(&["aws:RequestTag"]);
                // `com.amazonaws.<region>.execute-api`, with `cn.` before it in China.
                condition.extend(of("StringLike", "ec2:VpceServiceName", &["*.execute-api"]));
                condition
            }
            Condition::TaggedOnCreate => of("StringEquals", &format!("{service}:CreateAction"), &creating(grant)),
            Condition::ForApiGateway => of("StringEquals", "lambda:Principal", &["apigateway.amazonaws.com"]),
            Condition::LinkedRole => of(
                "StringEquals",
                "iam:AWSServiceName",
                &["elasticloadbalancing.amazonaws.com", "ops.apigateway.amazonaws.com"],
            ),
            Condition::PassedRole => of("StringEquals", "iam:PassedToService", &["apigateway.amazonaws.com"]),
        }
    }

    /// The tags are ours: of this cluster, or of any.
    fn ours(&self, keys: &[&str]) -> Conditions {
        let (operator, value) = match &self.cluster_id {
            Some(id) => ("StringEquals", id.as_str()),
            None => ("Null", "false"),
        };
        let keys = keys.iter().map(|key| (format!("{key}/{CLUSTER}"), Values(vec![value.to_owned()])));
        BTreeMap::from([(operator, keys.collect())])
    }
}

/// The operations that tag what they create by one of the actions.
fn creating(grant: &Grant) -> Vec<&'static str> {
    let tags = |need: &Need| need.condition == Condition::TaggedOnCreate && grant.actions.contains(need.action);
    let creates = calls().filter(|call| call.needs.iter().any(tags));
    creates.map(|call| call.operation.api_name()).collect()
}

impl Condition {
    fn word(self) -> &'static str {
        match self {
            Self::Always => "Use",
            Self::Created | Self::CreatedEndpoint | Self::CreatedOnOwn | Self::LinkedRole => "Create",
            Self::TaggedOnCreate | Self::TaggedAnew => "TagNew",
            Self::Own => "Own",
            Self::ForApiGateway => "Open",
            Self::Managed => "Managed",
            Self::PassedRole => "Pass",
        }
    }
}

fn word(grant: &Grant) -> &'static str {
    match grant.service {
        "acm" => "Certificates",
        "apigateway" => "RestApis",
        "ec2" => "Endpoints",
        "elasticloadbalancing" => "LoadBalancing",
        "iam" if grant.condition == Condition::PassedRole => "Roles",
        "iam" => "LinkedRole",
        "lambda" => "Functions",
        "route53" => "PrivateDns",
        _ => "Others",
    }
}
