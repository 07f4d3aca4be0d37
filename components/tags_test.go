package components

import (
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

var houseTags = map[string]string{"Stack": "test", "Owner": "platform"}

// recordTagged declares a component, and a resource that already has tags, after TagAll.
func recordTagged(t *testing.T, own pulumi.StringMapInput) *recorder {
	t.Helper()
	return record(t, func(ctx *pulumi.Context, _ *recorder) error {
		if err := TagAll(ctx, houseTags); err != nil {
			return err
		}
		repository, err := NewRepository(ctx, "live-beats", nil)
		if err != nil {
			return err
		}
		_, err = ec2.NewEip(ctx, "live-beats-address", &ec2.EipArgs{Domain: pulumi.String("vpc"), Tags: own},
			pulumi.Parent(repository))
		return err
	})
}

func TestTagAll(t *testing.T) {
	t.Parallel()
	r := recordTagged(t, nil)
	house := map[string]any{"Stack": "test", "Owner": "platform"}
	require.Equal(t, house, r.inputs(t, "live-beats-repository")["tags"])
	require.Equal(t, map[string]any{"domain": "vpc", "tags": house}, r.inputs(t, "live-beats-address"))
	require.NotContains(t, r.inputs(t, "live-beats-lifecycle"), "tags", "its type has no tags")
	require.NotContains(t, r.inputs(t, "live-beats"), "tags", "a component does not exist in AWS")
}

func TestTagAllKeepsOwnTags(t *testing.T) {
	t.Parallel()
	own := pulumi.StringMap{"Name": pulumi.String("a"), "Owner": pulumi.String("b")}
	for name, given := range map[string]pulumi.StringMapInput{"values": own, "output": own.ToStringMapOutput()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := map[string]any{"Name": "a", "Owner": "b", "Stack": "test"}
			require.Equal(t, want, recordTagged(t, given).inputs(t, "live-beats-address")["tags"])
			require.Len(t, own, 2, "the caller's map does not change")
		})
	}
}

// TestTagAllReachesAwsx checks the tags of awsx's VPC component. Its provider registers the children, with these tags.
func TestTagAllReachesAwsx(t *testing.T) {
	t.Parallel()
	r := record(t, func(ctx *pulumi.Context, _ *recorder) error {
		if err := TagAll(ctx, houseTags); err != nil {
			return err
		}
		_, err := NewNetwork(ctx, "live-beats", &NetworkArgs{Mode: NetworkDedicated, Account: &testAccount})
		return err
	})
	for name, args := range r.resources {
		if args.TypeToken == "awsx:ec2:Vpc" {
			require.Equal(t, map[string]any{"Stack": "test", "Owner": "platform"}, r.inputs(t, name)["tags"])
			return
		}
	}
	require.Fail(t, "no VPC")
}
