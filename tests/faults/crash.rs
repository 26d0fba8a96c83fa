//! The process ends, or an answer is lost, at every single call that changes something: the end is the same.

use std::collections::BTreeSet;

use frontdoor::tags::Owner;
use serde_json::Value;

use crate::cloud::Cloud;
use crate::digest::{differences, digest};
use crate::fuse::{Cut, Fuse};
use crate::golden::{self, Case};
use crate::kubernetes::{Key, Kubernetes};
use crate::process::{Process, is_ready, owner, verdict};

/// One front door in an account of its own.
struct Life {
    cloud: Cloud,
    kubernetes: Kubernetes,
    key: Key,
}

impl Life {
    /// As the spec says, reached without trouble.
    async fn at(region: &str, spec: Option<&Value>) -> Self {
        let cloud = Cloud::new(region, 1).await;
        let kubernetes = Kubernetes::new(&cloud.time, 1);
        let life = Self { cloud, kubernetes, key: ("shop".to_owned(), "orders".to_owned()) };
        if spec.is_some() {
            life.turn(spec);
            life.see_through(Fuse::default()).await;
            life.check(spec, "before the change");
        }
        life
    }

    fn copy(&self, seed: u64) -> Self {
        let cloud = self.cloud.copy(seed);
        let kubernetes = self.kubernetes.copy(&cloud.time);
        Self { cloud, kubernetes, key: self.key.clone() }
    }

    fn owner(&self) -> Owner {
        owner(&self.key)
    }

    /// The user's change; without a spec the object is deleted.
    fn turn(&self, to: Option<&Value>) {
        match to {
            Some(spec) => self.kubernetes.apply(&self.key, &self.cloud.spec(spec)),
            None => self.kubernetes.delete(&self.key),
        }
    }

    /// A process that is cut short, and another that ends its work. Answers how many changing calls the first one made.
    async fn see_through(&self, fuse: Fuse) -> usize {
        let keys = BTreeSet::from([self.key.clone()]);
        let process = Process::start(&self.cloud, &self.kubernetes, fuse.clone());
        if process.settle(&keys).await.is_err() {
            drop(process);
            // What the status said is no part of the memory.
            if fuse.changes().is_multiple_of(2) {
                self.kubernetes.wipe_status(&self.key);
            }
            Process::start(&self.cloud, &self.kubernetes, Fuse::default()).settle(&keys).await.expect("no other cut");
        }
        fuse.changes()
    }

    fn check(&self, to: Option<&Value>, when: &str) {
        let object = self.kubernetes.get(&self.key);
        match (to, object) {
            (Some(_), Some(object)) => assert!(is_ready(&object), "{when}: {}", verdict(&object)),
            (None, None) => {
                let left = self.cloud.owned(&self.owner());
                assert!(left.is_empty(), "{when}, after the deletion: {left:#?}");
            }
            (_, object) => panic!("{when}: {:#?}", object.map(|object| object.metadata)),
        }
    }
}

/// Makes the change once as it should go, then once for each of its changing calls and each way to be cut short there.
async fn cut_everywhere(name: &str, Case { from, to }: Case) {
    let base = Life::at(&format!("eu-{name}-1"), from.as_ref()).await;
    let (to, example) = (to.as_ref(), base.copy(2));
    example.turn(to);
    let changes = example.see_through(Fuse::default()).await;
    example.check(to, "undisturbed");
    let expected = digest(&example.cloud, &example.owner()).await;
    for cut in Cut::ALL {
        for number in 0..changes {
            let when = format!("{name}, {cut:?} {number} of {changes}");
            let life = base.copy(3 + number as u64);
            life.turn(to);
            life.see_through(Fuse::at(number, cut)).await;
            life.check(to, &when);
            let found = digest(&life.cloud, &life.owner()).await;
            assert!(found == expected, "{when}: {:#?}", differences(&found, &expected));
        }
    }
    println!("{name}: {changes} changing calls, {} lives", changes * Cut::ALL.len());
}

/// Tests by the name of what is created or deleted, or of the golden case.
macro_rules! cut_everywhere {
    ($($name:ident: $case:expr;)*) => {$(
        #[tokio::test]
        async fn $name() {
            cut_everywhere(&stringify!($name).replace('_', "-"), $case).await;
        }
    )*};
}

fn create(example: &str) -> Case {
    Case { from: None, to: Some(golden::example(example)) }
}

fn delete(example: &str) -> Case {
    Case { from: Some(golden::example(example)), to: None }
}

cut_everywhere! {
    create_everything: create("alb-lambda");
    create_behind_what_exists: create("existing-alb-and-endpoint");
    delete_everything: delete("alb-lambda");
    delete_behind_what_exists: delete("existing-alb-and-endpoint");
}
