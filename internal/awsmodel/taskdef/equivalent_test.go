package taskdef_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/taskdef"
)

func TestEquivalent(t *testing.T) {
	t.Parallel()
	const app = `[{"name":"app","image":"a","environment":[{"name":"A","value":"1"},{"name":"B","value":"2"}],` +
		`"portMappings":[{"containerPort":80}],"healthCheck":{"command":["CMD","true"]}}]`
	tests := map[string]struct {
		other string
		want  bool
	}{
		"order and defaults": {`[{"image":"a","name":"app","essential":true,"cpu":0,"mountPoints":[],"volumesFrom":[],"dockerLabels":{},` +
			`"environment":[{"name":"B","value":"2"},{"name":"A","value":"1"}],"secrets":[],` +
			`"portMappings":[{"containerPort":80,"hostPort":80,"protocol":"tcp"}],` +
			`"healthCheck":{"command":["CMD","true"],"interval":30,"retries":3,"timeout":5}}]`, true},
		"another value": {`[{"name":"app","image":"a","environment":[{"name":"A","value":"2"},{"name":"B","value":"1"}],` +
			`"portMappings":[{"containerPort":80}],"healthCheck":{"command":["CMD","true"]}}]`, false},
		"not essential": {`[{"name":"app","image":"a","essential":false,"environment":[{"name":"A","value":"1"},{"name":"B","value":"2"}],` +
			`"portMappings":[{"containerPort":80}],"healthCheck":{"command":["CMD","true"]}}]`, false},
		"unreadable": {`[`, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, taskdef.Equivalent(app, test.other))
			require.Equal(t, test.want, taskdef.Equivalent(test.other, app))
		})
	}
	ports := `[{"name":"a","portMappings":[{"containerPort":80},{"containerPort":81}]}]`
	require.False(t, taskdef.Equivalent(ports, `[{"name":"a","portMappings":[{"containerPort":81},{"containerPort":80}]}]`))
	require.True(t, taskdef.Equivalent(`[{"name":"a"},{"name":"b"}]`, `[{"name":"b"},{"name":"a"}]`))
}
