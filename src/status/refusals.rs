//! What AWS refuses, in words: every refused step, when the first of them is tried again, and how to have it tried now.

use super::{Failure, Report};

/// A list of messages is cut where it gets longer, in bytes. Kubernetes takes 32,768 for the message of a condition.
const LONGEST: usize = 4096;

/// The messages in their order, as many as fit, the first in any case; then how many more there are.
pub(super) fn listed<'a>(messages: impl IntoIterator<Item = &'a str>) -> String {
    let (mut text, mut more) = (String::new(), 0);
    for message in messages {
        if text.is_empty() {
            message.clone_into(&mut text);
            cut(&mut text);
        } else if more == 0 && text.len() + message.len() <= LONGEST {
            text.push_str("; ");
            text.push_str(message);
        } else {
            more += 1;
        }
    }
    if more > 0 { format!("{text}; and {more} more") } else { text }
}

/// Cuts a message that no condition would hold.
fn cut(text: &mut String) {
    if text.len() > LONGEST {
        let end = (0..LONGEST).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
        text.truncate(end);
        text.push('…');
    }
}

/// When the first of these failures is tried again, where any is: `; next attempt at 2026-11-28T05:10:00Z`.
pub(super) fn next_attempt<'a>(failures: impl IntoIterator<Item = &'a Failure>) -> Option<String> {
    let first = failures.into_iter().filter_map(|failure| failure.next_attempt.as_ref()).min()?;
    Some(format!("; next attempt at {}", first.0))
}

/// The same with the command that asks for it now.
pub(super) fn next_attempt_or_now(failures: &[Failure], report: &Report) -> String {
    let Some(next) = next_attempt(failures) else { return String::new() };
    let (namespace, name) = &report.object;
    format!(
        "{next}; to try now: kubectl annotate pafd/{name} frontdoor.privateapi.dev/reconcile-now=\"$(date +%s)\" --overwrite --namespace {namespace}"
    )
}
