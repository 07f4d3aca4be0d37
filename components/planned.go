package components

import (
	"context"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"

	"github.com/live-beats/live-beats-aws/internal/recorded"
)

// At preview a document is unknown as a whole when any part of it is, such as the name of a load balancer that is not
// there yet. A component then records as a further output, by child and property, what the document will be, with
// placeholders for what only AWS can tell, so that a policy pack can judge the rest.

// recordDocument keeps the plan of a child's document, which render makes of its parts.
func (c *children) recordDocument(child, property string, document pulumix.Output[string]) {
	c.record(recorded.Documents, child, pulumi.Map{property: pulumix.Cast[pulumi.StringOutput](document)})
}

// record adds to an output that a policy pack reads and no program.
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

// planned is a value that is always known: before AWS has made it up, a placeholder in the form of an ARN that names
// the resource it comes from.
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
	return recorded.Placeholder(""), nil // From no resource: the reader leaves the document unknown.
}
