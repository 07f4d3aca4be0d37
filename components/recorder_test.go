package components

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
	"github.com/stretchr/testify/require"
)

var testAccount = Account{Id: "123456789012", Region: "eu-west-2", Partition: "aws"}

var testTarget = LoadBalancerTarget{
	TargetGroupArn:       pulumi.String("arn:tg"),
	TargetGroupArnSuffix: pulumi.String("targetgroup/tg/2"), LoadBalancerArnSuffix: pulumi.String("app/lb/1"),
}

var testFiles = &FilesMount{
	FileSystemId: pulumi.String("fs-1"), FileSystemArn: pulumi.String(testFileSystem),
	AccessPointId: pulumi.String("fsap-1"), AccessPointArn: pulumi.String("arn:ap"),
}

// recorder stands in for the engine and every provider and keeps what was
// registered. It proves what the program asks for, not that AWS would accept
// it, nor the order in which an engine would make it.
type recorder struct {
	preview bool
	answers map[string]answer // By type.

	mu        sync.Mutex
	resources map[string]pulumi.MockResourceArgs // By logical name.
	outputs   map[string]any
	pending   sync.WaitGroup // Captures on their way: the SDK waits for its own outputs only.
}

func newRecorder(preview bool) *recorder {
	return &recorder{
		preview: preview, answers: answers, resources: map[string]pulumi.MockResourceArgs{}, outputs: map[string]any{},
	}
}

// NewResource answers as the provider would: generated names are known even at
// preview, ids and ARNs only afterwards.
func (r *recorder) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.resources[args.Name] = args
	state := args.Inputs.Copy()
	setDefault(state, "name", args.Name+"-0000000")
	// Unlike a provider's: the mock monitor cannot read a secret that is unknown.
	setDefault(state, "result", args.Name+".result")
	if answer := r.answers[args.TypeToken]; answer != nil {
		answer(r.preview, args, state)
	}
	if r.preview {
		return "", state, nil
	}
	for _, computed := range []resource.PropertyKey{"arn", "arnSuffix", "dnsName", "zoneId", "vpcId"} {
		setDefault(state, computed, args.Name+"."+string(computed))
	}
	if args.TypeToken == "awsx:ec2:DefaultVpc" {
		state["publicSubnetIds"] = resource.NewPropertyValue([]string{"subnet-a", "subnet-b"})
	}
	return args.Name + ".id", state, nil
}

func setDefault(state resource.PropertyMap, key resource.PropertyKey, value string) {
	if _, ok := state[key]; !ok {
		state[key] = resource.NewProperty(value)
	}
}

// Call refuses invokes: components make none.
func (r *recorder) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	return nil, errors.New("invoke of " + args.Token)
}

// capture keeps an output's value for assertions after the run; at preview
// unknown ones are left out.
func (r *recorder) capture(name string, output pulumi.Output) {
	r.pending.Go(func() {
		result, err := internals.UnsafeAwaitOutput(context.Background(), output)
		if err != nil || !result.Known {
			return
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.outputs[name] = result.Value
	})
}

// inputs are what the resource of that logical name was registered with.
func (r *recorder) inputs(t *testing.T, name string) map[string]any {
	t.Helper()
	require.Contains(t, r.resources, name)
	return r.resources[name].Inputs.Mappable()
}

func (r *recorder) names() []string { return slices.Sorted(maps.Keys(r.resources)) }

// dependencies are the logical names that the resource was registered to come after.
func (r *recorder) dependencies(name string) []string {
	var names []string
	for _, urn := range r.resources[name].RegisterRPC.GetDependencies() {
		names = append(names, resource.URN(urn).Name())
	}
	return slices.Sorted(slices.Values(names))
}

type program func(ctx *pulumi.Context, r *recorder) error

// record runs the program as an update and returns its registrations, after
// checking that a preview registers the same and that every child belongs to
// its component by parent and by name.
func record(t *testing.T, run program) *recorder {
	t.Helper()
	update, preview := runMode(t, run, false), runMode(t, run, true)
	require.Equal(t, update.names(), preview.names(), "preview and update must register the same resources")
	for name, args := range update.resources {
		if strings.HasPrefix(args.TypeToken, "livebeats:") {
			continue
		}
		parent := resource.URN(args.RegisterRPC.GetParent())
		require.True(t, parent.IsValid(), "%s has no parent", name)
		require.Contains(t, parent.Type().String(), "livebeats:index:", "%s is an orphan", name)
		require.True(t, strings.HasPrefix(name, parent.Name()+"-"), "%s is not named after %s", name, parent.Name())
	}
	return update
}

func runMode(t *testing.T, run program, preview bool) *recorder {
	t.Helper()
	r, err := tryMode(run, preview)
	require.NoError(t, err)
	return r
}

// tryMode is runMode for a program that may fail.
func tryMode(run program, preview bool) (*recorder, error) {
	r := newRecorder(preview)
	err := pulumi.RunErr(
		func(ctx *pulumi.Context) error { return run(ctx, r) },
		pulumi.WithMocks("live-beats", "test", r),
		func(info *pulumi.RunInfo) { info.DryRun = preview },
	)
	r.pending.Wait()
	return r, err
}

// refuse runs a constructor and returns its error, after checking that it
// registered nothing.
func refuse(t *testing.T, construct func(ctx *pulumi.Context) error) error {
	t.Helper()
	var refusal error
	r := runMode(t, func(ctx *pulumi.Context, _ *recorder) error {
		refusal = construct(ctx)
		return nil
	}, false)
	require.Empty(t, r.names())
	return refusal
}
