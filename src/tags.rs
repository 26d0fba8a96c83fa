//! Ownership: the tags by which the controller finds what is its own. They are its only memory.
//!
//! | tag | value |
//! | --- | --- |
//! | `privateapi.dev/cluster` | stable ID of the cluster (`--cluster-id`; default the UID of the namespace `kube-system`) |
//! | `privateapi.dev/owner` | `<namespace>/<name>` of the `PrivateApiFrontDoor` |
//! | `privateapi.dev/resource` | which part of the front door the resource is, for example `vpc-endpoint` |
//!
//! The object's UID is no part of identity: an object that was restored from a backup finds its resources again.

use std::collections::BTreeMap;

/// Tag that names the cluster.
pub const CLUSTER: &str = "privateapi.dev/cluster";
/// Tag that names the object.
pub const OWNER: &str = "privateapi.dev/owner";
/// Tag that names the part.
pub const RESOURCE: &str = "privateapi.dev/resource";

/// Tags of an AWS resource.
pub type Tags = BTreeMap<String, String>;

/// The object that owns AWS resources.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Owner {
    /// Stable ID of the cluster.
    pub cluster: String,
    /// Namespace of the object.
    pub namespace: String,
    /// Name of the object.
    pub name: String,
}

impl Owner {
    /// Value of the tag [`OWNER`].
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}/{}", self.namespace, self.name)
    }

    /// Tags of a resource that is this part of the object: the user's, and the three that prove ownership.
    #[must_use]
    pub fn tags(&self, resource: &str, user: &Tags) -> Tags {
        let own = [(CLUSTER, self.cluster.clone()), (OWNER, self.key()), (RESOURCE, resource.to_owned())];
        let mut tags = user.clone();
        tags.extend(own.map(|(key, value)| (key.to_owned(), value)));
        tags
    }

    /// Whether the tags prove that a resource belongs to this object.
    #[must_use]
    pub fn owns(&self, tags: &Tags) -> bool {
        tags.get(CLUSTER) == Some(&self.cluster) && tags.get(OWNER) == Some(&self.key())
    }

    /// Whether the tags prove that a resource is this part of the object.
    #[must_use]
    pub fn owns_as(&self, tags: &Tags, resource: &str) -> bool {
        self.owns(tags) && tags.get(RESOURCE).is_some_and(|part| part == resource)
    }
}
