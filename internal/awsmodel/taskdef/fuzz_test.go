package taskdef

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
)

// FuzzContainers reads any text as container definitions. What can be read must be equivalent to itself and to its own
// JSON, and must keep its names, images and secrets when it is concealed.
func FuzzContainers(f *testing.F) {
	for _, text := range []string{
		`[{"name": "app", "image": "a", "environment": [{"name": "A", "value": "hidden-text"}]}]`,
		`[{"name": "a", "image": "a:1", "essential": false, "command": ["sh", "-c", "hidden-text"], "healthCheck":
			{"command": ["CMD-SHELL", "curl -f http://localhost || exit 1"], "retries": 3}, "dockerLabels": {"a": "b"}}]`,
		`[{"name": "app", "image": "a", "portMappings": [{"containerPort": 80, "protocol": "udp"}], "dependsOn":
			[{"containerName": "app", "condition": "START"}], "ulimits": [{"name": "nofile"}], "linuxParameters": {},
			"secrets": [{"name": "A", "valueFrom": "/a"}], "mountPoints": [{"sourceVolume": "songs", "containerPath": "/"}],
			"logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "g"}}}]`,
		`null`, `[null]`, `[{"environment": [null], "command": [null], "dockerLabels": {"a": null}}]`,
	} {
		f.Add(text, "256", "512")
	}
	f.Fuzz(func(t *testing.T, text, cpu, memory string) {
		definition := graph.Props{"containerDefinitions": text, "cpu": cpu, "memory": memory}
		require.Equal(t, fmt.Sprint(CheckDefinition(definition)), fmt.Sprint(CheckDefinition(definition)))
		_ = CheckRole(definition)
		concealed := Conceal(text, func(string) string { return "digest" })
		containers, err := Parse(text)
		if err != nil {
			return
		}
		data, err := json.Marshal(containers)
		require.NoError(t, err)
		require.True(t, Equivalent(text, text))
		require.True(t, Equivalent(text, string(data)), "%s", data)
		rest, err := Parse(concealed)
		require.NoError(t, err, concealed)
		require.Len(t, rest, len(containers))
		for i := range containers {
			require.Equal(t, containers[i].Name, rest[i].Name)
			require.Equal(t, containers[i].Image, rest[i].Image)
			require.Equal(t, containers[i].Secrets, rest[i].Secrets)
		}
	})
}
