//! The AWS services, one directory each, one file per AWS resource in it.
//!
//! # How to add an operation
//!
//! 1. In the file of its resource write a typed input and a handler:
//!
//!    ```text
//!    #[derive(Deserialize)]
//!    #[serde(rename_all = "camelCase", deny_unknown_fields)]
//!    pub(super) struct CreateResourceRequest { rest_api_id: String, parent_id: String, path_part: String }
//!
//!    pub(super) fn create(ctx: &mut Context<'_>, request: CreateResourceRequest) -> Answer<Reply> {
//!        let id = ctx.ids.alphanumeric(6);
//!        let api = ctx.here.apigateway.apis.get_mut(&request.rest_api_id).ok_or_else(…)?;   // state of this account and region
//!        …
//!        Ok(Reply::with_status(201, json!({ "id": id, … })))                                // or `Ok(json!({…}))` for 200
//!    }
//!    ```
//!
//!    The input is one tree for every protocol: URL path labels, query parameters and body members together, by the names of the
//!    AWS service model. Unknown members are refused because of `deny_unknown_fields`; an `Option` or `#[serde(default)]` makes one
//!    optional. The answer's tree has the names that go on the wire (EC2: lower camel with its `…Set` lists).
//!    A handler that needs body or header fields as sent takes `&Input` instead: `fn(&mut Context<'_>, &Input) -> Answer<impl Into<Reply>>`.
//!
//! 2. Add a line to the service's `OPERATIONS`, in the file `mod.rs` of the service:
//!
//!    ```text
//!    operation!("CreateSecurityGroup", security_group::create, Write),                                     // Query and JSON protocols
//!    operation!("CreateResource", POST "/restapis/{restApiId}/resources/{parentId}", resource::create, Write), // REST protocols
//!    operation!("ImportRestApi", POST "/restapis?mode=import", raw import::import, Write),                  // raw: handler takes &Input; body not read as JSON
//!    ```
//!
//!    A fixed query parameter in the path selects the operation and is not part of the input; literal path segments win over labels.
//!
//! Nothing else: routing, call log, faults, quotas and the README's table read the same line.
//!
//! # How to add a service
//!
//! A directory with `mod.rs` that has `pub struct State` (what exists in one account and region; `Clone + Default`), `OPERATIONS` and
//! `pub static SERVICE: Service`; the `State` becomes a field of [`crate::world::Region`], `&SERVICE` an element of [`SERVICES`].

#![allow(
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    reason = "every handler has the signature of the table of operations, whether it keeps its input or can fail or not"
)]

pub mod acm;
pub mod apigateway;
pub mod auto_scaling;
pub mod batch;
pub mod code_build;
pub mod ec2;
pub mod elbv2;
pub mod events;
pub mod iam;
pub mod lambda;
pub mod monitoring;
pub mod route53;
pub mod s3;
pub mod sts;
pub mod tagging;
pub mod waf;

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::Answer;
use crate::protocol::input::{Input, InputError};
use crate::protocol::{Protocol, Reply};
use crate::world::Region;

/// Every service of the simulator.
pub static SERVICES: &[&Service] = &[
    &ec2::SERVICE,
    &elbv2::SERVICE,
    &route53::SERVICE,
    &sts::SERVICE,
    &iam::SERVICE,
    &acm::SERVICE,
    &apigateway::SERVICE,
    &lambda::SERVICE,
    &tagging::SERVICE,
    &s3::SERVICE,
    &monitoring::SERVICE,
    &auto_scaling::SERVICE,
    &waf::REGIONAL,
    &waf::SERVICE,
    &events::SERVICE,
    &code_build::SERVICE,
    &batch::SERVICE,
];

/// The service with this signing name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Service> {
    SERVICES.iter().find(|service| service.name == name).copied()
}

/// A service: how it is spoken to and what it can do.
#[derive(Debug)]
pub struct Service {
    /// Signing name, the service in SigV4's credential scope.
    pub name: &'static str,
    /// How it is spoken to.
    pub protocol: Protocol,
    /// XML namespace; for the JSON protocol what stands before the dot in `X-Amz-Target`.
    pub namespace: &'static str,
    /// What it can do.
    pub operations: &'static [Operation],
    /// What exists in an account and region, by type.
    pub inventory: fn(&Region, Timestamp) -> Inventory,
    /// Its taggable resources.
    pub tagged: fn(&Region, Timestamp) -> Vec<Tagged>,
}

impl Service {
    /// A service of which no resource exists here.
    const fn without_resources(
        name: &'static str,
        protocol: Protocol,
        namespace: &'static str,
        operations: &'static [Operation],
    ) -> Self {
        Self { name, protocol, namespace, operations, inventory: |_, _| Inventory::new(), tagged: |_, _| Vec::new() }
    }
}

/// Identifiers of what exists, by resource type.
pub type Inventory = BTreeMap<&'static str, Vec<String>>;

/// Tags of a resource, by key.
pub type Tags = BTreeMap<String, String>;

/// A resource with tags, as the Resource Groups Tagging API sees it.
#[derive(Clone, Debug)]
pub struct Tagged {
    /// Its ARN.
    pub arn: String,
    /// Its type as that API filters by, such as `elasticloadbalancing:loadbalancer`.
    pub kind: &'static str,
    /// Its tags.
    pub tags: Tags,
}

/// Whether an operation changes anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It only reads.
    Read,
    /// It changes something.
    Write,
}

/// An operation: its name, where it is found, and what carries it out.
#[derive(Debug)]
pub struct Operation {
    /// AWS's name of it.
    pub name: &'static str,
    /// HTTP method, for the REST protocols.
    pub method: &'static str,
    /// Path template, for the REST protocols.
    pub path: &'static str,
    /// The body is a document, not members of the input.
    pub payload: bool,
    /// Whether it changes anything.
    pub effect: Effect,
    /// Reads the input and carries nothing out, for `DryRun`.
    pub check: fn(&Input) -> Result<(), InputError>,
    /// Carries it out.
    pub run: fn(&mut Context<'_>, &Input) -> Result<Reply, Failure>,
}

/// Why an operation was not carried out.
#[derive(Debug)]
pub enum Failure {
    /// The input is not one of this operation.
    Input(InputError),
    /// AWS's answer.
    Aws(crate::error::AwsError),
}

/// Reads the input, calls the handler.
pub(crate) fn run<T: DeserializeOwned, R: Into<Reply>>(
    handler: fn(&mut Context<'_>, T) -> Answer<R>,
    ctx: &mut Context<'_>,
    input: &Input,
) -> Result<Reply, Failure> {
    let request = input.parse().map_err(Failure::Input)?;
    handler(ctx, request).map(Into::into).map_err(Failure::Aws)
}

/// Reads the input that this handler takes.
pub(crate) fn check<T: DeserializeOwned, R>(
    _: fn(&mut Context<'_>, T) -> Answer<R>,
    input: &Input,
) -> Result<(), InputError> {
    input.parse::<T>().map(drop)
}

/// A line of a service's table of operations.
macro_rules! operation {
    ($name:literal, $handler:path, $effect:ident) => {
        operation!($name, NONE "", $handler, $effect)
    };
    ($name:literal, $method:ident $path:literal, raw $handler:path, $effect:ident) => {
        $crate::services::Operation {
            name: $name,
            method: stringify!($method),
            path: $path,
            payload: true,
            effect: $crate::services::Effect::$effect,
            check: |_| Ok(()),
            run: |ctx, input| $handler(ctx, input).map(Into::into).map_err($crate::services::Failure::Aws),
        }
    };
    ($name:literal, $method:ident $path:literal, $handler:path, $effect:ident) => {
        $crate::services::Operation {
            name: $name,
            method: stringify!($method),
            path: $path,
            payload: false,
            effect: $crate::services::Effect::$effect,
            check: |input| $crate::services::check($handler, input),
            run: |ctx, input| $crate::services::run($handler, ctx, input),
        }
    };
}
pub(crate) use operation;
