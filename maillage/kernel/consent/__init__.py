"""Why we may use what we know of someone: purpose, legal basis, proof, withdrawal."""
