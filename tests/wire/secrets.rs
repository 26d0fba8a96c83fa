//! Credentials stay out of what is printed of our types.

use aws_sdk_ec2::config::{Credentials, SharedCredentialsProvider};
use frontdoor::aws::{Aws, Class};

use crate::common::config;
use crate::lab::{ACCOUNT, Lab};

#[tokio::test]
async fn neither_debug_output_nor_errors_hold_credentials() {
    let (secret, token) = ("secret-access-key-9f8e7d6c5b4a", "session-token-1a2b3c4d5e6f");
    let lab = Lab::new();
    let credentials = Credentials::new("ASIAEXAMPLE", secret, Some(token.to_owned()), None, "test");
    let provider = SharedCredentialsProvider::new(credentials);
    let config = config(&lab.simulator, ACCOUNT).to_builder().credentials_provider(provider).build();
    let aws = Aws::new(&config, None);
    let error = aws.execute(&lab.endpoint_change("sg-0a1b2c3d4e5f60001")).await.expect_err("nobody issued that token");
    assert_eq!(error.class, Class::Denied, "{error}");
    for text in [format!("{aws:#?}"), format!("{error:#?}"), error.to_string()] {
        assert!(!text.contains(secret) && !text.contains(token), "{text}");
    }
}
