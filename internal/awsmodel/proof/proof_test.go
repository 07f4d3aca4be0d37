package proof_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/proof"
)

// boot returns the result of the check boot for an app that lacks its variables, with additional keys of its container.
func boot(t *testing.T, keys string) proof.Proof {
	t.Helper()
	const region = "eu-west-2"
	service := &graph.Resource{Type: graph.Service, Region: region, ID: "s", Props: graph.Props{
		"name": "s", "taskDefinition": "d", "networkConfiguration": map[string]any{"subnets": []any{"subnet-1"}},
	}}
	definition := &graph.Resource{Type: graph.TaskDefinition, Region: region, ID: "d", Props: graph.Props{
		"containerDefinitions": `[{"name": "app", "image": "a", "command": ["/app/bin/server"]` + keys + `}]`,
	}}
	stack := proof.Stack{Graph: graph.New(service, definition), Partition: "aws", Account: "123456789012"}
	for _, p := range stack.Check([]*graph.Resource{service}) {
		if p.ID == "boot" {
			return p
		}
	}
	t.Fatal("the check boot was not made")
	return proof.Proof{}
}

func TestKeysOfContainersThatAreNotModelled(t *testing.T) {
	t.Parallel()
	require.Equal(t, awsmodel.Refuted, boot(t, "").Verdict)
	require.Equal(t, awsmodel.Refuted, boot(t, `, "readonlyRootFilesystem": true`).Verdict)
	require.Equal(t, awsmodel.Refuted, boot(t, `, "restartPolicy": {"enabled": true}`).Verdict, "an unknown key does not prevent the check")
	open := boot(t, `, "environmentFiles": [{"type": "s3", "value": "arn"}]`)
	require.Equal(t, awsmodel.Undecided, open.Verdict)
	require.Contains(t, open.Why(), "what is in its environmentFiles is not known")
}
