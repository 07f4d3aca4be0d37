package sandbox

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMayConnect(t *testing.T) {
	t.Parallel()
	const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 1 1
   1: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1001        0 2 1
   2: 0100007F:C351 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 3 1
`
	require.True(t, mayConnect(table, 0xC350, 1001))
	require.False(t, mayConnect(table, 0xC350, 1000), "another user")
	require.True(t, mayConnect(table, 0xC351, 1000), "root")
	require.False(t, mayConnect(table, 1, 1000), "a connection that is already closed")
}
