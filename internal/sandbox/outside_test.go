package sandbox_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

func TestDescribe(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	logs := a.Got("logs")
	for _, id := range []string{logs.ID, logs.State["arn"].(string), logs.Token + " " + logs.ID} {
		found, err := a.Sandbox.Describe(a.Region, id)
		require.NoError(t, err)
		require.Len(t, found, 1)
		require.Equal(t, logs.State, found[0].Props)
	}
	everything, err := a.Sandbox.Describe(a.Region, "")
	require.NoError(t, err)
	require.Len(t, everything, len(a.World.All()))
	require.ErrorContains(t, a.Sandbox.Remove(a.Region, "live-beats"), `"live-beats" names `, "more than one resource")
	_, err = a.Sandbox.Describe(a.Region, "nobody")
	require.ErrorContains(t, err, `nothing in region eu-west-2 has that id, name or ARN`)
}

func TestDrift(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ resource, property, value, want string }{
		"text":        {"targets", "tags", `{"a": "b"}`, ""},
		"nested":      {"targets", "healthCheck.path", "/", ""},
		"number":      {"targets", "healthCheck.interval", "20", ""},
		"map entry":   {"targets", "tags.owner", "ops", ""},
		"list item":   {"http", "defaultActions[0].type", "redirect", "is required by type redirect"},
		"bad value":   {"targets", "healthCheck.interval", "1", "expected a value in the range (5 - 300), got 1"},
		"bad kind":    {"targets", "deregistrationDelay", "soon", "expected an integer, got a string"},
		"AWS's rule":  {"targets", "healthCheck.timeout", "90", "must be smaller than the interval"},
		"unknown":     {"targets", "healthCheck.pth", "/", `has no property "pth" that can be set; it has enabled`},
		"output":      {"targets", "arn", "x", `has no property "arn" that can be set`},
		"replacement": {"targets", "port", "1", "port of aws:lb/targetGroup:TargetGroup cannot be changed in place, only by a replacement"},
		"secret":      {"secret", "description", "x", "use put-parameter"},
		"no path":     {"targets", "[", "x", "parse property"},
		"nothing":     {"targets", "", "x", `property "" must be a name or a path`},
		"past end":    {"http", "defaultActions[999999999].type", "x", `has nothing at "defaultActions[999999999].type" to change`},
		"before 0":    {"service", "loadBalancers[-1]", "1", `property "loadBalancers[-1]" must be a name or a path`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := sandboxtest.Deployed(t, nil)
			r := a.Got(test.resource)
			err := a.Sandbox.Drift(a.Region, r.ID, test.property, test.value)
			_, state, readErr := a.Read(r.Token, r.ID, r.Inputs, r.State)
			require.NoError(t, readErr)
			if test.want != "" {
				require.ErrorContains(t, err, test.want)
				require.Equal(t, r.State, state, "nothing has changed")
				return
			}
			require.NoError(t, err)
			changes, _, err := a.Diff(r.Token, state, r.Inputs)
			require.NoError(t, err)
			require.Len(t, changes, 1, "a refresh finds this change and no other")
		})
	}
}

func TestRemove(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	group := a.Got("targets")
	require.ErrorContains(t, a.Sandbox.Remove(a.Region, group.ID), "ResourceInUse")
	require.NoError(t, a.Sandbox.Remove(a.Region, a.Got("http").ID))
	require.NoError(t, a.Sandbox.Remove(a.Region, group.ID))
	_, state, err := a.Read(group.Token, group.ID, group.Inputs, group.State)
	require.NoError(t, err)
	require.Nil(t, state)
}

func TestPutZone(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	require.NoError(t, a.Sandbox.PutZone(a.Region, "Z1", "Example.com."))
	found, err := a.Sandbox.Describe(a.Region, "Z1")
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, "example.com", found[0].Props["name"])
	require.Len(t, found[0].Props["nameServers"], 4)
	require.EqualError(t, a.Sandbox.PutZone(a.Region, "Z1", "example.org"),
		`put zone "Z1": a hosted zone with this id exists already`)
	require.EqualError(t, a.Sandbox.PutZone(a.Region, "z2", "example.org"),
		`put zone "z2": the id must be Z followed by 1 to 31 upper-case letters and digits`)
	require.ErrorContains(t, a.Sandbox.PutZone(a.Region, "Z2", "a b"), `put zone "Z2": name: "a b" does not match`)
	require.NoError(t, a.Make("aws:route53/record:Record", "record", map[string]any{
		"zoneId": "Z1", "name": "www", "type": "A", "ttl": 60.0, "records": []any{"192.0.2.1"},
	}))
	require.ErrorContains(t, a.Sandbox.Remove(a.Region, "Z1"), "HostedZoneNotEmpty")
	require.NoError(t, a.Remove("record"))
	require.NoError(t, a.Sandbox.Remove(a.Region, "Z1"))
}
