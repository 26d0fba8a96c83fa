//! What a policy does to requests, in words: what it says, why this leaves no request, and what to write instead.

use super::context::OF_IDENTITIES;
use super::{Invocation, Operation, Sender};
use crate::model::policy::{Condition, Context, Effect, Element, Judgement, KeyValue, Policy, Statement};

/// What an explanation is made from.
pub(super) struct Explained<'a> {
    pub(super) invocation: &'a Invocation,
    pub(super) policy: &'a Policy,
    pub(super) context: &'a Context,
    pub(super) is_endpoint: bool,
}

/// What a statement does that denies these requests, or every request where none are named.
pub(super) fn denying(explained: &Explained<'_>, statement: &Statement, which: &[&Operation]) -> String {
    let conditions = statement.conditions.iter().map(|condition| explained.holds(condition)).collect::<Vec<_>>();
    let why = if conditions.is_empty() { "it has no condition".to_owned() } else { conditions.join(", and ") };
    let mut keys = statement.conditions.iter().map(|condition| condition.key.as_str());
    let remedy = keys.find_map(|key| explained.remedy(key));
    let remedy = remedy.unwrap_or_else(|| "remove the statement, or narrow it down".to_owned());
    format!("it denies {}: {why}: {remedy}", explained.requests("every", which))
}

/// Why no statement allows these requests, or any request where none are named.
pub(super) fn silent(explained: &Explained<'_>, judgement: &Judgement, which: &[&Operation]) -> String {
    let statements = explained.policy.statements.iter().zip(&judgement.statements).enumerate();
    let allowing = statements.filter(|(_, (statement, _))| statement.effect == Some(Effect::Allow));
    let mut remedy = None;
    let mut whys = Vec::new();
    for (place, (statement, application)) in allowing {
        let Some(element) = application.except else { continue };
        whys.push(format!("Statement[{place}] does not: {}", explained.keeps_out(statement, element)));
        let key = match element {
            Element::Condition(place) => statement.conditions.get(place).map(|condition| condition.key.as_str()),
            Element::Principal | Element::Action | Element::Resource => None,
        };
        remedy = remedy.or_else(|| key.and_then(|key| explained.remedy(key)));
    }
    let remedy = remedy.unwrap_or_else(|| "add a statement that allows them, or change one so that it does".to_owned());
    let whys = if whys.is_empty() { "there is none with the Effect Allow".to_owned() } else { whys.join("; ") };
    format!("no statement allows {}: {whys}: {remedy}", explained.requests("any", which))
}

impl Explained<'_> {
    fn requests(&self, quantity: &str, which: &[&Operation]) -> String {
        let through = match self.invocation.sender {
            Sender::LoadBalancer => "the load balancer and the VPC endpoint",
            Sender::Clients => "the VPC endpoint",
        };
        if which.is_empty() {
            return format!("{quantity} request that comes through {through}");
        }
        let named = which.iter().take(3).map(|it| format!("{} {}", it.method.as_deref().unwrap_or("ANY"), it.path));
        let more = if which.len() > 3 { format!(" and {} more", which.len() - 3) } else { String::new() };
        format!("{quantity} request to {}{more} that comes through {through}", named.collect::<Vec<_>>().join(", "))
    }

    /// Why a condition holds.
    fn holds(&self, condition: &Condition) -> String {
        let Condition { key, operator, .. } = condition;
        match self.context.get(key) {
            KeyValue::Absent => format!("{key} is not present in {}, so {operator} always holds", owners(key)),
            value => format!("{key} is {}, so {operator} always holds", self.value(value)),
        }
    }

    /// Why a statement does not apply.
    fn keeps_out(&self, statement: &Statement, element: Element) -> String {
        match element {
            Element::Action => "it does not cover execute-api:Invoke".to_owned(),
            Element::Principal if statement.names_principals() => {
                "it names principals, and requests to methods without AWS_IAM are anonymous".to_owned()
            }
            Element::Principal => "its NotPrincipal leaves out every caller".to_owned(),
            Element::Resource => self.other_resources(),
            Element::Condition(place) => {
                statement.conditions.get(place).map(|condition| self.fails(condition)).unwrap_or_default()
            }
        }
    }

    fn other_resources(&self) -> String {
        let Invocation { partition, region, account, stage, .. } = self.invocation;
        if self.is_endpoint {
            format!(
                "its resources are other ones: an endpoint policy takes full ARNs, such as arn:{partition}:execute-api:{region}:{account}:*/{stage}/*"
            )
        } else {
            format!("its resources are not the API's methods in stage {stage}, such as execute-api:/{stage}/*")
        }
    }

    /// Why a condition does not hold.
    fn fails(&self, condition: &Condition) -> String {
        let Condition { key, operator, values, .. } = condition;
        let values = values.join(" or ");
        match self.context.get(key) {
            KeyValue::Absent => format!("{key} is not present in {}, so {operator} never holds", owners(key)),
            value if condition.is_negated() => {
                format!("{key} is {}, which {operator} {values} leaves out", self.value(value))
            }
            value => format!("{key} is {}, not {values}", self.value(value)),
        }
    }

    fn value(&self, value: &KeyValue) -> String {
        match value {
            KeyValue::Known(values) => values.join(" and "),
            KeyValue::Within(ranges) => {
                let ranges = ranges.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ");
                match self.invocation.sender {
                    Sender::LoadBalancer => format!("an address of the load balancer in {ranges}"),
                    Sender::Clients => format!("an address in {ranges}"),
                }
            }
            KeyValue::Own { .. } => "the ID that the endpoint gets when it is created".to_owned(),
            KeyValue::Present | KeyValue::Absent | KeyValue::Unknown => "present".to_owned(),
        }
    }

    /// What to write instead of a condition on a key.
    fn remedy(&self, key: &str) -> Option<String> {
        let behind = self.invocation.sender == Sender::LoadBalancer;
        let clients = "aws:VpcSourceIp is an address of the load balancer, never one of its clients: choose these with the load balancer's security groups (spec.loadBalancer.create.clientCidrs)";
        let remedy = match key.to_ascii_lowercase().as_str() {
            "aws:sourceip" if behind => format!("use aws:SourceVpc or aws:SourceVpce instead; {clients}"),
            "aws:sourceip" => "use aws:VpcSourceIp, aws:SourceVpc or aws:SourceVpce instead".to_owned(),
            "aws:vpcsourceip" if behind => format!("name the ranges of the load balancer's subnets; {clients}"),
            "aws:vpcsourceip" => "name ranges of clients that the endpoint's security group lets in".to_owned(),
            "aws:sourcevpc" => format!("name {}", self.invocation.vpc_id),
            "aws:sourcevpce" => match self.context.get("aws:SourceVpce") {
                KeyValue::Known(ids) => format!("name {}", ids.join(" and ")),
                _ => "name this ID once it is known, or use aws:SourceVpc".to_owned(),
            },
            key if is_of_identities(key) => "have the methods ask for AWS_IAM, or remove the condition".to_owned(),
            _ => return None,
        };
        Some(remedy)
    }
}

fn is_of_identities(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    OF_IDENTITIES.iter().map(|known| known.to_ascii_lowercase()).any(|known| match known.strip_suffix('/') {
        Some(family) => key.split('/').next() == Some(family),
        None => key == known,
    })
}

/// The requests that a key is not present in.
fn owners(key: &str) -> &'static str {
    if key.eq_ignore_ascii_case("aws:SourceIp") {
        "requests that come through a VPC endpoint"
    } else if is_of_identities(key) {
        "requests that are not signed"
    } else {
        "these requests"
    }
}
