//! The process: arguments, telemetry, and the sub-commands.

mod arguments;
mod command;
mod documents;
mod duration;
mod manifest;
mod plan;
mod run;
mod telemetry;

pub use arguments::Arguments;
pub use command::execute;
