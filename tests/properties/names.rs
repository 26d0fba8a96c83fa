//! Names are valid wherever AWS takes them, and no two objects share one.

use std::collections::BTreeSet;

use frontdoor::names::{ResourceName, client_token, elb_prefix, statement_id};
use frontdoor::tags::Owner;
use proptest::prelude::*;

fn label() -> impl Strategy<Value = String> {
    "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
}

fn any_owner() -> impl Strategy<Value = Owner> {
    let name = proptest::collection::vec(label(), 1..4).prop_map(|labels| labels.join("."));
    ("[a-z0-9-]{1,40}", label(), name).prop_map(|(cluster, namespace, name)| Owner { cluster, namespace, name })
}

proptest! {
    #[test]
    fn names_of_load_balancers_and_target_groups_are_valid(owner in any_owner(), resource in "[a-z-]{1,20}", replacement in ".{0,40}") {
        let name = ResourceName::elb(&owner, &resource, &replacement).to_string();
        prop_assert!(name.len() <= 32);
        prop_assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
        prop_assert!(!name.starts_with('-') && !name.ends_with('-') && !name.starts_with("internal-"));
        prop_assert!(!name.contains("--"), "{}", name);
        prop_assert!(name.starts_with(&elb_prefix(&owner)));
    }

    #[test]
    fn names_of_security_groups_are_valid(owner in any_owner(), vpc in "vpc-[0-9a-f]{17}") {
        let name = ResourceName::security_group(&owner, "endpoint-security-group", &vpc).to_string();
        prop_assert!(name.len() <= 255 && !name.starts_with("sg-"));
    }

    #[test]
    fn tags_statements_and_tokens_are_within_their_limits(owner in any_owner(), parts in proptest::collection::vec("[a-z0-9-]{0,30}", 0..5)) {
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        prop_assert!(statement_id(&owner).len() <= 100);
        prop_assert!(client_token(&owner, &parts).len() <= 64);
        let tags = owner.tags("rule", &frontdoor::tags::Tags::new());
        prop_assert!(tags.values().all(|value| value.len() <= 256));
        prop_assert!(owner.owns(&tags));
    }

    #[test]
    fn no_two_objects_share_a_name(owners in proptest::collection::btree_set(any_owner(), 2..20)) {
        let names: BTreeSet<String> = owners.iter().map(|it| ResourceName::elb(it, "target-group", "").to_string()).collect();
        let statements: BTreeSet<String> = owners.iter().map(statement_id).collect();
        let keys: BTreeSet<(String, String)> = owners.iter().map(|it| (it.cluster.clone(), it.key())).collect();
        prop_assert_eq!([names.len(), statements.len(), keys.len()], [owners.len(); 3]);
    }
}
