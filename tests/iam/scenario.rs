//! Scenarios as data: what stands, what is wanted, and what happens to it.

use std::collections::BTreeSet;

use frontdoor::iam::{Policy, Scope, policy};
use futures::future::{BoxFuture, FutureExt};
use serde_json::{Value, json};

use crate::common::REGION;
use crate::door::{self, ACCOUNT, CLUSTER_ID, Door};

/// What stands for the ID of the API of others' that a scenario keeps aspects of.
const MANAGED_API: &str = "managed0api";

/// What others do to an account.
pub type Deed = for<'a> fn(&'a mut Door) -> BoxFuture<'a, ()>;

/// What happens.
#[derive(Clone)]
pub enum Step {
    /// Passes until there is nothing left to do.
    Keep,
    /// The same after a field has another value: a JSON pointer into the spec; `null` takes the field away.
    Edit(&'static str, Value),
    /// Others do something, then passes as before. The controller has been restarted: it remembers nothing.
    Drift(Deed),
    /// The object is deleted.
    Delete,
}

/// A front door's story.
#[derive(Clone)]
pub struct Scenario {
    pub name: &'static str,
    /// What others have made before; it completes the spec.
    pub given: Option<Deed>,
    pub spec: Value,
    /// The front door stands before the controller gets its policy.
    pub stands: bool,
    /// It keeps aspects of an API of others'.
    pub manages: bool,
    /// It names a role for API Gateway to take on.
    pub passes: bool,
    pub steps: Vec<Step>,
}

impl Scenario {
    /// A front door that stands and to which something happens.
    pub fn of(name: &'static str, spec: Value, steps: Vec<Step>) -> Self {
        Self { name, given: None, spec, stands: true, manages: false, passes: false, steps }
    }

    /// The policy that it is run under.
    pub fn policy(&self) -> Policy {
        policy(&Scope { managed_apis: self.managed_apis(), passed_roles: self.passed_roles(), ..Scope::default() })
    }

    /// The same for one cluster in one region of one account.
    pub fn narrow_policy(&self) -> Policy {
        policy(&Scope {
            partition: Some("aws".to_owned()),
            region: Some(REGION.to_owned()),
            account: Some(ACCOUNT.to_owned()),
            cluster_id: Some(CLUSTER_ID.to_owned()),
            managed_apis: self.managed_apis(),
            passed_roles: self.passed_roles(),
        })
    }

    fn managed_apis(&self) -> Vec<String> {
        if self.manages { vec![MANAGED_API.to_owned()] } else { Vec::new() }
    }

    fn passed_roles(&self) -> Vec<String> {
        if self.passes { vec![door::ROLE.to_owned()] } else { Vec::new() }
    }

    /// Plays it under a policy. Answers the operations called, or the first refusal.
    pub async fn play(&self, policy: &Policy) -> Result<BTreeSet<String>, String> {
        let mut door = Door::new(self.spec.clone());
        if let Some(given) = self.given {
            given(&mut door).await;
        }
        if self.stands {
            door.keep().await.expect("nothing is denied yet");
        }
        let id = door.spec["api"]["id"].as_str().unwrap_or_default();
        let policy = json!(policy).to_string().replace(MANAGED_API, id);
        door.restrict(&serde_json::from_str(&policy).expect("a policy"));
        for step in &self.steps {
            step.take(&mut door).await?;
        }
        Ok(door.called())
    }
}

impl Step {
    async fn take(&self, door: &mut Door) -> Result<(), String> {
        match self {
            Self::Keep => {}
            Self::Edit(pointer, value) => edit(&mut door.spec, pointer, value),
            Self::Drift(deed) => {
                deed(door).await;
                door.restart();
            }
            Self::Delete => return door.delete().await,
        }
        door.keep().boxed().await
    }
}

/// Sets what a JSON pointer leads to.
fn edit(spec: &mut Value, pointer: &str, value: &Value) {
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    let fields = spec.pointer_mut(parent).and_then(Value::as_object_mut).expect("it leads somewhere");
    if value.is_null() {
        fields.remove(name);
    } else {
        fields.insert(name.to_owned(), value.clone());
    }
}
