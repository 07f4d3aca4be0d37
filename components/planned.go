package components

import (
	"context"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"

	"github.com/live-beats/live-beats-aws/internal/recorded"
)

// At preview a whole document is unknown if any part of it is unknown, for example the name of a load balancer that
// does not exist yet. So that a policy pack can evaluate the known parts, the component records the document as a
// further output, by child and property. Unknown parts are placeholders there.

// recordDocument records the document that a property of a child will have.
func (c *children) recordDocument(child, property string, document pulumix.Output[string]) {
	c.record(recorded.Documents, child, pulumi.Map{property: pulumix.Cast[pulumi.StringOutput](document)})
}

// record adds an entry to an output that only a policy pack reads.
func (c *children) record(output, name string, value pulumi.Input) {
	if c.recorded == nil {
		c.recorded = pulumi.Map{}
	}
	entries, _ := c.recorded[output].(pulumi.Map)
	if entries == nil {
		entries = pulumi.Map{}
		c.recorded[output] = entries
	}
	entries[name] = value
}

// planned returns an output that is always known. If the value is unknown, it is a placeholder in the form of an ARN,
// which names the resource that the value comes from.
func planned(ctx *pulumi.Context, value pulumi.StringOutput) pulumi.StringOutput {
	output, resolve, reject := ctx.NewOutput()
	go func() {
		switch text, err := plannedText(ctx.Context(), value); err {
		case nil:
			resolve(text)
		default:
			reject(err)
		}
	}()
	return output.ApplyT(func(text any) string { return fmt.Sprint(text) }).(pulumi.StringOutput)
}

func plannedText(ctx context.Context, value pulumi.Output) (string, error) {
	result, err := internals.UnsafeAwaitOutput(ctx, value)
	if err != nil || result.Known {
		return fmt.Sprint(result.Value), err
	}
	for _, resource := range result.Dependencies {
		urn, err := internals.UnsafeAwaitOutput(ctx, resource.URN())
		if err == nil && urn.Known {
			return recorded.Placeholder(fmt.Sprint(urn.Value)), nil
		}
	}
	return recorded.Placeholder(""), nil // From no resource: the policy pack treats the document as unknown.
}
