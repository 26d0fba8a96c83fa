//! The one table of AWS's error codes.

/// What an error means for the controller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Nothing helps but another spec, another quota or another account: retrying does not.
    Invalid,
    /// Credentials or permissions are missing.
    Denied,
    /// Too many calls.
    Throttled,
    /// AWS failed, or the answer was lost.
    Transient,
    /// Somebody else was faster: observe again.
    Conflict,
    /// An update of the same REST API is under way: wait for its end.
    Locked,
    /// Something still depends on it: wait.
    InUse,
    /// It does not exist, or not yet everywhere.
    NotFound,
    /// The service's host could not be reached.
    Unreachable,
    /// The controller sent what it must not send, or AWS answered what it must not answer.
    Bug,
}

/// Codes whose meaning no pattern below tells. Sources: the errors of each operation in the services' API references, EC2's "Error codes",
/// the SDK's list of throttling codes.
const CODES: &[(&str, Class)] = &[
    // Credentials and permissions.
    ("AccessDenied", Class::Denied),
    ("AccessDeniedException", Class::Denied),
    ("AuthFailure", Class::Denied),
    ("ExpiredToken", Class::Denied),
    ("ExpiredTokenException", Class::Denied),
    ("InvalidAccessKeyId", Class::Denied),
    ("InvalidClientTokenId", Class::Denied),
    ("InvalidSignatureException", Class::Denied),
    ("MissingAuthenticationToken", Class::Denied),
    ("MissingAuthenticationTokenException", Class::Denied),
    ("NotAuthorized", Class::Denied),
    ("OptInRequired", Class::Denied),
    ("SignatureDoesNotMatch", Class::Denied),
    ("UnauthorizedException", Class::Denied),
    ("UnauthorizedOperation", Class::Denied),
    ("UnrecognizedClientException", Class::Denied),
    // Rates.
    ("BandwidthLimitExceeded", Class::Throttled),
    ("Client.RequestLimitExceeded", Class::Throttled),
    ("EC2ThrottledException", Class::Throttled),
    ("PriorRequestNotComplete", Class::Throttled),
    ("RequestLimitExceeded", Class::Throttled),
    ("RequestThrottled", Class::Throttled),
    ("RequestThrottledException", Class::Throttled),
    ("SlowDown", Class::Throttled),
    ("ThrottledException", Class::Throttled),
    ("Throttling", Class::Throttled),
    ("ThrottlingException", Class::Throttled),
    ("TooManyRequestsException", Class::Throttled),
    // Failures of AWS.
    ("InternalError", Class::Transient),
    ("InternalException", Class::Transient),
    ("InternalFailure", Class::Transient),
    ("InternalServerError", Class::Transient),
    ("PendingVerification", Class::Transient),
    ("RequestExpired", Class::Transient),
    ("RequestTimeout", Class::Transient),
    ("RequestTimeoutException", Class::Transient),
    ("ServiceException", Class::Transient),
    ("ServiceUnavailable", Class::Transient),
    ("ServiceUnavailableException", Class::Transient),
    ("Unavailable", Class::Transient),
    // Somebody was faster, or what was read is stale.
    ("ConflictException", Class::Conflict),
    ("DuplicateListener", Class::Conflict),
    ("DuplicateLoadBalancerName", Class::Conflict),
    ("DuplicateTargetGroupName", Class::Conflict),
    ("IdempotentParameterMismatch", Class::Conflict),
    ("IncorrectState", Class::Conflict),
    ("InvalidGroup.Duplicate", Class::Conflict),
    ("InvalidPermission.Duplicate", Class::Conflict),
    ("InvalidPermission.NotFound", Class::Conflict),
    ("InvalidState", Class::Conflict),
    ("PreconditionFailedException", Class::Conflict),
    ("PriorityInUse", Class::Conflict),
    ("ResourceConflictException", Class::Conflict),
    ("TrustStoreNotReady", Class::Conflict),
    // Deletions that come too early.
    ("CannotDelete", Class::InUse),
    ("DependencyViolation", Class::InUse),
    ("ExistingVpcEndpointConnections", Class::InUse),
    ("InvalidGroup.InUse", Class::InUse),
    ("ResourceInUse", Class::InUse),
    ("ResourceInUseException", Class::InUse),
    // What may just not be visible yet.
    ("ListenerNotFound", Class::NotFound),
    ("LoadBalancerNotFound", Class::NotFound),
    ("NotFoundException", Class::NotFound),
    ("ResourceNotFoundException", Class::NotFound),
    ("RuleNotFound", Class::NotFound),
    ("TargetGroupNotFound", Class::NotFound),
    // Only the spec or the account can change these.
    ("AvailabilityZoneNotSupported", Class::Invalid),
    ("BadRequestException", Class::Invalid),
    ("Blocked", Class::Invalid),
    ("CertificateNotFound", Class::Invalid),
    ("DuplicateSubnetsInSameZone", Class::Invalid),
    ("IncompatibleProtocols", Class::Invalid),
    ("InsufficientFreeAddressesInSubnet", Class::Invalid),
    ("MalformedPolicyDocument", Class::Invalid),
    ("MissingParameter", Class::Invalid),
    ("OperationNotPermitted", Class::Invalid),
    ("PolicyLengthExceededException", Class::Invalid),
    ("SSLPolicyNotFound", Class::Invalid),
    ("SubnetNotFound", Class::Invalid),
    ("TargetGroupAssociationLimit", Class::Invalid),
    ("TrustStoreNotFound", Class::Invalid),
    ("UnsupportedCertificate", Class::Invalid),
    ("UnsupportedOperation", Class::Invalid),
    ("UnsupportedProtocol", Class::Invalid),
    ("ValidationError", Class::Invalid),
    ("ValidationException", Class::Invalid),
    // What the controller must not send.
    ("InvalidAction", Class::Bug),
    ("InvalidQueryParameter", Class::Bug),
    ("MalformedQueryString", Class::Bug),
    ("SerializationException", Class::Bug),
    ("UnknownOperationException", Class::Bug),
    ("UnknownParameter", Class::Bug),
];

/// Texts in messages that say more than the code does: code, text, class.
const MESSAGES: &[(&str, &str, Class)] = &[
    // An endpoint with private DNS that is still being deleted holds the name for some minutes (hashicorp/terraform-provider-aws, openshift/hypershift).
    ("InvalidParameter", "conflicting DNS domain", Class::InUse),
    // API Gateway uses one code for rates and for quotas (boto/boto3#1296).
    ("LimitExceededException", "Rate exceeded", Class::Throttled),
    ("LimitExceededException", "Too Many Requests", Class::Throttled),
    // The code of a whole number of reasons: two changes of an API at once (carlnordenfelt/aws-api-gateway-for-cloudformation#27), a change while
    // AWS still updates it (hashicorp/terraform-provider-aws#45905; alchemy-run/alchemy, `ApiGateway/common.ts`).
    ("BadRequestException", "Please try again", Class::Conflict),
    ("BadRequestException", "concurrent modification", Class::Conflict),
    ("BadRequestException", "already an update in progress", Class::Locked),
    ("BadRequestException", "while the apiStatus is", Class::Locked),
];

/// The class of an error that AWS answered.
pub(super) fn classify(code: Option<&str>, message: &str, status: u16) -> Class {
    let Some(code) = code else { return by_status(status) };
    let by_message =
        MESSAGES.iter().find(|(of, text, _)| *of == code && message.contains(text)).map(|(.., class)| *class);
    let by_code = || CODES.iter().find(|(of, _)| *of == code).map(|(_, class)| *class);
    by_message.or_else(by_code).or_else(|| by_pattern(code)).unwrap_or_else(|| by_status(status))
}

/// EC2 and Elastic Load Balancing build their codes to patterns. An ID in a request comes from AWS's own answer, so one that is not found is
/// not visible yet or gone.
fn by_pattern(code: &str) -> Option<Class> {
    let quota = ["LimitExceeded", "LimitExceededException"].iter().any(|end| code.ends_with(end))
        || code.starts_with("TooMany");
    if code.ends_with(".NotFound") {
        Some(Class::NotFound)
    } else if quota || code.starts_with("Invalid") {
        Some(Class::Invalid)
    } else {
        None
    }
}

fn by_status(status: u16) -> Class {
    match status {
        401 | 403 => Class::Denied,
        404 => Class::NotFound,
        409 => Class::Conflict,
        429 => Class::Throttled,
        500.. => Class::Transient,
        _ => Class::Bug,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_stands_twice() {
        let mut codes: Vec<&str> = CODES.iter().map(|(code, _)| *code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), CODES.len());
    }

    #[test]
    fn codes_patterns_messages_and_status_in_this_order() {
        let cases = [
            (Some("UnauthorizedOperation"), "", 403, Class::Denied),
            (Some("InvalidGroup.NotFound"), "", 400, Class::NotFound),
            (Some("InvalidVpcEndpoint.NotFound"), "", 400, Class::NotFound),
            (Some("InvalidPermission.Duplicate"), "", 400, Class::Conflict),
            (Some("InvalidSubnetID.Malformed"), "", 400, Class::Invalid),
            (
                Some("InvalidParameter"),
                "private-dns-enabled cannot be set because there is already a conflicting DNS domain",
                400,
                Class::InUse,
            ),
            (Some("TooManyRules"), "", 400, Class::Invalid),
            (Some("TooManyRequestsException"), "", 429, Class::Throttled),
            (Some("VpcEndpointLimitExceeded"), "", 400, Class::Invalid),
            (
                Some("LimitExceededException"),
                "Maximum number of Resources for this API has been reached",
                429,
                Class::Invalid,
            ),
            (Some("LimitExceededException"), "Rate exceeded", 429, Class::Throttled),
            (
                Some("BadRequestException"),
                "There is already an update in progress. Please wait until the current update finishes before making another request",
                400,
                Class::Locked,
            ),
            (
                Some("BadRequestException"),
                "You cannot deploy a RestApi while the apiStatus is UPDATING or FAILED.",
                400,
                Class::Locked,
            ),
            (
                Some("BadRequestException"),
                "Unable to complete operation due to concurrent modification. Please try again later.",
                400,
                Class::Conflict,
            ),
            (Some("BadRequestException"), "Rejected: concurrent modification of the API", 400, Class::Conflict),
            (Some("BadRequestException"), "Invalid stage identifier specified", 400, Class::Invalid),
            (Some("InsufficientFreeAddressesInSubnet"), "", 400, Class::Invalid),
            (Some("SomethingNew"), "", 503, Class::Transient),
            (Some("SomethingNew"), "", 400, Class::Bug),
            (None, "", 429, Class::Throttled),
        ];
        for (code, message, status, class) in cases {
            assert_eq!(classify(code, message, status), class, "{code:?} {message}");
        }
    }
}
