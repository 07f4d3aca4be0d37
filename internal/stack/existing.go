package stack

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"

	"github.com/live-beats/live-beats-aws/internal/recorded"
)

// existing is a resource that the stack uses but does not own. Type is its Pulumi type token.
type existing struct {
	Type       string         `pulumi:"type"`
	Region     string         `pulumi:"region"`
	Id         string         `pulumi:"id"` //nolint:revive // Pulumi's spelling.
	Properties map[string]any `pulumi:"properties"`
}

// existingType is a component without children, registered before everything else. Its input is the stack's region. Its
// outputs are what a policy pack needs and cannot look up itself.
const existingType = "livebeats:index:ExistingResources"

// registerExisting returns a function that records in the stack's state what has been looked up.
func (s *Stack) registerExisting() (record func() error, err error) {
	hook, err := s.ctx.RegisterResourceHook(s.Name+"-region", s.refuseAnotherRegion,
		&pulumi.ResourceHookOptions{OnDryRun: true})
	if err != nil {
		return nil, err
	}
	var component struct{ pulumi.ResourceState }
	if err := s.ctx.RegisterComponentResourceV2(existingType, s.Name+"-existing",
		pulumi.Map{"region": pulumi.String(s.Config.Region)}, &component,
		pulumi.ResourceHooks(&pulumi.ResourceHookBinding{BeforeUpdate: []*pulumi.ResourceHook{hook}})); err != nil {
		return nil, err
	}
	// Without the wait, the state would get a provider of another region before the hook runs.
	if _, err := internals.UnsafeAwaitOutput(s.ctx.Context(), component.URN()); err != nil {
		return nil, err
	}
	return func() error {
		return s.ctx.RegisterResourceOutputs(&component, pulumi.Map{
			recorded.Existing: pulumi.Any(slices.Concat(s.network, s.keys, s.existingParameters())),
			recorded.Account:  pulumi.Any(s.Account),
		})
	}, nil
}

// refuseAnotherRegion refuses another region than the one that the stack was deployed to, because the provider would
// look for the stack's resources in the new region. It also runs in previews.
func (s *Stack) refuseAnotherRegion(update *pulumi.ResourceHookArgs) error {
	before := update.OldInputs["region"]
	if !before.IsString() || before.StringValue() == s.Config.Region {
		return nil
	}
	return fmt.Errorf("aws:region is %[1]s, but stack %[2]s is deployed in %[3]s, and its resources cannot move: set "+
		"aws:region to %[3]s again. To deploy in %[1]s, use another stack, or destroy this one in %[3]s first",
		s.Config.Region, s.ctx.Stack(), before.StringValue())
}
