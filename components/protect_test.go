package components

import (
	"maps"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

// kept are the types that hold what nobody can create again, and whether Protect leaves them in the account when they
// leave the stack, and does not refuse to delete them.
var kept = map[string]bool{
	"aws:cloudwatch/logGroup:LogGroup": true,
	"aws:ecr/repository:Repository":    false,
	"aws:efs/fileSystem:FileSystem":    false,
	"aws:lb/loadBalancer:LoadBalancer": false,
	"aws:rds/instance:Instance":        false,
	"aws:s3/bucketV2:BucketV2":         false,
	"aws:ssm/parameter:Parameter":      false,
}

// TestProtect: Protect means the same in every component that has it, and nothing is protected without it.
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
	for name, made := range record(t, program(true)).resources {
		retained, holds := kept[made.TypeToken]
		require.Equal(t, retained, made.RegisterRPC.GetRetainOnDelete(), name)
		require.Equal(t, holds && !retained, made.RegisterRPC.GetProtect(), name)
		if holds {
			found[made.TypeToken] = true
		}
	}
	require.ElementsMatch(t, slices.Collect(maps.Keys(kept)), slices.Collect(maps.Keys(found)))
	for name, made := range record(t, program(false)).resources {
		require.False(t, made.RegisterRPC.GetProtect() || made.RegisterRPC.GetRetainOnDelete(), name)
	}
}
