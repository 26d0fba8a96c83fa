//! Watches objects and reconciles those that changed.

use std::convert::Infallible;
use std::sync::Arc;

use futures::StreamExt;
use kube::Api;
use kube::core::DeserializeGuard;
use kube::runtime::controller::{Action, Config};
use kube::runtime::predicates::{finalizers, generation};
use kube::runtime::reflector::{ObjectRef, store};
use kube::runtime::{Controller, Predicate, PredicateConfig, WatchStreamExt, watcher};
use tracing::{debug, warn};

use super::reconcile::{Context, reconcile};
use super::{request, unreadable};
use crate::api::PrivateApiFrontDoor;

/// An object as it comes from the API server: read, or the reason why it cannot be.
type Guarded = DeserializeGuard<PrivateApiFrontDoor>;

/// How many objects are worked on at the same time.
const CONCURRENCY: u16 = 16;

/// Runs until the process is asked to stop; passes under way are finished first.
pub async fn run(context: Arc<Context>, namespace: Option<&str>) {
    let client = context.client.clone();
    // One object that cannot be read must not hold up the list and with it all others.
    let api: Api<Guarded> =
        namespace.map_or_else(|| Api::all(client.clone()), |namespace| Api::namespaced(client.clone(), namespace));
    let (reader, writer) = store();
    // Our own status writes must not start a pass; the deletion timestamp changes the generation too.
    let changes = watcher(api, watcher::Config::default())
        .default_backoff()
        .reflect(writer)
        .applied_objects()
        .predicate_filter(generation.combine(finalizers).combine(request::predicate), PredicateConfig::default());
    Controller::for_stream(changes, reader)
        .with_config(Config::default().concurrency(CONCURRENCY))
        .shutdown_on_signal()
        .run(act, |_, never: &Infallible, _| -> Action { match *never {} }, context)
        .for_each(|ended| async move {
            if let Err(error) = ended {
                debug!(%error, "the watch continues");
            }
        })
        .await;
}

async fn act(object: Arc<Guarded>, context: Arc<Context>) -> Result<Action, Infallible> {
    let again = match &object.0 {
        Ok(object) => reconcile(object, &context).await,
        Err(invalid) => match unreadable::report(&object, &context, &invalid.error).await {
            Ok(()) => None,
            Err(error) => {
                warn!(object = %ObjectRef::from_obj(&*object), %error, "Kubernetes refused");
                Some(context.settings.intervals.poll)
            }
        },
    };
    Ok(again.map_or_else(Action::await_change, Action::requeue))
}
