//! Certificate Manager (ACM API Reference).

pub mod certificate;
mod certificate_list;
mod certificate_request;
pub mod pem;
pub mod tag;
pub(crate) mod validation;

use std::collections::BTreeMap;

use super::{Inventory, Operation, Service, Tagged, Tags, operation};
use crate::clock::Timestamp;
use crate::protocol::Protocol;
use crate::world::{Region, defaults};

const OPERATIONS: &[Operation] = &[
    operation!("AddTagsToCertificate", tag::add, Write),
    operation!("DeleteCertificate", certificate::delete, Write),
    operation!("DescribeCertificate", certificate::describe, Read),
    operation!("GetCertificate", certificate::get, Read),
    operation!("ImportCertificate", certificate_request::import, Write),
    operation!("ListCertificates", certificate_list::list, Read),
    operation!("ListTagsForCertificate", tag::list, Read),
    operation!("RemoveTagsFromCertificate", tag::remove, Write),
    operation!("RequestCertificate", certificate_request::request, Write),
];

/// The service.
pub static SERVICE: Service = Service {
    name: "acm",
    protocol: Protocol::Json,
    namespace: "CertificateManager",
    operations: OPERATIONS,
    inventory: |region, _| Inventory::from([("acm:certificate", region.acm.certificates.keys().cloned().collect())]),
    tagged,
};

/// Certificates of one account in one region, by ARN.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Certificates.
    pub certificates: BTreeMap<String, certificate::Certificate>,
    /// Their tags.
    pub tags: BTreeMap<String, Tags>,
}

fn tagged(region: &Region, _: Timestamp) -> Vec<Tagged> {
    let tags = region.acm.tags.iter();
    tags.map(|(arn, tags)| Tagged { arn: arn.clone(), kind: "acm:certificate", tags: tags.clone() }).collect()
}

/// Puts the default world's certificate into an empty region.
pub(crate) fn fill(region: &mut Region) {
    let arn = region.arn("acm", &format!("certificate/{}", defaults::CERTIFICATE));
    let domain = defaults::CERTIFICATE_DOMAIN;
    let names = vec![domain.to_owned(), format!("*.{domain}")];
    let certificate = certificate::Certificate::issued(&arn, domain, names, Timestamp::default());
    region.acm.certificates.insert(arn, certificate);
}
