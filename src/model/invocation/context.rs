//! What a request through the endpoint has, as policies see it.

use super::{EndpointId, Invocation, OWN_ENDPOINT, Operation, Target};
use crate::model::policy::{Context, KeyValue, Piece, Text};

/// Keys that only requests with an IAM identity have.
///
/// Source: API Gateway Developer Guide, "AWS condition keys that can be used in API Gateway resource policies", those that need authentication. The IAM User
/// Guide gives anonymous callers a value of `aws:userid` and `aws:PrincipalType`, so these two are not known.
pub(super) const OF_IDENTITIES: [&str; 9] = [
    "aws:MultiFactorAuthAge",
    "aws:MultiFactorAuthPresent",
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalTag/",
    "aws:TokenIssueTime",
    "aws:username",
];

impl Invocation {
    /// The condition keys of a request. What is not named here is not known: `aws:UserAgent`, `aws:Referer`, and keys that API Gateway's table does not list.
    ///
    /// Source: API Gateway Developer Guide, "AWS condition keys that can be used in API Gateway resource policies"; IAM User Guide, "AWS global condition
    /// context keys", `aws:SourceIp`: in every request but those through a VPC endpoint.
    pub(super) fn context(&self, target: &Target<'_>, anonymous: bool) -> Context {
        let endpoint = match target.endpoint {
            EndpointId::Is(id) => KeyValue::one(id),
            EndpointId::NotCreated => KeyValue::Own { placeholder: OWN_ENDPOINT.to_owned(), not_created: true },
            EndpointId::NotKnown => KeyValue::Own { placeholder: OWN_ENDPOINT.to_owned(), not_created: false },
        };
        let source = if self.sources.is_empty() { KeyValue::Present } else { KeyValue::Within(self.sources.clone()) };
        let context = Context::open()
            .with("aws:SourceVpce", endpoint)
            .with("aws:SourceVpc", KeyValue::one(&self.vpc_id))
            .with("aws:SourceIp", KeyValue::Absent)
            .with("aws:VpcSourceIp", source)
            .with("aws:SecureTransport", KeyValue::one("true"))
            .with("aws:CurrentTime", KeyValue::Present)
            .with("aws:EpochTime", KeyValue::Present);
        let absent = OF_IDENTITIES.iter().filter(|_| anonymous);
        absent.fold(context, |context, key| context.with(key, KeyValue::Absent))
    }

    /// `arn:aws:execute-api:<region>:<account>:<api>`.
    pub(super) fn api(&self, target: &Target<'_>) -> Vec<Piece> {
        let prefix = format!("arn:{}:execute-api:{}:{}:", self.partition, self.region, self.account);
        let id = target.api_id.map_or(Piece::Own, |id| Piece::Is(id.to_owned()));
        vec![Piece::Is(prefix), id]
    }

    /// `…/<stage>/<method>/<path>`; path parameters take anything.
    ///
    /// Source: API Gateway Developer Guide, "Control access for invoking an API", "Resource format of permissions for executing API".
    pub(super) fn resource(&self, target: &Target<'_>, operation: Option<&Operation>) -> Text {
        let mut pieces = self.api(target);
        pieces.push(Piece::Is(format!("/{}/", self.stage)));
        let method = operation.and_then(|operation| operation.method.clone());
        pieces.push(method.map_or(Piece::Word, Piece::Is));
        match operation {
            Some(operation) => pieces.extend(path(&operation.path)),
            None => pieces.extend([Piece::Is("/".to_owned()), Piece::Any]),
        }
        Text::of(&pieces)
    }
}

fn path(path: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (place, part) in path.split('{').enumerate() {
        let fixed = if place == 0 { Some(part) } else { part.split_once('}').map(|(_, after)| after) };
        pieces.extend((place > 0).then_some(Piece::Any));
        pieces.extend(fixed.map(|text| Piece::Is(text.to_owned())));
    }
    pieces
}
