//! The user's tags are kept, those of others stay.

use std::collections::BTreeSet;

use frontdoor::function_tags::{decode, encode, hold, remembers};
use frontdoor::tags::{Tags, missing};
use proptest::prelude::*;

use crate::cloud::Cloud;
use crate::specs::any_spec;
use crate::{graph, reach};

fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn any_tags() -> impl Strategy<Value = Tags> {
    proptest::sample::select(vec![
        tags(&[]),
        tags(&[("team", "shop")]),
        tags(&[("team", "other"), ("cost", "1")]),
        tags(&[("cost", "2")]),
    ])
}

/// What somebody does to the tags of everything that is ours.
fn scramble(cloud: &mut Cloud) {
    let owner = cloud.owner.clone();
    for (_, _, tags) in cloud.all.tagged_mut().filter(|(_, _, tags)| owner.owns(tags)) {
        tags.remove("team");
        tags.entry("cost".to_owned()).and_modify(|value| "wrong".clone_into(value));
        tags.insert("scanner".to_owned(), "seen".to_owned());
    }
}

proptest! {
    #[test]
    fn tags_follow_the_spec_and_those_of_others_stay(spec in any_spec(), first in any_tags(), second in any_tags()) {
        let mut cloud = Cloud::new();
        let (mut spec, owner) = (spec, cloud.owner.clone());
        spec.tags = first;
        reach(&mut cloud, &spec);
        scramble(&mut cloud);
        spec.tags.clone_from(&second);
        let (asked, wanted) = graph(&cloud, &spec);
        let calls = cloud.calls;
        cloud.converge(&asked, &wanted);
        prop_assert!(cloud.calls - calls <= 8, "at most one addition and one removal for each service, and for API and stage one each");
        for (_, id, present) in cloud.all.tagged().filter(|(_, _, tags)| owner.owns(tags)) {
            prop_assert_eq!(missing(present, &second), Tags::new());
            prop_assert!(present.contains_key("scanner"), "{}", id);
            prop_assert!(second.contains_key("cost") || !present.contains_key("cost"), "{}: {:?}", id, present);
        }
    }
}

/// ARNs of functions in some accounts, with and without an alias: as many as fit, and more.
fn functions() -> impl Strategy<Value = BTreeSet<String>> {
    let arn = (0..4_u64, "[A-Za-z0-9_-]{1,64}", proptest::option::of("[A-Za-z0-9_-]{1,64}")).prop_map(
        |(account, name, alias)| {
            let alias = alias.map(|alias| format!(":{alias}")).unwrap_or_default();
            format!("arn:aws:lambda:eu-west-1:{account:012}:function:{name}{alias}")
        },
    );
    proptest::collection::btree_set(arn, 0..30)
}

proptest! {
    #[test]
    fn functions_are_remembered_as_far_as_there_is_room(arns in functions(), others in any_tags()) {
        let all = || arns.iter().map(String::as_str);
        let written = encode(all());
        prop_assert!(written.values().all(|value| value.len() <= 256), "{:?}", written);
        let tags: Tags = written.into_iter().chain(others).collect();
        let read = decode(&tags, "aws", "eu-west-1");
        prop_assert!(read.is_subset(&arns), "{:?}", tags);
        prop_assert_eq!(read == arns, hold(all()));
        prop_assert!(arns.iter().all(|arn| remembers(&tags, arn) == read.contains(arn)));
    }
}
