//! Deployment packages of functions: what configurations tell of them is their size and digest.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::invalid;
use crate::context::Context;
use crate::error::Answer;
use crate::services::s3::object;

/// Where a function's code comes from (API Reference, `FunctionCode`).
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Code {
    pub(super) zip_file: Option<String>,
    #[serde(rename = "S3Bucket")]
    pub(super) bucket: Option<String>,
    #[serde(rename = "S3Key")]
    pub(super) key: Option<String>,
    #[serde(rename = "S3ObjectVersion")]
    pub(super) _version: Option<String>,
    pub(super) image_uri: Option<String>,
}

/// What configurations tell of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Package {
    size: usize,
    /// SHA-256 of the package, in base64; of an image, in hexadecimal (API Reference, `FunctionConfiguration`).
    digest: String,
}

impl Package {
    fn of(content: &[u8]) -> Self {
        Self { size: content.len(), digest: STANDARD.encode(Sha256::digest(content)) }
    }

    /// The package of the function that every region starts with.
    pub(super) fn of_defaults(handler: &str) -> Self {
        Self::of(format!("exports.{handler} = async () => ({{ statusCode: 200 }});\n").as_bytes())
    }

    /// Puts its members into a configuration.
    pub(super) fn describe(&self, configuration: &mut Value) {
        configuration["CodeSize"] = json!(self.size);
        configuration["CodeSha256"] = json!(self.digest);
    }
}

impl Code {
    /// The package, which a request has in it, in a bucket of the caller's, or as an image.
    pub(super) fn package(&self, ctx: &Context<'_>) -> Answer<Package> {
        if let Some(zip) = &self.zip_file {
            let content = STANDARD.decode(zip).map_err(|_| {
                invalid("Could not unzip uploaded file. Please check your file, then try to upload again.")
            })?;
            return Ok(Package::of(&content));
        }
        if let (Some(bucket), Some(key)) = (&self.bucket, &self.key) {
            let content = object::content(ctx, bucket, key).ok_or_else(|| {
                let (code, message) = if ctx.here.s3.buckets.contains_key(bucket) {
                    ("NoSuchKey", "The specified key does not exist.")
                } else {
                    ("NoSuchBucket", "The specified bucket does not exist")
                };
                invalid(format!("Error occurred while GetObject. S3 Error Code: {code}. S3 Error Message: {message}"))
            })?;
            return Ok(Package::of(&content));
        }
        match &self.image_uri {
            // The registry is not here, so the digest follows from the image's name.
            Some(image) => {
                let digits: Vec<String> = Sha256::digest(image).iter().map(|byte| format!("{byte:02x}")).collect();
                Ok(Package { size: 0, digest: digits.concat() })
            }
            None => Err(invalid("Please provide a source for function code.")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_that_of_the_package() {
        let mut configuration = json!({});
        Package::of(b"abc").describe(&mut configuration);
        let expected = json!({ "CodeSize": 3, "CodeSha256": "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=" });
        assert_eq!(configuration, expected);
    }
}
