//! The load balancer's listeners.

use std::collections::BTreeSet;

use super::draft::Draft;
use super::{Difference, Edit, load_balancer};
use crate::api::ListenerProtocol;
use crate::change::{Change, ListenerChange, ListenerSettings};
use crate::desired::{Listener as Wanted, Want};
use crate::node::Node;
use crate::observed::{DefaultAction, Listener, Unread};

pub(super) fn forward(draft: &mut Draft<'_>, want: &Want<Wanted>, redirect: Option<&Wanted>) {
    if draft.is_entrance_unread() && *want != Want::Nothing {
        return draft.block(Node::Listener, "check", []);
    }
    if let Want::Managed(wanted) = want {
        keep(draft, &Node::Listener, wanted, draft.current.listener);
    }
    if let Some(wanted) = redirect {
        keep(draft, &Node::RedirectListener, wanted, draft.current.redirect_listener);
    }
}

fn keep(draft: &mut Draft<'_>, node: &Node, wanted: &Wanted, present: Option<&Listener>) {
    let Some(balancer) = draft.current.load_balancer else {
        return draft.block(node.clone(), "create", [Node::LoadBalancer]);
    };
    let settings = settings(wanted);
    let Some(present) = present else {
        let load_balancer_arn = balancer.arn.clone();
        let change = ListenerChange::Create { load_balancer_arn, settings, tags: wanted.tags.clone() };
        return draft.step(node.clone(), Change::Listener(change));
    };
    let differences = differences(present, &settings);
    if differences.is_empty() {
        return certificates(draft, node, present, &wanted.extra_certificates);
    }
    if let Some(first) = before_turning(draft, present, &settings) {
        return draft.block(node.clone(), "change", [first]);
    }
    let speaks = present.protocol == settings.protocol;
    let change = Change::Listener(ListenerChange::Modify { arn: present.arn.clone(), settings });
    let refused = draft.is_refused(&change);
    draft.update(node.clone(), change, differences);
    // Certificates follow once the listener speaks the protocol that takes them; they do not wait for other settings that AWS has refused.
    if refused && speaks {
        certificates(draft, node, present, &wanted.extra_certificates);
    }
}

/// What has to be there before a listener that answers becomes one that redirects, or the other way round: else its clients would be led to
/// nothing, or find no rule.
fn before_turning(draft: &Draft<'_>, present: &Listener, settings: &ListenerSettings) -> Option<Node> {
    use DefaultAction::{NotFound, RedirectToHttps};
    match (&present.default_action, &settings.default_action) {
        (NotFound(_), RedirectToHttps(_)) => draft.current.listener.is_none().then_some(Node::Listener),
        (RedirectToHttps(_), NotFound(_)) if present.protocol == settings.protocol => {
            let mut rules = draft.snapshot.rules.iter();
            let stand = rules.any(|rule| rule.listener_arn == present.arn && draft.owns(&rule.tags));
            (!stand && !draft.graph.rules.is_empty()).then(|| Node::Rule("*".to_owned()))
        }
        _ => None,
    }
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
        default_action: wanted.default_action.clone(),
    }
}

fn differences(present: &Listener, settings: &ListenerSettings) -> Vec<Difference> {
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
        Difference::value("defaultAction", Some(&present.default_action), Some(&settings.default_action)),
    ];
    differences.into_iter().flatten().collect()
}

/// Certificates beside the default one; all are there before one goes.
fn certificates(draft: &mut Draft<'_>, node: &Node, present: &Listener, wanted: &BTreeSet<String>) {
    if draft.is_unread(&Unread::ListenerCertificates) {
        return;
    }
    let mut step = |change, added: Option<&String>, removed: Option<&String>| {
        let items = |item: Option<&String>| item.into_iter().cloned().collect();
        let edit = Edit::Items { added: items(added), removed: items(removed) };
        draft.update(node.clone(), Change::Listener(change), vec![Difference { field: "certificates", edit }]);
    };
    let arn = || present.arn.clone();
    let mut missing = wanted.difference(&present.extra_certificates).peekable();
    if missing.peek().is_none() {
        // The default one may stand among the others, too, and AWS does not take it away there.
        let default = |arn: &&String| present.default_certificate.as_ref() == Some(*arn);
        for it in present.extra_certificates.difference(wanted).filter(|arn| !default(arn)) {
            let change = ListenerChange::RemoveCertificate { arn: arn(), certificate_arn: it.clone() };
            step(change, None, Some(it));
        }
    }
    for it in missing {
        step(ListenerChange::AddCertificate { arn: arn(), certificate_arn: it.clone() }, Some(it), None);
    }
}

pub(super) fn backward(draft: &mut Draft<'_>, _want: &Want<Wanted>, _redirect: Option<&Wanted>) {
    let mut obsolete: Vec<&Listener> = draft
        .snapshot
        .listeners
        .iter()
        .filter(|it| goes(draft, it) && !load_balancer::goes(draft, &it.load_balancer_arn))
        .collect();
    obsolete.sort_by_key(|it| &it.arn);
    for listener in obsolete {
        draft.step(Node::Listener, Change::Listener(ListenerChange::Delete { arn: listener.arn.clone() }));
    }
}

/// Whether the listener is ours and stands for no part any more.
pub(super) fn goes(draft: &Draft<'_>, listener: &Listener) -> bool {
    draft.owns(&listener.tags) && draft.current.listener_part(&listener.arn).is_none()
}
