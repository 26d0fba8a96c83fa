"""Load balancers, listeners, rules, target groups, targets."""

from lane import check, refused, same, until

API = "Elastic Load Balancing API Reference (2015-12-01), "


def target_group(w):
    return {
        "Name": w.mark, "Protocol": "HTTPS", "Port": 443, "VpcId": w.vpc, "TargetType": "ip", "HealthCheckProtocol": "HTTPS",
        "HealthCheckPath": "/", "Matcher": {"HttpCode": "200,403"}, "Tags": w.tags(),
    }


@check("CreateTargetGroup", API + "CreateTargetGroup")
def create_group(w):
    (made,) = w.elbv2.create_target_group(**target_group(w))["TargetGroups"]
    w.group = made["TargetGroupArn"]
    w.later(w.elbv2.delete_target_group, TargetGroupArn=w.group)
    same((made["TargetType"], made["Matcher"]["HttpCode"], made["HealthCheckPath"]), ("ip", "200,403", "/"))


@check("CreateTargetGroup: the same again", API + "CreateTargetGroup: idempotent")
def group_again(w):
    arguments = {name: value for name, value in target_group(w).items() if name != "Tags"}
    same(w.elbv2.create_target_group(**arguments)["TargetGroups"][0]["TargetGroupArn"], w.group)


@check("CreateTargetGroup: name taken", API + "DuplicateTargetGroupName")
def group_taken(w):
    refused("DuplicateTargetGroupName", w.elbv2.create_target_group, **{**target_group(w), "Port": 8443})


@check("ModifyTargetGroup", API + "ModifyTargetGroup")
def modify_group(w):
    w.elbv2.modify_target_group(TargetGroupArn=w.group, HealthCheckIntervalSeconds=20, HealthCheckPath="/live")
    (seen,) = w.elbv2.describe_target_groups(TargetGroupArns=[w.group])["TargetGroups"]
    same((seen["HealthCheckIntervalSeconds"], seen["HealthCheckPath"]), (20, "/live"))


@check("ModifyTargetGroupAttributes", API + "ModifyTargetGroupAttributes")
def group_attributes(w):
    wanted = [{"Key": "deregistration_delay.timeout_seconds", "Value": "0"}]
    w.elbv2.modify_target_group_attributes(TargetGroupArn=w.group, Attributes=wanted)
    seen = w.elbv2.describe_target_group_attributes(TargetGroupArn=w.group)["Attributes"]
    assert wanted[0] in seen, seen


@check("RegisterTargets and DeregisterTargets", API + "RegisterTargets; targets of no listener are unused")
def targets(w):
    wanted = [{"Id": address, "Port": 443} for address in w.addresses]
    w.elbv2.register_targets(TargetGroupArn=w.group, Targets=wanted)
    seen = w.elbv2.describe_target_health(TargetGroupArn=w.group)["TargetHealthDescriptions"]
    same(sorted(health["Target"]["Id"] for health in seen), sorted(w.addresses))
    same({health["TargetHealth"]["State"] for health in seen}, {"unused"})
    w.elbv2.deregister_targets(TargetGroupArn=w.group, Targets=wanted[:1])
    left = lambda: len(w.elbv2.describe_target_health(TargetGroupArn=w.group)["TargetHealthDescriptions"]) == 1
    until(w, left, "one target only")


@check("DescribeTargetGroups: unknown", API + "TargetGroupNotFound")
def unknown_group(w):
    refused("TargetGroupNotFound", w.elbv2.describe_target_groups, Names=["lane-not-there"])


@check("CreateLoadBalancer", API + "CreateLoadBalancer")
def create(w):
    made = w.elbv2.create_load_balancer(Name=w.mark, Scheme="internal", Subnets=w.subnets, SecurityGroups=[w.clients], Tags=w.tags())
    (made,) = made["LoadBalancers"]
    w.balancer = made["LoadBalancerArn"]
    w.later(w.elbv2.delete_load_balancer, LoadBalancerArn=w.balancer)
    same((made["Type"], made["Scheme"], made["SecurityGroups"]), ("application", "internal", [w.clients]))


@check("CreateLoadBalancer: name in DNS", "Elastic Load Balancing User Guide, Application Load Balancers, scheme")
def dns_name(w):
    (made,) = w.elbv2.describe_load_balancers(LoadBalancerArns=[w.balancer])["LoadBalancers"]
    assert made["DNSName"].startswith(f"internal-{w.mark}-"), made["DNSName"]


@check("CreateLoadBalancer: provisioning at first", API + "LoadBalancerState")
def provisioning(w):
    made = w.elbv2.create_load_balancer(Name=f"{w.mark}-2", Scheme="internal", Subnets=w.subnets)["LoadBalancers"][0]
    w.later(w.elbv2.delete_load_balancer, LoadBalancerArn=made["LoadBalancerArn"])
    same(made["State"]["Code"], "provisioning")


@check("CreateLoadBalancer: name taken", API + "DuplicateLoadBalancerName")
def taken(w):
    arguments = {"Name": w.mark, "Scheme": "internet-facing", "Subnets": w.subnets}
    refused("DuplicateLoadBalancerName", w.elbv2.create_load_balancer, **arguments)


@check("DescribeLoadBalancers: active in the end", API + "DescribeLoadBalancers")
def active(w):
    look = lambda: w.elbv2.describe_load_balancers(LoadBalancerArns=[w.balancer])["LoadBalancers"][0]
    until(w, lambda: look()["State"]["Code"] == "active", "active")
    same(sorted(zone["SubnetId"] for zone in look()["AvailabilityZones"]), sorted(w.subnets))


@check("ModifyLoadBalancerAttributes", API + "ModifyLoadBalancerAttributes")
def attributes(w):
    wanted = [{"Key": "idle_timeout.timeout_seconds", "Value": "90"}]
    w.elbv2.modify_load_balancer_attributes(LoadBalancerArn=w.balancer, Attributes=wanted)
    seen = w.elbv2.describe_load_balancer_attributes(LoadBalancerArn=w.balancer)["Attributes"]
    assert wanted[0] in seen, seen


@check("SetSecurityGroups", API + "SetSecurityGroups")
def groups(w):
    w.elbv2.set_security_groups(LoadBalancerArn=w.balancer, SecurityGroups=[w.clients, w.servers])
    (seen,) = w.elbv2.describe_load_balancers(LoadBalancerArns=[w.balancer])["LoadBalancers"]
    same(sorted(seen["SecurityGroups"]), sorted([w.clients, w.servers]))
    w.elbv2.set_security_groups(LoadBalancerArn=w.balancer, SecurityGroups=[w.clients])


NOTHING = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404", "ContentType": "text/plain", "MessageBody": "none"}}]


@check("CreateListener", API + "CreateListener")
def listener(w):
    (made,) = w.elbv2.create_listener(LoadBalancerArn=w.balancer, Protocol="HTTP", Port=80, DefaultActions=NOTHING, Tags=w.tags())["Listeners"]
    w.listener = made["ListenerArn"]
    (action,) = made["DefaultActions"]
    same(action["FixedResponseConfig"], NOTHING[0]["FixedResponseConfig"])


@check("CreateListener: the same again", API + "CreateListener: idempotent")
def listener_again(w):
    arguments = {"LoadBalancerArn": w.balancer, "Protocol": "HTTP", "Port": 80, "DefaultActions": NOTHING}
    same(w.elbv2.create_listener(**arguments)["Listeners"][0]["ListenerArn"], w.listener)


@check("CreateListener: port taken", API + "DuplicateListener")
def port_taken(w):
    other = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}]
    refused("DuplicateListener", w.elbv2.create_listener, LoadBalancerArn=w.balancer, Protocol="HTTP", Port=80, DefaultActions=other)


@check("ModifyListener", API + "ModifyListener")
def modify_listener(w):
    w.elbv2.modify_listener(ListenerArn=w.listener, Port=8080)
    same(w.elbv2.describe_listeners(LoadBalancerArn=w.balancer)["Listeners"][0]["Port"], 8080)


def rule(w, priority, **more):
    return {
        "ListenerArn": w.listener, "Priority": priority, "Tags": w.tags(),
        "Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/shop/*"]}}],
        "Actions": [{"Type": "forward", "TargetGroupArn": w.group}], **more,
    }


@check("CreateRule", API + "CreateRule")
def create_rule(w):
    (made,) = w.elbv2.create_rule(**rule(w, 10))["Rules"]
    w.rule = made["RuleArn"]
    same((made["Priority"], made["IsDefault"]), ("10", False))
    same(made["Conditions"][0]["PathPatternConfig"]["Values"], ["/shop/*"])
    same(made["Actions"][0]["TargetGroupArn"], w.group)


@check("CreateRule: transforms", API + "RuleTransform")
def transforms(w):
    rewrites = [
        {"Type": "host-header-rewrite", "HostHeaderRewriteConfig": {"Rewrites": [{"Regex": ".*", "Replace": "api.example.com"}]}},
        {"Type": "url-rewrite", "UrlRewriteConfig": {"Rewrites": [{"Regex": "^/shop/(.*)$", "Replace": "/live/$1"}]}},
    ]
    (made,) = w.elbv2.create_rule(**rule(w, 11, Transforms=rewrites))["Rules"]
    by_type = lambda transforms: sorted(transforms, key=lambda transform: transform["Type"])
    same(by_type(made.get("Transforms", [])), rewrites)
    w.elbv2.delete_rule(RuleArn=made["RuleArn"])


@check("CreateRule: priority taken", API + "PriorityInUse")
def priority(w):
    other = [{"Field": "path-pattern", "Values": ["/other"]}]
    refused("PriorityInUse", w.elbv2.create_rule, **rule(w, 10, Conditions=other))


@check("ModifyRule and SetRulePriorities", API + "SetRulePriorities")
def modify_rule(w):
    w.elbv2.modify_rule(RuleArn=w.rule, Conditions=[{"Field": "host-header", "HostHeaderConfig": {"Values": ["a.example.com"]}}])
    w.elbv2.set_rule_priorities(RulePriorities=[{"RuleArn": w.rule, "Priority": 20}])
    rules = w.elbv2.describe_rules(ListenerArn=w.listener)["Rules"]
    same([rule["Priority"] for rule in rules], ["20", "default"])
    same(rules[0]["Conditions"][0]["HostHeaderConfig"]["Values"], ["a.example.com"])


@check("DescribeTags", API + "DescribeTags, of several resources")
def tags(w):
    arns = [w.balancer, w.group, w.listener, w.rule]
    seen = w.elbv2.describe_tags(ResourceArns=arns)["TagDescriptions"]
    same({found["ResourceArn"]: found["Tags"] for found in seen}, {arn: w.tags() for arn in arns})


@check("AddTags and RemoveTags", API + "AddTags")
def change_tags(w):
    w.elbv2.add_tags(ResourceArns=[w.rule], Tags=[{"Key": "more", "Value": "1"}])
    w.elbv2.remove_tags(ResourceArns=[w.rule], TagKeys=["lane"])
    same(w.elbv2.describe_tags(ResourceArns=[w.rule])["TagDescriptions"][0]["Tags"], [{"Key": "more", "Value": "1"}])


@check("DeleteTargetGroup: a rule has it", API + "ResourceInUse")
def in_use(w):
    refused("ResourceInUse", w.elbv2.delete_target_group, TargetGroupArn=w.group)


@check("DeleteRule", API + "DeleteRule, RuleNotFound")
def delete_rule(w):
    w.elbv2.delete_rule(RuleArn=w.rule)
    same([rule["IsDefault"] for rule in w.elbv2.describe_rules(ListenerArn=w.listener)["Rules"]], [True])
    refused("RuleNotFound", w.elbv2.delete_rule, RuleArn=w.rule)


@check("DeleteListener and DeleteLoadBalancer", API + "DeleteLoadBalancer")
def delete(w):
    w.elbv2.delete_listener(ListenerArn=w.listener)
    same(w.elbv2.describe_listeners(LoadBalancerArn=w.balancer)["Listeners"], [])
    w.elbv2.delete_load_balancer(LoadBalancerArn=w.balancer)
    refused("LoadBalancerNotFound", w.elbv2.describe_load_balancers, LoadBalancerArns=[w.balancer])


@check("DeleteTargetGroup", API + "DeleteTargetGroup")
def delete_group(w):
    w.elbv2.delete_target_group(TargetGroupArn=w.group)
    refused("TargetGroupNotFound", w.elbv2.describe_target_groups, TargetGroupArns=[w.group])
