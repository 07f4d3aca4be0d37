package modules

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestVersion asks for what the program does not have. TestOneProvider, in tests, asks a whole program for what it has:
// a test binary does not tell its modules.
func TestVersion(t *testing.T) {
	t.Parallel()
	require.Empty(t, Version("example.com/none"))
}
