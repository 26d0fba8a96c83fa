//! The same input, in whatever order, gives the same plan.

use frontdoor::observed::Snapshot;
use frontdoor::plan::plan;
use proptest::prelude::*;

use crate::cloud::{Cloud, Crash};
use crate::drift::any_drift;
use crate::graph;
use crate::specs::any_spec;

fn reversed(snapshot: &Snapshot) -> Snapshot {
    let mut other = snapshot.clone();
    other.security_groups.reverse();
    other.vpc_endpoints.reverse();
    other.rest_apis.reverse();
    other.rest_apis.iter_mut().for_each(|api| api.stages.reverse());
    other.target_groups.reverse();
    other.load_balancers.reverse();
    other.listeners.reverse();
    other.rules.reverse();
    other
}

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn the_order_of_what_is_observed_does_not_matter(first in any_spec(), second in any_spec(), stop in 0..60usize, drift in any_drift()) {
        let mut cloud = Cloud::new();
        for spec in [&first, &second] {
            let (graph, wanted) = graph(&cloud, spec);
            cloud.settle(&graph, &wanted, Some(Crash { after: stop }), &mut |_, _| {});
        }
        crate::drift::apply(drift, &mut cloud);
        let (graph, wanted) = graph(&cloud, &second);
        let seen = cloud.observe(&wanted);
        let (one, other) = (plan(&graph, &seen), plan(&graph, &reversed(&seen)));
        prop_assert_eq!(one.to_string(), other.to_string());
        prop_assert_eq!(one, other);
    }
}
