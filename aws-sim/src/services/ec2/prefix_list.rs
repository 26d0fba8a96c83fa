//! AWS's own prefix lists: addresses of the services that have gateway endpoints (VPC User Guide, "AWS-managed prefix lists").

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::select::{Table, describe_request, select};
use crate::context::Context;
use crate::error::Answer;

/// A prefix list.
#[derive(Debug)]
struct PrefixList {
    id: String,
    name: String,
    cidr: &'static str,
}

static TABLE: Table<PrefixList> = Table {
    columns: &[
        ("prefix-list-id", |_, list| vec![list.id.clone()]),
        ("prefix-list-name", |_, list| vec![list.name.clone()]),
    ],
    prefix: "pl-",
    error: "InvalidPrefixListID",
    noun: "prefix list ID",
    smallest_page: 1,
};

describe_request!(DescribePrefixListsRequest, "PrefixListId");

pub(super) fn describe(ctx: &mut Context<'_>, request: DescribePrefixListsRequest) -> Answer<Value> {
    let list = |(id, service, cidr): (&str, &str, &'static str)| {
        let name = format!("com.amazonaws.{}.{service}", ctx.here.name);
        (id.to_owned(), PrefixList { id: id.to_owned(), name, cidr })
    };
    let all: BTreeMap<String, PrefixList> =
        [("pl-02cd2c6b", "dynamodb", "52.94.0.0/22"), ("pl-63a5400a", "s3", "52.216.0.0/15")].map(list).into();
    let page = select(
        ctx,
        &all,
        request.selection(),
        &TABLE,
        |_, id, list| json!({ "prefixListId": id, "prefixListName": list.name, "cidrSet": [list.cidr] }),
    )?;
    Ok(json!({ "prefixListSet": page.items, "nextToken": page.next_token }))
}
