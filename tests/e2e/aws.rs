//! AWS as others use it, in the account of a test: what stood there before, and what happens behind the controller's back.

use std::time::Duration;

use serde_json::Value;
use testenv::poll;

use crate::lab::{Lab, PATIENCE, shared};

/// What AWS answers to changes of an API that it still updates.
const LOCKED: [&str; 2] = ["already an update in progress", "while the apiStatus is"];

impl Lab {
    /// Calls EC2 with a form; gives the XML it answers.
    pub(crate) fn ec2(&self, form: &str) -> String {
        shared().simulator.query(&self.account, "ec2", &format!("Action={form}&Version=2016-11-15")).unwrap()
    }

    /// Calls Elastic Load Balancing with a form; gives the XML it answers.
    pub(crate) fn elb(&self, form: &str) -> String {
        let form = format!("Action={form}&Version=2015-12-01");
        shared().simulator.query(&self.account, "elasticloadbalancing", &form).unwrap()
    }

    /// Calls API Gateway, once more while AWS still updates the API.
    pub(crate) fn apigateway(&self, method: &'static str, path: &str, body: &Value) -> Value {
        let locked = |error: &testenv::Error| LOCKED.iter().any(|text| error.to_string().contains(text));
        poll::until("an API that is not being updated", Duration::from_millis(20), PATIENCE, || {
            match self.try_rest("apigateway", method, path, body) {
                Err(error) if locked(&error) => Ok(Err(error.to_string())),
                answer => answer.map(Ok),
            }
        })
        .unwrap()
    }

    /// Calls Lambda.
    pub(crate) fn lambda(&self, method: &'static str, path: &str, body: &Value) -> Value {
        self.rest("lambda", method, path, body)
    }

    /// Calls Route 53; gives the XML it answers.
    pub(crate) fn route53(&self, method: &'static str, path: &str, body: &str) -> String {
        shared().simulator.rest(&self.account, "route53", (method, &format!("/2013-04-01/{path}")), body).unwrap()
    }

    fn rest(&self, service: &str, method: &'static str, path: &str, body: &Value) -> Value {
        self.try_rest(service, method, path, body).unwrap()
    }

    fn try_rest(&self, service: &str, method: &'static str, path: &str, body: &Value) -> testenv::Result<Value> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let answer = shared().simulator.rest(&self.account, service, (method, path), &body)?;
        Ok(if answer.trim().is_empty() { Value::Null } else { serde_json::from_str(&answer).unwrap() })
    }

    /// Calls Certificate Manager.
    pub(crate) fn acm(&self, operation: &str, body: &Value) -> Value {
        let operation = format!("CertificateManager.{operation}");
        let answer = shared().simulator.json(&self.account, "acm", &operation, &body.to_string()).unwrap();
        serde_json::from_str(&answer).unwrap_or_default()
    }
}

/// Text of the first element of this name.
pub(crate) fn inner(xml: &str, element: &str) -> String {
    every(xml, element).into_iter().next().unwrap_or_else(|| panic!("no {element} in {xml}"))
}

/// Texts of all elements of this name, in their order.
pub(crate) fn every(xml: &str, element: &str) -> Vec<String> {
    let tag = format!("<{element}>");
    xml.split(&tag).skip(1).map(|rest| rest.split('<').next().unwrap_or_default().to_owned()).collect()
}
