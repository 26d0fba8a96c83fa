//! Record sets (API Reference, `ChangeResourceRecordSets`: a batch is carried out as a whole or not at all).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::change as changes;
use super::hosted_zone::{HostedZone, find, normal};
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::services::acm;

/// Labels of the name from the right, type, set identifier: the order that lists have.
pub type Key = (Vec<String>, String, Option<String>);

#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ResourceRecord {
    value: String,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ResourceRecords {
    #[serde(default)]
    resource_record: Vec<ResourceRecord>,
}

#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct AliasTarget {
    hosted_zone_id: String,
    #[serde(rename = "DNSName")]
    dns_name: String,
    evaluate_target_health: bool,
}

/// A record set.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Record {
    /// Its name, with the last dot.
    pub name: String,
    /// Its type.
    #[serde(rename = "Type")]
    pub kind: String,
    set_identifier: Option<String>,
    weight: Option<u32>,
    region: Option<String>,
    failover: Option<String>,
    multi_value_answer: Option<bool>,
    #[serde(rename = "TTL")]
    ttl: Option<u32>,
    resource_records: Option<ResourceRecords>,
    alias_target: Option<AliasTarget>,
    health_check_id: Option<String>,
}

impl Record {
    fn plain(name: &str, kind: &str, ttl: u32, values: &[String]) -> Self {
        let records = values.iter().map(|value| ResourceRecord { value: value.clone() }).collect();
        Self {
            name: name.to_owned(),
            kind: kind.to_owned(),
            set_identifier: None,
            weight: None,
            region: None,
            failover: None,
            multi_value_answer: None,
            ttl: Some(ttl),
            resource_records: Some(ResourceRecords { resource_record: records }),
            alias_target: None,
            health_check_id: None,
        }
    }

    /// The records that every zone has.
    pub(super) fn of_apex(zone: &str, servers: &[String], soa: &str) -> BTreeMap<Key, Self> {
        let both = [Self::plain(zone, "NS", 172_800, servers), Self::plain(zone, "SOA", 900, &[soa.to_owned()])];
        both.map(|record| (record.key(), record)).into()
    }

    pub(super) fn is_of_apex(&self, zone: &str) -> bool {
        self.name == zone && matches!(self.kind.as_str(), "NS" | "SOA")
    }

    fn key(&self) -> Key {
        let labels = self.name.split('.').rev().map(str::to_owned).collect();
        (labels, self.kind.clone(), self.set_identifier.clone())
    }

    /// Where the record leads: another name, if it is an alias or a CNAME.
    #[must_use]
    pub fn leads_to(&self) -> Option<&str> {
        if let Some(alias) = &self.alias_target {
            return Some(&alias.dns_name);
        }
        let values = self.resource_records.as_ref().filter(|_| self.kind == "CNAME")?;
        values.resource_record.first().map(|record| record.value.as_str())
    }

    /// Its values, if it is no alias.
    #[must_use]
    pub fn values(&self) -> Vec<&str> {
        let records = self.resource_records.iter().flat_map(|records| &records.resource_record);
        records.map(|record| record.value.as_str()).collect()
    }

    /// Complete and in the zone.
    fn checked(mut self, zone: &str) -> Result<Self, String> {
        self.name = normal(&self.name);
        if let Some(alias) = &mut self.alias_target {
            alias.dns_name = normal(&alias.dns_name);
        }
        let what = format!("RRSet with DNS name {}, type {}", self.name, self.kind);
        if self.name != zone && !self.name.ends_with(&format!(".{zone}")) {
            return Err(format!("{what} is not permitted in zone {zone}"));
        }
        match (&self.alias_target, &self.resource_records, self.ttl) {
            (Some(_), None, None) => Ok(self),
            (None, Some(records), Some(_)) if !records.resource_record.is_empty() => Ok(self),
            _ => Err(format!(
                "Invalid request: expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords]] for {what}"
            )),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Change {
    action: String,
    resource_record_set: Record,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Changes {
    change: Vec<Change>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ChangeBatch {
    #[serde(rename = "Comment")]
    _comment: Option<String>,
    changes: Changes,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ChangeRequest {
    id: String,
    change_batch: ChangeBatch,
}

pub(super) fn change(ctx: &mut Context<'_>, request: ChangeRequest) -> Answer<Value> {
    let zone = find(ctx, &request.id)?;
    let mut records = zone.records.clone();
    let results = request.change_batch.changes.change.into_iter().map(|change| apply(zone, &mut records, change));
    let errors: Vec<String> = results.filter_map(Result::err).collect();
    if !errors.is_empty() {
        return Err(AwsError::new("InvalidChangeBatch", format!("[{}]", errors.join(", "))));
    }
    zone.records = records;
    acm::validation::look(ctx);
    Ok(json!({ "ChangeResourceRecordSetsResponse": { "ChangeInfo": changes::begin(ctx) } }))
}

fn apply(zone: &HostedZone, records: &mut BTreeMap<Key, Record>, change: Change) -> Result<(), String> {
    let record = change.resource_record_set.checked(&zone.name)?;
    let what = format!("resource record set [name='{}', type='{}']", record.name, record.kind);
    let key = record.key();
    match (change.action.as_str(), records.get(&key)) {
        ("CREATE", Some(_)) => Err(format!("Tried to create {what} but it already exists")),
        ("CREATE" | "UPSERT", _) => {
            // RFC 1034: a CNAME stands alone at its name.
            let others =
                records.keys().any(|(name, kind, _)| *name == key.0 && (kind == "CNAME") != (key.1 == "CNAME"));
            if others {
                return Err(format!(
                    "{what} is not permitted as it conflicts with other records with the same DNS name"
                ));
            }
            records.insert(key, record);
            Ok(())
        }
        ("DELETE", None) => Err(format!("Tried to delete {what} but it was not found")),
        ("DELETE", Some(present)) if *present != record => {
            Err(format!("Tried to delete {what} but the values provided do not match the current values"))
        }
        ("DELETE", Some(present)) if present.is_of_apex(&zone.name) => {
            Err(format!("A HostedZone must contain at least one {} record for the zone itself.", record.kind))
        }
        ("DELETE", Some(_)) => {
            records.remove(&key);
            Ok(())
        }
        (other, _) => Err(format!("Invalid action {other}")),
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListRequest {
    #[serde(rename = "Id")]
    id: String,
    name: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    identifier: Option<String>,
    maxitems: Option<usize>,
}

pub(super) fn list(ctx: &mut Context<'_>, request: ListRequest) -> Answer<Value> {
    let zone = find(ctx, &request.id)?;
    let from: Option<Key> = request.name.as_deref().map(|name| {
        let labels = normal(name).split('.').rev().map(str::to_owned).collect();
        (labels, request.kind.clone().unwrap_or_default(), request.identifier.clone())
    });
    let size = request.maxitems.unwrap_or(300).clamp(1, 300);
    let mut rest =
        zone.records.iter().filter(|(key, _)| from.as_ref().is_none_or(|from| *key >= from)).map(|(_, record)| record);
    let page: Vec<&Record> = rest.by_ref().take(size).collect();
    let next = rest.next();
    Ok(json!({ "ListResourceRecordSetsResponse": {
        "ResourceRecordSets": { "ResourceRecordSet": page }, "IsTruncated": next.is_some(), "MaxItems": size,
        "NextRecordName": next.map(|record| &record.name), "NextRecordType": next.map(|record| &record.kind),
        "NextRecordIdentifier": next.and_then(|record| record.set_identifier.as_ref()),
    } }))
}
