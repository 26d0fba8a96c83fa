//! What others do behind the controller's back to what is ours.

use frontdoor::observed::{
    ApiStatus, Attributes, Deployed, EndpointState, Peer, Permission, RuleConditions, RuleTransforms, Stage,
    StageSettings, TargetHealth, TargetState,
};
use frontdoor::tags::Tags;
use proptest::prelude::*;

use crate::cloud::Cloud;
use crate::fixture;

/// One deed, on the `place`th of ours of its kind.
#[derive(Debug, Clone, Copy)]
pub struct Drift {
    deed: usize,
    place: usize,
}

/// Up to four deeds.
pub fn any_drift() -> impl Strategy<Value = Vec<Drift>> {
    let drift = (0..DEEDS.len(), 0..4usize).prop_map(|(deed, place)| Drift { deed, place });
    proptest::collection::vec(drift, 0..5)
}

type Deed = fn(&mut Cloud, usize);

const DEEDS: [Deed; 31] = [
    |cloud, place| load_balancer(cloud, place, |balancer| "dualstack".clone_into(&mut balancer.ip_address_type)),
    |cloud, place| target_group(cloud, place, |group| "/by-hand".clone_into(&mut group.health_check.path)),
    |cloud, place| target_group(cloud, place, |group| group.attributes = Attributes::default()),
    |cloud, place| rule(cloud, place, |rule| _ = rule.conditions.methods.insert("PUT".to_owned())),
    |cloud, place| group(cloud, place, |group| group.ingress.clear()),
    |cloud, place| group(cloud, place, |group| group.egress = [Permission::all_out()].into()),
    |cloud, place| {
        let peer = Peer::Cidr("0.0.0.0/0".to_owned());
        group(cloud, place, |group| group.ingress.extend([Permission::tcp(22, peer)]));
    },
    |cloud, place| endpoint(cloud, place, |endpoint| endpoint.private_dns = false),
    |cloud, place| endpoint(cloud, place, |endpoint| endpoint.state = EndpointState::Deleting),
    |cloud, place| {
        endpoint(cloud, place, |endpoint| {
            let first = endpoint.subnet_ids.first().cloned().filter(|_| endpoint.subnet_ids.len() > 1);
            endpoint.subnet_ids.retain(|subnet| Some(subnet) != first.as_ref());
        });
        cloud.drop_interfaces();
    },
    |cloud, place| api(cloud, place, |api| api.policy = None),
    |cloud, place| api(cloud, place, |api| api.policy = Some(fixture::open_policy())),
    |cloud, place| api(cloud, place, |api| api.vpc_endpoint_ids = fixture::text(&["vpce-0a1b2c3d4e5f60001"])),
    |cloud, place| api(cloud, place, |api| api.stages.clear()),
    |cloud, place| {
        let deployed = Deployed { deployment_id: "by hand".to_owned(), content: None };
        let settings = StageSettings::default();
        api(cloud, place, |api| {
            let path = Stage::path(&api.id, "test");
            api.stages = vec![Stage { name: "test".to_owned(), deployed, settings, path, tags: Tags::new() }];
        });
    },
    |cloud, place| {
        let settings = StageSettings { description: Some("by hand".to_owned()), ..StageSettings::default() };
        api(cloud, place, |api| api.stages.iter_mut().for_each(|stage| stage.settings = settings.clone()));
    },
    |cloud, place| api(cloud, place, |api| "AUTHORIZER".clone_into(&mut api.api_key_source)),
    |cloud, place| {
        api(cloud, place, |api| api.binary_media_types = fixture::text(&["*/*"]));
    },
    |cloud, place| api(cloud, place, |api| api.security_policy = Some("TLS_1_0".to_owned())),
    |cloud, place| api(cloud, place, |api| api.status = ApiStatus::Updating),
    duplicate_api,
    |cloud, place| {
        let id = ours(&cloud.all.rest_apis, cloud, |api| &api.tags, place)
            .map(|index| cloud.all.rest_apis[index].id.clone());
        cloud.all.rest_apis.retain(|api| Some(&api.id) != id.as_ref());
    },
    |cloud, place| rule(cloud, place, |rule| rule.transforms = RuleTransforms::default()),
    |cloud, place| rule(cloud, place, |rule| rule.target_group_arn = None),
    |cloud, place| {
        let conditions = RuleConditions { paths: fixture::text(&["/by-hand"]), ..RuleConditions::default() };
        rule(cloud, place, |rule| rule.conditions = conditions);
    },
    |cloud, place| {
        let index = ours(&cloud.all.rules, cloud, |rule| &rule.tags, place);
        index.map(|index| cloud.all.rules.remove(index));
    },
    delete_balancer,
    |cloud, place| target_group(cloud, place, |group| group.targets.clear()),
    |cloud, place| {
        let health = TargetHealth { state: TargetState::Unhealthy, reason: None };
        target_group(cloud, place, |group| drop(group.targets.insert("10.0.99.99".to_owned(), health)));
    },
    |cloud, _| {
        let ours = frontdoor::names::statement_id(&cloud.owner);
        for policy in cloud.all.function_policies.values_mut() {
            policy.statements.remove(&ours);
        }
    },
    |cloud, _| {
        let ours = frontdoor::names::statement_id(&cloud.owner);
        for statement in cloud.all.function_policies.values_mut().filter_map(|policy| policy.statements.get_mut(&ours))
        {
            statement.source_arn = None;
        }
    },
];

impl Drift {
    fn apply(self, cloud: &mut Cloud) {
        DEEDS[self.deed](cloud, self.place);
    }
}

fn ours<T>(all: &[T], cloud: &Cloud, tags: impl Fn(&T) -> &frontdoor::tags::Tags, place: usize) -> Option<usize> {
    let ours: Vec<usize> =
        all.iter().enumerate().filter(|(_, it)| cloud.owner.owns(tags(it))).map(|(index, _)| index).collect();
    ours.get(place % ours.len().max(1)).copied()
}

macro_rules! touch {
    ($name:ident, $list:ident, $kind:ty) => {
        fn $name(cloud: &mut Cloud, place: usize, change: impl FnOnce(&mut $kind)) {
            if let Some(index) = ours(&cloud.all.$list, cloud, |it| &it.tags, place) {
                change(&mut cloud.all.$list[index]);
            }
        }
    };
}

touch!(group, security_groups, frontdoor::observed::SecurityGroup);
touch!(endpoint, vpc_endpoints, frontdoor::observed::VpcEndpoint);
touch!(api, rest_apis, frontdoor::observed::RestApi);
touch!(rule, rules, frontdoor::observed::Rule);
touch!(load_balancer, load_balancers, frontdoor::observed::LoadBalancer);
touch!(target_group, target_groups, frontdoor::observed::TargetGroup);

/// What a crash between `CreateRestApi` and the next look leaves when AWS lists it late.
fn duplicate_api(cloud: &mut Cloud, place: usize) {
    let Some(index) = ours(&cloud.all.rest_apis, cloud, |it| &it.tags, place) else { return };
    let mut copy = cloud.all.rest_apis[index].clone();
    copy.id = format!("{}x", copy.id);
    copy.created_at += 1;
    if !cloud.all.rest_apis.iter().any(|it| it.id == copy.id) {
        cloud.all.rest_apis.push(copy);
    }
}

fn delete_balancer(cloud: &mut Cloud, place: usize) {
    let Some(index) = ours(&cloud.all.load_balancers, cloud, |it| &it.tags, place) else { return };
    let arn = cloud.all.load_balancers.remove(index).arn;
    let gone = |listener: &frontdoor::observed::Listener| listener.load_balancer_arn == arn;
    let listeners: Vec<String> = cloud.all.listeners.iter().filter(|it| gone(it)).map(|it| it.arn.clone()).collect();
    cloud.all.listeners.retain(|it| !gone(it));
    cloud.all.rules.retain(|it| !listeners.contains(&it.listener_arn));
}

/// All of these deeds.
pub fn apply(drift: Vec<Drift>, cloud: &mut Cloud) {
    for deed in drift {
        deed.apply(cloud);
    }
}
