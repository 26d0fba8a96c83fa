"""A network load balancer in front of the Application Load Balancer, and an endpoint service on it."""

from account import attempt
from trials import trial
from trials.shared import balancer, group, health, private_subnets, vpc


def front(w):
    """A network load balancer whose one target is the Application Load Balancer, checked by a rule that answers 200."""
    alb = balancer(w)
    fine = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200", "ContentType": "text/plain", "MessageBody": "fine"}}
    w.elbv2.create_rule(
        ListenerArn=alb["listener"], Priority=1, Tags=w.tags(), Actions=[fine],
        Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/healthy"]}}],
    )
    nlb = w.elbv2.create_load_balancer(Name=f"{w.run}-n", Type="network", Scheme="internal", Subnets=private_subnets(w), Tags=w.tags())
    nlb = nlb["LoadBalancers"][0]["LoadBalancerArn"]
    active = lambda: w.elbv2.describe_load_balancers(LoadBalancerArns=[nlb])["LoadBalancers"][0]["State"]["Code"] == "active"
    w.must(active, "the network load balancer is active")
    targets = w.elbv2.create_target_group(
        Name=f"{w.run}-alb", Protocol="TCP", Port=80, VpcId=vpc(w), TargetType="alb", HealthCheckProtocol="HTTP", HealthCheckPath="/healthy", Tags=w.tags()
    )["TargetGroups"][0]["TargetGroupArn"]
    w.elbv2.create_listener(
        LoadBalancerArn=nlb, Protocol="TCP", Port=80, DefaultActions=[{"Type": "forward", "TargetGroupArn": targets}], Tags=w.tags()
    )
    w.elbv2.register_targets(TargetGroupArn=targets, Targets=[{"Id": alb["arn"], "Port": 80}])
    return nlb, targets


@trial(7, "private-link", "is an ALB behind a network load balancer healthy, and what refuses deletions of a connected service?",
       rules=["decision-again", "load-balancer-of-a-service"])
def service(w):
    nlb, targets = front(w)
    w.recording.observe("the ALB as a target", health(w, targets))
    made = w.ec2.create_vpc_endpoint_service_configuration(
        NetworkLoadBalancerArns=[nlb], AcceptanceRequired=False, TagSpecifications=w.specification("vpc-endpoint-service", w.run)
    )["ServiceConfiguration"]
    consumer = w.consumer or w
    if w.consumer:
        principal = f"arn:aws:iam::{w.consumer.number}:root"
        w.ec2.modify_vpc_endpoint_service_permissions(ServiceId=made["ServiceId"], AddAllowedPrincipals=[principal])
    endpoint = consumer.ec2.create_vpc_endpoint(
        VpcEndpointType="Interface", VpcId=w.consumer_vpc or vpc(w), ServiceName=made["ServiceName"],
        SubnetIds=w.consumer_subnets or private_subnets(w), SecurityGroupIds=[] if w.consumer else [group(w, "consumer", (80, "0.0.0.0/0"))],
        TagSpecifications=w.specification("vpc-endpoint", w.run),
    )["VpcEndpoint"]["VpcEndpointId"]
    state = lambda: consumer.ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"][0]["State"].lower()
    w.recording.observe("the consumer's endpoint", w.until(lambda: state() == "available" and "available", "it is available", 600) or state())
    deletion(w, nlb, made["ServiceId"], consumer, endpoint)


def deletion(w, nlb, service_id, consumer, endpoint):
    answer, code, text = attempt(w.ec2.delete_vpc_endpoint_service_configurations, ServiceIds=[service_id])
    w.recording.observe("deletion of the connected service", refusal(answer, code, text))
    answer, code, text = attempt(w.elbv2.delete_load_balancer, LoadBalancerArn=nlb)
    w.recording.observe("deletion of the load balancer of a service", refusal(answer, code, text))
    answer, code, text = attempt(w.ec2.reject_vpc_endpoint_connections, ServiceId=service_id, VpcEndpointIds=[endpoint])
    w.recording.observe("rejection of the connection", refusal(answer, code, text))
    answer, code, text = attempt(w.ec2.reject_vpc_endpoint_connections, ServiceId=service_id, VpcEndpointIds=[endpoint])
    w.recording.observe("a second rejection", refusal(answer, code, text))
    consumer.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])


def refusal(answer, code, text):
    """What a call came to: AWS answers some refusals with 200 and a list."""
    if code:
        return f"{code}: {text}"
    return [f"{item['Error']['Code']}: {item['Error']['Message']}" for item in (answer or {}).get("Unsuccessful", [])] or "carried out"
