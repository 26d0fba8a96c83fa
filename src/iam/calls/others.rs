//! Services of which few calls are made.

use super::{Call, call};
use crate::iam::Condition::ForApiGateway;
use crate::iam::need::{always, when};
use crate::model::Operation;

const FUNCTION: &[&str] = &["function:*"];

pub(super) const CALLS: &[Call] = &[
    call(Operation::DescribeCertificate, &[always("acm:DescribeCertificate", &["certificate/*"])]),
    call(Operation::GetFunctionConfiguration, &[always("lambda:GetFunctionConfiguration", FUNCTION)]),
    call(Operation::GetPolicy, &[always("lambda:GetPolicy", FUNCTION)]),
    call(Operation::AddPermission, &[when(ForApiGateway, "lambda:AddPermission", FUNCTION)]),
    call(Operation::RemovePermission, &[when(ForApiGateway, "lambda:RemovePermission", FUNCTION)]),
    // Nobody can be kept from asking who they are (STS API Reference).
    call(Operation::GetCallerIdentity, &[]),
];
