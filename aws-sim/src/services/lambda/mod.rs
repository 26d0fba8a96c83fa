//! Lambda: functions out of a small table of handlers, and the policies that say who may invoke them (Lambda API Reference).

pub mod alias;
pub mod event_source;
pub mod function;
pub mod handler;
mod package;
pub mod permission;
pub(crate) mod reference;
pub mod tag;
pub mod version;

use std::collections::BTreeMap;

use super::{Operation, Service, Tagged, operation};
use crate::error::AwsError;
use crate::protocol::Protocol;
use crate::world::Region;

/// Functions of an account and region.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// By name.
    pub functions: BTreeMap<String, function::Function>,
}

const OPERATIONS: &[Operation] = &[
    operation!("CreateFunction", POST "/2015-03-31/functions", function::create, Write),
    operation!("GetFunction", GET "/2015-03-31/functions/{FunctionName}", function::get, Read),
    operation!("GetFunctionConfiguration", GET "/2015-03-31/functions/{FunctionName}/configuration", function::configuration, Read),
    operation!("ListFunctions", GET "/2015-03-31/functions", function::list, Read),
    operation!("UpdateFunctionCode", PUT "/2015-03-31/functions/{FunctionName}/code", function::update_code, Write),
    operation!("UpdateFunctionConfiguration", PUT "/2015-03-31/functions/{FunctionName}/configuration", function::update_configuration, Write),
    operation!("DeleteFunction", DELETE "/2015-03-31/functions/{FunctionName}", function::delete, Write),
    operation!("PublishVersion", POST "/2015-03-31/functions/{FunctionName}/versions", version::publish, Write),
    operation!("ListVersionsByFunction", GET "/2015-03-31/functions/{FunctionName}/versions", version::list, Read),
    operation!("CreateAlias", POST "/2015-03-31/functions/{FunctionName}/aliases", alias::create, Write),
    operation!("GetAlias", GET "/2015-03-31/functions/{FunctionName}/aliases/{Name}", alias::get, Read),
    operation!("UpdateAlias", PUT "/2015-03-31/functions/{FunctionName}/aliases/{Name}", alias::update, Write),
    operation!("DeleteAlias", DELETE "/2015-03-31/functions/{FunctionName}/aliases/{Name}", alias::delete, Write),
    operation!("ListAliases", GET "/2015-03-31/functions/{FunctionName}/aliases", alias::list, Read),
    operation!("ListEventSourceMappings", GET "/2015-03-31/event-source-mappings", event_source::list, Read),
    operation!("Invoke", POST "/2015-03-31/functions/{FunctionName}/invocations", raw handler::invoke, Write),
    operation!("AddPermission", POST "/2015-03-31/functions/{FunctionName}/policy", permission::add, Write),
    operation!("GetPolicy", GET "/2015-03-31/functions/{FunctionName}/policy", permission::get, Read),
    operation!("RemovePermission", DELETE "/2015-03-31/functions/{FunctionName}/policy/{StatementId}", permission::remove, Write),
    operation!("TagResource", POST "/2017-03-31/tags/{Resource+}", tag::tag, Write),
    operation!("UntagResource", DELETE "/2017-03-31/tags/{Resource+}", tag::untag, Write),
    operation!("ListTags", GET "/2017-03-31/tags/{Resource+}", tag::list, Read),
];

/// The service.
pub static SERVICE: Service = Service {
    name: "lambda",
    protocol: Protocol::RestJson,
    namespace: "",
    operations: OPERATIONS,
    inventory: |region, _| [("lambda:function", region.lambda.functions.keys().cloned().collect())].into(),
    tagged: |region, _| {
        let tagged = |(name, function): (&String, &function::Function)| Tagged {
            arn: arn(region, name),
            kind: "lambda:function",
            tags: function.tags.clone(),
        };
        region.lambda.functions.iter().filter(|(_, function)| !function.tags.is_empty()).map(tagged).collect()
    },
};

/// The function that every region starts with.
pub(crate) fn defaults(region: &mut Region) {
    let role = format!("arn:{}:iam::{}:role/hello", region.partition(), region.account);
    let function = function::Function::new("hello", "hello", &role);
    region.lambda.functions.insert("hello".to_owned(), function);
}

pub(crate) fn arn(region: &Region, name: &str) -> String {
    region.arn("lambda", &format!("function:{name}"))
}

/// How the service model spells the member that holds an error's message.
#[must_use]
pub fn message_member(code: &str) -> &'static str {
    const LOWER: &[&str] = &[
        "AliasLimitExceededException",
        "CapacityProviderLimitExceededException",
        "CodeArtifactUserDeletedException",
        "CodeArtifactUserFailedException",
        "CodeArtifactUserPendingException",
        "CodeStorageExceededException",
        "FunctionVersionsPerCapacityProviderLimitExceededException",
        "InvalidParameterValueException",
        "InvalidRequestContentException",
        "ModeNotSupportedException",
        "PolicyLengthExceededException",
        "PreconditionFailedException",
        "ProvisionedConcurrencyConfigNotFoundException",
        "RequestTooLargeException",
        "ResourceConflictException",
        "ResourceNotReadyException",
        "RuntimeAliasDeletedException",
        "RuntimeVersionDeletedException",
        "SerializedRequestEntityTooLargeException",
        "TooManyRequestsException",
        "UnsupportedMediaTypeException",
    ];
    if LOWER.contains(&code) { "message" } else { "Message" }
}

/// Error code of a missing resource; Lambda says in `Type` whose fault an error is.
fn absent(message: impl Into<String>) -> AwsError {
    AwsError::new("ResourceNotFoundException", message).status(404).member("Type", "User")
}

fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new("InvalidParameterValueException", message).member("Type", "User")
}
