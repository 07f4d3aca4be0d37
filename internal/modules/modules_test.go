package modules

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestVersion looks up a module that the program does not contain. TestOneProvider, in tests, looks up modules that a
// built program does contain, because a test binary does not list its modules.
func TestVersion(t *testing.T) {
	t.Parallel()
	require.Empty(t, Version("example.com/none"))
}
