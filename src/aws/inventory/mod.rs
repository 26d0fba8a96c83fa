//! Reads: one file per AWS resource, each with the calls that find it and its form as plain data.

mod certificate;
pub(super) mod function;
pub(super) mod listener;
pub(super) mod load_balancer;
mod method;
mod network_interface;
pub(super) mod rest_api;
pub(super) mod rule;
pub(super) mod security_group;
pub(super) mod stage;
mod subnet;
pub(super) mod tags;
pub(super) mod target_group;
mod usage_plan;
mod vpc;
pub(super) mod vpc_endpoint;

use aws_sdk_ec2::types::{Filter, Tag};

use crate::tags::Tags;

/// Most that a page of EC2 holds.
const EC2_PAGE: i32 = 1000;
/// Most that a page of Elastic Load Balancing holds.
const ELB_PAGE: i32 = 400;
/// Most values of one filter.
///
/// Source: EC2 API Reference, "Filtering": 200 values.
const FILTER_VALUES: usize = 200;

fn filter<'a>(name: &str, values: impl IntoIterator<Item = &'a String>) -> Filter {
    Filter::builder().name(name).set_values(Some(values.into_iter().cloned().collect())).build()
}

fn ec2_tags(tags: Option<Vec<Tag>>) -> Tags {
    let pair = |tag: Tag| Some((tag.key?, tag.value.unwrap_or_default()));
    tags.into_iter().flatten().filter_map(pair).collect()
}
