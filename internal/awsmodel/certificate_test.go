package awsmodel

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWasIssued(t *testing.T) {
	t.Parallel()
	var was []string
	for _, status := range append(CertificateStatuses, "") {
		if WasIssued(status) {
			was = append(was, status)
		}
	}
	require.Equal(t, []string{"ISSUED", "INACTIVE", "EXPIRED", "REVOKED"}, was)
}
