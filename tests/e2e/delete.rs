//! What was created goes, even when not all of it was.

use crate::lab::Lab;

#[test]
fn nothing_is_left_of_one_deleted_half_made() {
    let lab = Lab::new("delete-half-made");
    let name = lab.apply(&lab.example("alb-lambda.yaml"));
    lab.wait_for("ec2:vpc-endpoint");
    lab.delete(&name);
    assert_eq!(lab.created(), Vec::<String>::new());
}
