//! One manifest opens the front door.

use crate::lab::{Lab, browse};

#[test]
fn example_answers_through_the_load_balancer() {
    let lab = Lab::new("create");
    let name = lab.apply(&lab.example("alb-lambda.yaml"));
    let object = lab.ready(&name);
    let url = object["status"]["url"].as_str().unwrap();
    assert!(url.ends_with("/test/"), "{url}");
    assert_eq!(browse(url), (200, "Hello from Lambda!".to_owned()));

    let conditions = object["status"]["conditions"].as_array().unwrap();
    let not_true: Vec<_> = conditions.iter().filter(|c| c["status"] != "True").collect();
    assert!(not_true.is_empty(), "{not_true:#?}");
    assert_eq!(object["status"]["observedGeneration"], object["metadata"]["generation"]);
}
