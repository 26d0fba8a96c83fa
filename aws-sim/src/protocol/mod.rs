//! The wire: from an HTTP request to an operation with its input, and from its answer to an HTTP response.
//! Source of every form: the AWS SDK service models (botocore) and Smithy's protocol specifications.

pub mod identity;
pub mod input;
pub mod query;
pub mod render;
pub mod route;
pub mod xml;
pub mod xml_input;

use std::borrow::Cow;

use serde_json::Value;

use crate::error::AwsError;
use input::{Found, InputError};

/// How a service puts requests, answers and errors on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// EC2's form body and XML.
    Ec2,
    /// Form body and XML with `member` lists and `ResponseMetadata`.
    Query,
    /// JSON with the operation in `X-Amz-Target`.
    Json,
    /// JSON with the operation in method and path.
    RestJson,
    /// XML with the operation in method and path.
    RestXml,
    /// The same, with errors in a form of S3's own.
    S3,
}

impl Protocol {
    /// The service's own way to complain about a parameter.
    #[must_use]
    pub fn input_error(self, error: &InputError) -> AwsError {
        let code = match (self, error) {
            // EC2 API Reference, "Error codes".
            (Self::Ec2, InputError::Unknown(_)) => "UnknownParameter",
            (Self::Ec2, InputError::Missing(_)) => "MissingParameter",
            (_, InputError::Type { found, wanted }) => return self.type_error(*found, wanted),
            (Self::Ec2, InputError::Invalid(_)) => "InvalidParameterValue",
            (Self::Query, _) => "ValidationError",
            (Self::Json, _) => "ValidationException",
            (Self::RestJson, _) => "BadRequestException",
            (Self::RestXml, _) => "InvalidInput",
            (Self::S3, _) => "InvalidRequest",
        };
        let message = match (self, error) {
            (Self::Ec2, InputError::Missing(name)) => {
                format!("The request must contain the parameter {}", name.replace(".member", ""))
            }
            (Self::Ec2, _) => error.to_string(),
            (_, InputError::Missing(name)) => format!(
                "1 validation error detected: Value null at '{name}' failed to satisfy constraint: Member must not be null"
            ),
            _ => error.to_string(),
        };
        AwsError::new(code, message)
    }

    /// The complaint about a value of another type, in the words of the framework that AWS's services are built with (seen in answers of
    /// `DynamoDB`, aws/aws-sdk-js#1257); EC2 has its own (EC2 API Reference, "Error codes": `MalformedQueryString`).
    fn type_error(self, found: Found, wanted: &str) -> AwsError {
        let text = match found {
            Found::Structure => "Start of structure or map found where not expected.".to_owned(),
            Found::List => "Start of list found where not expected".to_owned(),
            Found::Scalar(kind) => format!("{kind} cannot be converted to {wanted}"),
        };
        match self {
            Self::Ec2 => AwsError::new("MalformedQueryString", "The query string contains a syntax error."),
            Self::Query | Self::RestXml => AwsError::new("MalformedInput", text),
            Self::Json | Self::RestJson => AwsError::new("SerializationException", text),
            Self::S3 => AwsError::new("InvalidRequest", "Invalid Request"),
        }
    }

    /// The answer to a body that cannot be read.
    #[must_use]
    pub fn malformed_body(self, service: &str) -> AwsError {
        match self {
            // S3 API Reference, "List of error codes".
            Self::S3 => {
                let message =
                    "The XML you provided was not well-formed or did not validate against our published schema";
                AwsError::new("MalformedXML", message)
            }
            Self::Ec2 => AwsError::new("MalformedQueryString", "The query string contains a syntax error."),
            Self::Query | Self::RestXml => AwsError::new("MalformedInput", "Unexpected end of document"),
            // Lambda API Reference, `InvalidRequestContentException`: "The request body could not be parsed as JSON".
            Self::RestJson if service == "lambda" => {
                let message = "Could not parse request body into json: Could not parse payload into json";
                AwsError::new("InvalidRequestContentException", message).member("Type", "User")
            }
            Self::Json | Self::RestJson => AwsError::new("SerializationException", ""),
        }
    }

    /// The answer to an operation that the service does not have.
    #[must_use]
    pub fn unknown_operation(self, name: &str, version: &str) -> AwsError {
        match self {
            Self::Ec2 => {
                AwsError::new("InvalidAction", format!("The action {name} is not valid for this web service."))
            }
            Self::Query => {
                AwsError::new("InvalidAction", format!("Could not find operation {name} for version {version}"))
            }
            Self::Json => AwsError::new("UnknownOperationException", ""),
            // Lambda's answer (aws/aws-sdk-js#846: an element where JSON was expected). Inferred (unknown-path-answer): Route 53, of the same
            // framework, has it too.
            Self::RestJson | Self::RestXml => AwsError::new("UnknownOperationException", "").status(404),
            Self::S3 => {
                let message = "The specified method is not allowed against this resource.";
                AwsError::new("MethodNotAllowed", message).status(405)
            }
        }
    }
}

/// What an operation answers, before it is rendered.
#[derive(Clone, Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Header fields beyond the protocol's own.
    pub headers: Vec<(Cow<'static, str>, String)>,
    /// The content.
    pub body: Body,
}

/// Content of an answer.
#[derive(Clone, Debug)]
pub enum Body {
    /// Members, under their names on the wire.
    Tree(Value),
    /// A document of its own with its content type.
    Raw(Cow<'static, str>, Vec<u8>),
}

impl Reply {
    /// An answer with another status than 200.
    #[must_use]
    pub fn with_status(status: u16, tree: Value) -> Self {
        Self { status, headers: Vec::new(), body: Body::Tree(tree) }
    }
}

impl From<Value> for Reply {
    fn from(tree: Value) -> Self {
        Self::with_status(200, tree)
    }
}

impl From<()> for Reply {
    fn from((): ()) -> Self {
        Self::from(Value::Object(serde_json::Map::new()))
    }
}
