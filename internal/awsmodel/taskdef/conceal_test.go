package taskdef_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/taskdef"
)

func TestConceal(t *testing.T) {
	t.Parallel()
	digest := func(string) string { return "#" }
	require.JSONEq(t, `[{"name": "app", "image": "a", "command": ["sh", "-c", "/app/bin/migrate && #"], "entryPoint": ["#"],
	 "environment": [{"name": "PORT", "value": "4000"}, {"name": "KEY", "value": "#"},
	  {"name": "DATABASE_URL", "value": "# db.abc.eu-west-2.rds.amazonaws.com"}],
	 "dockerLabels": {"a": "#"}, "healthCheck": {"command": ["CMD", "curl", "#"], "retries": 3}}]`,
		taskdef.Conceal(`[{"name": "app", "image": "a", "command": ["sh", "-c", "/app/bin/migrate && echo"], "entryPoint": ["x"],
	 "environment": [{"name": "PORT", "value": "4000"}, {"name": "KEY", "value": "k"},
	  {"name": "DATABASE_URL", "value": "ecto://u:p@db.abc.eu-west-2.rds.amazonaws.com/x"}],
	 "dockerLabels": {"a": "b"}, "healthCheck": {"command": ["CMD", "curl", "http://x"], "retries": 3}}]`, digest))
	require.Equal(t, "#", taskdef.Conceal(`{`, digest))
}
