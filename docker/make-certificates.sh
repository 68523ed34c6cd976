#!/usr/bin/env bash
# Makes the certificates of the event store once, at the first start. Each goes to a volume of its own, so
# that nobody sees more than it needs: the authority's key is for this step alone, the node's key for the
# event store alone, the authority's certificate for whoever connects.
# To renew the node's (valid for a year): empty the volume node-certificate, run this step, restart the store.
set -euo pipefail

authority=/authority trusted=/trusted node=/node-certificate
EVENTSTORE_USER=1000:1000 # of the eventstore image

if [ ! -s "$authority/ca.key" ]; then
  es-gencert-cli create-ca -out "$authority"
fi
if [ ! -s "$node/node.key" ]; then
  es-gencert-cli create-node -ca-certificate "$authority/ca.crt" -ca-key "$authority/ca.key" \
    -out "$node" -ip-addresses 127.0.0.1 -dns-names localhost,eventstore
fi
install -m 444 "$authority/ca.crt" "$trusted/ca.crt"
chmod 700 "$authority"
chown -R "$EVENTSTORE_USER" "$node"
chmod 500 "$node"
chmod 400 "$node"/*
