//! Simple Storage Service: as much as it takes to hand a document to another service, such as the certificates of a trust store, and to
//! let another service write to a bucket (S3 API Reference). No versions, no access points, no multipart uploads; path-style addresses.

pub mod bucket;
pub mod bucket_policy;
pub mod bucket_setting;
pub mod object;

use std::collections::BTreeMap;

use super::{Inventory, Operation, Service, operation};
use crate::clock::Timestamp;
use crate::protocol::Protocol;

const OPERATIONS: &[Operation] = &[
    operation!("CreateBucket", PUT "/{Bucket}", raw bucket::create, Write),
    operation!("DeleteBucket", DELETE "/{Bucket}", raw bucket::delete, Write),
    operation!("HeadBucket", HEAD "/{Bucket}", raw bucket::head, Read),
    operation!("GetBucketAccelerateConfiguration", GET "/{Bucket}?accelerate", raw bucket_setting::accelerate, Read),
    operation!("GetBucketAcl", GET "/{Bucket}?acl", raw bucket_setting::acl, Read),
    operation!("GetBucketCors", GET "/{Bucket}?cors", raw bucket_setting::cors, Read),
    operation!("GetBucketEncryption", GET "/{Bucket}?encryption", raw bucket_setting::encryption, Read),
    operation!("GetBucketLifecycleConfiguration", GET "/{Bucket}?lifecycle", raw bucket_setting::lifecycle, Read),
    operation!("GetBucketLocation", GET "/{Bucket}?location", raw bucket_setting::location, Read),
    operation!("GetBucketLogging", GET "/{Bucket}?logging", raw bucket_setting::logging, Read),
    operation!("GetBucketNotificationConfiguration", GET "/{Bucket}?notification", raw bucket_setting::notification, Read),
    operation!("GetBucketOwnershipControls", GET "/{Bucket}?ownershipControls", raw bucket_setting::ownership_controls, Read),
    operation!("GetBucketReplication", GET "/{Bucket}?replication", raw bucket_setting::replication, Read),
    operation!("GetBucketRequestPayment", GET "/{Bucket}?requestPayment", raw bucket_setting::request_payment, Read),
    operation!("GetBucketTagging", GET "/{Bucket}?tagging", raw bucket_setting::tagging, Read),
    operation!("GetBucketVersioning", GET "/{Bucket}?versioning", raw bucket_setting::versioning, Read),
    operation!("GetBucketWebsite", GET "/{Bucket}?website", raw bucket_setting::website, Read),
    operation!("GetObjectLockConfiguration", GET "/{Bucket}?object-lock", raw bucket_setting::object_lock, Read),
    operation!("GetPublicAccessBlock", GET "/{Bucket}?publicAccessBlock", raw bucket_setting::public_access_block, Read),
    operation!("ListBucketInventoryConfigurations", GET "/{Bucket}?inventory", raw bucket_setting::inventories, Read),
    operation!("ListBuckets", GET "/", raw bucket::list_all, Read),
    operation!("ListObjectsV2", GET "/{Bucket}?list-type=2", raw bucket::list, Read),
    operation!("PutBucketPolicy", PUT "/{Bucket}?policy", raw bucket_policy::put, Write),
    operation!("GetBucketPolicy", GET "/{Bucket}?policy", raw bucket_policy::get, Read),
    operation!("DeleteBucketPolicy", DELETE "/{Bucket}?policy", raw bucket_policy::delete, Write),
    operation!("DeleteObject", DELETE "/{Bucket}/{Key+}", raw object::delete, Write),
    operation!("GetObject", GET "/{Bucket}/{Key+}", raw object::get, Read),
    operation!("HeadObject", HEAD "/{Bucket}/{Key+}", raw object::head, Read),
    operation!("PutObject", PUT "/{Bucket}/{Key+}", raw object::put, Write),
];

/// The service.
pub static SERVICE: Service = Service {
    name: "s3",
    protocol: Protocol::S3,
    namespace: "http://s3.amazonaws.com/doc/2006-03-01/",
    operations: OPERATIONS,
    inventory: |region, _| Inventory::from([("s3:bucket", region.s3.buckets.keys().cloned().collect())]),
    tagged: |_, _| Vec::new(),
};

/// Buckets of an account, in the region they were made in.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Objects by key, by bucket.
    pub buckets: BTreeMap<String, BTreeMap<String, object::Object>>,
    /// When each bucket was made.
    pub created: BTreeMap<String, Timestamp>,
    /// Policies by bucket.
    pub policies: BTreeMap<String, String>,
    /// What other services hand out over presigned URLs, as if from buckets of AWS's own.
    pub handed_out: BTreeMap<String, object::Object>,
}
