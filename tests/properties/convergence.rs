//! From any start to what is wanted, whatever happens on the way, and to nothing in the end.

use std::collections::BTreeSet;

use frontdoor::api::PrivateApiFrontDoorSpec;
use frontdoor::desired::Graph;
use frontdoor::function_tags;
use frontdoor::intent::Wanted;
use frontdoor::observed::Snapshot;
use frontdoor::plan::plan;
use frontdoor::tags::RESOURCE;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::cloud::{Cloud, Crash};
use crate::drift::any_drift;
use crate::fixture::SUBNETS;
use crate::specs::{any_spec, second_vpc};
use crate::{graph, reach};

/// Everything one spec asks for exists once.
fn assert_no_duplicates(cloud: &Cloud) {
    let Snapshot { mut vpc_endpoints, rest_apis, target_groups, load_balancers, listeners, .. } = cloud.ours();
    vpc_endpoints.retain(|endpoint| !endpoint.is_gone());
    let counts = [vpc_endpoints.len(), rest_apis.len(), target_groups.len(), load_balancers.len()];
    assert!(counts.iter().all(|count| *count <= 1), "{counts:?}");
    let parts: BTreeSet<&String> = listeners.iter().map(|listener| &listener.tags[RESOURCE]).collect();
    assert_eq!(parts.len(), listeners.len(), "{listeners:?}");
}

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn every_spec_is_reached_from_every_other_and_after_drift(first in any_spec(), drift in any_drift(), second in any_spec()) {
        let mut cloud = Cloud::new();
        reach(&mut cloud, &first);
        crate::drift::apply(drift, &mut cloud);
        reach(&mut cloud, &second);
        assert_no_duplicates(&cloud);
    }

    #[test]
    fn what_is_reached_stays_as_it_is(spec in any_spec()) {
        let mut cloud = Cloud::new();
        reach(&mut cloud, &spec);
        let (graph, wanted) = graph(&cloud, &spec);
        let (before, calls) = (cloud.all.clone(), cloud.calls);
        let again = cloud.pass(&graph, &wanted, None, &mut |_, _| {});
        prop_assert!(again.is_converged(), "{again}");
        prop_assert_eq!(calls, cloud.calls);
        prop_assert_eq!(before, cloud.all);
    }

    #[test]
    fn a_crash_after_any_call_changes_nothing_in_the_end(first in any_spec(), second in any_spec(), crashes in proptest::collection::vec(0..40usize, 1..4)) {
        let mut cloud = Cloud::new();
        for spec in [&first, &second] {
            let (graph, wanted) = graph(&cloud, spec);
            for crash in &crashes {
                let after = cloud.calls + crash;
                cloud.pass(&graph, &wanted, Some(Crash { after }), &mut |_, _| {});
                cloud.advance();
            }
            cloud.converge(&graph, &wanted);
            let Snapshot { function_policies, rest_apis, .. } = cloud.ours();
            for function in function_policies.keys() {
                let remembered = rest_apis.iter().any(|api| function_tags::remembers(&api.tags, function));
                prop_assert!(remembered || wanted.function_arns.contains(function), "{function} is forgotten");
            }
        }
        assert_no_duplicates(&cloud);
    }

    #[test]
    fn nothing_of_ours_is_left_after_deletion(spec in any_spec(), drift in any_drift(), early in 0..30usize) {
        let mut cloud = Cloud::new();
        let foreign = cloud.foreign();
        let (graph, wanted) = graph(&cloud, &spec);
        let crash = Crash { after: early };
        cloud.pass(&graph, &wanted, Some(crash), &mut |_, _| {});
        cloud.settle(&graph, &wanted, Some(crash), &mut |_, _| {});
        crate::drift::apply(drift, &mut cloud);
        cloud.converge(&Graph::nothing(cloud.owner.clone()), &wanted);
        cloud.advance();
        prop_assert_eq!(cloud.ours(), Snapshot::default());
        prop_assert_eq!(foreign, cloud.foreign());
    }
}

#[test]
fn a_front_door_moves_to_another_vpc_and_back() {
    proptest!(crate::cases(), |(spec in any_spec())| {
        let mut cloud = Cloud::new();
        for spec in [&spec, &second_vpc(), &spec] {
            reach(&mut cloud, spec);
            assert_no_duplicates(&cloud);
        }
    });
}

#[test]
fn the_plan_of_nothing_over_nothing_is_empty() {
    let nothing = Graph::nothing(crate::fixture::owner());
    assert!(plan(&nothing, &Snapshot::default()).is_converged());
    assert!(plan(&nothing, &Cloud::new().observe(&Wanted::default())).is_converged());
}

#[test]
fn the_only_target_that_serves_gets_another_address() {
    let spec = |subnets: &[&str], address: &str, groups: Value| -> PrivateApiFrontDoorSpec {
        let pinned = json!([{"subnetId": subnets[0], "ipv4": address}]);
        serde_json::from_value(json!({
            "vpcEndpoint": {"create": {"subnetIds": subnets, "subnetConfigurations": pinned, "securityGroupIds": groups}},
            "api": {"routes": [{"integration": {"mock": {}}}], "stage": {"name": "test"}},
            "loadBalancer": {"create": {"subnetIds": [SUBNETS[0].0, SUBNETS[1].0]}},
            "rules": [{"paths": ["/*"]}],
        }))
        .expect("a spec")
    };
    let mut cloud = Cloud::new();
    reach(&mut cloud, &spec(&[SUBNETS[2].0, SUBNETS[3].0], "10.0.21.88", json!(["sg-0a1b2c3d4e5f60097"])));
    // Another hand took them out; while the new security group is made, only that of the subnet that stays comes back.
    let ours = cloud.all.target_groups.iter_mut().filter(|group| cloud.owner.owns(&group.tags));
    ours.for_each(|group| group.targets.clear());
    reach(&mut cloud, &spec(&[SUBNETS[2].0], "10.0.21.77", json!([])));
    assert_no_duplicates(&cloud);
}
