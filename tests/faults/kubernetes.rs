//! A Kubernetes API in the same process: what the controller uses of it, with the API server's rules for resource versions, finalizers and deletion.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Poll, Waker};
use std::time::Duration;

use aws_sim::ids::Ids;
use frontdoor::api::PrivateApiFrontDoor;
use http::{Method, Request, Response};
use kube::Client;
use kube::client::Body;
use serde_json::{Value, json};

use crate::answers::{Refused, not_found, refusal, respond};
use crate::fuse::{Fate, Fuse};
use crate::mishap::{Trouble, Write};
use crate::share::Share;
use crate::time::Time;

const OBJECTS: &str = "/apis/privateapi.dev/v1alpha1/namespaces/";
pub const EVENTS: &str = "/apis/events.k8s.io/v1/namespaces/";
/// The annotation that asks for a pass.
pub const RECONCILE_NOW: &str = "frontdoor.privateapi.dev/reconcile-now";

/// Namespace and name.
pub type Key = (String, String);

/// The API server. Clones are the same.
#[derive(Clone, Debug)]
pub struct Kubernetes {
    time: Time,
    store: Arc<Mutex<Store>>,
}

#[derive(Clone, Debug)]
struct Store {
    version: u64,
    objects: BTreeMap<Key, Value>,
    /// What each object was before its last write.
    before: BTreeMap<Key, Value>,
    /// How often what the controller watches for has changed.
    notable: BTreeMap<Key, u64>,
    events: BTreeMap<String, Value>,
    /// Objects that Kubernetes forgot since somebody looked.
    forgotten: Vec<Key>,
    wakers: Vec<Waker>,
    trouble: f64,
    /// How many requests went wrong while there was trouble.
    share: Share,
    /// Nothing is answered but with an error.
    down: bool,
    /// What was written so far, whether it succeeded or not, and what goes wrong at one of these writes.
    writes: Vec<Write>,
    planned: Option<(usize, Trouble)>,
    dice: Ids,
}

impl Kubernetes {
    pub fn new(time: &Time, seed: u64) -> Self {
        let store = Store {
            version: 0,
            objects: BTreeMap::new(),
            before: BTreeMap::new(),
            notable: BTreeMap::new(),
            events: BTreeMap::new(),
            forgotten: Vec::new(),
            wakers: Vec::new(),
            trouble: 0.0,
            share: Share::default(),
            down: false,
            writes: Vec::new(),
            planned: None,
            dice: Ids::seeded(seed),
        };
        Self { time: time.clone(), store: Arc::new(Mutex::new(store)) }
    }

    /// The same objects in an API server of its own.
    pub fn copy(&self, time: &Time) -> Self {
        let mut store = self.store().clone();
        store.wakers.clear();
        Self { time: time.clone(), store: Arc::new(Mutex::new(store)) }
    }

    /// How many of the requests go wrong, 0 to 1.
    pub fn set_trouble(&self, probability: f64) {
        self.store().trouble = probability;
    }

    /// Takes the API server down or up; watches go on.
    pub fn set_down(&self, down: bool) {
        self.store().down = down;
    }

    /// Lets this go wrong at a write, counted from 0 from now on.
    pub fn plan_trouble(&self, number: usize, trouble: Trouble) {
        let mut store = self.store();
        store.planned = Some((store.writes.len() + number, trouble));
    }

    /// What was asked to be written so far.
    pub fn writes(&self) -> Vec<Write> {
        self.store().writes.clone()
    }

    /// How many requests went wrong while there was trouble.
    pub fn share(&self) -> Share {
        self.store().share
    }

    /// What a process of this life line sees of it.
    pub fn client(&self, fuse: &Fuse) -> Client {
        let (kubernetes, fuse) = (self.clone(), fuse.clone());
        let service = tower::service_fn(move |request| kubernetes.clone().carry(request, fuse.clone()));
        Client::new(service, "default")
    }

    /// What the user writes; creates the object or changes its spec.
    pub fn apply(&self, key: &Key, spec: &Value) {
        let mut store = self.store();
        let mut object = store.objects.get(key).cloned().unwrap_or_else(|| {
            json!({
                "apiVersion": "privateapi.dev/v1alpha1",
                "kind": "PrivateApiFrontDoor",
                "metadata": {
                    "namespace": key.0, "name": key.1, "uid": format!("uid-{}", store.version), "generation": 0,
                    "creationTimestamp": self.time.now().iso(),
                },
            })
        });
        if object["spec"] != *spec {
            object["spec"] = spec.clone();
            raise_generation(&mut object);
        }
        store.put(key, object);
    }

    /// The user sets or, with null, removes an annotation.
    pub fn annotate(&self, key: &Key, name: &str, value: &str) {
        let mut store = self.store();
        if let Some(mut object) = store.objects.get(key).cloned() {
            object["metadata"]["annotations"][name] = value.into();
            store.put(key, object);
        }
    }

    /// The user deletes the object; finalizers hold it up.
    pub fn delete(&self, key: &Key) {
        let mut store = self.store();
        let Some(mut object) = store.objects.get(key).cloned() else { return };
        if object["metadata"]["deletionTimestamp"].is_null() {
            object["metadata"]["deletionTimestamp"] = self.time.now().iso().into();
            raise_generation(&mut object);
            store.put(key, object);
        }
    }

    /// Somebody takes the finalizers away by hand.
    pub fn remove_finalizers(&self, key: &Key) {
        let mut store = self.store();
        let Some(mut object) = store.objects.get(key).cloned() else { return };
        object["metadata"]["finalizers"] = json!([]);
        store.put(key, object);
    }

    /// The status is lost.
    pub fn wipe_status(&self, key: &Key) {
        let mut store = self.store();
        let Some(mut object) = store.objects.get(key).cloned() else { return };
        object["status"] = Value::Null;
        store.put(key, object);
    }

    pub fn keys(&self) -> BTreeSet<Key> {
        self.store().objects.keys().cloned().collect()
    }

    pub fn get(&self, key: &Key) -> Option<PrivateApiFrontDoor> {
        self.store().objects.get(key).map(decoded)
    }

    /// The object as a watch that lags behind shows it: sometimes as it was before its last write. With it, how often it has changed notably.
    pub fn watched(&self, key: &Key) -> (Option<PrivateApiFrontDoor>, u64) {
        let mut store = self.store();
        let notable = store.notable.get(key).copied().unwrap_or_default();
        let chance = store.trouble;
        let late = store.dice.chance(chance);
        let present = store.objects.get(key);
        let object = if late { store.before.get(key).or(present) } else { present };
        // A watch that lags does not hide for long that an object is gone.
        (present.and(object).map(decoded), notable)
    }

    /// Ends when the object has changed in what the controller watches for: generation, finalizers, the request for a pass.
    pub async fn changed(&self, key: &Key, seen: u64) {
        std::future::poll_fn(|context| {
            let mut store = self.store();
            if store.notable.get(key).copied().unwrap_or_default() != seen {
                return Poll::Ready(());
            }
            store.wakers.push(context.waker().clone());
            Poll::Pending
        })
        .await;
    }

    /// Objects that Kubernetes forgot since this was asked last.
    pub fn forgotten(&self) -> Vec<Key> {
        std::mem::take(&mut self.store().forgotten)
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().expect("no panic holds it")
    }

    async fn carry(self, request: Request<Body>, fuse: Fuse) -> Result<Response<Body>, io::Error> {
        let (parts, body) = request.into_parts();
        let body = body.collect_bytes().await.map_err(io::Error::other)?;
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        let fate = fuse.fate(parts.method != Method::GET);
        if fate == Fate::Nothing {
            return std::future::pending().await;
        }
        let trouble = self.trouble((parts.method != Method::GET).then(|| Write::of(parts.uri.path())));
        match trouble {
            Trouble::Refusal(code, reason) => {
                return Ok(refusal(&(code, reason, "the API server has trouble".to_owned())));
            }
            Trouble::ResetBefore => return Err(io::ErrorKind::ConnectionReset.into()),
            Trouble::Interference => self.store().interfere(parts.uri.path()),
            Trouble::Nothing | Trouble::ResetAfter | Trouble::Slow => {}
        }
        let mime = parts.headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let answer = self.store().answer(&parts.method, parts.uri.path(), mime, &body);
        match (fate, trouble) {
            (Fate::Unheard | Fate::Nothing, _) => return std::future::pending().await,
            (Fate::Lost, _) | (_, Trouble::ResetAfter) => return Err(io::ErrorKind::ConnectionReset.into()),
            (_, Trouble::Slow) => self.time.wait(Duration::from_secs(20)).await,
            _ => {}
        }
        Ok(answer.map_or_else(|refused| refusal(&refused), |object| respond(200, &object)))
    }

    fn trouble(&self, write: Option<Write>) -> Trouble {
        let mut store = self.store();
        let number = store.writes.len();
        store.writes.extend(write);
        if store.down {
            return Trouble::Refusal(503, "ServiceUnavailable");
        }
        if let Some((_, trouble)) = store.planned.filter(|(at, _)| write.is_some() && *at == number) {
            return trouble;
        }
        if store.trouble == 0.0 {
            return Trouble::Nothing;
        }
        let trouble = store.draw();
        let harmless = matches!(trouble, Trouble::Nothing | Trouble::Interference | Trouble::Slow);
        store.share.note(!harmless);
        trouble
    }
}

impl Store {
    fn draw(&mut self) -> Trouble {
        let chance = self.trouble;
        if !self.dice.chance(chance) {
            return Trouble::Nothing;
        }
        match self.dice.below(7) {
            0 => Trouble::Refusal(500, "InternalError"),
            1 => Trouble::Refusal(429, "TooManyRequests"),
            2 => Trouble::Refusal(504, "Timeout"),
            3 => Trouble::Interference,
            4 => Trouble::ResetBefore,
            5 => Trouble::ResetAfter,
            _ => Trouble::Slow,
        }
    }

    fn answer(&mut self, method: &Method, path: &str, mime: &str, body: &Value) -> Result<Value, Refused> {
        if let Some(rest) = path.strip_prefix(EVENTS) {
            return self.event(method, rest, body);
        }
        let rest = path.strip_prefix(OBJECTS).ok_or_else(|| not_found(path))?;
        let words: Vec<&str> = rest.split('/').collect();
        let key = |name: &str| (words[0].to_owned(), name.to_owned());
        match (method, &words[..]) {
            (&Method::GET, [_, _, name]) => self.objects.get(&key(name)).cloned().ok_or_else(|| not_found(name)),
            (&Method::PATCH, [_, _, name]) if mime == "application/merge-patch+json" => self.merge(&key(name), body),
            (&Method::PATCH, [_, _, name, "status"]) if mime == "application/apply-patch+yaml" => {
                self.apply_status(&key(name), body)
            }
            _ => Err((405, "MethodNotAllowed", format!("{method} {path} {mime}"))),
        }
    }

    /// A merge patch of the object's metadata; with a resource version only if that is the present one.
    fn merge(&mut self, key: &Key, patch: &Value) -> Result<Value, Refused> {
        let present = self.objects.get(key).ok_or_else(|| not_found(&key.1))?;
        let (old, new) = (&present["metadata"], &patch["metadata"]);
        if !new["resourceVersion"].is_null() && new["resourceVersion"] != old["resourceVersion"] {
            return Err((409, "Conflict", "the object has been modified; please apply your changes".to_owned()));
        }
        if !new["uid"].is_null() && new["uid"] != old["uid"] {
            return Err((422, "Invalid", "metadata.uid: field is immutable".to_owned()));
        }
        let names = |value: &Value| -> BTreeSet<String> {
            value.as_array().into_iter().flatten().filter_map(|name| Some(name.as_str()?.to_owned())).collect()
        };
        let adds = !names(&new["finalizers"]).is_subset(&names(&old["finalizers"]));
        if adds && !old["deletionTimestamp"].is_null() {
            let message = "no new finalizers can be added if the object is being deleted";
            return Err((422, "Invalid", format!("metadata.finalizers: Forbidden: {message}")));
        }
        let mut object = present.clone();
        object["metadata"]["finalizers"] = new["finalizers"].clone();
        self.put(key, object.clone());
        Ok(self.objects.get(key).cloned().unwrap_or(object))
    }

    /// Server-side apply of the status by its only manager: what it leaves out goes.
    fn apply_status(&mut self, key: &Key, patch: &Value) -> Result<Value, Refused> {
        let present = self.objects.get(key).ok_or_else(|| not_found(&key.1))?;
        if patch["metadata"]["uid"] != present["metadata"]["uid"] {
            return Err((409, "Conflict", "uid mismatch".to_owned()));
        }
        let mut object = present.clone();
        object["status"] = patch["status"].clone();
        self.put(key, object);
        Ok(self.objects[key].clone())
    }

    fn event(&mut self, method: &Method, rest: &str, body: &Value) -> Result<Value, Refused> {
        let name = match (method, rest.split('/').collect::<Vec<_>>().as_slice()) {
            (&Method::POST, [_, "events"]) => body["metadata"]["name"].as_str().unwrap_or_default().to_owned(),
            (&Method::PATCH, [_, "events", name]) if self.events.contains_key(*name) => (*name).to_owned(),
            _ => return Err(not_found(rest)),
        };
        self.events.insert(name, body.clone());
        Ok(body.clone())
    }

    /// Writes an object if that changes anything, and forgets it when nothing holds it any more.
    fn put(&mut self, key: &Key, mut object: Value) {
        let before = self.objects.get(key).cloned();
        if before.as_ref() == Some(&object) {
            return;
        }
        self.version += 1;
        object["metadata"]["resourceVersion"] = self.version.to_string().into();
        let metadata = &object["metadata"];
        let held = metadata["finalizers"].as_array().is_some_and(|finalizers| !finalizers.is_empty());
        let gone = !metadata["deletionTimestamp"].is_null() && !held;
        if gone || before.as_ref().map(notable) != Some(notable(&object)) {
            *self.notable.entry(key.clone()).or_default() += 1;
            self.wakers.drain(..).for_each(Waker::wake);
        }
        if let Some(before) = before {
            self.before.insert(key.clone(), before);
        }
        if gone {
            self.objects.remove(key);
            self.before.remove(key);
            self.forgotten.push(key.clone());
        } else {
            self.objects.insert(key.clone(), object);
        }
    }

    /// Somebody else changes a label.
    fn interfere(&mut self, path: &str) {
        let mut words = path.trim_start_matches(OBJECTS).split('/');
        let (namespace, name) = (words.next().unwrap_or_default(), words.nth(1).unwrap_or_default());
        let key = (namespace.to_owned(), name.to_owned());
        if let Some(mut object) = self.objects.get(&key).cloned() {
            object["metadata"]["labels"]["touched"] = self.version.to_string().into();
            self.put(&key, object);
        }
    }
}

/// What the controller's watch lets through.
fn notable(object: &Value) -> Value {
    let metadata = &object["metadata"];
    let request = &metadata["annotations"][RECONCILE_NOW];
    json!([metadata["uid"], metadata["generation"], metadata["finalizers"], request])
}

fn raise_generation(object: &mut Value) {
    let generation = object["metadata"]["generation"].as_u64().unwrap_or_default();
    object["metadata"]["generation"] = (generation + 1).into();
}

fn decoded(object: &Value) -> PrivateApiFrontDoor {
    serde_json::from_value(object.clone()).unwrap_or_else(|error| panic!("{error}: {object:#}"))
}
