//! What the tests in `tests/` share: they drive the one release binary `wasmc`.

pub mod bless;
pub mod case;
pub mod expect;
pub mod go_std;
pub mod guests;
pub mod occupy;
pub mod process;
pub mod run_case;
pub mod sandbox;
pub mod target;
pub mod tools;
