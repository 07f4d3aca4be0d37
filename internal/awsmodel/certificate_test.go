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

func TestCertificateCovers(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"beats.example.com": true, "BEATS.example.com": true, "*.example.com": true, "example.com": false,
		"*.com": false, "*.beats.example.com": false, "other.example.com": false,
	} {
		require.Equal(t, want, CertificateCovers(name, "beats.example.com"), name)
	}
}
