package sandboxtest

import (
	"testing"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
)

// Case deploys the stack with one thing changed. Want is the complete error, or empty for none. (An alias, so that
// tables need not name the fields.)
type Case = struct {
	Changes Changes
	Want    string
}

// Run runs cases, each in its own account with a second VPC ("$other-vpc", "$other-subnet-a").
func Run(t *testing.T, cases map[string]Case) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := New(t)
			a.OtherNetwork()
			RequireError(t, a.Deploy(c.Changes), a.Text(c.Want))
		})
	}
}

// Set changes one input of one step.
func Set(step, property string, v any) Changes { return Changes{step: {property: v}} }

// With copies the inputs of a step of the stack and changes them.
func With(step string, change provider.Props) provider.Props {
	for _, s := range Stack() {
		if s.Name == step {
			return Merge(s.Inputs, change)
		}
	}
	return nil
}
