//! Conditions.

use super::*;

/// IAM User Guide, "Condition operators": the rows of its tables.
#[test]
fn conditions_of_the_documentation() {
    let job = json!({"StringEquals": {"aws:PrincipalTag/job-category": "iamuser-admin"}});
    let prefix = json!({"StringLike": {"s3:prefix": ["home/", "home/${aws:username}/"]}});
    let tags = json!({
        "StringEqualsIgnoreCase": {"aws:RequestTag/environment": ["preprod", "storage"]},
        "ForAnyValue:StringEquals": {"aws:TagKeys": "environment"},
    });
    let paths = json!({"ForAllValues:StringNotLike": {
        "aws:ResourceOrgPaths": ["o-acorg/r-acroot/ou-acroot-mediaou/*", "o-acorg/r-acroot/ou-acroot-sportsou/*"]
    }});
    let secure = json!({"Bool": {"aws:SecureTransport": "false"}});
    let binary = json!({"BinaryEquals": {"key": "QmluYXJ5VmFsdWVJbkJhc2U2NA=="}});
    let address = json!({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:DB8:1234:5678::/64"]}});
    let not_address = json!({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}});
    let topic = json!({"ArnEquals": {"aws:SourceArn": "arn:aws:sns:us-west-2:123456789012:TOPIC-ID"}});
    let logs = json!({"ForAllValues:ArnLike": {"logs:Arns": ["arn:aws::cloudfront:123456789012:distribution/*"]}});
    let exists = json!({"StringLikeIfExists": {"ec2:InstanceType": ["t1.*", "t2.*", "m3.*"]}});
    let rows: [(&Value, &[(&str, &[&str])], bool); 33] = [
        (&job, &[("aws:PrincipalTag/job-category", &["iamuser-admin"])], true),
        (&job, &[("aws:PrincipalTag/job-category", &["dev-ops"])], false),
        (&job, &[], false),
        (&prefix, &[("s3:prefix", &["home/ann/"]), ("aws:username", &["ann"])], true),
        (&prefix, &[("s3:prefix", &["home/ann/"]), ("aws:username", &["bob"])], false),
        (&prefix, &[("s3:prefix", &["home/ann/"])], false),
        (&prefix, &[("s3:prefix", &["home/"])], true),
        (&tags, &[("aws:TagKeys", &["environment"]), ("aws:RequestTag/environment", &["preprod"])], true),
        (&tags, &[("aws:TagKeys", &["environment", "costcenter"]), ("aws:RequestTag/environment", &["PreProd"])], true),
        (&tags, &[("aws:TagKeys", &["costcenter"]), ("aws:RequestTag/environment", &["preprod"])], false),
        (&tags, &[("aws:RequestTag/environment", &["storage"])], false),
        (&tags, &[("aws:TagKeys", &["environment"])], false),
        (&tags, &[], false),
        (&paths, &[("aws:ResourceOrgPaths", &["o-acorg/r-acroot/ou-other/"])], true),
        (&paths, &[("aws:ResourceOrgPaths", &["o-acorg/r-acroot/ou-acroot-mediaou/costcenter/"])], false),
        (&secure, &[("aws:SecureTransport", &["false"])], true),
        (&secure, &[("aws:SecureTransport", &["true"])], false),
        (&secure, &[], false),
        (&binary, &[("key", &["QmluYXJ5VmFsdWVJbkJhc2U2NA=="])], true),
        (&binary, &[("key", &["ASIAIOSFODNN7EXAMPLE"])], false),
        (&binary, &[], false),
        (&address, &[("aws:SourceIp", &["203.0.113.1"])], true),
        (&address, &[("aws:SourceIp", &["198.51.100.1"])], false),
        (&address, &[("aws:SourceIp", &["2001:db8:1234:5678::1"])], true),
        (&address, &[], false),
        (&not_address, &[], true),
        (&topic, &[("aws:SourceArn", &["arn:aws:sns:us-west-2:123456789012:TOPIC-ID"])], true),
        (&topic, &[("aws:SourceArn", &["arn:aws:sns:us-west-2:777788889999:TOPIC-ID"])], false),
        (&logs, &[("logs:Arns", &["arn:aws::cloudfront:123456789012:distribution/a"])], true),
        (&logs, &[], true),
        (&exists, &[("ec2:InstanceType", &["t1.micro"])], true),
        (&exists, &[("ec2:InstanceType", &["m2.micro"])], false),
        (&exists, &[], true),
    ];
    for (condition, keys, expected) in rows {
        assert_eq!(Call::of(keys).holds(condition), Truth::from(expected), "{condition} {keys:?}");
    }
}

/// IAM User Guide, "Conditions with multiple context keys or values", "Single-valued vs. multivalued context keys" and "Variables and tags".
#[test]
fn several_keys_and_values() {
    let all = json!({
        "StringEquals": {"aws:PrincipalTag/department": ["finance", "hr", "legal"], "aws:PrincipalTag/role": ["audit", "security"]},
        "ArnNotLike": {"aws:PrincipalArn": ["arn:aws:iam::222222222222:user/Ana", "arn:aws:iam::222222222222:user/Mary"]},
    });
    let delete = json!({
        "ForAllValues:StringEquals": {"aws:TagKeys": ["environment", "cost-center"]}, "Null": {"aws:TagKeys": "false"},
    });
    let any = json!({"ForAnyValue:StringEquals": {"aws:TagKeys": ["environment", "cost-center"]}});
    let not_any = json!({"ForAnyValue:StringNotEquals": {"aws:TagKeys": ["environment", "cost-center"]}});
    let team = json!({"StringNotEquals": {"s3:ExistingObjectTag/Team": "${aws:PrincipalTag/Team}"}});
    let mary: &[&str] = &["arn:aws:iam::222222222222:user/Mary"];
    let nikki: &[&str] = &["arn:aws:iam::222222222222:user/Nikki"];
    let (department, role, arn) = ("aws:PrincipalTag/department", "aws:PrincipalTag/role", "aws:PrincipalArn");
    let rows: [(&Value, &[(&str, &[&str])], bool); 16] = [
        (&all, &[(department, &["legal"]), (role, &["audit"]), (arn, nikki)], true),
        (&all, &[(department, &["hr"]), (role, &["audit"]), (arn, mary)], false),
        (&all, &[(department, &["hr"]), (role, &["payroll"]), (arn, nikki)], false),
        (&all, &[(department, &["hr"]), (arn, nikki)], false),
        (&all, &[(department, &["hr"]), (role, &["audit"])], true),
        (&delete, &[("aws:TagKeys", &["environment", "cost-center"])], true),
        (&delete, &[("aws:TagKeys", &["environment", "dept"])], false),
        (&delete, &[], false),
        (&any, &[("aws:TagKeys", &["environment", "dept"])], true),
        (&any, &[("aws:TagKeys", &["dept"])], false),
        (&any, &[], false),
        (&not_any, &[("aws:TagKeys", &["environment", "dept"])], true),
        (&not_any, &[("aws:TagKeys", &["environment"])], false),
        (&team, &[("s3:ExistingObjectTag/Team", &["a"]), ("aws:PrincipalTag/Team", &["a"])], false),
        (&team, &[("s3:ExistingObjectTag/Team", &["a"]), ("aws:PrincipalTag/Team", &["b"])], true),
        (&team, &[("s3:ExistingObjectTag/Team", &["a"])], true),
    ];
    for (condition, keys, expected) in rows {
        assert_eq!(Call::of(keys).holds(condition), Truth::from(expected), "{condition} {keys:?}");
    }
}

#[test]
fn numbers_and_dates() {
    let keys: &[(&str, &[&str])] = &[("s3:max-keys", &["10"]), ("aws:CurrentTime", &["2026-06-01T12:00:00Z"])];
    for (operator, key, value, expected) in [
        ("NumericEquals", "s3:max-keys", json!(10), true),
        ("NumericNotEquals", "s3:max-keys", json!("10.0"), false),
        ("NumericLessThan", "s3:max-keys", json!("10"), false),
        ("NumericLessThanEquals", "s3:max-keys", json!("10"), true),
        ("NumericGreaterThan", "s3:max-keys", json!("9.5"), true),
        ("NumericGreaterThanEquals", "s3:max-keys", json!("11"), false),
        ("DateEquals", "aws:CurrentTime", json!("2026-06-01T14:00:00+02:00"), true),
        ("DateNotEquals", "aws:CurrentTime", json!("1780315200"), false),
        ("DateLessThan", "aws:CurrentTime", json!("2026-06-02"), true),
        ("DateGreaterThan", "aws:CurrentTime", json!("2026-06-01"), true),
        ("DateLessThanEquals", "aws:CurrentTime", json!(0), false),
        ("DateGreaterThanEqualsIfExists", "aws:absent", json!("2026-06-01"), true),
    ] {
        let condition = json!({operator: {key: value}});
        assert_eq!(Call::of(keys).holds(&condition), Truth::from(expected), "{condition}");
    }
}
