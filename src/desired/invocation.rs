//! The requests that should reach the API, as its policies see them.

use ipnet::IpNet;

use super::definition::definition;
use crate::intent::{ApiIntent, Caller, Intent};
use crate::model::invocation::{Invocation, Sender, operations};

/// What is known of the requests before there is an intent.
pub(crate) struct Requests<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) stage: &'a str,
    pub(crate) vpc_id: &'a str,
    pub(crate) api: &'a ApiIntent,
    pub(crate) behind_load_balancer: bool,
    pub(crate) sources: &'a [IpNet],
}

impl Requests<'_> {
    /// As policies see them. What an existing API does is not known.
    pub(crate) fn invocation(&self) -> Invocation {
        Invocation {
            partition: self.caller.partition.clone(),
            region: self.caller.region.clone(),
            account: self.caller.account.clone(),
            stage: self.stage.to_owned(),
            vpc_id: self.vpc_id.to_owned(),
            sender: if self.behind_load_balancer { Sender::LoadBalancer } else { Sender::Clients },
            sources: self.sources.to_vec(),
            operations: match self.api {
                ApiIntent::Create(create) => operations(&definition(create)),
                ApiIntent::Existing { .. } => Vec::new(),
            },
        }
    }
}

pub(super) fn desired(intent: &Intent) -> Invocation {
    let requests = Requests {
        caller: &intent.caller,
        stage: &intent.stage.name,
        vpc_id: &intent.vpc_id,
        api: &intent.api,
        behind_load_balancer: intent.load_balancer.is_some(),
        sources: &intent.sources,
    };
    requests.invocation()
}
