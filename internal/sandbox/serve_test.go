package sandbox_test

import (
	"strings"
	"testing"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

func TestServe(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	before := a.World.Now()
	server, err := a.Sandbox.Serve(t.Context(), a.Region)
	require.NoError(t, err)
	require.Equal(t, before.Add(time.Minute), a.World.Now(), "time passes between operations")
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
