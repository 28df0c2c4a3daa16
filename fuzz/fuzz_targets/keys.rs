//! Public keys as other servers publish them: what is taken can be written down and read again, and verifies nothing at random.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vakplein::keys::{PublicKey, RsaHash};

fuzz_target!(|text: &str| {
    for key in [PublicKey::from_pem(text), PublicKey::from_multikey(text)].into_iter().flatten() {
        assert_eq!(PublicKey::from_pem(&key.to_pem()).ok().as_ref(), Some(&key));
        assert_eq!(PublicKey::from_multikey(&key.multikey()).ok().as_ref(), Some(&key));
        let signature = [0; 256];
        assert!(!key.verifies_rsa(RsaHash::Sha256, b"x", &signature));
        assert!(!key.verifies_rsa(RsaHash::Sha512, b"x", &signature));
    }
});
