"""Members of the models that the simulator never answers, by service and shape, with the reason.

A member that AWS answers always does not belong here: it is to be answered. Sources are the API References: what they say of a member
("only if", "for …"), and for members that came later that no answer with them is known.
"""

UNANSWERED = {
    "acm": {
        "CertificateDetail": (
            "only of other kinds of certificates, after failures, renewals, revocation, or newer than the figures known",
            "AcmeAccountId AcmeEndpointArn CertificateAuthorityArn CertificateKeyPairOrigin "
            "CertificateUsage FailureReason ImportedAt ManagedBy RenewalSummary RevocationReason "
            "RevokedAt RootHierarchyType UpdateSummary",
        ),
        "CertificateOptions": ("only of other kinds of certificates, after failures, renewals, revocation, or newer than the figures known", "ValidationMethod"),
        "CertificateSummary": (
            "only of other kinds of certificates, after failures, renewals, revocation, or newer than the figures known",
            "CertificateKeyPairOrigin CertificateUsage ExportOption Exported ManagedBy RevokedAt "
            "RootHierarchyType",
        ),
        "DomainValidation": ("only of other kinds of certificates, after failures, renewals, revocation, or newer than the figures known", "HttpRedirect ValidationDomain ValidationEmails"),
    },
    "apigateway": {
        "ApiKey": ("only where it was set, or of a kind that is not modelled", "customerId"),
        "ApiKeys": ("only where it was set, or of a kind that is not modelled", "warnings"),
        "ApiStage": ("only where it was set, or of a kind that is not modelled", "throttle"),
        "Authorizer": ("only where it was set, or of a kind that is not modelled", "authType authorizerCredentials identityValidationExpression jwtConfiguration providerARNs"),
        "DomainName": (
            "only with older or mutual TLS settings, and of names that were given",
            "certificateName certificateUploadDate distributionDomainName distributionHostedZoneId "
            "domainNameStatusMessage endpointAccessMode managementPolicy mutualTlsAuthentication "
            "ownershipVerificationCertificateArn regionalCertificateName",
        ),
        "DomainNameAccessAssociation": ("only where it was set, or of a kind that is not modelled", "tags"),
        "DomainNameAccessAssociations": ("only where it was set, or of a kind that is not modelled", "position"),
        "GatewayResponses": ("only where it was set, or of a kind that is not modelled", "position"),
        "Integration": (
            "only where it was set, or of a kind that is not modelled",
            "connectionId connectionType contentHandling credentials integrationResponses "
            "integrationTarget requestParameters responseTransferMode tlsConfig",
        ),
        "IntegrationResponse": ("only where it was set, or of a kind that is not modelled", "contentHandling responseParameters"),
        "Method": (
            "only where it was set, or of a kind that is not modelled",
            "authorizationScopes authorizerId methodIntegration methodResponses requestModels "
            "requestValidatorId",
        ),
        "MethodSetting": ("only where it was set, or of a kind that is not modelled", "loggingLevel"),
        "QuotaSettings": ("only where it was set, or of a kind that is not modelled", "offset"),
        "Resource": ("only where it was set, or of a kind that is not modelled", "resourceMethods"),
        "RestApi": ("only where it was set, or of a kind that is not modelled", "apiStatusMessage warnings"),
        "Stage": (
            "only where it was set, or of a kind that is not modelled",
            "accessLogSettings cacheClusterSize canarySettings clientCertificateId description "
            "documentationVersion webAclArn",
        ),
        "UsagePlan": ("only where it was set, or of a kind that is not modelled", "description productCode"),
    },
    "autoscaling": {
        "AutoScalingGroupsType": ("lists are empty and on one page", "NextToken"),
        "AutoScalingInstancesType": ("lists are empty and on one page", "NextToken"),
        "LaunchConfigurationsType": ("lists are empty and on one page", "NextToken"),
    },
    "batch": {
        "DescribeComputeEnvironmentsResponse": ("lists are empty and on one page", "nextToken"),
    },
    "codebuild": {
        "ListProjectsOutput": ("lists are empty and on one page", "nextToken"),
    },
    "ec2": {
        "AddedPrincipal": ("only where it was set, or of a kind that is not modelled", "PermissionType"),
        "AllowedPrincipal": ("only where it was set, or of a kind that is not modelled", "PermissionType"),
        "AssociateVpcCidrBlockResult": ("only where it was set, or of a kind that is not modelled", "CidrBlockAssociation"),
        "AvailabilityZone": ("long names, and zones of other kinds", "Geography GroupLongName ParentZoneId ParentZoneName SubGeography"),
        "CreateVpcEndpointServiceConfigurationResult": ("only where it was set, or of a kind that is not modelled", "ClientToken"),
        "DescribeDhcpOptionsResult": ("only where it was set, or of a kind that is not modelled", "NextToken"),
        "DescribeInstancesResult": ("only where it was set, or of a kind that is not modelled", "NextToken"),
        "DescribeNatGatewaysResult": ("only where it was set, or of a kind that is not modelled", "NextToken"),
        "DisassociateVpcCidrBlockResult": ("only where it was set, or of a kind that is not modelled", "CidrBlockAssociation"),
        "DnsOptions": ("only where it was set, or of a kind that is not modelled", "PrivateDnsOnlyForInboundResolverEndpoint PrivateDnsPreference PrivateDnsSpecifiedDomains"),
        "Ipv6Range": ("only where it was set, or of a kind that is not modelled", "Description"),
        "NetworkAclEntry": ("only where it was set, or of a kind that is not modelled", "IcmpTypeCode PortRange"),
        "NetworkInterface": (
            "only where it was set, or of a kind that is not modelled",
            "AssociatedSubnets ConnectionTrackingConfiguration DenyAllIgwTraffic Ipv4Prefixes "
            "Ipv6Address Ipv6Native Ipv6Prefixes OutpostArn PublicDnsName PublicIpDnsNameOptions",
        ),
        "NetworkInterfaceAssociation": ("only of addresses that were allocated", "AllocationId AssociationId CarrierIp CustomerOwnedIp"),
        "NetworkInterfaceAttachment": ("only of attachments to instances", "AttachTime EnaQueueCount EnaSrdSpecification InstanceId NetworkCardIndex"),
        "OperatorResponse": ("only where it was set, or of a kind that is not modelled", "HiddenByDefault Principal"),
        "ReferencedSecurityGroup": ("only where it was set, or of a kind that is not modelled", "PeeringStatus VpcPeeringConnectionId"),
        "Region": ("only where it was set, or of a kind that is not modelled", "Geography"),
        "RevokedSecurityGroupRule": ("only where it was set, or of a kind that is not modelled", "CidrIpv6 PrefixListId ReferencedGroupId"),
        "Route": (
            "only of routes to other kinds of targets than internet gateways",
            "CarrierGatewayId CoreNetworkArn DestinationPrefixListId EgressOnlyInternetGatewayId "
            "IgwFirewall InstanceId InstanceOwnerId IpAddress LocalGatewayId NatGatewayId "
            "NetworkInterfaceId OdbNetworkArn TransitGatewayId VpcPeeringConnectionId",
        ),
        "RouteTableAssociation": ("only where it was set, or of a kind that is not modelled", "GatewayId PublicIpv4Pool"),
        "RouteTableAssociationState": ("only after failures", "StatusMessage"),
        "SecurityGroupRule": ("only where it was set, or of a kind that is not modelled", "PrefixListId"),
        "ServiceConfiguration": ("only where it was set, or of a kind that is not modelled", "PayerResponsibility RemoteAccessEnabled"),
        "ServiceDetail": ("only where it was set, or of a kind that is not modelled", "PayerResponsibility"),
        "Subnet": (
            "only where it was set, or of a kind that is not modelled",
            "CustomerOwnedIpv4Pool EnableLniAtDeviceIndex NetworkFirewallConnectivityType OutpostArn "
            "Type",
        ),
        "SubnetCidrBlockState": ("only after failures", "StatusMessage"),
        "UserIdGroupPair": ("only where it was set, or of a kind that is not modelled", "Description GroupName PeeringStatus VpcId VpcPeeringConnectionId"),
        "Vpc": ("only where it was set, or of a kind that is not modelled", "EncryptionControl NetworkFirewallAssociations"),
        "VpcCidrBlockState": ("only after failures", "StatusMessage"),
        "VpcEndpoint": (
            "only where it was set, or of a kind that is not modelled",
            "FailureReason Ipv4Prefixes Ipv6Prefixes LastError PayerResponsibilities "
            "ResourceConfigurationArn ServiceNetworkArn",
        ),
        "VpcEndpointConnection": (
            "only where it was set, or of a kind that is not modelled",
            "GatewayLoadBalancerArns PayerResponsibilities TransitGatewayAttachmentId "
            "TransitGatewayAttachmentOwner",
        ),
    },
    "elasticloadbalancing": {
        "Action": ("only where it was set, or of a kind that is not modelled", "AuthenticateCognitoConfig AuthenticateOidcConfig JwtValidationConfig Order"),
        "AvailabilityZone": ("only on Outposts and with prefixes for source NAT", "OutpostId SourceNatIpv6Prefixes"),
        "DescribeCapacityReservationOutput": ("only where it was set, or of a kind that is not modelled", "DecreaseRequestsRemaining LastModifiedTime MinimumLoadBalancerCapacity"),
        "HostHeaderConditionConfig": ("only where it was set, or of a kind that is not modelled", "RegexValues"),
        "HttpHeaderConditionConfig": ("only where it was set, or of a kind that is not modelled", "RegexValues"),
        "Listener": ("only where it was set, or of a kind that is not modelled", "AlpnPolicy"),
        "LoadBalancer": ("only where it was set, or of a kind that is not modelled", "CustomerOwnedIpv4Pool EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic IpamPools"),
        "LoadBalancerState": ("only of load balancers that failed", "Reason"),
        "Matcher": ("only where it was set, or of a kind that is not modelled", "GrpcCode"),
        "MutualAuthenticationAttributes": ("only where it was set, or of a kind that is not modelled", "ClientCertificateIdentityFilters"),
        "PathPatternConditionConfig": ("only where it was set, or of a kind that is not modelled", "RegexValues"),
        "RuleCondition": ("only where it was set, or of a kind that is not modelled", "RegexValues"),
        "RuleTransform": ("only where it was set, or of a kind that is not modelled", "UrlRewriteConfig"),
        "SetSecurityGroupsOutput": ("only where it was set, or of a kind that is not modelled", "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"),
        "SourceIpConditionConfig": ("only where it was set, or of a kind that is not modelled", "IpAddressType"),
        "TargetDescription": ("only where it was set, or of a kind that is not modelled", "QuicServerId"),
        "TargetGroup": ("only where it was set, or of a kind that is not modelled", "TargetControlPort"),
        "TargetGroupStickinessConfig": ("only where it was set, or of a kind that is not modelled", "DurationSeconds"),
        "TargetHealthDescription": ("only where it is asked for", "AnomalyDetection"),
    },
    "events": {
        "EventBus": ("only of buses that were made, changed or given a policy", "CreationTime Description LastModifiedTime ManagedBy Policy"),
        "ListEventBusesResponse": ("lists are empty and on one page", "NextToken"),
        "ListRuleNamesByTargetResponse": ("lists are empty and on one page", "NextToken"),
        "ListRulesResponse": ("lists are empty and on one page", "NextToken"),
    },
    "iam": {
        "RoleLastUsed": ("only of roles that were used", "LastUsedDate Region"),
        "ListAccountAliasesResponse": ("only where it was set; aliases and policies do not exist", "Marker"),
        "ListAttachedRolePoliciesResponse": ("only where it was set; aliases and policies do not exist", "Marker"),
        "ListInstanceProfilesForRoleResponse": ("only where it was set; aliases and policies do not exist", "Marker"),
        "ListRolePoliciesResponse": ("only where it was set; aliases and policies do not exist", "Marker"),
        "Role": ("only where it was set; aliases and policies do not exist", "Description MaxSigninSessionDuration PermissionsBoundary RoleLastUsed SourceRoleTemplate"),
    },
    "lambda": {
        "RuntimeVersionConfig": ("only after failures", "Error"),
        "EnvironmentResponse": ("only where it was set, or of a kind that is not modelled", "Error"),
        "FunctionCodeLocation": ("only where it was set, or of a kind that is not modelled", "Error ImageUri ResolvedImageUri ResolvedS3Object SourceKMSKeyArn"),
        "FunctionConfiguration": (
            "only where it was set, after failures, or in other packages",
            "AcceleratorConfig CapacityProviderConfig ConfigSha256 DeadLetterConfig DurableConfig "
            "FileSystemConfigs ImageConfigResponse KMSKeyArn LastUpdateStatusReason "
            "LastUpdateStatusReasonCode Layers MasterArn RuntimeConfig RuntimeVersionConfig "
            "SigningJobArn SigningProfileVersionArn StateReason StateReasonCode TenancyConfig VpcConfig",
        ),
        "GetFunctionResponse": ("only where it was set, or of a kind that is not modelled", "Concurrency TagsError"),
        "InvocationResponse": ("only where it was set, or of a kind that is not modelled", "DurableExecutionArn FunctionError LogResult"),
        "ListEventSourceMappingsResponse": ("only where it was set, or of a kind that is not modelled", "NextMarker"),
        "ListVersionsByFunctionResponse": ("only where it was set, or of a kind that is not modelled", "NextMarker"),
        "LoggingConfig": ("only where it was set, or of a kind that is not modelled", "ApplicationLogLevel SystemLogLevel"),
    },
    "monitoring": {
        "DescribeAlarmsOutput": ("lists are empty and on one page", "LogAlarms NextToken"),
        "GetMetricDataOutput": ("lists are empty and on one page", "NextToken"),
        "ListMetricsOutput": ("lists are empty and on one page", "NextToken OwningAccounts"),
        "MetricDataResult": ("lists are empty and on one page", "Messages"),
    },
    "route53": {
        "ChangeInfo": ("only where it was set, or of a kind that is not modelled", "Comment"),
        "DNSSECStatus": ("only where it was set, or of a kind that is not modelled", "StatusMessage"),
        "DelegationSet": ("only where it was set, or of a kind that is not modelled", "CallerReference Id"),
        "GetHostedZoneResponse": ("only where it was set, or of a kind that is not modelled", "DelegationSet"),
        "HostedZone": ("only where it was set, or of a kind that is not modelled", "Features LinkedService"),
        "HostedZoneConfig": ("only where it was set, or of a kind that is not modelled", "HostedZoneTier"),
        "ListHealthChecksResponse": ("only where it was set, or of a kind that is not modelled", "NextMarker"),
        "ListHostedZonesByNameResponse": ("only where it was set, or of a kind that is not modelled", "HostedZoneId NextDNSName NextHostedZoneId"),
        "ResourceRecordSet": (
            "only where it was set, or of a kind that is not modelled",
            "AZAffinity CidrRoutingConfig Failover GeoLocation GeoProximityLocation HealthCheckId "
            "MultiValueAnswer Region TrafficPolicyInstanceId",
        ),
    },
    "s3": {
        "CreateBucketOutput": ("only with versions, locks, tags, checksums, or other features that are not modelled", "BucketArn"),
        "DeleteObjectOutput": ("only with versions, locks, tags, checksums, or other features that are not modelled", "DeleteMarker RequestCharged VersionId"),
        "GetBucketAccelerateConfigurationOutput": ("only with settings that nobody can make here", "RequestCharged Status"),
        "GetBucketLocationOutput": ("not of us-east-1", "LocationConstraint"),
        "GetBucketLoggingOutput": ("only with settings that nobody can make here", "LoggingEnabled"),
        "GetBucketVersioningOutput": ("only with versions, locks, tags, checksums, or other features that are not modelled", "MFADelete Status"),
        "GetObjectOutput": (
            "only with versions, locks, tags, checksums, or other features that are not modelled",
            "BucketKeyEnabled CacheControl ChecksumCRC32 ChecksumCRC32C ChecksumCRC64NVME ChecksumMD5 "
            "ChecksumSHA1 ChecksumSHA256 ChecksumSHA512 ChecksumType ChecksumXXHASH128 ChecksumXXHASH3 "
            "ChecksumXXHASH64 ContentDisposition ContentEncoding ContentLanguage ContentRange "
            "DeleteMarker Expiration Expires MissingMeta ObjectLockEventHold "
            "ObjectLockEventHoldDurationDays ObjectLockEventHoldDurationYears ObjectLockLegalHoldStatus "
            "ObjectLockMode ObjectLockRetainUntilDate PartsCount ReplicationStatus RequestCharged "
            "Restore SSECustomerAlgorithm SSECustomerKeyMD5 SSEKMSKeyId ServerSideEncryption "
            "StorageClass TagCount VersionId WebsiteRedirectLocation",
        ),
        "Grantee": ("only of grantees by address or group, and of older accounts", "DisplayName EmailAddress URI"),
        "HeadBucketOutput": ("only with versions, locks, tags, checksums, or other features that are not modelled", "AccessPointAlias BucketArn BucketLocationName BucketLocationType"),
        "HeadObjectOutput": (
            "only with versions, locks, tags, checksums, or other features that are not modelled",
            "ArchiveStatus BucketKeyEnabled CacheControl ChecksumCRC32 ChecksumCRC32C ChecksumCRC64NVME "
            "ChecksumMD5 ChecksumSHA1 ChecksumSHA256 ChecksumSHA512 ChecksumType ChecksumXXHASH128 "
            "ChecksumXXHASH3 ChecksumXXHASH64 ContentDisposition ContentEncoding ContentLanguage "
            "ContentRange DeleteMarker Expiration Expires MissingMeta ObjectLockEventHold "
            "ObjectLockEventHoldDurationDays ObjectLockEventHoldDurationYears ObjectLockLegalHoldStatus "
            "ObjectLockMode ObjectLockRetainUntilDate PartsCount ReplicationStatus RequestCharged "
            "Restore SSECustomerAlgorithm SSECustomerKeyMD5 SSEKMSKeyId ServerSideEncryption "
            "StorageClass TagCount VersionId WebsiteRedirectLocation",
        ),
        "ListBucketInventoryConfigurationsOutput": ("only with settings that nobody can make here", "ContinuationToken InventoryConfigurationList NextContinuationToken"),
        "ListBucketsOutput": ("only with versions, locks, tags, checksums, or other features that are not modelled", "Prefix"),
        "ListObjectsV2Output": ("only with versions, locks, tags, checksums, or other features that are not modelled", "CommonPrefixes ContinuationToken Delimiter EncodingType RequestCharged StartAfter"),
        "NotificationConfiguration": ("only with settings that nobody can make here", "EventBridgeConfiguration LambdaFunctionConfigurations QueueConfigurations TopicConfigurations"),
        "Object": ("only with versions, locks, tags, checksums, or other features that are not modelled", "ChecksumAlgorithm ChecksumType Owner RestoreStatus"),
        "Owner": ("only with versions, locks, tags, checksums, or other features that are not modelled", "DisplayName"),
        "PutObjectOutput": (
            "only with versions, locks, tags, checksums, or other features that are not modelled",
            "BucketKeyEnabled ChecksumCRC32 ChecksumCRC32C ChecksumCRC64NVME ChecksumMD5 ChecksumSHA1 "
            "ChecksumSHA256 ChecksumSHA512 ChecksumType ChecksumXXHASH128 ChecksumXXHASH3 "
            "ChecksumXXHASH64 Expiration RequestCharged SSECustomerAlgorithm SSECustomerKeyMD5 "
            "SSEKMSEncryptionContext SSEKMSKeyId ServerSideEncryption Size VersionId",
        ),
        "ServerSideEncryptionByDefault": ("only with settings that nobody can make here", "KMSMasterKeyID"),
        "ServerSideEncryptionRule": ("only with settings that nobody can make here", "BlockedEncryptionTypes"),
    },
    "sts": {
        "AssumeRoleResponse": ("only with session policies and source identities", "PackedPolicySize SessionTokenSize SessionTokenUtilization SourceIdentity"),
    },
    "tagging": {
        "ResourceTagMapping": ("only with compliance details asked for", "ComplianceDetails"),
    },
    "waf-regional": {
        "GetWebACLForResourceResponse": ("there are no web ACLs", "WebACLSummary"),
        "ListWebACLsResponse": ("there are no web ACLs", "NextMarker"),
    },
    "wafv2": {
        "GetWebACLForResourceResponse": ("there are no web ACLs", "WebACL"),
        "ListWebACLsResponse": ("there are no web ACLs", "NextMarker"),
    },
}
