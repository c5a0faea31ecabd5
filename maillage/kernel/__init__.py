"""What every module needs: people, places, organisations, proofs, messages, facts."""
