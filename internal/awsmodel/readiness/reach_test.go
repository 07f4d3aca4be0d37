package readiness

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/taskdef"
)

func TestPortNamed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		variable, value string
		want            int
	}{
		"in a URL":         {"DATABASE_URL", "postgres://u:p@db.example.com:6432/beats", 6432},
		"at the end":       {"DATABASE_URL", "postgres://u:p@db.example.com:6432", 6432},
		"a URL without it": {"DATABASE_URL", "postgres://u:p@db.example.com/beats", 0},
		"in DB_PORT":       {"DB_PORT", "5433", 5433},
		"another variable": {"PORT", "4000", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := taskdef.Container{Environment: []taskdef.Variable{{Name: test.variable, Value: test.value}}}
			require.Equal(t, test.want, portNamed(c, "db.example.com"))
		})
	}
}
