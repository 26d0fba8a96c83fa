//! Functions that an API invokes, and the roles it does so with, checked.

use std::collections::BTreeMap;

use super::backend::{Backend, Named};
use super::stage_variables::{refers, resolved};
use super::{ExternalFunction, FunctionUse, Problem, References};
use crate::function_arn::{FunctionArn, InvocationUri};
use crate::names::statement_id;
use crate::tags::Owner;

/// Field that accepts functions whose permission is their owners' to give.
const PERMITTED: &str = "spec.api.externallyPermittedFunctionArns";
/// What stands for the ID of the API in what is said before it is known.
pub const API_ID: &str = "<API-ID>";
/// What stands for whoever calls, in place of a role.
///
/// Source: API Gateway API Reference, `Integration`, `credentials`.
const CALLER: &str = ":iam::*:user/*";

/// Functions that have to let the API invoke them.
#[derive(Debug, Default)]
pub(super) struct Functions {
    /// Of the controller's account and region, and what for, by ARN.
    pub(super) own: BTreeMap<String, FunctionUse>,
    /// Of other accounts and regions, by ARN.
    pub(super) external: BTreeMap<String, ExternalFunction>,
}

/// What the check rests on.
pub(super) struct Surroundings<'a> {
    /// The stage's variables.
    pub(super) variables: &'a BTreeMap<String, String>,
    /// Functions whose permission the user takes for given.
    pub(super) permitted: &'a [String],
    /// Who owns the API.
    pub(super) owner: &'a Owner,
    /// What AWS has.
    pub(super) found: &'a References,
}

/// Checks what an API calls.
pub(super) fn check(backends: &[Backend], on: &Surroundings<'_>, problems: &mut Vec<Problem>) -> Functions {
    let mut functions = Functions::default();
    for backend in backends {
        for Named { field, text } in &backend.others {
            _ = resolved(field, text, on.variables, problems);
        }
        if let Some(Named { field, text }) = &backend.credentials {
            let role = resolved(field, text, on.variables, problems);
            problems.extend(role.and_then(|role| wrong_role(text, &role, on.found)).map(|it| Problem::new(field, it)));
        }
        let Some(Named { field, text }) = &backend.uri else { continue };
        let Some(uri) = resolved(field, text, on.variables, problems) else { continue };
        if !uri.contains(":lambda:") {
            problems.extend(wrong_url(text, &uri).map(|message| Problem::new(field, message)));
            continue;
        }
        match invoked(text, &uri, backend, on.found) {
            Err(message) => problems.push(Problem::new(field, message)),
            Ok(_) if backend.has_credentials() => {}
            Ok(arn) => functions.add(&arn, field, backend.what_for, on),
        }
    }
    for (arn, function) in &functions.external {
        if !on.permitted.contains(arn) {
            problems.push(Problem::new(&function.field, not_permitted(arn, function.what_for, on)));
        }
    }
    for (index, arn) in on.permitted.iter().enumerate() {
        if is_own(arn, on.found) {
            let message = format!(
                "Lambda function {arn} is in the controller's account and region, where the controller adds the permission itself: remove it here"
            );
            problems.push(Problem::new(format!("{PERMITTED}[{index}]"), message));
        }
    }
    functions
}

impl Functions {
    fn add(&mut self, arn: &FunctionArn, field: &str, what_for: FunctionUse, on: &Surroundings<'_>) {
        let name = arn.to_string();
        if is_own(&name, on.found) {
            let merge = |it: &mut FunctionUse| *it = FunctionUse::both(*it, what_for);
            self.own.entry(name).and_modify(merge).or_insert(what_for);
            return;
        }
        let external = ExternalFunction { what_for, field: field.to_owned() };
        let merge = |it: &mut ExternalFunction| it.what_for = FunctionUse::both(it.what_for, what_for);
        self.external.entry(name).and_modify(merge).or_insert(external);
    }
}

/// What is said of a function whose permission is its owner's to give, while nobody has said that it is given.
fn not_permitted(arn: &str, what_for: FunctionUse, on: &Surroundings<'_>) -> String {
    let Some(function) = FunctionArn::parse(arn) else { return String::new() };
    let caller = &on.found.caller;
    let source_arn = format!("{}{API_ID}{}", caller.execute_api(), what_for.source_suffix());
    let command = function.permission_command(&statement_id(on.owner), &source_arn);
    let place = if function.region == caller.region {
        format!("in account {}", caller.account)
    } else {
        "in the region of the API".to_owned()
    };
    format!(
        "Lambda function {arn} belongs to account {}, region {}, and only its owner can let this API invoke it: add it to {PERMITTED} and have them run, with the ID that the API has once it is created in place of {API_ID}: {command}; or name one {place}",
        function.account, function.region
    )
}

/// Whether the controller can give the permission itself.
fn is_own(arn: &str, found: &References) -> bool {
    let caller = &found.caller;
    FunctionArn::parse(arn).is_some_and(|arn| (&arn.account, &arn.region) == (&caller.account, &caller.region))
}

/// The function that a URI invokes, or what is wrong with it.
fn invoked(text: &str, uri: &str, backend: &Backend, found: &References) -> Result<FunctionArn, String> {
    let caller = &found.caller;
    let arn = InvocationUri::parse(uri).and_then(|uri| FunctionArn::parse(uri.function)).ok_or_else(|| {
        format!(
            "{} names no Lambda function: write arn:{}:apigateway:<region>:lambda:path/2015-03-31/functions/<function ARN>/invocations",
            result(text, uri),
            caller.partition
        )
    })?;
    if arn.partition != caller.partition {
        return Err(format!(
            "{} is in partition {}: name a function in {}",
            function(text, &arn),
            arn.partition,
            caller.partition
        ));
    }
    // Lambda answers "Functions from 'us-west-2' are not reachable in this region ('us-east-1')" (aws/aws-cdk#17458).
    let region = InvocationUri::parse(uri).map(|uri| uri.region).unwrap_or_default();
    if region != arn.region {
        return Err(format!(
            "{} is not in {region}, whose Lambda this URI calls: name one in the region of the API, or write {}",
            function(text, &arn),
            arn.invocation_uri()
        ));
    }
    if arn.account != caller.account && refers(text) {
        // API Gateway Developer Guide, "API Gateway stage variables reference for REST APIs".
        return Err(format!(
            "{} belongs to account {}, and API Gateway resolves stage variables to functions of its own account only: write its ARN without them",
            function(text, &arn),
            arn.account
        ));
    }
    if backend.has_credentials() {
        return Ok(arn);
    }
    if arn.qualifier.as_deref() == Some("$LATEST") {
        return Err(
            "Lambda accepts no permission for $LATEST by that name: leave `:$LATEST` out, which means the same"
                .to_owned(),
        );
    }
    if is_own(&arn.to_string(), found) && !found.functions.contains(&arn.to_string()) {
        let remedy = arn.qualifier.as_ref().map(|qualifier| {
            format!(": create the function, and {qualifier} as a version or an alias of it, or name another")
        });
        return Err(format!("{} does not exist{}", function(text, &arn), remedy.unwrap_or_default()));
    }
    Ok(arn)
}

/// The function in the words of the user: of a URI with stage variables what it comes to.
fn function(text: &str, arn: &FunctionArn) -> String {
    if refers(text) {
        format!("with the stage's variables this invokes Lambda function {arn}, which")
    } else {
        format!("Lambda function {arn}")
    }
}

/// The same of another text.
fn result(text: &str, resolved: &str) -> String {
    if refers(text) { format!("with the stage's variables this is {resolved}, which") } else { resolved.to_owned() }
}

/// What is wrong with the URL of an HTTP backend once its variables are known.
///
/// Source: API Gateway Developer Guide, "API Gateway stage variables reference for REST APIs", "HTTP integration URIs".
fn wrong_url(text: &str, url: &str) -> Option<String> {
    let is_http = text.starts_with("http") || text.starts_with('$');
    let host = ["http://", "https://"].into_iter().find_map(|scheme| url.strip_prefix(scheme));
    let valid = host.is_some_and(|host| !host.is_empty() && !host.starts_with(['/', ':', '?']));
    (is_http && refers(text) && !valid).then(|| {
        format!("{} is not a URL of http or https: change the variable, or what is beside it", result(text, url))
    })
}

/// What is wrong with a role that API Gateway is to take on.
///
/// Sources: IAM User Guide, "Grant a user permissions to pass a role to an AWS service"; amazon-archives/aws-apigateway-importer#25, "Cross-account pass
/// role is not allowed".
fn wrong_role(text: &str, role: &str, found: &References) -> Option<String> {
    let caller = &found.caller;
    if role.ends_with(CALLER) {
        return None;
    }
    let mut parts = role.splitn(6, ':');
    let fields: Vec<&str> = parts.by_ref().collect();
    let ["arn", partition, "iam", "", account, resource] = fields[..] else {
        return Some(not_a_role(text, role, found));
    };
    if resource.strip_prefix("role/").is_none_or(str::is_empty) || partition != caller.partition {
        return Some(not_a_role(text, role, found));
    }
    (account != caller.account).then(|| {
        format!(
            "{} belongs to account {account}, and API Gateway accepts roles of its own account only: name one of account {}",
            result(text, role),
            caller.account
        )
    })
}

fn not_a_role(text: &str, role: &str, found: &References) -> String {
    let (partition, account) = (&found.caller.partition, &found.caller.account);
    format!(
        "{} is not the ARN of a role: write arn:{partition}:iam::{account}:role/<name>, or arn:{partition}:iam::*:user/* to use the caller's credentials",
        result(text, role)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intent::Caller;

    const HELLO: &str = "arn:aws:lambda:eu-west-1:111122223333:function:hello";

    fn found() -> References {
        let caller =
            Caller { account: "111122223333".to_owned(), partition: "aws".to_owned(), region: "eu-west-1".to_owned() };
        References { caller, functions: [HELLO.to_owned(), format!("{HELLO}:live")].into(), ..References::default() }
    }

    fn variables() -> BTreeMap<String, String> {
        let variables = [
            ("fn", "hello"),
            ("half", "hel"),
            ("ver", "live"),
            ("gone", "gone"),
            ("arn", HELLO),
            ("theirs", "arn:aws:lambda:eu-west-1:444455556666:function:hello"),
            ("slash", "a/b"),
            ("host", "backend.example.com"),
            ("url", "https://backend.example.com/x"),
            ("role", "role/invoke"),
        ];
        variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
    }

    fn named(field: &str, text: &str) -> Named {
        Named { field: field.to_owned(), text: text.to_owned() }
    }

    fn checked(uri: &str, credentials: Option<&str>, permitted: &[&str]) -> (Functions, Vec<String>) {
        let backend = Backend {
            uri: Some(named("uri", uri)),
            credentials: credentials.map(|text| named("credentials", text)),
            others: Vec::new(),
            what_for: FunctionUse::Methods,
        };
        let permitted: Vec<String> = permitted.iter().map(|&arn| arn.to_owned()).collect();
        let (variables, found) = (variables(), found());
        let owner = Owner { cluster: "c".to_owned(), namespace: "shop".to_owned(), name: "orders".to_owned() };
        let on = Surroundings { variables: &variables, permitted: &permitted, owner: &owner, found: &found };
        let mut problems = Vec::new();
        let functions = check(&[backend], &on, &mut problems);
        (functions, problems.iter().map(ToString::to_string).collect())
    }

    fn uri(function: &str) -> String {
        format!("arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{function}/invocations")
    }

    #[test]
    fn a_uri_names_the_function_that_its_variables_make_of_it() {
        let base = "arn:aws:lambda:eu-west-1:111122223333:function";
        for (function, expected) in [
            (HELLO.to_owned(), HELLO.to_owned()),
            (format!("{base}:${{stageVariables.fn}}"), HELLO.to_owned()),
            (format!("{base}:${{stageVariables.half}}lo"), HELLO.to_owned()),
            ("${stageVariables.arn}".to_owned(), HELLO.to_owned()),
            (format!("{HELLO}:${{stageVariables.ver}}"), format!("{HELLO}:live")),
            ("${stageVariables.arn}:${stageVariables.ver}".to_owned(), format!("{HELLO}:live")),
        ] {
            let (functions, problems) = checked(&uri(&function), None, &[]);
            assert_eq!(problems, Vec::<String>::new(), "{function}");
            assert_eq!(functions.own.into_keys().collect::<Vec<_>>(), [expected], "{function}");
        }
    }

    #[test]
    fn what_cannot_be_invoked_is_refused_with_what_it_came_to() {
        let base = "arn:aws:lambda:eu-west-1:111122223333:function";
        let elsewhere = "arn:aws:lambda:us-east-1:111122223333:function:hello";
        for (uri, expected) in [
            (
                uri(&format!("{base}:${{stageVariables.a}}:${{stageVariables.b}}")),
                "uri: the stage variable a is not set: set it in spec.api.stage.variables",
            ),
            (
                uri(&format!("{base}:${{stageVariables.slash}}")),
                "functions/arn:aws:lambda:eu-west-1:111122223333:function:a/b/invocations, which names no Lambda function: write arn:aws:apigateway",
            ),
            (
                uri("hello"),
                "uri: arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/hello/invocations names no Lambda function",
            ),
            (
                uri(&format!("{base}:gone")),
                "uri: Lambda function arn:aws:lambda:eu-west-1:111122223333:function:gone does not exist",
            ),
            (
                uri(&format!("{base}:${{stageVariables.gone}}")),
                "uri: with the stage's variables this invokes Lambda function arn:aws:lambda:eu-west-1:111122223333:function:gone, which does not exist",
            ),
            (
                uri(&format!("{HELLO}:blue")),
                "function:hello:blue does not exist: create the function, and blue as a version or an alias of it",
            ),
            (uri(&format!("{HELLO}:$LATEST")), "leave `:$LATEST` out"),
            (
                uri("${stageVariables.theirs}"),
                "function:hello, which belongs to account 444455556666, and API Gateway resolves stage variables to functions of its own account only",
            ),
            (
                uri(elsewhere),
                "is not in eu-west-1, whose Lambda this URI calls: name one in the region of the API, or write arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1",
            ),
            (uri("arn:aws-cn:lambda:eu-west-1:111122223333:function:hello"), "is in partition aws-cn"),
            ("http://${stageVariables.nothing}/x".to_owned(), "uri: the stage variable nothing is not set"),
            (
                "${stageVariables.host}/x".to_owned(),
                "uri: with the stage's variables this is backend.example.com/x, which is not a URL",
            ),
        ] {
            let (functions, problems) = checked(&uri, None, &[]);
            assert!(problems.first().is_some_and(|problem| problem.contains(expected)), "{uri}: {problems:?}");
            assert!(functions.own.is_empty() && functions.external.is_empty(), "{uri}");
        }
        for uri in ["http://${stageVariables.host}/x", "${stageVariables.url}", "https://b/{proxy}"] {
            assert_eq!(checked(uri, None, &[]).1, Vec::<String>::new(), "{uri}");
        }
    }

    #[test]
    fn functions_of_others_are_accepted_by_name_and_refused_with_their_owners_command() {
        let theirs = "arn:aws:lambda:eu-west-1:444455556666:function:hello:live";
        let uri = FunctionArn::parse(theirs).unwrap().invocation_uri();
        let (functions, problems) = checked(&uri, None, &[theirs]);
        assert_eq!((problems, functions.own.len()), (Vec::new(), 0));
        let expected = ExternalFunction { what_for: FunctionUse::Methods, field: "uri".to_owned() };
        assert_eq!(functions.external, BTreeMap::from([(theirs.to_owned(), expected)]));

        let (_, problems) = checked(&uri, None, &["arn:aws:lambda:eu-west-1:444455556666:function:hello"]);
        let statement_id =
            statement_id(&Owner { cluster: "c".to_owned(), namespace: "shop".to_owned(), name: "orders".to_owned() });
        let expected = format!(
            "uri: Lambda function {theirs} belongs to account 444455556666, region eu-west-1, and only its owner can let this API invoke it: \
            add it to spec.api.externallyPermittedFunctionArns and have them run, with the ID that the API has once it is created in place of \
            <API-ID>: aws lambda add-permission --function-name arn:aws:lambda:eu-west-1:444455556666:function:hello --qualifier live \
            --statement-id {statement_id} --action lambda:InvokeFunction --principal apigateway.amazonaws.com \
            --source-arn 'arn:aws:execute-api:eu-west-1:111122223333:<API-ID>/*/*/*' --region eu-west-1; or name one in account 111122223333"
        );
        assert_eq!(problems, [expected]);
        let of_region = theirs.replace("eu-west-1", "us-east-1").replace("444455556666", "111122223333");
        let (_, problems) = checked(&FunctionArn::parse(&of_region).unwrap().invocation_uri(), None, &[]);
        assert!(problems[0].ends_with("--region us-east-1; or name one in the region of the API"), "{problems:?}");
        let (_, problems) = checked(&uri, None, &[HELLO, theirs]);
        assert!(
            problems[0].starts_with("spec.api.externallyPermittedFunctionArns[0]: Lambda function"),
            "{problems:?}"
        );
    }

    #[test]
    fn a_function_that_a_role_invokes_needs_no_permission() {
        for function in [
            "arn:aws:lambda:eu-west-1:444455556666:function:hello",
            "arn:aws:lambda:eu-west-1:111122223333:function:gone",
        ] {
            for role in [
                "arn:aws:iam::111122223333:role/invoke",
                "arn:aws:iam::111122223333:${stageVariables.role}",
                "arn:aws:iam::*:user/*",
            ] {
                let (functions, problems) = checked(&uri(function), Some(role), &[]);
                assert_eq!(problems, Vec::<String>::new(), "{role}");
                assert!(functions.own.is_empty() && functions.external.is_empty());
            }
        }
    }

    #[test]
    fn only_roles_of_the_account_are_taken() {
        for (role, expected) in [
            (
                "arn:aws:iam::444455556666:role/invoke",
                "credentials: arn:aws:iam::444455556666:role/invoke belongs to account 444455556666",
            ),
            ("invoke", "credentials: invoke is not the ARN of a role: write arn:aws:iam::111122223333:role/<name>"),
            ("arn:aws:iam::111122223333:user/ann", "is not the ARN of a role"),
            (
                "arn:aws:iam::111122223333:${stageVariables.host}",
                "this is arn:aws:iam::111122223333:backend.example.com, which is not the ARN of a role",
            ),
            ("arn:aws:iam::111122223333:${stageVariables.r}", "credentials: the stage variable r is not set"),
        ] {
            let (_, problems) = checked(&uri(HELLO), Some(role), &[]);
            assert!(problems.len() == 1 && problems[0].contains(expected), "{role}: {problems:?}");
        }
    }
}
