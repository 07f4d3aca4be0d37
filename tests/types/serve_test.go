package types

import (
	"encoding/json"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/driver"
	"github.com/live-beats/live-beats-aws/tests/suite"
)

// TestServe deploys another program into a served sandbox, with several engine operations.
func TestServe(t *testing.T) {
	t.Parallel()
	p, other := suite.New(t), suite.New(t)
	cmd := p.Command("sandbox", "serve", "--json")
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	var environment map[string]string
	require.NoError(t, json.NewDecoder(stdout).Decode(&environment))
	require.Equal(t, "eu-west-2", environment["AWS_REGION"])
	p.Run("up").Exits(1).Says("another run holds the lock")
	ports := map[string]int{}
	for provider := range strings.SplitSeq(environment["PULUMI_DEBUG_PROVIDERS"], ",") {
		name, port, _ := strings.Cut(provider, ":")
		ports[name], err = strconv.Atoi(port)
		require.NoError(t, err)
	}

	project, err := driver.Load(other.Dir, "staging", nil)
	require.NoError(t, err)
	engine, err := driver.New(driver.Options{
		Project: project, Log: io.Discard, Attach: ports,
		Providers: func(string) (map[string]pulumirpc.ResourceProviderServer, error) { return nil, nil },
		Program: func(ctx *pulumi.Context) error {
			var group pulumi.CustomResourceState
			return ctx.RegisterResource("aws:cloudwatch/logGroup:LogGroup", "mine",
				pulumi.Map{"retentionInDays": pulumi.Int(7)}, &group)
		},
	})
	require.NoError(t, err)
	_, err = engine.Up(t.Context(), driver.UpOptions{SkipPolicies: true})
	require.NoError(t, err)
	require.Len(t, p.World().List("aws:cloudwatch/logGroup:LogGroup", "eu-west-2"), 1)
	_, err = engine.Preview(t.Context(), driver.PreviewOptions{ExpectNoChanges: true, SkipPolicies: true})
	require.NoError(t, err)
	_, err = engine.Destroy(t.Context())
	require.NoError(t, err)
	require.True(t, p.World().Empty())

	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	require.NoError(t, cmd.Wait())
}
