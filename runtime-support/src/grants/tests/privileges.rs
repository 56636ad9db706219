//! What who starts a program may say about it.

use super::{Host, RUNTIME_DIRS, grant, message};

#[test]
fn who_starts_a_privileged_program_grants_it_nothing() {
    let mut host = Host::new().args(&["--dir", "/tmp", "--"]).env("HOME=/tmp").env("TMPDIR=/tmp");
    assert!(host.start(&[grant("{HOME}")]).is_ok() && host.start(&[RUNTIME_DIRS]).is_ok());
    host.is_secure = true;
    assert!(host.start(&[grant("/tmp")]).is_ok());
    for items in [&[grant("{HOME}")][..], &[grant("{TMPDIR}/x")], &[RUNTIME_DIRS]] {
        assert!(message(host.start(items)).contains("more rights than the caller"));
    }
}

#[test]
fn variables_of_arguments_have_names() {
    for value in ["=x", ""] {
        let host = Host::new().args(&["--env", value, "--"]);
        assert!(message(host.start(&[RUNTIME_DIRS])).contains("the variable has no name"));
    }
}
