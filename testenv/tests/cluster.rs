//! A cluster starts, keeps what it stored over restarts, judges rights, and leaves nothing running.

use std::path::PathBuf;

use testenv::{Cluster, Kubectl, tools};

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

const OBJECTS: &str = r"
apiVersion: v1
kind: ConfigMap
metadata: {name: kept}
data: {answer: '42'}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: reader}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules: [{apiGroups: [''], resources: [configmaps], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: reader, namespace: default}]
";

#[test]
fn keeps_objects_and_judges_rights() {
    let tools = tools::ensure().unwrap();
    let folder = folder("cluster");
    let mut cluster = Cluster::start(&tools, &folder).unwrap();
    let admin = cluster.kubectl();
    admin.apply(OBJECTS).unwrap();

    let kubeconfig = folder.join("reader.kubeconfig");
    cluster.service_account_kubeconfig("default", "reader", &kubeconfig).unwrap();
    let reader = Kubectl::new(&tools.kubectl(), &kubeconfig);
    assert_eq!(reader.get("configmap", "kept").unwrap().unwrap()["data"]["answer"], "42");
    assert!(reader.delete("configmap", "kept").unwrap_err().to_string().contains("Forbidden"));

    cluster.stop_apiserver();
    cluster.stop_etcd();
    assert!(admin.get("configmap", "kept").is_err());
    cluster.start_etcd().unwrap();
    cluster.start_apiserver().unwrap();
    assert_eq!(admin.get("configmap", "kept").unwrap().unwrap()["data"]["answer"], "42");
    // A token from before the restart is still good.
    assert!(reader.get("configmap", "kept").unwrap().is_some());
    assert_eq!(reader.get("configmap", "other").unwrap(), None);
}
