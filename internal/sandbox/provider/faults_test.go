package provider_test

import (
	"runtime"
	"slices"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// TestEveryCallOfACreateFails fails every call of the creation of each resource of the stack, in each of three ways.
// Either nothing has happened, and another create creates the resource, or the resource exists, and an update completes
// it.
func TestEveryCallOfACreateFails(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"ThrottlingException", "InternalFailure", "ResourceNotFoundException"} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			a := sandboxtest.New(t)
			for _, step := range sandboxtest.Stack() {
				require.NoError(t, a.Make(step.Token, step.Name, step.Inputs))
				calls := callsOf(t, a)
				require.NotEmpty(t, calls)
				for _, call := range calls {
					require.NoError(t, a.Remove(step.Name), step.Name)
					failCreate(t, a, step, world.Fault{Call: call, Code: code, Message: "injected"})
				}
			}
			require.NoError(t, a.RemoveAll())
			require.True(t, a.Sandbox.Empty())
		})
	}
}

func failCreate(t *testing.T, a *sandboxtest.Account, step sandboxtest.Step, fault world.Fault) {
	t.Helper()
	require.NoError(t, a.Sandbox.AddFault(fault))
	before, count := worldFile(t, a), len(a.World.All())
	require.EqualError(t, a.Make(step.Token, step.Name, step.Inputs), fault.Code+": injected", "%s: %s", step.Name, fault.Call)
	if len(a.World.All()) == count {
		require.Equal(t, before, worldFile(t, a), "%s: nothing happened", fault.Call)
		require.NoError(t, a.Make(step.Token, step.Name, step.Inputs))
	} else {
		require.NoError(t, a.Change(step.Name, nil))
	}
	inputs, state, err := a.Refresh(step.Name)
	require.NoError(t, err)
	changes, _, err := a.Diff(step.Token, state, inputs)
	require.NoError(t, err)
	require.Empty(t, changes)
	faults, err := a.Sandbox.Faults()
	require.NoError(t, err)
	require.Empty(t, faults)
}

// callsOf returns the calls that the last operation made, in their order.
func callsOf(t *testing.T, a *sandboxtest.Account) []string {
	t.Helper()
	events, err := a.Sandbox.Events()
	require.NoError(t, err)
	last := events[len(events)-1]
	var calls []string
	for _, e := range slices.Backward(events) {
		if e.ID != last.ID || slices.Contains(calls, e.Call) {
			break
		}
		calls = append(calls, e.Call)
	}
	slices.Reverse(calls)
	return calls
}

// TestKilledCreateIsFound kills the process after each creation of the stack took effect. The resource is found by its
// URN, and is as complete as if the response had not been lost.
func TestKilledCreateIsFound(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	a.Kill = runtime.Goexit
	for _, step := range sandboxtest.Stack() {
		urn := sandboxtest.URN(step.Token, step.Name)
		id, state := a.Created(urn)
		require.Empty(t, id)
		require.Nil(t, state)
		require.NoError(t, a.Make(step.Token, step.Name, step.Inputs))
		call := callsOf(t, a)[0]
		require.NoError(t, a.Remove(step.Name))
		require.NoError(t, a.Sandbox.AddFault(world.Fault{Call: call, Crash: true}))
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = a.Make(step.Token, step.Name, step.Inputs)
		}()
		<-ended
		id, state = a.Created(urn)
		r := a.Got(step.Name)
		require.NotEmpty(t, id)
		require.Equal(t, strings.Contains(r.Token, "ssm"), state["value"] == nil && r.State["value"] != nil)
		_, found, err := a.Read(step.Token, id, r.Inputs, state)
		require.NoError(t, err)
		require.NotNil(t, found)
		r.ID, r.State = id, found
	}
	require.NoError(t, a.RemoveAll())
	require.True(t, a.Sandbox.Empty())
}

// TestFaultsOfOtherOperations: a fault at a call before the change leaves the resource as it was.
func TestFaultsOfOtherOperations(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	fail := func(call string) {
		require.NoError(t, a.Sandbox.AddFault(world.Fault{Call: call, Code: "ThrottlingException"}))
	}
	throttled := "ThrottlingException: Rate exceeded"
	before := worldFile(t, a)

	fail("PutRetentionPolicy")
	require.EqualError(t, a.Change("logs", provider.Props{"retentionInDays": 7.0}), throttled)
	fail("DescribeLogGroups")
	_, _, err := a.Refresh("logs")
	require.EqualError(t, err, throttled)
	fail("DeleteService")
	require.EqualError(t, a.Remove("service"), throttled)
	require.Equal(t, before, worldFile(t, a))

	fail("DescribeLogGroups")
	require.EqualError(t, a.Change("logs", provider.Props{"retentionInDays": 7.0}), throttled)
	require.Equal(t, 7.0, a.Got("logs").State["retentionInDays"], "the change was made, only reading it back failed")
	require.NoError(t, a.RemoveAll())
}

// TestEventsNeverHoldASecret: events hold no secret, and refused calls are recorded too.
func TestEventsNeverHoldASecret(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	require.Error(t, a.Remove("cluster"))
	events, err := a.Sandbox.Events()
	require.NoError(t, err)
	last := events[len(events)-1]
	require.Equal(t, "DeleteCluster", last.Call)
	require.Contains(t, last.Error, "ClusterContainsServicesException")
	for _, e := range events {
		require.NotContains(t, e.Error+e.Name+e.ID, sandboxtest.SecretValue)
	}
}

// TestFaultsOfLookUps fails each API call that a look-up makes.
func TestFaultsOfLookUps(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	s := provider.Server{Engine: a.Engine}
	request := &pulumirpc.InvokeRequest{Tok: "aws:alb/getLoadBalancer:getLoadBalancer"}
	for _, call := range a.Invokes[request.GetTok()].Calls {
		require.NoError(t, a.Sandbox.AddFault(world.Fault{Call: call, Code: "ThrottlingException"}))
		_, err := s.Invoke(t.Context(), request)
		require.ErrorContains(t, err, "ThrottlingException: Rate exceeded")
		_, err = s.Invoke(t.Context(), request)
		require.NoError(t, err)
		events, err := a.Sandbox.Events()
		require.NoError(t, err)
		require.Equal(t, call, events[len(events)-1].Call)
	}
}
