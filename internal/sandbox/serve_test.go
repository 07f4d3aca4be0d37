package sandbox_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

func TestServe(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	server, err := a.Sandbox.Serve(t.Context(), a.Region)
	require.NoError(t, err)
	names := map[string]bool{}
	for attached := range strings.SplitSeq(server.DebugProviders(), ",") {
		name, port, ok := strings.Cut(attached, ":")
		require.True(t, ok)
		names[name] = true
		conn, err := grpc.NewClient("127.0.0.1:"+port, grpc.WithTransportCredentials(insecure.NewCredentials()))
		require.NoError(t, err)
		info, err := pulumirpc.NewResourceProviderClient(conn).GetPluginInfo(t.Context(), &emptypb.Empty{})
		require.NoError(t, err)
		require.Regexp(t, `^\d+\.\d+\.\d+$`, info.GetVersion())
		require.NoError(t, conn.Close())
	}
	require.Equal(t, map[string]bool{"aws": true, "awsx": true, "random": true}, names)
	require.NoError(t, server.Close())
}

// TestServeManyOperations: one server serves many runs of pulumi. Time passes between the runs as it does between two
// servers.
func TestServeManyOperations(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	server, err := a.Sandbox.Serve(t.Context(), a.Region)
	require.NoError(t, err)
	_, port, _ := strings.Cut(regexp.MustCompile(`\baws:\d+`).FindString(server.DebugProviders()), ":")
	conn, err := grpc.NewClient("127.0.0.1:"+port, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	aws := pulumirpc.NewResourceProviderClient(conn)
	operation := func() (began time.Time) {
		for range 2 { // As the engine does for a program with two providers.
			_, err := aws.Configure(t.Context(), &pulumirpc.ConfigureRequest{})
			require.NoError(t, err)
		}
		began = a.World.Now()
		_, err = aws.Invoke(t.Context(), &pulumirpc.InvokeRequest{Tok: "aws:index/getCallerIdentity:getCallerIdentity"})
		require.NoError(t, err)
		_, err = aws.Cancel(t.Context(), &emptypb.Empty{})
		require.NoError(t, err)
		return began
	}
	tasks := func() any { return a.World.Get("ecs/runtime", a.Region, a.Got("service").ID).Props["tasks"] }
	first := operation()
	before := tasks()
	require.NoError(t, a.Change("targets", provider.Props{"healthCheck": provider.Props{"path": "/nowhere"}}))
	require.Equal(t, before, tasks())
	require.False(t, operation().Before(first.Add(time.Minute)))
	require.NotEqual(t, before, tasks(), "the tasks fail the new health check")

	events, err := a.Sandbox.Events()
	require.NoError(t, err)
	var numbers []int
	for _, e := range events {
		if e.Call == "GetCallerIdentity" {
			numbers = append(numbers, e.Operation)
		}
	}
	require.Len(t, numbers, 2)
	require.Equal(t, numbers[0]+1, numbers[1])
	require.NoError(t, errors.Join(conn.Close(), server.Close()))
}
