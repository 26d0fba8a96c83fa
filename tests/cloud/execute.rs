//! One step: refused as AWS refuses, or done.

use frontdoor::change::{Change, Output};

use super::{Cloud, Refusal, wrong};

impl Cloud {
    /// Executes a change. What is touched must be ours.
    pub fn execute(&mut self, change: &Change) -> Result<Output, Refusal> {
        self.calls += 1;
        self.check_owned(change)?;
        self.check_unlocked(change)?;
        let output = match change {
            Change::SecurityGroup(it) => self.security_group(it),
            Change::VpcEndpoint(it) => self.vpc_endpoint(it),
            Change::RestApi(it) => self.rest_api(it),
            Change::FunctionPermission(it) => self.function_permission(it),
            Change::Stage(it) => self.stage(it),
            Change::TargetGroup(it) => self.target_group(it),
            Change::LoadBalancer(it) => self.load_balancer(it),
            Change::Listener(it) => self.listener(it),
            Change::Rule(it) => self.rule(it),
            Change::Tags(_) => Ok(Output::Done),
        }?;
        change.apply(&mut self.all, output.clone());
        self.after(change);
        Ok(self.updates(change, output))
    }

    /// The field that names what is changed must name something of ours.
    fn check_owned(&self, change: &Change) -> Result<(), Refusal> {
        let fields = change.fields();
        let named = ["id", "arn", "apiId"].iter().find_map(|name| fields.get(*name)?.as_str());
        let listed = fields.get("resources").and_then(serde_json::Value::as_array).into_iter().flatten();
        let ids: Vec<&str> = named.into_iter().chain(listed.filter_map(serde_json::Value::as_str)).collect();
        ids.into_iter().try_for_each(|id| self.check_owned_by_id(change, id))
    }

    fn check_owned_by_id(&self, change: &Change, id: &str) -> Result<(), Refusal> {
        let all = &self.all;
        let tags = [
            all.security_groups.iter().find(|it| it.id == id).map(|it| &it.tags),
            all.vpc_endpoints.iter().find(|it| it.id == id).map(|it| &it.tags),
            all.rest_apis.iter().find(|it| it.id == id).map(|it| &it.tags),
            all.rest_apis.iter().find(|it| it.stages.iter().any(|stage| stage.path == id)).map(|it| &it.tags),
            all.target_groups.iter().find(|it| it.arn == id).map(|it| &it.tags),
            all.load_balancers.iter().find(|it| it.arn == id).map(|it| &it.tags),
            all.listeners.iter().find(|it| it.arn == id).map(|it| &it.tags),
            all.rules.iter().find(|it| it.arn == id).map(|it| &it.tags),
        ];
        match tags.into_iter().flatten().next() {
            None => wrong(format!("{}: {id} does not exist", change.operation())),
            Some(tags) if !self.owns(tags) && !self.adopted.contains(id) => {
                wrong(format!("{}: {id} is not ours", change.operation()))
            }
            Some(_) => Ok(()),
        }
    }
}
