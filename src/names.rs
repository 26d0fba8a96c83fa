//! Names that the controller gives to AWS resources: readable, unique, and within AWS's limits by construction.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::tags::Owner;

/// Length of the hash that makes a name unique.
const HASH_LENGTH: usize = 10;
/// Prefix of every name.
const PREFIX: &str = "pafd";
/// Longest name of a load balancer or target group.
///
/// Source: Elastic Load Balancing API Reference, `CreateTargetGroup`, `CreateLoadBalancer`.
const ELB_NAME_LENGTH: usize = 32;
/// Longest name of a security group.
///
/// Source: EC2 API Reference, `CreateSecurityGroup`.
const GROUP_NAME_LENGTH: usize = 255;

const _: () =
    assert!(PREFIX.len() + 1 + HASH_LENGTH < ELB_NAME_LENGTH, "prefix and hash leave room for a readable part");

/// A name of letters, digits and single inner hyphens: valid wherever the controller needs one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResourceName(String);

impl ResourceName {
    /// The name of a load balancer or target group of this object. `replacement` tells apart resources that stand side by side while one
    /// replaces the other; it holds what cannot be modified.
    #[must_use]
    pub fn elb(owner: &Owner, resource: &str, replacement: &str) -> Self {
        Self::new(owner, resource, replacement, ELB_NAME_LENGTH)
    }

    /// The name of a security group of this object in a VPC.
    #[must_use]
    pub fn security_group(owner: &Owner, resource: &str, vpc_id: &str) -> Self {
        Self::new(owner, resource, vpc_id, GROUP_NAME_LENGTH)
    }

    fn new(owner: &Owner, resource: &str, replacement: &str, limit: usize) -> Self {
        let hash = short_hash(&[&owner.cluster, &owner.namespace, &owner.name, resource, replacement], HASH_LENGTH);
        let readable = readable(&format!("{}-{}", owner.namespace, owner.name), limit - PREFIX.len() - HASH_LENGTH - 2);
        Self(format!("{PREFIX}-{readable}-{hash}"))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ResourceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Statement ID of the permission that lets an API invoke a function. Letters, digits, `-` and `_`, at most 100.
///
/// Source: Lambda API Reference, `AddPermission`.
#[must_use]
pub fn statement_id(owner: &Owner) -> String {
    format!("{PREFIX}-{}", short_hash(&[&owner.cluster, &owner.namespace, &owner.name], 32))
}

/// Idempotency token: the same input gives the same token, so that a repeated create finds the first one's result. At most 64 characters.
#[must_use]
pub fn client_token(owner: &Owner, parts: &[&str]) -> String {
    let mut all = vec![owner.cluster.as_str(), owner.namespace.as_str(), owner.name.as_str()];
    all.extend(parts);
    short_hash(&all, 64)
}

/// First `length` hexadecimal digits of the SHA-256 of the parts. No two lists of parts run into each other.
pub(crate) fn short_hash(parts: &[&str], length: usize) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.len().to_be_bytes());
        hasher.update(part.as_bytes());
    }
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    let hex = hasher.finalize().into_iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    hex.take(length).collect()
}

/// What remains of a Kubernetes name when AWS's character set and the room are respected.
fn readable(name: &str, room: usize) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let clean: String = words.collect::<Vec<_>>().join("-").chars().take(room).collect();
    clean.trim_end_matches('-').to_owned()
}

/// What the names of all load balancers and target groups of this object start with; others' names may start so too, tags decide.
#[must_use]
pub fn elb_prefix(owner: &Owner) -> String {
    let name = ResourceName::elb(owner, "", "").0;
    let readable = name.len() - HASH_LENGTH;
    name.chars().take(readable).collect()
}
