package proofs

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/proof"
	"github.com/live-beats/live-beats-aws/internal/plan"
	"github.com/live-beats/live-beats-aws/internal/verify"
	"github.com/live-beats/live-beats-aws/tests/suite"
)

// TestTwoServices reads the plans of two stacks together, as one stack with two services. What breaks one service is
// found for that service only, with the same cause as without the other one.
func TestTwoServices(t *testing.T) {
	t.Parallel()
	p := suite.New(t)
	both := func() []plan.Resource {
		var all []plan.Resource
		for _, stack := range []string{"staging", "production"} {
			file, err := os.Open(filepath.Join(p.Dir, stack+".json"))
			require.NoError(t, err)
			resources, err := plan.Export(file)
			require.NoError(t, err)
			require.NoError(t, file.Close())
			all = append(all, resources...)
		}
		return all
	}
	for _, stack := range []string{"staging", "production"} {
		p.Run("preview", "--stack", stack, "--save-plan", filepath.Join(p.Dir, stack+".json")).Exits(0)
	}
	report := judge(t, both())
	require.Empty(t, causes(report.Refuted()))
	undecided := causes(report.Undecided())
	require.Len(t, undecided, 1, "the database of staging")
	for _, m := range mutations {
		if m.stack == "endpoints" {
			continue
		}
		m.resource = strings.TrimPrefix(m.resource, m.stack+"-")
		if m.resource != "of the default VPC" {
			m.resource = m.stack + "-" + m.resource
		}
		t.Run(m.name(), func(t *testing.T) {
			t.Parallel()
			findings := slices.DeleteFunc(m.findings(judge(t, m.plan(t, both()))), func(f proof.Finding) bool {
				return slices.Contains(undecided, causes([]proof.Finding{f})[0])
			})
			require.Len(t, findings, 1, "%+v", causes(findings))
			require.Contains(t, findings[0].Cause, m.cause)
			if m.typ != graph.ScalingTarget { // It names neither of them.
				require.Equal(t, "live-beats-"+m.stack, findings[0].Proofs[0].Service)
			}
		})
	}
	for shared, change := range map[string]struct {
		property string
		to       any
	}{
		"security group": {property: "networkConfiguration.securityGroups", to: []any{
			"security group live-beats-production-service", "security group live-beats-staging-service",
		}},
		"target group": {property: "loadBalancers", to: []any{
			entry("target group live-beats-production-tg"), entry("target group live-beats-staging-tg"),
		}},
	} {
		t.Run("shared "+shared, func(t *testing.T) {
			t.Parallel()
			m := mutation{typ: graph.Service, resource: "production-service", set: change.property, to: change.to}
			findings := judge(t, m.plan(t, both())).Refuted()
			i := slices.IndexFunc(findings, func(f proof.Finding) bool { return f.Breaks()[0] == "sharing" })
			require.GreaterOrEqual(t, i, 0, "%+v", causes(findings))
			require.Contains(t, findings[i].Cause, shared+" live-beats-staging")
		})
	}
}

func entry(targetGroup string) map[string]any {
	return map[string]any{"targetGroupArn": targetGroup, "containerName": "live-beats", "containerPort": 4000.0}
}

func judge(t *testing.T, resources []plan.Resource) *verify.Report {
	t.Helper()
	report, err := verify.Resources(resources)
	require.NoError(t, err)
	return report
}
