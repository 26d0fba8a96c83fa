//! A request that was answered before a change and is answered after it is answered all the time.

use frontdoor::api::PrivateApiFrontDoorSpec;
use proptest::prelude::*;
use serde_json::{Value, json};

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

/// A spec with these rules on a given listener.
fn with_rules(rules: &[Value]) -> PrivateApiFrontDoorSpec {
    serde_json::from_value(json!({
        "vpcEndpoint": {"create": {"subnetIds": [SUBNETS[2].0, SUBNETS[3].0]}},
        "api": {"routes": [{"integration": {"mock": {}}}], "stage": {"name": "test"}},
        "loadBalancer": {"listenerArn": listener_arn("foreign-1")},
        "rules": rules,
    }))
    .expect("a spec")
}

#[test]
fn a_rule_that_takes_other_requests_leaves_none_to_one_that_is_about_to_change() {
    let rules = |narrow: &str, hidden: &str, wide: &str| {
        [json!({"paths": [narrow], "stagePath": hidden}), json!({"paths": ["/*"], "stagePath": wide})]
    };
    let (orders, others) = (rules("/orders*", "Hidden", "Visible"), rules("/test/a*", "Visible", "Hidden"));
    watch(&with_rules(&orders), &with_rules(&others));
    watch(&with_rules(&others), &with_rules(&orders));
}

#[test]
fn rules_move_only_when_what_is_new_before_them_is_there() {
    let hidden = |path: &str| json!({"paths": [path], "stagePath": "Hidden"});
    let all = json!({"paths": ["/*"], "stagePath": "Visible"});
    let narrower = json!({"hosts": ["api.example.com"], "paths": ["/orders*"], "stagePath": "Hidden"});
    let first = [hidden("/test/b"), hidden("/orders*"), all.clone()];
    watch(&with_rules(&first), &with_rules(&[narrower, hidden("/test/b"), all]));
}

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn changed_rules_leave_no_gap(first in rules(), second in rules()) {
        watch(&with_rules(&first), &with_rules(&second));
    }

    #[test]
    fn a_changed_spec_leaves_no_gap(first in any_spec(), second in any_spec()) {
        // An API that is new to the front door cannot let in an endpoint that the spec names no longer.
        let given = |spec: &PrivateApiFrontDoorSpec| spec.vpc_endpoint.id.clone();
        let leaves_given = given(&first).is_some() && given(&first) != given(&second);
        prop_assume!(!leaves_given || first.api.id == second.api.id);
        watch(&first, &second);
    }
}
