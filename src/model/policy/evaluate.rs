//! The decision: an explicit deny before an allow before an implicit deny.

use std::collections::BTreeSet;

use super::context::Context;
use super::document::{Effect, Policy, Scope, Statement};
use super::pattern::{Template, Text};
use super::principal::Caller;
use super::truth::{Doubt, Doubts, Truth};

/// A request, as far as it is known.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// Who calls.
    pub caller: &'a Caller,
    /// The action, for example `execute-api:Invoke`.
    pub action: &'a str,
    /// ARN of the resource.
    pub resource: &'a Text,
    /// ARN that the short form `execute-api:/…` stands for; none where a policy has no short form.
    pub own: Option<&'a Text>,
    /// The condition keys.
    pub context: &'a Context,
}

/// What a policy says to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// This statement allows it, by its place, and none denies it.
    Allowed(usize),
    /// It is denied.
    Denied(Denial),
    /// It depends on what is not known.
    CannotTell(BTreeSet<Doubt>),
}

/// How a request is denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denial {
    /// By this statement, by its place.
    Explicit(usize),
    /// By no statement: none allows it.
    Implicit,
    /// None allows it; whether one denies it, too, is not known.
    NotAllowed,
}

/// A verdict with how it came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// What each statement has to do with the request, in their order.
    pub statements: Vec<Application>,
}

/// Whether a statement applies to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Whether it applies.
    pub applies: Truth,
    /// The first element that keeps it from applying, where one does.
    pub except: Option<Element>,
    /// Why it cannot be told, where it cannot.
    pub doubts: BTreeSet<Doubt>,
}

/// An element of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Element {
    /// `Principal` or `NotPrincipal`.
    Principal,
    /// `Action` or `NotAction`.
    Action,
    /// `Resource` or `NotResource`.
    Resource,
    /// A condition, by its place in [`Statement::conditions`].
    Condition(usize),
}

impl Policy {
    /// What the policy says to a request.
    #[must_use]
    pub fn judge(&self, request: &Request<'_>) -> Judgement {
        let statements: Vec<Application> = self.statements.iter().map(|it| it.applies(request)).collect();
        Judgement { verdict: self.verdict(&statements), statements }
    }

    fn verdict(&self, applications: &[Application]) -> Verdict {
        let (allow, deny) = (self.effective(Effect::Allow, applications), self.effective(Effect::Deny, applications));
        let strongest = |of: &[(usize, Truth)]| Truth::any(of.iter().map(|(_, truth)| *truth));
        let first = |of: &[(usize, Truth)]| of.iter().find(|(_, truth)| *truth == Truth::True).map(|(place, _)| *place);
        match (first(&allow), first(&deny), strongest(&allow), strongest(&deny)) {
            (_, Some(by), ..) => Verdict::Denied(Denial::Explicit(by)),
            (Some(by), None, _, Truth::False) => Verdict::Allowed(by),
            (_, None, Truth::False, Truth::False) => Verdict::Denied(Denial::Implicit),
            (_, None, Truth::False, _) => Verdict::Denied(Denial::NotAllowed),
            (allowed, None, ..) => {
                // What might allow matters only where nothing is sure to.
                let allows = allow.iter().filter(|_| allowed.is_none());
                let unknown = deny.iter().chain(allows).filter(|(_, truth)| *truth == Truth::Unknown);
                let doubts = unknown.filter_map(|(place, _)| applications.get(*place)).flat_map(|it| it.doubts.clone());
                Verdict::CannotTell(doubts.collect())
            }
        }
    }

    /// The statements that have this effect, or may have it.
    fn effective(&self, effect: Effect, applications: &[Application]) -> Vec<(usize, Truth)> {
        let all = self.statements.iter().zip(applications).enumerate();
        let effective = all.filter_map(|(place, (statement, application))| match statement.effect {
            Some(own) => (own == effect).then_some((place, application.applies)),
            None => Some((place, application.applies.and(Truth::Unknown))),
        });
        effective.collect()
    }
}

impl Statement {
    fn applies(&self, request: &Request<'_>) -> Application {
        let mut doubts = Doubts::new();
        let mut except = None;
        let mut applies = self.readable(&mut doubts);
        let mut element = |element: Element, truth: Truth| {
            if truth == Truth::False && except.is_none() {
                except = Some(element);
            }
            applies = applies.and(truth);
        };
        element(Element::Action, self.covers_action(request, &mut doubts));
        element(Element::Resource, self.covers_resource(request, &mut doubts));
        let principal = match &self.principals {
            Ok(principals) => principals.include(request.caller, &mut doubts),
            Err(reason) => doubt(reason, &mut doubts),
        };
        element(Element::Principal, principal);
        for (place, condition) in self.conditions.iter().enumerate() {
            let mut own = Doubts::new();
            element(Element::Condition(place), condition.holds(request.context, &mut own));
            doubts.extend(own);
        }
        if applies != Truth::Unknown {
            doubts.clear();
        }
        Application { applies, except, doubts }
    }

    fn readable(&self, doubts: &mut Doubts) -> Truth {
        let effect = self.effect.is_none().then(|| "Effect is neither Allow nor Deny".to_owned());
        match self.unreadable.as_ref() {
            Some(reason) => doubt(reason, doubts),
            None => effect.map_or(Truth::True, |reason| doubt(&reason, doubts)),
        }
    }

    fn covers_action(&self, request: &Request<'_>, doubts: &mut Doubts) -> Truth {
        let action = Text::from(request.action.to_ascii_lowercase().as_str());
        match &self.actions {
            Ok(actions) => actions.covers(&action, request, doubts),
            Err(reason) => doubt(reason, doubts),
        }
    }

    fn covers_resource(&self, request: &Request<'_>, doubts: &mut Doubts) -> Truth {
        let truth = match &self.resources {
            Ok(resources) => resources.covers(request.resource, request, doubts),
            Err(reason) => return doubt(reason, doubts),
        };
        if truth == Truth::Unknown && doubts.is_empty() {
            doubts.insert(Doubt::Resource);
        }
        truth
    }
}

fn doubt(reason: &str, doubts: &mut Doubts) -> Truth {
    doubts.insert(Doubt::Unreadable(reason.to_owned()));
    Truth::Unknown
}

impl Scope {
    fn covers(&self, text: &Text, request: &Request<'_>, doubts: &mut Doubts) -> Truth {
        let matches: Vec<Truth> = self.patterns.iter().map(|it| covers(it, text, request, doubts)).collect();
        Truth::any(matches).negated_if(self.excluded)
    }
}

fn covers(template: &Template, text: &Text, request: &Request<'_>, doubts: &mut Doubts) -> Truth {
    let matches = |template: &Template, doubts: &mut Doubts| {
        let pattern = template.pattern(request.context, request.own, doubts);
        pattern.map_or(Truth::False, |pattern| pattern.matches(text))
    };
    let truth = matches(template, doubts);
    // Examples of AWS's end behind the API's ID, as if this were all of the API.
    let open = truth == Truth::False && request.own.is_some() && template.ends_behind_api();
    if open && matches(&template.clone().and_anything(), doubts) != Truth::False {
        doubts.insert(Doubt::Undocumented("whether a resource that ends after the API's ID covers the whole API"));
        return Truth::Unknown;
    }
    truth
}
