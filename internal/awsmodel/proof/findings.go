package proof

import (
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

// Finding is one cause, with all checks that fail, or that cannot be decided, because of it.
type Finding struct {
	Cause string `json:"cause"`
	// Proofs are the results that the cause decides. The first one is what a deployment would show.
	Proofs []Proof `json:"proofs"`
}

// Breaks returns the ids of the checks that the cause decides.
func (f Finding) Breaks() []string {
	var ids []string
	for _, p := range f.Proofs {
		ids = append(ids, p.ID)
	}
	return ids
}

// Findings groups the proofs with a verdict by service and cause.
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

// hopFixes lists how to fix a hop that contains a text. For other hops, the fix of the check applies.
var hopFixes = []struct{ match, fix string }{
	{"no egress rule", "add the egress rule to that security group (SecurityGroups creates one for each flow)"},
	{"no ingress rule", "add the ingress rule to that security group (SecurityGroups creates one for each flow)"},
	{
		"for which it needs a public address",
		"set network.placement to public (assignPublicIp), or use subnets with a NAT gateway",
	},
	{
		"has no route to 0.0.0.0/0",
		"set network.natGateways, give the tasks public subnets and addresses, or set network.endpoints",
	},
	{"whose policy does not admit", "allow the service in the key's policy: docs/data.md shows the statement"},
	{"the app does not speak TLS", "set the protocol of the target group and of its health check to HTTP"},
	{"websockets need HTTP/1.1", "set the target group's protocolVersion to HTTP1"},
	{"the health check's port alone", "set the health check's port to traffic-port"},
	{"Live Beats answers 200", "let the health check's matcher accept 200"},
	{"forwards what browsers send", "forward by the listener's default action, or widen the rule's conditions"},
	{"the app listens on", "remove PORT from the environment, or set service.port and PORT to the same port"},
	{"overrules the role", "remove it from the container's environment: the task role has what the tasks need"},
	{"as plain text", "move it from environment to secrets: ECS puts the value in"},
	{"it listens on", "use that port in DATABASE_URL or DB_PORT"},
	{"enableDnsSupport", "turn on DNS support of the VPC"},
	{"no statement allows it", "allow the action on that resource in the role's policy (IamRoles does)"},
	{"denied by statement", "remove the Deny statement, or narrow it"},
}

// fix returns what to change for a violation.
func fix(answer awsmodel.Answer, c check) string {
	for _, f := range hopFixes {
		if strings.Contains(answer.Why(), f.match) {
			return f.fix
		}
	}
	return c.fix
}
