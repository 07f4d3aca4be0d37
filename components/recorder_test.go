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

// recorder replaces the engine and every provider, and records the registrations. It shows what a program asks for. It
// does not prove that AWS would accept it, or in which order an engine would create it.
type recorder struct {
	preview bool
	answers map[string]answer // By type.

	mu        sync.Mutex
	resources map[string]pulumi.MockResourceArgs // By logical name.
	outputs   map[string]any
	pending   sync.WaitGroup // Captures that are not finished: the SDK waits only for its own outputs.
}

func newRecorder(preview bool) *recorder {
	return &recorder{
		preview: preview, answers: answers, resources: map[string]pulumi.MockResourceArgs{}, outputs: map[string]any{},
	}
}

// NewResource returns outputs like a provider: generated names are known even at preview, ids and ARNs only after it.
func (r *recorder) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.resources[args.Name] = args
	state := args.Inputs.Copy()
	setDefault(state, "name", args.Name+"-0000000")
	// Unlike a provider, also at preview: the mock monitor cannot read an unknown secret.
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

// Call returns an error for every invoke, because components make none.
func (r *recorder) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	return nil, errors.New("invoke of " + args.Token)
}

// capture keeps an output's value for assertions after the run. Unknown values are left out.
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

// inputs returns the inputs that the resource with this logical name was registered with.
func (r *recorder) inputs(t *testing.T, name string) map[string]any {
	t.Helper()
	require.Contains(t, r.resources, name)
	return r.resources[name].Inputs.Mappable()
}

func (r *recorder) names() []string { return slices.Sorted(maps.Keys(r.resources)) }

// dependencies returns the logical names of the resources that the resource was registered to wait for.
func (r *recorder) dependencies(name string) []string {
	var names []string
	for _, urn := range r.resources[name].RegisterRPC.GetDependencies() {
		names = append(names, resource.URN(urn).Name())
	}
	return slices.Sorted(slices.Values(names))
}

type program func(ctx *pulumi.Context, r *recorder) error

// record runs the program as an update and returns its registrations. It also checks that a preview registers the same
// resources, and that the parent and the name of every child match its component.
func record(t *testing.T, run program) *recorder {
	t.Helper()
	update, preview := runMode(t, run, false), runMode(t, run, true)
	require.Equal(t, update.names(), preview.names(), "preview and update must register the same resources")
	for name, args := range update.resources {
		if strings.HasPrefix(args.TypeToken, "livebeats:") {
			continue
		}
		parent := resource.URN(args.RegisterRPC.GetParent())
		require.True(t, parent.IsValid(), "%s must have a parent", name)
		require.Contains(t, parent.Type().String(), "livebeats:index:", "the parent of %s must be a component", name)
		require.True(t, strings.HasPrefix(name, parent.Name()+"-"), "the name of %s must begin with %s-", name, parent.Name())
	}
	return update
}

func runMode(t *testing.T, run program, preview bool) *recorder {
	t.Helper()
	r, err := tryMode(run, preview)
	require.NoError(t, err)
	return r
}

// tryMode is like runMode, for a program that may fail.
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

// refuse runs a constructor that has to fail and returns its error. It also checks that nothing was registered.
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
