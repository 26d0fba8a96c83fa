//! `spec.loadBalancer`.

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{DeletionPolicy, SubnetSelector, Toggle, cel};

/// The Application Load Balancer: exactly one of `create` or `listenerArn`.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
#[x_kube(
    validation = Rule::new("has(self.create) != has(self.listenerArn)")
        .message("exactly one of create or listenerArn must be set"),
    validation = Rule::new("has(self.create) || !has(self.listener)")
        .message("listener is for a load balancer that is created: leave it out with listenerArn")
)]
pub struct LoadBalancer {
    /// Create and keep a load balancer with one listener.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub create: Option<LoadBalancerCreate>,

    /// ARN of an existing listener of an Application Load Balancer in the endpoint's VPC. Only the rules of this object are written to it.
    /// The load balancer's security groups must allow outbound TCP 443 to the endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(
        pattern = r"^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:[0-9]{12}:listener/app/[A-Za-z0-9-]{1,32}/[0-9a-f]{16}/[0-9a-f]{16}$"
    ))]
    pub listener_arn: Option<String>,

    /// The listener of the created load balancer. Default: HTTP on port 80.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listener: Option<Listener>,
}

/// A load balancer to create.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
#[x_kube(
    validation = Rule::new("has(self.subnetIds) != has(self.subnetSelector)")
        .message("exactly one of subnetIds or subnetSelector must be set"),
    validation = Rule::new("self.ipAddressType != 'dualstack-without-public-ipv4' || self.scheme == 'internet-facing'")
        .message("ipAddressType dualstack-without-public-ipv4 is for internet-facing load balancers: an internal one has no public addresses, so use dualstack"),
    validation = cel::clients_by_ipv4("load balancer"),
    validation = cel::managed_clients()
)]
pub struct LoadBalancerCreate {
    /// Subnets of the load balancer, in two Availability Zones or more, one in each. Public ones for `internet-facing`. 2 to 16. Exactly one of
    /// `subnetIds` or `subnetSelector`.
    #[serde(default, deserialize_with = "super::null::as_default", skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(min = 2, max = 16), inner(length(max = 24), regex(pattern = r"^subnet-[0-9a-f]{8,17}$")))]
    #[x_kube(merge_strategy = ListMerge::Set)]
    pub subnet_ids: Vec<String>,

    /// Chooses the subnets by their tags instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subnet_selector: Option<SubnetSelector>,

    /// Whether clients come from the internet or from private addresses. Default: `internet-facing`. A change puts another load balancer, with another DNS
    /// name, beside this one, and deletes this one once the other serves.
    #[serde(default)]
    pub scheme: LoadBalancerScheme,

    /// Security groups of the load balancer. Default: a managed group that allows inbound traffic to the listener's port from
    /// `clientCidrs`, and outbound traffic on TCP 443 to the endpoint's group only. At most 5.
    #[serde(default, deserialize_with = "super::null::as_default", skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 5), inner(regex(pattern = r"^sg-[0-9a-f]{8,17}$")))]
    #[x_kube(merge_strategy = ListMerge::Set)]
    pub security_group_ids: Vec<String>,

    /// Client address ranges from which the managed security group allows inbound TCP 80, 443 and the listener's port: IPv4, and unless `ipAddressType`
    /// is `ipv4` also IPv6. Default: all addresses. Not together with `securityGroupIds`. At most 25; with another port than 80 and 443 at most 20 of a kind, unless the
    /// account's quota of 60 rules a group was raised.
    #[serde(default, deserialize_with = "super::null::as_default", skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(min = 1, max = 25), inner(length(max = 43)))]
    #[x_kube(
        merge_strategy = ListMerge::Set,
        validation = cel::cidrs("clientCidrs")
    )]
    pub client_cidrs: Vec<String>,

    /// What happens to the load balancer, its listener and its managed security group (rules and target group go with the object) when the object is deleted. Default: that of `spec.deletionPolicy`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion_policy: Option<DeletionPolicy>,

    /// Kinds of addresses that clients use. Default: `ipv4`. The other two need subnets with IPv6 ranges; `dualstack-without-public-ipv4` is for
    /// `internet-facing` only. Changed in place.
    #[serde(default)]
    pub ip_address_type: IpAddressType,

    /// Attributes of the load balancer. Default: AWS's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributes: Option<LoadBalancerAttributes>,
}

/// Kinds of addresses of a load balancer.
#[derive(Serialize, Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "kebab-case")]
pub enum IpAddressType {
    /// IPv4.
    #[default]
    Ipv4,
    /// IPv4 and IPv6.
    Dualstack,
    /// IPv6, and IPv4 for private addresses only.
    DualstackWithoutPublicIpv4,
}

/// Attributes of a created load balancer.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct LoadBalancerAttributes {
    /// Whether AWS refuses to delete the load balancer. Default: the setting in AWS is not changed; it is disabled at first. An object whose load balancer
    /// has it enabled is deleted only once it is disabled, here before the deletion or in AWS after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion_protection: Option<Toggle>,

    /// Whether headers with names that HTTP does not allow are dropped instead of passed on. Default: `Disabled`.
    #[serde(default)]
    pub drop_invalid_header_fields: Toggle,

    /// Seconds after which a connection without data is closed. Default: 60. 1 to 4000. Below the integration's timeout it turns slow answers into
    /// 504.
    #[serde(default = "default_idle_timeout")]
    #[schemars(range(min = 1, max = 4000))]
    pub idle_timeout_seconds: i32,

    /// Whether clients may speak HTTP/2 to an HTTPS listener. Default: `Enabled`.
    #[serde(default = "enabled")]
    pub http2: Toggle,

    /// Access logs: where they are written. Default: no access logs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_logs: Option<LoadBalancerAccessLogs>,

    /// What happens to the header `X-Forwarded-For` of a request. Default: `Append`: the client's address is added at its end.
    #[serde(default)]
    pub x_forwarded_for: XForwardedFor,

    /// Whether `X-Forwarded-For` holds the client's port, too. Default: `Disabled`.
    #[serde(default)]
    pub xff_client_port: Toggle,

    /// Whether the Host header is passed on unchanged where no rule rewrites it. Default: `Disabled`: on another port than 80 and 443 the load
    /// balancer then adds the port to the header.
    #[serde(default)]
    pub preserve_host_header: Toggle,
}

fn enabled() -> Toggle {
    Toggle::Enabled
}

fn default_idle_timeout() -> i32 {
    60
}

/// Where a load balancer writes access logs.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct LoadBalancerAccessLogs {
    /// S3 bucket in the load balancer's region, whose policy lets Elastic Load Balancing write. 3 to 63 characters.
    #[schemars(length(min = 3, max = 63), regex(pattern = r"^[a-z0-9][a-z0-9.-]*[a-z0-9]$"))]
    pub bucket: String,

    /// Prefix of the objects' keys. Default: none. At most 512 characters.
    #[serde(default, deserialize_with = "super::null::as_default", skip_serializing_if = "String::is_empty")]
    #[schemars(length(max = 512))]
    pub prefix: String,
}

/// What happens to the header `X-Forwarded-For`.
#[derive(Serialize, Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum XForwardedFor {
    /// The client's address is added at its end.
    #[default]
    Append,
    /// It is passed on as it came.
    Preserve,
    /// It is taken away.
    Remove,
}

/// From where a load balancer is reached.
#[derive(Serialize, Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "kebab-case")]
pub enum LoadBalancerScheme {
    /// From the internet, by public addresses.
    #[default]
    InternetFacing,
    /// From the VPC and networks connected to it.
    Internal,
}

/// The listener of a created load balancer.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq, Default)]
#[serde(rename_all = "camelCase")]
#[x_kube(
    validation = Rule::new("self.protocol == 'HTTPS' ? has(self.certificateArns) && size(self.certificateArns) > 0 : !has(self.certificateArns)")
        .message("an HTTPS listener needs certificateArns, an HTTP listener takes none"),
    validation = Rule::new("self.protocol == 'HTTPS' || !has(self.sslPolicy)")
        .message("sslPolicy needs protocol HTTPS"),
    validation = Rule::new("self.protocol == 'HTTPS' || !has(self.mutualAuthentication)")
        .message("mutualAuthentication needs protocol HTTPS"),
    validation = Rule::new("self.redirectHttp == 'Disabled' || (self.protocol == 'HTTPS' && (!has(self.port) || self.port != 80))")
        .message("redirectHttp leads from HTTP on port 80 to this listener: it needs protocol HTTPS and another port than 80")
)]
pub struct Listener {
    /// Protocol that clients speak. Default: `HTTP`; use `HTTPS` in production.
    #[serde(default)]
    pub protocol: ListenerProtocol,

    /// Port. Default: 80 for HTTP, 443 for HTTPS. 1 to 65535.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 65535))]
    pub port: Option<u16>,

    /// ACM certificates of an HTTPS listener; the first is the default one, the others are chosen by the client's server name. At most 25.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(
        length(max = 25),
        inner(regex(
            pattern = r"^arn:aws[a-z-]*:(acm|iam):[a-z0-9-]*:[0-9]{12}:(certificate|server-certificate)/.+$"
        ))
    )]
    pub certificate_arns: Option<Vec<String>>,

    /// TLS policy of an HTTPS listener. Default: `ELBSecurityPolicy-TLS13-1-2-2021-06`, which also lets the load balancer speak TLS 1.3 to the
    /// endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^ELBSecurityPolicy-[A-Za-z0-9-]+$"))]
    pub ssl_policy: Option<String>,

    /// Mutual TLS: whether clients of an HTTPS listener present certificates. Default: they do not. The load balancer passes them on in header
    /// fields, and a private API takes at most 8,000 bytes of header values in a request: a chain of large certificates with `Passthrough` leaves
    /// little room for the client's own, or none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mutual_authentication: Option<MutualAuthentication>,

    /// Whether a second listener answers HTTP on port 80 with a redirect (301) of the same host, path and query to this HTTPS listener. Default:
    /// `Disabled`: nothing listens on port 80.
    #[serde(default)]
    pub redirect_http: Toggle,
}

/// Mutual TLS.
#[derive(KubeSchema, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase")]
#[x_kube(
    validation = Rule::new("(self.mode == 'Verify') == has(self.trustStoreArn)")
        .message("mode Verify needs trustStoreArn, mode Passthrough takes none")
)]
pub struct MutualAuthentication {
    /// What the load balancer does with the client's certificate: `Verify` it by the trust store, or pass it on unverified (`Passthrough`).
    pub mode: MutualAuthenticationMode,

    /// The trust store with the authorities whose certificates are accepted, for mode `Verify`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:[0-9]{12}:truststore/.+$"))]
    pub trust_store_arn: Option<String>,
}

/// What happens with a client's certificate.
#[derive(Serialize, Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq)]
pub enum MutualAuthenticationMode {
    /// It is passed on in the header `X-Amzn-Mtls-Clientcert`, unverified.
    Passthrough,
    /// The load balancer verifies it.
    Verify,
}

/// Protocol of a listener.
#[derive(Serialize, Deserialize, JsonSchema, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the names are the protocols' own")]
pub enum ListenerProtocol {
    #[default]
    Http,
    Https,
}
