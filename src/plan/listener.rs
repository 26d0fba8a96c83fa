//! The load balancer's listener.

use std::collections::BTreeSet;

use super::draft::Draft;
use super::{Difference, Edit, load_balancer};
use crate::api::ListenerProtocol;
use crate::change::{Change, ListenerChange, ListenerSettings};
use crate::desired::{Listener as Wanted, Want};
use crate::node::Node;
use crate::observed::{DefaultAction, Listener};

const NODE: Node = Node::Listener;

pub(super) fn forward(draft: &mut Draft<'_>, want: &Want<Wanted>) {
    let Want::Managed(wanted) = want else { return };
    let Some(balancer) = draft.current.load_balancer else {
        return draft.block(NODE, "create", [Node::LoadBalancer]);
    };
    let settings = settings(wanted);
    let Some(present) = draft.current.listener else {
        let load_balancer_arn = balancer.arn.clone();
        let change = ListenerChange::Create { load_balancer_arn, settings, tags: wanted.tags.clone() };
        return draft.step(NODE, Change::Listener(change));
    };
    let differences = differences(present, &settings);
    if !differences.is_empty() {
        let change = ListenerChange::Modify { arn: present.arn.clone(), settings };
        // Certificates follow once the listener speaks the protocol that takes them.
        return draft.update(NODE, Change::Listener(change), differences);
    }
    certificates(draft, present, &wanted.extra_certificates);
}

fn settings(wanted: &Wanted) -> ListenerSettings {
    let protocol = match wanted.protocol {
        ListenerProtocol::Http => "HTTP",
        ListenerProtocol::Https => "HTTPS",
    };
    ListenerSettings {
        protocol: protocol.to_owned(),
        port: wanted.port,
        default_certificate: wanted.default_certificate.clone(),
        ssl_policy: wanted.ssl_policy.clone(),
        mutual_authentication: wanted.mutual_authentication.clone(),
        not_found_body: wanted.not_found_body.clone(),
    }
}

fn differences(present: &Listener, settings: &ListenerSettings) -> Vec<Difference> {
    let action = match &present.default_action {
        DefaultAction::NotFound(body) => format!("404 {body}"),
        DefaultAction::Other => "another action".to_owned(),
    };
    let differences = [
        Difference::value("protocol", Some(&present.protocol), Some(&settings.protocol)),
        Difference::value("port", Some(present.port), Some(settings.port)),
        Difference::value(
            "defaultCertificate",
            present.default_certificate.as_ref(),
            settings.default_certificate.as_ref(),
        ),
        Difference::value("sslPolicy", present.ssl_policy.as_ref(), settings.ssl_policy.as_ref()),
        Difference::value(
            "mutualAuthentication",
            present.mutual_authentication.as_ref(),
            settings.mutual_authentication.as_ref(),
        ),
        Difference::value("defaultAction", Some(action), Some(format!("404 {}", settings.not_found_body))),
    ];
    differences.into_iter().flatten().collect()
}

fn certificates(draft: &mut Draft<'_>, present: &Listener, wanted: &BTreeSet<String>) {
    let add: BTreeSet<String> = wanted.difference(&present.extra_certificates).cloned().collect();
    let remove: BTreeSet<String> = present.extra_certificates.difference(wanted).cloned().collect();
    let difference = |added: &BTreeSet<String>, removed: &BTreeSet<String>| {
        let edit = Edit::Items { added: added.clone(), removed: removed.clone() };
        vec![Difference { field: "certificates", edit }]
    };
    if !add.is_empty() {
        let differences = difference(&add, &BTreeSet::new());
        let change = ListenerChange::AddCertificates { arn: present.arn.clone(), certificate_arns: add };
        draft.update(NODE, Change::Listener(change), differences);
    } else if !remove.is_empty() {
        let differences = difference(&BTreeSet::new(), &remove);
        let change = ListenerChange::RemoveCertificates { arn: present.arn.clone(), certificate_arns: remove };
        draft.update(NODE, Change::Listener(change), differences);
    }
}

pub(super) fn backward(draft: &mut Draft<'_>, _want: &Want<Wanted>) {
    let keep = draft.current.listener.map(|listener| &listener.arn);
    let mut obsolete: Vec<&Listener> = draft
        .snapshot
        .listeners
        .iter()
        .filter(|it| {
            draft.owns(&it.tags) && Some(&it.arn) != keep && !load_balancer::goes(draft, &it.load_balancer_arn)
        })
        .collect();
    obsolete.sort_by_key(|it| &it.arn);
    for listener in obsolete {
        draft.step(NODE, Change::Listener(ListenerChange::Delete { arn: listener.arn.clone() }));
    }
}
