//! What is retained stays as it is when the object goes, and is nobody's then.

use frontdoor::api::{DeletionPolicy, PrivateApiFrontDoorSpec};
use frontdoor::desired::Graph;
use frontdoor::intent::Wanted;
use frontdoor::observed::Snapshot;
use frontdoor::plan::filter::Retained;
use frontdoor::plan::plan;
use proptest::prelude::*;

use crate::cloud::{Cloud, Refusal};
use crate::reach;
use crate::specs::any_spec;

/// More passes than anything takes.
const MOST_PASSES: usize = 60;

fn policy(retain: bool) -> DeletionPolicy {
    if retain { DeletionPolicy::Retain } else { DeletionPolicy::Delete }
}

fn with_policies(mut spec: PrivateApiFrontDoorSpec, retain: [bool; 4]) -> PrivateApiFrontDoorSpec {
    let [whole, endpoint, api, balancer] = retain;
    spec.deletion_policy = policy(whole);
    spec.api.deletion_policy = Some(policy(api));
    if let Some(create) = &mut spec.vpc_endpoint.create {
        create.deletion_policy = Some(policy(endpoint));
    }
    if let Some(create) = spec.load_balancer.as_mut().and_then(|it| it.create.as_mut()) {
        create.deletion_policy = Some(policy(balancer));
    }
    spec
}

fn tear_down(cloud: &mut Cloud, spec: &PrivateApiFrontDoorSpec) {
    let (nothing, wanted) = (Graph::nothing(cloud.owner.clone()), Wanted::of(spec).and_leftovers());
    let retained = Retained::of(spec);
    for _ in 0..MOST_PASSES {
        let mut snapshot = cloud.observe(&wanted);
        loop {
            let planned = retained.filter(plan(&nothing, &snapshot), &cloud.owner, &snapshot);
            if planned.is_converged() {
                return;
            }
            let mut done = false;
            for step in &planned.ready {
                match cloud.execute(&step.change) {
                    Ok(output) => {
                        step.change.apply(&mut snapshot, output);
                        done = true;
                    }
                    // An update that the answer before did not tell of: the next pass sees it.
                    Err(Refusal::Busy(_) | Refusal::Locked) => {}
                    Err(Refusal::Wrong(why)) => panic!("{why}\n{step}\nof\n{planned}"),
                }
            }
            if !done {
                break;
            }
        }
        cloud.advance();
    }
    panic!("the deletion does not end");
}

fn count(snapshot: &Snapshot) -> [usize; 3] {
    let endpoints = snapshot.vpc_endpoints.iter().filter(|it| !it.is_gone()).count();
    [endpoints, snapshot.rest_apis.len(), snapshot.load_balancers.len()]
}

proptest! {
    #[test]
    fn sections_stay_or_go_by_their_policies(spec in any_spec(), retain in any::<[bool; 4]>()) {
        let mut cloud = Cloud::new();
        let foreign = count(&cloud.all);
        let spec = with_policies(spec, retain);
        reach(&mut cloud, &spec);
        let made = count(&cloud.ours());
        tear_down(&mut cloud, &spec);
        cloud.advance();
        let [_, endpoint, api, balancer] = retain;
        let stays = [endpoint, api, balancer];
        let expected: Vec<usize> = (0..3).map(|at| foreign[at] + if stays[at] { made[at] } else { 0 }).collect();
        prop_assert_eq!(count(&cloud.all).to_vec(), expected);
        let mut ours = cloud.ours();
        ours.function_policies.clear();
        prop_assert_eq!(ours, Snapshot::default());
    }
}
