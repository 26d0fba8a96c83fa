//! `deploy/` can be applied, and gives the rights that are needed and no others.

use std::path::PathBuf;
use std::time::Duration;

use testenv::controller::NAMESPACE;
use testenv::{Kubectl, binaries, poll};

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

/// Roles for people: whoever may look at a namespace may see its front doors, and nobody makes one by a role that Kubernetes ships.
#[test]
fn people_see_front_doors_and_make_them_only_with_a_role_of_its_own() {
    let role = |name: &str| admin().get("clusterrole", name).unwrap().unwrap();
    let labels = role("private-api-front-door-view")["metadata"]["labels"].clone();
    assert_eq!(labels["rbac.authorization.k8s.io/aggregate-to-view"], "true");
    assert_eq!(labels["rbac.authorization.k8s.io/aggregate-to-edit"], serde_json::Value::Null);
    let labels = role("private-api-front-door-edit")["metadata"]["labels"].to_string();
    assert!(!labels.contains("aggregate-to"), "{labels}");
    let may = |user: &str, verb: &str, resource: &str| {
        admin().run(&["auth", "can-i", verb, resource, "--as", user, "--namespace", "default"]).is_ok()
    };
    for role in ["view", "edit"] {
        let user = format!("deploy-{role}");
        let role = format!("--clusterrole=private-api-front-door-{role}");
        admin().run(&["create", "rolebinding", &user, &role, "--user", &user, "--namespace", "default"]).unwrap();
    }
    let resource = "privateapifrontdoors.privateapi.dev";
    // The authorizer learns of bindings by a watch.
    for (user, verb) in [("deploy-view", "get"), ("deploy-edit", "create")] {
        let known = || Ok(if may(user, verb, resource) { Ok(()) } else { Err(format!("{user} may not {verb}")) });
        poll::until("a role binding", Duration::from_millis(50), Duration::from_secs(30), known).unwrap();
    }
    for verb in ["get", "list", "watch"] {
        assert!(may("deploy-view", verb, resource), "{verb}");
    }
    for verb in ["create", "update", "patch", "delete", "deletecollection"] {
        assert!(may("deploy-edit", verb, resource), "{verb}");
        assert!(!may("deploy-view", verb, resource), "{verb}");
        let status =
            ["auth", "can-i", verb, resource, "--subresource", "status", "--as", "deploy-edit", "-n", "default"];
        assert!(admin().run(&status).is_err(), "{verb}");
    }
}

fn readme() -> String {
    std::fs::read_to_string(binaries::workspace().join("README.md")).unwrap()
}

#[test]
fn the_overlay_of_the_readme_renders() {
    let readme = readme();
    let overlay = readme.split("```yaml\n").filter_map(|it| it.split("```").next());
    let overlay = overlay.filter(|it| it.contains("kind: Kustomization")).collect::<Vec<_>>();
    let [overlay] = overlay.as_slice() else { panic!("{overlay:?}") };
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("overlay");
    std::fs::create_dir_all(&folder).unwrap();
    // Where the README says `deploy`, seen from the folder.
    let up = "../".repeat(folder.canonicalize().unwrap().components().count() - 1);
    let deploy = format!("{}{}", up, deploy().trim_start_matches('/'));
    let resource = "- private-api-front-door/deploy\n";
    assert!(overlay.contains(resource), "{overlay}");
    std::fs::write(folder.join("kustomization.yaml"), overlay.replace(resource, &format!("- {deploy}\n"))).unwrap();
    let rendered = admin().run(&["kustomize", &folder.to_string_lossy()]).unwrap();
    for part in [
        "image: registry.example.com/frontdoor:0.1.0",
        "eks.amazonaws.com/role-arn: arn:aws:iam::111122223333:role/frontdoor",
        "name: AWS_REGION\n          value: eu-central-1",
        "name: FRONTDOOR_CLUSTER_ID\n          value: shop-production",
        "- frontdoor\n",
        "- run\n",
    ] {
        assert!(rendered.contains(part), "no {part} in:\n{rendered}");
    }
    admin().run(&["apply", "--dry-run=server", "-k", &folder.to_string_lossy()]).unwrap();
}

#[test]
fn kubectl_explains_the_fields_of_a_section() {
    let command = "pafd.spec.loadBalancer.create";
    assert!(readme().contains(&format!("kubectl explain {command}")));
    // The API server publishes the schema a moment after the CRD is established.
    let known = || Ok(admin().run(&["explain", command]).map_err(|error| error.to_string()));
    let explained = poll::until("a schema", Duration::from_millis(100), Duration::from_secs(30), known).unwrap();
    assert!(explained.contains("clientCidrs") && explained.contains("Default:"), "{explained}");
    let names = admin().run(&["explain", command, "--recursive"]).unwrap();
    assert!(names.contains("idleTimeoutSeconds") && !names.contains("Default:"), "{names}");
}
