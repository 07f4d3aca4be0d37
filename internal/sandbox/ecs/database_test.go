package ecs_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

// TestDatabaseOutOfReach deploys tasks whose environment names a database of the account, in plain text or by a
// parameter. The migration requires the database; the app itself starts without it.
func TestDatabaseOutOfReach(t *testing.T) {
	t.Parallel()
	const (
		plain    = `{"name": "DATABASE_URL", "value": "ecto://db"},`
		byName   = `"secrets": [{"name": "DATABASE_URL", "valueFrom": "/staging/URL"}, `
		app      = "livebeats/app:1"
		internal = "172.31.0.0/16"
	)
	for name, test := range map[string]struct {
		secret, migrate bool
		from            string
		want            bool
	}{
		"in plain":                {false, true, internal, true},
		"in plain, out of reach":  {false, true, "10.0.0.0/8", false},
		"by a parameter":          {true, true, internal, true},
		"secret and out of reach": {true, true, "10.0.0.0/8", false},
		"without a migration":     {true, false, "10.0.0.0/8", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := sandboxtest.New(t)
			require.NoError(t, a.Make(sandboxtest.SecurityGroup, "data", provider.Props{"vpcId": "$vpc"}))
			require.NoError(t, a.Make(sandboxtest.IngressRule, "postgres", provider.Props{
				"securityGroupId": "$data", "ipProtocol": "tcp", "fromPort": 5432.0, "toPort": 5432.0, "cidrIpv4": test.from,
			}))
			require.NoError(t, a.Make("aws:rds/instance:Instance", "database", provider.Props{
				"allocatedStorage": 20.0, "engine": "postgres", "instanceClass": "db.t4g.micro", "username": "beats",
				"password": "correct-horse", "skipFinalSnapshot": true, "vpcSecurityGroupIds": []any{"$data"},
			}))
			url := "ecto://beats:correct-horse@" + a.Text("$database.endpoint") + "/beats"
			require.NoError(t, a.Make(sandboxtest.Parameter, "url", provider.Props{
				"name": "/staging/URL", "type": "SecureString", "value": url,
			}))
			containers := sandboxtest.Containers
			if test.migrate {
				containers = migrating(app)
			}
			if test.secret {
				containers = strings.ReplaceAll(strings.ReplaceAll(containers, plain, ""), `"secrets": [`, byName)
			} else {
				containers = strings.ReplaceAll(containers, "ecto://db", url)
			}
			err := a.Deploy(sandboxtest.Set("task", "containerDefinitions", containers))
			if test.want {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, "dependency did not exit successfully")
			require.Contains(t, status(t, a).Tasks[0].LastLog, "** (DBConnection.ConnectionError) tcp connect ("+
				a.Text("$database.address")+":5432): connection timed out")
			require.NoError(t, a.Change("url", provider.Props{"value": "elsewhere"}))
			require.NoError(t, a.Remove("service"))
			other := sandboxtest.With("service", provider.Props{"name": "other"})
			require.Equal(t, test.secret, a.Make(sandboxtest.Service, "other", other) == nil, "the parameter no longer names it")
			require.NoError(t, a.RemoveAll())
			require.True(t, a.Sandbox.Empty())
		})
	}
}
