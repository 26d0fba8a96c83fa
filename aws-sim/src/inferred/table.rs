//! The tables.

use super::{Rule, Trial};

/// What to try on AWS. The first eight are the trials that matter most, in their order.
pub const TRIALS: &[Trial] = &[
    Trial {
        name: "default-tls",
        what: "Create a private API with the default TLS policy behind an HTTP:80 listener and behind a TLS 1.3 listener; note health, its reason, and the status of a request.",
        number: Some(1),
    },
    Trial {
        name: "update-lock",
        what: "Note the time between CreateRestApi, PutRestApi or UpdateRestApi and apiStatus AVAILABLE, and the answers to changes made meanwhile.",
        number: Some(2),
    },
    Trial {
        name: "tags-at-creation",
        what: "Call CreateRule with tags, and untag an API, under the shipped IAM policy; note which actions are refused.",
        number: Some(3),
    },
    Trial {
        name: "host-with-port",
        what: "Make rules for a plain host and for the same host with `:8080` on a listener of port 8080; note which of them a client's request meets.",
        number: Some(4),
    },
    Trial {
        name: "refusals",
        what: "Send requests with an unknown Host, a missing stage, to a STRICT API without its server name, and with 9,000 bytes of header fields; note status, header fields and body.",
        number: Some(5),
    },
    Trial {
        name: "ping",
        what: "Ask an endpoint's address for `/ping`, and have it health-checked there; note the status.",
        number: Some(6),
    },
    Trial {
        name: "private-link",
        what: "Put a network load balancer before the front door, connect an endpoint to a service on it, delete service and load balancer meanwhile, reject twice; note states and error codes.",
        number: Some(7),
    },
    Trial {
        name: "endpoint-catalogue",
        what: "Call DescribeVpcEndpointServices for `apigateway`; note its name and private DNS name.",
        number: Some(8),
    },
    Trial {
        name: "authorization",
        what: "Ask methods with each kind of authorization, with endpoint and resource policies that allow, deny and are silent; note status, header fields and body of each.",
        number: None,
    },
    Trial {
        name: "import-refusals",
        what: "Put documents with one fault each (model, validator, role, mapping, cache key); note the answers.",
        number: None,
    },
    Trial {
        name: "logs",
        what: "Switch on access logs and execution logs of a stage without the account's role, and of a load balancer to a bucket that is missing, elsewhere or closed; note the answers.",
        number: None,
    },
    Trial {
        name: "rates",
        what: "Ask faster than a bucket refills, for what is there and what is not; note from which call on, and which code, is answered.",
        number: None,
    },
    Trial {
        name: "usage-plans",
        what: "Delete a stage and an API that are in a usage plan; note the plan before and after.",
        number: None,
    },
    Trial {
        name: "endpoint-addresses",
        what: "Create and modify endpoints with address types and DNS record types that do not go together; note the answers.",
        number: None,
    },
    Trial {
        name: "function-accounts",
        what: "Ask Lambda about a function of another account by its ARN, and give an API another account's role; note the answers.",
        number: None,
    },
    Trial {
        name: "private-dns",
        what: "Switch private DNS on with ModifyVpcEndpoint under a policy without route53:AssociateVPCWithHostedZone; note the answer.",
        number: None,
    },
    Trial {
        name: "service-zones",
        what: "Take a load balancer away from an endpoint service and associate another; note the zones of the service after each call.",
        number: None,
    },
    Trial {
        name: "roles",
        what: "Put a document whose role is named by a stage variable under a policy without iam:PassRole; note the answer.",
        number: None,
    },
    Trial {
        name: "odd-questions",
        what: "Ask Route 53 for a path that it does not have, and Lambda for the policy of versions and aliases without one; note code and text.",
        number: None,
    },
];

/// The rules that were inferred.
pub const RULES: &[Rule] = &[
    Rule {
        name: "address-type-refusals",
        rule: "Address types that do not fit subnets, service or each other are refused with InvalidParameter.",
        basis: "PrivateLink Guide, \"IP address types\": says what goes together, not how it is refused.",
        trial: "endpoint-addresses",
    },
    Rule {
        name: "authorizer-error-answer",
        rule: "A Lambda authorizer that fails is answered with 500, AuthorizerFailureException; one that cannot be called or answers no policy with 500, AuthorizerConfigurationException.",
        basis: "Developer Guide, \"Gateway response types\": the statuses of AUTHORIZER_FAILURE and AUTHORIZER_CONFIGURATION_ERROR; types by their names.",
        trial: "authorization",
    },
    Rule {
        name: "control-plane-name",
        rule: "API Gateway's control plane is offered as `apigateway`, with the private DNS name that its public endpoint has.",
        basis: "Other services' control planes are named so.",
        trial: "endpoint-catalogue",
    },
    Rule {
        name: "cross-account-role",
        rule: "A role of another account in a document is one of the errors of the import, with its place; set alone it is refused with AccessDeniedException.",
        basis: "PutIntegration answers 403, \"Cross-account pass role is not allowed.\" (amazon-archives/aws-apigateway-importer#25); imports name what else PutIntegration refuses with its place.",
        trial: "function-accounts",
    },
    Rule {
        name: "decision-again",
        rule: "Accepting or rejecting an endpoint connection a second time succeeds.",
        basis: "The API Reference lists failures under `unsuccessful`, without codes.",
        trial: "private-link",
    },
    Rule {
        name: "elb-buckets",
        rule: "Requests are counted by the groups of operations, describes 200 and 50 a second.",
        basis: "The throttling page has this table, and a sentence on one bucket of 40 and 10 a second for all.",
        trial: "rates",
    },
    Rule {
        name: "endpoint-policy-place",
        rule: "Endpoint policies are judged with the resource policy, before a Lambda authorizer and after a token or signature.",
        basis: "The refusals of both policies read alike; the page on the authorization flow leaves endpoint policies out.",
        trial: "authorization",
    },
    Rule {
        name: "faults-before-rates",
        rule: "API Gateway answers 404 and the like even where the operation's rate is used up.",
        basis: "Clients delete many APIs in a row and are told of those that are gone.",
        trial: "rates",
    },
    Rule {
        name: "firehose-needs-no-role",
        rule: "Access logs to a delivery stream need no role in the account's settings.",
        basis: "The Developer Guide asks for that role where logs go to CloudWatch Logs.",
        trial: "logs",
    },
    Rule {
        name: "header-size-answer",
        rule: "More than 8,000 bytes of header values are answered with 431.",
        basis: "RFC 6585; the quotas page names the limit only.",
        trial: "refusals",
    },
    Rule {
        name: "header-size-place",
        rule: "The size of header values is judged once the API is known, before authorization.",
        basis: "The limit is that of private APIs: their kind must be known.",
        trial: "refusals",
    },
    Rule {
        name: "host-condition-port",
        rule: "Host conditions of a listener on a port other than 80 and 443 are compared with `name:port`, as the Host field has it.",
        basis: "hashicorp/terraform-provider-aws#49147: names with a port are matched by regular expressions that hold it.",
        trial: "host-with-port",
    },
    Rule {
        name: "identifiers-are-a-filter",
        rule: "A read by identifiers takes from the large bucket.",
        basis: "The page speaks of reads without pagination or filter.",
        trial: "rates",
    },
    Rule {
        name: "import-authorizer-refusals",
        rule: "What CreateAuthorizer refuses is an error of an import, \"Unable to create authorizer for '<name>': …\".",
        basis: "Models and integrations are refused in this form.",
        trial: "import-refusals",
    },
    Rule {
        name: "import-unknown-validator",
        rule: "A document that names a request validator it does not define is refused, \"Unable to put method …: Invalid Request Validator identifier specified\".",
        basis: "PutMethod refuses an unknown identifier so.",
        trial: "import-refusals",
    },
    Rule {
        name: "lambda-method-any",
        rule: "An integration of method ANY invokes its function if the caller's method is POST.",
        basis: "ANY passes the caller's method on to HTTP backends.",
        trial: "import-refusals",
    },
    Rule {
        name: "load-balancer-of-a-service",
        rule: "A load balancer of an endpoint service is not deleted: ResourceInUse, \"… is currently associated with another service\".",
        basis: "Logs of users have this text.",
        trial: "private-link",
    },
    Rule {
        name: "lock-after-the-answer",
        rule: "One change in four locks an API although the answer said AVAILABLE; another one in four does so up to three seconds later.",
        basis: "hashicorp/terraform-provider-aws#45905: UpdateRestApi was refused although the answer to PutRestApi said nothing.",
        trial: "update-lock",
    },
    Rule {
        name: "lock-answer-of-put",
        rule: "PutRestApi of a locked API is refused in the words that UpdateRestApi has.",
        basis: "hashicorp/terraform-provider-aws#45905 has them of UpdateRestApi.",
        trial: "update-lock",
    },
    Rule {
        name: "lock-causes",
        rule: "A private API is locked when endpoints or resource policy are written, whether they change or not.",
        basis: "hashicorp/terraform-provider-aws#45905: locked after PutRestApi, above all where endpoints change.",
        trial: "update-lock",
    },
    Rule {
        name: "lock-duration",
        rule: "Endpoints and policy lock an API for 5 to 60 seconds.",
        basis: "Users speak of seconds; hashicorp/terraform-provider-aws#49205 waits for AVAILABLE.",
        trial: "update-lock",
    },
    Rule {
        name: "lock-of-a-creation",
        rule: "CreateRestApi locks private APIs with endpoints, and no others.",
        basis: "hashicorp/terraform-provider-aws#49205 waits for AVAILABLE after a create.",
        trial: "update-lock",
    },
    Rule {
        name: "log-bucket-refusals",
        rule: "Logs to a bucket that is missing, in another region or closed are refused with InvalidConfigurationRequest, \"Access Denied for bucket: …\".",
        basis: "kubernetes-sigs/aws-load-balancer-controller#1956 and others report it of closed buckets.",
        trial: "logs",
    },
    Rule {
        name: "missing-stage-answer",
        rule: "A stage that is not there is answered with 403 ForbiddenException, as an API that is not there.",
        basis: "Users cannot tell one from the other.",
        trial: "refusals",
    },
    Rule {
        name: "model-references",
        rule: "A schema that refers to one that is not there is refused, \"Model reference must be in canonical form\".",
        basis: "Users report this refusal of schemas whose references could not be resolved.",
        trial: "import-refusals",
    },
    Rule {
        name: "no-policy-text",
        rule: "GetPolicy of a version or an alias without a policy answers \"The resource you requested does not exist.\"",
        basis: "API Reference: ResourceNotFoundException, without a text.",
        trial: "odd-questions",
    },
    Rule {
        name: "other-accounts-functions",
        rule: "Lambda answers 403 AccessDeniedException to a function ARN of another account.",
        basis: "IAM: cross-account access takes a resource-based policy; what is refused is not told to exist.",
        trial: "function-accounts",
    },
    Rule {
        name: "out-of-service-answer",
        rule: "An API that an update takes out of service answers 503 ServiceUnavailableException.",
        basis: "The Developer Guide calls it unavailable.",
        trial: "refusals",
    },
    Rule {
        name: "ping-answer",
        rule: "/ping on an endpoint's address is judged as any other path: 403 ForbiddenException where the Host names no API.",
        basis: "Developer Guide, \"Known issues\": the path is reserved for the service's health check; what it answers is not said.",
        trial: "ping",
    },
    Rule {
        name: "private-dns-on-modify",
        rule: "ModifyVpcEndpoint that switches private DNS on needs route53:AssociateVPCWithHostedZone.",
        basis: "Documented for CreateVpcEndpoint.",
        trial: "private-dns",
    },
    Rule {
        name: "role-by-stage-variable",
        rule: "iam:PassRole is not asked for a role that a stage variable is part of.",
        basis: "The role is known only once a stage serves it.",
        trial: "roles",
    },
    Rule {
        name: "role-for-aws-services",
        rule: "An AWS integration with another service than Lambda needs credentials, \"Role ARN must be specified for AWS integrations\".",
        basis: "moto has this refusal; API Reference, PutIntegration, on credentials.",
        trial: "import-refusals",
    },
    Rule {
        name: "service-zones-stay",
        rule: "An endpoint service has the zones that its load balancers had when they were last associated with it.",
        basis: "PrivateLink Guide, \"Configure an endpoint service\": a zone added to a load balancer comes with another association.",
        trial: "service-zones",
    },
    Rule {
        name: "strict-answer",
        rule: "An API of access mode STRICT answers 403 Forbidden to a request whose server name is not its Host.",
        basis: "\"API Gateway rejects the request\"; a name that leads nowhere is answered so.",
        trial: "refusals",
    },
    Rule {
        name: "strict-given-up",
        rule: "A change from STRICT to a security policy without an access mode takes an API out of service, too.",
        basis: "Developer Guide, \"How to change a security policy\": the change from STRICT to BASIC does.",
        trial: "refusals",
    },
    Rule {
        name: "tags-of-listeners-and-rules",
        rule: "AddTags at CreateListener and CreateRule has no condition key elasticloadbalancing:CreateAction.",
        basis: "The User Guide documents it for load balancers and target groups; aws-load-balancer-controller's policy does without for the others.",
        trial: "tags-at-creation",
    },
    Rule {
        name: "tls-without-server-name",
        rule: "APIs of TLS 1.3 policies take connections without a server name, as load balancers make them, behind listeners of any policy.",
        basis: "A published example has it working behind an HTTP listener; the User Guide ties TLS 1.3 to the listener's policy.",
        trial: "default-tls",
    },
    Rule {
        name: "unknown-path-answer",
        rule: "Route 53 answers 404 UnknownOperationException to a path that it does not have.",
        basis: "aws/aws-sdk-js#846 has it of Lambda, which is built on the same framework.",
        trial: "odd-questions",
    },
    Rule {
        name: "untag-is-a-change",
        rule: "UntagResource needs PATCH on the tagged resource, as TagResource does.",
        basis: "iann0036/iam-dataset#39 has it for TagResource.",
        trial: "tags-at-creation",
    },
    Rule {
        name: "usage-plan-stage-gone",
        rule: "Deleting a stage or an API takes it out of its usage plans, and is not refused.",
        basis: "hashicorp/terraform-provider-aws#14100: a stage that was made again was in no plan.",
        trial: "usage-plans",
    },
    Rule {
        name: "user-pools-need-allow",
        rule: "With a user pool as authorizer the resource policy must allow explicitly.",
        basis: "The page's text says so; its Table A names user pools among those where the authorizer's allow is enough.",
        trial: "authorization",
    },
];
