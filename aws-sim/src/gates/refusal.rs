//! How each service says no before it has looked at the request.

use crate::error::AwsError;
use crate::services::Service;

/// Too many requests (EC2 API Reference, "Request throttling"; ELB, "API throttling"; API Gateway and Lambda service models; S3 API
/// Reference, "Error responses"; for the others "Common errors" of their API References).
#[must_use]
pub fn throttled(service: &Service, retry_after: Option<u64>) -> AwsError {
    let error = match service.name {
        "ec2" => AwsError::new("RequestLimitExceeded", "Request limit exceeded.").status(503),
        "apigateway" => AwsError::new("TooManyRequestsException", "Too Many Requests").status(429),
        "lambda" => AwsError::new("TooManyRequestsException", "Rate exceeded").status(429),
        "acm" | "tagging" => AwsError::new("ThrottlingException", "Rate exceeded"),
        "s3" => AwsError::new("SlowDown", "Please reduce your request rate.").status(503),
        _ => AwsError::new("Throttling", "Rate exceeded"),
    };
    match retry_after {
        Some(seconds) => error.header("Retry-After", seconds.to_string()),
        None => error,
    }
}

/// The service failed (same sources).
#[must_use]
pub fn failed(service: &Service) -> AwsError {
    let message = "An internal error has occurred";
    match service.name {
        "ec2" => AwsError::new("InternalError", message),
        "apigateway" | "lambda" => AwsError::new("ServiceException", message),
        "acm" | "tagging" => AwsError::new("InternalServiceException", message),
        _ => AwsError::new("InternalFailure", message),
    }
    .status(500)
}

/// The service is not there for the moment (same sources).
#[must_use]
pub fn unavailable(service: &Service) -> AwsError {
    let message = "The service is unavailable. Please try again shortly.";
    let code = match service.name {
        "ec2" => "Unavailable",
        "apigateway" | "lambda" => "ServiceUnavailableException",
        _ => "ServiceUnavailable",
    };
    AwsError::new(code, message).status(503)
}

/// The caller may not (IAM User Guide, "Troubleshoot access denied error messages").
#[must_use]
pub fn denied(service: &Service, caller: &str, action: &str, resource: &str, explicit: bool) -> AwsError {
    let why = if explicit {
        "with an explicit deny in an identity-based policy".to_owned()
    } else {
        format!("because no identity-based policy allows the {action} action")
    };
    let message = format!("User: {caller} is not authorized to perform: {action} on resource: {resource} {why}");
    let (code, message) = match service.name {
        "ec2" => ("UnauthorizedOperation", format!("You are not authorized to perform this operation. {message}")),
        "acm" | "apigateway" | "batch" | "codebuild" | "events" | "lambda" | "tagging" | "waf-regional" | "wafv2" => {
            ("AccessDeniedException", message)
        }
        _ => ("AccessDenied", message),
    };
    AwsError::new(code, message).status(403)
}
