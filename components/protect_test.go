package components

import (
	"maps"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

// kept lists the types whose data cannot be created again. The value is true if Protect keeps the resource in the
// account when the stack deletes it, and false if Protect makes deleting it an error.
var kept = map[string]bool{
	"aws:cloudwatch/logGroup:LogGroup": true,
	"aws:ecr/repository:Repository":    false,
	"aws:efs/fileSystem:FileSystem":    false,
	"aws:lb/loadBalancer:LoadBalancer": false,
	"aws:rds/instance:Instance":        false,
	"aws:s3/bucketV2:BucketV2":         false,
	"aws:ssm/parameter:Parameter":      false,
}

// TestProtect checks that Protect means the same in every component, and that nothing is protected without it.
func TestProtect(t *testing.T) {
	t.Parallel()
	program := func(protect bool) func(*pulumi.Context, *recorder) error {
		return func(ctx *pulumi.Context, _ *recorder) error {
			alb, database, uploads, service := albArgs(), databaseArgs(), uploadsArgs(), serviceArgs()
			alb.Protect, database.Protect, uploads.Protect, service.Protect = protect, protect, protect, protect
			for _, declare := range []func() error{
				func() error { _, err := NewAlb(ctx, "alb", &alb); return err },
				func() error { _, err := NewDatabase(ctx, "data", &database); return err },
				func() error { _, err := NewUploads(ctx, "files", &uploads); return err },
				func() error { _, err := NewLiveBeatsService(ctx, "app", &service); return err },
				func() error { _, err := NewRepository(ctx, "images", &RepositoryArgs{Protect: protect}); return err },
				func() error {
					_, err := NewLogBucket(ctx, "logs", &LogBucketArgs{Account: testAccount, Protect: protect})
					return err
				},
				func() error {
					_, err := NewSecrets(ctx, "secrets", &SecretsArgs{
						Account: testAccount, Paths: map[string]string{"RELEASE_COOKIE": "/a/cookie"}, Protect: protect,
					})
					return err
				},
				func() error {
					_, err := NewEcsCluster(ctx, "cluster", &EcsClusterArgs{ExecAudit: true, Protect: protect})
					return err
				},
			} {
				if err := declare(); err != nil {
					return err
				}
			}
			return nil
		}
	}
	found := map[string]bool{}
	for name, child := range record(t, program(true)).resources {
		retained, isKept := kept[child.TypeToken]
		require.Equal(t, retained, child.RegisterRPC.GetRetainOnDelete(), name)
		require.Equal(t, isKept && !retained, child.RegisterRPC.GetProtect(), name)
		if isKept {
			found[child.TypeToken] = true
		}
	}
	require.ElementsMatch(t, slices.Collect(maps.Keys(kept)), slices.Collect(maps.Keys(found)))
	for name, child := range record(t, program(false)).resources {
		require.False(t, child.RegisterRPC.GetProtect() || child.RegisterRPC.GetRetainOnDelete(), name)
	}
}
