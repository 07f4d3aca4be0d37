package stack

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/internal/recorded"
)

// existing is one resource that was looked up, because it is not the stack's own. The type is its Pulumi token.
type existing struct {
	Type       string         `pulumi:"type"`
	Region     string         `pulumi:"region"`
	Id         string         `pulumi:"id"` //nolint:revive // Pulumi's spelling.
	Properties map[string]any `pulumi:"properties"`
}

// existingType is a component that declares nothing: its outputs are what a policy pack cannot look up itself.
const existingType = "livebeats:index:ExistingResources"

// recordExisting records in the stack's state what was looked up.
func (s *Stack) recordExisting() error {
	var component struct{ pulumi.ResourceState }
	if err := s.ctx.RegisterComponentResource(existingType, s.Name+"-existing", &component); err != nil {
		return err
	}
	return s.ctx.RegisterResourceOutputs(&component, pulumi.Map{
		recorded.Existing: pulumi.Any(slices.Concat(s.network, s.existingParameters())),
		recorded.Account:  pulumi.Any(s.Account),
	})
}
