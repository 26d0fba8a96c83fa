//! `CloudWatch` (its API Reference): no metrics are kept here and no alarms can be made, so its lists are empty.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Operation, Service, operation};
use crate::context::Context;
use crate::error::Answer;
use crate::protocol::Protocol;

const OPERATIONS: &[Operation] = &[
    operation!("DescribeAlarms", describe_alarms, Read),
    operation!("GetMetricData", metric_data, Read),
    operation!("GetMetricStatistics", metric_statistics, Read),
    operation!("ListMetrics", list_metrics, Read),
];

/// The service.
pub static SERVICE: Service =
    Service::without_resources("monitoring", Protocol::Json, "GraniteServiceVersion20100801", OPERATIONS);

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read for their form: where there is nothing, nothing can fit them")]
struct DescribeAlarmsRequest {
    alarm_names: Option<Vec<String>>,
    alarm_name_prefix: Option<String>,
    alarm_types: Option<Vec<String>>,
    children_of_alarm_name: Option<String>,
    parents_of_alarm_name: Option<String>,
    state_value: Option<String>,
    action_prefix: Option<String>,
    max_records: Option<u32>,
    next_token: Option<String>,
}

fn describe_alarms(_: &mut Context<'_>, _: DescribeAlarmsRequest) -> Answer<Value> {
    Ok(json!({ "MetricAlarms": [], "CompositeAlarms": [] }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read for their form: where there is nothing, nothing can fit them")]
struct MetricStatisticsRequest {
    namespace: String,
    metric_name: String,
    dimensions: Option<Value>,
    start_time: Value,
    end_time: Value,
    period: u32,
    statistics: Option<Vec<String>>,
    extended_statistics: Option<Vec<String>>,
    unit: Option<String>,
}

fn metric_statistics(_: &mut Context<'_>, request: MetricStatisticsRequest) -> Answer<Value> {
    Ok(json!({ "Label": request.metric_name, "Datapoints": [] }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read for their form: where there is nothing, nothing can fit them")]
struct MetricDataQuery {
    id: String,
    metric_stat: Option<Value>,
    expression: Option<String>,
    label: Option<String>,
    return_data: Option<bool>,
    period: Option<u32>,
    account_id: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read for their form: where there is nothing, nothing can fit them")]
struct MetricDataRequest {
    metric_data_queries: Vec<MetricDataQuery>,
    start_time: Value,
    end_time: Value,
    next_token: Option<String>,
    scan_by: Option<String>,
    max_datapoints: Option<u32>,
    label_options: Option<Value>,
}

/// API Reference, `MetricDataResult`: each query is answered, with or without values.
fn metric_data(_: &mut Context<'_>, request: MetricDataRequest) -> Answer<Value> {
    let queries = request.metric_data_queries.into_iter().filter(|query| query.return_data.unwrap_or(true));
    let result = |query: MetricDataQuery| {
        let metric =
            query.metric_stat.as_ref().and_then(|stat| stat["Metric"]["MetricName"].as_str().map(str::to_owned));
        let label = query.label.or(metric).unwrap_or_else(|| query.id.clone());
        json!({ "Id": query.id, "Label": label, "Timestamps": [], "Values": [], "StatusCode": "Complete" })
    };
    Ok(json!({ "MetricDataResults": queries.map(result).collect::<Vec<_>>(), "Messages": [] }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read for their form: where there is nothing, nothing can fit them")]
struct ListMetricsRequest {
    namespace: Option<String>,
    metric_name: Option<String>,
    dimensions: Option<Value>,
    next_token: Option<String>,
    recently_active: Option<String>,
    include_linked_accounts: Option<bool>,
    owning_account: Option<String>,
}

fn list_metrics(_: &mut Context<'_>, _: ListMetricsRequest) -> Answer<Value> {
    Ok(json!({ "Metrics": [] }))
}
