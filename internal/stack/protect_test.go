package stack

import (
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/config"
)

// registrations is what protect made of each type that was declared.
type registrations struct {
	sync.Mutex
	protected, retained []string
}

func (r *registrations) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	r.Lock()
	defer r.Unlock()
	if args.RegisterRPC.GetProtect() {
		r.protected = append(r.protected, args.TypeToken)
	}
	if args.RegisterRPC.GetRetainOnDelete() {
		r.retained = append(r.retained, args.TypeToken)
	}
	return args.Name, args.Inputs, nil
}

func (*registrations) Call(pulumi.MockCallArgs) (resource.PropertyMap, error) { return nil, nil }

func TestProtect(t *testing.T) {
	t.Parallel()
	r := &registrations{}
	require.NoError(t, pulumi.RunErr(func(ctx *pulumi.Context) error {
		if err := (&Stack{ctx: ctx, Config: &config.Config{Protect: true}}).protect(); err != nil {
			return err
		}
		for _, token := range append(slices.Collect(maps.Keys(kept)), "aws:lb/listener:Listener") {
			var made pulumi.CustomResourceState
			if err := ctx.RegisterResource(token, "it", nil, &made); err != nil {
				return err
			}
		}
		return nil
	}, pulumi.WithMocks("live-beats", "test", r)))
	require.ElementsMatch(t, []string{
		"aws:ecr/repository:Repository", "aws:lb/loadBalancer:LoadBalancer", "aws:s3/bucketV2:BucketV2",
		"aws:ssm/parameter:Parameter",
	}, r.protected)
	require.Equal(t, []string{"aws:cloudwatch/logGroup:LogGroup"}, r.retained)
}
