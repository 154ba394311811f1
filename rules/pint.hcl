# Settings of https://cloudflare.github.io/pint/ for the rules of this folder. A test runs pint with them, and fails on
# everything above information. What is switched off says why.

# Every alert has its texts and links.
rule {
  match {
    kind = "alerting"
  }
  annotation "summary" {
    severity = "bug"
    required = true
  }
  annotation "description" {
    severity = "bug"
    required = true
  }
  annotation "command" {
    severity = "bug"
    required = true
  }
  annotation "runbook_url" {
    severity = "bug"
    required = true
    value    = ".+/runbooks/{{ $alert }}"
  }
  annotation "dashboard_url" {
    severity = "bug"
    required = true
  }
  label "severity" {
    severity = "bug"
    required = true
    value    = "critical|warning|info"
  }
}

# These look for series that a sound delivery never has: that there is one is the alarm.
rule {
  match {
    name = "MeshRebalance(LabelsRenamed|SeriesOverflow)"
  }
  disable = ["alerts/comparison"]
}

# The data that pint is shown comes from controllers in order: it has no Collector in it, and nothing that overflows.
rule {
  match {
    name = "MeshRebalance(Collector.+|LabelsRenamed|SeriesOverflow)"
  }
  disable = ["promql/series"]
}

# Texts of alerts look series up by a query that `printf` completes, which pint reads before it is complete. Tests hold the
# queries to the contract, and promtool writes the texts.
rule {
  match {
    kind = "alerting"
  }
  disable = ["alerts/template"]
}

# Plans that have ended are shown for a while only, and asked for over hours.
rule {
  match {
    name = "MeshRebalance(PlanFailed|RepeatedFailures)"
  }
  disable = ["promql/series"]
}

# This takes what is looked up in a window for a sum, which is too small after a restart of Prometheus. Here it is a last value.
rule {
  match {
    name = "MeshRebalancePlanFailed"
  }
  disable = ["promql/fragile"]
}
