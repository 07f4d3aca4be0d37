package proof

import (
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

// Finding is one thing that is wrong, and all that it breaks.
type Finding struct {
	Cause string `json:"cause"`
	// Proofs are the answers that it decides; the first is the one that a deployment would show.
	Proofs []Proof `json:"proofs"`
}

// Breaks lists the ids of the questions that it decides.
func (f Finding) Breaks() []string {
	var ids []string
	for _, p := range f.Proofs {
		ids = append(ids, p.ID)
	}
	return ids
}

// Findings groups the proofs with a verdict by their cause.
func Findings(proofs []Proof, verdict awsmodel.Verdict) []Finding {
	var findings []Finding
	for _, p := range proofs {
		if p.Verdict != verdict {
			continue
		}
		i := slices.IndexFunc(findings, func(f Finding) bool {
			return f.Cause == p.Cause() && f.Proofs[0].Service == p.Service
		})
		if i < 0 {
			findings = append(findings, Finding{p.Cause(), []Proof{p}})
		} else {
			findings[i].Proofs = append(findings[i].Proofs, p)
		}
	}
	return findings
}

// hopFixes say what mends a hop, by what it begins or ends with; what a question says is for the rest.
var hopFixes = []struct{ match, fix string }{
	{"no egress rule", "add the egress rule to that security group (SecurityGroups makes one for each flow)"},
	{"no ingress rule", "add the ingress rule to that security group (SecurityGroups makes one for each flow)"},
	{
		"for which it needs a public address",
		"set network.placement to public (assignPublicIp), or take subnets with a NAT gateway",
	},
	{
		"has no route to 0.0.0.0/0",
		"set network.natGateways, give the tasks public subnets and addresses, or set network.endpoints",
	},
	{"enableDnsSupport", "turn DNS support of the VPC on"},
	{"no statement allows it", "allow the action on that resource in the role's policy (IamRoles does)"},
	{"denied by statement", "take the Deny statement away, or narrow it"},
}

// fix says what to change for a refutation.
func fix(answer awsmodel.Answer, q question) string {
	for _, f := range hopFixes {
		if strings.Contains(answer.Why(), f.match) {
			return f.fix
		}
	}
	return q.fix
}
