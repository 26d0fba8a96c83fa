//! Ownership: the tags by which the controller finds what is its own. They are its only memory.
//!
//! | tag | value |
//! | --- | --- |
//! | `privateapi.dev/cluster` | stable ID of the cluster (`--cluster-id`; default the UID of the namespace `kube-system`) |
//! | `privateapi.dev/owner` | `<namespace>/<name>` of the `PrivateApiFrontDoor` |
//! | `privateapi.dev/resource` | which part of the front door the resource is, for example `vpc-endpoint` |
//! | `privateapi.dev/functions` | which functions the API may invoke; see [`crate::function_tags`] |
//! | `privateapi.dev/tags` | short hashes of the keys of the user's tags: what left `spec.tags` is known by them and leaves the resource |
//!
//! The object's UID is no part of identity: an object that was restored from a backup finds its resources again.

use std::collections::{BTreeMap, BTreeSet};

use crate::function_tags;
use crate::names::short_hash;

/// Tag that names the cluster.
pub const CLUSTER: &str = "privateapi.dev/cluster";
/// Tag that names the object.
pub const OWNER: &str = "privateapi.dev/owner";
/// Tag that names the part.
pub const RESOURCE: &str = "privateapi.dev/resource";

/// Longest value of a tag.
///
/// Source: Tagging AWS Resources User Guide, "Tag naming limits and requirements".
const VALUE_LENGTH: usize = 256;
/// Length of the hash that keeps apart owners whose names are longer.
const HASH_LENGTH: usize = 10;

/// Tag that tells which tags of the resource are the user's; those that others have put there stay.
pub const USER_TAGS: &str = "privateapi.dev/tags";
/// What the keys of the controller's own tags start with.
pub const PREFIX: &str = "privateapi.dev/";

/// Length of the hash of a key: those of 40 keys with their separators fit into a value of 256 characters.
const KEY_HASH: usize = 5;

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
        let key = format!("{}/{}", self.namespace, self.name);
        if key.len() <= VALUE_LENGTH {
            return key;
        }
        let hash = short_hash(&[&key], HASH_LENGTH);
        let readable: String = key.chars().take(VALUE_LENGTH - HASH_LENGTH - 1).collect();
        format!("{readable}-{hash}")
    }

    /// Tags of a resource that is this part of the object: the user's, and the three that prove ownership.
    #[must_use]
    pub fn tags(&self, resource: &str, user: &Tags) -> Tags {
        let own = [(CLUSTER, self.cluster.clone()), (OWNER, self.key()), (RESOURCE, resource.to_owned())];
        let mut tags = user.clone();
        if !user.is_empty() {
            tags.insert(USER_TAGS.to_owned(), user.keys().map(|key| key_hash(key)).collect::<Vec<_>>().join("."));
        }
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

fn key_hash(key: &str) -> String {
    short_hash(&[key], KEY_HASH)
}

/// Tags that lack or have another value.
#[must_use]
pub fn missing(present: &Tags, wanted: &Tags) -> Tags {
    let differs = |(key, value): &(&String, &String)| present.get(*key) != Some(*value);
    wanted.iter().filter(differs).map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Keys of tags that were the user's and are wanted no longer.
#[must_use]
pub fn former(present: &Tags, wanted: &Tags) -> BTreeSet<String> {
    let Some(memory) = present.get(USER_TAGS) else { return BTreeSet::new() };
    let hashes: BTreeSet<&str> = memory.split('.').collect();
    let ours = |key: &&String| *key == USER_TAGS || hashes.contains(key_hash(key).as_str());
    present.keys().filter(|key| !wanted.contains_key(*key)).filter(ours).cloned().collect()
}

/// The tags that prove ownership, and what is remembered beside them.
#[must_use]
pub fn own_keys() -> BTreeSet<String> {
    [CLUSTER, OWNER, RESOURCE, USER_TAGS].into_iter().chain(function_tags::keys()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(cluster: &str, namespace: &str, name: &str) -> Owner {
        Owner { cluster: cluster.to_owned(), namespace: namespace.to_owned(), name: name.to_owned() }
    }

    #[test]
    fn only_all_tags_together_prove_ownership() {
        let ours = owner("c", "shop", "orders");
        let tags = ours.tags("rule", &Tags::new());
        assert!(ours.owns(&tags) && ours.owns_as(&tags, "rule") && !ours.owns_as(&tags, "listener"));
        for other in [owner("c1", "shop", "orders"), owner("c", "shop", "orders2"), owner("c", "shop2", "orders")] {
            assert!(!other.owns(&tags) && !ours.owns(&other.tags("rule", &Tags::new())), "{other:?}");
        }
        for missing in [CLUSTER, OWNER] {
            let mut tags = tags.clone();
            tags.remove(missing);
            assert!(!ours.owns(&tags), "{missing}");
        }
        assert!(!ours.owns(&Tags::new()));
    }

    #[test]
    fn tags_of_the_user_never_pass_for_ours() {
        let user = Tags::from([(OWNER.to_owned(), "someone".to_owned()), ("team".to_owned(), "a".to_owned())]);
        let tags = owner("c", "shop", "orders").tags("rule", &user);
        assert_eq!((tags[OWNER].as_str(), tags["team"].as_str()), ("shop/orders", "a"));
    }

    #[test]
    fn long_names_fit_a_tag_and_stay_apart() {
        let name = "n".repeat(252);
        let (one, other) = (owner("c", "shop", &format!("{name}1")), owner("c", "shop", &format!("{name}2")));
        assert!(one.key().len() <= 256);
        assert_ne!(one.key(), other.key());
        assert_eq!(owner("c", "shop", &"n".repeat(251)).key().len(), 256);
    }

    fn tags(pairs: &[(&str, &str)]) -> Tags {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn what_left_the_spec_goes_and_what_others_put_there_stays() {
        let before = owner("c", "n", "o").tags("rule", &tags(&[("team", "shop"), ("cost", "1")]));
        let mut present = before.clone();
        present.insert("scanner".to_owned(), "seen".to_owned());
        let wanted = owner("c", "n", "o").tags("rule", &tags(&[("team", "other")]));
        assert_eq!(former(&present, &wanted), BTreeSet::from(["cost".to_owned()]));
        assert_eq!(
            missing(&present, &wanted).into_keys().collect::<Vec<_>>(),
            [USER_TAGS.to_owned(), "team".to_owned()]
        );
        let none = owner("c", "n", "o").tags("rule", &Tags::new());
        assert_eq!(
            former(&present, &none).into_iter().collect::<Vec<_>>(),
            ["cost", USER_TAGS, "team"].map(str::to_owned)
        );
        assert_eq!((missing(&before, &before), former(&before, &before)), (Tags::new(), BTreeSet::new()));
    }

    #[test]
    fn the_memory_of_the_most_tags_fits_into_a_tag() {
        let many: Tags = (0..40).map(|index| (format!("key-{index}"), String::new())).collect();
        assert!(owner("c", "n", "o").tags("rule", &many)[USER_TAGS].len() <= 256);
    }
}
