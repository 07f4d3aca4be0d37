package provider_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

type diffCase struct {
	step   string
	change provider.Props
	want   []provider.Change
}

func TestDiff(t *testing.T) {
	t.Parallel()
	unknown := provider.Unknown{}
	updated := func(path string, replaces bool) []provider.Change {
		return []provider.Change{{Path: path, Kind: provider.Updated, Replaces: replaces}}
	}
	tests := map[string]diffCase{
		"nothing":         {"service", nil, nil},
		"in place":        {"service", provider.Props{"desiredCount": 3.0}, updated("desiredCount", false)},
		"replaced":        {"targets", provider.Props{"port": 80.0}, updated("port", true)},
		"order of a set":  {"balancer", provider.Props{"subnets": []any{"$subnet-b", "$subnet-a"}}, nil},
		"item of a set":   {"balancer", provider.Props{"subnets": []any{"$subnet-a", "$subnet-c"}}, updated("subnets[1]", false)},
		"JSON by meaning": {"policy", provider.Props{"policy": sandboxtest.Policy + "\n"}, nil},
		"JSON":            {"policy", provider.Props{"policy": "{}"}, updated("policy", false)},
		"list of one in a policy": {"policy", provider.Props{
			"policy": strings.Replace(sandboxtest.Policy, `"ecs:ListTasks"`, `["ecs:ListTasks"]`, 1),
		}, nil},
		"defaults of containers": {"task", provider.Props{"containerDefinitions": strings.Replace(sandboxtest.Containers,
			`"name": "app"`, `"essential": true, "cpu": 0, "mountPoints": [], "name": "app"`, 1)}, nil},
		"not JSON":       {"policy", provider.Props{"policy": "{"}, updated("policy", false)},
		"computed unset": {"targets", provider.Props{"healthCheck": nil}, nil},
		"nested": {
			"targets", provider.Props{"healthCheck": provider.Props{"path": "/"}}, updated("healthCheck.path", false),
		},
		"nested in a list": {
			"service", provider.Props{"loadBalancers": []any{provider.Props{
				"targetGroupArn": "$targets", "containerName": "app", "containerPort": 80.0,
			}}}, updated("loadBalancers[0].containerPort", false),
		},
		"unknown": {"service", provider.Props{"taskDefinition": unknown}, updated("taskDefinition", false)},
		"unknown object": {
			"targets", provider.Props{"healthCheck": unknown}, updated("healthCheck", false),
		},
		"unknown that replaces": {"http", provider.Props{"loadBalancerArn": unknown}, updated("loadBalancerArn", true)},
		"empty for unset":       {"role", provider.Props{"description": "", "tags": provider.Props{}}, nil},
		"added": {"logs", provider.Props{"tags": provider.Props{"team": "x"}}, []provider.Change{
			{Path: "tags", Kind: provider.Added},
		}},
		"removed": {"service", provider.Props{"desiredCount": nil}, []provider.Change{
			{Path: "desiredCount", Kind: provider.Removed},
		}},
		"item removed": {"service", provider.Props{"loadBalancers": []any{}}, []provider.Change{
			{Path: "loadBalancers[0]", Kind: provider.Removed},
		}},
	}
	a := sandboxtest.Deployed(t, nil)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := a.Got(test.step)
			in, err := a.Changed(test.step, test.change)
			require.NoError(t, err)
			changes, _, err := a.Diff(r.Token, r.State, in)
			require.NoError(t, err)
			require.Equal(t, test.want, changes)
		})
	}
}

func TestDiffOfMaps(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	require.NoError(t, a.Make(sandboxtest.LogGroup, "logs", provider.Props{"tags": provider.Props{"a": "1", "b": "2"}}))
	in, err := a.Changed("logs", provider.Props{"tags": provider.Props{"b": "3", "c": "4"}})
	require.NoError(t, err)
	changes, _, err := a.Diff(sandboxtest.LogGroup, a.Got("logs").State, in)
	require.NoError(t, err)
	require.Equal(t, []provider.Change{
		{Path: "tags.a", Kind: provider.Removed},
		{Path: "tags.b", Kind: provider.Updated},
		{Path: "tags.c", Kind: provider.Added},
	}, changes)
}

func TestChosenNamesAreDeletedFirst(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	for step, want := range map[string]bool{
		"front": false, // Its name is generated.
		"back":  true,  // Its name is chosen, and can exist only once.
		"http":  false, // It has no name.
	} {
		r := a.Got(step)
		_, deleteFirst, err := a.Diff(r.Token, r.State, r.Inputs)
		require.NoError(t, err)
		require.Equal(t, want, deleteFirst, step)
	}
}

// TestNoRealChange: the real provider shows no change for these, although the inputs differ.
func TestNoRealChange(t *testing.T) {
	t.Parallel()
	const key = "5f0b6c9e-0000-4000-8000-000000000000"
	for name, test := range map[string]struct {
		token     string
		state, in provider.Props
		want      bool
	}{
		"key by ARN": {
			"aws:kms/alias:Alias",
			provider.Props{"targetKeyId": key},
			provider.Props{"targetKeyId": "arn:aws:kms:eu-west-2:123456789012:key/" + key},
			false,
		},
		"another key": {
			"aws:kms/alias:Alias",
			provider.Props{"targetKeyId": key},
			provider.Props{"targetKeyId": "arn:aws:kms:eu-west-2:123456789012:key/1" + key},
			true,
		},
		"tier chosen by AWS": {
			sandboxtest.Parameter, provider.Props{"tier": "Standard"}, provider.Props{"tier": "Intelligent-Tiering"}, false,
		},
		"tier": {sandboxtest.Parameter, provider.Props{"tier": "Standard"}, provider.Props{"tier": "Advanced"}, true},
		"space at the end": {
			"aws:cloudwatch/logMetricFilter:LogMetricFilter",
			provider.Props{"pattern": "ERROR"},
			provider.Props{"pattern": "ERROR "},
			false,
		},
		"cross-zone": {
			sandboxtest.LoadBalancer,
			provider.Props{"enableCrossZoneLoadBalancing": false},
			provider.Props{"enableCrossZoneLoadBalancing": true},
			false,
		},
		"apply method": {
			"aws:rds/parameterGroup:ParameterGroup",
			provider.Props{"parameters": []any{provider.Props{"name": "a", "value": "1", "applyMethod": "immediate"}}},
			provider.Props{"parameters": []any{provider.Props{"name": "a", "value": "1", "applyMethod": "pending-reboot"}}},
			false,
		},
		"triggers": {
			sandboxtest.Service,
			provider.Props{"triggers": provider.Props{"a": "1"}},
			provider.Props{"triggers": provider.Props{"a": "2"}},
			false,
		},
		"triggers with force": {
			sandboxtest.Service,
			provider.Props{"triggers": provider.Props{"a": "1"}, "forceNewDeployment": true},
			provider.Props{"triggers": provider.Props{"a": "2"}, "forceNewDeployment": true},
			true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changes, _, err := sandboxtest.New(t).Diff(test.token, test.state, test.in)
			require.NoError(t, err)
			require.Equal(t, test.want, len(changes) > 0, changes)
		})
	}
}
