//! What belongs to others: no changing call may name it, whether AWS would refuse the call or not.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

/// Watches over changing calls. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Guard(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// Names, with the beginnings of calls that may point at them.
    names: HashMap<String, &'static [&'static str]>,
    watched: usize,
    trespasses: Vec<String>,
}

impl Guard {
    /// No changing call may hold this name, but those that begin so.
    pub fn forbid(&self, name: &str, but: &'static [&'static str]) {
        self.state().names.insert(name.to_owned(), but);
    }

    /// Any call may hold this name after all.
    pub fn allow(&self, name: &str) {
        self.state().names.remove(name);
    }

    /// One that forbids the same.
    pub fn copy(&self) -> Self {
        Self(Arc::new(Mutex::new(State { names: self.state().names.clone(), ..State::default() })))
    }

    /// Looks at a changing call: its method and address, or its action, and everything it says.
    pub fn watch(&self, call: &str, said: &str) {
        let mut state = self.state();
        state.watched += 1;
        let said = decoded(said);
        let is_forbidden = |name: &&str| {
            let but = state.names.get(*name);
            but.is_some_and(|but| !but.iter().any(|allowed| call.starts_with(allowed)))
        };
        if let Some(name) = names(&said).find(is_forbidden) {
            state.trespasses.push(format!("{call} names {name}: {said}"));
        }
    }

    /// How many calls were looked at, and those that named what they may not.
    pub fn found(&self) -> (usize, Vec<String>) {
        let state = self.state();
        (state.watched, state.trespasses.clone())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no panic holds it")
    }
}

/// Everything in a request that may be a name: parameters with and without their keys, and the steps of paths.
fn names(said: &str) -> impl Iterator<Item = &str> {
    let parts = said.split(|sign: char| sign.is_whitespace() || "&,\"?{}[]".contains(sign));
    parts.flat_map(|part| {
        let value = part.rsplit('=').next().unwrap_or_default();
        [part, value].into_iter().chain(value.split('/'))
    })
}

/// Without percent-encoding.
fn decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        match part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                bytes.extend(&part.as_bytes()[2..]);
            }
            None => bytes.extend(format!("%{part}").into_bytes()),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn names_are_found_wherever_a_request_has_them() {
    let guard = Guard::default();
    guard.forbid("sg-1", &["AuthorizeSecurityGroup"]);
    guard.forbid("GroupId=sg-2", &[]);
    guard.forbid("arn:aws:x:y/z", &[]);
    guard.forbid("api", &[]);
    guard.watch("DeleteSecurityGroup", "/ Action=DeleteSecurityGroup&GroupId=sg-1");
    guard.watch("AuthorizeSecurityGroupIngress", "/ GroupId=sg-3&Groups.1.GroupId=sg-2&Groups.2.GroupId=sg-1");
    guard.watch("DeleteRule", "/ Action=DeleteRule&RuleArn=arn%3Aaws%3Ax%3Ay%2Fz");
    guard.watch("DELETE", "/restapis/api/stages/live ");
    assert_eq!((guard.found().0, guard.found().1.len()), (4, 3), "{:#?}", guard.found());
}
