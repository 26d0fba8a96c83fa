//! `deploy/` can be applied, and gives the rights that are needed and no others.

use testenv::controller::NAMESPACE;
use testenv::{Kubectl, binaries};

use crate::lab::shared;

fn admin() -> Kubectl {
    shared().cluster.kubectl()
}

fn deploy() -> String {
    binaries::workspace().join("deploy").to_string_lossy().into_owned()
}

#[test]
fn renders_and_is_accepted() {
    let rendered = admin().run(&["kustomize", &deploy()]).unwrap();
    for kind in
        ["CustomResourceDefinition", "Namespace", "ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Deployment"]
    {
        assert!(rendered.contains(&format!("kind: {kind}\n")), "no {kind} in:\n{rendered}");
    }
    // The way a user without server-side apply takes.
    admin().run(&["apply", "--dry-run=server", "-k", &deploy()]).unwrap();
}

#[test]
fn pods_are_admitted_under_the_restricted_profile() {
    // What is refused only when a pod is made is a warning for the Deployment: here it must be none.
    let strict = admin().run(&["apply", "--dry-run=server", "--server-side", "--warnings-as-errors", "-k", &deploy()]);
    strict.unwrap();
}

#[test]
fn rights_are_the_least() {
    let user = format!("system:serviceaccount:{NAMESPACE}:frontdoor");
    let may = |verb: &str, resource: &str| {
        admin().run(&["auth", "can-i", verb, resource, "--as", &user, "--all-namespaces"]).is_ok()
    };
    for (verb, resource) in [
        ("list", "privateapifrontdoors.privateapi.dev"),
        ("watch", "privateapifrontdoors.privateapi.dev"),
        ("create", "events.events.k8s.io"),
        ("get", "namespaces/kube-system"),
    ] {
        assert!(may(verb, resource), "{verb} {resource}");
    }
    for (verb, resource) in [
        ("delete", "privateapifrontdoors.privateapi.dev"),
        ("create", "privateapifrontdoors.privateapi.dev"),
        ("get", "secrets"),
        ("list", "namespaces"),
        ("get", "namespaces/default"),
        ("get", "pods"),
        ("create", "serviceaccounts/token"),
    ] {
        assert!(!may(verb, resource), "{verb} {resource}");
    }
}
