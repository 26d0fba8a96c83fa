//! What AWS has for an object, told so that two lives can be compared: IDs, addresses and times are left out.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::sync::LazyLock;

use frontdoor::api::Management;
use frontdoor::aws::Pass;
use frontdoor::intent::Wanted;
use frontdoor::observed::{ApiStatus, Snapshot, TargetState};
use frontdoor::tags::{Owner, RESOURCE};
use regex::Regex;
use serde_json::Value;

use crate::cloud::{ACCOUNT, Cloud, FIXED_ADDRESS};
use crate::golden;

/// What the golden cases call a deployment to go back to.
pub const DEPLOYMENT: &str = "abc123";

/// What differs from life to life: pattern, and what stands for it.
static RANDOM: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let pattern = |pattern: &str| Regex::new(pattern).expect("a pattern");
    vec![
        (pattern(r"eni-[0-9a-f]{17}"), "eni"),
        (pattern(r"10\.(\d)\.(\d+)\.\d+"), "10.$1.$2.x"),
        (pattern(r"deployment_id: .*"), "deployment_id"),
        (pattern(r"created_at: .*"), "created_at"),
        (pattern(r"-\d{6,}\."), "-number."),
        // The hash of a definition: it names the endpoint.
        (pattern(r#""[0-9a-f]{32}""#), "content"),
        (pattern(r"<vpc-endpoint>-[a-z0-9]{8}"), "<vpc-endpoint>-random"),
    ]
});

/// What AWS has: each resource in one text, sorted; then how many there are of each kind. An address that the spec does not name is as good as another.
pub async fn digest(cloud: &Cloud, owner: &Owner, spec: Option<&Value>) -> Vec<String> {
    let function = |name| format!("arn:aws:lambda:{}:{ACCOUNT}:function:{name}", cloud.region);
    let wanted = Wanted {
        function_arns: ["hello", "other"].map(function).into(),
        listener_arn: cloud.here(golden::SHARED_LISTENER),
        rest_api_id: cloud.here("a1b2c3d4e5"),
        stage: Management::Managed,
        ..Wanted::default()
    };
    let observed = cloud.aws().observe(owner, &wanted.and_leftovers(), &Pass::default()).await;
    let mut snapshot = observed.unwrap_or_else(|error| panic!("{error}"));
    for api in &mut snapshot.rest_apis {
        // Who is done first decides whether AWS still updates it.
        api.status = ApiStatus::Available;
        api.long_update = None;
    }
    for group in &mut snapshot.target_groups {
        // Those that finish their requests are about to go.
        group.targets.retain(|_, health| health.state != TargetState::Draining);
    }
    let mut resources = resources(&anonymous(&snapshot, cloud, spec));
    resources.extend(cloud.census());
    resources
}

/// The resources in what was observed, each with the field it is in.
fn resources(text: &str) -> Vec<String> {
    let snapshot = tree(&mut text.lines().map(str::trim).peekable());
    let of = |field: &Block| {
        let name = field.text.clone();
        field.inner.iter().map(|resource| format!("{name} {}", resource.sorted())).collect::<Vec<_>>()
    };
    let mut resources: Vec<String> = snapshot.iter().flat_map(|all| &all.inner).flat_map(of).collect();
    resources.sort();
    resources
}

/// A value as it is told over several lines.
struct Block {
    text: String,
    inner: Vec<Block>,
    end: String,
}

impl Block {
    /// Fields and members of sets by their text, since IDs that were left out decided on their order; lists as they are.
    fn sorted(&self) -> String {
        let mut inner: Vec<String> = self.inner.iter().map(Self::sorted).collect();
        if self.end.starts_with('}') {
            inner.sort();
        }
        [&self.text, inner.join("\n").as_str(), &self.end].join("\n").trim().to_owned()
    }
}

fn tree<'a>(lines: &mut Peekable<impl Iterator<Item = &'a str>>) -> Vec<Block> {
    let mut blocks = Vec::new();
    while let Some(line) = lines.next_if(|line| !line.starts_with(['}', ']', ')'])) {
        let mut block = Block { text: line.to_owned(), inner: Vec::new(), end: String::new() };
        if line.ends_with(['{', '[', '(']) {
            block.inner = tree(lines);
            lines.next().unwrap_or_default().clone_into(&mut block.end);
        }
        blocks.push(block);
    }
    blocks
}

fn anonymous(snapshot: &Snapshot, cloud: &Cloud, spec: Option<&Value>) -> String {
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
    if spec.is_some_and(|spec| spec.to_string().contains("subnetConfigurations")) {
        text = text.replace(&format!("\"{FIXED_ADDRESS}\""), "the fixed address");
    }
    if let Some(deployment) = cloud.here(DEPLOYMENT) {
        text = text.replace(&format!("deployment_id: \"{deployment}\""), "the named deployment");
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

#[test]
fn values_stay_with_their_resource() {
    let text = |first, second| format!("{:#?}", BTreeMap::from([("rules", [("a", first), ("b", second)])]));
    assert_eq!(resources(&text(1, 2)), resources(&text(1, 2)));
    assert_ne!(resources(&text(1, 2)), resources(&text(2, 1)));
}
