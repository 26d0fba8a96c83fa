//! A request that was answered before a change and is answered after it is answered all the time.

use frontdoor::api::PrivateApiFrontDoorSpec;
use proptest::prelude::*;
use serde_json::json;

use crate::cloud::{Answer, Cloud, Request};
use crate::fixture::{SUBNETS, listener_arn};
use crate::specs::{any_spec, rules};
use crate::{graph, reach};

/// Requests to every listener that may be there.
fn requests(cloud: &Cloud) -> Vec<Request> {
    let paths = ["/", "/test/", "/test/a", "/test/ab/c", "/test/b", "/prod/a", "/orders", "/orders/1", "/elsewhere"];
    let listeners = cloud.all.listeners.iter().map(|it| it.arn.clone());
    let request = |listener_arn: String| {
        paths.into_iter().flat_map(move |path| {
            let listener_arn = listener_arn.clone();
            ["api.example.com", "elsewhere.example.com"].into_iter().map(move |host| Request {
                listener_arn: listener_arn.clone(),
                host,
                path: path.to_owned(),
            })
        })
    };
    listeners.flat_map(request).collect()
}

/// Changes the spec and watches every request at every moment.
fn watch(first: &PrivateApiFrontDoorSpec, second: &PrivateApiFrontDoorSpec) {
    let mut cloud = Cloud::new();
    reach(&mut cloud, first);
    let requests = requests(&cloud);
    let before: Vec<Option<Answer>> = requests.iter().map(|request| cloud.request(request)).collect();
    let (graph, wanted) = graph(&cloud, second);
    let mut moments: Vec<(String, Vec<Option<Answer>>)> = Vec::new();
    let left = cloud.settle(&graph, &wanted, None, &mut |cloud, plan| {
        moments.push((plan.to_string(), requests.iter().map(|request| cloud.request(request)).collect()));
    });
    assert!(left.is_converged(), "{left}");
    for (index, request) in requests.iter().enumerate() {
        let (Some(before), Some(after)) = (&before[index], &cloud.request(request)) else { continue };
        // Explicit priorities can ask for a rule to be where another has to leave first: only answers that stay are kept then.
        if before != after && [first, second].iter().any(|spec| has_priorities(spec)) {
            continue;
        }
        for (plan, answers) in &moments {
            let now = answers[index].as_ref();
            assert!(
                now.is_some(),
                "{request:?} is not answered any more; before {before:?}, after {after:?}, during\n{plan}"
            );
            let from = |answer: &Answer| (answer.api_id.clone(), answer.stage.clone());
            let alike = now.is_some_and(|now| [from(before), from(after)].contains(&from(now)));
            assert!(before.route != after.route || alike, "{request:?} went to {now:?} during\n{plan}");
        }
    }
}

fn has_priorities(spec: &PrivateApiFrontDoorSpec) -> bool {
    spec.rules.iter().any(|rule| rule.priority.is_some())
}

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn changed_rules_leave_no_gap(first in rules(), second in rules()) {
        let spec = |rules| -> PrivateApiFrontDoorSpec {
            serde_json::from_value(json!({
                "vpcEndpoint": {"create": {"subnetIds": [SUBNETS[2].0, SUBNETS[3].0]}},
                "api": {"routes": [{"integration": {"mock": {}}}], "stage": {"name": "test"}},
                "loadBalancer": {"listenerArn": listener_arn("foreign-1")},
                "rules": rules,
            })).expect("a spec")
        };
        watch(&spec(first), &spec(second));
    }

    #[test]
    fn a_changed_spec_leaves_no_gap(first in any_spec(), second in any_spec()) {
        // A new API cannot let in an endpoint that the spec names no longer, and an old stage is not deployed again for a new endpoint.
        let place = |spec: &PrivateApiFrontDoorSpec| {
            let create = spec.vpc_endpoint.create.clone();
            (spec.vpc_endpoint.id.clone(), create.map(|create| (create.subnet_ids, create.subnet_configurations)))
        };
        let same_endpoint = place(&first) == place(&second);
        let same_stage = first.api.id == second.api.id && first.api.stage == second.api.stage;
        prop_assume!(same_endpoint || same_stage);
        watch(&first, &second);
    }
}
