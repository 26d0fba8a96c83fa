//! What AWS has for an object, told so that two lives can be compared: IDs, addresses and times are left out.

use std::sync::LazyLock;

use frontdoor::aws::Pass;
use frontdoor::intent::Wanted;
use frontdoor::observed::Snapshot;
use frontdoor::tags::{Owner, RESOURCE};
use regex::Regex;

use crate::cloud::{ACCOUNT, Cloud};

/// What differs from life to life: pattern, and what stands for it.
static RANDOM: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let pattern = |pattern: &str| Regex::new(pattern).expect("a pattern");
    vec![
        (pattern(r"eni-[0-9a-f]{17}"), "eni"),
        (pattern(r"10\.0\.(\d+)\.\d+"), "10.0.$1.x"),
        (pattern(r"deployment_id: .*"), "deployment_id"),
        (pattern(r"created_at: .*"), "created_at"),
        (pattern(r"-\d{6,}\."), "-number."),
        // The hash of a definition: it names the endpoint.
        (pattern(r#""[0-9a-f]{32}""#), "content"),
        (pattern(r"<vpc-endpoint>-[a-z0-9]{8}"), "<vpc-endpoint>-random"),
    ]
});

/// The lines of what AWS has, sorted.
pub async fn digest(cloud: &Cloud, owner: &Owner) -> Vec<String> {
    let function = |name| format!("arn:aws:lambda:{}:{ACCOUNT}:function:{name}", cloud.region);
    let wanted = Wanted { function_arns: ["hello", "other"].map(function).into(), ..Wanted::default() };
    let observed = cloud.aws().observe(owner, &wanted.and_leftovers(), &Pass::default()).await;
    let snapshot = observed.unwrap_or_else(|error| panic!("{error}"));
    let mut lines: Vec<String> = anonymous(&snapshot).lines().map(|line| line.trim().to_owned()).collect();
    lines.extend(cloud.census());
    lines.sort();
    lines
}

fn anonymous(snapshot: &Snapshot) -> String {
    let mut text = format!("{snapshot:#?}");
    let mut names: Vec<(String, String)> = Vec::new();
    for (_, id, tags) in snapshot.tagged() {
        let resource = tags.get(RESOURCE).map(String::as_str).unwrap_or_default();
        names.push((id.to_owned(), format!("<{resource}>")));
    }
    // An ARN holds those of what it belongs to: the longest first.
    names.sort_by_key(|(id, _)| std::cmp::Reverse(id.len()));
    for (id, name) in &names {
        text = text.replace(id.as_str(), name);
    }
    for (pattern, name) in RANDOM.iter() {
        text = pattern.replace_all(&text, *name).into_owned();
    }
    text
}

/// What one life has and the other lacks.
pub fn differences(found: &[String], expected: &[String]) -> Vec<String> {
    let mut lacking: Vec<&String> = expected.iter().collect();
    let mut lines = Vec::new();
    for line in found {
        match lacking.iter().position(|other| *other == line) {
            Some(place) => drop(lacking.remove(place)),
            None => lines.push(format!("+ {line}")),
        }
    }
    lines.extend(lacking.into_iter().map(|line| format!("- {line}")));
    lines
}
