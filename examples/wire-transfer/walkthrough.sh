#!/usr/bin/env bash
# A bank's customer signs wire transfers with three directors' shares: see README.md beside this file.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../parties.sh"
cd "$work"

say "Three directors, each with a share of the company's key for the bank, and a clerk"
company dora egon fred clara
together 0 "dora egon fred" key generate bank --scheme ecdsa-p256 --threshold 2 --holders dora,egon,fred
key_id=$(at dora key show bank --json | field key_id)
at dora key show bank | sed -n '/BEGIN/,/END/p' > bank.pem

say "The policy"
{
  printf 'format = 1\nkey = "bank"\nversion = 1\n'
  cat "$here/rules.toml"
  person clara clerk
  person dora director
  person egon director
  person fred director
} > policy.toml
for holder in dora egon fred; do at "$holder" policy adopt bank policy.toml > "$holder.out"; done

say "Clara asks for a transfer; a wrong IBAN is noticed at once"
transfer=(request new wire-transfer --key bank --key-id "$key_id" --debtor "Acme AG" --creditor "Müller & Söhne")
code=0
at clara "${transfer[@]}" --iban "DE89 3704 0044 0532 0130 01" --amount 48200.00 --currency EUR || code=$?
[ "$code" = 2 ]
at clara "${transfer[@]}" --iban "DE89 3704 0044 0532 0130 00" --amount 48200.00 --currency EUR \
  --memo "invoice 2026-117" --out invoice.toml

say "More than 10,000 EUR: one director is not enough"
at dora request approve invoice.toml --out invoice.toml > dora.out
together 4 "dora egon" request sign invoice.toml --signers dora,egon
tail -n 2 dora.err
at egon request approve invoice.toml --out invoice.toml > egon.out

say "Somebody raises the amount after it was approved: that is a request that nobody has made or approved"
sed 's/amount: 48200/amount: 98200/' invoice.toml > raised.toml
at egon request show raised.toml | grep "clara has not signed the request"
together 4 "dora egon" request sign raised.toml --signers dora,egon
tail -n 2 dora.err

say "What was approved is signed, by the directors' own computers"
together 0 "dora egon" request sign invoice.toml --signers dora,egon
cat dora.out

say "The bank verifies it with OpenSSL"
awk '$1 == "der" { print $2 }' dora.out | bytes > invoice.der
at dora request show invoice.toml --json | field text > invoice.txt
cat invoice.txt
openssl dgst -sha256 -verify bank.pem -signature invoice.der invoice.txt

say "The same transfer is not signed twice"
together 4 "dora egon" request sign invoice.toml --signers dora,egon
tail -n 2 dora.err

say "Who has decided what, and why"
at dora audit show --kind decision
at dora audit verify
