package awsmodel

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestValidDBStorageLimit(t *testing.T) {
	t.Parallel()
	for limit, want := range map[int]bool{0: true, 20: false, 109: false, 110: true, 65536: true, 65537: false} {
		require.Equal(t, want, ValidDBStorageLimit(100, limit), limit)
	}
}

func TestMaxDBConnections(t *testing.T) {
	t.Parallel()
	for class, want := range map[string]struct {
		gib         float64
		connections int
	}{
		"db.t4g.micro":    {1, 80},
		"db.t3.micro":     {1, 80},
		"db.t3.small":     {2, 187},
		"db.t4g.medium":   {4, 401},
		"db.t4g.2xlarge":  {32, 3397},
		"db.m7g.large":    {8, 829},
		"db.m6i.4xlarge":  {64, 5000},
		"db.r6g.large":    {16, 1685},
		"db.r6g.xlarge":   {32, 3397},
		"db.r8g.48xlarge": {1536, 5000},
	} {
		gib, ok := DBInstanceMemory(class)
		require.True(t, ok, class)
		require.Equal(t, want.gib, gib, class)
		connections, ok := MaxDBConnections(class)
		require.True(t, ok, class)
		require.Equal(t, want.connections, connections, class)
	}
	for _, class := range []string{
		"", "t4g.micro", "db.t4g", "db.t4g.4xlarge", "db.t2.micro", "db.m7g.micro", "db.m7g.3xlarge", "db.m7g.xxlarge",
		"db.x2g.large",
	} {
		_, ok := MaxDBConnections(class)
		require.False(t, ok, class)
	}
}
