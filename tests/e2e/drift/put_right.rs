//! What others do to a front door, and whether it is put right.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;
use testenv::poll;

use super::Row;
use crate::aws::every;
use crate::door::Door;
use crate::lab::PATIENCE;

/// How soon something is seen that AWS needs some time for.
const SOON: Duration = Duration::from_millis(50);

impl Door {
    pub(super) fn endpoint(&self) -> String {
        self.text("/vpcEndpoint/id").to_owned()
    }

    /// An address of the endpoint.
    pub(super) fn address(&self) -> String {
        self.text("/vpcEndpoint/addresses/0").to_owned()
    }

    pub(super) fn api(&self) -> String {
        self.text("/api/id").to_owned()
    }

    pub(super) fn stage(&self) -> String {
        format!("/restapis/{}/stages/{}", self.api(), self.text("/api/stage"))
    }

    pub(super) fn load_balancer(&self) -> String {
        self.text("/loadBalancer/arn").to_owned()
    }

    pub(super) fn listener(&self) -> String {
        self.text("/loadBalancer/listenerArn").to_owned()
    }

    pub(super) fn target_group(&self) -> String {
        self.text("/targetGroup/arn").to_owned()
    }

    pub(super) fn rule(&self, index: usize) -> String {
        self.text(&format!("/rules/{index}/arn")).to_owned()
    }

    pub(super) fn endpoint_group(&self) -> String {
        self.text("/securityGroups/0/id").to_owned()
    }

    pub(super) fn balancer_group(&self) -> String {
        self.text("/securityGroups/1/id").to_owned()
    }

    /// All that Elastic Load Balancing answers, but for the request's own ID.
    pub(super) fn elb(&self, form: &str) -> String {
        self.lab.elb(form).split("<ResponseMetadata>").next().unwrap_or_default().to_owned()
    }

    /// Texts of some elements of what EC2 answers, in whatever order it lists them.
    pub(super) fn ec2(&self, form: &str, elements: &[&str]) -> String {
        let answer = self.lab.ec2(form);
        let texts: BTreeSet<String> = elements.iter().flat_map(|element| every(&answer, element)).collect();
        format!("{texts:?}")
    }

    /// All that API Gateway answers, but for when it was changed.
    pub(super) fn get(&self, path: &str) -> String {
        let mut answer = self.lab.apigateway("GET", path, &Value::Null);
        if let Some(fields) = answer.as_object_mut() {
            fields.remove("lastUpdatedDate");
        }
        answer.to_string()
    }

    /// Lets others do what the row says, asks for a pass, and tells what is not as it should be then.
    pub(super) fn put_right(&mut self, row: &Row) -> Result<(), String> {
        let (before, answer) = ((row.look)(self), self.request_url());
        assert_eq!(answer.0, 200, "{}", answer.1);
        let known = self.lab.events();
        (row.drift)(self);
        if (row.look)(self) == before {
            return Err("the drift cannot be seen".to_owned());
        }
        self.lab.reconcile_now(self.name());
        self.settle();
        self.wait_for("as before", &before, &row.look)?;
        self.wait_for("an answer", &answer, &Self::request_url)?;
        self.named(&known.into_keys().collect(), row.operation)
    }

    /// AWS may still be at it, with a target that drains for example.
    fn wait_for<T: PartialEq + std::fmt::Debug>(
        &self,
        what: &str,
        expected: &T,
        look: &dyn Fn(&Self) -> T,
    ) -> Result<(), String> {
        let looked = poll::until(what, SOON, PATIENCE, || {
            let found = look(self);
            Ok(if found == *expected { Ok(()) } else { Err(format!("{found:?}, not {expected:?}")) })
        });
        looked.map_err(|error| error.to_string())
    }

    /// Whether every Event since tells of drift, one of them of this operation.
    fn named(&self, known: &BTreeSet<String>, operation: &str) -> Result<(), String> {
        let events: Vec<(String, String)> =
            self.lab.events().into_iter().filter(|(name, _)| !known.contains(name)).map(|(_, event)| event).collect();
        let otherwise = ["Created", "Updated", "Deleted"];
        let named = events.iter().any(|(reason, message)| reason == "DriftCorrected" && message.contains(operation));
        if named && !events.iter().any(|(reason, _)| otherwise.contains(&reason.as_str())) {
            return Ok(());
        }
        Err(format!("no Event DriftCorrected of {operation}, or others beside it: {events:#?}"))
    }

    /// A pass that is asked for does nothing and says nothing.
    pub(super) fn stays(&self) {
        let (known, mutations) = (self.lab.events(), self.lab.mutations());
        self.lab.reconcile_now(self.name());
        assert_eq!(self.lab.mutations(), mutations);
        assert_eq!(self.lab.events(), known);
    }
}
