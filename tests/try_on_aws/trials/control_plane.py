"""Trials of control planes alone."""

from trials import trial


@trial(8, "endpoint-catalogue", "does the region offer an interface endpoint for API Gateway's control plane?", rules=["control-plane-name"])
def control_plane_endpoint(w):
    name = f"com.amazonaws.{w.region}.apigateway"
    found = w.ec2.describe_vpc_endpoint_services(Filters=[{"Name": "service-name", "Values": [name]}])["ServiceDetails"]
    w.recording.observe(f"{name} is offered", bool(found))
    for service in found:
        w.recording.observe("its private DNS names", sorted(entry["PrivateDnsName"] for entry in service.get("PrivateDnsNames", [])))
