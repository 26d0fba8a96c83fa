//! Changes of tags: one call for many resources of a service.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::function_tags;
use crate::model::Operation;
use crate::observed::Snapshot;
use crate::tags::Tags;

/// A change of tags.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum TagsChange {
    /// `CreateTags`, `AddTags` or `TagResource`: adds tags or gives them other values.
    Add {
        /// Whose call it is.
        #[serde(skip)]
        service: TagService,
        /// IDs or ARNs.
        resources: BTreeSet<String>,
        /// The tags.
        tags: Tags,
    },
    /// `DeleteTags`, `RemoveTags` or `UntagResource`.
    Remove {
        /// Whose call it is.
        #[serde(skip)]
        service: TagService,
        /// IDs or ARNs.
        resources: BTreeSet<String>,
        /// Keys of the tags.
        keys: BTreeSet<String>,
    },
}

/// A service with tags of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TagService {
    /// Endpoints and security groups, by ID.
    Ec2,
    /// Load balancers, listeners, rules and target groups, by ARN.
    LoadBalancing,
    /// REST APIs by ID, stages by their path.
    ApiGateway,
}

impl TagService {
    /// Most resources of one call: those that `DescribeTags` takes of Elastic Load Balancing, well below the 1,000 of EC2.
    #[must_use]
    pub const fn batch(self) -> usize {
        match self {
            Self::Ec2 => 200,
            Self::LoadBalancing => 20,
            Self::ApiGateway => 1,
        }
    }
}

impl TagsChange {
    /// Whether it changes what an API remembers of its functions.
    #[must_use]
    pub fn remembers_functions(&self) -> bool {
        match self {
            Self::Add { tags, .. } => function_tags::keys().any(|key| tags.contains_key(key)),
            Self::Remove { keys, .. } => function_tags::keys().any(|key| keys.contains(key)),
        }
    }

    pub(super) fn operation(&self) -> Operation {
        match self {
            Self::Add { service: TagService::Ec2, .. } => Operation::CreateTags,
            Self::Add { service: TagService::LoadBalancing, .. } => Operation::AddTags,
            Self::Add { service: TagService::ApiGateway, .. } => Operation::TagResource,
            Self::Remove { service: TagService::Ec2, .. } => Operation::DeleteTags,
            Self::Remove { service: TagService::LoadBalancing, .. } => Operation::RemoveTags,
            Self::Remove { service: TagService::ApiGateway, .. } => Operation::UntagResource,
        }
    }

    pub(super) fn apply(&self, snapshot: &mut Snapshot) {
        let (Self::Add { resources, .. } | Self::Remove { resources, .. }) = self;
        for (_, _, present) in snapshot.tagged_mut().filter(|(_, id, _)| resources.contains(*id)) {
            match self {
                Self::Add { tags, .. } => present.extend(tags.clone()),
                Self::Remove { keys, .. } => present.retain(|key, _| !keys.contains(key)),
            }
        }
    }
}
