//! TLS of listeners and endpoints: which certificates they show, and which of them to whom (User Guide for Application Load Balancers,
//! "SSL certificates": the one whose name fits the client's, else the default one).

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use http::{HeaderName, HeaderValue};
use parking_lot::Mutex;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use super::arrival::Front;
use super::authority::Authority;
use super::client_certificate::Demand;
use crate::iam::like;
use crate::services::acm::certificate::{Certificate, Imported};
use crate::services::acm::pem;
use crate::services::ec2::vpc_endpoint::dns;
use crate::services::elbv2::account;
use crate::simulator::Simulator;
use crate::world::{Region, World};

/// Keys made or read so far.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    authority: OnceLock<Option<Authority>>,
    known: Mutex<HashMap<String, Option<Arc<CertifiedKey>>>>,
}

impl Keys {
    fn authority(&self) -> Option<&Authority> {
        self.authority.get_or_init(|| Authority::new().ok()).as_ref()
    }

    fn of(&self, identity: &Identity) -> Option<Arc<CertifiedKey>> {
        let mut known = self.known.lock();
        let key = known.entry(identity.id.clone()).or_insert_with(|| {
            let key = match &identity.imported {
                Some(imported) => read(imported),
                None => self.authority()?.issue(&identity.names, identity.serial),
            };
            key.map(Arc::new)
        });
        key.clone()
    }
}

impl Keys {
    /// A certificate that Certificate Manager issued, as listeners show it, and its authority's, in PEM.
    pub(crate) fn issued(&self, certificate: &Certificate) -> Option<(String, String)> {
        let key = self.of(&Identity::of(certificate))?;
        Some((pem::certificate_text(key.cert.first()?), self.authority()?.pem.clone()))
    }
}

/// An imported certificate with its key, if they belong together.
fn read(imported: &Imported) -> Option<CertifiedKey> {
    let chain = CertificateDer::pem_slice_iter(imported.chain.as_bytes()).collect::<Result<Vec<_>, _>>().ok()?;
    let private = PrivateKeyDer::from_pem_slice(imported.private_key.as_bytes()).ok()?;
    let key = CertifiedKey::new(chain, aws_lc_rs::sign::any_supported_type(&private).ok()?);
    key.keys_match().is_ok().then_some(key)
}

/// What a listener or endpoint shows itself with.
struct Identity {
    id: String,
    names: Vec<String>,
    imported: Option<Imported>,
    serial: Option<[u8; 16]>,
}

impl Identity {
    fn of(certificate: &Certificate) -> Self {
        Self {
            // A certificate that is imported again keeps its ARN.
            id: format!("{}@{}", certificate.arn, certificate.created.as_millis()),
            names: certificate.names.clone(),
            imported: certificate.imported.clone(),
            serial: Some(certificate.serial_number()),
        }
    }
}

/// How a listener or endpoint speaks TLS.
struct Manner {
    /// The default one first.
    identities: Vec<Identity>,
    versions: &'static [&'static str],
    demand: Option<Demand>,
}

impl Manner {
    /// `None` if it speaks no TLS.
    fn of(world: &World, front: &Front) -> Option<Self> {
        let region = world.regions.get(&(front.account.clone(), front.region.clone()))?;
        let Some(listener) = region.elbv2.listeners.get(&front.id) else {
            let identities = vec![of_endpoint(region, &front.id)?];
            return Some(Self { identities, versions: &["TLSv1.2", "TLSv1.3"], demand: None });
        };
        let certificates = listener.certificates.iter().filter_map(|arn| region.acm.certificates.get(arn));
        Some(Self {
            identities: certificates.map(Identity::of).collect(),
            versions: account::tls_versions(listener.ssl_policy.as_deref()?),
            demand: Demand::of(&region.elbv2, listener),
        })
    }
}

fn of_endpoint(region: &Region, id: &str) -> Option<Identity> {
    let endpoint = region.ec2.endpoints.get(id)?;
    let private = endpoint.service_private_name.as_deref().map(dns::private_names).unwrap_or_default();
    let names = dns::own_names(region, endpoint).into_iter().chain(private).collect();
    Some(Identity { id: id.to_owned(), names, imported: None, serial: None })
}

/// Chooses by the name that the client asks for.
#[derive(Debug)]
struct Chooser(Vec<(Vec<String>, Arc<CertifiedKey>)>);

impl ResolvesServerCert for Chooser {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let asked = hello.server_name().map(str::to_ascii_lowercase).unwrap_or_default();
        let fits = |names: &[String]| names.iter().any(|name| covers(&name.to_ascii_lowercase(), &asked));
        let fitting = self.0.iter().find(|(names, _)| fits(names));
        fitting.or(self.0.first()).map(|(_, key)| key.clone())
    }
}

/// A wildcard stands for one label (RFC 6125, 6.4.3).
fn covers(name: &str, asked: &str) -> bool {
    name == asked
        || (name.starts_with("*.") && like(name, asked) && name.matches('.').count() == asked.matches('.').count())
}

impl Simulator {
    /// What a listener or endpoint answers TLS clients with now; `None` if it does not speak TLS.
    pub(super) fn tls(&self, front: &Front) -> Option<Arc<ServerConfig>> {
        let manner = self.with_world(|world, _| Manner::of(world, front))?;
        let keys = self.keys();
        let shown = manner.identities.iter().filter_map(|identity| Some((identity.names.clone(), keys.of(identity)?)));
        let chooser = Chooser(shown.collect());
        let versions: Vec<_> = [("TLSv1.2", &rustls::version::TLS12), ("TLSv1.3", &rustls::version::TLS13)]
            .into_iter()
            .filter(|(name, _)| manner.versions.contains(name))
            .map(|(_, version)| version)
            .collect();
        let builder = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
        let builder = builder.with_protocol_versions(&versions).ok()?;
        let builder = match &manner.demand {
            Some(demand) => builder.with_client_cert_verifier(demand.verifier()?),
            None => builder.with_no_client_auth(),
        };
        let mut config = builder.with_cert_resolver(Arc::new(chooser));
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Some(Arc::new(config))
    }

    /// The header fields that tell a listener's targets of a client's certificates.
    pub(super) fn client_fields(&self, front: &Front, chain: &[CertificateDer<'_>]) -> Vec<(HeaderName, HeaderValue)> {
        let fields = self.with_region(&front.account, &front.region, |region, _| {
            let listener = region.elbv2.listeners.get(&front.id)?;
            Some(Demand::of(&region.elbv2, listener)?.fields(listener, chain))
        });
        fields.unwrap_or_default()
    }

    /// The certificate of the simulator's own authority, in PEM; `None` if none could be made.
    pub(crate) fn authority_pem(&self) -> Option<&str> {
        self.keys().authority().map(|authority| authority.pem.as_str())
    }
}
