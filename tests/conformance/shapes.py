"""Answers as they come over the wire, held against botocore's model of an operation's output.

botocore itself forgives much: elements that the model does not know are passed over, enumerations are not looked at. Here nothing is.
"""

import base64
import binascii
import datetime
import email.utils
import json
import re
import xml.etree.ElementTree as ElementTree

# What AWS sends though its model says otherwise, by shape.
BEYOND_ENUMS = {
    # In lower camel case on the wire (AWS CLI Command Reference, describe-vpc-endpoints: "State": "available").
    ("ec2", "State"): {"pendingAcceptance", "pending", "available", "deleting", "deleted", "rejected", "failed", "expired", "partial"},
    # API Reference, InternetGatewayAttachment: "For an internet gateway, the state is available when attached to a VPC".
    ("ec2", "AttachmentStatus"): {"available"},
    # AWS CLI Command Reference, describe-certificate: "KeyAlgorithm": "RSA-2048".
    ("acm", "KeyAlgorithm"): {"RSA-2048"},
}


def complaints(operation, response):
    """What is wrong with a successful answer, as texts; `response` is botocore's dictionary of status, header fields and body."""
    found = []
    shape, protocol = operation.output_shape, operation.service_model.resolved_protocol
    headers, body = response["headers"], response["body"]
    if shape is None:
        members = {}
    else:
        members = shape.members
        for name, member in members.items():
            if member.serialization.get("location") == "header":
                header = headers.get(member.serialization.get("name", name))
                if header is not None:
                    scalar(operation, member, header, f"header {name}", found, "rfc822")
    if protocol in ("json", "rest-json"):
        from_json(operation, shape, body, found)
    else:
        from_xml(operation, shape, body, found, protocol)
    return found


def in_body(shape):
    """Members that the body holds, by name."""
    return {name: member for name, member in shape.members.items() if "location" not in member.serialization}


def from_json(operation, shape, body, found):
    payload = shape.serialization.get("payload") if shape else None
    if payload and shape.members[payload].type_name in ("blob", "string"):
        return
    if not body:
        return
    try:
        tree = json.loads(body)
    except ValueError as error:
        found.append(f"the body is no JSON: {error}")
        return
    if payload:
        json_value(operation, shape.members[payload], tree, payload, found)
    elif shape is None:
        if tree:
            found.append(f"an answer where none is modelled: {tree}")
    else:
        json_structure(operation, shape, tree, "", found)


def json_structure(operation, shape, tree, path, found):
    if not isinstance(tree, dict):
        found.append(f"{path or 'body'}: {tree!r} is no structure")
        return
    known = {member.serialization.get("name", name): (name, member) for name, member in in_body(shape).items()}
    for key in tree.keys() - known.keys():
        found.append(f"{path}{key}: not in the model")
    for key, (name, member) in known.items():
        if key not in tree:
            if name in shape.required_members:
                found.append(f"{path}{key}: required, and not there")
        elif tree[key] is None:
            found.append(f"{path}{key}: null")
        else:
            json_value(operation, member, tree[key], f"{path}{key}", found)


def json_value(operation, shape, value, path, found):
    if getattr(shape, "is_document_type", False):
        return
    if shape.type_name == "structure":
        json_structure(operation, shape, value, f"{path}.", found)
    elif shape.type_name == "list":
        if not isinstance(value, list):
            found.append(f"{path}: {value!r} is no list")
            return
        for at, item in enumerate(value):
            json_value(operation, shape.member, item, f"{path}[{at}]", found)
    elif shape.type_name == "map":
        if not isinstance(value, dict):
            found.append(f"{path}: {value!r} is no map")
            return
        for key, item in value.items():
            scalar(operation, shape.key, key, f"{path} key", found, "unixTimestamp")
            json_value(operation, shape.value, item, f"{path}[{key}]", found)
    else:
        expected = {
            "string": str, "blob": str, "boolean": bool, "integer": int, "long": int, "float": (int, float),
            "double": (int, float), "timestamp": (int, float, str),
        }[shape.type_name]
        if not isinstance(value, expected) or (isinstance(value, bool) and shape.type_name != "boolean"):
            found.append(f"{path}: {value!r} is no {shape.type_name}")
            return
        scalar(operation, shape, value, path, found, "unixTimestamp")


def from_xml(operation, shape, body, found, protocol):
    payload = shape.serialization.get("payload") if shape else None
    if not body or (payload and shape.members[payload].type_name in ("blob", "string")):
        return
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        found.append(f"the body is no XML: {error}")
        return
    metadata = {"ec2": {"requestId"}, "query": {"ResponseMetadata"}}.get(protocol, set())
    wrapper = shape.serialization.get("resultWrapper") if shape else None
    others = [child for child in root if tag(child) not in metadata]
    missing = metadata - {tag(child) for child in root}
    if missing:
        found.append(f"the answer lacks {missing.pop()}")
    if wrapper:
        results = [child for child in others if tag(child) == wrapper]
        if len(results) != 1 or len(others) != 1:
            found.append(f"the answer holds {[tag(child) for child in others]} instead of {wrapper}")
            return
        others = list(results[0])
    if payload:
        shape = shape.members[payload]
    if shape is None:
        # The query protocol has an empty result where nothing is answered; EC2 answers `return` (API Reference, "Response Elements").
        others = [child for child in others if protocol != "ec2" or tag(child) != "return"]
        if any(len(child) or (child.text or "").strip() for child in others):
            found.append(f"an answer where none is modelled: {[tag(child) for child in others]}")
        return
    xml_structure(operation, shape, others, "", found)


def tag(node):
    return node.tag.rpartition("}")[2]


def wire_name(shape, name):
    if shape.type_name == "list" and shape.serialization.get("flattened"):
        return shape.member.serialization.get("name") or shape.serialization.get("name", name)
    return shape.serialization.get("name", name)


def xml_structure(operation, shape, nodes, path, found):
    children = {}
    for node in nodes:
        children.setdefault(tag(node), []).append(node)
    known = {wire_name(member, name): (name, member) for name, member in in_body(shape).items() if not is_attribute(member)}
    for key in children.keys() - known.keys():
        found.append(f"{path}{key}: not in the model")
    for key, (name, member) in known.items():
        there = children.get(key)
        if not there:
            if name in shape.required_members:
                found.append(f"{path}{key}: required, and not there")
        elif member.type_name == "list" and member.serialization.get("flattened"):
            for at, node in enumerate(there):
                xml_value(operation, member.member, node, f"{path}{key}[{at}]", found)
        elif len(there) > 1:
            found.append(f"{path}{key}: {len(there)} times")
        else:
            xml_value(operation, member, there[0], f"{path}{key}", found)


def is_attribute(member):
    return bool(member.serialization.get("xmlAttribute"))


def attributes(shape, node, path, found):
    """Members that are attributes of the structure's own element, such as `xsi:type`."""
    there = {name.rpartition("}")[2] for name in node.attrib}
    for name, member in shape.members.items():
        if is_attribute(member) and name in shape.required_members and wire_name(member, name).rpartition(":")[2] not in there:
            found.append(f"{path}: the attribute {wire_name(member, name)} is required, and not there")


def xml_value(operation, shape, node, path, found):
    if shape.type_name == "structure":
        attributes(shape, node, path, found)
        xml_structure(operation, shape, list(node), f"{path}.", found)
    elif shape.type_name == "list":
        item = shape.member.serialization.get("name", "member")
        for at, child in enumerate(node):
            if tag(child) != item:
                found.append(f"{path}: {tag(child)} instead of {item}")
            xml_value(operation, shape.member, child, f"{path}[{at}]", found)
    elif shape.type_name == "map":
        key_name = shape.key.serialization.get("name", "key")
        value_name = shape.value.serialization.get("name", "value")
        for entry in node:
            names = {tag(child): child for child in entry}
            if names.keys() != {key_name, value_name}:
                found.append(f"{path}: an entry of {sorted(names)}")
                continue
            scalar(operation, shape.key, names[key_name].text or "", f"{path} key", found, "iso8601")
            xml_value(operation, shape.value, names[value_name], path, found)
    elif len(node):
        found.append(f"{path}: {[tag(child) for child in node]} where a {shape.type_name} belongs")
    else:
        scalar(operation, shape, node.text or "", path, found, "iso8601")


def scalar(operation, shape, value, path, found, timestamps):
    """A single value: text, or what JSON has for it."""
    kind = shape.type_name
    try:
        if kind in ("integer", "long"):
            value = int(value)
        elif kind in ("float", "double"):
            value = float(value)
        elif kind == "boolean":
            assert value in (True, False, "true", "false"), value
        elif kind == "timestamp":
            timestamp(shape.serialization.get("timestampFormat", timestamps), value)
        elif kind == "blob":
            base64.b64decode(value, validate=True)
    except (ValueError, TypeError, AssertionError, binascii.Error):
        found.append(f"{path}: {value!r} is no {kind}")
        return
    enum = getattr(shape, "enum", None)
    if enum and value not in {*enum, *BEYOND_ENUMS.get((operation.service_model.service_name, shape.name), ())}:
        found.append(f"{path}: {value!r} is none of {', '.join(enum[:8])}")
    limits(shape, value, path, found)


def timestamp(form, value):
    if form == "unixTimestamp":
        assert isinstance(value, (int, float)) and not isinstance(value, bool)
    elif form == "iso8601":
        datetime.datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ" if "." in value else "%Y-%m-%dT%H:%M:%SZ")
    else:
        assert email.utils.parsedate(value) is not None


def limits(shape, value, path, found):
    """Length, range and form that the model gives."""
    metadata = shape.metadata
    if isinstance(value, str):  # Route 53's answers have it before an identifier, the limits are for the identifier
        value = value.removeprefix("/hostedzone/")
    size = len(value) if isinstance(value, str) else value
    if isinstance(size, bool) or not isinstance(size, (int, float)):
        return
    if "min" in metadata and size < metadata["min"]:
        found.append(f"{path}: {value!r} is below the minimum of {metadata['min']}")
    if "max" in metadata and size > metadata["max"]:
        found.append(f"{path}: {value!r} is above the maximum of {metadata['max']}")
    if isinstance(value, str) and "pattern" in metadata:
        try:
            fits = re.fullmatch(metadata["pattern"], value, re.DOTALL)
        except re.error:  # the patterns are for another dialect; a few do not compile here
            return
        if not fits:
            found.append(f"{path}: {value!r} does not have the form {metadata['pattern']}")
