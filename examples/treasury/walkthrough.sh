#!/usr/bin/env bash
# A treasury from its key to its audit: see README.md beside this file.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../parties.sh"
cd "$work"

say "Three custodians, one who may follow, and the people of the treasury"
company ann ben cas dan ida tess cleo screening

say "A key that exists nowhere: any two of three sign"
together 0 "ann ben cas" key generate treasury --scheme ecdsa-secp256k1 --threshold 2 --holders ann,ben,cas
at ann key show treasury | tee before.txt
key_id=$(at ann key show treasury --json | field key_id)
address=$(awk '$1 == "p2wpkh" { print $2 }' before.txt)
at ann key show treasury | sed -n '/BEGIN/,/END/p' > treasury.pem

say "A policy, read and examined before it is in force"
{
  printf 'format = 1\nkey = "treasury"\nversion = 1\n'
  cat "$here/rules.toml"
  person ida clerk
  person tess treasury
  person cleo compliance
  printf '\n[issuers.screening]\n'
  sed -n 's/^public_key/identity/p' screening.card
  printf 'claims = ["screened"]\n'
} > policy.toml
"$quorate" policy lint policy.toml
for holder in ann ben cas; do at "$holder" policy adopt treasury policy.toml > "$holder.out"; done

# pay FILE AMOUNT MEMO: somebody asks, the destination is screened, two departments approve what they see.
pay() {
  at ida request new transfer --key treasury --key-id "$key_id" --source "$address" \
    --destination bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq --asset BTC --amount "$2" --memo "$3" --out "$1"
  at screening request attest "$1" --claim screened --out "$1" > screening.out
  at tess request approve "$1" --policy policy.toml --out "$1" > tess.out
  at cleo request approve "$1" --policy policy.toml --out "$1" > cleo.out
}

say "A payment: asked for, screened, approved by two departments, signed by two custodians"
pay rent.toml 0.75 "office rent, December"
together 0 "ann ben" request sign rent.toml --signers ann,ben
cat ann.out

say "OpenSSL verifies it, and sees an ordinary signature over the words that were approved"
awk '$1 == "der" { print $2 }' ann.out | bytes > rent.der
at ann request show rent.toml --json | field text > rent.txt
openssl dgst -sha256 -verify treasury.pem -signature rent.der rent.txt

say "A payment over the limit: everybody has approved it, and every custodian refuses"
pay yacht.toml 25 "a yacht"
together 4 "ann ben" request sign yacht.toml --signers ann,ben
tail -n 2 ann.err

say "Cas loses its disk; two others give it its share back, and learn nothing of it"
rm -r cas/keys/treasury
together 0 "ann ben cas" key recover treasury cas --helpers ann,ben
at cas key show treasury | head -n 4

say "The shares are made anew: whoever has stolen an old one has nothing"
together 0 "ann ben cas" key refresh treasury

say "Cas leaves and dan comes; the address stays"
together 0 "ann ben dan" key reshare treasury --threshold 2 --holders ann,ben,dan --dealers ann,ben
at dan policy adopt treasury policy.toml > dan.out
at dan key show treasury > after.txt
grep -q "$address" after.txt
echo "address $address, as before"

say "The new custodian signs"
pay flowers.toml 0.01 "flowers for cas"
together 0 "ben dan" request sign flowers.toml --signers ben,dan

say "Everybody's log, compared with those of the partners"
for holder in ann ben dan; do at "$holder" audit export "$holder.audit" > "$holder.out"; done
at ann audit verify --partner ben.audit --partner dan.audit
at ann audit show --kind decision
for receipt in ann/receipts/*.json; do at ann receipt verify "$receipt" | head -n 1; done
