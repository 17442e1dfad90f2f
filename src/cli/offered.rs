//! Values that a shell completes though any other is accepted.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Command, Error};

/// Accepts any word, and offers these.
#[derive(Clone)]
pub(super) struct Offered<F>(pub(super) F);

impl<F: Fn() -> Vec<PossibleValue> + Clone + Send + Sync + 'static> TypedValueParser for Offered<F> {
    type Value = String;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<String, Error> {
        StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.0)().into_iter()))
    }
}
