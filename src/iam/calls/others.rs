//! Services of which few calls are made.

use super::{Call, call};
use crate::iam::Condition::ForApiGateway;
use crate::iam::need::{always, when};

const FUNCTION: &[&str] = &["function:*"];

pub(super) const CALLS: &[Call] = &[
    call("acm:DescribeCertificate", &[always("acm:DescribeCertificate", &["certificate/*"])]),
    call("lambda:GetFunctionConfiguration", &[always("lambda:GetFunctionConfiguration", FUNCTION)]),
    call("lambda:GetPolicy", &[always("lambda:GetPolicy", FUNCTION)]),
    call("lambda:AddPermission", &[when(ForApiGateway, "lambda:AddPermission", FUNCTION)]),
    call("lambda:RemovePermission", &[when(ForApiGateway, "lambda:RemovePermission", FUNCTION)]),
    // Nobody can be kept from asking who they are (STS API Reference).
    call("sts:GetCallerIdentity", &[]),
];
