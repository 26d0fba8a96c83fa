//! The operations of AWS that the controller calls, each with what must be known of it apart from its fields.

use std::fmt;

/// Declares the operations by service and effect, with their names in IAM.
macro_rules! operations {
    ($($service:ident $prefix:literal { $($effect:ident: $($name:ident),+;)+ })+) => {
        /// A service of AWS.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Service {
            $(#[doc = concat!("The prefix `", $prefix, "` in IAM.")] $service,)+
        }

        impl Service {
            /// Its prefix in IAM.
            #[must_use]
            pub const fn prefix(self) -> &'static str {
                match self {
                    $(Self::$service => $prefix,)+
                }
            }
        }

        /// An operation of AWS that the controller calls. What it takes in IAM is in [`crate::iam::needs`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Operation {
            $($($(#[doc = concat!("`", $prefix, ":", stringify!($name), "`.")] $name,)+)+)+
        }

        impl Operation {
            /// All of them.
            pub const ALL: &'static [Self] = &[$($($(Self::$name,)+)+)+];

            /// Its name as IAM writes it, the service's prefix first; metrics and logs use it, too.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $($($(Self::$name => concat!($prefix, ":", stringify!($name)),)+)+)+
                }
            }

            /// The service that has it.
            #[must_use]
            pub const fn service(self) -> Service {
                match self {
                    $($($(Self::$name)|+)|+ => Service::$service,)+
                }
            }

            /// What a call does to what it is about.
            #[must_use]
            pub const fn effect(self) -> Effect {
                match self {
                    $($($(Self::$name)|+ => Effect::$effect,)+)+
                }
            }
        }
    };
}

/// What a call does to what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing.
    Read,
    /// Makes something that was not there.
    Create,
    /// Changes something that is there, its tags and its parts.
    Update,
    /// Takes it away for good.
    Delete,
}

operations! {
    Ec2 "ec2" {
        Read: DescribeNetworkInterfaces, DescribeSecurityGroups, DescribeSubnets, DescribeVpcAttribute, DescribeVpcEndpoints;
        Create: CreateVpcEndpoint, CreateSecurityGroup;
        Update: ModifyVpcEndpoint, AuthorizeSecurityGroupEgress, AuthorizeSecurityGroupIngress, RevokeSecurityGroupEgress,
            RevokeSecurityGroupIngress, CreateTags, DeleteTags;
        Delete: DeleteVpcEndpoints, DeleteSecurityGroup;
    }
    ElasticLoadBalancing "elasticloadbalancing" {
        Read: DescribeListenerCertificates, DescribeListeners, DescribeLoadBalancerAttributes, DescribeLoadBalancers, DescribeRules,
            DescribeTags, DescribeTargetGroupAttributes, DescribeTargetGroups, DescribeTargetHealth;
        Create: CreateLoadBalancer, CreateListener, CreateRule, CreateTargetGroup;
        Update: ModifyLoadBalancerAttributes, SetIpAddressType, SetSecurityGroups, SetSubnets, ModifyListener, AddListenerCertificates,
            RemoveListenerCertificates, ModifyRule, SetRulePriorities, ModifyTargetGroup, ModifyTargetGroupAttributes, RegisterTargets,
            DeregisterTargets, AddTags, RemoveTags;
        Delete: DeleteLoadBalancer, DeleteListener, DeleteRule, DeleteTargetGroup;
    }
    ApiGateway "apigateway" {
        Read: GetRestApis, GetRestApi, GetResources, GetStages, GetDeployment, GetDeployments, GetUsagePlans;
        Create: CreateRestApi, CreateDeployment;
        Update: PutRestApi, UpdateRestApi, UpdateStage, TagResource, UntagResource;
        Delete: DeleteRestApi, DeleteDeployment, DeleteStage;
    }
    Acm "acm" {
        Read: DescribeCertificate;
    }
    Lambda "lambda" {
        Read: GetFunctionConfiguration, GetPolicy;
        Create: AddPermission;
        Delete: RemovePermission;
    }
    Sts "sts" {
        Read: GetCallerIdentity;
    }
}

impl Operation {
    /// Its name in the service's API, which is that in IAM without the prefix.
    #[must_use]
    pub fn api_name(self) -> &'static str {
        self.name().split_once(':').map_or(self.name(), |(_, name)| name)
    }

    /// The one of this name in the service's API; none that the controller does not call.
    #[must_use]
    pub fn named(service: Service, name: &str) -> Option<Self> {
        Self::ALL.iter().find(|it| it.service() == service && it.api_name() == name).copied()
    }

    /// Whether calls of it come one after the other: API Gateway refuses two changes of an API at once ("Unable to complete operation due to concurrent
    /// modification").
    ///
    /// Source: hashicorp/terraform-provider-aws#776.
    #[must_use]
    pub fn is_serialised(self) -> bool {
        self.service() == Service::ApiGateway && self.effect() != Effect::Read
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_operations_and_back() {
        for operation in Operation::ALL {
            let (prefix, name) = operation.name().split_once(':').unwrap();
            assert_eq!((prefix, name), (operation.service().prefix(), operation.api_name()));
            assert_eq!(Operation::named(operation.service(), name), Some(*operation));
        }
        assert_eq!(Operation::named(Service::Ec2, "CreateRestApi"), None);
    }

    #[test]
    fn reads_are_named_as_reads() {
        for operation in Operation::ALL {
            let name = operation.api_name();
            let reads = name.starts_with("Get") || name.starts_with("Describe");
            assert_eq!(operation.effect() == Effect::Read, reads, "{operation}");
        }
    }
}
