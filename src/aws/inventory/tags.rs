//! Tags of what Elastic Load Balancing keeps: its lists do not hold them.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_elasticloadbalancingv2::types as sdk;
use futures::future::try_join_all;

use crate::aws::error::existing;
use crate::aws::{Aws, AwsError, Class, Pass};
use crate::model::Operation;
use crate::tags::Tags;

/// Most ARNs of one call.
const BATCH: usize = 20;

impl Aws {
    /// Tags by ARN; what is gone is not in it.
    pub(in crate::aws) async fn elb_tags(
        &self,
        arns: &BTreeSet<String>,
        pass: &Pass,
    ) -> Result<BTreeMap<String, Tags>, AwsError> {
        // Held while AWS is asked: whoever asks for the same meanwhile waits for the answer.
        let mut known = pass.lists.tags.lock().await;
        let unknown: Vec<String> = arns.iter().filter(|arn| !known.contains_key(*arn)).cloned().collect();
        let mut read = self.read_elb_tags(&unknown).await?;
        for arn in unknown {
            let tags = read.remove(&arn);
            known.insert(arn, tags);
        }
        Ok(arns.iter().filter_map(|arn| Some((arn.clone(), known.get(arn)?.clone()?))).collect())
    }

    async fn read_elb_tags(&self, arns: &[String]) -> Result<BTreeMap<String, Tags>, AwsError> {
        let batches = try_join_all(arns.chunks(BATCH).map(|batch| self.elb_tags_of_batch(batch))).await?;
        Ok(batches.into_iter().flatten().collect())
    }

    /// One ARN that is gone fails the call as a whole: then each is asked for by itself.
    async fn elb_tags_of_batch(&self, arns: &[String]) -> Result<BTreeMap<String, Tags>, AwsError> {
        match self.describe_tags(arns).await {
            Err(error) if error.class == Class::NotFound && arns.len() > 1 => {
                let single = |arn| async move { existing(self.describe_tags(std::slice::from_ref(arn)).await) };
                let answers = try_join_all(arns.iter().map(single)).await?;
                Ok(answers.into_iter().flatten().flatten().collect())
            }
            Err(error) if error.class == Class::NotFound => Ok(BTreeMap::new()),
            answer => answer,
        }
    }

    async fn describe_tags(&self, arns: &[String]) -> Result<BTreeMap<String, Tags>, AwsError> {
        let request = self.elb().describe_tags().set_resource_arns(Some(arns.to_vec()));
        let answer = self.call(Operation::DescribeTags, request.send()).await?;
        let tags = |it: sdk::TagDescription| Some((it.resource_arn?, observed(it.tags)));
        Ok(answer.tag_descriptions.into_iter().flatten().filter_map(tags).collect())
    }
}

fn observed(tags: Option<Vec<sdk::Tag>>) -> Tags {
    tags.into_iter().flatten().filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).collect()
}
