#!/usr/bin/env bash
# The whole loop on a copy of this example: declare, plan, apply, promote. `make demo` runs it in build/demo, and
# `make demo-databricks` with `provider: databricks`, against a workspace that answers to the Databricks REST API here.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=${1:-$root/build/demo}
provider=${2:-local}
workspace=prod
bold=$'\033[1m' dim=$'\033[2m' plain=$'\033[0m'
if [[ -n ${NO_COLOR:-} || ! -t 1 ]]; then bold='' dim='' plain=''; fi

step() { printf '\n%s━━ %s%s\n' "$bold" "$1" "$plain"; }
say() { printf '\n'; printf '%s\n' "$*" | fold -s -w 100; }
run() {
  printf '\n%s$ %s%s\n' "$dim" "$*" "$plain"
  "$@"
}

champion() { # from one version to another, as a pull request would
  cp environments/prod.yaml before.yaml
  sed "/fraud_score:/,/chargeback_risk:/ s/champion: $1/champion: $2/" before.yaml >environments/prod.yaml
  printf '\n%s$ git diff environments/prod.yaml%s\n' "$dim" "$plain"
  diff -U 2 --label a/environments/prod.yaml --label b/environments/prod.yaml before.yaml environments/prod.yaml || true
  rm before.yaml
}

rm -rf "$work"
mkdir -p "$work"
cp -R "$here"/{mlplan.yaml,policy.yaml,environments,resources,models,train} "$work"
cd "$work"

if [[ $provider == databricks ]]; then
  step "0. A workspace"
  say "mlplan local serve answers to the Databricks REST API on this machine. The environments are" \
    "pointed at it; training alone goes in by its back door, the environment \`platform\`."
  sed -i.bak -e 's/provider: local$/provider: databricks/' \
    -e 's/^environments:$/&\n  platform: {provider: {local: {path: platform.db}}}/' mlplan.yaml
  rm mlplan.yaml.bak
  workspace=platform
  printf '\n%s$ mlplan local serve --file platform.db --workspace-id 1003 &%s\n' "$dim" "$plain"
  mlplan local serve --file platform.db --workspace-id 1003 --seconds 1 >served.txt &
  server=$!
  trap 'kill "$server"; wait' EXIT
  for _ in $(seq 100); do
    if grep -q DATABRICKS_TOKEN served.txt; then break; fi
    sleep 0.1
  done
  eval "$(grep '^  export' served.txt)"
  run mlplan whoami -e prod
fi

step "1. Declare"
say "A catalog, two models with their aliases, an endpoint behind @champion, experiments, and who may" \
  "do what: plain YAML, the same for three environments."
run mlplan validate -e prod

step "2. A model before its versions"
say "Versions come from training, not from YAML, and an alias needs one to point at. So the first" \
  "apply of a new environment makes the models (and what they live in), and nothing else."
run mlplan apply -e prod --auto-approve --target 'registered_model.*'

say "The training jobs register what they logged with MLflow: signature, requirements, metrics, commit."
run python train/register.py prod "$workspace"

step "3. Plan, and apply what was planned"
say "The rest of production, as a reviewer sees it."
run mlplan plan -e prod --out prod.plan.json
say "The saved plan is what is applied; had anything changed meanwhile, it would be refused."
run mlplan apply prod.plan.json --auto-approve

step "4. Nothing left to do"
run mlplan plan -e prod --detailed-exitcode

step "5. Promote: one line"
say "Version 2 takes the device's risk into account, and its AUC is better than any before. One line makes it champion."
champion 1 2
say "The plan shows what speaks for it, and what against it: the policy wants no country to pay for a new champion." \
  "Fraud in Brazil is caught less than half as often, so this is denied, with exit code 6."
denied=0
run mlplan plan -e prod || denied=$?
[[ $denied == 6 ]]

step "6. The fix"
say "A join had dropped every Brazilian payment from the training data (\`rows\` told it). Version 3 was trained on all of" \
  "them, and nobody pays for it. \`promote\` changes the line and shows its plan."
run mlplan promote fraud_score champion 3 -e prod
say "The endpoint follows the alias, and moves first: the alias points at version 3 once that version serves."
run mlplan apply -e prod --auto-approve

step "7. Nothing left to do, again"
run mlplan plan -e prod --detailed-exitcode

step "8. Back"
say "The ledger knows who moved what, and so the way back. A figure that gets worse is told, and stops nobody from going back" \
  "to what served before."
run mlplan history fraud_score champion -e prod
run mlplan rollback fraud_score champion -e prod
run mlplan apply -e prod --auto-approve

step "Done"
say "Look around in ${work#"$root/"}, with .venv/bin on your PATH: mlplan show -e prod, mlplan graph, mlplan local show -e $workspace," \
  "mlplan explain model_alias."
