//! Certificates in ACM.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::try_join_all;

use crate::aws::error::existing;
use crate::aws::{Aws, AwsError, Pass};
use crate::intent::Certificate;
use crate::intent::arn::elsewhere;
use crate::model::Operation;
use crate::observed::Unread;

impl Aws {
    /// Certificates by ARN; what does not exist, is elsewhere or cannot be read is not in it. An issued one is asked for hourly.
    pub(in crate::aws) async fn certificates(
        &self,
        arns: &BTreeSet<String>,
        pass: &Pass,
    ) -> Result<BTreeMap<String, Certificate>, AwsError> {
        if arns.is_empty() {
            return Ok(BTreeMap::new());
        }
        let caller = self.caller().await?;
        let here = arns.iter().filter(|arn| elsewhere(arn, &caller).is_none());
        let read = here.map(|arn| async {
            let certificate = pass.unless_denied(Unread::Certificate(arn.clone()), self.certificate(arn).await)?;
            Ok((arn.clone(), certificate.flatten()))
        });
        let found: Vec<(String, Option<Certificate>)> = try_join_all(read).await?;
        Ok(found.into_iter().filter_map(|(arn, certificate)| Some((arn, certificate?))).collect())
    }

    async fn certificate(&self, arn: &str) -> Result<Option<Certificate>, AwsError> {
        if let Some(known) = self.cache().issued.get(arn) {
            return Ok(Some(known));
        }
        let request = self.acm().describe_certificate().certificate_arn(arn);
        let answer = existing(self.call(Operation::DescribeCertificate, request.send()).await)?;
        let Some(detail) = answer.and_then(|answer| answer.certificate) else { return Ok(None) };
        let status = detail.status.map(|status| status.as_str().to_owned()).unwrap_or_default();
        let names = detail.subject_alternative_names.into_iter().flatten().chain(detail.domain_name).collect();
        let certificate = Certificate { status, names };
        if certificate.status == "ISSUED" {
            self.cache().issued.insert(arn.to_owned(), certificate.clone());
        }
        Ok(Some(certificate))
    }
}
