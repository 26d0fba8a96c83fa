//! Nothing without our tags is touched. The cloud refuses a step on what is not ours; here the rest is compared.

use proptest::prelude::*;

use crate::cloud::Cloud;
use crate::drift::any_drift;
use crate::reach;
use crate::specs::any_spec;

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn what_belongs_to_others_stays_as_it_was(first in any_spec(), drift in any_drift(), second in any_spec()) {
        let mut cloud = Cloud::new();
        let before = cloud.foreign();
        reach(&mut cloud, &first);
        crate::drift::apply(drift, &mut cloud);
        reach(&mut cloud, &second);
        prop_assert_eq!(before, cloud.foreign());
    }

    #[test]
    fn rules_of_others_keep_their_requests_when_ours_come_to_their_listener(spec in any_spec()) {
        let mut cloud = Cloud::new();
        reach(&mut cloud, &spec);
        for other in cloud.foreign().rules {
            let first_of_ours = cloud.ours().rules.iter().filter(|it| it.listener_arn == other.listener_arn).map(|it| it.priority).min();
            let explicit = spec.rules.iter().any(|rule| rule.priority.is_some());
            prop_assert!(explicit || first_of_ours.is_none_or(|ours| other.priority < ours));
        }
    }
}
