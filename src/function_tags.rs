//! Which Lambda functions an API may invoke, remembered in tags of the API: one that left the spec is found by them, to lose its permission with the
//! API at the latest.
//!
//! | tag | value |
//! | --- | --- |
//! | `privateapi.dev/functions`, `…/functions-2` to `…/functions-5` | account with a colon, then names of its functions: `111122223333: hello orders:live` |
//!
//! A function is noted before it gets its permission and struck out after it has lost it. One that left the spec keeps it as long as there is room, since
//! an earlier deployment may be served again.

use std::collections::{BTreeMap, BTreeSet};

use crate::tags::Tags;

/// The tags, in the order in which they are filled. With 40 of the user's and four others, an API has less than the 50 that it can have.
///
/// Source: API Gateway Developer Guide, "Tag restrictions for Amazon API Gateway resources".
const KEYS: [&str; 5] = [
    "privateapi.dev/functions",
    "privateapi.dev/functions-2",
    "privateapi.dev/functions-3",
    "privateapi.dev/functions-4",
    "privateapi.dev/functions-5",
];
/// Longest value of a tag.
const VALUE_LENGTH: usize = 256;

/// Keys of all of them.
pub fn keys() -> impl Iterator<Item = &'static str> {
    KEYS.into_iter()
}

/// Whether there is room for all of these functions.
#[must_use]
pub fn hold<'a>(arns: impl IntoIterator<Item = &'a str>) -> bool {
    values(arns).len() <= KEYS.len()
}

/// The tags that remember these functions, as far as they fit.
#[must_use]
pub fn encode<'a>(arns: impl IntoIterator<Item = &'a str>) -> Tags {
    KEYS.into_iter().map(str::to_owned).zip(values(arns)).collect()
}

fn values<'a>(arns: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut accounts: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (account, name) in arns.into_iter().filter_map(account_and_name) {
        accounts.entry(account).or_default().insert(name);
    }
    let (mut values, mut value) = (Vec::new(), String::new());
    for (account, names) in accounts {
        let mut announced = false;
        for name in names {
            if VALUE_LENGTH - value.len() < account.len() + name.len() + 3 {
                values.push(std::mem::take(&mut value));
                announced = false;
            }
            let text = if announced { format!(" {name}") } else { format!(" {account}: {name}") };
            value.push_str(if value.is_empty() { text.trim_start() } else { &text });
            announced = true;
        }
    }
    values.push(value);
    values.retain(|value| !value.is_empty());
    values
}

/// ARNs of the functions that the tags remember, in a partition and region.
#[must_use]
pub fn decode(tags: &Tags, partition: &str, region: &str) -> BTreeSet<String> {
    let mut arns = BTreeSet::new();
    for value in KEYS.into_iter().filter_map(|key| tags.get(key)) {
        let mut account = "";
        for word in value.split(' ') {
            match word.strip_suffix(':') {
                Some(next) => account = next,
                // Others can edit tags: what is no function is asked after nowhere.
                None if !is_function(account, word) => {}
                None => drop(arns.insert(format!("arn:{partition}:lambda:{region}:{account}:function:{word}"))),
            }
        }
    }
    arns
}

/// Whether there can be a function of this name, with an alias or version or without, in such an account.
///
/// Source: Lambda API Reference, `GetPolicy`, `FunctionName`.
fn is_function(account: &str, name: &str) -> bool {
    let is_word = |part: &str| {
        !part.is_empty() && part.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter))
    };
    let is_account = account.len() == 12 && account.chars().all(|letter| letter.is_ascii_digit());
    is_account && name.split(':').count() <= 2 && name.split(':').all(is_word)
}

/// Whether the tags remember this function.
#[must_use]
pub fn remembers(tags: &Tags, arn: &str) -> bool {
    let mut parts = arn.split(':').skip(1);
    let (partition, region) = (parts.next().unwrap_or_default(), parts.nth(1).unwrap_or_default());
    decode(tags, partition, region).contains(arn)
}

/// `arn:<partition>:lambda:<region>:<account>:function:<name>[:<alias or version>]`.
fn account_and_name(arn: &str) -> Option<(&str, &str)> {
    let mut parts = arn.splitn(7, ':').skip(4);
    let (account, _, name) = (parts.next()?, parts.next()?, parts.next()?);
    // What a tag's value cannot hold is not remembered.
    (!name.contains('$')).then_some((account, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arn(account: &str, name: &str) -> String {
        format!("arn:aws:lambda:eu-west-1:{account}:function:{name}")
    }

    #[test]
    fn what_is_remembered_is_read_again() {
        let arns =
            [arn("111122223333", "hello"), arn("111122223333", "orders:live"), arn("444455556666", "111122223333")];
        let tags = encode(arns.iter().map(String::as_str));
        assert_eq!(tags["privateapi.dev/functions"], "111122223333: hello orders:live 444455556666: 111122223333");
        assert_eq!(decode(&tags, "aws", "eu-west-1"), arns.clone().into());
        assert!(remembers(&tags, &arns[1]) && !remembers(&tags, &arn("111122223333", "live")));
        assert_eq!((encode([]), decode(&Tags::new(), "aws", "eu-west-1")), (Tags::new(), BTreeSet::new()));
    }

    #[test]
    fn many_take_several_tags_and_each_value_fits() {
        let arns: BTreeSet<String> = (0..15).map(|place| arn("111122223333", &format!("{place:064}"))).collect();
        let tags = encode(arns.iter().map(String::as_str));
        assert_eq!(tags.len(), 5);
        assert!(tags.values().all(|value| value.len() <= VALUE_LENGTH));
        assert_eq!(decode(&tags, "aws", "eu-west-1"), arns);
        let more: BTreeSet<String> = (0..100).map(|place| arn("111122223333", &format!("{place:064}"))).collect();
        assert!(encode(more.iter().map(String::as_str)).len() <= KEYS.len());
        assert!(hold(arns.iter().map(String::as_str)) && !hold(more.iter().map(String::as_str)));
    }
}
